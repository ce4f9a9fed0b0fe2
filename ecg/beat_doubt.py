"""How far the beats that were found can be doubted, from what stands between them.

Electrode movement makes humps that look like beats, so no single measure tells it. Five do together, over the last nine
beats, all in the envelope of the QRS band and all against the beats' own height, so that gain and polarity do not
matter: the highest hump between beats, and the fill between them (a detector is right as long as nothing between beats
comes near them: what several detectors in agreement show, Clifford, Behar et al., Physiol Meas 33:1419, 2012, without
the other detectors); the shortest RR interval; slow waves and the energy of the QRS band (the power ratios there).
They are weighed by a logistic regression (`python -m tests.bench quality` has its figures). How like beats are to each
other (Orphanidou et al., IEEE J Biomed Health Inform 19:832, 2015) added nothing to these and is not asked.
No measure is about the regularity of the rhythm or the shapes of beats: fibrillation and ectopic beats are not doubted
for what they are.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

RING = 2048
"""Samples of the envelope at half the house rate (16 s) that are kept."""
BEATS = 9  # that are judged together
KEPT = 16  # beats and seconds that are remembered
REACH = 2500  # samples, 10 s: older beats are not judged
READY = 53  # samples after the R peak at which the envelope round it is complete
ENVELOPE_DELAY = 20  # samples by which the envelope follows the R peak
HEIGHT_REACH = 16  # envelope points beside the R peak, 128 ms: the steepest part of a wide beat may lie so far from it
AFTER_BEAT, BEFORE_BEAT = 50, 30  # samples (0.20 s and 0.12 s) beside R peaks that belong to the beats
LONGEST = 500  # samples, 2 s: of a pause only the end is looked at
QUIET = (
    0.25  # of a beat's height: nothing as high in so long a time is a silence, and the beats before it do not matter
)
ENERGIES = 8  # seconds over which energies are summed
FEW = 4  # beats: fewer are not judged
TINY = 1e-4  # mV, keeps logarithms finite
SHORT_RR = 0.36  # s: longer intervals are no evidence at all
SECOND = 250  # samples

HUMP, FILL, RR, SLOW, ENERGY = range(5)
"""The measures, decimal logarithms: highest hump by lowest beat, mean fill by beats, shortest RR in s, slow waves by
median beat, energy of the QRS band by median beat."""
WEIGHTS = np.array([5.532, 3.212, -25.767, 1.405, -2.726])
OFFSET = -12.043
"""Fitted on noise of nstdb laid over the MIT-BIH records, on those records and on challenge records without it, to
whether one of the nine beats is missed or made up: `python -m tests.bench.doubt_fit`."""

STATE = np.dtype(
    [
        ("now", "i8"), ("origin", "f8"), ("held", "f8"), ("memory", "f8", (4, 2)), ("envelope", "f4", (RING,)),
        ("slow", "f8", (KEPT,)), ("band", "f8", (KEPT,)), ("beats", "i8"), ("at", "i8", (KEPT,)),
        ("height", "f8", (KEPT,)), ("hump", "f8", (KEPT,)), ("between", "f8", (KEPT,)),
    ],
    align=True,
)  # fmt: skip
"""`origin`: the first valid sample in mV, NaN before it; filters start settled on it. `held`: the newest, above it.
`slow`, `band`: energy of each of the last seconds, mV² in all. Of the last beats: `at` in samples since the start,
`height`, and of the stretch before it `hump`, its highest point, and `between`, its root mean square; mV.
No field may have the name of a method of numpy's records."""

RECORD = np.dtype((np.record, STATE))
"""One and the same for all states: numba takes 1.0 µs longer to tell the type of an array whose type is only equal."""

State = Any  # a record of STATE; numba gives its fields their types


def fresh() -> NDArray[np.void]:
    """The state before the first sample, shape (1,)."""
    states: NDArray[np.void] = np.zeros(1, RECORD)
    states["origin"] = np.nan
    return states


@compiled
def _through(sections: NDArray[np.float64], memory: NDArray[np.float64], first: int, end: int, sample: float) -> float:
    """One sample through the second-order sections [first, end), whose states in `memory` are changed."""
    for at in range(first, end):
        value = sections[at, 0] * sample + memory[at, 0]
        memory[at, 0] = sections[at, 1] * sample - sections[at, 4] * value + memory[at, 1]
        memory[at, 1] = sections[at, 2] * sample - sections[at, 5] * value
        sample = value
    return sample


