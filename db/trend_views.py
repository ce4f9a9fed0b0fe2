"""What questions about hours and weeks of a patient answer with: small frozen records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.findings import Finding


@dataclass(frozen=True, slots=True)
class Band:
    """A number over time, each float64, shape (n,): lowest, mean and highest of each step, NaN where there was none."""

    low: NDArray[np.float64]
    mean: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """A patient's vital signs in steps of `step_ms` from wall time `start_ms` on, in the units of `VitalSigns`.

    analysed: seconds of each step in which there was a heart rate.
    """

    start_ms: int
    step_ms: int
    analysed: NDArray[np.float64]
    heart_rate: Band
    sdnn: Band
    rmssd: Band
    nn_used: Band


@dataclass(frozen=True, slots=True)
class Stretch:
    """Episodes of one finding that one point of a screen holds: from the first one's begin to the last one's end in
    wall ms, how long they last together in ms, and how many they are. recording: of one of them.
    """

    finding: Finding
    start_ms: int
    end_ms: int
    lasted_ms: int
    count: int
    recording: str


@dataclass(frozen=True, slots=True)
class ListedEpisode:
    """An episode in a list: `start` in house samples of its recording, the rest in wall ms; what goes on has as its end
    that of the time it was asked for.
    """

    recording: str
    finding: Finding
    start: int
    start_ms: int
    end_ms: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """Nothing was received between these wall ms; `recording`, begun at `begun_ms`, is the one before or around it."""

    recording: str
    begun_ms: int
    start_ms: int
    end_ms: int
