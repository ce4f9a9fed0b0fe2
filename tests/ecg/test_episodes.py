"""Episodes by overlap and by duration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.episodes import Span, score_episodes

WHOLE = (0, 1_000)
SPANS = st.lists(st.integers(0, 1_000), unique=True, max_size=12).map(
    lambda edges: [(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)]
)


def test_one_found_one_missed_one_false() -> None:
    one = score_episodes([(100, 200), (400, 500)], [(150, 260), (700, 720)], WHOLE)
    assert (one.found, one.reference, one.true, one.told) == (1, 2, 1, 2)
    assert (one.overlap_samples, one.reference_samples, one.told_samples) == (50, 200, 130)


def test_one_long_answer_may_find_several_episodes() -> None:
    one = score_episodes([(100, 200), (300, 400)], [(50, 900)], WHOLE)
    assert (one.found, one.reference, one.true, one.told) == (2, 2, 1, 1)
    assert (one.overlap_samples, one.told_samples) == (200, 850)


def test_touching_is_no_overlap() -> None:
    one = score_episodes([(100, 200)], [(200, 300)], WHOLE)
    assert (one.found, one.true) == (0, 0)


def test_what_lies_before_the_scored_part_is_cut_off() -> None:
    one = score_episodes([(0, 90), (200, 400)], [(10, 80), (100, 310)], (300, 1_000))
    assert (one.found, one.reference, one.true, one.told) == (1, 1, 1, 1)
    assert (one.overlap_samples, one.reference_samples, one.told_samples) == (10, 100, 10)


def test_fibrillation_told_in_flutter_is_neither_right_nor_wrong() -> None:
    one = score_episodes([(100, 200)], [(150, 350), (400, 450)], WHOLE, [(200, 500)])
    assert (one.true, one.told, one.told_samples, one.set_aside_samples) == (1, 1, 50, 200)
    assert score_episodes([(100, 200)], [(150, 350), (400, 450)], WHOLE).told == 2


@pytest.mark.parametrize("spans", [[], [(5, 60)]])
def test_nothing_told_finds_nothing(spans: list[Span]) -> None:
    one = score_episodes(spans, [], WHOLE)
    assert (one.found, one.told, one.overlap_samples, one.reference) == (0, 0, 0, len(spans))


@given(SPANS)
def test_spans_agree_with_themselves(spans: list[Span]) -> None:
    one = score_episodes(spans, spans, WHOLE)
    assert one.found == one.reference == one.true == one.told == len(spans)
    assert one.overlap_samples == one.reference_samples == one.told_samples


@given(SPANS, SPANS)
def test_roles_change_places(marked: list[Span], said: list[Span]) -> None:
    one, other = score_episodes(marked, said, WHOLE), score_episodes(said, marked, WHOLE)
    assert (one.found, one.reference) == (other.true, other.told)
    assert one.overlap_samples == other.overlap_samples
