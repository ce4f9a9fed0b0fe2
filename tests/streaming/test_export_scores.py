"""A real record that is exported as WFDB scores against its experts' marks as what is stored of it does."""

from pathlib import Path

import msgspec
import numpy as np
import wfdb
from numpy.typing import NDArray

from db.analyses import ask_analysis
from db.corrections import correct_beat, shown_beats
from db.edits import Act, Doer, say
from db.engine import writing
from db.findings import beats
from db.queries import recording
from db.views import NO_BEAT
from ecg.ec57 import score_beats
from ecg.labels import BeatClass
from ecg.rates import device_index
from ecg.types import Beat
from streaming import evaluate
from streaming.export_files import ExportKind, write_files
from streaming.files.sandbox import Sandbox
from streaming.marks import read_annotations
from streaming.records import read_record
from streaming.report import Report
from tests.streaming.file_writers import write_wfdb
from tests.streaming.uploading import NOW, open_desk
from tests.streaming.wfdb_records import annotate, early

RATE, PART = 360, (60 * 360, 240 * 360)
"""Three minutes of record 106 with 27 ventricular beats."""
WHOLE = (0, 10**9)


def exported(folder: Path, heart: NDArray[np.int16]) -> tuple[str, list[Beat], list[Beat]]:
    """Written into `folder`/out: name, the network's beats, and these as a doctor has reviewed them."""
    sandbox = Sandbox()
    with open_desk(folder, lambda _model: early(), sandbox) as desk:
        name = desk.importer.take_in(desk.bring(write_wfdb(folder, heart, RATE)).id, NOW)
        assert name is not None
        with writing(desk.engine) as connection:
            run = ask_analysis(connection, name, "c0ffee" * 10, None, NOW)
        desk.analyst.run(run)
        network = beats(desk.engine, name, *WHOLE)
        with writing(desk.engine) as connection:
            correct_beat(connection, name, network[40].index, BeatClass.FUSION, desk.user, NOW)
            say(connection, Doer(name, desk.user, NOW), Act.DELETE, {network[70].index: NO_BEAT})
        of = recording(desk.engine, name)
        assert of is not None
        (folder / "out").mkdir()
        write_files(desk.engine, of, False, frozenset({ExportKind.WFDB}), folder / "out")
        reviewed = shown_beats(desk.engine, name, *WHOLE)
    sandbox.close()
    return name, network, reviewed


def test_beats_and_samples_score_as_what_is_stored(tmp_path: Path, data_dir: Path) -> None:
    of_heart, folder = data_dir / "mitdb" / "106", tmp_path / "out"
    heart = read_record(of_heart).samples[slice(*PART)]
    name, network, reviewed = exported(tmp_path, heart)
    marks = wfdb.rdann(str(of_heart), "atr", PART[0], PART[1] - 1, shift_samps=True)
    annotate(folder, name, list(zip(marks.sample.tolist(), marks.symbol, marks.aux_note, strict=True)))
    reference = read_annotations(folder / name, "atr", len(heart))

    def table(told: list[tuple[int, BeatClass]]) -> list[list[int]]:
        scored: list[list[int]] = score_beats(reference, told, RATE, 0.0).tolist()
        return scored

    read = wfdb.rdann(str(folder / name), "wb")
    told = [(int(at), BeatClass(sign)) for at, sign in zip(read.sample, read.symbol, strict=True)]
    assert table(told) == table(placed(reviewed)) != table(placed(network))
    assert sum(map(sum, table(told))) > 190
    options = [str(folder), "--out", str(tmp_path / "report"), "--learning", "0"]
    assert evaluate.run(options, early, "early") == 0
    report = msgspec.json.decode((tmp_path / "report" / "report.json").read_bytes(), type=Report)
    assert report.beats is not None and report.beats.records[0].table == table(placed(network))


def placed(told: list[Beat]) -> list[tuple[int, BeatClass]]:
    """Device samples and classes."""
    return [(device_index(beat.index, RATE), beat.beat_class) for beat in told]
