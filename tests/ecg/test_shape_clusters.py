"""Beats of one shape are found together, whatever their height and level."""

import numpy as np

from ecg.shape_clusters import NONE, clusters, mean_shapes


def test_two_shapes_in_noise_are_two_clusters_the_larger_first() -> None:
    rng = np.random.default_rng(3)
    time = np.linspace(-1, 1, 40)
    narrow, wide = (
        np.exp(-((time / 0.1) ** 2)),
        np.exp(-((time / 0.4) ** 2)) - 0.8 * np.exp(-(((time - 0.6) / 0.2) ** 2)),
    )
    kinds = rng.random(5000) < 0.2
    cuts = np.where(kinds[:, None], wide, narrow) * rng.uniform(0.5, 2, (5000, 1)) + rng.normal(0, 1, (5000, 1))
    cuts += rng.normal(0, 0.02, cuts.shape)
    cuts[7] = np.nan
    cuts[8] = 1.0
    beats = cuts.astype(np.float32)
    labels = clusters(beats)
    assert labels[7] == labels[8] == NONE
    known = np.delete(np.arange(5000), [7, 8])
    assert np.array_equal(labels[known] == 1, kinds[known])
    assert np.array_equal(labels[known] == 0, ~kinds[known])
    mean = mean_shapes(beats, labels)[1].astype(np.float64)
    assert np.asarray(np.corrcoef(np.stack((mean, wide))))[0, 1] > 0.99


def test_a_recording_without_beats_has_none() -> None:
    assert len(clusters(np.zeros((0, 40), np.float32))) == 0
