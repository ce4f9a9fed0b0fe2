"""`wardbeat analyze` on records as WFDB writes them, with a network that knows only how early a beat comes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

from ecg.labels import BeatClass, Rhythm
from ecg.scoring import match_beats
from ecg.scripts import PAUSE_AND_LEAD_OFF, SINUS_RHYTHM, VENTRICULAR_BIGEMINY
from ecg.settled import rhythm_of_record
from ecg.types import Beat
from streaming.analyze import analyse, run
from streaming.records import read_record
from tests.streaming.wfdb_records import RATE, early, in_hindsight, write_record

RHYTHM = ["rhythm", "rhythm_probability", "rhythm_sure", "rhythm_live", "rhythm_live_probability"]


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_the_answer_has_the_promised_shape(tmp_path: Path) -> None:
    ecg = write_record(tmp_path, "one", SINUS_RHYTHM)
    out = tmp_path / "out"
    assert run([str(tmp_path / "one"), "--out", str(out), "--lead", "1"], early) == 0
    content = _content(out / "one.json")
    shape = ["record", "sampling_rate", "n_samples", "lead", "beats", "rhythm", "episodes", "alerts", "model"]
    assert list(content) == [*shape, "af_burden", "vitals", "quality", "gaps"]
    assert content["af_burden"] is None
    assert (content["record"], content["sampling_rate"], content["lead"]) == ("one", RATE, "MLII")
    assert content["n_samples"] == len(ecg.samples)
    first, second = content["beats"][:2]
    assert list(second) == ["sample", "rr_ms", "beat_class", "beat_probability", "beat_sure", *RHYTHM]
    assert first["rr_ms"] is None
    assert second["rr_ms"] == pytest.approx(1000 * (second["sample"] - first["sample"]) / RATE, abs=7)
    assert content["rhythm"] == {"label": "N", "probability": 1.0, "sure": True}
    assert content["vitals"]["heart_rate"] == pytest.approx(ecg.heart_rate, rel=0.05)
    assert content["vitals"]["series"][0]["sample"] == 2 * RATE
    assert content["quality"][0]["quality"] == "good" and content["gaps"] == []


@pytest.mark.parametrize(("pause", "told"), [("2.0", 1), ("3.9", 0)])
def test_the_limit_of_a_pause_can_be_set(tmp_path: Path, pause: str, told: int) -> None:
    write_record(tmp_path, "one", PAUSE_AND_LEAD_OFF)
    assert run([str(tmp_path / "one"), "--out", str(tmp_path), "--lead", "1", "--pause", pause], early) == 0
    found = [episode["finding"] for episode in _content(tmp_path / "one.json")["episodes"]]
    assert found.count("pause") == told


@pytest.mark.parametrize("pause", ["0", "4", "nan", "inf", "two"])
def test_a_pause_that_makes_no_sense_is_refused(tmp_path: Path, pause: str) -> None:
    with pytest.raises(SystemExit):
        run([str(tmp_path / "one"), "--out", str(tmp_path), "--pause", pause], early)


def test_a_beat_has_its_settled_rhythm_and_beside_it_the_live_one(tmp_path: Path) -> None:
    write_record(tmp_path, "one", SINUS_RHYTHM)
    assert run([str(tmp_path / "one"), "--out", str(tmp_path), "--lead", "1"], in_hindsight) == 0
    content = _content(tmp_path / "one.json")
    told = [[beat[name] for name in RHYTHM] for beat in content["beats"]]
    seen = [beat["sample"] < content["beats"][-1]["sample"] - 8 * RATE for beat in content["beats"]]
    assert seen.count(True) > 40
    assert {tuple(one) for one, later in zip(told, seen, strict=True) if later} == {("A", 1.0, True, "O", 0.375)}
    assert told[-1] == ["O", 0.375, False, "O", 0.375], "nothing comes after the last beat"
    assert content["rhythm"]["label"] == "A" and content["rhythm"]["sure"] is True
    assert all(beat["beat_sure"] for beat in content["beats"])
    findings = {episode["finding"] for episode in content["episodes"]}
    assert "not sure" in findings and not findings & {"atrial fibrillation", "other rhythm"}


def test_the_beats_are_the_true_ones_at_the_records_own_rate(tmp_path: Path) -> None:
    ecg = write_record(tmp_path, "one", VENTRICULAR_BIGEMINY)
    run([str(tmp_path / "one"), "--out", str(tmp_path), "--lead", "1", "--atr", "wb"], early)
    content = _content(tmp_path / "one.json")
    told = [one["sample"] for one in content["beats"]]
    truth = [one.sample for one in ecg.beats]
    matching = match_beats(truth, told, RATE)
    assert matching.sensitivity > 95 and matching.predictivity > 95
    assert np.median([abs(truth[one] - told[other]) for one, other in matching.pairs]) <= 0.012 * RATE
    assert "bigeminy" in [episode["finding"] for episode in content["episodes"]]
    annotation = wfdb.rdann(str(tmp_path / "one"), "wb")
    assert annotation.sample.tolist() == told
    assert annotation.symbol == [one["beat_class"] for one in content["beats"]] and "V" in annotation.symbol


def test_an_episode_is_written_once_with_its_end(tmp_path: Path) -> None:
    write_record(tmp_path, "one", PAUSE_AND_LEAD_OFF, seconds=60)
    run([str(tmp_path / "one"), "--out", str(tmp_path), "--lead", "1"], early)
    pauses = [e for e in _content(tmp_path / "one.json")["episodes"] if e["finding"] == "pause"]
    assert pauses and len(pauses) == len({e["start"] for e in pauses})
    assert any(29 * RATE < e["start"] < e["end"] < 35 * RATE for e in pauses)


def test_a_lead_without_beats_is_noise_and_its_annotation_file_is_empty(tmp_path: Path) -> None:
    write_record(tmp_path, "one", SINUS_RHYTHM, seconds=20)
    assert run([str(tmp_path / "one"), "--out", str(tmp_path), "--atr", "wb"], early) == 0
    content = _content(tmp_path / "one.json")
    assert content["beats"] == [] and content["rhythm"]["label"] == "~"
    assert len(wfdb.rdann(str(tmp_path / "one"), "wb").sample) == 0


def test_a_broken_record_is_named_in_one_line_and_the_others_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("first", "last"):
        write_record(tmp_path, name, SINUS_RHYTHM, seconds=12)
    write_record(tmp_path, "slow", SINUS_RHYTHM, seconds=30, rate=50)
    write_record(tmp_path, "short", SINUS_RHYTHM, seconds=30)
    (tmp_path / "short.dat").write_bytes(b"\0" * 100)
    names = [str(tmp_path / name) for name in ("first", "slow", "short", "missing", "last")]
    out = tmp_path / "out"
    assert run([*names, "--out", str(out), "--lead", "1"], early) == 2
    assert sorted(path.name for path in out.iterdir()) == ["first.json", "last.json"]
    lines = [line for line in capsys.readouterr().err.replace("\r", "\n").splitlines() if "/" in line]
    assert len(lines) == 3
    for name, line in zip(("slow", "short", "missing"), lines, strict=True):
        assert str(tmp_path / name) in line


def test_one_broken_record_is_one_line_in_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(tmp_path / "missing"), "--out", str(tmp_path)], early) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "missing.hea" in line


def test_a_folder_means_its_records_and_several_processes_give_the_same(tmp_path: Path) -> None:
    names = ["a", "b", "c"]
    for name in names:
        write_record(tmp_path, name, SINUS_RHYTHM, seconds=12)
    (tmp_path / "RECORDS").write_text("\n".join(names) + "\n")
    for jobs in ("1", "2"):
        assert run([str(tmp_path), "--out", str(tmp_path / jobs), "--lead", "1", "--jobs", jobs], early) == 0
    for name in names:
        assert (tmp_path / "1" / f"{name}.json").read_bytes() == (tmp_path / "2" / f"{name}.json").read_bytes()


def test_two_records_of_one_name_do_not_overwrite_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path / "x", tmp_path / "y"):
        folder.mkdir()
        write_record(folder, "one", SINUS_RHYTHM, seconds=12)
    assert run([str(tmp_path / "x/one"), str(tmp_path / "y/one"), "--out", str(tmp_path), "--lead", "1"], early) == 2
    assert str(tmp_path / "y/one") in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--atr", "../x"], ["--jobs", "0"], ["--lead", "x"], []])
def test_wrong_arguments_end_with_2(wrong: list[str], tmp_path: Path) -> None:
    named = [str(tmp_path / "one")] if wrong else []
    with pytest.raises(SystemExit) as ended:
        run([*named, "--out", str(tmp_path), *wrong], early)
    assert ended.value.code == 2


def test_an_out_that_is_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("")
    assert run([str(tmp_path / "one"), "--out", str(tmp_path / "out")], early) == 2
    assert str(tmp_path / "out") in capsys.readouterr().err


def test_a_longer_record_begins_with_the_beats_of_a_shorter_one(tmp_path: Path) -> None:
    write_record(tmp_path, "long", VENTRICULAR_BIGEMINY, seconds=100)
    whole = read_record(tmp_path / "long", 1)
    part = type(whole)(whole.name, whole.rate, whole.gain, whole.samples[: 47 * RATE], whole.n_leads, whole.lead_name)
    beats_of_part = analyse(part, early()).beats
    assert len(beats_of_part) > 40
    assert analyse(whole, early()).beats[: len(beats_of_part)] == beats_of_part


def test_the_answer_for_a_record_is_the_mean_of_its_beats() -> None:
    unsure = Beat("r", 1, None, BeatClass.NORMAL, Rhythm.NORMAL, (1.0, 0, 0, 0, 0), (0.4, 0.3, 0.3, 0.0))
    sure = Beat("r", 2, None, BeatClass.NORMAL, Rhythm.ATRIAL_FIBRILLATION, (1.0, 0, 0, 0, 0), (0.0, 0.9, 0.1, 0.0))
    rhythm, probability = rhythm_of_record([unsure, unsure, sure])
    assert rhythm is Rhythm.ATRIAL_FIBRILLATION and probability == pytest.approx(0.5)
    assert rhythm_of_record([]) == (Rhythm.NOISE, 1.0)
