"""Typing hostile strings into every field of every page, without a browser; what comes back is read as one would."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.deeds import Deed
from auth.invitations import invite
from auth.roles import Role
from tests.authorised_house import House
from tests.forms import Form, forms_of
from tests.writable import BESIDE, BY_SCRIPTS, OPEN_PAGES, PAGES

NEVER = {"base", "iframe", "math", "x-harm", "marquee"}
Fields = dict[tuple[str, str], tuple[str, ...]]
"""(method, where it is sent) -> fields into which people type."""
_numbers = count()


class HarmReader(HTMLParser):
    """Notes what of a page would run or load something that nobody of the house wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        told = [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]
        typed = {"value", "title", "aria-label", "href"}
        if tag in NEVER or any(name not in typed for name in told):
            self.harm.append(f"{tag} {attrs}")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and "harm" in data and "\\u003c" not in data:
            self.harm.append(data[:80])


def harm_in(html: str) -> list[str]:
    """What of a page is not the house's."""
    reader = HarmReader()
    reader.feed(html)
    return reader.harm


@dataclass(slots=True)
class Attack:
    """Hostile strings on their way through a house, and what went wrong. invitation: a link that was not used.

    writable: page -> its forms and their fields, before anything was typed.
    """

    house: House
    strings: Iterable[str]
    invitation: str
    wrong: list[tuple[str, str, str, object]] = field(default_factory=list)
    sent: int = 0
    writable: dict[str, Fields] = field(default_factory=dict)

    def everywhere(self) -> None:
        """Every string in every field."""
        for identity, pages in (("administrator", PAGES), ("none", OPEN_PAGES)):
            browser = self.house.browser(identity)
            for page in pages:
                for form in self.forms(browser, page):
                    for name in form.writable:
                        for typed in self.strings:
                            self._type(browser, page, form, name, typed)

    def forms(self, browser: FlaskClient, page: str) -> list[Form]:
        """The forms of a page into which somebody may type."""
        path = page.replace("{token}", self.invitation)
        answer = self.house.open(browser, "GET", path)
        assert answer.status_code == 200, (path, answer.status_code)
        self._read(path, "", "", answer)
        return [form for form in forms_of(answer.text, path) if form.writable]

    def _type(self, browser: FlaskClient, page: str, form: Form, name: str, typed: str) -> None:
        where, more = form.action, BESIDE.get(form.action, {})
        if form.method == "script":
            if (page, name) not in BY_SCRIPTS:
                return
            where, more = BY_SCRIPTS[page, name]
        number = str(next(_numbers))
        fields = form.fields | {key: value.replace("{n}", number) for key, value in more.items()}
        if form.method == "script":
            fields = {key: value.replace("{typed}", typed) for key, value in more.items()}
        else:
            fields |= {name: typed, "once": number, "version": self._version(browser, page, form)}
        method = "GET" if form.method == "get" else "POST"
        sent = {"query_string": fields} if method == "GET" else {"data": fields}
        answer = self.house.open(browser, method, where, headers={"Origin": self.house.base}, **sent)
        self.sent += 1
        self._read(where, name, typed, answer)

    def _version(self, browser: FlaskClient, page: str, form: Form) -> str:
        """What the form would say now."""
        if "version" not in form.fields:
            return ""
        fresh = [each for each in self.forms(browser, page) if each.action == form.action]
        return fresh[0].fields["version"]

    def _read(self, where: str, name: str, typed: str, answer: TestResponse) -> None:
        harm = harm_in(answer.text) if answer.mimetype == "text/html" else []
        if answer.status_code >= 500 or harm:
            self.wrong.append((where, name, typed, harm or answer.status_code))


def attack(house: House, strings: Iterable[str]) -> Attack:
    """All of these strings, everywhere."""
    made = Attack(
        house, tuple(strings), invite(house.engine, Role.DOCTOR, Deed(1, time.time_ns() // 1_000_000, "here"))
    )
    made.writable = dict(_writable(made))
    made.everywhere()
    return made


def _writable(made: Attack) -> Iterator[tuple[str, Fields]]:
    """Page -> its forms and fields, as they are live."""
    for identity, pages in (("administrator", PAGES), ("none", OPEN_PAGES)):
        browser = made.house.browser(identity)
        for page in pages:
            fields: Fields = {}
            for form in made.forms(browser, page):
                key = (form.method, form.action.replace(made.invitation, "{token}"))
                fields[key] = tuple(dict.fromkeys((*fields.get(key, ()), *form.writable)))
            yield page, fields
