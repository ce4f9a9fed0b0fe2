"""What walls cost the gateway, how old their news are, and what a wall that stalls does to it and to the others.

    python -m tests.bench gateway [--walls 50] [--beds 32] [--seconds 30] [--stalled 5]

The walls are bare sockets in this process, beside the player of the beds (four chunks a second each); the gateway, the
web application and Valkey are real processes on the same cores.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import uvloop
from websockets.asyncio.client import connect

from auth.setup import first_admin_link
from tests.bench.endless import fill
from tests.dashboard.browser_socket import blocks_of
from tests.dashboard.feeder import Feeder
from tests.dashboard.house import House, running_house
from tests.servers import running_valkey
from tests.ward import PASSWORD, PERSON, Visitor

SETTLE_S = 8.0
"""Left out: the walls connect and get the seconds before."""
STALL_S = 12.0
"""How long a wall that stalls takes nothing; the gateway lets go of it after 15 s."""
FRESH_MS = 1000.0
"""News no older than this is live."""


@dataclass(slots=True)
class Wall:
    """One socket. ages_ms: of its trace blocks when they came; holding: while it is set, nothing is taken."""

    ages_ms: list[float] = field(default_factory=list)
    received: int = 0
    holding: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.holding.set()

    async def watch(self, house: House, ticket: str) -> None:
        """Take everything, for ever, but while `holding` is cleared."""
        async with connected(house) as socket:
            await socket.send(json.dumps({"ticket": ticket, "beds": "all"}))
            while True:
                await self.holding.wait()
                message = await socket.recv()
                self.received += len(message)
                if isinstance(message, bytes):
                    now_ms = time.time() * 1000
                    self.ages_ms += [now_ms - block.at_ms for block in blocks_of(message)]


def connected(house: House) -> connect:
    """A socket of one of our own pages, which reads no further ahead than one message."""
    address = f"ws://127.0.0.1:{house.gateway_port}/live"
    options = {"origin": house.url, "compression": None, "max_size": None, "max_queue": 1, "proxy": None}
    return connect(address, **options)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds and resident bytes of the gateway at one moment."""

    at: float
    seconds: float
    resident: int


def cost(gateway: psutil.Process) -> Cost:
    """What it has cost until now."""
    times = gateway.cpu_times()
    return Cost(time.perf_counter(), times.user + times.system, gateway.memory_info().rss)


async def span(gateway: psutil.Process, walls: Sequence[Wall], seconds: float) -> tuple[float, float, str]:
    """Wait; the gateway's % of a core and growth in MB meanwhile, and the ages of what came in words."""
    for wall in walls:
        wall.ages_ms.clear()
        wall.received = 0
    before = cost(gateway)
    await asyncio.sleep(seconds)
    after = cost(gateway)
    lasted = after.at - before.at
    ages = np.concatenate([wall.ages_ms for wall in walls])
    p50, p99 = np.percentile(ages, [50, 99])
    slowest = max(float(np.percentile(wall.ages_ms, 99)) for wall in walls)
    rate = sum(wall.received for wall in walls) / len(walls) / lasted / 1000
    told = f"p50 {p50:.0f}, p99 {p99:.0f}, most {ages.max():.0f}, p99 of the slowest wall {slowest:.0f} | {rate:.0f}"
    growth = (after.resident - before.resident) / 2**20
    return 100 * (after.seconds - before.seconds) / lasted, growth, told


async def measure(house: House, ticket: str, count: int, stalled: int, seconds: float) -> None:
    """Print a row without and one with walls that stall, and what those get when they wake."""
    gateway = psutil.Process(house.processes["gateway"].pid)
    walls, sleepers = [Wall() for _ in range(count)], [Wall() for _ in range(stalled)]
    tasks = [asyncio.create_task(wall.watch(house, ticket)) for wall in (*walls, *sleepers)]
    await asyncio.sleep(SETTLE_S)
    busy, growth, told = await span(gateway, walls, seconds)
    print(f"| {count + stalled} walls take all | {busy:.1f} | {growth:+.1f} | {told} |", flush=True)
    for sleeper in sleepers:
        sleeper.holding.clear()
    busy, growth, told = await span(gateway, walls, STALL_S)
    print(f"| {stalled} of them stall for {STALL_S:.0f} s | {busy:.1f} | {growth:+.1f} | {told} |", flush=True)
    await woken(sleepers)
    for task in tasks:
        assert not task.done(), task
        task.cancel()
    resident = gateway.memory_info().rss / 2**20
    print(f"\nThe gateway's resident memory at the end: {resident:.0f} MB.")


async def woken(sleepers: Sequence[Wall]) -> None:
    """Let them take again; how long until what they get is live, and how much came before."""
    began = time.perf_counter()
    for sleeper in sleepers:
        sleeper.ages_ms.clear()
        sleeper.received = 0
        sleeper.holding.set()
    while not all(sleeper.ages_ms and sleeper.ages_ms[-1] < FRESH_MS for sleeper in sleepers):
        await asyncio.sleep(0.001)
    waited = 1000 * (time.perf_counter() - began)
    oldest = max(max(sleeper.ages_ms) for sleeper in sleepers) / 1000
    most = max(sleeper.received for sleeper in sleepers) / 1000
    print(
        f"\nThose that stalled are live again after {waited:.0f} ms and {most:.0f} kB, the oldest of it {oldest:.1f} s."
    )


def ticket_of(house: House) -> str:
    """Of the first administrator, who is made."""
    visitor = Visitor(house.url)
    link = first_admin_link(house.engine(), house.url)
    assert link is not None
    visitor.send(link.removeprefix(house.url), {**PERSON, "password": PASSWORD, "password_again": PASSWORD})
    return visitor.ticket()


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench gateway")
    parser.add_argument("--walls", type=int, default=50)
    parser.add_argument("--beds", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--stalled", type=int, default=5)
    given = parser.parse_args(arguments)
    print(f"{given.walls} walls of {given.beds} beds\n")
    print("| | gateway, % of a core | memory grew by, MB | age of what came, ms | kB/s a wall |")
    print("| --- | --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, given.beds) as house,
        Feeder(valkey.url) as feeder,
    ):
        fill(house, feeder)
        many = (given.walls - given.stalled, given.stalled)
        uvloop.run(measure(house, ticket_of(house), *many, given.seconds))
