"""Scores from confusion counts and probabilities; pure."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def confusion(truth: NDArray[np.int64], answer: NDArray[np.int64], classes: int) -> Counts:
    """Counts (classes, classes): rows are the truth, columns the answer."""
    counts: Counts = np.bincount(truth * classes + answer, minlength=classes * classes).reshape(classes, classes)
    return counts


def f1(counts: Counts) -> NDArray[np.float64]:
    """F1 of each class; NaN for a class that neither occurs nor is answered."""
    total = counts.sum(axis=0) + counts.sum(axis=1)
    return _share(2 * np.diag(counts), total)


def sensitivity(counts: Counts) -> NDArray[np.float64]:
    """Share of each class that was found; NaN for a class that does not occur."""
    return _share(np.diag(counts), counts.sum(axis=1))


def predictivity(counts: Counts) -> NDArray[np.float64]:
    """Share of each answer that is right; NaN for a class that is never answered."""
    return _share(np.diag(counts), counts.sum(axis=0))


def calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.int64], bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017): mean gap between confidence and accuracy over equal bins."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))


def fit_temperature(log_odds: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """The temperature between 0.2 and 5 under which the truth is likeliest."""
    grid = np.geomspace(0.2, 5.0, 161)
    return float(grid[np.argmin([_surprise(log_odds / temperature, truth) for temperature in grid])])


def _surprise(log_odds: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    shifted = log_odds - log_odds.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return float((np.log(np.exp(shifted).sum(axis=1)) - chosen).mean())


def _share(part: Counts, whole: Counts) -> NDArray[np.float64]:
    share: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share
