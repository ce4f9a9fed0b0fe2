"""What the audit trail is made of, as plain values."""

from typing import NamedTuple


class AuditLine(NamedTuple):
    """One entry, its fields in the order of `db.models_audit.AuditEntry`. mac: hexadecimal; null before the chain."""

    number: int
    at_ms: int
    user_id: int | None
    person: str | None
    role: str | None
    action: str
    subject: str
    address: str
    patient_id: int | None
    mac: str | None = None


class Head(NamedTuple):
    """Where the trail ends: number and mac of its last entry; the mac is empty before the chain begins."""

    number: int
    mac: str
