"""Pacing spikes are taken out before QRS complexes are sought: no pacemaker's pulse may be counted as a beat.

A pulse of 0.1 to 2 ms is, at the house rate and behind a device's own low pass, a spike of one to three samples with
small echoes beside it; the narrowest R wave of a heart has five. So a sample that stands `STANDS_OUT` of all that
happens within 16 ms away from the median of 28 ms around it is a spike, and the median of 60 ms takes its place and
that of its neighbours.
"""

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.ranks import ranked

RANGE_REACH = 4  # samples, 16 ms
MEDIAN_REACH = 3  # samples, 12 ms: so far a spike and its echoes reach
STANDS_OUT = 0.7  # of the range: a triangle of any width reaches 0.5, a spike 0.8
LEAST = 0.05  # mV
DELAY = RANGE_REACH + MEDIAN_REACH
WIDTH = 2 * DELAY + 1


@compiled
def remove_spikes(recent: NDArray[np.float64], samples: NDArray[np.float64], calm: NDArray[np.float64]) -> None:
    """recent: the last WIDTH samples in mV, then of each whether it is a spike; changed. calm: the result, shape (n,).

    Before the first sample it stands for all before it, and none is a spike.
    """
    count = WIDTH + len(samples)
    room = np.empty((4, count))
    line, spikes, lowest, highest = room[0], room[1], room[2], room[3]
    line[:WIDTH], line[WIDTH:] = recent[0], samples
    spikes[:WIDTH], spikes[WIDTH:] = recent[1], 0.0
    _bounds(line, lowest, highest)
    newest = -WIDTH
    for place in range(WIDTH):
        newest = place if spikes[place] > 0 else newest
    for at in range(len(samples)):
        first = at + 1
        judged = first + WIDTH - 1 - RANGE_REACH
        low, high = lowest[judged - RANGE_REACH], highest[judged - RANGE_REACH]
        far, height = STANDS_OUT * (high - low), max(line[judged] - low, high - line[judged])
        if high - low >= LEAST and height >= far and _is_far(line, judged, far):
            spikes[judged], newest = 1.0, judged
        calm[at] = line[first + DELAY]
        if newest >= first + DELAY - MEDIAN_REACH:
            calm[at] = ranked(line[first : first + WIDTH], DELAY)
    recent[0], recent[1] = line[len(samples) :], spikes[len(samples) :]


@compiled
def _bounds(line: NDArray[np.float64], lowest: NDArray[np.float64], highest: NDArray[np.float64]) -> None:
    """The lowest and highest of the 2 * RANGE_REACH + 1 samples from each place on, where so many follow.

    Windows of 2, 4 and 8 are made of two halves: all steps run in the CPU's vector registers.
    """
    count = len(line)
    for place in range(count - 1):
        lowest[place] = min(line[place], line[place + 1])
        highest[place] = max(line[place], line[place + 1])
    half = 2
    while half <= RANGE_REACH:
        for place in range(count - half):
            lowest[place] = min(lowest[place], lowest[place + half])
            highest[place] = max(highest[place], highest[place + half])
        half *= 2
    for place in range(count - 2 * RANGE_REACH):
        lowest[place] = min(lowest[place], line[place + 2 * RANGE_REACH])
        highest[place] = max(highest[place], line[place + 2 * RANGE_REACH])


@compiled
def _is_far(line: NDArray[np.float64], at: int, least: float) -> bool:
    """Whether the sample `at` is more than `least` away from the median of those within MEDIAN_REACH.

    It is when more than half of them are so far below it, or above: nothing has to be ordered.
    """
    below = above = 0
    for place in range(at - MEDIAN_REACH, at + MEDIAN_REACH + 1):
        below += line[at] - line[place] > least
        above += line[place] - line[at] > least
    return bool(max(below, above) > MEDIAN_REACH)
