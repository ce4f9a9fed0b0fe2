"""From the sample that completes an alert, handed to the phone's socket, to the alert on the wall's socket.

    python -m tests.bench alert-delay [--patients 200] [--seconds 60]

A whole ward as in tests/bench/ward.py. Which sample completes an alert is known from the same signal through the same
pipeline beside it: what comes after that is the house's own delay. A tile flashes with the next picture (docs/WALL.md).
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np
import uvloop
from websockets.asyncio.client import connect

from classifier.engine import shipped_labeller
from db.engine import open_engine
from db.provision import provision_demo
from ecg.pipeline import Pipeline
from ecg.types import Alert, DeviceChunk
from streaming.loops import LoopedSignal, demo_loops
from streaming.phone import hello_for
from streaming.simulate import Bed
from tests.bench.ward import CHUNK_S, LoggingPhone
from tests.ward import Ward, running_ward

OUTSIDE = ("no_data", "battery", "clock", "worker_lag")
"""What the desk itself sees has no sample that completes it."""
KINDS = 8
"""Different hearts; the other beds share them."""
LEAST_S = 20.0
"""The first seconds are left out: all phones connect."""


@dataclass(slots=True)
class Delays:
    """Seconds of each alert, and those that could not be matched."""

    seconds: list[float] = field(default_factory=list)
    unmatched: int = 0


def completed(loop: LoopedSignal, seconds: float) -> dict[tuple[str, int], int]:
    """(rule, start) -> the device sample that completes the alert. Fed one by one: phones cut anywhere."""
    pipeline, told = Pipeline(shipped_labeller(), ""), dict[tuple[str, int], int]()
    for at in range(round(seconds * loop.rate)):
        for start, sample in loop.between(at, at + 1):
            for event in pipeline.receive([DeviceChunk("x", start, sample, loop.rate, loop.gain)]):
                if isinstance(event, Alert) and event.end is None:
                    told.setdefault((event.rule.value, event.start), at)
    return told


async def watch(
    ward: Ward, ticket: str, phones: Mapping[str, tuple[LoggingPhone, Mapping[tuple[str, int], int]]], into: Delays
) -> None:
    """A wall of all beds, for ever."""
    beds: dict[int, str] = {}
    known: set[tuple[str, str, int]] = set()
    hello = {"ticket": ticket, "beds": "all", "parts": "alerts"}
    async with connect(ward.live_url, origin=ward.address, compression=None, max_size=None) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps(hello))
        async for message in socket:
            seen, news = time.perf_counter(), json.loads(message)
            if news["type"] == "beds":
                beds = {bed["bed_id"]: bed["bed"] for bed in news["beds"]}
            for bed in news["beds"] if news["type"] == "alerts" else ():
                for alert in bed["alerts"]:
                    key = (alert["recording"], alert["rule"], alert["start"])
                    if key not in known and alert["rule"] not in OUTSIDE:
                        known.add(key)
                        _note(*phones[beds[bed["bed_id"]]], key, seen, into)


def _note(
    phone: LoggingPhone, told: Mapping[tuple[str, int], int], key: tuple[str, str, int], seen: float, into: Delays
) -> None:
    sample = told.get(key[1:])
    sent = None if sample is None else phone.sent_at(sample)
    if sent is None:
        into.unmatched += 1
    elif phone.times[0] + LEAST_S < sent:
        into.seconds.append(seen - sent)


async def measure(
    ward: Ward, ticket: str, loops: Sequence[tuple[LoopedSignal, dict[tuple[str, int], int]]], seconds: float
) -> Delays:
    """Stream and watch; loops: of each patient, with the samples that complete its alerts."""
    phones: dict[str, tuple[LoggingPhone, Mapping[tuple[str, int], int]]] = {}
    beds, clock, patients = list[Bed](), asyncio.get_running_loop().time(), len(loops)
    devices = provision_demo(open_engine(ward.database_url), patients)
    for number, (device, (loop, known)) in enumerate(zip(devices, loops, strict=True)):
        phase = number / patients * CHUNK_S
        started_ms = round((time.time() + phase) * 1000)
        hello = hello_for(device.token, str(uuid4()), loop.rate, loop.gain, loop.lead, started_ms)
        phone = LoggingPhone(ward.phone_url, hello)
        phones[device.bed] = (phone, known)
        beds.append(Bed(number + 1, device.bed, loop, phone, clock + phase, CHUNK_S))
    for bed in beds:
        bed.start()
    into = Delays()
    wall = asyncio.create_task(watch(ward, ticket, phones, into))
    await asyncio.sleep(seconds)
    for bed in beds:
        await bed.stop()
    wall.cancel()
    return into


def main(arguments: Sequence[str] = ()) -> None:
    """Print the line of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench alert-delay")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=70.0)
    given = parser.parse_args(arguments)
    kinds = [(loop, completed(loop, given.seconds)) for loop in demo_loops(KINDS, 1)]
    loops = [kinds[number % KINDS] for number in range(given.patients)]
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, running_ward(Path(folder)) as ward:
        ticket = ward.make_administrator().ticket()
        got = uvloop.run(measure(ward, ticket, loops, given.seconds))
    delays = 1000 * np.array(got.seconds)
    p50, p99 = np.percentile(delays, [50, 99]) if len(delays) else (float("nan"),) * 2
    print(f"{given.patients} patients, {len(delays)} alerts ({got.unmatched} that could not be matched)")
    print(f"completing sample sent → alert on the wall's socket: p50 {p50:.0f} ms, p99 {p99:.0f} ms, ", end="")
    print(f"slowest {delays.max():.0f} ms" if len(delays) else "none seen")
