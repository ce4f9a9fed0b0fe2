"""What happens to files that people bring, from the first byte to the wait for being read in; for pages and programs.

Who may do it is asked before; who did it is written down here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from db.engine import writing
from db.upload_views import NewFile, UploadState, UploadView
from db.uploads import add_file, begin_upload, rewrite, upload
from streaming.depot import MOST_FILES, Depot, DepotError
from streaming.files.facts import Choice, FileRefusedError, Look, Refusal
from streaming.files.questions import Typed, questions, start_of, understood
from streaming.files.sandbox import Sandbox
from streaming.slow_queue import ask_import

CLOCKS_APART_MS = 86_400_000
"""A start may lie so far ahead of the server's clock: a file's clock is another one, of another zone."""


class AnswerError(Exception):
    """What a person said is not enough; `wrong`: field -> key of the catalogue that says what is expected."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes files in. wall_ms: the wall time of a clock without a zone, in the zone of whoever asks."""

    engine: Engine
    depot: Depot
    sandbox: Sandbox
    redis: Redis
    wall_ms: Callable[[datetime], int]

    def begin(
        self, files: Sequence[NewFile], patient_id: int | None, deed: Deed, owner: int | None = None
    ) -> UploadView:
        """Files that belong together are going to come; owner: whose they are, where a program brings them.

        Raises DepotError.
        """
        self.depot.check(files)
        with writing(self.engine) as connection:
            name = begin_upload(connection, owner or deed.user_id or 0, patient_id, files, deed.at_ms)
            told = f"{name}: {', '.join(file.name for file in files)}"
            deed.tell(connection, AuditAction.UPLOAD_BEGUN, told)
        return self._known(name)

    def add(self, known: UploadView, file: NewFile) -> UploadView:
        """One more file belongs to an upload that is not read in yet. Raises DepotError."""
        if known.state not in (UploadState.RECEIVING, UploadState.QUARANTINED) or len(known.files) >= MOST_FILES:
            raise DepotError("too_late")
        self.depot.check([*known.files, file])
        with writing(self.engine) as connection:
            add_file(connection, known.id, file)
        return self._known(known.id)

    def finish(self, known: UploadView, deed: Deed) -> UploadView:
        """All bytes are here: look at them, then ask, wait or quarantine. Raises DepotError while some are missing."""
        if known.state is not UploadState.RECEIVING:
            return known
        if not self.depot.is_complete(known):
            raise DepotError("incomplete")
        try:
            look = self.sandbox.look(self.depot.place(known.id), [file.name for file in known.files])
        except FileRefusedError as error:
            return self._quarantine(known, error.refusal, deed)
        kept = msgspec.json.encode(look).decode()
        with writing(self.engine) as connection:
            rewrite(connection, known.id, state=UploadState.ASKING.value, look=kept, refusal=None)
        if known.patient_id is None or questions(look).any:
            return self._known(known.id)
        try:
            return self.choose(self._known(known.id), Typed(), known.patient_id, deed)
        except AnswerError:  # what the file says cannot be used: a person sees why
            return self._known(known.id)

    def choose(self, known: UploadView, typed: Typed, patient_id: int | None, deed: Deed) -> UploadView:
        """What a person said of an upload that asks; it waits to be read in. Raises AnswerError."""
        if known.state is not UploadState.ASKING or known.look is None:
            return known
        look = msgspec.json.decode(known.look, type=Look)
        choice, wrong = understood(look, typed)
        if patient_id is None:
            wrong = wrong | {"patient": "upload.choose_patient"}
        start = start_of(look, typed)
        started_ms = None if start is None else self.wall_ms(start)
        if started_ms is not None and started_ms > deed.at_ms + CLOCKS_APART_MS:
            wrong = wrong | {"start": "upload.start_ahead"}
        if wrong or choice is None:
            raise AnswerError(wrong)
        self._wait(known, choice, patient_id, started_ms, deed)
        return self._known(known.id)

    def remove(self, known: UploadView, deed: Deed) -> None:
        """Forget the files. A recording that was made of them stays."""
        with writing(self.engine) as connection:
            if rewrite(connection, known.id, removed_ms=deed.at_ms):
                deed.tell(connection, AuditAction.UPLOAD_REMOVED, known.id)
        self.depot.remove(known.id)

    def _wait(
        self, known: UploadView, choice: Choice, patient_id: int | None, started_ms: int | None, deed: Deed
    ) -> None:
        kept = msgspec.json.encode(choice).decode()
        facts = {"choice": kept, "patient_id": patient_id, "started_ms": started_ms}
        with writing(self.engine) as connection:
            state = UploadState.WAITING.value
            rewrite(connection, known.id, state=state, start_known=started_ms is not None, **facts)
            deed.tell(connection, AuditAction.UPLOAD_ANSWERED, known.id, patient_id)
        try:
            ask_import(self.redis, known.id)
        except RedisError as error:
            with writing(self.engine) as connection:
                rewrite(connection, known.id, state=UploadState.ASKING.value)
            raise AnswerError({"": "upload.no_queue"}) from error

    def _quarantine(self, known: UploadView, refusal: Refusal, deed: Deed) -> UploadView:
        kept = msgspec.json.encode(refusal).decode()
        with writing(self.engine) as connection:
            rewrite(connection, known.id, state=UploadState.QUARANTINED.value, refusal=kept)
            deed.tell(connection, AuditAction.UPLOAD_REFUSED, f"{known.id}: {refusal.key}")
        return self._known(known.id)

    def _known(self, upload_id: str) -> UploadView:
        found = upload(self.engine, upload_id)
        assert found is not None
        return found
