"""What the server tells of the stored strip, and to whom; and marks."""

import base64
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from auth.audit import AuditAction, audit_actions
from dashboard.strip_data import MARGIN, TILE, sign_runs
from db.queries import recording
from db.store import NewSegment, store_batch
from ecg.findings import Finding
from ecg.tracker import SignalTracker
from ecg.types import INVALID_SAMPLE, DeviceChunk, RhythmEpisode, SampleChunk
from streaming.codec import to_trace
from tests.dashboard.feeder import Actor
from tests.dashboard.test_why_door import MINE, OTHER, actors, app, engine, person
from tests.people import BASE

pytestmark = pytest.mark.timeout(300)

__all__ = ["actors", "app", "engine", "person"]

OURS = {"Origin": BASE}


def asked(person: FlaskClient, path: str) -> Any:
    answer = person.get(path, base_url=BASE)
    assert answer.status_code == 200, path
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def samples_of(tile: Any) -> NDArray[np.int16]:
    return np.frombuffer(base64.b64decode(tile["samples"]), "<i2")


def live_picture(actor: Actor, end: int) -> NDArray[np.int16]:
    """What the live strip drew of [0, end): all of it through one tracker, a quarter of a second each."""
    tracker, picture = SignalTracker(MINE), np.full(end, np.nan, np.float32)
    for start in range(0, end + 100, 62):
        chunk = DeviceChunk(MINE, start, actor.trace[start : start + 62], 250.0, 200.0)
        for item in tracker.receive(chunk):
            if isinstance(item, SampleChunk):
                a, z = max(item.start, 0), max(min(item.end, end), 0)
                picture[a:z] = item.samples[a - item.start : max(z, a) - item.start]
    return to_trace(picture)


def test_a_stored_strip_is_the_picture_that_was_live(person: FlaskClient, actors: list[Actor]) -> None:
    tile = asked(person, f"/strip/1/{MINE}/3")
    assert tile["start"] == 3 * TILE - MARGIN
    assert tile["until"] == len(actors[0].trace)
    live = live_picture(actors[0], 4 * TILE + MARGIN)[3 * TILE - MARGIN :]
    assert np.abs(samples_of(tile).astype(int) - live).max() <= 1  # of 5 µV: rounding
    made = {beat.index for beat in actors[0].beats if 3 * TILE <= beat.index < 4 * TILE}
    assert made <= {beat["index"] for beat in tile["beats"]}


def test_no_line_is_drawn_where_nothing_was_received(person: FlaskClient, engine: Engine, actors: list[Actor]) -> None:
    late = len(actors[0].trace) + 1500
    more = NewSegment(MINE, late, actors[0].trace[:4000])
    over = RhythmEpisode(MINE, Finding.ATRIAL_FIBRILLATION, late, late + 500)
    store_batch(engine, {}, [], [more], [over])
    [mine] = asked(person, "/strip/1")["recordings"]
    assert mine["gaps"] == [[late - 1500, late]]
    assert (mine["until"], mine["deleted"], mine["lead"]) == (late + 4000, [], "I")
    tile = asked(person, f"/strip/1/{MINE}/{late // TILE}")
    gone = samples_of(tile)[late - 1490 - tile["start"] : late - 10 - tile["start"]]
    assert len(gone) > 1000
    assert (gone == INVALID_SAMPLE).all()
    assert asked(person, f"/strip/1/{MINE}/900000")["beats"] == []
    asked_for = f"/signs/1/{MINE}?start={late / 250:.0f}&end={late / 250 + 8:.0f}&points=80"
    [[sign, start, end]] = asked(person, asked_for)
    assert sign == "A"
    assert abs(start - late / 250) <= 0.2
    assert abs(end - start - 2) <= 0.3


