"""Pacing spikes are taken out before QRS complexes are sought: no pacemaker's pulse may be counted as a beat.

A pulse of 0.1 to 2 ms is, at the house rate and behind a device's own low pass, a spike of one to three samples with
small echoes beside it; the narrowest R wave of a heart has five. So a sample that stands `STANDS_OUT` of all that
happens within 16 ms away from the median of 28 ms around it is a spike, and the median of 60 ms takes its place and
that of its neighbours.
"""

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

RANGE_REACH = 4  # samples, 16 ms
MEDIAN_REACH = 3  # samples, 12 ms: so far a spike and its echoes reach
STANDS_OUT = 0.7  # of the range: a triangle of any width reaches 0.5, a spike 0.8
LEAST = 0.05  # mV
DELAY = RANGE_REACH + MEDIAN_REACH
WIDTH = 2 * DELAY + 1


@compiled
def remove_spikes(recent: NDArray[np.float64], samples: NDArray[np.float64], calm: NDArray[np.float64]) -> None:
    """recent: the last WIDTH samples, then of each whether it is a spike; changed. calm: the result, shape (n,)."""
    line, spikes = np.empty(WIDTH + len(samples)), np.zeros(WIDTH + len(samples))
    line[:WIDTH], spikes[:WIDTH], line[WIDTH:] = recent[0], recent[1], samples
    newest = -WIDTH
    for place in range(WIDTH):
        newest = place if spikes[place] > 0 else newest
    for at in range(len(samples)):
        first = at + 1
        judged = first + WIDTH - 1 - RANGE_REACH
        if _is_spike(line, judged):
            spikes[judged], newest = 1.0, judged
        calm[at] = line[first + DELAY]
        if newest >= first + DELAY - MEDIAN_REACH:
            calm[at] = np.sort(line[first : first + WIDTH])[DELAY]
    recent[0], recent[1] = line[len(samples) :], spikes[len(samples) :]


@compiled
def _is_spike(samples: NDArray[np.float64], at: int) -> bool:
    lowest = highest = samples[at]
    for place in range(at - RANGE_REACH, at + RANGE_REACH + 1):
        value = samples[place]
        lowest = value if value < lowest else lowest
        highest = value if value > highest else highest
    span, height = highest - lowest, max(samples[at] - lowest, highest - samples[at])
    if span < LEAST or height < STANDS_OUT * span:
        return False
    middle = np.sort(samples[at - MEDIAN_REACH : at + MEDIAN_REACH + 1])[MEDIAN_REACH]
    return bool(abs(samples[at] - middle) > STANDS_OUT * span)


def settled(first: float) -> NDArray[np.float64]:
    """What `remove_spikes` remembers before the first sample, in mV, which is held backwards; shape (2, WIDTH)."""
    return np.vstack([np.full(WIDTH, first), np.zeros(WIDTH)])
