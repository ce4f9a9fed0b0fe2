"""How many patients one machine carries, what each costs, and what is busy first.

    python -m tests.bench capacity [--patients 100,250,500,1000] [--seconds 40] [--storm 60] [--workers 1]

All but the phones and the wall's socket is a real `wardbeat up`. --storm S: the phones come at once, each with
S seconds saved up. --profile: which processes to look into, beside the busiest.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import msgspec
import numpy as np
import uvloop
from websockets.asyncio.client import connect
from websockets.typing import Origin

from db.engine import open_engine
from db.provision import provision_demo
from ecg.rates import SAMPLE_RATE
from streaming.loops import demo_loops
from streaming.phone import hello_for
from tests.bench.hottest import hottest
from tests.bench.processes import cpu_seconds, memory_mb
from tests.bench.raw_phones import RawPhone, play
from tests.ward import Ward, running_ward

SETTLE_S = 20.0
PROFILE_S = 10.0
FSYNC_EVERY_S = 0.1


class _Bed(msgspec.Struct):
    bed: str
    channel: int | None


class _Event(msgspec.Struct):
    kind: str
    channel: int
    index: int = -1


class _News(msgspec.Struct):
    type: str
    beds: list[_Bed] = []
    events: list[_Event] = []


_NEWS = msgspec.json.Decoder(_News)


@dataclass(slots=True)
class Wall:
    """Delays in seconds from the R peak's chunk being sent to its beat on the wall's socket, since `clear`."""

    delays_s: list[float] = field(default_factory=list)
    beats: int = 0

    async def watch(self, ward: Ward, ticket: str, phones: dict[str, RawPhone]) -> None:
        """A wall of all beds, for ever."""
        beds: dict[int, RawPhone] = {}
        async with connect(ward.live_url, origin=Origin(ward.address), compression=None, max_size=None) as socket:
            await socket.send(f'{{"ticket": "{ticket}", "beds": "all"}}')
            async for message in socket:
                if isinstance(message, str):
                    news, now = _NEWS.decode(message), time.perf_counter()
                    beds |= {bed.channel: phones[bed.bed] for bed in news.beds if bed.channel is not None}
                    for event in news.events:
                        if event.kind == "beat" and event.channel in beds:
                            self.see(beds[event.channel], event.index, now)

    def see(self, phone: RawPhone, index: int, now: float) -> None:
        """A beat. What was saved up before the start is no news to the wall."""
        sent = phone.sent_at(index)
        self.beats += 1
        self.delays_s += [] if sent is None or index < phone.backlog_s * SAMPLE_RATE else [now - sent]


class Disk(threading.Thread):
    """Writes 4 kB and waits for the disk ten times a second, beside the ward's own writes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._path = folder / "fsync"
        self.seconds: list[float] = []

    def run(self) -> None:
        """For ever."""
        with self._path.open("wb", buffering=0) as file:
            while True:
                began = time.perf_counter()
                file.write(bytes(4096))
                os.fsync(file.fileno())
                self.seconds.append(time.perf_counter() - began)
                time.sleep(FSYNC_EVERY_S)


def ms(seconds: Sequence[float]) -> str:
    """p50 and p99 in milliseconds."""
    return " / ".join(f"{each:.0f}" for each in np.percentile(np.array(seconds or [float("nan")]) * 1000, [50, 99]))


def phones_of(ward: Ward, patients: int, backlog_s: float) -> dict[str, RawPhone]:
    """Bed -> its phone."""
    engine, now_ms = open_engine(ward.database_url), round(time.time() * 1000)
    devices = provision_demo(engine, patients)
    engine.dispose()
    phones = {}
    for device, loop in zip(devices, demo_loops(patients, 1), strict=True):
        started_ms = round(now_ms - backlog_s * 1000)
        hello = hello_for(device.token, str(uuid4()), loop.rate, loop.gain, loop.lead, started_ms)
        phones[device.bed] = RawPhone(hello, loop, backlog_s)
    return phones


