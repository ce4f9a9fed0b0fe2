"""Segments of records as the network learns from them: a stretch of signal and all of its beats at once.

No convolution of the trunk pads, so a beat read in a long segment gives what its own window would give; a test
compares the two. A segment begins as a recording does: nothing is known before it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.rates import SAMPLE_RATE
from ecg.timing import TIMING_FEATURES, WINDOW_SHARE, RrHistory
from ecg.tracker import DECIMATION, WINDOW_AFTER, WINDOW_SAMPLES
from training.prepared import TRACE_GAIN, PreparedRecord

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """signal (m,) mV at the window rate. For n beats: ends (n,), the sample at which each one's window ends; seconds
    (n,); timing (n, TIMING_FEATURES); beat_class and rhythm (n,), codes or MASKED.
    """

    signal: Array
    ends: NDArray[np.int64]
    seconds: Array
    timing: Array
    beat_class: NDArray[np.int8]
    rhythm: NDArray[np.int8]


def whole(record: PreparedRecord) -> Segment:
    """All of a record, unchanged."""
    return cut(record, 0, record.begin + len(record.trace), 1.0)


def cut(record: PreparedRecord, begin: int, end: int, pace: float) -> Segment:
    """The house samples [begin, end) as if time ran `pace` times faster: intervals shrink by that factor."""
    count = max(int((end - begin) / (DECIMATION * pace)), 1)
    places = begin - record.begin + np.arange(count) * (DECIMATION * pace)
    signal = np.interp(places, np.arange(len(record.trace)), record.trace) / TRACE_GAIN
    inside = (record.peaks >= begin) & (record.peaks < end)
    peaks = np.rint((record.peaks[inside] - begin) / pace).astype(np.int64)
    ends = peaks // DECIMATION + WINDOW_AFTER
    complete = ends < count
    chosen, peaks, ends = np.flatnonzero(inside)[complete], peaks[complete], ends[complete]
    return Segment(
        signal.astype(np.float32),
        ends,
        (peaks / SAMPLE_RATE).astype(np.float32),
        _timing(peaks, ends),
        record.beat_class[chosen],
        record.rhythm[chosen],
    )


def _timing(peaks: NDArray[np.int64], ends: NDArray[np.int64]) -> Array:
    history = RrHistory()
    timing = np.zeros((len(peaks), TIMING_FEATURES), np.float32)
    for row, peak in zip(timing, peaks.tolist(), strict=True):
        history.note(peak)
        row[:] = history.features()
    timing[:, WINDOW_SHARE] = np.minimum((ends + 1) / WINDOW_SAMPLES, 1.0)
    return timing
