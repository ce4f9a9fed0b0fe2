"""Who looks at live pictures, for the audit trail: a wall by its wall, one patient's page by its patient."""

from dataclasses import dataclass, field

from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import VIEW_MS
from auth.once import OnceInAWhile
from auth.tickets import Ticket, WallTicket
from auth.walls import wall_that_holds
from db.engine import writing


@dataclass(slots=True)
class Watchers:
    """The same login or wall that comes again within ten minutes, because its line broke, is not written down again."""

    engine: Engine
    _known: OnceInAWhile = field(default_factory=lambda: OnceInAWhile(VIEW_MS))

    def tell(self, ticket: Ticket | WallTicket, patients: frozenset[int] | None, address: str, at_ms: int) -> None:
        """Write down that whoever has this ticket looks at these patients; None: at a wall with all its beds."""
        looked = [None] if patients is None else sorted(patients)
        news = [each for each in looked if self._known.is_new((ticket, each), at_ms)]
        if not news:
            return
        user_id = ticket.user_id if isinstance(ticket, Ticket) else None
        who = "" if isinstance(ticket, Ticket) else self._wall(ticket, at_ms)
        try:
            with writing(self.engine) as connection:
                for patient in news:
                    subject = f"{who}wall" if patient is None else f"{who}patient {patient}"
                    write_audit(connection, at_ms, AuditAction.WATCHED, user_id, subject, address, patient)
        except BaseException:
            for patient in news:
                self._known.forget((ticket, patient))
            raise

    def _wall(self, ticket: WallTicket, at_ms: int) -> str:
        wall = wall_that_holds(self.engine, ticket.wall_id, at_ms)
        return f"{wall.name}, {wall.ward}: " if wall else ""
