"""The chain of the audit trail: what seals an entry together with all before it, and how one finds what was changed.

mac(n) = HMAC-SHA256(key, mac(n-1) + line feed + the entry's fields as JSON, its number first). Before the first comes
the SHA-256 of the entries from before the chain. Numbers have no gap. The key is not in the database. Pure.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from json import JSONEncoder

from db.audit_views import AuditLine, Head

_written = JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=repr).encode


def seal(key: bytes, before: str, line: AuditLine) -> str:
    """The mac of `line`, hexadecimal; `before` is that of the entry before it. Its own field mac is not read."""
    return hmac.digest(key, f"{before}\n{_written(line[:-1])}".encode(), "sha256").hex()


def sum_before(old: Iterable[AuditLine]) -> str:
    """What stands before the first sealed entry: the SHA-256, hexadecimal, of the entries that have no mac."""
    whole = hashlib.sha256()
    for line in old:
        whole.update(f"{_written(line[:-1])}\n".encode())
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, first at the entry `number`."""

    number: int
    sentence: str


@dataclass(slots=True)
class ChainCheck:
    """Reads a trail from its first entry on and says what is wrong with it. heads: (where it is kept, head)."""

    key: bytes
    heads: Sequence[tuple[str, Head]] = ()
    last: int = 0
    unsealed: int = 0
    _before: str = ""
    _old: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _first: int | None = None

    def receive(self, line: AuditLine) -> list[Flaw]:
        """What is wrong with the next entry; nothing is said twice: stop at the first."""
        if line.mac is None and not self._before:
            self._old.update(f"{_written(line[:-1])}\n".encode())
            self.last, self.unsealed = line.number, self.unsealed + 1
            return []
        if self._before and line.number != self.last + 1:
            return [Flaw(self.last + 1, f"Entry {self.last + 1} is missing: {line.number} comes after {self.last}.")]
        wanted = seal(self.key, self._before or self._old.hexdigest(), line)
        if line.mac != wanted:
            return [Flaw(line.number, _wrong(line, self._before))]
        self.last, self._before, self._first = line.number, wanted, self._first or line.number
        return self._compare(line)

    def end(self) -> list[Flaw]:
        """What is wrong at the end: entries that a head tells of and that did not come."""
        first = self._first or self.last + 1
        return [
            Flaw(
                self.last + 1, f"The trail ends at {self.last}, but {where} knows entry {head.number}: it was cut off."
            )
            if head.number > self.last
            else Flaw(head.number, f"Entry {head.number} has no code, but {where} knows one: the trail was replaced.")
            for where, head in self.heads
            if head.mac and not first <= head.number <= self.last
        ]

    def _compare(self, line: AuditLine) -> list[Flaw]:
        return [
            Flaw(line.number, f"Entry {line.number} is not the one that {where} knows: the trail was replaced.")
            for where, head in self.heads
            if head.mac and head.number == line.number and head.mac != line.mac
        ]


def first_flaw(check: ChainCheck, lines: Iterable[AuditLine]) -> Flaw | None:
    """The first thing that is wrong with a trail; None when it is whole."""
    for line in lines:
        if flaws := check.receive(line):
            return flaws[0]
    return next(iter(check.end()), None)


def _wrong(line: AuditLine, before: str) -> str:
    if before:
        return f"Entry {line.number} is not what was written, or not where it was written."
    return f"Entry {line.number} or one before it, from before the chain, is not what was written."
