"""/recordings/: all that one may see, in a grid that asks for one page after the other."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast
from urllib.parse import parse_qs

import dash_ag_grid as dag
from dash import Dash, Input, Output, State, dcc, html, no_update
from flask import Flask, abort, has_request_context, redirect, render_template, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine

from auth.audit_forms import Moment, Text
from auth.forms import complaints
from auth.permission import current_identity, require_list
from auth.roles import Action, Identity, ObjectKind, Reach, reach_of
from dashboard.dash_parts import scripts_without
from dashboard.network_choice import network_choices
from dashboard.receiving import networks
from dashboard.recording_rows import recording_row
from db.recording_views import Among, Asked, RecordingOrder, RecordingState
from db.recordings import recording_page
from words import t

PREFIX = "/recordings/"
GRID, URL = "recordings", "url"
PAGE = 100
MOST = 500
"""Rows that are answered at once, whatever is asked for."""
SORTED = {
    "started": RecordingOrder.STARTED,
    "patient": RecordingOrder.PATIENT,
    "device": RecordingOrder.DEVICE,
    "length": RecordingOrder.LENGTH,
}
WIDTHS = {"started": 165, "patient": 140, "title": 110, "stage": 100, "length": 100, "missing": 140, "why": 120}
HEADS = {"title": "title_of"}
WIDTHS |= {"device": 130, "lead": 65, "rate": 80, "source": 80}
GROWING = ("title", "missing", "why")
"""Columns that share what room there is."""


class ListForm(BaseModel):
    """What of the list is looked for."""

    q: Text = None
    state: RecordingState | None = None
    since: Moment = None
    until: Moment = None


class RecordingsDash(Dash):
    """Dash inside the house's own page: head, bar and filters are the server's, Dash fills the grid."""

    def __init__(self, server: Flask) -> None:
        super().__init__(
            __name__,
            server=cast(Any, server),
            requests_pathname_prefix=PREFIX,
            routes_pathname_prefix=PREFIX,
            include_assets_files=False,
            serve_locally=True,
            update_title="",
            title="Recordings",
        )

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash calls it by keywords
        """The page with Dash's parts in their places."""
        scripts = scripts_without(parts["scripts"], "dash_table")
        parts["scripts"] = scripts.replace("<script src", "<script defer src")
        typed = {name: request.args.get(name, "") for name in ListForm.model_fields}
        identity = require_list(ObjectKind.RECORDING)
        states = [(each.value, t(f"recordings.{each}")) for each in RecordingState if _shows(identity, each)]
        facts = {"states": states, "analyses": analyses_many(identity), "choices": network_choices(networks())}
        return render_template("recordings.html", dash=parts, typed=typed, wrong=_wrong(typed), **facts)


def add_recordings(app: Flask, engine: Engine) -> Sequence[str]:
    """Add the page and its question; returns the content-security hashes of Dash's own inline scripts."""
    dash = RecordingsDash(app)
    dash.layout = layout
    _add_rows(dash, engine)
    app.add_url_rule(PREFIX.rstrip("/"), "recordings", lambda: redirect(PREFIX, 303))
    return list(dash.csp_hashes())


def guard_list(app: Flask) -> None:
    """There is nothing below the list. Call it after the login's gate."""

    def look() -> None:
        if not request.path.startswith(PREFIX) or request.path.startswith((PREFIX + "_", PREFIX + "assets")):
            return
        if request.path != PREFIX:
            abort(404)

    app.before_request(look)


