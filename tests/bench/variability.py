"""Variability of 5 minutes beside published libraries, what a beat costs, and how soon a step of the rate is shown.

python -m tests.bench variability   libraries that are not installed are left out: pip install 'wardbeat[bench]'

Times are processor time, so that a machine that is busy otherwise does not blur them.
"""

import importlib.util
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np

from ecg.findings import Finding
from ecg.rates import GRID, SAMPLE_RATE
from ecg.types import Beat
from ecg.variability import ANALYSED_EVERY, Variability
from ecg.vitals import HeartRate, vital_signs
from tests.ecg.beat_trains import settled_after, step, told_rates
from tests.ecg.heartbeats import beats
from tests.ecg.nn_series import Series, made_up
from tests.ecg.published_values import hrv_analysis, neurokit2_sets

ROUNDS = 30
NEUROKIT2 = "NeuroKit2, time domain and spectrum"
CHUNK_S = 0.25


def plain_numpy(series: Series) -> dict[str, float]:
    """The bare minimum: nothing is selected, checked or kept, and the spectrum is an FFT at 4 Hz."""
    steps, ends = np.diff(series), np.cumsum(series) / 1000
    even = np.interp(np.arange(ends[0], ends[-1], 0.25), ends, series)
    power = np.abs(np.fft.rfft(even - even.mean())) ** 2 / (len(even) * 2)
    hertz = np.fft.rfftfreq(len(even), 0.25)
    bands = [power[(hertz >= low) & (hertz < high)].sum() for low, high in ((0.04, 0.15), (0.15, 0.4))]
    return {
        "sdnn": float(series.std(ddof=1)),
        "rmssd": float(np.sqrt(np.mean(steps**2))),
        "pnn50": float(100 * np.mean(np.abs(steps) > 50)),
        "lf_hf": float(bands[0] / bands[1]),
    }


def _play(made: Sequence[Beat]) -> Variability:
    variability = Variability()
    for beat in made:
        variability.disregard(beat) if beat.rr is None else variability.receive(beat)
    return variability


def _beats(series: Series) -> list[Beat]:
    return beats("N" * (len(series) + 1), [0, *(series / 1000)])


def _milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    work()
    taken = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return 1000 * median(taken)


def libraries() -> Iterator[tuple[str, Callable[[Series], object]]]:
    """Whichever is installed; both take the periodogram of astropy."""
    known = ("hrvanalysis", "hrv-analysis, the same numbers", hrv_analysis), ("neurokit2", NEUROKIT2, neurokit2_sets)
    for module, name, work in known:
        if importlib.util.find_spec(module) and importlib.util.find_spec("astropy"):
            yield name, work


def _window_rows(series: Series) -> Iterator[tuple[str, float]]:
    made = _beats(series)
    variability, end = _play(made), made[-1].index
    renewed = end - end % ANALYSED_EVERY + ANALYSED_EVERY
    yield "Wardbeat as it runs: time domain", _milliseconds(lambda: variability.at(renewed - 1))
    yield "Wardbeat as it runs: time domain, triangular index, spectrum", _milliseconds(lambda: variability.at(renewed))
    yield "Wardbeat from a list of beats: selection and all numbers", _milliseconds(lambda: _play(made).at(renewed))
    yield "numpy, selects nothing, FFT", _milliseconds(lambda: plain_numpy(series))
    for name, work in libraries():
        yield name, _milliseconds(lambda work=work: work(series))  # type: ignore[misc]


def beat_cost(made: Sequence[Beat], minutes: int) -> tuple[float, float]:
    """Median µs a beat through HeartRate and Variability, and µs a chunk with everything told every 2 s as well."""
    bare, told = [], []
    for _ in range(ROUNDS // 3):
        rate, variability = HeartRate(), Variability()
        begin = time.process_time()
        for place, beat in enumerate(made):
            assert beat.rr is not None
            variability.receive(beat)
            rate.note(beat.index, beat.rr)
            if place % 400 == 399:  # as often as the window is asked for in the end
                variability.at(beat.index | 1)
        bare.append(time.process_time() - begin)
        told.append(_told(made))
    return 1e6 * median(bare) / len(made), 1e6 * median(told) / (minutes * 60 / CHUNK_S)


def _told(made: Sequence[Beat]) -> float:
    rate, variability, due = HeartRate(), Variability(), GRID
    begin = time.process_time()
    for beat in made:
        assert beat.rr is not None
        while due < beat.index:
            vital_signs("r", due, rate, variability, Finding.UNKNOWN)
            due += GRID
        variability.receive(beat)
        rate.note(beat.index, beat.rr)
    return time.process_time() - begin


def slowest_step(before: int, after: int) -> float:
    """Seconds, of eight steps that begin at other places of the grid on which the rate is told."""
    trains = [step(before, after, place * GRID / SAMPLE_RATE / 8) for place in range(8)]
    return max(settled_after(told_rates(indices), last, after) for indices, last in trains)


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")
    series = made_up(3)
    print(
        f"Variability of {series.sum() / 60_000:.1f} min, {len(series)} NN intervals, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| what | median ms |\n| --- | --- |")
    for name, taken in _window_rows(series):
        print(f"| {name} | {taken:.3f} |", flush=True)
    minutes = 60
    rr = np.random.default_rng(0).normal(0.8, 0.03, minutes * 75)
    made = beats("N" * len(rr), rr.tolist(), start=SAMPLE_RATE)[1:]
    per_beat, per_chunk = beat_cost(made, minutes)
    print(f"\nA beat through HeartRate and Variability: {per_beat:.2f} µs")
    print(f"All vital signs, spectrum too, for a chunk of {CHUNK_S} s: {per_chunk:.2f} µs")
    print("\n| step, /min | slowest, s |\n| --- | --- |")
    for before, after in ((80, 120), (80, 40), (120, 80), (40, 80)):
        print(f"| {before} to {after} | {slowest_step(before, after):.1f} |", flush=True)
