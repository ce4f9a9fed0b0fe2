"""Bytes in columns: raw samples and probabilities, both without loss.

Raw samples: second differences (wrapping at 16 bits) with their sign folded into the lowest bit, all low bytes before
all high bytes, compressed with Zstandard. ECG is smooth, so its second differences are small and nearly all high bytes
are 0: minutes of MIT-BIH and challenge records take 27 % of their plain size (tests/bench/storage.py; FLAC takes as
much). In front stand the form and the CRC-32 of the plain samples, so that a damaged segment is known as one. The first
form was a bare Zstandard frame of first differences; it is still read.
"""

import struct
import zlib

import numpy as np
import zstandard
from numpy.typing import NDArray

from ecg.errors import DamagedError
from ecg.labels import BEAT_CLASSES, RHYTHMS

MAX_SEGMENT_BYTES = 1 << 26
MAX_SEGMENT_SAMPLES = 1 << 19
"""No segment is longer: minutes at the highest rate. A search need not begin earlier than this before its samples."""
_HEAD = struct.Struct("<BI")
_FORM = 2
_PROBABILITIES = struct.Struct(f"<{len(BEAT_CLASSES) + len(RHYTHMS)}f")
_RHYTHMS = struct.Struct(f"<{len(RHYTHMS)}f")


def pack_samples(samples: NDArray[np.int16]) -> bytes:
    """Device samples, int16, shape (n,), as one compressed blob."""
    plain = np.ascontiguousarray(samples, dtype="<i2")
    folded = _folded(_differences(_differences(plain.view("<u2"))))
    low_first = folded.view(np.uint8).reshape(-1, 2).T.tobytes()
    return _HEAD.pack(_FORM, zlib.crc32(plain.tobytes())) + zstandard.ZstdCompressor(level=3).compress(low_first)


def unpack_samples(blob: bytes) -> NDArray[np.int16]:
    """The very samples that were packed: int16, shape (n,). Raises DamagedError when they cannot be had."""
    try:
        if blob[:4] == zstandard.FRAME_HEADER:
            return np.cumsum(np.frombuffer(_decompressed(blob), dtype="<u2"), dtype="<u2").view(np.int16)
        form, checksum = _HEAD.unpack_from(blob)
        low_first = np.frombuffer(_decompressed(blob[_HEAD.size :]), np.uint8).reshape(2, -1)
    except (zstandard.ZstdError, struct.error, ValueError) as error:
        raise DamagedError(f"a segment of raw samples cannot be unpacked ({error})") from error
    folded = np.ascontiguousarray(low_first.T).reshape(-1).view("<u2")
    samples = np.cumsum(np.cumsum(_unfolded(folded), dtype="<u2"), dtype="<u2").view(np.int16)
    if form != _FORM or zlib.crc32(samples.tobytes()) != checksum:
        raise DamagedError("a segment of raw samples is not what was written: its checksum differs")
    return samples


def unpack_segment(recording: str, start: int, blob: bytes) -> NDArray[np.int16]:
    """As `unpack_samples`; the error says whose samples they were."""
    try:
        return unpack_samples(blob)
    except DamagedError as error:
        raise DamagedError(f"recording {recording}, sample {start}: {error}") from error


def _decompressed(frame: bytes) -> bytes:
    if zstandard.frame_content_size(frame) > MAX_SEGMENT_BYTES:
        raise ValueError("it claims to be larger than any segment")
    decompressor = zstandard.ZstdDecompressor()
    return decompressor.decompress(frame, max_output_size=MAX_SEGMENT_BYTES, allow_extra_data=False)


def _differences(unsigned: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return np.diff(unsigned, prepend=unsigned.dtype.type(0))


def _folded(unsigned: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """0, -1, 1, -2, … become 0, 1, 2, 3, …"""
    return np.asarray((unsigned << 1) ^ np.negative(unsigned >> 15), np.uint16)


def _unfolded(folded: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return np.asarray((folded >> 1) ^ np.negative(folded & 1), np.uint16)


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
