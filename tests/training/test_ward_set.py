"""`wardbeat dataset build`: what goes into a training set, what never does, and what a withdrawal does."""

import csv
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wfdb

from auth.audit import AuditAction, audit_actions
from auth.deeds import Deed
from cli import perform
from db.consent import training_consent
from db.datasets import Signature
from db.edits import Act, Doer, say
from db.engine import writing
from db.findings import beats, quality_changes
from db.queries import segments
from db.reports import signed_content
from ecg.errors import ConfigurationError, RecordError
from ecg.types import INVALID_SAMPLE
from tests.training.ward import DEVICE, MODEL, NAMED, SECRETS, SIGNED, STARTED_MS, WARD, House, built_house
from training.config import TrainingConfig
from training.prepare import prepare_record
from training.sources import MASKED, Source
from training.split import is_kept_back, teaches
from training.ward.build import build
from training.ward.consent import refuse_withdrawn
from training.ward.manifest import Manifest, read_manifest, version_of
from training.ward.pseudonyms import Pseudonyms
from training.ward.source import ward_readings
from training.ward.truth import Judged, Why, labels_of


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = built_house(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(house.engine.url))
    monkeypatch.setenv("WARDBEAT_VAR_DIR", str(tmp_path / "var"))
    return house


def built(house: House, name: str) -> Manifest:
    assert perform(["dataset", "build", str(house.folder / name)]) == 0
    return read_manifest(house.folder / name)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def everything(folder: Path) -> bytes:
    return b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in sorted(folder.rglob("*.*")))


def test_only_what_a_person_judged_is_a_label_and_each_says_who_when_and_what_was_proposed(house: House) -> None:
    manifest, folder = built(house, "set"), house.folder / "set"
    assert (manifest.patients, manifest.recordings) == (2, 2)
    assert manifest.labels["named"] == {"F": 1, "S": 1, "none": 1}
    assert manifest.labels["signed"]["N"] > 60
    assert manifest.networks == [MODEL]
    assert manifest.left_out["beats in noise that a doctor marked"] == 1
    named = [row for row in rows(folder) if row["how"] == "named"]
    said = {beat.index: beat.beat_class.value for beat in beats(house.engine, NAMED, 0, 20_000)}
    proposed = [said[list(said)[20]], said[list(said)[24]], "|"]
    assert [(row["class"], row["proposed"]) for row in named] == list(zip("S|F", proposed, strict=True))
    assert {(row["year"], row["days_after"], row["network"]) for row in named} == {("2025", "2", MODEL)}
    assert len({row["labeller"] for row in rows(folder)}) == 1
    record = next(each for each in manifest.records if each.named)
    note = wfdb.rdann(str(folder / record.name), "atr")
    found = [int(row["sample"]) for row in named]
    assert (list(note.sample), note.symbol) == (found, [row["class"] for row in named])
    header, stored = wfdb.rdrecord(str(folder / record.name), physical=False), segments(house.engine, NAMED, 0, 100)
    assert list(header.d_signal[:50, 0]) == list(stored[0].samples[record.begin : record.begin + 50])
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0


def test_no_sample_is_in_it_that_never_came(house: House) -> None:
    manifest = built(house, "set")
    signals = [np.fromfile(house.folder / "set" / f"{each.name}.dat", "<i2") for each in manifest.records]
    assert sum(map(len, signals)) > 100 * 250
    assert not any((signal == INVALID_SAMPLE).any() for signal in signals)


def test_nothing_of_a_person_a_device_or_a_day_is_in_it(house: House) -> None:
    built(house, "set")
    content = everything(house.folder / "set")
    words = [*SECRETS.values(), *SECRETS["name"].split(), DEVICE, WARD, "dora", "Dora", "Quartermaine", NAMED, SIGNED]
    assert [word for word in words if word.encode() in content] == []
    files = [
        path for path in (house.folder / "set").rglob("*") if path.is_file() and path.suffix not in (".dat", ".atr")
    ]
    texts = b"".join(path.read_bytes() for path in files)
    assert str(STARTED_MS)[:7].encode() not in texts
    assert re.findall(rb"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}|\d\d:\d\d", texts) == []
    header = next((house.folder / "set").rglob("*.hea")).read_text().splitlines()
    assert len(header[0].split()) == 4, "a record line has no time and no date"
    assert header[1].split()[-1] == "ECG"


