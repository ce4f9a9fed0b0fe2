"""Files that people bring: the page /upload, and what assets/upload.js sends and asks.

POST /upload begins, PUT /upload/<id> adds a piece; POST …/add, …/finish, …/choose, …/remove. All answer JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec
from flask import Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.door import door
from auth.identities import upload_thing
from auth.permission import current_identity, require, require_patient
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind, Role, Thing
from dashboard.receiving import reception
from dashboard.upload_words import ShownUpload, choices_of_patients, shown_upload
from db.analyses import newest_analyses, place_in_queue
from db.care import CareView, known_patients
from db.upload_views import NewFile, UploadView
from db.uploads import upload, uploads_of
from streaming.depot import PIECE_BYTES, DepotError, DiskFullError, OffsetError
from streaming.files.questions import Typed
from streaming.uploads import AnswerError
from words import t

LARGEST = 2**53
JSON = {"Content-Type": "application/json"}


class FileForm(BaseModel):
    """A file as a browser tells of it."""

    name: Annotated[str, Field(max_length=1000)]
    size: Annotated[int, Field(ge=0, le=LARGEST)]
    modified_ms: Annotated[int, Field(ge=-LARGEST, le=LARGEST)] = 0


class BeginForm(BaseModel):
    """Files that belong together, and whose they are, where that is said already."""

    files: Annotated[list[FileForm], Field(min_length=1, max_length=64)]
    patient: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class ChooseForm(BaseModel):
    """A person's answers, as typed."""

    lead: Annotated[str, Field(max_length=10)] = ""
    rate: Annotated[str, Field(max_length=30)] = ""
    unit: Annotated[str, Field(max_length=10)] = ""
    per_millivolt: Annotated[str, Field(max_length=30)] = ""
    start: Annotated[str, Field(max_length=40)] = ""
    patient: Annotated[int, Field(ge=1, lt=2**31)] | None = None


def add_uploads(app: Flask, engine: Engine) -> None:
    """Add the routes. Whoever asks needs the right to bring files; an upload must be one's own or one's patient's."""
    pages, one = UploadPages(engine), "/upload/<name>"
    app.add_url_rule("/upload", "upload", pages.show, methods=["GET"])
    app.add_url_rule("/upload", "begin_upload", pages.begin, methods=["POST"])
    app.add_url_rule("/upload/list", "uploads", pages.listed, methods=["GET"])
    app.add_url_rule(one, "append_upload", pages.append, methods=["PUT"])
    app.add_url_rule(f"{one}/add", "add_to_upload", pages.add, methods=["POST"])
    app.add_url_rule(f"{one}/finish", "finish_upload", pages.finish, methods=["POST"])
    app.add_url_rule(f"{one}/choose", "choose_upload", pages.choose, methods=["POST"])
    app.add_url_rule(f"{one}/remove", "remove_upload", pages.remove, methods=["POST"])


