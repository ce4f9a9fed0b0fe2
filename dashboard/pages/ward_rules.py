"""What holds for alerts in a ward: defaults of limits, and whom it calls when nobody has seen an alert."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.forms import MAX_REASON, LimitForm, complaints
from auth.permission import require
from auth.plan_form import LEAST_S, MAX_PERSON, MOST_S, MOST_STEPS, TypedPlan, typed_plan
from auth.roles import Action, ObjectKind, Thing
from dashboard.components import limit_value
from dashboard.pages.walls import deed_of_request
from db.alert_views import PlanStep
from db.bed_order import ward_name, wards
from db.engine import reading, writing
from db.limits import set_ward_limit, ward_limit_history, ward_limits_to_change
from db.views import LimitSetting
from db.ward_people import people_of_ward
from db.ward_plans import plan_of_ward, set_plan
from ecg.limits import KINDS
from words import t
from written import moment

LARGEST_ID = 2**31 - 1
SHOWN = 5


@dataclass(slots=True)
class Shown:
    """What the page shows beside what is stored: typed values, what is wrong with them, what was done."""

    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: dict[str, dict[str, str]] = field(default_factory=dict)
    plan: TypedPlan | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit of the ward. number, reason: as they stand in the form; wrong: field -> what to do there."""

    name: str
    is_usual: bool
    now: str
    usual: str
    number: str
    reason: str
    wrong: Mapping[str, str]
    history: list[tuple[str, str]]


def add_ward_rules(app: Flask, engine: Engine) -> None:
    """Add /alerts/wards/<ward>: GET shows both, POST …/limits/<name> and …/plan change them."""

    def show(ward: int) -> str:
        require(Action.CHANGE, ObjectKind.WARD, Thing(ObjectKind.WARD))
        return _page(engine, ward, Shown())

    def limit(ward: int, name: str) -> ResponseReturnValue:
        return _limit(engine, ward, name)

    def plan(ward: int) -> ResponseReturnValue:
        return _plan(engine, ward)

    rule = f"/alerts/wards/<int(max={LARGEST_ID}):ward>"
    app.add_url_rule(rule, "ward_rules", show, methods=["GET"])
    app.add_url_rule(f"{rule}/limits/<name>", "set_ward_limit", limit, methods=["POST"])
    app.add_url_rule(f"{rule}/plan", "set_ward_plan", plan, methods=["POST"])


def _limit(engine: Engine, ward: int, name: str) -> ResponseReturnValue:
    deed, of_ward = deed_of_request(ObjectKind.WARD), _known(engine, ward)
    if name not in KINDS:
        abort(404)
    typed = {each: request.form.get(each, "") for each in ("value", "reason")}
    wished = {"name": name} | typed | ({"value": None} if "usual" in request.form else {})
    try:
        form = LimitForm.model_validate(wished)
    except ValidationError as error:
        return _page(engine, ward, Shown({name: typed}, {name: complaints(error)})), 400
    with writing(engine) as connection:
        clash = form.clash_of_ward(*ward_limits_to_change(connection, ward))
        user_id = deed.user_id or 0
        if not clash and set_ward_limit(connection, ward, name, form.value, user_id, deed.at_ms, form.reason):
            wanted = KINDS[name].shown(form.value) if form.value is not None else "back to the default"
            deed.tell(connection, AuditAction.WARD_LIMIT_SET, f"{of_ward}: {name} {wanted}")
    if clash:
        return _page(engine, ward, Shown({name: typed}, {name: {"value": clash}})), 400
    return redirect(f"/alerts/wards/{ward}?kept#{name}", 303)


def _plan(engine: Engine, ward: int) -> ResponseReturnValue:
    deed, of_ward = deed_of_request(ObjectKind.WARD), _known(engine, ward)
    accounts = {person: number for number, person in people_of_ward(engine, ward)}
    typed = typed_plan(request.form.getlist("person"), request.form.getlist("after_s"), accounts)
    if typed.complaints:
        return _page(engine, ward, Shown(plan=typed)), 400
    with writing(engine) as connection:
        before = plan_of_ward(connection, ward)
        fits = request.form.get("version") == _version(before)
        if fits and list(typed.steps) != before:
            set_plan(connection, ward, typed.steps)
            said = ", ".join(f"{step.person} {step.after_s} s" for step in typed.steps) or "nobody"
            deed.tell(connection, AuditAction.WARD_PLAN_SET, f"{of_ward}: {said}")
    if not fits and list(typed.steps) != before:
        return _page(engine, ward, Shown(plan=typed, error=t("plan.changed"))), 409
    return redirect(f"/alerts/wards/{ward}?kept#plan", 303)


def _known(engine: Engine, ward: int) -> str:
    name = ward_name(engine, ward)
    if name is None:
        abort(404)
    return name


def _version(steps: Sequence[PlanStep]) -> str:
    """Of a plan as the page has shown it."""
    return hashlib.sha256(repr([(step.person, step.after_s) for step in steps]).encode()).hexdigest()[:16]


def _page(engine: Engine, ward: int, shown: Shown) -> str:
    name = _known(engine, ward)
    with reading(engine) as connection:
        steps = plan_of_ward(connection, ward)
    rows = list(shown.plan.rows) if shown.plan else [(step.person, str(step.after_s)) for step in steps]
    rows += [("", "")] * (MOST_STEPS - len(rows))
    facts = {
        "ward": {"id": ward, "name": name},
        "others": [each for each in wards(engine) if each.id != ward],
        "limits": [_row(engine, ward, each, shown) for each in KINDS],
        "steps": list(enumerate(rows)),
        "version": _version(steps),
        "people": [person for _, person in people_of_ward(engine, ward)],
        "kept": "kept" in request.args and not shown.error,
        "plan_error": shown.error,
        "plan_wrong": shown.plan.complaints if shown.plan else {},
        "bounds": {"least": LEAST_S, "most": MOST_S, "letters": MAX_PERSON, "reason": MAX_REASON},
    }
    return render_template("ward_rules.html", **facts)


def _row(engine: Engine, ward: int, name: str, shown: Shown) -> LimitRow:
    history, kind = ward_limit_history(engine, ward, name, SHOWN), KINDS[name]
    newest = history[0] if history else None
    typed = shown.typed.get(name, {})
    return LimitRow(
        *(name, newest is None or newest.value is None, limit_value(name, newest, None)),
        limit_value(name, None, None),
        typed.get("value", kind.number(newest.value if newest else None)),
        *(typed.get("reason", ""), shown.wrong.get(name, {})),
        [(limit_value(name, each, None), _entry(each)) for each in history],
    )


def _entry(setting: LimitSetting) -> str:
    entry = t("limit.entry", person=setting.person, time=moment(setting.at_ms))
    return t("limit.with_reason", set=entry, reason=setting.reason) if setting.reason else entry
