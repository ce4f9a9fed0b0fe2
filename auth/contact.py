"""Another e-mail address or phone number of one's own: proved by a code that is sent there; the old one is told."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction
from auth.codes import Purpose, code_sentence, guess, new_code, use_up
from auth.deeds import Complaints, Deed, WrongError, tried
from auth.door import Door
from auth.logins import check_password
from db.engine import writing
from db.people import PersonView, change_person, person_by_contact, taken
from words import t


@dataclass(frozen=True, slots=True)
class Wish:
    """contact: the new one, in its one written form. current: the password, so that an open screen is no way in."""

    contact: str
    current: str


def kind_of(contact: str) -> str:
    """The column of the account that keeps it."""
    return "email" if "@" in contact else "phone"


def ask_for_contact(here: Door, me: PersonView, wish: Wish, deed: Deed) -> Complaints:
    """Send a code to the new contact, if it may have one now; what is told is the same whoever has it already."""
    if check_password(here.engine, me.name, wish.current) != me.id:
        with writing(here.engine) as connection:
            deed.tell(connection, AuditAction.PASSWORD_REFUSED, me.name)
        return {"current": t("account.wrong_password")}
    if wish.contact in (me.email, me.phone):
        return {"contact": t("contact.same")}
    if here.codes.receive(wish.contact, deed.at_ms):
        return {}
    owner = person_by_contact(here.engine, wish.contact)
    with writing(here.engine) as connection:
        code = new_code(connection, wish.contact, Purpose.CONTACT, deed.at_ms)
        deed.tell(connection, AuditAction.CODE_SENT, f"{Purpose.CONTACT.value} {wish.contact}")
    here.options.send(wish.contact, t("code.subject"), t("contact.known") if owner else code_sentence(code))
    return {}


def take_contact(here: Door, me: PersonView, contact: str, typed: str, deed: Deed) -> Complaints:
    """The contact is one's own from now on, if the code fits; the one before, else the other one, is told."""
    with writing(here.engine) as connection:
        fits = guess(connection, contact, Purpose.CONTACT, typed, deed.at_ms)
        if not fits:
            deed.tell(connection, AuditAction.CODE_REFUSED, contact)
    wrong = _keep(here.engine, me, contact, deed) if fits else {"code": t("code.wrong")}
    told = getattr(me, kind_of(contact)) or me.email or me.phone
    if not wrong and told:
        here.options.send(told, t("contact.subject"), t("contact.told_old", contact=contact))
    return wrong


def _keep(engine: Engine, me: PersonView, contact: str, deed: Deed) -> Complaints:
    kind = kind_of(contact)

    def act(connection: Connection) -> None:
        use_up(connection, contact, Purpose.CONTACT)
        if taken(connection, {kind: contact}, me.id):
            raise WrongError("code", t("code.wrong"))
        if not change_person(connection, me.id, me.version, {kind: contact}):
            raise WrongError("", t("people.changed_meanwhile"))
        deed.tell(connection, AuditAction.CONTACT_CHANGED, f"{getattr(me, kind) or '–'} → {contact}")

    return tried(engine, act)
