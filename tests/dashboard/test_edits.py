"""What a doctor's deeds on beats answer, and what all that shows numbers says after them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard.app import create_app
from db.engine import open_engine
from db.schema import migrate
from settings import Settings
from tests.bench.review_edit import NAME, fill
from tests.people import BASE, browser_with, login_token, new_person


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    migrate(url)
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    return create_app(Settings(var_dir=tmp_path, database_url=str(engine.url)), engine)


def doctor(app: Flask, engine: Engine, name: str) -> FlaskClient:
    return browser_with(app, login_token(engine, new_person(engine, name, "doctor", patients=[1])))


def post(browser: FlaskClient, **wish: Any) -> tuple[int, Any]:
    answer = browser.post(f"/recording/{NAME}/edits", json=wish, base_url=BASE, headers={"Origin": BASE})
    return answer.status_code, answer.get_json()


def get(browser: FlaskClient, path: str) -> Any:
    return browser.get(path if path.startswith("/") else f"/recording/{NAME}/{path}", base_url=BASE).get_json()


def test_numbers_follow_and_two_doctors_do_not_overwrite_each_other_unseen(app: Flask, engine: Engine) -> None:
    index = fill(engine, 600)
    ada, eve = doctor(app, engine, "ada"), doctor(app, engine, "eve")
    before = get(ada, "beats")["beats"]
    status, told = post(ada, act="class", letter="F", beats=index[10:13])
    assert (status, told["undo"], told["redo"]) == (200, True, False)
    after = get(eve, "beats")["beats"]
    assert after["sign"][10:13] == "FFF"
    assert after["network"] == before["sign"]
    assert get(eve, "facts")["counts"][3]["value"].startswith("3 ")
    status, refused = post(eve, act="class", letter="V", beats=[index[11]], seen=0)
    assert (status, refused["sentence"]) == (409, "Somebody else has just said something of these beats. Look again.")
    assert post(eve, act="class", letter="V", beats=[index[11]], seen=told["deed"])[0] == 200
    assert post(eve, act="delete", start=index[20], end=index[20] + 1, seen=told["deed"])[0] == 200
    beats = get(ada, "beats")["beats"]
    assert index[20] not in beats["index"]
    assert beats["rr"][20] == 4 * (index[21] - index[19])
    assert post(ada, act="undo")[0] == 200
    assert get(ada, "beats")["beats"]["sign"][10:13] == before["sign"][10] + "V" + before["sign"][12]


def test_what_cannot_be_done_is_said(app: Flask, engine: Engine) -> None:
    index = fill(engine, 30)
    ada = doctor(app, engine, "ada")
    assert post(ada, act="undo")[1] == {"sentence": "There is nothing of yours to take back."}
    assert post(ada, act="class", letter="V", beats=[index[0] + 1])[1]["sentence"].startswith("None of these beats")
    assert post(ada, act="add", beats=[index[3] + 100])[1]["sentence"].startswith("There is no signal")
    assert post(ada, act="noise", start=9, end=9)[1]["sentence"].startswith("Pick a stretch")
    assert post(ada, act="lift", start=1, end=9)[1]["sentence"].startswith("No noise")
    for wrong in ({"act": "class", "letter": "Z"}, {"act": "burn"}, {"act": "class", "beats": ["x"]}, {}):
        assert post(ada, **wrong)[0] == 400
    assert get(ada, "edits") == {"deed": 0, "undo": False, "redo": False, "noise": []}
