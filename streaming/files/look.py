"""Which of the readable kinds a file is, by its content; and reading it. Everything here runs inside the sandbox."""

from collections.abc import Sequence
from pathlib import Path

from streaming.files.edf_files import look_at_edf, read_edf
from streaming.files.edf_header import is_edf
from streaming.files.facts import Choice, FileRefusedError, Look, ReadLead
from streaming.files.matlab_files import look_at_matlab, read_matlab
from streaming.files.table_files import look_at_table, read_table
from streaming.files.wfdb_files import look_at_wfdb, read_wfdb

_HEAD = 128
_PACKED = {b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"7z\xbc\xaf": "7z"}
_OTHERS = {b"\x93NUMPY": "npy", b"%PDF": "PDF", b"\x80\x02": "pickle", b"\x80\x04": "pickle", b"\x80\x05": "pickle"}


def look(folder: Path, names: Sequence[str]) -> Look:
    """What the files `names` of `folder`, which belong together, are. Raises FileRefusedError."""
    kind, path = identify(folder, names)
    return {"wfdb": look_at_wfdb, "edf": look_at_edf, "mat": look_at_matlab, "table": look_at_table}[kind](path)


def read(folder: Path, names: Sequence[str], choice: Choice, out: Path) -> ReadLead:
    """Read the chosen lead; its samples go to the new file `out`, little-endian int16. Raises FileRefusedError."""
    kind, path = identify(folder, names)
    return {"wfdb": read_wfdb, "edf": read_edf, "mat": read_matlab, "table": read_table}[kind](path, choice, out)


def identify(folder: Path, names: Sequence[str]) -> tuple[str, Path]:
    """(kind, the file that is read first). Raises FileRefusedError."""
    headers = [name for name in names if name.lower().endswith(".hea")]
    if len(headers) == 1:
        return "wfdb", folder / headers[0]
    if len(headers) > 1:
        raise FileRefusedError("two_headers")
    signals = [name for name in names if not name.lower().endswith((".atr", ".qrs", ".ann", ".txt.meta"))]
    if not signals:
        raise FileRefusedError("no_header")
    if len(signals) > 1:
        raise FileRefusedError("not_together", names=", ".join(signals[:4]))
    return _kind_of(folder / signals[0]), folder / signals[0]


def _kind_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_HEAD)
    _refuse_others(start)
    if is_edf(start):
        return "edf"
    suffix = path.suffix.lower()
    if suffix == ".dat":
        raise FileRefusedError("no_header")
    if suffix in (".edf", ".bdf"):
        raise FileRefusedError("edf_header", field="version")
    return "mat" if suffix == ".mat" else "table"


def _refuse_others(start: bytes) -> None:
    if not start:
        raise FileRefusedError("empty")
    for magic, name in _PACKED.items():
        if start.startswith(magic):
            raise FileRefusedError("packed", kind=name)
    for magic, name in _OTHERS.items():
        if start.startswith(magic):
            raise FileRefusedError("other_kind", kind=name)
