"""Claims about the join of near hashes; the oracle compares all with all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.steps import hamming_join
from mmrecipes.steps.hamming_join import as_column, near_pairs

Hashes = npt.NDArray[np.uint64]


def all_with_all(hashes: Hashes, distance: int) -> list[tuple[int, int]]:
    distinct = sorted(set(hashes.tolist()))
    return [
        (a, b) for i, a in enumerate(distinct) for b in distinct[i + 1 :] if (a ^ b).bit_count() <= distance
    ]  # fmt: skip


def joined(hashes: Hashes, distance: int) -> list[tuple[int, int]]:
    one, other = near_pairs(hashes, distance)
    return list(zip(one.tolist(), other.tolist(), strict=True))


def scattered(seed: int, count: int, free_bits: int) -> Hashes:
    """Hashes of which only some bits, anywhere, differ at all: the fewer, the more hashes share a band."""
    rng = np.random.default_rng(seed)
    free = sum(1 << int(b) for b in rng.permutation(64)[:free_bits])
    constant = int(rng.integers(0, 1 << 64, dtype=np.uint64)) & ~free
    return (rng.integers(0, 1 << 64, count, dtype=np.uint64) & np.uint64(free)) | np.uint64(constant)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(0, 120), st.sampled_from([6, 10, 14, 20, 40, 64]), st.integers(0, 8))
def test_the_join_finds_exactly_the_pairs_that_comparing_all_with_all_finds(
    seed: int, count: int, free_bits: int, distance: int
) -> None:
    hashes = scattered(seed, count, free_bits)
    assert joined(hashes, distance) == (all_with_all(hashes, distance) if distance else [])


@pytest.mark.parametrize("free_bits", [9, 16, 24])
def test_runs_that_are_cut_further_lose_no_pair_and_report_none_twice(
    free_bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hamming_join, "_RUN", 0)
    hashes = scattered(5, 400, free_bits)
    found = joined(hashes, 3)
    assert found == all_with_all(hashes, 3) and found


def test_hashes_planted_near_each_other_are_found_among_random_ones() -> None:
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 1 << 64, 100_000, dtype=np.uint64)
    planted: set[tuple[int, int]] = set()
    for i in range(500):
        flips = sum(1 << int(b) for b in rng.choice(64, 1 + i % 4, replace=False))
        near = int(hashes[i]) ^ flips
        hashes[50_000 + i] = near
        if 1 + i % 4 <= 3:
            planted.add((min(int(hashes[i]), near), max(int(hashes[i]), near)))
    found = set(joined(hashes, 3))
    assert planted <= found
    assert all((a ^ b).bit_count() <= 3 for a, b in found)


def test_repeated_hashes_are_one_hash() -> None:
    assert joined(np.array([7, 7, 7, 6, 6], np.uint64), 1) == [(6, 7)]


@pytest.mark.parametrize("distance", [-1, 9])
def test_a_distance_that_the_bands_cannot_serve_is_refused(distance: int) -> None:
    with pytest.raises(ValueError, match="not between 0 and 8"):
        near_pairs(np.array([1, 2], np.uint64), distance)


def test_a_hash_as_a_column_is_the_same_64_bits() -> None:
    for value in (0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        assert np.array([as_column(value)], np.int64).view(np.uint64)[0] == value
