"""What a data set says of itself. `manifest.json` is a `Manifest`; SHA256SUMS lists every other file, in order.

    RECORDS                         names of the records, as WFDB has it
    <patient>/<recording>_001.hea   a stretch without a gap that somebody judged, a minute before it too (.dat, .atr)
    labels.csv                      who judged each beat, when, and what which network had said
    manifest.json
    SHA256SUMS                      `sha256sum -c SHA256SUMS` checks all; its own SHA-256 is the version of the data set

Nothing in it depends on when or where it was built: the same input gives the same bytes.
"""

import hashlib
from pathlib import Path

import msgspec

from ecg.errors import RecordError

FORMAT = 1
RECORDS, LABELS, MANIFEST, SUMS = "RECORDS", "labels.csv", "manifest.json", "SHA256SUMS"
NOTICE = (
    "Recordings of patients who consented to the training of networks when this was built. Names, numbers, dates, "
    "devices and notes were left out; patients, recordings and labellers are pseudonyms. An electrocardiogram can "
    "still tell one person from another: keep this as you keep patients' records, give it to nobody who is not bound "
    "by the consent, and delete it when `wardbeat dataset list` says that somebody in it has withdrawn."
)
TRUTH = (
    "named: a person said of this very beat what it is, or (|) that there is none. signed: it stood in a report that a "
    "doctor signed, the network was sure of its class, the signal was good, and nothing was changed since. Beats "
    "without an annotation were judged by nobody: take them as unknown, not as absent. Rhythms were judged by nobody."
)


class RecordEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One record. begin: its first sample in the recording; named, signed: labels by class ("none": no beat)."""

    name: str
    rate: float
    lead: str
    begin: int
    samples: int
    named: dict[str, int]
    signed: dict[str, int]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """networks: SHA-256 of those that had labelled the beats before. left_out: reason -> how many."""

    format: int
    wardbeat: str
    notice: str
    truth: str
    patients: int
    recordings: int
    labels: dict[str, dict[str, int]]
    networks: list[str]
    left_out: dict[str, int]
    records: list[RecordEntry]


def write_sums(folder: Path) -> str:
    """Write SHA256SUMS over everything in `folder`; the version."""
    lines = [f"{_sum_of(folder / name)}  {name}\n" for name in _files_in(folder)]
    content = "".join(lines).encode()
    (folder / SUMS).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def version_of(folder: Path) -> str:
    """The version of a data set, after every file was found to be as it was written, and no other.

    Raises RecordError that names the first file that is not.
    """
    try:
        content = (folder / SUMS).read_bytes()
        lines = [line.split("  ", 1) for line in content.decode().splitlines()]
        known = {name: digest for digest, name in lines}
        there = _files_in(folder)
        for name in sorted(known.keys() ^ set(there)):
            raise RecordError(f"{folder / name}: {'missing' if name in known else 'not part of the data set'}")
        for name in there:
            if _sum_of(folder / name) != known[name]:
                raise RecordError(f"{folder / name}: not what was built")
    except (OSError, ValueError) as error:
        raise RecordError(f"{folder}: not a data set of `wardbeat dataset build` ({error})") from error
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """What the data set says of itself. Raises RecordError."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise RecordError(f"{folder / MANIFEST} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise RecordError(f"{folder}: a data set of format {manifest.format}, this Wardbeat reads {FORMAT}")
    return manifest


def _files_in(folder: Path) -> list[str]:
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(name for name in names if name != SUMS)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
