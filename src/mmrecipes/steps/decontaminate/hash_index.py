"""Near hashes looked up one at a time: multi-index hashing (Norouzi, Punjani and Fleet 2012).

A hash is cut into four bands of 16 bits. Of two hashes that differ in at most seven bits some band differs in at most
one, so it is enough to look at the hashes that have one of the 17 near values in a band. Covered: 64-bit hashes, a
fixed set that is looked up often. Not covered: all pairs of a set (see `steps/hamming_join`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

LARGEST_DISTANCE = 7
_BANDS, _BITS = 4, 16
_NEAR = np.array([0, *(1 << bit for bit in range(_BITS))], np.uint64)


class HashIndex:
    """Finds which of `hashes` are near. Hashes that are 0 stand for flat pictures and are never found."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        kept = np.flatnonzero(hashes).astype(np.int64)
        self._orders: list[Places] = []
        self._starts: list[Places] = []
        for band in range(_BANDS):
            values = _band(hashes[kept], band)
            order = np.argsort(values, kind="stable")
            self._orders.append(kept[order])
            self._starts.append(np.searchsorted(values[order], np.arange((1 << _BITS) + 1)))

    def near(self, wanted: int, distance: int) -> tuple[Places, Places]:
        """Places of the hashes that differ in at most `distance` bits, nearest first, and in how many they differ."""
        if not 0 <= distance <= LARGEST_DISTANCE:
            raise ValueError(f"a distance of {distance} bits is not between 0 and {LARGEST_DISTANCE}")
        if not wanted or not len(self.hashes):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        found: list[Places] = []
        for band in range(_BANDS):
            values = (_band(np.array([wanted], np.uint64), band) ^ _NEAR).astype(np.int64)
            starts, order = self._starts[band], self._orders[band]
            found += [order[starts[v] : starts[v + 1]] for v in values.tolist()]
        places = np.unique(np.concatenate(found))
        apart = np.bitwise_count(self.hashes[places] ^ np.uint64(wanted)).astype(np.int64)
        places, apart = places[apart <= distance], apart[apart <= distance]
        order = np.argsort(apart, kind="stable")
        return places[order], apart[order]


def _band(hashes: Hashes, band: int) -> Hashes:
    return (hashes >> np.uint64(band * _BITS)) & np.uint64((1 << _BITS) - 1)
