"""The criteria of `ecg.criteria` and `ecg.patterns` over a whole recording at once, so that findings follow an edit.

Each takes a script, arrays of one length: what is done at each step (`SKIP` to `CLOSE`), `at` (the beat's index; of
`CLOSE` where what is open ends), and the mark of the beat. Each answers for each step since when an episode is open
after it (`NONE`: none is), and where one ended in it. tests/ecg/test_edited_findings.py holds them to those that run
live.
"""

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

SKIP, RECEIVE, INTERRUPT, CLOSE = 0, 1, 2, 3
NONE = -1

Ops = NDArray[np.int8]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]
Course = tuple[Places, Places]


def spans(course: Course) -> list[tuple[int, int | None]]:
    """The episodes of a course: start and end, in order; None for the end of one that goes on."""
    since, stop = course
    before = np.concatenate(([NONE], since[:-1]))
    starts = since[(since >= 0) & (before < 0)]
    ends = [int(each) for each in stop[stop >= 0]]
    return list(zip((int(each) for each in starts), [*ends, *([None] * (len(starts) - len(ends)))], strict=True))


@compiled
def _marked(ring: Places, step: int, held: int) -> int:
    """How many of the last `held` places before `step` hold an index."""
    count = 0
    for back in range(1, held + 1):
        count += ring[(step - back) % len(ring)] >= 0
    return count


@compiled
def _first(ring: Places, step: int, held: int) -> int:
    """The oldest index among them."""
    for back in range(held, 0, -1):
        if ring[(step - back) % len(ring)] >= 0:
            return int(ring[(step - back) % len(ring)])
    return -1


@compiled
def votes(ops: Ops, at: Places, mark: Marks, size: int, begin: int, end: int) -> Course:
    """`ecg.criteria.Votes`."""
    since, stop, ring = np.full(len(ops), NONE), np.full(len(ops), NONE), np.full(size, NONE)
    opened, last, held, step = NONE, 0, 0, 0
    for place in range(len(ops)):
        if ops[place] == RECEIVE:
            ring[step % size] = at[place] if mark[place] else NONE
            step, held, last = step + 1, min(held + 1, size), at[place] if mark[place] else last
            marks = _marked(ring, step, held)
            if opened < 0 and marks >= begin:
                opened = _first(ring, step, held)
            elif opened >= 0 and marks <= end:
                stop[place], opened, held = last, NONE, 0
        elif ops[place] >= INTERRUPT:
            held = 0
            if ops[place] == CLOSE and opened >= 0:
                stop[place], opened = at[place], NONE
        since[place] = opened
    return since, stop


@compiled
def fast_run(ops: Ops, at: Places, mark: Marks, size: int, begin: int, end: int) -> Course:
    """`ecg.patterns.FastRun`."""
    since, stop, ring = np.full(len(ops), NONE), np.full(len(ops), NONE), np.zeros(size, np.int64)
    opened, last, run, unmarked = NONE, 0, 0, np.zeros(3, np.int64)
    for place in range(len(ops)):
        if ops[place] == RECEIVE:
            ring[run % size] = at[place]
            before, last, run = last, at[place] if mark[place] else last, run + 1 if mark[place] else 0
            unmarked[:2] = unmarked[1:]
            unmarked[2] = not mark[place]
            width = ring[(run - 1) % size] - ring[run % size] if run >= size else NONE
            broken = unmarked.sum() >= 2
            if opened < 0 and 0 <= width <= (size - 1) * begin:
                opened = ring[run % size]
            elif opened >= 0 and (broken or width > (size - 1) * end):
                stop[place], opened, run = last if broken else before, NONE, 0
                unmarked[:] = 0
        elif ops[place] >= INTERRUPT:
            run = 0
            unmarked[:] = 0
            if ops[place] == CLOSE and opened >= 0:
                stop[place], opened = at[place], NONE
        since[place] = opened
    return since, stop


@compiled
def _shift(values: Places, value: int) -> None:
    """One place to the left, and a new last one."""
    for place in range(len(values) - 1):
        values[place] = values[place + 1]
    values[-1] = value


@compiled
def cycle(ops: Ops, at: Places, mark: Marks, period: int, cycles: int) -> Course:
    """`ecg.patterns.Cycle`."""
    beats = cycles * period
    since, stop, streak = np.full(len(ops), NONE), np.full(len(ops), NONE), np.full(beats, NONE)
    misses, opened, last_fit, length = np.zeros(beats, np.int64), NONE, 0, 0
    for place in range(len(ops)):
        if ops[place] == RECEIVE:
            _shift(streak, at[place] if mark[place] else NONE)
            length = min(length + 1, beats)
            fit = length >= period and _marked(streak, 0, period) == 1
            length = length if fit else min(length, period - 1)
            _shift(misses, not fit)
            last_fit = at[place] if fit else last_fit
            if opened < 0 and length == beats:
                opened = _first(streak, 0, beats)
            elif opened >= 0 and misses.sum() > period:
                stop[place], opened, length = last_fit, NONE, 0
                misses[:] = 0
        elif ops[place] >= INTERRUPT:
            length = 0
            if ops[place] == CLOSE:
                misses[:] = 0
            if ops[place] == CLOSE and opened >= 0:
                stop[place], opened = at[place], NONE
        since[place] = opened
    return since, stop


@compiled
def couples(ops: Ops, at: Places, mark: Marks) -> tuple[Places, Places]:
    """`ecg.patterns.Pair`: first and second beat of each."""
    first, second = np.full(len(ops), NONE), np.full(len(ops), NONE)
    run, one, two = NONE, 0, 0  # marked beats since an unmarked one; NONE where none was seen
    for place in range(len(ops)):
        if ops[place] == RECEIVE and mark[place]:
            run = run + 1 if run >= 0 else NONE
            one, two = (at[place], two) if run == 1 else (one, at[place])
        elif ops[place] == RECEIVE:
            if run == 2:
                first[place], second[place] = one, two
            run = 0
        elif ops[place] >= INTERRUPT:
            run = NONE
    return first[first >= 0], second[first >= 0]


@compiled
def _middle(values: Places, ordered: Places) -> int:
    """Twice the median of an even number of values; ordered: room for them."""
    for place in range(len(values)):
        value, free = values[place], place
        while free > 0 and ordered[free - 1] > value:
            ordered[free] = ordered[free - 1]
            free -= 1
        ordered[free] = value
    half = len(values) // 2
    return int(ordered[half - 1] + ordered[half])


@compiled
def rate_beyond(ops: Ops, at: Places, rr: Places, count: int, begin: int, end: int) -> Course:
    """`ecg.criteria.RateBeyond`; rr: the interval before each beat, in the place of its mark."""
    since, stop = np.full(len(ops), NONE), np.full(len(ops), NONE)
    indices, intervals, ordered = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    sign = 1 if begin > end else -1
    opened, held = NONE, 0
    for place in range(len(ops)):
        if ops[place] == RECEIVE:
            _shift(indices, at[place])
            _shift(intervals, rr[place])
            held = min(held + 1, count)
            doubled = sign * _middle(intervals, ordered)
            if held == count and opened < 0 and doubled > 2 * sign * begin:
                opened = indices[0]
            elif held == count and opened >= 0 and doubled < 2 * sign * end:
                stop[place], opened, held = at[place], NONE, 0
        elif ops[place] == CLOSE:
            held = 0
            if opened >= 0:
                stop[place], opened = at[place], NONE
        since[place] = opened
    return since, stop
