"""Fits the weights of the QRS detector's evidence: a logistic regression over the humps that it judges.

python -m tests.bench.evidence         needs WARDBEAT_DATA_DIR

Both leads of the MIT-BIH records, clean and under noise, go through the detector; a hump within 120 ms of an annotated
beat, the nearest of its kind, is a complex. Since what is judged depends on the weights, fitting is repeated. Then the
same is done without every third record in turn, and F1 on the records left out says what the weights are worth.
Flutter, where beats are not annotated, teaches nothing.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.complexes import WEIGHTS, find_complexes
from ecg.filters import CausalFilter, envelope, qrs_band
from ecg.humps import DELAY, EVIDENCE, WAITING, fresh
from ecg.rates import SAMPLE_RATE
from ecg.resample import Resampler
from ecg.scoring import match_beats
from streaming.records import list_records
from tests.bench.noise_stress import Annotated, annotated, noise_leads, under

Floats = NDArray[np.float64]

CONDITIONS = (("em", 6), ("ma", 6), ("em", 0), ("ma", 0), ("em", -6))
SECONDS = 900.0
REACH = 30  # house samples
STEP = 4  # samples at a time: no two new humps within them
ROUNDS = 3
FOLDS = 3
RIDGE = 1e-3


def judged_humps(samples: Floats, weights: Floats) -> tuple[NDArray[np.int64], Floats, list[int]]:
    """R peak (house samples) and evidence (n, EVIDENCE) of each hump when it was judged; the complexes found."""
    band = CausalFilter(qrs_band()).receive(samples)
    places, evidence = np.empty(len(band) // STEP, np.int64), np.empty((len(band) // STEP, EVIDENCE))
    complexes = np.empty(len(band) // STEP, np.int64)
    judged, found = _listen(fresh(), band, envelope()[0], weights, places, evidence, complexes)
    return places[:judged] - DELAY, evidence[:judged], (complexes[:found] - DELAY).tolist()


@compiled
def _listen(
    states: NDArray[np.void],
    band: Floats,
    smooth: Floats,
    weights: Floats,
    places: NDArray[np.int64],
    evidence: Floats,
    complexes: NDArray[np.int64],
) -> tuple[int, int]:
    judged = found = 0
    now = np.empty(WAITING + STEP, np.int64)
    for at in range(0, len(band) - STEP, STEP):
        for place in range(find_complexes(states, band[at : at + STEP], smooth, weights, now)):
            complexes[found], found = now[place], found + 1
        state = states[0]
        if state.judged > 0 and (judged == 0 or state.judged > places[judged - 1]):
            places[judged] = state.judged
            for kind in range(EVIDENCE):
                evidence[judged, kind] = state.evidence[kind]
            judged += 1
    return judged, found


def examples(record: Annotated, weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Evidence and truth of the humps of a record."""
    rate = record.lead.rate
    places, evidence, _ = judged_humps(_house_samples(record), weights)
    beats = record.beats * SAMPLE_RATE / rate
    truth = np.zeros(len(places), bool)
    for beat in beats:
        around = np.flatnonzero(np.abs(places - beat) <= REACH)
        if len(around):
            truth[around[np.abs(places[around] - beat).argmin()]] = True
    known = np.ones(len(places), bool)
    for begin, end in record.flutter:
        known &= (places < begin * SAMPLE_RATE / rate) | (places > end * SAMPLE_RATE / rate)
    return evidence[known], truth[known]


def fitted(records: Sequence[Annotated]) -> Floats:
    """Weights for these records."""
    weights = WEIGHTS
    for _ in range(ROUNDS):
        pairs = [examples(record, weights) for record in records]
        weights = logistic(np.vstack([one for one, _ in pairs]), np.concatenate([truth for _, truth in pairs]))
    return weights


def logistic(evidence: Floats, truth: NDArray[np.bool_]) -> Floats:
    """Ridge logistic regression by Newton's method: a weight for each column, and the constant."""
    columns = np.hstack([evidence, np.ones((len(evidence), 1))])
    weights, ridge = np.zeros(columns.shape[1]), RIDGE * np.eye(columns.shape[1])
    for _ in range(25):
        likely = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        gradient = columns.T @ (likely - truth) / len(truth) + ridge @ weights
        curvature = (columns * (likely * (1 - likely))[:, None]).T @ columns / len(truth) + ridge
        weights = weights - np.linalg.solve(curvature, gradient)
    return weights


def f1_of(records: Sequence[Annotated], weights: Floats) -> float:
    """F1 in percent over all beats of `records`, before R peaks are refined."""
    right = wrong = 0
    for record in records:
        *_, found = judged_humps(_house_samples(record), weights)
        beats = (record.beats * SAMPLE_RATE / record.lead.rate).round().astype(int).tolist()
        matching = match_beats(beats, found, SAMPLE_RATE)
        right, wrong = right + len(matching.pairs), wrong + len(matching.missed) + len(matching.extra)
    return 200 * right / (2 * right + wrong)


def _house_samples(record: Annotated) -> Floats:
    return Resampler(record.lead.rate, 0).receive(record.lead.samples / record.lead.gain)


def _with_noise(paths: Sequence[Path], data: Path) -> list[Annotated]:
    clean = [annotated(path, lead) for path in paths for lead in (0, 1)]
    noise = noise_leads(data)
    return clean + [
        under(noise[kind], ratio, record).first(SECONDS) for kind, ratio in CONDITIONS for record in clean[::2]
    ]


def main() -> None:
    """Print the weights, and what those of other records are worth on records left out."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        sys.exit("set WARDBEAT_DATA_DIR to a folder with mitdb/ and nstdb.npz")
    data = Path(folder)
    paths = list_records(data / "mitdb")
    weights = fitted(_with_noise(paths, data))
    print("weights", np.round(weights, 2).tolist(), flush=True)
    for fold in range(FOLDS):
        left_out = paths[fold::FOLDS]
        others = fitted(_with_noise([path for path in paths if path not in left_out], data))
        clean = [annotated(path) for path in left_out]
        print(
            f"{len(left_out)} records: F1 {f1_of(clean, weights):.2f} with these weights,"
            f" {f1_of(clean, others):.2f} with those of the others {np.round(others, 2).tolist()}",
            flush=True,
        )


if __name__ == "__main__":
    main()
