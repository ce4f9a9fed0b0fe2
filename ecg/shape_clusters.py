"""Beats of one shape: clusters by correlation, over a whole recording, future and past alike.

A beat belongs to the cluster whose mean it resembles most, if it does at `ALIKE` or more; else it founds one of its
own. Means are then taken of all that belong, and all beats asked once more. The largest cluster is the first.
"""

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.92
"""Correlation of two shapes of one kind."""
MOST = 40
"""Clusters; what resembles none of so many stands alone."""
AT_ONCE = 4000
NONE = -1


def clusters(cuts: NDArray[np.float32]) -> NDArray[np.int16]:
    """The cluster of each beat. cuts: (n, m) mV around the R peaks, NaN where samples are missing: `NONE` then, and for
    what stands alone.
    """
    shapes, whole = _unit(cuts)
    labels = np.full(len(cuts), NONE, np.int16)
    if not whole.any():
        return labels
    leaders = _founders(shapes[whole])
    for _ in range(2):
        labels[whole] = _nearest(shapes[whole], leaders)
        leaders = _means(shapes[whole], labels[whole], len(leaders))
    return _by_size(labels)


def mean_shapes(cuts: NDArray[np.float32], labels: NDArray[np.int16]) -> list[NDArray[np.float32]]:
    """The mean of each cluster, mV."""
    return [np.mean(cuts[labels == label], axis=0) for label in range(int(labels.max(initial=NONE)) + 1)]


def _unit(cuts: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Without their level and height; which of them are whole and not flat."""
    centred = cuts - cuts.mean(axis=1, keepdims=True)
    length = np.sqrt((centred * centred).sum(axis=1, keepdims=True))
    whole: NDArray[np.bool_] = np.isfinite(length[:, 0]) & (length[:, 0] > 0)
    return np.divide(centred, length, out=np.zeros_like(centred), where=whole[:, None]), whole


def _founders(shapes: NDArray[np.float32]) -> NDArray[np.float32]:
    leaders = np.zeros((0, shapes.shape[1]), np.float32)
    for first in range(0, len(shapes), AT_ONCE):
        left = shapes[first : first + AT_ONCE]
        left = left[(left @ leaders.T).max(axis=1, initial=NONE) < ALIKE]
        while len(left) and len(leaders) < MOST:
            leaders = np.concatenate((leaders, left[:1]))
            left = left[left @ left[0] < ALIKE]
    return leaders


def _nearest(shapes: NDArray[np.float32], leaders: NDArray[np.float32]) -> NDArray[np.int16]:
    found = np.empty(len(shapes), np.int16)
    for first in range(0, len(shapes), AT_ONCE):
        like = shapes[first : first + AT_ONCE] @ leaders.T
        best = like.argmax(axis=1)
        found[first : first + AT_ONCE] = np.where(like.max(axis=1) >= ALIKE, best, NONE)
    return found


def _means(shapes: NDArray[np.float32], labels: NDArray[np.int16], count: int) -> NDArray[np.float32]:
    means = np.stack([shapes[labels == label].sum(axis=0) for label in range(count)])
    return _unit(means.astype(np.float32))[0]


def _by_size(labels: NDArray[np.int16]) -> NDArray[np.int16]:
    known, counts = np.unique(labels[labels >= 0], return_counts=True)
    order = known[np.argsort(-counts, kind="stable")]
    names = np.full(int(labels.max(initial=0)) + 2, NONE, np.int16)
    names[order] = np.arange(len(order))
    return names[labels]  # NONE is the last name, and stays
