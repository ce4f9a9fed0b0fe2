"""Errors as RFC 9457 tells them: application/problem+json, with a sentence that says what to do."""

from collections.abc import Mapping, Sequence

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:wardbeat:problem:"
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
DETAILS = {
    400: "This request cannot be read.",
    401: "Send a token that holds: Authorization: Bearer wb_…. People make one at /account/tokens.",
    403: "The role or the scopes of this token do not allow this.",
    404: "There is no such thing, or this token may not know of it.",
    405: "This path is not asked with this method. The header Allow names those that it takes.",
    413: "The body is too large. Send samples in several pieces.",
    415: "Send this body with the Content-Type that the document names.",
    429: "This token asks too often. Ask again after the seconds in Retry-After.",
    500: "The house failed. It has written down why.",
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="Where: a JSON Pointer into the body, or the name of a parameter.")
    detail: str = Field(description="What is expected there.")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"description": "An error (RFC 9457)."})

    type: str = Field(description="What kind of problem: about:blank says no more than the status.")
    title: str = Field(description="The kind in words.")
    status: int
    detail: str = Field(description="What to do about it.")
    errors: list[FieldProblem] = Field(default_factory=list, description="Field by field, where fields are wrong.")


class ProblemError(HTTPException):
    """A problem of a kind of its own, to be raised while a request is answered."""

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.code = status
        self.kind = kind
        self.errors = list(errors)


def problem_answer(error: HTTPException) -> Response:
    """The answer for any error that a request ended with."""
    status = error.code or 500
    if isinstance(error, ProblemError):
        kind, title = f"{PREFIX}{error.kind}", error.kind.replace("-", " ").capitalize()
        told = Problem(type=kind, title=title, status=status, detail=error.description or "", errors=error.errors)
    else:
        title = HTTP_STATUS_CODES.get(status, "Error")
        told = Problem(type="about:blank", title=title, status=status, detail=DETAILS.get(status, title))
    response = Response(told.model_dump_json(), status, mimetype=MEDIA_TYPE)
    response.headers.extend(_kept(error))
    return response


def invalid(where: str, error: ValidationError) -> ProblemError:
    """422 for what does not fit its model; `where` is put before each pointer."""
    wrong = [
        FieldProblem(pointer=where + "/".join(str(part) for part in each["loc"]), detail=each["msg"])
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return ProblemError(422, "invalid", "Some fields are not as the document says.", wrong)


def invalid_fields(complaints: Mapping[str, str], status: int = 422) -> ProblemError:
    """The complaints of the house's own forms, field -> sentence."""
    wrong = [FieldProblem(pointer=f"/{field}", detail=sentence) for field, sentence in complaints.items()]
    return ProblemError(status, "invalid" if status == 422 else "conflict", "Some fields cannot be taken.", wrong)


def _kept(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
