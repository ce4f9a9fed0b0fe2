"""The reader's graph on the engines that could serve it: speed, memory, and what each costs in answers. One thread.

python -m tests.bench engines       answers need WARDBEAT_DATA_DIR, and the network's own split of its records
"""

import os
import tempfile
import time
from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
import openvino
from numpy.typing import NDArray

from classifier.artifact import JUDGE, read_description
from classifier.engine import SHIPPED, GraphLabeller, inputs_of
from classifier.runtime import CpuGraph, Form, Graph, Inputs, is_steady
from ecg.labels import RHYTHMS
from ecg.types import DetectedBeat
from tests.bench.engine_answers import Quality, changed, quality, told
from tests.bench.engine_cost import Cost, cost
from tests.bench.quantised import write_forms
from tests.bench.reader_graphs import REFERENCE, Engine, engines_here, example
from tests.bench.tracked import annotated, calibration, strips

BATCHES = 64, 8
ROUNDS = 9
"""Engines take turns, so that what else the machine does falls on all of them; the median round counts, in CPU time."""
WINDOWS = 256
"""In a round, about 0.1 s of each engine."""

Graphs = Mapping[Engine, Graph]
Scores = NDArray[np.float64]


def speeds(graphs: Graphs, beats: list[DetectedBeat], size: int) -> dict[Engine, float]:
    """Windows a second of one core in batches of `size`."""
    batch = inputs_of(list(islice(cycle(beats), size)))
    rounds = [{engine: _rate(graph, batch) for engine, graph in graphs.items()} for _ in range(ROUNDS)]
    return {engine: median(each[engine] for each in rounds[1:]) for engine in graphs}


def _rate(graph: Graph, batch: Inputs) -> float:
    size = len(batch["window"])
    begin = time.process_time()
    for _ in range(WINDOWS // size):
        graph.run(batch)
    return WINDOWS / (time.process_time() - begin)


def print_speed(graphs: Graphs, beats: list[DetectedBeat], costs: Mapping[Engine, Cost]) -> None:
    """The table of speed and memory."""
    rates = [speeds(graphs, beats, size) for size in BATCHES]
    batch = example()
    print(
        "| engine | windows/s, batch 64 | batch 8 | import s | load s | MB loaded | MB running | alike in any batch |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for engine, graph in graphs.items():
        each = costs[engine]
        print(
            f"| {engine.name} | {' | '.join(f'{rate[engine]:,.0f}' for rate in rates)} | {each.import_seconds:.2f} "
            f"| {each.load_seconds:.2f} | {each.loaded_mb:.0f} | {each.running_mb:.0f} "
            f"| {'yes' if is_steady(graph, batch) else 'no'} |"
        )


def labellers(graphs: Graphs) -> dict[Engine, GraphLabeller]:
    """Each reader with the same judge, in float32: what differs is the reader's."""
    judge = CpuGraph(openvino.Core(), Form("float32", (SHIPPED / JUDGE).read_bytes(), "f32"))
    temperatures = read_description(SHIPPED).temperatures
    return {engine: GraphLabeller(graph, judge, temperatures) for engine, graph in graphs.items()}


def print_answers(graphs: Graphs, data: Path) -> None:
    """The tables of what each engine answers for the records that were kept back."""
    some, records = strips(data), annotated(data)
    every = [strip.beats for strip in some] + [record.beats for record in records]
    answers = {engine: [told(labeller, beats) for beats in every] for engine, labeller in labellers(graphs).items()}
    measured = {engine: quality(some, records, answers[engine]) for engine in graphs}
    lost = {engine: changed(answers[engine], answers[REFERENCE]) for engine in graphs}
    strip_beats = sum(len(strip.beats) for strip in some)
    print(f"\nRhythm by beat, F1 %, {len(some)} challenge records kept back, {strip_beats:,} beats\n")
    _print_rhythms(measured)
    beats = sum(len(record.beats) for record in records)
    print(f"\nBeat class, {len(records)} MIT-BIH records kept back (lead 0, EC57), {beats:,} beats\n")
    _print_beats(measured, lost)


def _print_rhythms(measured: Mapping[Engine, Quality]) -> None:
    names = " | ".join(RHYTHMS)
    print(f"| engine | live {names} | mean N A O | difference | settled {names} | mean N A O | difference |")
    print("| --- |" + 2 * (len(RHYTHMS) + 2) * " --- |")
    plain = measured[REFERENCE]
    for engine, each in measured.items():
        cells = [_row(each.live, plain.live), _row(each.settled, plain.settled)]
        print(f"| {engine.name} | {' | '.join(cells)} |")


def _row(scores: Scores, plain: Scores) -> str:
    mean = scores[:3].mean()
    difference = round(mean - plain[:3].mean(), 2) + 0.0  # no minus before zero
    return f"{' | '.join(f'{score:.1f}' for score in scores)} | {mean:.2f} | {difference:+.2f}"


def _print_beats(measured: Mapping[Engine, Quality], lost: Mapping[Engine, float]) -> None:
    print("| engine | S Se % | S +P % | V Se % | V +P % | answers unlike float32's, rhythm and class, % |")
    print("| --- | --- | --- | --- | --- | --- |")
    for engine, each in measured.items():
        print(f"| {engine.name} | {' | '.join(map(_share, each.beats))} | {lost[engine]:.2f} |")


def _share(percent: float) -> str:
    return f"{percent:.2f}" if np.isfinite(percent) else "none"


def main() -> None:
    """Print the tables."""
    data = Path(os.environ["WARDBEAT_DATA_DIR"]) if "WARDBEAT_DATA_DIR" in os.environ else None
    beats = calibration(data)
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        folder, engines = Path(name), engines_here()
        write_forms(SHIPPED, folder, inputs_of(beats))
        costs = {engine: cost(engine, folder) for engine in engines}
        graphs = {engine: engine.load(folder / engine.form) for engine in engines}
    print(f"Serving engines of the reader, one thread, {openvino.Core().get_property('CPU', 'FULL_DEVICE_NAME')}\n")
    print_speed(graphs, beats, costs)
    if data is None:
        print("\nanswers: skipped, set WARDBEAT_DATA_DIR to a folder with training2017/ and mitdb/")
    else:
        print_answers(graphs, data)
