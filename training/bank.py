"""`python -m training.bank PREPARED`: the labelled beats that a why-card compares with, made for the shipped network.

Of every class up to 120 beats of the training side, spread over its records. Each record sends those that stand for it
best: the ones nearest to the centres of as many clusters (k-means) of its tokens as it may send.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from classifier.artifact import read_description
from classifier.bank import Bank, write_bank
from classifier.engine import SHIPPED, GraphLabeller, inputs_of
from classifier.explanation import Reach
from classifier.reference import load_network
from ecg.buffer import RecentSamples
from ecg.labels import BEAT_CLASSES
from ecg.timing import WINDOW_SHARE, RrHistory
from ecg.tracker import cut_window
from ecg.types import DetectedBeat
from training.config import read_config
from training.prepared import TRACE_GAIN, PreparedRecord, read
from training.reach import measure_reach
from training.sources import Source
from training.split import split

EXPERIMENT = Path(__file__).parent / "shipped.toml"
OF_CLASS = 120
LOOKED_AT = 300
"""At most so many beats of one class are read of each record."""
SEED = 1

Places = NDArray[np.int64]
Candidates = list[tuple[PreparedRecord, Places, NDArray[np.float16]]]

log = logging.getLogger(__name__)


def main() -> None:
    """Write the bank beside the network's graphs."""
    parser = argparse.ArgumentParser(prog="python -m training.bank", description=__doc__)
    parser.add_argument("prepared", type=Path, help="folder of prepared records (WARDBEAT_VAR_DIR/training)")
    parser.add_argument("--network", type=Path, default=SHIPPED, help="folder of the artifact")
    parser.add_argument("--experiment", type=Path, default=EXPERIMENT, help="TOML file that names the training side")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sides = split({Source.ARRHYTHMIA: read(arguments.prepared, Source.ARRHYTHMIA)}, read_config(arguments.experiment))
    write_bank(arguments.network, make_bank(sides.training[Source.ARRHYTHMIA], arguments.network))


def make_bank(records: Sequence[PreparedRecord], folder: Path) -> Bank:
    """Beats of `records` as the network in `folder` remembers them."""
    labeller, rng = GraphLabeller.load(folder), np.random.default_rng(SEED)
    chosen: Candidates = []
    codes: list[int] = []
    for code, beat_class in enumerate(BEAT_CLASSES):
        of_class = list(_chosen(list(_candidates(records, code, labeller, rng)), rng))
        chosen += of_class
        codes += [code] * sum(len(places) for _, places, _ in of_class)
        log.info("%s: %d beats of %d leads", beat_class.value, codes.count(code), len(of_class))
    return Bank(
        read_description(folder).graph_sha256,
        np.concatenate([tokens for _, _, tokens in chosen]),
        np.array(codes, np.int8),
        np.concatenate([np.full(len(places), record.name) for record, places, _ in chosen]),
        np.concatenate([np.full(len(places), record.lead, np.int8) for record, places, _ in chosen]),
        np.concatenate([record.peaks[places] for record, places, _ in chosen]),
        _reach(chosen, folder),
    )


def _reach(chosen: Candidates, folder: Path) -> Reach:
    """As the first two beats of each lead show it."""
    beats = [beat for record, places, _ in chosen for beat in detected(record, places[:2])]
    reach = measure_reach(load_network(folder).reader, inputs_of(beats)["window"])
    log.info("a step of the map looks %.0f ± %.0f ms back", 1000 * reach.lag, 1000 * reach.spread)
    return reach


def detected(record: PreparedRecord, places: Places) -> list[DetectedBeat]:
    """The beats at `places` of the record as the tracker gave them (the trace's rounding aside)."""
    trace = RecentSamples(len(record.trace), record.begin)
    trace.append(record.trace / TRACE_GAIN)
    history, wanted, beats = RrHistory(), set(places.tolist()), []
    for place, peak in enumerate(record.peaks.tolist()):
        rr = history.note(peak)
        if place in wanted:
            timing = history.features()
            window, timing[WINDOW_SHARE] = cut_window(trace, peak, max(record.begin, 0))
            beats.append(DetectedBeat(record.name, peak, rr, window, timing))
    return beats


def _candidates(
    records: Sequence[PreparedRecord], code: int, labeller: GraphLabeller, rng: np.random.Generator
) -> Iterator[tuple[PreparedRecord, Places, NDArray[np.float16]]]:
    """Beats of one class of each record that has some, with their tokens."""
    for record in records:
        places = np.flatnonzero(record.beat_class == code)
        if len(places) > LOOKED_AT:
            places = np.sort(rng.choice(places, LOOKED_AT, replace=False))
        if len(places):
            yield record, places, labeller.read(detected(record, places))


def _chosen(
    candidates: Candidates, rng: np.random.Generator
) -> Iterator[tuple[PreparedRecord, Places, NDArray[np.float16]]]:
    """Shares as even as the records allow: those with few beats send all, and leave more room to the others."""
    room = OF_CLASS
    by_size = sorted(candidates, key=lambda each: len(each[1]))
    for place, (record, places, tokens) in enumerate(by_size):
        share = room // (len(by_size) - place)
        kept = typical(tokens.astype(np.float64), min(share, len(places)), rng)
        room -= len(kept)
        if len(kept):
            yield record, places[kept], tokens[kept]


def typical(tokens: NDArray[np.float64], count: int, rng: np.random.Generator) -> Places:
    """Rows of `tokens` (n, token) nearest to the centres of `count` clusters of them: at most `count`, in order."""
    if count >= len(tokens):
        return np.arange(len(tokens))
    if count == 0:
        return np.zeros(0, np.int64)
    centres, _ = (
        kmeans2(tokens, count, minit="++", seed=rng, missing="warn") if count > 1 else (tokens.mean(axis=0)[None], None)
    )
    apart = ((tokens[:, None] - centres[None]) ** 2).sum(axis=2)
    return np.unique(apart.argmin(axis=0))


if __name__ == "__main__":
    main()
