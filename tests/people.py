"""People of tests, logged in without a password's cost: a row, what they are connected with, and a cookie."""

import re
import time
from collections.abc import Sequence

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select

from auth.logins import start_login
from auth.setup import first_admin_link
from db.care import set_wards, take_into_care
from db.engine import writing
from db.models import User, Ward
from db.store import table_of

HOST = "127.0.0.1"
BASE = f"http://{HOST}:8050"
FORM = {
    "name": "ada.v",
    "full_name": "Ada Vogel",
    "password": "correct horse battery",
    "password_again": "correct horse battery",
}
"""What the first administrator types."""


def new_person(engine: Engine, name: str, role: str, wards: Sequence[str] = (), patients: Sequence[int] = ()) -> int:
    """Id of somebody new, who works in these wards and has these patients in care. No password opens the account."""
    fields = {"full_name": name.title(), "password_hash": "", "active": True, "created_ms": 0}
    with writing(engine) as connection:
        made = insert(table_of(User)).values(name=name, role=role, **fields).returning(table_of(User).c.id)
        user_id = int(connection.execute(made).scalar_one())
        known = select(table_of(Ward).c.id).where(table_of(Ward).c.name.in_(wards))
        set_wards(connection, user_id, {row[0] for row in connection.execute(known)})
        for patient in patients:
            take_into_care(connection, user_id, patient)
    return user_id


def login_token(engine: Engine, user_id: int, now_ms: int | None = None) -> str:
    """What the cookie of a login that began now, or at `now_ms`, holds."""
    with writing(engine) as connection:
        return start_login(connection, user_id, now_ms or time.time_ns() // 1_000_000, HOST)


def browser_with(app: Flask, token: str, cookie: str = "wardbeat-login") -> FlaskClient:
    """A browser that holds this cookie."""
    browser = app.test_client()
    browser.set_cookie(cookie, token, domain=HOST)
    return browser


def first_administrator(app: Flask) -> FlaskClient:
    """The browser in which the first administrator was made, by the one-time link, and is logged in."""
    browser, engine = app.test_client(), app.extensions["wardbeat-door"].engine
    path = (first_admin_link(engine, BASE) or "").removeprefix(BASE)
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', browser.get(path, base_url=BASE).text)
    assert token is not None
    sent = browser.post(path, data={**FORM, "form_token": token[1]}, base_url=BASE, headers={"Origin": BASE})
    assert sent.status_code == 303
    return browser
