"""Samples that come late: stored once and marked, never shown live; and the older connection that may not add any."""

import asyncio
import random

import numpy as np
from sqlalchemy import Engine

from db.queries import segments
from ecg.types import DeviceChunk, Event, SignalGap
from streaming.bus import Bus
from streaming.claims import FENCED, Claim
from streaming.codec import StoredChunk
from streaming.entries import chunk_of
from streaming.leases import SoleWriter
from streaming.phone import Phone
from streaming.recorder import Recorder
from streaming.wire import Ack, CloseCode, Welcome
from tests.servers import PATIENCE_S, ValkeyServer
from tests.streaming.fakes import FakePipeline, eventually, facts_of, signal
from tests.streaming.ingest_server import Site, answer, close_code, frame, greet, line_to, open_site, run, until
from tests.streaming.recorders import stored_samples
from tests.streaming.streams import SHARDS, all_streams, frames, opened
from tests.streaming.test_outbox import Server
from tests.streaming.test_phone import bad_line
from tests.streaming.workers import Running, found


def piece(start: int, end: int, leaps: bool = False, epoch: int = 0, name: str = "r") -> StoredChunk:
    chunk = DeviceChunk(name, start, signal(name, 400)[start:end], 250.0, 200.0)
    return StoredChunk(chunk, 5, leaps=leaps, epoch=epoch)


async def arrived(bus: Bus) -> dict[str, list[tuple[int, int, bool]]]:
    """(start, end, late) of every entry by recording; the samples are looked at too."""
    found: dict[str, list[tuple[int, int, bool]]] = {}
    for entries in (await bus.read(all_streams(bus), 100_000, 1)).values():
        for each in map(chunk_of, entries):
            chunk, end = each.chunk, each.chunk.start + len(each.chunk.samples)
            np.testing.assert_array_equal(chunk.samples, signal(chunk.recording, 400)[chunk.start : end])
            found.setdefault(chunk.recording, []).append((chunk.start, end, each.late))
    return found


