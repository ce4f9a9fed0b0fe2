# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""From a doctor's word to another network and back: collect, correct, build, train, put in service, take back."""

import re
import sys
from io import StringIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
import wfdb

from auth.audit import AuditAction, audit_actions
from cli import perform
from ecg.errors import ConfigurationError
from ecg.scripts import ATRIAL_FIBRILLATION, SINUS_RHYTHM, VENTRICULAR_BIGEMINY, Script
from ecg.synthetic import SyntheticEcg, synthesise
from training.config import TrainingConfig

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.artifact import Description, read_description
from classifier.engine import shipped_model
from classifier.networks import Networks, load_serving
from tests.streaming.wfdb_records import annotate, true_marks
from tests.training.small import SMALL
from tests.training.ward import House, built_house
from training.__main__ import Ward, run
from training.layout import find
from training.sources import Source
from training.split import FROZEN_PERCENT, _place

DEEDS = (AuditAction.NETWORK_PUT, AuditAction.NETWORK_TAKEN_BACK)
SHORT = {SINUS_RHYTHM: "N", ATRIAL_FIBRILLATION: "A"}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """With the public databases, in small: half of their records are frozen."""
    house = built_house(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(house.engine.url))
    monkeypatch.setenv("WARDBEAT_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("WARDBEAT_DATA_DIR", str(tmp_path / "data"))
    for name in ("training2017", "mitdb"):
        (tmp_path / "data" / name).mkdir(parents=True)
    references = []
    for frozen in (False, True):
        for script, rhythm in SHORT.items():
            references.append(f"{challenge(tmp_path / 'data' / 'training2017', script, frozen=frozen)},{rhythm}\n")
    (tmp_path / "data" / "training2017" / "REFERENCE-v3.csv").write_text("".join(references))
    for name, seconds in (("106", 310), ("119", 30), ("900", 30)):
        marks = true_marks(heart(tmp_path / "data" / "mitdb", name, VENTRICULAR_BIGEMINY, seconds))
        annotate(tmp_path / "data" / "mitdb", name, marks)
    (tmp_path / "data" / "mitdb" / "RECORDS").write_text("106\n119\n900\n")
    return house


def heart(folder: Path, name: str, script: Script, seconds: float) -> SyntheticEcg:
    """The same heart in both leads."""
    made = synthesise(script, 250, 11, seconds)
    digital = np.rint(np.column_stack([made.samples] * 2) * 200).astype(np.int64)
    wfdb.wrsamp(name, 250, ["mV"] * 2, ["MLII", "V1"], d_signal=digital, fmt=["16"] * 2, adc_gain=[200.0] * 2,
                baseline=[0, 0], write_dir=str(folder))  # fmt: skip
    return made


def challenge(folder: Path, script: Script, *, frozen: bool) -> str:
    """Name of a new record on this side."""
    taken = {path.stem for path in folder.glob("*.hea")}
    names = (f"A{number:05}" for number in range(100))
    name = next(name for name in names if name not in taken and (_place(name) < FROZEN_PERCENT) is frozen)
    heart(folder, name, script, 25)
    return name


@pytest.fixture
def small(config: TrainingConfig) -> TrainingConfig:
    replaced = msgspec.structs.replace
    sampling = replaced(config.sampling, arrhythmia={"N": 4, "V": 4}, synthetic=2, ward={"N": 4, "S": 4, "F": 4})
    schedule = replaced(config.schedule, epochs=1, batch=4, threads=1)
    last = replaced(config.finish, draws=1, epochs=1, batch=4)
    return replaced(config, sampling=sampling, schedule=schedule, finish=last, network=SMALL)


@pytest.fixture
def made(
    house: House, small: TrainingConfig, noise_file: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Description]:
    """What the training makes of the public records and the data set that was built of the house's own."""
    data, out = house.folder / "data", house.folder / "next"
    noise_file.rename(data / "nstdb.npz")
    assert perform(["dataset", "build", str(house.folder / "set")]) == 0
    monkeypatch.setattr("training.curve.draw", lambda _folder: None)
    monkeypatch.setattr("training.coverage._draw", lambda _curves, _path: None)
    monkeypatch.setattr("training.synthetic.RECORDS", 1)
    monkeypatch.setattr("training.quantise.WINDOWS", {Source.CHALLENGE: 8, Source.ARRHYTHMIA: 8})
    monkeypatch.setattr("training.service.frozen.FROZEN_RECORDS", frozenset({"106"}))
    ward = Ward.read(house.folder / "set")
    run(small, find(data, house.folder / "unpacked"), house.folder / "var" / "training", out, ward)
    description = read_description(out)
    assert (description.dataset, description.version) == (ward.version, f"shipped-{ward.version[:8]}")
    return out, description


def typed(monkeypatch: pytest.MonkeyPatch, words: str, *command: str) -> int:
    monkeypatch.setattr(sys, "stdin", StringIO(f"{words}\n"))
    return perform(["network", *command])


@pytest.mark.filterwarnings("ignore")
def test_what_a_doctor_says_becomes_a_network_that_serves_and_is_taken_back(
    house: House, made: tuple[Path, Description], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (out, description), networks = made, Networks(house.folder / "var" / "networks")
    put, shipped = ("put-in-service", str(out)), shipped_model()
    capsys.readouterr()
    assert typed(monkeypatch, "yes", *put, "--yes") == 1, "it is worse where lives hang on it: yes is not enough"
    shown = capsys.readouterr()
    assert re.search(r"F1 A live, by beat \* .* WORSE\n", shown.out)
    assert "WARNING: F1 A live, by beat falls by" in shown.err and "Nothing was changed" in shown.err
    assert f"learnt from data set {description.dataset[:12]}" in shown.out
    assert networks.in_service() == shipped
    assert typed(monkeypatch, "worse", *put) == 0
    assert (networks.in_service(), load_serving(networks).model) == (description.graph_sha256,) * 2
    with pytest.raises(ConfigurationError, match="in service already"):
        perform(["network", *put])

    capsys.readouterr()
    assert typed(monkeypatch, "yes", "take-back") == 0
    assert "better" in capsys.readouterr().out
    assert networks.here() == (shipped, description.graph_sha256)
    with pytest.raises(ConfigurationError, match="none to go back to"):
        perform(["network", "take-back"])
    told = [(action, subject.split()[2]) for action, subject in audit_actions(house.engine) if action in DEEDS]
    assert told == list(zip(DEEDS, (description.graph_sha256[:12], shipped[:12]), strict=True))
    perform(["network", "list"])
    assert "taken back\tshell: " in capsys.readouterr().out
