"""What a notice says: without a patient's name unless that is allowed, and wanted. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from db.notices import CALLED, TEST, DueNotice, WishView
from ecg.alert_rules import RULES, URGENCY, Priority
from words import LANGUAGES, speaking, t

MARK = {Priority.HIGH: "!!!", Priority.MEDIUM: "!!", Priority.LOW: "!"}
MOST_LINES = 20


def subject(to: WishView, notices: Sequence[DueNotice]) -> str:
    """One line, the gravest alert of all."""
    with speaking(to.language or LANGUAGES[0]):
        first = gravest(notices)
        if first.rule is None:
            return t("notice.test_subject")
        more = t("notice.more", count=len(notices) - 1) if len(notices) > 1 else ""
        return f"{MARK[RULES[first.rule].priority]} {t(f'alert.{first.rule}')}, {_where(first)} {more}".strip()


def text(to: WishView, notices: Sequence[DueNotice], names: bool, origin: str, zone: Any) -> str:  # noqa: ANN401
    """All of them, one a line, with where to look."""
    with speaking(to.language or LANGUAGES[0]):
        lines = [line(one, names and to.names, origin, zone) for one in notices[:MOST_LINES]]
        if len(notices) > MOST_LINES:
            lines.append(t("notice.and_more", count=len(notices) - MOST_LINES))
        return "\n".join([*lines, "", t("notice.look", link=f"{origin}/alerts"), t("page.not_certified_watch"), ""])


def line(one: DueNotice, names: bool, origin: str, zone: Any) -> str:  # noqa: ANN401
    """One alert."""
    if one.rule is None:
        return t("notice.test_text")
    at = datetime.fromtimestamp(one.began_ms / 1000, zone)
    facts = {"alert": t(f"alert.{one.rule}"), "where": _where(one), "time": f"{at:%H:%M:%S}"}
    said = t("notice.called_line" if one.cause == CALLED else "notice.told_line", **facts)
    who = f" · {one.patient or one.initials}" if names else ""
    return f"{MARK[RULES[one.rule].priority]} {said}{who}\n{link(one, origin)}"


def link(one: DueNotice, origin: str) -> str:
    """The alert on the page of review."""
    recording, rule, start = one.key
    return f"{origin}/alerts?alert=" + quote(f"{one.patient_id}/{recording}/{rule}/{start}", safe="/")


def as_json(to: WishView, notices: Sequence[DueNotice], names: bool, origin: str, at_ms: int) -> bytes:
    """The body for the webhook (docs/ALERTS.md)."""
    alerts = [_plain(one, names and to.names, origin) for one in notices if one.cause != TEST]
    body = {"to": to.name, "sent_ms": at_ms, "subject": subject(to, notices), "alerts": alerts}
    return json.dumps(body, ensure_ascii=False).encode()


def gravest(notices: Sequence[DueNotice]) -> DueNotice:
    """The one that is told first."""
    return max(notices, key=lambda one: -1 if one.rule is None else URGENCY[RULES[one.rule].priority])


def _plain(one: DueNotice, names: bool, origin: str) -> dict[str, Any]:
    assert one.rule is not None
    facts = {"rule": one.rule.value, "priority": RULES[one.rule].priority.value, "cause": one.cause}
    whose = {"initials": one.initials, "name": one.patient} if names else {}
    return {**facts, "ward": one.ward, "bed": one.bed, "began_ms": one.began_ms, "link": link(one, origin), **whose}


def _where(one: DueNotice) -> str:
    return t("notice.no_bed") if one.bed is None else t("notice.bed", bed=one.bed, ward=one.ward or "")
