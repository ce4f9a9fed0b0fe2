"""A whole ward on this machine: how long from the R peak's sample to the labelled beat on a wall, at what cost.

    python -m tests.bench ward [--patients 200] [--seconds 60]

The phones (the reference client) and the wall's socket run in this process, all else is a real `wardbeat up`.
"""

import argparse
import asyncio
import json
import tempfile
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np
import uvloop
from numpy.typing import NDArray
from websockets.asyncio.client import connect

from db.engine import open_engine
from db.provision import provision_demo
from ecg.rates import device_index
from streaming.loops import LoopedSignal, demo_loops
from streaming.phone import Phone, hello_for
from streaming.simulate import Bed
from streaming.wire import Hello
from tests.bench.processes import cpu_seconds, memory_mb
from tests.ward import Ward, running_ward

CHUNK_S = 0.25
SETTLE_S = 20.0
"""The first seconds are left out: all phones connect, detectors learn their levels."""


class LoggingPhone(Phone):
    """A reference phone that remembers when each chunk was handed to its socket."""

    def __init__(self, url: str, hello: Hello) -> None:
        super().__init__(url, hello)
        self.ends: list[int] = []
        self.times: list[float] = []

    def record(self, start: int, samples: NDArray[np.int16]) -> None:
        """Keep the time, then stream as ever."""
        self.ends.append(start + len(samples))
        self.times.append(time.perf_counter())
        super().record(start, samples)

    def sent_at(self, sample: int) -> float | None:
        """When the device sample was sent; None for one that is not ours."""
        place = bisect_left(self.ends, sample + 1)
        return self.times[place] if place < len(self.times) else None


@dataclass(slots=True)
class Measured:
    """Seconds from sending to seeing, and beats of known recordings that came to the wall."""

    delays: list[float] = field(default_factory=list)
    beats: int = 0


async def watch(ward: Ward, ticket: str, phones: dict[str, tuple[LoggingPhone, LoopedSignal]], into: Measured) -> None:
    """A wall of all beds, for ever."""
    beds: dict[int, str] = {}
    async with connect(ward.live_url, origin=ward.address, compression=None, max_size=None) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"ticket": ticket, "beds": "all"}))
        async for message in socket:
            if isinstance(message, bytes):
                continue
            seen, news = time.perf_counter(), json.loads(message)
            if news["type"] == "beds":
                beds = {bed["channel"]: bed["bed"] for bed in news["beds"]}
            for event in news.get("events", ()):
                if event["kind"] == "beat" and event["channel"] in beds:
                    phone, loop = phones[beds[event["channel"]]]
                    sent = phone.sent_at(device_index(event["index"], loop.rate))
                    into.beats += 1
                    into.delays += [] if sent is None else [seen - sent]


async def measure(ward: Ward, ticket: str, patients: int, seconds: float) -> Measured:
    """Stream, watch, print."""
    devices = provision_demo(open_engine(ward.database_url), patients)
    clock = asyncio.get_running_loop().time()
    phones: dict[str, tuple[LoggingPhone, LoopedSignal]] = {}
    beds = []
    for number, (device, loop) in enumerate(zip(devices, demo_loops(patients, 1), strict=True)):
        phase = number / patients * CHUNK_S
        started_ms = round((time.time() + phase) * 1000)
        hello = hello_for(device.token, str(uuid4()), loop.rate, loop.gain, loop.lead, started_ms)
        phone = LoggingPhone(ward.phone_url, hello)
        phones[device.bed] = (phone, loop)
        beds.append(Bed(number + 1, device.bed, loop, phone, clock + phase, CHUNK_S))
    for bed in beds:
        bed.start()
    measured = Measured()
    wall = asyncio.create_task(watch(ward, ticket, phones, measured))
    await asyncio.sleep(SETTLE_S)
    measured.delays.clear()
    measured.beats = 0
    before, own, begin = cpu_seconds(ward), time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    lasted, mine = time.perf_counter() - begin, time.process_time() - own
    report(measured, before, mine, ward, patients, lasted)
    for bed in beds:
        await bed.stop()
    wall.cancel()
    return measured


def report(
    measured: Measured, before: dict[str, float], mine: float, ward: Ward, patients: int, seconds: float
) -> None:
    """The tables of docs/BENCHMARKS.md."""
    delays = np.array(measured.delays) * 1000
    p50, p95, p99 = np.percentile(delays, [50, 95, 99]) if len(delays) else (float("nan"),) * 3
    print(f"{patients} patients, {seconds:.0f} s, {measured.beats} labelled beats on the wall's socket")
    print(
        f"R-peak sample sent → labelled beat on the wall: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, ",
        end="",
    )
    print(f"slowest {delays.max():.0f} ms" if len(delays) else "none seen")
    after, memory = cpu_seconds(ward), memory_mb(ward)
    print("\n| process | % of one core | memory MB (PSS) |\n| --- | --- | --- |")
    for name in sorted(memory):
        print(f"| {name} | {100 * (after.get(name, 0) - before.get(name, 0)) / seconds:.0f} | {memory[name]:.0f} |")
    print(f"| all | {100 * (sum(after.values()) - sum(before.values())) / seconds:.0f} | {sum(memory.values()):.0f} |")
    print(f"\nThe phones and the wall of this measurement took {100 * mine / seconds:.0f} % of a core beside it.")


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench ward")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, running_ward(Path(folder)) as ward:
        ticket = ward.make_administrator().ticket()
        uvloop.run(measure(ward, ticket, options.patients, options.seconds))
