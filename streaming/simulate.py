"""A demo ward of phones in one process, through the true protocol: `wardbeat simulate`."""

import argparse
import asyncio
import json
import logging
import signal
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import uvloop
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction
from auth.deeds import deed_of_shell
from db.engine import open_engine
from db.provision import DEMO_WARD, DemoDevice, provision_demo
from ecg.errors import ConfigurationError, ProtocolError
from settings import load_settings, own_folder, reachable, socket_path
from streaming import wire
from streaming.demo_battery import demo_status
from streaming.loops import LoopedSignal, demo_loops, record_loops
from streaming.phone import Phone, check_url, hello_for, sentence

CHUNK_MS = 250
BEHIND_SECONDS = 5.0
"""A bed that has more than this to catch up on after a break shows what happens now, and the rest comes late."""
GOODBYE_SECONDS = 3.0
LONGEST_CATCH_UP_SECONDS = 10.0
"""After a longer standstill of this process (a laptop that slept) the lost time is a gap, not a flood."""

CONTROL = "demo.sock"
"""The control socket's name among the installation's own sockets."""

log = logging.getLogger("wardbeat.simulate")


class Bed:
    """One simulated phone. Its sample counter follows the clock from `start_at` (loop time) on, playing or not."""

    def __init__(
        self, number: int, name: str, loop: LoopedSignal, phone: Phone, start_at: float, chunk_s: float
    ) -> None:
        self._number = number
        self._name = name
        self._loop = loop
        self._phone = phone
        self._start_at = start_at
        self._chunk_s = chunk_s
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def start(self) -> None:
        """Play from now on."""
        if not self._tasks:
            self._tasks = (asyncio.create_task(self._stream()), asyncio.create_task(self._play()))

    async def stop(self) -> None:
        """Fall silent as a phone does whose battery is empty: no goodbye, and the time until `start` is lost."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = ()

    async def end(self) -> None:
        """End the recording properly, if the server is there to hear it."""
        if self._tasks:
            self._tasks[1].cancel()
            self._phone.finish()
            await asyncio.wait(self._tasks[:1], timeout=GOODBYE_SECONDS)
        await self.stop()

    async def _stream(self) -> None:
        try:
            await self._phone.run()
        except ProtocolError as error:
            log.warning("bed %s is silent: %s", self._name, sentence(error))

    async def _play(self) -> None:
        clock, rate = asyncio.get_running_loop().time, self._loop.rate
        sent = max(0, self._index(clock()))
        while True:
            await asyncio.sleep(self._chunk_s - (clock() - self._start_at) % self._chunk_s)
            now = self._index(clock())
            if now - sent > LONGEST_CATCH_UP_SECONDS * rate:
                sent = now
            for start, samples in self._loop.between(sent, now):
                self._phone.record(start, samples)
            sent = max(sent, now)
            self._phone.tell(demo_status(self._number, clock() - self._start_at))

    def _index(self, at: float) -> int:
        return int((at - self._start_at) * self._loop.rate)


class DemoWard:
    """All beds, by number from 1."""

    def __init__(self, beds: Sequence[Bed]) -> None:
        self._beds = dict(enumerate(beds, 1))

    def start(self) -> None:
        """Let every bed play."""
        for bed in self._beds.values():
            bed.start()

    async def end(self) -> None:
        """End every recording."""
        await asyncio.gather(*(bed.end() for bed in self._beds.values()))

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one controlling connection: a JSON object a line, {"stop": 3} or {"start": 3}; each is answered."""
        async for line in reader:
            try:
                answer = await self._obey(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError):
                answer = {"error": 'say {"stop": BED} or {"start": BED}'}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def _obey(self, wish: dict[str, int]) -> dict[str, object]:
        ((verb, number),) = wish.items()
        if verb == "stop":
            await self._beds[number].stop()
        elif verb == "start":
            self._beds[number].start()
        else:
            raise ValueError(verb)
        return {"ok": True, "bed": number}


