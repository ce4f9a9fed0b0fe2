"""Two networks on the same records: what got better, what worse, and whether a figure that lives hang on fell. Pure.

The change of a figure has an interval of its own: in each bootstrap draw the same records are drawn for both networks,
so what makes records hard or easy falls out of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.bootstrap import Estimate, estimate, gross, gross_draws
from ecg.ec57 import (
    QRS_PREDICTIVITY,
    QRS_SENSITIVITY,
    SVEB_PREDICTIVITY,
    SVEB_SENSITIVITY,
    VEB_PREDICTIVITY,
    VEB_SENSITIVITY,
    Measure,
)
from ecg.labels import RHYTHMS
from ecg.strips import f1_draws, f1_estimates, tables_by_beat, tables_by_record
from training.service.scores import Scores

LARGE_FALL = 5.0
"""Points: a safety figure that falls so far counts as worse even where five records leave room for chance."""
MEASURES = (
    *(QRS_SENSITIVITY, QRS_PREDICTIVITY, VEB_SENSITIVITY, VEB_PREDICTIVITY),
    *(SVEB_SENSITIVITY, SVEB_PREDICTIVITY),
)
RHYTHM_NAMES = (*(f"F1 {rhythm}" for rhythm in RHYTHMS), "F1 mean NAO")
LIVE, SETTLED = "live, by beat", "settled, by record"
SAFETY = frozenset({QRS_SENSITIVITY.name, VEB_SENSITIVITY.name, f"F1 A {LIVE}", f"F1 A {SETTLED}"})


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in percent, of both networks, and its change in points."""

    name: str
    present: Estimate
    candidate: Estimate
    change: Estimate

    @property
    def better(self) -> bool:
        """Whether it rose by more than chance explains."""
        return self.change.low is not None and self.change.low > 0

    @property
    def worse(self) -> bool:
        """Whether it fell by more than chance explains; a safety figure: or fell far."""
        fell = self.change.high is not None and self.change.high < 0
        return fell or (self.is_safety and (self.change.percent or 0) < -LARGE_FALL)

    @property
    def is_safety(self) -> bool:
        """Whether its fall may cost a life."""
        return self.name in SAFETY


@dataclass(frozen=True, slots=True)
class Comparison:
    """counts: what the figures were made from, in words."""

    rows: list[Row]
    counts: list[str]

    @property
    def fallen(self) -> list[Row]:
        """Safety figures that got worse."""
        return [row for row in self.rows if row.is_safety and row.worse]


def compare(present: Scores, candidate: Scores) -> Comparison:
    """On the records that both could score."""
    names = sorted(present.beats.keys() & candidate.beats.keys())
    strips = sorted(present.strips.keys() & candidate.strips.keys())
    rows, counts = [], []
    if names:
        tables = [np.array([each.beats[name] for name in names]) for each in (present, candidate)]
        rows += [_of_beats(measure, *tables) for measure in MEASURES]
        counts.append(_beats_counted(tables[0]))
    if strips:
        rows += [row for kind in (LIVE, SETTLED) for row in _of_rhythms(kind, present, candidate, strips)]
        truths = [next(iter(present.strips[name].values())).truth for name in strips]
        told = ", ".join(f"{rhythm.value} {truths.count(rhythm)}" for rhythm in RHYTHMS)
        counts.append(f"{len(strips):,} records of the challenge: {told}")
    return Comparison(rows, counts)


def _of_beats(measure: Measure, present: NDArray[np.int64], candidate: NDArray[np.int64]) -> Row:
    before, after = measure.counts(present), measure.counts(candidate)
    drawn = gross_draws(*after) - gross_draws(*before)
    return _row(measure.name, gross(*before), gross(*after), drawn)


def _of_rhythms(kind: str, present: Scores, candidate: Scores, names: Sequence[str]) -> Iterator[Row]:
    answer, _, counted = kind.partition(", ")
    count = tables_by_beat if counted == "by beat" else tables_by_record
    tables = [count([each.strips[name][answer] for name in names]) for each in (present, candidate)]
    before, after = map(f1_estimates, tables)
    drawn = f1_draws(tables[1]) - f1_draws(tables[0])
    for name, one, other, column in zip(RHYTHM_NAMES, before, after, drawn.T, strict=True):
        yield _row(f"{name} {kind}", one, other, column)


def _row(name: str, before: Estimate, after: Estimate, drawn: NDArray[np.float64]) -> Row:
    if before.percent is None or after.percent is None:
        return Row(name, before, after, Estimate(None, None, None, 0))
    return Row(name, before, after, estimate(after.percent - before.percent, drawn, before.records))


def _beats_counted(tables: NDArray[np.int64]) -> str:
    by_class = tables[:, :5].sum(axis=(0, 2))
    told = ", ".join(f"{name} {count:,}" for name, count in zip("NSVFQ", by_class.tolist(), strict=True))
    return f"{len(tables)} records of MIT-BIH with {int(by_class.sum()):,} beats: {told}"
