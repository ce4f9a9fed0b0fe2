"""A recording in one answer: how many beats of which class, rates, RR, variability, burden of fibrillation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import median

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from sqlalchemy import Engine

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import seen_recording
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from db.corrections import beat_counts
from db.edited import Edited, edited_result, is_edited
from db.findings import af_burdens, vitals
from db.ledger import ledger
from db.views import RecordingView
from ecg.corrections import UNKNOWN_RR
from ecg.edited_variability import edited_shapes, edited_windows
from ecg.rates import house_index, to_milliseconds, to_samples, to_seconds
from ecg.types import VitalSigns

LONGEST_S = 86_400.0
"""Of which the numbers are: the last day of a longer recording."""
HRV = (
    *("rr_mean", "sdnn", "rmssd", "pnn50", "sd1", "sd2", "triangular_index", "lf", "hf", "lf_hf", "total_power"),
    "nn_used",
)


class Spread(BaseModel):
    """A number over time."""

    lowest: float
    median: float
    highest: float


class Variability(BaseModel):
    """Medians of what the monitor showed of the NN intervals of 5 minutes each, or would have shown of the beats as
    people have said they are; null where it showed none.

    In ms, but pnn50 and nn_used (share of RR used) in percent, lf, hf and total_power in ms², the index without a unit.
    """

    rr_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    sd1: float | None
    sd2: float | None
    triangular_index: float | None
    lf: float | None
    hf: float | None
    lf_hf: float | None
    total_power: float | None
    nn_used: float | None


class Summary(BaseModel):
    """What was found in a recording. Not a diagnosis, and not of a certified medical device."""

    recording: str
    start_s: float = Field(description="The numbers but those of beats are of this stretch: a day at most, the last.")
    end_s: float
    received_share: float = Field(description="Of all device samples until now, 0 to 1.")
    beats: int
    classes: dict[str, int] = Field(description="Of the whole recording; beats the network is not sure of under Q.")
    heart_rate: Spread | None = Field(description="Per minute; null where there was none.")
    rr_ms: Spread | None = Field(description="The newest RR interval at each moment that the monitor showed.")
    variability: Variability
    af_burden: float | None = Field(description="Percent of the analysed time in atrial fibrillation.")


def _summary(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    of, engine = call.found, door().engine
    got = ledger(engine, of.id)
    end = house_index(got.until, of.rate) + 1 if got else 0
    start = max(0, end - to_samples(LONGEST_S))
    numbers = _edited(engine, of.id, start, end) if is_edited(engine, of.id) else _told(engine, of.id, start, end)
    counts = {str(name): count for name, count in beat_counts(engine, of.id).items()}
    return Reply(
        Summary(
            recording=of.id,
            start_s=to_seconds(start),
            end_s=to_seconds(end),
            received_share=round(got.received / got.until, 4) if got and got.until else 0.0,
            beats=sum(counts.values()),
            classes=counts,
            heart_rate=numbers.heart_rate,
            rr_ms=numbers.rr_ms,
            variability=numbers.variability,
            af_burden=numbers.af_burden,
        )
    )


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What follows the edits of beats."""

    heart_rate: Spread | None
    rr_ms: Spread | None
    variability: Variability
    af_burden: float | None


def _told(engine: Engine, recording: str, start: int, end: int) -> _Numbers:
    """As the monitor showed them."""
    told = vitals(engine, recording, start, end)
    burdens = [each.whole for each in af_burdens(engine, recording, start, end) if each.whole is not None]
    rates = _spread(_known(told, "heart_rate")), _spread(_known(told, "rr_last"))
    return _Numbers(*rates, _variability(told), burdens[-1] if burdens else None)


def _edited(engine: Engine, recording: str, start: int, end: int) -> _Numbers:
    """Made anew from the beats as people have said they are."""
    result = edited_result(engine, recording)
    rates, beats = result.rates, result.beats
    inside = np.isfinite(rates.value) & (rates.index >= start) & (rates.index < end)
    shown = rates.value[inside]
    rr = beats.rr[(beats.rr != UNKNOWN_RR) & (beats.index >= start) & (beats.index < end)] * to_milliseconds(1)
    made = _variability_of(result, rates.index[inside & rates.on_grid])
    return _Numbers(_spread(shown.tolist()), _spread(rr.tolist()), made, result.summary.af_burden)


def _variability_of(result: Edited, ends: NDArray[np.int64]) -> Variability:
    """Of the windows before these moments, at which a heart rate is shown."""
    windows, shapes = (make(result.beats, result.steps, ends) for make in (edited_windows, edited_shapes))
    columns = {each.name: getattr(of, each.name) for of in (windows, shapes) for each in fields(of)}
    with np.errstate(divide="ignore", invalid="ignore"):
        columns["lf_hf"] = np.where(columns["hf"] > 0, columns["lf"] / columns["hf"], np.nan)
    return Variability(**{name: _median(columns[name]) for name in HRV})


def _median(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(np.median(known)), 2) if len(known) else None


def _known(told: Iterable[VitalSigns], name: str) -> list[float]:
    values = (getattr(each, name) for each in told)
    return [value for value in values if value is not None]


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    return Spread(lowest=min(values), median=round(median(values), 2), highest=max(values))


def _variability(told: Sequence[VitalSigns]) -> Variability:
    known = {name: _known(told, name) for name in HRV}
    return Variability(**{name: round(median(values), 2) if values else None for name, values in known.items()})


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/recordings/{recording}/summary", "get_summary", "results", "A recording in one answer"),
        Need(Action.VIEW, ObjectKind.RECORDING),
        seen_recording,
        _summary,
        Summary,
        Nothing,
        Nothing,
    ),
]
