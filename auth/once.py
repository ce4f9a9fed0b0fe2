"""Saying the same thing once in a while: a page that asks every two seconds must not fill the audit trail."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock

QUIET_MS = 60_000
MAX_KEYS = 10_000
"""More than this are not remembered: the oldest go, and are said again."""


@dataclass(slots=True)
class OnceInAWhile:
    """What was said within the last `quiet_ms`. The time is given, so that tests need not wait."""

    quiet_ms: int = QUIET_MS
    _said: dict[Hashable, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_new(self, key: Hashable, now_ms: int) -> bool:
        """Whether `key` is to be said now; if so it is remembered as said."""
        with self._lock:
            said = self._said.get(key)
            if said is not None and now_ms - said < self.quiet_ms:
                return False
            self._said.pop(key, None)
            self._said[key] = now_ms
            if len(self._said) > MAX_KEYS:
                del self._said[next(iter(self._said))]
            return True

    def forget(self, key: Hashable) -> None:
        """It was not done after all."""
        with self._lock:
            self._said.pop(key, None)
