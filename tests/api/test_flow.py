"""docs/API.md as it stands: its commands, run by a shell against real processes, from a recording to its results."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from db.corrections import beat_counts
from db.provision import DEMO_WARD
from ecg.labels import BeatClass
from ecg.scripts import SINUS_RHYTHM
from ecg.synthetic import synthesise
from tests.api.house import EVERY_SCOPE, token_for
from tests.dashboard.house import House, running_house
from tests.people import new_person

pytestmark = pytest.mark.timeout(300)
DOCUMENT = Path(__file__).parents[2] / "docs" / "API.md"
SECONDS = 60.0


def commands() -> str:
    """All that the document tells a shell to do, in its order."""
    told = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(told) >= 5
    return "set -euo pipefail\n" + "\n".join(told)


def test_the_commands_of_the_document_bring_a_recording_and_its_results(tmp_path: Path, valkey_url: str) -> None:
    heart = synthesise(SINUS_RHYTHM, 250, 1, SECONDS)
    place = tmp_path / "desk"
    for each in (place, tmp_path / "house"):
        each.mkdir()
    np.round(heart.samples * 200).astype("<i2").tofile(place / "ecg.raw")
    with running_house(tmp_path / "house", valkey_url, 1) as house:
        house.start("jobs")
        told = run(house, place)
        assert (told.returncode, told.stderr) == (0, ""), told.stdout
        check(house, place, heart.heart_rate)


def run(house: House, place: Path) -> subprocess.CompletedProcess[str]:
    token = token_for(house.engine(), new_person(house.engine(), "lm", "patient", patients=[1]), EVERY_SCOPE)
    doctor = token_for(house.engine(), new_person(house.engine(), "dora", "doctor", [DEMO_WARD]), EVERY_SCOPE)
    where = {"WARDBEAT": house.url, "TOKEN": token, "DOCTOR": doctor, "PATH": "/usr/bin:/bin", "NO_PROXY": "*"}
    script = ["bash", "-c", commands()]
    return subprocess.run(script, cwd=place, env=where, capture_output=True, text=True, timeout=200, check=False)


def check(house: House, place: Path, heart_rate: float) -> None:
    summary = json.loads((place / "summary.json").read_text())
    beats = json.loads((place / "beats.json").read_text())["items"]
    assert 50 < summary["beats"] < 100
    assert summary["beats"] == len(beats) == json.loads((place / "classes.json").read_text())["total"]
    assert summary["heart_rate"]["median"] == pytest.approx(heart_rate, abs=3)
    assert summary["rr_ms"]["median"] == pytest.approx(60_000 / summary["heart_rate"]["median"], rel=0.15)
    assert len(json.loads((place / "rr.json").read_text())["items"]) == len(beats) - 1
    for result in ("heart-rate", "vital-signs"):
        assert json.loads((place / f"{result}.json").read_text())["items"]
    report = json.loads((place / "report.json").read_text())
    assert (report["state"], report["conclusion"]) == ("signed", "Sinus rhythm.")
    counts, (corrected,) = report["numbers"]["beats"], json.loads((place / "corrections.json").read_text())["items"]
    assert (corrected["index"], corrected["said"], corrected["network_class"]) == (beats[5]["index"], "V", "N")
    assert counts == summary["classes"] | {"N": summary["classes"]["N"] - 1, "V": summary["classes"]["V"] + 1}
    assert (place / "report.pdf").read_bytes().startswith(b"%PDF")
    stored = beat_counts(house.engine(), summary["recording"])
    assert stored[BeatClass.NORMAL] == counts["N"]
