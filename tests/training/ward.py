"""A house with two patients whose beats doctors have judged: one by naming some, one by signing a report."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, update

from auth.deeds import Deed
from db.consent import write_consent
from db.corrections import beat_counts
from db.edits import Act, Doer, mark_noise, say
from db.engine import open_engine, writing
from db.findings import beats
from db.models import Device, Patient
from db.provision import admit
from db.queries import recording
from db.store import NewRecording, NewSegment, store_batch, table_of
from ecg.labels import BeatClass, Rhythm
from ecg.pipeline import Pipeline
from ecg.rates import to_samples
from ecg.scripts import SINUS_RHYTHM, VENTRICULAR_BIGEMINY
from ecg.synthetic import synthesise
from ecg.types import DeviceChunk, SampleChunk
from tests.authorised_house import sign_report
from tests.migrated import migrated_sqlite
from tests.people import new_person
from tests.streaming.wfdb_records import EarlyIsVentricular

WARD, RATE, GAIN, SECONDS = "Ward Sorrel", 250, 200.0, 110
STARTED_MS = 1_762_600_000_000  # 2025-11-08
MODEL = "ab" * 32
NAMED, SIGNED = "9d0c-named", "u-signed"
SECRETS = {
    "name": "Wilhelmina Quartermaine",
    "number": "H-778812",
    "born": "1957-03-08",
    "initials": "WQ",
}
DEVICE = "Holter of Mrs Quartermaine"


@dataclass(frozen=True, slots=True)
class House:
    """Patients 1 and 2, both with consent; the doctor Dora."""

    engine: Engine
    folder: Path
    dora: int

    def consent(self, patient: int, given: bool) -> None:
        with writing(self.engine) as connection:
            assert write_consent(connection, patient, given, self.dora, STARTED_MS)


def built_house(folder: Path) -> House:
    """The recording `NAMED` of patient 1, with named beats, and `SIGNED` of patient 2 with a signed report."""
    engine = open_engine(migrated_sqlite(folder / "wardbeat.db"))
    for bed in ("01", "02"):
        admit(engine, WARD, bed, "AB")
    dora = new_person(engine, "dora", "doctor", [WARD])
    with writing(engine) as connection:
        connection.execute(update(table_of(Patient)).where(table_of(Patient).c.id == 1).values(**SECRETS))
        connection.execute(update(table_of(Device)).values(label=DEVICE))
    record(engine, NAMED, 1, bigeminy=True)
    record(engine, SIGNED, 2, bigeminy=False)
    house = House(engine, folder, dora)
    for patient in (1, 2):
        house.consent(patient, True)
    correct(house)
    of = recording(engine, SIGNED)
    assert of is not None
    sign_report(engine, of, "Seen by Dora, who knows Wilhelmina.", Deed(dora, STARTED_MS + 1, "here"), released=False)
    return house


def record(engine: Engine, name: str, device: int, *, bigeminy: bool) -> None:
    """What a ward makes of a heart, with a gap of 2 s after 80 s; its lead has a name that a file gave it."""
    script = VENTRICULAR_BIGEMINY if bigeminy else SINUS_RHYTHM
    samples = np.rint(synthesise(script, RATE, 3, SECONDS).samples * GAIN).astype(np.int16)
    pipeline, gap = Pipeline(EarlyIsVentricular(Rhythm.NORMAL), MODEL), (80 * RATE, 82 * RATE)
    parts = [NewSegment(name, 0, samples[: gap[0]]), NewSegment(name, gap[1], samples[gap[1] :])]
    told = pipeline.receive([DeviceChunk(name, each.start, each.samples, RATE, GAIN) for each in parts])
    events = [each for each in [*told, *pipeline.finish(name)] if not isinstance(each, SampleChunk)]
    announced = NewRecording(name, device, RATE, GAIN, "ECG Quartermaine", STARTED_MS)
    store_batch(engine, {}, [announced], parts, events)


def correct(house: House) -> None:
    """Dora names a beat, deletes one, adds one, and marks a stretch as noise in which she had named one too."""
    known = beats(house.engine, NAMED, 0, to_samples(80))
    said: list[tuple[Act, int, str]] = [
        (Act.CLASS, known[20].index, BeatClass.SUPRAVENTRICULAR.value),
        (Act.DELETE, known[24].index, "x"),
        (Act.ADD, known[28].index + to_samples(0.3), BeatClass.FUSION.value),
        (Act.CLASS, known[40].index, BeatClass.VENTRICULAR.value),
    ]
    doer = Doer(NAMED, house.dora, STARTED_MS + 2 * 86_400_000)
    with writing(house.engine) as connection:
        for act, index, letter in said:
            say(connection, doer, act, {index: letter})
        mark_noise(connection, doer, known[40].index - 50, known[40].index + 50)
    assert beat_counts(house.engine, NAMED)[BeatClass.SUPRAVENTRICULAR] == 1
