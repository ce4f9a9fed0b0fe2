"""What of a strap's samples stands in SQL: which are missing, twice there, or in a wrong place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUND, FACTOR = 4001, 7919
"""Sample n of the strap has the value n * FACTOR mod ROUND - 2000 (`steady_strap.js`)."""
FRAME = 73
SLACK_S = 2.0


@dataclass(frozen=True, slots=True)
class Kill:
    """A page that died: up to which sample it had kept what it heard, and how long nothing was recorded, in s."""

    kept: int
    away_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counted in device samples; gap_error: by how much the longest or shortest gap is wrong; drift: over all gaps."""

    stored: int
    doubled: int
    lost: int
    wrong: int
    gaps: int
    unexplained: int
    gap_error: int
    drift: int

    def __str__(self) -> str:
        counts = f"{self.stored} | {self.lost} | {self.doubled} | {self.wrong} | {self.gaps} | {self.unexplained}"
        return f"| {counts} | {self.gap_error} | {self.drift} |"


HEAD = (
    "| samples in SQL | kept and lost | doubled | of another value | gaps | of them not from a kill | "
    "error of a gap, samples | of all gaps together |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def judge(places: NDArray[np.int64], values: NDArray[np.int64], kills: Sequence[Kill], rate: float) -> Verdict:
    """places, values: of all samples in SQL, as they stand there. What a page had kept when it died has to be there."""
    order = np.unique(places, return_index=True)
    at, seen = order[0], values[order[1]]
    off = offsets(at, seen)
    edges = np.flatnonzero(np.diff(at) > 1)
    holes = list(zip((at[edges] + 1).tolist(), at[edges + 1].tolist(), strict=True))
    there = set(at.tolist())
    return Verdict(
        stored=len(at),
        doubled=len(places) - len(at),
        lost=sum(kept_and_lost(kill, holes) for kill in kills) + (0 if 0 in there else int(at[0])),
        wrong=int(np.count_nonzero(np.diff(off)[np.diff(at) == 1])),
        gaps=len(holes),
        unexplained=sum(not any(explains(kill, hole, rate) for kill in kills) for hole in holes),
        gap_error=int(np.abs(np.diff(off)[edges]).max(initial=0)),
        drift=int(off[-1] - off[0]),
    )


def offsets(at: NDArray[np.int64], seen: NDArray[np.int64]) -> NDArray[np.int64]:
    """By how many samples each stands beside its place, from the first one on, within half a round."""
    number = (seen + 2000) * pow(FACTOR, -1, ROUND) % ROUND
    beside = (number - at) - (number[0] - at[0])
    near: NDArray[np.int64] = (beside + ROUND // 2) % ROUND - ROUND // 2
    return near


def kept_and_lost(kill: Kill, holes: Sequence[tuple[int, int]]) -> int:
    """Samples before `kill.kept` that lie in the hole that it made."""
    around = [(start, end) for start, end in holes if start < kill.kept <= end]
    return sum(kill.kept - start for start, _ in around)


def explains(kill: Kill, hole: tuple[int, int], rate: float) -> bool:
    """Whether the hole begins where this page died, and is no longer than nothing was recorded."""
    start, end = hole
    return (
        kill.kept <= start <= kill.kept + SLACK_S * rate and end - start <= (kill.away_s + SLACK_S) * rate + 2 * FRAME
    )
