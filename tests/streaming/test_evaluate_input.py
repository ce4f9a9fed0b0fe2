"""`wardbeat evaluate` on folders that are not as they should be, and on records with one rhythm label."""

from pathlib import Path

import msgspec
import pytest

from ecg.scripts import SINUS_RHYTHM
from streaming import evaluate
from streaming.marks import rhythm_labels
from streaming.report import Report
from tests.streaming.wfdb_records import annotate, early, true_marks, write_record

OPTIONS = ("--lead", "1", "--learning", "5")


def put(folder: Path, *names: str) -> None:
    """Annotated records."""
    for name in names:
        ecg = write_record(folder, name, SINUS_RHYTHM, 12)
        annotate(folder, name, true_marks(ecg))


def run(folder: Path, *options: str) -> int:
    return evaluate.run([str(folder), "--out", str(folder / "out"), *OPTIONS, *options], early, "early")


def report_of(folder: Path) -> Report:
    return msgspec.json.decode((folder / "out" / "report.json").read_bytes(), type=Report)


def test_damaged_records_are_named_and_counted_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "good", "cut", "garbled", "silent", "late")
    (tmp_path / "cut.dat").write_bytes(b"\0" * 100)
    (tmp_path / "garbled.atr").write_bytes(b"\xff\xeb\x01")
    annotate(tmp_path, "silent", [(100, "+", "(N")])
    annotate(tmp_path, "late", [(100, "N", ""), (1_000_000, "N", "")])
    (tmp_path / "RECORDS").write_text("good\ncut\ngarbled\nsilent\nlate\ngone\nbare\n")
    write_record(tmp_path, "bare", SINUS_RHYTHM, 12)
    assert run(tmp_path) == 2
    report = report_of(tmp_path)
    assert report.beats is not None and [record.name for record in report.beats.records] == ["good"]
    lines = capsys.readouterr().err.splitlines()
    files = ("cut.dat", "garbled.atr", "silent.atr", "late.atr", "gone.atr", "bare.atr")
    for name in files:
        assert sum(str(tmp_path / name) in line for line in lines) == 1, name
    assert len(report.failures) == len(files) and "1 records scored, 6 not" in lines[-1]
    assert "## Not scored: 6" in (tmp_path / "out" / "report.md").read_text()


@pytest.mark.parametrize("folder", ["missing", "empty", "plain"])
def test_a_folder_without_truth_is_one_line_and_no_report(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if folder != "missing":
        (tmp_path / folder).mkdir()
    if folder == "plain":
        write_record(tmp_path / folder, "one", SINUS_RHYTHM, 12)
    assert run(tmp_path / folder) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / folder) in line
    assert not (tmp_path / folder / "out").exists()


def test_no_record_scored_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "one")
    assert run(tmp_path, "--lead", "7") == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "lead 7" in first and "no record could be scored" in second
    assert not (tmp_path / "out" / "report.json").exists()


def test_an_out_that_is_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "one")
    (tmp_path / "out").write_text("")
    assert run(tmp_path) == 2
    assert str(tmp_path / "out") in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--learning", "-5"], ["--ref", "../x"], ["--jobs", "0"], ["--names", ","]])
def test_wrong_arguments_end_with_2(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, *wrong)
    assert ended.value.code == 2


def test_another_annotator_may_be_the_reference(tmp_path: Path) -> None:
    ecg = write_record(tmp_path, "one", SINUS_RHYTHM, 12)
    annotate(tmp_path, "one", true_marks(ecg), "man")
    assert run(tmp_path) == 2
    assert run(tmp_path, "--ref", "man") == 0


def test_records_with_one_label_are_scored_for_their_rhythm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("A1", "A2", "A3"):
        write_record(tmp_path, name, SINUS_RHYTHM, 12)
    (tmp_path / "REFERENCE-v2.csv").write_text("A1,O\nA2,O\n")
    (tmp_path / "REFERENCE-v10.csv").write_text("A1,N\nA2,A\n")
    (tmp_path / "REFERENCE.csv").write_text("A1,~\n")
    (tmp_path / "RECORDS").write_text("A1\nA2\nA3\n")
    assert run(tmp_path) == 2
    assert str(tmp_path / "A3") in capsys.readouterr().err
    report = report_of(tmp_path)
    assert report.beats is None and report.fibrillation is None
    told = {one.answer: one for one in report.rhythm}
    assert list(told) == ["live, by beat", "live, by record", "settled, by beat", "settled, by record"]
    assert told["live, by beat"].table == told["settled, by beat"].table, "this network never changes its mind"
    by_beat, by_record = told["live, by beat"], told["live, by record"]
    assert by_record.table == [[1, 0, 0, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]
    assert by_beat.table[0][0] == by_beat.table[1][0] > 8
    assert by_record.f1[0].percent == pytest.approx(66.67) and by_record.f1[1].percent == 0
    assert "live, by record" in (tmp_path / "out" / "report.md").read_text()
    assert (tmp_path / "out" / "report.svg").stat().st_size > 1000


def test_a_broken_reference_list_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_record(tmp_path, "A1", SINUS_RHYTHM, 12)
    (tmp_path / "REFERENCE.csv").write_text("A1,X\n")
    assert run(tmp_path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "REFERENCE.csv" in line


def test_a_folder_without_reference_list_has_no_labels(tmp_path: Path) -> None:
    assert rhythm_labels(tmp_path) == {}
