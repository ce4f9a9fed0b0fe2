"""A million mutated messages against a running ingest: what it answers, and what of its memory stays.

    python -m tests.bench fuzz [--frames 1000000] [--seed 1]

Exit code 1 when an answer is not what the rules say, when its log has an error, or when its memory grew by over 10 MB.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from tests.fuzz import besiege
from tests.ingest_process import Ingest, running_ingest
from tests.servers import running_valkey

PHONES = 32
STEPS = 10
GROWTH_MB = 10.0


def main(arguments: Sequence[str]) -> None:
    """Print memory and speed after each tenth."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench fuzz")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_ingest(valkey.url, Path(folder), PHONES) as ingest,
    ):
        uvloop.run(besieged(ingest, options.frames, options.seed))


async def besieged(ingest: Ingest, frames: int, seed: int) -> None:
    """Besiege in ten steps; leaves the process with 1 when the ingest is not sound."""
    looked_at, first_mb, began = 0, 0.0, time.perf_counter()
    for step in range(STEPS):
        looked_at += await besiege(ingest.port, ingest.tokens, frames // STEPS, seed * 100 + step)
        first_mb = first_mb or ingest.memory_mb
        seconds = time.perf_counter() - began
        print(f"{looked_at} messages looked at in {seconds:.0f} s; memory {ingest.memory_mb:.1f} MB", flush=True)
    if not ingest.is_sound() or ingest.memory_mb - first_mb > GROWTH_MB:
        sys.exit("ingest is not sound, or grew: " + ingest.log[-2000:])
    print(
        "every answer was as the rules say, and no error is in the log; "
        f"memory since the first tenth: {ingest.memory_mb - first_mb:+.1f} MB"
    )
