"""In what order a ward's beds stand on its walls, for administrators: dragged, or moved by buttons and keys."""

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.permission import require
from auth.roles import Action, ObjectKind, Thing
from dashboard.pages.walls import deed_of_request
from db.bed_order import arrange_beds, ward_name
from db.engine import writing
from db.queries import beds
from words import t

LARGEST_ID = 2**31 - 1
MOST_BEDS = 1000


def add_bed_order(app: Flask, engine: Engine) -> None:
    """Add /walls/order/<ward>: GET shows the beds in their order, POST keeps another one."""

    def show(ward: int) -> ResponseReturnValue:
        require(Action.CHANGE, ObjectKind.WARD, Thing(ObjectKind.WARD))
        return _page(engine, ward)

    def arrange(ward: int) -> ResponseReturnValue:
        deed, name = deed_of_request(ObjectKind.WARD), _known(engine, ward)
        wanted = [] if "by_label" in request.form else _numbers(request.form.getlist("bed")[:MOST_BEDS])
        if not wanted and "by_label" not in request.form:
            abort(400)
        with writing(engine) as connection:
            if not arrange_beds(connection, ward, wanted):
                return _page(engine, ward, error=t("beds.changed")), 409
            deed.tell(connection, AuditAction.BEDS_ARRANGED, name)
        return redirect(f"/walls/order/{ward}?kept", 303)

    rule = f"/walls/order/<int(max={LARGEST_ID}):ward>"
    app.add_url_rule(rule, "bed_order", show, methods=["GET"])
    app.add_url_rule(rule, "arrange_beds", arrange, methods=["POST"])


def _known(engine: Engine, ward: int) -> str:
    name = ward_name(engine, ward)
    if name is None:
        abort(404)
    return name


def _numbers(typed: list[str]) -> list[int]:
    return [int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 10]


def _page(engine: Engine, ward: int, **more: object) -> str:
    name = _known(engine, ward)
    facts = {"ward": name, "beds": beds(engine, name), "kept": "kept" in request.args}
    return render_template("bed_order.html", **facts, **more)
