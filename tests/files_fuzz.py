"""Mutated files of every readable kind before the sandbox: a look, samples, or one sentence of the catalogue."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from streaming.files.facts import Choice, FileRefusedError
from streaming.files.sandbox import Sandbox
from streaming.files.small_files import write_small_files
from words import catalogue

HUGE = (b"4000000000000", b"99999999", b"-1", b"0", b"1e308", b"nan", b"../../../etc/passwd", b"\x00", b"/dev/zero")
ANSWERED = Choice(0, 250.0, 200.0)


@dataclass(slots=True)
class Tally:
    """What came of the files: read, refused, by the key of each reason."""

    read: int = 0
    refused: dict[str, int] | None = None

    def note(self, key: str) -> None:
        self.refused = {**(self.refused or {}), key: (self.refused or {}).get(key, 0) + 1}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with one to four wounds."""
    wounded = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(1, len(wounded)))
        kind = chance.randrange(6)
        if kind == 0:
            del wounded[at:]
        elif kind == 1:
            wounded[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 2:
            place = chance.randrange(min(512, max(1, len(wounded))))
            wounded[place : place + chance.randint(1, 14)] = chance.choice(HUGE)
        elif kind == 3:
            wounded[at:at] = wounded[at : at + chance.randint(1, 4000)]
        elif kind == 4:
            wounded[at : at + 8] = chance.randbytes(8)
        else:
            del wounded[at : at + chance.randint(1, 600)]
    return bytes(wounded)


def attacks(folder: Path, count: int, seed: int) -> Iterator[list[str]]:
    """Write `count` mutated sets of files into `folder`, one after the other; yields their names."""
    chance = random.Random(seed)
    whole = folder / "whole"
    whole.mkdir()
    kinds = list(write_small_files(whole))
    place = folder / "in"
    for _ in range(count):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        names = chance.choice(kinds)
        victim = chance.choice(names)
        for name in names:
            content = (whole / name).read_bytes()
            (place / name).write_bytes(mutated(content, chance) if name == victim else content)
        yield names


def besiege(sandbox: Sandbox, folder: Path, count: int, seed: int) -> Tally:
    """Every attack is answered as the contract says; raises AssertionError for one that is not."""
    tally, known = Tally(), catalogue("en")
    for names in attacks(folder, count, seed):
        place = folder / "in"
        try:
            sandbox.look(place, names)
            lead = sandbox.read(place, names, ANSWERED, ".out")
            assert sum(run.count for run in lead.runs) * 2 == (place / ".out").stat().st_size
            tally.read += 1
        except FileRefusedError as error:
            assert error.refusal.key in known, error.refusal
            tally.note(error.refusal.key)
    return tally
