"""What a network tells of the frozen records, record by record; kept, because it takes more than a minute.

It is kept under a name that says of what it is: the network as it lies on disk, the records, the code that they went
through, and what this CPU computes.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from classifier.artifact import DESCRIPTION
from classifier.cpu import computes_int8
from classifier.engine import SHIPPED
from classifier.runtime import precisions
from ecg.strips import StripAnswer
from streaming.analyze import loaded
from streaming.crew import work_through
from streaming.report import BeatScore, StripScore
from streaming.score_record import Failure, lost, score_record
from training.service.frozen import FrozenSet

HOUSE = SHIPPED.parents[1]
SCORED_BY = ("ecg", "classifier", "streaming/analyze.py", "streaming/score_record.py", "streaming/records.py")

Progress = Callable[[int, int], None]


class Scores(msgspec.Struct, frozen=True):
    """beats: record -> its table as `ecg.ec57` lays it out; strips: record -> kind of answer -> answer."""

    beats: dict[str, list[list[int]]]
    strips: dict[str, dict[str, StripAnswer]]
    failures: list[str]


def scores_of(network: Path, frozen: FrozenSet, kept: Path, jobs: int, progress: Progress) -> Scores:
    """The scores of the network in a folder, from the folder `kept` where they are known."""
    place = kept / f"{_name(network, frozen)}.json"
    try:
        return msgspec.json.decode(place.read_bytes(), type=Scores)
    except (OSError, msgspec.DecodeError):
        scores = _score(network, frozen, jobs, progress)
    if not scores.failures:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(scores))
        part.replace(place)
    return scores


def _score(network: Path, frozen: FrozenSet, jobs: int, progress: Progress) -> Scores:
    scores = Scores({}, {}, [])
    work = partial(score_record, labeller=partial(loaded, network))
    for done, score in enumerate(work_through(frozen.tasks, work, lost, jobs), start=1):
        match score:
            case BeatScore():
                scores.beats[score.name] = score.table.tolist()
            case StripScore():
                scores.strips[score.name] = score.answers
            case Failure():
                scores.failures.append(score.line)
        progress(done, len(frozen.tasks))
    return scores


def _name(network: Path, frozen: FrozenSet) -> str:
    digest = hashlib.sha256((network / DESCRIPTION).read_bytes())
    digest.update(f"{frozen.digest} {precisions()} {computes_int8()}".encode())
    for path in sorted(path for each in SCORED_BY for path in _sources(HOUSE / each)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _sources(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*.py"))
