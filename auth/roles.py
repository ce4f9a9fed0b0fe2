"""Who may do what to which object: the one place of permission. What is not in the table is forbidden.

Pages, callbacks, sockets, exports and jobs ask `judge` (or `may`); what a person is connected with stands in
`Identity`, whose an object is in `Thing`. Both are looked up in `auth.identities`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here."""

    ADMINISTRATOR = "administrator"
    DOCTOR = "doctor"
    NURSE = "nurse"
    PATIENT = "patient"


TREATING = frozenset({Role.DOCTOR, Role.NURSE})
"""Who works in wards."""

STAFF = frozenset({Role.ADMINISTRATOR, Role.DOCTOR, Role.NURSE})
"""Who treats patients or sees to it that others can."""


class Machine(StrEnum):
    """What is here without a person."""

    WALL = "wall"
    NAMING_WALL = "wall with names"
    DEVICE = "device"
    SERVICE = "service"
    HOUSE_SERVICE = "service for all wards"


class Action(StrEnum):
    """What somebody wants to do with an object. MANAGE: to add and delete it, and to say whose it is."""

    VIEW = "view"
    CHANGE = "change"
    MANAGE = "manage"


class ObjectKind(StrEnum):
    """What is looked at or changed.

    HOUSE: what tells of nobody (files, the way in). ACCOUNT: one's own login, password and details. WARD: a ward's
    wall. BED: what a wall shows of a bed, its live picture too. NAME: who
    lies in it, beyond the initials. ALERT: to change one is to acknowledge it. MARK: a mark
    that a person sets in a recording. CORRECTION: what a doctor says of a beat, in the place of the network.
    RECORDING: to change one is to write about it, to delete it and to bring it back. UPLOAD: files that a person
    brought. ANALYSIS: to change one is to ask for it, or to cancel it. REPORT: to change one is to write, sign and
    release it, to manage one is to withdraw a draft. EXPORT: files that a person has asked for.
    ADMISSION: a patient's details as the house keeps them: number, birth, bed, consent, who cares.
    """

    HOUSE = "house"
    ACCOUNT = "account"
    WARD = "ward"
    BED = "bed"
    NAME = "name"
    PATIENT = "patient"
    ADMISSION = "admission"
    RECORDING = "recording"
    LIMIT = "limit"
    ALERT = "alert"
    MARK = "mark"
    UPLOAD = "upload"
    ANALYSIS = "analysis"
    CORRECTION = "correction"
    REPORT = "report"
    EXPORT = "export"
    DEVICE = "device"
    WALL = "wall"
    USER = "user"
    AUDIT = "audit"
    TOKEN = "token"


class Reach(StrEnum):
    """Which objects of a kind: those that one is connected with, or all."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks.

    wards: names of the wards that one works in, or that a wall shows. patients: those in one's care; oneself, where one
    is a patient; the one who wears it, where it is a device. rights: all that the token which is shown is
    made for (`auth.scopes`); None: none is shown.
    """

    role: str
    user_id: int | None = None
    wards: frozenset[str] = frozenset()
    patients: frozenset[int] = frozenset()
    rights: frozenset[tuple[Action, ObjectKind]] | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """An object and whose it is: the ward where it lies (by name), the patient, the person. None: of none."""

    kind: ObjectKind
    ward: str | None = None
    patient: int | None = None
    user: int | None = None


