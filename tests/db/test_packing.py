"""What is packed comes back bit for bit."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from db.packing import MAX_SEGMENT_BYTES, pack_probabilities, pack_samples, unpack_probabilities, unpack_samples
from ecg.errors import DamagedError
from streaming.records import list_records, read_record

UNIT = st.floats(0, 1, width=32)


@given(arrays.arrays(np.int16, st.integers(1, 600)))
def test_samples_come_back(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    back = unpack_samples(pack_samples(samples))
    assert back.dtype == np.int16
    assert np.array_equal(back, samples)


@given(st.tuples(*[UNIT] * 5), st.tuples(*[UNIT] * 4))
def test_probabilities_come_back(classes: tuple[float, ...], rhythms: tuple[float, ...]) -> None:
    assert unpack_probabilities(pack_probabilities(classes, rhythms)) == (classes, rhythms)


ODD = (-32768, -32767, -1, 0, 1, 32767)


@given(arrays.arrays(np.int16, st.integers(1, 600), elements=st.sampled_from(ODD)))
def test_invalid_marks_and_the_ends_of_the_range_come_back(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    assert np.array_equal(unpack_samples(pack_samples(samples)), samples)


def test_the_first_form_is_still_read() -> None:
    samples = np.random.default_rng(2).integers(-32768, 32768, 5000).astype(np.int16)
    differences = np.diff(samples.view("<u2"), prepend=np.uint16(0)).tobytes()
    assert np.array_equal(unpack_samples(zstandard.ZstdCompressor().compress(differences)), samples)


def test_no_bit_can_fall_over_unseen() -> None:
    samples = (100 * np.sin(np.arange(1000) / 10)).astype(np.int16)
    packed = pack_samples(samples)
    for bit in range(8 * len(packed)):
        damaged = bytearray(packed)
        damaged[bit // 8] ^= 1 << bit % 8
        with suppress(DamagedError):
            assert np.array_equal(unpack_samples(bytes(damaged)), samples)
    for end in range(0, len(packed), 7):
        with pytest.raises(DamagedError):
            unpack_samples(packed[:end])
    bomb = zstandard.ZstdCompressor().compress(bytes(MAX_SEGMENT_BYTES + 2))
    with pytest.raises(DamagedError, match="larger than any"):
        unpack_samples(packed[:5] + bomb)


def test_real_ecg_takes_a_third_of_its_size(data_dir: Path) -> None:
    for folder in ("mitdb", "training2017"):
        records = [read_record(path) for path in list_records(data_dir / folder)[:: 40 if folder == "mitdb" else 400]]
        pieces = [record.samples[: round(300 * record.rate)] for record in records]
        packed = [pack_samples(piece) for piece in pieces]
        assert all(np.array_equal(unpack_samples(blob), piece) for blob, piece in zip(packed, pieces, strict=True))
        assert sum(map(len, packed)) < 0.33 * sum(piece.nbytes for piece in pieces)


def test_a_quiet_trace_takes_less_than_half_its_size() -> None:
    seconds = np.arange(2500) / 250
    trace = (200 * np.sin(7 * seconds) + np.random.default_rng(1).normal(0, 3, 2500)).astype(np.int16)
    assert len(pack_samples(trace)) < trace.nbytes / 2
