"""The fingerprint of a picture: perceptual hashes in views, the low frequencies of its luma, local features.

The low frequencies stand in for a copy-detection embedding and need no model: the 8x8 lowest of a discrete cosine
transform without the constant one, as signed roots, normalised, so that the product of two is their cosine.

Covered: all that a registry keeps of a picture besides the digest of its pixels; nothing of it shows the picture. Not
covered: comparing (see `image_match`), confirming (see `confirm`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.features import KEPT, SOUGHT, Features, features_of
from mmrecipes.steps.decontaminate.views import VIEWS, Picture, Pixels, small, trimmed
from mmrecipes.steps.image_hash import dhash, phash

Vector = npt.NDArray[np.float32]

FLAT = 4.0
"""A picture whose grey levels deviate by less than this has no perceptual hash."""
VIEW_SIDE, HASH_SIDE = 256, 64
"""Longer side in pixels at which views are taken, and side of the square in which they are hashed."""
_LOW = 8
LOW = _LOW**2 - 1
"""Numbers that the low frequencies are."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """pHash and dHash of one view; both 0 of a flat picture."""

    phash: int
    dhash: int


@dataclass(frozen=True)
class Print:
    """What is kept of a picture. `views` are by name; local features, which cost most, are looked for when needed."""

    views: dict[str, Hashed]
    low: Vector
    grey: Pixels
    sought: int

    @cached_property
    def features(self) -> Features:
        return features_of(self.grey, self.sought)

    @property
    def flat(self) -> bool:
        """Nothing stands out: only equal pixels say that two such pictures are the same."""
        return not any(h.phash for h in self.views.values())


def benchmark_print(picture: Picture) -> Print:
    """A picture of a benchmark, in all views."""
    return _print(picture.grey, tuple(VIEWS), KEPT)


def training_print(picture: Picture) -> Print:
    """A training picture, as it is and without borders."""
    return _print(picture.grey, ("identity", "trimmed"), SOUGHT)


def _print(grey: Pixels, names: tuple[str, ...], features: int) -> Print:
    seen, inner = small(grey, VIEW_SIDE), trimmed(grey)
    bare = seen if inner is grey else small(inner, VIEW_SIDE)
    views = {name: _hashed(bare if name == "trimmed" else VIEWS[name](seen)) for name in names}
    return Print(views, _low_frequencies(bare), grey, features)


def _hashed(grey: Pixels) -> Hashed:
    if float(grey.std()) < FLAT:
        return Hashed(0, 0)
    square = _square(grey, HASH_SIDE)
    return Hashed(phash(square), dhash(square))


def _low_frequencies(grey: Pixels) -> Vector:
    """63 numbers of length 1; all zero of a flat picture."""
    import cv2

    low: Any = cv2.dct(_square(grey, 32).astype(np.float32))[:_LOW, :_LOW].ravel()[1:]
    if float(np.linalg.norm(low)) / 32 < FLAT:
        return np.zeros(LOW, np.float32)
    rooted = np.sign(low) * np.sqrt(np.abs(low))
    return (rooted / np.linalg.norm(rooted)).astype(np.float32)


def _square(grey: Pixels, side: int) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(np.ascontiguousarray(grey), (side, side), interpolation=cv2.INTER_AREA), np.uint8)
