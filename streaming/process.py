"""How a process of the house lives: asyncio, until SIGTERM or SIGINT asks it to stop."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Serve = Callable[[asyncio.Event], Coroutine[Any, Any, None]]

GRACE_SECONDS = 5.0
"""A process that has not ended its work this long after the signal is cut off: what it leaves is replayed."""


def run_until_stopped(serve: Serve, log_level: str) -> None:
    """Run `serve(stop)` until it returns; a signal sets `stop`."""
    logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_until_stopped(serve))


def _loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415  not made for Windows

    return uvloop.new_event_loop()


async def _until_stopped(serve: Serve) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    work = asyncio.create_task(serve(stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not work.done():
        await asyncio.wait([work], timeout=GRACE_SECONDS)
    await _ended(work)


async def _ended(work: asyncio.Task[None]) -> None:
    """Cut `work` off if it still runs; raises what it raised."""
    if not work.done():
        work.cancel()
        await asyncio.wait([work])
    if not work.cancelled():
        work.result()


async def nap(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until `stop`."""
    waiting: Awaitable[object] = asyncio.wait_for(stop.wait(), seconds)
    try:
        await waiting
    except TimeoutError:
        return
