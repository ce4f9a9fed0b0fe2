"""Schemathesis over the whole OpenAPI document: whatever is sent, no server error, and answers as the document says."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dashboard.api.document import document
from dashboard.api.table import OPERATIONS
from tests.api.house import ApiHouse

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


@described.parametrize()
@BOUNDED
def test_answers_are_as_the_document_says(case: Case[Any], house: ApiHouse) -> None:
    front.app = house.app
    token = {"Authorization": f"Bearer {house.tokens['administrator']}"}
    case.call_and_validate(headers=token, excluded_checks=[positive_data_acceptance])
