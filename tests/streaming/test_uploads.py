"""Files that people bring become recordings like any other, whatever program wrote them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auth.audit import AuditAction, audit_actions
from db.analyses import analyses, analysis, ask_analysis, turn
from db.engine import writing
from db.queries import beats, ledger, recording, segments
from db.upload_views import OPEN_STATES, AnalysisState, NewFile, UploadState
from db.uploads import upload
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import synthesise
from streaming.analysing import events_of
from streaming.analyze import analyse
from streaming.depot import DepotError, DiskFullError, OffsetError
from streaming.files.questions import Typed
from streaming.files.sandbox import Sandbox
from streaming.records import read_record
from streaming.uploads import AnswerError
from tests.streaming import file_writers
from tests.streaming.uploading import GAIN, NOW, RATE, Desk, open_desk
from tests.streaming.wfdb_records import early

SECONDS = 40
Write = Callable[[Path, NDArray[np.int16]], list[Path]]
WRITERS: list[Write] = [
    file_writers.write_wfdb,
    file_writers.write_wfdb_mat,
    file_writers.write_edf,
    file_writers.write_bdf,
    file_writers.write_mat,
    file_writers.write_csv,
    file_writers.write_tsv,
    file_writers.write_german,
]
CONFIRMED = Typed(unit="mV", rate="250")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    reader = Sandbox()
    yield reader
    reader.close()


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Iterator[Desk]:
    with open_desk(tmp_path, lambda _model: early(), sandbox) as opened:
        yield opened


def heart() -> NDArray[np.int16]:
    """Whole units of 1/GAIN mV, so that every format can hold them without loss."""
    ecg = synthesise(VENTRICULAR_BIGEMINY, RATE, seed=3, seconds=SECONDS)
    return np.rint(ecg.samples * GAIN).astype(np.int16)


@pytest.mark.parametrize("write", WRITERS, ids=lambda each: each.__name__)
def test_every_program_s_file_gives_the_same_samples(desk: Desk, write: Write) -> None:
    samples = heart()
    seen = desk.bring(write(desk.folder, samples))
    if seen.state is UploadState.ASKING:
        seen = desk.reception.choose(seen, CONFIRMED, 1, desk.deed)
    assert seen.state is UploadState.WAITING, seen.refusal
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None, upload(desk.engine, seen.id)
    found = recording(desk.engine, made)
    assert found is not None
    assert (found.patient_id, found.rate) == (1, RATE)
    (stored,) = segments(desk.engine, made, 0, len(samples))
    assert np.allclose(stored.samples / found.gain, samples / GAIN, atol=0.51 / found.gain)
    assert len(stored.samples) == len(samples)
    assert found.gain == pytest.approx(GAIN)


def test_nothing_is_asked_that_the_file_says_and_no_word_of_it_is_lost(desk: Desk) -> None:
    paths = file_writers.write_wfdb(desk.folder, heart(), base_datetime=datetime(2026, 3, 5, 8, 30, 1))
    seen = desk.bring(paths, piece=7001)
    assert (seen.state, seen.start_known) == (UploadState.WAITING, True)
    assert desk.importer.take_in(seen.id, NOW) == f"u-{seen.id}"
    found = recording(desk.engine, f"u-{seen.id}")
    assert found is not None
    assert (found.lead, found.started_ms) == ("MLII", 1_772_699_401_000)
    assert [action for action, _ in audit_actions(desk.engine)][-3:] == [
        AuditAction.UPLOAD_BEGUN,
        AuditAction.UPLOAD_ANSWERED,
        AuditAction.UPLOAD_IMPORTED,
    ]


def test_what_nobody_knows_is_said_to_be_unknown_and_never_in_the_future(desk: Desk) -> None:
    seen = desk.bring(file_writers.write_wfdb(desk.folder, heart()))
    desk.importer.take_in(seen.id, NOW)
    after, found = upload(desk.engine, seen.id), recording(desk.engine, f"u-{seen.id}")
    assert after is not None
    assert found is not None
    assert not after.start_known
    assert found.started_ms == NOW - SECONDS * 1000


def test_times_that_jump_in_a_table_leave_a_gap(desk: Desk) -> None:
    samples = heart()
    (path,) = file_writers.write_csv(desk.folder, samples)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2501], *lines[5001:]]))
    seen = desk.reception.choose(desk.bring([path]), CONFIRMED, 1, desk.deed)
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None
    kept = ledger(desk.engine, made)
    assert kept is not None
    assert (kept.until, kept.gaps) == (len(samples), ((2500, 5000),))


@pytest.mark.parametrize("write", [file_writers.write_edf, file_writers.write_bdf], ids=lambda each: each.__name__)
def test_what_lies_between_the_records_of_an_edf_is_a_gap(desk: Desk, write: Write) -> None:
    samples = heart()[: 9 * RATE]
    (path,) = write(desk.folder, samples)
    whole = path.read_bytes()
    for second in range(8, 4, -1):  # the last four records come a second late
        whole = whole.replace(b"+%d\x14\x14" % second, b"+%d\x14\x14" % (second + 1), 1)
    path.write_bytes(whole.replace(b"DF+C", b"DF+D", 1))
    made = desk.importer.take_in(desk.bring([path]).id, NOW)
    assert made is not None
    kept = ledger(desk.engine, made)
    assert kept is not None and (kept.until, kept.gaps) == (len(samples) + RATE, ((5 * RATE, 6 * RATE),))
    stored = list(segments(desk.engine, made, 0, kept.until))
    assert np.array_equal(np.concatenate([each.samples for each in stored]), samples)


def test_every_wrong_answer_is_told_at_its_field_and_the_second_try_counts(desk: Desk) -> None:
    np.savetxt(desk.folder / "plain.txt", heart(), fmt="%d")
    seen = desk.bring([desk.folder / "plain.txt"], patient=None)
    for typed, patient, fields in (
        (Typed(), None, {"rate", "unit", "patient"}),
        (Typed(rate="99", unit="digital"), 1, {"rate", "per_millivolt"}),
        (Typed(rate="250", unit="digital", per_millivolt="200", start="31.2.2026"), 1, {"start"}),
        (Typed(lead="7"), 1, {"lead"}),
    ):
        with pytest.raises(AnswerError) as told:
            desk.reception.choose(seen, typed, patient, desk.deed)
        assert set(told.value.wrong) == fields
    answered = Typed(rate="250", unit="digital", per_millivolt="200")
    assert desk.reception.choose(seen, answered, 1, desk.deed).state is UploadState.WAITING
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None
    (stored,) = segments(desk.engine, made, 0, RATE * SECONDS)
    assert np.array_equal(stored.samples, heart())


def test_an_upload_goes_on_where_it_stopped_and_a_full_disk_is_said(desk: Desk) -> None:
    (path,) = file_writers.write_mat(desk.folder, heart())
    content, depot = path.read_bytes(), desk.reception.depot
    known = desk.reception.begin([NewFile(path.name, len(content), 1)], 1, desk.deed)
    half = len(content) // 2
    assert depot.append(known, path.name, 0, content[:half]) == half
    with pytest.raises(OffsetError) as told:
        depot.append(known, path.name, 0, content[:half])
    assert told.value.received == half
    full = type(depot)(depot.folder, depot.most_bytes, 1 << 60)
    with pytest.raises(DiskFullError):
        full.append(known, path.name, half, content[half:])
    with pytest.raises(DepotError):
        desk.reception.finish(known, desk.deed)
    assert depot.received(known) == {path.name: half}
    assert depot.append(known, path.name, half, content[half:]) == len(content)
    assert desk.reception.finish(known, desk.deed).state is UploadState.WAITING


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "..", ".hidden", "a\\b.csv", "", "x\0.csv", "n" * 200])
def test_names_that_lead_elsewhere_are_refused(desk: Desk, name: str) -> None:
    with pytest.raises(DepotError):
        desk.reception.begin([NewFile(name, 10, 1)], 1, desk.deed)


def test_an_analysis_tells_what_the_live_path_would(desk: Desk) -> None:
    made = taken_in(desk)
    asked = ask(desk, made)
    assert desk.analyst.run(asked) is AnalysisState.DONE
    told = analyse(read_record(desk.folder / "heart"), early())
    stored = beats(desk.engine, made, 0, RATE * SECONDS)
    assert [(beat.index, beat.rr, beat.beat_class) for beat in stored] == [
        (beat.index, beat.rr, beat.beat_class) for beat in told.beats
    ]
    assert len(stored) > 30
    assert desk.analyst.run(asked) is None, "what is done is not done again"
    again = ask(desk, made)
    assert desk.analyst.run(again) is AnalysisState.DONE
    assert beats(desk.engine, made, 0, RATE * SECONDS) == stored
    both = analyses(desk.engine, made)
    assert {each.id: each.in_force for each in both} == {asked: False, again: True}
    assert list(events_of(desk.engine, asked)) == list(events_of(desk.engine, again)) != []


def test_a_cancelled_analysis_stops_and_one_that_kills_its_process_is_given_up(desk: Desk) -> None:
    made = taken_in(desk)
    cancelled = ask(desk, made)
    with writing(desk.engine) as connection:
        assert turn(connection, cancelled, OPEN_STATES, state=AnalysisState.CANCELLED.value)
    assert desk.analyst.run(cancelled) is None
    deadly = ask(desk, made)
    with writing(desk.engine) as connection:
        turn(connection, deadly, OPEN_STATES, state=AnalysisState.RUNNING.value, tries=3)
    assert desk.analyst.run(deadly) is None
    given_up = analysis(desk.engine, deadly)
    assert given_up is not None
    assert given_up.state is AnalysisState.FAILED
    assert beats(desk.engine, made, 0, RATE * SECONDS) == []


def taken_in(desk: Desk) -> str:
    seen = desk.bring(file_writers.write_wfdb(desk.folder, heart()))
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None
    return made


def ask(desk: Desk, made: str) -> str:
    with writing(desk.engine) as connection:
        return ask_analysis(connection, made, "network", desk.user, NOW)
