"""What a phone sends next: live first, the rest late, everything once; and how much of it may be in flight."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streaming.holes import Holes
from streaming.intake import Admission, Durable, Intake, Store
from streaming.outbox import JOINED, Outbox
from streaming.wire import CREDIT, MAX_HOLES, Data
from tests.streaming.test_wire import HELLO, RECORDING

ZEROS = np.zeros(100_000, np.int16)


def filled(samples: int, size: int = 60, behind: int | None = None) -> Outbox:
    """An outbox with [0, samples) in pieces of `size`."""
    outbox = Outbox(1 << 40, behind)
    for start in range(0, samples, size):
        outbox.add(start, ZEROS[: min(size, samples - start)])
    return outbox


def taken(outbox: Outbox, credit: int = CREDIT) -> list[Data]:
    frames = []
    while (frame := outbox.take(credit)) is not None:
        frames.append(frame)
    return frames


def spans(frames: list[Data]) -> list[tuple[int, int]]:
    return [(frame.start, frame.end) for frame in frames]


def test_a_full_outbox_drops_its_oldest() -> None:
    outbox = Outbox(250)
    for start in range(0, 400, 100):
        outbox.add(start, ZEROS[:100])
    assert (outbox.samples, outbox.dropped) == (200, 200)
    assert spans(taken(outbox)) == [(200, 400)]


def test_what_waits_is_sent_in_frames_of_bounded_length() -> None:
    outbox = filled(5000, size=50)
    assert [frame.end - frame.start for frame in taken(outbox)] == [JOINED, JOINED, 5000 - 2 * JOINED]
    gap = Outbox(1 << 40)
    gap.add(0, ZEROS[:50])
    gap.add(70, ZEROS[:50])
    assert spans(taken(gap)) == [(0, 50), (70, 120)]


def test_no_more_is_in_flight_than_the_credit() -> None:
    outbox = filled(100_000, size=100)
    first = taken(outbox, 20_000)
    assert first[-1].end == 20_000
    assert outbox.take(0) is None
    outbox.acknowledge(first[0].sequence)
    assert sum(len(frame.samples) for frame in taken(outbox, 20_000)) == len(first[0].samples)
    assert outbox.samples == 100_000 - len(first[0].samples)


def test_who_is_little_behind_sends_in_order() -> None:
    frames = taken(filled(1000, behind=1000))
    assert spans(frames) == [(0, 1000)]
    assert not frames[0].leaps


def test_who_is_far_behind_sends_the_newest_first_and_the_rest_within_half_of_the_credit() -> None:
    outbox = filled(40_000, size=50, behind=1250)
    first, *late = taken(outbox)
    assert (first.start, first.end, first.leaps) == (39_750, 40_000, True)
    assert [frame.leaps for frame in late] == [False] * len(late)
    assert (late[0].start, late[-1].end) == (0, CREDIT // 2)
    outbox.add(40_000, ZEROS[:60])
    live = outbox.take()
    assert live is not None
    assert (live.start, live.leaps) == (40_000, False), "there is always room for what happens now"
    outbox.acknowledge(late[0].sequence)
    more = outbox.take()
    assert more is not None
    assert more.start == CREDIT // 2
    assert outbox.leaps == 1


def test_a_leap_that_the_server_did_not_hear_of_is_made_again() -> None:
    outbox = filled(10_000, behind=1000)
    taken(outbox)
    outbox.resume(0)
    assert [frame.leaps for frame in taken(outbox)][:2] == [True, False]


def test_a_leap_that_the_server_has_is_not_made_again() -> None:
    outbox = filled(10_000, size=100, behind=1000)
    taken(outbox)
    outbox.resume(10_000, [(6000, 9800)])
    assert [frame.leaps for frame in taken(outbox)] == [False, False]
    assert outbox.samples == 3800


def test_nobody_leaps_when_all_holes_are_open() -> None:
    outbox = filled(10_000, behind=1000)
    outbox.resume(1000, [(10 * n, 10 * n + 5) for n in range(MAX_HOLES)])
    frames = taken(outbox)
    assert not any(frame.leaps for frame in frames)
    assert (960, 2940) in spans(frames)


class Server:
    """What is durable, kept as `scripts.APPEND` keeps it; `stored` has every sample as often as it was stored."""

    def __init__(self) -> None:
        self.next = 0
        self.holes = Holes()
        self.stored: list[tuple[int, bool]] = []

    def connection(self) -> Intake:
        intake = Intake()
        intake.receive(HELLO)
        intake.receive(Admission(3, self.next, None, tuple(self.holes.spans)))
        return intake

    def append(self, store: Store) -> Durable:
        assert store.chunk.recording == RECORDING
        self.take(store.chunk.start, store.chunk.start + len(store.chunk.samples), store.leaps)
        return Durable(self.next, store.sequence)

    def take(self, start: int, end: int, leaps: bool) -> None:
        for first, after in self.holes.spans:
            self.stored += [(i, True) for i in range(max(first, start), min(after, end))]
        self.holes.fill(start, min(end, self.next))
        if leaps and start > self.next:
            self.holes.open(self.next, start)
        self.stored += [(i, False) for i in range(max(start, self.next), end)]
        self.next = max(self.next, end)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=25))
def test_whatever_breaks_every_sample_is_stored_once(turns: list[tuple[int, int, int, bool]]) -> None:
    """Each turn: so much is recorded, so many frames are sent, so many arrive; the line may break then."""
    outbox, server, recorded = Outbox(1 << 40, behind=40), Server(), 0
    intake = server.connection()
    for count, sends, arrives, breaks in [*turns, (1, 10_000, 10_000, True), (1, 10_000, 10_000, False)]:
        outbox.add(recorded, ZEROS[:count])
        recorded += count
        way = [frame for frame in (outbox.take() for _ in range(sends)) if frame is not None]
        reached = way[:arrives]
        for frame in reached:
            for action in intake.receive(frame):
                if isinstance(action, Store):
                    intake.receive(server.append(action))
        if breaks or len(reached) < len(way):
            intake = server.connection()
            outbox.resume(server.next, server.holes.spans)
        elif reached:
            outbox.acknowledge(reached[-1].sequence)
    assert sorted(index for index, _ in server.stored) == list(range(recorded))
    assert outbox.samples == 0
    assert server.holes.spans == []
    live = [index for index, late in server.stored if not late]
    assert live == sorted(live)
