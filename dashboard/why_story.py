"""What is known of one stored beat, for its why-card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.explanation import Explanation
from db.views import Said
from ecg.findings import Quality
from ecg.types import Beat, QualityChange, SampleChunk
from ecg.why import Facts


@dataclass(frozen=True, slots=True)
class BeatStory:
    """What is known of a stored beat. started_ms: wall ms of sample 0.

    beat: as stored, with its settled rhythm if it has one. before, after: indices of its neighbours. unsettled: whether
    its rhythm may still change. trace: filtered samples round it, None where they are gone. near: the beats round it,
    as people are shown them. qualities: as they changed in the strip. explanation: None where there is none; `missing`
    then says why, and `coming` whether that is so only because its samples are still on their way to the database.
    said: what people said of it, the newest first. added: the network saw none here, a person did.
    """

    beat: Beat
    started_ms: int
    before: int | None
    after: int | None
    unsettled: bool
    trace: SampleChunk | None
    near: Sequence[Beat]
    qualities: Sequence[QualityChange]
    facts: Facts
    explanation: Explanation | None
    missing: str
    coming: bool
    said: Sequence[Said]
    added: bool

    @property
    def quality(self) -> Quality | None:
        """Of the signal at the beat; None where it is not known."""
        before = [change.quality for change in self.qualities if change.index <= self.beat.index]
        return before[-1] if before else None
