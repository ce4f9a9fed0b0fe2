"""A house with two patients in two wards, what was found in their recordings, and a token for everybody."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, insert, text
from werkzeug.test import TestResponse

from auth.api_tokens import DAY_MS, MARK
from auth.roles import Role
from auth.scopes import Scope
from auth.tokens import new_token, sha256
from dashboard.app import create_app
from dashboard.receiving import reception
from db.api_tokens import NewToken, add_token
from db.bed_order import wards
from db.engine import open_engine, writing
from db.marks import set_mark
from db.models_uploads import AnalysisRow, UploadRow
from db.provision import admit, provision_demo
from db.store import NewRecording, NewSegment, store_batch, table_of
from db.upload_views import AnalysisState, UploadState
from ecg.alert_rules import AlertName, Priority
from ecg.types import Alert, Evidence
from settings import Settings
from tests.db import hearts
from tests.identities import ELSEWHERE, MINE, OTHER, WARD
from tests.migrated import migrated_sqlite
from tests.people import new_person

V1 = "/api/v1"
EVERY_SCOPE = tuple(Scope)
PEOPLE = {
    "doctor A": (Role.DOCTOR, [WARD], []),
    "doctor B": (Role.DOCTOR, [ELSEWHERE], []),
    "new doctor": (Role.DOCTOR, [], []),
    "nurse": (Role.NURSE, [], [1]),
    "patient": (Role.PATIENT, [], [1]),
    "administrator": (Role.ADMINISTRATOR, [], []),
}
SAMPLES = np.arange(1000, dtype=np.int16)


@dataclass(slots=True)
class ApiHouse:
    """The application, and a token of each identity."""

    settings: Settings
    engine: Engine
    app: Flask
    tokens: dict[str, str]

    def close(self) -> None:
        with self.app.app_context():
            reception().sandbox.close()
            reception().redis.close()
        self.engine.dispose()

    def ask(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """The answer to `who`; paths begin below /api/v1."""
        headers = more.pop("headers", {})
        if who in self.tokens:
            headers = {"Authorization": f"Bearer {self.tokens[who]}", **headers}
        client: FlaskClient = self.app.test_client()
        return client.open(f"{V1}{path}", method=method, headers=headers, **more)


def make_house(folder: Path, database_url: str | None = None, redis_url: str = "redis://127.0.0.1:1") -> ApiHouse:
    where = database_url or migrated_sqlite(folder / "w.db")
    settings = Settings(var_dir=folder, database_url=where, redis_url=redis_url)
    engine = open_engine(settings.database_url)
    provision_demo(engine, 1)
    admit(engine, ELSEWHERE, "01", "EL")
    facts = [NewRecording(name, device, 250, 200.0, "I", 0) for device, name in ((1, MINE), (2, OTHER))]
    store_batch(engine, {}, facts, [NewSegment(MINE, 0, SAMPLES), NewSegment(MINE, 2000, SAMPLES)], found_in(MINE))
    store_batch(engine, {}, [], [], [alert_in(MINE), alert_in(OTHER)])
    tokens = tokens_of(engine)
    with writing(engine) as connection:
        for name in (MINE, OTHER):
            set_mark(connection, name, 250, "palpitations", 1, 0)
            furnish(connection, name)
    return ApiHouse(settings, engine, create_app(settings, engine), tokens)


def found_in(recording: str) -> list[Any]:
    told: list[Any] = [*hearts.BEATS, hearts.settled(300), *hearts.VITALS, hearts.episode(None), hearts.GAP]
    return [replace(each, recording=recording) for each in told]


def furnish(connection: Connection, recording: str) -> None:
    """Files that were brought for the recording's patient, and an analysis that waits."""
    patient, bringer = (1, 4) if recording == MINE else (2, 2)
    facts = {"created_ms": 0, "start_known": True, "state": UploadState.IMPORTED.value}
    whose = {"id": f"upload-{recording}", "user_id": bringer, "patient_id": patient}
    connection.execute(insert(table_of(UploadRow)).values(**whose, **facts))
    asked = {"model": "f" * 64, "asked_ms": 0, "state": AnalysisState.WAITING.value, "progress": 0, "tries": 0}
    row = {"id": f"analysis-{recording}", "recording_id": recording, **asked}
    connection.execute(insert(table_of(AnalysisRow)).values(**row))


def alert_in(recording: str) -> Alert:
    """One that latches: it waits to be seen although it is over."""
    return Alert(recording, AlertName.ASYSTOLE, Priority.HIGH, 500, 1100, Evidence(2.4, 2.0, 40.0, (500,)), "f" * 64)


def tokens_of(engine: Engine) -> dict[str, str]:
    """Identity -> its token; the one of "none" is missing."""
    people = {name: new_person(engine, name, *facts) for name, facts in PEOPLE.items()}
    tokens = {name: token_for(engine, user_id) for name, user_id in people.items()}
    ids = {ward.name: ward.id for ward in wards(engine)}
    for name, ward in (("service A", WARD), ("service B", ELSEWHERE)):
        tokens[name] = token_for(engine, None, wards=frozenset({ids[ward]}))
    tokens["service"] = token_for(engine, None, everywhere=True)
    tokens["no scopes"] = token_for(engine, people["administrator"], scopes=())
    tokens["expired"] = token_for(engine, people["administrator"], days=-1)
    tokens["revoked"] = token_for(engine, people["administrator"])
    tokens["never made"] = MARK + new_token()
    with writing(engine) as connection:
        connection.execute(text("UPDATE api_token SET revoked_ms = 1 WHERE id = (SELECT max(id) FROM api_token)"))
    return tokens


def token_for(
    engine: Engine,
    user_id: int | None,
    scopes: tuple[str, ...] = EVERY_SCOPE,
    wards: frozenset[int] = frozenset(),
    everywhere: bool = False,
    days: int = 1,
) -> str:
    token, now_ms = MARK + new_token(), time.time_ns() // 1_000_000
    maker = user_id or 1
    kept = NewToken(sha256(token), "test", user_id, maker, scopes, wards, everywhere, now_ms, now_ms + days * DAY_MS)
    with writing(engine) as connection:
        add_token(connection, kept)
    return token
