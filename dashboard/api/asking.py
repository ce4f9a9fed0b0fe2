"""Guards of operations, and who asks: what the operations of the API share."""

import re

from flask import g, request

from auth.audit import AuditAction, write_audit
from auth.deeds import Deed
from auth.door import door
from auth.permission import current_identity, require, require_patient
from auth.requests import address_of_request, current_token
from auth.roles import Action, Identity, ObjectKind, Thing
from dashboard.api.problems import ProblemError
from db.engine import writing
from db.queries import recording_shown
from db.views import RecordingView

_NAME = re.compile("[A-Za-z0-9._:-]{1,64}")


def who_asks() -> Identity:
    """Whose token it is; the gate has let nobody else in."""
    identity = current_identity()
    assert identity is not None
    return identity


def deed() -> Deed:
    """Who does something here, when, from where and with which token."""
    return Deed(who_asks().user_id, door().now_ms(), address_of_request())


def nothing() -> None:
    """Guard of operations on no object: the gate has asked for the right."""


def patient_guard(action: Action, kind: ObjectKind, patient: int) -> int:
    """The patient's number, where whoever asks may do this to what is this patient's; else 403 or 404."""
    require_patient(action, kind, patient)
    g.about = patient
    return patient


def recording_guard(action: Action, kind: ObjectKind, name: str) -> RecordingView:
    """The recording, where whoever asks may do this to it, or to what is in it; else 403 or 404."""
    found = recording_shown(door().engine, name) if _NAME.fullmatch(name) else None
    if found is None or found.patient_id is None:
        require(action, kind, None if found is None else Thing(kind))
    else:
        patient_guard(action, kind, found.patient_id)
    assert found is not None
    return found


def seen_recording(recording: str) -> RecordingView:
    """Guard of what is looked at in a recording."""
    return recording_guard(Action.VIEW, ObjectKind.RECORDING, recording)


def note_view() -> None:
    """Write down what was looked at: the same path with the same token once a minute."""
    here, token = door(), current_token()
    if token is None or not here.views.is_new((token.id, request.path), here.now_ms()):
        return
    with writing(here.engine) as connection:
        subject, who = f"GET {request.path}", who_asks().user_id
        action, at_ms = AuditAction.VIEWED, here.now_ms()
        write_audit(connection, at_ms, action, who, subject, address_of_request(), g.get("about"))


def check_version(sent: int | None, now: int) -> None:
    """412 where somebody has changed it since the caller has seen it."""
    if sent is not None and sent != now:
        raise stale()


def stale() -> ProblemError:
    """What a change is answered that comes too late."""
    return ProblemError(412, "changed-meanwhile", "Somebody has changed this meanwhile. Get it again, then change it.")
