"""What the alert desk hears of, and what it has to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.alert_views import ActView, AlertView, PlanStep, WatchedBed
from ecg.types import Alert, Event, RhythmEpisode, SignalGap


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording said something at wall time `at_ms`; index: the newest house sample that it was about."""

    recording: str
    at_ms: int
    index: int


@dataclass(frozen=True, slots=True)
class Told:
    """The pipeline told an alert at wall time `at_ms`."""

    alert: Alert
    at_ms: int


@dataclass(frozen=True, slots=True)
class Beds:
    """Who lies where, and whom each ward calls."""

    beds: Sequence[WatchedBed]
    plans: Mapping[str, Sequence[PlanStep]]


@dataclass(frozen=True, slots=True)
class Lagging:
    """Recordings whose samples wait for a worker, and for how long, ms."""

    recordings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tick:
    """It is this late. stood_still: nobody looked for a while, so that what is silent may have spoken."""

    now_ms: int
    stood_still: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """To be written: an alert as it stands."""

    alert: Alert
    began_ms: int


@dataclass(frozen=True, slots=True)
class Call:
    """To be written, and to be passed on: nobody has seen the alert, and this person is next. user_id: whose account
    that is, None: of a post without one.
    """

    alert: Alert
    person: str
    at_ms: int
    user_id: int | None = None


News = Heard | Told | AlertView | ActView | Beds | Lagging | Tick
Deed = Keep | Call


def newest_of(events: Sequence[Event]) -> dict[str, int]:
    """Recording -> the newest house sample that any of the events is about."""
    newest: dict[str, int] = {}
    for event in events:
        match event:
            case Alert() | RhythmEpisode():
                index = event.end or event.start
            case SignalGap():
                index = event.end
            case _:
                index = event.index
        newest[event.recording] = max(newest.get(event.recording, 0), index)
    return newest
