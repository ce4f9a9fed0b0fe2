"""What a threshold buys: the fewer answers are given, the more of them are right. A picture and a table."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.artifact import Temperatures
from classifier.engine import probabilities
from training.evaluate import Answers
from training.scores import confusion, f1
from training.sources import MASKED

CSV, PNG = "coverage.csv", "coverage.png"
THRESHOLDS = np.round(np.arange(0.0, 0.96, 0.05), 2)
Curve = list[tuple[float, float, float]]
"""Threshold, share of beats that are answered, mean F1 of the answered over the labels that occur."""


def curves(challenge: Answers, beats: Answers, temperatures: Temperatures) -> dict[str, Curve]:
    """One curve for each answer."""
    known = beats.true_class != MASKED
    return {
        "rhythm, live": curve(probabilities(challenge.live_rhythm, temperatures.rhythm), challenge.true_rhythm),
        "rhythm, settled": curve(probabilities(challenge.settled_rhythm, temperatures.rhythm), challenge.true_rhythm),
        "beat class": curve(probabilities(beats.live_class[known], temperatures.beat_class), beats.true_class[known]),
    }


def curve(chances: NDArray[np.float64], truth: NDArray[np.int64]) -> Curve:
    """From chances (n, k) and truth (n,); it ends at the last threshold that any answer reaches."""
    confidence, answer, count = chances.max(axis=1), chances.argmax(axis=1), chances.shape[1]
    points = []
    for threshold in THRESHOLDS:
        sure = confidence >= threshold
        if not sure.any():
            break
        scores = f1(confusion(truth[sure], answer[sure], count))
        points.append((float(threshold), float(sure.mean()), float(np.nanmean(scores))))
    return points


def write(curves: dict[str, Curve], folder: Path) -> None:
    """`CSV` and `PNG` in `folder`."""
    with (folder / CSV).open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["answer", "threshold", "coverage", "mean_f1"])
        writer.writerows(
            (name, *(round(value, 4) for value in point)) for name, points in curves.items() for point in points
        )
    _draw(curves, folder / PNG)


def _draw(curves: dict[str, Curve], path: Path) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415  (half a second, which only training needs)

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, points in curves.items():
        axes.plot([100 * share for _, share, _ in points], [score for _, _, score in points], "o-", ms=3, label=name)
        for threshold, share, score in points[::4]:
            axes.annotate(
                f"{threshold:.1f}", (100 * share, score), fontsize=7, xytext=(3, 3), textcoords="offset points"
            )
    axes.set_xlabel("beats that are answered, %  (small figures: threshold)")
    axes.set_ylabel("mean F1 of the answered")
    axes.invert_xaxis()
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)
