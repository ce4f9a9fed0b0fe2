"""The rules of the protocol, without a socket."""

from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.errors import ProtocolError
from streaming import wire
from streaming.codec import RecordingFacts
from streaming.intake import Action, Admission, Begin, Durable, Finish, Intake, LookUp, Send, Store
from streaming.wire import Ack, CloseCode, Data, End, Ended, Heartbeat, Status, Welcome
from tests.streaming.test_wire import HELLO, RECORDING

FACTS = RecordingFacts(RECORDING, 3, 250.0, 1000.0, "I", 1_764_000_000_000)


def streaming(next_index: int = 0) -> Intake:
    intake = Intake()
    intake.receive(HELLO)
    intake.receive(Admission(3, next_index, None))
    return intake


def data(sequence: int, start: int, count: int) -> Data:
    return Data(sequence, start, np.arange(start, start + count).astype(np.int16))


def refusal(intake: Intake, message: wire.PhoneMessage | Admission) -> int:
    with pytest.raises(ProtocolError) as caught:
        intake.receive(message)
    assert intake.receive(Heartbeat()) == [], "nothing is received after a refusal"
    return caught.value.code


def said(actions: list[Action]) -> list[wire.ServerMessage]:
    return [wire.decode_server(action.text) for action in actions if isinstance(action, Send)]


def test_hello_asks_for_the_facts_and_begins_with_them() -> None:
    intake = Intake()
    assert intake.receive(HELLO) == [LookUp("secret", RECORDING)]
    begin, welcome = intake.receive(Admission(3, 70, None))
    assert begin == Begin(FACTS)
    assert said([welcome]) == [Welcome(RECORDING, 70)]


def test_a_known_recording_keeps_its_first_start() -> None:
    intake = Intake()
    intake.receive(msgspec.structs.replace(HELLO, started=1_764_000_099_999))
    assert intake.receive(Admission(3, 0, FACTS))[0] == Begin(FACTS)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": ""}, CloseCode.TOKEN_REFUSED),
        ({"token": "x" * 257}, CloseCode.TOKEN_REFUSED),
        ({"rate": 99.9}, CloseCode.RATE_REFUSED),
        ({"rate": 1000.1}, CloseCode.RATE_REFUSED),
        ({"rate": float("nan")}, CloseCode.RATE_REFUSED),
        ({"gain": 0.0}, CloseCode.GAIN_REFUSED),
        ({"gain": -200.0}, CloseCode.GAIN_REFUSED),
        ({"gain": float("inf")}, CloseCode.GAIN_REFUSED),
        ({"gain": float("nan")}, CloseCode.GAIN_REFUSED),
        ({"gain": 1e6}, CloseCode.GAIN_REFUSED),
        ({"recording": "bed 7"}, CloseCode.BAD_MESSAGE),
        ({"recording": RECORDING.upper()}, CloseCode.BAD_MESSAGE),
        ({"recording": "{" + RECORDING + "}"}, CloseCode.BAD_MESSAGE),
        ({"lead": ""}, CloseCode.BAD_MESSAGE),
        ({"lead": "I\n"}, CloseCode.BAD_MESSAGE),
        ({"lead": "I" * 17}, CloseCode.BAD_MESSAGE),
        ({"started": 0}, CloseCode.BAD_MESSAGE),
        ({"device": "d" * 65}, CloseCode.BAD_MESSAGE),
    ],
)
def test_a_wrong_hello_has_its_code(changes: dict[str, object], code: CloseCode) -> None:
    assert refusal(Intake(), msgspec.structs.replace(HELLO, **changes)) == code


@pytest.mark.parametrize(
    ("admission", "code"),
    [
        (Admission(None, 0, None), CloseCode.TOKEN_REFUSED),
        (Admission(4, 0, FACTS), CloseCode.NOT_YOUR_RECORDING),
        (Admission(3, 0, replace(FACTS, rate=500.0)), CloseCode.RECORDING_DIFFERS),
        (Admission(3, 0, replace(FACTS, gain=200.0)), CloseCode.RECORDING_DIFFERS),
        (Admission(3, 0, replace(FACTS, lead="II")), CloseCode.RECORDING_DIFFERS),
    ],
)
def test_who_may_not_stream_is_told_why(admission: Admission, code: CloseCode) -> None:
    intake = Intake()
    intake.receive(HELLO)
    assert refusal(intake, admission) == code


@pytest.mark.parametrize("message", [data(0, 0, 5), End(), Heartbeat(), Status(50)])
def test_nothing_comes_before_hello(message: wire.PhoneMessage) -> None:
    assert refusal(Intake(), message) == CloseCode.BAD_MESSAGE


def test_a_second_hello_is_refused() -> None:
    assert refusal(streaming(), HELLO) == CloseCode.BAD_MESSAGE


def test_data_is_stored_and_acknowledged_when_durable_only() -> None:
    intake = streaming()
    (store,) = intake.receive(data(0, 0, 50))
    assert isinstance(store, Store)
    assert (store.chunk.recording, store.chunk.start, store.chunk.rate, store.chunk.gain) == (RECORDING, 0, 250, 1000)
    assert said(intake.receive(Durable(50, 0))) == [Ack(50, 0)]


