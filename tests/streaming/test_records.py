"""WFDB records as leads, and what is refused."""

import struct
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.errors import RecordError
from streaming.records import list_records, read_record

SIGNAL = np.random.default_rng(1).integers(-900, 900, (500, 2))
SIGNAL[7] = -2048


def write(folder: Path, name: str = "r1", fmt: str = "212", unit: str = "mV") -> Path:
    """A record of two leads, gain 200, baselines 100 and -50; sample 7 invalid (-2048)."""
    wfdb.wrsamp(
        name,
        fs=360,
        units=[unit, unit],
        sig_name=["MLII", "V1"],
        d_signal=SIGNAL.astype(np.int64),
        fmt=[fmt, fmt],
        adc_gain=[200.0, 200.0],
        baseline=[100, -50],
        write_dir=str(folder),
    )
    return folder / name


def test_zero_is_zero_millivolt_and_invalid_stays_invalid(tmp_path: Path) -> None:
    lead = read_record(write(tmp_path), 1)
    assert (lead.name, lead.rate, lead.gain, lead.n_leads, lead.lead_name) == ("r1", 360, 200, 2, "V1")
    expected = SIGNAL[:, 1] + 50
    expected[7] = -32768
    assert lead.samples.dtype == np.int16
    np.testing.assert_array_equal(lead.samples, expected)


def test_microvolts_are_units_of_millivolts_too(tmp_path: Path) -> None:
    assert read_record(write(tmp_path, unit="uV")).gain == 200_000


def test_a_wide_signal_is_made_coarser_to_fit(tmp_path: Path) -> None:
    wide = np.array([[0], [1_000_000], [-1_000_000]])
    wfdb.wrsamp(
        "w", 250, ["mV"], ["I"], d_signal=wide, fmt=["24"], adc_gain=[1e5], baseline=[0], write_dir=str(tmp_path)
    )
    lead = read_record(tmp_path / "w")
    np.testing.assert_allclose(lead.samples / lead.gain, [0, 10, -10], atol=1e-3)


def edited(path: Path, old: str, new: str) -> Path:
    header = path.with_suffix(".hea")
    text = header.read_text()
    assert old in text
    header.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("r1 2 360 500", "r1 2 360 4000000000000", "r1.dat"),
        ("r1 2 360 500", "r1 100000000 360 500", "r1.hea"),
        ("r1 2 360 500", "r1 3 360 500", "r1.hea"),
        ("r1 2 360 500", "r1", "r1.hea"),
        ("r1 2 360 500", "r1/3 2 360 500", "r1.hea"),
        ("r1 2 360 500", "r1 2 -5 500", "r1.hea"),
        ("r1.dat 212", "../r1.dat 212", "r1.hea"),
        ("r1.dat 212", "gone.dat 212", "r1.hea"),
        ("r1.dat 212", "r1.dat 999", "r1.hea"),
        ("/mV", "/mmHg", "r1.hea"),
    ],
)
def test_a_header_that_lies_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    path = edited(write(tmp_path), old, new)
    with pytest.raises(RecordError) as caught:
        read_record(path)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nothing\.hea"):
        read_record(tmp_path / "nothing")
    with pytest.raises(RecordError, match="lead 2"):
        read_record(write(tmp_path), 2)


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"# only a comment\n", b"x" * 200_000])
def test_a_file_that_is_no_header_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.hea").write_bytes(content)
    with pytest.raises(RecordError, match=r"x\.hea"):
        read_record(tmp_path / "x")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    data = write(tmp_path).with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:-100])
    with pytest.raises(RecordError, match=r"r1\.dat"):
        read_record(tmp_path / "r1")


def matlab(folder: Path, kind: int, rows: int, columns: int, name: bytes = b"val\0") -> Path:
    """A record of one lead and 100 samples whose .mat file has the given head."""
    (folder / "m.hea").write_text("m 1 300 100\nm.mat 16+24 1000/mV 16 0 0 0 0 ECG\n")
    head = struct.pack("<5i4s", kind, rows, columns, 0, len(name), name)
    (folder / "m.mat").write_bytes(head + np.arange(400, dtype="<i2").tobytes())
    return folder / "m"


def test_a_matrix_of_the_right_shape_is_read(tmp_path: Path) -> None:
    assert read_record(matlab(tmp_path, 30, 1, 100)).samples.tolist() == list(range(100))


@pytest.mark.parametrize(
    ("kind", "rows", "columns", "name"),
    [
        (30, 2, 50, b"val\0"),
        (30, 1, 99, b"val\0"),
        (0, 1, 100, b"val\0"),
        (30, 1, 100, b"ecg\0"),
        (1298, 0, 0, b"AB\0\0"),
    ],
)
def test_a_matrix_of_another_shape_is_refused(tmp_path: Path, kind: int, rows: int, columns: int, name: bytes) -> None:
    with pytest.raises(RecordError, match=r"m\.mat"):
        read_record(matlab(tmp_path, kind, rows, columns, name))


def test_records_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "b")
    write(tmp_path, "a")
    assert list_records(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    (tmp_path / "RECORDS").write_text("b\n\n")
    assert list_records(tmp_path) == [tmp_path / "b"]
    assert list_records(tmp_path / "a") == [tmp_path / "a"]
    (tmp_path / "RECORDS").write_text("../b\n")
    with pytest.raises(RecordError, match="RECORDS"):
        list_records(tmp_path)


def test_every_kind_of_real_record_is_read(data_dir: Path) -> None:
    for folder in ("training2017", "mitdb"):
        path = list_records(data_dir / folder)[0]
        lead = read_record(path)
        physical = wfdb.rdrecord(str(path), channels=[0]).p_signal[:, 0]
        np.testing.assert_allclose(lead.samples / lead.gain, physical, atol=1e-6)
