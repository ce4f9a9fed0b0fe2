"""Recordings: their facts and their raw samples."""

from datetime import datetime

import numpy as np
from flask import request
from pydantic import BaseModel, ConfigDict, Field

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import seen_recording
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import FieldProblem, ProblemError
from dashboard.recording_rows import why
from db.queries import segments
from db.recording_views import RecordingLine, RecordingSource, RecordingState
from db.recordings import recording_line
from db.views import RecordingView
from ecg.types import INVALID_SAMPLE

SEE = Need(Action.VIEW, ObjectKind.RECORDING)
MOST_SAMPLES = 100_000
"""Of one answer: 400 s at 250 Hz."""
LARGEST_INDEX = 10**12


class Recording(BaseModel):
    """A recording, and how far it has come."""

    id: str
    patient: int | None
    device: int
    lead: str
    rate: float = Field(description="Device samples per second, in Hz.")
    gain: float = Field(description="Units of a device sample per millivolt.")
    started_at: datetime = Field(description="When sample 0 was taken.")
    end: int = Field(description="One past the newest device sample.")
    received: int = Field(description="Device samples that came; end minus received are missing.")
    gaps: int = Field(description="In how many stretches they are missing.")
    state: RecordingState
    source: RecordingSource
    reason: str = Field(description="Why it failed, or what of it could not be used.")
    title: str
    note: str
    version: int = Field(description="Of title and note, and whether it is deleted.")


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


def plain(of: RecordingLine) -> Recording:
    """A recording as the API tells of it."""
    names = ("id", "lead", "rate", "gain", "gaps", "source", "title", "note", "version")
    facts = {name: getattr(of, name) for name in names} | {"patient": of.patient_id, "device": of.device_id}
    state, ends = of.state(door().now_ms()), {"end": of.until, "received": of.until - of.missing}
    told = {"state": state, "reason": why(of, state), "started_at": moment(of.started_ms)}
    return Recording.model_validate({**facts, **ends, **told})


def told(name: str) -> Reply:
    """The answer that tells of one recording as it is now, with the version of its details."""
    line = recording_line(door().engine, name)
    assert line is not None
    return Reply(plain(line), version=line.version)


def _get(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return told(call.found.id)


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


_ONE = "/recordings/{recording}"
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
]
