"""Who may ask for a why-card: nobody without a login or the right, and only of the recording's own patient."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.app import create_app
from db.engine import open_engine
from db.provision import provision_demo
from settings import Settings
from streaming.codec import RecordingFacts
from tests.dashboard.feeder import MIXED, NORMAL, Actor, record
from tests.migrated import migrated_sqlite
from tests.people import BASE, first_administrator

MINE, OTHER = "6f1c7d5e-9f5f-4f0e-8d0a-3c5f5a3d2b10", "6f1c7d5e-9f5f-4f0e-8d0a-3c5f5a3d2b11"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = migrated_sqlite(tmp_path / "w.db")
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def actors(engine: Engine) -> list[Actor]:
    """A recording of each of two patients; there is a third one without any."""
    devices = provision_demo(engine, 3)
    made = []
    for name, part, device in ((MINE, NORMAL, devices[0]), (OTHER, MIXED, devices[1])):
        actor = Actor(RecordingFacts(name, device.device_id, 250, 200.0, "I", 1_700_000_000_000), part, seed=2)
        record(engine, actor)
        made.append(actor)
    return made


@pytest.fixture
def app(engine: Engine, tmp_path: Path, actors: list[Actor]) -> Flask:
    return create_app(Settings(var_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'w.db'}"), engine)


@pytest.fixture
def person(app: Flask) -> FlaskClient:
    """The first administrator."""
    return first_administrator(app)


def paths(patient: int, name: str, index: int) -> list[str]:
    return [f"/why/{patient}/{name}/{index}", f"/why/{patient}/{name}/from/{index}"]


def test_strangers_learn_nothing(app: Flask, actors: list[Actor]) -> None:
    stranger = app.test_client()
    for path in [*paths(1, MINE, actors[0].beats[50].index), "/why/1/newest", "/why/7/newest"]:
        assert stranger.get(path, base_url=BASE).status_code == 401
        page = stranger.get(path, base_url=BASE, headers={"Accept": "text/html"})
        assert page.status_code == 303
        assert page.headers["Location"].startswith("/login")


def test_whoever_may_see_the_patient_sees_the_card(person: FlaskClient, actors: list[Actor]) -> None:
    index = actors[0].beats[50].index
    for path in paths(1, MINE, index):
        answer = person.get(path, base_url=BASE)
        assert answer.status_code == 200
        assert "Why is this beat N?" in answer.text
        assert f'data-index="{index}"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Why-Card"]
    newest = person.get("/why/1/newest", base_url=BASE)
    assert f'data-index="{actors[0].beats[-1].index}"' in newest.text


def test_a_recording_of_another_patient_is_not_there(person: FlaskClient, actors: list[Actor]) -> None:
    for patient, name in ((1, OTHER), (2, MINE), (77, MINE), (1, "nothing"), (1, MINE + "x")):
        for path in paths(patient, name, actors[0].beats[50].index):
            answer = person.get(path, base_url=BASE)
            assert answer.status_code == 404
            assert "X-Why-Card" not in answer.headers
            assert "why-card" not in answer.text


def test_a_role_without_the_right_is_refused(person: FlaskClient, engine: Engine, actors: list[Actor]) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET role = 'visitor'"))
    for path in [*paths(1, MINE, actors[0].beats[50].index), "/why/1/newest"]:
        assert person.get(path, base_url=BASE).status_code == 403


def test_a_beat_that_is_not_stored_is_said_to_be(person: FlaskClient, actors: list[Actor]) -> None:
    answer = person.get(f"/why/1/{MINE}/{actors[0].beats[50].index + 1}", base_url=BASE)
    assert answer.status_code == 404
    assert "not stored" in answer.text
    assert answer.headers["X-Why-Card"]
    for path in ("/why/3/newest", f"/why/1/{MINE}/from/99999999"):
        answer = person.get(path, base_url=BASE)
        assert answer.status_code == 404
        assert "No beat is stored" in answer.text


def test_no_such_patient_is_no_error_of_ours(person: FlaskClient) -> None:
    assert person.get(f"/why/{10**20}/newest", base_url=BASE).status_code == 404


@pytest.mark.parametrize("index", ["-1", "1.5", "x", "99999999999999999999999"])
def test_odd_places_are_no_error_of_ours(person: FlaskClient, index: str) -> None:
    for path in (f"/why/1/{MINE}/{index}", f"/why/1/{MINE}/from/{index}"):
        assert person.get(path, base_url=BASE).status_code == 404
