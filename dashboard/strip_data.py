"""What assets/stored.js draws of a stored stretch: where there is anything at all, and tiles of samples and beats.

A tile is asked for by its number, so that a jump to any moment costs one tile or two, however long the recording is.
"""

from itertools import pairwise

import msgspec
import numpy as np
from sqlalchemy import Engine

from dashboard.components import FINDING_SIGNS
from dashboard.retrace import retrace
from dashboard.why_pictures import StripBeat
from db.corrections import noise_stretches, shown_beats
from db.edited import shown_episodes
from db.purged import purged_stretches
from db.queries import (
    ledger,
    ledgers_of_patient,
    quality_changes,
    recordings_of_patient,
    stored_until,
)
from db.views import LedgerView, RecordingView
from ecg.findings import Quality
from ecg.rates import BAND_SETTLES, house_index, to_samples
from ecg.types import SampleChunk
from streaming.codec import to_trace

TILE = to_samples(20.0)
"""House samples in a tile: a screen at 25 mm/s needs two of them."""
MARGIN = 12
"""Samples of the neighbours, so that a line goes on over the edge of a tile."""
BEATS_AROUND = to_samples(4.0)
"""Beats of the neighbours: the ground of a beat and its letter hang on those beside it."""
MOST_GAPS = 1000
"""Of a recording, the longest ones; the tiles know all of them."""
GRAVEST_LAST = ("", "~", "Q", "O", "S", "A", "F", "V")
"""Where episodes lie over each other, or in one step, the last of these shows."""


class Tile(msgspec.Struct, frozen=True):
    """int16 samples of 1/200 mV from house sample `start` on, -32768 for none; beats and quality changes round them.

    until: what is stored ends here.
    """

    start: int
    samples: bytes
    beats: list[StripBeat]
    poor: list[tuple[int, bool]]
    until: int


class Stretch(msgspec.Struct, frozen=True):
    """A recording: sample 0 at wall `started_ms`, stored until house sample `until`; gaps, and what was deleted
    since it is old, in house samples.
    """

    recording: str
    lead: str
    started_ms: int
    until: int
    gaps: list[tuple[int, int]]
    deleted: list[tuple[int, int]]


class Timeline(msgspec.Struct, frozen=True):
    """All that is stored of a patient, oldest first; tile: house samples in one tile."""

    tile: int
    recordings: list[Stretch]


class SignRun(msgspec.Struct, frozen=True, array_like=True):
    """Episodes with one sign over [start, end), seconds of the recording."""

    sign: str
    start: float
    end: float


def timeline(engine: Engine, patient_id: int) -> Timeline:
    """Where something of this patient is stored."""
    ledgers = ledgers_of_patient(engine, patient_id)
    known = [(each, ledgers[each.id]) for each in recordings_of_patient(engine, patient_id) if each.id in ledgers]
    return Timeline(TILE, [_stretch(engine, *each) for each in reversed(known)])


def timeline_of(engine: Engine, recording: RecordingView) -> Timeline:
    """Where something of this recording is stored."""
    kept = ledger(engine, recording.id)
    return Timeline(TILE, [] if kept is None else [_stretch(engine, recording, kept)])


def _stretch(engine: Engine, recording: RecordingView, ledger: LedgerView) -> Stretch:
    def house(index: int) -> int:
        return house_index(index, recording.rate)

    longest = sorted(ledger.gaps, key=lambda gap: gap[0] - gap[1])[:MOST_GAPS]
    gaps = [(house(start), house(end)) for start, end in sorted(longest)]
    deleted = [(house(start), house(end)) for start, end in purged_stretches(engine, ledger)]
    return Stretch(recording.id, recording.lead, recording.started_ms, house(ledger.until), gaps, deleted)


def tile(engine: Engine, recording: RecordingView, number: int) -> Tile:
    """The tile [number × `TILE`, (number + 1) × `TILE`) of a recording, filtered as the live picture was."""
    start, end = number * TILE, (number + 1) * TILE
    first = start - MARGIN
    near = (recording.id, start - BEATS_AROUND, end + BEATS_AROUND)
    shown = shown_beats(engine, *near)
    # From so far before that the picture is the live one. What is shown is shifted back by the band's delay, and comes
    # out of the resampler a little later.
    trace = retrace(engine, recording, first - BAND_SETTLES, end + 4 * MARGIN).trace
    return Tile(
        first,
        cut_out(trace, first, end + MARGIN),
        [StripBeat(each.index, each.rr, each.sign) for each in shown],
        _poor(engine, recording.id, start, end),
        house_index(stored_until(engine, recording.id), recording.rate),
    )


def _poor(engine: Engine, recording: str, start: int, end: int) -> list[tuple[int, bool]]:
    """From where on the signal is good or not; noise that a person has marked is not."""
    changes = [(each.index, each.quality is Quality.GOOD) for each in quality_changes(engine, recording, start, end)]
    for noise in noise_stretches(engine, recording):
        if noise.start >= end or noise.end <= start:
            continue
        good = next((good for index, good in reversed(changes) if index <= noise.end), True)
        outside = [each for each in changes if not noise.start <= each[0] <= noise.end]
        changes = sorted([*outside, (noise.start, False), (noise.end, good)])
    return changes


def cut_out(trace: SampleChunk | None, first: int, end: int) -> bytes:
    """The house samples [first, end) as `Tile.samples` has them."""
    whole = np.full(end - first, np.nan, np.float32)
    if trace is not None:
        a, z = max(first, trace.start), min(end, trace.end)
        if a < z:
            whole[a - first : z - first] = trace.samples[a - trace.start : z - trace.start]
    return to_trace(whole).astype("<i2").tobytes()


def sign_runs(engine: Engine, recording: RecordingView, start: float, end: float, points: int) -> list[SignRun]:
    """The signs of the episodes in the seconds [start, end), cut into `points` steps: at most so many runs."""
    step = max((end - start) / points, 1 / 250)
    ranks = np.zeros(points + 2, np.int8)
    last = to_samples(end)
    for episode in shown_episodes(engine, recording.id, to_samples(start), last):
        rank = GRAVEST_LAST.index(FINDING_SIGNS.get(episode.finding, ""))
        a, z = (each / to_samples(1.0) for each in (episode.start, last if episode.end is None else episode.end))
        inside = ranks[max(0, int((a - start) / step)) : max(0, int((z - start) / step)) + 1]
        np.maximum(inside, rank, out=inside)
    edges = np.flatnonzero(np.diff(ranks[:points], prepend=-1))
    borders = [*edges.tolist(), points]
    return [
        SignRun(GRAVEST_LAST[ranks[a]], start + a * step, start + z * step) for a, z in pairwise(borders) if ranks[a]
    ]
