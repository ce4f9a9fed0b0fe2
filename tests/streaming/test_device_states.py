"""What a device says of itself: from the reference phone through a real ingest into its row."""

import asyncio
import time
from itertools import pairwise

from sqlalchemy import Engine

from db.device_states import note_states
from db.provision import provision_demo
from db.queries import beds, device
from db.views import DeviceState, DeviceView
from streaming import wire
from streaming.demo_battery import FULL, LOW, demo_status
from streaming.device_status import check_status
from streaming.phone import Phone
from streaming.wire import CloseCode, Status
from tests.streaming.ingest_server import close_code, greet, line_to, open_site, run, until


def test_a_phone_says_how_it_is_and_the_database_keeps_the_last_word(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        began = time.time() * 1000
        async with open_site(valkey_url, sqlite_url) as site:
            hello, number = site.hello(0), site.devices[0].device_id

            def kept() -> DeviceView:
                found = device(site.engine, number)
                assert found is not None
                return found

            def said(status: Status) -> bool:
                state = kept().state
                told = None if state is None else Status(state.battery, state.charging, state.contact)
                return told == status

            assert kept().state is None
            phone = Phone(site.url, hello)
            phone.tell(Status(87, False, "yes"))
            running = asyncio.create_task(phone.run())
            await until(lambda: said(Status(87, False, "yes")), "the first word is kept")
            first = kept().state
            assert first is not None and began <= first.at_ms <= time.time() * 1000
            phone.tell(Status(86, None, "no"))
            await until(lambda: said(Status(86, None, "no")), "the change is kept")
            assert beds(site.engine)[0].state == kept().state
            phone.finish()
            await running
            await until(lambda: (kept().heard_ms or 0) >= began, "it is known when it was connected last")
            async with line_to(site) as socket:
                await greet(socket, site.hello(1))
                await socket.send('{"type": "status", "battery": 140}')
                assert await close_code(socket) == (CloseCode.BAD_MESSAGE, "the battery must be 0 to 100 percent")

    run(body)


def test_an_older_word_does_not_replace_a_newer_one(engine: Engine) -> None:
    (first, second) = [each.device_id for each in provision_demo(engine, 2)]
    newest = DeviceState(50, False, "yes", 2000)
    note_states(engine, {first: newest, second: DeviceState(None, None, "unknown", 1)}, [], 2000)
    note_states(engine, {first: DeviceState(90, True, "no", 1000)}, [second], 3000)
    found = [device(engine, each) for each in (first, second)]
    assert [view and (view.state, view.heard_ms) for view in found] == [
        (newest, None),
        (DeviceState(None, None, "unknown", 1), 3000),
    ]


def test_demo_batteries_are_used_up_and_charged_without_a_jump() -> None:
    for number in range(1, 65):
        told = [demo_status(number, 300.0 * step) for step in range(250)]
        for status in told:
            check_status(status)
        charges = [status.battery or 0 for status in told]
        assert {min(charges), max(charges)} == {LOW, FULL}
        assert all(-1 <= after - before <= 5 for before, after in pairwise(charges))
    assert wire.STATUS_SECONDS < 180
