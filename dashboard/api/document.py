"""The OpenAPI 3.1 document, made from the table of operations; its schemas are pydantic's (JSON Schema 2020-12)."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from auth.scopes import SCOPES, Scope
from dashboard.api.operations import PARAMETERS, AnyOperation, Nothing
from dashboard.api.problems import MEDIA_TYPE, Problem
from dashboard.api.serving import V1

Json = dict[str, Any]
REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "Wardbeat's REST API: people, patients, devices, recordings with what was found in them, alerts and the audit "
    "trail. Wardbeat is not a certified medical device. Lists come in pages with a cursor; errors are "
    "application/problem+json (RFC 9457); a POST with an Idempotency-Key does the same thing once; what two may edit "
    "has an ETag and wants If-Match. Indices count samples at 250 Hz from the start of a recording, unless an answer "
    "says device samples."
)
ERRORS = {
    "400": "The body cannot be read.",
    "401": "No token, or one that does not hold.",
    "403": "Not with this role or these scopes.",
    "404": "There is no such thing for this token.",
    "409": "It does not go with what is there.",
    "412": "Somebody has changed it meanwhile.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "422": "Fields are not as this document says.",
    "428": "If-Match is missing.",
    "429": "This token asks too often.",
    "default": "Any other error.",
}
VERSION_HEADER = {"ETag": {"description": "Its version, for If-Match.", "schema": {"type": "string"}}}


def document(operations: Sequence[AnyOperation]) -> Json:
    """The document as JSON values."""
    models, schemas = _schemas(operations)
    paths: dict[str, Json] = {}
    for each in operations:
        paths.setdefault(f"{V1}{each.route.path}", {})[each.route.method.lower()] = _operation(each, models)
    about = {"title": "Wardbeat", "version": "1", "description": ABOUT, "license": {"name": "Apache-2.0"}}
    bearer = {"type": "http", "scheme": "bearer", "description": "A token, made at /account/tokens or /tokens."}
    components = {"schemas": schemas, "securitySchemes": {"bearer": bearer}}
    return {"openapi": "3.1.0", "info": about, "paths": paths, "components": components, "security": [{"bearer": []}]}


_Models = dict[tuple[type[Any], JsonSchemaMode], Json]


def _schemas(operations: Sequence[AnyOperation]) -> tuple[_Models, Json]:
    """A reference for each model, and the definitions behind them."""
    sent: list[tuple[type[BaseModel], JsonSchemaMode]] = [(each.body, "validation") for each in operations]
    answered: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (each.answers, "serialization") for each in operations if each.answers is not None
    ]
    wanted: dict[tuple[type[Any], JsonSchemaMode], None] = dict.fromkeys([*sent, *answered, (Problem, "serialization")])
    models, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)
    return {(model, mode): reference for (model, mode), reference in models.items()}, definitions["$defs"]


def _operation(each: AnyOperation, models: _Models) -> Json:
    told: Json = {
        "operationId": each.route.name,
        "tags": [each.route.tag],
        "summary": each.route.summary,
        "description": _rights(each),
        "parameters": [*_path_parameters(each), *_query_parameters(each), *_headers(each)],
        "responses": {str(each.status): _answer(each, models), **_errors(models)},
    }
    if each.raw:
        raw = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {**told, "requestBody": {"required": True, "content": raw}}
    if each.body is not Nothing:
        content = {"application/json": {"schema": models[each.body, "validation"]}}
        return {**told, "requestBody": {"required": True, "content": content}}
    return told


def _rights(each: AnyOperation) -> str:
    scopes = [scope for scope in Scope if (each.need.action, each.need.kind) in SCOPES[scope]]
    named = " or ".join(f"`{scope}`" for scope in scopes)
    return f"Needs the scope {named}." if named else "Every token may ask this."


def _answer(each: AnyOperation, models: _Models) -> Json:
    told: Json = {"description": "Done." if each.route.method != "GET" else "The answer."}
    if each.answers is not None:
        told["content"] = {"application/json": {"schema": models[each.answers, "serialization"]}}
    if each.media:
        told["content"] = {each.media: {"schema": {"type": "string", "format": "binary"}}}
    if each.needs_version or "version" in getattr(each.answers, "model_fields", {}):
        told["headers"] = VERSION_HEADER
    return told


def _errors(models: _Models) -> Json:
    content = {MEDIA_TYPE: {"schema": models[Problem, "serialization"]}}
    return {status: {"description": words, "content": content} for status, words in ERRORS.items()}


def _path_parameters(each: AnyOperation) -> list[Json]:
    names = re.findall(r"\{(\w+)\}", each.route.path)
    return [{"name": name, "in": "path", "required": True, "schema": dict(PARAMETERS[name].schema)} for name in names]


def _query_parameters(each: AnyOperation) -> list[Json]:
    schema = each.query.model_json_schema(ref_template=REFERENCE)
    needed = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "description": what.get("description", ""),
            "schema": _plain(what),
        }
        for name, what in schema.get("properties", {}).items()
    ]


def _plain(what: Json) -> Json:
    """A parameter that may be missing is never null."""
    kinds = [kind for kind in what.get("anyOf", []) if kind.get("type") != "null"]
    rest = {key: value for key, value in what.items() if key not in ("anyOf", "title", "description")}
    if rest.get("default", "") is None:
        del rest["default"]
    return {**rest, **kinds[0]} if kinds else rest


def _headers(each: AnyOperation) -> list[Json]:
    told: list[Json] = []
    if each.needs_version:
        told.append(_header("If-Match", "The ETag of what you have seen.", {"type": "string"}) | {"required": True})
    if each.route.method == "POST":
        key = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}
        told.append(
            _header("Idempotency-Key", "One of your own for this deed: sent again, it does nothing twice.", key)
        )
    return told


def _header(name: str, words: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "required": False, "description": words, "schema": schema}
