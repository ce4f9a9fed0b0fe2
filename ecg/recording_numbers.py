"""The numbers of a whole recording, from its beats as people have said they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg import beat_columns
from ecg.beat_columns import BeatColumns
from ecg.burden import LEAST_ANALYSED, MINUTE, UNDECIDED
from ecg.corrections import Edits
from ecg.edited_findings import Steps
from ecg.edited_variability import At
from ecg.findings import Finding
from ecg.labels import BeatClass
from ecg.rates import GRID, to_seconds
from ecg.swift_criteria import CLOSE, RECEIVE, SKIP
from ecg.swift_rate import heart_rates
from ecg.types import RhythmEpisode


@dataclass(frozen=True, slots=True)
class Summary:
    """beats: how many of each class. heart rates in /min as the monitor showed them; None where it showed none.

    analysed_s: seconds for which there was a heart rate. af_burden: percent of the analysed time; None: too little.
    findings: how many episodes of each, and the longest of each as (start, end) in house samples.
    """

    beats: dict[BeatClass, int]
    analysed_s: float
    mean_rate: float | None
    lowest_rate: At | None
    highest_rate: At | None
    af_burden: float | None
    findings: dict[Finding, int]
    longest: dict[Finding, tuple[int, int]]

    @property
    def total(self) -> int:
        """All beats."""
        return sum(self.beats.values())

    def per_hour(self, kind: BeatClass) -> float | None:
        """Beats of a class in an hour of analysed time; None where less than a minute was analysed."""
        return None if self.analysed_s < 60 else self.beats[kind] * 3600 / self.analysed_s


@dataclass(frozen=True, slots=True)
class Rates:
    """Heart rates that are shown, /min, NaN for none: at house samples, some of them on the grid of the monitor."""

    index: NDArray[np.int64]
    value: NDArray[np.float64]

    @property
    def on_grid(self) -> NDArray[np.bool_]:
        """Those that are told whatever happens."""
        on: NDArray[np.bool_] = self.index % GRID == 0
        return on


def edited_rates(
    beats: BeatColumns, course: Steps, edits: Edits, episodes: Sequence[RhythmEpisode], until: int
) -> Rates:
    """The rates up to and at `until`. Beats in ventricular fibrillation are none."""
    grid = np.arange(GRID, until + 1, GRID)
    for start, end in edits.gaps:
        grid = grid[(grid < start) | (grid > end)]
    lost = ~course.is_beat & (course.state > 0)
    ops = np.where(lost, CLOSE, np.where(course.trusted, RECEIVE, SKIP))
    at = np.concatenate((course.at, grid))
    order = np.argsort(at, kind="stable")
    rr = np.concatenate((course.of(beats.rr), np.zeros(len(grid)))).astype(np.int64)[order]
    whole = np.concatenate((ops, np.full(len(grid), SKIP))).astype(np.int8)[order]
    value, steps = heart_rates(whole, at[order], rr)
    is_grid = order >= len(course.at)
    state = course.state[np.maximum(np.searchsorted(course.at, at[order], "right") - 1, 0)]
    value = np.where(state == 0, value, np.nan)
    for each in episodes:
        if each.finding is Finding.VENTRICULAR_FIBRILLATION:
            last = until if each.end is None else each.end
            value[(at[order] >= each.start) & (at[order] <= last)] = np.nan
    told = is_grid | steps
    return Rates(at[order][told], value[told])


def edited_summary(
    beats: BeatColumns, course: Steps, rates: Rates, episodes: Sequence[RhythmEpisode], until: int
) -> Summary:
    """All numbers but those of intervals."""
    known = np.isfinite(rates.value)
    on_grid = rates.value[known & rates.on_grid]
    counts, longest = counted(episodes)
    return Summary(
        beats.counts(),
        len(on_grid) * to_seconds(GRID),
        float(on_grid.mean()) if len(on_grid) else None,
        _extreme(rates, known, 1),
        _extreme(rates, known, -1),
        _burden(beats, course, episodes, until),
        counts,
        longest,
    )


def counted(episodes: Sequence[RhythmEpisode]) -> tuple[dict[Finding, int], dict[Finding, tuple[int, int]]]:
    """How many episodes of each finding, and the longest of each."""
    counts: dict[Finding, int] = {}
    longest: dict[Finding, tuple[int, int]] = {}
    for each in episodes:
        counts[each.finding] = counts.get(each.finding, 0) + 1
        start, end = longest.get(each.finding, (0, -1))
        if each.end is not None and each.end - each.start > end - start:
            longest[each.finding] = (each.start, each.end)
    return counts, longest


def _extreme(rates: Rates, known: NDArray[np.bool_], sign: int) -> At | None:
    """The first of the lowest (1) or the highest (-1) rates."""
    if not known.any():
        return None
    value, index = rates.value[known], rates.index[known]
    place = int((sign * value).argmin())
    return At(float(value[place]), int(index[place]))


def _burden(beats: BeatColumns, course: Steps, episodes: Sequence[RhythmEpisode], until: int) -> float | None:
    """As `ecg.burden` has it at the last whole minute."""
    clear = course.beat[course.trusted]
    clear = clear[(beats.rhythm[clear] != beat_columns.NOISE) & (beats.index[clear] <= until // MINUTE * MINUTE)]
    clear = clear[: len(clear) - UNDECIDED]
    index, rr = beats.index[clear], beats.rr[clear]
    if int(rr.sum()) < LEAST_ANALYSED:
        return None
    inside = np.zeros(len(index), np.bool_)
    for each in episodes:
        if each.finding is Finding.ATRIAL_FIBRILLATION:
            inside |= (index > each.start) & (index <= (until if each.end is None else each.end))
    return 100 * int(rr[inside].sum()) / int(rr.sum())
