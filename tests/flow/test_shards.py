from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.canvas.encode import encode
from mmrecipes.core.errors import WorldError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.interpret import Passage
from mmrecipes.flow.shards import FULL_SIZE, LARGE_PART, LARGE_SIZE, Shard, ShardWriter, next_shard


def tiles(size: int, large: bool) -> list[Shard]:
    found: list[Shard] = []
    while (one := next_shard("s", found[-1] if found else None, size, large)) is not None:
        found.append(one)
    return found


@given(st.integers(0, 9000), st.booleans())
def test_shards_tile_a_stratum_of_any_size_exactly_once(size: int, large: bool) -> None:
    shards = tiles(size, large)
    assert [s.number for s in shards] == list(range(len(shards)))
    assert [s.start for s in shards] == [0, *(s.stop for s in shards)][: len(shards)]
    assert (shards[-1].stop if shards else 0) == size and all(s.start < s.stop for s in shards)


@given(st.integers(0, 60), st.integers(1, 2000))
def test_a_shard_is_the_same_whatever_the_size_unless_it_is_the_last(number: int, size: int) -> None:
    endless = None
    for _ in range(number + 1):
        endless = next_shard("s", endless)
    assert endless is not None
    cut = dict(enumerate(tiles(size, large=False))).get(number)
    if cut is not None and cut.stop < size:
        assert cut == endless


@given(st.integers(0, 100_000))
def test_large_shards_are_many_times_fewer_and_the_last_ones_are_small(size: int) -> None:
    shards = tiles(size, large=True)
    rows = [s.stop - s.start for s in shards]
    assert all(r <= LARGE_SIZE for r in rows)
    assert all(r <= max(FULL_SIZE, (size - s.start) // LARGE_PART) for s, r in zip(shards, rows, strict=True))
    assert len(shards) <= 6 + size / LARGE_SIZE + 5 * LARGE_PART


def test_a_picture_that_finds_the_disk_full_says_so_and_what_to_do(tmp_path: Path) -> None:
    picture = encode(np.zeros((40, 40, 3), np.uint8), "png")
    with Path("/dev/full").open("wb", buffering=0) as full:
        writer = ShardWriter(tmp_path / "00" / "s", (0, "s"), full, {})
        with pytest.raises(WorldError, match="the disk is full: free some space and run the same command again"):
            writer.add(0, Passage(kept=[Sample(id="s/0", images=(picture,))]))
    assert not writer.samples