def test_a_repeat_is_dropped_and_acknowledged_with_what_is_durable() -> None:
    intake = streaming(100)
    assert said(intake.receive(data(0, 40, 60))) == [Ack(100, 0)]
    intake.receive(data(1, 100, 50))
    assert said(intake.receive(data(2, 100, 50))) == [Ack(100, 0)], "the 50 are accepted but not on disk"


def test_an_overlap_is_trimmed() -> None:
    intake = streaming(100)
    (store,) = intake.receive(data(0, 80, 50))
    assert isinstance(store, Store)
    assert store.chunk.start == 100
    assert store.chunk.samples.tolist() == list(range(100, 130))


def test_a_jump_forward_is_stored_where_it_is() -> None:
    intake = streaming(100)
    (store,) = intake.receive(data(0, 500, 10))
    assert isinstance(store, Store)
    assert store.chunk.start == 500
    assert said(intake.receive(data(1, 100, 50))) == [Ack(100, -1)], "what was skipped does not come back"


def test_a_jump_of_more_than_a_week_is_refused() -> None:
    assert streaming().receive(data(0, 7 * 24 * 3600 * 250, 10))
    assert refusal(streaming(), data(0, 7 * 24 * 3600 * 250 + 1, 10)) == CloseCode.JUMP_TOO_FAR


def starts(actions: list[Action]) -> list[int]:
    return [action.chunk.start for action in actions if isinstance(action, Store)]


def test_a_repeated_number_is_dropped_and_acknowledged() -> None:
    intake = streaming()
    intake.receive(data(0, 0, 10))
    assert said(intake.receive(data(0, 0, 10))) == [Ack(0, -1)]
    assert said(intake.receive(data(0, 10, 10))) == [Ack(0, -1)], "even with other samples"
    assert starts(intake.receive(data(1, 10, 10))) == [10]


def test_frames_that_overtake_each_other_are_stored_in_order_and_make_no_gap() -> None:
    intake = streaming()
    assert starts(intake.receive(data(2, 20, 10))) == []
    assert starts(intake.receive(data(1, 10, 10))) == []
    assert starts(intake.receive(data(0, 0, 10))) == [0, 10, 20]
    assert starts(intake.receive(data(3, 500, 10))) == [500], "where no number is missing, a jump is the phone's"


@pytest.mark.parametrize("last", [End(), Heartbeat(), data(9, 90, 10)])
def test_a_missing_frame_makes_the_phone_come_back_and_nothing_after_it_is_stored(last: wire.PhoneMessage) -> None:
    intake = streaming()
    for sequence in range(1, 9):
        assert starts(intake.receive(data(sequence, 10 * sequence, 10))) == []
    assert refusal(intake, last) == CloseCode.SEQUENCE
    assert CloseCode.SEQUENCE not in wire.FATAL_CODES


def test_an_end_that_says_how_long_the_recording_is_finds_a_lost_last_frame() -> None:
    intake = streaming()
    intake.receive(data(0, 0, 50))
    assert refusal(intake, End(100)) == CloseCode.SEQUENCE


def test_end_is_answered_when_everything_is_durable() -> None:
    intake = streaming()
    intake.receive(data(0, 0, 50))
    intake.receive(data(1, 50, 50))
    assert intake.receive(End(100)) == []
    assert intake.receive(Durable(50, 0)) == []
    *words, finish = intake.receive(Durable(100, 1))
    assert said(words) == [Ended(100)]
    assert finish == Finish()
    assert intake.receive(data(2, 100, 5)) == [], "closed"


def test_nothing_comes_after_end() -> None:
    intake = streaming()
    intake.receive(data(0, 0, 50))
    intake.receive(End())
    assert refusal(intake, data(1, 50, 5)) == CloseCode.BAD_MESSAGE


def test_the_token_is_not_kept() -> None:
    assert "secret" not in repr(vars(streaming()))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[int, list[list[tuple[int, int]]]]:
    """A length, and per connection which stretches [start, end) arrive before the line is cut."""
    length = draw(st.integers(1, 400))
    cuts = sorted({0, length, *draw(st.lists(st.integers(1, length), max_size=12))})
    frames = list(pairwise(cuts))
    connections = draw(st.lists(st.lists(st.sampled_from(range(len(frames))), max_size=6), max_size=5))
    return length, [[frames[i] for i in sorted(taken)] for taken in connections] + [frames]


@given(deliveries())
def test_cuts_and_repeats_store_every_sample_once(delivery: tuple[int, list[list[tuple[int, int]]]]) -> None:
    """A phone that always resumes at `next` loses nothing, whatever the line repeats or cuts."""
    length, connections = delivery
    sent = np.arange(length).astype(np.int16)
    stored: list[int] = []
    mark = 0
    for frames in connections:
        intake = streaming(mark)
        for sequence, (start, end) in enumerate(frames):
            if start > max(mark, len(stored)):
                break  # this phone never skips
            for action in intake.receive(Data(sequence, start, sent[start:end])):
                if isinstance(action, Store):
                    assert action.chunk.start == len(stored)
                    stored += action.chunk.samples.tolist()
        mark = len(stored)
    assert stored == sent.tolist()
