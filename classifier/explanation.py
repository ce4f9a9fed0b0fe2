"""What an explanation holds, and how its numbers are to be read. Pure.

The parts of a log-odd are laid where they came from; `classifier.explain` computes them. They show what the network
looked at, which is not the same as what is true.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BeatClass
from ecg.tracker import WINDOW_AFTER, WINDOW_RATE

Array = NDArray[np.float32]

STEP = 4 / WINDOW_RATE
"""Seconds between two steps of the first stage's map."""


class Reach(NamedTuple):
    """Where a step of the map looks: mean and standard deviation, in seconds back from the step's end.

    A step may see 0.63 s, but what moves it lies in a small part of that. `training.reach` measures it.
    """

    lag: float
    spread: float


USUAL_REACH = Reach(0.16, 0.065)
"""Between those of two networks of this shape (0.13 and 0.18 s back); for a network whose own is not at hand."""


class Shade(NamedTuple):
    """Log-odds on the trace: `values` lie STEP apart, the first one `first` seconds from R."""

    first: float
    values: Array


class Neighbour(NamedTuple):
    """A labelled beat of the training data. peak: its R peak in house samples. likeness: cosine, -1 to 1."""

    record: str
    lead: int
    peak: int
    beat_class: BeatClass
    likeness: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """classes: when the beat came; rhythms: when it was settled, as far as later beats are there.

    shape: (5, steps) log-odds that each step added to each beat class; `laid_out` with reach puts them on the trace.
    beats: (4, k) log-odds that each beat of the context added to each rhythm; seconds (k,) from the judged beat's R.
    neighbours: the likest labelled beats; None where there are none for this network. network: its version.
    """

    classes: tuple[float, ...]
    rhythms: tuple[float, ...]
    shape: Array
    beats: Array
    seconds: Array
    reach: Reach
    neighbours: list[Neighbour] | None
    network: str


def spoke_for(parts: Array, code: int) -> Array:
    """What spoke for answer number `code` and against the others: its log-odds (answers, k) less the mean of all.

    Probabilities follow from differences of log-odds alone: what is added to all answers alike changes nothing.
    """
    return np.asarray(parts[code] - parts.mean(axis=0))


def laid_out(steps: Array, reach: Reach) -> Shade:
    """What the last steps (k,) of the map added, spread over what each of them looks at. The sum stays as it is."""
    around = int(np.ceil(3 * reach.spread / STEP))
    apart = np.arange(-around, around + 1) * STEP
    share = np.exp(-((apart / reach.spread) ** 2) / 2)
    first = WINDOW_AFTER / WINDOW_RATE - (len(steps) - 1 + around) * STEP - reach.lag
    return Shade(first, np.convolve(steps, share / share.sum()).astype(np.float32))
