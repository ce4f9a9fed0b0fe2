"""Files that were made to do harm: one sentence for each; nothing outside their folder is opened, the house goes on."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from streaming.files.facts import Choice, FileRefusedError
from streaming.files.sandbox import Sandbox
from tests.files_fuzz import besiege

FILES = 150
"""Mutated ones; `python -m tests.bench files` looks at 100 000."""
HEADER = b"0       " + b"X" * 160 + b"27.11.2614.00.00"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    reader = Sandbox(look_seconds=5)
    yield reader
    reader.close()


def edf(signals: bytes, records: bytes, samples: bytes) -> bytes:
    """An EDF header that claims so much, and no data."""
    fixed = HEADER.ljust(184) + b"512     " + b" " * 44 + records.ljust(8) + b"1       " + signals.ljust(4)
    fields = (16, 80, 8, 8, 8, 8, 8, 80)
    return fixed + b"".join(b"1".ljust(size) for size in fields) + samples.ljust(8) + b" " * 32


def bomb() -> bytes:
    """A MATLAB 5 file of some kilobytes with a compressed matrix of 4 GB."""
    tags = (
        struct.pack("<6I2i", 14, 2**31 - 1, 6, 8, 6, 0, 5, 8)
        + struct.pack("<2i2I", 1, 2**28 - 1, 1, 3)
        + b"val\0\0\0\0\0"
    )
    packed = zlib.compress(tags + struct.pack("<2I", 9, 2**31 - 64) + bytes(1 << 24))
    return (
        b"MATLAB 5.0 MAT-file".ljust(124)
        + struct.pack("<HH", 0x0100, 0x4D49)
        + struct.pack("<2I", 15, len(packed))
        + packed
    )


def pickled() -> bytes:
    return b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."


ATTACKS: dict[str, tuple[dict[str, bytes], str]] = {
    "4e12 samples": ({"a.hea": b"a 1 250 4000000000000\na.dat 16 200 16 0 0 0 0 I\n", "a.dat": b"12"}, "files.wfdb"),
    "1e8 leads": ({"a.hea": b"a 100000000 250 10\n"}, "files.wfdb"),
    "a path upwards": ({"a.hea": b"a 1 250 1000\n../secret.dat 16 200 16 0 0 0 0 I\n"}, "files.wfdb"),
    "a path from the root": ({"a.hea": b"a 1 250 1000\n/etc/passwd 8 200 16 0 0 0 0 I\n"}, "files.wfdb"),
    "an address": ({"a.hea": b"a 1 250 1000\nhttp://x/a.dat 16 200 16 0 0 0 0 I\n"}, "files.wfdb"),
    "EDF with 9999 signals": ({"a.edf": edf(b"9999", b"1", b"250")}, "files.edf_header"),
    "EDF of 1e8 records": ({"a.edf": edf(b"1", b"99999999", b"250")}, "files.short"),
    "EDF with 1e8 samples": ({"a.edf": edf(b"1", b"1", b"99999999")}, "files.edf_header"),
    "a bomb": ({"a.mat": bomb()}, "files."),
    "a pickle": ({"a.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'shape': (1,)}" + pickled()}, "files.other_kind"),
    "a pickle as table": ({"a.csv": pickled()}, "files.other_kind"),
    "a zip": ({"a.csv": b"PK\x03\x04" + bytes(100)}, "files.packed"),
    "nothing": ({"a.csv": b""}, "files.empty"),
    "noughts": ({"a.csv": bytes(100_000)}, "files.unknown"),
    "one endless line": ({"a.csv": b"1," * 100_000}, "files.unknown"),
    "many columns": ({"a.csv": (b"1," * 300 + b"1\n") * 20}, "files.many_leads"),
    "a signal without its header": ({"a.dat": bytes(4000)}, "files.no_header"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_each_gets_its_sentence(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    files, key = ATTACKS[name]
    (tmp_path / "secret.dat").write_bytes(bytes(4000))
    place = tmp_path / "in"
    place.mkdir()
    for each, content in files.items():
        (place / each).write_bytes(content)
    with pytest.raises(FileRefusedError) as told:
        sandbox.look(place, list(files))
    assert told.value.refusal.key.startswith(key), told.value.refusal


def test_an_array_of_objects_is_never_loaded(sandbox: Sandbox, tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "a.mat", {"cells": np.array([{"x": 1}] * 300, object), "words": "x" * 500})
    with pytest.raises(FileRefusedError) as told:
        sandbox.look(tmp_path, ["a.mat"])
    assert told.value.refusal.key == "files.mat_no_signal"


def test_a_reader_that_takes_too_long_or_dies_costs_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("".join(f"{n / 250:.3f},0.1\n" for n in range(300_000)))
    hasty = Sandbox(memory_bytes=1 << 20)
    try:
        with pytest.raises(FileRefusedError) as told:
            hasty.read(tmp_path, ["a.csv"], Choice(0, 250.0, 1.0), ".out")
        assert told.value.refusal.key in ("files.memory", "files.killed", "files.broken", "files.table")
        assert hasty._process is not None
        hasty._process.kill()
        hasty._process.wait()
        assert hasty.look(tmp_path, ["a.csv"]).format == "table", "it is started again"
    finally:
        hasty.close()


def test_mutated_files_are_read_or_refused_with_a_known_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    canary = tmp_path / "secret.dat"
    canary.write_bytes(b"mine")
    tally = besiege(sandbox, tmp_path, FILES, seed=7)
    assert tally.read + sum((tally.refused or {}).values()) == FILES
    assert tally.read > 5
    assert len(tally.refused or {}) > 5
    assert canary.read_bytes() == b"mine"
