"""The first administrator comes by a link that works once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from auth.forms import FirstAdministratorForm
from auth.setup import first_admin_link, make_first_administrator
from db import queries
from db.engine import reading
from tests.auth.conftest import ADMINISTRATOR, BASE, send


def link(engine: Engine) -> str:
    made = first_admin_link(engine, f"{BASE}/")
    assert made is not None
    return made.removeprefix(BASE)


def test_the_link_makes_an_administrator_who_is_logged_in(client: FlaskClient, engine: Engine) -> None:
    assert send(client, link(engine), ADMINISTRATOR).headers["Location"] == "/"
    assert client.get("/").text == "wall of ada.v"
    (user,) = queries.users(engine)
    assert (user.name, user.full_name, user.role, user.active) == ("ada.v", "Ada Vogel", "administrator", True)
    assert queries.user(engine, user.id) == user


def test_the_link_works_once(client: FlaskClient, app: Flask, engine: Engine) -> None:
    path = link(engine)
    late = app.test_client()
    token = late.get(path).text.split('name="form_token" value="')[1][:64]
    send(client, path, ADMINISTRATOR)
    assert late.post(path, data={**ADMINISTRATOR, "name": "eve", "form_token": token}).status_code == 404
    assert late.get(path).status_code == 404
    assert len(queries.users(engine)) == 1
    assert first_admin_link(engine, BASE) is None


def test_of_two_who_send_the_form_at_once_one_gets_in(engine: Engine) -> None:
    token = link(engine).rsplit("/", 1)[1]

    def use_link(name: str) -> str | None:
        form = FirstAdministratorForm(**{**ADMINISTRATOR, "name": name})
        return make_first_administrator(engine, token, form, 1_700_000_000_000, "127.0.0.1")

    with ThreadPoolExecutor(2) as threads:
        entered = list(threads.map(use_link, ["ada", "eve"]))
    assert entered.count(None) == 1
    assert len(queries.users(engine)) == 1


def test_a_new_link_replaces_the_old_one(client: FlaskClient, engine: Engine) -> None:
    old, new = link(engine), link(engine)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_link_of_ones_own_making_opens_nothing(client: FlaskClient, engine: Engine) -> None:
    link(engine)
    assert client.get("/setup/guessed").status_code == 404
    with reading(engine) as connection:
        assert len(connection.execute(text("SELECT token_sha256 FROM login_token")).scalar_one()) == 64


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("full_name", "  ", "Write your name as colleagues know it."),
        ("full_name", "A" * 129, "Use at most 128 letters."),
        ("name", "", "Choose a user name."),
        ("name", "ada vogel", "Use letters a to z, digits, and . _ @ - only."),
        ("password", "short", "Use at least 12 letters or digits; a sentence is fine."),
        ("password", "aaaaaaaaaaaaaaaa", "Use more different letters."),
        ("password_again", "something else", "The two passwords differ. Type the same one here."),
    ],
)
def test_errors_stand_at_their_field_and_what_was_typed_stays(
    client: FlaskClient, engine: Engine, field: str, typed: str, complaint: str
) -> None:
    path = link(engine)
    answer = send(client, path, {**ADMINISTRATOR, field: typed})
    assert answer.status_code == 400
    assert f'<p class="complaint" id="{field}-note">{complaint}</p>' in answer.text
    kept = {"full_name": "Ada Vogel", "name": "Ada.V", field: typed}
    assert all(f'value="{kept[name]}"' in answer.text for name in ("full_name", "name"))
    assert ADMINISTRATOR["password"] not in answer.text
    assert not queries.has_users(engine)
    assert send(client, path, ADMINISTRATOR).status_code == 303


def test_names_are_text_never_markup(client: FlaskClient, engine: Engine) -> None:
    answer = send(client, link(engine), {**ADMINISTRATOR, "full_name": '"><b>x', "password": "short"})
    assert "<b>x" not in answer.text


def test_before_the_first_user_the_login_page_says_where_to_begin(client: FlaskClient) -> None:
    assert "Open the one-time link that Wardbeat printed" in client.get("/login").text
