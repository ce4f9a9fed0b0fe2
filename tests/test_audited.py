"""Nothing is looked at, changed or refused without an entry in the audit trail: by the live map of routes."""

import asyncio
import getpass
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from websockets.asyncio.client import connect
from werkzeug.test import TestResponse

from auth.audit import AuditAction
from auth.door import VIEW_MS, Door, hang_door
from auth.needs import NEEDS as PEOPLE_NEEDS
from auth.once import OnceInAWhile
from auth.roles import ObjectKind
from cli import TOOLS, perform
from dashboard.gateway import Gateway, listen
from dashboard.rights import NEEDS
from dashboard.seats import seats
from db.audit_views import AuditLine
from db.engine import open_engine, writing
from db.models import Patient
from db.models_recorder import DeadLetterRow
from db.queries import beds
from db.schema import migrate
from db.store import store_batch, table_of
from db.trail import Wanted, head, lines
from ecg.alert_rules import AlertName, Priority
from ecg.types import Alert, Evidence
from streaming.bus import Bus
from streaming.simulate import provisioned
from tests.api.authorisation import API_ENTRIES
from tests.audited_deeds import COMMANDS, DEEDS, NO_COMMANDS, NO_DEEDS, Deed
from tests.authorisation import CALLBACK_ROUTE, LIST_ROUTE, OPEN, ROUTES
from tests.authorised_house import House, entries, furnished_house, rows_wanted
from tests.db import hearts
from tests.forms import forms_of
from tests.identities import MINE, OTHER
from tests.people import HOST, login_token

CLINICAL = {*(ObjectKind.PATIENT, ObjectKind.RECORDING, ObjectKind.LIMIT, ObjectKind.ALERT, ObjectKind.MARK)}
CLINICAL |= {ObjectKind.ADMISSION}
LISTS = {ObjectKind.USER, ObjectKind.WALL, ObjectKind.DEVICE, ObjectKind.AUDIT}
WAYS = {"/recordings", "/patients/new"}
"""They lead somewhere else, or show nothing of anybody."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    ways: dict[str, Any] = {"webhook_url": "https://hook.example/", "webhook_secret": "a secret of this test"}
    with furnished_house(tmp_path_factory.mktemp("audited"), **ways) as house:
        alert = Alert(MINE, AlertName.TACHYCARDIA, Priority.HIGH, 400, None, Evidence(), "c0ffee")
        store_batch(house.engine, {}, [], [], [alert, replace(hearts.beat(5), recording=MINE)])
        yield house


@pytest.fixture
def desk(house: House) -> FlaskClient:
    """The administrator's browser, of whom nothing was written down in the last minutes."""
    forget(house)
    return house.browser("administrator")


def forget(house: House) -> None:
    here: Door = house.app.extensions["wardbeat-door"]
    with house.app.app_context():
        hang_door(house.app, replace(here, views=OnceInAWhile(VIEW_MS), refusals=OnceInAWhile()))


def told_by(house: House, deed: Any) -> list[AuditLine]:
    """The entries that `deed` leaves."""
    before = head(house.engine).number
    deed()
    return [line for line in lines(house.engine, Wanted()) if line.number > before]


def readings(house: House) -> Iterator[tuple[str, ObjectKind, str]]:
    """(rule, kind of the object, path) of everything that shows something of a person."""
    needs = NEEDS | PEOPLE_NEEDS
    for rule in house.app.url_map.iter_rules():
        need, row = needs.get(rule.endpoint), ROUTES.get(("GET", str(rule)))
        if need is not None and row is not None and "/_" not in row.path and row.path not in WAYS:
            yield str(rule), need.kind, row.path.format(patient=1, recording=MINE)


def test_who_looks_at_something_is_written_down(house: House, desk: FlaskClient) -> None:
    silent, seen = [], set[ObjectKind]()
    for rule, kind, path in readings(house):
        forget(house)
        told = told_by(house, lambda path=path: house.open(desk, "GET", path).close())
        views = [line for line in told if line.action in (AuditAction.VIEWED, AuditAction.EXPORTED)]
        wanted = 1 if "patient>" in rule or "patient_id>" in rule or "<name>" in rule or "<path:path>" in rule else None
        good = all((line.person, line.role, line.address) == ("administrator",) * 2 + (HOST,) for line in views)
        if kind in CLINICAL | LISTS:
            seen.add(kind)
            if not good or not any(line.patient_id == wanted for line in views):
                silent.append(rule)
    assert silent == []
    assert seen >= CLINICAL | {ObjectKind.USER, ObjectKind.AUDIT, ObjectKind.WALL}


def test_a_page_that_asks_again_and_again_is_written_down_once_in_ten_minutes(house: House, desk: FlaskClient) -> None:
    told = told_by(house, lambda: [house.open(desk, "GET", "/strip/1") for _ in range(5)])
    assert [line.patient_id for line in told] == [1]
    assert told[0].subject == "recording /strip/1"


def test_patients_and_callbacks_are_written_down_too(house: House) -> None:
    forget(house)
    (line,) = told_by(house, lambda: house.open(house.browser("patient"), "GET", "/me"))
    assert (line.action, line.person, line.patient_id) == (AuditAction.VIEWED, "patient", 1)
    outputs = [{"id": "templates-made", "property": "data"}, {"id": "templates-shown", "property": "data"}]
    asked = [{"id": name, "property": "data", "value": None} for name in ("slow-tick", "theme")]
    state = [{"id": "templates-shown", "property": "data", "value": None}]
    state += [{"id": "url", "property": "pathname", "value": "/patient/1"}]
    facts = {"output": "..templates-made.data...templates-shown.data..", "outputs": outputs, "inputs": asked}
    sent = {**facts, "state": state, "changedPropIds": ["slow-tick.data"]}
    (line,) = told_by(house, lambda: house.open(house.browser("nurse"), *CALLBACK_ROUTE, json=sent))
    assert (line.action, line.person, line.patient_id) == (AuditAction.VIEWED, "nurse", 1)
    (line,) = told_by(house, lambda: house.open(house.browser("nurse"), *LIST_ROUTE, json=rows_wanted()))
    assert (line.action, line.person, line.patient_id) == (AuditAction.VIEWED, "nurse", None)
    assert line.subject.startswith("recording /recordings/")


