"""What a route needs before its view is asked at all: a right of the role. A route without a need is shut."""

from dataclasses import dataclass

from auth.roles import Action, ObjectKind


@dataclass(frozen=True, slots=True)
class Need:
    """The right that a role must have. Whether the object is one's own, the view asks: `auth.permission.require`."""

    action: Action
    kind: ObjectKind


FILES = Need(Action.VIEW, ObjectKind.HOUSE)
OWN_ACCOUNT = Need(Action.VIEW, ObjectKind.ACCOUNT)
OWN_CHANGE = Need(Action.CHANGE, ObjectKind.ACCOUNT)

OPEN_ENDPOINTS = frozenset(
    {
        *("auth.show_login", "auth.log_in", "auth.show_setup", "auth.set_up", "auth.static"),
        *("auth.show_pairing", "auth.pair", "auth.pair_device"),
        *("join.show_register", "join.ask_code", "join.show_confirm", "join.confirm"),
        *("join.show_forgot", "join.ask_reset", "join.show_reset", "join.reset"),
        *("join.show_invitation", "join.accept"),
    }
)
"""What strangers need to come in."""

WITH_AN_OLD_PASSWORD = frozenset(
    {"static", "auth.show_logout", "auth.log_out", "account.show_password", "account.change_password"}
)
"""What may be opened before a password that another has set is changed."""

_SEE_TOKENS, _CHANGE_TOKENS = Need(Action.VIEW, ObjectKind.TOKEN), Need(Action.CHANGE, ObjectKind.TOKEN)
_SEE_PEOPLE, _CHANGE_PEOPLE = Need(Action.VIEW, ObjectKind.USER), Need(Action.CHANGE, ObjectKind.USER)

NEEDS = {
    "auth.show_logout": OWN_ACCOUNT,
    "auth.log_out": OWN_CHANGE,
    "auth.live_ticket": FILES,
    "account.show_account": OWN_ACCOUNT,
    "account.change_account": OWN_CHANGE,
    "account.show_password": OWN_ACCOUNT,
    "account.change_password": OWN_CHANGE,
    **{
        f"contact.{name}": OWN_CHANGE
        for name in ("show_contact", "ask_for_contact", "show_contact_code", "take_contact")
    },
    "account.end_login": OWN_CHANGE,
    "account.end_others": OWN_CHANGE,
    "tokens.show_own": OWN_ACCOUNT,
    "tokens.add_own": OWN_CHANGE,
    "tokens.revoke_own": OWN_CHANGE,
    "tokens.show_all": _SEE_TOKENS,
    "tokens.add_service": _CHANGE_TOKENS,
    "tokens.revoke_any": _CHANGE_TOKENS,
    "people.show_people": _SEE_PEOPLE,
    "people.show_new": _CHANGE_PEOPLE,
    "people.add": _CHANGE_PEOPLE,
    "people.show_person": _CHANGE_PEOPLE,
    "people.change": _CHANGE_PEOPLE,
    "people.reset_password": _CHANGE_PEOPLE,
    "people.show_delete": _CHANGE_PEOPLE,
    "people.delete": _CHANGE_PEOPLE,
    "people.invite": _CHANGE_PEOPLE,
}
"""What the pages of logins and accounts need."""
