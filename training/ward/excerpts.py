"""The stretches of a recording that hold judged beats, with what a network needs around them; none has a gap."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from db.views import RecordingView, SegmentView
from ecg.rates import device_index
from ecg.types import INVALID_SAMPLE
from training.ward.truth import Label

BEFORE_S, AFTER_S = 60.0, 15.0
"""The filters and the detector settle in ten seconds, a beat is judged among those of 30 s before it and 9 s after."""
LEAST_S = 10.0

Read = Callable[[int, int], Sequence[SegmentView]]
"""Stored segments that reach into the device samples [start, end)."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """begin: its first device sample in the recording. labels: (sample in the excerpt, label), which rise."""

    begin: int
    samples: NDArray[np.int16]
    labels: list[tuple[int, Label]]


def excerpts(of: RecordingView, labels: Sequence[Label], read: Read) -> Iterator[Excerpt]:
    """All of them, in order. Labels whose samples are not stored are in none."""
    places = [device_index(label.index, of.rate) for label in labels]
    least = round(LEAST_S * of.rate)
    for start, end in spans(places, round(BEFORE_S * of.rate), round(AFTER_S * of.rate)):
        for begin, samples in _runs(start, end, read(start, end)):
            first, last = bisect_left(places, begin), bisect_left(places, begin + len(samples))
            inside = {at - begin: one for at, one in zip(places[first:last], labels[first:last], strict=True)}
            if inside and len(samples) >= least:
                yield Excerpt(begin, samples, list(inside.items()))


def spans(places: Sequence[int], before: int, after: int) -> Iterator[tuple[int, int]]:
    """[start, end) around `places`, which rise; those that meet are one."""
    open_: tuple[int, int] | None = None
    for at in places:
        start, end = max(at - before, 0), at + after
        if open_ is not None and start <= open_[1]:
            open_ = (open_[0], end)
        else:
            if open_ is not None:
                yield open_
            open_ = (start, end)
    if open_ is not None:
        yield open_


def _runs(start: int, end: int, stored: Sequence[SegmentView]) -> Iterator[tuple[int, NDArray[np.int16]]]:
    """The stretches of [start, end) of which every sample is there."""
    last = min(end, max((each.start + len(each.samples) for each in stored), default=start))
    whole = np.full(max(last - start, 0), INVALID_SAMPLE, np.int16)
    for each in stored:
        a, z = max(each.start, start), min(each.start + len(each.samples), last)
        whole[a - start : z - start] = each.samples[a - each.start : z - each.start]
    there = np.concatenate(([False], whole != INVALID_SAMPLE, [False]))
    edges = np.flatnonzero(there[1:] != there[:-1])
    for first, after in edges.reshape(-1, 2).tolist():
        yield start + first, whole[first:after]
