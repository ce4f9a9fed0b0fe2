"""An in-memory twin of the line to Valkey, with a clock of its own. The shipped Lua runs as it is.

It answers the commands that Wardbeat uses as a server with `appendfsync always` would. BLOCK waits for nothing.
`tests/streaming/test_memory_valkey.py` holds it against a real server.
"""

from collections.abc import Callable, Sequence
from typing import Any

from lupa.lua51 import LuaRuntime

from streaming.connection import Command
from streaming.entries import START
from streaming.scripts import SOURCES, sha

Flat = list[bytes]
Stored = tuple[tuple[int, int], Flat]
CONFIG = {b"appendonly": b"yes", b"appendfsync": b"always"}


def _bytes(word: object) -> bytes:
    return word if isinstance(word, bytes) else str(word).encode()


def _id(text: bytes) -> tuple[int, int]:
    ms, _, number = text.partition(b"-")
    return int(ms), int(number or 0)


class MemoryValkey:
    """One server and all lines to it. now_ms: the server's wall clock."""

    losses = 0

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self.now_ms = now_ms
        self._keys: dict[bytes, Any] = {}
        self._ends_ms: dict[bytes, int] = {}
        self._lua = LuaRuntime(encoding=None, unpack_returned_tuples=True)
        self._lua.globals()[b"redis"] = self._lua.table_from({b"call": self._from_lua})
        body = b"return function(KEYS, ARGV) %s end"
        self._scripts = {sha(source).encode(): self._lua.execute(body % source.encode()) for source in SOURCES}

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        """As `streaming.connection.ValkeyConnection.run`, but never away."""
        return [self.call([_bytes(word) for word in command]) for command in commands]

    async def close(self) -> None:
        """Nothing to give back."""

    def call(self, words: Flat) -> Any:
        """One command."""
        for key in [key for key, end in self._ends_ms.items() if end <= self.now_ms]:
            del self._ends_ms[key], self._keys[key]
        name, *rest = words
        command: Callable[..., Any] = getattr(self, f"_{name.decode().lower()}")
        return command(*rest)

    # -- Lua -------------------------------------------------------------------------------------------------------

    def _evalsha(self, sha1: bytes, count: bytes, *words: bytes) -> Any:
        keys, arguments = words[: int(count)], words[int(count) :]
        answer = self._scripts[sha1](self._lua.table_from(keys), self._lua.table_from(arguments))
        return self._to_redis(answer)

    def _from_lua(self, *words: object) -> Any:
        answer = self.call([_bytes(int(word) if isinstance(word, float) else word) for word in words])
        if isinstance(answer, list):
            return self._lua.table_from(answer)
        return False if answer is None else answer

    def _to_redis(self, answer: Any) -> Any:
        if answer is None or answer is False:
            return None
        if isinstance(answer, bytes | int):
            return answer
        return int(answer) if isinstance(answer, float) else [self._to_redis(each) for each in answer.values()]

    # -- keys ------------------------------------------------------------------------------------------------------

    def _get(self, key: bytes) -> bytes | None:
        return self._keys.get(key)

    def _set(self, key: bytes, value: bytes, *options: bytes) -> bytes | None:
        if b"NX" in options and key in self._keys:
            return None
        self._keys[key] = value
        self._ends_ms.pop(key, None)
        if b"PX" in options:
            self._pexpire(key, options[options.index(b"PX") + 1])
        return b"OK"

    def _exists(self, key: bytes) -> int:
        return int(key in self._keys)

    def _del(self, key: bytes) -> int:
        self._ends_ms.pop(key, None)
        return int(self._keys.pop(key, None) is not None)

    def _pexpire(self, key: bytes, ms: bytes) -> int:
        if key in self._keys:
            self._ends_ms[key] = self.now_ms + int(ms)
        return int(key in self._keys)

    def _time(self) -> Flat:
        return [_bytes(self.now_ms // 1000), _bytes(self.now_ms % 1000 * 1000)]

    def _config(self, _get: bytes, name: bytes) -> Flat:
        return [name, CONFIG[name]]

    # -- hashes and sorted sets ------------------------------------------------------------------------------------

    def _hash(self, key: bytes) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self._keys.setdefault(key, {})
        return found

    def _hget(self, key: bytes, field: bytes) -> bytes | None:
        return self._keys.get(key, {}).get(field)  # type: ignore[no-any-return]

    def _hset(self, key: bytes, *pairs: bytes) -> int:
        before = len(self._hash(key))
        self._hash(key).update(zip(pairs[::2], pairs[1::2], strict=True))
        return len(self._hash(key)) - before

    def _hdel(self, key: bytes, *fields: bytes) -> int:
        return sum(self._hash(key).pop(field, None) is not None for field in fields)

    def _hincrby(self, key: bytes, field: bytes, step: bytes) -> int:
        self._hash(key)[field] = _bytes(int(self._hash(key).get(field, b"0")) + int(step))
        return int(self._hash(key)[field])

    def _hmget(self, key: bytes, *fields: bytes) -> list[bytes | None]:
        return [self._hget(key, field) for field in fields]

    def _zadd(self, key: bytes, score: bytes, member: bytes) -> int:
        new = member not in self._hash(key)
        self._hash(key)[member] = score
        return int(new)

    def _zrem(self, key: bytes, member: bytes) -> int:
        return self._hdel(key, member)

    def _zrange(self, key: bytes, _first: bytes, _last: bytes) -> Flat:
        return sorted(self._hash(key), key=lambda member: float(self._hash(key)[member]))

    def _zcard(self, key: bytes) -> int:
        return len(self._keys.get(key, {}))

    def _zrangebyscore(self, key: bytes, _lowest: bytes, highest: bytes, *limit: bytes) -> Flat:
        end = float(highest.lstrip(b"("))
        inside = [m for m, s in self._hash(key).items() if float(s) < end or (float(s) == end and highest[:1] != b"(")]
        return sorted(inside, key=lambda member: float(self._hash(key)[member]))[: int(limit[2]) if limit else None]

    def _zremrangebyscore(self, key: bytes, lowest: bytes, highest: bytes) -> int:
        return self._hdel(key, *self._zrangebyscore(key, lowest, highest))

    # -- streams ---------------------------------------------------------------------------------------------------

    def _stream(self, key: bytes) -> list[Stored]:
        found: list[Stored] = self._keys.setdefault(key, [])
        return found

    def _xadd(self, key: bytes, *words: bytes) -> bytes:
        at = words.index(b"*")
        last = self._hash(b"newest ids").get(key, START.encode())
        ms, number = max(((self.now_ms, 0), (_id(last)[0], _id(last)[1] + 1)))
        self._hash(b"newest ids")[key] = b"%d-%d" % (ms, number)
        self._stream(key).append(((ms, number), list(words[at + 1 :])))
        return b"%d-%d" % (ms, number)

    def _xlen(self, key: bytes) -> int:
        return len(self._stream(key))

    def _xtrim(self, key: bytes, _minid: bytes, oldest: bytes) -> int:
        kept = [entry for entry in self._stream(key) if entry[0] >= _id(oldest)]
        gone = len(self._stream(key)) - len(kept)
        self._keys[key] = kept
        return gone

    def _xread(self, *words: bytes) -> list[tuple[bytes, list[tuple[bytes, Flat]]]] | None:
        count, names = int(words[words.index(b"COUNT") + 1]), words[words.index(b"STREAMS") + 1 :]
        half = len(names) // 2
        news = [
            (key, self._after(key, _id(since), count)) for key, since in zip(names[:half], names[half:], strict=True)
        ]
        return [(key, entries) for key, entries in news if entries] or None

    def _xrevrange(
        self, key: bytes, _last: bytes, _first: bytes, _count: bytes, count: bytes
    ) -> list[tuple[bytes, Flat]]:
        newest = self._keys.get(key, [])[: -int(count) - 1 : -1]
        return [(b"%d-%d" % number, flat) for number, flat in newest]

    def _after(self, key: bytes, since: tuple[int, int], count: int) -> list[tuple[bytes, Flat]]:
        later = [entry for entry in self._keys.get(key, ()) if entry[0] > since]
        return [(b"%d-%d" % number, flat) for number, flat in later[:count]]
