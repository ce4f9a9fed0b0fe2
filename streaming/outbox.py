"""What a phone still has to bring to the server, live first. Pure.

add ▶ live ─ take ▶ sent ─ acknowledge ▶ gone
  too far behind │ ▲                 │
                 ▼ └──── resume ─────┤ (after a reconnect)
               late ─ take ▶ sent    ▼
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streaming.holes import Holes, Span
from streaming.wire import CREDIT, MAX_HOLES, MAX_SAMPLES, Data

JOINED = 2_000
"""Samples up to which frames that wait are sent as one: half a second of a slow line (64 kbit/s)."""
LATE_SHARE = 2
"""Late samples may use one in so many parts of the credit."""
LIVE_SHARE = 5
"""Who leaps sends the newest one in so many parts of `behind` live."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples that wait: int16, shape (n,), from device sample `start` on."""

    start: int
    samples: NDArray[np.int16]

    @property
    def end(self) -> int:
        """Index one past the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class _Sent:
    sequence: int
    piece: Piece
    late: bool


class Outbox:
    """Pieces in the order of their samples. Full, it drops its oldest ones that are not under way.

    behind: samples that may wait before the newest are sent first and the others late; None: always in order.
    """

    def __init__(self, capacity: int, behind: int | None = None) -> None:
        self._capacity = capacity
        self._behind = behind
        self._live: deque[Piece] = deque()
        self._late: deque[Piece] = deque()
        self._sent: deque[_Sent] = deque()
        self._holes = Holes()
        self._sequence = 0
        self._sent_until = 0
        self.samples = 0
        """Samples held."""
        self.end = 0
        """Index one past the last sample that was ever held."""
        self.dropped = 0
        """Samples lost because the outbox was full; the server sees the jump."""
        self.leaps = 0
        """How often the newest samples were sent before older ones."""

    def add(self, start: int, samples: NDArray[np.int16]) -> None:
        """Hold these samples until they are acknowledged; `start` must not lie before what was added last."""
        for offset in range(0, len(samples), MAX_SAMPLES):
            piece = samples[offset : offset + MAX_SAMPLES]
            self._live.append(Piece(start + offset, piece))
            self.samples += len(piece)
        self.end = max(self.end, start + len(samples))
        while self.samples > self._capacity and len(self._live) + len(self._late) > 1:
            self._drop()

    @property
    def waits(self) -> bool:
        """Whether something is not sent yet."""
        return bool(self._live or self._late)

    def take(self, credit: int = CREDIT) -> Data | None:
        """The next frame to send; None when all were sent or `credit` samples are in flight."""
        self._give_way()
        room = credit - sum(len(sent.piece.samples) for sent in self._sent)
        if self._live:
            return self._send_live(room)
        late = sum(len(sent.piece.samples) for sent in self._sent if sent.late)
        piece = _joined(self._late, min(room, credit // LATE_SHARE - late))
        return None if piece is None else self._send(piece, late=True, leaps=False)

    def acknowledge(self, sequence: int) -> None:
        """Forget the frames of this connection up to number `sequence`."""
        while self._sent and self._sent[0].sequence <= sequence:
            sent = self._sent.popleft()
            self.samples -= len(sent.piece.samples)
            self._holes.fill(sent.piece.start, sent.piece.end)

    def resume(self, next_index: int, holes: Iterable[Span] = ()) -> None:
        """A new connection: the server lacks what lies in `holes`, and everything from `next_index` on."""
        self._holes = Holes(holes)
        self._sequence, self._sent_until = 0, next_index
        held = sorted((*(sent.piece for sent in self._sent), *self._late, *self._live), key=lambda piece: piece.start)
        self._sent.clear()
        self._live = deque(piece for piece in held if piece.end > next_index)
        self._late = deque(piece for piece in held if piece.end <= next_index and self._is_lacking(piece))
        self.samples = sum(len(piece.samples) for piece in (*self._live, *self._late))

    def _is_lacking(self, piece: Piece) -> bool:
        return any(piece.start < end and start < piece.end for start, end in self._holes.spans)

    def _give_way(self) -> None:
        """Let the oldest wait when the newest would come too late otherwise."""
        if self._behind is None or not self._live or len(self._holes.spans) >= MAX_HOLES:
            return
        newest = self._live[-1].end
        if newest - self._live[0].start <= self._behind:
            return
        while len(self._live) > 1 and self._live[0].end <= newest - self._behind // LIVE_SHARE:
            self._late.append(self._live.popleft())

    def _send_live(self, room: int) -> Data | None:
        leaps = bool(self._late) and self._late[-1].end > self._sent_until
        piece = _joined(self._live, room)
        if piece is None:
            return None
        if leaps:
            self._holes.open(self._sent_until, piece.start)
            self.leaps += 1
        self._sent_until = piece.end
        return self._send(piece, late=False, leaps=leaps)

    def _send(self, piece: Piece, late: bool, leaps: bool) -> Data:
        data = Data(self._sequence, piece.start, piece.samples, leaps)
        self._sent.append(_Sent(self._sequence, piece, late))
        self._sequence += 1
        return data

    def _drop(self) -> None:
        oldest = (self._late or self._live).popleft()
        self.samples -= len(oldest.samples)
        self.dropped += len(oldest.samples)


def _joined(waiting: deque[Piece], room: int) -> Piece | None:
    """The first piece, with those that follow on it without a gap; None when there is none, or no room for it."""
    if not waiting or len(waiting[0].samples) > room:
        return None
    pieces, limit = [waiting.popleft()], min(room, JOINED)
    length = len(pieces[0].samples)
    while waiting and waiting[0].start == pieces[-1].end and length + len(waiting[0].samples) <= limit:
        pieces.append(waiting.popleft())
        length += len(pieces[-1].samples)
    return pieces[0] if len(pieces) == 1 else Piece(pieces[0].start, np.concatenate([each.samples for each in pieces]))
