"""Who may do what: one table. What is not in it is forbidden."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here."""

    ADMINISTRATOR = "administrator"
    DOCTOR = "doctor"
    NURSE = "nurse"


class Screen(StrEnum):
    """What a screen without a person is here."""

    WALL = "wall"


class Action(StrEnum):
    """What a person wants to do with an object."""

    VIEW = "view"
    CHANGE = "change"


class ObjectKind(StrEnum):
    """What is looked at or changed."""

    WARD = "ward"
    PATIENT = "patient"
    RECORDING = "recording"
    LIMIT = "limit"
    ALERT = "alert"
    DEVICE = "device"
    USER = "user"
    AUDIT = "audit"


_CLINICAL = frozenset({ObjectKind.WARD, ObjectKind.PATIENT, ObjectKind.RECORDING, ObjectKind.LIMIT, ObjectKind.ALERT})

ALLOWED: dict[tuple[str, Action], frozenset[ObjectKind]] = {
    (Role.ADMINISTRATOR, Action.VIEW): frozenset(ObjectKind),
    (Role.ADMINISTRATOR, Action.CHANGE): frozenset(ObjectKind) - {ObjectKind.RECORDING, ObjectKind.AUDIT},
    (Role.DOCTOR, Action.VIEW): _CLINICAL | {ObjectKind.DEVICE},
    (Role.DOCTOR, Action.CHANGE): frozenset(
        {ObjectKind.PATIENT, ObjectKind.LIMIT, ObjectKind.ALERT, ObjectKind.DEVICE}
    ),
    (Role.NURSE, Action.VIEW): _CLINICAL | {ObjectKind.DEVICE},
    (Role.NURSE, Action.CHANGE): frozenset({ObjectKind.LIMIT, ObjectKind.ALERT, ObjectKind.DEVICE}),
    (Screen.WALL, Action.VIEW): frozenset({ObjectKind.WARD}),
    (Screen.WALL, Action.CHANGE): frozenset(),
}
"""Nobody changes a recording or the audit trail."""


def may(role: str, action: Action, object_kind: ObjectKind) -> bool:
    """Whether someone or a screen with this role may do this. A role that is not known may do nothing."""
    return object_kind in ALLOWED.get((role, action), frozenset())
