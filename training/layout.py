"""Where PhysioNet's databases lie: folders as they are unpacked, the zip files of the web site, or fetched by wfdb."""

import logging
import zipfile
from pathlib import Path
from typing import NamedTuple

import wfdb

from ecg.errors import RecordError

CHALLENGE, ARRHYTHMIA, NOISE = "training2017", "mitdb", "nstdb"
ZIPS = {
    CHALLENGE: ("training2017.zip",),
    ARRHYTHMIA: ("mitdb.zip", "mit-bih-arrhythmia-database-1.0.0.zip"),
    NOISE: ("nstdb.zip", "mit-bih-noise-stress-test-database-1.0.0.zip"),
}
"""Folder -> names under which PhysioNet hands out the same as one file."""
PACKED_NOISE = "nstdb.npz"
NOISE_RECORDS = ("bw", "em", "ma")
CHALLENGE_FILES = ("training2017.zip", "REFERENCE-v3.csv")

log = logging.getLogger(__name__)


class Layout(NamedTuple):
    """The three databases: folders; noise may be the file `PACKED_NOISE`."""

    challenge: Path
    arrhythmia: Path
    noise: Path


def find(data: Path, unpacked: Path) -> Layout:
    """The databases in `data`; zip files are unpacked once into `unpacked`.

    Raises RecordError, naming what was looked for, when one is missing or a zip file is damaged.
    """
    if not data.is_dir():
        raise RecordError(f"{data} is no folder")
    packed = data / PACKED_NOISE
    noise = packed if packed.exists() else _folder(data, unpacked, NOISE)
    return Layout(_folder(data, unpacked, CHALLENGE), _folder(data, unpacked, ARRHYTHMIA), noise)


def _folder(data: Path, unpacked: Path, name: str) -> Path:
    if (data / name).is_dir():
        return data / name
    for zipped in ZIPS[name]:
        if (data / zipped).is_file():
            return _unpack(data / zipped, unpacked / name)
    raise RecordError(f"{data} has neither a folder {name} nor a file {' or '.join(ZIPS[name])}")


def _unpack(zipped: Path, target: Path) -> Path:
    """The folder in the zip file that holds the headers. A REFERENCE-v3.csv beside the file goes along."""
    if not target.exists():
        log.info("unpacking %s", zipped)
        part = target.with_name(target.name + ".part")
        try:
            with zipfile.ZipFile(zipped) as archive:
                archive.extractall(part)
        except (zipfile.BadZipFile, OSError) as error:
            raise RecordError(f"{zipped} cannot be unpacked: {error}") from error
        part.rename(target)
    header = next(iter(sorted(target.rglob("*.hea"))), None)
    if header is None:
        raise RecordError(f"{zipped} holds no record")
    for reference in zipped.parent.glob("REFERENCE-v*.csv"):
        (header.parent / reference.name).write_bytes(reference.read_bytes())
    return header.parent


def fetch(data: Path) -> None:
    """Fetch what is missing in `data` from physionet.org with wfdb: about 180 MB. Raises RecordError without a line."""
    data.mkdir(parents=True, exist_ok=True)
    try:
        if not (data / CHALLENGE).is_dir():
            wfdb.dl_files("challenge-2017/1.0.0", str(data), list(CHALLENGE_FILES))
        if not (data / ARRHYTHMIA).is_dir():
            wfdb.dl_database("mitdb", str(data / ARRHYTHMIA))
        if not (data / NOISE).is_dir() and not (data / PACKED_NOISE).exists():
            wfdb.dl_database("nstdb", str(data / NOISE), records=list(NOISE_RECORDS))
    except Exception as error:  # whatever the library and its network stack raise
        raise RecordError(f"physionet.org cannot be read ({error}); put the databases into {data} by hand") from error
