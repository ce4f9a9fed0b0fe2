"""A small share of synthetic records with known labels, so that the model hearts of the demo ward are no strangers.

Real records remain the judge: no figure is taken from these.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from ecg.beat_times import ScheduledScene, lay_out
from ecg.labels import BEAT_CLASSES, RHYTHMS, Rhythm
from ecg.scripts import Contact, Scene, SceneRhythm, Script
from ecg.synthetic import synthesise
from training.sources import BEGINNING, MASKED, Source, SourceRecord, Truth

SECONDS = 120.0
RATE = 250.0
GAIN = 1000.0
RECORDS = 90

RHYTHM_OF_SCENE: dict[SceneRhythm, Rhythm] = {
    SceneRhythm.SINUS: Rhythm.NORMAL,
    SceneRhythm.FIBRILLATION: Rhythm.ATRIAL_FIBRILLATION,
    SceneRhythm.BIGEMINY: Rhythm.OTHER,
    SceneRhythm.VENTRICULAR_TACHYCARDIA: Rhythm.OTHER,
}


def synthetic_records() -> Iterator[SourceRecord]:
    """`RECORDS` records of scripts that are drawn afresh: rates and scenes differ from the demo ward's."""
    rng = np.random.default_rng(2003)
    for number, script in enumerate(islice(_scripts(rng), RECORDS)):
        yield synthetic_record(f"synthetic-{number:03}", script, seed=1_000_000 + number)


def synthetic_record(name: str, script: Script, seed: int) -> SourceRecord:
    """`SECONDS` of `script` with the truth it was made from."""
    made = synthesise(script, RATE, seed, SECONDS)
    scenes = lay_out(script, SECONDS)
    truth = Truth(
        np.array([round(scene.start * RATE) or BEGINNING for scene in scenes], np.int64),
        np.array([_rhythm_code(scene) for scene in scenes], np.int8),
        np.array([beat.sample for beat in made.beats], np.int64),
        np.array([BEAT_CLASSES.index(beat.beat_class) for beat in made.beats], np.int8),
    )
    samples = np.clip(np.rint(made.samples * GAIN), -32767, 32767).astype(np.int16)
    return SourceRecord(name, 0, Source.SYNTHETIC, samples, RATE, GAIN, truth)


def _rhythm_code(placed: ScheduledScene) -> int:
    if placed.shows(Contact.OFF):
        return RHYTHMS.index(Rhythm.NOISE)
    if placed.shows(Contact.MOVING) or placed.scene.rhythm not in RHYTHM_OF_SCENE:
        return MASKED
    return RHYTHMS.index(RHYTHM_OF_SCENE[placed.scene.rhythm])


def _scripts(rng: np.random.Generator) -> Iterator[Script]:
    while True:
        sinus = rng.uniform(42, 150)
        yield _script("sinus", Scene(SECONDS, SceneRhythm.SINUS, sinus))
        yield _script("fibrillation", Scene(SECONDS, SceneRhythm.FIBRILLATION, rng.uniform(60, 150)))
        yield _script("bigeminy", Scene(SECONDS, SceneRhythm.BIGEMINY, rng.uniform(50, 100)))
        calm = Scene(rng.uniform(15, 35), SceneRhythm.SINUS, rng.uniform(55, 110))
        run = Scene(rng.uniform(3, 8), SceneRhythm.VENTRICULAR_TACHYCARDIA, rng.uniform(130, 200))
        yield _script("ventricular tachycardia", calm, run)
        loose = Scene(rng.uniform(4, 10), SceneRhythm.SINUS, sinus, Contact.MOVING)
        yield _script("moving", Scene(rng.uniform(20, 40), SceneRhythm.SINUS, sinus), loose)
        still = Scene(rng.uniform(2, 4), SceneRhythm.STANDSTILL, 0)
        off = Scene(rng.uniform(5, 10), SceneRhythm.SINUS, 70, Contact.OFF)
        yield _script("pause", calm, still, calm, off)


def _script(name: str, *scenes: Scene) -> Script:
    return Script(name, name, scenes[0].heart_rate, scenes)
