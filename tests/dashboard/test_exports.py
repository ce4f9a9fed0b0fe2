"""What is taken out reads back, by other programs, as what is here; many recordings come as one archive of a job."""

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyedflib
import pytest
import wfdb
from numpy.typing import NDArray

from auth.audit import AuditAction, audit_actions
from auth.audit_csv import csv_row
from db.corrections import correct_beat, shown_beats
from db.engine import writing
from db.exports import KEPT_MS, ExportState, ask_export, export
from db.queries import segments
from ecg.labels import BeatClass
from ecg.rates import device_index
from streaming.export_files import ExportKind
from streaming.exporting import Exporter
from tests.dashboard.reported import Reported, reported_house
from tests.people import BASE
from tests.streaming.uploading import GAIN, RATE

KINDS = [kind.value for kind in ExportKind]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    with reported_house(tmp_path_factory.mktemp("exports")) as opened:
        beats = shown_beats(opened.engine, opened.recording, 0, 10**9)
        with writing(opened.engine) as connection:
            correct_beat(connection, opened.recording, beats[7].index, BeatClass.FUSION, 1, 1)
        yield opened


@pytest.fixture(scope="module")
def files(house: Reported, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the archive of the recording holds."""
    folder = tmp_path_factory.mktemp("files")
    answer = house.browsers["doctor"].get(
        f"/recording/{house.recording}/export.zip", base_url=BASE, query_string={"kind": KINDS}
    )
    assert answer.mimetype == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.data)).extractall(folder)
    assert (AuditAction.EXPORTED, f"recording {house.recording}: {' '.join(sorted(KINDS))}") in audit_actions(
        house.engine
    )
    return folder


def stored(house: Reported) -> NDArray[np.int16]:
    return np.concatenate([each.samples for each in segments(house.engine, house.recording, 0, 10**9)])


def letters(house: Reported) -> list[tuple[int, str]]:
    """Device sample and class of every beat, as people see it."""
    shown = shown_beats(house.engine, house.recording, 0, 10**9)
    return [(device_index(beat.index, RATE), beat.beat_class.value) for beat in shown]


def test_wfdb_reads_back_with_the_same_samples_and_beats(house: Reported, files: Path) -> None:
    name = str(files / house.recording)
    record = wfdb.rdrecord(name, physical=False)
    assert (record.fs, record.adc_gain, record.units) == (RATE, [GAIN], ["mV"])
    assert f"{record.base_date} {record.base_time}" == "2026-01-08 02:14:00"
    np.testing.assert_array_equal(record.d_signal[:, 0], stored(house))
    told = wfdb.rdann(name, "wb")
    found = list(zip(told.sample.tolist(), told.symbol, strict=True))
    assert found == letters(house) and ("F" in told.symbol) and len(found) > 30


def test_edf_reads_back_in_edflib(house: Reported, files: Path) -> None:
    with pyedflib.EdfReader(str(files / f"{house.recording}.edf")) as edf:
        assert (edf.getSampleFrequency(0), edf.getPhysicalDimension(0)) == (RATE, "mV")
        assert str(edf.getStartdatetime()) == "2026-01-08 02:14:00"
        samples = stored(house)
        np.testing.assert_array_equal(edf.readSignal(0, digital=True)[: len(samples)], samples)
        np.testing.assert_allclose(edf.readSignal(0)[: len(samples)], samples / GAIN, atol=1e-4)
        onsets, _, texts = edf.readAnnotations()
    beats = [(round(at * RATE), text) for at, text in zip(onsets, texts, strict=True) if text in tuple(BeatClass)]
    assert beats == letters(house)


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_csv_and_json_tell_the_same_and_no_cell_is_a_formula(house: Reported, files: Path) -> None:
    rows = list(csv.DictReader(lines_of(files / f"{house.recording}.beats.csv")))
    assert [(int(row["sample"]), row["class"]) for row in rows] == letters(house)
    assert [row["class"] for row in rows if row["said_by_a_doctor"] == "1"] == ["F"]
    told = json.loads((files / f"{house.recording}.json").read_text("utf-8"))
    assert [(beat["sample"], beat["beat_class"]) for beat in told["beats"]] == letters(house)
    signal = list(csv.reader(lines_of(files / f"{house.recording}.signal.csv")))[1:]
    assert [round(float(row[1]) * GAIN) for row in signal] == stored(house).tolist()
    assert csv_row(("=1+1", "@x", "-2")) == "'=1+1,'@x,'-2\r\n"


def test_an_archive_of_many_is_written_by_a_job_and_ends_after_a_day(house: Reported, tmp_path: Path) -> None:
    exporter, now_ms = Exporter(house.engine, house.folder / "exports"), time.time_ns() // 1_000_000
    with writing(house.engine) as connection:
        asked = [
            ask_export(connection, [house.recording, "gone"], ["wfdb", "csv"], 1, now_ms) for _ in range(2)
        ]  # sent twice
    assert asked[0] == asked[1]
    exporter.run(asked[0], now_ms)
    done = export(house.engine, asked[0])
    assert done is not None and (done.state, done.progress, done.left_out) == (ExportState.DONE, 1000, 1)
    answer = house.browsers["doctor"].get(f"/exports/{asked[0]}.zip", base_url=BASE)
    archive = answer.data
    answer.close()
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert {name.rsplit(".", 1)[1] for name in names} == {"hea", "dat", "wb", "csv"} and done.size == len(archive)
    listed = house.browsers["doctor"].get("/exports", base_url=BASE).text
    assert f"/exports/{asked[0]}.zip" in listed
    assert house.browsers["nurse"].get("/exports", base_url=BASE).text.count(asked[0]) == 0
    exporter.tidy(now_ms + KEPT_MS + 1)
    assert export(house.engine, asked[0]) is None and list(exporter.folder.iterdir()) == []
    assert house.browsers["doctor"].get(f"/exports/{asked[0]}.zip", base_url=BASE).status_code == 404


def test_what_is_asked_wrongly_is_said(house: Reported) -> None:
    for typed in ({}, {"recording": house.recording}, {"kind": "csv"}):
        answer = house.browsers["doctor"].post("/exports", base_url=BASE, headers={"Origin": BASE}, data=typed)
        assert answer.status_code == 400 and "Choose 1 to" in answer.text
