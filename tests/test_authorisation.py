"""Every identity at every entry with every object: routes, callbacks and the gateway's hello, as the live maps are."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from werkzeug.test import TestResponse

from auth.deeds import Deed
from auth.tokens import sha256
from auth.walls import allow_names, revoke_wall, walls
from dashboard.gateway import Gateway, listen
from dashboard.seats import seats
from db.engine import writing
from db.models import Login
from db.models_care import WardMember
from db.queries import beds
from db.store import table_of
from streaming.bus import Bus
from tests.api.authorisation import API_ENTRIES
from tests.authorisation import ASKS_FOR_A_DEVICE, CALLBACK_ROUTE, CALLBACKS, LIST_ROUTE, NOWHERE, OPEN, ROUTES, Row
from tests.authorised_house import NAMES, OBJECTS, House, entries, furnished_house, rows_wanted
from tests.identities import EVERYBODY, SEES, STRANGERS
from tests.people import HOST

PROMISED_S = 5.0
"""A socket may go on for so long after its right has ended."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished_house(tmp_path_factory.mktemp("authorisation")) as house:
        yield house


def own_answer(answer: TestResponse) -> bool:
    """Whether the page itself answered, and not the house's doorkeeper."""
    return answer.status_code in (200, 302, 303, 400) or "X-Why-Card" in answer.headers


def test_every_entry_has_a_row_here(house: House) -> None:
    assert entries(house.app) == {*OPEN, *ROUTES, *NOWHERE, CALLBACK_ROUTE, LIST_ROUTE, *API_ENTRIES}


def test_strangers_may_fetch_what_they_need_to_come_in(house: House) -> None:
    for method, rule in OPEN:
        for identity in (*STRANGERS, *EVERYBODY):
            answer = house.open(house.browser(identity), method, rule.replace("<path:filename>", "auth.css"))
            shut = answer.status_code in (401, 403, 405, 500)
            assert not shut or (method, rule) == ASKS_FOR_A_DEVICE, (method, rule, identity)
            answer.close()


@pytest.mark.parametrize("identity", [*STRANGERS, *SEES])
def test_routes(house: House, identity: str) -> None:
    wrong = []
    for entry, row in ROUTES.items():
        for which, (patient, recording) in OBJECTS.items():
            browser = house.browser(identity)
            answer = house.open(browser, entry[0], row.path.format(patient=patient, recording=recording))
            got = 200 if own_answer(answer) else answer.status_code
            if got != row.expected(identity, which):
                wrong.append((entry, which, answer.status_code))
            answer.close()
    for method, rule in NOWHERE:
        answer = house.open(house.browser(identity), method, rule.replace("<path:filename>", "x"))
        if answer.status_code not in ((401,) if identity in STRANGERS else (403, 404)):
            wrong.append(((method, rule), "", answer.status_code))
        answer.close()
    assert wrong == []


def test_callbacks(house: House) -> None:
    listed = house.open(house.browser("administrator"), "GET", "/patient/_dash-dependencies").json
    served = [each for each in listed or [] if not each["clientside_function"]]
    assert {first_output(each) for each in served} == set(CALLBACKS)
    for each in served:
        row = Row(CALLBACKS[first_output(each)], "{patient}")
        for identity in (*STRANGERS, *SEES):
            for which, (patient, _) in OBJECTS.items():
                answer = house.open(house.browser(identity), *CALLBACK_ROUTE, json=call(each, f"/patient/{patient}"))
                got = 200 if answer.status_code in (200, 204) else answer.status_code
                assert got == row.expected(identity, which), (first_output(each), identity, which)


def test_the_list_of_recordings_answers_with_ones_own(house: House) -> None:
    listed = house.open(house.browser("administrator"), "GET", "/recordings/_dash-dependencies").json or []
    assert [each["output"] for each in listed if not each["clientside_function"]] == ["recordings.getRowsResponse"]
    for identity in (*STRANGERS, *SEES):
        answer = house.open(house.browser(identity), *LIST_ROUTE, json=rows_wanted())
        assert answer.status_code == (401 if identity in STRANGERS else 403 if identity == "wall" else 200), identity
        if answer.status_code == 200:
            told = (answer.json or {})["response"]["recordings"]["getRowsResponse"]
            mine = {OBJECTS[which][1] for which in SEES[identity]}
            assert ({row["id"] for row in told["rowData"]}, told["rowCount"]) == (mine, len(mine)), identity


