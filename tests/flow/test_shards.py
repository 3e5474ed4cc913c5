from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.flow.shards import shard


@given(st.integers(0, 700))
def test_shards_tile_a_stratum_of_any_size_exactly_once(size: int) -> None:
    covered: list[int] = []
    number = 0
    while (one := shard("s", number, size)) is not None:
        covered.extend(range(one.start, one.stop))
        number += 1
    assert covered == list(range(size))


@given(st.integers(0, 60), st.integers(1, 2000))
def test_a_shard_is_the_same_whatever_the_size_unless_it_is_the_last(number: int, size: int) -> None:
    endless, cut = shard("s", number), shard("s", number, size)
    assert endless is not None
    if cut is not None and cut.stop < size:
        assert cut == endless
