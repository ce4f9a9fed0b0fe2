"""Nobody changes the audit trail unseen: a thousand random tamperings of a sealed trail, and all are found."""

import random
from collections.abc import Callable

from auth.chain import ChainCheck, Flaw, first_flaw, seal, sum_before
from db.audit_views import AuditLine, Head

KEY, OTHER_KEY = b"a key of this test that is long enough", b"a key that somebody else has made up"
OLD, LENGTH = 5, 60
Lines = list[AuditLine]


def trail(key: bytes = KEY, seed: int = 1) -> Lines:
    """Five entries from before the chain, then sealed ones."""
    chance = random.Random(seed)
    lines: Lines = []
    for number in range(1, LENGTH + 1):
        who = chance.choice([(1, "ada.v", "administrator"), (2, "bo", "nurse"), (None, None, None)])
        what = (chance.choice(["login", "viewed", "refused"]), chance.choice(["", "patient 3", "药 é 7"]), "10.0.0.7")
        line = AuditLine(number, 1000 + number, *who, *what, chance.choice([None, 3, 4]))
        before = lines[-1].mac if number > OLD + 1 else sum_before(lines)
        lines.append(line._replace(mac=seal(key, before or "", line)) if number > OLD else line)
    return lines


def head_of(lines: Lines) -> Head:
    return Head(lines[-1].number, lines[-1].mac or "")


def flaw_of(lines: Lines, *heads: Head, key: bytes = KEY) -> Flaw | None:
    return first_flaw(ChainCheck(key, [("the file", head) for head in heads]), lines)


def edit(lines: Lines, chance: random.Random) -> Lines:
    """One field of one entry is another."""
    at, field = chance.randrange(len(lines)), chance.choice(AuditLine._fields)
    was = getattr(lines[at], field)
    values = [None, 0, was + 1] if isinstance(was, int) else [None, "", "x", f"{was} ", str(was).upper()]
    value = chance.choice([each for each in values if each != was])
    fields = {**lines[at]._asdict(), field: value}
    return [*lines[:at], AuditLine(**fields), *lines[at + 1 :]]


def delete(lines: Lines, chance: random.Random) -> Lines:
    at = chance.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def delete_and_number_again(lines: Lines, chance: random.Random) -> Lines:
    return [line._replace(number=number) for number, line in enumerate(delete(lines, chance), 1)]


def swap(lines: Lines, chance: random.Random) -> Lines:
    """Two entries change places; half of the time with their numbers, so that the numbers stay in order."""
    one, two = sorted(chance.sample(range(len(lines)), 2))
    moved = list(lines)
    moved[one], moved[two] = lines[two], lines[one]
    if chance.random() < 0.5:
        moved[one], moved[two] = moved[one]._replace(number=one + 1), moved[two]._replace(number=two + 1)
    return moved


def duplicate(lines: Lines, chance: random.Random) -> Lines:
    """An entry once more: in its place, or at the end with the next number."""
    line = chance.choice(lines)
    if chance.random() < 0.5:
        return [*lines, line._replace(number=len(lines) + 1)]
    return sorted([*lines, line], key=lambda each: each.number)


def cut_tail(lines: Lines, chance: random.Random) -> Lines:
    return lines[: chance.randrange(len(lines))]


def insert(lines: Lines, chance: random.Random) -> Lines:
    """A made-up entry, sealed with another key."""
    at = chance.randrange(len(lines))
    line = lines[at]._replace(subject="nothing happened")
    return [*lines[:at], line._replace(mac=seal(OTHER_KEY, lines[at - 1].mac or "", line)), *lines[at + 1 :]]


def replace_all(_lines: Lines, chance: random.Random) -> Lines:
    """Another trail: made with another key, or ours of another time (a table from an old backup)."""
    seed = chance.randrange(2, 10**9)
    return trail(OTHER_KEY, seed) if chance.random() < 0.5 else trail(KEY, seed)


def unseal(lines: Lines, chance: random.Random) -> Lines:
    """The codes go, from the beginning on or all of them, as if it had been so before the chain."""
    until = chance.randrange(OLD + 1, len(lines) + 1)
    return [line._replace(mac=None) for line in lines[:until]] + lines[until:]


TAMPERINGS: list[Callable[[Lines, random.Random], Lines]] = [
    *(edit, delete, delete_and_number_again, swap, duplicate),
    *(cut_tail, insert, replace_all, unseal),
]


def test_a_thousand_random_tamperings_are_all_found() -> None:
    whole = trail()
    assert flaw_of(whole, head_of(whole)) is None
    missed = []
    for seed in range(1000):
        chance = random.Random(seed)
        tampering = TAMPERINGS[seed % len(TAMPERINGS)]
        changed = tampering(whole, chance)
        if changed != whole and flaw_of(changed, head_of(whole)) is None:
            missed.append((seed, tampering.__name__))
    assert missed == []


def test_the_first_bad_entry_is_named() -> None:
    whole = trail()
    edited = [*whole[:29], whole[29]._replace(subject="x"), *whole[30:]]
    flaw = flaw_of(edited, head_of(whole))
    assert flaw is not None and flaw.number == 30 and "Entry 30 is not what was written" in flaw.sentence
    flaw = flaw_of(whole[:29] + whole[30:], head_of(whole))
    assert flaw is not None and flaw.number == 30 and "Entry 30 is missing" in flaw.sentence
    flaw = flaw_of(whole[:29], head_of(whole))
    assert flaw is not None and flaw.number == 30 and "ends at 29, but the file knows entry 60" in flaw.sentence


def test_without_the_key_nothing_fits_and_a_head_that_lags_is_no_fault() -> None:
    whole = trail()
    flaw = flaw_of(whole, key=OTHER_KEY)
    assert flaw is not None and flaw.number == OLD + 1
    assert flaw_of(whole, head_of(whole[:40])) is None
    assert flaw_of(whole, head_of(whole[:40]), head_of(whole)) is None
    assert flaw_of(trail(KEY, 2), head_of(whole[:40])) is not None
