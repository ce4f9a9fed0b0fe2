"""QRS detection as a stage: state around the algorithm of `ecg.complexes`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.complexes import WEIGHTS, find_complexes, undecided
from ecg.filters import cascade, envelope, qrs_band
from ecg.filters import settled as settled_filter
from ecg.humps import DELAY, STATE, WAITING, fresh
from ecg.pacing import DELAY as SPIKE_DELAY
from ecg.pacing import remove_spikes
from ecg.pacing import settled as settled_spikes

RECORD = np.dtype((np.record, STATE))


@compiled
def _detect(
    samples: NDArray[np.float64],
    recent: NDArray[np.float64],
    sections: NDArray[np.float64],
    memory: NDArray[np.float64],
    complexes: NDArray[np.uint8],
    smooth: NDArray[np.float64],
    weights: NDArray[np.float64],
    found: NDArray[np.int64],
) -> tuple[int, int]:
    """All of it in one call: without spikes, through the QRS band, then `find_complexes`; and what is `undecided`.

    complexes: the bytes of a `humps.STATE`. numba takes 1.0 µs a call to tell the type of an array of records.
    """
    states, band = complexes.view(RECORD), np.empty(len(samples))
    remove_spikes(recent, samples, band)
    cascade(sections, memory, band, band)
    count = find_complexes(states, band, smooth, weights, found)
    return count, undecided(states)


class QrsDetector:
    """Finds QRS complexes in one stretch of raw house samples, which begins at index `start`."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._recent: NDArray[np.float64] | None = None
        self._sections, self._smooth = qrs_band(), envelope()[0]
        self._memory = np.zeros((len(self._sections), 2))
        self._state, self._undecided = fresh(), 0
        self._bytes = self._state.view(np.uint8)
        self._found = np.empty(WAITING, np.int64)

    @property
    def decided(self) -> int:
        """No complex at or before this index will be returned any more."""
        return self._start + self._undecided - 1 - DELAY - SPIKE_DELAY

    def receive(self, samples: NDArray[np.float64]) -> list[int]:
        """Approximate indices of the R peaks that are now decided, rising; refine them within ±0.1 s."""
        if len(self._found) < len(samples) + WAITING:
            self._found = np.empty(2 * len(samples) + WAITING, np.int64)
        if self._recent is None:
            self._recent = settled_spikes(samples[0])
            self._memory = settled_filter(self._sections, samples[0])
        count, self._undecided = _detect(
            samples, self._recent, self._sections, self._memory, self._bytes, self._smooth, WEIGHTS, self._found
        )
        first = self._start - DELAY - SPIKE_DELAY
        return [first + at for at in self._found[:count].tolist()] if count else []

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks: of the complexes an array by the name of each field of `humps.STATE`."""
        stages = {"recent": None if self._recent is None else self._recent.copy(), "band": self._memory.copy()}
        fields = {name: _plain(self._state[name]).copy() for name in STATE.names or ()}
        return stages | {"complexes": fields}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._recent = None if state["recent"] is None else state["recent"].copy()
        self._memory = state["band"].copy()
        for name in STATE.names or ():
            _plain(self._state[name])[...] = state["complexes"][name]
        self._undecided = undecided(self._state)


def _plain(field: NDArray[Any]) -> NDArray[Any]:
    """A view of a field of the state; humps as the bits of their numbers, since records cannot travel in a stream."""
    return field.view(np.int64) if field.dtype.names else field
