"""Where the databases lie, and what is said when one is missing or damaged."""

import logging
import zipfile
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.errors import RecordError
from training.layout import ARRHYTHMIA, CHALLENGE, NOISE, PACKED_NOISE, Layout, find
from training.noise import read_noise
from training.prepare import prepare
from training.prepared import read
from training.sources import Source
from training.synthetic import synthetic_records


def write_record(folder: Path, name: str, leads: int = 1, rate: int = 300) -> None:
    """A model heart as a WFDB record."""
    made = next(iter(synthetic_records()))
    signal = np.stack([made.samples[: 20 * rate]] * leads, axis=1) / made.gain
    names = ["I", "II"][:leads]
    wfdb.wrsamp(name, rate, ["mV"] * leads, names, signal, fmt=["16"] * leads, write_dir=str(folder))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A challenge of two records and an arrhythmia database of one, as folders; noise as a file."""
    folder = tmp_path / "data"
    for name in (CHALLENGE, ARRHYTHMIA):
        (folder / name).mkdir(parents=True)
    for name in ("A1", "A2"):
        write_record(folder / CHALLENGE, name)
    (folder / CHALLENGE / "REFERENCE-v3.csv").write_text("A1,N\nA2,A\n")
    write_record(folder / ARRHYTHMIA, "100", leads=2)
    places, notes = np.array([50, 300, 600]), ["(N\0", "", ""]
    wfdb.wrann("100", "atr", places, ["+", "N", "V"], aux_note=notes, fs=300, write_dir=str(folder / ARRHYTHMIA))
    (folder / ARRHYTHMIA / "RECORDS").write_text("100\n")
    rng = np.random.default_rng(3)
    tracks = {name: rng.normal(0, 60, (30 * 360, 2)).cumsum(axis=0).astype(np.int16) for name in ("bw", "em", "ma")}
    np.savez(
        folder / PACKED_NOISE,
        fs=np.int32(360),
        adc_per_mv=np.int32(200),
        bw=tracks["bw"],
        em=tracks["em"],
        ma=tracks["ma"],
    )
    return folder


def test_folders_are_found(data: Path, tmp_path: Path) -> None:
    expected = Layout(data / CHALLENGE, data / ARRHYTHMIA, data / PACKED_NOISE)
    assert find(data, tmp_path / "unpacked") == expected


@pytest.mark.parametrize("name", [CHALLENGE, ARRHYTHMIA])
def test_a_missing_database_is_named(data: Path, tmp_path: Path, name: str) -> None:
    (data / name).rename(tmp_path / "away")
    with pytest.raises(RecordError, match=name):
        find(data, tmp_path / "unpacked")


def test_missing_noise_and_no_folder_at_all_are_named(data: Path, tmp_path: Path) -> None:
    (data / PACKED_NOISE).unlink()
    with pytest.raises(RecordError, match=NOISE):
        find(data, tmp_path / "unpacked")
    with pytest.raises(RecordError, match="nowhere"):
        find(tmp_path / "nowhere", tmp_path / "unpacked")


def zipped(data: Path, tmp_path: Path) -> Path:
    """The challenge as the web site's zip file, with the newer reference beside it."""
    folder = (data / CHALLENGE).rename(tmp_path / "away")
    with zipfile.ZipFile(data / "training2017.zip", "w") as archive:
        for path in folder.iterdir():
            if path.suffix != ".csv":
                archive.write(path, f"training2017/{path.name}")
    (data / "REFERENCE-v3.csv").write_text("A1,N\nA2,O\n")
    return data / "training2017.zip"


def test_a_zip_file_is_unpacked_once(data: Path, tmp_path: Path) -> None:
    zipped(data, tmp_path)
    layout = find(data, tmp_path / "unpacked")
    assert (layout.challenge / "A1.hea").exists()
    assert (layout.challenge / "REFERENCE-v3.csv").read_text() == "A1,N\nA2,O\n"
    kept = (layout.challenge / "A1.hea").stat().st_mtime_ns
    assert find(data, tmp_path / "unpacked") == layout
    assert (layout.challenge / "A1.hea").stat().st_mtime_ns == kept


def test_a_damaged_zip_file_is_named(data: Path, tmp_path: Path) -> None:
    path = zipped(data, tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RecordError, match=r"training2017\.zip cannot be unpacked"):
        find(data, tmp_path / "unpacked")


def test_a_zip_file_without_records_is_named(data: Path, tmp_path: Path) -> None:
    path = zipped(data, tmp_path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README", "nothing here")
    with pytest.raises(RecordError, match="holds no record"):
        find(data, tmp_path / "unpacked")


def test_a_damaged_folder_is_prepared_without_what_is_damaged(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.prepare.synthetic_records", lambda: [next(iter(synthetic_records()))])
    (data / CHALLENGE / "A1.dat").write_bytes(b"short")
    with caplog.at_level(logging.INFO):
        prepare(find(data, tmp_path / "unpacked"), tmp_path / "prepared")
    assert "left out: " in caplog.text
    assert "A1" in caplog.text
    assert "1 records could not be read" in caplog.text
    assert [record.name for record in read(tmp_path / "prepared", Source.CHALLENGE)] == ["A2"]
    assert [record.lead for record in read(tmp_path / "prepared", Source.ARRHYTHMIA)] == [0, 1]
    assert len(read(tmp_path / "prepared", Source.SYNTHETIC)) == 1


def test_noise_of_a_folder_is_the_noise_of_the_file(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / NOISE
    folder.mkdir()
    with np.load(data / PACKED_NOISE) as stored:
        for name in ("bw", "em", "ma"):
            signals = stored[name] / 200.0
            gains = {"adc_gain": [200.0, 200.0], "baseline": [0, 0]}
            wfdb.wrsamp(name, 360, ["mV"] * 2, ["a", "b"], signals, fmt=["16"] * 2, write_dir=str(folder), **gains)
    from_folder, from_file = read_noise(folder), read_noise(data / PACKED_NOISE)
    for seed in range(4):
        one, other = (noise.piece(700, np.random.default_rng(seed)) for noise in (from_folder, from_file))
        assert np.allclose(one, other, atol=1e-3)


def test_noise_that_is_no_archive_is_named(data: Path) -> None:
    (data / PACKED_NOISE).write_bytes(b"no archive at all")
    with pytest.raises(RecordError, match=r"nstdb\.npz"):
        read_noise(data / PACKED_NOISE)
