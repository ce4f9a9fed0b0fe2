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
    CLOSED = "closed"
    """The condition is over and somebody has acknowledged it, as it had to be."""
    OVER = "over"
    """The condition is over, and it waits for nobody."""


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


_A, _S, _L, _C, _O = Stage.ALARMING, Stage.SEEN, Stage.LATCHED, Stage.CLOSED, Stage.OVER
_DONE, _NOTHING, _TWICE, _OVER = Answer.DONE, Answer.NOTHING, Answer.TWICE, Answer.OVER


def _row(*answers: tuple[Stage, Answer]) -> Mapping[Stage, Turned]:
    return {stage: Turned(*answer) for stage, answer in zip((_A, _S, _L, _C, _O), answers, strict=True)}


TABLE: Mapping[Happening, Mapping[Stage, Turned]] = {
    Happening.END: _row((_O, _DONE), (_O, _DONE), (_L, _NOTHING), (_C, _NOTHING), (_O, _NOTHING)),
    Happening.END_LATCHING: _row((_L, _DONE), (_C, _DONE), (_L, _NOTHING), (_C, _NOTHING), (_O, _NOTHING)),
    Happening.ACKNOWLEDGE: _row((_S, _DONE), (_S, _TWICE), (_C, _DONE), (_C, _TWICE), (_O, _OVER)),
    Happening.WITHDRAW: _row((_A, _NOTHING), (_A, _DONE), (_L, _NOTHING), (_L, _DONE), (_O, _OVER)),
    Happening.RISE: _row((_A, _DONE), (_A, _DONE), (_L, _NOTHING), (_C, _NOTHING), (_O, _NOTHING)),
    Happening.ESCALATE: _row((_A, _DONE), (_S, _NOTHING), (_L, _DONE), (_C, _NOTHING), (_O, _NOTHING)),
    Happening.REMIND: _row((_A, _NOTHING), (_S, _DONE), (_L, _NOTHING), (_C, _NOTHING), (_O, _NOTHING)),
}
"""Whether the end comes before or after what people did makes no difference: a desk that starts again cannot know."""


def turned(stage: Stage, happening: Happening) -> Turned:
    """What `happening` makes of an alert that stands at `stage`."""
    return TABLE[happening][stage]
