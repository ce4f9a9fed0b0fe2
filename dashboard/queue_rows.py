"""The queue of alerts in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.alert_words import MARK, age_words, name_words, where_words
from db.review_views import QueuedRun
from words import t
from written import clock


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One entry of the list. hue: of its mark, "done" where it was judged. beside: its age, or when it was judged."""

    run: QueuedRun
    hue: str
    mark: str
    name: str
    where: str
    beside: str


def waiting_rows(runs: Sequence[QueuedRun], now_ms: int) -> list[QueueRow]:
    """Those that wait, and in the ward's list those that were judged."""
    return [_row(run, age_words((now_ms - run.began_ms) / 1000)) for run in runs]


def reviewed_rows(runs: Sequence[QueuedRun]) -> list[QueueRow]:
    """What was judged last."""
    return [_row(run, clock(run.judged_ms or 0)[:5]) for run in runs]


def _row(run: QueuedRun, beside: str) -> QueueRow:
    judged = run.verdict is not None
    hue, mark = ("done", "✓") if judged else (run.priority.value, MARK[run.priority])
    where = where_words(run.place.bed, run.place.initials)
    return QueueRow(run, hue, mark, name_words(run.rule, run.value, run.count), f"{where} · {_state(run)}", beside)


def _state(run: QueuedRun) -> str:
    """What is the most important of how it stands."""
    if run.verdict is not None:
        return t("review.judged_by", verdict=t(f"verdict.{run.verdict.value}"), person=run.judge or "")
    if run.count > 1:
        state = t("review.alike", count=run.count)
    elif run.end is None:
        state = t("review.seen" if run.seen else "review.active")
    else:
        state = t("review.latched_short" if run.waits else "review.ended")
    return state if run.assignee is None else f"{state} · {t('review.of', person=run.assignee)}"
