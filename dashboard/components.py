"""Parts of the Dash page: charts with a heading, the episode list, the beat counts. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.method_words import method_words
from dashboard.names import capital, class_name, finding_name
from db.views import LimitSetting
from ecg.findings import Finding
from ecg.labels import BeatClass
from ecg.limits import KINDS
from ecg.rates import to_milliseconds, to_seconds
from ecg.types import RhythmEpisode
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
    """A heading and an empty graph; height: "low", "middle" or "high" in bedside.css."""
    graph = dcc.Graph(
        id=identity,
        config={"displayModeBar": False, "responsive": True},
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


def limit_words(name: str, label: str, newest: LimitSetting | None) -> list[Component]:
    """The limit that holds, and who set it when and why; newest: the last setting, None where there was none."""
    usual, value = newest is None or newest.value is None, limit_value(name, newest)
    default = t("limit.the_default") if usual else t("limit.default", value=limit_value(name, None))
    now = html.Div([f"{label} ", html.B(value), default])
    if newest is None:
        return [now]
    done = "limit.was_set_back" if usual else "limit.was_set"
    set_by = t(done, value=value, person=newest.person, time=moment(newest.at_ms))
    return [now, html.Div(t("limit.with_reason", set=set_by, reason=newest.reason) if newest.reason else set_by)]


def limit_buttons(name: str, newest: LimitSetting | None) -> list[Component]:
    """What opens the dialogue (assets/limits.js) and, where another limit is set, brings the usual one back."""
    change: dict[str, Any] = {"data-limit": name}
    back: dict[str, Any] = {"data-usual": name}
    buttons: list[Component] = [html.Button(t("limit.change"), className="btn", type="button", **change)]
    if newest is not None and newest.value is not None:
        buttons.append(
            html.Button(t("limit.back", value=limit_value(name, None)), className="btn", type="button", **back)
        )
    return buttons


def limit_value(name: str, setting: LimitSetting | None) -> str:
    """The limit of a setting with its unit; the usual one where none was set."""
    kind = KINDS[name]
    return f"{kind.number(None if setting is None else setting.value)} {unit(kind.unit)}"


def episode_rows(episodes: Sequence[RhythmEpisode], started_ms: int, newest: int) -> list[Component]:
    """The newest first: sign, words, when it began, how long it lasted. started_ms: wall ms of sample 0."""
    if not episodes:
        return [html.Tr(html.Td(t("episodes.none")))]
    return [_episode(each, started_ms, newest) for each in reversed(episodes)]


def count_rows(counts: Mapping[BeatClass, int]) -> list[Component]:
    """Beats of each class in this recording, with their share."""
    total = sum(counts.values())
    return [_count(beat_class, counts.get(beat_class, 0), total) for beat_class in BeatClass]


def _method(name: str) -> tuple[Component, str]:
    told = method_words(name)
    return html.B(told.label), f" {told.words} "


def _episode(episode: RhythmEpisode, started_ms: int, newest: int) -> Component:
    last = newest if episode.end is None else episode.end
    cells = [
        html.Td(_sign(FINDING_SIGNS.get(episode.finding, ""))),
        html.Td(finding_name(episode.finding)),
        html.Td(clock(started_ms + to_milliseconds(episode.start)), className="dim"),
        html.Td(duration(to_seconds(last - episode.start))),
        html.Td(t("episodes.goes_on") if episode.end is None else "", className="dim"),
    ]
    # Whose why-card a click opens (assets/why_openers.js).
    first: dict[str, Any] = {"data-beat": f"{episode.recording}/{episode.start}"}
    return html.Tr(cells, tabIndex=0, role="button", **first)


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