@dataclass(frozen=True, slots=True)
class UploadPages:
    """The views; `name` is the upload's id."""

    engine: Engine

    def show(self) -> ResponseReturnValue:
        """The page itself."""
        identity = _whoever(Action.VIEW)
        patients = choices_of_patients(known_patients(self.engine, _care(identity)))
        return render_template("upload.html", patients=patients, piece=PIECE_BYTES)

    def listed(self) -> ResponseReturnValue:
        """What somebody brought."""
        identity = _whoever(Action.VIEW)
        shown = [_shown(self.engine, each) for each in uploads_of(self.engine, identity.user_id or 0)]
        return msgspec.json.encode(shown), 200, JSON

    def begin(self) -> ResponseReturnValue:
        """Files are going to come."""
        identity = _whoever(Action.CHANGE)
        form = _form(BeginForm)
        _require_patient(form.patient)
        files = [NewFile(each.name, each.size, each.modified_ms) for each in form.files]
        return _told(self.engine, lambda: reception().begin(files, form.patient, _deed(identity)))

    def append(self, name: str) -> ResponseReturnValue:
        """The next piece of a file: 409 where its end is another, 507 where the disk is full."""
        _, known = _changed(self.engine, name)
        offset = request.args.get("offset", -1, type=int)
        if offset < 0 or not 0 < (request.content_length or 0) <= PIECE_BYTES:
            abort(400)
        try:
            received = reception().depot.append(known, request.args.get("file", ""), offset, request.get_data())
        except OffsetError as error:
            return jsonify(received=error.received), 409
        except DiskFullError as error:
            return jsonify(sentence=t(error.key)), 507
        except DepotError as error:
            return _sentence(error)
        return jsonify(received=received)

    def finish(self, name: str) -> ResponseReturnValue:
        """All bytes are here."""
        identity, known = _changed(self.engine, name)
        return _told(self.engine, lambda: reception().finish(known, _deed(identity)))

    def choose(self, name: str) -> ResponseReturnValue:
        """A person's answers."""
        identity, known = _changed(self.engine, name)
        form = _form(ChooseForm)
        _require_patient(form.patient)
        typed = Typed(form.lead, form.rate, form.unit, form.per_millivolt, form.start)
        return _told(self.engine, lambda: reception().choose(known, typed, form.patient, _deed(identity)))

    def add(self, name: str) -> ResponseReturnValue:
        """One more file of the same recording."""
        _, known = _changed(self.engine, name)
        form = _form(FileForm)
        return _told(self.engine, lambda: reception().add(known, NewFile(form.name, form.size, form.modified_ms)))

    def remove(self, name: str) -> ResponseReturnValue:
        """The files are forgotten."""
        identity, known = _changed(self.engine, name)
        reception().remove(known, _deed(identity))
        return jsonify(removed=True)


def _whoever(action: Action) -> Identity:
    """Who asks, if he or she may bring files: whatever one brings is one's own."""
    identity = current_identity()
    return require(action, ObjectKind.UPLOAD, Thing(ObjectKind.UPLOAD, user=identity.user_id) if identity else None)


def _require_patient(patient: int | None) -> None:
    """Files go to patients only whom one sees."""
    if patient is not None:
        require_patient(Action.VIEW, ObjectKind.RECORDING, patient)


def _care(identity: Identity) -> CareView | None:
    return None if identity.role == Role.ADMINISTRATOR else CareView(identity.wards, identity.patients)


def _changed(engine: Engine, name: str) -> tuple[Identity, UploadView]:
    """Who changes an upload, and which; ends the request of who may not."""
    identity = require(Action.CHANGE, ObjectKind.UPLOAD, upload_thing(engine, name))
    if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
        abort(400)
    known = upload(engine, name)
    if known is None:
        abort(404)
    return identity, known


def _deed(identity: Identity) -> Deed:
    return Deed(identity.user_id, door().now_ms(), address_of_request())


F = TypeVar("F", bound=BaseModel)


def _form(kind: type[F]) -> F:
    try:
        return kind.model_validate(request.get_json(silent=True))
    except ValidationError:
        abort(400)


def _told(engine: Engine, act: Callable[[], UploadView]) -> ResponseReturnValue:
    """The upload after `act`; 400 with a sentence, or with one for each field."""
    try:
        return msgspec.json.encode(_shown(engine, act())), 200, JSON
    except AnswerError as error:
        return jsonify(errors={field: t(key) for field, key in error.wrong.items()}), 400
    except DepotError as error:
        return _sentence(error)


def _sentence(error: DepotError) -> ResponseReturnValue:
    return jsonify(sentence=t(error.key, **error.facts)), 400


def _shown(engine: Engine, known: UploadView) -> ShownUpload:
    newest = newest_analyses(engine, [known.recording_id]) if known.recording_id else {}
    analysis = newest.get(known.recording_id or "")
    place = place_in_queue(engine, analysis) if analysis else 0
    return shown_upload(known, reception().depot.received(known), analysis, place)
