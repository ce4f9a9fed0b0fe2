"""MIT-BIH records under the noise of the MIT-BIH Noise Stress Test Database (Moody, Muldrow & Mark 1984).

The ratio is that database's: the power of the signal is the square of the median peak-to-peak QRS amplitude over eight,
that of the noise its variance. Unlike there, the noise lies over the whole piece.
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg.labels import AAMI_OF_WFDB
from streaming.records import RecordedLead, read_record
from training.noise import NoiseLead, read_leads

NOISES = ("bw", "em", "ma")
RATIOS_DB = (24, 18, 12, 6, 0, -6)
QRS_REACH = 0.05  # s
LARGEST = 32_000


@dataclass(frozen=True, slots=True)
class Annotated:
    """A lead, the device samples of all its annotated beats, and the stretches of ventricular flutter [start, end)."""

    lead: RecordedLead
    beats: NDArray[np.int64]
    flutter: tuple[tuple[int, int], ...]

    def first(self, seconds: float) -> "Annotated":
        """The beginning of it."""
        end = int(seconds * self.lead.rate)
        return Annotated(
            replace(self.lead, samples=self.lead.samples[:end]), self.beats[self.beats < end], self.flutter
        )


def annotated(path: Path, lead: int = 0) -> Annotated:
    """A lead of the record at `path` with all annotated beats, the first five minutes and flutter included."""
    annotation = wfdb.rdann(str(path), "atr")
    pairs = list(zip(annotation.sample.tolist(), annotation.symbol, strict=True))
    beats = np.array([sample for sample, symbol in pairs if symbol in AAMI_OF_WFDB], np.int64)
    begins = [sample for sample, symbol in pairs if symbol == "["]
    ends = [sample for sample, symbol in pairs if symbol == "]"]
    return Annotated(read_record(path, lead), beats, tuple(zip(begins, ends, strict=True)))


def noise_leads(data: Path) -> dict[str, NoiseLead]:
    """The first lead of each noise record, by its name."""
    leads = read_leads(data / "nstdb.npz" if (data / "nstdb.npz").exists() else data / "nstdb")
    return dict(zip(NOISES, leads[::2], strict=True))


def under(noise: NoiseLead, ratio_db: float, record: Annotated) -> Annotated:
    """`record` with a piece of `noise` over it, another piece for each record."""
    lead = record.lead
    assert noise.rate == lead.rate
    digest = hashlib.sha256(lead.name.encode()).digest()
    rolled = np.roll(noise.samples, -(int.from_bytes(digest[:4], "big") % len(noise.samples)))
    piece = np.resize(rolled, len(lead.samples)).astype(np.float64)
    level = noise_level(lead.samples.astype(np.float64), record.beats, int(QRS_REACH * lead.rate), ratio_db)
    noisy = lead.samples + level * (piece - piece.mean()) / piece.std()
    return replace(record, lead=replace(lead, samples=np.clip(np.rint(noisy), -LARGEST, LARGEST).astype(np.int16)))


def noise_level(samples: NDArray[np.float64], beats: NDArray[Any], reach: int, ratio_db: float) -> float:
    """Standard deviation that noise must have over `samples` whose complexes lie within `reach` of `beats`.

    In the unit of the samples; where there are hardly any complexes, as if they were 1 high.
    """
    heights = [np.ptp(samples[max(int(at) - reach, 0) : int(at) + reach + 1]) for at in beats[1:-1]]
    height = float(np.median(heights)) if len(heights) > 2 else 1.0
    return height / float(np.sqrt(8)) * float(10 ** (-ratio_db / 20))
