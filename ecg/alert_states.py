"""What becomes of an alert: ONE table of every state and everything that can happen to it.

A person's acknowledgement turns an alert quiet, never off: while its condition lasts it is shown and reminds; a high
alert waits for a person after its end. How urgent it is and whom it calls hang on time alone (`ecg.alert_times`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Stage(StrEnum):
    """Where an alert stands."""

    ALARMING = "alarming"
    """The condition lasts and nobody has seen it."""
    SEEN = "seen"
    """The condition lasts; somebody has acknowledged it."""
    LATCHED = "latched"
    """The condition is over and waits for a person."""
    OVER = "over"


OPEN = frozenset({Stage.ALARMING, Stage.SEEN, Stage.LATCHED})
"""What is shown as an alert."""
UNSEEN = frozenset({Stage.ALARMING, Stage.LATCHED})
"""What flashes, sounds and is escalated."""


class Happening(StrEnum):
    """What can happen to an alert."""

    END = "end"
    """The condition of an alert that does not latch is over."""
    END_LATCHING = "end latching"
    """The condition of an alert that waits for a person is over."""
    ACKNOWLEDGE = "acknowledge"
    WITHDRAW = "withdraw"
    """The acknowledgement was a mistake."""
    RISE = "rise"
    """It has lasted so long that it is more urgent now: whoever has seen it has not seen this."""
    ESCALATE = "escalate"
    """Nobody has seen it for so long that the next person is called."""
    REMIND = "remind"
    """It was acknowledged some time ago and lasts on."""


class Answer(StrEnum):
    """What whoever did it is told."""

    DONE = "done"
    NOTHING = "nothing"
    """Nothing was to be done."""
    TWICE = "twice"
    """Somebody has acknowledged it before."""
    OVER = "over"
    """The alert is over."""


class Turned(NamedTuple):
    """The next stage, and the answer."""

    stage: Stage
    answer: Answer


_A, _S, _L, _O = Stage.ALARMING, Stage.SEEN, Stage.LATCHED, Stage.OVER
_DONE, _NOTHING, _TWICE, _OVER = Answer.DONE, Answer.NOTHING, Answer.TWICE, Answer.OVER

TABLE: Mapping[Happening, Mapping[Stage, Turned]] = {
    Happening.END: {
        _A: Turned(_O, _DONE),
        _S: Turned(_O, _DONE),
        _L: Turned(_L, _NOTHING),
        _O: Turned(_O, _NOTHING),
    },
    Happening.END_LATCHING: {
        _A: Turned(_L, _DONE),
        _S: Turned(_O, _DONE),
        _L: Turned(_L, _NOTHING),
        _O: Turned(_O, _NOTHING),
    },
    Happening.ACKNOWLEDGE: {
        _A: Turned(_S, _DONE),
        _S: Turned(_S, _TWICE),
        _L: Turned(_O, _DONE),
        _O: Turned(_O, _OVER),
    },
    Happening.WITHDRAW: {
        _A: Turned(_A, _NOTHING),
        _S: Turned(_A, _DONE),
        _L: Turned(_L, _NOTHING),
        _O: Turned(_O, _OVER),
    },
    Happening.RISE: {
        _A: Turned(_A, _DONE),
        _S: Turned(_A, _DONE),
        _L: Turned(_L, _NOTHING),
        _O: Turned(_O, _NOTHING),
    },
    Happening.ESCALATE: {
        _A: Turned(_A, _DONE),
        _S: Turned(_S, _NOTHING),
        _L: Turned(_L, _DONE),
        _O: Turned(_O, _NOTHING),
    },
    Happening.REMIND: {
        _A: Turned(_A, _NOTHING),
        _S: Turned(_S, _DONE),
        _L: Turned(_L, _NOTHING),
        _O: Turned(_O, _NOTHING),
    },
}


def turned(stage: Stage, happening: Happening) -> Turned:
    """What `happening` makes of an alert that stands at `stage`."""
    return TABLE[happening][stage]
