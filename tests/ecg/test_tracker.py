import numpy as np
import pytest

from ecg.rates import SAMPLE_RATE
from ecg.scripts import SINUS_RHYTHM
from ecg.timing import TIMING_FEATURES, WINDOW_SHARE, RrHistory
from ecg.tracker import DECIMATION, WINDOW_AFTER, WINDOW_BEFORE, WINDOW_SAMPLES, SignalTracker
from ecg.types import DetectedBeat, DeviceChunk, Progress, QualityChange, SampleChunk, SignalGap
from tests.ecg.signals import GAIN, cut, device_samples, synthetic, track

ECG = synthetic(SINUS_RHYTHM, seconds=40)
SAMPLES = device_samples(ECG.samples)
QUARTERS = [62] * 1000


def with_gap() -> list[DeviceChunk]:
    before, after = SAMPLES[:4000], SAMPLES[5000:]
    return [*cut(before, QUARTERS, 250.0), *(DeviceChunk("r", 5000, after, 250.0, GAIN),)]


def test_the_window_holds_the_trace_with_the_beat_at_its_place() -> None:
    items = track(cut(SAMPLES, QUARTERS, 250.0))
    trace = np.concatenate([item.samples for item in items if isinstance(item, SampleChunk)])
    first = next(item.start for item in items if isinstance(item, SampleChunk))
    beat = [item for item in items if isinstance(item, DetectedBeat)][-1]
    assert beat.window.shape == (WINDOW_SAMPLES,)
    begin = beat.index - WINDOW_BEFORE * DECIMATION - first
    expected = trace[begin : begin + WINDOW_SAMPLES * DECIMATION : DECIMATION]
    assert np.allclose(beat.window, expected)
    assert beat.window[WINDOW_BEFORE] == pytest.approx(trace[beat.index - first])


def test_early_beats_have_nothing_made_up_before_the_recording() -> None:
    beat = next(item for item in track(cut(SAMPLES, QUARTERS, 250.0)) if isinstance(item, DetectedBeat))
    received = beat.index // DECIMATION + WINDOW_AFTER
    assert not beat.window[: WINDOW_SAMPLES - received - 3].any()
    assert beat.timing[5] == pytest.approx(received / WINDOW_SAMPLES, abs=0.01)
    assert beat.rr is None


def test_a_saved_state_holds_no_more_of_the_trace_than_windows_can_reach() -> None:
    """All states are written again and again."""
    tracker, kept = SignalTracker("r"), []
    for chunk in cut(SAMPLES, QUARTERS, 250.0):
        tracker.receive(chunk)
        kept.append(len(tracker.snapshot()["stretch"]["trace"]["samples"]))
    assert max(kept[-40:]) < WINDOW_SAMPLES * DECIMATION + SAMPLE_RATE


def test_nothing_crosses_a_gap() -> None:
    items = track(with_gap())
    gap = next(item for item in items if isinstance(item, SignalGap))
    assert (gap.start, gap.end) == (4000, 5000)
    after = [item for item in items if isinstance(item, DetectedBeat) and item.index >= gap.end]
    assert after[0].rr is None
    assert after[1].rr == after[1].index - after[0].index
    assert not any(gap.start <= item.index < gap.end for item in items if isinstance(item, DetectedBeat))


def test_no_beat_lies_before_the_first_sample() -> None:
    start = ECG.beats[3].sample + 1
    first = next(i for i in track(cut(SAMPLES[start:], QUARTERS, 250.0)) if isinstance(i, DetectedBeat))
    assert first.index >= 0


def test_progress_never_promises_too_much() -> None:
    promised = 0
    for item in track(with_gap()):
        if isinstance(item, DetectedBeat | QualityChange):
            assert item.index > promised
        if isinstance(item, Progress):
            promised = max(promised, item.index)
    assert promised > len(SAMPLES) - 3 * SAMPLE_RATE


def test_a_beat_waits_at_most_half_a_second_after_its_peak() -> None:
    known = 0
    waits = []
    for item in track(cut(SAMPLES, [5] * 10_000, 250.0)):
        if isinstance(item, SampleChunk):
            known = item.end
        if isinstance(item, DetectedBeat):
            waits.append((known - item.index) / SAMPLE_RATE)
    # The first two seconds are for learning the levels.
    assert max(waits[4:]) <= 0.5


def features_after(*intervals: int) -> list[float]:
    """Timing features of the last of beats that lie so many samples apart."""
    history = RrHistory()
    for peak in np.cumsum([0, *intervals]).tolist():
        history.note(peak)
    return [float(number) for number in history.features()]


def test_timing_features_say_how_early_a_beat_is() -> None:
    assert features_after() == [0.0] * TIMING_FEATURES
    assert features_after(200) == pytest.approx([0.8, 0, 0.8, 0, 1, 0, 1, 0])
    assert features_after(200, 200, 200, 100) == pytest.approx([0.4, 0.8, 0.8, 0.0, 0.5, 0, 0.5, 1])


def test_where_most_beats_are_premature_calm_is_still_the_long_interval() -> None:
    """Trigeminy with two premature beats of three: the median takes premature for normal, calm does not."""
    features = features_after(*[120, 120, 250] * 8, 120)
    assert features[2] == pytest.approx(0.48)
    assert features[4] == pytest.approx(1.0)
    assert features[6] == pytest.approx(120 / 250)
    assert features[7] == pytest.approx(1.0)


def test_usual_is_of_sixteen_intervals_and_calm_of_thirty_two() -> None:
    usual_and_calm = (2, 6)
    after = [features_after(*[200] * 40, *[100] * count) for count in (8, 9, 25, 26, 40)]
    assert [features[usual_and_calm[0]] for features in after] == pytest.approx([0.6, 0.4, 0.4, 0.4, 0.4])
    assert [features[usual_and_calm[1]] for features in after] == pytest.approx([0.5, 0.5, 0.5, 1.0, 1.0])


def test_every_beat_carries_its_windows_share_and_its_own_timing() -> None:
    beats = [item for item in track(cut(SAMPLES, QUARTERS, 250.0)) if isinstance(item, DetectedBeat)]
    for beat in beats:
        assert beat.timing.shape == (TIMING_FEATURES,)
        assert beat.timing[0] == pytest.approx(0.0 if beat.rr is None else beat.rr / SAMPLE_RATE)
    shares = [float(beat.timing[WINDOW_SHARE]) for beat in beats]
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] == 1.0
