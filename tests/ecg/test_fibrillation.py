"""Ventricular fibrillation: told within 10 s on made-up and on real signal, and never where there is none."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.fibrillation import DECIMATION, STEP, WINDOW, FibrillationJudge, SecondJudged, fibrillates
from ecg.findings import Finding
from ecg.rates import SAMPLE_RATE
from ecg.scripts import DEMO_SCRIPTS, Script
from ecg.types import RhythmEpisode, SampleChunk
from tests.ec13.trial import WidthLabeller, first, play
from tests.ec13.waves import fibrillation, narrow, on_skin, standstill, steady
from tests.ecg.signals import synthetic

FIBRILLATION = [Finding.VENTRICULAR_FIBRILLATION]
ONSET_S = 20.0


def trace_of(wave: NDArray[np.float64]) -> NDArray[np.float32]:
    """A wave of 500 Hz at the house rate."""
    return wave[::2].astype(np.float32)


def judged(samples: NDArray[np.float32], sizes: list[int], start: int = 0) -> list[SecondJudged]:
    judge, told = FibrillationJudge(), []
    edges = [0, *np.cumsum(sizes).tolist()]
    for begin, end in pairwise(edges):
        if begin < len(samples):
            told += judge.receive(SampleChunk("r", start + begin, samples[begin:end]))
            fresh = FibrillationJudge()
            fresh.restore(judge.snapshot())
            judge = fresh
    return told


@pytest.mark.parametrize("seed", range(12))
def test_fibrillation_is_told_within_ten_seconds(seed: int) -> None:
    amplitude = (0.3, 0.5, 0.8)[seed % 3]
    wave = np.concatenate([steady(80, ONSET_S), fibrillation(amplitude, 15, seed)])
    told = first(play(on_skin(wave, seed), WidthLabeller()), FIBRILLATION, ONSET_S)
    assert told is not None and told <= 10


def test_coarse_and_fast_fibrillation_is_told_too() -> None:
    wave = np.concatenate([steady(80, ONSET_S), fibrillation(1.2, 15, 7)])
    told = first(play(on_skin(wave, 7), WidthLabeller()), FIBRILLATION, ONSET_S)
    assert told is not None and told <= 10


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_no_rhythm_of_the_demo_ward_is_fibrillation(script: Script) -> None:
    samples = synthetic(script, seconds=120).samples
    assert not any(one.fibrillates for one in judged(samples, [len(samples)]))


@pytest.mark.parametrize("record_name", ["203", "207", "208", "223"])
def test_on_real_records_flutter_and_nothing_else(record_name: str, mitdb_minutes: NDArray[np.int16]) -> None:
    """203: fibrillation of the atria with noise; 208, 223: bigeminy, fusion and runs; 207: five times flutter."""
    told = play_record(mitdb_minutes)
    flutter = [(40.7, 51.0), (54.8, 60.4), (242.1, 246.4), (247.9, 261.4), (269.5, 280.9)]
    if record_name != "207":
        assert told == []
        return
    assert all(any(start < at <= start + 10 for at in told) for start, _ in flutter)
    assert all(any(start < at <= end + 5 for start, end in flutter) for at in told)


def play_record(samples: NDArray[np.int16]) -> list[float]:
    """When fibrillation is told in a lead of 360 Hz, in s."""
    time = np.arange(int(len(samples) / 360 * 500)) / 500
    resampled = np.interp(time, np.arange(len(samples)) / 360, samples / 200)
    said = play(np.round(resampled * 1000).astype(np.int16), WidthLabeller())
    opened = [(one.at, one.output) for one in said if isinstance(one.output, RhythmEpisode) and one.output.end is None]
    return [at for at, episode in opened if episode.finding is Finding.VENTRICULAR_FIBRILLATION]


def test_standstill_and_silence_are_no_fibrillation() -> None:
    said = play(on_skin(standstill(20, 50)), WidthLabeller())
    assert first(said, FIBRILLATION, 0) is None
    assert first(said, [Finding.ASYSTOLE], 20) is not None


@pytest.mark.parametrize(
    "wave",
    [np.zeros(500), np.full(500, 3.0), np.full(500, np.nan), np.eye(1, 500, 7)[0]],
    ids=["0", "dc", "nan", "spike"],
)
def test_degenerate_windows_are_none(wave: NDArray[np.float64]) -> None:
    assert fibrillates(wave) is False


def test_one_missing_sample_makes_a_window_no_judgement() -> None:
    wave = fibrillation(0.8, 4, 1)[::4]
    assert fibrillates(wave)
    wave[77] = np.nan
    assert not fibrillates(wave)


def test_scale_within_reason_changes_nothing_and_below_the_floor_nothing_is_told() -> None:
    wave = fibrillation(0.8, 4, 1)[::4]
    assert fibrillates(wave * 0.4) and fibrillates(wave * 5) and fibrillates(-wave)
    assert not fibrillates(wave * 0.1)


def test_any_chunking_and_a_snapshot_anywhere_give_the_same() -> None:
    samples = np.concatenate([trace_of(steady(70, 15, narrow)), trace_of(fibrillation(0.6, 15, 2))])
    sizes = np.random.default_rng(5).integers(1, 700, 200).tolist()
    whole = judged(samples, [len(samples)], start=-3)
    assert judged(samples, sizes, start=-3) == whole
    assert {one.fibrillates for one in whole} == {True, False}
    assert [one.index for one in whole] == list(range(WINDOW, len(samples) - 3 + 1, STEP))


def test_no_window_reaches_across_a_gap() -> None:
    judge, samples = FibrillationJudge(), trace_of(fibrillation(0.8, 10, 3))
    assert judge.receive(SampleChunk("r", 0, samples))[-1].index == 2_500
    after = judge.receive(SampleChunk("r", 10_101, samples))
    assert after[0].index == 10_101 + WINDOW + (-10_101 - WINDOW) % SAMPLE_RATE
    assert len(judge.snapshot()["recent"]["samples"]) <= WINDOW // DECIMATION
