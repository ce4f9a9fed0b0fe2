"""What people do with their own account. Each deed is one transaction with its entry in the audit trail."""

from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Complaints, Deed
from auth.logins import ActiveLogin, check_password, end_logins, end_one, start_login
from auth.passwords import hash_password
from auth.people_forms import AccountForm
from db.engine import writing
from db.people import PersonView, change_person, set_password
from words import t


def change_details(engine: Engine, me: PersonView, version: int, form: AccountForm, deed: Deed) -> Complaints:
    """Name and language, unless somebody else changed the account since `version` was shown."""
    values = {"full_name": form.full_name, "language": form.language}
    with writing(engine) as connection:
        if not change_person(connection, me.id, version, values):
            return {"version": t("people.changed_meanwhile")}
        deed.tell(connection, AuditAction.ACCOUNT_CHANGED, me.name)
    return {}


def change_own_password(
    engine: Engine, me: PersonView, current: str, password: str, deed: Deed, agent: str
) -> str | Complaints:
    """Token of the new login: all others end. The current password must fit, and the new one differ from it."""
    fits = check_password(engine, me.name, current) == me.id
    if fits and current == password:
        return {"password": t("account.same_password")}
    password_hash = hash_password(password)
    with writing(engine) as connection:
        if not fits:
            deed.tell(connection, AuditAction.PASSWORD_REFUSED, me.name)
            return {"current": t("account.wrong_password")}
        set_password(connection, me.id, password_hash, None)
        end_logins(connection, me.id, deed.at_ms)
        deed.tell(connection, AuditAction.PASSWORD_CHANGED, me.name)
        return start_login(connection, me.id, deed.at_ms, deed.address, agent)


def end_mine(engine: Engine, login_id: int, deed: Deed) -> bool:
    """End one of one's own logins; False where it is none, or over."""
    with writing(engine) as connection:
        ended = end_one(connection, deed.user_id or 0, login_id, deed.at_ms)
        if ended:
            deed.tell(connection, AuditAction.LOGIN_ENDED, str(login_id))
    return ended


def end_other_logins(engine: Engine, login: ActiveLogin, deed: Deed) -> None:
    """End all of one's own logins but this one."""
    with writing(engine) as connection:
        end_logins(connection, login.user_id, deed.at_ms, login.id)
        deed.tell(connection, AuditAction.LOGINS_ENDED, login.name)
