"""The ledger counts as a set of samples would."""

from hypothesis import given
from hypothesis import strategies as st

from db.extent import Extent

STRETCHES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=25)


@given(STRETCHES)
def test_an_extent_counts_as_a_set_of_samples(arrivals: list[tuple[int, int]]) -> None:
    extent, there, late, repeated = Extent(0, ()), set[int](), 0, 0
    for start, end in arrivals:
        came = set(range(start, end))
        newest = max(there, default=-1)
        late += len({sample for sample in came - there if sample < newest})
        repeated += len(came & there)
        fresh = extent.receive(start, end)
        assert {sample for a, b in fresh for sample in range(a, b)} == came - there
        assert sum(b - a for a, b in fresh) == len(came - there)
        there |= came
        missing = set(range(extent.until)) - there
        assert {sample for a, b in extent.holes for sample in range(a, b)} == missing
        assert sum(b - a for a, b in extent.holes) == len(missing)
    assert (extent.late, extent.repeated, extent.until) == (late, repeated, max(there, default=-1) + 1)


def test_an_extent_goes_on_from_what_is_known() -> None:
    extent = Extent(100, [(20, 30), (50, 60)])
    assert extent.receive(25, 55) == [(25, 30), (50, 55)]
    assert extent.holes == [(20, 25), (55, 60)]
    assert (extent.late, extent.repeated) == (10, 20)
