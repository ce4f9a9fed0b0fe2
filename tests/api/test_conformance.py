"""Schemathesis over the whole OpenAPI document: whatever is sent, no server error, and answers as the document says.

What is sent is sent as it is made up, or to what is really there: its path and its version are put in, so that more
than the guards is asked.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation as Place
from schemathesis.specs.openapi.checks import positive_data_acceptance

from auth.roles import Role, role_may
from dashboard.api.document import document
from dashboard.api.table import OPERATIONS
from tests.api.house import ApiHouse
from tests.identities import MINE

pytestmark = pytest.mark.timeout(600)
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))
"""Requests to each operation: few within the suite; `make test-long` asks for more."""
BOUNDED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@dataclass(slots=True)
class Front:
    """Stands for the application, which a fixture makes later than the tests are collected."""

    app: Flask | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self.app is not None
        return self.app(environ, start_response)


front = Front()
described = schemathesis.openapi.from_dict(document(OPERATIONS))
described.app = front


DOCTORS_ONLY = {
    each.route.name for each in OPERATIONS if not role_may(Role.ADMINISTRATOR, each.need.action, each.need.kind)
}
THERE = {"recording": MINE, "version": 2, "rule": "asystole", "start": 500, "index": 300, "shape": 0}
"""What the house has; version 2 of the report is a draft."""
VERSIONS = {"details": "", "edits": "/edits", **dict.fromkeys(("conclusion", "approve", "sign", "2"), "/reports/2")}
"""End of a path -> what below the recording tells the version that it wants."""


def put_in(case: Case[Any], house: ApiHouse, who: str) -> None:
    """Send it to what is there, on the version that it has now, unless it is about a wrong path or header."""
    asked = {} if case.meta is None else case.meta.components
    if any(asked[place].mode.is_negative for place in (Place.PATH, Place.HEADER) if place in asked):
        return
    for name in THERE.keys() & case.path_parameters.keys():
        case.path_parameters[name] = THERE[name]
    told = VERSIONS.get(case.formatted_path.rpartition("/")[2])
    if told is not None and "If-Match" in case.headers:
        case.headers["If-Match"] = house.ask(who, "GET", f"/recordings/{MINE}{told}").headers.get("ETag", "")


@described.given(there=st.booleans())
@described.parametrize()
@BOUNDED
def test_answers_are_as_the_document_says(case: Case[Any], there: bool, house: ApiHouse) -> None:
    front.app = house.app
    who = "doctor A" if case.operation.definition.raw["operationId"] in DOCTORS_ONLY else "administrator"
    if there:
        put_in(case, house, who)
    token = {"Authorization": f"Bearer {house.tokens[who]}"}
    case.call_and_validate(headers=token, excluded_checks=[positive_data_acceptance])
