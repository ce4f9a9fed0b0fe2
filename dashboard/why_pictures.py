"""What assets/why_strip.js draws of a beat: its strip, the map under it, and what spoke for the rhythm. Pure."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifier.explanation import STEP, Explanation, Shade, laid_out, spoke_for
from dashboard.why_story import BeatStory
from ecg.findings import Quality
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.rates import to_samples
from ecg.types import INVALID_SAMPLE, SampleChunk

STRIP_REACH = to_samples(2.6)
"""The strip holds this much on both sides of R; a screen shows as much of it as fits."""
STRIP_GAIN = 200.0
"""Units per millivolt of the samples that a strip carries: 5 µV, as in live pictures."""
FULL_SHADE = 0.1
"""Log-odds of 32 ms that are shaded in full, unless one has more: next to nothing must not look like much."""
FULL_BAR = 0.1
"""The same for a beat of the context."""


class StripBeat(msgspec.Struct, frozen=True):
    """A beat as the screen's trace takes it (assets/trace.js)."""

    index: int
    rr: int | None
    sign: str


class ContextBar(msgspec.Struct, frozen=True):
    """How much a beat spoke for the rhythm: -1 to 1; seconds from the judged beat."""

    seconds: float
    value: float


class Pictures(msgspec.Struct, frozen=True):
    """What assets/why_strip.js draws. samples: 1/`STRIP_GAIN` mV from house sample `start` on, -32768 for none.

    shade: -1 to 1 for each `step` seconds, the first one's middle `first` s from R; empty without an explanation.
    """

    chosen: int
    start: int
    samples: list[int]
    beats: list[StripBeat]
    poor: list[tuple[int, bool]]
    first: float
    step: float
    shade: list[float]
    context: list[ContextBar]


def pictures(story: BeatStory) -> Pictures:
    """Strip, map and context in numbers."""
    index, told = story.beat.index, story.explanation
    start, samples = _strip(story.trace, index)
    shade = _shade(told, BEAT_CLASSES.index(story.beat.beat_class))
    spoke = spoke_for(told.beats, RHYTHMS.index(story.beat.rhythm)) if told else np.zeros(0)
    return Pictures(
        index,
        start,
        samples,
        [StripBeat(each.index, each.rr, each.sign) for each in story.near if abs(each.index - index) < 2 * STRIP_REACH],
        [(change.index, change.quality is Quality.GOOD) for change in story.qualities],
        round(shade.first, 3),
        STEP,
        scaled(shade.values, FULL_SHADE),
        [
            ContextBar(round(float(at), 2), value)
            for at, value in zip(told.seconds if told else (), scaled(spoke, FULL_BAR), strict=True)
        ],
    )


def _shade(told: Explanation | None, code: int) -> Shade:
    if told is None:
        return Shade(0.0, np.zeros(0, np.float32))
    return laid_out(spoke_for(told.shape, code), told.reach)


def scaled(values: NDArray[np.floating], full: float) -> list[float]:
    """`values` as shares of the largest, or of `full` where that is more; -1 to 1."""
    largest = max(full, float(np.abs(values).max())) if len(values) else full
    return [round(float(value) / largest, 3) for value in values]


def _strip(trace: SampleChunk | None, index: int) -> tuple[int, list[int]]:
    if trace is None:
        return index, []
    first = max(index - STRIP_REACH, trace.start)
    cut = trace.samples[first - trace.start : max(index + STRIP_REACH - trace.start, 0)]
    units = np.clip(np.rint(np.nan_to_num(cut) * STRIP_GAIN), -32767, 32767)
    return first, np.where(np.isnan(cut), INVALID_SAMPLE, units).astype(int).tolist()