async def measure(
    ward: Ward, ticket: str, patients: int, seconds: float, storm_s: float, profiled: Sequence[str]
) -> None:
    """Stream, watch, print."""
    phones = await asyncio.to_thread(phones_of, ward, patients, storm_s)
    wall, disk = Wall(), Disk(ward.folder)
    disk.start()
    began = time.perf_counter()
    tasks = [
        asyncio.create_task(wall.watch(ward, ticket, phones)),
        asyncio.create_task(play(list(phones.values()), "127.0.0.1", ward.ports["ingest"])),
    ]
    if storm_s:
        await tell_storm(list(phones.values()), storm_s, began)
    await asyncio.sleep(SETTLE_S)
    if storm_s:
        print(
            f"R-peak sample sent → beat on the wall, ms (p50 / p99), live ones of the first {SETTLE_S:.0f} s: ", end=""
        )
        print(ms(wall.delays_s))
    for phone in phones.values():
        phone.delays_s.clear()
    wall.delays_s.clear()
    disk.seconds.clear()
    wall.beats, before, own, begin = 0, cpu_seconds(ward), time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    lasted, mine, after = time.perf_counter() - begin, time.process_time() - own, cpu_seconds(ward)
    shares = {name: 100 * (after[name] - before.get(name, 0.0)) / lasted for name in after}
    acks = [delay for phone in phones.values() for delay in phone.delays_s]
    print(f"\n{patients} patients, {lasted:.0f} s, {wall.beats} beats on the wall's socket")
    print(f"R-peak sample sent → labelled beat on the wall, ms (p50 / p99): {ms(wall.delays_s)}")
    print(f"frame sent → acknowledged, ms (p50 / p99): {ms(acks)}; fsync of 4 kB beside it: {ms(disk.seconds)}")
    tell_cost(shares, memory_mb(ward), patients, mine / lasted)
    for name in dict.fromkeys([max(shares, key=lambda name: shares[name]), *profiled]):
        for line in await asyncio.to_thread(hottest, ward.pid(name), name, PROFILE_S):
            print(line)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def tell_storm(phones: Sequence[RawPhone], backlog_s: float, began: float) -> None:
    """All come at once with `backlog_s` saved up."""
    while not all(phone.welcomed_at for phone in phones):
        await asyncio.sleep(0.02)
    resumed = max(phone.welcomed_at for phone in phones) - began
    while not all(phone.caught_up for phone in phones):
        await asyncio.sleep(0.02)
    drained = time.perf_counter() - began
    print(f"\nstorm of {len(phones)} phones with {backlog_s:.0f} s each: resumed in {resumed:.1f} s, ", end="")
    print(f"everything acknowledged in {drained:.1f} s")


def tell_cost(shares: dict[str, float], memory: dict[str, float], patients: int, own_share: float) -> None:
    """The table of docs/BENCHMARKS.md."""
    print("\n| process | % of one core | memory MB (PSS) |\n| --- | --- | --- |")
    for name in sorted(memory):
        print(f"| {name} | {shares.get(name, 0):.0f} | {memory[name]:.0f} |")
    print(f"| all | {sum(shares.values()):.0f} | {sum(memory.values()):.0f} |")
    mb, share = sum(memory.values()) / patients, sum(shares.values()) / patients
    print(f"\n{mb:.2f} MB and {share:.3f} % of a core a patient.")
    print(f"The phones and the wall of this measurement took {100 * own_share:.0f} % of a core beside it.")


def main(arguments: Sequence[str]) -> None:
    """Print the tables, one ward for each number of patients."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench capacity")
    parser.add_argument("--patients", default="100,250,500,1000")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--storm", type=float, default=0.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--profile", nargs="*", default=())
    options = parser.parse_args(arguments)
    for patients in map(int, options.patients.split(",")):
        more = {"WARDBEAT_WORKERS": str(options.workers)}
        with tempfile.TemporaryDirectory(prefix="wb-") as folder, running_ward(Path(folder), more=more) as ward:
            ticket = ward.make_administrator().ticket()
            uvloop.run(measure(ward, ticket, patients, options.seconds, options.storm, options.profile))
