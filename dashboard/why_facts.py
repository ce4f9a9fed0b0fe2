"""The facts of a why-card in plain words. Pure."""

from typing import NamedTuple

from ecg.findings import Quality
from ecg.rates import to_milliseconds
from ecg.why import IRREGULAR_OF, LEAST_INTERVALS, Arrival, Facts, Timing, regularity

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
    how = "RR before this beat against the median of the 16 before it; early and late from 15 % on"
    if arrival is None:
        return FactRow("RR before it", "", how, f"fewer than {LEAST_INTERVALS + 1} RR since the last break")
    percent = round(100 * arrival.premature)
    side = "" if percent == 0 else f", {abs(percent)} % {'early' if percent > 0 else 'late'}"
    words = f"On time{side}" if arrival.timing is Timing.ON_TIME else f"{abs(percent)} % {arrival.timing.value}"
    return FactRow(
        "RR before it",
        f"{words} ({to_milliseconds(arrival.rr):.0f} ms, usual {to_milliseconds(arrival.usual):.0f})",
        how,
        "",
    )


def _irregularity(share: float | None) -> FactRow:
    name, how = f"Last {IRREGULAR_OF} RR", "RMSSD as a share of the mean RR (Dash et al. 2009); irregular from 10 % on"
    if share is None:
        return FactRow(name, "", how, f"fewer than {IRREGULAR_OF} RR since the last break")
    return FactRow(name, f"{regularity(share).value.capitalize()} ({100 * share:.0f} % of the mean)", how, "")


def _width(facts: Facts) -> FactRow:
    how = "Where the curve is long, in one lead (after Zong et al. 2003); steps of 4 ms; wide from 120 ms on"
    if facts.qrs_ms is None:
        return FactRow("QRS width", "", how, "its ends are hidden by noise or missing signal")
    usual = "" if facts.usual_qrs_ms is None else f" (usual {facts.usual_qrs_ms:.0f})"
    wide = "Wide, " if facts.qrs_ms >= WIDE_MS else ""
    return FactRow("QRS width", f"{wide}{facts.qrs_ms:.0f} ms{usual}", how, "")


def _likeness(facts: Facts) -> FactRow:
    how = "Highest correlation of QRS and T with the median of the patient's last normal beats, within ±20 ms"
    if facts.likeness is None:
        return FactRow("Likeness to usual beat", "", how, "no usual beat known here")
    return FactRow("Likeness to usual beat", f"{facts.likeness:.2f} (of {facts.usual_beats} beats)", how, "")


def _quality(quality: Quality | None) -> FactRow:
    how = "How far the signal can be trusted at this beat"
    return FactRow("Signal here", quality.value.capitalize() if quality else "", how, "nothing was said of it")
