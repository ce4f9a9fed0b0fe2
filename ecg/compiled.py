"""Loops over samples, compiled by numba when they are first called.

Nothing is compiled and numba is not even imported before that; what was compiled is kept on disk beside the source (or
in the user's cache folder) and shared by all processes. Where numba is missing the same Python runs, about a hundred
times slower, with the same results.
"""

from collections.abc import Callable
from hashlib import sha256
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Compiled(Generic[P, T]):
    """A function that is compiled at its first call, together with the compiled functions that it calls."""

    def __init__(self, function: Callable[P, T]) -> None:
        assert isinstance(function, FunctionType)
        self.plain: Callable[P, T] = function
        """The function as it is written."""
        self._code = function
        self._ready: Callable[P, T] | None = None
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return (self._ready or self.prepare())(*args, **kwargs)

    def prepare(self) -> Callable[P, T]:
        """What a call runs: the compiled function, or the plain one without numba."""
        if self._ready is None:
            try:
                from numba import njit  # noqa: PLC0415  half a second and 40 MB that a web process never needs
            except ImportError:
                self._ready = self.plain
            else:
                self._ready = _kept(njit, self._linked())
        return self._ready

    def _linked(self) -> FunctionType:
        """The function with compiled functions in the place of the names it uses, named after all that is in it.

        numba takes a kept result for stale by the function's own file only; the name tells of the other files.
        """
        code, used = self._code.__code__, self._used()
        names = {name: value.prepare() if isinstance(value, Compiled) else value for name, value in used.items()}
        function = FunctionType(code, {"__name__": self._code.__module__, **names}, code.co_name)
        function.__qualname__, function.__module__ = f"{code.co_name}_{self.digest()}", self._code.__module__
        return function

    def digest(self) -> str:
        """What the function computes, its constants and the functions that it calls, in a few letters."""
        parts = [self._code.__code__.co_code.hex(), repr(self._code.__code__.co_consts)]
        for name, value in sorted(self._used().items()):
            parts += [name, value.digest() if isinstance(value, Compiled) else repr(value)]
        return sha256("|".join(parts).encode()).hexdigest()[:12]

    def _used(self) -> dict[str, Any]:
        names = set(self._code.__code__.co_names)
        return {name: value for name, value in self._code.__globals__.items() if name in names}


def compiled(function: Callable[P, T]) -> Compiled[P, T]:
    """Decorator for a loop of plain numbers and arrays, in the part of Python that numba knows."""
    return Compiled(function)


def _kept(njit: Callable[..., Any], function: FunctionType) -> Any:  # noqa: ANN401  what numba makes of it
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # no folder that can be written to: compiled anew in each process
        return njit()(function)
