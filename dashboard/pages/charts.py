"""The charts of the bedside page: their places, and the two questions by which the page keeps them true.

The page asks (assets/charts.js): again two seconds after each answer, never while one is on its way. Only what is new
is sent, so that nothing that stayed is drawn again.
"""

import time
import zlib
from collections.abc import Mapping
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, ObjectKind, role_may
from dashboard import ids
from dashboard.components import chart, choices, heading, limit_buttons, limit_words, said
from dashboard.history import BEAT_MINUTES, News, Wish, news
from dashboard.method_words import method_words
from dashboard.palette import Palette
from dashboard.ribbons import LANES
from dashboard.template_figures import beat_templates
from dashboard.templates import HOUR, templates
from dashboard.trend_figures import RANGES, span_words
from db.corrections import edits_of
from db.limits import defaults_of_patient, limit_history
from db.queries import recordings_of_patient, stored_until
from ecg.corrections import Edits
from ecg.limits import KINDS
from ecg.rates import house_index, to_samples
from words import t

FIGURES = (ids.TRENDS, ids.TACHOGRAM, ids.SHAPE)
GRAPHS = (*FIGURES, ids.TEMPLATES)
LIMITS = tuple(place(name) for name in KINDS for place in (ids.limit, ids.limit_buttons))
LISTS = (ids.RECEIVED, ids.AS_OF, ids.COUNTS, ids.EPISODES, *LIMITS)
SHAPES = ("poincare", "histogram", "spectrum")
ORDERS = ("newest", "longest")
SLOW = to_samples(30.0)


def layout() -> html.Div:
    """Everything under the strip."""
    stores = [dcc.Store(id=each) for each in (ids.TICK, ids.SLOW_TICK, ids.THEME, ids.SPAN, ids.SHAPE_KIND)]
    stores += [dcc.Store(id=each) for each in (ids.EPISODE_VIEW, ids.SHOWN, ids.TEMPLATES_SHOWN)]
    stores += [dcc.Store(id=ids.made(each)) for each in GRAPHS]
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh=False),
            *stores,
            html.Div(id=ids.RECEIVED, className="day"),
            html.Div([_trends(), _rhythm(), _lists()], className="grid"),
        ]
    )


def _trends() -> html.Div:
    names = {each.name: span_words(each) for each in RANGES}
    keys = [str(place + 1) for place in range(len(names))]
    head = heading(t("charts.trends"), "", "heart_rate", "sdnn", "rmssd", "af_burden")
    buttons = choices(ids.SPAN, names, t("charts.length"), keys)
    return html.Div([chart(ids.TRENDS, html.Div([head, buttons], className="row"), "tall")])


def _rhythm() -> html.Div:
    shapes = {each: t(f"charts.{each}") for each in SHAPES}
    shape = html.Div([choices(ids.SHAPE_KIND, shapes, t("charts.shape")), _shape_words()], className="row")
    beat = heading(t("method.templates"), t("charts.templates_note"), "templates")
    return html.Div(
        [
            chart(ids.TACHOGRAM, heading("RR", t("charts.tachogram_note", minutes=BEAT_MINUTES), "tachogram"), "low"),
            chart(ids.SHAPE, shape, "high"),
            chart(ids.TEMPLATES, beat, "low"),
        ]
    )


def _shape_words() -> Component:
    return heading("", t("charts.shape_note", minutes=BEAT_MINUTES), "poincare", "rr_histogram", "spectrum")


def _lists() -> html.Div:
    letters = choices("letter", {"all": t("charts.all"), **{each: each for each in LANES}}, t("charts.which"))
    orders = choices("order", {each: t(f"charts.{each}_first") for each in ORDERS}, t("charts.order"))
    return html.Div(
        [
            html.P(id=ids.AS_OF, className="as-of"),
            heading(t("method.counts"), t("charts.this_recording"), "counts"),
            html.Table(html.Tbody(id=ids.COUNTS)),
            heading(t("limit.title"), t("limit.of_patient"), *(f"{name}_limit" for name in KINDS)),
            *(_limit(name) for name in KINDS),
            html.Div([heading(t("method.episodes"), "", "episodes"), orders], className="row"),
            letters,
            html.Div(html.Table(html.Tbody(id=ids.EPISODES)), className="episodes", tabIndex=0),
        ]
    )


def _limit(name: str) -> html.Div:
    return html.Div([said(f"{name}_limit", ids.limit(name)), html.Div(id=ids.limit_buttons(name))], className="limit")


