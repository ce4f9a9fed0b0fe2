"""QRS detection, sample by sample: the whole algorithm, in the order in which it happens.

    QRS band → energy → smooth → square root = envelope (mV) → humps → evidence of each hump → complex, or not yet

A hump is the highest point of the envelope within `REACH`. It is judged `AHEAD` after it, 300 ms after its R peak, by
the log odds of a small network (`ecg.hump_evidence`; its weights and what they were learnt from: `ecg.hump_weights`)
that it is a QRS complex, positive when a complex is the better guess. What it is told: the signal and the envelope
around the hump; how high it stands over complexes, noise and neighbours; whether it is in time; whether it looks like
the complexes before it; how crowded the last seconds were. So no single threshold decides: in a quiet signal a flat
complex is enough, in noise a hump must stand out, be in time and look like the others.

A hump that is overtaken by a higher one within `AHEAD` must be likelier, by `OVERTAKEN_COST`: it would hide the other
in its refractory time, as a P wave or the foot of an artefact does. What is left in silence is looked at again: at
`OVERDUE` usual intervals the best hump since the last complex is taken if its evidence reaches `SEARCH_BACK`. (Search
back, the two levels and learning them in the first two seconds are those of Pan & Tompkins, IEEE Trans Biomed Eng
32:230, 1985.) After three seconds without a complex levels, intervals and shapes are learnt anew; lower humps are
then noise, or asystole would be filled with beats.

Indices count samples since the stretch began. Nothing looks at chunks, so they cannot show.
"""

import math

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.hump_evidence import gather, log_odds
from ecg.humps import (
    AHEAD,
    LAST,
    LEARNING,
    NEVER,
    REACH,
    REFRACTORY,
    RR_MEMORY,
    UNKNOWN_LIKENESS,
    USUAL_RR,
    State,
    forget,
    is_hump,
    remember,
)
from ecg.shapes import forget_shapes, learn_outline, learn_window, likeness

SILENCE = 750  # 3 s
FLOOR = 0.012  # mV: below this the envelope is no QRS of a lead that is on
LEAST = 0.1  # of the signal level: what is lower is no complex, or P waves would hide a standstill
MARGIN = 0.4  # of evidence; chosen on the noise table of docs/BENCHMARKS.md among 0, 0.4 and 0.8
OVERTAKEN = 3.0  # a hump followed by one so much higher within AHEAD is never a complex
OVERTAKEN_COST = 5.0  # of evidence, for each e-fold by which it is
OVERDUE = 1.66  # usual RR intervals (the paper's)
AGAIN = 0.66  # usual RR intervals from one search back to the next
SEARCH_BACK, HOPELESS = -1.3, -6.0  # of evidence; what is hopeless is forgotten at once
STANDSTILL = 0.30  # of the signal level: after a silence lower humps are noise
FORGETTING = 0.7  # of that share is left after every two further seconds, in case the amplitude really fell
LEVEL_GAIN, LATE_GAIN, NOISE_GAIN = 0.1, 0.25, 0.125
TRUST_GAIN, DOUBT_GAIN = 0.1, 0.05
LARGEST_STEP = 1.1  # e-folds: an artefact may be a hundred times higher and must not blind the detector
SURROUNDINGS = 250  # samples, 1 s: time constant of the local noise


@compiled
def find_complexes(states: NDArray[np.void], calm: NDArray[np.float64], band: NDArray[np.float64],
                   smooth: NDArray[np.float64], weights: NDArray[np.float64], found: NDArray[np.int64],
                   ) -> int:  # fmt: skip
    """Take the next samples, mV, shape (n,), and of their QRS band; how many complexes are decided now.

    states: shape (1,), changed. smooth: the section that smooths energy, shape (6,). weights: of `hump_weights`.
    found: their humps, rising; room for n + WAITING.
    """
    state, count = states[0], 0
    envelope, z0, z1 = state.envelope, state.smooth[0], state.smooth[1]
    now, around, signal, due = state.now, state.around, state.signal, state.due
    if now == 0:
        state.calm[:] = calm[0]
    for place in range(len(band)):
        energy = band[place] * band[place]
        smoothed = smooth[0] * energy + z0
        z0, z1 = smooth[1] * energy - smooth[4] * smoothed + z1, smooth[2] * energy - smooth[5] * smoothed
        here = now & LAST
        state.calm[here], state.band[here], envelope[here] = calm[place], band[place], math.sqrt(max(smoothed, 0.0))
        at = now - AHEAD
        now += 1
        if at <= REACH:
            continue
        height = envelope[at & LAST]
        around += (min(height, 0.5 * signal if signal > 0 else height) - around) / SURROUNDINGS
        stands_out = height >= FLOOR and is_hump(envelope, at, height)
        if stands_out or at >= due:
            state.now, state.around = now, around
            count = _look_at(state, at, stands_out, weights, found, count)
            around, signal, due = state.around, state.signal, state.due
    state.now, state.around, state.smooth[0], state.smooth[1] = now, around, z0, z1
    return count


@compiled
def undecided(states: NDArray[np.void]) -> int:
    """The first place whose hump may still be found to be a complex."""
    state = states[0]
    return int(state.hump[0].at if state.waiting > 0 else max(state.now - AHEAD, 0))


