"""What a worker remembers of one shard it owns, between its batches. No I/O."""

from dataclasses import dataclass, field

from streaming.arrivals import Analysis, Findings
from streaming.bus import Snapshot
from streaming.codec import encode_state
from streaming.entries import earlier

IDLE_MS = 10 * 60 * 1000
"""A recording silent for this long leaves the memory; its saved state stays for KEEP_MS, in case it comes back."""
KEEP_MS = 24 * 3600 * 1000


@dataclass(slots=True)
class OwnedShard:
    """Up to the `samples` entry `position` everything is published, up to `saved` it is in the snapshot."""

    number: int
    position: str
    saved: str
    save_due: float
    seen_ms: dict[str, int] = field(default_factory=dict)
    """Recordings in memory -> wall ms at which they were last worked on.

    Not when their samples were received: after a day without a worker, all of those are old.
    """
    touched: set[str] = field(default_factory=set)
    """Recordings that moved since the snapshot."""
    dropped: set[str] = field(default_factory=set)
    """Recordings started anew since the snapshot: their saved state is void."""
    careful_until: str | None = None
    """Up to here chunks are taken one by one, because one of them made a whole batch fail."""

    def forget_all(self, analysis: Analysis) -> None:
        """Back to the snapshot: nothing after it has happened."""
        for recording in self.seen_ms:
            analysis.forget(recording)
        self.seen_ms.clear()
        self.touched.clear()
        self.dropped.clear()
        self.position = self.saved

    def go_back(self, analysis: Analysis, until: str) -> None:
        """Again from the snapshot, and chunk by chunk up to the entry `until`."""
        self.forget_all(analysis)
        self.careful_until = until

    def note(self, found: Findings, now_ms: int) -> None:
        """These findings are in the pipeline's state."""
        moved = {arrival.recording for arrival in found.arrivals}
        restarted = {each.recording for each in found.unusable if each.recording is not None}
        self.seen_ms |= dict.fromkeys(moved | restarted, now_ms)
        self.touched |= moved
        self.dropped |= restarted

    def advance(self, position: str) -> None:
        """Everything up to `position` is published."""
        self.position = position
        if self.careful_until is not None and not earlier(position, self.careful_until):
            self.careful_until = None
            self.save_due = 0.0

    def snapshot(self, analysis: Analysis, token: str, now_ms: int) -> Snapshot:
        """All that moved since the last one. Call `saved_at` when it is safe."""
        states = {name: (self.seen_ms[name], encode_state(analysis.snapshot(name))) for name in self.touched}
        gone = sorted(self.dropped - self.touched)
        return Snapshot(self.number, token, self.position, states, gone, now_ms - KEEP_MS)

    def saved_at(self, analysis: Analysis, now_ms: int) -> None:
        """The snapshot of this moment is safe: what is idle can leave the memory."""
        self.saved = self.position
        self.touched.clear()
        self.dropped.clear()
        for recording in [name for name, seen in self.seen_ms.items() if now_ms - seen > IDLE_MS]:
            analysis.forget(recording)
            del self.seen_ms[recording]
