"""The demo ward and the replay of records, through a real ingest."""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from ecg.errors import ConfigurationError, RecordError
from ecg.scripts import DEMO_SCRIPTS
from streaming import simulate
from streaming.loops import LoopedSignal, demo_loops, record_loops
from streaming.simulate import DemoWard, ward_of
from tests.servers import PATIENCE_S, wait_until
from tests.streaming.fakes import eventually
from tests.streaming.ingest_server import Site, open_site, until
from tests.streaming.streams import mark

LOOP = LoopedSignal("count", np.arange(100, dtype=np.int16), 250.0, 1000.0, "I", gap=20)


def played(loop: LoopedSignal, start: int, end: int) -> dict[int, int]:
    return {first + i: int(value) for first, samples in loop.between(start, end) for i, value in enumerate(samples)}


def test_a_loop_repeats_with_a_gap() -> None:
    everything = played(LOOP, 0, 360)
    assert everything == {i: i % 120 for i in range(360) if i % 120 < 100}


def test_a_loop_may_be_played_in_any_pieces() -> None:
    cuts = [0, 1, 99, 100, 110, 119, 121, 350, 360]
    pieces: dict[int, int] = {}
    for start, end in itertools.pairwise(cuts):
        pieces |= played(LOOP, start, end)
    assert pieces == played(LOOP, 0, 360)


def test_the_demo_ward_is_one_real_bed_and_the_seven_scripts() -> None:
    loops = demo_loops(10, seed=1)
    assert [loop.title for loop in loops] == [
        "MIT-BIH 208",
        *(s.title for s in DEMO_SCRIPTS),
        "MIT-BIH 208",
        DEMO_SCRIPTS[0].title,
    ]
    assert loops[0].rate == 360
    assert loops[0].gap > 2 * 360, "the seam of the real record must be seen"
    assert not np.array_equal(loops[1].samples[:1000], loops[9].samples[:1000])
    for loop in loops:
        assert loop.samples.dtype == np.int16
        assert len(loop.samples) > 120 * loop.rate


def test_the_same_seed_gives_the_same_ward() -> None:
    for one, other in zip(demo_loops(4, seed=5), demo_loops(4, seed=5), strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def test_two_hundred_beds_share_their_signals() -> None:
    loops = demo_loops(200, seed=1)
    assert len(loops) == 200
    assert len({id(loop.samples) for loop in loops}) == 40


def test_real_records_are_played_where_they_are(data_dir: Path) -> None:
    loops = record_loops(data_dir / "mitdb", 3)
    assert [loop.rate for loop in loops] == [360] * 3
    assert len({loop.title for loop in loops}) == 3


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError):
        record_loops(tmp_path, 3)


@asynccontextmanager
async def playing(site: Site, chunk_ms: int = 40) -> AsyncIterator[DemoWard]:
    ward = ward_of(site.devices, [LOOP] * len(site.devices), site.url, chunk_ms)
    ward.start()
    try:
        yield ward
    finally:
        await ward.end()


async def recordings(site: Site) -> list[str]:
    """The recordings of the site's devices, in the order of the beds."""
    desk = site.desk

    def streaming() -> dict[int, str]:
        facts = [phone._intake._facts for phone in desk._of_device.values()]
        return {each.device: each.recording for each in facts if each is not None}

    await until(lambda: len(streaming()) == len(site.devices), "all beds are connected")
    return [streaming()[device.device_id] for device in site.devices]


def test_beds_stream_in_real_time_without_drift(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            clock = asyncio.get_running_loop().time
            began = clock()
            async with playing(site):
                names = await recordings(site)
                await asyncio.sleep(1.5)

                async def in_step() -> bool:
                    """Never ahead of the clock; behind it by less than 0.25 s unless the machine stood still."""
                    earliest = (clock() - began - 0.25) * 250
                    marks = [await mark(site.bus, name) for name in names]
                    assert max(marks) <= (clock() - began) * 250
                    return min(marks) >= earliest

                await eventually(in_step, "all beds are in step with the clock")
            for name in names:
                index, samples = await site.signal(name)
                np.testing.assert_array_equal(samples, index % 120)
                assert not np.isin(index % 120, range(100, 120)).any()
                assert index[0] < 0.25 * 250, "a bed begins when its task does"
                assert len(index) == np.count_nonzero(np.arange(index[0], index[-1] + 1) % 120 < 100)

    asyncio.run(body())


def test_one_phone_can_be_silenced_and_brought_back(valkey_url: str, sqlite_url: str, tmp_path: Path) -> None:
    async def wish(line: str) -> dict[str, object]:
        reader, writer = await asyncio.open_unix_connection(tmp_path / "c")
        writer.write(line.encode() + b"\n")
        answer = json.loads(await asyncio.wait_for(reader.readline(), PATIENCE_S))
        writer.close()
        await writer.wait_closed()
        assert isinstance(answer, dict)
        return answer

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, playing(site) as ward:
            async with await asyncio.start_unix_server(ward.control, tmp_path / "c"):
                names = await recordings(site)
                await until(lambda: site.desk._of_device[2].frames > 2, "bed 2 streams")
                assert await wish('{"stop": 2}') == {"ok": True, "bed": 2}
                await until(lambda: 2 not in site.desk._of_device, "bed 2 hangs up")
                await site.desk.batch.drained(names[1])
                before = await mark(site.bus, names[1])
                await asyncio.sleep(0.3)
                assert await mark(site.bus, names[1]) == before
                assert await wish('{"start": 2}') == {"ok": True, "bed": 2}
                await until(lambda: 2 in site.desk._of_device and site.desk._of_device[2].frames > 1, "bed 2 is back")
                assert "error" in await wish('{"stop": 99}')
                assert "error" in await wish("[]")
                assert "error" in await wish("rubbish")
            await site.desk.batch.drained(names[1])
            index, _ = await site.signal(names[1])
            assert np.diff(index).max() > 0.3 * 250, "what was not recorded is a gap"

    asyncio.run(body())


def test_options_out_of_range_are_refused() -> None:
    assert simulate.options_of([], 8).beds == 8
    with pytest.raises(ConfigurationError):
        simulate.options_of(["--beds", "-1"], 8)
    with pytest.raises(ConfigurationError):
        simulate.options_of(["--chunk-ms", "1"], 8)


def command(*arguments: str, database_url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_ends_cleanly_at_sigterm(sqlite_url: str, tmp_path: Path) -> None:
    control = tmp_path / "c"
    process = command(
        "simulate", "--beds", "2", "--url", "ws://127.0.0.1:1/", "--control", str(control), database_url=sqlite_url
    )
    try:
        wait_until(control.exists, "it plays")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert not control.exists()
