"""The mean beat of each class, from stored samples that go through the monitor band once more."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from dashboard.template_figures import AFTER_R, BEFORE_R, Template
from db.edited import edited_beats
from db.queries import beats, segments
from db.views import RecordingView
from ecg.corrections import Edits, with_edits
from ecg.errors import DamagedError, SignalError
from ecg.filters import BAND_DELAY, CausalFilter, hold, monitor_band
from ecg.frontdoor import FrontDoor
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.rates import device_index, to_samples
from ecg.types import Beat, DeviceChunk, SampleChunk

HOUR = to_samples(3600.0)
MOST_BEATS = 200
"""Of each class, the newest: an hour of any heart costs the same few tenths of a second."""
LEAST_BEATS = 3
SETTLE = to_samples(3.0)
"""Before a beat, for the filter to forget that it began there."""
KEPT = 32


@lru_cache(maxsize=KEPT)
def templates(engine: Engine, recording: RecordingView, start: int, end: int, edits: Edits) -> tuple[Template, ...]:
    """The mean beat of each class that has enough beats between two house samples; as people have said they are."""
    known = with_edits(beats(engine, recording.id, start, end), edits)
    return _made(
        engine, recording, {kind: [beat.index for beat in known if _kind(beat) is kind] for kind in BEAT_CLASSES}
    )


@lru_cache(maxsize=KEPT)
def whole_templates(
    engine: Engine, recording: RecordingView, _end: int, _edits: Edits, _analysis: str
) -> tuple[Template, ...]:
    """The same over the whole recording. What is kept for one end, edit or analysis is not told of another: an analysis
    has beats of its own.
    """
    known = edited_beats(engine, recording.id)
    mine = {kind: known.index[known.kind == place].tolist() for place, kind in enumerate(BEAT_CLASSES)}
    return _made(engine, recording, mine)


def _made(engine: Engine, recording: RecordingView, beats: Mapping[BeatClass, Sequence[int]]) -> tuple[Template, ...]:
    """beats: R peaks of each class, in order."""
    chosen = {kind: mine[-MOST_BEATS:] for kind, mine in beats.items()}
    wanted = sorted(index for mine in chosen.values() for index in mine)
    trace = {index: cut for run in _runs(wanted) for index, cut in _cuts(engine, recording, run)}
    made = (_template(kind, [trace[index] for index in mine if index in trace]) for kind, mine in chosen.items())
    return tuple(each for each in made if each is not None)


def _kind(beat: Beat) -> BeatClass:
    return beat.beat_class if beat.class_sure else BeatClass.UNKNOWN


def _template(kind: BeatClass, cuts: Sequence[NDArray[np.float64]]) -> Template | None:
    if len(cuts) < LEAST_BEATS:
        return None
    mean, spread = np.mean(cuts, axis=0), np.std(cuts, axis=0, ddof=1)
    return Template(kind, len(cuts), tuple(mean.tolist()), tuple(spread.tolist()))


def _runs(indices: Sequence[int]) -> Iterable[list[int]]:
    """Beats that are read together, because the next one's filter would begin before the last one ends."""
    run: list[int] = []
    for index in indices:
        if run and index - run[-1] > SETTLE + AFTER_R + BEFORE_R:
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _cuts(engine: Engine, recording: RecordingView, run: Sequence[int]) -> Iterable[tuple[int, NDArray[np.float64]]]:
    """The filtered trace around each R peak, where all of it, and what the filter needs before it, is there."""
    for start, trace in filtered(engine, recording, run[0] - SETTLE - BEFORE_R, run[-1] + AFTER_R + BAND_DELAY + 1):
        for index in run:
            first = index - BEFORE_R - start
            cut = trace[max(first, 0) : first + BEFORE_R + AFTER_R]
            if first >= SETTLE // 2 and len(cut) == BEFORE_R + AFTER_R and not np.isnan(cut).any():
                yield index, cut


def filtered(
    engine: Engine, recording: RecordingView, start: int, end: int
) -> Iterable[tuple[int, NDArray[np.float64]]]:
    """Stretches without a gap between two house samples, as the screen shows them: (start, mV)."""
    door, first, last = FrontDoor(recording.id), *(max(device_index(at, recording.rate), 0) for at in (start, end))
    pieces: list[SampleChunk] = []
    try:
        for stored in segments(engine, recording.id, first, last):
            skip = max(first - stored.start, 0)
            samples = stored.samples[skip : last - stored.start]
            if len(samples):
                chunk = DeviceChunk(recording.id, stored.start + skip, samples, recording.rate, recording.gain)
                pieces += [item for item in door.receive(chunk) if isinstance(item, SampleChunk)]
    except (SignalError, DamagedError):
        return
    for piece in _joined(pieces):
        yield piece[0] - BAND_DELAY, _through_band(piece[1])


def _joined(pieces: Sequence[SampleChunk]) -> Iterable[tuple[int, NDArray[np.float64]]]:
    together: list[list[SampleChunk]] = []
    for piece in pieces:
        if together and together[-1][-1].end == piece.start:
            together[-1].append(piece)
        else:
            together.append([piece])
    for run in together:
        yield run[0].start, np.concatenate([each.samples for each in run]).astype(np.float64)


def _through_band(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN stays NaN; the filter holds the value before it meanwhile."""
    absent = np.isnan(samples)
    if absent.all():
        return samples
    held = samples.copy()
    hold(held, float(samples[np.flatnonzero(~absent)[0]]))
    return np.where(absent, np.nan, CausalFilter(monitor_band()).receive(held))
