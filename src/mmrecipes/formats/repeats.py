"""Which texts occurred before, among many millions: 8 bytes of memory each.

Covered: ids of samples and rows. Not covered: certainty; two of ten million different texts are taken for one with a
probability of 3 in a million (64-bit hashes, the birthday bound n²/2⁶⁵).
"""

from __future__ import annotations

import numpy as np

RECENT = 1 << 18
"""Hashes that are kept in a set before they go to the sorted ones."""


class Repeats:
    """Texts by their hash."""

    def __init__(self) -> None:
        self._recent = set[int]()
        self._sorted = np.empty(0, np.int64)

    def seen(self, text: str) -> bool:
        """Whether this was asked for the same text before."""
        key = hash(text)
        place = int(np.searchsorted(self._sorted, key)) if len(self._sorted) else 0
        if key in self._recent or (place < len(self._sorted) and self._sorted[place] == key):
            return True
        self._recent.add(key)
        if len(self._recent) >= RECENT:
            self._sorted = np.sort(np.concatenate((self._sorted, np.fromiter(self._recent, np.int64))))
            self._recent.clear()
        return False
