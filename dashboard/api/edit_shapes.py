"""How the API tells of a review of beats, and what it is sent. Indices count samples at 250 Hz from the start."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.recordings import LARGEST_INDEX
from db.views import NO_BEAT
from ecg.labels import BeatClass

MOST_BEATS = 5000
"""In one deed, each named; a shape or a stretch may have more."""
NONE, NETWORK = "none", "network"
"""What a person says besides a class: there is no beat; it is what the network says."""
SAYS = "N, S, V, F or Q; `none`: there is no beat; `network`: it is what the network says, as if nobody had spoken."
Index = Annotated[int, Field(ge=0, le=LARGEST_INDEX)]


_SPAN = frozenset({"start", "end"})
_ON_BEATS = (frozenset({"beats"}), frozenset({"shape"}), _SPAN)


class EditAct(StrEnum):
    """What somebody does to beats."""

    CLASS = "class"
    NETWORK = "network"
    ADD = "add"
    DELETE = "delete"
    NOISE = "noise"
    LIFT = "lift"
    UNDO = "undo"
    REDO = "redo"


class Edit(BaseModel):
    """One deed.

    class, network (give back to it), delete: of `beats`, of all of a `shape`, or of all in [start, end). add: at the
    one place in `beats`, near which the R peak is looked for. noise, lift: of [start, end). undo, redo: your own.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    act: EditAct
    beat_class: Literal["N", "S", "V", "F", "Q"] | None = Field(None, description="class: needed. add: N if not sent.")
    beats: list[Index] = Field([], max_length=MOST_BEATS, description="R peaks, as /beats tells them.")
    shape: Annotated[int, Field(ge=0, lt=1000)] | None = Field(None, description="As /shapes tells it.")
    start: Index | None = None
    end: Index | None = None


GOES_WITH: dict[EditAct, tuple[frozenset[str], ...]] = {
    **dict.fromkeys((EditAct.CLASS, EditAct.NETWORK, EditAct.DELETE), _ON_BEATS),
    EditAct.ADD: (frozenset({"beats"}),),
    **dict.fromkeys((EditAct.NOISE, EditAct.LIFT), (_SPAN,)),
    **dict.fromkeys((EditAct.UNDO, EditAct.REDO), (frozenset[str](),)),
}
"""Which fields say what an act is about: one of these."""
_NAMING = (EditAct.CLASS, EditAct.ADD)


def edit_complaints(asked: Edit) -> dict[str, str]:
    """Field -> what is wrong: what is missing, or does not belong to the act. Nothing is done that was not said."""
    told = {name for name in ("beats", "shape", "start", "end") if getattr(asked, name) not in (None, [])}
    wrong = {}
    if told not in GOES_WITH[asked.act]:
        ways = " or ".join(" and ".join(sorted(each, reverse=True)) or "no beats" for each in GOES_WITH[asked.act])
        wrong["act"] = f"{asked.act} goes with {ways}."
    if asked.act is EditAct.CLASS and asked.beat_class is None:
        wrong["beat_class"] = "Say which class; network gives beats back to the network."
    if asked.beat_class is not None and asked.act not in _NAMING:
        wrong["beat_class"] = f"{asked.act} names no class."
    return wrong


class Stretch(BaseModel):
    """[start, end)."""

    start: int
    end: int


class Edits(BaseModel):
    """How far the review is."""

    version: int = Field(description="Rises with each deed of anybody; the ETag.")
    undo: bool = Field(description="Whether whoever asks has something to take back.")
    redo: bool
    noise: list[Stretch] = Field(description="What people have marked as noise: no beat counts there.")


class Correction(BaseModel):
    """What a person says of a beat, and what the network said."""

    index: int
    at_s: float
    said: str = Field(description="N, S, V, F or Q; `none`: there is no beat.")
    network_class: str | None = Field(description="Null: it saw no beat.")


class Said(BaseModel):
    """What was said of a beat, when, by whom."""

    said: str = Field(description=SAYS)
    person: str
    at: datetime


class BeatHistory(BaseModel):
    """All that was said of one beat, the newest first; the first holds."""

    index: int
    network_class: str | None = Field(description="Null: it saw no beat.")
    items: list[Said]


class Shape(BaseModel):
    """Beats whose trace looks alike."""

    shape: int
    count: int = Field(description="Beats of it that are shown.")
    beat_class: str | None = Field(description="Of most of them, as people have said; null where none is shown.")
    mean_mv: list[float] = Field(description="Their mean in mV: from 120 ms before the R peak, a value each 8 ms.")


class Shapes(BaseModel):
    """The largest clusters, at most 24. Numbers hold until another analysis is in force."""

    items: list[Shape]


class ShapeBeat(BaseModel):
    """A beat of a shape."""

    index: int
    at_s: float


def said_of(letter: str | None) -> str:
    """As the API says what is kept."""
    if letter is None:
        return NETWORK
    return NONE if letter == NO_BEAT else BeatClass(letter).value
