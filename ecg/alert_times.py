"""What becomes of an alert by time alone. All times are wall milliseconds that an edge has read."""

from collections.abc import Sequence

REMIND_MS = 180_000
"""An alert that was acknowledged and lasts reminds this often: Philips MP5 and V24 take 2 or 3 minutes."""
REMIND_FOR_MS = 6000
NO_DATA_MS = 10_000
"""So long after the last sign of a recording it is told that nothing comes."""
LONG_OVER_MS = 86_400_000
"""A recording that has been silent for longer is over, and raises nothing new."""
LAG_MS = 5000
"""Samples that wait longer than this for their beats: nobody watches the patient."""
STATUS_MS = 180_000
"""What a device said of its battery is true for so long: it says it each minute."""
LAST_SHOWN_MS = 86_400_000
"""So long a calm tile tells of its last alert."""


def reminds(seen_ms: int, now_ms: int) -> bool:
    """Whether an alert that was acknowledged at `seen_ms` sounds again at `now_ms`."""
    since = now_ms - seen_ms
    return since >= REMIND_MS and since % REMIND_MS < REMIND_FOR_MS


def level_at(after_s: Sequence[int], unseen_since_ms: int, now_ms: int) -> int:
    """How many steps of a plan are due; after_s: seconds after which each person is called, rising."""
    return sum(now_ms - unseen_since_ms >= 1000 * seconds for seconds in after_s)
