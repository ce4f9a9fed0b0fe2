"""What a patient felt, told by a phone: kept once, for its own recordings only, and by a token that is good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard.app import create_app
from dashboard.pages.phone import PHONE_FILES, page_words
from db.device_lists import device_in_bed, revoke_device
from db.engine import open_engine, writing
from db.marks import marks_of_patient
from db.models import Recording
from db.provision import DEMO_WARD, DemoDevice, provision_demo
from db.upserts import table_of
from settings import Settings
from tests.migrated import migrated_sqlite
from words import LANGUAGES, catalogue, speaking

MINE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
MARK = {"key": "0f" * 16, "recording": MINE, "index": 1300, "symptom": "dizzy", "at_ms": 1_764_000_010_000}
PAGE_BYTES = 200_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Engine, list[DemoDevice]]]:
    folder: Path = tmp_path_factory.mktemp("app")
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"))
    engine = open_engine(settings.database_url)
    devices = provision_demo(engine, 2)
    with writing(engine) as connection:
        for number, name in enumerate((MINE, OTHER)):
            facts = {"rate": 130.0, "gain": 1000.0, "lead": "I", "started_ms": 1_764_000_000_000}
            whose = {"id": name, "device_id": devices[number].device_id, "patient_id": number + 1}
            connection.execute(table_of(Recording).insert().values(**whose, **facts))
    yield create_app(settings, engine), engine, devices
    engine.dispose()


@pytest.fixture
def client(house: tuple[Flask, Engine, list[DemoDevice]]) -> FlaskClient:
    return house[0].test_client()


def tell(client: FlaskClient, token: str, mark: Any) -> int:
    return client.post("/phone/marks", json=mark, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_mark_is_kept_once_at_its_house_sample(
    house: tuple[Flask, Engine, list[DemoDevice]], client: FlaskClient
) -> None:
    _, engine, (mine, other) = house
    assert [tell(client, mine.token, MARK) for _ in range(3)] == [200, 200, 200]
    told = [(mark.recording, mark.index, mark.symptom, mark.person) for mark in marks_of_patient(engine, 1)]
    assert told == [(MINE, 2500, "dizzy", None)]
    assert tell(client, other.token, MARK) == tell(client, mine.token, MARK | {"recording": OTHER}) == 404
    assert tell(client, other.token, MARK | {"recording": OTHER}) == 200
    assert len(marks_of_patient(engine, 1)) == len(marks_of_patient(engine, 2)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"key": "short"},
        {"key": None},
        {"index": -1},
        {"index": 1.5},
        {"index": 2**70},
        {"symptom": "<b>"},
        {"at_ms": -1},
        {"recording": "x" * 65},
        {"recording": {}},
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(
    house: tuple[Flask, Engine, list[DemoDevice]], client: FlaskClient, change: dict[str, object]
) -> None:
    assert tell(client, house[2][0].token, MARK | change) == 400


def test_without_a_good_token_nothing_is_kept(
    house: tuple[Flask, Engine, list[DemoDevice]], client: FlaskClient
) -> None:
    _, engine, (mine, _) = house
    for answer in (client.post("/phone/marks", json=MARK), client.post("/phone/marks", data="{")):
        assert answer.status_code == 401
    assert tell(client, "x" * 43, MARK) == 401
    with writing(engine) as connection:
        revoke_device(connection, device_in_bed(engine, DEMO_WARD, mine.bed).id)
    assert tell(client, mine.token, MARK) == 401


def test_the_page_is_whole_without_a_login_and_light(client: FlaskClient) -> None:
    page = client.get("/phone")
    weight = len(page.data)
    for path in PHONE_FILES:
        with client.get(path) as file:
            assert file.status_code == 200, path
            weight += 0 if path.endswith(".png") else len(file.data)
    assert weight <= PAGE_BYTES
    manifest, worker = client.get("/phone/manifest.webmanifest"), client.get("/phone/worker.js")
    assert (manifest.json or {})["start_url"] == "/phone" and manifest.mimetype == "application/manifest+json"
    assert worker.headers["Service-Worker-Allowed"] == "/phone"
    assert client.get("/assets/wall.js").status_code == 401
    for language in LANGUAGES:
        with speaking(language):
            assert page_words().items() <= catalogue(language).items()
