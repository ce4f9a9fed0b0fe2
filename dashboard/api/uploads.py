"""Recordings that programs bring: their facts, their samples in pieces, and how far reading in and analysis are."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import numpy as np
from flask import request
from werkzeug.exceptions import NotFound

from auth.door import door
from auth.identities import upload_thing
from auth.needs import Need
from auth.permission import require, require_patient
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, nothing
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import FieldProblem, ProblemError
from dashboard.api.upload_shapes import NewRecording, PieceQuery, Upload, Uploads, Work
from dashboard.receiving import reception
from db.analyses import newest_analyses, place_in_queue
from db.upload_views import AnalysisState, AnalysisView, NewFile, UploadState, UploadView
from db.uploads import upload, uploads_of
from streaming.depot import DepotError, DiskFullError
from streaming.files.facts import Refusal
from streaming.files.questions import Typed
from streaming.uploads import AnswerError
from words import t

SEE, BRING = Need(Action.VIEW, ObjectKind.UPLOAD), Need(Action.CHANGE, ObjectKind.UPLOAD)
HEADER, SIGNAL = "api.hea", "api.dat"
"""A WFDB record of format 16, which is what samples are on the wire."""
MOST_PIECE = 4 << 20
_NAME = re.compile("[A-Za-z0-9_-]{1,32}")


def _seen(upload: str) -> UploadView:
    return _known(Action.VIEW, upload)


def _brought(upload: str) -> UploadView:
    return _known(Action.CHANGE, upload)


def _known(action: Action, name: str) -> UploadView:
    engine = door().engine
    require(action, ObjectKind.UPLOAD, upload_thing(engine, name) if _NAME.fullmatch(name) else None)
    found = upload(engine, name)
    if found is None:
        raise NotFound
    return found


def _begin(call: Call[None, Nothing, NewRecording]) -> Reply:
    body = call.body
    require_patient(Action.CHANGE, ObjectKind.UPLOAD, body.patient)
    count = len(body.samples) if body.samples is not None else body.count
    if not count or body.count not in (None, count):
        raise _wrong("/count", "How many samples there are; as many as in samples, where these are here.")
    who, header = deed(), _header(body, count)
    files = [NewFile(HEADER, len(header), who.at_ms), NewFile(SIGNAL, 2 * count, who.at_ms)]
    try:
        begun = reception().begin(files, body.patient, who)
        reception().depot.append(begun, HEADER, 0, header)
    except DepotError as error:
        raise _refused(error) from None
    if body.samples is not None:
        _append(begun, 0, np.array(body.samples, "<i2").tobytes())
    return _told(begun.id, 201)


def _header(body: NewRecording, count: int) -> bytes:
    """The record's header; its comment keeps the moment of sample 0, which the header's own clock has no zone for."""
    signal = f"{SIGNAL} 16 {body.gain:.10g}(0)/mV 16 0 0 0 0 {body.lead}"
    start = body.started_at.astimezone(UTC).isoformat()
    return f"api 1 {body.rate:.10g} {count}\n{signal}\n# {start}\n".encode()


def _piece(call: Call[UploadView, PieceQuery, Nothing]) -> Reply:
    if call.found.state not in (UploadState.RECEIVING, UploadState.ASKING):
        return _told(call.found.id)
    sent = request.get_data()
    if not sent or len(sent) % 2:
        raise ProblemError(
            400, "no-samples", "The body is int16, little-endian: an even number of bytes, at least two."
        )
    _append(call.found, 2 * call.query.start, sent)
    return _told(call.found.id)


def _append(to: UploadView, offset: int, piece: bytes) -> None:
    """Add what of the piece is not here yet; with the last one the recording is read in."""
    here = reception()
    received = here.depot.received(to).get(SIGNAL)
    if received is None:
        raise ProblemError(409, "not-samples", "This upload is not one of samples.")
    if offset > received:
        raise ProblemError(409, "gap", f"Something is missing before. Go on with sample {received // 2}.")
    try:
        if offset + len(piece) > received:
            here.depot.append(to, SIGNAL, received, piece[received - offset :])
        if here.depot.is_complete(to):
            _finish(to)
    except DepotError as error:
        raise _refused(error) from None


def _finish(to: UploadView) -> None:
    here, who = replace(reception(), wall_ms=_utc_ms), deed()
    start = _start_of(here.depot.place(to.id).joinpath(HEADER).read_text())
    looked = here.finish(replace(to, patient_id=None), who)
    if looked.state is not UploadState.ASKING:
        return
    try:
        here.choose(looked, Typed(start=start), to.patient_id, who)
    except AnswerError as error:
        if "" in error.wrong:
            raise ProblemError(503, "no-queue", f"{t(error.wrong[''])} Send the last piece again.") from None
        told = "; ".join(t(key) for key in error.wrong.values())
        raise ProblemError(409, "not-usable", told) from None


def _start_of(header: str) -> str:
    return header.rstrip("\n").rpartition("# ")[2].removesuffix("+00:00")


def _utc_ms(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)


def _get(call: Call[UploadView, Nothing, Nothing]) -> Reply:
    return _told(call.found.id)


def _list(_call: Call[None, Nothing, Nothing]) -> Reply:
    found = uploads_of(door().engine, deed().user_id or 0)
    return Reply(Uploads(items=[_plain(each) for each in found]))


def _remove(call: Call[UploadView, Nothing, Nothing]) -> Reply:
    reception().remove(call.found, deed())
    return Reply(None, 204)


def _told(upload_id: str, status: int = 200) -> Reply:
    found = upload(door().engine, upload_id)
    if found is None:
        raise NotFound
    return Reply(_plain(found), status, headers={"Location": f"/api/v1/uploads/{upload_id}"} if status == 201 else {})


def _plain(of: UploadView) -> Upload:
    sizes = {file.name: file.size for file in of.files}
    received = (
        reception().depot.received(of).get(SIGNAL, 0) if of.state is UploadState.RECEIVING else sizes.get(SIGNAL, 0)
    )
    work = newest_analyses(door().engine, [of.recording_id]).get(of.recording_id) if of.recording_id else None
    return Upload(
        id=of.id,
        patient=of.patient_id,
        state=of.state,
        received=received // 2,
        count=sizes.get(SIGNAL, 0) // 2,
        recording=of.recording_id,
        reason=reason_of(of.refusal),
        analysis=None if work is None else work_of(work),
        created_at=moment(of.created_ms),
    )


def work_of(of: AnalysisView) -> Work:
    """An analysis as the API tells it."""
    waits = of.state is AnalysisState.WAITING
    return Work(
        id=of.id,
        state=of.state,
        progress=of.progress / 1000,
        before=place_in_queue(door().engine, of) if waits else 0,
        reason=reason_of(of.refusal),
        asked_at=moment(of.asked_ms),
        model=of.model,
        in_force=of.in_force,
    )


def reason_of(refusal: str | None) -> str | None:
    """Why something was refused, in words."""
    if refusal is None:
        return None
    told = msgspec.json.decode(refusal, type=Refusal)
    return t(told.key, **told.facts)


def _refused(error: DepotError) -> ProblemError:
    status = 507 if isinstance(error, DiskFullError) else 409
    return ProblemError(status, "not-taken", t(error.key, **error.facts))


def _wrong(pointer: str, detail: str) -> ProblemError:
    return ProblemError(422, "invalid", "Some fields cannot be taken.", [FieldProblem(pointer=pointer, detail=detail)])


_ONE, _TAG = "/uploads/{upload}", "uploads"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("POST", "/recordings", "upload_recording", _TAG, "Bring a recording: all of it, or its facts"),
        BRING,
        nothing,
        _begin,
        Upload,
        Nothing,
        NewRecording,
        201,
    ),
    Operation(
        Route("GET", "/uploads", "list_uploads", _TAG, "What I brought"), SEE, nothing, _list, Uploads, Nothing, Nothing
    ),
    Operation(Route("GET", _ONE, "get_upload", _TAG, "How far it is"), SEE, _seen, _get, Upload, Nothing, Nothing),
    Operation(
        Route(
            "PUT", f"{_ONE}/samples", "upload_samples", _TAG, "The next samples, int16 little-endian; may be repeated"
        ),
        BRING,
        _brought,
        _piece,
        Upload,
        PieceQuery,
        Nothing,
        raw=MOST_PIECE,
    ),
    Operation(
        Route("DELETE", _ONE, "remove_upload", _TAG, "Forget an upload; a recording that was made of it stays"),
        BRING,
        _brought,
        _remove,
        None,
        Nothing,
        Nothing,
        204,
    ),
]
