"""What idle sockets and enormous frames do to a ward that streams: R peak sent → beat on the wall, without and with.

    python -m tests.bench intruders [--patients 50] [--seconds 30] [--rounds 3]

1,000 sockets stand half open in ingest's door, those that are cut off come back; beside them come frames of 64 MB.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import struct
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import uvloop

from tests.bench.ward import measure
from tests.fuzz import UPGRADE
from tests.ward import Ward, running_ward

IDLE = 1000
HUGE = 64 << 20
HUGE_PAUSE_S = 0.25


def main(arguments: Sequence[str]) -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench intruders")
    parser.add_argument("--patients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    quiet: list[float] = []
    besieged: list[float] = []
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, running_ward(Path(folder)) as ward:
        visitor = ward.make_administrator()
        for _ in range(options.rounds):
            quiet.append(_p99(ward, visitor.ticket(), options.patients, options.seconds))
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply_async(intrude, (int(ward.phone_url.split(":")[2].split("/")[0]),))
                besieged.append(_p99(ward, visitor.ticket(), options.patients, options.seconds))
    alone, beside = statistics.median(quiet), statistics.median(besieged)
    print(
        f"\np99 without intruders {_told(quiet)} ms, with them {_told(besieged)} ms: ",
        f"{100 * (beside / alone - 1):+.0f} %",
    )


def _p99(ward: Ward, ticket: str, patients: int, seconds: float) -> float:
    measured = uvloop.run(measure(ward, ticket, patients, seconds))
    if not measured.delays:
        sys.exit("no beat came to the wall: this machine is too busy for the measurement")
    return float(np.percentile(measured.delays, 99)) * 1000


def _told(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.0f} ({', '.join(f'{each:.0f}' for each in milliseconds)})"


def intrude(port: int) -> None:
    """Stand in the door for ever."""
    uvloop.run(_intrude(port))


async def _intrude(port: int) -> None:
    await asyncio.gather(*(_idle(port) for _ in range(IDLE)), _huge(port))


async def _idle(port: int) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(UPGRADE[:60])
            await reader.read()
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(1)


async def _huge(port: int) -> None:
    while True:
        await asyncio.sleep(HUGE_PAUSE_S)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(UPGRADE)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"\x82\xff" + struct.pack(">Q", HUGE) + bytes(4))
            for _ in range(HUGE >> 16):
                writer.write(bytes(1 << 16))
                await writer.drain()
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            pass