def add_callbacks(dash: Dash, engine: Engine, palettes: Mapping[str, Palette]) -> None:
    """Questions and answers of `layout`."""
    connect = cast(Any, dash.clientside_callback)  # Dash leaves it untyped
    connect(_client("theme"), Output(ids.THEME, "data"), Input(ids.URL, "pathname"))
    connect(_client("answered"), Input(ids.SHOWN, "data"))
    moment = Output(ids.TRENDS, "clickData")
    connect(_client("moment"), moment, Input(ids.TRENDS, "clickData"), State(ids.TRENDS, "figure"), **LATER)
    for graph in (ids.TACHOGRAM, ids.SHAPE):
        connect(_client("explain"), Output(graph, "clickData"), Input(graph, "clickData"), **LATER)
    for graph in GRAPHS:
        connect(_client("zoomed"), Input(graph, "relayoutData"), **LATER)
        connect(_client("keepZoom"), Output(graph, "figure"), Input(ids.made(graph), "data"), **LATER)
    _add_news(dash, engine, palettes)
    _add_templates(dash, engine, palettes)


LATER: dict[str, Any] = {"prevent_initial_call": True}


def _client(name: str) -> ClientsideFunction:
    return ClientsideFunction("wardbeat", name)


def _add_news(dash: Dash, engine: Engine, palettes: Mapping[str, Palette]) -> None:
    outputs = [
        *(Output(ids.made(each), "data") for each in FIGURES),
        *(Output(each, "children") for each in LISTS),
        Output(ids.SHOWN, "data"),
    ]
    chosen = [Input(each, "data") for each in (ids.TICK, ids.THEME, ids.SPAN, ids.SHAPE_KIND, ids.EPISODE_VIEW)]

    @dash.callback(outputs, *chosen, State(ids.SHOWN, "data"), State(ids.URL, "pathname"))
    def update(*told: Any) -> list[Any]:  # noqa: ANN401  # from a browser
        tick, theme, span, shape, view, shown, path = told
        role, patient_id = _may_see(path)
        view = view if isinstance(view, dict) else {}
        wish = Wish(
            patient_id,
            time.time_ns() // 1_000_000,
            span,
            shape if shape in SHAPES else SHAPES[0],
            str(view.get("letter", "all")),
            str(view.get("order", ORDERS[0])),
            "light" if theme == "light" else "dark",
        )
        before = shown if isinstance(shown, dict) and shown.get("path") == path else {}
        answer = news(engine, wish, palettes[wish.theme], before)
        for name in KINDS:
            _tell_limit(answer, engine, patient_id, role, name, before)
        marks = answer.marks | {"path": path, "tick": str(tick)}
        return [*(answer.parts.get(each, no_update) for each in (*FIGURES, *LISTS)), marks]


def _add_templates(dash: Dash, engine: Engine, palettes: Mapping[str, Palette]) -> None:
    outputs = [Output(ids.made(ids.TEMPLATES), "data"), Output(ids.TEMPLATES_SHOWN, "data")]
    asked = (Input(ids.SLOW_TICK, "data"), Input(ids.THEME, "data"))

    @dash.callback(outputs, *asked, State(ids.TEMPLATES_SHOWN, "data"), State(ids.URL, "pathname"), **LATER)
    def update(tick: Any, theme: str | None, shown: str | None, path: str) -> list[Any]:  # noqa: ANN401
        _, patient_id = _may_see(path)
        if tick is None:
            return [no_update, no_update]
        newest = next(iter(recordings_of_patient(engine, patient_id)), None)
        end = house_index(stored_until(engine, newest.id), newest.rate) // SLOW * SLOW if newest else 0
        said = edits_of(engine, newest.id, end - HOUR, end) if newest else Edits()
        mark = f"{newest and newest.id} {end} {theme} {zlib.crc32(repr(said).encode())}"
        if mark == shown:
            return [no_update, no_update]
        made = templates(engine, newest, end - HOUR, end, said) if newest else ()
        return [beat_templates(made, palettes["light" if theme == "light" else "dark"]), mark]


def _may_see(path: str) -> tuple[str, int]:
    """Role and patient, for whoever may see that patient; ends the request for all others."""
    patient_id = patient_of(path) or 0
    return require_patient(Action.VIEW, ObjectKind.PATIENT, patient_id).role, patient_id


def _tell_limit(told: News, engine: Engine, patient_id: int, role: str, name: str, before: Mapping[str, str]) -> None:
    """Words and buttons of a limit; each of them only for those who may."""
    newest = next(iter(limit_history(engine, patient_id, name, 1)), None)
    usual = defaults_of_patient(engine, patient_id).get(name)
    if not told.tells(ids.limit(name), (newest, usual), before):
        return
    sees, changes = (role_may(role, action, ObjectKind.LIMIT) for action in (Action.VIEW, Action.CHANGE))
    words = limit_words(name, method_words(f"{name}_limit").label, newest, usual)
    told.parts[ids.limit(name)] = words if sees else []
    told.parts[ids.limit_buttons(name)] = limit_buttons(name, newest, usual) if changes else []


PREFIX = "/patient/"


def patient_of(path: str) -> int | None:
    """The patient's id in "/patient/12"; None for any other path."""
    number = path.removeprefix(PREFIX)
    is_one = path.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_one else None
