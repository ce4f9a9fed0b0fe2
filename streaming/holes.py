"""Stretches of a recording that were leaped over and may still come. Pure. Device samples, [start, end).

Samples go up inside a hole as they do in the recording: what comes moves the hole's start behind itself, and what it
passed over is lost for good. `scripts.APPEND` keeps the same rules inside Valkey; a test holds the two together.
"""

from collections.abc import Iterable

from ecg.errors import ProtocolError
from streaming.wire import MAX_HOLES, CloseCode

Span = tuple[int, int]


class Holes:
    """The open holes of one recording, in order; they never touch `next`, the end of what came live."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.spans: list[Span] = list(spans)

    def open(self, start: int, end: int) -> None:
        """[start, end) was leaped over. Raises ProtocolError when MAX_HOLES are open."""
        if len(self.spans) >= MAX_HOLES:
            raise ProtocolError(CloseCode.TOO_MANY_HOLES, f"more than {MAX_HOLES} stretches were leaped over")
        self.spans.append((start, end))

    def fill(self, start: int, end: int) -> Span | None:
        """Samples [start, end) came: the stretch around all that is new of them, None when nothing is."""
        pieces = [(max(start, first), min(end, after)) for first, after in self.spans]
        new = [(first, after) for first, after in pieces if first < after]
        if not new:
            return None
        self.spans = [span for span in (_rest(span, start, end) for span in self.spans) if span[0] < span[1]]
        return new[0][0], new[-1][1]


def _rest(span: Span, start: int, end: int) -> Span:
    """What is left of a hole after [start, end)."""
    reached = min(span[1], end)
    return (reached, span[1]) if max(start, span[0]) < reached else span
