"""What is acknowledged is on the disk: the server killed under load, and one that would not keep it."""

import asyncio
import logging

import pytest
from redis import Redis

from ecg.errors import ConfigurationError
from streaming.bus import Bus
from tests.servers import ValkeyServer
from tests.streaming.fakes import chunks_of, signal
from tests.streaming.streams import joined, opened, stored


def test_kill_9_of_the_server_under_load_loses_nothing_acknowledged(
    own_valkey: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"r{i}" for i in range(20)]
    acknowledged = dict.fromkeys(names, 0)

    async def load(bus: Bus, name: str, stop: asyncio.Event) -> None:
        for chunk in chunks_of(name, 100_000):
            if stop.is_set():
                return
            (acknowledged[name],) = await bus.append([chunk])

    async def scenario() -> None:
        async with opened(own_valkey.url) as bus:
            stop = asyncio.Event()
            tasks = [asyncio.create_task(load(bus, name, stop)) for name in names]
            for _ in range(3):
                before = sum(acknowledged.values())
                while sum(acknowledged.values()) < before + 20_000:
                    await asyncio.sleep(0.005)
                own_valkey.kill()
                await asyncio.to_thread(own_valkey.start)
            stop.set()
            await asyncio.gather(*tasks)
            found = await stored(bus)
            for name in names:
                samples = joined(found[name])
                assert len(samples) >= acknowledged[name]
                assert samples == signal(name, 100_000)[: len(samples)].tolist()

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    said = [record.getMessage() for record in caplog.records if record.name == "streaming.outage"]
    assert [text.split(":")[0] for text in said] == ["Valkey is lost", "Valkey is back."] * 3


def test_everysec_waits_for_the_disk_and_no_file_at_all_is_refused(
    own_valkey: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        with Redis.from_url(own_valkey.url) as client:
            client.config_set("appendfsync", "everysec")
            async with opened(own_valkey.url) as bus:
                assert await bus.append(chunks_of("r", 50)) == [50]
                assert await bus.append(chunks_of("r", 50)) == [50]
                assert client.info("commandstats")["cmdstat_waitaof"]["calls"] >= 3
            client.config_set("appendonly", "no")
            async with opened(own_valkey.url) as bus:
                for _ in range(2):
                    with pytest.raises(ConfigurationError, match="appendfsync always"):
                        await bus.append(chunks_of("q", 50))
                with pytest.raises(ConfigurationError):
                    await bus.check_durable()

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert len([record for record in caplog.records if "append-only" in record.getMessage()]) == 1
