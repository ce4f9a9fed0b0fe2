"""What the recorder keeps: how small raw samples get and what that costs, and how long an overview takes to open.

    python -m tests.bench storage [--days 7] [--skip-records]

Real records come from WARDBEAT_DATA_DIR; the week is synthetic, with a gap of two minutes in every hour.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from db.engine import open_engine, reading
from db.overview import overview
from db.packing import pack_samples, unpack_samples
from db.provision import provision_demo
from db.queries import recording
from db.schema import migrate
from db.settle import WINDOW_SECONDS, settle, window_at
from db.store import NewRecording, NewSegment, store_batch
from db.views import RecordingView
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from streaming.records import list_records, read_record
from tests.servers import postgres_binary, postgres_database, running_postgres

RATE = 250.0
SPANS = {"1 min": 60.0, "1 h": 3600.0, "1 day": 86_400.0, "1 week": 604_800.0}
RECORDS = {"mitdb": 24, "training2017": 200}
OPENINGS = 30
Samples = NDArray[np.int16]


def first_form(samples: Samples) -> bytes:
    """First differences in Zstandard, as segments were before."""
    return zstandard.compress(np.diff(samples.view("<u2"), prepend=np.uint16(0)).tobytes())


def records() -> Iterator[tuple[str, float, Samples]]:
    """(folder, rate, samples), spread over each folder."""
    for folder, count in RECORDS.items():
        paths = list_records(Path(os.environ["WARDBEAT_DATA_DIR"]) / folder)
        for path in paths[:: max(1, len(paths) // count)]:
            lead = read_record(path)
            yield folder, lead.rate, lead.samples


def sizes() -> None:
    """The table of sizes."""
    kept = list(records())
    print(
        "| records | segment | form | % of int16 | pack, µs for 1 s | unpack |\n| --- | --- | --- | --- | --- | --- |"
    )
    for folder in RECORDS:
        mine = [(rate, samples) for each, rate, samples in kept if each == folder]
        for seconds in (5.0, WINDOW_SECONDS):
            for name, pack in (("before", first_form), ("now", pack_samples)):
                print(f"| {folder} | {seconds:.0f} s | {name} | {_row(mine, seconds, pack)} |")


def _row(mine: Sequence[tuple[float, Samples]], seconds: float, pack: Callable[[Samples], bytes]) -> str:
    pieces = [s[at : at + round(seconds * rate)] for rate, s in mine for at in range(0, len(s), round(seconds * rate))]
    began = time.process_time()
    packed = [pack(piece) for piece in pieces]
    half = time.process_time()
    back = [unpack_samples(blob) for blob in packed]
    end = time.process_time()
    assert all(np.array_equal(one, other) for one, other in zip(pieces, back, strict=True))
    lasted = sum(len(samples) / rate for rate, samples in mine) / 1e6
    share = 100 * sum(map(len, packed)) / sum(piece.nbytes for piece in pieces)
    return f"{share:.1f} | {(half - began) / lasted:.1f} | {(end - half) / lasted:.1f}"


@contextmanager
def databases(kind: str) -> Iterator[str]:
    """DATABASE_URL of an empty database."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="wb-") as folder:
            yield f"sqlite:///{folder}/w.db"
        return
    initdb = postgres_binary("initdb")
    assert initdb is not None
    with running_postgres(initdb) as folder, postgres_database(folder, "bench") as url:
        yield url


def fill(engine: Engine, seconds: float) -> RecordingView:
    """A recording of so long; prints what settling it costs."""
    device = provision_demo(engine, 1)[0].device_id
    store_batch(engine, {}, [NewRecording("week", device, RATE, 1000.0, "I", 1_700_000_000_000)], [], [])
    made = np.rint(synthesise(DEMO_SCRIPTS[0], RATE, 3, 300.0).samples * 1000).astype(np.int16)
    noise = np.random.default_rng(1).integers(-4, 5, len(made)).astype(np.int16)
    size, spent = len(made), 0.0
    for hour in range(round(seconds / 3600)):
        base = hour * 12 * size
        parts = [NewSegment("week", base + k * size, made + np.roll(noise, 1000 * k + hour)) for k in range(12)]
        parts[5] = NewSegment("week", parts[5].start, parts[5].samples[: -120 * 250])
        store_batch(engine, {}, [], parts, [])
        began = time.process_time()
        settle(engine, [window_at("week", RATE, part.start) for part in parts])
        spent += time.process_time() - began
    print(
        f"\nSettling: {1e6 * spent / seconds:.1f} µs of a core for a second of a patient (segments were whole already)"
    )
    view = recording(engine, "week")
    assert view is not None
    return view


def openings(kind: str, seconds: float) -> None:
    """The rows of one database."""
    with databases(kind) as url:
        migrate(url)
        engine = open_engine(url)
        view = fill(engine, seconds)
        for name, span in SPANS.items():
            if span <= seconds:
                print(f"| {kind} | {name} | {_opening(engine, view, span, seconds)} |")
        with reading(engine) as connection:
            for table, column in (("segment", "blob"), ("overview", "cells")):
                row = connection.execute(text(f"SELECT count(*), sum(length({column})) FROM {table}")).one()
                print(f"{kind}: {row[0]} rows of {table}, {row[1] / 1e6:.1f} MB")
        engine.dispose()


def _opening(engine: Engine, view: RecordingView, span: float, seconds: float) -> str:
    rng = np.random.default_rng(2)
    times, points = [], 0
    for start in rng.uniform(0, max(seconds - span, 1.0), OPENINGS):
        began = time.perf_counter()
        seen = overview(engine, view, float(start), float(start) + span)
        times.append(1000 * (time.perf_counter() - began))
        points = max(points, seen.cells.shape[1])
    return f"{points} | {statistics.median(times):.1f} | {max(times):.1f}"


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench storage")
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--skip-records", action="store_true")
    options = parser.parse_args(arguments)
    if not options.skip_records:
        sizes()
    print("\n| database | span | points | median ms | slowest ms |\n| --- | --- | --- | --- | --- |")
    for kind in ("SQLite", "PostgreSQL"):
        openings(kind, 86_400 * options.days)
