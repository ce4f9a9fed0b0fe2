"""The gateway process on real sockets: who is let in, what a browser gets, and that a slow one harms nobody."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import psutil
import pytest
from sqlalchemy import insert, update
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from auth.deeds import Deed
from auth.forms import FirstAdministratorForm
from auth.setup import first_admin_link, make_first_administrator
from auth.walls import offer_wall, pair_wall, revoke_wall, walls
from db.engine import writing
from db.models import Login
from db.models import Ward as WardRow
from db.provision import DEMO_WARD
from db.store import table_of
from streaming.codec import LiveFrame
from tests.dashboard.browser_socket import (
    next_block,
    next_blocks,
    next_text,
    on_a_loop,
    screen,
    ticket,
    wall_ticket,
    watching,
)
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import NORMAL, Feeder
from tests.dashboard.house import PASSWORD, running_house
from tests.servers import PATIENCE_S, running_valkey, wait_until

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_valkey() as valkey, running_house(folder, valkey.url, 2) as house, Feeder(valkey.url) as feeder:
        feeder.announce(house.devices[0].device_id, NORMAL, "first")
        engine = house.engine()
        token = (first_admin_link(engine, house.url) or "").rsplit("/", 1)[1]
        fields = {"name": "ada.v", "full_name": "Ada Vogel", "password": PASSWORD, "password_again": PASSWORD}
        make_first_administrator(engine, token, FirstAdministratorForm(**fields), time.time_ns() // 1_000_000, "here")
        yield Ward(valkey, house, feeder)


@on_a_loop
async def test_pages_of_other_sites_are_refused(ward: Ward) -> None:
    for origin in ("https://evil.example", "null", f"{ward.house.url}.evil.example", None):
        with pytest.raises(InvalidStatus) as refusal:
            async with screen(ward, origin=origin):
                pass
        assert refusal.value.response.status_code == 403


@on_a_loop
async def test_nothing_is_shown_without_a_ticket(ward: Ward) -> None:
    for first, code in ((json.dumps({"ticket": "forged", "beds": "all"}), 4401), ("hello", 1008), (b"\0\1", 1008)):
        async with screen(ward) as socket:
            await socket.send(first)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code


@on_a_loop
async def test_who_says_nothing_is_sent_away(ward: Ward) -> None:
    async with screen(ward) as socket:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), PATIENCE_S)


@on_a_loop
async def test_a_browser_gets_clock_beds_the_last_seconds_and_then_news(ward: Ward) -> None:
    actor, began = ward.feeder.actors[0], time.time() * 1000
    wait_until(lambda: actor.sent > 1000, "there is something to have missed")
    async with watching(ward) as socket:
        clock = await next_text(socket, "clock")
        assert began - 1 <= clock["now"] <= time.time() * 1000
        assert clock["links"]["store"] is True
        beds = (await next_text(socket, "beds"))["beds"]
        assert [bed["bed"] for bed in beds] == ["01", "02"]
        channel, start, at_ms, count, behind = await next_block(socket)
        assert (channel, behind) == (beds[0]["channel"], 0)
        assert count > 400
        assert at_ms == pytest.approx(actor.facts.started_ms + (start + count) * 4, abs=8)
        _, following, _, more, _ = await next_block(socket)
        assert following == start + count
        assert more > 0


@on_a_loop
async def test_only_the_beds_asked_for_are_sent(ward: Ward) -> None:
    async with screen(ward) as socket:
        await socket.send(json.dumps({"ticket": ticket(ward), "beds": [2]}))
        (bed,) = (await next_text(socket, "beds"))["beds"]
        assert bed["bed"] == "02"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(next_block(socket), 1.5)


@on_a_loop
async def test_a_wall_sees_the_beds_of_its_ward(ward: Ward) -> None:
    engine, now_ms = ward.house.engine(), time.time_ns() // 1_000_000
    with writing(engine) as connection:
        connection.execute(insert(table_of(WardRow)).values(id=7, name="Elsewhere"))
    for name, beds in ((DEMO_WARD, ["01", "02"]), ("Elsewhere", [])):
        pair_wall(engine, offer_wall(engine, name, "Corridor", Deed(None, now_ms, "here")), now_ms, "here")
        async with screen(ward) as socket:
            await socket.send(
                json.dumps({"ticket": wall_ticket(ward, walls(engine)[-1].id), "beds": "all", "names": True})
            )
            told = (await next_text(socket, "beds"))["beds"]
            assert [(bed["bed"], bed["name"]) for bed in told] == [(bed, None) for bed in beds]
            if beds:
                await next_block(socket)
            else:
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(next_block(socket), 1.5)


@on_a_loop
async def test_samples_that_come_again_are_not_shown_again(ward: Ward) -> None:
    actor = ward.feeder.actors[0]
    async with watching(ward) as socket:
        _, start, _, count, _ = await next_block(socket)
        ward.feeder.send([LiveFrame("first", actor.facts.started_ms, 0, actor.trace[:start], ())])
        for _ in range(5):
            _, following, _, more, _ = await next_block(socket)
            assert following == start + count
            start, count = following, more


@on_a_loop
async def test_a_stalled_browser_delays_nobody_and_costs_no_memory(ward: Ward) -> None:
    gateway = psutil.Process(ward.house.processes["gateway"].pid)
    crowd = [f"crowd-{number}" for number in range(40)]
    ages_ms = []
    async with watching(ward, max_queue=1, close_timeout=0.1) as stalled, watching(ward) as quick:
        await next_block(quick)
        before = gateway.memory_info().rss
        for step in range(40):
            now = time.time_ns() // 1_000_000
            ward.feeder.send([LiveFrame(name, now, step * 1000, np.zeros(1000, np.int16), ()) for name in crowd])
            _, _, at_ms, _, _ = await next_block(quick)
            ages_ms.append(time.time() * 1000 - at_ms)
        # The median, because the machine may stand still once; the gateway lets a stalled browser go after 15 s.
        assert median(ages_ms) < 2500
        assert max(ages_ms) < 10_000
        assert gateway.memory_info().rss - before < 30e6
        assert stalled.state.name == "OPEN"


@on_a_loop
async def test_a_browser_that_wakes_is_given_the_newest_and_little_of_what_it_slept_through(ward: Ward) -> None:
    count, frames = 150_000, 14
    ward.feeder.announce(ward.house.devices[1].device_id, NORMAL, "long").silent = True
    now = time.time_ns() // 1_000_000

    async def until(socket: ClientConnection, end: int) -> int:
        """Take what comes until this sample of the long recording came; how many of its samples came."""
        taken = 0
        while True:
            long = [block for block in await next_blocks(socket) if block.samples >= count]
            taken += sum(block.samples for block in long)
            if any(block.start + block.samples >= end for block in long):
                return taken

    async with watching(ward, max_queue=1, close_timeout=0.1) as sleeper, watching(ward) as quick:
        for step in range(frames):
            frame = LiveFrame("long", now + 2000 * step, step * count, np.zeros(count, np.int16), ())
            ward.feeder.send([frame])
            await until(quick, (step + 1) * count)
        assert await until(sleeper, frames * count) <= frames * count / 2


@on_a_loop
async def test_a_store_that_is_away_is_in_the_clock(ward: Ward) -> None:
    async with watching(ward) as socket:
        await next_text(socket, "clock")
        ward.valkey.kill()
        try:
            while (clock := await next_text(socket, "clock"))["links"]["store"]:
                pass
            assert clock["links"]["store_lost_ms"] >= 1500
        finally:
            ward.valkey.start()
        while not (await next_text(socket, "clock"))["links"]["store"]:
            pass


@on_a_loop
async def test_a_login_that_ends_and_a_wall_that_is_revoked_end_their_sockets(ward: Ward) -> None:
    engine, now_ms = ward.house.engine(), time.time_ns() // 1_000_000
    pair_wall(engine, offer_wall(engine, DEMO_WARD, "Corridor", Deed(None, now_ms, "here")), now_ms, "here")
    wall = walls(engine)[-1]
    async with watching(ward) as socket, screen(ward) as other:
        await other.send(json.dumps({"ticket": wall_ticket(ward, wall.id), "beds": "all"}))
        for each in (socket, other):
            await next_text(each, "beds")
        logins = table_of(Login)
        with writing(engine) as connection:
            connection.execute(update(logins).values(revoked_ms=1))
        revoke_wall(engine, wall.id, Deed(None, now_ms, "here"))
        for each in (socket, other):
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await asyncio.wait_for(each.recv(), PATIENCE_S)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
