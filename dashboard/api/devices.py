"""Devices: looked up, registered, given to a patient, freed, their tokens exchanged and revoked."""

from datetime import datetime

from pydantic import ValidationError
from werkzeug.exceptions import NotFound

from auth import devices as deeds
from auth.device_forms import DeviceForm
from auth.devices import Span
from auth.door import door
from auth.forms import complaints
from auth.identities import patient_thing
from auth.needs import Need
from auth.permission import reach_of_view, require
from auth.roles import Action, ObjectKind, Thing
from dashboard.api.asking import deed, nothing, who_asks
from dashboard.api.device_shapes import Device, DeviceQuery, DeviceToken, Label, PairingCode, Wearing
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, page, place_of
from dashboard.api.problems import ProblemError, invalid_fields
from db.device_codes import CODE_MS
from db.device_lists import ListedDevice, devices_after, listed_device
from db.patients import patient

SEE, CHANGE, MANAGE = (Need(action, ObjectKind.DEVICE) for action in Action)


def _seen(device: int) -> ListedDevice:
    return _known(Action.VIEW, device)


def _changed(device: int) -> ListedDevice:
    return _known(Action.CHANGE, device)


def _managed(device: int) -> ListedDevice:
    return _known(Action.MANAGE, device)


def _known(action: Action, number: int) -> ListedDevice:
    known = listed_device(door().engine, number)
    thing = None
    if known is not None:
        worn = known.patient_id is not None
        thing = (
            patient_thing(door().engine, ObjectKind.DEVICE, known.patient_id or 0) if worn else Thing(ObjectKind.DEVICE)
        )
    require(action, ObjectKind.DEVICE, thing)
    assert known is not None
    return known


def _list(call: Call[None, DeviceQuery, Nothing]) -> Reply:
    (after,) = place_of(call.query.cursor, (int,)) or (0,)
    among = reach_of_view(who_asks(), ObjectKind.DEVICE)
    found = devices_after(door().engine, call.query.search, among, int(after), call.query.limit + 1)
    return Reply(page(found, call.query.limit, _plain, lambda of: (of.id,)))


def _plain(of: ListedDevice) -> Device:
    return Device(
        id=of.id,
        label=of.label,
        revoked=of.revoked,
        patient=of.patient_id,
        ward=of.ward,
        bed=of.bed,
        battery=of.battery,
        charging=of.charging,
        contact=of.contact,
        status_at=None if of.status_ms is None else moment(of.status_ms),
        heard_at=None if of.heard_ms is None else moment(of.heard_ms),
    )


def _told(number: int, status: int = 200) -> Reply:
    of = listed_device(door().engine, number)
    if of is None:
        raise NotFound
    return Reply(_plain(of), status, headers={"Location": f"/api/v1/devices/{number}"} if status == 201 else {})


def _get(call: Call[ListedDevice, Nothing, Nothing]) -> Reply:
    return _told(call.found.id)


def _register(call: Call[None, Nothing, Label]) -> Reply:
    return _told(deeds.register(door().engine, _label(call.body), deed()), 201)


def _rename(call: Call[ListedDevice, Nothing, Label]) -> Reply:
    deeds.rename(door().engine, call.found, _label(call.body), deed())
    return _told(call.found.id)


def _give(call: Call[ListedDevice, Nothing, Wearing]) -> Reply:
    wearer = patient(door().engine, call.body.patient)
    if wearer is None:
        raise invalid_fields({"patient": "There is no such patient."})
    since, until = _ms(call.body.since) or deed().at_ms, _ms(call.body.until)
    if until is not None and until <= since:
        raise invalid_fields({"until": "Later than since."})
    wrong = deeds.assign(door().engine, call.found, wearer, Span(since, until), deed())
    if wrong:
        raise invalid_fields(wrong, 409)
    return _told(call.found.id)


def _free(call: Call[ListedDevice, Nothing, Nothing]) -> Reply:
    deeds.free_device(door().engine, call.found, deed())
    return Reply(None, 204)


def _rotate(call: Call[ListedDevice, Nothing, Nothing]) -> Reply:
    if call.found.patient_id is None:
        raise _unworn()
    token = deeds.rotate(door().engine, call.found, deed())
    told = DeviceToken(device=call.found.id, token=token)
    return Reply(told, kept=told.model_copy(update={"token": None}))


def _offer(call: Call[ListedDevice, Nothing, Nothing]) -> Reply:
    who = deed()
    code = deeds.offer_code(door().engine, call.found, who)
    if code is None:
        raise _unworn()
    told = PairingCode(device=call.found.id, code=code, expires_at=moment(who.at_ms + CODE_MS))
    return Reply(told, kept=told.model_copy(update={"code": None}))


def _unworn() -> ProblemError:
    return ProblemError(409, "conflict", "Nobody wears this device. Give it to a patient first.")


def _revoke(call: Call[ListedDevice, Nothing, Nothing]) -> Reply:
    deeds.revoke(door().engine, call.found, deed())
    return Reply(None, 204)


def _label(body: Label) -> str:
    try:
        return str(DeviceForm(label=body.label).label)
    except ValidationError as error:
        raise invalid_fields(complaints(error)) from None


def _ms(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1000)


_ALL, _ONE, _TAG = "/devices", "/devices/{device}", "devices"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _ALL, "list_devices", _TAG, "List devices"),
        SEE,
        nothing,
        _list,
        Page[Device],
        DeviceQuery,
        Nothing,
    ),
    Operation(
        Route("POST", _ALL, "register_device", _TAG, "Register a device"),
        MANAGE,
        nothing,
        _register,
        Device,
        Nothing,
        Label,
        201,
    ),
    Operation(Route("GET", _ONE, "get_device", _TAG, "Get a device"), SEE, _seen, _get, Device, Nothing, Nothing),
    Operation(
        Route("PUT", _ONE, "rename_device", _TAG, "Change what is written on a device"),
        CHANGE,
        _changed,
        _rename,
        Device,
        Nothing,
        Label,
    ),
    Operation(
        Route("POST", f"{_ONE}/wearer", "give_device", _TAG, "Say who wears a device"),
        MANAGE,
        _managed,
        _give,
        Device,
        Nothing,
        Wearing,
    ),
    Operation(
        Route("DELETE", f"{_ONE}/wearer", "free_device", _TAG, "Nobody wears it any more; its token is void"),
        CHANGE,
        _changed,
        _free,
        None,
        Nothing,
        Nothing,
        204,
    ),
    Operation(
        Route("POST", f"{_ONE}/token", "rotate_device_token", _TAG, "A new token; the old one holds until it is used"),
        CHANGE,
        _changed,
        _rotate,
        DeviceToken,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", f"{_ONE}/code", "offer_pairing_code", _TAG, "A code by which a phone becomes this device"),
        CHANGE,
        _changed,
        _offer,
        PairingCode,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", f"{_ONE}/revoke", "revoke_device", _TAG, "Let a device send no more"),
        CHANGE,
        _changed,
        _revoke,
        None,
        Nothing,
        Nothing,
        204,
    ),
]
