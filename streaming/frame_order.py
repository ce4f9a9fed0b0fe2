"""Data frames of one connection in the order of their sequence numbers, whatever the way did to it. Pure.

A jump of the sample index is a gap only where the numbers go on without one: a number that is missing is a frame that
is still on its way, or lost, and what comes after it must not be stored as if the phone had lost samples.
"""

from ecg.errors import ProtocolError
from streaming.wire import CloseCode, Data

MOST_HELD = 8
"""Frames that wait for an earlier one: two seconds of a phone that sends four a second."""


class FrameOrder:
    """Numbers count from 0, one by one. Each frame comes out once; what comes again comes out not at all."""

    def __init__(self) -> None:
        self._next = 0
        self._held: dict[int, Data] = {}

    def receive(self, frame: Data) -> list[Data]:
        """The frames that can be taken now. Raises ProtocolError when too many wait for a missing one."""
        if frame.sequence >= self._next:
            self._held[frame.sequence] = frame
        ready = []
        while self._next in self._held:
            ready.append(self._held.pop(self._next))
            self._next += 1
        if len(self._held) > MOST_HELD:
            raise _missing()
        return ready

    def require_whole(self) -> None:
        """Raises ProtocolError when frames wait for a missing one: called where nothing before can still come."""
        if self._held:
            raise _missing()


def _missing() -> ProtocolError:
    return ProtocolError(CloseCode.SEQUENCE, "a data frame is missing; connect again and go on at next")
