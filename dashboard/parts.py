"""The parts of a live picture: what a screen is told of one recording, in the order in which it needs them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg.types import AfBurden, Beat, QualityChange, RhythmEpisode, SignalGap, VitalSigns


@dataclass(frozen=True, slots=True)
class TracePart:
    """Filtered samples (int16, shape (n,), 1/TRACE_GAIN mV) from house sample `start` on.

    at_ms: wall ms at which the newest would have come had nothing held it up. behind_ms: how long that was, 0 if live.
    """

    channel: int
    start: int
    at_ms: int
    behind_ms: int
    samples: NDArray[np.int16]


ShownEvent = SignalGap | QualityChange | Beat | RhythmEpisode | VitalSigns | AfBurden


@dataclass(frozen=True, slots=True)
class EventPart:
    """One event of the recording on `channel`."""

    channel: int
    event: ShownEvent


@dataclass(frozen=True, slots=True)
class SettledPart:
    """A beat of the recording on `channel` that was told before, now with its settled rhythm."""

    channel: int
    beat: Beat


@dataclass(frozen=True, slots=True)
class CorrectedPart:
    """What a person has said of a beat: it is drawn with `sign` now. by_person: false once it was taken back."""

    channel: int
    index: int
    sign: str
    by_person: bool


Part = TracePart | EventPart | SettledPart | CorrectedPart


def merged(parts: Iterable[Part]) -> list[Part]:
    """The parts with neighbouring traces of a channel joined: fewer and larger blocks; traces come first."""
    runs: list[list[TracePart]] = []
    open_runs: dict[int, list[TracePart]] = {}
    events: list[Part] = []
    for part in parts:
        if not isinstance(part, TracePart):
            events.append(part)
            continue
        run = open_runs.get(part.channel)
        if run is not None and run[-1].start + len(run[-1].samples) == part.start:
            run.append(part)
        else:
            open_runs[part.channel] = run = [part]
            runs.append(run)
    return [*(_joined(run) for run in runs), *events]


def _joined(run: list[TracePart]) -> TracePart:
    samples = run[0].samples if len(run) == 1 else np.concatenate([part.samples for part in run])
    return replace(run[-1], start=run[0].start, samples=samples)
