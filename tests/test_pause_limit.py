"""The pause limit of a patient from the page to the worker: set in a real browser, obeyed through a worker's death."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from redis import Redis

from classifier.engine import shipped_labeller
from db.queries import episodes
from ecg.findings import Finding
from ecg.limits import USUAL, Limits
from ecg.pipeline import Pipeline
from ecg.rates import to_samples
from ecg.scripts import Scene, SceneRhythm, Script
from ecg.synthetic import synthesise
from ecg.types import DeviceChunk, RhythmEpisode
from streaming import keys
from streaming.entries import Entry, chunk_of
from streaming.own_place import free_port
from streaming.phone import Phone, hello_for
from tests.dashboard.house import House, running_house
from tests.live_page import wait_for_text
from tests.servers import PATIENCE_S, running_valkey, wait_until

pytestmark = pytest.mark.timeout(600)

RATE, GAIN, STEP = 250.0, 1000.0, 250
BEFORE_R = 75
"""Samples from a cut to the R peak after it: where the trace is at rest."""
EVER = 1 << 40
PAUSING = Script("pausing", "", 75, (Scene(8, SceneRhythm.SINUS, 75), Scene(1.8, SceneRhythm.STANDSTILL, 0)))
Told = dict[tuple[Finding, int], int | None]


def pieces() -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Eight calm seconds, and nearly eleven with one pause of 2.3 s; either may follow on either."""
    made = synthesise(PAUSING, RATE, seed=3, seconds=14.0)
    samples = np.rint(made.samples * GAIN).clip(-32767, 32767).astype(np.int16)
    places = [beat.sample for beat in made.beats]
    rr = np.diff(places)
    last = int(np.argmax(rr))
    assert 2.2 < rr[last] / RATE < 2.4
    cuts = [places[at] - BEFORE_R for at in (1, last - 1, last + 3)]
    return samples[cuts[0] : cuts[1]], samples[cuts[0] : cuts[2]]


class Heart:
    """A phone in a thread of its own; `chunks` are what it has sent, with the limits that came into the stream."""

    def __init__(self, house: House, redis_url: str, ingest_port: int) -> None:
        self.name = str(uuid4())
        self.chunks: list[DeviceChunk] = []
        hello = hello_for(house.devices[0].token, self.name, RATE, GAIN, "I", round(time.time() * 1000))
        self._phone = Phone(f"ws://127.0.0.1:{ingest_port}/v1/stream", hello)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._redis: Redis = Redis.from_url(redis_url)
        self._labeller = shipped_labeller()

    def _run(self) -> None:
        self._loop.run_until_complete(self._phone.run())
        self._loop.close()

    @contextmanager
    def beating(self) -> Iterator["Heart"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._phone.finish)
            self._thread.join(PATIENCE_S)
            self._redis.close()

    @property
    def sent(self) -> int:
        return sum(len(chunk.samples) for chunk in self.chunks)

    def send(self, samples: NDArray[np.int16]) -> None:
        """A second at a time, each acknowledged before the next."""
        for at in range(0, len(samples), STEP):
            start, part = self.sent, samples[at : at + STEP]
            self._loop.call_soon_threadsafe(self._phone.record, start, part)
            wait_until(partial(self._has, start + len(part)), "it is acknowledged")
            self.chunks.append(DeviceChunk(self.name, start, part, RATE, GAIN, self._newest_limits()))

    def _has(self, end: int) -> bool:
        return self._phone.acknowledged >= end

    def _newest_limits(self) -> Limits | None:
        newest: Any = self._redis.xrevrange(keys.samples(keys.shard_of(self.name, 16)), count=1)
        ((name, fields),) = newest
        return chunk_of(Entry(name.decode(), fields)).chunk.limits

    def send_until(self, calm: NDArray[np.int16], limits: Limits) -> None:
        """Calm beats until `limits` hold: they come within seconds."""
        deadline = time.monotonic() + PATIENCE_S
        while self.chunks[-1].limits != limits:
            assert time.monotonic() < deadline, f"{limits} never came"
            self.send(calm)

    def expected(self) -> Told:
        """What a pipeline finds that nobody interrupts."""
        found = Pipeline(self._labeller).receive(self.chunks)
        return told_of([one for one in found if isinstance(one, RhythmEpisode)])


def told_of(found: Sequence[RhythmEpisode]) -> Told:
    return {(one.finding, one.start): one.end for one in found}


def pauses(told: Told) -> int:
    return sum(finding is Finding.PAUSE for finding, _ in told)


@pytest.fixture
def page(chromium: Browser, house: House) -> Iterator[Page]:
    window = house.log_in(chromium, viewport={"width": 1366, "height": 768})
    page = window.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{house.url}/patient/1?theme=light")
    yield page
    window.close()
    assert wrong == []


@pytest.fixture
def ingest_port(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setenv("WARDBEAT_INGEST_PORT", str(port))
    monkeypatch.setenv("WARDBEAT_LEASE_MS", "1000")
    return port


@pytest.fixture
def house(tmp_path: Path, ingest_port: int) -> Iterator[House]:
    """Everything from a phone's socket to the page, apart from the supervisor."""
    assert ingest_port
    with running_valkey() as valkey, running_house(tmp_path, valkey.url, 1) as house:
        for name in ("ingest", "recorder", "worker"):
            house.start(name)
        yield house


def test_a_limit_set_on_the_page_holds_from_its_sample_on_whoever_dies(
    page: Page, house: House, ingest_port: int
) -> None:
    calm, pausing = pieces()
    engine = house.engine()

    def all_is_found(heart: Heart) -> Told:
        """Wait until everything is stored that a pipeline finds which never dies, and nothing else."""
        wanted = heart.expected()
        wait_until(lambda: told_of(episodes(engine, heart.name, 0, EVER)) == wanted, "all is found, and nothing else")
        return wanted

    with Heart(house, house.redis_url, ingest_port).beating() as heart:
        wait_for_text(page, "#pause-limit", r"^Pause limit 2\.0 s, the default$")
        heart.send(np.concatenate([pausing, pausing, calm]))
        wait_for_text(page, "#episodes", "Pause.*Pause")
        house.kill("worker")
        page.click("[data-limit=pause]")
        page.fill("#limit-value", "2.5")
        page.fill("#limit-reason", "known <AV block>")
        page.click(".limit-form [type=submit]")
        wait_for_text(page, ".limit-form [role=status]", r"^From now on 2\.5 s, default 2\.0 s")
        page.keyboard.press("Escape")
        heart.send_until(calm, Limits(pause=to_samples(2.5)))
        heart.send(np.concatenate([pausing, pausing, calm]))
        house.start("worker")
        assert pauses(all_is_found(heart)) == 2
        wait_for_text(page, "#pause-limit", r"Set to 2\.5 s by Ada Vogel, .*: known <AV block>$")
        page.click("#pause-limit-buttons [data-usual]")
        heart.send_until(calm, USUAL)
        heart.send(np.concatenate([pausing, calm]))
        assert pauses(all_is_found(heart)) == 3
        wait_for_text(page, "#pause-limit", r"^Pause limit 2\.0 s, the defaultSet back by Ada Vogel")
        page.wait_for_selector("#pause-limit-buttons [data-usual]", state="detached")
    engine.dispose()
