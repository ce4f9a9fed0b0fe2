"""What the recorder does between its batches: it settles recordings, and says when dead letters pile up."""

import time

from sqlalchemy import Engine

from db.letters import count_dead_letters
from db.settle import Window, settle, unsettled

LOOK_SECONDS = 10.0
"""Between looks at what there is to settle."""
SILENT_SECONDS = 60.0
"""A recording that got nothing for so long is settled up to its end."""
WINDOWS_AT_ONCE = 8
"""In one transaction, so that the next batch waits for some hundredths of a second only."""
LETTERS_ROOM = 100_000
"""Dead letters that are meant to fit. Nothing is thrown away beyond it, but from 80 % on the log says so."""
ALARM_SECONDS = 3600.0


class Housekeeping:
    """Call `step` about once a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._look_due = 0.0
        self._alarm_due = 0.0
        self._moved: dict[str, tuple[int, float]] = {}
        self._due: list[Window] = []

    def step(self, now: float | None = None) -> list[str]:
        """Do what is due; what a person should know comes back. now: seconds of a clock that never goes back."""
        moment = time.monotonic() if now is None else now
        told: list[str] = []
        if moment >= self._look_due:
            self._look_due = moment + LOOK_SECONDS
            self._look(moment)
            told += self._letters(moment)
        due, self._due = self._due[:WINDOWS_AT_ONCE], self._due[WINDOWS_AT_ONCE:]
        return [*told, *settle(self._engine, due)] if due else told

    def _look(self, now: float) -> None:
        """Whole windows, and the last one of recordings that are silent."""
        found = unsettled(self._engine)
        until = {window.recording: end for window, end in found}
        self._moved = {name: self._since(name, end, now) for name, end in until.items()}
        silent = {name for name, (_, since) in self._moved.items() if now - since >= SILENT_SECONDS}
        self._due = [window for window, end in found if end >= window.end or window.recording in silent]

    def _since(self, name: str, end: int, now: float) -> tuple[int, float]:
        before = self._moved.get(name)
        return before if before and before[0] == end else (end, now)

    def _letters(self, now: float) -> list[str]:
        count = count_dead_letters(self._engine)
        if count < 0.8 * LETTERS_ROOM or now < self._alarm_due:
            return []
        self._alarm_due = now + ALARM_SECONDS
        return [f"{count} dead letters wait ({LETTERS_ROOM} are meant to fit). Look at them: wardbeat deadletters list"]
