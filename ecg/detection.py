"""What looks at every sample of a stretch, in one compiled call: the monitor band, and the QRS detector.

raw → held over missing samples ┬→ monitor band → trace
                                └→ without pacing spikes → QRS band → `ecg.complexes`
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.complexes import find_complexes, undecided
from ecg.filters import envelope, hold, monitor_band, qrs_band, settled, through
from ecg.hump_weights import judge_weights
from ecg.humps import DELAY, WAITING, fresh
from ecg.humps import STATE as COMPLEXES
from ecg.pacing import DELAY as SPIKE_DELAY
from ecg.pacing import WIDTH, remove_spikes

MONITOR, SECTIONS = 5, 7
"""Sections of the monitor band, and with those of the QRS band that follow. The one that smooths energy is last."""

FILTERS = np.dtype([("held", "f8"), ("memory", "f8", (SECTIONS, 2)), ("recent", "f8", (2, WIDTH))], align=True)
"""`held`: the newest valid sample, mV. `memory`: of the sections. `recent`: what `pacing` remembers.
No field may have the name of a method of numpy's records."""

FILTER_RECORD, COMPLEX_RECORD = np.dtype((np.record, FILTERS)), np.dtype((np.record, COMPLEXES))


@lru_cache
def sections() -> NDArray[np.float64]:
    """Monitor band (MONITOR), QRS band (2) and the smoothing of its energy, shape (SECTIONS + 1, 6)."""
    return np.ascontiguousarray(np.vstack([monitor_band(), qrs_band(), envelope()]))


@lru_cache
def _settled_on_one() -> NDArray[np.float64]:
    return np.vstack([settled(monitor_band(), 1.0), settled(qrs_band(), 1.0)])


@compiled
def _listen(
    raw: NDArray[np.float64],
    filters: NDArray[np.uint8],
    complexes: NDArray[np.uint8],
    coefficients: NDArray[np.float64],
    weights: NDArray[np.float64],
    filtered: NDArray[np.float64],
    shown: NDArray[np.float32],
    found: NDArray[np.int64],
) -> tuple[int, int]:
    """How many complexes are found now, and what is `undecided`. filtered, shown, found: written.

    filters, complexes: the bytes of a record each. numba takes 1.0 µs a call to tell the type of an array of records.
    """
    state, states = filters.view(FILTER_RECORD)[0], complexes.view(COMPLEX_RECORD)
    held, calm, band = raw.copy(), np.empty(len(raw)), np.empty(len(raw))
    hold(held, state.held)
    state.held = held[-1]
    remove_spikes(state.recent, held, calm)
    memory = state.memory
    for at in range(len(raw)):  # both filters at once, since each waits for itself
        filtered[at] = through(coefficients, memory, 0, MONITOR, held[at])
        band[at] = through(coefficients, memory, MONITOR, SECTIONS, calm[at])
        shown[at] = math.nan if math.isnan(raw[at]) else filtered[at]
    count = find_complexes(states, calm, band, coefficients[-1], weights, found)
    return count, undecided(states)


class QrsDetector:
    """Filters one stretch of raw house samples, which begins at index `start`, and finds its QRS complexes.

    Invalid samples (NaN) are held at the valid one before them, the first ones at 0 mV.
    """

    def __init__(self, start: int) -> None:
        self._start, self._begun, self._undecided = start, False, 0
        self._filters, self._complexes = np.zeros(1, FILTER_RECORD), fresh()
        self._bytes = self._filters.view(np.uint8), self._complexes.view(np.uint8)
        self._sections, self._run = sections(), _listen.prepare()
        self._found = np.empty(WAITING, np.int64)

    @property
    def decided(self) -> int:
        """No complex at or before this index will be returned any more."""
        return self._start + self._undecided - 1 - DELAY - SPIKE_DELAY

    def receive(self, raw: NDArray[np.float64], filtered: NDArray[np.float64], shown: NDArray[np.float32]) -> list[int]:
        """Approximate indices of the R peaks that are now decided, rising; refine them within ±0.1 s.

        raw: mV, shape (n,), n >= 1. filtered, shown: written: through the monitor band; the same with its NaN again.
        """
        if len(self._found) < len(raw) + WAITING:
            self._found = np.empty(2 * len(raw) + WAITING, np.int64)
        if not self._begun:
            self._settle(0.0 if math.isnan(raw[0]) else raw[0])
        count, self._undecided = self._run(
            raw, *self._bytes, self._sections, judge_weights(), filtered, shown, self._found
        )
        first = self._start - DELAY - SPIKE_DELAY
        return [first + at for at in self._found[:count].tolist()] if count else []

    def _settle(self, first: float) -> None:
        """As after an eternity of `first`: a stretch begins without a transient."""
        self._filters["memory"], self._filters["recent"][0, 0] = _settled_on_one() * first, first
        self._begun = True

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks: an array by the name of each field of `FILTERS` and of `humps.STATE`."""
        filters = {name: self._filters[name].copy() for name in FILTERS.names or ()}
        complexes = {name: self._plain(name).copy() for name in COMPLEXES.names or ()}
        return {"begun": self._begun, "filters": filters, "complexes": complexes}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._begun = state["begun"]
        for name in FILTERS.names or ():
            self._filters[name] = state["filters"][name]
        self._complexes["waiting"] = state["complexes"]["waiting"]
        for name in COMPLEXES.names or ():
            self._plain(name)[...] = state["complexes"][name]
        self._undecided = undecided(self._complexes)

    def _plain(self, name: str) -> NDArray[Any]:
        """A view of a field of the complexes' state; of humps those that wait, as the bits of their numbers, since
        records cannot travel in a stream.
        """
        field: NDArray[Any] = self._complexes[name]
        return field[:, : int(self._complexes["waiting"][0])].view(np.int64) if name == "hump" else field
