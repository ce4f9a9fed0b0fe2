"""POST /analyses: analyses of many recordings at once, asked for by whoever has marked them in a list."""

import re

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.identities import recording_thing
from auth.permission import deed_of, require, require_list
from auth.roles import Action, ObjectKind
from dashboard.receiving import slow_lane
from ecg.errors import ConfigurationError
from streaming.analyses import MOST_AT_ONCE, start_analysis
from words import t

_NAME = re.compile("[A-Za-z0-9._:-]{1,64}")


def add_analyses(app: Flask, engine: Engine) -> None:
    """Add the route. Of all these recordings whoever asks may change analyses, or nothing is asked for."""

    def ask() -> ResponseReturnValue:
        identity = require_list(ObjectKind.ANALYSIS)
        names = list(dict.fromkeys(request.form.getlist("recording")))
        if not names or len(names) > MOST_AT_ONCE:
            words = t("analysis.too_many", count=MOST_AT_ONCE) if names else t("analysis.none_marked")
            return jsonify(sentence=words), 400
        for name in names:
            thing = recording_thing(engine, ObjectKind.ANALYSIS, name) if _NAME.fullmatch(name) else None
            require(Action.CHANGE, ObjectKind.ANALYSIS, thing)
        deed = deed_of(identity)
        try:
            for name in names:
                start_analysis(engine, slow_lane(), name, request.form.get("model") or None, deed)
        except ConfigurationError:
            return jsonify(sentence=t("analysis.not_asked")), 400
        return jsonify(sentence=t("analysis.asked_many", count=len(names)))

    app.add_url_rule("/analyses", "ask_analyses", ask, methods=["POST"])
