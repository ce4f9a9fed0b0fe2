"""Files that people bring, on disk: they come in pieces, in any number of attempts, and lie in a folder of their own.

How much of a file is here is its size on disk; a piece is told to be here when it is on the disk.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.upload_views import NewFile, UploadView

PIECE_BYTES = 1 << 20
"""What browsers send at once: less than any proxy refuses."""
MOST_NAME = 100
MOST_FILES = 16
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:]+")


class DepotError(Exception):
    """A piece or a file cannot be taken; `key` of the catalogue of words says why, with `facts` in its braces."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = f"upload.{key}"
        self.facts = facts


class DiskFullError(DepotError):
    """There is no room; what is here stays, and the upload goes on when there is."""


class OffsetError(DepotError):
    """The piece does not begin where the file on disk ends: `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__("offset", received=received)
        self.received = received


@dataclass(frozen=True, slots=True)
class Depot:
    """folder: of all uploads. most_bytes: of one file. keep_free_bytes: of the disk, for the ward's own samples."""

    folder: Path
    most_bytes: int
    keep_free_bytes: int

    def check(self, files: Sequence[NewFile]) -> None:
        """Whether such files may come. Raises DepotError."""
        if not 1 <= len(files) <= MOST_FILES or len({file.name for file in files}) != len(files):
            raise DepotError("count", most=MOST_FILES)
        for file in files:
            if not _NAME.fullmatch(file.name) or file.name.startswith(".") or len(file.name) > MOST_NAME:
                raise DepotError("name", most=MOST_NAME)
            if file.size <= 0:
                raise DepotError("empty", name=file.name)
            if file.size > self.most_bytes:
                raise DepotError("size", name=file.name, most=self.most_bytes >> 20)

    def received(self, upload: UploadView) -> dict[str, int]:
        """Name of each file -> bytes that are here."""
        return {file.name: _size(self.place(upload.id) / file.name) for file in upload.files}

    def is_complete(self, upload: UploadView) -> bool:
        """Whether every byte is here."""
        here = self.received(upload)
        return all(here[file.name] == file.size for file in upload.files)

    def append(self, upload: UploadView, name: str, offset: int, piece: bytes) -> int:
        """Add a piece; bytes of the file that are here now. Raises OffsetError, DiskFullError, DepotError."""
        file = next((each for each in upload.files if each.name == name), None)
        if file is None:
            raise DepotError("no_file", name=name)
        if offset + len(piece) > file.size:
            raise DepotError("longer", name=name)
        place = self.place(upload.id)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (place / name).open("ab") as disk:
            fcntl.flock(disk, fcntl.LOCK_EX)
            here = os.fstat(disk.fileno()).st_size
            if offset != here:
                raise OffsetError(here)
            self._write(disk, piece, here)
            return here + len(piece)

    def remove(self, upload_id: str) -> None:
        """Forget all its files."""
        shutil.rmtree(self.place(upload_id), ignore_errors=True)

    def place(self, upload_id: str) -> Path:
        """The folder of one upload."""
        return self.folder / upload_id

    def _write(self, disk: BinaryIO, piece: bytes, here: int) -> None:
        """All of the piece or nothing of it."""
        if shutil.disk_usage(self.folder).free < len(piece) + self.keep_free_bytes:
            raise DiskFullError("disk_full")
        try:
            disk.write(piece)
            disk.flush()
            os.fsync(disk.fileno())
        except OSError as error:
            os.ftruncate(disk.fileno(), here)
            raise DiskFullError("disk_full") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
