"""POST /phone/marks: what a patient felt, told by the phone with its device's token. Told twice, it is kept once."""

from typing import Annotated, Literal

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.requests import address_of_request
from auth.tokens import sha256
from dashboard.pages.why import LARGEST_INDEX
from db.engine import writing
from db.marks import SYMPTOMS, PatientMark, set_patient_mark
from db.queries import device_by_token, recording
from db.views import DeviceView, RecordingView
from ecg.rates import house_index

MARKS_PATH = "/phone/marks"
LARGEST_MS = 4_102_444_800_000
"""The end of the year 2099."""


class PhoneMark(BaseModel):
    """A mark as a phone tells it. key: its own name of it; index: device sample; at_ms: wall ms of the phone."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    recording: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    index: Annotated[int, Field(ge=0, le=LARGEST_INDEX)]
    symptom: Literal[SYMPTOMS]  # type: ignore[valid-type]  # a tuple of names is what it takes
    at_ms: Annotated[int, Field(ge=0, le=LARGEST_MS)]


def add_phone_marks(app: Flask, engine: Engine) -> None:
    """Add the route. 200 {"kept": true}; 401: the token is not good (any more); 404: the device has no such recording
    (yet): tell it again later; 400: never tell it again.
    """

    def tell() -> ResponseReturnValue:
        device, sent = _device(engine), _mark()
        mine = recording(engine, sent.recording)
        if mine is None or mine.device_id != device.id:
            abort(404)
        _keep(engine, device, mine, sent)
        return jsonify(kept=True)

    app.add_url_rule(MARKS_PATH, "phone_marks", tell, methods=["POST"])


def _device(engine: Engine) -> DeviceView:
    sent = request.authorization
    token = sent.token if sent is not None and sent.type == "bearer" else None
    found = device_by_token(engine, sha256(token), door().now_ms()) if token else None
    if found is None or found.revoked:
        abort(401)
    return found


def _mark() -> PhoneMark:
    try:
        return PhoneMark.model_validate(request.get_json(silent=True))
    except ValidationError:
        abort(400)


def _keep(engine: Engine, device: DeviceView, mine: RecordingView, sent: PhoneMark) -> None:
    """A mark later than the server's clock was set on a phone whose clock is wrong: it was set at the latest now."""
    now_ms = door().now_ms()
    mark = PatientMark(
        f"{device.id}:{sent.key}", mine.id, house_index(sent.index, mine.rate), sent.symptom, device.id,
        min(sent.at_ms, now_ms),
    )  # fmt: skip
    with writing(engine) as connection:
        if set_patient_mark(connection, mark):
            subject = f"device {device.id}: {sent.symptom}"
            write_audit(connection, now_ms, AuditAction.MARK_SET, None, subject, address_of_request(), mine.patient_id)
