"""How varied a set of vectors or labels is: pure functions.

effective rank: the exponential of the entropy of the covariance's eigenvalues, normalised to sum 1 (Roy and Vetterli,
2007, have it of singular values); participation ratio: (sum of eigenvalues)^2 / sum of their squares. Covered: vectors
in memory, labels. Not covered: making vectors of pictures (any embedder's will do).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


def spectrum(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The eigenvalues of the covariance of (n, d) vectors as shares of their sum, largest first; empty when all vectors
    are equal. Raises `ValueError` for less than two vectors or values that are not finite."""
    if vectors.ndim != 2 or len(vectors) < 2:
        raise ValueError(f"needs two vectors or more as rows of an array, not an array of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector has a value that is not finite")
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    squares = np.linalg.svd(centred, compute_uv=False) ** 2
    return squares / squares.sum() if squares.sum() > np.finfo(np.float64).tiny else np.empty(0)


def effective_rank(vectors: npt.NDArray[np.floating]) -> float:
    """From 1 (all on a line) to min(n - 1, d); 0 when all vectors are equal."""
    shares = spectrum(vectors)
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0


def participation_ratio(vectors: npt.NDArray[np.floating]) -> float:
    """From 1 to min(n - 1, d); 0 when all vectors are equal."""
    shares = spectrum(vectors)
    return float(1 / (shares**2).sum()) if len(shares) else 0.0


def label_entropy(labels: Iterable[str]) -> float:
    """The entropy of the labels in bits: 0 for a single one, log2(k) for k equally frequent ones."""
    counts = Counter(labels)
    return -sum(c / counts.total() * math.log2(c / counts.total()) for c in counts.values()) + 0.0
