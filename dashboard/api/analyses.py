"""Analyses of a recording: listed, asked for, cancelled."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from werkzeug.exceptions import NotFound

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, recording_guard
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import ProblemError
from dashboard.api.upload_shapes import Work
from dashboard.api.uploads import work_of
from dashboard.receiving import reception
from db.analyses import analyses
from db.analyses import analysis as known_analysis
from db.upload_views import AnalysisView
from db.views import RecordingView
from ecg.errors import ConfigurationError
from streaming.analyses import cancel_analysis, start_analysis

SEE, ASK = Need(Action.VIEW, ObjectKind.ANALYSIS), Need(Action.CHANGE, ObjectKind.ANALYSIS)


class Works(BaseModel):
    """All analyses of a recording, the newest first."""

    items: list[Work]


class Wish(BaseModel):
    """By which network; null: by the one in service."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


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
    try:
        asked = start_analysis(door().engine, reception().redis, call.found.id, call.body.model, deed())
    except ConfigurationError as error:
        raise ProblemError(409, "not-asked", str(error)) from None
    return Reply(work_of(asked), 201)


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
