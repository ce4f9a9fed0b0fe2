"""A browser's socket without a browser: what the gateway's tests and measurements speak to it with."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, NamedTuple

from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect

from auth.tickets import issue_ticket, issue_wall_ticket
from dashboard.screen import BLOCK_HEADER
from db.engine import fetch_first
from db.models import Login
from db.store import table_of
from settings import kept_secret
from tests.dashboard.conftest import Ward
from tests.servers import PATIENCE_S

Test = Callable[[Ward], Coroutine[Any, Any, None]]


def on_a_loop(test: Test) -> Callable[[Ward], None]:
    @wraps(test)
    def run(ward: Ward) -> None:
        asyncio.run(asyncio.wait_for(test(ward), 5 * PATIENCE_S))

    return run


class Block(NamedTuple):
    """The header of a block of samples (docs/GATEWAY.md)."""

    channel: int
    start: int
    at_ms: float
    samples: int
    behind_ms: int


def ticket(ward: Ward) -> str:
    login = fetch_first(ward.house.engine(), select(table_of(Login).c.id))
    assert login is not None
    return issue_ticket(kept_secret(ward.house.folder).get_secret_value(), 1, login[0])


def wall_ticket(ward: Ward, wall_id: int) -> str:
    return issue_wall_ticket(kept_secret(ward.house.folder).get_secret_value(), wall_id)


@asynccontextmanager
async def screen(ward: Ward, **options: Any) -> AsyncIterator[ClientConnection]:
    """A browser's socket from one of our own pages, without a ticket yet."""
    address = f"ws://127.0.0.1:{ward.house.gateway_port}/live"
    origin = options.pop("origin", ward.house.url)
    plain = {"proxy": None, "max_size": None, "compression": None, "open_timeout": PATIENCE_S}
    async with connect(address, origin=origin, **{**plain, **options}) as socket:
        yield socket


@asynccontextmanager
async def watching(ward: Ward, **options: Any) -> AsyncIterator[ClientConnection]:
    async with screen(ward, **options) as socket:
        await socket.send(json.dumps({"ticket": ticket(ward), "beds": "all"}))
        yield socket


async def next_text(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        message = await socket.recv()
        if isinstance(message, str) and (read := json.loads(message))["type"] == kind:
            return dict(read)


async def next_blocks(socket: ClientConnection) -> list[Block]:
    """All blocks of the next message of traces."""
    while True:
        message = await socket.recv()
        if isinstance(message, bytes):
            return list(blocks_of(message))


def blocks_of(message: bytes) -> Iterator[Block]:
    at = 0
    while at < len(message):
        block = Block(*BLOCK_HEADER.unpack_from(message, at))
        yield block
        at += BLOCK_HEADER.size + -(-block.samples // 4) * 8


async def next_block(socket: ClientConnection) -> Block:
    """The first block of the next message of traces."""
    return (await next_blocks(socket))[0]
