"""What a worker remembers of one shard it owns, between its batches. No I/O."""

import logging
from dataclasses import dataclass, field

from streaming.arrivals import Analysis, Findings
from streaming.bus import Snapshot
from streaming.codec import decode_state, encode_state
from streaming.entries import START, earlier, order
from streaming.trials import Trial

log = logging.getLogger(__name__)

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
    failures: int = 0
    """How often a batch with the entries in (`failed_after`, `failed_until`] failed."""
    failed_after: str = START
    failed_until: str = START
    trial: Trial = field(default_factory=Trial)
    """What readers of this shard died with."""

    def forget_all(self, analysis: Analysis) -> None:
        """Back to the snapshot: nothing after it has happened."""
        for recording in self.seen_ms:
            analysis.forget(recording)
        self.seen_ms.clear()
        self.touched.clear()
        self.dropped.clear()
        self.position = self.saved

    def go_back(self, analysis: Analysis, until: str) -> None:
        """Again from the snapshot, because a batch up to the entry `until` failed; what came before it did not."""
        if not self.failures or earlier(self.position, self.failed_after):
            self.failed_after = self.position
        self.failures += 1
        self.failed_until = max(until, self.failed_until, key=order)
        self.forget_all(analysis)

    def tries_of(self, until: str) -> int:
        """How often a batch from `position` to `until` failed already."""
        return self.failures if earlier(self.failed_after, until) else 0

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
        if self.failures and not earlier(position, self.failed_until):
            self.failures, self.failed_until = 0, START
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


def restore_or_forget(analysis: Analysis, recording: str, state: bytes) -> None:
    """Go on with a recording from its saved state."""
    try:
        analysis.restore(recording, decode_state(state))
    except Exception:  # a state of another version: better to begin anew than not at all
        log.exception("recording %s: its saved state cannot be used; it begins anew", recording)
        analysis.forget(recording)
