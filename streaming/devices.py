"""Whose token is this: the database asked from asyncio, seldom. Tokens live here as digests only."""

import asyncio
import hashlib
import time
from collections.abc import Sequence

from sqlalchemy import Engine

from auth.devices import free_over
from db import queries
from db.device_tokens import retire_old, still_good
from db.views import DeviceView
from streaming.codec import RecordingFacts

KEPT_SECONDS = 0.9
"""How long an answer is trusted: a ward of phones that comes back at once asks the database little. With the time
between two looks at the connected ones (`desk.RECHECK_SECONDS`) it stays under the 5 s in which a revocation acts."""
_MOST_KEPT = 10_000


def digest(token: str) -> str:
    """Hexadecimal SHA-256, the only form in which a device token is kept."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


class Devices:
    """The devices of the database, by the digest of their token."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, tuple[float, int | None]] = {}

    async def find(self, token_sha256: str) -> int | None:
        """Id of the device that uses this token; None when it is unknown or revoked. Raises SQLAlchemyError.

        The first use of a token that was exchanged for an older one ends the older one.
        """
        kept = self._kept.get(token_sha256)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        device = await asyncio.to_thread(self._use, token_sha256)
        if len(self._kept) >= _MOST_KEPT:  # strangers' guesses must not fill the memory
            self._kept.clear()
        self._kept[token_sha256] = (time.monotonic(), device)
        return device

    async def began(self, recording: str) -> RecordingFacts | None:
        """What a recording in the database began with. Raises SQLAlchemyError."""
        found = await asyncio.to_thread(queries.recording, self._engine, recording)
        if found is None:
            return None
        return RecordingFacts(found.id, found.device_id, found.rate, found.gain, found.lead, found.started_ms)

    async def refused(self, tokens: Sequence[str]) -> set[str]:
        """Those of the digests that are no longer good, asked afresh. Raises SQLAlchemyError."""
        return set(tokens) - await asyncio.to_thread(still_good, self._engine, tokens, _now_ms())

    async def end_times(self) -> None:
        """Take away the devices whose time with their patient is over. Raises SQLAlchemyError."""
        await asyncio.to_thread(free_over, self._engine, _now_ms())

    def _use(self, token_sha256: str) -> int | None:
        device = self._look(token_sha256)
        if device is not None and device.exchanging:
            retire_old(self._engine, token_sha256)
        return None if device is None else device.id

    def _look(self, token_sha256: str) -> DeviceView | None:
        device = queries.device_by_token(self._engine, token_sha256, _now_ms())
        return None if device is None or device.revoked else device


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
