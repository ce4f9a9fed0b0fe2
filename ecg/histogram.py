"""The histogram of NN intervals behind the triangular index, in bins of 1/128 s (Task Force 1996)."""

from collections.abc import Sequence

from ecg.rates import SAMPLE_RATE, to_samples

BINS_PER_SECOND = 128
"""The bin that the Task Force recommends, so that indices can be compared: 7.8125 ms."""
SHORTEST_NN, LONGEST_NN = to_samples(0.300), to_samples(2.000)
"""An interval outside is no NN interval (`ecg.nn`), so that the histogram needs no bin for it."""
BINS = LONGEST_NN * BINS_PER_SECOND // SAMPLE_RATE + 1


def bin_of(nn: int) -> int:
    """The bin of an interval of `nn` samples; bins begin at 0 s."""
    return nn * BINS_PER_SECOND // SAMPLE_RATE


def triangular_index(counts: Sequence[int]) -> float:
    """All intervals divided by those of the fullest bin. counts: `BINS` of them, not all zero."""
    return sum(counts) / max(counts)
