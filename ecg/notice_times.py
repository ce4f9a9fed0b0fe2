"""When somebody is told of an alert outside of the ward. Minutes of the day are those of the person's own zone."""

from dataclasses import dataclass

from ecg.alert_rules import URGENCY, AlertRule, Priority

RETRY_S = (5, 15, 60, 300, 900)
"""Pauses between tries; after the last one a notice has failed."""
LEAST_GAP_MS, HIGH_GAP_MS = 20_000, 5_000
"""Between two messages to one person on one way: what comes meanwhile goes out together. HIGH_GAP_MS: where one of them
is of high priority."""
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of. least: the lowest priority. after_s: if nobody has seen it for so long.

    quiet: minutes of the day from and to which nothing is sent, None for no such time, over midnight where the first is
    later; high_in_quiet: but what is of high priority.
    """

    least: Priority
    after_s: int
    quiet: tuple[int, int] | None
    high_in_quiet: bool


def is_let_through(wish: Wish, priority: Priority, minute: int) -> bool:
    """Whether an alert of this priority may be told at this minute of the day."""
    return not is_quiet(wish.quiet, minute) or (wish.high_in_quiet and priority is Priority.HIGH)


def wait_s(wish: Wish, rule: AlertRule) -> float | None:
    """So many seconds after the onset it is to be told, if nobody has seen it; None: not at all.

    One that becomes more urgent when it lasts is told when it is urgent enough.
    """
    if URGENCY[rule.priority] >= URGENCY[wish.least]:
        return wish.after_s
    rises = rule.rises_s is not None and URGENCY[rule.priority_after(rule.rises_s)] >= URGENCY[wish.least]
    return wish.after_s + (rule.rises_s or 0) if rises else None


def is_quiet(quiet: tuple[int, int] | None, minute: int) -> bool:
    """Whether a minute lies in the quiet hours; the last minute is outside of them."""
    if quiet is None or quiet[0] == quiet[1]:
        return False
    begin, end = quiet
    return begin <= minute < end if begin < end else minute >= begin or minute < end


def next_try_ms(tries: int, now_ms: int) -> int | None:
    """When to try again after so many tries that failed; None: no more."""
    return now_ms + 1000 * RETRY_S[tries - 1] if 0 < tries <= len(RETRY_S) else None
