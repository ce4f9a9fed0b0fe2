"""The menu of all pages that are not a wall: where whoever asks may go."""

from auth.permission import current_identity
from auth.roles import Action, ObjectKind, Role, role_may
from words import t

PLACES = (
    ("/wall", "nav.wall", ObjectKind.WARD),
    ("/patients", "patients.title", ObjectKind.ADMISSION),
    ("/devices", "devices.title", ObjectKind.DEVICE),
    ("/people", "people.title", ObjectKind.USER),
    ("/walls", "walls.title", ObjectKind.WALL),
)
"""Address, words, and what one has to be allowed to see for it."""


def menu() -> list[tuple[str, str]]:
    """Addresses and their names; none for a stranger."""
    identity = current_identity()
    if identity is None:
        return []
    own = [("/me", t("me.title"))] if identity.role == Role.PATIENT else []
    return own + [(path, t(words)) for path, words, kind in PLACES if role_may(identity.role, Action.VIEW, kind)]
