"""Facts about a beat: right where they can be measured, absent where not."""

import numpy as np
import pytest

from ecg.rates import to_samples
from ecg.scripts import ATRIAL_FIBRILLATION, SINUS_RHYTHM, VENTRICULAR_BIGEMINY
from ecg.synthetic import SyntheticEcg
from ecg.why import Facts, Regularity, Timing, arrival, irregularity, likeness, measure, regularity
from tests.ecg.signals import synthetic

CALM = [200] * 16


def facts_of(ecg: SyntheticEcg, place: int) -> Facts:
    """Facts of beat number `place`, the beats before it known as they were made."""
    indices = [beat.sample for beat in ecg.beats]
    usual = [beat.sample for beat in ecg.beats[:place] if beat.beat_class.value == "N"]
    return measure(ecg.samples, indices[place], np.diff(indices[: place + 1]).tolist(), usual)


@pytest.mark.parametrize(
    ("rr", "premature", "timing"),
    [(120, 0.4, Timing.EARLY), (170, 0.15, Timing.EARLY), (180, 0.1, Timing.ON_TIME), (200, 0.0, Timing.ON_TIME),
     (229, -0.145, Timing.ON_TIME), (230, -0.15, Timing.LATE), (400, -1.0, Timing.LATE)],
)  # fmt: skip
def test_how_early_a_beat_came(rr: int, premature: float, timing: Timing) -> None:
    found = arrival([*CALM, rr])
    assert found is not None
    assert found.premature == pytest.approx(premature)
    assert found.timing is timing


def test_the_usual_interval_is_the_median_of_sixteen_and_not_the_beats_own() -> None:
    found = arrival([1000] * 5 + [100] * 8 + [200] * 8 + [50])
    assert found is not None
    assert (found.rr, found.usual) == (50, 150)


def test_few_intervals_tell_nothing() -> None:
    assert arrival([]) is None
    assert arrival([200] * 5) is None
    assert arrival([200] * 6) is not None
    assert irregularity([200] * 19) is None


def test_irregularity_is_rmssd_over_the_mean_of_the_last_twenty() -> None:
    assert irregularity([200] * 20) == 0.0
    assert irregularity([190, 210] * 10) == pytest.approx(0.1)
    assert irregularity([9, 999] * 10 + [200] * 20) == 0.0


def test_irregularity_in_words() -> None:
    words = [regularity(share) for share in (0.0, 0.049, 0.05, 0.099, 0.1, 0.8)]
    expected = [Regularity.REGULAR] * 2 + [Regularity.SLIGHTLY_IRREGULAR] * 2 + [Regularity.IRREGULAR] * 2
    assert words == expected


def test_fibrillation_is_irregular_and_sinus_rhythm_is_not() -> None:
    sinus, fibrillation = (facts_of(synthetic(script), 30) for script in (SINUS_RHYTHM, ATRIAL_FIBRILLATION))
    assert sinus.irregularity is not None
    assert fibrillation.irregularity is not None
    assert sinus.irregularity < 0.05
    assert fibrillation.irregularity > 0.1


def test_a_ventricular_beat_is_early_wide_and_unlike_the_usual_one() -> None:
    ecg = synthetic(VENTRICULAR_BIGEMINY)
    places = [place for place, beat in enumerate(ecg.beats) if beat.beat_class.value == "V" and place > 30]
    odd, usual = facts_of(ecg, places[0]), facts_of(ecg, places[0] + 1)
    assert odd.arrival is not None
    assert odd.arrival.timing is Timing.EARLY
    assert odd.qrs_ms is not None
    assert odd.usual_qrs_ms is not None
    assert usual.qrs_ms is not None
    assert odd.qrs_ms > 120
    assert usual.qrs_ms < 100
    assert odd.usual_qrs_ms == pytest.approx(usual.qrs_ms, abs=12)
    assert odd.likeness is not None
    assert usual.likeness is not None
    assert odd.likeness < 0.9 < usual.likeness


def test_likeness_finds_a_beat_within_twenty_milliseconds() -> None:
    ecg = synthetic(SINUS_RHYTHM)
    peak = ecg.beats[20].sample
    usual = ecg.samples[peak - to_samples(0.14) : peak + to_samples(0.36)]
    for shift in (-5, 0, 5):
        assert likeness(ecg.samples, peak + shift, usual) == pytest.approx(1.0)
    far = likeness(ecg.samples, peak + 40, usual)
    assert far is not None
    assert far < 0.9
    upside_down = likeness(-ecg.samples, peak, usual)
    assert upside_down is not None
    assert upside_down < 0


def test_without_signal_nothing_is_made_up() -> None:
    nothing = measure(np.zeros(0, np.float32), 100, [], [])
    assert nothing == Facts(None, None, None, None, None, 0)
    ecg = synthetic(SINUS_RHYTHM)
    torn = ecg.samples.copy()
    peak = ecg.beats[20].sample
    torn[peak - 60 : peak + 90] = np.nan
    facts = measure(torn, peak, CALM, [beat.sample for beat in ecg.beats[:20]])
    assert (facts.qrs_ms, facts.likeness) == (None, None)
    assert facts.usual_qrs_ms is not None


def test_two_beats_are_no_usual_beat() -> None:
    ecg = synthetic(SINUS_RHYTHM)
    facts = measure(ecg.samples, ecg.beats[20].sample, CALM, [beat.sample for beat in ecg.beats[17:19]])
    assert (facts.likeness, facts.usual_qrs_ms, facts.usual_beats) == (None, None, 0)


def test_a_flat_line_is_like_nothing() -> None:
    assert likeness(np.zeros(1000), 500, np.ones(125)) is None
