"""Asking `auth.roles` while a request is answered: 401 without a login, 403 for a role without the right, else 404."""

from typing import NoReturn

from flask import abort, g, request

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.identities import identity_of_login, identity_of_token, identity_of_wall, patient_thing
from auth.requests import address_of_request, current_login, current_token, current_wall
from auth.roles import Action, Identity, ObjectKind, Thing, Verdict, judge
from db.engine import writing


def current_identity() -> Identity | None:
    """Who makes the current request; None for a stranger. Looked up once per request."""
    if "identity" not in g:
        g.identity = _identity()
    found: Identity | None = g.identity
    return found


def require(action: Action, kind: ObjectKind, thing: Thing | None) -> Identity:
    """Who asks, if he or she may do this to this object (None: there is none); else ends the request.

    401 for strangers, 403 where the role never may, 404 where there is no such object for whoever asks. Refusals of
    people and walls are in the audit trail.
    """
    identity = current_identity()
    if identity is None:
        abort(401)
    verdict = judge(identity, action, kind, thing)
    if verdict is not Verdict.ALLOWED:
        refuse(identity, verdict)
    return identity


def require_patient(action: Action, kind: ObjectKind, patient_id: int) -> Identity:
    """`require` for what is this patient's."""
    return require(action, kind, patient_thing(door().engine, kind, patient_id))


def refuse(identity: Identity, verdict: Verdict) -> NoReturn:
    """End the request with what the verdict means, and write it down: the same refusal once a minute."""
    here, now_ms = door(), door().now_ms()
    subject, token = f"{request.method} {request.path}", current_token()
    if here.refusals.is_new((identity.role, identity.user_id, token and token.id, subject), now_ms):
        with writing(here.engine) as connection:
            write_audit(connection, now_ms, AuditAction.REFUSED, identity.user_id, subject, address_of_request())
    abort(403 if verdict is Verdict.REFUSED else 404)


def _identity() -> Identity | None:
    login = current_login()
    if login is not None:
        return identity_of_login(door().engine, login)
    token = current_token()
    if token is not None:
        return identity_of_token(door().engine, token)
    wall = current_wall()
    return identity_of_wall(wall) if wall else None
