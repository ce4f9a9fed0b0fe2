"""What is packed comes back bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from db.packing import pack_probabilities, pack_samples, unpack_probabilities, unpack_samples

UNIT = st.floats(0, 1, width=32)


@given(arrays.arrays(np.int16, st.integers(1, 600)))
def test_samples_come_back(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    back = unpack_samples(pack_samples(samples))
    assert back.dtype == np.int16
    assert np.array_equal(back, samples)


@given(st.tuples(*[UNIT] * 5), st.tuples(*[UNIT] * 4))
def test_probabilities_come_back(classes: tuple[float, ...], rhythms: tuple[float, ...]) -> None:
    assert unpack_probabilities(pack_probabilities(classes, rhythms)) == (classes, rhythms)


def test_a_quiet_trace_takes_less_than_half_its_size() -> None:
    seconds = np.arange(2500) / 250
    trace = (200 * np.sin(7 * seconds) + np.random.default_rng(1).normal(0, 3, 2500)).astype(np.int16)
    assert len(pack_samples(trace)) < trace.nbytes / 2
