"""Kill -9 of every process in turn while phones stream: the way is back within 10 s, and nothing is lost or doubled."""

import asyncio
import operator
import time
import urllib.error
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from redis import Redis
from rq.job import Job, JobStatus
from sqlalchemy import Engine
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from classifier.engine import DECIMALS
from dashboard.screen import BLOCK_HEADER
from db.engine import open_engine
from db.provision import provision_demo
from db.queries import beats, gaps, recording, segments, stored_until
from ecg.scripts import ATRIAL_FIBRILLATION, SINUS_TACHYCARDIA, VENTRICULAR_BIGEMINY
from ecg.types import Beat
from settings import own_redis_url
from streaming.slow_queue import queue
from tests.patient import Patient
from tests.promises import ATTEMPTS
from tests.servers import PATIENCE_S
from tests.settled import old_beats_are_settled
from tests.ward import Visitor, Ward, running_ward

JOB_S = 2.0
"""A job of the slow lane that has not been done by then is followed by another."""
LOOK_S = 2.0
"""A browser that has not been shown what it waits for by then is followed by another."""
BACK_S = 10.0
LAST_S = 2 * PATIENCE_S
HEARTS = ((SINUS_TACHYCARDIA, 250.0), (VENTRICULAR_BIGEMINY, 360.0), (ATRIAL_FIBRILLATION, 130.0))
EVER = 1 << 40


def told(beat: Beat) -> tuple[object, ...]:
    """All that a beat says; the database keeps probabilities in single precision."""
    answers = (*beat.class_probabilities, *beat.rhythm_probabilities)
    return beat.index, beat.rr, beat.beat_class, beat.rhythm, *(round(answer, DECIMALS) for answer in answers)


async def until(true: Callable[[], Awaitable[bool]], what: str, timeout_s: float = PATIENCE_S) -> float:
    """Seconds until `true()`; AssertionError naming `what` after `timeout_s`."""
    began = time.monotonic()
    while not await true():
        assert time.monotonic() - began < timeout_s, f"not within {timeout_s:g} s: {what}"
        await asyncio.sleep(0.1)
    return time.monotonic() - began


@dataclass(slots=True)
class Scene:
    """A ward, who looks at it, and its phones."""

    ward: Ward
    visitor: Visitor
    engine: Engine
    patients: list[Patient]
    jobs: list[str] = field(default_factory=list)

    async def is_recorded(self, marks: list[int]) -> bool:
        """Whether the database has a beat of each patient after their mark (house index)."""
        return all(
            [
                bool(await asyncio.to_thread(beats, self.engine, patient.name, mark, EVER))
                for patient, mark in zip(self.patients, marks, strict=True)
            ]
        )

    async def is_live(self, marks: list[int]) -> bool:
        """Whether a browser that comes now is shown trace after every mark."""
        try:
            ticket = await asyncio.to_thread(self.visitor.ticket)
            async with asyncio.timeout(LOOK_S), connect(self.ward.live_url, origin=Origin(self.ward.address)) as line:
                await line.send(f'{{"ticket": "{ticket}", "beds": "all"}}')
                await shown_beyond(line.recv, marks)
        except (OSError, TimeoutError, WebSocketException, urllib.error.URLError):
            return False
        return True

    async def is_working(self, _marks: list[int]) -> bool:
        """Whether the slow lane does a job."""
        return await asyncio.to_thread(self._job_is_done)

    def _job_is_done(self) -> bool:
        """Whether one of the jobs given since the kill is done: on a busy machine that may be an earlier one."""
        with Redis.from_url(own_redis_url(self.ward.var_dir)) as client:
            self.jobs.append(queue(client).enqueue(operator.mul, 6, 7).id)
            # Not longer: a job handed to the killed worker in its last moment stays with RQ until it cleans up.
            deadline = time.monotonic() + JOB_S
            while time.monotonic() < deadline:
                jobs = [job for job in Job.fetch_many(self.jobs, connection=client) if job is not None]
                done = [job for job in jobs if job.get_status() is JobStatus.FINISHED]
                if done:
                    return bool(done[0].return_value() == 42)
                time.sleep(0.1)
            return False


