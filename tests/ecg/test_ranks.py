import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg.ranks import median, ranked

few = st.lists(st.one_of(st.integers(-3, 3).map(float), st.floats(-1e3, 1e3)), min_size=1, max_size=60)


@given(values=few, share=st.floats(0, 0.999))
def test_a_rank_is_what_sorting_finds_there_and_nothing_is_moved(values: list[float], share: float) -> None:
    given_values, rank = np.array(values), int(share * len(values))
    assert ranked(given_values, rank) == np.sort(values)[rank]
    assert given_values.tolist() == values


@given(values=few)
def test_the_median_is_numpys(values: list[float]) -> None:
    assert median(np.array(values)) == np.median(values)
