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
        *("auth.show_pairing", "auth.pair"),
    }
)
"""What strangers need to come in."""

NEEDS = {
    "auth.show_logout": OWN_ACCOUNT,
    "auth.log_out": OWN_CHANGE,
    "auth.live_ticket": FILES,
}
"""What the pages of logins and accounts need."""
