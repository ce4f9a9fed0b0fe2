"""Loud once when something is lost, once more when it is back, and silent in between."""

import logging

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0
"""Seconds between two attempts: doubled from the first to the longest."""


def first_line(error: BaseException) -> str:
    """What went wrong in one line; database drivers add hints and links below it."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")


class Outage:
    """The state of one thing that a process needs and cannot do without."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pause = FIRST_PAUSE
        self._lasts = False
        self.count = 0
        """How often it was lost."""
        self.turns = 0
        """How often it was lost or came back. Read it before an attempt, and hand it in with the attempt's end.

        Of many connections one may learn of an outage only when another has found the server back, and one may still
        read an answer from before: neither says anything new.
        """

    def goes_on(self, error: BaseException, turns: int) -> float:
        """An attempt that began at `turns` was not answered; how many seconds to wait before the next one."""
        if not self._lasts and turns < self.turns:
            return FIRST_PAUSE
        if not self._lasts:
            self.count += 1
            self.turns += 1
            log.warning("%s is lost: %s. Trying again until it answers.", self._name, first_line(error))
        self._lasts = True
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return pause

    def over(self, turns: int) -> None:
        """An attempt that began at `turns` was answered."""
        if self._lasts and turns == self.turns:
            self._lasts = False
            self._pause = FIRST_PAUSE
            self.turns += 1
            log.warning("%s is back.", self._name)
