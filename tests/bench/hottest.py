"""Where a process spends its time, asked of py-spy (`pip install py-spy`) from outside."""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

SHOWN = 12


def hottest(pid: int, name: str, seconds: float) -> list[str]:
    """Lines for a person: the functions that were running, by their share of samples; native ones by their caller."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        return [f"(py-spy is not installed, so nobody knows what {name} does)"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "stacks"
        words = [spy, "record", "-d", str(int(seconds)), "-r", "200", "-f", "raw", "-o", str(out), "-p", str(pid)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode or not out.exists():
            return [f"(py-spy cannot look at {name}: {done.stderr.strip().splitlines()[-1:]})"]
        return _shares(name, out.read_text().splitlines())


def _shares(name: str, stacks: list[str]) -> list[str]:
    own, total, all_samples = Counter[str](), Counter[str](), 0
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        frames = [frame.rpartition(":")[0] for frame in stack.split(";")]
        all_samples += int(count)
        own[frames[-1]] += int(count)
        total.update(dict.fromkeys(frames, int(count)))
    lines = [f"\nWhat {name} does, % of its samples (own / with what it calls):"]
    lines += [
        f"  {100 * n / all_samples:4.1f} / {100 * total[f] / all_samples:4.1f}  {f}" for f, n in own.most_common(SHOWN)
    ]
    lines += ["  by what they call:"]
    lines += [f"         {100 * n / all_samples:4.1f}  {f}" for f, n in total.most_common(4 * SHOWN)]
    return lines
