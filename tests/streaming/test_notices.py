"""Notices of alerts to real local receivers: signed, tried again, together, in quiet hours silent, without names."""

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, update

from auth.audit import AuditAction, audit_actions
from auth.post import Mailer
from db.alert_views import WatchedBed
from db.alerts import store_alerts, watched_beds
from db.engine import open_engine, writing
from db.models import Patient, User
from db.notices import CALLED, FAILED, MAIL, SEEN, SENT, WAITING, WEBHOOK, keep_wish, newest_notices
from db.rows import alert_row
from db.upserts import table_of
from ecg.alert_rules import RULES, AlertName, Priority
from ecg.notice_times import RETRY_S, Wish, is_quiet
from ecg.types import Alert, Evidence
from streaming.alert_news import Call, Keep
from streaming.alert_writes import write_deeds
from streaming.notices import NoticeSender, Ways
from streaming.own_place import free_port
from streaming.webhook import SIGNATURE, TIMESTAMP, Webhook
from tests.db import hearts
from tests.people import new_person

NOW = 1_700_000_000_000  # 22:13:20 UTC
SECRET = "a key"
NAME = "Hua Xing"


@dataclass(slots=True)
class Receiver:
    """An HTTP server that answers with the first of `answers`, 200 when there is none left."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    hearts.store(engine)
    with writing(engine) as connection:
        connection.execute(update(table_of(Patient)).values(name=NAME, initials="H.X."))
    yield engine
    engine.dispose()


def told(rule: AlertName, start: int = 300) -> Alert:
    return Alert(hearts.RECORDING, rule, RULES[rule].priority, start, None, Evidence(), "c0ffee")


def doctor(
    engine: Engine, wish: Wish, name: str = "ada", ways: tuple[bool, bool] = (False, True), names: bool = False
) -> int:
    user = new_person(engine, name, "doctor", ["Demo ward"])
    with writing(engine) as connection:
        connection.execute(update(table_of(User)).where(table_of(User).c.id == user).values(email=f"{name}@h.org"))
        keep_wish(connection, user, wish, ways, "UTC", names)
    return user


def send(engine: Engine, ways: Ways, *times: int) -> None:
    async def steps() -> None:
        sender = NoticeSender(engine, ways)
        for at_ms in times:
            await sender.step(at_ms)

    asyncio.run(steps())


def desk_writes(engine: Engine, *deeds: Keep | Call) -> None:
    write_deeds(engine, deeds, beds_of(engine))


def beds_of(engine: Engine) -> list[WatchedBed]:
    return watched_beds(engine)


def states(engine: Engine, user: int) -> list[tuple[str, str]]:
    return [(one.channel, one.state) for one in newest_notices(engine, user, 20)]


AT_ONCE = Wish(Priority.MEDIUM, 0, None, False)


def test_one_message_by_each_way_signed_and_without_a_name(
    engine: Engine, receiver: Receiver, mailbox: tuple[Mailbox, str]
) -> None:
    user = doctor(engine, AT_ONCE, ways=(True, True), names=True)
    box, smtp = mailbox
    ways = Ways(Mailer(smtp, "ward@h.org"), Webhook(receiver.url, SECRET), False, "https://w.org")
    desk_writes(engine, Keep(told(AlertName.TACHYCARDIA), NOW), Keep(told(AlertName.AF_ONSET), NOW))
    desk_writes(engine, Keep(told(AlertName.TACHYCARDIA), NOW), Keep(told(AlertName.BIGEMINY), NOW))  # again; too low
    send(engine, ways, NOW + 10, NOW + 30_000)
    [(headers, body)] = receiver.got
    mac = hmac.new(SECRET.encode(), f"{headers[TIMESTAMP]}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={mac}"
    sent = json.loads(body)
    assert [one["rule"] for one in sent["alerts"]] == ["vt", "af_onset"]
    assert (sent["to"], sent["alerts"][0]["bed"], sent["alerts"][0]["cause"]) == ("ada", "01", "told")
    assert sent["alerts"][0]["link"] == f"https://w.org/alerts?alert=1/{hearts.RECORDING}/vt/300"
    [(to, mail)] = box.mails
    assert to == ["ada@h.org"]
    assert "Subject: !!! Ventricular tachycardia, bed 01, Demo ward and 1 more" in mail
    for text in (mail, body.decode()):
        assert NAME not in text and "H.X." not in text
    assert sorted(states(engine, user)) == sorted([(MAIL, SENT), (WEBHOOK, SENT)] * 2)


def test_a_name_is_told_where_the_house_allows_it_and_the_person_wants_it(engine: Engine, receiver: Receiver) -> None:
    doctor(engine, AT_ONCE, "ada", names=True)
    doctor(engine, AT_ONCE, "eve")
    desk_writes(engine, Keep(told(AlertName.PAUSE), NOW))
    send(engine, Ways(None, Webhook(receiver.url, SECRET), True, "https://w.org"), NOW)
    named = {json.loads(body)["to"]: NAME in body.decode() for _, body in receiver.got}
    assert named == {"ada": True, "eve": False}


def test_what_is_not_taken_is_tried_again_with_growing_pauses_and_then_failed(
    engine: Engine, receiver: Receiver
) -> None:
    user = doctor(engine, AT_ONCE)
    ways = Ways(None, Webhook(receiver.url, SECRET), False, "https://w.org")
    desk_writes(engine, Keep(told(AlertName.PAUSE), NOW))
    receiver.answers += [500, 302, 200]
    send(engine, ways, NOW, NOW + 4_000, NOW + 5_000, NOW + 19_000)
    assert states(engine, user) == [(WEBHOOK, WAITING)]
    assert len(receiver.got) == 2  # a redirection is no answer, and is not followed
    send(engine, ways, NOW + 20_000 + 1000)
    assert states(engine, user) == [(WEBHOOK, SENT)]
    desk_writes(engine, Keep(told(AlertName.PAUSE, 900), NOW))
    receiver.answers += [503] * 9
    at_ms = NOW + 100_000
    for pause in (0, *RETRY_S):
        at_ms += 1000 * pause
        send(engine, ways, at_ms)
    assert states(engine, user)[0] == (WEBHOOK, FAILED)
    assert newest_notices(engine, user, 1)[0].error.startswith("HTTPError: HTTP Error 503")
    assert AuditAction.NOTICE_FAILED in [action for action, _ in audit_actions(engine)]


def test_who_waits_is_told_only_of_what_nobody_has_seen(engine: Engine, receiver: Receiver) -> None:
    user = doctor(engine, replace(AT_ONCE, after_s=60))
    ways = Ways(None, Webhook(receiver.url, SECRET), False, "https://w.org")
    over = told(AlertName.PAUSE, 100)
    desk_writes(engine, Keep(told(AlertName.ASYSTOLE), NOW), Keep(over, NOW))
    send(engine, ways, NOW + 59_000)
    assert receiver.got == []
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(replace(over, end=700), NOW)])
    send(engine, ways, NOW + 60_000)
    assert sorted(states(engine, user)) == [(WEBHOOK, SEEN), (WEBHOOK, SENT)]
    assert [one["rule"] for one in json.loads(receiver.got[0][1])["alerts"]] == ["asystole"]


def test_quiet_hours_hold_for_what_is_not_high_and_never_for_a_call(engine: Engine, receiver: Receiver) -> None:
    night = Wish(Priority.LOW, 0, (22 * 60, 7 * 60), True)
    assert [is_quiet(night.quiet, minute) for minute in (1319, 1320, 0, 419, 420)] == [False, True, True, True, False]
    user = doctor(engine, night)
    desk_writes(engine, Keep(told(AlertName.PAUSE), NOW), Keep(told(AlertName.LEAD_OFF), NOW))
    assert states(engine, user) == []
    desk_writes(engine, Keep(told(AlertName.ASYSTOLE), NOW), Call(told(AlertName.PAUSE), "Ada", NOW, user))
    assert [(one.rule, one.cause) for one in newest_notices(engine, user, 9)] == [
        *((AlertName.PAUSE, CALLED), (AlertName.ASYSTOLE, "told")),
    ]


def test_an_alert_that_rises_is_told_when_it_has_risen(engine: Engine) -> None:
    user = doctor(engine, AT_ONCE)
    desk_writes(engine, Keep(told(AlertName.LEAD_OFF), NOW))
    [lead_off] = newest_notices(engine, user, 9)
    assert lead_off.at_ms == NOW + 60_000


def test_others_wards_are_nobodys_notice_and_a_storm_is_one_message(engine: Engine, receiver: Receiver) -> None:
    user = doctor(engine, AT_ONCE)
    other = new_person(engine, "sam", "doctor", [])
    with writing(engine) as connection:
        keep_wish(connection, other, AT_ONCE, (False, True), "", False)
    desk_writes(engine, *(Keep(told(AlertName.PAUSE, 10 * number), NOW) for number in range(100)))
    send(engine, Ways(None, Webhook(receiver.url, SECRET), False, "https://w.org"), NOW, NOW + 1000)
    assert len(receiver.got) == 1 and len(json.loads(receiver.got[0][1])["alerts"]) == 100
    assert len(newest_notices(engine, user, 200)) == 100 and states(engine, other) == []
