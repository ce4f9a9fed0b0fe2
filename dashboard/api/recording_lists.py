"""Recordings looked up: of all patients whom one may see, or of one, the newest first."""

from datetime import datetime
from typing import cast

from pydantic import Field

from auth.door import door
from auth.needs import Need
from auth.permission import reach_of_view
from auth.roles import Action, ObjectKind, reach_of
from dashboard.api.asking import nothing, patient_guard, who_asks
from dashboard.api.operations import LARGEST_ID, AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, PageQuery, Text, Time, page, place_of
from dashboard.api.recordings import Recording, plain
from db.recording_views import Among, Asked, RecordingState
from db.recordings import recordings_after

SEE = Need(Action.VIEW, ObjectKind.RECORDING)


class RecordingQuery(PageQuery):
    """Which recordings."""

    search: Text = Field("", description="Part of a patient's name, a device's label or a title; or a whole id.")
    patient: int | None = Field(None, ge=0, le=LARGEST_ID)
    state: RecordingState | None = Field(None, description="Deleted ones are told of when asked for only.")
    since: Time | None = Field(None, description="Begun then or later.")
    until: Time | None = Field(None, description="Begun before.")


def _seen(patient: int) -> int:
    return patient_guard(Action.VIEW, ObjectKind.RECORDING, patient)


def _search(call: Call[None, RecordingQuery, Nothing]) -> Reply:
    asked, who = call.query, who_asks()
    reach = reach_of_view(who, ObjectKind.RECORDING)
    among = Among() if reach is None else Among(frozenset(reach.wards), frozenset(reach.patients))
    if asked.state is RecordingState.DELETED and reach_of(who, Action.CHANGE, ObjectKind.RECORDING) is None:
        among = Among(frozenset(), frozenset())
    since, until = _ms(asked.since), _ms(asked.until)
    return _page(Asked(among, asked.search or None, asked.patient, asked.state, since, until), asked)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _list(call: Call[int, PageQuery, Nothing]) -> Reply:
    return _page(Asked(Among(), patient_id=call.found), call.query)


def _page(asked: Asked, query: PageQuery) -> Reply:
    after = cast(tuple[int, str] | None, place_of(query.cursor, (int, str)))
    found = recordings_after(door().engine, asked, after, query.limit + 1, door().now_ms())
    return Reply(page(found, query.limit, plain, lambda of: (of.started_ms, of.id)))


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/recordings", "search_recordings", "recordings", "Look recordings up, the newest first"),
        SEE,
        nothing,
        _search,
        Page[Recording],
        RecordingQuery,
        Nothing,
    ),
    Operation(
        Route(
            "GET", "/patients/{patient}/recordings", "list_recordings", "recordings", "A patient's, the newest first"
        ),
        SEE,
        _seen,
        _list,
        Page[Recording],
        PageQuery,
        Nothing,
    ),
]
