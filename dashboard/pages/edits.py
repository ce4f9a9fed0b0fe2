"""What a doctor does to a recording's beats on the result page (assets/result_review.js): said, taken back, done again.

GET …/edits: how far it is · POST …/edits: one deed · GET …/shapes: beats of one shape
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.door import door
from auth.identities import recording_thing
from auth.permission import current_identity, require
from auth.requests import address_of_request
from auth.roles import Action, ObjectKind
from dashboard.beat_shapes import shown_shapes
from dashboard.pages.why import LARGEST_INDEX
from dashboard.review_deeds import Refused, Wish, perform
from db.corrections import noise_stretches
from db.edited import edited_beats
from db.edits import newest_deed, way
from db.queries import recording_shown
from db.views import RecordingView
from words import t

JSON = {"Content-Type": "application/json"}
MOST_BEATS = 5000
"""In one deed, each named; a shape or a stretch may have more."""


class EditForm(BaseModel):
    """A deed. letter: of a class, "" for what the network says. seen: the newest deed that the page knows."""

    act: Literal["class", "add", "delete", "noise", "lift", "undo", "redo"]
    letter: Literal["", "N", "S", "V", "F", "Q"] = ""
    beats: Annotated[list[Annotated[int, Field(ge=0, le=LARGEST_INDEX)]], Field(max_length=MOST_BEATS)] = []
    shape: Annotated[int, Field(ge=0, lt=1000)] | None = None
    start: Annotated[int, Field(ge=0, le=LARGEST_INDEX)] = 0
    end: Annotated[int, Field(ge=0, le=LARGEST_INDEX)] = 0
    seen: Annotated[int, Field(ge=0, le=LARGEST_INDEX)] = 0


class EditState(msgspec.Struct, frozen=True):
    """deed: number of the newest. undo, redo: whether whoever asks has something to take back. noise: [start, end)."""

    deed: int
    undo: bool
    redo: bool
    noise: list[tuple[int, int]]


def add_edits(app: Flask, engine: Engine) -> None:
    """Add the routes. Who looks needs the right to see the recording, who acts that to correct its beats."""
    pages, base = EditPages(engine), "/recording/<name>"
    app.add_url_rule(f"{base}/edits", "edits", pages.state, methods=["GET"])
    app.add_url_rule(f"{base}/edits", "edit_beats", pages.edit, methods=["POST"])
    app.add_url_rule(f"{base}/shapes", "beat_shapes", pages.shapes)


@dataclass(frozen=True, slots=True)
class EditPages:
    """The views; `name` is the recording's."""

    engine: Engine

    def state(self, name: str) -> ResponseReturnValue:
        """How far it is."""
        return _json(_state(self.engine, _seen(self.engine, name)))

    def shapes(self, name: str) -> ResponseReturnValue:
        """The clusters of its beats."""
        of = _seen(self.engine, name)
        return _json(shown_shapes(self.engine, of, edited_beats(self.engine, name)))

    def edit(self, name: str) -> ResponseReturnValue:
        """Do it; 409 where another has said something of the same beats meanwhile, 400 with a sentence where not."""
        thing = recording_thing(self.engine, ObjectKind.CORRECTION, name)
        identity = require(Action.CHANGE, ObjectKind.CORRECTION, thing)
        of = recording_shown(self.engine, name)
        if of is None:
            abort(404)
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        try:
            perform(self.engine, of, _wish(), Deed(identity.user_id, door().now_ms(), address_of_request()))
        except Refused as refused:
            return jsonify(sentence=t(refused.key)), 409 if refused.raced else 400
        return _json(_state(self.engine, of))


def _wish() -> Wish:
    try:
        form = EditForm.model_validate(request.get_json(silent=True))
    except ValidationError:
        abort(400)
    return Wish(form.act, form.letter, tuple(sorted(set(form.beats))), form.shape, form.start, form.end, form.seen)


def _seen(engine: Engine, name: str) -> RecordingView:
    require(Action.VIEW, ObjectKind.RECORDING, recording_thing(engine, ObjectKind.RECORDING, name))
    found = recording_shown(engine, name)
    if found is None:
        abort(404)
    return found


def _state(engine: Engine, of: RecordingView) -> EditState:
    identity = current_identity()
    mine = way(engine, of.id, identity.user_id or 0) if identity else None
    noise: Sequence[tuple[int, int]] = [(each.start, each.end) for each in noise_stretches(engine, of.id)]
    return EditState(newest_deed(engine, of.id), bool(mine and mine.undo), bool(mine and mine.redo), list(noise))


def _json(answer: object) -> tuple[bytes, int, dict[str, str]]:
    return msgspec.json.encode(answer), 200, JSON
