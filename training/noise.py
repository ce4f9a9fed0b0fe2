"""Recorded noise to lay over training segments: the MIT-BIH Noise Stress Test Database through our own filters."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg.errors import RecordError
from ecg.tracker import DECIMATION, SignalTracker
from ecg.types import DeviceChunk, SampleChunk
from training.layout import NOISE_RECORDS

CHUNK_SECONDS = 4


class Noise:
    """Pieces of noise at the window rate, of standard deviation one."""

    def __init__(self, tracks: list[NDArray[np.float32]]) -> None:
        self._tracks = tracks

    def piece(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """`count` samples from a random place of a random track; half of them upside down."""
        track = self._tracks[rng.integers(len(self._tracks))]
        at = rng.integers(max(len(track) - count, 0) + 1)
        part = np.resize(track[at : at + count], count)
        return np.asarray(part * (rng.choice((-1.0, 1.0)) / max(float(part.std()), 1e-3)), np.float32)


class NoiseLead(NamedTuple):
    """One lead of one record: samples / gain = millivolt, rate in Hz."""

    samples: NDArray[np.int16]
    rate: float
    gain: float


def read_noise(place: Path) -> Noise:
    """Baseline wander, electrode motion and muscle artefact: WFDB records bw, em, ma in a folder, or an .npz with int16
    arrays of these names, shape (n, 2), `fs` in Hz and `adc_per_mv`. Raises RecordError.
    """
    return Noise([_filtered(lead) for lead in read_leads(place)])


def read_leads(place: Path) -> list[NoiseLead]:
    """Both leads of each of `NOISE_RECORDS`, in order. Raises RecordError."""
    try:
        return list(_folder_leads(place) if place.is_dir() else _packed_leads(place))
    except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise RecordError(f"the noise in {place} cannot be read: {error}") from error


def _packed_leads(path: Path) -> Iterator[NoiseLead]:
    with np.load(path) as stored:
        for name in NOISE_RECORDS:
            for lead in stored[name].T:
                yield NoiseLead(lead, float(stored["fs"]), float(stored["adc_per_mv"]))


def _folder_leads(folder: Path) -> Iterator[NoiseLead]:
    for name in NOISE_RECORDS:
        record = wfdb.rdrecord(str(folder / name), physical=False)
        for lead, gain in zip(record.d_signal.T, record.adc_gain, strict=True):
            yield NoiseLead(lead.astype(np.int16), float(record.fs), float(gain))


def _filtered(lead: NoiseLead) -> NDArray[np.float32]:
    tracker, step = SignalTracker("noise"), int(CHUNK_SECONDS * lead.rate)
    outputs = [
        item
        for at in range(0, len(lead.samples), step)
        for item in tracker.receive(DeviceChunk("noise", at, lead.samples[at : at + step], lead.rate, lead.gain))
    ]
    trace = np.concatenate([item.samples for item in outputs if isinstance(item, SampleChunk)])
    return np.asarray(np.nan_to_num(trace)[::DECIMATION])
