"""A training set as files: WFDB records, the lineage of labels, a manifest. No name, number, date or note is in it."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import wfdb

from db.findings import network_at
from streaming.export_files import WfdbSignal
from training.ward.collect import Collected
from training.ward.excerpts import Excerpt
from training.ward.manifest import (
    FORMAT,
    LABELS,
    MANIFEST,
    NOTICE,
    RECORDS,
    TRUTH,
    Manifest,
    RecordEntry,
    write_sums,
)
from training.ward.pseudonyms import Pseudonyms
from training.ward.truth import How, Label, Why, classes

_NAMED = ("I", "II", "III", "aVR", "aVL", "aVF", "MLI", "MLII", "MLIII", "ECG")
LEADS = frozenset({*_NAMED, *(f"V{number}" for number in range(1, 10))})
"""Names of leads that are kept; anything else that a file calls its lead could be a name."""
NO_BEAT = "|"
"""WFDB's mark of what looks like a QRS complex and is none."""
COLUMNS = (
    *("record", "sample", "class", "how", "labeller", "year", "days_after"),
    *("network", "proposed", "proposed_probability"),
)
DAY_MS = 24 * 3600 * 1000


@dataclass(slots=True)
class SetFiles:
    """A data set that is being written into `folder`."""

    folder: Path
    names: Pseudonyms
    entries: list[RecordEntry] = field(default_factory=list)
    rows: list[tuple[object, ...]] = field(default_factory=list)
    networks: set[str] = field(default_factory=set)
    left_out: Counter[Why] = field(default_factory=Counter)

    def add(self, patient_id: int, collected: Collected) -> int:
        """Write the records of a recording; its labels."""
        self.left_out += collected.left_out
        patient, recording = self.names.patient(patient_id), self.names.recording(collected.of.id)
        for number, excerpt in enumerate(collected.excerpts, start=1):
            (self.folder / patient).mkdir(exist_ok=True)
            self._write(patient, f"{recording}_{number:03}", collected, excerpt)
        return sum(len(each.labels) for each in collected.excerpts)

    def _write(self, patient: str, name: str, collected: Collected, excerpt: Excerpt) -> None:
        of = collected.of
        lead = of.lead if of.lead in LEADS else "ECG"
        sums = (len(excerpt.samples), int(excerpt.samples[0]), int(excerpt.samples.sum(dtype=np.int64)))
        (self.folder / patient / f"{name}.hea").write_text(WfdbSignal(of.rate, of.gain, lead, *sums).header(name))
        (self.folder / patient / f"{name}.dat").write_bytes(excerpt.samples.astype("<i2").tobytes())
        samples = np.array([at for at, _ in excerpt.labels])
        symbols = [label.beat_class.value if label.beat_class else NO_BEAT for _, label in excerpt.labels]
        wfdb.wrann(name, "atr", samples, symbols, write_dir=str(self.folder / patient))
        whole = f"{patient}/{name}"
        how = {each: classes(one for _, one in excerpt.labels if one.how is each) for each in How}
        facts = (of.rate, lead, excerpt.begin, len(excerpt.samples))
        self.entries.append(RecordEntry(whole, *facts, _sorted(how[How.NAMED]), _sorted(how[How.SIGNED])))
        self.rows += [self._lineage(whole, at, label, collected) for at, label in excerpt.labels]

    def _lineage(self, record: str, at: int, label: Label, collected: Collected) -> tuple[object, ...]:
        model = network_at(collected.networks, label.index) or ""
        self.networks |= {model} - {""}
        days = (label.at_ms - collected.of.started_ms) // DAY_MS if collected.dated else ""
        kind = label.beat_class.value if label.beat_class else NO_BEAT
        who = (self.names.labeller(label.user_id), datetime.fromtimestamp(label.at_ms / 1000, UTC).year, days)
        proposed = (label.proposed.value, label.probability) if label.proposed else (NO_BEAT, "")
        return record, at, kind, label.how.value, *who, model, *proposed

    def finish(self) -> str:
        """Write what lists and describes all of it; the version."""
        self.entries.sort(key=lambda each: each.name)
        self.rows.sort(key=lambda row: (str(row[0]), int(str(row[1]))))
        (self.folder / RECORDS).write_text("".join(f"{each.name}\n" for each in self.entries))
        with (self.folder / LABELS).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *self.rows])
        written = msgspec.json.format(msgspec.json.encode(self._manifest()), indent=1)
        (self.folder / MANIFEST).write_bytes(written + b"\n")
        return write_sums(self.folder)

    def _manifest(self) -> Manifest:
        sums = {how.value: Counter[str]() for how in How}
        for each in self.entries:
            sums[How.NAMED.value] += Counter(each.named)
            sums[How.SIGNED.value] += Counter(each.signed)
        recordings = {each.name.rsplit("_", 1)[0] for each in self.entries}
        return Manifest(
            FORMAT,
            version("wardbeat"),
            NOTICE,
            TRUTH,
            len({each.split("/")[0] for each in recordings}),
            len(recordings),
            {how: _sorted(counted) for how, counted in sums.items()},
            sorted(self.networks),
            {why.value: self.left_out[why] for why in Why if self.left_out[why]},
            self.entries,
        )


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))


def recording_names(entries: Sequence[RecordEntry]) -> dict[str, dict[str, int]]:
    """Pseudonym of each patient -> of each recording -> labels."""
    content: dict[str, dict[str, int]] = {}
    for each in entries:
        patient, record = each.name.split("/")
        recordings, recording = content.setdefault(patient, {}), record.rsplit("_", 1)[0]
        labels = sum(each.named.values()) + sum(each.signed.values())
        recordings[recording] = recordings.get(recording, 0) + labels
    return content
