"""What somebody does to an object, as the audit trail wants to know it."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction, write_audit
from db.engine import writing

Complaints = dict[str, str]
"""Field -> what is wrong with it."""


class WrongError(Exception):
    """Ends a transaction that must not be committed."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.complaints = {field: sentence}


def tried(engine: Engine, act: Callable[[Connection], None]) -> Complaints:
    """Do `act` in one transaction; what a WrongError that it raised says, and then nothing of it is done."""
    try:
        with writing(engine) as connection:
            act(connection)
    except WrongError as wrong:
        return wrong.complaints
    return {}


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, when (wall ms) and from where; user_id is None for a command on this machine."""

    user_id: int | None
    at_ms: int
    address: str

    def tell(self, connection: Connection, action: AuditAction, subject: str, patient_id: int | None = None) -> None:
        """Write it down, in the transaction of the deed; patient_id: whom it is about."""
        write_audit(connection, self.at_ms, action, self.user_id, subject, self.address, patient_id)


def deed_of_shell(at_ms: int) -> Deed:
    """What the user of this machine does by the command line."""
    return Deed(None, at_ms, f"shell: {getpass.getuser()}")
