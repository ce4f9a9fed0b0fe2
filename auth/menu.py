"""The menu of all pages that are not a wall: where whoever asks may go."""

from auth.needs import Need
from auth.permission import current_identity
from auth.roles import Action, ObjectKind, Role, role_may
from words import t

PLACES = (
    ("/wall", "nav.wall", Need(Action.VIEW, ObjectKind.WARD)),
    ("/alerts", "review.title", Need(Action.CHANGE, ObjectKind.ALERT)),
    ("/patients", "patients.title", Need(Action.VIEW, ObjectKind.ADMISSION)),
    ("/recordings/", "recordings.title", Need(Action.VIEW, ObjectKind.RECORDING)),
    ("/devices", "devices.title", Need(Action.VIEW, ObjectKind.DEVICE)),
    ("/people", "people.title", Need(Action.VIEW, ObjectKind.USER)),
    ("/walls", "walls.title", Need(Action.CHANGE, ObjectKind.WALL)),
    ("/audit", "audit.title", Need(Action.VIEW, ObjectKind.AUDIT)),
)
"""Address, words, and what one has to be allowed for it."""


def menu() -> list[tuple[str, str]]:
    """Addresses and their names; none for a stranger."""
    identity = current_identity()
    if identity is None:
        return []
    if identity.role == Role.PATIENT:
        return [("/me", t("me.title"))]
    allowed = [place for place in PLACES if role_may(identity.role, place[2].action, place[2].kind)]
    return [(path, t(words)) for path, words, _ in allowed]
