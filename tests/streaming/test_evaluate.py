"""`wardbeat evaluate` on folders as PhysioNet lays them out, with a network that knows only how early a beat comes."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import wfdb

from ecg.ec57 import ROWS
from ecg.scripts import SINUS_RHYTHM, VENTRICULAR_BIGEMINY, Script
from ecg.synthetic import SyntheticEcg
from streaming import evaluate
from streaming.report import BeatReport, Report
from tests.streaming.wfdb_records import RATE, annotate, early, fibrillating, true_marks, write_record

OPTIONS = ("--lead", "1", "--learning", "10")


def put(folder: Path, name: str, script: Script = SINUS_RHYTHM, sinus: str = "N", seconds: float = 30) -> SyntheticEcg:
    """An annotated record."""
    ecg = write_record(folder, name, script, seconds)
    annotate(folder, name, true_marks(ecg, sinus))
    return ecg


def scored(folder: Path, *options: str, expected: int = 0) -> Report:
    """The report of `folder`, after the exit code was seen to be `expected`."""
    out = folder / "out"
    assert evaluate.run([str(folder), "--out", str(out), *(options or OPTIONS)], early, "early") == expected
    return msgspec.json.decode((out / "report.json").read_bytes(), type=Report)


def beats_of(report: Report) -> BeatReport:
    assert report.beats is not None
    return report.beats


def percent(report: Report, name: str) -> float:
    return next(one.percent for one in beats_of(report).gross if one.name == name) or 0.0


def test_a_folder_becomes_a_report_of_three_files(tmp_path: Path) -> None:
    ecg = put(tmp_path, "one", VENTRICULAR_BIGEMINY, seconds=60)
    put(tmp_path, "two")
    report = scored(tmp_path)
    assert [record.name for record in beats_of(report).records] == ["one", "two"]
    marked = [beat for beat in ecg.beats if beat.sample >= 10 * RATE]
    assert sum(map(sum, beats_of(report).records[0].table[:5])) == len(marked)
    assert percent(report, "QRS sensitivity") > 95 and percent(report, "VEB sensitivity") > 90
    text = (tmp_path / "out" / "report.md").read_text()
    assert "not a certified medical device" in text and "![Figures](report.svg)" in text and "| one | " in text
    picture = (tmp_path / "out" / "report.svg").read_text()
    assert picture.lstrip().startswith("<?xml") and "http" not in picture.split("<defs>", 1)[1]
    assert report.paced is None and report.rhythm == [] and report.failures == []


def test_the_learning_period_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "one", seconds=60)
    late = scored(tmp_path, "--lead", "1", "--learning", "40")
    early_too = scored(tmp_path, "--lead", "1", "--learning", "0")
    assert beats_of(late).records[0].scored_seconds == 20
    assert 0 < beats_of(late).table[0][0] < 0.5 * beats_of(early_too).table[0][0]


def test_a_record_no_longer_than_the_learning_period_says_so_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "long", seconds=30)
    put(tmp_path, "short", seconds=12)
    report = scored(tmp_path, "--lead", "1", "--learning", "12", expected=2)
    assert [record.name for record in beats_of(report).records] == ["long"]
    assert len(report.failures) == 1 and "short: 12 s long" in report.failures[0] and "--learning" in report.failures[0]
    assert report.failures[0] in capsys.readouterr().err


def test_ventricular_flutter_is_not_scored(tmp_path: Path) -> None:
    ecg = write_record(tmp_path, "one", SINUS_RHYTHM, 30)
    flutter = (18 * RATE, 24 * RATE)
    outside = [mark for mark in true_marks(ecg) if not flutter[0] <= mark[0] <= flutter[1]]
    annotate(tmp_path, "one", outside)
    assert sum(beats_of(scored(tmp_path)).table[ROWS.index("O")]) >= 4
    annotate(tmp_path, "one", [*outside, (flutter[0], "[", ""), (flutter[1], "]", "")])
    assert sum(beats_of(scored(tmp_path)).table[ROWS.index("O")]) == 0


def test_paced_records_are_in_a_table_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, "free")
    put(tmp_path, "paced", sinus="/")
    report = scored(tmp_path)
    assert [record.name for record in beats_of(report).records] == ["free"]
    assert report.paced is not None and [record.name for record in report.paced.records] == ["paced"]
    assert sum(beats_of(report).table[ROWS.index("Q")]) == 0 < sum(report.paced.table[ROWS.index("Q")])
    assert "Paced records, kept apart" in (tmp_path / "out" / "report.md").read_text()


def test_fibrillation_is_compared_by_episode_and_duration(tmp_path: Path) -> None:
    for name, rhythms in (("af", ["(AFIB"]), ("flutter", ["(AFL"]), ("sinus", ["(N"]), ("half", ["(N", "(AFIB"])):
        ecg = write_record(tmp_path, name, SINUS_RHYTHM, 40)
        notes = [(20 * RATE * place + 1, "+", note) for place, note in enumerate(rhythms)]
        annotate(tmp_path, name, [*true_marks(ecg), *notes])
    out = tmp_path / "out"
    assert evaluate.run([str(tmp_path), "--out", str(out), *OPTIONS], fibrillating, "af") == 0
    report = msgspec.json.decode((out / "report.json").read_bytes(), type=Report)
    assert report.fibrillation is not None
    told = {
        record.name: [(one.right, one.whole) for one in record.ratios[:2]] for record in report.fibrillation.records
    }
    assert told == {"af": [(1, 1), (1, 1)], "half": [(1, 1), (1, 1)], "sinus": [(0, 0), (0, 1)]}
    half = next(record for record in report.fibrillation.records if record.name == "half")
    assert half.ratios[3].percent == pytest.approx(100 * 20 / 30, abs=5)
    assert [one.percent for one in report.fibrillation.gross[:2]] == [100, pytest.approx(66.67)]


def test_names_choose_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        put(tmp_path, name, seconds=15)
    assert len(beats_of(scored(tmp_path, *OPTIONS, "--names", "a,c")).records) == 2
    (tmp_path / "chosen.txt").write_text("b\n")
    report = scored(tmp_path, *OPTIONS, "--names", str(tmp_path / "chosen.txt"))
    assert [record.name for record in beats_of(report).records] == ["b"]
    assert len(scored(tmp_path, *OPTIONS, "--names", "a,zz", expected=2).failures) == 1
    assert "no record zz" in capsys.readouterr().err
    many = ",".join(f"unknown{number}" for number in range(1000))
    assert len(scored(tmp_path, *OPTIONS, "--names", f"a,{many}", expected=2).failures) == 1000


def test_several_processes_give_the_same_report(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path, name, VENTRICULAR_BIGEMINY, seconds=20)
    for jobs in ("1", "2"):
        arguments = [str(tmp_path), "--out", str(tmp_path / jobs), *OPTIONS, "--jobs", jobs]
        assert evaluate.run(arguments, early, "early") == 0
    for name in ("report.json", "report.md", "report.svg"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_shipped_network_on_real_records(tmp_path: Path, data_dir: Path) -> None:
    names = ("101", "119")
    for name in names:
        source = str(data_dir / "mitdb" / name)
        record = wfdb.rdrecord(source, sampto=8 * 60 * RATE, physical=False, channels=[0])
        marks = wfdb.rdann(source, "atr", sampto=8 * 60 * RATE)
        signal = np.asarray(record.d_signal)
        wfdb.wrsamp(
            name, RATE, ["mV"], ["MLII"], d_signal=signal, fmt=["16"], adc_gain=[200.0], baseline=[1024],
            write_dir=str(tmp_path),
        )  # fmt: skip
        annotate(tmp_path, name, list(zip(marks.sample, marks.symbol, marks.aux_note, strict=True)))
    assert evaluate.main([str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    report = msgspec.json.decode((tmp_path / "out" / "report.json").read_bytes(), type=Report)
    assert percent(report, "QRS sensitivity") > 99 and percent(report, "QRS +P") > 99
    assert percent(report, "VEB sensitivity") > 95
