"""Uploads and analyses in the tables, on either database; re-analysis replaces what was found, and says what was."""

from sqlalchemy import Engine

from db import queries
from db.analyses import (
    analyses,
    ask_analysis,
    clear_findings,
    keep_part,
    newest_analyses,
    open_analyses,
    part_of,
    parts_of,
    place_in_queue,
    put_in_force,
    store_findings,
    turn,
)
from db.edits import Act, Doer, say
from db.engine import writing
from db.summaries import summary
from db.upload_views import AnalysisState, NewFile, UploadState
from db.uploads import begin_upload, rewrite, upload, upload_of_recording, uploads_of, waiting_uploads
from ecg.labels import BeatClass
from tests.db import hearts
from tests.db.test_limits import people

FILES = (NewFile("a.dat", 5_000_000_000, 2), NewFile("a.hea", 20, 1))


def test_an_upload_becomes_a_recording_that_knows_where_it_comes_from(engine: Engine) -> None:
    ada, eve = people(engine)
    hearts.store(engine)
    with writing(engine) as connection:
        name = begin_upload(connection, ada, 1, FILES, 10)
        assert rewrite(connection, name, state=UploadState.WAITING.value, started_ms=1_700_000_000_000)
    known = upload(engine, name)
    assert known is not None
    assert (known.state, known.files, known.start_known) == (UploadState.WAITING, FILES, False)
    assert waiting_uploads(engine) == [name]
    with writing(engine) as connection:
        rewrite(connection, name, state=UploadState.IMPORTED.value, recording_id=hearts.RECORDING, start_known=True)
    source = upload_of_recording(engine, hearts.RECORDING)
    assert source is not None
    assert source.id == name
    assert [each.id for each in uploads_of(engine, ada)] == [name]
    assert uploads_of(engine, eve) == []
    with writing(engine) as connection:
        rewrite(connection, name, removed_ms=20)
        assert not rewrite(connection, name, state=UploadState.ASKING.value), "what was removed does not change"
    assert upload(engine, name) is None


def test_one_analysis_is_in_force_and_a_new_one_replaces_its_rows_not_its_parts(engine: Engine) -> None:
    ada, _ = people(engine)
    hearts.store(engine, hearts.EVENTS)
    first, second = (asked(engine, ada, model, at) for model, at in (("one", 10), ("two", 20)))
    assert asked(engine, ada, "one", 30) == first, "one that waits is not asked for twice"
    assert [each.id for each in open_analyses(engine)] == [first, second]
    assert [place_in_queue(engine, each) for each in open_analyses(engine)] == [0, 1]
    done(engine, first, BeatClass.NORMAL)
    done(engine, second, BeatClass.VENTRICULAR)
    assert [(each.id, each.in_force) for each in analyses(engine, hearts.RECORDING)] == [(second, True), (first, False)]
    assert newest_analyses(engine, [hearts.RECORDING])[hearts.RECORDING].id == second
    assert [beat.beat_class for beat in queries.beats(engine, hearts.RECORDING, 0, 1000)] == ["V"]
    assert parts_of(engine, first) == [0]
    assert part_of(engine, first, 0) == b"N"


def test_what_a_doctor_said_outlives_another_analysis(engine: Engine) -> None:
    ada, _ = people(engine)
    hearts.store(engine, hearts.EVENTS)
    with writing(engine) as connection:
        say(connection, Doer(hearts.RECORDING, ada, 5), Act.CLASS, {300: "F"})
    assert summary(engine, hearts.RECORDING).beats[BeatClass.FUSION] == 1
    done(engine, asked(engine, ada, "one", 10), BeatClass.NORMAL)
    numbers = summary(engine, hearts.RECORDING)
    assert (numbers.beats[BeatClass.FUSION], numbers.total) == (1, 1)


def asked(engine: Engine, person: int, model: str, at_ms: int) -> str:
    with writing(engine) as connection:
        return ask_analysis(connection, hearts.RECORDING, model, person, at_ms)


def done(engine: Engine, analysis: str, kind: BeatClass) -> None:
    """It runs, and finds one beat of this class."""
    with writing(engine) as connection:
        assert turn(connection, analysis, (AnalysisState.WAITING,), state=AnalysisState.RUNNING.value)
        keep_part(connection, analysis, 0, kind.value.encode())
    clear_findings(engine, hearts.RECORDING)
    store_findings(engine, [hearts.beat(300, kind, None)])
    with writing(engine) as connection:
        assert put_in_force(connection, hearts.RECORDING, analysis, 99)