def test_the_same_input_gives_the_same_bytes_and_another_key_other_names(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built(house, "one")
    capsys.readouterr()
    built(house, "two")
    assert "Nothing has changed" in capsys.readouterr().out
    assert everything(house.folder / "one") == everything(house.folder / "two")
    assert version_of(house.folder / "one") == version_of(house.folder / "two")
    monkeypatch.setenv("WARDBEAT_DATASET_KEY", "k" * 32)
    other = built(house, "three")
    mine = {each.name.split("/")[0] for each in read_manifest(house.folder / "one").records}
    assert mine.isdisjoint({each.name.split("/")[0] for each in other.records})


def test_who_withdraws_is_in_no_further_build_and_the_earlier_ones_are_named(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    before, names = (
        built(house, "before"),
        Pseudonyms((house.folder / "var" / "dataset.key").read_text().strip().encode()),
    )
    refuse_withdrawn(house.engine, names, version_of(house.folder / "before"))
    house.consent(1, False)
    with pytest.raises(RecordError, match="holds patients who have withdrawn"):
        refuse_withdrawn(house.engine, names, version_of(house.folder / "before"))
    after = built(house, "after")
    told = capsys.readouterr().out
    (gone,) = {each.name.split("/")[0] for each in before.records} - {each.name.split("/")[0] for each in after.records}
    assert after.patients == 1
    assert after.left_out["patients without consent"] == 1
    assert f"removed, consent withdrawn or patient deleted: {gone}" in told
    assert f"  {house.folder / 'before'} (" in told.split("Delete them, and every copy:")[1]
    assert perform(["dataset", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(f"DELETE: withdrawn {gone}") and "DELETE" not in second
    shutil.rmtree(house.folder / "before")
    perform(["dataset", "list"])
    assert "DELETE" not in capsys.readouterr().out
    entries = [subject for action, subject in audit_actions(house.engine) if action is AuditAction.DATASET_BUILT]
    assert Counter(len(entry.split()) for entry in entries) == {3: 2, 1: 3}, "one for each build, one for each patient"


def test_who_withdraws_while_it_is_built_stops_it(house: House) -> None:
    names, deed = Pseudonyms(b"k" * 32), Deed(None, STARTED_MS, "here")
    with pytest.raises(ConfigurationError, match="Meanwhile a patient has withdrawn consent"):
        build(house.engine, house.folder / "set", names, deed, lambda *_: withdraw(house))
    assert not (house.folder / "set").exists()
    assert AuditAction.DATASET_BUILT not in {action for action, _ in audit_actions(house.engine)}


def withdraw(house: House) -> None:
    if 1 in training_consent(house.engine):
        house.consent(1, False)


def test_a_signature_teaches_no_beat_that_the_network_was_not_sure_of(house: House) -> None:
    sure = beats(house.engine, SIGNED, 0, 20_000)
    doubtful = replace(sure[3], class_probabilities=(0.3, 0.25, 0.25, 0.1, 0.1))
    shown, signature = [*sure[:3], doubtful, *sure[4:]], Signature(house.dora, STARTED_MS, "")
    quality = quality_changes(house.engine, SIGNED, 0, 20_000)
    labels, left_out = labels_of(Judged((), signature, shown, shown, (), quality))
    assert left_out[Why.NOT_SURE] == 1
    assert {label.index for label in labels} == {beat.index for beat in sure if beat is not sure[3]}


def test_a_signature_counts_for_the_beats_that_were_signed_and_no_others(house: House) -> None:
    signed = built(house, "signed").labels["signed"]
    (beat, *_) = beats(house.engine, SIGNED, 5000, 6000)
    with writing(house.engine) as connection:
        say(connection, Doer(SIGNED, house.dora, STARTED_MS), Act.CLASS, {beat.index: "V"})
    after = built(house, "edited")
    content = signed_content(house.engine, SIGNED, 1)
    assert content is not None and content.models == (MODEL,), "the network that labelled it, not the one in service"
    assert signed and after.labels["signed"] == {}
    assert after.labels["named"]["V"] == 1
    assert any("have changed since the report was signed" in why for why in after.left_out)


def test_training_takes_it_with_unjudged_beats_masked_and_a_patient_on_one_side(
    house: House, config: TrainingConfig
) -> None:
    manifest, folder = built(house, "set"), house.folder / "set"
    records = [prepare_record(record) for reading in ward_readings(folder) for record in reading()]
    judged = {record.name: int((record.beat_class != MASKED).sum()) for record in records}
    for entry in manifest.records:
        labels = sum((Counter(entry.named) + Counter(entry.signed)).values()) - entry.named.get("none", 0)
        assert 0 < judged[entry.name] <= labels, entry
    assert any(len(record.peaks) > 20 and judged[record.name] < 4 for record in records)
    assert all((record.rhythm == MASKED).all() for record in records)
    sides = {(name.split("/")[0], teaches(Source.WARD, name, config)) for name in judged}
    assert len(sides) == len({patient for patient, _ in sides}) == 2
    assert all(is_kept_back(Source.WARD, f"{patient}/x", config) is not side for patient, side in sides)


def test_what_is_there_already_is_refused_or_replaced_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = house.folder / "mine"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigurationError, match="something else"):
        perform(["dataset", "build", str(foreign)])
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]
    built(house, "set")
    whole = everything(house.folder / "set")
    house.consent(1, False)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("training.ward.files.wfdb.wrann", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        perform(["dataset", "build", str(house.folder / "set")])
    assert everything(house.folder / "set") == whole
    assert not [path for path in house.folder.iterdir() if path.name.endswith((".part", ".old"))]
    built(house, "set")
    assert everything(house.folder / "set") != whole
    (house.folder / "set" / "labels.csv").write_text("made up\n")
    with pytest.raises(RecordError, match=r"labels\.csv: not what was built"):
        version_of(house.folder / "set")
