"""Making one's own account, and getting back into it: by a code or by an invitation."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete

from auth.audit import AuditAction, write_audit
from auth.codes import Purpose, code_sentence, guess, new_code, use_up
from auth.contact import kind_of
from auth.deeds import Complaints, WrongError
from auth.door import Door
from auth.forms import JoinForm, PasswordForm
from auth.logins import end_logins, start_login
from auth.passwords import hash_password
from auth.roles import Role
from auth.tokens import sha256
from db.engine import writing
from db.models_accounts import Invitation
from db.people import add_person, person_by_contact, set_password, taken
from db.upserts import table_of
from words import t


@dataclass(frozen=True, slots=True)
class Origin:
    """When (wall ms), from where, with what browser."""

    now_ms: int
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A login that began: its token, and whose it is."""

    token: str
    name: str


def send_code(here: Door, contact: str, purpose: Purpose, origin: Origin) -> None:
    """Send a code, if this contact may have one now. Whatever is known of the contact, the answer is the same."""
    if here.codes.receive(contact, origin.now_ms):
        return
    known = person_by_contact(here.engine, contact)
    with writing(here.engine) as connection:
        code = new_code(connection, contact, purpose, origin.now_ms)
        user_id = known.id if known else None
        write_audit(
            connection, origin.now_ms, AuditAction.CODE_SENT, user_id, f"{purpose.value} {contact}", origin.address
        )
    text = code_sentence(code)
    if purpose is Purpose.REGISTER:
        here.options.send(contact, t("code.subject"), t("code.known") if known else text)
    elif known:
        here.options.send(contact, t("code.subject"), text)


def register(engine: Engine, contact: str, code: str, form: JoinForm, origin: Origin) -> Joined | Complaints:
    """A new doctor, who sees nobody until an administrator says whom."""
    password_hash = hash_password(form.password)
    try:
        with writing(engine) as connection:
            if not guess(connection, contact, Purpose.REGISTER, code, origin.now_ms):
                return _refused(connection, contact, origin)
            use_up(connection, contact, Purpose.REGISTER)
            return _make(
                connection, form, password_hash, {"role": Role.DOCTOR.value, kind_of(contact): contact}, origin
            )
    except WrongError as wrong:
        return wrong.complaints


def join(engine: Engine, token: str, role: Role, form: JoinForm, origin: Origin) -> Joined | Complaints:
    """Use an invitation up. Of two who do so at once one gets in."""
    password_hash, table = hash_password(form.password), table_of(Invitation)
    try:
        with writing(engine) as connection:
            used = connection.execute(delete(table).where(table.c.token_sha256 == sha256(token)))
            if used.rowcount != 1:
                return {"name": t("join.used")}
            return _make(connection, form, password_hash, {"role": role.value}, origin)
    except WrongError as wrong:
        return wrong.complaints


def reset_forgotten(engine: Engine, contact: str, code: str, form: PasswordForm, origin: Origin) -> Joined | Complaints:
    """A new password by a code; it ends all logins and begins one."""
    password_hash, known = hash_password(form.password), person_by_contact(engine, contact)
    with writing(engine) as connection:
        if not guess(connection, contact, Purpose.RESET, code, origin.now_ms) or known is None:
            return _refused(connection, contact, origin)
        use_up(connection, contact, Purpose.RESET)
        set_password(connection, known.id, password_hash, None)
        end_logins(connection, known.id, origin.now_ms)
        write_audit(connection, origin.now_ms, AuditAction.PASSWORD_CHANGED, known.id, "by code", origin.address)
        token = start_login(connection, known.id, origin.now_ms, origin.address, origin.agent)
        return Joined(token, known.name)


def _make(connection: Connection, form: JoinForm, password_hash: str, values: dict[str, str], origin: Origin) -> Joined:
    row = {**values, "name": form.name, "full_name": form.full_name}
    field = taken(connection, row)
    if field is not None:
        raise WrongError(*(("name", t("people.name_taken")) if field == "name" else ("code", t("code.wrong"))))
    user_id = add_person(connection, row, password_hash, origin.now_ms)
    write_audit(connection, origin.now_ms, AuditAction.REGISTERED, user_id, form.name, origin.address)
    return Joined(start_login(connection, user_id, origin.now_ms, origin.address, origin.agent), form.name)


def _refused(connection: Connection, contact: str, origin: Origin) -> Complaints:
    write_audit(connection, origin.now_ms, AuditAction.CODE_REFUSED, None, contact, origin.address)
    return {"code": t("code.wrong")}
