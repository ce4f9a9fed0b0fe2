"""The charts' NN intervals and spectrum against the numbers that the monitor told of the same beats."""

import pytest
import wfdb

from ecg.findings import Quality, QualityReason
from ecg.labels import AAMI_OF_WFDB
from ecg.monitor import HeartMonitor
from ecg.nn_series import nn_series
from ecg.rates import to_milliseconds
from ecg.spectrum import powers_of
from ecg.types import Beat, QualityChange, VitalSigns
from tests.ecg.heartbeats import beats, from_samples

MINUTES_20 = 20 * 60 * 250
POOR = [(0, Quality.GOOD), (40_000, Quality.POOR), (43_000, Quality.GOOD), (250_000, Quality.UNUSABLE)]


def told(made: list[Beat], changes: list[QualityChange]) -> list[VitalSigns]:
    """What a monitor tells, renewed where the spectrum is."""
    monitor = HeartMonitor("r")
    found: list[VitalSigns] = []
    items: list[Beat | QualityChange] = [*made, *changes]
    for item in sorted(items, key=lambda each: each.index):
        found += [one for one in monitor.receive(item) if isinstance(one, VitalSigns)]
    return [one for one in found if one.index % 7500 == 0]


@pytest.mark.parametrize("name", ["101", "208", "230"])
def test_the_spectrum_of_the_chart_is_that_of_the_numbers(name: str, data_dir: str) -> None:
    annotation = wfdb.rdann(f"{data_dir}/mitdb/{name}", "atr")
    known = [(round(i * 250 / 360), s) for i, s in zip(annotation.sample, annotation.symbol, strict=True)]
    mine = [(i, AAMI_OF_WFDB[s]) for i, s in known if s in AAMI_OF_WFDB and i < MINUTES_20]
    made = from_samples((i for i, _ in mine), (kind for _, kind in mine))
    changes = [QualityChange("r", at, quality, QualityReason.NOISE) for at, quality in POOR]
    compared = 0
    for numbers in told(made, changes):
        upto = [beat for beat in made if beat.index <= numbers.index]
        series = nn_series(upto, changes, numbers.index)
        if numbers.nn_used is not None:
            assert 100 * len(series.ends) / series.rr == pytest.approx(numbers.nn_used)
        if numbers.rr_mean is not None:
            assert to_milliseconds(float(series.intervals.mean())) == pytest.approx(numbers.rr_mean)
        if numbers.lf is not None:
            assert series.fills
            powers = powers_of(series.density())
            assert (powers.lf, powers.hf, powers.total) == pytest.approx((numbers.lf, numbers.hf, numbers.total_power))
            compared += 1
    assert compared or name == "208", "208 has too many ventricular beats for a spectrum"


def test_too_few_nn_intervals_make_no_spectrum() -> None:
    assert not nn_series(beats("N" * 60, 0.8), [], 60_000).fills
    assert not nn_series([], [], 60_000).fills
