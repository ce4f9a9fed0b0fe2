"""One's own notices of alerts: what, when and how, quiet hours, a test, and what became of the newest ones."""

import re
from dataclasses import dataclass

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.door import door
from auth.pages import form_is_ours, page
from auth.requests import address_of_request, current_login
from db.engine import writing
from db.notices import MAIL, NOBODYS, TEST, NoticeView, WishView, add_notices, keep_wish, newest_notices, wish_of
from db.people import person
from ecg.alert_rules import Priority
from ecg.notice_times import Wish
from words import t
from written import moment

SHOWN = 20
MOST_AFTER_S = 3600
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_FIELDS = ("least", "after_s", "quiet_from", "quiet_to")
_TICKS = ("by_mail", "by_webhook", "high_in_quiet", "names")
_FIRST = {"least": Priority.HIGH.value, "after_s": "30", "quiet_from": "", "quiet_to": "", "high_in_quiet": "yes"}


@dataclass(frozen=True, slots=True)
class NoticeWays:
    """What the house can do. names: whether patients' names may be sent."""

    mail: bool
    webhook: bool
    names: bool


def add_notice_page(app: Flask, engine: Engine, ways: NoticeWays) -> None:
    """Add /alerts/notices (GET, POST) and POST /alerts/notices/test, for those who may change alerts."""

    def show() -> ResponseReturnValue:
        known = wish_of(engine, _me())
        return _page(engine, ways, 200, _FIRST if known is None else _stored(known))

    def keep() -> ResponseReturnValue:
        typed = {name: request.form.get(name, "") for name in (*_FIELDS, *_TICKS)}
        if not form_is_ours():
            return _page(engine, ways, 400, typed, error=t("login.stale_form"))
        wrong = _wrong(typed)
        if wrong:
            return _page(engine, ways, 400, typed, wrong=wrong)
        _keep(engine, ways, typed)
        return redirect("/alerts/notices?told=kept", 303)

    def test() -> ResponseReturnValue:
        known = wish_of(engine, _me())
        if not form_is_ours() or known is None or not known.channels:
            return redirect("/alerts/notices?told=no_way", 303)
        deed = _deed()
        with writing(engine) as connection:
            key = (*NOBODYS[:2], deed.at_ms)
            add_notices(connection, [(known.user_id, way) for way in known.channels], TEST, key, deed.at_ms)
            deed.tell(connection, AuditAction.NOTICE_TESTED, "by " + " ".join(known.channels))
        return redirect("/alerts/notices?told=tested", 303)

    app.add_url_rule("/alerts/notices", "notices", show, methods=["GET"])
    app.add_url_rule("/alerts/notices", "set_notices", keep, methods=["POST"])
    app.add_url_rule("/alerts/notices/test", "test_notice", test, methods=["POST"])


def _me() -> int:
    login = current_login()
    assert login is not None  # the gate has looked
    return login.user_id


def _deed() -> Deed:
    return Deed(_me(), door().now_ms(), address_of_request())


def _wrong(typed: dict[str, str]) -> dict[str, str]:
    """Field -> what to do there."""
    wrong = {}
    if typed["least"] not in set(Priority):
        wrong["least"] = t("form.choose")
    after = typed["after_s"].strip()
    if not (after.isascii() and after.isdigit() and len(after) < 6 and int(after) <= MOST_AFTER_S):
        wrong["after_s"] = t("form.between", least="0", most=str(MOST_AFTER_S), unit="s")
    times = [typed[name].strip() for name in ("quiet_from", "quiet_to")]
    for name, time in zip(("quiet_from", "quiet_to"), times, strict=True):
        if time and _TIME.fullmatch(time) is None:
            wrong[name] = t("notices.time")
        elif not time and any(times):
            wrong[name] = t("notices.both_times")
    return wrong


def _keep(engine: Engine, ways: NoticeWays, typed: dict[str, str]) -> None:
    begin, end = (_minute(typed[name].strip()) for name in ("quiet_from", "quiet_to"))
    quiet = None if begin is None or end is None else (begin, end)
    wish = Wish(Priority(typed["least"]), int(typed["after_s"]), quiet, bool(typed["high_in_quiet"]))
    by = bool(typed["by_mail"]) and ways.mail, bool(typed["by_webhook"]) and ways.webhook
    deed = _deed()
    with writing(engine) as connection:
        keep_wish(connection, _me(), wish, by, _zone(), bool(typed["names"]) and ways.names)
        said = [name for name, on in zip(("mail", "webhook"), by, strict=True) if on]
        deed.tell(
            connection, AuditAction.NOTICES_SET, f"{wish.least} after {wish.after_s} s by {' '.join(said) or '-'}"
        )


def _minute(time: str) -> int | None:
    found = _TIME.fullmatch(time)
    return None if found is None else 60 * int(found[1]) + int(found[2])


def _zone() -> str:
    """Of the browser (assets/theme.js)."""
    return request.cookies.get("wardbeat-zone", "")[:64]


def _stored(known: WishView) -> dict[str, str]:
    times = [f"{each // 60:02d}:{each % 60:02d}" for each in known.wish.quiet or ()] or ["", ""]
    ticks = {"by_mail": known.by_mail, "by_webhook": known.by_webhook, "names": known.names}
    ticks["high_in_quiet"] = known.wish.high_in_quiet
    texts = {"least": known.wish.least.value, "after_s": str(known.wish.after_s), "quiet_from": times[0]}
    return {**texts, "quiet_to": times[1], **{name: "yes" for name, on in ticks.items() if on}}


def _page(engine: Engine, ways: NoticeWays, status: int, typed: dict[str, str], **more: object) -> ResponseReturnValue:
    me = person(engine, _me())
    rows = [(_what(one), t(f"notices.way_{one.channel}"), _state(one)) for one in newest_notices(engine, _me(), SHOWN)]
    facts = {"ways": ways, "email": me.email if me else None, "zone": _zone() or "–", "rows": rows}
    told = request.args.get("told", "")
    priorities = [(one.value, t(f"notices.least_{one}")) for one in Priority]
    return page("notices.html", status, typed=typed, told=told, priorities=priorities, mail=MAIL, **facts, **more)


def _what(one: NoticeView) -> str:
    return t("notices.a_test") if one.rule is None else t(f"alert.{one.rule}")


def _state(one: NoticeView) -> str:
    return t(f"notices.state_{one.state}", time=moment(one.at_ms), count=one.tries, error=one.error)
