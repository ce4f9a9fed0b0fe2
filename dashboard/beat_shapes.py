"""The shapes of a recording's beats: its trace, as the screen shows it, around each R peak, in clusters."""

from dataclasses import dataclass
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from dashboard.templates import SETTLE, filtered
from db.edited import Kept, found_columns
from db.views import RecordingView
from ecg.beat_columns import BeatColumns
from ecg.labels import BEAT_CLASSES
from ecg.rates import to_samples
from ecg.shape_clusters import NONE, clusters, mean_shapes

BEFORE, AFTER, STEP = to_samples(0.12), to_samples(0.2), 2
"""What of a beat is compared, every other sample."""
HOUR = to_samples(3600.0)
MOST_SHOWN = 24
_kept = Kept()


@dataclass(frozen=True, slots=True)
class BeatShapes:
    """index: the network's beats. label: the cluster of each, `NONE`. means: mV of each cluster."""

    index: NDArray[np.int64]
    label: NDArray[np.int16]
    means: list[list[float]]

    def of(self, label: int) -> list[int]:
        """The beats of a cluster."""
        found: list[int] = self.index[self.label == label].tolist()
        return found


class ShownShape(msgspec.Struct, frozen=True):
    """A cluster: how many beats, the letter that most of them have, and its mean in mV."""

    count: int
    sign: str
    mean: list[float]


class ShownShapes(msgspec.Struct, frozen=True):
    """The largest clusters; label: the cluster of each beat at `index`, -1 for none."""

    shapes: list[ShownShape]
    index: list[int]
    label: list[int]


def beat_shapes(engine: Engine, of: RecordingView) -> BeatShapes:
    """Made once for the beats that the network has found."""
    found = found_columns(engine, of.id)
    key = (str(engine.url), of.id, len(found.index), crc32(found.index.tobytes()))
    return _kept.take(key, lambda: _made(engine, of, found))


def shown_shapes(engine: Engine, of: RecordingView, shown: BeatColumns) -> ShownShapes:
    """Of the beats that are shown."""
    known = beat_shapes(engine, of)
    places = np.searchsorted(known.index, shown.index)
    there = np.concatenate((known.index, [NONE]))[places] == shown.index
    label = np.where(there, np.concatenate((known.label, [NONE]))[places], NONE)
    shapes = []
    for place, mean in enumerate(known.means[:MOST_SHOWN]):
        mine = shown.kind[label == place]
        kind = BEAT_CLASSES[int(np.bincount(mine).argmax())].value if len(mine) else ""
        shapes.append(ShownShape(len(mine), kind, mean))
    return ShownShapes(shapes, shown.index.tolist(), label.tolist())


def _made(engine: Engine, of: RecordingView, found: BeatColumns) -> BeatShapes:
    cuts = np.full((len(found.index), (BEFORE + AFTER) // STEP), np.nan, np.float32)
    for start in range(0, int(found.index[-1]) + 1 if len(found.index) else 0, HOUR):
        places = np.arange(*np.searchsorted(found.index, (start, start + HOUR)))
        if not len(places):
            continue
        for begin, trace in filtered(engine, of, start - SETTLE, start + HOUR + SETTLE):
            _cut(cuts, places, found.index[places] - begin, trace)
    label = clusters(cuts)
    return BeatShapes(found.index, label, [mean.round(3).tolist() for mean in mean_shapes(cuts, label)])


def _cut(
    cuts: NDArray[np.float32], places: NDArray[np.int64], peaks: NDArray[np.int64], trace: NDArray[np.float64]
) -> None:
    """Put what a stretch has around each of its peaks where it belongs."""
    inside = (peaks >= BEFORE) & (peaks + AFTER <= len(trace))
    if inside.any():
        cuts[places[inside]] = trace[peaks[inside, None] + np.arange(-BEFORE, AFTER, STEP)]
