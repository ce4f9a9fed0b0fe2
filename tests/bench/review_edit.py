"""How soon the numbers follow when a doctor relabels one beat of a day, and how soon the result page has all it asks.

    taskset -c 0 python -m tests.bench review-edit [--beats 100000] [--times 7]

Milliseconds at the web application's own client, in one process, on SQLite: what a browser waits for, without network
and drawing. The beats come as a network would have named them, a tenth of them ventricular.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from dashboard.app import create_app
from db.edits import newest_deed
from db.engine import open_engine, writing
from db.models import BeatRow, QualityRow, VitalSignsRow
from db.models_recorder import LedgerRow
from db.packing import pack_probabilities, pack_rhythms
from db.provision import provision_demo
from db.schema import migrate
from db.store import NewRecording, store_batch
from db.upserts import insert_new, table_of
from ecg.findings import Finding
from ecg.rates import GRID
from settings import Settings
from tests.people import BASE, browser_with, login_token, new_person

NAME = "bench-day"
AT_ONCE = 20_000
RHYTHM = (0.9, 0.02, 0.05, 0.03)
NORMAL, EARLY = (0.95, 0.02, 0.01, 0.01, 0.01), (0.02, 0.02, 0.94, 0.01, 0.01)


def fill(engine: Engine, count: int) -> list[int]:
    """A recording of so many beats; where they are."""
    device = provision_demo(engine, 1)[0].device_id
    store_batch(engine, {}, [NewRecording(NAME, device, 250.0, 200.0, "II", 1_700_000_000_000)], [], [])
    rng = np.random.default_rng(1)
    index: list[int] = np.cumsum(rng.integers(180, 240, count)).tolist()
    early = rng.random(count) < 0.1
    rows = [_row(at, before, odd) for at, before, odd in zip(index, [None, *index], early, strict=False)]
    rates = {"recording_id": NAME, "finding": Finding.SINUS_RHYTHM.value, "heart_rate": 71.0}
    vitals = [{**rates, "index": at} for at in range(GRID, index[-1], GRID)]
    for model, every in ((BeatRow, rows), (VitalSignsRow, vitals)):
        for at in range(0, len(every), AT_ONCE):
            with writing(engine) as connection:
                connection.execute(insert(table_of(model)), every[at : at + AT_ONCE])
    with writing(engine) as connection:
        good = {"recording_id": NAME, "index": 0, "quality": "good", "reason": ""}
        connection.execute(insert(table_of(QualityRow)).values(good))
        received = {"missing": 0, "late": 0, "repeated": 0, "purged": 0, "settled": 0}
        insert_new(connection, LedgerRow, [{"recording_id": NAME, "until": index[-1] + 250, **received}])
    return index


def _row(at: int, before: int | None, early: bool) -> dict[str, object]:
    shares = EARLY if early else NORMAL
    said = {"beat_class": "V" if early else "N", "rhythm": "N", "class_probability": 0.94}
    settled = {"settled_rhythm": "N", "settled_probabilities": pack_rhythms(RHYTHM)}
    rr = None if before is None else at - before
    row = {"recording_id": NAME, "index": at, "rr": rr, "probabilities": pack_probabilities(shares, RHYTHM)}
    return row | said | settled


def main(arguments: Sequence[str]) -> None:
    """Print a line for each measurement."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench review-edit")
    parser.add_argument("--beats", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        url = f"sqlite:///{Path(folder) / 'w.db'}"
        migrate(url)
        engine = open_engine(url)
        index = fill(engine, options.beats)
        app = create_app(Settings(var_dir=Path(folder), database_url=url), engine)
        person = new_person(engine, "dora", "doctor", patients=[1])
        measure(engine, browser_with(app, login_token(engine, person)), index, options.times)
        engine.dispose()


def measure(engine: Engine, browser: FlaskClient, index: Sequence[int], times: int) -> None:
    """Open, and open again; then relabel beats one by one."""

    def ask(path: str) -> None:
        assert browser.get(f"/recording/{NAME}/{path}", base_url=BASE).status_code == 200

    def relabel(at: int) -> None:
        wish = {"act": "class", "letter": "S", "beats": [at], "seen": newest_deed(engine, NAME)}
        answer = browser.post(f"/recording/{NAME}/edits", json=wish, base_url=BASE, headers={"Origin": BASE})
        assert answer.status_code == 200, answer.text
        ask("facts")

    assert browser.get(f"/recording/{NAME}", base_url=BASE).status_code == 200
    for beside in threading.enumerate():  # what the page makes ready while a doctor looks at it
        if beside is not threading.current_thread():
            beside.join()
    told("numbers of the page, nothing edited, first time", [lasts(lambda: ask("facts"))])
    told("all beats and episodes, likewise", [lasts(lambda: ask("beats"))])
    told("numbers again", [lasts(lambda: ask("facts")) for _ in range(times)])
    told("all beats and episodes again", [lasts(lambda: ask("beats")) for _ in range(times)])
    told("the first relabelled beat, until its numbers are here", [lasts(lambda: relabel(index[11]))])
    told("one more", [lasts(lambda at=at: relabel(at)) for at in index[1000 : 1000 + times]])  # type: ignore[misc]
    told("all beats and episodes after it", [lasts(lambda: ask("beats")) for _ in range(times)])


def lasts(act: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds on the clock, and of a core."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


def told(what: str, taken: Sequence[tuple[float, float]]) -> None:
    """Median and longest."""
    clock, core = ([each[which] for each in taken] for which in (0, 1))
    print(f"{what}: {median(clock):.0f} ms, at most {max(clock):.0f}; of a core {median(core):.0f}", flush=True)
