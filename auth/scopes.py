"""What a token of the REST API is made for, by names. None gives more than the role of whoever it stands for has."""

from collections.abc import Iterable
from enum import StrEnum

from auth.roles import Action, ObjectKind, role_may

Right = tuple[Action, ObjectKind]
_K = ObjectKind


class Scope(StrEnum):
    """The names, as people choose them and programs are told."""

    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    DEVICES_READ = "devices:read"
    DEVICES_WRITE = "devices:write"
    RECORDINGS_READ = "recordings:read"
    RECORDINGS_WRITE = "recordings:write"
    BEATS_WRITE = "beats:write"
    REPORTS_READ = "reports:read"
    REPORTS_WRITE = "reports:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    AUDIT_READ = "audit:read"


def _each(action: Action, *kinds: ObjectKind) -> frozenset[Right]:
    return frozenset((action, kind) for kind in kinds)


SCOPES: dict[str, frozenset[Right]] = {
    Scope.USERS_READ: _each(Action.VIEW, _K.USER),
    Scope.USERS_WRITE: _each(Action.CHANGE, _K.USER),
    Scope.PATIENTS_READ: _each(Action.VIEW, _K.PATIENT, _K.ADMISSION, _K.WARD, _K.BED, _K.NAME, _K.LIMIT),
    Scope.PATIENTS_WRITE: _each(Action.CHANGE, _K.PATIENT, _K.ADMISSION) | _each(Action.MANAGE, _K.ADMISSION),
    Scope.DEVICES_READ: _each(Action.VIEW, _K.DEVICE),
    Scope.DEVICES_WRITE: _each(Action.CHANGE, _K.DEVICE) | _each(Action.MANAGE, _K.DEVICE),
    Scope.RECORDINGS_READ: _each(Action.VIEW, _K.RECORDING, _K.MARK, _K.UPLOAD, _K.ANALYSIS, _K.EXPORT),
    Scope.RECORDINGS_WRITE: _each(Action.CHANGE, _K.RECORDING, _K.MARK, _K.UPLOAD, _K.ANALYSIS, _K.EXPORT),
    Scope.BEATS_WRITE: _each(Action.CHANGE, _K.CORRECTION),
    Scope.REPORTS_READ: _each(Action.VIEW, _K.REPORT),
    Scope.REPORTS_WRITE: _each(Action.CHANGE, _K.REPORT) | _each(Action.MANAGE, _K.REPORT),
    Scope.ALERTS_READ: _each(Action.VIEW, _K.ALERT),
    Scope.ALERTS_WRITE: _each(Action.CHANGE, _K.ALERT),
    Scope.AUDIT_READ: _each(Action.VIEW, _K.AUDIT),
}
"""Scope -> what a token with it may do. What tells of nobody (HOUSE) every token may see."""


def rights_of(scopes: Iterable[str]) -> frozenset[Right]:
    """All that a token with these scopes may do, if its role may."""
    return frozenset().union(*(SCOPES[scope] for scope in scopes if scope in SCOPES))


def useful_scopes(role: str) -> list[Scope]:
    """The scopes that give somebody in this role anything."""
    return [scope for scope in Scope if any(role_may(role, *right) for right in SCOPES[scope])]
