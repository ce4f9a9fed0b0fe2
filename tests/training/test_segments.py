"""Segments show the network what the tracker shows it: the same timing, the same windows, the same labels."""

from pathlib import Path

import numpy as np
import pytest

from ecg.timing import TIMING_FEATURES, WINDOW_SHARE
from ecg.tracker import DECIMATION, WINDOW_AFTER, WINDOW_SAMPLES
from training.prepare import prepare_record, track
from training.prepared import TRACE_GAIN, PreparedRecord
from training.segments import Segment, cut, whole
from training.sources import SourceRecord, challenge_names, challenge_record

QUANTUM = 0.51 / TRACE_GAIN  # mV: a trace is kept as whole numbers


def windows_of(segment: Segment) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The window of each beat (n, WINDOW_SAMPLES), zero before the segment."""
    padded = np.concatenate([np.zeros(WINDOW_SAMPLES, np.float32), segment.signal])
    return np.stack([padded[end + 1 : end + 1 + WINDOW_SAMPLES] for end in segment.ends])


def assert_a_segment_is_what_the_tracker_shows(record: SourceRecord) -> None:
    prepared = prepare_record(record)
    beats = track(record)[1]
    segment = whole(prepared)
    assert len(segment.ends) == len(beats) > 10
    assert np.array_equal(segment.timing, np.array([beat.timing for beat in beats]))
    assert np.array_equal(segment.seconds, np.array([beat.index for beat in beats], np.float32) / np.float32(250))
    shown = windows_of(segment)
    even = [number for number, beat in enumerate(beats) if beat.index % DECIMATION == 0]
    assert len(even) > 3
    for number in even:
        assert np.abs(shown[number] - beats[number].window).max() <= QUANTUM
    # The samples of a segment stand at even places: of an odd R peak it shows the sample before.
    for number in set(range(len(beats))) - set(even):
        trace = prepared.trace[beats[number].index - 1 - prepared.begin] / TRACE_GAIN
        assert shown[number][WINDOW_SAMPLES - WINDOW_AFTER - 1] == pytest.approx(trace, abs=1e-6)


def test_a_model_heart_is_shown_as_the_tracker_shows_it(source_record: SourceRecord) -> None:
    assert_a_segment_is_what_the_tracker_shows(source_record)


def test_real_records_are_shown_as_the_tracker_shows_them(data_dir: Path) -> None:
    for name, rhythm in list(challenge_names(data_dir / "training2017").items())[:4]:
        [record] = challenge_record(data_dir / "training2017", name, rhythm)
        assert_a_segment_is_what_the_tracker_shows(record)


def test_labels_stay_with_their_beats(prepared: PreparedRecord) -> None:
    part = cut(prepared, 5_000, 12_000, 1.0)
    inside = [number for number, peak in enumerate(prepared.peaks) if 5_000 <= peak < 12_000]
    inside = [number for number in inside if (prepared.peaks[number] - 5_000) // 2 + WINDOW_AFTER < 3_500]
    assert len(inside) > 10
    assert part.beat_class.tolist() == prepared.beat_class[inside].tolist()
    assert part.rhythm.tolist() == prepared.rhythm[inside].tolist()
    assert part.seconds.tolist() == pytest.approx(((prepared.peaks[inside] - 5_000) / 250).tolist())
    assert len(part.signal) == 3_500


def test_a_segment_that_begins_late_knows_nothing_of_before(prepared: PreparedRecord) -> None:
    late, all_of_it = cut(prepared, 5_000, 15_000, 1.0), whole(prepared)
    assert late.timing[0, :WINDOW_SHARE].tolist() == [0.0] * WINDOW_SHARE
    assert late.timing[0, WINDOW_SHARE] == pytest.approx((late.ends[0] + 1) / WINDOW_SAMPLES)
    assert late.timing[1, 1] == 0.0
    first = int(np.flatnonzero(prepared.peaks >= 5_000)[0])
    assert late.timing[1:5, 0].tolist() == all_of_it.timing[first + 1 : first + 5, 0].tolist()
    assert (late.timing[5:, WINDOW_SHARE] <= 1.0).all()
    assert late.timing[-1, WINDOW_SHARE] == 1.0


def test_a_faster_pace_brings_beats_nearer_and_keeps_the_trace(prepared: PreparedRecord) -> None:
    fast, true = cut(prepared, 0, 20_000, 1.08), cut(prepared, 0, 20_000, 1.0)
    count = min(len(fast.ends), len(true.ends))
    assert count > 50
    assert fast.timing.shape[1] == TIMING_FEATURES
    assert np.abs(fast.timing[40:count, :4] - true.timing[40:count, :4] / 1.08).max() < 0.006
    assert fast.timing[40:count, 4] == pytest.approx(true.timing[40:count, 4], abs=0.02)
    assert fast.seconds[:count] == pytest.approx(true.seconds[:count] / 1.08, abs=0.003)
    assert len(fast.signal) == int(10_000 / 1.08)
    for beat in range(5, count):
        tip = fast.ends[beat] - WINDOW_AFTER
        around, there = fast.signal[tip - 2 : tip + 3], true.signal[true.ends[beat] - WINDOW_AFTER]
        assert np.abs(around - there).min() < 0.15 * float(np.abs(true.signal).max())


def test_a_beat_whose_window_is_not_complete_is_left_out(prepared: PreparedRecord) -> None:
    peak = int(prepared.peaks[20])
    needed = WINDOW_AFTER * DECIMATION
    with_it, without = cut(prepared, 0, peak + needed + 2, 1.0), cut(prepared, 0, peak + needed, 1.0)
    assert len(with_it.ends) == 21
    assert len(without.ends) == 20
    assert (with_it.ends < len(with_it.signal)).all()


def test_nothing_to_cut_gives_no_beats(prepared: PreparedRecord) -> None:
    first = int(prepared.peaks[0])
    empty = cut(prepared, first + 1, first + 3, 1.0)
    assert (len(empty.ends), len(empty.signal)) == (0, 1)
