"""Who asks in the tests of authorisation: people and their rights, walls, devices, strangers; whose are the patients."""

WARD, ELSEWHERE = "Demo ward", "Elsewhere"
MINE, OTHER = "own-recording-1", "other-recording-2"

DEVICES = ("device A", "device B")
"""They bring the token with which they may stream: in every cookie, and as bearer."""
STRANGERS = ("none", "expired", "revoked", *DEVICES)
SEES = {
    "doctor A": {"own"},
    "doctor B": {"other"},
    "new doctor": set[str](),
    "nurse": {"own"},
    "patient": {"own"},
    "administrator": {"own", "other"},
    "wall": {"own"},
}
"""Identity -> which of the two patients he, she or it is connected with."""
PEOPLE = frozenset(SEES) - {"wall"}
STAFF = PEOPLE - {"patient"}
EVERYBODY = frozenset(SEES)
ADMINISTRATOR = frozenset({"administrator"})
PHYSICIANS = ADMINISTRATOR | {"doctor A", "doctor B", "new doctor"}
DOCTORS = frozenset({"doctor A", "doctor B", "new doctor"})
EDITORS = STAFF - {"nurse"}
