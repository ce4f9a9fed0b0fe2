"""Fits the judge of humps, the network of `ecg.hump_evidence`, and says what it is worth on records it has not seen.

python -m tests.bench.hump_fit folds              each quarter of the records judged by what the others teach
python -m tests.bench.hump_fit weights FILE       a fit on all records, written as the module `ecg/hump_weights.py`

Needs WARDBEAT_DATA_DIR. What is judged depends on the judge, so humps are gathered anew for each of ROUNDS fits. In
the folds the first half of each noise record teaches and the second half tests.
"""

import os
import sys
from base64 import b85encode
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ecg.hump_evidence import FIRST, SECOND
from ecg.hump_weights import judge_weights
from ecg.humps import EVIDENCE
from ecg.rates import SAMPLE_RATE
from ecg.scoring import match_beats
from streaming.records import list_records
from tests.bench.hump_examples import PIECE, Examples, HouseLead, Noise, examples, house_leads, judged_humps, under

Floats = NDArray[np.float64]

ROUNDS = 2
FOLDS = 4
EPOCHS, BATCH, RATE, DECAY = 6, 2048, 3e-3, 0.3
TESTED = [("clean", 0), *((kind, ratio) for kind in ("bw", "em", "ma") for ratio in (12, 6, 0, -6))]
CODE_WIDTH = 108


def fitted(leads: list[HouseLead], noise: Noise, seed: int) -> Floats:
    """Weights for these leads, from those that serve."""
    weights, gathered = judge_weights(), list[Examples]()
    for turn in range(ROUNDS):
        rng = np.random.default_rng(seed + turn)
        gathered += [some for lead in leads for some in examples(lead, noise, weights, rng)]
        weights = learnt(Examples(*(np.concatenate(parts) for parts in zip(*gathered, strict=True))), seed + turn)
    return weights


def learnt(given: Examples, seed: int) -> Floats:
    """The weights of a network that tells `given`, as `hump_evidence.log_odds` takes them."""
    torch.manual_seed(seed)
    mean, spread = given.evidence.mean(axis=0), given.evidence.std(axis=0) + 1e-3
    layers = [torch.nn.Linear(EVIDENCE, FIRST), torch.nn.Linear(FIRST, SECOND), torch.nn.Linear(SECOND, 1)]
    network = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
    inputs = torch.from_numpy((given.evidence - mean) / spread)
    truth, cost = torch.from_numpy(given.truth.astype(np.float32)), torch.from_numpy(given.cost)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = len(truth) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps + 1, pct_start=0.15)
    for _ in range(EPOCHS):
        order = torch.randperm(len(truth))
        for some in order[: steps * BATCH].split(BATCH):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                network(inputs[some])[:, 0], truth[some], weight=cost[some]
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return _packed(layers, mean, spread)


def _packed(layers: list[torch.nn.Linear], mean: NDArray[np.float32], spread: NDArray[np.float32]) -> Floats:
    """The first layer takes in how its inputs were centred and scaled."""
    parts = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in layers]
    first = parts[0][0] / spread[:, None]
    parts[0] = first, parts[0][1] - mean @ first
    return np.concatenate([part.ravel() for pair in parts for part in pair]).astype(np.float64)


def tested(leads: list[HouseLead], noise: Noise, weights: Floats) -> str:
    """F1 % (Se, +P) on lead 0, before R peaks are refined: whole records clean, the first four minutes under noise."""
    told = []
    for kind, ratio in TESTED:
        right = true = found = 0
        for number, lead in enumerate(one for one in leads if one.lead == 0):
            heard = lead if kind == "clean" else _laid(lead.part(0, PIECE), noise.tracks[kind][0], number, ratio)
            beats, peaks = heard.beats.round().astype(int).tolist(), judged_humps(heard.samples, weights)[2].tolist()
            right += len(match_beats(beats, peaks, SAMPLE_RATE).pairs)
            true, found = true + len(beats), found + len(peaks)
        f1, sensitivity, predictivity = 200 * right / (true + found), 100 * right / true, 100 * right / found
        told.append(f"{kind} {ratio} dB: {f1:.2f} ({sensitivity:.1f}, {predictivity:.1f})")
    return "; ".join(told)


def _laid(lead: HouseLead, track: Floats, number: int, ratio_db: float) -> HouseLead:
    piece = np.resize(np.roll(track, -number * len(track) // 24), len(lead.samples))
    return under(lead, (piece - piece.mean()) / piece.std(), ratio_db)


def module(weights: Floats) -> str:
    """The text of `ecg/hump_weights.py` with these weights."""
    text = Path(sys.modules[judge_weights.__module__].__file__ or "").read_text()
    before, after = text.split("_CODE = (\n")[0], text.split("\n)\n", 1)[1]
    code = b85encode(weights.astype("<f2").tobytes()).decode()
    lines = [f'    "{code[at : at + CODE_WIDTH]}"' for at in range(0, len(code), CODE_WIDTH)]
    return before + "_CODE = (\n" + "\n".join(lines) + "\n)\n" + after


def main(words: list[str]) -> None:
    """Fit, and print or write."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None or not words or words[0] not in ("folds", "weights"):
        sys.exit(f"set WARDBEAT_DATA_DIR to a folder with mitdb/ and nstdb.npz\n{__doc__}")
    paths = list_records(Path(folder) / "mitdb")
    if words[0] == "weights":
        leads, noise = house_leads(paths), Noise(Path(folder))
        weights = fitted(leads, noise, seed=1000)
        Path(words[1]).write_text(module(weights))
        print(tested(leads, noise, weights))
        return
    first, second = Noise(Path(folder), 0.0, 0.5), Noise(Path(folder), 0.5, 1.0)
    for fold in range(FOLDS):
        left_out = paths[fold::FOLDS]
        weights = fitted(house_leads([path for path in paths if path not in left_out]), first, seed=10 * fold)
        names = ", ".join(path.name for path in left_out)
        print(f"{names}: {tested(house_leads(left_out), second, weights)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
