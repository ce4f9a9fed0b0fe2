"""A wall is paired by a code that holds once and for ten minutes, and goes dark when it is revoked."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from auth.audit import AuditAction, audit_actions
from auth.deeds import Deed
from auth.roles import Identity, Machine
from auth.tickets import WallTicket, identity_of_ticket, read_ticket
from auth.wall_tool import main
from auth.walls import CODE_MS, UNUSED_MS, offer_wall, pair_wall, revoke_wall, wall_of_token, walls
from db.engine import writing
from db.models import Ward
from db.store import table_of
from ecg.errors import ConfigurationError
from tests.auth.conftest import Clock, send

SECRET = "a secret of this test"


@pytest.fixture
def ward(engine: Engine) -> str:
    with writing(engine) as connection:
        connection.execute(insert(table_of(Ward)).values(name="4B"))
    return "4B"


def test_a_code_makes_a_screen_a_wall(client: FlaskClient, engine: Engine, ward: str, clock: Clock) -> None:
    code = offer_wall(engine, ward, "Corridor", Deed(None, clock.ms, "here"))
    assert client.get("/live/ticket").status_code == 401
    paired = send(client, "/wall/pair", {"code": f" {code[:4].lower()}-{code[4:]} "})
    assert (paired.status_code, paired.headers["Location"]) == (303, "/wall")
    cookie = next(each for each in paired.headers.getlist("Set-Cookie") if each.startswith("wardbeat-wall="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    answer = client.get("/live/ticket").json
    assert answer is not None
    ticket = read_ticket(SECRET, answer["ticket"])
    assert ticket == WallTicket(1)
    assert client.get("/").status_code == 403


def test_a_code_is_used_up_wrong_or_too_old(app: Flask, engine: Engine, ward: str, clock: Clock) -> None:
    code = offer_wall(engine, ward, "Corridor", Deed(None, clock.ms, "here"))
    assert pair_wall(engine, code, clock.ms, "here") is not None
    assert pair_wall(engine, code, clock.ms, "here") is None
    late = offer_wall(engine, ward, "Corridor", Deed(None, clock.ms, "here"))
    assert pair_wall(engine, late, clock.ms + CODE_MS, "here") is None
    revoked = offer_wall(engine, ward, "Corridor", Deed(None, clock.ms, "here"))
    revoke_wall(engine, walls(engine)[-1].id, Deed(None, clock.ms, "here"))
    assert pair_wall(engine, revoked, clock.ms, "here") is None
    assert send(app.test_client(), "/wall/pair", {"code": "ABCD-EFGH"}).status_code == 401
    with pytest.raises(ConfigurationError, match="There are: 4B"):
        offer_wall(engine, "4C", "Corridor", Deed(None, clock.ms, "here"))


def test_guessing_is_slowed_down(app: Flask) -> None:
    guesses = [send(app.test_client(), "/wall/pair", {"code": "ABCD-EFGH"}).status_code for _ in range(32)]
    assert guesses[0] == 401
    assert guesses[-1] == 429


def test_a_wall_sees_its_ward_until_it_is_revoked_or_lies_unused(engine: Engine, ward: str, clock: Clock) -> None:
    token = pair_wall(engine, offer_wall(engine, ward, "Corridor", Deed(None, clock.ms, "here")), clock.ms, "here")
    assert token is not None
    wall = wall_of_token(engine, token, clock.ms)
    assert wall is not None
    assert identity_of_ticket(engine, WallTicket(wall.id), clock.ms) == Identity(Machine.WALL, wards=frozenset({"4B"}))
    assert wall_of_token(engine, token, clock.ms + UNUSED_MS) is None
    revoke_wall(engine, wall.id, Deed(None, clock.ms, "here"))
    assert identity_of_ticket(engine, WallTicket(wall.id), clock.ms) is None
    assert wall_of_token(engine, token, clock.ms) is None
    told = [(AuditAction.WALL_OFFERED, "Corridor, 4B"), (AuditAction.WALL_PAIRED, "Corridor")]
    assert audit_actions(engine) == [*told, (AuditAction.WALL_REVOKED, "Corridor, 4B")]


def test_the_command_pairs_lists_and_revokes(
    engine: Engine, ward: str, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main(["pair", "--ward", ward, "--name", "Corridor"]) == 0
    assert len(capsys.readouterr().out.strip()) == 9
    main(["list"])
    assert capsys.readouterr().out == "1\t4B\tCorridor\tnot paired\n"
    main(["revoke", "1"])
    main(["list"])
    assert "revoked" in capsys.readouterr().out
    with pytest.raises(ConfigurationError, match="no wall 7"):
        main(["revoke", "7"])