def layout() -> html.Div:
    """The grid, empty."""
    sortable = set(SORTED)
    columns = [
        {
            "field": name,
            "headerName": t(f"recordings.{HEADS.get(name, name)}"),
            "sortable": name in sortable,
            **({"flex": 1, "minWidth": width} if name in GROWING else {"width": width}),
            "cellDataType": "text",
            **({"cellRenderer": "HouseLink"} if name in ("started", "patient") else {}),
        }
        for name, width in WIDTHS.items()
    ]
    columns[0] |= {"sort": "desc", "sortingOrder": ["desc", "asc"]}
    texts = {
        "noRowsToShow": t("recordings.none"),
        "loadingOoo": t("recordings.loading"),
        "ariaRowToggleSelection": t("recordings.mark_row"),
        "ariaChecked": t("recordings.marked"),
        "ariaUnchecked": t("recordings.unmarked"),
    }
    options = {
        "rowBuffer": 0,
        "cacheBlockSize": PAGE,
        "maxBlocksInCache": 5,
        "infiniteInitialRowCount": 1,
        "rowHeight": 40,
        "suppressCellFocus": False,
        "localeText": texts,
    }
    identity = current_identity() if has_request_context() else None
    if identity is not None and analyses_many(identity):
        options |= {"rowSelection": {"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False}}
    grid = dag.AgGrid(
        id=GRID,
        rowModelType="infinite",
        columnDefs=columns,
        defaultColDef={"resizable": True, "suppressMovable": True, "sortingOrder": ["asc", "desc", None]},
        dashGridOptions=options,
        getRowId="params.data.id",
        style={"height": "100%", "width": "100%"},
    )
    return html.Div([dcc.Location(id=URL, refresh=False), grid], className="grid-place")


def analyses_many(identity: Identity) -> bool:
    """Whether somebody may ask for analyses at all."""
    return reach_of(identity, Action.CHANGE, ObjectKind.ANALYSIS) is not None


def _shows(identity: Identity, state: RecordingState | None) -> bool:
    """Deleted ones are told of to those who may bring them back."""
    return state is not RecordingState.DELETED or reach_of(identity, Action.CHANGE, ObjectKind.RECORDING) is not None


def among(identity: Identity) -> Among:
    """Whose recordings somebody may see."""
    everything = reach_of(identity, Action.VIEW, ObjectKind.RECORDING) is Reach.ALL
    return Among() if everything else Among(identity.wards, identity.patients)


def asked_of(identity: Identity, query: Mapping[str, str], order: Sequence[Mapping[str, str]]) -> Asked:
    """What is looked for; what makes no sense in an address is not looked for."""
    try:
        form = ListForm.model_validate({name: query[name] for name in ListForm.model_fields if query.get(name)})
    except ValidationError:
        form = ListForm()
    by = next(iter(order), {"colId": "started", "sort": "desc"})
    column = SORTED.get(str(by.get("colId")), RecordingOrder.STARTED)
    times = {"from_ms": form.since, "to_ms": form.until}
    mine = among(identity) if _shows(identity, form.state) else Among(frozenset(), frozenset())
    return Asked(mine, form.q, None, form.state, **times, order=column, falling=by.get("sort") != "asc")


def _add_rows(dash: Dash, engine: Engine) -> None:
    @dash.callback(
        Output(GRID, "getRowsResponse"), Input(GRID, "getRowsRequest"), State(URL, "search"), prevent_initial_call=True
    )
    def rows(wanted: Any, search: Any) -> Any:  # noqa: ANN401  # from a browser
        identity = require_list(ObjectKind.RECORDING)
        if not isinstance(wanted, dict):
            return no_update
        first, last = _whole(wanted.get("startRow")), _whole(wanted.get("endRow"))
        query = {name: values[0] for name, values in parse_qs(str(search or "").lstrip("?")).items()}
        order = [each for each in wanted.get("sortModel") or [] if isinstance(each, dict)]
        asked, now_ms = asked_of(identity, query, order), time.time_ns() // 1_000_000
        lines, total = recording_page(engine, asked, first, min(max(last - first, 1), MOST), now_ms)
        return {"rowData": [asdict(recording_row(line, now_ms)) for line in lines], "rowCount": total}


def _whole(told: Any) -> int:  # noqa: ANN401  # from a browser
    return min(max(told, 0), 2**31) if isinstance(told, int) else 0


def _wrong(typed: dict[str, str]) -> dict[str, str]:
    try:
        ListForm.model_validate({name: value for name, value in typed.items() if value})
    except ValidationError as error:
        return complaints(error)
    return {}
