"""Registering and getting back in: codes over real SMTP and a real webhook, invitations, no word about others."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from auth.audit import AuditAction, audit_actions
from auth.codes import CODE_MS, MOST_TRIES
from auth.door import LoginOptions
from auth.invitations import HOLDS_MS
from auth.post import Post, say_in_log
from db import people
from db.care import care_of
from streaming.own_place import free_port
from tests.auth.conftest import BASE, NEEDS, PASSWORD, Clock, form_token_of, send, ward_app
from tests.servers import wait_until

OWN = {"password": "what only bo knows", "password_again": "what only bo knows"}
NEW = {"full_name": "Bo Lind", "name": "bo", **OWN}
PHONE = "+8613800138000"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The statements are those of other tests, which run on both kinds of database."""
    return sqlite_url


def unfolded(content: bytes | str | None) -> str:
    """The text of an e-mail without the breaks that its transport has put in."""
    return (content or b"").decode().replace("=\r\n", "")  # type: ignore[union-attr]


@dataclass(slots=True)
class Letterbox:
    """What arrived, by contact: e-mails over SMTP, text messages over HTTP."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        for contact in envelope.rcpt_tos:
            self.texts.setdefault(contact, []).append(unfolded(envelope.content))
        return "250 OK"

    def code(self, contact: str, count: int = 1) -> str:
        """The code in the message number `count` to this contact, once it has come."""
        wait_until(lambda: len(self.texts.get(contact, [])) >= count, "the code has come")
        found = re.search(r"\b(\d{4} \d{4})\b", self.texts[contact][count - 1])
        assert found, self.texts
        return found[1]


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def post(letterbox: Letterbox) -> Iterator[Post]:
    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            letterbox.texts.setdefault(body["to"], []).append(body["text"])
            letterbox.tokens.add(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    smtp = Controller(letterbox, hostname="127.0.0.1", port=free_port())
    hook = HTTPServer(("127.0.0.1", 0), Webhook)
    smtp.start()
    thread = threading.Thread(target=hook.serve_forever, args=(0.05,))
    thread.start()
    yield Post(f"smtp://127.0.0.1:{smtp.port}", "ward@a.org", f"http://127.0.0.1:{hook.server_port}/", "key")
    hook.shutdown()
    thread.join()
    hook.server_close()
    smtp.stop()


@pytest.fixture
def options(clock: Clock, post: Post) -> LoginOptions:
    return LoginOptions("a secret of this test", BASE, needs=NEEDS, clock_ms=clock, registration=True, send=post.send)


def ask(browser: FlaskClient, path: str, contact: str) -> TestResponse:
    return send(browser, path, {"contact": contact})


def finish(browser: FlaskClient, page: TestResponse, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={**fields, "form_token": form_token_of(page)}, headers={"Origin": BASE})


@pytest.mark.parametrize(("typed", "contact"), [(" Bo@A.org", "bo@a.org"), ("+86 138 0013 8000", PHONE)])
def test_a_code_makes_a_doctor_who_sees_nobody(
    administrator: FlaskClient, app: Flask, engine: Engine, letterbox: Letterbox, typed: str, contact: str
) -> None:
    browser = app.test_client()
    page = ask(browser, "/register", typed)
    code = letterbox.code(contact)
    wrong = finish(browser, page, "/register/code", contact=typed, code="1234 5678", **NEW)
    assert 'id="code-note">The code is wrong' in wrong.text and 'value="Bo Lind"' in wrong.text
    taken = finish(browser, page, "/register/code", contact=typed, code=code, **{**NEW, "name": "ada.v"})
    assert 'id="name-note">Somebody has this user name' in taken.text
    assert finish(browser, page, "/register/code", contact=typed, code=code, **NEW).headers["Location"] == "/"
    assert finish(browser, page, "/register/code", contact=typed, code=code, **NEW).status_code == 400
    bo = people.person_by_contact(engine, contact)
    assert bo is not None and (bo.name, bo.role, bo.must_change) == ("bo", "doctor", False)
    assert not care_of(engine, bo.id).wards and not care_of(engine, bo.id).patients
    assert letterbox.tokens <= {"Bearer key"}


def test_answers_are_the_same_whoever_has_an_account(
    administrator: FlaskClient, app: Flask, engine: Engine, letterbox: Letterbox
) -> None:
    ask(app.test_client(), "/register", "bo@a.org")
    page = ask(app.test_client(), "/register", "bo@a.org")
    finish_page = app.test_client()
    shown = ask(finish_page, "/register", "bo@a.org")
    finish(finish_page, shown, "/register/code", contact="bo@a.org", code=letterbox.code("bo@a.org", 3), **NEW)
    assert people.person_by_contact(engine, "bo@a.org")
    without_tokens = {
        re.sub(r'value="[^"]*"', "", ask(app.test_client(), path, contact).text.replace("cy@a.org", "bo@a.org"))
        for path in ("/register", "/forgot")
        for contact in ("cy@a.org", "bo@a.org")
    }
    assert len({text.split("<form")[0].split("</h1>")[1] for text in without_tokens}) == 1
    assert "on its way" in page.text
    letterbox.code("bo@a.org", 3)
    assert len(letterbox.texts["bo@a.org"]) == 3, "no more codes so soon"


def test_a_forgotten_password_is_replaced_and_guessing_the_code_ends(
    administrator: FlaskClient, app: Flask, engine: Engine, clock: Clock, letterbox: Letterbox
) -> None:
    browser = app.test_client()
    page = ask(browser, "/register", PHONE)
    finish(browser, page, "/register/code", contact=PHONE, code=letterbox.code(PHONE), **NEW)
    thief = app.test_client()
    page = ask(thief, "/forgot", PHONE)
    code = letterbox.code(PHONE, 2)
    for _ in range(MOST_TRIES):
        finish(thief, page, "/forgot/code", contact=PHONE, code="0000 0000", **OWN)
    assert finish(thief, page, "/forgot/code", contact=PHONE, code=code, **OWN).status_code == 400
    clock.ms += CODE_MS + 1
    page = ask(thief, "/forgot", PHONE)
    assert finish(thief, page, "/forgot/code", contact=PHONE, code=letterbox.code(PHONE, 3), **OWN).status_code == 303
    assert browser.get("/").status_code == 401, "all other logins have ended"
    assert ask(thief, "/forgot", "nobody@a.org").status_code == 200
    assert "nobody@a.org" not in letterbox.texts


def test_an_invitation_makes_one_account_with_its_role(
    administrator: FlaskClient, app: Flask, engine: Engine, clock: Clock
) -> None:
    def invited() -> str:
        page = administrator.get("/people")
        shown = finish(administrator, page, "/people/invite", role="nurse")
        return str(re.findall(rf"{BASE}(/join/[\w-]+)", shown.text)[0])

    path, late = invited(), invited()
    assert "everybody tries first" in send(app.test_client(), path, {**NEW, "password": "password2026"}).text
    assert send(app.test_client(), path, NEW).headers["Location"] == "/"
    assert app.test_client().get(path).status_code == 404
    (bo,) = people.people(engine, "lind")
    assert bo.role == "nurse"
    clock.ms += HOLDS_MS
    assert app.test_client().get(late).status_code == 404


def test_where_registration_is_off_there_is_no_such_page(engine: Engine, clock: Clock) -> None:
    app = ward_app(engine, LoginOptions("a secret of this test", BASE, needs=NEEDS, clock_ms=clock))
    for path in ("/register", "/register/code"):
        assert app.test_client().get(path).status_code == 404


def test_without_a_channel_the_code_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    Post(None, "", None, "").send("bo@a.org", "Your code", "1234 5678")
    assert "1234 5678" in caplog.text
    assert say_in_log is LoginOptions("s", BASE).send


def test_another_contact_is_ones_own_once_its_code_is_typed_and_the_old_one_is_told(
    administrator: FlaskClient, app: Flask, engine: Engine, letterbox: Letterbox
) -> None:
    browser = app.test_client()
    page = ask(browser, "/register", "bo@a.org")
    finish(browser, page, "/register/code", contact="bo@a.org", code=letterbox.code("bo@a.org"), **NEW)

    def wish(contact: str, current: str = OWN["password"]) -> TestResponse:
        return send(browser, "/account/contact", {"contact": contact, "current": current})

    assert "not your current password" in wish("bo@b.org", "a wrong password").text
    assert "Type an e-mail address" in wish("bo@ward").text and "yours already" in wish("BO@a.org").text
    page = wish("Bo@B.org")
    wrong = finish(browser, page, "/account/contact/code", contact="bo@b.org", code="0000 0000")
    assert wrong.status_code == 400 and 'value="bo@b.org"' in wrong.text and "The code is wrong" in wrong.text
    assert people.person_by_contact(engine, "bo@b.org") is None
    code, one = letterbox.code("bo@b.org"), {"contact": "bo@b.org"}
    assert finish(browser, page, "/account/contact/code", **one, code=code).status_code == 303
    assert finish(browser, page, "/account/contact/code", **one, code=code).status_code == 400, "it holds once"
    bo = people.person_by_contact(engine, "bo@b.org")
    assert bo is not None and (bo.name, bo.phone) == ("bo", None)
    wait_until(lambda: len(letterbox.texts["bo@a.org"]) == 2, "the old address is told")
    assert "bo@b.org" in letterbox.texts["bo@a.org"][1]
    page = wish(PHONE)
    assert finish(browser, page, "/account/contact/code", contact=PHONE, code=letterbox.code(PHONE)).status_code == 303
    wait_until(lambda: len(letterbox.texts["bo@b.org"]) == 2, "the e-mail is told of the phone")
    told = [subject for action, subject in audit_actions(engine) if action is AuditAction.CONTACT_CHANGED]
    assert told == ["bo@a.org → bo@b.org", f"– → {PHONE}"]


def test_nobody_takes_anothers_contact_and_learns_whether_there_is_one(
    administrator: FlaskClient, app: Flask, engine: Engine, letterbox: Letterbox
) -> None:
    browser = app.test_client()
    page = ask(browser, "/register", "bo@a.org")
    finish(browser, page, "/register/code", contact="bo@a.org", code=letterbox.code("bo@a.org"), **NEW)
    answers = [
        send(administrator, "/account/contact", {"contact": contact, "current": PASSWORD})
        for contact in ("bo@a.org", "cy@a.org")
    ]
    without = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(without) == 1 and {answer.status_code for answer in answers} == {200}
    wait_until(lambda: len(letterbox.texts["bo@a.org"]) == 2, "whoever has the contact is told")
    assert "another account has it" in letterbox.texts["bo@a.org"][1]
    assert not re.search(r"\d{4} \d{4}", letterbox.texts["bo@a.org"][1])