@compiled
def _look_at(state: State, at: int, stands_out: bool, weights: NDArray[np.float64], found: NDArray[np.int64],
             count: int) -> int:  # fmt: skip
    """A hump at `at`, or something is due there; `count` complexes were found before, now so many."""
    before = count
    if stands_out:
        remember(state, at, state.envelope[at & LAST])
        state.hump[state.waiting - 1].like = likeness(state, at)[0] if state.shaped else UNKNOWN_LIKENESS
        if not state.learning:
            count = _judge_from(state, state.waiting - 1, weights, found, count)
            if count > before:
                learn_outline(state, at)
    if at >= state.due:
        count = _learn(state, weights, found, count) if state.learning else _search_back(state, weights, found, count)
    return count


@compiled
def _judge(state: State, hump: State, weights: NDArray[np.float64]) -> float:
    """The evidence that `hump` is a complex; what it is made of stays in `state.evidence`."""
    if hump.at - state.last < REFRACTORY or hump.ahead > OVERTAKEN * hump.height:
        return NEVER
    if hump.height < LEAST * state.signal:
        return NEVER
    gather(state, hump, _usual_rr(state))
    state.judged = hump.at
    overtaken = math.log(max(hump.ahead / hump.height, 1.0))
    return log_odds(state.evidence, weights) - MARGIN - OVERTAKEN_COST * overtaken


@compiled
def _judge_from(state: State, first: int, weights: NDArray[np.float64], found: NDArray[np.int64], count: int) -> int:
    """Judge the humps that wait, from the one at `first` on."""
    place = first
    while place < state.waiting:
        hump = state.hump[place]
        hump.total = _judge(state, hump, weights)
        if hump.total >= 0:
            found[count], count = hump.at, count + 1
            _accept(state, place, LEVEL_GAIN)
            place = 0
            continue
        if hump.total > NEVER:
            state.doubt += DOUBT_GAIN * (_likely(hump.total) - state.doubt)
            state.noise += NOISE_GAIN * (min(hump.height, state.signal) - state.noise)
        if hump.total < HOPELESS:
            forget(state, place, 1)
        else:
            place += 1
    return count


@compiled
def _accept(state: State, place: int, gain: float) -> None:
    """The hump at `place` is a complex: levels and intervals follow, what waited before it is forgotten."""
    hump = state.hump[place]
    learn_window(state, hump.window)
    state.trust += TRUST_GAIN * (_likely(hump.total) - state.trust)
    step = math.log(hump.height / state.signal)
    state.signal *= math.exp(gain * min(max(step, -LARGEST_STEP), LARGEST_STEP))
    since = hump.at - state.last
    if state.last_height > 0 and since < SILENCE:
        state.rr[state.intervals % RR_MEMORY] = since
        state.intervals += 1
    state.last, state.last_height, state.height_before = hump.at, hump.height, state.last_height
    state.due = hump.at + min(int(OVERDUE * _usual_rr(state)), SILENCE)
    forget(state, 0, place + 1)


@compiled
def _likely(total: float) -> float:
    """The probability behind log odds."""
    return 1.0 / (1.0 + math.exp(-min(max(total, -30.0), 30.0)))


@compiled
def _usual_rr(state: State) -> float:
    total = 0.0
    for interval in state.rr:
        total += interval
    return total / RR_MEMORY


@compiled
def _learn(state: State, weights: NDArray[np.float64], found: NDArray[np.int64], count: int) -> int:
    """Learning ends: the levels come from the humps that waited, and these are judged."""
    at, highest, second, lowest = state.due, 0.0, 0.0, math.inf
    for place in range(state.waiting):
        height = state.hump[place].height
        if height >= state.least:
            second, highest = max(second, min(height, highest)), max(highest, height)
            lowest = min(lowest, height)
    if highest == 0.0:
        state.due, state.waiting = at + LEARNING, 0
        state.least *= FORGETTING
        return count
    # The second highest: one artefact among the first beats must not set the level.
    state.signal = second if second > 0 else highest
    state.noise = 0.5 * lowest if lowest < 0.5 * state.signal else 0.1 * state.signal
    state.around = min(state.around, 0.5 * state.signal)
    for place in range(state.waiting):
        state.hump[place].around = min(state.hump[place].around, 0.5 * state.signal)
    state.learning, state.due = False, at + SILENCE
    return _judge_from(state, 0, weights, found, count)


@compiled
def _search_back(state: State, weights: NDArray[np.float64], found: NDArray[np.int64], count: int) -> int:
    """A complex is overdue: the best of the humps since the last, if its evidence reaches `SEARCH_BACK`."""
    at, best = state.due, 0
    for place in range(1, state.waiting):
        if state.hump[place].total > state.hump[best].total:
            best = place
    if state.waiting > 0 and state.hump[best].total >= SEARCH_BACK:
        found[count], count = state.hump[best].at, count + 1
        _accept(state, best, LATE_GAIN)
        count = _judge_from(state, 0, weights, found, count)
        state.due = max(state.due, at + 1)
    elif at - state.last >= SILENCE:
        _learn_anew(state, at)
    else:
        state.due = min(max(at + int(AGAIN * _usual_rr(state)), at + 1), state.last + SILENCE)
    return count


@compiled
def _learn_anew(state: State, at: int) -> None:
    state.learning, state.due = True, at + LEARNING // 2
    forget_shapes(state)
    state.least, state.intervals = STANDSTILL * state.signal, 0
    for place in range(RR_MEMORY):
        state.rr[place] = USUAL_RR
    old = 0
    while old < state.waiting and (
        state.hump[old].at <= at - LEARNING or state.hump[old].at <= state.last + REFRACTORY
    ):
        old += 1
    forget(state, 0, old)
