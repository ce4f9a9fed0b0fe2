"""All of a patient on one line of time, as places in a picture: per mille of its width. Pure."""

from dataclasses import dataclass

from db.patient_timeline import PatientTimeline, Spell
from ecg.alert_rules import Priority
from words import t
from written import duration, moment

WIDTH = 1000.0
THINNEST = 1.5
TICKS = 5
DAY_MS = 86_400_000
HEIGHT = {Priority.HIGH: 28, Priority.MEDIUM: 20, Priority.LOW: 12}


@dataclass(frozen=True, slots=True)
class Bar:
    """Something in a lane: left and width in per mille; top and height in pixels; what it says and where it leads."""

    left: float
    width: float
    top: int
    height: int
    style: str
    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the picture."""

    name: str
    height: int
    bars: list[Bar]


def lanes(told: PatientTimeline, patient_id: int) -> list[Lane]:
    """Recordings with what is missing in them, files, alerts, marks."""
    whole = [_bar(told, each, _lasted("timeline.recorded", each), "recorded", _own(each)) for each in told.recordings]
    files = [_bar(told, each, _lasted("timeline.brought", each), "recorded", _own(each)) for each in told.uploads]
    gone = [_bar(told, each, _lasted("timeline.missing", each), "missing") for each in told.missing]
    alerts = [_alert(told, each, patient_id) for each in sorted(told.alerts, key=_rank)]
    marks = [_bar(told, each, _counted("timeline.mark", each), "mark", _place(patient_id, each)) for each in told.marks]
    brought = [Lane(t("timeline.uploads"), 28, files)] if files else []
    return [
        Lane(t("timeline.recordings"), 28, [*whole, *gone]),
        *brought,
        Lane(t("timeline.alerts"), 28, alerts),
        Lane(t("timeline.marks"), 28, marks),
    ]


def ticks(told: PatientTimeline) -> list[str]:
    """Times at even distances, the first and the last at the edges."""
    size = (told.end_ms - told.start_ms) / (TICKS - 1)
    return [moment(told.start_ms + size * place) for place in range(TICKS)]


def _rank(spell: Spell) -> int:
    return HEIGHT.get(Priority(spell.name), 0)


def _place(patient_id: int, spell: Spell) -> str:
    return f"/patient/{patient_id}?at={spell.recording}/{spell.start}"


def _alert(told: PatientTimeline, spell: Spell, patient_id: int) -> Bar:
    words = _counted(f"timeline.{spell.name}", spell)
    bar = _bar(told, spell, words, spell.name, _place(patient_id, spell))
    height = HEIGHT[Priority(spell.name)]
    return Bar(bar.left, 3.0, 28 - height, height, bar.style, bar.words, bar.href)


def _bar(told: PatientTimeline, spell: Spell, words: str, style: str, href: str | None = None) -> Bar:
    scale = WIDTH / (told.end_ms - told.start_ms)
    left = max((spell.start_ms - told.start_ms) * scale, 0.0)
    right = min((spell.end_ms - told.start_ms) * scale, WIDTH)
    return Bar(round(left, 2), round(max(right - left, THINNEST), 2), 0, 28, style, words, href)


def _own(spell: Spell) -> str:
    return f"/recording/{spell.recording}/details"


def _lasted(key: str, spell: Spell) -> str:
    lasted = duration((spell.end_ms - spell.start_ms) / 1000)
    return t(key, count=spell.count, at=moment(spell.start_ms), time=lasted)


def _counted(key: str, spell: Spell) -> str:
    return t(key, count=spell.count, at=moment(spell.start_ms))
