"""The pages of those who look after the walls: who may come in, what each act does, and that it is written down."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from werkzeug.test import TestResponse

from auth.audit import AuditAction
from auth.roles import Identity, Machine, Role
from auth.tickets import WallTicket, identity_of_ticket
from auth.walls import CODE_MS, pair_wall, walls
from dashboard.app import create_app
from db.engine import open_engine, reading
from db.models_audit import AuditEntry
from db.provision import DEMO_WARD, provision_demo
from db.queries import beds
from db.store import table_of
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.people import BASE, first_administrator

ODD = "<b>East</b> \u202e🫀 'x'"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("walls")
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"))
    opened = open_engine(settings.database_url)
    provision_demo(opened, 12)
    with opened.begin() as connection:
        connection.execute(text("INSERT INTO ward (id, name) VALUES (9, 'Elsewhere')"))
    yield create_app(settings, opened)
    opened.dispose()


@pytest.fixture(scope="module")
def engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["wardbeat-door"].engine
    return engine


@pytest.fixture(scope="module")
def person(app: Flask) -> FlaskClient:
    """The first administrator."""
    return first_administrator(app)


def send(browser: FlaskClient, path: str, data: dict[str, object] | None = None) -> TestResponse:
    return browser.post(path, data=data or {}, base_url=BASE, headers={"Origin": BASE})


def audited(engine: Engine) -> list[tuple[str, int | None]]:
    """Acts about walls and beds with who did them, oldest first."""
    table = table_of(AuditEntry)
    with reading(engine) as connection:
        rows = connection.execute(select(table.c.action, table.c.user_id).order_by(table.c.id)).all()
    return [(row[0], row[1]) for row in rows if row[0].startswith(("wall", "beds"))]


def labels(engine: Engine) -> list[str]:
    return [bed.bed for bed in beds(engine, DEMO_WARD)]


def test_a_wall_is_offered_paired_renamed_allowed_names_and_revoked(
    app: Flask, engine: Engine, person: FlaskClient
) -> None:
    assert "Write where it hangs" in send(person, "/walls", {"ward": DEMO_WARD, "name": " "}).text
    assert "Choose one of the wards." in send(person, "/walls", {"ward": "4C", "name": "East"}).text
    assert "Use at most 64 letters." in send(person, "/walls", {"ward": DEMO_WARD, "name": "x" * 65}).text
    answer = send(person, "/walls", {"ward": DEMO_WARD, "name": "East"})
    code = re.search(r">([2-9A-Z]{4}-[2-9A-Z]{4})<", answer.text)
    assert code is not None and "<svg" in answer.text and f"{BASE}/wall/pair" in answer.text
    assert "Waits for its code until" in person.get("/walls", base_url=BASE).text
    (wall,), here = walls(engine), frozenset({DEMO_WARD})
    now_ms = wall.created_ms + CODE_MS - 1000
    assert pair_wall(engine, code[1], now_ms, "here") is not None
    assert "On now" in person.get("/walls", base_url=BASE).text
    assert identity_of_ticket(engine, WallTicket(wall.id), now_ms) == Identity(Machine.WALL, wards=here)
    assert send(person, f"/walls/{wall.id}/allow-names").status_code == 303
    assert identity_of_ticket(engine, WallTicket(wall.id), now_ms) == Identity(Machine.NAMING_WALL, wards=here)
    assert send(person, f"/walls/{wall.id}/forbid-names").status_code == 303
    assert send(person, f"/walls/{wall.id}/rename", {"name": ODD}).status_code == 400  # it turns the page's text around
    assert send(person, f"/walls/{wall.id}/rename", {"name": "<b>East</b> 🫀"}).status_code == 303
    assert "&lt;b&gt;East&lt;/b&gt; 🫀" in person.get("/walls", base_url=BASE).text
    assert send(person, f"/walls/{wall.id}/revoke").status_code == 303
    assert identity_of_ticket(engine, WallTicket(wall.id), now_ms) is None
    shown = person.get("/walls", base_url=BASE).text
    assert "1 revoked wall" in shown and f'data-wall="{wall.id}"' not in shown
    send(person, f"/walls/{wall.id}/rename", {"name": "Too late"})
    assert walls(engine)[0].name == "<b>East</b> 🫀"
    told = [action for action, user in audited(engine) if user == 1]
    kinds = (AuditAction.WALL_OFFERED, AuditAction.WALL_NAMES, AuditAction.WALL_NAMES)
    assert told == [*kinds, AuditAction.WALL_RENAMED, AuditAction.WALL_REVOKED]


def test_beds_stand_as_they_are_arranged_and_else_as_people_sort_them(engine: Engine, person: FlaskClient) -> None:
    with engine.begin() as connection:
        for bed, label in ((2, "2"), (3, "100"), (4, "A9"), (5, "A10")):
            connection.execute(text("UPDATE bed SET label = :label WHERE id = :bed"), {"label": label, "bed": bed})
    by_label = ["01", "2", "06", "07", "08", "09", "10", "11", "12", "100", "A9", "A10"]
    assert labels(engine) == by_label
    page = person.get("/walls/order/1", base_url=BASE).text
    order = [int(each) for each in re.findall(r'name="bed" value="(\d+)"', page)]
    assert send(person, "/walls/order/1", {"bed": order[::-1]}).status_code == 303
    assert labels(engine) == by_label[::-1]
    for wrong in (order[1:], [*order, order[0]], [*order[1:], 9999]):
        answer = send(person, "/walls/order/1", {"bed": wrong})
        assert answer.status_code == 409 and "changed meanwhile" in answer.text
    assert send(person, "/walls/order/1").status_code == 400
    assert labels(engine) == by_label[::-1]
    with engine.begin() as connection:  # a bed that comes later has no place yet: it stands after the others
        connection.execute(text("INSERT INTO bed (ward_id, label) VALUES (1, '0')"))
    assert labels(engine) == [*by_label[::-1], "0"]
    assert send(person, "/walls/order/1", {"by_label": "yes"}).status_code == 303
    assert labels(engine) == ["0", *by_label]
    assert send(person, "/walls/order/77", {"bed": order}).status_code == 404
    assert audited(engine)[-2:] == [(AuditAction.BEDS_ARRANGED, 1), (AuditAction.BEDS_ARRANGED, 1)]


def test_only_who_looks_after_the_wards_comes_in(app: Flask, engine: Engine, person: FlaskClient) -> None:
    paths = ("/walls", "/walls/order/1")
    acts = (*paths, "/walls/1/rename", "/walls/1/revoke", "/walls/1/allow-names")
    before, stranger = audited(engine), app.test_client()
    assert {stranger.get(path, base_url=BASE).status_code for path in paths} == {401}
    assert {send(stranger, path).status_code for path in acts} == {401}
    assert person.post("/walls/1/revoke", base_url=BASE).status_code == 400  # no Origin
    assert send(person, "/walls/1/explode").status_code == 404
    assert send(person, "/walls/99/revoke").status_code == 404
    for role in (Role.DOCTOR, Role.NURSE, "visitor"):
        with engine.begin() as connection:
            connection.execute(text("UPDATE user_account SET role = :role"), {"role": role})
        assert {person.get(path, base_url=BASE).status_code for path in paths} == {403}
        assert {send(person, path).status_code for path in acts} == {403}
    assert audited(engine) == before
