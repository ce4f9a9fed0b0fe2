"""Among which beats a beat is judged, and what is remembered for that."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg.context import FUTURE, PAST, PAST_REACH, SETTLE_AFTER, BeatContext, BeatMemory, RememberedBeat
from ecg.rates import to_seconds
from streaming.codec import decode_state, encode_state


class Story(NamedTuple):
    """Beats in order and, for each, the numbers of the beats of its stretch."""

    beats: list[RememberedBeat]
    stretches: list[list[int]]


def token_of(number: int) -> np.ndarray[tuple[int], np.dtype[np.float16]]:
    """A token from which the number can be read."""
    return np.array([number % 1000, number // 1000], np.float16)


def numbers(context: BeatContext) -> list[int]:
    """Which beats a context holds."""
    return [int(low) + 1000 * int(high) for low, high in context.tokens]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A few stretches; heart rates from 300 /min to asystole."""
    beats: list[RememberedBeat] = []
    stretches: list[list[int]] = []
    index = 0
    for length in draw(st.lists(st.integers(1, 70), min_size=1, max_size=4)):
        usual = draw(st.integers(50, 500))
        stretch = list(range(len(beats), len(beats) + length))
        for place in range(length):
            index += usual + draw(st.sampled_from([0, 0, 7, 40, 900]))
            beats.append(RememberedBeat(index, place == 0, token_of(len(beats))))
            stretches.append(stretch)
    return Story(beats, stretches)


def remembering(beats: list[RememberedBeat]) -> BeatMemory:
    memory = BeatMemory()
    for beat in beats:
        memory.note(beat)
    return memory


def past_of(story: Story, number: int) -> list[int]:
    first = story.beats[number].index - PAST_REACH
    before = [other for other in story.stretches[number] if number - PAST < other <= number]
    return [other for other in before if story.beats[other].index >= first]


def future_of(story: Story, number: int) -> list[int]:
    last = story.beats[number].index + SETTLE_AFTER
    later = [other for other in story.stretches[number] if number < other <= number + FUTURE]
    return [other for other in later if story.beats[other].index <= last]


def assert_is_about(context: BeatContext, story: Story, number: int, expected: list[int]) -> None:
    assert numbers(context) == expected
    assert expected[context.place] == number
    assert context.tokens.dtype == np.float16
    assert context.seconds.dtype == np.float32
    assert context.seconds[context.place] == 0.0
    away = [to_seconds(story.beats[other].index - story.beats[number].index) for other in expected]
    assert context.seconds.tolist() == np.array(away, np.float32).tolist()


@settings(max_examples=80, deadline=None)
@given(stories())
def test_a_live_context_holds_the_beat_and_those_before_it_in_its_stretch(story: Story) -> None:
    memory = BeatMemory()
    for number, beat in enumerate(story.beats):
        memory.note(beat)
        context = memory.live()
        assert context.place == len(context.seconds) - 1
        assert_is_about(context, story, number, past_of(story, number))


@settings(max_examples=80, deadline=None)
@given(stories())
def test_a_settled_context_holds_those_soon_after_it_too(story: Story) -> None:
    memory = remembering(story.beats)
    for number, beat in enumerate(story.beats):
        context = memory.settled(beat.index)
        assert context.seconds.max() <= to_seconds(SETTLE_AFTER)
        assert len(context.seconds) <= PAST + FUTURE
        assert_is_about(context, story, number, past_of(story, number) + future_of(story, number))


@settings(max_examples=80, deadline=None)
@given(stories(), st.data())
def test_forgetting_changes_no_context_that_is_still_asked_for(story: Story, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(story.beats) - 1))
    memory = remembering(story.beats)
    memory.forget_before(story.beats[number].index)
    for other in range(number, len(story.beats)):
        expected = past_of(story, other) + future_of(story, other)
        assert_is_about(memory.settled(story.beats[other].index), story, other, expected)
    assert len(memory.snapshot()["index"]) <= len(story.beats) - number + PAST - 1


@settings(max_examples=60, deadline=None)
@given(stories(), st.data())
def test_nothing_is_kept_but_what_the_next_beat_looks_at(story: Story, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(story.beats)))
    memory = remembering(story.beats[:number])
    memory.forget_before(None)
    assert len(memory.snapshot()["index"]) == min(number, PAST - 1)
    for later, beat in enumerate(story.beats[number:], number):
        memory.note(beat)
        assert_is_about(memory.live(), story, later, past_of(story, later))


@settings(max_examples=60, deadline=None)
@given(stories(), st.data())
def test_a_memory_goes_on_from_its_snapshot(story: Story, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(story.beats)))
    memory = BeatMemory()
    memory.restore(decode_state(encode_state(remembering(story.beats[:number]).snapshot())))
    for later, beat in enumerate(story.beats[number:], number):
        memory.note(beat)
        assert_is_about(memory.live(), story, later, past_of(story, later))
    for earlier, beat in enumerate(story.beats):
        assert_is_about(memory.settled(beat.index), story, earlier, past_of(story, earlier) + future_of(story, earlier))


@pytest.mark.parametrize(("apart", "count"), [(SETTLE_AFTER, 2), (SETTLE_AFTER + 1, 1)])
def test_the_last_sample_that_settling_waits_for_counts(apart: int, count: int) -> None:
    memory = remembering([RememberedBeat(100, True, token_of(0)), RememberedBeat(100 + apart, False, token_of(1))])
    assert len(memory.settled(100).seconds) == count


def test_a_context_keeps_its_tokens_when_the_memory_goes_on() -> None:
    memory = remembering([RememberedBeat(100 * number, number == 0, token_of(number)) for number in range(40)])
    context = memory.live()
    memory.forget_before(None)
    memory.note(RememberedBeat(99_999, False, token_of(40)))
    assert numbers(context) == list(range(40))
