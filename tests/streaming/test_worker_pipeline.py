"""The whole way with the real pipeline: a worker that is killed finds what a pipeline finds in one go."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from redis import Redis

from ecg.context import BeatContext, Token
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.limits import Limits
from ecg.pipeline import Judgement, Pipeline, PipelineOutput
from ecg.rates import to_samples
from ecg.scripts import DEMO_SCRIPTS, PAUSE_AND_LEAD_OFF
from ecg.synthetic import synthesise
from ecg.types import Beat, DetectedBeat, DeviceChunk, Event, RhythmEpisode, SampleChunk, SettledRhythm
from streaming import keys
from streaming.bus import START, Bus, events_of
from streaming.codec import StoredChunk, encode_state
from streaming.leases import Leases
from streaming.worker import Worker
from tests.streaming.fakes import eventually

SHARDS = 4
SECONDS = 40.0
RATE = 500.0
GAIN = 1000.0


class ByShape:
    """Labels by the windows of a context, so that every bit of them matters."""

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        sums = [np.sum(beat.window, dtype=np.float64) + np.sum(beat.timing, dtype=np.float64) for beat in beats]
        return np.abs(np.sin(sums)).astype(np.float16)[:, None]

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        return [self._judgement(float(np.sum(context.tokens, dtype=np.float64)) % 1) for context in contexts]

    @staticmethod
    def _judgement(share: float) -> Judgement:
        return Judgement((share,) + (1 - share,) * (len(BEAT_CLASSES) - 1), (share,) * len(RHYTHMS))


def recordings() -> dict[str, list[DeviceChunk]]:
    """Half a second a chunk; one chunk of p4 is missing, and at its 20th second somebody lets p5 pause for longer."""
    found = {}
    for number, script in enumerate((*DEMO_SCRIPTS[:5], PAUSE_AND_LEAD_OFF)):
        ecg = synthesise(script, RATE, number, SECONDS)
        samples = np.round(np.nan_to_num(ecg.samples) * GAIN).clip(-32000, 32000).astype(np.int16)
        found[f"p{number}"] = [
            DeviceChunk(f"p{number}", start, samples[start : start + 250], RATE, GAIN)
            for start in range(0, len(samples), 250)
        ]
    del found["p4"][33]
    found["p5"][40:] = [replace(chunk, limits=Limits(pause=to_samples(3.9))) for chunk in found["p5"][40:]]
    return found


def pauses(outputs: Sequence[PipelineOutput]) -> list[PipelineOutput]:
    return [item for item in outputs if isinstance(item, RhythmEpisode) and item.finding is Finding.PAUSE]


async def events(bus: Bus) -> set[Event]:
    news = await bus.read({keys.events(n): START for n in range(SHARDS)}, 1_000_000, 1)
    return {event for entries in news.values() for entry in entries for event in events_of(entry)}


def worker(bus: Bus, name: str) -> tuple[asyncio.Task[None], asyncio.Event]:
    stop = asyncio.Event()
    leases = Leases(bus.connection, name, SHARDS, 400)
    return asyncio.create_task(Worker(bus, leases, Pipeline(ByShape()), 400).run(stop)), stop


def test_a_killed_worker_changes_no_event_of_the_real_pipeline(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.worker.SAVE_SECONDS", 0.1)
    chunks = recordings()
    outputs = [item for own in chunks.values() for item in Pipeline(ByShape()).receive(own)]
    wanted = {item for item in outputs if not isinstance(item, SampleChunk)}
    assert pauses(outputs) == []
    assert len(pauses(Pipeline(ByShape()).receive([replace(chunk, limits=None) for chunk in chunks["p5"]]))) > 0
    for kind in (Beat, SettledRhythm):
        assert len([event for event in wanted if isinstance(event, kind)]) > 100

    async def scenario() -> None:
        bus = Bus.open(valkey_url, SHARDS)
        try:
            for part in range(4):
                running, _ = worker(bus, f"w{part}")
                for k in range(part * 20, part * 20 + 20):
                    await bus.append([StoredChunk(own[k], k) for own in chunks.values() if k < len(own)])
                    await asyncio.sleep(0.02)
                count = len(wanted) * (part + 1) // 8

                async def enough(count: int = count) -> bool:
                    return len(await events(bus)) > count

                await eventually(enough, f"{count} events")
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            running, stop = worker(bus, "last")

            async def complete() -> bool:
                return await events(bus) >= wanted

            await eventually(complete, "all events")
            stop.set()
            await running
            assert await events(bus) == wanted
        finally:
            await bus.close()

    asyncio.run(scenario())


def test_a_state_of_a_version_before_begins_anew_and_stops_nobody(
    valkey_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    own = recordings()["p0"]
    begun = Pipeline(ByShape())
    begun.receive(own[:20])
    old = begun.snapshot("p0")
    old["monitor"]["variability"] = {"window": np.zeros((0, 3), np.int64), "follows_normal": True, "candidate": -1}
    wanted = {item for item in Pipeline(ByShape()).receive(own[20:]) if not isinstance(item, SampleChunk)}

    async def scenario() -> None:
        bus = Bus.open(valkey_url, SHARDS)
        try:
            await bus.append([StoredChunk(chunk, 0) for chunk in own[20:]])
            with Redis.from_url(valkey_url) as client:
                client.hset(keys.snapshot(keys.shard_of("p0", SHARDS)), "p0", encode_state(old))
            running, stop = worker(bus, "upgraded")

            async def complete() -> bool:
                return await events(bus) >= wanted

            await eventually(complete, "all events")
            stop.set()
            await running
        finally:
            await bus.close()

    asyncio.run(scenario())
    assert "its saved state cannot be used; it begins anew" in caplog.text