def test_a_refusal_says_whom_it_was_about(house: House) -> None:
    forget(house)
    (line,) = told_by(house, lambda: house.open(house.browser("doctor A"), "GET", f"/overview/2/{OTHER}"))
    assert (line.action, line.patient_id, line.role) == (AuditAction.REFUSED, 2, "doctor")


def test_everything_that_can_be_sent_has_a_row(house: House) -> None:
    posts = {entry for entry in entries(house.app) if entry[0] != "GET"}
    assert posts - OPEN - NO_DEEDS - {CALLBACK_ROUTE, LIST_ROUTE, *API_ENTRIES} == set(DEEDS)


def test_what_is_done_is_written_down(house: House, desk: FlaskClient) -> None:
    logins = table_ids(house)
    for (method, rule), deed in DEEDS.items():
        browser = desk if deed.who == "administrator" else house.browser(deed.who)
        told = told_by(house, partial(send, house, browser, method, deed, logins))
        done = [line for line in told if line.action == deed.action]
        assert len(done) == 1, (rule, told)
        assert (done[0].person, done[0].role, done[0].address) == (deed.who, deed.who.split()[0], HOST), rule
        of_patient = "patient>" in rule or "patient_id>" in rule or "/recording/" in rule
        assert done[0].patient_id == (1 if of_patient else deed.about), rule


def test_every_command_has_a_row() -> None:
    assert {words[0] for words in COMMANDS} | NO_COMMANDS == {*TOOLS, "migrate"}


def test_what_is_done_at_the_command_line_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("WARDBEAT_VAR_DIR", str(tmp_path))
    migrate(url)
    engine = open_engine(url)
    asyncio.run(provisioned(url, 1))
    assert [(line.action, line.subject) for line in lines(engine, Wanted())] == [
        ("token rotated", "Demo ward: 1 devices")
    ]
    with writing(engine) as connection:
        letter = {
            "origin": "o",
            "stream": "s",
            "recording_id": "",
            "at_ms": 0,
            "reason": "r",
            "fields": msgspec.msgpack.encode({}),
        }
        connection.execute(insert(table_of(DeadLetterRow)).values(**letter))
        gone = {"initials": "GO", "name": "", "deleted_ms": 1, "version": 1}
        connection.execute(insert(table_of(Patient)).values(**gone))
    for words, actions in COMMANDS.items():
        before = head(engine).number
        assert perform([word.format(folder=tmp_path) for word in words]) == 0
        told = [line for line in lines(engine, Wanted()) if line.number > before]
        assert {line.action for line in told} == actions, words
        assert {(line.user_id, line.address) for line in told} == {(None, f"shell: {getpass.getuser()}")}
    engine.dispose()


def table_ids(house: House) -> int:
    """Number of another login of the administrator."""
    with house.engine.connect() as connection:
        user = connection.exec_driver_sql("SELECT id FROM user_account WHERE name = 'administrator'").scalar_one()
    login_token(house.engine, user)
    login_token(house.engine, user)
    with house.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT max(id) FROM login").scalar_one())


def send(house: House, desk: FlaskClient, method: str, deed: Deed, login: int) -> TestResponse:
    path = deed.path.format(login=login)
    known: dict[str, str] = {}
    if deed.page is not None:
        shown = house.open(desk, "GET", deed.page).text
        (known,) = (form.fields for form in forms_of(shown, deed.page) if (form.method, form.action) == ("post", path))
    sent: dict[str, Any] = {"json": deed.json} if deed.json else {"data": {**known, **deed.typed}}
    answer = house.open(desk, method, path, headers={"Origin": house.base}, **sent)
    assert answer.status_code in (200, 303, 400), (path, answer.status_code)
    return answer


def test_who_looks_at_live_pictures_is_written_down(house: House) -> None:
    async def look(identity: str, beds_wished: str | list[int]) -> None:
        answer = house.open(house.browser(identity), "GET", "/live/ticket").json or {}
        origin: Any = house.base
        address = f"ws://{HOST}:{house.settings.gateway_port}/live"
        async with connect(address, origin=origin, proxy=None, compression=None) as socket:
            await socket.send(json.dumps({"ticket": answer["ticket"], "beds": beds_wished}))
            while json.loads(await socket.recv())["type"] != "beds":
                pass

    async def all_of_it() -> None:
        gateway = Gateway(Bus.open(house.settings.redis_url, 1), house.engine)
        gateway.picture.place(seats(beds(house.engine), [], {}, {}, 0, {}))
        async with await listen(house.settings, gateway, house.engine):
            for identity, wish in (
                ("wall", "all"),
                ("nurse", [1]),
                ("doctor B", "all"),
                ("nurse", [1]),
                ("nurse", [2]),
            ):
                await look(identity, wish)

    told = told_by(house, lambda: asyncio.run(asyncio.wait_for(all_of_it(), 60)))
    watched = [(each.person, each.subject, each.patient_id) for each in told if each.action == AuditAction.WATCHED]
    assert watched == [
        (None, "Hall, Demo ward: wall", None),
        ("nurse", "patient 1", 1),
        ("doctor B", "wall", None),
    ]
    assert {each.address for each in told} == {HOST}
