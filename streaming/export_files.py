"""A recording as files for other programs: WFDB and EDF+ with its beats as annotations, CSV, JSON.

All hold the samples as the device sent them; where none came, WFDB has its mark for none, EDF+ the lowest value and
a note.
Nothing in them names the patient: a recording's id is what the house knows it by.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from edfio import Edf, EdfAnnotation, EdfSignal
from edfio import Recording as EdfRecording
from numpy.typing import NDArray
from sqlalchemy import Engine

from auth.audit_csv import csv_row
from db.corrections import corrections, shown_beats
from db.edited import shown_episodes
from db.findings import af_burdens, beats, gaps, quality_changes, settled_rhythms, vitals
from db.ledger import ledger
from db.queries import segments
from db.views import RecordingView
from ecg.rates import house_index, to_milliseconds, to_seconds
from ecg.types import INVALID_SAMPLE, Beat, Event
from streaming.analysis_file import Analysis, write_annotations, write_json
from streaming.edf_records import record_of, records_of

STEP_SECONDS = 600.0
"""Samples that are read at once."""
ANNOTATOR = "wb"
EDF_YEARS = range(1985, 2085)
"""Of a start that an EDF header can hold."""


class ExportKind(StrEnum):
    """What a recording is written as. SIGNAL: every sample as CSV."""

    WFDB = "wfdb"
    EDF = "edf"
    CSV = "csv"
    SIGNAL = "signal"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Exported:
    """A recording that is being written. until: device samples; dated: whether its day and time are known."""

    engine: Engine
    of: RecordingView
    analysis: Analysis
    until: int
    dated: bool

    @property
    def name(self) -> str:
        """Of its files: only what every format takes."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", self.of.id)


def write_files(engine: Engine, of: RecordingView, dated: bool, kinds: frozenset[ExportKind], folder: Path) -> None:
    """Write the recording into `folder` as all of these."""
    kept = ledger(engine, of.id)
    until = kept.until if kept else 0
    task = Exported(engine, of, recording_analysis(engine, of, until), until, dated)
    for kind in ExportKind:
        if kind in kinds:
            _WRITERS[kind](task, folder)


def recording_analysis(engine: Engine, of: RecordingView, until: int) -> Analysis:
    """What is known of a recording, as people have said where they have: what `wardbeat analyze` tells of a record."""
    end = house_index(until, of.rate) + 1
    live = {beat.index: beat for beat in beats(engine, of.id, 0, end)}
    shown = shown_beats(engine, of.id, 0, end)
    told: list[Event] = [_as_it_came(beat, live.get(beat.index)) for beat in shown]
    known = {beat.index for beat in shown}
    told += [each for each in settled_rhythms(engine, of.id, 0, end) if each.index in known]
    told += shown_episodes(engine, of.id, 0, end)
    for ask in (vitals, quality_changes, gaps, af_burdens):
        told += ask(engine, of.id, 0, end)
    return Analysis(re.sub(r"[^A-Za-z0-9_-]", "_", of.id), of.rate, until, of.lead, told)


def _as_it_came(shown: Beat, live: Beat | None) -> Beat:
    if live is None:
        return shown
    return replace(shown, rhythm=live.rhythm, rhythm_probabilities=live.rhythm_probabilities)


def pieces(task: Exported) -> Iterator[tuple[int, NDArray[np.int16]]]:
    """All samples in order, `INVALID_SAMPLE` where none came: (first device sample, int16)."""
    size = round(STEP_SECONDS * task.of.rate)
    for start in range(0, task.until, size):
        end = min(start + size, task.until)
        whole = np.full(end - start, INVALID_SAMPLE, np.int16)
        for stored in segments(task.engine, task.of.id, start, end):
            a, z = max(stored.start, start), min(stored.start + len(stored.samples), end)
            whole[a - start : z - start] = stored.samples[a - stored.start : z - stored.start]
        yield start, whole


def _started(task: Exported) -> datetime | None:
    return datetime.fromtimestamp(task.of.started_ms / 1000, UTC) if task.dated else None


def _write_wfdb(task: Exported, folder: Path) -> None:
    """Format 16, gain as the device said; beats in .wb with the letters N, S, V, F and Q."""
    total, first = 0, 0
    with (folder / f"{task.name}.dat").open("wb") as out:
        for start, samples in pieces(task):
            first = first if start else int(samples[0])
            total += int(samples.astype(np.int64).sum())
            out.write(samples.astype("<i2").tobytes())
    began, of = _started(task), task.of
    when = f" {began:%H:%M:%S.%f}"[:-3] + f" {began:%d/%m/%Y}" if began else ""
    signal = WfdbSignal(of.rate, of.gain, " ".join(of.lead.split()) or "ECG", task.until, first, total)
    note = "# Times are UTC. Beats in the annotation file .wb; not from a certified medical device.\n"
    (folder / f"{task.name}.hea").write_text(signal.header(task.name, when) + note, "ascii", "replace")
    write_annotations(task.analysis, folder, ANNOTATOR)


