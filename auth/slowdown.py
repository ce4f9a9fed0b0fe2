"""Guessing passwords gets slower: after some free attempts each further one must wait, twice as long each time."""

from dataclasses import dataclass, field
from threading import Lock

FORGET_MS = 15 * 60_000
"""Attempts are forgotten after this much quiet."""
MAX_KEYS = 10_000
"""More names and addresses than this are not kept apart in memory: the oldest go."""


@dataclass(slots=True)
class _Attempts:
    count: int
    last_ms: int


@dataclass(slots=True)
class SlowDown:
    """Attempts by key (an account, or an address). The time is given, so that tests need not wait."""

    free: int
    first_wait_ms: int = 1_000
    longest_wait_ms: int = 60_000
    _attempts: dict[str, _Attempts] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def receive(self, key: str, now_ms: int) -> int:
        """Count an attempt, before its password is looked at. Answers 0, or for how many ms it is refused still."""
        with self._lock:
            attempts = self._attempts_of(key, now_ms)
            wait = attempts.last_ms + self._pause(attempts.count) - now_ms
            if wait > 0:
                return wait
            self._attempts[key] = _Attempts(attempts.count + 1, now_ms)
            self._drop_oldest()
            return 0

    def forget(self, key: str) -> None:
        """The right password came."""
        with self._lock:
            self._attempts.pop(key, None)

    def take_back(self, key: str) -> None:
        """One attempt was right; those of others still count."""
        with self._lock:
            known = self._attempts.get(key)
            if known is not None:
                known.count = max(0, known.count - 1)

    def _attempts_of(self, key: str, now_ms: int) -> _Attempts:
        known = self._attempts.pop(key, None)
        if known is None or now_ms - known.last_ms > FORGET_MS:
            return _Attempts(0, now_ms)
        self._attempts[key] = known
        return known

    def _pause(self, count: int) -> int:
        if count < self.free:
            return 0
        return min(self.longest_wait_ms, self.first_wait_ms << min(count - self.free, 20))

    def _drop_oldest(self) -> None:
        while len(self._attempts) > MAX_KEYS:
            del self._attempts[next(iter(self._attempts))]
