"""Series of NN intervals that tests, tables and measurements of variability share: ms, in whole house samples."""

import os
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg.labels import AAMI_OF_WFDB
from ecg.nn import NormalIntervals
from ecg.rates import SAMPLE_RATE, to_milliseconds
from ecg.variability import ANALYSED_EVERY, Variability, WindowNumbers
from tests.ecg.heartbeats import beats, from_samples

MADE_UP = 8
RECORDS = ("101", "112", "115", "122", "220", "230")
"""MIT-BIH records with long stretches in which every interval is an NN interval."""
SPAN = 299_000.0
"""ms that a series spans at most: it fits into the window of 5 minutes."""
Series = NDArray[np.float64]


def made_up(seed: int) -> Series:
    """A slow wave, blood pressure near 0.1 Hz, breathing at 0.2 to 0.28 Hz, and some chance."""
    rng = np.random.default_rng(seed)
    mean, slow, pressure, breathing = rng.uniform((550, 10, 10, 10), (1100, 30, 45, 45))
    waves = ((slow, 0.02), (pressure, rng.uniform(0.09, 0.11)), (breathing, 0.2 + 0.01 * seed))
    found: list[float] = []
    while (at := sum(found)) < SPAN - 2000:
        nn = mean + sum(size * np.sin(2 * np.pi * hertz * at / 1000) for size, hertz in waves) + rng.normal(0, 8)
        found.append(to_milliseconds(round(nn * SAMPLE_RATE / 1000)))
    return np.array(found)


def of_record(name: str) -> Series | None:
    """The first `SPAN` of the longest stretch of neighbouring NN in a record; None without WARDBEAT_DATA_DIR."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if not folder or not (path := Path(folder) / "mitdb" / f"{name}.atr").is_file():
        return None
    annotation = wfdb.rdann(str(path.with_suffix("")), "atr")
    known = [(i, s) for i, s in zip(annotation.sample, annotation.symbol, strict=True) if s in AAMI_OF_WFDB]
    made = from_samples((round(i * 250 / 360) for i, _ in known), (AAMI_OF_WFDB[s] for _, s in known))
    intervals = NormalIntervals()
    runs: list[list[float]] = [[]]
    for _, nn, step in map(intervals.receive, made[1:]):
        if nn is None or step is None:
            runs.append([])
        if nn is not None:
            runs[-1].append(to_milliseconds(nn))
    longest = np.array(max(runs, key=sum))
    return longest[np.cumsum(longest) <= SPAN]


def numbers_of(series: Series) -> WindowNumbers:
    """What a monitor shows after exactly these NN intervals: the last one ends where all numbers are renewed."""
    end = 11 * ANALYSED_EVERY  # past the start by more than the series spans
    made = beats("N" * (len(series) + 1), [0, *(series / 1000)], start=end - round(series.sum() * SAMPLE_RATE / 1000))
    variability = Variability()
    variability.disregard(made[0])
    for beat in made[1:]:
        variability.receive(beat)
    return variability.at(made[-1].index)