@dataclass(frozen=True, slots=True)
class WfdbSignal:
    """One signal of format 16. rate in Hz, gain in units per mV; count samples, the first one, and the sum of all."""

    rate: float
    gain: float
    lead: str
    count: int
    first: int
    total: int

    def header(self, name: str, when: str = "") -> str:
        """The lines of name.hea, whose samples are in name.dat; when: time and date as WFDB writes them."""
        checksum = (self.total + 0x8000) % 0x10000 - 0x8000
        facts = f"{name}.dat 16 {self.gain:.10g}(0)/mV 16 0 {self.first} {checksum} 0 {self.lead}"
        return f"{name} 1 {self.rate:.10g} {self.count}{when}\n{facts}\n"


def _write_edf(task: Exported, folder: Path) -> None:
    """EDF+C: the digital values are the device's; each beat is a note with its letter, each episode one that lasts."""
    per_record, record_s = record_of(task.of.rate, task.until)
    count = records_of(task.until, per_record)
    digital = np.full(count * per_record, INVALID_SAMPLE, np.int16)
    for start, samples in pieces(task):
        digital[start : start + len(samples)] = samples
    reach = 32_768 / task.of.gain
    signal = EdfSignal.from_digital(
        digital,
        per_record / record_s,
        label=re.sub("[^ -~]", "?", f"ECG {task.of.lead}")[:16],
        physical_dimension="mV",
        physical_range=(_eight(-reach), _eight(32_767 / task.of.gain)),
        digital_range=(-32_768, 32_767),
    )
    began = _started(task)
    if began and began.year not in EDF_YEARS:  # a device without a clock begins in 1970
        began = None
    about = EdfRecording(startdate=began.date() if began else None, equipment_code="Wardbeat")
    notes = sorted(_notes(task), key=lambda note: note.onset)
    edf = Edf(
        [signal],
        recording=about,
        starttime=began.time() if began else None,
        data_record_duration=record_s,
        annotations=notes,
    )
    edf.write(folder / f"{task.name}.edf")


def _eight(number: float) -> float:
    """As the eight characters of an EDF header hold it."""
    text = f"{number:.6f}"[:8]
    return float(text)


def _notes(task: Exported) -> Iterator[EdfAnnotation]:
    rate = task.of.rate
    for beat in task.analysis.beats:
        yield EdfAnnotation(task.analysis.sample(beat.index) / rate, None, beat.beat_class.value)
    for each in task.analysis.episodes:
        start, end = to_seconds(each.start), None if each.end is None else to_seconds(each.end)
        yield EdfAnnotation(start, None if end is None else end - start, each.finding.value)
    kept = ledger(task.engine, task.of.id)
    for first, last in kept.gaps if kept else ():
        yield EdfAnnotation(first / rate, (last - first) / rate, "no data")


def _write_csv(task: Exported, folder: Path) -> None:
    """Beats and episodes, a line each; seconds from the first sample."""
    said = {each.index for each in corrections(task.engine, task.of.id, 0, 10**12)}
    with (folder / f"{task.name}.beats.csv").open("w", encoding="utf-8", newline="") as out:
        out.write(csv_row(("sample", "seconds", "rr_ms", "class", "said_by_a_doctor", "rhythm", "letter")))
        for beat in task.analysis.settled_beats:
            rr = "" if beat.rr is None else f"{to_milliseconds(beat.rr):g}"
            facts = (beat.beat_class.value, int(beat.index in said), beat.rhythm.value, beat.sign)
            sample = task.analysis.sample(beat.index)
            out.write(csv_row((sample, f"{sample / task.of.rate:.4f}", rr, *facts)))
    with (folder / f"{task.name}.episodes.csv").open("w", encoding="utf-8", newline="") as out:
        out.write(csv_row(("finding", "start_s", "end_s")))
        for each in task.analysis.episodes:
            end = "" if each.end is None else f"{to_seconds(each.end):.3f}"
            out.write(csv_row((each.finding.value, f"{to_seconds(each.start):.3f}", end)))


def _write_signal(task: Exported, folder: Path) -> None:
    """Every sample in millivolts; an empty field where none came."""
    with (folder / f"{task.name}.signal.csv").open("w", encoding="utf-8", newline="") as out:
        out.write(csv_row(("seconds", f"{task.of.lead} [mV]")))
        for start, samples in pieces(task):
            seconds = (np.arange(start, start + len(samples)) / task.of.rate).tolist()
            values = (samples / task.of.gain).tolist()
            known = (samples != INVALID_SAMPLE).tolist()
            rows = zip(seconds, values, known, strict=True)
            out.write("".join(f"{at:.5f},{value:.6g}\r\n" if there else f"{at:.5f},\r\n" for at, value, there in rows))


def _write_json(task: Exported, folder: Path) -> None:
    write_json(task.analysis, folder / f"{task.name}.json")


_WRITERS: dict[ExportKind, Callable[[Exported, Path], None]] = {
    ExportKind.WFDB: _write_wfdb,
    ExportKind.EDF: _write_edf,
    ExportKind.CSV: _write_csv,
    ExportKind.SIGNAL: _write_signal,
    ExportKind.JSON: _write_json,
}
