"""Values of a file as the int16 samples that the house keeps, without loss wherever that can be. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.types import INVALID_SAMPLE
from streaming.files.facts import FileRefusedError

LARGEST = -INVALID_SAMPLE - 1
USUAL_GAINS = (100, 200, 250, 400, 500, 1000, 2000, 2500, 4000, 5000, 8000, 10_000)
"""Units per millivolt of devices. A table written from one of them is whole numbers again at its gain."""
NEARLY = 1e-6
Blocks = Callable[[], Iterable[NDArray[np.float64]]]
"""Reads the values anew from their beginning, block by block: NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Fit:
    """int16 = round(value × factor); gain: units of the result per millivolt."""

    factor: float
    gain: float

    def samples(self, values: NDArray[np.float64]) -> NDArray[np.int16]:
        """`values` as samples; INVALID_SAMPLE where there is no value."""
        known = np.isfinite(values)
        units = np.rint(np.where(known, values, 0.0) * self.factor)
        return np.where(known, units, INVALID_SAMPLE).astype(np.int16)


def fit_digital(read: Blocks, per_millivolt: float) -> Fit:
    """For whole numbers around zero, so many to a millivolt: kept as they are, or halved until they fit."""
    coarser = 1.0
    highest = _highest(read)
    while highest > LARGEST * coarser:
        coarser *= 2
    return Fit(1.0 / coarser, per_millivolt / coarser)


def fit_physical(read: Blocks, per_millivolt: float) -> Fit:
    """For values in a unit of which `per_millivolt` make one: at the device's gain where one can be seen.

    Else at the largest power of two per millivolt that fits, at most 8192 (0.12 µV).
    """
    highest = _highest(read) / per_millivolt
    fitting = [gain for gain in USUAL_GAINS if highest * gain <= LARGEST]
    whole = _whole_at(read, per_millivolt, fitting)
    if whole is not None:
        return Fit(whole / per_millivolt, float(whole))
    gain = 8192.0
    while highest * gain > LARGEST:
        gain /= 2
    return Fit(gain / per_millivolt, gain)


def _highest(read: Blocks) -> float:
    highest = known = 0.0
    for values in read():
        finite = values[np.isfinite(values)]
        known += len(finite)
        highest = max(highest, float(np.abs(finite).max(initial=0.0)))
    if not known:
        raise FileRefusedError("no_values")
    if highest > 1e15:
        raise FileRefusedError("values", value=f"{highest:.3g}")
    return highest


def _whole_at(read: Blocks, per_millivolt: float, gains: list[int]) -> int | None:
    """The smallest of `gains` at which all values are whole numbers."""
    left = list(gains)
    for values in read():
        finite = values[np.isfinite(values)] / per_millivolt
        left = [gain for gain in left if _are_whole(finite * gain)]
        if not left:
            return None
    return left[0] if left else None


def _are_whole(values: NDArray[np.float64]) -> bool:
    return bool(np.all(np.abs(values - np.rint(values)) <= NEARLY * np.maximum(1.0, np.abs(values))))


def thinned(values: NDArray[np.float64], most: int = 600) -> tuple[float, ...]:
    """At most `most` of the values, evenly spaced, for a preview; what is no number is 0 there."""
    step = max(1, -(-len(values) // most))
    return tuple(round(float(value), 6) if np.isfinite(value) else 0.0 for value in values[::step])
