"""Where a recording ends whose patient does not wear the device any more: what another wears is never in it."""

import asyncio

from sqlalchemy import Engine

from db.wearing import last_sample
from ecg.errors import ProtocolError
from streaming.codec import RecordingFacts
from streaming.wire import CloseCode


class Wearers:
    """The recordings that stream, and the sample where some of them end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ends: dict[int, int] = {}

    async def begin(self, facts: RecordingFacts) -> None:
        """Find out where the recording that a device streams now has to end. Raises SQLAlchemyError."""
        began = (facts.recording, facts.device, facts.started_ms, facts.rate)
        end = await asyncio.to_thread(last_sample, self._engine, *began)
        self._ends.pop(facts.device, None)
        if end is not None:
            self._ends[facts.device] = end

    def check(self, device: int | None, end: int) -> None:
        """Whether samples before `end` may come. Raises ProtocolError where they are of another patient's time."""
        if device is not None and end > self._ends.get(device, end):
            raise ProtocolError(
                CloseCode.RECORDING_DIFFERS, "another patient wears this device now: begin a new recording"
            )

    def forget(self, device: int) -> None:
        """The device has gone."""
        self._ends.pop(device, None)
