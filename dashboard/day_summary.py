"""The day of a patient in plain words, for the patient: numbers that the monitor had, and no judgement of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from db.trend_views import Trend
from db.trends import trend
from words import t
from written import clock, duration, utc_offset_ms

DAY_MS, MINUTE_MS = 86_400_000, 60_000


@dataclass(frozen=True, slots=True)
class Day:
    """Heart rates in /min of one day so far; lowest, highest: (the minute's mean, its begin in wall ms).

    analysed_s: seconds in which there was a heart rate; the rest is None where there was none.
    """

    analysed_s: float
    mean: float | None = None
    lowest: tuple[float, int] | None = None
    highest: tuple[float, int] | None = None


def today(engine: Engine, patient_id: int, now_ms: int) -> Day:
    """Of the reader's day, from midnight on."""
    begin = now_ms - (now_ms + utc_offset_ms(now_ms)) % DAY_MS
    begin -= begin % MINUTE_MS
    return day_of(trend(engine, patient_id, begin, MINUTE_MS, (now_ms - begin) // MINUTE_MS + 1))


def day_of(minutes: Trend) -> Day:
    """The minutes of a day, in numbers."""
    rates, weights = minutes.heart_rate.mean, np.nan_to_num(minutes.analysed)
    known = np.isfinite(rates) & (weights > 0)
    if not known.any():
        return Day(0.0)
    mean = float(np.average(rates[known], weights=weights[known]))
    first, last = (_at(minutes, rates, pick) for pick in (np.nanargmin(rates), np.nanargmax(rates)))
    return Day(float(weights.sum()), mean, first, last)


def _at(minutes: Trend, rates: NDArray[np.float64], place: np.intp) -> tuple[float, int]:
    return float(rates[place]), minutes.start_ms + int(place) * minutes.step_ms


def day_words(day: Day, felt: int) -> list[str]:
    """Sentences about it. felt: how often the patient noted something."""
    if day.mean is None or day.lowest is None or day.highest is None:
        told = [t("me.day_nothing")]
    else:
        told = [t("me.day_read", time=duration(day.analysed_s)), t("me.day_mean", rate=round(day.mean))]
        (low, low_ms), (high, high_ms) = day.lowest, day.highest
        ends = {"low_at": clock(low_ms)[:5], "high_at": clock(high_ms)[:5]}
        told.append(t("me.day_range", low=round(low), high=round(high), **ends))
    if felt:
        told.append(t("me.day_felt", count=felt))
    return told
