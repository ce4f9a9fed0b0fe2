"""The review of alerts: the page, its queue, one case, and the hand-over of everything that is one's task.

The page is a shell; assets/review.js asks for queue and case as parts, and again when the gateway tells of an act.
"""

from dataclasses import dataclass

from flask import Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.alert_handover import hand_over
from auth.deeds import Deed
from auth.door import door
from auth.permission import current_identity, require_patient
from auth.requests import address_of_request, current_login
from auth.roles import STAFF, Action, Identity, ObjectKind, Reach, reach_of
from dashboard.alert_case import case_of
from dashboard.pages.alerts import LARGEST_ID, named, whole
from dashboard.pages.why import recording_of
from dashboard.queue_rows import reviewed_rows, waiting_rows
from db.alert_queue import MOST_RUNS, Wanted, count, queue, reviewed_since
from db.alerts import alert_view
from db.bed_order import wards
from db.people import people_with
from db.review_views import Sight
from ecg.alert_rules import RULES, AlertName, Needs, Priority

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST_REVIEWED = 20
_HEART = {Needs.GOOD, Needs.VENTRICULAR}


@dataclass(frozen=True, slots=True)
class View:
    """Which alerts the list shows, as the address says."""

    name: str
    ward: str
    priority: str
    kind: str

    @property
    def rules(self) -> tuple[AlertName, ...] | None:
        """Those of the chosen priority and kind; None for all."""
        if not self.priority and not self.kind:
            return None
        rows = (rule for rule in RULES.values() if not self.priority or rule.priority == self.priority)
        heart = (AlertName.AF_BURDEN,)
        return tuple(
            rule.name
            for rule in rows
            if not self.kind or (self.kind == "rhythm") == (rule.needs in _HEART or rule.name in heart)
        )


def add_review(app: Flask, engine: Engine, gateway_url: str) -> None:
    """Add /alerts, /alerts/queue, /alerts/<patient>/case and /alerts/handover; for those who may change alerts."""

    def page() -> str:
        identity, login = _reviewer(), current_login()
        known = [ward.name for ward in wards(engine) if _whole_house(identity) or ward.name in identity.wards]
        me = (login.user_id, login.full_name) if login else (0, "")
        colleagues = [(one.id, one.full_name) for one in people_with(engine, STAFF) if one.id != me[0]]
        facts = {"gateway_url": gateway_url, "wards": known, "me": me, "colleagues": colleagues}
        return render_template("alerts.html", priorities=list(Priority), **facts)

    def listed() -> str:
        return _queue(engine, _reviewer())

    def one(patient: int) -> ResponseReturnValue:
        return _case(engine, patient)

    def give() -> ResponseReturnValue:
        identity, to = _reviewer(), request.form.get("to", "")
        if request.headers.get("Origin") is None or not (to.isascii() and to.isdigit() and len(to) < 10):
            abort(400)
        done = hand_over(engine, int(to), Deed(identity.user_id, door().now_ms(), address_of_request()))
        return jsonify(given=done.given, kept=done.kept)

    app.add_url_rule("/alerts", "alerts", page)
    app.add_url_rule("/alerts/queue", "alert_queue", listed)
    app.add_url_rule(f"/alerts/<int(max={LARGEST_ID}):patient>/case", "alert_case", one)
    app.add_url_rule("/alerts/handover", "alert_handover", give, methods=["POST"])


def sight_of(identity: Identity) -> Sight:
    """Whose alerts somebody may see."""
    return Sight(_whole_house(identity), identity.wards, identity.patients)


def _whole_house(identity: Identity) -> bool:
    return reach_of(identity, Action.VIEW, ObjectKind.ALERT) is Reach.ALL


def _reviewer() -> Identity:
    """Who asks, if there are alerts that he or she may judge; the gate has looked at the role."""
    identity = current_identity()
    if identity is None:
        abort(401)
    return identity


def _queue(engine: Engine, identity: Identity) -> str:
    view, sight, now_ms = _view(), sight_of(identity), door().now_ms()
    since = now_ms - DAY_MS if view.name == "ward" else None
    mine = identity.user_id if view.name == "mine" else None
    runs = queue(engine, Wanted(sight, since, mine, view.ward or None, view.rules))
    counts = {
        "unreviewed": count(engine, Wanted(sight, ward=view.ward or None)),
        "mine": count(engine, Wanted(sight, assignee=identity.user_id)),
        "ward": count(engine, Wanted(sight, now_ms - DAY_MS, ward=view.ward or None)),
    }
    done = [] if view.name == "ward" else reviewed_since(engine, sight, now_ms - HOUR_MS, MOST_REVIEWED)
    more = max(0, counts[view.name] - sum(run.count for run in runs)) if len(runs) == MOST_RUNS else 0
    facts = {"rows": waiting_rows(runs, now_ms), "reviewed": reviewed_rows(done), "counts": counts, "more": more}
    return render_template("alert_queue.html", view=view.name, **facts)


def _view() -> View:
    """As asked for; what is none counts as not asked for."""
    asked = request.args
    name = asked.get("view", "")
    kind, priority = asked.get("kind", ""), asked.get("priority", "")
    return View(
        name if name in ("mine", "ward") else "unreviewed",
        asked.get("ward", "")[:64],
        priority if priority in set(Priority) else "",
        kind if kind in ("rhythm", "technical") else "",
    )


def _case(engine: Engine, patient: int) -> ResponseReturnValue:
    require_patient(Action.CHANGE, ObjectKind.ALERT, patient)
    try:
        name, start = named(request.args.get("recording", "")), whole(request.args.get("start", ""))
        rule = AlertName(request.args.get("rule", ""))
    except ValueError:
        abort(400)
    recording, view = recording_of(engine, patient, name), alert_view(engine, name, rule.value, start)
    if view is None:
        abort(404)
    case = case_of(engine, view, recording, door().now_ms())
    return render_template("alert_case.html", case=case, patient=patient)
