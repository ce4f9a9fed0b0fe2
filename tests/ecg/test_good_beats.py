from ecg.findings import Quality, QualityReason
from ecg.good_beats import AFTERTHOUGHT, in_good_signal
from ecg.types import QualityChange


def change(index: int, quality: Quality) -> QualityChange:
    reason = QualityReason.NONE if quality is Quality.GOOD else QualityReason.MOTION
    return QualityChange("r", index, quality, reason)


CHANGES = [change(250, Quality.GOOD), change(10_000, Quality.POOR), change(12_500, Quality.GOOD)]


def test_a_beat_is_as_good_as_the_verdict_that_holds() -> None:
    assert in_good_signal([5000, 11_000, 13_000], CHANGES) == [True, False, True]


def test_a_verdict_speaks_of_the_seconds_before_it_too() -> None:
    assert in_good_signal([10_000 - AFTERTHOUGHT - 1, 10_000 - AFTERTHOUGHT, 9999], CHANGES) == [True, False, False]


def test_before_the_first_verdict_the_first_one_counts() -> None:
    assert in_good_signal([100], CHANGES) == [True]
    assert in_good_signal([100], [change(250, Quality.UNUSABLE)]) == [False]


def test_where_nothing_was_judged_nothing_is_good() -> None:
    assert in_good_signal([100], []) == [False]