async def shown_beyond(receive: Callable[[], Awaitable[str | bytes]], marks: list[int]) -> None:
    """Return when the traces of as many recordings as there are marks reach beyond all of them."""
    newest: dict[int, int] = {}
    while len(newest) < len(marks) or min(newest.values()) <= max(marks):
        message = await receive()
        at = 0
        while isinstance(message, bytes) and at < len(message):
            channel, start, _, count, _ = BLOCK_HEADER.unpack_from(message, at)
            newest[channel] = start + count
            at += BLOCK_HEADER.size + -(-count // 4) * 8


@asynccontextmanager
async def streaming(ward: Ward) -> AsyncIterator[Scene]:
    """Three phones that stream and a person who is logged in; at the end every recording has ended properly."""
    visitor, engine = ward.make_administrator(), open_engine(ward.database_url)
    devices = provision_demo(engine, len(HEARTS))
    patients = [Patient.of(ward, device, *heart) for device, heart in zip(devices, HEARTS, strict=True)]
    running = [asyncio.create_task(patient.phone.run()) for patient in patients]
    playing = [asyncio.create_task(patient.play()) for patient in patients]
    try:
        yield Scene(ward, visitor, engine, patients)
        for task in playing:
            task.cancel()
        for patient in patients:
            patient.phone.finish()
        async with asyncio.timeout(LAST_S):
            await asyncio.gather(*running)
    finally:
        for task in (*playing, *running):
            task.cancel()
        await asyncio.gather(*playing, *running, return_exceptions=True)


Proof = Callable[[Scene, list[int]], Awaitable[bool]]
PROOFS: dict[str, tuple[Proof, ...]] = {
    "ingest": (Scene.is_live, Scene.is_recorded),
    "worker": (Scene.is_live, Scene.is_recorded),
    "recorder": (Scene.is_recorded,),
    "gateway": (Scene.is_live,),
    "valkey": (Scene.is_live, Scene.is_recorded),
    "web": (Scene.is_live,),
    "jobs": (Scene.is_working,),
}
"""Killed in this order, and what must be so again afterwards."""


async def kill(scene: Scene, name: str) -> dict[str, float]:
    """Kill the process and return after how many seconds each proof held again."""
    old, took = scene.ward.pid(name), {}
    scene.jobs.clear()
    scene.ward.kill(name)
    marks, killed = [patient.now for patient in scene.patients], time.monotonic()
    for proof in PROOFS[name]:

        async def holds(proof: Proof = proof) -> bool:
            return await proof(scene, marks)

        await until(holds, f"{proof.__name__} after {name} was killed")
        took[proof.__name__] = round(time.monotonic() - killed, 1)
    assert scene.ward.pid(name) not in (0, old), f"{name} was started again"
    return took


async def is_back_in_time(scene: Scene, name: str) -> dict[str, float]:
    """Kill the process, again where it took too long: a machine that stood still spoils one of the times, not all."""
    found: list[dict[str, float]] = []
    while not found or max(found[-1].values()) > BACK_S:
        assert len(found) < ATTEMPTS, f"{name} was not back within {BACK_S:g} s: {found}"
        found.append(await kill(scene, name))
    return found[-1]


async def assert_nothing_lost_or_doubled(scene: Scene, patient: Patient) -> None:
    """What was sent, and what an uninterrupted pipeline finds in it, is in the database exactly once."""
    assert patient.phone.dropped == 0
    assert patient.phone.acknowledged == patient.sent

    async def stored() -> bool:
        return stored_until(scene.engine, patient.name) == patient.sent

    await until(stored, "all samples are stored", LAST_S)
    parts = segments(scene.engine, patient.name, -EVER, EVER)
    assert [part.start for part in parts] == [0, *np.cumsum([len(part.samples) for part in parts])[:-1].tolist()]
    np.testing.assert_array_equal(np.concatenate([part.samples for part in parts]), patient.samples[: patient.sent])
    wanted = await asyncio.to_thread(patient.expected)

    async def all_beats() -> bool:
        return len(beats(scene.engine, patient.name, -EVER, EVER)) >= len(wanted)

    await until(all_beats, "all beats are stored", LAST_S)
    found = beats(scene.engine, patient.name, -EVER, EVER)
    assert [told(beat) for beat in found] == [told(beat) for beat in wanted]

    async def all_settled() -> bool:
        return old_beats_are_settled(scene.engine, patient.name, patient.now)

    await until(all_settled, "all beats are settled", LAST_S)
    assert gaps(scene.engine, patient.name, -EVER, EVER) == []
    assert recording(scene.engine, patient.name) is not None


@pytest.mark.timeout(900)
def test_every_process_may_be_killed(tmp_path: Path) -> None:
    async def body(ward: Ward) -> None:
        async with streaming(ward) as scene:
            for proof in (scene.is_live, scene.is_recorded):
                await until(lambda proof=proof: proof([0, 0, 0]), "everything works to begin with", LAST_S)  # type: ignore[misc]
            took = {name: await is_back_in_time(scene, name) for name in PROOFS}
            (tmp_path / "seconds").write_text(f"{took}\n")
        for patient in scene.patients:
            await assert_nothing_lost_or_doubled(scene, patient)
        scene.engine.dispose()

    with running_ward(tmp_path) as ward:
        asyncio.run(body(ward))
