"""Shards that pass from worker to worker: killed, ended, doubled and paused, they publish what one would."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from redis import Redis

from ecg.types import DeviceChunk
from settings import Settings
from streaming import keys
from tests.servers import PATIENCE_S
from tests.streaming.fakes import FakePipeline, eventually, expected_events
from tests.streaming.streams import SHARDS, events, opened
from tests.streaming.workers import NAMES, Running, found, rounds

SHARED_S = 10.0
"""When a worker comes, each has its fair share of the shards within this time, with the lease that is usual."""


def test_a_killed_worker_is_continued_without_a_lost_or_changed_event(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.worker.SAVE_SECONDS", 0.05)

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            everything = rounds(3000)
            for part in range(6):
                running = Running(bus, f"w{part}", lease_ms=300)
                for batch in everything[part * 10 : part * 10 + 10]:
                    await bus.append(batch)
                    await asyncio.sleep(0.01)

                async def some_more(wanted: int = part * 300 * len(NAMES) // 100) -> bool:
                    return len(set(await events(bus))) > wanted

                await eventually(some_more, "the new worker publishes")
                await running.kill()
            last = Running(bus, "last", lease_ms=300)
            await found(bus, expected_events(NAMES, 3000))
            with Redis.from_url(valkey_url) as client:
                assert client.get(keys.position(0).decode()), "nothing was ever saved, so nothing was tried"
            await last.end()

    asyncio.run(scenario())


def test_an_orderly_end_saves_everything_and_lets_go(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            first, second = rounds(400)[:4], rounds(400)[4:]
            for batch in first:
                await bus.append(batch)
            one = Running(bus, "one")
            await found(bus, expected_events(NAMES, 200))
            await one.end()
            assert not one.pipeline.states
            for batch in second:
                await bus.append(batch)
            two = Running(bus, "two")
            await found(bus, expected_events(NAMES, 400))
            assert sum(two.pipeline.calls) == len(NAMES) * 4, "nothing was done twice"
            await two.end()

    asyncio.run(scenario())


def test_two_workers_share_the_shards_and_a_third_of_the_work_moves_with_its_state(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            everything = rounds(3000)
            lease_ms = Settings.model_fields["lease_ms"].default
            one = Running(bus, "one", lease_ms)
            await bus.append(everything[0])
            await found(bus, expected_events(NAMES, 50))
            two = Running(bus, "two", lease_ms)

            async def shared() -> bool:
                return len(one.worker.shards) == len(two.worker.shards) == SHARDS // 2

            for batch in everything[1:30]:
                await bus.append(batch)
            await eventually(shared, "each has half of the shards", SHARED_S)
            for batch in everything[30:]:
                await bus.append(batch)
            await found(bus, expected_events(NAMES, 3000))
            assert two.pipeline.calls
            assert sum(one.pipeline.calls) + sum(two.pipeline.calls) == len(NAMES) * 60, "nothing was done twice"
            await one.end()
            await two.end()

    asyncio.run(scenario())


class Pausing(FakePipeline):
    """Stands still inside a batch until it is let go, as a process does that is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses = False
        self.stands = threading.Event()
        self.go_on = threading.Event()

    def receive(self, chunks: Sequence[DeviceChunk]) -> list[object]:  # type: ignore[override]
        if self.pauses and chunks:
            self.stands.set()
            assert self.go_on.wait(PATIENCE_S)
            self.pauses = False
        return list(super().receive(chunks))


async def work_in_another_thread(url: str, pipeline: FakePipeline, ended: threading.Event) -> None:
    async with opened(url) as bus:
        running = Running(bus, "old", lease_ms=1000, pipeline=pipeline)
        await asyncio.to_thread(ended.wait)
        await running.end()


def test_a_paused_owner_that_wakes_up_publishes_and_saves_nothing(valkey_url: str) -> None:
    paused = Pausing()

    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(work_in_another_thread(valkey_url, paused, ended)))

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            everything = rounds(400)
            for batch in everything[:4]:
                await bus.append(batch)
            thread.start()
            await found(bus, expected_events(NAMES, 200))
            paused.pauses = True
            await bus.append(everything[4])
            assert await asyncio.to_thread(paused.stands.wait, PATIENCE_S)
            new = Running(bus, "new", lease_ms=1000)
            for batch in everything[5:]:
                await bus.append(batch)
            await found(bus, expected_events(NAMES, 400))
            await new.end()
            before = await events(bus), await bus.positions(range(SHARDS))
            ended.set()  # first, so that it only finishes what it has in hand
            paused.go_on.set()
            await asyncio.to_thread(thread.join, PATIENCE_S)
            assert not paused.pauses, "the old owner has woken up"
            assert (await events(bus), await bus.positions(range(SHARDS))) == before

    asyncio.run(scenario())
