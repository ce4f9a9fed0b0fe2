"""`wardbeat dataset build`: everything that may be learnt from into a folder, whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from db.consent import training_consent
from db.datasets import Build, Content, builds, note_build
from db.engine import writing
from ecg.errors import ConfigurationError, RecordError
from training.ward.collect import collect, consenting, without_consent
from training.ward.files import SetFiles, recording_names
from training.ward.manifest import MANIFEST, SUMS, Manifest, read_manifest, version_of
from training.ward.pseudonyms import Pseudonyms
from training.ward.truth import Why

Progress = Callable[[int, int], None]
"""Is told how many recordings are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Built:
    """before: the build before this one; withdrawn: pseudonyms of earlier builds that may not be learnt from now."""

    version: str
    manifest: Manifest
    content: Content
    before: Build | None
    withdrawn: frozenset[str]


def build(engine: Engine, out: Path, names: Pseudonyms, deed: Deed, progress: Progress) -> Built:
    """Build a data set and put it into the folder `out`, which is new, empty, or holds an earlier one.

    Raises ConfigurationError when it cannot be written, or when somebody withdrew meanwhile.
    """
    refuse_foreign(out)
    earlier = builds(engine)
    with _workshop(out) as part:
        version, patients = _write(engine, part, names, progress)
        manifest = read_manifest(part)
        content = recording_names(manifest.records)
        allowed = training_consent(engine)
        if not patients <= allowed:
            raise ConfigurationError("Meanwhile a patient has withdrawn consent: build it again.")
        with writing(engine) as connection:
            deed.tell(connection, AuditAction.DATASET_BUILT, f"{version[:12]}: {len(patients)} patients")
            for patient in sorted(patients):
                deed.tell(connection, AuditAction.DATASET_BUILT, version[:12], patient)
            note_build(connection, Build(version, str(out), deed.at_ms, content))
        _put(part, out)
    return Built(version, manifest, content, earlier[-1] if earlier else None, withdrawn(earlier, allowed, names))


def _write(engine: Engine, part: Path, names: Pseudonyms, progress: Progress) -> tuple[str, set[int]]:
    """The version, and the patients in it."""
    files, patients, done = SetFiles(part, names), set[int](), 0
    everybody = consenting(engine)
    total = sum(len(each.recordings) for each in everybody)
    files.left_out[Why.NO_CONSENT] += without_consent(engine)
    for each in everybody:
        for of in each.recordings:
            if files.add(each.patient_id, collect(engine, of)):
                patients.add(each.patient_id)
            done += 1
            progress(done, total)
    return files.finish(), patients


def withdrawn(earlier: list[Build], allowed: frozenset[int], names: Pseudonyms) -> frozenset[str]:
    """Pseudonyms of patients in earlier builds who do not consent now, or are not in the house any more."""
    present = {names.patient(each) for each in allowed}
    return frozenset(patient for each in earlier for patient in each.content if patient not in present)


def refuse_foreign(out: Path) -> None:
    """Raise ConfigurationError unless `out` is new, empty, or an earlier data set with nothing else in it."""
    if not out.parent.is_dir():
        raise ConfigurationError(f"{out.parent}: there is no such folder.")
    if out.exists() and not out.is_dir():
        raise ConfigurationError(f"{out} is no folder.")
    if out.is_dir() and any(out.iterdir()):
        if not ((out / SUMS).is_file() and (out / MANIFEST).is_file()):
            raise ConfigurationError(f"{out} holds something else: name a new folder.")
        try:
            version_of(out)
        except RecordError as error:
            raise ConfigurationError(f"{out} holds a data set, but not as it was built ({error}).") from error


@contextmanager
def _workshop(out: Path) -> Iterator[Path]:
    """An empty folder beside `out` that nobody else writes into, and that is gone afterwards."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.mkdir(mode=0o700, exist_ok=True)
        place = os.open(part, os.O_RDONLY)
    except OSError as error:
        raise ConfigurationError(f"{part} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(part)
        yield part
    except BlockingIOError:
        raise ConfigurationError(f"Somebody else is building {out} now.") from None
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        os.close(place)
        if part.exists():
            _empty(part)
            part.rmdir()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _put(part: Path, out: Path) -> None:
    """In the place of what was there."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)
