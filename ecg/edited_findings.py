"""Episodes and rates of a recording as people have said its beats are: what `ecg.rhythm`, `ecg.vitals` and `ecg.burden`
would have told of these beats.

Ventricular fibrillation is told from the trace and stands. Pauses stand too, but where a beat was added or taken away
and where somebody has marked noise.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg import beat_columns, rhythm, swift_criteria
from ecg.beat_columns import NOT_SURE, BeatColumns
from ecg.corrections import UNKNOWN_RR, Edits
from ecg.criteria import RATE_INTERVALS
from ecg.findings import Finding, Quality
from ecg.limits import ASYSTOLE, USUAL
from ecg.patterns import CYCLES
from ecg.signal_faults import WINDOW as QUALITY_WINDOW
from ecg.swift_criteria import CLOSE, INTERRUPT, RECEIVE, SKIP, Course, Places
from ecg.types import QualityChange, RhythmEpisode

STANDING = (Finding.VENTRICULAR_FIBRILLATION, Finding.PAUSE, Finding.ASYSTOLE)
_GOOD, _POOR, _UNUSABLE, _GAP = 0, 1, 2, 3
_STATE = {Quality.GOOD: _GOOD, Quality.POOR: _POOR, Quality.UNUSABLE: _UNUSABLE}


@dataclass(frozen=True, slots=True)
class Steps:
    """Beats, changes of the signal and gaps in one order, each of shape (n,).

    at: index; beat: place among the beats, -1 for a change. state: the signal from there on. last: the last beat.
    trusted: beats whose RR interval is known and of good signal.
    """

    at: NDArray[np.int64]
    beat: NDArray[np.int64]
    state: NDArray[np.int8]
    last: NDArray[np.int64]
    trusted: NDArray[np.bool_]

    @property
    def is_beat(self) -> NDArray[np.bool_]:
        """Which of them are beats."""
        return self.beat >= 0

    def of(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """A column of the beats, at each step; anything at a change."""
        return values[np.maximum(self.beat, 0)] if len(values) else np.zeros(len(self.at), values.dtype)

    @property
    def closes(self) -> NDArray[np.bool_]:
        """Where the signal is lost."""
        return ~self.is_beat & (self.state >= _UNUSABLE)


def steps(beats: BeatColumns, quality: Sequence[QualityChange], edits: Edits) -> Steps:
    """What happened, in order; a change comes before a beat at its index."""
    changes = sorted(_changes(quality, edits))
    change_at = np.array([at for at, _ in changes], np.int64)
    change_state = np.array([state for _, state in changes], np.int8)
    at = np.concatenate((change_at, beats.index))
    order = np.argsort(at, kind="stable")
    is_beat = order >= len(changes)
    beat = np.where(is_beat, order - len(changes), -1)
    before = np.searchsorted(change_at, at[order], "right") - 1
    padded = np.concatenate((change_state, [_GOOD])).astype(np.int8)
    since = np.concatenate((_good_since(changes), [np.iinfo(np.int64).max]))[before]
    rr = np.concatenate((beats.rr, [UNKNOWN_RR]))[np.where(is_beat, beat, len(beats.rr))]
    trusted = is_beat & (rr != UNKNOWN_RR) & (at[order] - rr >= since)
    last = np.maximum.accumulate(np.where(is_beat, at[order], 0)) if len(order) else np.zeros(0, np.int64)
    return Steps(at[order], beat, padded[before], last, trusted)


def _changes(quality: Sequence[QualityChange], edits: Edits) -> Iterator[tuple[int, int]]:
    """Index and state; noise that a person has marked is a signal of no use, after which it is as it was."""
    known = sorted((each.index, _STATE[each.quality]) for each in quality)
    noise = [(each.start, each.end) for each in edits.noise]
    for at, state in known:
        if not any(start <= at < end for start, end in noise):
            yield at, state
    for start, end in noise:
        before = [state for at, state in known if at < end]
        yield start, _UNUSABLE
        yield end, before[-1] if before else _GOOD
    for start, _ in edits.gaps:
        yield start, _GAP


def _good_since(changes: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """From where on the signal is good after each change; never where it is not."""
    found: list[int] = []
    never = int(np.iinfo(np.int64).max)
    since = never
    for at, state in changes:
        since = never if state != _GOOD else at - QUALITY_WINDOW if since == never else since
        found.append(since)
    return np.array(found, np.int64)


def edited_episodes(
    recording: str, beats: BeatColumns, course: Steps, stood: Sequence[RhythmEpisode], edits: Edits
) -> list[RhythmEpisode]:
    """All episodes, in order. stood: those that the recording has without the edits."""
    moved = moved_beats(beats, edits)
    told = dict(_by_class(beats, course))
    told |= _by_rhythm(beats, course)
    told |= _by_rate(beats, course, told)
    made = [
        RhythmEpisode(recording, finding, start, end)
        for finding, of in told.items()
        for start, end in (of if isinstance(of, list) else swift_criteria.spans(of))
    ]
    kept = [each for each in stood if each.finding in STANDING and not _touched(each, edits, moved)]
    paused = _pauses(recording, beats, course, moved, kept)
    return sorted([*made, *kept, *paused], key=lambda each: (each.start, each.end or 0, each.finding.value))


def _ops(
    course: Steps, receive: NDArray[np.bool_], interrupt: NDArray[np.bool_]
) -> tuple[swift_criteria.Ops, swift_criteria.Places]:
    """A script: beats that are taken, moments that break a pattern, and the ends of the signal."""
    ops = np.where(course.closes, CLOSE, np.where(receive, RECEIVE, np.where(interrupt, INTERRUPT, SKIP)))
    return ops.astype(np.int8), np.where(course.closes, course.last, course.at)


def _by_class(beats: BeatColumns, course: Steps) -> dict[Finding, Course | list[tuple[int, int | None]]]:
    kind, vouched = course.of(beats.kind), course.of(beats.vouched)
    good = course.is_beat & (course.state != _POOR) & (course.state != _UNUSABLE)
    poor, bad = course.is_beat & (course.state == _POOR), course.is_beat & (course.state == _UNUSABLE)
    ventricular = np.where(poor, vouched, kind == beat_columns.VENTRICULAR).astype(np.bool_)
    runs, at = _ops(course, good | poor, bad)
    others, _ = _ops(course, good, poor | bad | (~course.is_beat & (course.state == _POOR)))
    atrial = kind == beat_columns.SUPRAVENTRICULAR
    size, begin, end = rhythm.FAST_RUN, rhythm.FAST_RUN_RR, rhythm.FAST_RUN_END
    first, second = swift_criteria.couples(others, at, ventricular)
    return {
        Finding.VENTRICULAR_TACHYCARDIA: swift_criteria.fast_run(runs, at, ventricular, size, begin, end),
        Finding.VENTRICULAR_RUN: swift_criteria.votes(runs, at, ventricular, rhythm.RUN, rhythm.RUN, 1),
        Finding.COUPLET: [(int(one), int(two)) for one, two in zip(first, second, strict=True)],
        Finding.BIGEMINY: swift_criteria.cycle(others, at, ventricular, 2, CYCLES),
        Finding.TRIGEMINY: swift_criteria.cycle(others, at, ventricular, 3, CYCLES),
        Finding.SUPRAVENTRICULAR_RUN: swift_criteria.votes(others, at, atrial, rhythm.RUN, rhythm.RUN, 1),
    }


def _by_rhythm(beats: BeatColumns, course: Steps) -> dict[Finding, Course]:
    of, vouched = course.of(beats.rhythm), course.of(beats.vouched)
    good = course.is_beat & (course.state != _POOR) & (course.state != _UNUSABLE)
    noise = np.where(
        course.state == _POOR, ~vouched.astype(np.bool_), (course.state == _UNUSABLE) | (of == beat_columns.NOISE)
    )
    never = np.zeros(len(course.at), np.bool_)
    every, at = _ops(course, course.is_beat, never)
    clear, _ = _ops(course, good & ~noise, never)
    mixed = (rhythm.MIXED, rhythm.MIXED_BEGIN, rhythm.MIXED_END)
    unsure = (rhythm.MIXED, rhythm.UNSURE_BEGIN, rhythm.UNSURE_END)
    return {
        Finding.NOISE: swift_criteria.votes(every, at, noise, rhythm.MIXED, rhythm.NOISE_BEGIN, rhythm.NOISE_END),
        Finding.ATRIAL_FIBRILLATION: swift_criteria.votes(clear, at, of == beat_columns.FIBRILLATION, *mixed),
        Finding.OTHER_RHYTHM: swift_criteria.votes(clear, at, of == beat_columns.OTHER, *mixed),
        Finding.NOT_SURE: swift_criteria.votes(clear, at, of == NOT_SURE, *unsure),
    }


def _by_rate(
    beats: BeatColumns, course: Steps, told: dict[Finding, Course | list[tuple[int, int | None]]]
) -> dict[Finding, Course]:
    rr = course.of(beats.rr).astype(np.int64)
    good = course.is_beat & (course.state != _POOR) & (course.state != _UNUSABLE) & (rr != UNKNOWN_RR)
    slow, at = _ops(course, good, np.zeros(len(good), np.bool_))
    named = _open(told[Finding.VENTRICULAR_RUN]) | _open(told[Finding.ATRIAL_FIBRILLATION])
    fast = np.where(good & named, CLOSE, slow).astype(np.int8)
    return {
        Finding.BRADYCARDIA: swift_criteria.rate_beyond(slow, at, rr, RATE_INTERVALS, rhythm.SLOW, rhythm.SLOW_END),
        Finding.TACHYCARDIA: swift_criteria.rate_beyond(fast, at, rr, RATE_INTERVALS, rhythm.FAST, rhythm.FAST_END),
    }


def _open(course: Course | list[tuple[int, int | None]]) -> NDArray[np.bool_]:
    assert isinstance(course, tuple)
    return course[0] >= 0


def moved_beats(beats: BeatColumns, edits: Edits) -> Places:
    """Where somebody has put a beat in, or taken one away."""
    gone = {each.index for each in edits.said if each.beat_class is None}
    return np.array(sorted(gone | set(beats.index[beats.missed].tolist())), np.int64)


def _touched(episode: RhythmEpisode, edits: Edits, moved: Places) -> bool:
    """Whether it lies in marked noise, or (silence) a beat was put in or taken away at its edge."""
    end = episode.start if episode.end is None else episode.end
    if any(each.start < end and episode.start < each.end for each in edits.noise):
        return True
    silent = episode.finding in (Finding.PAUSE, Finding.ASYSTOLE)
    return silent and bool(((moved >= episode.start) & (moved <= end)).any())


def _pauses(
    recording: str, beats: BeatColumns, course: Steps, moved: Places, kept: Sequence[RhythmEpisode]
) -> list[RhythmEpisode]:
    """Silences around beats that a person has put in or taken away, by the usual limits."""
    trusted = np.zeros(len(beats.index), np.bool_)
    trusted[course.beat[course.trusted]] = True
    long = np.flatnonzero(trusted & (beats.rr > USUAL.pause))
    known = {(each.finding, each.start) for each in kept}
    found: list[RhythmEpisode] = []
    for place in long:
        end, start = int(beats.index[place]), int(beats.index[place] - beats.rr[place])
        if np.searchsorted(moved, start) == np.searchsorted(moved, end, "right"):
            continue
        told = [Finding.PAUSE, *([Finding.ASYSTOLE] if end - start > ASYSTOLE else [])]
        found += [RhythmEpisode(recording, each, start, end) for each in told if (each, start) not in known]
    return found
