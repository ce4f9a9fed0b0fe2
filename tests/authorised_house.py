"""The application of the authorisation matrix, and what the cookie of each identity holds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, text
from werkzeug.test import TestResponse

from auth.deeds import Deed
from auth.logins import IDLE_MS
from auth.report_deeds import ReportAnswer, begin, release, sign, write
from auth.roles import Role
from auth.walls import offer_wall, pair_wall
from dashboard.app import create_app
from dashboard.report_shown import live_content
from db.engine import open_engine, writing
from db.models_uploads import AnalysisRow, UploadRow
from db.provision import admit, provision_demo
from db.queries import recording
from db.report_views import ReportVersion, sum_of
from db.reports import report_version
from db.store import NewRecording, store_batch, table_of
from db.views import RecordingView
from settings import Settings
from streaming.own_place import free_port
from tests.identities import DEVICES, ELSEWHERE, MINE, OTHER, WARD
from tests.migrated import migrated_sqlite
from tests.people import HOST, browser_with, login_token, new_person

OBJECTS = {"own": (1, MINE), "other": (2, OTHER), "missing": (77, "nothing")}
"""Which -> patient and recording; seen by doctor A. Their beds have the same numbers."""
NAMES = {"own": "Demo patient 01", "other": None}
"""Which -> the patient's name; one has none but initials."""
WORKS = {"doctor A": [WARD], "doctor B": [ELSEWHERE], "new doctor": [], "administrator": []}
ASSIGNED = ("nurse", "patient")


@dataclass(slots=True)
class House:
    """The application, and for each identity what its browser's cookie holds; of devices their tokens."""

    settings: Settings
    engine: Engine
    app: Flask
    tokens: dict[str, str]
    base: str
    devices: dict[str, str]

    def browser(self, identity: str) -> FlaskClient:
        if identity == "none":
            return self.app.test_client()
        if identity in DEVICES:
            return self._device(self.devices[identity])
        return browser_with(self.app, self.tokens[identity], f"wardbeat-{'wall' if identity == 'wall' else 'login'}")

    def _device(self, token: str) -> FlaskClient:
        browser = browser_with(self.app, token)
        browser.set_cookie("wardbeat-wall", token, domain=HOST)
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return browser

    def open(self, browser: FlaskClient, method: str, path: str, **more: Any) -> TestResponse:
        return browser.open(path, method=method, base_url=self.base, **more)


def add_files(engine: Engine) -> None:
    """An upload and an analysis of each of the two recordings, by somebody who has left."""
    left = new_person(engine, "left", "doctor")
    with writing(engine) as connection:
        for patient, recording in OBJECTS.values():
            if recording == "nothing":
                continue
            facts = {"user_id": left, "created_ms": 0, "state": "imported", "start_known": True, "patient_id": patient}
            named = {"id": f"upload-{recording}", "recording_id": recording}
            connection.execute(insert(table_of(UploadRow)).values(**named, **facts))
            told = {"model": "m", "asked_ms": 0, "state": "waiting", "progress": 0, "tries": 0}
            named = {"id": f"analysis-{recording}", "recording_id": recording}
            connection.execute(insert(table_of(AnalysisRow)).values(**named, **told))


def add_reports(engine: Engine) -> None:
    """Of each of the two recordings a report that is signed and released, and a draft."""
    deed = Deed(None, 1, HOST)
    for _, name in OBJECTS.values():
        if (of := recording(engine, name)) is not None:
            sign_report(engine, of, "Nothing to be seen.", deed, released=True)
            begin(engine, of, "", deed)


def sign_report(engine: Engine, of: RecordingView, conclusion: str, deed: Deed, *, released: bool) -> ReportVersion:
    """A new version of the report, signed as it is now."""
    number = begin(engine, of, "", deed)
    version = report_version(engine, of.id, number)
    assert version is not None
    write(engine, of, version, version.revision, conclusion, deed)
    content = live_content(engine, of, conclusion)
    assert sign(engine, of, version, version.revision + 1, sum_of(content), content, deed) is ReportAnswer.DONE
    signed = report_version(engine, of.id, number)
    assert signed is not None
    if released:
        release(engine, of, signed, deed)
    return signed


@contextmanager
def furnished_house(folder: Path, database_url: str = "", **more: Any) -> Iterator[House]:
    """A house with a patient in each of two wards, a recording of each, and everybody of `tests.authorisation.SEES`."""
    url, web, gateway = database_url or migrated_sqlite(folder / "w.db"), free_port(), free_port()
    settings = Settings(var_dir=folder, database_url=url, web_port=web, gateway_port=gateway, **more)
    engine = open_engine(settings.database_url)
    device_tokens = (provision_demo(engine, 1)[0].token, admit(engine, ELSEWHERE, "01", "EL"))
    facts = [NewRecording(name, device, 250, 200.0, "I", 0) for device, name in OBJECTS.values() if device < 77]
    store_batch(engine, {}, facts, [], [])
    add_files(engine)
    add_reports(engine)
    app = create_app(settings, engine)
    devices = dict(zip(DEVICES, device_tokens, strict=True))
    yield House(settings, engine, app, tokens_of(engine), f"http://{HOST}:{settings.web_port}", devices)
    engine.dispose()


def entries(app: Flask) -> set[tuple[str, str]]:
    """(method, rule) of everything the application answers."""
    rules = [(str(rule), rule.methods or set()) for rule in app.url_map.iter_rules()]
    return {(method, rule) for rule, methods in rules for method in methods - {"HEAD", "OPTIONS"}}


def rows_wanted(first: int = 0, last: int = 100, search: str = "", order: str = "started") -> dict[str, Any]:
    """What the grid of the list of recordings sends when it wants rows."""
    wanted = {"startRow": first, "endRow": last, "sortModel": [{"colId": order, "sort": "desc"}], "filterModel": {}}
    return {
        "output": "recordings.getRowsResponse",
        "outputs": {"id": "recordings", "property": "getRowsResponse"},
        "inputs": [{"id": "recordings", "property": "getRowsRequest", "value": wanted}],
        "state": [{"id": "url", "property": "search", "value": search}],
        "changedPropIds": ["recordings.getRowsRequest"],
    }


def tokens_of(engine: Engine) -> dict[str, str]:
    """Identity -> its cookie; the one of 'none' is missing."""
    now_ms = time.time_ns() // 1_000_000
    people = {
        name: new_person(engine, name, name.split()[-2 if name[-1] in "AB" else -1], WORKS[name]) for name in WORKS
    }
    people |= {name: new_person(engine, name, name, patients=[1]) for name in ASSIGNED}
    tokens = {name: login_token(engine, user_id) for name, user_id in people.items()}
    tokens["expired"] = login_token(engine, people["administrator"], now_ms - IDLE_MS[Role.ADMINISTRATOR] - 1)
    tokens["revoked"] = login_token(engine, people["administrator"])
    with writing(engine) as connection:
        connection.execute(text("UPDATE login SET revoked_ms = 1 WHERE id = (SELECT max(id) FROM login)"))
    code = offer_wall(engine, WARD, "Corridor", Deed(None, now_ms, "here"))
    tokens["wall"] = pair_wall(engine, code, now_ms, "here") or ""
    return tokens
