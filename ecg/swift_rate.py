"""The heart rate of `ecg.vitals.HeartRate` over a whole recording at once, so that it follows an edit."""

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.rates import SAMPLE_RATE
from ecg.swift_criteria import CLOSE, RECEIVE, Marks, Ops, Places
from ecg.vitals import ENOUGH_RR, RATE_BEATS, SILENCE, SILENT_RR, STEP_BEATS, STEP_SIZE, STEP_SPREAD

MINUTE = 60 * SAMPLE_RATE


@compiled
def _takes_step(held: Places) -> bool:
    """Whether the newest intervals agree with each other and lie far from those before."""
    older, newest = held[:-STEP_BEATS], held[-STEP_BEATS:]
    if len(older) < STEP_BEATS:
        return False
    mean, before = newest.sum() / STEP_BEATS, older.sum() / len(older)
    return bool(newest.max() - newest.min() <= STEP_SPREAD * mean and abs(mean - before) >= STEP_SIZE * before)


@compiled
def _patience(held: Places) -> float:
    return float(max(SILENCE, SILENT_RR * held.sum() / max(len(held), 1)))


@compiled
def heart_rates(ops: Ops, at: Places, rr: Places) -> tuple[NDArray[np.float64], Marks]:
    """Per minute at each step, NaN for none; and whether its beat completed a step of the rate.

    `RECEIVE` takes the beat at `at`, `rr` samples after the one before; `SKIP` only asks, `CLOSE` forgets.
    """
    rates, steps = np.full(len(ops), np.nan), np.zeros(len(ops), np.bool_)
    held, last = np.zeros(0, np.int64), 0
    for place in range(len(ops)):
        if ops[place] == CLOSE:
            held = held[:0]
        elif ops[place] == RECEIVE:
            last = at[place]
            if rr[place] > SILENCE and rr[place] > _patience(held):
                held = held[:0]
            else:
                held = np.append(held[-(RATE_BEATS - 1) :], rr[place])
                steps[place] = _takes_step(held)
                held = held[-STEP_BEATS:] if steps[place] else held
        if ops[place] <= RECEIVE and len(held) >= ENOUGH_RR and at[place] - last <= _patience(held):
            rates[place] = MINUTE * len(held) / held.sum()
    return rates, steps
