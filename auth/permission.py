"""Asking `auth.roles` while a request is answered: 401 without a login, 403 for a role without the right, else 404."""

from typing import NoReturn

from flask import abort, g, request

from auth.audit import AuditAction, write_audit
from auth.deeds import Deed
from auth.door import door
from auth.identities import identity_of_login, identity_of_token, identity_of_wall, patient_thing
from auth.requests import address_of_request, current_login, current_token, current_wall
from auth.roles import Action, Identity, ObjectKind, Reach, Thing, Verdict, judge, reach_of
from db.engine import writing
from db.patients import Among

READING = ("GET", "HEAD")


def current_identity() -> Identity | None:
    """Who makes the current request; None for a stranger. Looked up once per request."""
    if "identity" not in g:
        g.identity = _identity()
    found: Identity | None = g.identity
    return found


def require(action: Action, kind: ObjectKind, thing: Thing | None) -> Identity:
    """Who asks, if he or she may do this to this object (None: there is none); else ends the request.

    401 for strangers, 403 where the role never may, 404 where there is no such object for whoever asks. Refusals of
    people and walls are in the audit trail, and so is who looks at what is a patient's (`note_view`).
    """
    return _require(action, kind, thing, thing.patient if thing else None)


def require_patient(action: Action, kind: ObjectKind, patient_id: int) -> Identity:
    """`require` for what is this patient's."""
    return _require(action, kind, patient_thing(door().engine, kind, patient_id), patient_id)


def _require(action: Action, kind: ObjectKind, thing: Thing | None, patient_id: int | None) -> Identity:
    identity = current_identity()
    if identity is None:
        abort(401)
    verdict = judge(identity, action, kind, thing)
    if verdict is not Verdict.ALLOWED:
        refuse(identity, verdict, patient_id)
    if patient_id is not None and (action is Action.VIEW or request.method in READING):
        note_view(identity, kind, patient_id)
    return identity


def require_list(kind: ObjectKind) -> Identity:
    """Who asks for a list of objects of this kind; only the role is asked here, what stands in it the list has to ask.

    401, 403 and the audit trail as `require`.
    """
    identity = current_identity()
    if identity is None:
        abort(401)
    if reach_of(identity, Action.VIEW, kind) is None:
        refuse(identity, Verdict.REFUSED)
    note_view(identity, kind)
    return identity


def reach_of_view(identity: Identity, kind: ObjectKind) -> Among | None:
    """Of whom somebody may see what is of this kind; None: of everybody. For lists."""
    everybody = reach_of(identity, Action.VIEW, kind) is Reach.ALL
    return None if everybody else Among(identity.wards, identity.patients)


def deed_of(identity: Identity) -> Deed:
    """What `identity`, who may do it, does with this request; ends one that no page of ours sends (400).

    The gate has looked at the Origin where there is one.
    """
    if request.headers.get("Origin") is None:
        abort(400)
    return Deed(identity.user_id, door().now_ms(), address_of_request())


def note_view(identity: Identity, kind: ObjectKind, patient_id: int | None = None) -> None:
    """Write down that somebody looks at something of this kind: the same once in ten minutes (`auth.door.VIEW_MS`).

    What people do to it is told by the deed itself, what a token of the API looks at by the API.
    """
    if current_token() is not None:
        return
    here, now_ms = door(), door().now_ms()
    seen = (identity.role, identity.user_id, kind, patient_id)
    if here.views.is_new(seen, now_ms):
        try:
            _write(AuditAction.VIEWED, identity, f"{kind} {request.path}", patient_id)
        except BaseException:
            here.views.forget(seen)
            raise


def refuse(identity: Identity, verdict: Verdict, patient_id: int | None = None) -> NoReturn:
    """End the request with what the verdict means, and write it down: the same refusal once a minute."""
    subject, token = f"{request.method} {request.path}", current_token()
    if door().refusals.is_new((identity.role, identity.user_id, token and token.id, subject), door().now_ms()):
        _write(AuditAction.REFUSED, identity, subject, patient_id)
    abort(403 if verdict is Verdict.REFUSED else 404)


def _write(action: AuditAction, identity: Identity, subject: str, patient_id: int | None) -> None:
    here, address = door(), address_of_request()
    with writing(here.engine) as connection:
        write_audit(connection, here.now_ms(), action, identity.user_id, subject, address, patient_id)


def _identity() -> Identity | None:
    login = current_login()
    if login is not None:
        return identity_of_login(door().engine, login)
    token = current_token()
    if token is not None:
        return identity_of_token(door().engine, token)
    wall = current_wall()
    return identity_of_wall(wall) if wall else None