def test_what_fills_a_hole_is_late_and_what_was_jumped_over_stays_lost(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            assert await bus.append([piece(0, 50), piece(100, 150, leaps=True), piece(200, 220)]) == [50, 150, 220]
            assert (await bus.claim("r")).holes == ((50, 100),)
            again = [piece(40, 70), piece(40, 70), piece(160, 180), piece(90, 210), piece(70, 90), piece(200, 230)]
            assert await bus.append(again) == [220, 220, 220, 220, 220, 230]
            assert (await arrived(bus))["r"] == [
                (0, 50, False),
                (100, 150, False),
                (200, 220, False),
                (50, 70, True),
                (90, 100, True),
                (220, 230, False),
            ]
            assert await bus.claim("r") == Claim(2, 230)

    asyncio.run(scenario())


def test_a_chunk_over_two_holes_fills_both(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.append([piece(10, 20, leaps=True), piece(30, 40, leaps=True)])
            assert (await bus.claim("r")).holes == ((0, 10), (20, 30))
            await bus.append([piece(5, 45)])
            assert (await arrived(bus))["r"] == [
                (10, 20, False),
                (30, 40, False),
                (5, 10, True),
                (20, 30, True),
                (40, 45, False),
            ]

    asyncio.run(scenario())


def test_the_script_inside_valkey_judges_as_the_intake_does(valkey_url: str) -> None:
    dice = random.Random(5)
    deliveries = {
        f"r{n}": [(start, start + dice.randint(1, 25), dice.random() < 0.6) for start in dice.sample(range(120), 12)]
        for n in range(300)
    }

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            chunks = [(name, piece(*each, name=name)) for name, some in deliveries.items() for each in some]
            await bus.append([chunk for _, chunk in chunks])
            found = await arrived(bus)
            for name, some in deliveries.items():
                server = Server()
                for each in some:
                    server.take(*each)
                assert await bus.claim(name) == Claim(1, server.next, tuple(server.holes.spans))
                stored = [(i, late) for start, end, late in found[name] for i in range(start, end)]
                assert stored == server.stored

    asyncio.run(scenario())


def test_the_newer_claim_fences_the_older_one_off(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            older, newer = (await bus.claim("r")).epoch, (await bus.claim("r")).epoch
            assert newer > older
            marks = [piece(0, 50, epoch=older), piece(0, 60, epoch=newer), piece(60, 70, epoch=older), piece(60, 65)]
            assert await bus.append(marks) == [FENCED, 60, FENCED, 65]
            assert (await arrived(bus))["r"] == [(0, 60, False), (60, 65, False)]

    asyncio.run(scenario())


def test_two_ingests_one_phone_the_newer_connection_wins(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as old_site, open_site(valkey_url, sqlite_url) as new_site:
            hello = new_site.hello()
            async with line_to(old_site) as old, line_to(new_site) as new:
                await greet(old, hello)
                await old.send(frame(0, 0, 60))
                assert await answer(old) == Ack(60, 0)
                assert await greet(new, hello) == Welcome(hello.recording, 60)
                await old.send(frame(1, 60, 10))
                assert (await close_code(old))[0] == CloseCode.SUPERSEDED
                await new.send(frame(0, 60, 5))
                assert await answer(new) == Ack(65, 0)
            index, _ = await new_site.signal(hello.recording)
            assert index.tolist() == list(range(65))

    run(body)


def test_a_worker_shows_nothing_of_what_comes_late_and_goes_on(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            in_time = [piece(0, 50), piece(150, 200, leaps=True), piece(200, 300)]
            alone = FakePipeline()
            wanted: set[Event] = {
                item for item in alone.receive([each.chunk for each in in_time]) if isinstance(item, SignalGap)
            }
            worker = Running(bus, "w")
            await bus.append([*in_time[:2], piece(50, 100), piece(100, 150), *in_time[2:]])
            await found(bus, wanted)
            await bus.append([piece(300, 390)])
            await eventually(lambda: _reached(worker, 390), "the worker goes on")
            await worker.end()
            shown = [frame for frame in await frames(bus) if len(frame.trace)]
            assert all(frame.start + len(frame.trace) <= 50 or frame.start >= 150 for frame in shown)

    asyncio.run(scenario())


async def _reached(worker: Running, index: int) -> bool:
    return worker.pipeline.states.get("r", [0])[0] == index


def test_the_recorder_keeps_what_comes_late_once_in_whole_segments(
    valkey_url: str, engine: Engine, device: int
) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r", device))
            live = [piece(200 + n, 210 + n, leaps=n == 0) for n in range(0, 190, 10)]
            late = [piece(n, n + 10) for n in range(0, 190, 10)]
            mixed = [chunk for pair in zip(live, late, strict=True) for chunk in pair]
            await bus.append(mixed)
            await bus.append(mixed)
            sole = SoleWriter(bus.connection, 60_000)
            for _ in range(2):
                one = Recorder(bus, engine, sole)
                await one.step()
                await one.commit(range(SHARDS))
                assert stored_samples(engine, "r") == [*signal("r", 400)[:190], *signal("r", 400)[200:390]]
                assert len(segments(engine, "r", 0, 1000)) == 2

    asyncio.run(scenario())


SIGNAL = np.random.default_rng(3).integers(-32768, 32768, 40_000).astype(np.int16)


def test_after_a_break_a_phone_sends_what_happens_now_and_beside_it_what_it_missed(
    own_valkey: ValkeyServer, sqlite_url: str
) -> None:
    """Without the store nothing is acknowledged: the phone's credit runs out and it waits."""

    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url) as site:
            hello = site.hello()
            phone = Phone(site.url, hello, kept_samples=len(SIGNAL), jitter=lambda: 0.02, behind_seconds=5)
            running = asyncio.create_task(phone.run())
            phone.record(0, SIGNAL[:500])
            await until(lambda: phone.acknowledged == 500, "the beginning is acknowledged")
            own_valkey.kill()
            for start in range(500, 30_000, 250):
                phone.record(start, SIGNAL[start : start + 250])
                await asyncio.sleep(0)
            await until(lambda: phone.unacknowledged == 29_500, "all of it waits")
            await asyncio.to_thread(own_valkey.start)
            for start in range(30_000, len(SIGNAL), 250):
                phone.record(start, SIGNAL[start : start + 250])
                await asyncio.sleep(0.001)
            phone.finish()
            await asyncio.wait_for(running, PATIENCE_S)
            stored = await site.stored(hello.recording)
            await told_once(site, hello.recording, phone)
            firsts = [each.chunk.start for each in stored if not each.late]
            assert phone.leaps >= 1
            assert firsts == sorted(firsts)
            assert max(firsts) > 38_000

    run(body)


async def told_once(site: Site, recording: str, phone: Phone) -> None:
    """Every sample is in the stream once, and the phone has nothing left."""
    index, samples = await site.signal(recording)
    order = np.argsort(index)
    np.testing.assert_array_equal(index[order], np.arange(len(SIGNAL)))
    np.testing.assert_array_equal(samples[order], SIGNAL)
    assert phone.unacknowledged == 0
    assert (await site.bus.claim(recording)).holes == ()


def test_a_line_that_keeps_breaking_loses_and_doubles_nothing_live_first(valkey_url: str, sqlite_url: str) -> None:
    dice = random.Random(11)
    budgets = [dice.randint(2_000, 12_000) for _ in range(20)]

    async def body() -> None:
        async with (
            open_site(valkey_url, sqlite_url) as site,
            bad_line(site, lambda: budgets.pop() if budgets else 1 << 40) as url,
        ):
            hello = site.hello()
            phone = Phone(url, hello, kept_samples=len(SIGNAL), jitter=lambda: 0.02, behind_seconds=2)
            running = asyncio.create_task(phone.run())
            for start in range(0, len(SIGNAL), 200):
                phone.record(start, SIGNAL[start : start + 200])
                await asyncio.sleep(0.002)
            phone.finish()
            await asyncio.wait_for(running, PATIENCE_S)
            assert phone.connections > 3
            assert phone.leaps > 1
            await told_once(site, hello.recording, phone)

    run(body)
