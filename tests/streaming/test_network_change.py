"""Another network is put in service while patients stream: no beat is lost or told twice, each is its network's."""

import asyncio
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from classifier.engine import GraphLabeller
from classifier.networks import SERVICE, Networks, Serving
from ecg.labels import Rhythm
from ecg.pipeline import Labeller, Pipeline
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import synthesise
from ecg.types import Beat, DeviceChunk, Event, NetworkChange, SettledRhythm
from streaming.bus import Bus
from streaming.codec import StoredChunk
from streaming.leases import Leases
from streaming.network_watch import NetworkWatch
from streaming.worker import Worker
from tests.streaming.fakes import eventually
from tests.streaming.streams import SHARDS, events, opened
from tests.streaming.wfdb_records import early, fibrillating

OLD, NEW = "a" * 64, "b" * 64
NAMES = ("one", "two", "three")


def loads(_networks: Networks) -> Serving:
    """By the file that says what is in service, without a graph."""
    changed = (_networks.folder / SERVICE).exists()
    model, labeller = (NEW, fibrillating()) if changed else (OLD, early())
    return Serving(model, cast(GraphLabeller, labeller))


class TellingWatch(NetworkWatch):
    """Tells when the worker has another network."""

    def __init__(self, networks: Networks) -> None:
        super().__init__(networks)
        self.switched = asyncio.Event()

    def successor(self) -> Pipeline | None:
        found = super().successor()
        if found is not None:
            self.switched.set()
        return found


def hearts() -> dict[str, list[DeviceChunk]]:
    """Half a second a chunk."""
    found = {}
    for seed, name in enumerate(NAMES):
        samples = np.rint(synthesise(VENTRICULAR_BIGEMINY, 250, seed, 60).samples * 200).astype(np.int16)
        found[name] = [DeviceChunk(name, at, samples[at : at + 125], 250.0, 200.0) for at in range(0, 15_000, 125)]
    return found


def beats_by(labeller: Labeller, chunks: list[DeviceChunk]) -> set[tuple[int, str]]:
    return {
        (each.index, each.beat_class.value) for each in Pipeline(labeller).receive(chunks) if isinstance(each, Beat)
    }


def of(told: list[Event], name: str, model: str) -> list[NetworkChange]:
    return [each for each in told if isinstance(each, NetworkChange) and (each.recording, each.model) == (name, model)]


def test_a_running_worker_takes_another_network_up_without_losing_a_beat(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.network_watch.load_serving", loads)
    monkeypatch.setattr("streaming.network_watch.LOOK_SECONDS", 0.02)
    chunks = hearts()

    async def scenario() -> list[Event]:
        async with opened(valkey_url) as bus:
            watch, stop = TellingWatch(Networks(tmp_path)), asyncio.Event()
            worker = Worker(bus, Leases(bus.connection, "w", SHARDS, 60_000), watch.first(), 60_000)
            worker.successor = watch.successor
            task = asyncio.create_task(worker.run(stop))
            await stream(bus, chunks, range(60))
            (tmp_path / SERVICE).write_text("[]")
            await stream(bus, chunks, range(60, 80))
            await watch.switched.wait()
            await stream(bus, chunks, range(80, 120))
            await eventually(lambda: all_told(bus, chunks), "every beat")
            stop.set()
            await task
            return await events(bus)

    told = asyncio.run(scenario())
    for name in NAMES:
        mine = [each for each in told if isinstance(each, Beat) and each.recording == name]
        assert {(each.index, each.beat_class.value) for each in mine} == beats_by(early(), chunks[name])
        assert len({each.index for each in mine}) == len(mine), "no beat is told twice"
        (first,), (change,) = of(told, name, OLD), of(told, name, NEW)
        assert first.index == mine[0].index < change.index
        assert all((each.rhythm is Rhythm.ATRIAL_FIBRILLATION) == (each.index >= change.index) for each in mine)
        settled = [each for each in told if isinstance(each, SettledRhythm) and each.recording == name]
        by_old = [each.index for each in settled if each.rhythm is Rhythm.NORMAL]
        assert by_old and max(by_old) < change.index, "no answer is made of what the other network remembered"


async def stream(bus: Bus, chunks: dict[str, list[DeviceChunk]], numbers: range) -> None:
    for number in numbers:
        await bus.append([StoredChunk(own[number], 1000 + number) for own in chunks.values()])


async def all_told(bus: Bus, chunks: dict[str, list[DeviceChunk]]) -> bool:
    told = await events(bus)
    wanted = sum(len(beats_by(early(), own)) for own in chunks.values())
    return sum(isinstance(each, Beat) for each in told) >= wanted
