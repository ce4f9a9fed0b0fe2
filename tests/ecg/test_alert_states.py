"""The table of what becomes of an alert, whole; and what holds for every history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.alert_states import OPEN, TABLE, UNSEEN, Answer, Happening, Stage, turned
from ecg.alert_times import REMIND_MS, level_at, reminds

WANTED = """
                alarming          seen              latched           closed            over
end             over done         over done         latched nothing   closed nothing    over nothing
end latching    latched done      closed done       latched nothing   closed nothing    over nothing
acknowledge     seen done         seen twice        closed done       closed twice      over over
withdraw        alarming nothing  alarming done     latched nothing   latched done      over over
rise            alarming done     alarming done     latched nothing   closed nothing    over nothing
escalate        alarming done     seen nothing      latched done      closed nothing    over nothing
remind          alarming nothing  seen done         latched nothing   closed nothing    over nothing
"""
STARTS = (16, 34, 52, 70, 88)
CELLS = [[line[:16].strip(), *(line[at : at + 18].strip() for at in STARTS)] for line in WANTED.splitlines()[1:]]
PAIRS = [
    (Happening(row[0]), Stage(stage), cell)
    for row in CELLS[1:]
    for stage, cell in zip(CELLS[0][1:], row[1:], strict=True)
]


@pytest.mark.parametrize(("happening", "stage", "cell"), PAIRS)
def test_every_state_has_an_answer_to_everything_that_can_happen(happening: Happening, stage: Stage, cell: str) -> None:
    after, answer = cell.split()
    assert turned(stage, happening) == (Stage(after), Answer(answer))


def test_the_table_leaves_nothing_out() -> None:
    assert {(happening, stage) for happening, stage, _ in PAIRS} == {(h, s) for h in Happening for s in Stage}
    assert set(TABLE) == set(Happening)
    assert all(set(row) == set(Stage) for row in TABLE.values())


histories = st.lists(st.sampled_from(Happening), max_size=40)


@given(histories)
def test_a_high_alert_is_never_over_before_a_person_has_seen_it(history: list[Happening]) -> None:
    stage, seen = Stage.ALARMING, False
    for happening in history:
        if happening is Happening.END:  # of an alert that does not latch
            continue
        seen = seen or happening is Happening.ACKNOWLEDGE
        stage = turned(stage, happening).stage
        assert seen or stage in UNSEEN
        assert stage is not Stage.OVER


@given(histories, st.sampled_from([Happening.END, Happening.END_LATCHING]), st.integers(0, 40))
def test_the_end_may_be_told_before_or_after_what_people_did(
    history: list[Happening], end: Happening, place: int
) -> None:
    acts = [one for one in history if one in (Happening.ACKNOWLEDGE, Happening.WITHDRAW)]
    finals = set()
    for order in ([*acts[:place], end, *acts[place:]], [*acts, end], [end, *acts]):
        stage = Stage.ALARMING
        for happening in order:
            stage = turned(stage, happening).stage
        finals.add(stage)
    assert len(finals) == 1


@given(histories)
def test_over_stays_over_and_no_condition_that_lasts_disappears(history: list[Happening]) -> None:
    stage, ended = Stage.ALARMING, False
    for happening in history:
        before, stage = stage, turned(stage, happening).stage
        ended = ended or happening in (Happening.END, Happening.END_LATCHING)
        assert before is not Stage.OVER or stage is Stage.OVER
        assert ended or stage in OPEN


@given(histories, st.sampled_from([Happening.ACKNOWLEDGE, Happening.END_LATCHING]))
def test_what_is_done_twice_changes_nothing_more(history: list[Happening], twice: Happening) -> None:
    stage = Stage.ALARMING
    for happening in (*history, twice):
        stage = turned(stage, happening).stage
    assert turned(stage, twice).stage is stage
    assert turned(stage, twice).answer is not Answer.DONE


def test_what_was_seen_reminds_for_six_seconds_every_three_minutes() -> None:
    sounding = [second for second in range(800) if reminds(0, 1000 * second)]
    assert sounding == [*range(180, 186), *range(360, 366), *range(540, 546), *range(720, 726)]
    assert REMIND_MS <= 180_000


def test_a_plan_is_gone_through_by_time() -> None:
    assert [level_at([0, 60, 300], 1000, 1000 + 1000 * second) for second in (0, 59, 60, 299, 300, 9000)] == [
        1,
        1,
        2,
        2,
        3,
        3,
    ]
    assert level_at([], 0, 10**12) == 0
