"""The bedside page of one patient: the live strip is a canvas (assets/bedside.js), what is explored is Plotly."""

from collections.abc import Sequence
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.login import require_login
from auth.roles import Action, ObjectKind, may
from dashboard import ids
from dashboard.components import chart, heading, limit_buttons, limit_words, said
from dashboard.history import BEAT_MINUTES, draw
from dashboard.palette import Palette, read_palette
from db.limits import limit_history
from db.queries import bed_of_patient, recordings_of_patient
from ecg.limits import KINDS, USUAL
from ecg.methods import METHODS

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
    dash.layout = _layout()
    _add_callbacks(dash, engine, palettes)
    return list(dash.csp_hashes())


def refuse_unknown_patients(app: Flask, engine: Engine) -> None:
    """Answer 404 for patients that are not there. Call it after the login's gate: strangers learn nothing."""
    app.before_request(lambda: _refuse_unknown(engine))


def _refuse_unknown(engine: Engine) -> ResponseReturnValue | None:
    """404 for /patient/… that is neither a known patient nor a part of Dash."""
    path = request.path
    if not path.startswith(PREFIX) or path.startswith((PREFIX + "_", PREFIX + "assets")):
        return None
    patient_id = patient_of(path)
    if patient_id is not None and is_known(engine, patient_id):
        return None
    sentence = "Nobody with this number is or was in a bed here. Choose a bed on the wall."
    return render_template("not_found.html", what="No such patient", sentence=sentence), 404


def is_known(engine: Engine, patient_id: int) -> bool:
    """Whether the patient is or was in a bed here."""
    return bed_of_patient(engine, patient_id) is not None or bool(recordings_of_patient(engine, patient_id))


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
    spread = heading("SDNN, RMSSD (dotted)", "ms · 5 min, NN only", "sdnn", "rmssd")
    return html.Div(
        [
            chart(ids.RATE_TREND, heading("Heart rate", "/min", "heart_rate"), "middle"),
            chart(ids.SPREAD_TREND, spread, "middle"),
            chart(ids.PNN50_TREND, heading("pNN50", "% · 5 min, NN only", "pnn50"), "low"),
        ]
    )


def _rhythm() -> html.Div:
    note = f"RR against the one before, ms · {BEAT_MINUTES} min"
    return html.Div(
        [
            chart(ids.TACHOGRAM, heading("RR", "ms · V ▼  S ■  others ●", "tachogram"), "middle"),
            chart(ids.POINCARE, heading("Poincaré", note, "poincare"), "high"),
        ]
    )


def _lists() -> html.Div:
    return html.Div(
        [
            html.P(id=ids.AS_OF, className="as-of"),
            heading("Beats by class", "this recording", "counts"),
            html.Table(html.Tbody(id=ids.COUNTS)),
            heading("Limits", "of this patient", *(f"{name}_limit" for name in KINDS)),
            *(
                html.Div([said(f"{name}_limit", ids.limit(name)), _limit_buttons(name)], className="limit")
                for name in KINDS
            ),
            heading("Rhythm episodes", "newest first", "episodes"),
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
        role, patient_id = require_login().role, patient_of(path) or 0
        if not may(role, Action.VIEW, ObjectKind.PATIENT):
            abort(403)
        charts = draw(engine, patient_id, palettes["light" if theme == "light" else "dark"])
        return [*charts, *(part for name in KINDS for part in _limit(engine, patient_id, role, name))]


def _limit_buttons(name: str) -> html.Div:
    return html.Div(id=ids.limit_buttons(name))


def _limit(engine: Engine, patient_id: int, role: str, name: str) -> tuple[list[Any], list[Any]]:
    """Words and buttons of a limit; each of them only for those who may."""
    newest = next(iter(limit_history(engine, patient_id, name, 1)), None)
    label = METHODS[f"{name}_limit"].label
    words = limit_words(name, label, newest) if may(role, Action.VIEW, ObjectKind.LIMIT) else []
    return words, limit_buttons(name, newest) if may(role, Action.CHANGE, ObjectKind.LIMIT) else []
