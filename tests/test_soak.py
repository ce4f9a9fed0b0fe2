"""A short soak: every process killed once while phones stream on a bad way; the database is judged as in a long one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS, EVERY_S = 28.0, 3.0
KILL = "ingest,worker,redis,recorder,alerts,gateway,web,pause"
NETWORK = "drop=0.005,delay,dup,reorder,cut=20"


@pytest.mark.timeout(600)
def test_nothing_is_lost_doubled_or_different_whatever_dies(tmp_path: Path) -> None:
    result = tmp_path / "soak.json"
    words = ["--patients", "6", "--minutes", str(SECONDS / 60), "--kill", KILL, "--every", str(EVERY_S)]
    words += ["--network", NETWORK, "--keep", str(tmp_path / "ward"), "--json", str(result), "--jobs", "1"]
    wardbeat = Path(sys.executable).with_name("wardbeat")
    done = subprocess.run([wardbeat, "soak", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(result.read_text())
    assert told["clean"]
    assert len(told["kills"]) == len(KILL.split(",")), "each was a victim once"
    assert told["counts"]["samples"] > 6 * 100 * SECONDS
    assert told["counts"]["beats"] > 6 * SECONDS / 2
    assert told["acknowledged"]["missing"] == told["shown"]["missing"] == 0
    assert told["way"]["repeated"] and told["way"]["swapped"], "the way was bad"
