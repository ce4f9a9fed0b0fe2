"""What a request is answered that ends in an error: problems for programs, pages for people."""

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from auth.requests import API
from dashboard.api.problems import problem_answer
from dashboard.pages.charts import PREFIX
from ecg.errors import DamagedError
from words import t

log = logging.getLogger(__name__)


def add_errors(app: Flask) -> None:
    """Answer errors of every route, and of paths that there are no routes for."""
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(DamagedError, _damaged)


def _told(error: HTTPException) -> ResponseReturnValue:
    if request.path.startswith(API):
        return problem_answer(error)
    if error.code == 404:
        return _notice("page.no_patient" if request.path.startswith((PREFIX, "/patients/")) else "page.none", 404)
    if error.code == 403:
        return _notice("page.not_for_role", 403)
    return error.get_response() if error.code == 401 else _failed(error)


def _failed(error: HTTPException) -> ResponseReturnValue:
    """The answer with its own status and headers, and a page that asks no database: that may be what failed."""
    answer = error.get_response()
    if answer.mimetype != "text/html" or answer.status_code < 400:
        return answer
    key = "page.failed" if answer.status_code >= 500 else "page.refused"
    facts = {"what": t(key), "sentence": t(f"{key}_why"), "way": ("/", t("page.to_start"))}
    answer.set_data(render_template("not_found.html", **facts))
    return answer


def _damaged(error: DamagedError) -> ResponseReturnValue:
    log.error("%s", error)
    if request.path.startswith(API):
        return problem_answer(InternalServerError())
    return _notice("page.damaged", 500)


def _notice(key: str, status: int) -> ResponseReturnValue:
    """What is true, and what to do: the texts `key` and `key`_why."""
    return render_template("not_found.html", what=t(key), sentence=t(f"{key}_why")), status
