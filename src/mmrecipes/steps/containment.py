"""Whether a text is a copy of a passage: the share of it that some stretch of the source holds, in order.

Covered: exact edit distance to the best stretch of the source (Sellers' algorithm), white space folded. Not covered:
paraphrase (that is what it is meant to refuse), passages put together from several places.
"""

from __future__ import annotations

import unicodedata

import numpy as np

LONGEST = 20_000
"""Characters of a text or source that are looked at; what is longer is not contained."""


def folded(text: str) -> str:
    """The text with every run of white space as one blank, in Unicode's composed form."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def containment(text: str, source: str) -> float:
    """1 when the source holds the text, 0 when nothing of it is there: 1 - edits / length, for the stretch of the
    source that needs the fewest edits. An empty text is contained nowhere (0)."""
    needle, hay = folded(text), folded(source)
    if not needle or max(len(needle), len(hay)) > LONGEST:
        return 0.0
    if needle in hay:
        return 1.0
    return max(0.0, 1 - _edits(needle, hay) / len(needle))


def _edits(needle: str, hay: str) -> int:
    """The fewest edits that turn the needle into some stretch of the hay."""
    letters = np.frombuffer(hay.encode("utf-32-le"), np.uint32)
    steps = np.arange(len(letters) + 1, dtype=np.int32)
    row = np.zeros(len(letters) + 1, np.int32)
    for letter in needle:
        below = row + 1
        below[1:] = np.minimum(below[1:], row[:-1] + (letters != ord(letter)))
        # a letter of the hay skipped costs one more than its left neighbour
        row = np.minimum.accumulate(below - steps) + steps
    return int(row.min())
