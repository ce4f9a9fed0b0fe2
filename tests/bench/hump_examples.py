"""What the judge of humps learns from: humps of MIT-BIH records as the detector meets them, clean and under noise.

Both leads of each record, whole; the same with other speed and gain; and pieces of four minutes under noise of the
MIT-BIH Noise Stress Test Database, of which every second piece is bent (faster or slower, backwards, rougher or
smoother, swelling, two at once), so that not the recorded noise is learnt but its kind. A hump within 120 ms of an
annotated beat, the nearest of its kind, is a complex. Flutter, where beats are not annotated, teaches nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from ecg.compiled import compiled
from ecg.complexes import find_complexes
from ecg.filters import CausalFilter, envelope, qrs_band
from ecg.humps import DELAY, EVIDENCE, WAITING, fresh
from ecg.pacing import DELAY as SPIKE_DELAY
from ecg.pacing import WIDTH, remove_spikes
from ecg.rates import SAMPLE_RATE
from ecg.resample import Resampler
from tests.bench.made_rhythms import made_lead
from tests.bench.noise_stress import NOISES, annotated, noise_level
from training.noise import read_leads

Floats = NDArray[np.float64]

REACH = 30  # house samples, 120 ms
STEP = 4  # samples at a time: no two new humps within them
PIECE = 240 * SAMPLE_RATE
PIECES = 8  # under noise, of each lead
MADE_SECONDS, MADE_WEIGHT = 240.0, 2.0
KINDS = ("em", "em", "ma", "ma", "bw")  # as often as they stand here
RATIOS_DB = (18, 12, 6, 6, 0, 0, -6, -6)
COST_OF_MISSING = {18: 1.01, 12: 1.01, 6: 1.05, 0: 1.18, -6: 1.45}
"""F1 is highest when all is told that is likelier than F1 / 2: a missed complex weighs (2 - F1) / F1 false ones."""
SECOND_LEAD = 0.6  # of the weight of the first, whose beats are easier to see
QRS_REACH = 12  # house samples


@dataclass(frozen=True, slots=True)
class HouseLead:
    """A lead in mV at the house rate, its beats and stretches of flutter in samples, and which lead it is."""

    record: str
    lead: int
    samples: Floats
    beats: Floats
    flutter: tuple[tuple[float, float], ...]

    def part(self, first: int, end: int) -> "HouseLead":
        """From one sample to another."""
        inside = (self.beats >= first) & (self.beats < end)
        flutter = tuple((a - first, b - first) for a, b in self.flutter if b > first and a < end)
        return replace(self, samples=self.samples[first:end], beats=self.beats[inside] - first, flutter=flutter)


class Examples(NamedTuple):
    """Evidence (n, EVIDENCE), whether it speaks of a complex, and what an error costs."""

    evidence: NDArray[np.float32]
    truth: NDArray[np.bool_]
    cost: NDArray[np.float32]


class Noise:
    """Noise at the house rate, of standard deviation one; of each track the share between `first` and `end`."""

    def __init__(self, data: Path, first: float = 0.0, end: float = 1.0) -> None:
        leads = read_leads(data / "nstdb.npz" if (data / "nstdb.npz").exists() else data / "nstdb")
        tracks = [_normed(Resampler(lead.rate, 0).receive(lead.samples.astype(np.float64))) for lead in leads]
        cut = [track[int(first * len(track)) : int(end * len(track))] for track in tracks]
        self.tracks = dict(zip(NOISES, zip(cut[::2], cut[1::2], strict=True), strict=True))

    def piece(self, kind: str, count: int, rng: np.random.Generator) -> Floats:
        """`count` samples from a random place of either lead, every second time bent."""
        if rng.random() < 0.5:
            return self._plain(kind, count, rng)
        bent = self._bent(kind, count, rng)
        if rng.random() < 0.4:
            bent = bent + rng.uniform(0.3, 1.0) * self._bent(str(rng.choice(("em", "ma", kind))), count, rng)
        return _normed(bent)

    def _plain(self, kind: str, count: int, rng: np.random.Generator) -> Floats:
        track = self.tracks[kind][rng.integers(2)]
        return float(rng.choice((-1, 1))) * _normed(np.resize(np.roll(track, -rng.integers(len(track))), count))

    def _bent(self, kind: str, count: int, rng: np.random.Generator) -> Floats:
        speed = float(np.exp(rng.uniform(-0.5, 0.5))) if rng.random() < 0.7 else 1.0
        piece = _stretched(self._plain(kind, int(count / speed) + 2, rng), count)
        if rng.random() < 0.5:
            piece = piece[::-1].copy()
        if rng.random() < 0.6:
            piece = piece + rng.uniform(0, 6) * np.diff(piece, prepend=piece[0])
        elif rng.random() < 0.5:
            kept = rng.uniform(0.1, 0.7)
            piece = np.asarray(signal.lfilter([1 - kept], [1, -kept], piece))
        if rng.random() < 0.4:
            piece = piece * _stretched(np.exp(rng.normal(0, 0.5, count // 500 + 2)), count)
        return _normed(piece)


def house_leads(paths: list[Path]) -> list[HouseLead]:
    """Both leads of the records at `paths`."""
    found = []
    for path in paths:
        for lead in (0, 1):
            record = annotated(path, lead)
            rate, scale = record.lead.rate, SAMPLE_RATE / record.lead.rate
            samples = Resampler(rate, 0).receive(record.lead.samples / record.lead.gain)
            flutter = tuple((begin * scale, end * scale) for begin, end in record.flutter)
            beats = np.asarray(record.beats * scale, np.float64)
            found.append(HouseLead(path.name, lead, samples, beats, flutter))
    return found


def examples(lead: HouseLead, noise: Noise, weights: Floats, rng: np.random.Generator) -> Iterator[Examples]:
    """All that is to be learnt from a lead, by a detector with `weights`."""
    yield _judged(lead, weights, 1.0)
    if not lead.flutter:
        first = int(rng.integers(len(lead.samples) // 2))
        yield _judged(_varied(lead.part(first, first + len(lead.samples) // 2), rng, 1.0), weights, 1.0)
    yield _judged(HouseLead("made", 0, *made_lead(MADE_SECONDS, rng), ()), weights, 1.0, MADE_WEIGHT)
    for _ in range(PIECES):
        kind, ratio = str(rng.choice(KINDS)), int(rng.choice(RATIOS_DB))
        first = int(rng.integers(len(lead.samples) - PIECE))
        piece = lead.part(first, first + PIECE)
        piece = piece if piece.flutter else _varied(piece, rng, 0.6)
        noisy = under(piece, noise.piece(kind, len(piece.samples), rng), ratio + rng.uniform(-2, 2))
        if rng.random() < 0.2:
            more = noise.piece(str(rng.choice(NOISES)), len(piece.samples), rng)
            noisy = replace(
                noisy, samples=noisy.samples + under(piece, more, rng.uniform(6, 24)).samples - piece.samples
            )
        yield _judged(noisy, weights, COST_OF_MISSING[ratio])


def under(lead: HouseLead, noise: Floats, ratio_db: float) -> HouseLead:
    """`lead` with `noise` of standard deviation one over it; the ratio is that of `noise_stress`."""
    level = noise_level(lead.samples, lead.beats, QRS_REACH, ratio_db)
    return replace(lead, samples=lead.samples + level * noise)


def judged_humps(samples: Floats, weights: Floats) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """R peak (house samples) and evidence of each hump when it was first judged; R peaks of the complexes found."""
    calm, recent = np.empty(len(samples)), np.zeros((2, WIDTH))
    recent[0] = samples[0]
    remove_spikes(recent, samples, calm)
    room = len(samples) // STEP + WAITING
    places, evidence = np.empty(room, np.int64), np.empty((room, EVIDENCE), np.float32)
    found, delay = np.empty(room, np.int64), DELAY + SPIKE_DELAY
    band = CausalFilter(qrs_band()).receive(calm)
    judged, count = _listen(fresh(), calm, band, envelope()[0], weights, places, evidence, found)
    return places[:judged] - delay, evidence[:judged], found[:count] - delay


@compiled
def _listen(states: NDArray[np.void], calm: Floats, band: Floats, smooth: Floats, weights: Floats,
            places: NDArray[np.int64], evidence: NDArray[np.float32], found: NDArray[np.int64],
            ) -> tuple[int, int]:  # fmt: skip
    judged = count = 0
    now = np.empty(WAITING + STEP, np.int64)
    for at in range(0, len(band) - STEP, STEP):
        for place in range(find_complexes(states, calm[at : at + STEP], band[at : at + STEP], smooth, weights, now)):
            found[count], count = now[place], count + 1
        state = states[0]
        if state.judged > 0 and (judged == 0 or state.judged > places[judged - 1]):
            places[judged], judged = state.judged, judged + 1
            evidence[judged - 1] = state.evidence
    return judged, count


def _judged(lead: HouseLead, weights: Floats, cost_of_missing: float, importance: float = 1.0) -> Examples:
    places, evidence, _ = judged_humps(lead.samples, weights)
    truth, known = np.zeros(len(places), bool), np.ones(len(places), bool)
    for beat, right in zip(lead.beats, np.searchsorted(places, lead.beats), strict=True):
        near = range(max(right - 2, 0), min(right + 2, len(places)))
        nearest = min(near, key=lambda place: abs(places[place] - beat), default=None)
        if nearest is not None and abs(places[nearest] - beat) <= REACH:
            truth[nearest] = True
    for begin, end in lead.flutter:
        known &= (places < begin) | (places > end)
    cost = np.where(truth, cost_of_missing, 1.0) * importance * (SECOND_LEAD if lead.lead else 1.0)
    return Examples(evidence[known], truth[known], cost[known].astype(np.float32))


def _varied(lead: HouseLead, rng: np.random.Generator, how_often: float) -> HouseLead:
    """With another speed, another gain, and perhaps a step of the gain."""
    samples, beats = lead.samples - np.median(lead.samples), lead.beats
    if rng.random() < 0.5 * how_often:
        slower = np.exp(rng.uniform(-0.25, 0.25))
        samples, beats = _stretched(samples, int(len(samples) * slower)), beats * slower
    samples = samples * np.exp(rng.uniform(-0.7, 0.7))
    if rng.random() < 0.3 * how_often:
        samples[rng.integers(len(samples) // 4, len(samples)) :] *= np.exp(rng.uniform(-0.9, 0.9))
    return replace(lead, samples=samples, beats=beats)


def _stretched(samples: Floats, count: int) -> Floats:
    return np.interp(np.linspace(0, len(samples) - 1, count), np.arange(len(samples)), samples)


def _normed(samples: Floats) -> Floats:
    return np.asarray((samples - samples.mean()) / samples.std())
