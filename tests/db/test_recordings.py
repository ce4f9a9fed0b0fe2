"""The list of recordings, and what people do to them; what is deleted is gone everywhere, comes back, and is purged."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, insert, text, update

from db.deleted import KEPT_MS
from db.engine import reading, writing
from db.ledger import ledgers_of_patient
from db.marks import marks_of_patient, set_mark
from db.models import Patient, Recording
from db.models_uploads import AnalysisRow, UploadRow
from db.patient_timeline import patient_timeline
from db.provision import admit, provision_demo
from db.purge_deleted import purge_deleted
from db.queries import recording, recording_shown, recordings_of_patient
from db.recording_deeds import Outcome, change_details, delete_recording, restore_recording
from db.recording_views import Among, Asked, RecordingLine, RecordingOrder, RecordingSource, RecordingState
from db.recordings import recording_line, recording_page
from db.store import DeadLetter, NewRecording, NewSegment, store_batch, table_of
from db.stretches import absences
from tests.db import hearts
from tests.people import new_person

HOUR_MS = 3_600_000
NOW_MS = 100 * HOUR_MS
ALL = Among()
RATE = 10.0


def part(name: str, start: int, count: int) -> NewSegment:
    return NewSegment(name, start, np.ones(count, np.int16))


@pytest.fixture
def filled(engine: Engine) -> Iterator[Engine]:
    """Three of one patient (one now, one with a gap, one of which nothing could be used), one in another ward."""
    first = provision_demo(engine, 2)[0].device_id
    admit(engine, "Elsewhere", "01", "EL")
    facts = [
        NewRecording(name, device, RATE, 200.0, "I", started)
        for name, device, started in (
            ("now", first, NOW_MS - 10_000),
            ("gap", first, 10 * HOUR_MS),
            ("none", first, 20 * HOUR_MS),
            ("else", first + 2, 30 * HOUR_MS),
        )
    ]
    parts = [part("now", 0, 95), part("gap", 0, 100), part("gap", 200, 100), part("else", 0, 500)]
    letters = [DeadLetter(f"x{n}", "samples:0", "none", 5, f"odd {n}", b"") for n in range(2)]
    store_batch(engine, {}, facts, parts, [], letters)
    new_person(engine, "ada", "administrator")
    yield engine


def found(engine: Engine, first: int = 0, count: int = 9, **asked: object) -> tuple[list[str], int]:
    among = asked.pop("among", ALL)
    lines, total = recording_page(engine, Asked(among, **asked), first, count, NOW_MS)  # type: ignore[arg-type]
    return [line.id for line in lines], total


def line_of(engine: Engine, name: str) -> RecordingLine:
    line = recording_line(engine, name)
    assert line is not None
    return line


def test_a_page_tells_state_gaps_and_reason(filled: Engine) -> None:
    assert found(filled) == (["now", "else", "none", "gap"], 4)
    assert found(filled, 1, 2) == (["else", "none"], 4) and found(filled, 9) == ([], 4)
    states = {name: line_of(filled, name).state(NOW_MS) for name in ("now", "gap", "none")}
    assert states == {
        "now": RecordingState.RECEIVING,
        "gap": RecordingState.COMPLETE,
        "none": RecordingState.FAILED,
    }
    for state, names in ((RecordingState.RECEIVING, ["now"]), (RecordingState.COMPLETE, ["else", "gap"])):
        assert found(filled, state=state) == (names, len(names))
    assert found(filled, state=RecordingState.FAILED) == (["none"], 1)
    gap, none = line_of(filled, "gap"), line_of(filled, "none")
    assert (gap.gaps, gap.missing, gap.until, gap.refused) == (1, 100, 300, 0)
    assert (none.until, none.refused, none.reason) == (0, 2, "odd 0")
    assert gap.patient == "Demo patient 01" and line_of(filled, "else").patient == "EL"


def test_files_and_analyses_tell_how_far_it_has_come(filled: Engine) -> None:
    with writing(filled) as connection:
        facts = {"user_id": 1, "created_ms": 0, "state": "imported", "start_known": True}
        connection.execute(insert(table_of(UploadRow)).values(id="u", recording_id="now", **facts))
        done = (("gap", "failed"), ("else", "failed"), ("else", "done"), ("now", "failed"))
        for number, (name, state) in enumerate(done):
            work = {
                "id": f"a{number}",
                "recording_id": name,
                "model": "m",
                "asked_ms": number,
                "progress": 0,
                "tries": 1,
            }
            connection.execute(insert(table_of(AnalysisRow)).values(**work, state=state, refusal=f"why {number}"))
    states = {name: line_of(filled, name).state(NOW_MS).value for name in ("now", "gap", "else", "none")}
    assert states == {"now": "failed", "gap": "failed", "else": "analysed", "none": "failed"}
    assert found(filled, state=RecordingState.ANALYSED) == (["else"], 1)
    assert found(filled, state=RecordingState.FAILED) == (["now", "none", "gap"], 3)
    assert found(filled, state=RecordingState.COMPLETE) == found(filled, state=RecordingState.RECEIVING) == ([], 0)
    assert line_of(filled, "now").source is RecordingSource.UPLOAD
    assert line_of(filled, "gap").refusal == "why 0"
    told = patient_timeline(filled, 1, 0, NOW_MS + 1)
    assert [each.recording for each in told.uploads] == ["now"]
    assert {each.recording for each in told.recordings} == {"gap", "none"}
    with writing(filled) as connection:
        works = table_of(AnalysisRow)
        connection.execute(update(works).where(works.c.id == "a0").values(state="waiting"))
        connection.execute(update(table_of(UploadRow)).values(start_known=False))
    assert line_of(filled, "gap").state(NOW_MS) is RecordingState.COMPLETE
    assert found(filled, state=RecordingState.COMPLETE) == (["gap"], 1)
    assert patient_timeline(filled, 1, 0, NOW_MS + 1).uploads == [], "nobody knows when it was"


def test_what_was_recorded_of_a_deleted_patient_is_in_no_list(filled: Engine) -> None:
    with writing(filled) as connection:
        patients, recordings = table_of(Patient), table_of(Recording)
        connection.execute(update(patients).where(patients.c.id == 1).values(deleted_ms=5))
        connection.execute(update(recordings).where(recordings.c.id == "else").values(patient_id=None))
    assert found(filled) == found(filled, search="else") == (["else"], 1)
    assert found(filled, from_ms=0) == (["else"], 1)


def test_one_sees_the_recordings_of_ones_wards_and_patients(filled: Engine) -> None:
    assert found(filled, among=Among(frozenset({"Elsewhere"}), frozenset()))[0] == ["else"]
    assert found(filled, among=Among(frozenset(), frozenset({1})))[0] == ["now", "none", "gap"]
    assert found(filled, among=Among(frozenset(), frozenset())) == ([], 0)
    assert found(filled, among=Among(frozenset({"Elsewhere"}), frozenset({1})), patient_id=2) == ([], 0)


def test_it_is_searched_and_ordered(filled: Engine) -> None:
    for part_, names in (
        ("el", ["else"]),
        ("PATIENT 01", ["now", "none", "gap"]),
        ("%", []),
        ("gap", ["gap"]),
        ("ga", []),
    ):
        assert found(filled, search=part_)[0] == names
    assert found(filled, search="device 01")[0] == ["now", "none", "gap"]
    assert found(filled, from_ms=15 * HOUR_MS, to_ms=30 * HOUR_MS)[0] == ["none"]
    assert found(filled, order=RecordingOrder.LENGTH)[0] == ["else", "gap", "now", "none"]
    assert found(filled, order=RecordingOrder.LENGTH, falling=False)[0] == ["none", "now", "gap", "else"]
    assert found(filled, order=RecordingOrder.PATIENT)[0][-1] == "else"
    assert found(filled, order=RecordingOrder.DEVICE)[0][0] == "else"


def test_two_who_edit_at_once_see_it(filled: Engine) -> None:
    with writing(filled) as connection:
        assert change_details(connection, "gap", 0, "Ergometry", "bike") is Outcome.DONE
        assert change_details(connection, "gap", 0, "Night", "") is Outcome.STALE
        assert change_details(connection, "gap", 1, "Ergometry 2", "") is Outcome.DONE
    line = line_of(filled, "gap")
    assert (line.title, line.note, line.version) == ("Ergometry 2", "", 2)
    assert found(filled, search="ERGO")[0] == ["gap"]


def test_what_is_deleted_is_gone_everywhere_and_comes_back(filled: Engine) -> None:
    with writing(filled) as connection:
        set_mark(connection, "gap", 5, "here", 1, 0)
        assert delete_recording(connection, "now", 0, 1, NOW_MS) is Outcome.RECEIVING
        assert delete_recording(connection, "gap", 7, 1, NOW_MS) is Outcome.STALE
        assert delete_recording(connection, "gap", 0, 1, NOW_MS) is Outcome.DONE
    assert found(filled)[0] == ["now", "else", "none"]
    assert found(filled, state=RecordingState.DELETED)[0] == ["gap"]
    assert (line_of(filled, "gap").deleted_ms, line_of(filled, "gap").person) == (NOW_MS, "Ada")
    assert recording_shown(filled, "gap") is None and recording(filled, "gap") is not None
    assert [each.id for each in recordings_of_patient(filled, 1)] == ["now", "none"]
    assert marks_of_patient(filled, 1) == [] and set(ledgers_of_patient(filled, 1)) == {"now"}
    assert absences(filled, 1, 0, 15 * HOUR_MS) == []
    with writing(filled) as connection:
        assert restore_recording(connection, "gap", 1, NOW_MS + KEPT_MS + 1) is Outcome.TOO_LATE
        assert restore_recording(connection, "gap", 1, NOW_MS + KEPT_MS) is Outcome.DONE
    assert found(filled)[0][-1] == "gap" and len(marks_of_patient(filled, 1)) == 1


def test_a_deleted_recording_that_goes_on_is_there_again(filled: Engine) -> None:
    with writing(filled) as connection:
        delete_recording(connection, "gap", 0, 1, NOW_MS)
    store_batch(filled, {}, [], [part("gap", 300, 10)], [])
    assert found(filled)[0][-1] == "gap"
    assert line_of(filled, "gap").state(NOW_MS) is RecordingState.COMPLETE
    assert purge_deleted(filled, NOW_MS + 2 * KEPT_MS, note) == 0


NOTES: list[tuple[str, int | None]] = []


def note(_connection: Connection, sentence: str, patient_id: int | None) -> None:
    NOTES.append((sentence, patient_id))


def test_after_thirty_days_nothing_of_it_is_left(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.erase.ROWS_AT_ONCE", 3)
    hearts.store(engine, [hearts.beat(index) for index in range(100, 2000, 200)])
    user = new_person(engine, "ada", "administrator")
    with writing(engine) as connection:
        set_mark(connection, hearts.RECORDING, 5, "here", user, 0)
        assert delete_recording(connection, hearts.RECORDING, 0, user, 10**15) is Outcome.DONE
    NOTES.clear()
    purge = partial(purge_deleted, engine, note=note)
    assert purge(now_ms=10**15 + KEPT_MS) == 0
    steps = []
    while rows := purge(now_ms=10**15 + KEPT_MS + 1):
        steps.append(rows)
    assert max(steps) <= 3 and steps[-1] == 1
    told = [(f"recording {hearts.RECORDING}, deleted 30 days ago", 1)]
    assert NOTES.copy() == told
    with reading(engine) as connection:
        for table in ("recording", "segment", "beat", "event_mark", "ledger", "recording_details"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