class Verdict(StrEnum):
    """The answer. ABSENT: there is no such object for whoever asks, whether it exists or not."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    ABSENT = "absent"


_Rights = dict[ObjectKind, Reach]


def _own(*kinds: ObjectKind) -> _Rights:
    return dict.fromkeys(kinds, Reach.OWN)


_K = ObjectKind
_ANYBODY: _Rights = {_K.HOUSE: Reach.ALL}
_PERSON = _ANYBODY | _own(_K.ACCOUNT)
_CLINICAL = (
    *(_K.BED, _K.NAME, _K.PATIENT, _K.RECORDING, _K.LIMIT, _K.ALERT, _K.MARK, _K.CORRECTION),
    *(_K.UPLOAD, _K.ANALYSIS, _K.REPORT),
)
_SERVED, _KEPT = (_K.WARD, _K.DEVICE, _K.ADMISSION, *_CLINICAL), (_K.PATIENT, _K.ADMISSION, _K.DEVICE)
_BROUGHT = (_K.UPLOAD, _K.EXPORT)
"""What belongs to the person who brought it, or asked for it."""
_NO_OFFICE = (_K.HOUSE, _K.BED, _K.NAME, _K.AUDIT, _K.CORRECTION, _K.REPORT)
"""What administrators do not change: nobody does, or it takes a doctor."""

ALLOWED: dict[tuple[str, Action], _Rights] = {
    (Role.ADMINISTRATOR, Action.VIEW): _own(_K.ACCOUNT) | dict.fromkeys(set(_K) - {_K.ACCOUNT}, Reach.ALL),
    (Role.ADMINISTRATOR, Action.CHANGE): _own(_K.ACCOUNT)
    | dict.fromkeys(set(_K) - {_K.ACCOUNT, *_NO_OFFICE}, Reach.ALL),
    (Role.ADMINISTRATOR, Action.MANAGE): dict.fromkeys((_K.ADMISSION, _K.DEVICE, _K.REPORT), Reach.ALL),
    (Role.DOCTOR, Action.VIEW): _PERSON | _own(_K.WARD, _K.DEVICE, _K.ADMISSION, _K.EXPORT, *_CLINICAL),
    (Role.DOCTOR, Action.CHANGE): _own(
        *(_K.ACCOUNT, _K.PATIENT, _K.ADMISSION, _K.RECORDING, _K.LIMIT, _K.ALERT, _K.MARK, _K.CORRECTION, _K.DEVICE),
        *(_K.UPLOAD, _K.ANALYSIS, _K.REPORT, _K.EXPORT),
    ),
    (Role.DOCTOR, Action.MANAGE): _own(_K.REPORT),
    (Role.NURSE, Action.VIEW): _PERSON | _own(_K.WARD, _K.DEVICE, _K.ADMISSION, _K.EXPORT, *_CLINICAL),
    (Role.NURSE, Action.CHANGE): _own(_K.ACCOUNT, _K.LIMIT, _K.ALERT, _K.MARK, _K.DEVICE, _K.UPLOAD, _K.EXPORT),
    (Role.PATIENT, Action.VIEW): _PERSON | _own(_K.EXPORT, *_CLINICAL),
    (Role.PATIENT, Action.CHANGE): _own(_K.ACCOUNT, _K.UPLOAD, _K.EXPORT),
    (Machine.WALL, Action.VIEW): _ANYBODY | _own(_K.WARD, _K.BED),
    (Machine.WALL, Action.CHANGE): {},
    (Machine.NAMING_WALL, Action.VIEW): _ANYBODY | _own(_K.WARD, _K.BED, _K.NAME),
    (Machine.NAMING_WALL, Action.CHANGE): {},
    (Machine.DEVICE, Action.VIEW): {},
    (Machine.DEVICE, Action.CHANGE): {},
    (Machine.SERVICE, Action.VIEW): _ANYBODY | _own(*_SERVED),
    (Machine.SERVICE, Action.CHANGE): _own(*_KEPT),
    (Machine.HOUSE_SERVICE, Action.VIEW): _ANYBODY | dict.fromkeys(_SERVED, Reach.ALL),
    (Machine.HOUSE_SERVICE, Action.CHANGE): dict.fromkeys(_KEPT, Reach.ALL),
    (Machine.HOUSE_SERVICE, Action.MANAGE): dict.fromkeys((_K.ADMISSION, _K.DEVICE), Reach.ALL),
    **{(who, Action.MANAGE): {} for who in (Role.NURSE, Role.PATIENT, *set(Machine) - {Machine.HOUSE_SERVICE})},
}
"""Nobody changes the audit trail, or what was recorded: to change a recording is to write about it or to delete it.
Devices come in at ingest only, where their token is their right.
Services acknowledge no alerts and set no marks: behind these stands a person.
"""


def role_may(role: str, action: Action, kind: ObjectKind) -> bool:
    """Whether this role may ever do this to an object of this kind. A role that is not known may do nothing."""
    return kind in ALLOWED.get((role, action), {})


def may_ever(identity: Identity, action: Action, kind: ObjectKind) -> bool:
    """Whether whoever it is may ever do this to an object of this kind: by the role, and by the token."""
    if not role_may(identity.role, action, kind):
        return False
    return identity.rights is None or kind is ObjectKind.HOUSE or (action, kind) in identity.rights


def reach_of(identity: Identity, action: Action, kind: ObjectKind) -> Reach | None:
    """Which objects of this kind whoever it is may do this to; None for none. For lists."""
    return ALLOWED[identity.role, action][kind] if may_ever(identity, action, kind) else None


def judge(identity: Identity, action: Action, kind: ObjectKind, thing: Thing | None) -> Verdict:
    """The answer for one object; `thing` is None where there is no such object.

    REFUSED depends on role and token alone and therefore tells nothing about objects; another's object is ABSENT.
    """
    if not may_ever(identity, action, kind):
        return Verdict.REFUSED
    if thing is None or thing.kind is not kind:
        return Verdict.ABSENT
    everything = ALLOWED[identity.role, action][kind] is Reach.ALL
    return Verdict.ALLOWED if everything or _connected(identity, thing) else Verdict.ABSENT


def may(identity: Identity, action: Action, thing: Thing) -> bool:
    """Whether whoever it is may do this to this object."""
    return judge(identity, action, thing.kind, thing) is Verdict.ALLOWED


def _connected(identity: Identity, thing: Thing) -> bool:
    if thing.kind is ObjectKind.ACCOUNT:
        return thing.user is not None and thing.user == identity.user_id
    if thing.kind in _BROUGHT and thing.user is not None and thing.user == identity.user_id:
        return True
    return thing.ward in identity.wards or thing.patient in identity.patients
