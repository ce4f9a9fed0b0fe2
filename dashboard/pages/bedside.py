"""The bedside page of one patient: the live strip is a canvas (assets/bedside.js), what is explored is Plotly."""

from collections.abc import Sequence
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask import Flask, render_template, request
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, ObjectKind, role_may
from dashboard import ids
from dashboard.components import chart, heading, limit_buttons, limit_words, said
from dashboard.history import BEAT_MINUTES, draw
from dashboard.method_words import method_words
from dashboard.palette import Palette, read_palette
from db.limits import limit_history
from db.queries import bed_of_patient
from ecg.limits import KINDS, USUAL
from words import t
from written import unit

PREFIX = "/patient/"
UPDATE_MS = 2000
OUTPUTS = [
    Output(ids.RATE_TREND, "figure"),
    Output(ids.SPREAD_TREND, "figure"),
    Output(ids.PNN50_TREND, "figure"),
    Output(ids.TACHOGRAM, "figure"),
    Output(ids.POINCARE, "figure"),
    Output(ids.AS_OF, "children"),
    Output(ids.RECEIVED, "children"),
    Output(ids.COUNTS, "children"),
    Output(ids.EPISODES, "children"),
    *(Output(place(name), "children") for name in KINDS for place in (ids.limit, ids.limit_buttons)),
]


class BedsideDash(Dash):
    """Dash inside the house's own page: head, bar and strip are the server's, Dash fills the rest."""

    def __init__(self, server: Flask, engine: Engine, gateway_url: str) -> None:
        super().__init__(
            __name__,
            server=cast(Any, server),
            requests_pathname_prefix=PREFIX,
            routes_pathname_prefix=PREFIX,
            include_assets_files=False,
            serve_locally=True,
            update_title="",
            title="Bedside",
        )
        self._engine = engine
        self._gateway_url = gateway_url

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash calls it by keywords
        """The page of the patient in the address, with Dash's parts in their places."""
        patient_id = patient_of(request.path) or 0
        bed = bed_of_patient(self._engine, patient_id)
        usual = f"{USUAL.hr_low:.0f}–{USUAL.hr_high:.0f}"
        facts = {"bed": bed, "patient_id": patient_id, "gateway_url": self._gateway_url, "usual_limits": usual}
        return render_template("bedside.html", **facts, dash=parts)


def patient_of(path: str) -> int | None:
    """The patient's id in "/patient/12"; None for any other path."""
    number = path.removeprefix(PREFIX)
    return (
        int(number) if path.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) < 10 else None
    )


def add_bedside(app: Flask, engine: Engine, gateway_url: str, tokens_css: str) -> Sequence[str]:
    """Add the page and its callbacks; returns the content-security hashes of Dash's own inline scripts."""
    palettes = {theme: read_palette(tokens_css, theme) for theme in ("dark", "light")}
    dash = BedsideDash(app, engine, gateway_url)
    dash.layout = _layout  # made for each reader, in their language
    _add_callbacks(dash, engine, palettes)
    return list(dash.csp_hashes())


def refuse_unknown_patients(app: Flask) -> None:
    """Answer 404 for patients that are not there for whoever asks. Call it after the login's gate."""
    app.before_request(_refuse_unknown)


def _refuse_unknown() -> None:
    """404 for /patient/… that is neither a patient whom one may see nor a part of Dash."""
    if not request.path.startswith(PREFIX) or request.path.startswith((PREFIX + "_", PREFIX + "assets")):
        return
    require_patient(Action.VIEW, ObjectKind.PATIENT, patient_of(request.path) or 0)


def _layout() -> html.Div:
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh=False),
            dcc.Interval(id=ids.TICK, interval=UPDATE_MS),
            dcc.Store(id=ids.THEME),
            html.Div(id=ids.RECEIVED, className="day"),
            html.Div([_trends(), _rhythm(), _lists()], className="grid"),
        ]
    )


def _trends() -> html.Div:
    spread = heading(t("charts.spread"), t("charts.spread_note"), "sdnn", "rmssd")
    return html.Div(
        [
            chart(ids.RATE_TREND, heading(t("charts.rate"), unit("/min"), "heart_rate"), "middle"),
            chart(ids.SPREAD_TREND, spread, "middle"),
            chart(ids.PNN50_TREND, heading("pNN50", t("charts.pnn50_note"), "pnn50"), "low"),
        ]
    )


def _rhythm() -> html.Div:
    note = t("charts.poincare_note", minutes=BEAT_MINUTES)
    return html.Div(
        [
            chart(ids.TACHOGRAM, heading("RR", t("charts.tachogram_note"), "tachogram"), "middle"),
            chart(ids.POINCARE, heading(t("charts.poincare"), note, "poincare"), "high"),
        ]
    )


def _lists() -> html.Div:
    return html.Div(
        [
            html.P(id=ids.AS_OF, className="as-of"),
            heading(t("method.counts"), t("charts.this_recording"), "counts"),
            html.Table(html.Tbody(id=ids.COUNTS)),
            heading(t("limit.title"), t("limit.of_patient"), *(f"{name}_limit" for name in KINDS)),
            *(
                html.Div([said(f"{name}_limit", ids.limit(name)), _limit_buttons(name)], className="limit")
                for name in KINDS
            ),
            heading(t("method.episodes"), t("charts.newest_first"), "episodes"),
            html.Table(html.Tbody(id=ids.EPISODES)),
        ]
    )


def _add_callbacks(dash: Dash, engine: Engine, palettes: dict[str, Palette]) -> None:
    theme_of_page = ClientsideFunction("wardbeat", "theme")
    connect = cast(Any, dash.clientside_callback)  # Dash leaves it untyped
    connect(theme_of_page, Output(ids.THEME, "data"), Input(ids.URL, "pathname"))
    explain = ClientsideFunction("wardbeat", "explain")
    for graph in (ids.TACHOGRAM, ids.POINCARE):
        connect(explain, Output(graph, "clickData"), Input(graph, "clickData"), prevent_initial_call=True)

    @dash.callback(OUTPUTS, Input(ids.TICK, "n_intervals"), Input(ids.THEME, "data"), State(ids.URL, "pathname"))
    def update(_ticks: int | None, theme: str | None, path: str) -> list[Any]:
        patient_id = patient_of(path) or 0
        identity = require_patient(Action.VIEW, ObjectKind.PATIENT, patient_id)
        charts = draw(engine, patient_id, palettes["light" if theme == "light" else "dark"])
        return [*charts, *(part for name in KINDS for part in _limit(engine, patient_id, identity.role, name))]


def _limit_buttons(name: str) -> html.Div:
    return html.Div(id=ids.limit_buttons(name))


def _limit(engine: Engine, patient_id: int, role: str, name: str) -> tuple[list[Any], list[Any]]:
    """Words and buttons of a limit; each of them only for those who may."""
    newest = next(iter(limit_history(engine, patient_id, name, 1)), None)
    label = method_words(f"{name}_limit").label
    words = limit_words(name, label, newest) if role_may(role, Action.VIEW, ObjectKind.LIMIT) else []
    return words, limit_buttons(name, newest) if role_may(role, Action.CHANGE, ObjectKind.LIMIT) else []
