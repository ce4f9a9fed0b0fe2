"""Recordings: their facts, their raw samples, and what was marked in them."""

from datetime import datetime
from typing import Annotated

import numpy as np
from flask import request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.exceptions import NotFound

from auth.audit import AuditAction
from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, recording_guard, seen_recording
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import FieldProblem, ProblemError
from db.engine import writing
from db.ledger import ledger
from db.marks import delete_mark, marks_of_recording, set_mark
from db.queries import segments
from db.views import MarkView, RecordingView
from ecg.types import INVALID_SAMPLE

SEE = Need(Action.VIEW, ObjectKind.RECORDING)
MOST_SAMPLES = 100_000
"""Of one answer: 400 s at 250 Hz."""
LARGEST_INDEX = 10**12


class Recording(BaseModel):
    """A recording."""

    id: str
    patient: int | None
    device: int
    lead: str
    rate: float = Field(description="Device samples per second, in Hz.")
    gain: float = Field(description="Units of a device sample per millivolt.")
    started_at: datetime = Field(description="When sample 0 was taken.")
    end: int = Field(description="One past the newest device sample.")
    received: int = Field(description="Device samples that came; end minus received are missing.")


class SampleQuery(BaseModel):
    """Which device samples: [start, end)."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(0, ge=0, le=LARGEST_INDEX)
    end: int | None = Field(None, ge=0, le=LARGEST_INDEX, description="At most 100000 after start, which is usual.")


class Run(BaseModel):
    """Device samples without a gap, as the device sent them; -32768: it had none."""

    start: int
    samples: list[int]


class Samples(BaseModel):
    """Raw samples. Nothing is filled in: between two runs nothing was received."""

    rate: float
    gain: float
    start: int
    end: int
    runs: list[Run]


class Mark(BaseModel):
    """A mark at a moment of a recording."""

    id: int
    index: int = Field(description="Sample at 250 Hz.")
    words: str
    symptom: str | None
    person: str | None = Field(description="Who of the ward set it; null: the patient.")
    set_at: datetime


class Marks(BaseModel):
    """The marks of a recording, the last moment first; at most 1000."""

    items: list[Mark]


class NewMark(BaseModel):
    """A mark to be set."""

    model_config = ConfigDict(extra="forbid")

    index: int = Field(ge=0, le=LARGEST_INDEX, description="Sample at 250 Hz.")
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def plain(of: RecordingView) -> Recording:
    """A recording with how much of it was received."""
    got = ledger(door().engine, of.id)
    facts = {"lead": of.lead, "rate": of.rate, "gain": of.gain, "started_at": moment(of.started_ms)}
    ends = {"end": got.until if got else 0, "received": got.received if got else 0}
    return Recording.model_validate({"id": of.id, "patient": of.patient_id, "device": of.device_id, **facts, **ends})


def _get(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return Reply(plain(call.found))


def _samples(call: Call[RecordingView, SampleQuery, Nothing]) -> Reply:
    of, start = call.found, call.query.start
    end = start + MOST_SAMPLES if call.query.end is None else call.query.end
    if not start <= end <= start + MOST_SAMPLES:
        wrong = [FieldProblem(pointer="end", detail=f"From start to start + {MOST_SAMPLES}.")]
        raise ProblemError(422, "invalid", "Some fields are not as the document says.", wrong)
    runs = _runs(of, start, end)
    if request.accept_mimetypes.best_match(["application/json", "application/octet-stream"], "application/json") == (
        "application/octet-stream"
    ):
        return Reply(_filled(runs, start))
    told = [Run(start=first, samples=samples.tolist()) for first, samples in runs]
    return Reply(Samples(rate=of.rate, gain=of.gain, start=start, end=end, runs=told))


def _runs(of: RecordingView, start: int, end: int) -> list[tuple[int, np.ndarray]]:
    """Stored samples within [start, end), joined where nothing is missing between them."""
    runs: list[tuple[int, np.ndarray]] = []
    for each in segments(door().engine, of.id, start, end):
        first = max(each.start, start)
        samples = each.samples[first - each.start : end - each.start]
        if runs and runs[-1][0] + len(runs[-1][1]) == first:
            runs[-1] = (runs[-1][0], np.concatenate([runs[-1][1], samples]))
        else:
            runs.append((first, samples))
    return runs


def _filled(runs: list[tuple[int, np.ndarray]], start: int) -> bytes:
    """int16, little-endian, one for each sample up to the last that is stored; INVALID_SAMPLE where there is none."""
    last = max((first + len(samples) for first, samples in runs), default=start)
    line = np.full(last - start, INVALID_SAMPLE, "<i2")
    for first, samples in runs:
        line[first - start : first - start + len(samples)] = samples
    return line.tobytes()


def _marks(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return Reply(Marks(items=[_mark(each) for each in marks_of_recording(door().engine, call.found.id)]))


def _mark(of: MarkView) -> Mark:
    facts = {"id": of.id, "index": of.index, "words": of.words, "symptom": of.symptom, "person": of.person}
    return Mark.model_validate({**facts, "set_at": moment(of.at_ms)})


def _changed_marks(recording: str) -> RecordingView:
    return recording_guard(Action.CHANGE, ObjectKind.MARK, recording)


def _seen_marks(recording: str) -> RecordingView:
    return recording_guard(Action.VIEW, ObjectKind.MARK, recording)


def _one_mark(recording: str, mark: int) -> tuple[RecordingView, int]:
    return _changed_marks(recording), mark


def _set(call: Call[RecordingView, Nothing, NewMark]) -> Reply:
    who, words = deed(), call.body.words
    with writing(door().engine) as connection:
        mark = set_mark(connection, call.found.id, call.body.index, words, who.user_id or 0, who.at_ms)
        who.tell(connection, AuditAction.MARK_SET, f"mark {mark} {words}", call.found.patient_id)
    made = next(each for each in marks_of_recording(door().engine, call.found.id) if each.id == mark)
    return Reply(_mark(made), 201)


def _delete(call: Call[tuple[RecordingView, int], Nothing, Nothing]) -> Reply:
    who, (of, mark) = deed(), call.found
    with writing(door().engine) as connection:
        known = {each.id for each in marks_of_recording(door().engine, of.id)}
        words = (
            delete_mark(connection, of.patient_id or 0, mark, who.user_id or 0, who.at_ms) if mark in known else None
        )
        if words is None:
            raise NotFound
        who.tell(connection, AuditAction.MARK_DELETED, f"mark {mark} {words}", of.patient_id)
    return Reply(None, 204)


_ONE, _MARK_NEED = "/recordings/{recording}", Need(Action.CHANGE, ObjectKind.MARK)
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _ONE, "get_recording", "recordings", "Get a recording"),
        SEE,
        seen_recording,
        _get,
        Recording,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/samples", "get_samples", "recordings", "Raw samples, as JSON or as octet-stream"),
        SEE,
        seen_recording,
        _samples,
        Samples,
        SampleQuery,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/marks", "list_marks", "recordings", "Marks that people have set"),
        Need(Action.VIEW, ObjectKind.MARK),
        _seen_marks,
        _marks,
        Marks,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", f"{_ONE}/marks", "set_mark", "recordings", "Set a mark"),
        _MARK_NEED,
        _changed_marks,
        _set,
        Mark,
        Nothing,
        NewMark,
        201,
    ),
    Operation(
        Route("DELETE", f"{_ONE}/marks/{{mark}}", "delete_mark", "recordings", "Delete a mark"),
        _MARK_NEED,
        _one_mark,
        _delete,
        None,
        Nothing,
        Nothing,
        204,
    ),
]
