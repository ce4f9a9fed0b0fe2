"""The network on this machine: time and memory to load it, beats a second by batch and precision, side by side.

How good its labels are is measured by `wardbeat evaluate`.

python -m tests.bench labels
"""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from statistics import median

import openvino

from classifier.artifact import JUDGE, READER, read_description
from classifier.engine import SHIPPED, GraphLabeller, shipped_labeller
from classifier.runtime import CpuGraph, Form
from ecg.context import BeatContext, BeatMemory, RememberedBeat
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk

BATCHES = 1, 8, 64
SECONDS = 1.5
ROUNDS = 3
"""Precisions take turns, so that what else the machine does falls on both; the median round counts, in CPU time."""

LOADING = """
import time, psutil
import numpy, ecg.pipeline
own = psutil.Process()
before, begin, core = own.memory_full_info().uss, time.perf_counter(), time.process_time()
from classifier.engine import shipped_labeller
labeller = shipped_labeller()
print(time.perf_counter() - begin, time.process_time() - core, (own.memory_full_info().uss - before) / 2**20)
"""


def loading() -> tuple[float, float, float]:
    """What importing the engine and loading the network add to a process with the pipeline: seconds, seconds of a core
    (less than the former where others want it too), MB.
    """
    told = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout
    seconds, of_core, megabytes = told.split()[-3:]
    return float(seconds), float(of_core), float(megabytes)


def in_full_precision() -> GraphLabeller:
    """The shipped network in float32."""
    core = openvino.Core()
    reader, judge = (CpuGraph(core, Form("float32", (SHIPPED / name).read_bytes(), "f32")) for name in (READER, JUDGE))
    return GraphLabeller(reader, judge, read_description(SHIPPED).temperatures)


def model_beats() -> list[DetectedBeat]:
    """Beats of a minute of each demo script."""
    beats: list[DetectedBeat] = []
    for seed, script in enumerate(DEMO_SCRIPTS):
        samples = (synthesise(script, 250.0, seed, 60.0).samples * 1000).round().astype("int16")
        tracked = SignalTracker(script.name).receive(DeviceChunk(script.name, 0, samples, 250.0, 1000.0))
        beats += [item for item in tracked if isinstance(item, DetectedBeat)]
    return beats


def live_contexts(labeller: GraphLabeller, beats: list[DetectedBeat]) -> list[BeatContext]:
    """What the pipeline would have judged when these beats came."""
    memory, contexts = BeatMemory(), []
    for beat, token in zip(beats, labeller.read(beats), strict=True):
        memory.note(RememberedBeat(beat.index, beat.rr is None, token))
        contexts.append(memory.live())
    return contexts


def rate(work: Callable[[], object], beats: int) -> float:
    """Beats a second of one core."""
    count, begin = 0, time.process_time()
    while (lasted := time.process_time() - begin) < SECONDS / ROUNDS:
        work()
        count += beats
    return count / lasted


def rates(labeller: GraphLabeller, beats: list[DetectedBeat], size: int) -> tuple[float, float, float]:
    """Beats a second of reading, of judging, and of what a beat costs in a ward: one reading and two judgings."""
    contexts = live_contexts(labeller, beats[:128])
    some, among = list(islice(cycle(beats), size)), list(islice(cycle(contexts[-64:]), size))
    read, judge = rate(lambda: labeller.read(some), size), rate(lambda: labeller.judge(among), size)
    return read, judge, 1 / (1 / read + 2 / judge)


def main() -> None:
    """Print the tables."""
    seconds, of_core, megabytes = loading()
    print("Importing the engine and loading the network:")
    print(f"{seconds:.2f} s, {of_core:.2f} s of a core, {megabytes:.0f} MB (USS)")
    print("(wanted: under 1 s and 200 MB)\n")
    labellers = {"as it serves here": shipped_labeller(), "float32": in_full_precision()}
    beats = model_beats()
    print("| batch | precision | read /s | judge /s | read once, judged twice /s |\n| --- | --- | --- | --- | --- |")
    for size in BATCHES:
        rounds = [(name, rates(labeller, beats, size)) for _ in range(ROUNDS) for name, labeller in labellers.items()]
        for name in labellers:
            usual = [median(column) for column in zip(*(told for one, told in rounds if one == name), strict=True)]
            print(f"| {size} | {name} | {' | '.join(f'{number:,.0f}' for number in usual)} |", flush=True)
