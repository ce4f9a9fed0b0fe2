"""The result page of a recording, and what assets/result.js asks: numbers, beats, charts, analyses.

/recording/<name> · …/facts · …/beats · …/figures · …/difference?first=&second=

POST …/analyses, …/analyses/<run>/cancel
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from flask import Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.door import door
from auth.identities import recording_thing
from auth.permission import current_identity, require
from auth.requests import address_of_request
from auth.roles import Action, ObjectKind, may
from dashboard.network_choice import network_choices
from dashboard.pages.strip import JSON
from dashboard.pages.why import LARGEST_INDEX
from dashboard.palette import Palette
from dashboard.receiving import networks, slow_lane
from dashboard.result_figures import result_figures, whole_figures
from dashboard.results import result_beats, result_episodes, result_facts
from dashboard.strip_data import timeline_of
from db.analyses import analyses, analysis
from db.patients import patient
from db.queries import recording, stored_until
from db.views import RecordingView
from ecg.errors import ConfigurationError
from ecg.rates import house_index, to_samples
from streaming.analyses import cancel_analysis, start_analysis
from streaming.differences import difference
from words import t

LONGEST = to_samples(7 * 86_400.0)
"""What charts are made of at once."""


def add_results(app: Flask, engine: Engine, palettes: Mapping[str, Palette]) -> None:
    """Add the routes. Whoever asks needs the right to see the recording; for an analysis, to change analyses of it."""
    pages, base = ResultPages(engine, palettes), "/recording/<name>"
    app.add_url_rule(base, "result", pages.show)
    app.add_url_rule(f"{base}/facts", "result_facts", pages.facts)
    app.add_url_rule(f"{base}/timeline", "result_timeline", pages.timeline)
    app.add_url_rule(f"{base}/beats", "result_beats", pages.beats)
    app.add_url_rule(f"{base}/figures", "result_figures", pages.figures)
    app.add_url_rule(f"{base}/difference", "result_difference", pages.difference)
    app.add_url_rule(f"{base}/analyses", "ask_analysis", pages.ask, methods=["POST"])
    app.add_url_rule(f"{base}/analyses/<run>/cancel", "cancel_analysis", pages.cancel, methods=["POST"])


@dataclass(frozen=True, slots=True)
class ResultPages:
    """The views; `name` is the recording's."""

    engine: Engine
    palettes: Mapping[str, Palette]

    def show(self, name: str) -> ResponseReturnValue:
        """The page itself."""
        of = _seen(self.engine, name)
        return render_template(
            "result.html",
            recording=of,
            patient_id=of.patient_id,
            whose=patient(self.engine, of.patient_id) if of.patient_id else None,
            may_change=_may_change(self.engine, name, ObjectKind.ANALYSIS),
            may_review=_may_change(self.engine, name, ObjectKind.CORRECTION),
            bed=None,
            in_force=next((each.id for each in analyses(self.engine, name) if each.in_force), ""),
            choices=network_choices(networks()),
        )

    def facts(self, name: str) -> ResponseReturnValue:
        """Numbers, and how analyses stand."""
        return _json(result_facts(self.engine, _seen(self.engine, name)))

    def timeline(self, name: str) -> ResponseReturnValue:
        """Where the recording has samples."""
        return _json(timeline_of(self.engine, _seen(self.engine, name)))

    def beats(self, name: str) -> ResponseReturnValue:
        """All beats and episodes."""
        of = _seen(self.engine, name)
        until = house_index(stored_until(self.engine, of.id), of.rate)
        found = result_beats(self.engine, of.id, until), result_episodes(self.engine, of.id, until)
        return _json(dict(zip(("beats", "episodes"), found, strict=True)))

    def figures(self, name: str) -> ResponseReturnValue:
        """Charts of the whole, or of what lies between two house samples."""
        of = _seen(self.engine, name)
        palette = self.palettes["light" if request.args.get("theme") == "light" else "dark"]
        if request.args.get("whole"):
            return _json(whole_figures(self.engine, of, palette))
        start, end = (request.args.get(each, -1, type=int) for each in ("start", "end"))
        if not 0 <= start < end <= min(start + LONGEST, LARGEST_INDEX):
            abort(400)
        return _json(result_figures(self.engine, of, start, end, palette))

    def difference(self, name: str) -> ResponseReturnValue:
        """How two analyses differ."""
        of = _seen(self.engine, name)
        first, second = (request.args.get(each, "") for each in ("first", "second"))
        known = [analysis(self.engine, each) for each in (first, second)]
        if any(each is None or each.recording_id != of.id for each in known):
            abort(404)
        return _json(difference(self.engine, first, second))

    def ask(self, name: str) -> ResponseReturnValue:
        """One more analysis."""
        deed = _deed(self.engine, name)
        try:
            start_analysis(self.engine, slow_lane(), name, request.form.get("model") or None, deed)
        except ConfigurationError:
            return jsonify(sentence=t("analysis.not_asked")), 400
        return self.facts(name)

    def cancel(self, name: str, run: str) -> ResponseReturnValue:
        """No more of the analysis `run`."""
        deed, known = _deed(self.engine, name), analysis(self.engine, run)
        if known is None or known.recording_id != name:
            abort(404)
        cancel_analysis(self.engine, run, deed)
        return self.facts(name)


def _json(answer: object) -> ResponseReturnValue:
    return msgspec.json.encode(answer, enc_hook=_plain), 200, JSON


def _plain(value: object) -> object:
    """Figures hold numbers of numpy."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def _seen(engine: Engine, name: str) -> RecordingView:
    """A recording of a patient whom one may see; else 403 or 404."""
    require(Action.VIEW, ObjectKind.RECORDING, recording_thing(engine, ObjectKind.RECORDING, name))
    found = recording(engine, name)
    if found is None:
        abort(404)
    return found


def _deed(engine: Engine, name: str) -> Deed:
    """Who asks for an analysis of the recording, or stops one."""
    identity = require(Action.CHANGE, ObjectKind.ANALYSIS, recording_thing(engine, ObjectKind.ANALYSIS, name))
    if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
        abort(400)
    return Deed(identity.user_id, door().now_ms(), address_of_request())


def _may_change(engine: Engine, name: str, kind: ObjectKind) -> bool:
    identity, thing = current_identity(), recording_thing(engine, kind, name)
    return identity is not None and thing is not None and may(identity, Action.CHANGE, thing)
