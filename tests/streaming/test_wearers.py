"""A device that goes from one patient to another: what is recorded on the one is never the other's."""

import asyncio
import time

import pytest
from msgspec.structs import replace

from auth.deeds import Deed
from auth.devices import Paired, Span, assign, free_device, offer_code, pair
from db.device_lists import ListedDevice, listed_device
from db.patients import patient
from db.store import store_batch
from db.views import NewRecording
from db.wearing import patients_of
from streaming import desk
from streaming.wire import Ack, CloseCode, Hello, Welcome
from tests.streaming.ingest_server import Site, answer, close_code, frame, greet, line_to, open_site, run

RATE = 250
BEFORE_S = 10


def known(site: Site) -> ListedDevice:
    found = listed_device(site.engine, site.devices[0].device_id)
    assert found is not None
    return found


def deed() -> Deed:
    return Deed(None, time.time_ns() // 1_000_000, "here")


def goes_to_the_second(site: Site) -> str:
    """The device of the first patient is taken away and given to the second; its new token, by a code."""
    second, now = patient(site.engine, 2), deed()
    assert second is not None
    assert assign(site.engine, known(site), second, Span(now.at_ms), now) != {}  # somebody wears it
    free_device(site.engine, known(site), now)
    assert offer_code(site.engine, known(site), now) is None  # nobody wears it
    assert assign(site.engine, known(site), second, Span(now.at_ms), now) == {}
    paired = pair(site.engine, offer_code(site.engine, known(site), now) or "", now.at_ms, "here")
    assert isinstance(paired, Paired)
    return paired.token


def is_stored(site: Site, hello: Hello) -> None:
    """What the recorder does."""
    facts = NewRecording(hello.recording, site.devices[0].device_id, hello.rate, hello.gain, hello.lead, hello.started)
    store_batch(site.engine, {}, [facts], [], [])


def test_the_old_token_ends_and_the_old_recording_takes_nothing_of_the_next_patient(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RECHECK_SECONDS", 0.1)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            hello = site.hello(started=deed().at_ms - 1000 * BEFORE_S)
            async with line_to(site) as old:
                await greet(old, hello)
                await old.send(frame(0, 0, 60))
                assert await answer(old) == Ack(60, 0)
                is_stored(site, hello)
                token = await asyncio.to_thread(goes_to_the_second, site)
                assert (await close_code(old))[0] == CloseCode.TOKEN_REFUSED
            async with line_to(site) as backlog:  # what the phone still holds of the first patient is the first's
                assert await greet(backlog, replace(hello, token=token)) == Welcome(hello.recording, 60)
                await backlog.send(frame(0, 60, 100))
                assert await answer(backlog) == Ack(160, 0)
                await backlog.send(frame(1, 160, RATE * 38))
                assert (await close_code(backlog))[0] == CloseCode.RECORDING_DIFFERS
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(160))
            async with line_to(site) as new:
                fresh = site.hello(token=token, started=deed().at_ms)
                assert await greet(new, fresh) == Welcome(fresh.recording, 0)
                await new.send(frame(0, 0, 60))
                assert await answer(new) == Ack(60, 0)
            is_stored(site, fresh)
            device = site.devices[0].device_id
            asked = [(hello.recording, device, 0), (fresh.recording, device, 0), ("new", device, hello.started)]
            assert list(patients_of(site.engine, asked).values()) == [1, 2, None]

    run(body)
