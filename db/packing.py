"""Bytes in columns: raw samples and probabilities, both without loss.

Raw samples: little-endian int16 differences (the first sample as it is, wrapping at 16 bits), compressed with
Zstandard. Differences of an ECG are small, so a second of it takes about a third of its plain size.
"""

import struct

import numpy as np
import zstandard
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, RHYTHMS

MAX_SEGMENT_BYTES = 1 << 26
_PROBABILITIES = struct.Struct(f"<{len(BEAT_CLASSES) + len(RHYTHMS)}f")
_RHYTHMS = struct.Struct(f"<{len(RHYTHMS)}f")


def pack_samples(samples: NDArray[np.int16]) -> bytes:
    """Device samples, int16, shape (n,), as one compressed blob."""
    unsigned = np.ascontiguousarray(samples, dtype="<i2").view("<u2")
    return zstandard.ZstdCompressor(level=3).compress(np.diff(unsigned, prepend=unsigned.dtype.type(0)).tobytes())


def unpack_samples(blob: bytes) -> NDArray[np.int16]:
    """The very samples that were packed: int16, shape (n,)."""
    plain = zstandard.ZstdDecompressor().decompress(blob, max_output_size=MAX_SEGMENT_BYTES)
    return np.cumsum(np.frombuffer(plain, dtype="<u2"), dtype="<u2").view(np.int16)


def pack_probabilities(classes: tuple[float, ...], rhythms: tuple[float, ...]) -> bytes:
    """Probabilities in the order of `labels.BEAT_CLASSES` and `labels.RHYTHMS` as float32, 36 bytes."""
    return _PROBABILITIES.pack(*classes, *rhythms)


def unpack_probabilities(blob: bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(class probabilities, rhythm probabilities)."""
    values = _PROBABILITIES.unpack(blob)
    return values[: len(BEAT_CLASSES)], values[len(BEAT_CLASSES) :]


def pack_rhythms(rhythms: tuple[float, ...]) -> bytes:
    """Probabilities in the order of `labels.RHYTHMS` as float32, 16 bytes."""
    return _RHYTHMS.pack(*rhythms)


def unpack_rhythms(blob: bytes) -> tuple[float, ...]:
    """Reverse of `pack_rhythms`."""
    return _RHYTHMS.unpack(blob)
