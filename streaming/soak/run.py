"""A soak from the first phone to the last acknowledgement: who streams, who watches, who is killed and when."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.engine import open_engine
from db.provision import provision_demo
from ecg.errors import ConfigurationError
from streaming import wire
from streaming.loops import demo_loops
from streaming.soak.patients import CHUNK_S, Patient, Sent, patients_of
from streaming.soak.wall import Clocks, Wall, watch_acknowledgements
from streaming.soak.ward import PAUSE, SoakWard, Visitor
from streaming.soak.way import BadWay, Faults, Tally

WARM_UP_S = 2.0
"""Between the first beats on the wall and the first kill."""
FIRST_BEATS_S = 120.0
COOL_DOWN_S = 3.0
"""After the last kill phones stream this long at least: something has to show that life goes on."""
PAUSED_S = 5.0
"""Longer than a lease: others own its shards when a paused worker wakes up."""
DRAIN_S = 120.0
LAST_LOOK_S = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. kill: words for processes; every_s: between kills; speed: of the phones, times real time."""

    patients: int
    seconds: float
    kill: Sequence[str]
    every_s: float
    faults: Faults
    speed: float
    seed: int


@dataclass(frozen=True, slots=True)
class Kill:
    """A process killed, or paused, `at_s` seconds after the wall showed beats."""

    number: int
    at_s: float
    process: str


@dataclass(slots=True)
class Run:
    """What was done, and what the phones and the wall saw of it."""

    ward: SoakWard
    say: Callable[[str], None]
    kills: list[Kill] = field(default_factory=list)
    logs: list[Sent] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    way: Tally = field(default_factory=Tally)
    acknowledged: Clocks = field(default_factory=Clocks)
    shown: Clocks = field(default_factory=Clocks)
    wall_beats: int = 0


async def soak(plan: Plan, folder: Path, workers: int, say: Callable[[str], None]) -> Run:
    """Everything but the judging. The ward still runs when this returns: its recorder may not be done yet."""
    run = Run(SoakWard(folder, workers), say)
    try:
        await run.ward.start()
        await _stream(plan, run)
    except BaseException:
        run.ward.stop()
        raise
    return run


async def _stream(plan: Plan, run: Run) -> None:
    dice = random.Random(plan.seed)
    way = BadWay("127.0.0.1", run.ward.ports["ingest"], plan.faults, random.Random(dice.random()), run.way)
    server = await way.open()
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{wire.PATH}"
    wall = Wall(run.ward.live_url, run.ward.address, Visitor.of(run.ward).ticket, run.shown)
    patients = _patients(plan, run.ward, url)
    watchers = [
        asyncio.create_task(way.cut()),
        asyncio.create_task(wall.watch()),
        asyncio.create_task(
            watch_acknowledgements(lambda: {p.recording: p.phone.acknowledged for p in patients}, run.acknowledged)
        ),
    ]
    for number, patient in enumerate(patients):
        patient.start(number / len(patients) * CHUNK_S / plan.speed)
    await _alive(wall, len(patients))
    run.say(f"{len(patients)} phones stream, their beats are on the wall; {plan.seconds:.0f} s from now on")
    await _kill(plan, run, patients, dice)
    await _drain(run, patients)
    for task in watchers:
        task.cancel()
    await asyncio.gather(*watchers, return_exceptions=True)
    server.close()
    run.wall_beats = wall.beats


async def _alive(wall: Wall, beats: int) -> None:
    """Return when the wall has shown some beats. Raises ConfigurationError when none come."""
    deadline = time.monotonic() + FIRST_BEATS_S
    while wall.beats < beats:
        if time.monotonic() > deadline:
            raise ConfigurationError(f"No beats on the wall within {FIRST_BEATS_S:.0f} s; nothing was disturbed yet.")
        await asyncio.sleep(0.1)


def _patients(plan: Plan, ward: SoakWard, url: str) -> list[Patient]:
    engine = open_engine(ward.database_url)
    devices = provision_demo(engine, plan.patients)
    engine.dispose()
    longest_s = (FIRST_BEATS_S + plan.seconds + DRAIN_S) * plan.speed
    return patients_of(url, devices, demo_loops(plan.patients, plan.seed), plan.seed, longest_s, plan.speed)


async def _kill(plan: Plan, run: Run, patients: Sequence[Patient], dice: random.Random) -> None:
    """Until all time is over."""
    began, victims, at_s = time.monotonic(), _victims(plan.kill, dice), WARM_UP_S
    while plan.kill and at_s <= plan.seconds - COOL_DOWN_S:
        await asyncio.sleep(began + at_s - time.monotonic())
        _strike(run, patients, next(victims), dice, time.monotonic() - began)
        at_s += plan.every_s
    await asyncio.sleep(max(0.0, began + plan.seconds - time.monotonic()))


def _strike(run: Run, patients: Sequence[Patient], word: str, dice: random.Random, at_s: float) -> None:
    """Kill, or pause, one of the processes that `word` means, and start the clocks."""
    name = dice.choice(run.ward.members(word))
    if word == PAUSE:
        asyncio.get_running_loop().call_later(PAUSED_S, run.ward.signal, name, signal.SIGCONT)
    pid = run.ward.signal(name, signal.SIGSTOP if word == PAUSE else signal.SIGKILL)
    if pid:
        now, number = time.monotonic(), len(run.kills)
        run.kills.append(Kill(number, round(at_s, 2), f"{name} (paused)" if word == PAUSE else name))
        run.acknowledged.start(number, {p.recording: p.played for p in patients}, now)
        run.shown.start(number, {p.recording: p.house_now for p in patients}, now)
    deed = "paused" if word == PAUSE else "killed"
    run.say(f"{at_s:7.1f} s: {f'{deed} {name} ({pid})' if pid else f'{name} was dead already'}")


def _victims(words: Sequence[str], dice: random.Random) -> Iterator[str]:
    """In random order, each once before any comes again."""
    while words:
        yield from dice.sample(words, len(words))


async def _drain(run: Run, patients: Sequence[Patient]) -> None:
    run.say("phones end their recordings")
    endings = [asyncio.create_task(patient.finish()) for patient in patients]
    await asyncio.wait(endings, timeout=DRAIN_S)
    for patient in patients:
        patient.stop()
        run.logs.append(patient.log())
        run.refused += [f"{patient.recording}: {patient.refused}"] if patient.refused else []
    deadline = time.monotonic() + LAST_LOOK_S
    while run.shown.waits and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
