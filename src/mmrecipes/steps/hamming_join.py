"""All pairs of distinct 64-bit hashes that differ in few bits.

Hashes are cut into d + 2 bands. Two hashes that differ in at most d bits agree in at least two of them, so it is enough
to look among hashes that agree in two bands: for every two bands the bits are permuted so that these come first, and
the permuted hashes are sorted. Where more than a few agree (hashes of real pictures and template questions are far from
random) the same is done again with the bits that are left, so that the work stays near n log n whatever their
distribution. A pair is reported once, by the first two bands in which it agrees.

Covered: d from 0 to 8; memory of about five times the hashes. Not covered: hashes of other lengths.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from math import comb
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
LARGEST_DISTANCE = 8
_BITS = 64
_RUN = 64
"""A run of hashes that agree in two bands is cut further when it is longer than this times the number of ways to choose
two bands; below, comparing all with all costs less than sorting again in all those ways."""

AnyNumber = TypeVar("AnyNumber", np.int64, np.uint64)
Pairs = tuple[Hashes, Hashes]
Band = tuple[int, int]
"""First bit, counted from the highest, and length."""


def near_pairs(hashes: Hashes, distance: int) -> Pairs:
    """Every two of the distinct `hashes` that differ in at most `distance` bits, as two arrays of equal length; the
    smaller hash comes first, and pairs are in order."""
    if not 0 <= distance <= LARGEST_DISTANCE:
        raise ValueError(f"a distance of {distance} bits is not between 0 and {LARGEST_DISTANCE}")
    found = list(_joined(distinct(hashes), 0, distance)) if distance else []
    first = np.concatenate([np.minimum(a, b) for a, b in found] or [np.empty(0, np.uint64)])
    second = np.concatenate([np.maximum(a, b) for a, b in found] or [np.empty(0, np.uint64)])
    order = np.lexsort((second, first))
    return first[order], second[order]


def distinct(numbers: npt.NDArray[AnyNumber]) -> npt.NDArray[AnyNumber]:
    """The different numbers, in order: `np.unique` hashes them, which takes eighty times as long for ten million."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _joined(hashes: Hashes, agreed: int, distance: int) -> Iterator[Pairs]:
    """The near pairs among distinct hashes of which only those are compared that agree in the first `agreed` bits."""
    bands = _bands(agreed, distance + 2)
    for i, j in combinations(range(len(bands)), 2):
        permuted = _in_front(hashes, agreed, bands[i], bands[j])
        permuted.sort()
        for a, b in _within_runs(permuted, agreed + bands[i][1] + bands[j][1], distance):
            a, b = _put_back(a, agreed, bands[i], bands[j]), _put_back(b, agreed, bands[i], bands[j])
            earlier = [bands[k] for k in range(j) if k != i]
            first_found = np.all([(a ^ b) & _mask(*band) != 0 for band in earlier], axis=0) if earlier else slice(None)
            yield a[first_found], b[first_found]


def _bands(agreed: int, number: int) -> list[Band]:
    """The bits behind the agreed ones in `number` bands of nearly equal length."""
    edges = np.linspace(agreed, _BITS, number + 1).round().astype(int).tolist()
    return [(start, stop - start) for start, stop in pairwise(edges)]


def _within_runs(ordered: Hashes, agreed: int, distance: int) -> Iterator[Pairs]:
    """The near pairs among sorted hashes that agree in the first `agreed` bits."""
    same = (ordered[1:] ^ ordered[:-1]) < np.uint64(1 << (_BITS - agreed))
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    lengths = np.diff(starts, append=len(ordered))
    long = lengths > _RUN * comb(distance + 2, 2)
    if long.any() and agreed <= _BITS - 2 * (distance + 2):
        cut_further = np.repeat(long, lengths)
        yield from _joined(ordered[cut_further], agreed, distance)
        ordered = ordered[~cut_further]
        same = (ordered[1:] ^ ordered[:-1]) < np.uint64(1 << (_BITS - agreed))
    del starts, lengths
    place, ahead = np.flatnonzero(same), 1
    while len(place):
        near = np.bitwise_count(ordered[place] ^ ordered[place + ahead]) <= distance
        yield ordered[place[near]], ordered[place[near] + ahead]
        place = place[place + ahead < len(same)]
        place = place[same[place + ahead]]
        ahead += 1


def _in_front(hashes: Hashes, agreed: int, one: Band, other: Band) -> Hashes:
    """The hashes with two bands moved to directly behind the agreed bits."""
    moved = np.zeros_like(hashes)
    place = 0
    for start, length in _order(agreed, one, other):
        moved |= _moved(hashes, start, place, length)
        place += length
    return moved


def _put_back(hashes: Hashes, agreed: int, one: Band, other: Band) -> Hashes:
    """The inverse of `_in_front`."""
    back = np.zeros_like(hashes)
    place = 0
    for start, length in _order(agreed, one, other):
        back |= _moved(hashes, place, start, length)
        place += length
    return back


def _order(agreed: int, one: Band, other: Band) -> list[Band]:
    """All 64 bits as bands, in the order in which they are compared."""
    after_one, after_other = one[0] + one[1], other[0] + other[1]
    rest = [(agreed, one[0] - agreed), (after_one, other[0] - after_one), (after_other, _BITS - after_other)]
    return [band for band in ((0, agreed), one, other, *rest) if band[1]]


def _moved(hashes: Hashes, start: int, target: int, length: int) -> Hashes:
    band = hashes & _mask(start, length)
    return band << np.uint64(start - target) if start >= target else band >> np.uint64(target - start)


def _mask(start: int, length: int) -> np.uint64:
    return np.uint64(((1 << length) - 1) << (_BITS - start - length))


def as_column(hashed: int) -> int:
    """A 64-bit hash as the signed number that a key column holds."""
    return hashed - (1 << 64) if hashed >> 63 else hashed
