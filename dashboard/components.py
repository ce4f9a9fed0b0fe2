"""Parts of the Dash page: charts with a heading, the episode list, the beat counts. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.method_words import method_words
from dashboard.names import capital, class_name, finding_name
from db.trend_views import ListedEpisode
from db.views import LimitSetting
from ecg.findings import Finding
from ecg.labels import BeatClass
from ecg.limits import KINDS
from words import t
from written import clock, duration, moment, number, percent, unit

FINDING_SIGNS = {
    Finding.ATRIAL_FIBRILLATION: "A",
    Finding.OTHER_RHYTHM: "O",
    Finding.BIGEMINY: "V",
    Finding.VENTRICULAR_RUN: "V",
    Finding.NOISE: "~",
    Finding.NOT_SURE: "Q",
    Finding.VENTRICULAR_FIBRILLATION: "V",
    Finding.VENTRICULAR_TACHYCARDIA: "V",
    Finding.COUPLET: "V",
    Finding.TRIGEMINY: "V",
    Finding.SUPRAVENTRICULAR_RUN: "S",
}
"""The letter and colour of a finding, where it has one."""
SIGN_STYLES = {"A": "af", "O": "other", "~": "noise", "S": "s", "V": "v", "F": "f", "Q": "q"}


def heading(words: str, note: str, *methods: str) -> Component:
    """A heading whose numbers say on hover and on focus how they are made; methods: names in `ecg.methods.METHODS`."""
    identity = "tip-chart-" + "-".join(methods)
    told = [part for name in methods for part in _method(name)]
    tip = html.Span(told, className="tip", role="tooltip", id=identity)
    described: dict[str, Any] = {"aria-describedby": identity}
    return html.Div(
        [html.H2(words), html.Span(note), tip], className="heading said", tabIndex=0, role="group", **described
    )


def chart(identity: str, head: Component, height: str) -> Component:
    """A heading and an empty graph; height: a class of charts.css."""
    graph = dcc.Graph(
        id=identity,
        config={"displayModeBar": False, "responsive": True, "doubleClick": "autosize"},
        style={"height": "100%"},
        figure={"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}},
    )
    return html.Section([head, html.Div(graph, className=f"chart {height}")])


def said(name: str, identity: str) -> Component:
    """An empty place for words with the id `identity`, whose method is told on hover and on focus."""
    tip = f"tip-{name}"
    told = html.Span(_method(name), className="tip", role="tooltip", id=tip)
    described: dict[str, Any] = {"aria-describedby": tip, "aria-label": method_words(name).label}
    return html.Div([html.Div(id=identity), told], className="said", tabIndex=0, role="group", **described)


def limit_words(name: str, label: str, newest: LimitSetting | None, usual: float | None) -> list[Component]:
    """The limit that holds, and who set it when and why; newest: the last setting, None where there was none.

    usual: the default of the patient's ward, None for the house's; so in all that follows.
    """
    is_usual, value = newest is None or newest.value is None, limit_value(name, newest, usual)
    default = t("limit.the_default") if is_usual else t("limit.default", value=limit_value(name, None, usual))
    now = html.Div([f"{label} ", html.B(value), default])
    if newest is None:
        return [now]
    done = "limit.was_set_back" if is_usual else "limit.was_set"
    set_by = t(done, value=value, person=newest.person, time=moment(newest.at_ms))
    return [now, html.Div(t("limit.with_reason", set=set_by, reason=newest.reason) if newest.reason else set_by)]


def limit_buttons(name: str, newest: LimitSetting | None, usual: float | None) -> list[Component]:
    """What opens the dialogue (assets/limits.js) and, where another limit is set, brings the usual one back."""
    change: dict[str, Any] = {"data-limit": name}
    back: dict[str, Any] = {"data-usual": name}
    buttons: list[Component] = [html.Button(t("limit.change"), className="btn", type="button", **change)]
    if newest is not None and newest.value is not None:
        words = t("limit.back", value=limit_value(name, None, usual))
        buttons.append(html.Button(words, className="btn", type="button", **back))
    return buttons


def limit_value(name: str, setting: LimitSetting | None, usual: float | None) -> str:
    """The limit of a setting with its unit; the usual one where none was set."""
    kind = KINDS[name]
    held = usual if setting is None or setting.value is None else setting.value
    return f"{kind.number(held)} {unit(kind.unit)}"


def choices(name: str, values: Mapping[str, str], label: str, keys: Sequence[str] = ()) -> Component:
    """A row of buttons of which one is chosen (assets/charts.js puts it into the store `name`). values: with words."""
    buttons = [_choice(name, *pair, keys[place] if keys else "") for place, pair in enumerate(values.items())]
    told: dict[str, Any] = {"aria-label": label}
    return html.Div(buttons, className="choices", role="group", **told)


def _choice(name: str, value: str, words: str, key: str) -> Component:
    facts: dict[str, Any] = {"data-store": name, "data-value": value, "aria-pressed": "false"}
    told: dict[str, Any] = {"title": t("charts.key", key=key)} if key else {}
    return html.Button(words, type="button", **facts, **told)


def episode_rows(episodes: Sequence[ListedEpisode], has_day: bool) -> list[Component]:
    """Sign, words, when it began (with the day where there is more than one), how long it lasted."""
    if not episodes:
        return [html.Tr(html.Td(t("episodes.none")))]
    return [_episode(each, moment if has_day else clock) for each in episodes]


def count_rows(counts: Mapping[BeatClass, int]) -> list[Component]:
    """Beats of each class in this recording, with their share."""
    total = sum(counts.values())
    return [_count(beat_class, counts.get(beat_class, 0), total) for beat_class in BeatClass]


def _method(name: str) -> tuple[Component, str]:
    told = method_words(name)
    return html.B(told.label), f" {told.words} "


def _episode(episode: ListedEpisode, when: Callable[[float], str]) -> Component:
    lasted = duration((episode.end_ms - episode.start_ms) / 1000)
    name = f"{episode.recording}/{episode.start}"
    # What a click opens: the strip there (assets/charts.js), or the why-card of its first beat (assets/why_openers.js).
    here: dict[str, Any] = {"data-moment": name}
    first: dict[str, Any] = {"data-beat": name}
    cells = [
        html.Td(_sign(FINDING_SIGNS.get(episode.finding, ""))),
        html.Td(finding_name(episode.finding)),
        html.Td(when(episode.start_ms), className="dim"),
        html.Td([lasted, " ", html.Span(t("episodes.goes_on"), className="dim")] if episode.goes_on else lasted),
        html.Td(html.Button(t("bedside.why"), type="button", **first)),
    ]
    return html.Tr(cells, tabIndex=0, role="button", **here)


def _count(beat_class: BeatClass, count: int, total: int) -> Component:
    share = percent(count / total, 1) if total else "–"
    cells = [
        html.Td(_sign(beat_class.value)),
        html.Td(capital(class_name(beat_class))),
        html.Td(number(count)),
        html.Td(share, className="dim"),
    ]
    return html.Tr(cells, id=f"count-{beat_class.value}")


def _sign(sign: str) -> Component:
    return html.I(sign, className=f"sign {SIGN_STYLES.get(sign, '')}".strip())