@compiled
def listen(state: State, raw: NDArray[np.float64], sections: NDArray[np.float64]) -> None:
    """Take the next samples, in mV; the last valid one stands for those that are NaN.

    sections: shape (4, 6): QRS band (2), envelope, slow waves.
    """
    memory, envelope, slow, band = state.memory, state.envelope, state.slow, state.band
    now, origin, held = state.now, state.origin, state.held
    for sample in raw:
        if not math.isnan(sample):
            origin = sample if math.isnan(origin) else origin
            held = sample - origin
        fast = _through(sections, memory, 0, 2, held)
        smooth = _through(sections, memory, 2, 3, fast * fast)
        lazy = _through(sections, memory, 3, 4, held)
        second = (now // SECOND) % KEPT
        if now % SECOND == 0:
            slow[second] = band[second] = 0.0
        slow[second] += lazy * lazy
        band[second] += fast * fast
        if now % 2 == 0:
            envelope[(now // 2) % RING] = math.sqrt(max(smooth, 0.0))
        now += 1
    state.now, state.origin, state.held = now, origin, held


@compiled
def take_beat(state: State, at: int) -> None:
    """Measure the beat with its R peak at the sample `at`; READY and more samples after it are known."""
    place, before = state.beats % KEPT, (state.beats - 1) % KEPT
    state.at[place], state.height[place] = at, _height(state, at)
    state.hump[place] = state.between[place] = 0.0
    if state.beats > 0:
        _look_between(state, place, state.at[before], at)
    state.beats += 1


@compiled
def last_beat(state: State) -> int:
    """The newest beat that was taken; long before the beginning where there is none."""
    return int(state.at[(state.beats - 1) % KEPT]) if state.beats > 0 else -REACH


@compiled
def _height(state: State, at: int) -> float:
    middle, height = (at + ENVELOPE_DELAY) // 2, TINY
    for place in range(middle - HEIGHT_REACH, middle + HEIGHT_REACH + 1):
        height = max(height, state.envelope[place % RING])
    return height


@compiled
def _look_between(state: State, place: int, earlier: int, later: int) -> None:
    first = max(earlier + AFTER_BEAT, later - LONGEST)
    hump, energy, count = 0.0, 0.0, 0
    for at in range((first + ENVELOPE_DELAY) // 2, (later - BEFORE_BEAT + ENVELOPE_DELAY) // 2):
        value = state.envelope[at % RING]
        hump = max(hump, value)
        energy += value * value
        count += 1
    state.hump[place], state.between[place] = hump, math.sqrt(energy / max(count, 1))


@compiled
def newest(state: State, end: int) -> int:
    """How many of the newest beats before the sample `end` are judged together; none where all is quiet since."""
    count = 0
    if _is_quiet(state, end):
        return count
    while count < min(state.beats, BEATS) and state.at[(state.beats - 1 - count) % KEPT] > end - REACH:
        count += 1
    return count


@compiled
def _is_quiet(state: State, end: int) -> bool:
    """Whether no beat came for long, nor anything like one."""
    last = last_beat(state)
    if state.beats == 0 or end - last < LONGEST:
        return False
    most = QUIET * state.height[(state.beats - 1) % KEPT]
    for at in range((last + AFTER_BEAT + ENVELOPE_DELAY) // 2, end // 2):  # noqa: SIM110  numba knows no generators
        if state.envelope[at % RING] > most:
            return False
    return True


@compiled
def doubt(state: State, end: int, count: int, measures: NDArray[np.float64]) -> float:
    """Log odds that one of the `count` newest beats, FEW at least, is missed or made up. `end`: a whole second.

    measures: shape (5,), written.
    """
    heights = np.empty(count)
    for back in range(count):
        heights[back] = state.height[(state.beats - 1 - back) % KEPT]
    heights = np.sort(heights)
    _measure_between(state, count, heights[0], measures)
    slow, band = _levels(state, end)
    measures[SLOW] = math.log10(max(slow, TINY) / heights[count // 2])
    measures[ENERGY] = math.log10(max(band, TINY) / heights[count // 2])
    total = OFFSET
    for each in range(len(WEIGHTS)):
        total += WEIGHTS[each] * measures[each]
    return total


@compiled
def _measure_between(state: State, count: int, lowest: float, measures: NDArray[np.float64]) -> None:
    highest, fill, shortest = TINY, 0.0, SHORT_RR
    for back in range(count - 1):
        here, before = (state.beats - 1 - back) % KEPT, (state.beats - 2 - back) % KEPT
        highest = max(highest, state.hump[here])
        fill += state.between[here] / min(state.height[here], state.height[before]) / (count - 1)
        shortest = min(shortest, (state.at[here] - state.at[before]) / SECOND)
    measures[HUMP] = math.log10(highest / lowest)
    measures[FILL] = math.log10(max(fill, TINY))
    measures[RR] = math.log10(shortest)


@compiled
def _levels(state: State, end: int) -> tuple[float, float]:
    """Root mean squares of slow waves and of the QRS band in the last seconds before `end`, mV."""
    seconds = min(ENERGIES, end // SECOND)
    slow = band = 0.0
    for back in range(1, seconds + 1):
        slow += state.slow[(end // SECOND - back) % KEPT]
        band += state.band[(end // SECOND - back) % KEPT]
    return math.sqrt(slow / (seconds * SECOND)), math.sqrt(band / (seconds * SECOND))
