"""What the database has for a training set: the judged beats of patients who consent, and their samples."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from db.consent import training_consent
from db.corrections import noise_stretches, shown_beats
from db.datasets import patients_known, recordings_of, signature_of, words_on
from db.findings import beats, network_changes, quality_changes
from db.queries import segments
from db.uploads import upload_of_recording
from db.views import RecordingView
from ecg.report_content import beats_digest
from ecg.types import NetworkChange
from training.ward.excerpts import Excerpt, excerpts
from training.ward.truth import Judged, Label, Why, labels_of

FOREVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Consenting:
    """A patient who consents, and the recordings."""

    patient_id: int
    recordings: Sequence[RecordingView]


@dataclass(slots=True)
class Collected:
    """What is taken of a recording. dated: whether anybody knows when it began."""

    of: RecordingView
    excerpts: list[Excerpt] = field(default_factory=list)
    networks: Sequence[NetworkChange] = ()
    dated: bool = True
    left_out: Counter[Why] = field(default_factory=Counter)


def consenting(engine: Engine) -> list[Consenting]:
    """Everybody who consents now."""
    return [Consenting(one, recordings_of(engine, one)) for one in sorted(training_consent(engine))]


def without_consent(engine: Engine) -> int:
    """How many patients are left out because they did not consent, or withdrew."""
    return patients_known(engine) - len(training_consent(engine))


def collect(engine: Engine, of: RecordingView) -> Collected:
    """The judged beats of a recording with their samples."""
    found = Collected(of)
    labels, left_out = labels_of(_judged(engine, of, found))
    found.left_out += left_out
    if not labels:
        found.left_out[Why.UNJUDGED] += 1
        return found
    found.excerpts = list(excerpts(of, labels, lambda start, end: segments(engine, of.id, start, end)))
    taken = sum(len(each.labels) for each in found.excerpts)
    found.left_out[Why.NO_SAMPLES] += len(labels) - taken
    found.networks = network_changes(engine, of.id)
    source = upload_of_recording(engine, of.id)
    found.dated = source is None or source.start_known
    return found


def _judged(engine: Engine, of: RecordingView, found: Collected) -> Judged:
    words, signature = words_on(engine, of.id), signature_of(engine, of.id)
    if not words and signature is None:
        return Judged((), None, (), (), (), ())
    network, shown = beats(engine, of.id, 0, FOREVER), shown_beats(engine, of.id, 0, FOREVER)
    if signature is not None and signature.beats_sha256 != beats_digest(shown):
        signature, found.left_out[Why.CHANGED] = None, 1
    noise, quality = noise_stretches(engine, of.id), quality_changes(engine, of.id, 0, FOREVER)
    return Judged(words, signature, shown, network, noise, quality)


def labels_in(collected: Sequence[Collected]) -> list[Label]:
    """All labels that are taken."""
    return [label for each in collected for excerpt in each.excerpts for _, label in excerpt.labels]
