"""The bad way: what it does to frames, and that a phone and ingest get everything through it, once and in order."""

import asyncio
import random

import numpy as np

from streaming.phone import Phone
from streaming.soak.way import BadWay, Faults, Mischief, Tally
from tests.streaming.ingest_server import open_site, run

JUMBLED = Faults(drop=0.02, delay=0.01, dup=0.3, reorder=0.3, cuts=120.0)


def through(faults: Faults, count: int) -> tuple[list[int], Tally]:
    """Which of the frames 0, 1, 2 … come out, in order."""
    mischief = Mischief(faults, random.Random(1), Tally())
    out = [frame for number in range(count) for frame in mischief.receive(bytes([number]))]
    return [frame[0] for frame in [*out, *mischief.release()]], mischief.tally


def test_a_good_way_changes_nothing() -> None:
    assert through(Faults(), 100) == (list(range(100)), Tally(frames=100))


def test_frames_are_dropped_repeated_and_swapped_as_often_as_asked() -> None:
    out, tally = through(Faults(drop=0.3), 200)
    assert len(out) == 200 - tally.dropped
    assert 40 < tally.dropped < 80
    out, tally = through(Faults(dup=0.3), 200)
    assert len(out) == 200 + tally.repeated
    assert 40 < tally.repeated < 80
    out, tally = through(Faults(reorder=0.3), 200)
    assert sorted(out) == list(range(200)) != out
    assert 25 < tally.swapped < 60
    assert max(place - number for place, number in enumerate(out)) <= 3, "nothing is held back for long"


def test_nothing_is_lost_or_doubled_or_made_a_gap_on_a_bad_way(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            port = int(site.url.split(":")[2].split("/")[0])
            way = BadWay("127.0.0.1", port, JUMBLED, random.Random(5))
            server = await way.open()
            cutting = asyncio.create_task(way.cut())
            hello = site.hello()
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/stream"
            phone = Phone(url, hello, jitter=lambda: 0.05)
            running = asyncio.create_task(phone.run())
            sent = np.arange(10_000).astype(np.int16)
            for start in range(0, len(sent), 50):
                phone.record(start, sent[start : start + 50])
                await asyncio.sleep(0.005)
            phone.finish()
            await running
            cutting.cancel()
            server.close()
            index, samples = await site.signal(hello.recording)
            assert index.tolist() == list(range(len(sent)))
            assert np.array_equal(samples, sent)
            assert phone.acknowledged == len(sent)
            assert phone.connections > 1
            assert way.tally.dropped
            assert way.tally.cut
            assert way.tally.swapped

    run(body)
