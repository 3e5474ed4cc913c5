"""The fingerprint of a picture: hash of its pixels, perceptual hashes in views, a descriptor, words of local features.

The descriptor is a stand-in for a copy-detection embedding that needs no model: the 8x8 lowest frequencies of the luma
and a layout of the colours (after the colour layout descriptor of MPEG-7), normalised, so that the product of two is
their cosine. Words are 20 bits of ORB descriptors, chosen three times (locality-sensitive hashing by sampling bits):
copies share many, also when cropped, turned or pasted into a larger picture.

Covered: all that a registry keeps of a picture; nothing of it shows the picture. Not covered: comparing (see
`image_match`), confirming (see `confirm`).
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.views import VIEWS, Pixels, grey_of, small, trimmed
from mmrecipes.steps.image_hash import dhash, phash

Vector = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint32]

FLAT = 4.0
"""A picture whose grey levels deviate by less than this has no perceptual hash."""
HASH_SIDE, FEATURE_SIDE = 256, 512
"""Longer side in pixels at which views are hashed, and at which local features are found."""
KEPT_FEATURES, SOUGHT_FEATURES = 64, 300
"""Strongest features kept of a benchmark's picture, and looked up of a training picture."""
_TABLES, _TABLE_BITS = 3, 20
_LUMA, _CHROMA = 8, 4


@dataclass(frozen=True, slots=True)
class Hashed:
    """pHash and dHash of one view; both 0 of a flat picture."""

    phash: int
    dhash: int


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a picture. `views` are by name; `words` are distinct."""

    pixels: bytes
    views: dict[str, Hashed]
    descriptor: Vector
    words: Words

    @property
    def flat(self) -> bool:
        """Nothing stands out: only equal pixels say that two such pictures are the same."""
        return not any(h.phash for h in self.views.values())


def pixel_digest(pixels: Pixels) -> bytes:
    """32 bytes (SHA-256) of size and RGB values: of what is seen, not of how it is encoded."""
    height, width = pixels.shape[:2]
    return hashlib.sha256(b"%dx%d:" % (width, height) + np.ascontiguousarray(pixels).tobytes()).digest()


def benchmark_print(pixels: Pixels) -> Print:
    """A picture of a benchmark, in all views."""
    return _print(pixels, tuple(VIEWS), KEPT_FEATURES)


def training_print(pixels: Pixels) -> Print:
    """A training picture, as it is and without borders."""
    return _print(pixels, ("identity", "trimmed"), SOUGHT_FEATURES)


def _print(pixels: Pixels, names: tuple[str, ...], features: int) -> Print:
    low, inner = small(pixels, HASH_SIDE), trimmed(pixels)
    bare = low if inner.shape == pixels.shape else small(inner, HASH_SIDE)
    sights = {name: bare if name == "trimmed" else VIEWS[name](low) for name in names}
    return Print(
        pixels=pixel_digest(pixels),
        views={name: _hashed(sight) for name, sight in sights.items()},
        descriptor=descriptor(bare),
        words=feature_words(grey_of(small(pixels, FEATURE_SIDE)), features),
    )


def _hashed(pixels: Pixels) -> Hashed:
    grey = grey_of(pixels)
    if float(grey.std()) < FLAT:
        return Hashed(0, 0)
    return Hashed(phash(grey), dhash(grey))


def descriptor(pixels: Pixels) -> Vector:
    """About ninety numbers of length 1: luma frequencies, colour layout; all zero of a flat picture."""
    import cv2

    even = np.ascontiguousarray(small(pixels, 64))
    colours = cv2.cvtColor(cv2.resize(even, (32, 32), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)
    planes = [np.asarray(cv2.dct(colours[:, :, c].astype(np.float32))) for c in range(3)]
    luma = planes[0][:_LUMA, :_LUMA].ravel()[1:]
    if float(np.linalg.norm(luma)) / 32 < FLAT:
        return np.zeros(_LUMA**2 - 1 + 2 * _CHROMA**2, np.float32)
    chroma = np.concatenate([p[:_CHROMA, :_CHROMA].ravel() for p in planes[1:]])
    chroma[[0, _CHROMA**2]] -= 32 * 128
    chroma *= 0.5
    together = np.concatenate([luma, chroma]).astype(np.float32)
    together = np.sign(together) * np.sqrt(np.abs(together))
    return (together / np.linalg.norm(together)).astype(np.float32)


def feature_words(grey: Pixels, features: int) -> Words:
    """Distinct words of the strongest local features."""
    _, described = features_of(grey, features)
    if described is None:
        return np.empty(0, np.uint32)
    bits = np.unpackbits(described, axis=1)
    powers = np.uint32(1) << np.arange(_TABLE_BITS, dtype=np.uint32)
    words = [
        (bits[:, chosen].astype(np.uint32) * powers).sum(axis=1, dtype=np.uint32) | np.uint32(table << _TABLE_BITS)
        for table, chosen in enumerate(_chosen_bits())
    ]
    return np.unique(np.concatenate(words))


def features_of(grey: Pixels, count: int) -> tuple[Any, npt.NDArray[np.uint8] | None]:
    """ORB key points and their descriptors (n, 32), the strongest `count`; None where there is none."""
    import cv2

    return cv2.ORB.create(nfeatures=count, fastThreshold=10).detectAndCompute(np.ascontiguousarray(grey), None)  # type: ignore[call-overload, return-value]


@functools.cache
def _chosen_bits() -> tuple[npt.NDArray[np.int64], ...]:
    """Which bits of a descriptor make the word of each table: fixed, as registries are kept."""
    order = np.random.default_rng(20).permutation(256)
    return tuple(order[t * _TABLE_BITS : (t + 1) * _TABLE_BITS] for t in range(_TABLES))
