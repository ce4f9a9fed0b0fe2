"""What a history of acts comes to: what is undone counts as if nobody had done it."""

from hypothesis import given
from hypothesis import strategies as st

from db.review_views import DoneAct, Standing, standing
from ecg.alert_review import ReviewAct, Verdict
from ecg.alert_rules import AlertName
from ecg.alert_states import Happening

KEY = ("r", AlertName.PAUSE, 7)
DEEDS = st.tuples(
    st.sampled_from([Happening.ACKNOWLEDGE, Happening.WITHDRAW, *ReviewAct]),
    st.integers(1, 3),
    st.sampled_from([each.value for each in Verdict]),
)


def act(number: int, what: Happening | ReviewAct, person: int, note: str) -> DoneAct:
    to = person + 1 if what is ReviewAct.ASSIGN else None
    return DoneAct(
        number, KEY, what, person, f"P{person}", 1000 * number, note, to, None if to is None else f"P{to}", None
    )


@given(st.lists(DEEDS, max_size=12), st.data())
def test_an_undone_review_counts_as_if_nobody_had_done_it(
    deeds: list[tuple[ReviewAct, int, str]], data: st.DataObject
) -> None:
    acts = [act(number, *deed) for number, deed in enumerate(deeds, 1) if deed[0] is not ReviewAct.UNDO]
    reviews = [one for one in acts if isinstance(one.what, ReviewAct)]
    undone = data.draw(st.sets(st.sampled_from(reviews))) if reviews else set()
    undos = [act(100 + one.id, ReviewAct.UNDO, one.user_id or 0, str(one.id)) for one in undone]
    left = standing([one for one in acts if one not in undone])
    made = standing([*acts, *undos])
    assert (made.verdict, made.judge, made.assignee, made.seen_ms, made.history) == (
        *(left.verdict, left.judge, left.assignee, left.seen_ms, left.history),
    )
    assert made.version == max((one.id for one in (*acts, *undos)), default=0)


def test_the_first_acknowledgement_that_stands_is_when_it_was_seen() -> None:
    seen = [act(1, Happening.ACKNOWLEDGE, 1, ""), act(2, Happening.ACKNOWLEDGE, 2, "")]
    assert (standing(seen).seen_ms, standing(seen).seen_by) == (1000, "P2")
    assert standing([*seen, act(3, Happening.WITHDRAW, 2, "")]).seen_ms is None
    assert standing([]) == Standing()
