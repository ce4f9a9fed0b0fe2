"""The recordings of a patient."""

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import patient_guard
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, PageQuery, page, place_of
from dashboard.api.recordings import Recording, plain
from db.queries import recordings_of_patient


def _seen(patient: int) -> int:
    return patient_guard(Action.VIEW, ObjectKind.RECORDING, patient)


def _list(call: Call[int, PageQuery, Nothing]) -> Reply:
    place = place_of(call.query.cursor, (int, str))
    found = [(-each.started_ms, each.id, each) for each in recordings_of_patient(door().engine, call.found)]
    behind = [each for each in sorted(found, key=lambda row: row[:2]) if place is None or each[:2] > place]
    return Reply(page(behind, call.query.limit, lambda row: plain(row[2]), lambda row: row[:2]))


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route(
            "GET", "/patients/{patient}/recordings", "list_recordings", "recordings", "A patient's, the newest first"
        ),
        Need(Action.VIEW, ObjectKind.RECORDING),
        _seen,
        _list,
        Page[Recording],
        PageQuery,
        Nothing,
    ),
]
