"""What a report counts beside the numbers of `ecg.recording_numbers` and `ecg.edited_variability`. Pure."""

from collections import Counter
from collections.abc import Sequence

from ecg.corrections import NoiseStretch
from ecg.findings import Quality, QualityReason
from ecg.labels import Rhythm
from ecg.types import Beat, QualityChange


def rhythm_shares(beats: Sequence[Beat]) -> dict[Rhythm | None, float]:
    """Share of the beats in each rhythm that the network is sure of, 0 to 1; None: it is not sure."""
    counts = Counter(beat.rhythm if beat.rhythm_sure else None for beat in beats)
    return {rhythm: count / len(beats) for rhythm, count in counts.items()} if beats else {}


def with_noise(changes: Sequence[QualityChange], noise: Sequence[NoiseStretch]) -> list[QualityChange]:
    """The changes of quality of a recording, in order, where stretches are noise too, as a person has said."""
    made = list(changes)
    for each in noise:
        before = [change for change in made if change.index <= each.end]
        after = before[-1].quality if before else Quality.GOOD
        name = changes[0].recording if changes else ""
        inside = [
            QualityChange(name, each.start, Quality.POOR, QualityReason.NOISE),
            QualityChange(name, each.end, after, QualityReason.NONE),
        ]
        outside = [change for change in made if not each.start <= change.index <= each.end]
        made = sorted([*outside, *inside], key=lambda change: change.index)
    return made


def usable_samples(changes: Sequence[QualityChange], end: int) -> int:
    """House samples in [0, end) of which the signal is good. Before the first verdict it counts as that one says."""
    if not changes:
        return 0
    starts = [0, *(change.index for change in changes[1:]), end]
    spans = zip(changes, starts, starts[1:], strict=False)
    return sum(max(min(z, end) - a, 0) for change, a, z in spans if change.quality is Quality.GOOD)
