"""Which stretches of a recording a report shows: the extremes, and one of each finding. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecg.edited_variability import At
from ecg.findings import Finding
from ecg.labels import BeatClass
from ecg.priority import PRIORITY
from ecg.rates import to_samples
from ecg.report_content import MOST_STRIPS, STRIP, EpisodeSum
from ecg.report_numbers import RRNumbers
from ecg.types import Beat

BEFORE_ONSET = to_samples(2.5)
UNSHOWN = (Finding.UNKNOWN, Finding.SINUS_RHYTHM, Finding.NOISE, Finding.NOT_SURE)
"""Findings that say nothing of the heart, or nothing new."""
TOLD = (*(finding for finding in PRIORITY if finding not in UNSHOWN), Finding.COUPLET)
"""Findings in the order in which a report tells them."""
SHOWN_CLASSES = (BeatClass.VENTRICULAR, BeatClass.SUPRAVENTRICULAR, BeatClass.FUSION)
SAME = to_samples(2.0)
"""Strips that begin within so much of each other are one."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a strip shows, where that is, and where the strip begins; house samples."""

    shows: tuple[str, ...]
    index: int
    start: int


def strip_places(
    lowest: At | None, highest: At | None, rr: RRNumbers | None, episodes: Sequence[EpisodeSum], beats: Sequence[Beat]
) -> list[Place]:
    """At most `MOST_STRIPS`, the extremes first; what the same strip shows is shown once."""
    found: list[Place] = []
    for place in _wanted(lowest, highest, rr, episodes):
        same = next((at for at, each in enumerate(found) if abs(each.start - place.start) < SAME), None)
        if same is not None:
            found[same] = Place(found[same].shows + place.shows, found[same].index, found[same].start)
        elif len(found) < MOST_STRIPS:
            found.append(place)
    return _with_classes(found, beats)


def _with_classes(places: Sequence[Place], beats: Sequence[Beat]) -> list[Place]:
    """Each class of ectopic beats is shown too: by a strip that has one, else by one more of its first beat."""
    found = list(places)
    for kind in SHOWN_CLASSES:
        indices = [beat.index for beat in beats if beat.sign == kind]
        shown = next((at for at, each in enumerate(found) if _has(each, indices)), None)
        if shown is not None:
            found[shown] = Place((*found[shown].shows, kind.value), found[shown].index, found[shown].start)
        elif indices and len(found) < MOST_STRIPS:
            found.append(_middle(kind.value, indices[0]))
    return found


def _has(place: Place, indices: Sequence[int]) -> bool:
    at = bisect_left(indices, place.start)
    return at < len(indices) and indices[at] < place.start + STRIP


def _wanted(
    lowest: At | None, highest: At | None, rr: RRNumbers | None, episodes: Sequence[EpisodeSum]
) -> Iterator[Place]:
    for name, extreme in (("lowest_rate", lowest), ("highest_rate", highest)):
        if extreme is not None:  # the rate is that of the beats before it
            yield Place((name,), extreme.index, max(0, extreme.index - STRIP))
    if rr is not None:
        yield _middle("longest_rr", rr.longest.index)
    known = {each.finding: each for each in episodes}
    for finding in TOLD:
        if finding in known:
            start = known[finding].start
            yield Place((finding.value,), start, max(0, start - BEFORE_ONSET))


def _middle(shows: str, index: int) -> Place:
    return Place((shows,), index, max(0, index - STRIP // 2))
