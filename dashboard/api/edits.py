"""The review of a recording's beats: what people said of them, their shapes, and one deed after the other."""

from collections.abc import Mapping

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import check_version, deed, recording_guard, seen_recording, stale, who_asks
from dashboard.api.edit_shapes import (
    NONE,
    BeatHistory,
    Correction,
    Edit,
    EditAct,
    Edits,
    Said,
    Shape,
    ShapeBeat,
    Shapes,
    Stretch,
    edit_complaints,
    said_of,
)
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, page
from dashboard.api.problems import ProblemError, invalid_fields
from dashboard.api.results import SpanQuery
from dashboard.beat_shapes import shown_shapes
from dashboard.review_deeds import Refused, Wish, perform
from db.corrections import corrections, noise_stretches, said_of_beat
from db.edited import edited_beats
from db.edits import newest_deed, way
from db.findings import beats
from db.views import RecordingView
from ecg.corrections import BeatCorrection
from ecg.labels import BeatClass
from ecg.rates import to_seconds
from words import t


def _corrected(recording: str) -> RecordingView:
    return recording_guard(Action.CHANGE, ObjectKind.CORRECTION, recording)


def _seen_beat(recording: str, index: int) -> tuple[RecordingView, int]:
    return seen_recording(recording), index


def _seen_shape(recording: str, shape: int) -> tuple[RecordingView, int]:
    return seen_recording(recording), shape


def _get(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return _told(call.found.id)


def _told(name: str) -> Reply:
    engine = door().engine
    version, mine = newest_deed(engine, name), way(engine, name, who_asks().user_id or 0)
    noise = [Stretch(start=each.start, end=each.end) for each in noise_stretches(engine, name)]
    now = Edits(version=version, undo=mine.undo is not None, redo=mine.redo is not None, noise=noise)
    return Reply(now, version=version)


def _edit(call: Call[RecordingView, Nothing, Edit]) -> Reply:
    of, engine = call.found, door().engine
    wish = _wish(call.body, -1 if call.version is None else call.version)
    check_version(call.version, newest_deed(engine, of.id))
    try:
        perform(engine, of, wish, deed())
    except Refused as refused:
        if refused.raced:
            raise stale() from None
        kind = refused.key.partition(".")[2].replace("_", "-")
        raise ProblemError(409, f"edit-{kind}", t(refused.key)) from None
    return _told(of.id)


def _wish(asked: Edit, version: int) -> Wish:
    """The same as from the result page. 422 where it does not say what is meant."""
    wrong = edit_complaints(asked)
    if wrong:
        raise invalid_fields(wrong)
    act = EditAct.CLASS if asked.act is EditAct.NETWORK else asked.act
    named, span = tuple(sorted(set(asked.beats))), (asked.start or 0, asked.end or 0)
    return Wish(act.value, asked.beat_class or "", named, asked.shape, *span, version, version)


def _corrections(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    asked, name, engine = call.query, call.found.id, door().engine
    found = corrections(engine, name, asked.first(), asked.end)[: asked.limit + 1]
    until = found[-1].index + 1 if found else 0
    network = {beat.index: beat.beat_class for beat in beats(engine, name, found[0].index, until)} if found else {}
    return Reply(page(found, asked.limit, lambda each: _correction(each, network), lambda each: (each.index,)))


def _correction(of: BeatCorrection, network: Mapping[int, BeatClass]) -> Correction:
    said = NONE if of.beat_class is None else of.beat_class.value
    return Correction(index=of.index, at_s=to_seconds(of.index), said=said, network_class=network.get(of.index))


def _history(call: Call[tuple[RecordingView, int], Nothing, Nothing]) -> Reply:
    (of, index), engine = call.found, door().engine
    seen, told = beats(engine, of.id, index, index + 1), said_of_beat(engine, of.id, index)
    items = [Said(said=said_of(each.letter), person=each.person, at=moment(each.at_ms)) for each in told]
    return Reply(BeatHistory(index=index, network_class=seen[0].beat_class if seen else None, items=items))


def _shapes(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    found = shown_shapes(door().engine, call.found, edited_beats(door().engine, call.found.id))
    items = [
        Shape(shape=place, count=each.count, beat_class=each.sign or None, mean_mv=each.mean)
        for place, each in enumerate(found.shapes)
    ]
    return Reply(Shapes(items=items))


def _of_shape(call: Call[tuple[RecordingView, int], SpanQuery, Nothing]) -> Reply:
    (of, shape), asked = call.found, call.query
    found = shown_shapes(door().engine, of, edited_beats(door().engine, of.id))
    labelled, start = zip(found.index, found.label, strict=True), asked.first()
    mine = [index for index, label in labelled if label == shape and start <= index < asked.end]
    return Reply(page(mine, asked.limit, _shape_beat, lambda index: (index,)))


def _shape_beat(index: int) -> ShapeBeat:
    return ShapeBeat(index=index, at_s=to_seconds(index))


_ONE, _TAG = "/recordings/{recording}", "review"
SEE = Need(Action.VIEW, ObjectKind.RECORDING)


def _route(method: str, path: str, name: str, summary: str) -> Route:
    return Route(method, f"{_ONE}{path}", name, _TAG, summary)


OPERATIONS: list[AnyOperation] = [
    Operation(
        _route("GET", "/edits", "get_edits", "How far the review of beats is"),
        *(SEE, seen_recording, _get, Edits, Nothing, Nothing),
    ),
    Operation(
        _route("POST", "/edits", "edit_beats", "Say what beats are; add, delete; mark noise; undo and redo"),
        *(Need(Action.CHANGE, ObjectKind.CORRECTION), _corrected, _edit, Edits, Nothing, Edit),
        needs_version=True,
    ),
    Operation(
        _route("GET", "/corrections", "list_corrections", "What holds of what people said of beats"),
        *(SEE, seen_recording, _corrections, Page[Correction], SpanQuery, Nothing),
    ),
    Operation(
        _route("GET", "/corrections/{index}", "get_corrections_of_beat", "All that was said of one beat"),
        *(SEE, _seen_beat, _history, BeatHistory, Nothing, Nothing),
    ),
    Operation(
        _route("GET", "/shapes", "list_shapes", "Shapes of the beats, in clusters"),
        *(SEE, seen_recording, _shapes, Shapes, Nothing, Nothing),
    ),
    Operation(
        _route(
            "GET",
            "/shapes/{shape}/beats",
            "list_beats_of_shape",
            "Beats of one shape",
        ),
        *(SEE, _seen_shape, _of_shape, Page[ShapeBeat], SpanQuery, Nothing),
    ),
]