def outputs(dependency: dict[str, Any]) -> list[str]:
    return [name for name in dependency["output"].strip(".").split("...") if name]


def first_output(dependency: dict[str, Any]) -> str:
    return outputs(dependency)[0]


def call(dependency: dict[str, Any], path: str) -> dict[str, Any]:
    """What Dash's page at `path` sends for this callback."""

    def filled(part: dict[str, str]) -> dict[str, Any]:
        return {**part, "value": path if part["id"] == "url" else None}

    ids = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in outputs(dependency)]
    inputs = [filled(part) for part in dependency["inputs"]]
    changed = [f"{part['id']}.{part['property']}" for part in inputs[:1]]
    facts = {"output": dependency["output"], "outputs": ids, "changedPropIds": changed}
    return {**facts, "inputs": inputs, "state": [filled(part) for part in dependency["state"]]}


def test_the_gateway_shows_ones_own_beds_and_stops_within_five_seconds(house: House) -> None:
    async def all_of_it() -> None:
        gateway = Gateway(Bus.open(house.settings.redis_url, 1), house.engine)
        gateway.picture.place(seats(beds(house.engine), [], {}, {}, 0, {}))
        server = await listen(house.settings, gateway, house.engine)
        async with server:
            await asyncio.gather(*(check_hello(house, identity) for identity in (*STRANGERS, *SEES)))
            await check_endings(house)

    asyncio.run(asyncio.wait_for(all_of_it(), 100))


def greet(house: House, identity: str) -> connect:
    address = f"ws://{HOST}:{house.settings.gateway_port}/live"
    return connect(address, origin=house.base, proxy=None, compression=None)  # type: ignore[arg-type]


async def check_hello(house: House, identity: str) -> None:
    numbers = {which: bed for which, (bed, _) in OBJECTS.items()}
    for wish in ("all", *numbers):
        async with greet(house, identity) as socket:
            answer = house.open(house.browser(identity), "GET", "/live/ticket").json or {}
            beds_wished = "all" if wish == "all" else [numbers[wish]]
            ticket = answer.get("ticket", "none")
            await socket.send(json.dumps({"ticket": ticket, "beds": beds_wished, "names": wish == "all"}))
            seen = await beds_of(socket)
        named = wish == "all" and identity != "wall"
        mine = {
            numbers[each]: NAMES[each] if named else None for each in SEES.get(identity, ()) if wish in ("all", each)
        }
        assert seen == (None if identity in STRANGERS else mine), (identity, wish)


async def beds_of(socket: ClientConnection) -> dict[int, str | None] | None:
    """Number -> name of the beds that the next directory lists; None when the gateway sends the browser away."""
    try:
        while (message := json.loads(await socket.recv()))["type"] != "beds":
            pass
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        assert closed.rcvd.code == 4401
        return None
    return {bed["bed_id"]: bed["name"] for bed in message["beds"]}


async def check_endings(house: House) -> None:
    """Doctor A leaves the ward, the nurse's login is revoked, the wall too: none of them sees anything 5 s later."""
    sockets = {}
    for identity in ("doctor A", "nurse", "wall"):
        sockets[identity] = await greet(house, identity)
        ticket = (house.open(house.browser(identity), "GET", "/live/ticket").json or {})["ticket"]
        await sockets[identity].send(json.dumps({"ticket": ticket, "beds": "all", "names": True}))
        assert await beds_of(sockets[identity]) == {1: None if identity == "wall" else NAMES["own"]}
    allow_names(house.engine, walls(house.engine)[0].id, Deed(None, 1, "here"))
    async with asyncio.timeout(PROMISED_S):
        assert await beds_of(sockets["wall"]) == {1: NAMES["own"]}
    logins = table_of(Login)
    nurses = logins.c.token_sha256 == sha256(house.tokens["nurse"])
    with writing(house.engine) as connection:
        connection.execute(delete(table_of(WardMember)))
        connection.execute(update(logins).values(revoked_ms=1).where(nurses))
    revoke_wall(house.engine, walls(house.engine)[0].id, Deed(None, 1, "here"))
    async with asyncio.timeout(PROMISED_S):
        for identity, left in (("doctor A", {}), ("nurse", None), ("wall", None)):
            assert await beds_of(sockets[identity]) == left
    for socket in sockets.values():
        await socket.close()
