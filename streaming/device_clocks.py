"""The clocks of all connected devices: followed while samples arrive, told to the database now and then."""

import asyncio

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.clocks import learn_rate_errors
from ecg.types import DeviceChunk
from streaming.drift import DriftFit, RateError
from streaming.outage import Outage

TELL_SECONDS = 60.0
SILENT_SECONDS = 3600.0
"""A recording that brought nothing for so long is forgotten; what the database knows of it stays."""


class DeviceClocks:
    """One `DriftFit` for each recording that streams."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._fits: dict[str, tuple[DriftFit, float]] = {}
        self._news: dict[str, RateError] = {}

    def receive(self, chunk: DeviceChunk, arrived: float) -> None:
        """A chunk arrived at `arrived`, in seconds of a clock that is never set."""
        fit, _ = self._fits.get(chunk.recording, (None, 0.0))
        fit = fit or DriftFit()
        self._fits[chunk.recording] = fit, arrived
        for error in fit.receive((chunk.start + len(chunk.samples)) / chunk.rate, arrived):
            self._news[chunk.recording] = error

    def leave(self, recording: str) -> None:
        """Its connection ended. What nothing was learnt of is forgotten: short recordings must not fill the memory."""
        known = self._fits.get(recording)
        if known is not None and not known[0].has_told:
            del self._fits[recording]

    async def run(self) -> None:
        """Tell the database for ever; while it is away the news wait."""
        database, clock = Outage("The database"), asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(TELL_SECONDS)
            news = {name: (error.ppm, error.within_ppm) for name, error in self._news.items()}
            try:
                await asyncio.to_thread(learn_rate_errors, self._engine, news)
            except SQLAlchemyError as error:
                database.goes_on(error, database.turns)
            else:
                database.over(database.turns)
                self._news.clear()
            self._forget(clock())

    def _forget(self, now: float) -> None:
        self._fits = {name: known for name, known in self._fits.items() if known[1] >= now - SILENT_SECONDS}
