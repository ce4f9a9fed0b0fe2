"""Analyses of a recording: listed, asked for, cancelled."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.exceptions import NotFound

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, nothing, recording_guard
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import ProblemError
from dashboard.api.upload_shapes import Work
from dashboard.api.uploads import work_of
from dashboard.receiving import slow_lane
from db.analyses import analyses
from db.analyses import analysis as known_analysis
from db.upload_views import AnalysisView
from db.views import RecordingView
from ecg.errors import ConfigurationError
from streaming.analyses import MOST_AT_ONCE, cancel_analysis, start_analysis

SEE, ASK = Need(Action.VIEW, ObjectKind.ANALYSIS), Need(Action.CHANGE, ObjectKind.ANALYSIS)


class Works(BaseModel):
    """All analyses of a recording, the newest first."""

    items: list[Work]


class Wish(BaseModel):
    """By which network; null: by the one in service."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


class Asked(Work):
    """An analysis that was asked for, and of which recording."""

    recording: str


class Orders(BaseModel):
    """The recordings to analyse, and by which network; null: by the one in service."""

    model_config = ConfigDict(extra="forbid")

    recordings: list[Annotated[str, StringConstraints(pattern="^[A-Za-z0-9._:-]{1,64}$")]] = Field(
        min_length=1, max_length=MOST_AT_ONCE
    )
    model: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


class Askeds(BaseModel):
    """Analyses that were asked for, in the order of the request."""

    items: list[Asked]


def _seen(recording: str) -> RecordingView:
    return recording_guard(Action.VIEW, ObjectKind.ANALYSIS, recording)


def _asked(recording: str) -> RecordingView:
    return recording_guard(Action.CHANGE, ObjectKind.ANALYSIS, recording)


def _one(recording: str, analysis: str) -> AnalysisView:
    of, found = _asked(recording), known_analysis(door().engine, analysis)
    if found is None or found.recording_id != of.id:
        raise NotFound
    return found


def _list(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return Reply(Works(items=[work_of(each) for each in analyses(door().engine, call.found.id)]))


def _ask(call: Call[RecordingView, Nothing, Wish]) -> Reply:
    return Reply(work_of(_started(call.found.id, call.body.model)), 201)


def _ask_many(call: Call[None, Nothing, Orders]) -> Reply:
    """All of them or, where one is not there for whoever asks, none."""
    names = [_asked(name).id for name in dict.fromkeys(call.body.recordings)]
    found = [(name, work_of(_started(name, call.body.model))) for name in names]
    return Reply(Askeds(items=[Asked(recording=name, **work.model_dump()) for name, work in found]), 201)


def _started(recording: str, model: str | None) -> AnalysisView:
    try:
        return start_analysis(door().engine, slow_lane(), recording, model, deed())
    except ConfigurationError as error:
        raise ProblemError(409, "not-asked", str(error)) from None


def _cancel(call: Call[AnalysisView, Nothing, Nothing]) -> Reply:
    if not cancel_analysis(door().engine, call.found.id, deed()):
        raise ProblemError(409, "too-late", "It neither waits nor runs.")
    return Reply(None, 204)


_ALL, _TAG = "/recordings/{recording}/analyses", "uploads"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _ALL, "list_analyses", _TAG, "Analyses of a recording"), SEE, _seen, _list, Works, Nothing, Nothing
    ),
    Operation(
        Route("POST", _ALL, "ask_analysis", _TAG, "Ask for an analysis"), ASK, _asked, _ask, Work, Nothing, Wish, 201
    ),
    Operation(
        Route("POST", "/analyses", "ask_analyses", _TAG, "Ask for analyses of many recordings"),
        ASK,
        nothing,
        _ask_many,
        Askeds,
        Nothing,
        Orders,
        201,
    ),
    Operation(
        Route("DELETE", f"{_ALL}/{{analysis}}", "cancel_analysis", _TAG, "Cancel an analysis"),
        ASK,
        _one,
        _cancel,
        None,
        Nothing,
        Nothing,
        204,
    ),
]
