"""Mutated files before the sandbox: how many were read, how many refused and why, and how long one takes.

python -m tests.bench files [--files 100000] [--seed 1]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from streaming.files.sandbox import Sandbox
from tests.files_fuzz import besiege

STEPS = 10


def main(arguments: Sequence[str]) -> None:
    """Print what came of each tenth; an answer that breaks the contract ends it with an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench files")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    sandbox, began = Sandbox(look_seconds=5), time.perf_counter()
    try:
        for step in range(STEPS):
            with tempfile.TemporaryDirectory(prefix="wb-") as folder:
                tally = besiege(sandbox, Path(folder), options.files // STEPS, options.seed * 100 + step)
            seconds = time.perf_counter() - began
            print(f"{options.files // STEPS * (step + 1)} files in {seconds:.0f} s; read {tally.read}, {tally.refused}")
    finally:
        sandbox.close()