def ward_of(devices: Sequence[DemoDevice], loops: Sequence[LoopedSignal], url: str, chunk_ms: int) -> DemoWard:
    """Beds whose sending is spread evenly over a chunk's time. Needs a running event loop."""
    chunk_s, now = chunk_ms / 1000, asyncio.get_running_loop().time()
    beds = []
    for number, (device, loop) in enumerate(zip(devices, loops, strict=True), 1):
        phase = (number - 1) / len(devices) * chunk_s
        started_ms = round((time.time() + phase) * 1000)
        hello = hello_for(device.token, str(uuid4()), loop.rate, loop.gain, loop.lead, started_ms)
        phone = Phone(url, hello, behind_seconds=BEHIND_SECONDS)
        beds.append(Bed(number, device.bed, loop, phone, now + phase, chunk_s))
    return DemoWard(beds)


async def provisioned(database_url: str, beds: int) -> list[DemoDevice]:
    """The demo beds of the database, waiting until it is there and up to date."""
    engine, told = open_engine(database_url), False
    while True:
        try:
            return await asyncio.to_thread(provision_demo, engine, beds, partial(_note, beds))
        except SQLAlchemyError as error:
            if not told:
                log.warning("the database is not ready (%s); trying again", type(error).__name__)
            told = True
            await asyncio.sleep(1)


def _note(beds: int, connection: Connection) -> None:
    deed_of_shell(time.time_ns() // 1_000_000).tell(
        connection, AuditAction.TOKEN_ROTATED, f"{DEMO_WARD}: {beds} devices"
    )


async def simulate(options: argparse.Namespace, database_url: str, url: str, control: Path) -> None:
    """Play until SIGTERM or SIGINT, obeying the unix socket `control`."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    source: Path | None = options.source
    loops = record_loops(source, options.beds) if source else demo_loops(options.beds, options.seed)
    preparing = asyncio.create_task(provisioned(database_url, options.beds))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((preparing, stopped), return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        preparing.cancel()
        return
    ward = ward_of(preparing.result(), loops, url, options.chunk_ms)
    ward.start()
    log.info("%d demo beds stream to %s", options.beds, url)
    await _until(stop, ward, control)
    await ward.end()


async def _until(stop: asyncio.Event, ward: DemoWard, control: Path) -> None:
    control.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(ward.control, control)
    try:
        await stop.wait()
    finally:
        server.close()
        control.unlink(missing_ok=True)


def options_of(arguments: Sequence[str], demo_beds: int) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat simulate", description="Stream a demo ward, until it is stopped.")
    parser.add_argument("--beds", type=int, default=demo_beds, help=f"how many (default {demo_beds})")
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="play the WFDB records of a folder")
    parser.add_argument("--url", help="address of ingest (default: the one of this installation)")
    parser.add_argument("--seed", type=int, default=1, help="of the synthetic hearts (default 1)")
    parser.add_argument("--chunk-ms", type=int, default=CHUNK_MS, help=f"between messages (default {CHUNK_MS})")
    parser.add_argument(
        "--control", type=Path, metavar="SOCKET", help='unix socket that takes {"stop": BED} lines (default: demo.sock)'
    )
    options = parser.parse_args(arguments)
    if options.beds < 0 or not 20 <= options.chunk_ms <= 10_000:
        raise ConfigurationError("--beds must not be negative, and --chunk-ms must be 20 to 10000")
    if options.url:
        check_url(options.url)
    return options


def own_control(var_dir: Path) -> Path:
    """The control socket of the installation in `var_dir`, in a folder that only its owner may enter."""
    path = socket_path(var_dir, CONTROL)
    own_folder(path.parent)
    return path


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises WardbeatError for what a person has to put right."""
    settings = load_settings()
    options = options_of(arguments, settings.demo_beds)
    url = options.url or f"ws://{reachable(settings.host)}:{settings.ingest_port}{wire.PATH}"
    uvloop.run(simulate(options, settings.database_url, url, options.control or own_control(settings.var_dir)))
    return 0
