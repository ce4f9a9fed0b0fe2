"""How sure a percentage over records is: gross and average figures with bootstrap intervals over records.

Beats of one person resemble each other, so records are drawn, not beats (Efron and Tibshirani 1993, percentile
interval). The draws are seeded: the same records give the same interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DRAWS = 2000
SEED = 57
LEVEL = (2.5, 97.5)
"""Percentiles that enclose 95 %."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A percentage with its 95 % interval; each None where it is not defined (nothing to divide by, or one record).

    records: how many records the percentage is defined for.
    """

    percent: float | None
    low: float | None
    high: float | None
    records: int


def draws_of(records: int) -> NDArray[np.int64]:
    """How often each record was drawn: shape (DRAWS, records), each row sums to `records`."""
    return np.random.default_rng(SEED).multinomial(records, np.full(records, 1 / records), size=DRAWS)


def gross(right: Numbers, whole: Numbers) -> Estimate:
    """100 × sum of `right` / sum of `whole`, both (records,): every event weighs the same."""
    if not whole.sum():
        return Estimate(None, None, None, 0)
    percent = float(100 * right.sum() / whole.sum())
    return estimate(percent, gross_draws(right, whole), int((whole > 0).sum()))


def gross_draws(right: Numbers, whole: Numbers) -> Numbers:
    """What `gross` is in each draw (DRAWS,), NaN where not defined: the same records are drawn for every figure."""
    draws = draws_of(len(whole))
    return _percent(draws @ right, draws @ whole)


def average(right: Numbers, whole: Numbers) -> Estimate:
    """Mean of 100 × right / whole over the records that have any: every record weighs the same."""
    defined = whole > 0
    if not defined.any():
        return Estimate(None, None, None, 0)
    percents, draws = _percent(right[defined], whole[defined]), draws_of(int(defined.sum()))
    return estimate(float(percents.mean()), draws @ percents / defined.sum(), int(defined.sum()))


def estimate(value: float, drawn: Numbers, records: int) -> Estimate:
    """`value` with the interval of its `drawn` repetitions; draws in which it is not defined (NaN) are left out."""
    if np.isnan(value):
        return Estimate(None, None, None, records)
    known = drawn[~np.isnan(drawn)]
    if records < 2 or not len(known):
        return Estimate(value, None, None, records)
    low, high = np.percentile(known, LEVEL)
    return Estimate(value, float(low), float(high), records)


def _percent(right: Numbers, whole: Numbers) -> Numbers:
    share: Numbers = np.divide(right, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return 100 * share
