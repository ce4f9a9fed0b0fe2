"""How often a token of the API may ask: a bucket that fills at a steady rate, so that short bursts are welcome."""

from dataclasses import dataclass, field
from threading import Lock

MAX_KEYS = 10_000
"""More tokens than this are not kept apart in memory: the oldest go, and begin with a full bucket."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at_ms: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests that are left now; `wait_ms`: 0, or after how long the next one is answered again."""

    left: int
    wait_ms: int


@dataclass(slots=True)
class Buckets:
    """Requests by key (a token). The time is given, so that tests need not wait."""

    burst: int
    per_minute: int
    _buckets: dict[int, _Bucket] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def receive(self, key: int, now_ms: int) -> Allowance:
        """Count a request of this key."""
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(self.burst, now_ms)
            self._buckets[key] = bucket
            if len(self._buckets) > MAX_KEYS:
                del self._buckets[next(iter(self._buckets))]
            bucket.left = min(self.burst, bucket.left + max(0, now_ms - bucket.at_ms) * self.per_minute / 60_000)
            bucket.at_ms = now_ms
            if bucket.left < 1:
                return Allowance(0, int((1 - bucket.left) * 60_000 / self.per_minute) + 1)
            bucket.left -= 1
            return Allowance(int(bucket.left), 0)
