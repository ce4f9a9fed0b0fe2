"""One record on disk through the live pipeline and against its experts' marks. An edge: it reads files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg.ec57 import score_beats
from ecg.episodes import Span, score_episodes
from ecg.errors import RecordError, WardbeatError
from ecg.findings import Finding
from ecg.labels import RHYTHMS, Rhythm
from ecg.pipeline import Labeller
from ecg.reference import Reference
from ecg.strips import strip_answer
from ecg.types import Beat, SettledRhythm
from streaming.analysis_file import Analysis
from streaming.analyze import analyse
from streaming.marks import read_annotations
from streaming.records import RecordedLead, read_record
from streaming.report import BeatScore, StripScore

LIVE = "live"
"""The answer that is given for a beat at once."""
SETTLED = "settled"
"""The answer when the signal after the beat is known too."""


@dataclass(frozen=True, slots=True)
class Task:
    """A record and its truth: the extension of its annotation file, or its rhythm. learning in seconds."""

    path: Path
    lead: int
    truth: str | Rhythm
    learning: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be scored, in one line for a person."""

    line: str


Score = BeatScore | StripScore | Failure


def score_record(task: Task, labeller: Callable[[], Labeller]) -> Score:
    """Read, analyse, compare. Raises nothing that comes from the record."""
    try:
        lead = read_record(task.path, task.lead)
        if isinstance(task.truth, Rhythm):
            return score_strip(analyse(lead, labeller()), task.truth)
        _check_length(task, lead)
        reference = read_annotations(task.path, task.truth, len(lead.samples))
        return score_analysis(analyse(lead, labeller()), reference, task.learning)
    except RecordError as error:
        return Failure(str(error))
    except WardbeatError as error:
        return Failure(f"{task.path}: {error}")
    except OSError as error:
        return Failure(f"{error.filename or task.path}: {error.strerror or error}")


def lost(task: Task) -> Score:
    """The score of a record whose process was killed."""
    return Failure(f"{task.path}: the process that scored it, or one beside it, was killed")


def score_analysis(analysis: Analysis, reference: Reference, learning: float) -> BeatScore:
    """Beats and atrial fibrillation of a record with annotated beats."""
    told = [(analysis.sample(beat.index), beat.beat_class) for beat in analysis.beats]
    scored = (round(learning * analysis.rate), analysis.n_samples)
    return BeatScore(
        analysis.record,
        analysis.rate,
        (scored[1] - scored[0]) / analysis.rate,
        reference.is_paced,
        score_beats(reference, told, analysis.rate, learning),
        score_episodes(reference.fibrillation, _fibrillation(analysis), scored, reference.atrial_flutter),
    )


def score_strip(analysis: Analysis, truth: Rhythm) -> StripScore:
    """The rhythm of a record with one label."""
    answers: dict[str, Sequence[Beat | SettledRhythm]] = {LIVE: analysis.beats, SETTLED: analysis.settled}
    return StripScore(analysis.record, {kind: strip_answer(truth, _rhythms(beats)) for kind, beats in answers.items()})


def _rhythms(beats: Sequence[Beat | SettledRhythm]) -> NDArray[np.float64]:
    return np.array([beat.rhythm_probabilities for beat in beats], np.float64).reshape(-1, len(RHYTHMS))


def _check_length(task: Task, lead: RecordedLead) -> None:
    seconds = len(lead.samples) / lead.rate
    if seconds <= task.learning:
        raise RecordError(
            f"{task.path}: {seconds:.0f} s long, so nothing is left after the learning period of "
            f"{task.learning:.0f} s; shorten it with --learning"
        )


def _fibrillation(analysis: Analysis) -> list[Span]:
    """Episodes of atrial fibrillation as the monitor told them; one that goes on lasts to the end of the record."""
    return [
        (analysis.sample(episode.start), analysis.n_samples if episode.end is None else analysis.sample(episode.end))
        for episode in analysis.episodes
        if episode.finding is Finding.ATRIAL_FIBRILLATION
    ]
