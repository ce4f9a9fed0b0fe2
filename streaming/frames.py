"""From what the pipeline gave for one batch to what screens get. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ecg.types import Event, SampleChunk
from streaming.codec import LiveFrame, to_trace


def live_frames(outputs: Iterable[SampleChunk | Event], received_ms: Mapping[str, int]) -> list[LiveFrame]:
    """One frame for each recording of the batch, with its events; one for each run of consecutive samples.

    received_ms: recording -> wall ms of its newest chunk in the batch. A recording without output gets an empty frame:
    it says that samples came.
    """
    runs: dict[str, list[list[SampleChunk]]] = {name: [] for name in received_ms}
    events: dict[str, list[Event]] = {name: [] for name in received_ms}
    for item in outputs:
        if isinstance(item, SampleChunk):
            _extend(runs[item.recording], item)
        else:
            events[item.recording].append(item)
    return [
        frame for name, newest_ms in received_ms.items() for frame in _frames(name, newest_ms, runs[name], events[name])
    ]


def _extend(runs: list[list[SampleChunk]], chunk: SampleChunk) -> None:
    if runs and runs[-1][-1].end == chunk.start:
        runs[-1].append(chunk)
    else:
        runs.append([chunk])


def _frames(
    recording: str, newest_ms: int, runs: Sequence[Sequence[SampleChunk]], events: Sequence[Event]
) -> list[LiveFrame]:
    """The events ride on the last frame."""
    if not runs:
        return [LiveFrame(recording, newest_ms, 0, np.zeros(0, np.int16), tuple(events))]
    *earlier, last = [(run[0].start, to_trace(np.concatenate([chunk.samples for chunk in run]))) for run in runs]
    frames = [LiveFrame(recording, newest_ms, start, trace, ()) for start, trace in earlier]
    return [*frames, LiveFrame(recording, newest_ms, *last, tuple(events))]
