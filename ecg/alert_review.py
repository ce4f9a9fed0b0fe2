"""What people say about an alert when they review it. How the alert itself stands is `ecg.alert_states`."""

from enum import StrEnum


class Verdict(StrEnum):
    """What an alert was."""

    TRUE = "true"
    FALSE = "false"
    """The signal was good, and the condition was not there."""
    NOISE = "noise"
    OTHER = "other"


WRONG = frozenset({Verdict.FALSE, Verdict.NOISE})
"""What statistics count as a false alert."""


class ReviewAct(StrEnum):
    """What somebody did in a review; `Happening` has the rest."""

    VERDICT = "verdict"
    COMMENT = "comment"
    ASSIGN = "assign"
    UNDO = "undo"
