"""QRS detection, sample by sample: the whole algorithm, in the order in which it happens.

    QRS band → energy → smooth → square root = envelope (mV) → humps → evidence of each hump → complex, or not yet

A hump is the highest point of the envelope within `REACH`. It is judged `AHEAD` after it, 300 ms after its R peak, by
the evidence that it is a QRS complex: a weighted sum of logarithms, positive when a complex is the better guess.

1. level        height over that of the complexes before it
2. noise        height over that of the humps that were none
3. surroundings height over the mean of the envelope around, complexes cut at half their height: the local noise
4. valley       height over the higher of the two valleys beside it: it stands alone
5. early        time since the last complex over the usual RR interval, where shorter
6. likeness     correlation with the mean shape of the complexes before it
7. T wave       height over that of the complex before, within `T_WAVE` after it
8. overtaken    height over the highest of the envelope that follows within `AHEAD`: P waves and the feet of an artefact

So no single threshold decides: in a quiet signal a flat complex is enough, in noise a hump must stand out, be in time
and look like the others. The weights began as a logistic
regression (see WEIGHTS; tests/bench/evidence.py makes such fits).
What is left in silence is judged again: at `OVERDUE` usual intervals the best hump since the last complex is taken if
its evidence reaches `SEARCH_BACK`. (Search back, the two levels and learning them in the first two seconds are those of
Pan & Tompkins, IEEE Trans Biomed Eng 32:230, 1985.) After three seconds without a complex levels, intervals
and shape are learnt anew; lower humps are then noise, or asystole would be filled with beats.

Indices count samples since the stretch began. Nothing looks at chunks, so they cannot show.
"""

import math

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.humps import (
    AHEAD,
    EVIDENCE,
    LAST,
    LEARNING,
    NEVER,
    REACH,
    RR_MEMORY,
    TINY,
    USUAL_RR,
    State,
    forget,
    is_hump,
    learn_shape,
    remember,
)

REFRACTORY = 45  # 0.18 s: 330 beats/min
T_WAVE = 90  # 0.36 s
SILENCE = 750  # 3 s
FLOOR = 0.012  # mV: below this the envelope is no QRS of a lead that is on
OVERTAKEN = 1.1  # a hump followed by one so much higher within AHEAD is never a complex
OVERDUE = 1.66  # usual RR intervals (the paper's)
AGAIN = 0.66  # usual RR intervals from one search back to the next
SEARCH_BACK, HOPELESS = -1.5, -4.0  # of evidence; what is hopeless is forgotten at once
STANDSTILL = 0.30  # of the signal level: after a silence lower humps are noise
FORGETTING = 0.7  # of that share is left after every two further seconds, in case the amplitude really fell
LEVEL_GAIN, LATE_GAIN, NOISE_GAIN = 0.1, 0.25, 0.125
LARGEST_STEP = 1.1  # e-folds: an artefact may be a hundred times higher and must not blind the detector
SURROUNDINGS = 250  # samples, 1 s: time constant of the local noise
EARLIEST = 0.35  # usual RR intervals: earlier is no less likely, or a sudden tachycardia would not be followed

WEIGHTS = np.array([1.40, 0.97, 2.12, 0.23, 3.02, 0.58, 0.88, -0.41, -1.85])
"""Of the eight kinds of evidence, and what is added to their sum. A fit on lead 0 of 24 MIT-BIH records, clean and
under noise; its last number lowered by hand by 0.4, for fewer false beats in noise (docs/BENCHMARKS.md)."""


