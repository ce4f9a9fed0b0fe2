"""The facts of a why-card in plain words. Pure."""

from typing import NamedTuple

from ecg.findings import Quality
from ecg.rates import to_milliseconds
from ecg.why import IRREGULAR_OF, LEAST_INTERVALS, Arrival, Facts, Timing, regularity
from words import t

WIDE_MS = 120.0
"""From here on a QRS complex is called wide (Surawicz et al. 2009, AHA/ACCF/HRS recommendations, JACC 53:976-981)."""


class FactRow(NamedTuple):
    """A fact: what, how much, and how it was measured (shown on hover). value is empty where it could not be."""

    name: str
    value: str
    how: str
    missing: str


def fact_rows(facts: Facts, quality: Quality | None) -> list[FactRow]:
    """All facts in the order of the card."""
    return [
        _arrival(facts.arrival),
        _irregularity(facts.irregularity),
        _width(facts),
        _likeness(facts),
        _quality(quality),
    ]


def _arrival(arrival: Arrival | None) -> FactRow:
    name, how = t("fact.rr_before"), t("fact.rr_before_how")
    if arrival is None:
        return FactRow(name, "", how, t("fact.fewer_rr", count=LEAST_INTERVALS + 1))
    rr, usual = f"{to_milliseconds(arrival.rr):.0f}", f"{to_milliseconds(arrival.usual):.0f}"
    return FactRow(name, t("fact.rr_value", timing=_timing(arrival), rr=rr, usual=usual), how, "")


def _timing(arrival: Arrival) -> str:
    early = round(100 * arrival.premature)
    side = t("fact.early" if early > 0 else "fact.late", percent=abs(early))
    if arrival.timing is not Timing.ON_TIME:
        return side
    return t("fact.on_time_but", side=side) if early else t("fact.on_time")


def _irregularity(share: float | None) -> FactRow:
    name, how = t("fact.last_rr", count=IRREGULAR_OF), t("fact.last_rr_how")
    if share is None:
        return FactRow(name, "", how, t("fact.fewer_rr", count=IRREGULAR_OF))
    return FactRow(name, t(f"fact.{regularity(share).name.lower()}", percent=f"{100 * share:.0f}"), how, "")


def _width(facts: Facts) -> FactRow:
    name, how = t("fact.qrs"), t("fact.qrs_how")
    if facts.qrs_ms is None:
        return FactRow(name, "", how, t("fact.qrs_missing"))
    width = t("fact.qrs_wide" if facts.qrs_ms >= WIDE_MS else "fact.qrs_width", width=f"{facts.qrs_ms:.0f}")
    if facts.usual_qrs_ms is None:
        return FactRow(name, width, how, "")
    return FactRow(name, t("fact.qrs_usual", width=width, usual=f"{facts.usual_qrs_ms:.0f}"), how, "")


def _likeness(facts: Facts) -> FactRow:
    name, how = t("fact.likeness"), t("fact.likeness_how")
    if facts.likeness is None:
        return FactRow(name, "", how, t("fact.likeness_missing"))
    return FactRow(name, t("fact.likeness_value", likeness=f"{facts.likeness:.2f}", count=facts.usual_beats), how, "")


def _quality(quality: Quality | None) -> FactRow:
    value = t(f"quality.{quality.value}") if quality else ""
    return FactRow(t("fact.signal"), value, t("fact.signal_how"), t("fact.signal_missing"))
