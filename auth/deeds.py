"""What somebody does to an object, as the audit trail wants to know it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from auth.audit import AuditAction, write_audit


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, when (wall ms) and from where; user_id is None for a command on this machine."""

    user_id: int | None
    at_ms: int
    address: str

    def tell(self, connection: Connection, action: AuditAction, subject: str, patient_id: int | None = None) -> None:
        """Write it down, in the transaction of the deed."""
        write_audit(connection, self.at_ms, action, self.user_id, subject, self.address, patient_id)