def test_runs_of_signs_are_few_however_many_episodes_there_are(engine: Engine, actors: list[Actor]) -> None:
    many = [RhythmEpisode(MINE, Finding.COUPLET, k * 20, k * 20 + 10) for k in range(1200)]
    store_batch(engine, {}, [], [], [*many, RhythmEpisode(MINE, Finding.NOISE, 0, None)])
    found = recording(engine, MINE)
    assert found is not None
    runs = sign_runs(engine, found, 0.0, 200.0, 50)
    assert [(run.sign, round(run.start), round(run.end)) for run in runs] == [("V", 0, 96), ("~", 96, 200)]


@pytest.mark.parametrize("path", ["/strip/1", f"/strip/1/{MINE}/0", f"/signs/1/{MINE}?start=0&end=9", "/marks/1"])
def test_only_who_may_sees_it(app: Flask, person: FlaskClient, engine: Engine, path: str) -> None:
    assert app.test_client().get(path, base_url=BASE).status_code == 401
    asked(person, path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET role = 'cleaner'"))
    assert person.get(path, base_url=BASE).status_code == 403


def test_what_is_not_this_patients_is_not_there(person: FlaskClient, actors: list[Actor]) -> None:
    for path in (f"/strip/1/{OTHER}/0", f"/signs/1/{OTHER}?start=0&end=9", "/strip/77", f"/strip/1/{MINE}/-1"):
        assert person.get(path, base_url=BASE).status_code == 404
    for query in ("start=9&end=9", "start=0&end=nan", "start=0&end=9&points=9999"):
        assert person.get(f"/signs/1/{MINE}?{query}", base_url=BASE).status_code == 400


def pinned(person: FlaskClient, words: str, name: str = MINE, index: object = 700, **headers: str) -> Any:
    form = {"recording": name, "index": str(index), "words": words}
    return person.post("/marks/1", data=form, base_url=BASE, headers=headers or OURS)


def test_a_mark_is_pinned_deleted_and_brought_back_and_all_of_it_is_audited(
    person: FlaskClient, engine: Engine, actors: list[Actor]
) -> None:
    assert pinned(person, "  Coughs <b>hard</b> ").status_code == 200
    [mark] = pinned(person, "Later", index=900).get_json()[1:]
    assert (mark["words"], mark["person"], mark["index"], mark["symptom"]) == (
        "Coughs <b>hard</b>",
        "Ada Vogel",
        700,
        None,
    )
    one = f"/marks/1/{mark['id']}"
    gone = person.post(f"{one}/delete", base_url=BASE, headers=OURS).get_json()
    assert [each["words"] for each in gone] == ["Later"]
    assert person.post(f"{one}/delete", base_url=BASE, headers=OURS).status_code == 404
    back = person.post(f"{one}/restore", base_url=BASE, headers=OURS).get_json()
    assert [each["words"] for each in back] == ["Later", "Coughs <b>hard</b>"]
    assert person.post(f"{one}/restore", base_url=BASE, headers=OURS).status_code == 404
    told = [action for action, subject in audit_actions(engine) if "patient 1: mark" in subject]
    assert told == [AuditAction.MARK_SET, AuditAction.MARK_SET, AuditAction.MARK_DELETED, AuditAction.MARK_RESTORED]


def test_a_mark_needs_words_a_moment_and_a_page_of_ours(
    person: FlaskClient, engine: Engine, actors: list[Actor]
) -> None:
    assert [pinned(person, words).status_code for words in ("", "   ", "x" * 201)] == [400, 400, 400]
    assert [pinned(person, "x", index=index).status_code for index in (-1, "soon", 10**15)] == [400, 400, 400]
    assert pinned(person, "x", name=OTHER).status_code == 404
    assert pinned(person, "x", Accept="*/*").status_code == 400
    assert pinned(person, "x", Origin="https://elsewhere.test").status_code == 403
    [mark] = pinned(person, "mine").get_json()
    assert person.post(f"/marks/2/{mark['id']}/delete", base_url=BASE, headers=OURS).status_code == 404
