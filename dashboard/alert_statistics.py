"""Statistics of alerts: per bed and day, how many were false, how soon somebody saw them. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from db.alert_statistics import DAY_MS, Counted, Monitored, Seen
from ecg.alert_review import WRONG, Verdict
from ecg.alert_rules import RULES, Priority

K = TypeVar("K", bound=Hashable)
PUBLISHED_PER_BED_DAY = 187.0
"""Audible alarms of an ICU, of all parameters (Drew et al., PLoS ONE 9(10):e110274, 2014)."""
PUBLISHED_FALSE = 0.888
"""Share of its judged arrhythmia alarms (same place)."""


@dataclass(slots=True)
class Tally:
    """Alerts of one kind. days: monitored, of all their patients; delays_s: from onset to acknowledgement."""

    days: float = 0.0
    by_priority: dict[Priority, int] = field(default_factory=lambda: dict.fromkeys(Priority, 0))
    by_verdict: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    delays_s: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.by_priority.values())

    @property
    def judged(self) -> int:
        """Those with a verdict."""
        return sum(self.by_verdict.values())

    @property
    def false_share(self) -> float | None:
        """False and noise among the judged; None where nobody has judged any."""
        wrong = sum(self.by_verdict[verdict] for verdict in WRONG)
        return wrong / self.judged if self.judged else None

    @property
    def per_day(self) -> float | None:
        """Per monitored bed and day; None where less than an hour was monitored."""
        return self.count / self.days if self.days >= 1 / 24 else None

    @property
    def seen_after_s(self) -> float | None:
        """Half of those that were acknowledged were so within this."""
        return median(self.delays_s) if self.delays_s else None

    def add(self, counted: Counted) -> None:
        """Some of them."""
        self.by_priority[RULES[counted.rule].priority] += counted.count
        if counted.verdict is not None:
            self.by_verdict[counted.verdict] += counted.count


@dataclass(frozen=True, slots=True)
class Statistics:
    """beds: by (ward, bed, initials). days: by day since 1970. rules: by (rule, network)."""

    whole: Tally
    beds: Mapping[tuple[str, str, str], Tally]
    days: Mapping[int, Tally]
    rules: Mapping[tuple[str, str], Tally]


def statistics(
    counts: Sequence[Counted], acknowledged: Sequence[Seen], watched: Sequence[Monitored], window: tuple[int, int, int]
) -> Statistics:
    """window: wall ms since when and until when, and how far the reader's clock is ahead of UTC."""
    of_recording = {one.recording: one for one in watched}
    counts = [one for one in counts if one.recording in of_recording]
    acknowledged = [one for one in acknowledged if one.recording in of_recording]
    hours = [(one, *_overlap(one, window[0], window[1])) for one in watched]
    days = sum(end - begin for _, begin, end in hours) / DAY_MS

    def bed(recording: str) -> tuple[str, str, str]:
        place = of_recording[recording].place
        return place.ward or "", place.bed or "", place.initials

    beds = _tallies(counts, acknowledged, lambda one: bed(one.recording))
    for one, begin, end in hours:
        beds.setdefault(bed(one.recording), Tally()).days += (end - begin) / DAY_MS
    rules = _tallies(counts, acknowledged, lambda one: (one.rule.value, one.model))
    for tally in rules.values():
        tally.days = days
    whole = _tallies(counts, acknowledged, lambda _: "all").get("all", Tally())
    whole.days = days
    return Statistics(whole, dict(sorted(beds.items())), _by_day(counts, hours, window), rules)


def _overlap(one: Monitored, since_ms: int, until_ms: int) -> tuple[int, int]:
    begin = max(one.begin_ms, since_ms)
    return begin, max(begin, min(one.end_ms, until_ms))


def _tallies(
    counts: Iterable[Counted], acknowledged: Iterable[Seen], key: Callable[[Counted | Seen], K]
) -> dict[K, Tally]:
    made: dict[K, Tally] = {}
    for one in counts:
        made.setdefault(key(one), Tally()).add(one)
    for each in acknowledged:
        made.setdefault(key(each), Tally()).delays_s.append(each.after_ms / 1000)
    return made


def _by_day(
    counts: Sequence[Counted], hours: Sequence[tuple[Monitored, int, int]], window: tuple[int, int, int]
) -> dict[int, Tally]:
    since_ms, until_ms, offset_ms = window
    first, last = (since_ms + offset_ms) // DAY_MS, (until_ms + offset_ms) // DAY_MS
    made = {day: Tally() for day in range(first, last + 1)}
    for one in counts:
        if one.day in made:
            made[one.day].add(one)
    for _, begin, end in hours:
        for day, tally in made.items():
            midnight = day * DAY_MS - offset_ms
            tally.days += max(0, min(end, midnight + DAY_MS) - max(begin, midnight)) / DAY_MS
    return made
