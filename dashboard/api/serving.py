"""From a request to an operation and back: routes, bodies, versions, repeated requests, headers."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from auth.door import door
from auth.requests import current_token
from dashboard.api.asking import note_view
from dashboard.api.operations import MOST_JSON, PARAMETERS, AnyOperation, Call, Nothing, Reply
from dashboard.api.problems import ProblemError, invalid, problem_answer
from db.api_answers import KeptAnswer, claim, drop_claim, keep_answer

V1 = "/api/v1"
MOST_KEY = 128
NO_TEXT = b"\\u0000"
"""As JSON writes the one character that PostgreSQL keeps in no text."""
KEPT_HEADERS = ("Location", "ETag", "Content-Type")
"""Headers of an answer that are kept with it."""


def add_operations(app: Flask, operations: Sequence[AnyOperation]) -> None:
    """Add the routes. Endpoints are called "api." and the operation's name."""
    for each in operations:
        app.add_url_rule(rule_of(each), f"api.{each.route.name}", _view(each), methods=[each.route.method])
    app.after_request(_tell_allowance)


def rule_of(operation: AnyOperation) -> str:
    """The operation's path as Flask writes it."""
    rule = operation.route.path
    for name, parameter in PARAMETERS.items():
        rule = rule.replace(f"{{{name}}}", f"<{parameter.converter}:{name}>")
    return f"{V1}{rule}"


def _view(operation: AnyOperation) -> Callable[..., Response]:
    def answer(**parameters: str | int) -> Response:
        request.max_content_length = operation.raw or MOST_JSON
        found = operation.guard(**parameters)
        key = request.headers.get("Idempotency-Key")
        if operation.route.method == "GET":
            response = _answer(operation, found)
            note_view()
            return response
        if operation.route.method != "POST" or key is None:
            return _answer(operation, found)
        return _once(key, lambda: _answer(operation, found))

    return answer


def _answer(operation: AnyOperation, found: object) -> Response:
    try:
        query = operation.query.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise invalid("", error) from None
    reply = operation.act(Call(found, query, _body(operation), _version(operation)))
    g.kept = reply.kept
    return _response(reply)


def _body(operation: AnyOperation) -> BaseModel:
    if operation.raw or operation.body is Nothing:
        return Nothing()
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    sent, model = request.get_data(), operation.body
    if NO_TEXT in sent:
        raise ProblemError(422, "invalid", "No text holds the character U+0000.")
    try:
        body: BaseModel = model.model_validate_json(sent)
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors()):
            raise ProblemError(400, "no-json", "The body is not JSON.") from None
        raise invalid("/", error) from None
    return body


def _version(operation: AnyOperation) -> int | None:
    """The version that If-Match names."""
    sent = request.headers.get("If-Match")
    if sent is None:
        if operation.needs_version:
            raise ProblemError(428, "version-missing", "Send If-Match with the ETag of what you have seen.")
        return None
    digits = sent.strip().removeprefix('"').removesuffix('"')
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def _response(reply: Reply) -> Response:
    if isinstance(reply.content, bytes):
        response = Response(reply.content, reply.status, mimetype=reply.media)
    elif reply.content is None:
        response = Response(b"", reply.status)
        del response.headers["Content-Type"]
    else:
        response = Response(reply.content.model_dump_json(), reply.status, mimetype="application/json")
    response.headers.extend(dict(reply.headers))
    if reply.version is not None:
        response.set_etag(str(reply.version))
        response.make_conditional(request)
    return response


def _once(key: str, answer: Callable[[], Response]) -> Response:
    """Do it, or answer as the first time. The same key with another request is refused."""
    token, engine = current_token(), door().engine
    if token is None or not 0 < len(key) <= MOST_KEY or not key.isascii() or not key.isprintable():
        raise ProblemError(400, "key-invalid", f"An Idempotency-Key has 1 to {MOST_KEY} printable ASCII characters.")
    asked = _digest()
    known = claim(engine, token.id, key, asked, door().now_ms())
    if known is not None:
        return _again(known, asked)
    try:
        response = answer()
    except HTTPException as error:
        response = problem_answer(error)
    except BaseException:
        drop_claim(engine, token.id, key)
        raise
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    secretless = g.get("kept")
    content = response.get_data() if secretless is None else secretless.model_dump_json().encode()
    keep_answer(engine, token.id, key, response.status_code, json.dumps(headers), content)
    return response


def _again(known: KeptAnswer, asked: str) -> Response:
    if known.asked_sha256 != asked:
        raise ProblemError(422, "key-reused", "This Idempotency-Key was sent before, with another request.")
    if known.status is None:
        raise ProblemError(409, "still-working", "The first request with this Idempotency-Key is being worked on.")
    headers: dict[str, Any] = json.loads(known.headers)
    response = Response(known.content, known.status)
    response.headers.update({**headers, "Idempotency-Replayed": "true"})
    return response


def _digest() -> str:
    head = f"{request.method} {request.full_path}\n{request.mimetype}\n".encode()
    return hashlib.sha256(head + request.get_data()).hexdigest()


def _tell_allowance(response: Response) -> Response:
    """How often this token may still ask (draft-ietf-httpapi-ratelimit-headers)."""
    allowance = g.get("allowance")
    if allowance is not None:
        budget = door().requests
        response.headers["RateLimit-Policy"] = f'"token";q={budget.per_minute};w=60'
        response.headers["RateLimit"] = f'"token";r={allowance.left}'
    return response
