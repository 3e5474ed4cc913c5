"""What two texts are compared by: folded text, shingles, SimHash, MinHash with bands, Jaccard overlap.

Units are words; of Chinese, Japanese, Korean and Thai every character is one.
Shingles are three units in a row. SimHash (Charikar 2002): 64 bits, each the sign of the sum over shingles of their
hash's bit times how often they occur. MinHash (Broder 1997): per permutation the smallest hash of the shingles; the
share of equal places estimates the Jaccard overlap of two shingle sets with standard error sqrt(J (1 - J) / n). All
hashes are the same on every machine.

Not covered: synonyms, translations, other word orders.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import cache

import numpy as np
import numpy.typing as npt

from mmrecipes.core.text import is_unspaced, normalised

PERMUTATIONS = 128
Signature = npt.NDArray[np.uint32]
"""The smallest hash under each permutation: (PERMUTATIONS,)."""

_PLACEHOLDER = re.compile(r"<\|?/?(?:image|img|video)(?:here|pad|[_ -]?\d+)?\|?>", re.IGNORECASE)
_MEANT = frozenset("%/*&@#")
"""Punctuation by Unicode's classes that carries meaning in a question."""


def folded(text: str) -> str:
    """The text in the form in which instructions are compared: compatibility forms resolved, lower case, placeholders
    of pictures removed, punctuation and blanks folded to one blank. Option letters, numbers with their signs, points
    and commas, and the signs of mathematics stay. Blanks stand around every character of a script without blanks."""
    plain = unicodedata.normalize("NFKC", normalised(_PLACEHOLDER.sub(" ", text))).casefold()
    return " ".join("".join(_folded(plain, i, c) for i, c in enumerate(plain)).split())


def _folded(text: str, place: int, character: str) -> str:
    if character.isalnum() or character in _MEANT:
        return f" {character} " if not character.isascii() and is_unspaced(character) else character
    if not unicodedata.category(character).startswith(("P", "C")):
        return character
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if after.isdigit() and (before.isdigit() if character in ".,:" else character == "-"):
        return character
    return "" if character in "'’" and before.isalpha() and after.isalpha() else " "


def units(text: str) -> list[str]:
    """Words of a folded text, or its characters in scripts without blanks."""
    return text.split()


def shingles(text: str) -> Counter[int]:
    """64-bit hashes of three units in a row, and how often each occurs; a shorter text is one shingle."""
    said = units(text)
    return Counter(_hash(" ".join(said[i : i + 3])) for i in range(max(1, len(said) - 2)))


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def simhash(text: str) -> int:
    """The 64-bit SimHash of a folded text."""
    weights = shingles(text)
    bits = np.unpackbits(np.array(list(weights), ">u8").view(np.uint8)).reshape(-1, 64)
    votes = np.array(list(weights.values())) @ (2 * bits.astype(np.int32) - 1)
    return int.from_bytes(np.packbits(votes > 0).tobytes(), "big")


def minhash(text: str) -> Signature:
    """The MinHash signature of a folded text."""
    grams = np.fromiter(shingles(text), np.uint64)
    factors, shifts = _permutations()
    return ((grams[:, None] * factors + shifts) >> np.uint64(32)).min(axis=0).astype(np.uint32)


@cache
def _permutations() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Odd factors and shifts of the multiply-shift hash (Dietzfelbinger 1996), from hashes of the numbers."""
    drawn = np.array([_hash(f"permutation {i}") for i in range(2 * PERMUTATIONS)], np.uint64)
    return drawn[:PERMUTATIONS] | np.uint64(1), drawn[PERMUTATIONS:]


def estimated_overlap(one: Signature, other: Signature) -> float:
    """The Jaccard overlap of two texts' shingles, estimated from their signatures."""
    return float((one == other).mean())


def rows_per_band(threshold: float, recall: float = 0.995) -> int:
    """The most rows a band may have so that two texts with this overlap share a band with at least this probability
    (1 - (1 - s^rows)^bands)."""
    if not 0 < threshold <= 1:
        raise ValueError(f"an overlap of {threshold} is not between 0 and 1")
    fitting = [r for r in range(1, PERMUTATIONS + 1) if _caught(threshold, r) >= recall]
    return max(fitting, default=1)


def _caught(overlap: float, rows: int) -> float:
    return 1 - (1 - overlap**rows) ** (PERMUTATIONS // rows)


def band_keys(signature: Signature, rows: int) -> npt.NDArray[np.uint64]:
    """One 64-bit key per band of `rows` places: (PERMUTATIONS // rows,)."""
    bands = signature[: len(signature) // rows * rows].reshape(-1, rows)
    return np.array([int.from_bytes(hashlib.blake2b(b.tobytes(), digest_size=8).digest(), "little") for b in bands],
                    np.uint64)  # fmt: skip


def overlap(one: frozenset[int] | frozenset[str], other: frozenset[int] | frozenset[str]) -> float:
    """Jaccard overlap of two sets; 1 when both are empty."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def token_overlap(one: str, other: str) -> float:
    """Jaccard overlap of the units of two folded texts, 0 to 1."""
    return overlap(frozenset(units(one)), frozenset(units(other)))
