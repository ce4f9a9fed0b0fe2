"""Records on disk as the beats that the serving tracker finds in them, with what experts said of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import training.config
from ecg.labels import Rhythm
from ecg.reference import Reference
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk
from streaming.marks import read_annotations
from streaming.records import RecordedLead, read_record
from training.config import TrainingConfig, read_config
from training.sources import Source, arrhythmia_names, challenge_names
from training.split import is_kept_back

CHALLENGE, ARRHYTHMIA = "training2017", "mitdb"
CHUNK_SECONDS = 30.0
MOST_STRIPS = 300
CALIBRATION_STRIPS = 40
CALIBRATION_RECORDS = 3
CALIBRATION_WINDOWS = 512


@dataclass(frozen=True, slots=True)
class Strip:
    """A challenge record and its one rhythm."""

    truth: Rhythm
    beats: list[DetectedBeat]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A record whose beats experts named, in its own samples; rate in Hz."""

    truth: Reference
    rate: float
    beats: list[DetectedBeat]


def experiment() -> TrainingConfig:
    """The split of the shipped network."""
    return read_config(Path(training.config.__file__).parent / "shipped.toml")


def strips(data: Path) -> list[Strip]:
    """At most `MOST_STRIPS` of the challenge records that were kept back, evenly over their names."""
    truth, config = challenge_names(data / CHALLENGE), experiment()
    kept = [name for name in truth if is_kept_back(Source.CHALLENGE, name, config)]
    chosen = kept[:: -(-len(kept) // MOST_STRIPS)]
    return [Strip(truth[name], beats_of(read_record(data / CHALLENGE / name))) for name in chosen]


def annotated(data: Path) -> list[Annotated]:
    """Lead 0 of the MIT-BIH records that were kept back."""
    config = experiment()
    names = [name for name in arrhythmia_names(data / ARRHYTHMIA) if is_kept_back(Source.ARRHYTHMIA, name, config)]
    return [_annotated(data / ARRHYTHMIA / name) for name in names]


def _annotated(path: Path) -> Annotated:
    lead = read_record(path)
    return Annotated(read_annotations(path, "atr", len(lead.samples)), lead.rate, beats_of(lead))


def calibration(data: Path | None) -> list[DetectedBeat]:
    """Beats that show a quantiser what comes: of records that taught the network, or made up without `data`."""
    found = list(_made_up() if data is None else _teaching(data))
    chosen = np.random.default_rng(0).permutation(len(found))[:CALIBRATION_WINDOWS]
    return [found[number] for number in chosen]


def _teaching(data: Path) -> Iterator[DetectedBeat]:
    config = experiment()
    names = {
        CHALLENGE: [
            name for name in challenge_names(data / CHALLENGE) if not is_kept_back(Source.CHALLENGE, name, config)
        ],
        ARRHYTHMIA: [
            name for name in arrhythmia_names(data / ARRHYTHMIA) if not is_kept_back(Source.ARRHYTHMIA, name, config)
        ],
    }
    for folder, count in ((CHALLENGE, CALIBRATION_STRIPS), (ARRHYTHMIA, CALIBRATION_RECORDS)):
        every = len(names[folder]) // count
        beats = [beat for name in names[folder][::every] for beat in beats_of(read_record(data / folder / name))]
        yield from beats[:: max(len(beats) // CALIBRATION_WINDOWS, 1)]


def _made_up() -> Iterator[DetectedBeat]:
    for seed, script in enumerate(DEMO_SCRIPTS):
        samples = (synthesise(script, 250.0, seed, 60.0).samples * 1000).round().astype(np.int16)
        yield from beats_of(RecordedLead(script.name, 250.0, 1000.0, samples, 1, script.name))


def beats_of(lead: RecordedLead) -> list[DetectedBeat]:
    """What the serving tracker finds in a lead."""
    tracker, step = SignalTracker(lead.name), round(CHUNK_SECONDS * lead.rate)
    starts = range(0, len(lead.samples), step)
    chunks = (DeviceChunk(lead.name, at, lead.samples[at : at + step], lead.rate, lead.gain) for at in starts)
    return [item for chunk in chunks for item in tracker.receive(chunk) if isinstance(item, DetectedBeat)]
