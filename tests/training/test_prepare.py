import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.errors import RecordError
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.types import DetectedBeat
from training.matching import match_classes, match_rhythms, taught_classes
from training.prepare import prepare_record, readable, track
from training.prepared import TRACE_GAIN, PreparedRecord, data_hash, read, write
from training.sources import (
    MASKED,
    Source,
    SourceRecord,
    Truth,
    arrhythmia_leads,
    arrhythmia_names,
    challenge_record,
)
from training.synthetic import synthetic_records

N, S, V = (BEAT_CLASSES.index(each) for each in (BeatClass.NORMAL, BeatClass.SUPRAVENTRICULAR, BeatClass.VENTRICULAR))


def test_aberrated_beats_teach_no_class() -> None:
    """One at the second of two annotated supraventricular beats, 360 samples a second."""
    codes = np.array([S, S], np.int8)
    truth = Truth(np.zeros(0, np.int64), np.zeros(0, np.int8), np.array([360, 720]), codes, np.array([720]))
    peaks = np.array([250, 500, 560])
    classes = match_classes(peaks, truth, 360.0)
    assert classes.tolist() == [S, S, MASKED]
    assert taught_classes(peaks, classes, truth, 360.0).tolist() == [S, MASKED, MASKED]


def test_a_prepared_record_is_what_the_tracker_finds(source_record: SourceRecord, prepared: PreparedRecord) -> None:
    trace, beats = track(source_record)
    assert prepared.peaks.tolist() == [beat.index for beat in beats]
    assert prepared.begin == trace.start
    assert np.abs(prepared.trace / TRACE_GAIN - trace.samples).max() <= 0.5 / TRACE_GAIN + 1e-6
    assert prepared.annotated == len(source_record.truth.beat_samples)


def test_matching_takes_the_nearest_beat_within_150_ms() -> None:
    truth = Truth(np.zeros(0, np.int64), np.zeros(0, np.int8), np.array([360, 720]), np.array([N, V], np.int8))
    peaks = np.array([250, 287, 288, 463, 500, 900])
    assert match_classes(peaks, truth, 360.0).tolist() == [N, N, MASKED, V, V, MASKED]


def test_without_annotated_beats_every_class_is_unknown() -> None:
    truth = Truth(np.zeros(1, np.int64), np.zeros(1, np.int8), np.zeros(0, np.int64), np.zeros(0, np.int8))
    assert match_classes(np.array([5, 300]), truth, 300.0).tolist() == [MASKED, MASKED]


def test_normal_rhythm_soon_after_an_ectopic_beat_is_disputed() -> None:
    normal, other = RHYTHMS.index(Rhythm.NORMAL), RHYTHMS.index(Rhythm.OTHER)
    nothing = np.zeros(0, np.int64)
    truth = Truth(np.array([100, 9000]), np.array([normal, other], np.int8), nothing, nothing.astype(np.int8))
    peaks = np.array([50, 200, 400, 600, 2900, 2901, 4000, 9500])
    classes = np.array([N, N, V, N, N, N, N, V], np.int8)
    expected = [MASKED, normal, MASKED, MASKED, MASKED, normal, normal, other]
    assert match_rhythms(peaks, classes, truth, 250.0).tolist() == expected


def test_a_record_survives_the_disk(prepared: PreparedRecord, tmp_path: Path) -> None:
    for source in Source:
        write(tmp_path, source, [prepared, prepared])
    [first, second] = read(tmp_path, Source.ARRHYTHMIA)
    for record in (first, second):
        assert (record.name, record.lead, record.begin, record.annotated) == (
            prepared.name,
            prepared.lead,
            prepared.begin,
            prepared.annotated,
        )
        for array in ("trace", "peaks", "beat_class", "rhythm"):
            assert np.array_equal(getattr(record, array), getattr(prepared, array))
    before = data_hash(tmp_path)
    write(tmp_path, Source.SYNTHETIC, [prepared])
    assert data_hash(tmp_path) != before


def test_unreadable_records_are_named_counted_and_left_out(
    source_record: SourceRecord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "A1.hea").write_text("A1 1 300 9000\nA1.mat 16+24 1000/mV 16 0 0 0 0 ECG\n")
    (tmp_path / "A1.mat").write_bytes(b"short")

    def good() -> Iterator[SourceRecord]:
        yield source_record

    missing = partial(challenge_record, tmp_path, "A0", Rhythm.NORMAL)
    damaged = partial(challenge_record, tmp_path, "A1", Rhythm.NORMAL)
    with caplog.at_level(logging.WARNING):
        assert list(readable([missing, good, damaged])) == [source_record]
    assert "A0" in caplog.text
    assert "A1" in caplog.text
    assert "2 records could not be read" in caplog.text


def test_a_missing_annotation_file_is_a_record_error(tmp_path: Path) -> None:
    wfdb.wrsamp("5", 360, ["mV", "mV"], ["a", "b"], np.zeros((720, 2)), fmt=["16", "16"], write_dir=str(tmp_path))
    with pytest.raises(RecordError, match=r"5\.atr"):
        list(arrhythmia_leads(tmp_path, "5"))


def test_mit_bih_is_read_as_annotated(data_dir: Path) -> None:
    folder = data_dir / "mitdb"
    assert "208" in arrhythmia_names(folder)
    first, second = arrhythmia_leads(folder, "208")
    assert (first.lead, second.lead, first.rate, first.gain) == (0, 1, 360.0, 200.0)
    assert (first.truth.beat_codes == V).sum() == 992
    assert len(first.truth.beat_samples) == 2955
    assert not np.array_equal(first.samples, second.samples)


def test_synthetic_records_have_all_they_are_for() -> None:
    made = [prepare_record(record) for _, record in zip(range(6), synthetic_records(), strict=False)]
    assert {V, N} <= {code for record in made for code in record.beat_class.tolist()}
    assert {0, 1, 2} <= {code for record in made for code in record.rhythm.tolist()}
    assert all(isinstance(beat, DetectedBeat) for beat in track(next(synthetic_records()))[1])
