"""Devices for administrators, and those of their own patients for doctors and nurses."""

from collections.abc import Mapping

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth import devices
from auth.deeds import Deed
from auth.device_forms import DeviceForm, GiveForm
from auth.devices import Span
from auth.door import door
from auth.forms import complaints
from auth.identities import patient_thing
from auth.pages import once, typed_fields
from auth.permission import current_identity, deed_of, reach_of_view, require, require_list
from auth.roles import Action, ObjectKind, Thing, may
from auth.tokens import new_token
from dashboard.pages.device_offer import Offer, offer_page, token_page
from dashboard.pages.device_words import state_words
from dashboard.pages.patient_page import LARGEST_ID
from dashboard.pages.patients import page_number
from db.device_lists import ListedDevice, listed_device, listed_devices
from db.patients import patient
from db.wearing import WearingView, wearings
from words import t
from written import moment, time_field

_NEW = Thing(ObjectKind.DEVICE)


def add_devices(app: Flask, engine: Engine, offer: Offer) -> None:
    """Add /devices and what is below it; each act is one POST and in the audit trail."""
    one = f"/devices/<int(max={LARGEST_ID}):device_id>"
    app.add_url_rule("/devices", "devices", lambda: _list(engine), methods=["GET"])
    app.add_url_rule("/devices", "add_device", lambda: _add(engine), methods=["POST"])
    app.add_url_rule(one, "device", lambda device_id: _show(engine, device_id), methods=["GET"])

    def act(device_id: int, deed_name: str) -> ResponseReturnValue:
        return _act(engine, device_id, deed_name, offer)

    app.add_url_rule(f"{one}/give", "give_device", lambda device_id: _give(engine, device_id), methods=["POST"])
    app.add_url_rule(f"{one}/<deed_name>", "change_device", act, methods=["POST"])


def _show(engine: Engine, device_id: int) -> ResponseReturnValue:
    return _page(engine, _known(engine, Action.VIEW, device_id))


def _list(engine: Engine) -> ResponseReturnValue:
    """The list; with `part` only its rows, for assets/lookup.js, which asks while somebody types."""
    identity, search = require_list(ObjectKind.DEVICE), request.args.get("q", "")[:128]
    found = listed_devices(engine, search, reach_of_view(identity, ObjectKind.DEVICE), page_number())
    now_ms = door().now_ms()
    rows = [(each, state_words(each, now_ms)) for each in found.rows]
    facts = {"found": found, "rows": rows, "search": search, "path": "/devices"}
    if "part" in request.args:
        return render_template("device_rows.html", **facts)
    return _list_page(facts, manages=may(identity, Action.MANAGE, _NEW))


def _list_page(facts: Mapping[str, object], **more: object) -> str:
    return render_template("devices.html", told=request.args.get("told", ""), once=new_token(), **facts, **more)


def _add(engine: Engine) -> ResponseReturnValue:
    """Register a device, once however often the form is sent."""
    deed, typed = deed_of(require(Action.MANAGE, ObjectKind.DEVICE, _NEW)), request.form.get("label", "")
    try:
        form = DeviceForm(label=typed)
    except ValidationError as error:
        found = listed_devices(engine)
        rows = [(each, state_words(each, deed.at_ms)) for each in found.rows]
        facts = {"found": found, "rows": rows, "search": "", "path": "/devices"}
        return _list_page(facts, manages=True, label=typed, wrong=complaints(error)), 400
    made: list[int] = []

    def act() -> dict[str, str]:
        made.append(devices.register(engine, form.label, deed))
        return {}

    once(act)
    return redirect(f"/devices/{made[0]}?told=added" if made else "/devices?told=added", 303)


def _give(engine: Engine, device_id: int) -> ResponseReturnValue:
    """Say who wears it, from when until when."""
    known = _known(engine, Action.MANAGE, device_id)
    deed, typed = _deed(), typed_fields(("patient", "since", "until"))
    try:
        form = GiveForm.model_validate(typed | {"now_ms": deed.at_ms})
    except ValidationError as error:
        return _page(engine, known, typed=typed, wrong=complaints(error)), 400
    wearer = patient(engine, form.patient)
    if wearer is None:
        wrong = {"patient": t("people.no_such_patient", number=form.patient)}
        return _page(engine, known, typed=typed, wrong=wrong), 400
    wrong = devices.assign(engine, known, wearer, Span(form.since or deed.at_ms, form.until), deed)
    if wrong:
        return _page(engine, known, typed=typed, wrong=wrong), 409
    return redirect(f"/devices/{device_id}?told=given", 303)


def _act(engine: Engine, device_id: int, deed_name: str, offer: Offer) -> ResponseReturnValue:
    known, back = _known(engine, Action.CHANGE, device_id), f"/devices/{device_id}"
    deed = _deed()
    match deed_name:
        case "code":
            code = devices.offer_code(engine, known, deed)
            if code is None:
                return _page(engine, known, wrong={"code": t("device.give_first")}), 409
            return offer_page(offer, code, known.label, back, known.patient)
        case "rotate":
            return token_page(offer, devices.rotate(engine, known, deed), known.label, back)
        case "rename":
            return _rename(engine, known, deed)
        case "free" | "revoke":
            (devices.free_device if deed_name == "free" else devices.revoke)(engine, known, deed)
            return redirect(_after(known, back, deed_name), 303)
    abort(404)


def _after(known: ListedDevice, back: str, deed_name: str) -> str:
    """A device that nobody wears is of nobody: only administrators see it then."""
    identity = current_identity()
    lost = deed_name == "free" and identity is not None and not may(identity, Action.VIEW, _NEW)
    return f"/patients/{known.patient_id}?told=freed" if lost else f"{back}?told={deed_name}"


def _rename(engine: Engine, known: ListedDevice, deed: Deed) -> ResponseReturnValue:
    try:
        form = DeviceForm(label=request.form.get("label", ""))
    except ValidationError as error:
        return _page(engine, known, label=request.form.get("label", ""), wrong=complaints(error)), 400
    devices.rename(engine, known, form.label, deed)
    return redirect(f"/devices/{known.id}?told=renamed", 303)


def _known(engine: Engine, action: Action, device_id: int) -> ListedDevice:
    """The device, to which somebody may do this; else 401, 403 or 404."""
    known = listed_device(engine, device_id)
    thing = None
    if known is not None:
        worn = known.patient_id is not None
        thing = patient_thing(engine, ObjectKind.DEVICE, known.patient_id or 0) if worn else _NEW
    require(action, ObjectKind.DEVICE, thing)
    if known is None:
        abort(404)
    return known


def _deed() -> Deed:
    identity = current_identity()
    assert identity is not None
    return deed_of(identity)


def _page(engine: Engine, known: ListedDevice, **more: object) -> str:
    identity, now_ms = current_identity(), door().now_ms()
    assert identity is not None
    mine = Thing(ObjectKind.DEVICE, known.ward, known.patient_id)
    worn = [(each, _begun(each), each.until_ms and moment(each.until_ms)) for each in wearings(engine, known.id)]
    facts = {
        "known": known,
        "state": state_words(known, now_ms),
        "worn": worn,
        "typed": {"patient": "", "since": time_field(now_ms), "until": ""},
        "wrong": {},
        "label": known.label,
        "told": request.args.get("told", ""),
        "changes": may(identity, Action.CHANGE, mine),
        "manages": may(identity, Action.MANAGE, mine),
    }
    return render_template("device.html", **{**facts, **more})


def _begun(worn: WearingView) -> str:
    """Nothing for who has worn it ever since."""
    return moment(worn.from_ms) if worn.from_ms else ""
