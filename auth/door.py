"""What the login pages and the gate share within one web application."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import Engine

from auth.allowance import Buckets
from auth.needs import Need
from auth.once import OnceInAWhile
from auth.post import Send, say_in_log
from auth.slowdown import SlowDown

_EXTENSION = "wardbeat-door"
ACCOUNT_FREE_ATTEMPTS = 5
ACCOUNT_FIRST_WAIT_MS, ACCOUNT_LONGEST_WAIT_MS = 30_000, 15 * 60_000
"""After the free ones 30 s, 1 min, 2 min, …: nine guesses at an account in a quarter of an hour, from anywhere."""
CODES_FREE = 3
CODE_FIRST_WAIT_MS, CODE_LONGEST_WAIT_MS = 60_000, 3_600_000
"""Codes that are sent to one contact: three, then after 1 min, 2 min, …"""
VIEW_MS = 600_000
"""Whoever looks at the same thing again within this is not written down again."""
ADDRESS_FREE_ATTEMPTS = 30
"""More than for one account: a whole ward may share an address."""
API_BURST, API_PER_MINUTE = 300, 600
"""What one token of the API may ask: a recording of a day in pieces of a megabyte is 45 requests."""


def wall_ms() -> int:
    """Wall-clock milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """How this application is reached.

    secret: key of all signatures. public_url: as people type it; with https the cookies are Secure. script_hashes and
    connect_src: see `headers.content_security_policy`. needs: the right that each route needs, besides those of the
    login pages; a route that is not in it is shut. open_paths: what anyone may fetch besides the login pages.
    registration: whether strangers may make an account. send: how a code reaches people, `auth.post`. ingest_url: where
    phones stream.
    """

    secret: str
    public_url: str
    script_hashes: Sequence[str] = ()
    connect_src: Sequence[str] = ()
    needs: Mapping[str, Need] = field(default_factory=dict)
    open_paths: frozenset[str] = frozenset({"/health", "/favicon.ico", "/assets/tokens.css", "/assets/theme.js"})
    clock_ms: Callable[[], int] = wall_ms
    registration: bool = False
    send: Send = say_in_log
    ingest_url: str = ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme, host and port of `public_url`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    def cookie(self, name: str) -> str:
        """A cookie's name; with TLS the browser itself keeps other hosts from setting it."""
        return f"__Host-wardbeat-{name}" if self.secure else f"wardbeat-{name}"


@dataclass(frozen=True, slots=True)
class Door:
    """The database, the options, who has guessed how often, and what was dealt with just now.

    browsers: attempts of known browsers. codes: codes sent, by contact. views: who looked at what. sent: forms.
    requests: of the API, by token.
    """

    engine: Engine
    options: LoginOptions
    accounts: SlowDown = field(
        default_factory=lambda: SlowDown(ACCOUNT_FREE_ATTEMPTS, ACCOUNT_FIRST_WAIT_MS, ACCOUNT_LONGEST_WAIT_MS)
    )
    browsers: SlowDown = field(default_factory=lambda: SlowDown(ACCOUNT_FREE_ATTEMPTS))
    addresses: SlowDown = field(default_factory=lambda: SlowDown(ADDRESS_FREE_ATTEMPTS))
    codes: SlowDown = field(default_factory=lambda: SlowDown(CODES_FREE, CODE_FIRST_WAIT_MS, CODE_LONGEST_WAIT_MS))
    refusals: OnceInAWhile = field(default_factory=OnceInAWhile)
    views: OnceInAWhile = field(default_factory=lambda: OnceInAWhile(VIEW_MS))
    sent: OnceInAWhile = field(default_factory=OnceInAWhile)
    requests: Buckets = field(default_factory=lambda: Buckets(API_BURST, API_PER_MINUTE))

    def now_ms(self) -> int:
        """Wall-clock milliseconds since 1970."""
        return self.options.clock_ms()

    def wait_ms(self, name: str, address: str, browser: str | None = None) -> int:
        """Count an attempt to log in; 0, or how long this account or address must wait.

        browser: of `auth.browsers.browser_key`. A browser that the account's owner has used before counts by itself:
        what strangers do neither shuts it out nor slows it down.
        """
        if browser is not None:
            return self.browsers.receive(browser, self.now_ms())
        by_address = self.addresses.receive(address, self.now_ms())
        return by_address or self.accounts.receive(name, self.now_ms())


def hang_door(app: Flask, new: Door) -> None:
    """Let `door()` find it while the application answers a request."""
    app.extensions[_EXTENSION] = new


def door() -> Door:
    """The door of the application that answers the current request."""
    return cast(Door, current_app.extensions[_EXTENSION])
