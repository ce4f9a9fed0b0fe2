"""The API as a part of the web application: its routes, its document, its interactive documentation."""

import json

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue

from auth.needs import Need
from dashboard.api.document import document
from dashboard.api.serving import V1, add_operations
from dashboard.api.table import OPERATIONS

DOCUMENT, DOCS = f"{V1}/openapi.json", f"{V1}/docs"
SWAGGER = "/assets/vendor/swagger-ui-5.35.0"
OPEN_PATHS = frozenset(
    {DOCUMENT, DOCS, "/assets/api_docs.js", "/assets/api_docs.css"}
    | {f"{SWAGGER}/swagger-ui{ending}" for ending in ("-bundle.js", ".css")}
)
"""They tell of nobody: what the interface offers is in the source for everybody to read."""
NEEDS: dict[str, Need] = {f"api.{each.route.name}": each.need for each in OPERATIONS}


def add_api(app: Flask) -> None:
    """Add /api/v1. Call it before the login is made, and give that `NEEDS` and `OPEN_PATHS`."""
    add_operations(app, OPERATIONS)
    told = json.dumps(document(OPERATIONS), ensure_ascii=False)

    def tell() -> Response:
        return Response(told, mimetype="application/json")

    def show() -> ResponseReturnValue:
        return render_template("api_docs.html", swagger=SWAGGER, document=DOCUMENT)

    app.add_url_rule(DOCUMENT, "api.document", tell)
    app.add_url_rule(DOCS, "api.docs", show)
