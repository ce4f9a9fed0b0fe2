"""How true a device's clock is: simulated networks, clocks that are set, and what the database learns of it."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine

from db.clocks import learn_rate_errors
from db.provision import provision_demo
from db.queries import recording
from db.store import NewRecording, store_batch
from streaming import device_clocks, wire
from streaming.drift import BUCKETS, DriftFit, RateError
from streaming.wire import Ack
from tests.streaming.ingest_server import answer, greet, line_to, open_site, run, until

CHUNK_S = 0.25
DRIFTS = (-500.0, -20.0, 0.0, 100.0, 500.0)
CLOSE_PPM = {1.2: 260.0, 10.0: 4.0, 60.0: 0.3}
"""Minutes -> how close the answer is at least."""


def arrivals(ppm: float, minutes: float, seed: int) -> Iterator[tuple[float, float]]:
    """Device seconds and arrival: 50 to 300 ms of delay, and each tenth minute a break of 20 s sent after it."""
    dice = random.Random(seed)
    for k in range(1, round(minutes * 60 / CHUNK_S)):
        device_seconds = CHUNK_S * k
        taken = 1000 + device_seconds / (1 + ppm * 1e-6)
        held_up = max(0.0, 20 - device_seconds % 600) if device_seconds > 600 else 0.0
        yield device_seconds, taken + held_up + dice.uniform(0.05, 0.3)


def told(ppm: float, minutes: float, seed: int, fit: DriftFit | None = None) -> RateError:
    fit = fit or DriftFit()
    errors = [error for point in arrivals(ppm, minutes, seed) for error in fit.receive(*point)]
    assert len(fit.snapshot()["lows"]) <= BUCKETS
    return errors[-1]


@pytest.mark.parametrize("minutes", CLOSE_PPM)
@pytest.mark.parametrize("ppm", DRIFTS)
def test_the_rate_error_is_found_behind_the_networks_delays(ppm: float, minutes: float) -> None:
    for seed in range(2 if minutes == 60 else 6):
        error = told(ppm, minutes, seed)
        assert abs(error.ppm - ppm) < CLOSE_PPM[minutes]
        assert abs(error.ppm - ppm) <= error.within_ppm


def test_nothing_is_said_before_a_minute() -> None:
    fit = DriftFit()
    assert not [error for point in arrivals(100, 1.0, 1) for error in fit.receive(*point)]


def test_late_samples_and_repeats_change_nothing() -> None:
    fit, disturbed = DriftFit(), DriftFit()
    for number, (at, arrived) in enumerate(arrivals(100, 5, 1)):
        assert fit.receive(at, arrived) == disturbed.receive(at, arrived)
        if number % 7 == 0:
            assert disturbed.receive(at - 30, arrived) == disturbed.receive(at, arrived) == []
    assert fit.snapshot() == disturbed.snapshot()


def test_a_snapshot_goes_on_as_if_nothing_had_been() -> None:
    fit, points = DriftFit(), list(arrivals(-20, 20, 1))
    whole = [error for point in points for error in fit.receive(*point)]
    first, second = DriftFit(), DriftFit()
    errors = [error for point in points[:2000] for error in first.receive(*point)]
    second.restore(first.snapshot())
    assert [*errors, *(error for point in points[2000:] for error in second.receive(*point))] == whole


def test_a_device_that_loses_count_begins_anew() -> None:
    fit = DriftFit()
    before = list(arrivals(0, 3, 1))
    for point in before:
        fit.receive(*point)
    errors = [error for at, arrived in arrivals(0, 5, 2) for error in fit.receive(at + 4000, arrived + 200)]
    assert abs(errors[-1].ppm) < 50


@pytest.mark.parametrize("jump_ms", [3_600_000, -3_600_000, 86_400_000, -86_400_000])
def test_the_phones_wall_clock_has_no_say(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, jump_ms: int
) -> None:
    """Each hello may tell another time: samples, their order and the first `started` stay."""

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            hello = site.hello()
            for turn in range(2):
                async with line_to(site) as socket:
                    moved = site.hello(recording=hello.recording, started=hello.started + turn * jump_ms)
                    await greet(socket, moved)
                    data = wire.Data(0, 60 * turn, np.arange(60, dtype=np.int16))
                    await socket.send(wire.encode_data(data))
                    assert await answer(socket) == Ack(60 * (turn + 1), 0)
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(120))
            assert (await site.bus.facts([hello.recording]))[hello.recording].started_ms == hello.started
            assert all(not each.late for each in await site.stored(hello.recording))

    run(body)


def test_the_database_keeps_the_closest_answer(engine: Engine) -> None:
    device = provision_demo(engine, 1)[0].device_id
    store_batch(engine, {}, [NewRecording("r", device, 250.0, 1000.0, "I", 0)], [], [])
    learn_rate_errors(engine, {})
    for error, kept in [((9.0, 50.0), (9.0, 50.0)), ((5.0, 10.0), (5.0, 10.0)), ((30.0, 40.0), (5.0, 10.0))]:
        learn_rate_errors(engine, {"r": error, "nobody's": error})
        found = recording(engine, "r")
        assert found is not None
        assert (found.rate_error_ppm, found.rate_error_within_ppm) == kept


def test_ingest_tells_the_database_what_it_learnt(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_clocks, "TELL_SECONDS", 0.05)
    learnt: dict[str, tuple[float, float]] = {}
    monkeypatch.setattr(device_clocks, "learn_rate_errors", lambda _, errors: learnt.update(errors))

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket:
            hello = site.hello(rate=100.0)
            await greet(socket, hello)
            for second in range(80):  # faster than real time: no quartz is so wrong, but a fit is made of it
                await socket.send(wire.encode_data(wire.Data(second, 100 * second, np.zeros(100, np.int16))))
            monkeypatch.setattr("streaming.drift.UNBELIEVABLE_PPM", 1e12)
            await socket.send(wire.encode_data(wire.Data(80, 8000, np.zeros(1000, np.int16))))
            await until(lambda: hello.recording in learnt, "the database is told")
            empty = site.hello(1)
            async with line_to(site) as other:
                await greet(other, empty)
                await other.send(wire.encode_data(wire.Data(0, 0, np.zeros(100, np.int16))))
                await until(lambda: empty.recording in site.desk.clocks._fits, "it is followed")
            await until(lambda: list(site.desk.clocks._fits) == [hello.recording], "who brings nothing is forgotten")

    run(body)
