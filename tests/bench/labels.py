"""The network on this machine: time and memory to load it, beats a second by batch and precision, side by side.

How good its labels are is measured by `wardbeat evaluate`.

python -m tests.bench labels
"""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice

import openvino

from classifier.artifact import JUDGE, READER, read_description
from classifier.engine import SHIPPED, GraphLabeller, shipped_labeller
from classifier.runtime import CpuGraph
from ecg.context import BeatContext, BeatMemory, RememberedBeat
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk

BATCHES = 1, 8, 64
SECONDS = 2.0
ROUNDS = 3
"""Precisions take turns, so that what else the machine does falls on both; the best round counts."""

LOADING = """
import time, psutil
import numpy, ecg.pipeline
own = psutil.Process()
before, begin = own.memory_full_info().uss, time.perf_counter()
from classifier.engine import shipped_labeller
labeller = shipped_labeller()
print(time.perf_counter() - begin, (own.memory_full_info().uss - before) / 2**20)
"""


def loading() -> tuple[float, float]:
    """Seconds and MB that importing the engine and loading the network add to a process with the pipeline."""
    told = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout
    seconds, megabytes = told.split()[-2:]
    return float(seconds), float(megabytes)


def in_full_precision() -> GraphLabeller:
    """The shipped network in float32."""
    core = openvino.Core()
    reader, judge = (CpuGraph(core, (SHIPPED / name).read_bytes(), "f32") for name in (READER, JUDGE))
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
    """Beats a second."""
    count, begin = 0, time.perf_counter()
    while (lasted := time.perf_counter() - begin) < SECONDS / ROUNDS:
        work()
        count += beats
    return count / lasted


def rates(labeller: GraphLabeller, beats: list[DetectedBeat], size: int) -> tuple[float, float, float]:
    """Beats a second of reading, of judging, and of what a beat costs in a ward: one reading and two judgings."""
    contexts = live_contexts(labeller, beats)
    some, among = list(islice(cycle(beats), size)), list(islice(cycle(contexts[-64:]), size))
    read, judge = rate(lambda: labeller.read(some), size), rate(lambda: labeller.judge(among), size)
    return read, judge, 1 / (1 / read + 2 / judge)


def main() -> None:
    """Print the tables."""
    seconds, megabytes = loading()
    print(f"Importing the engine and loading the network: {seconds:.2f} s, {megabytes:.0f} MB (USS)")
    print("(wanted: under 1 s and 200 MB)\n")
    labellers = {"as it serves here": shipped_labeller(), "float32": in_full_precision()}
    beats = model_beats()
    print("| batch | precision | read /s | judge /s | read once, judged twice /s |\n| --- | --- | --- | --- | --- |")
    for size in BATCHES:
        rounds = [(name, rates(labeller, beats, size)) for _ in range(ROUNDS) for name, labeller in labellers.items()]
        for name in labellers:
            best = [max(column) for column in zip(*(told for one, told in rounds if one == name), strict=True)]
            print(f"| {size} | {name} | {' | '.join(f'{number:,.0f}' for number in best)} |", flush=True)