@compiled
def find_complexes(states: NDArray[np.void], band: NDArray[np.float64], smooth: NDArray[np.float64],
                   weights: NDArray[np.float64], found: NDArray[np.int64]) -> int:  # fmt: skip
    """Take the next samples of the QRS band (mV, shape (n,)); how many complexes are decided now.

    states: shape (1,), changed. smooth: the section that smooths energy, shape (6,). found: their humps, rising; room
    for n + WAITING.
    """
    state, count = states[0], 0
    z0, z1 = state.smooth[0], state.smooth[1]
    for sample in band:
        energy = sample * sample
        smoothed = smooth[0] * energy + z0
        z0, z1 = smooth[1] * energy - smooth[4] * smoothed + z1, smooth[2] * energy - smooth[5] * smoothed
        now = state.now
        state.band[now & LAST] = sample
        state.envelope[now & LAST] = math.sqrt(max(smoothed, 0.0))
        state.now = now + 1
        if now >= AHEAD + REACH + 1:
            count = _look_at(state, now - AHEAD, weights, found, count)
    state.smooth[0], state.smooth[1] = z0, z1
    return count


@compiled
def undecided(states: NDArray[np.void]) -> int:
    """The first place whose hump may still be found to be a complex."""
    state = states[0]
    return int(state.hump[0].at if state.waiting > 0 else max(state.now - AHEAD, 0))


@compiled
def _look_at(state: State, at: int, weights: NDArray[np.float64], found: NDArray[np.int64], count: int) -> int:
    """All that happens when the sample `at` has its surroundings; `count` complexes were found before, now so many."""
    height = state.envelope[at & LAST]
    most = 0.5 * state.signal if state.signal > 0 else height
    state.around += (min(height, most) - state.around) / SURROUNDINGS
    before = count
    if height >= FLOOR and is_hump(state, at, height):
        remember(state, at, height)
        if not state.learning:
            count = _judge_from(state, state.waiting - 1, weights, found, count)
            if count > before:
                learn_shape(state, at)
    if at >= state.due:
        count = _learn(state, weights, found, count) if state.learning else _search_back(state, weights, found, count)
    return count


@compiled
def _judge(state: State, hump: State, weights: NDArray[np.float64]) -> float:
    """The evidence that `hump` is a complex; what it is made of stays in `state.evidence`."""
    since, evidence = hump.at - state.last, state.evidence
    if since < REFRACTORY or hump.ahead > OVERTAKEN * hump.height:
        return NEVER
    is_t_wave_time = since < T_WAVE and state.last_height > 0
    evidence[0] = math.log(hump.height / state.signal)
    evidence[1] = math.log(hump.height / (state.noise + TINY))
    evidence[2] = math.log(hump.height / (hump.around + TINY))
    evidence[3] = math.log(hump.height / (hump.valley + TINY))
    evidence[4] = math.log(min(max(since / _usual_rr(state), EARLIEST), 1.0))
    evidence[5] = hump.like
    evidence[6] = math.log(hump.height / state.last_height) if is_t_wave_time else 0.0
    evidence[7] = max(math.log(hump.ahead / hump.height), 0.0)
    total = weights[EVIDENCE]
    for kind in range(EVIDENCE):
        total += weights[kind] * evidence[kind]
    state.judged = hump.at
    return float(total)


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
    step = math.log(hump.height / state.signal)
    state.signal *= math.exp(gain * min(max(step, -LARGEST_STEP), LARGEST_STEP))
    since = hump.at - state.last
    if state.last_height > 0 and since < SILENCE:
        state.rr[state.intervals % RR_MEMORY] = since
        state.intervals += 1
    state.last, state.last_height = hump.at, hump.height
    state.due = hump.at + min(int(OVERDUE * _usual_rr(state)), SILENCE)
    forget(state, 0, place + 1)


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
    state.learning, state.due, state.shaped = True, at + LEARNING // 2, False
    state.least, state.intervals = STANDSTILL * state.signal, 0
    for place in range(RR_MEMORY):
        state.rr[place] = USUAL_RR
    old = 0
    while old < state.waiting and (
        state.hump[old].at <= at - LEARNING or state.hump[old].at <= state.last + REFRACTORY
    ):
        old += 1
    forget(state, 0, old)
