"""Stored samples through the tracker once more: the picture, and the beats, that the live recording gave."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from db.queries import segments
from db.views import RecordingView
from ecg.errors import SignalError
from ecg.rates import device_index
from ecg.tracker import SignalTracker, TrackerOutput
from ecg.types import DetectedBeat, DeviceChunk, SampleChunk


class Retraced(NamedTuple):
    """A stretch of recording that went through the tracker again. trace: None where no samples are stored."""

    trace: SampleChunk | None
    beats: list[DetectedBeat]


def retrace(engine: Engine, recording: RecordingView, start: int, end: int) -> Retraced:
    """The stored samples between the house samples [start, end) through a tracker of their own."""
    first, last = (max(device_index(each, recording.rate), 0) for each in (start, end))
    tracker, outputs = SignalTracker(recording.id), list[TrackerOutput]()
    for stored in segments(engine, recording.id, first, last):
        skip = max(first - stored.start, 0)
        samples = stored.samples[skip : last - stored.start]
        if len(samples):
            chunk = DeviceChunk(recording.id, stored.start + skip, samples, recording.rate, recording.gain)
            try:
                outputs += tracker.receive(chunk)
            except SignalError:
                break
    traces = [item for item in outputs if isinstance(item, SampleChunk)]
    return Retraced(_joined(traces), [item for item in outputs if isinstance(item, DetectedBeat)])


def _joined(traces: Sequence[SampleChunk]) -> SampleChunk | None:
    """One chunk from the first sample to the last, NaN where there were none."""
    if not traces:
        return None
    start = min(each.start for each in traces)
    samples = np.full(max(each.end for each in traces) - start, np.nan, np.float32)
    for each in traces:
        samples[each.start - start : each.end - start] = each.samples
    return SampleChunk(traces[0].recording, start, samples)
