"""Perceptual hashes of pictures: pHash, dHash, and what is needed to confirm that two pictures are the same.

pHash: grey, 32x32, two-dimensional DCT-II, the 8x8 lowest frequencies. Each of the 63 coefficients without the constant
one gives a bit: 1 where it is above their median. The bit of the constant term, first of the 64, is always 1, as it is
wherever that term takes part in the comparison: so hashes equal those of the common definition, row by row, highest bit
first. A flat picture has no structure that a hash could hold; it is marked, and its hash is 0, so that all flat
pictures are candidates of each other and the thumbnail decides. dHash: 9x8 grey, 1 where a pixel is brighter than its
left neighbour.

Covered: hashing, the thumbnail (64x64 grey) and its comparison. Not covered: turned, mirrored or cropped copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from mmrecipes.core.image import Image

Grey = npt.NDArray[np.uint8]
"""Grey pixels, (H, W)."""

THUMBNAIL = 64
"""Side of the thumbnail in pixels."""
FLAT_ENERGY = 2.0
"""A picture whose low frequencies deviate from the mean by less than this (root mean square, grey levels) is flat:
noise of the encoding alone would set the bits of its hash."""
MAX_MEAN_DIFFERENCE = 6.0
"""Grey levels of 255 by which the thumbnails of one picture may differ on average."""
MAX_PART_DIFFERENCE = 12.0
"""Grey levels by which the means of a part (one of 8x8, each 8x8 pixels of a thumbnail) may differ. A bar of a chart
that is a fiftieth higher hardly shows in the average over the picture; saving again as JPEG of quality 50 moves parts
by 1, scaling by 5 % by up to 8."""
_SIDE, _LOW, _PART = 32, 8, 8


@dataclass(frozen=True, slots=True)
class ImageHash:
    """What one picture is compared by: `phash` (64 bit, 0 for a flat picture), `energy` (grey levels, root mean square
    of the low frequencies) and `thumbnail` (64x64 grey pixels, row by row)."""

    phash: int
    energy: float
    thumbnail: bytes

    @property
    def flat(self) -> bool:
        """Nothing in the picture stands out: equal hashes say nothing."""
        return self.energy < FLAT_ENERGY


def image_hash(image: Image) -> ImageHash:
    """The hash of an image, from its grey pixels (of a JPEG decoded at reduced size)."""
    grey = image.grey()
    low = _low_frequencies(grey)
    energy = _energy(low)
    thumbnail = _scaled(grey, THUMBNAIL).astype(np.uint8).tobytes()
    return ImageHash(0 if energy < FLAT_ENERGY else _bits(low), energy, thumbnail)


def phash(grey: Grey) -> int:
    """The 64-bit pHash of grey pixels, or 0 when they are flat."""
    low = _low_frequencies(grey)
    return 0 if _energy(low) < FLAT_ENERGY else _bits(low)


def dhash(grey: Grey) -> int:
    """The 64-bit dHash of grey pixels: row by row, highest bit first."""
    from PIL import Image as Pil

    small = np.asarray(Pil.fromarray(grey).resize((9, 8), Pil.Resampling.LANCZOS))
    return _packed(small[:, 1:] > small[:, :-1])


def hamming(one: int, other: int) -> int:
    """In how many bits two hashes differ."""
    return (one ^ other).bit_count()


def same_pictures(one: bytes, other: bytes) -> bool:
    """Whether two rows of thumbnails, one behind the other, show the same pictures."""
    if one == other or len(one) != len(other):
        return one == other
    a, b = (np.frombuffer(t, np.uint8).astype(np.int16).reshape(-1, THUMBNAIL**2) for t in (one, other))
    if not (np.abs(a - b).mean(axis=1) <= MAX_MEAN_DIFFERENCE).all():
        return False
    return bool((np.abs(part_means(one) - part_means(other)) <= MAX_PART_DIFFERENCE).all())


def part_means(thumbnails: bytes) -> npt.NDArray[np.float32]:
    """(pictures, 64): the mean grey level of each part of thumbnails that lie one behind the other."""
    pixels = np.frombuffer(thumbnails, np.uint8).reshape(-1, _PART, THUMBNAIL // _PART, _PART, THUMBNAIL // _PART)
    return pixels.mean(axis=(2, 4), dtype=np.float32).reshape(len(pixels), _PART**2)


def _scaled(grey: Grey, side: int) -> npt.NDArray[np.float32]:
    """The picture at `side` x `side` by Lanczos' filter, first along the rows, with grey levels rounded after each
    pass: what the common image library computes, in a third of its time."""
    height, width = grey.shape
    rows = _levels(grey.astype(np.float32) @ _lanczos(width, side).T)
    return _levels(_lanczos(height, side) @ rows)


def _levels(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Whole grey levels, in place."""
    np.rint(values, out=values)
    return np.minimum(np.maximum(values, 0, out=values), 255, out=values)


@lru_cache(512)
def _lanczos(size: int, side: int) -> npt.NDArray[np.float32]:
    """(side, size): the weights of `size` pixels in each of `side`."""
    scale = size / side
    reach = max(1.0, scale)
    x = (np.arange(size)[None, :] + 0.5 - (np.arange(side)[:, None] + 0.5) * scale) / reach
    weights = np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _low_frequencies(grey: Grey) -> npt.NDArray[np.float64]:
    """The 8x8 lowest coefficients of the orthonormal DCT-II of the 32x32 picture; [0, 0] is the constant one."""
    basis = _basis()
    return basis @ _scaled(grey, _SIDE).astype(np.float64) @ basis.T


@cache
def _basis() -> npt.NDArray[np.float64]:
    frequency, place = np.arange(_LOW)[:, None], np.arange(_SIDE)[None, :]
    basis = np.cos(np.pi * frequency * (2 * place + 1) / (2 * _SIDE)) * np.sqrt(2 / _SIDE)
    basis[0] /= np.sqrt(2)
    return basis


def _energy(low: npt.NDArray[np.float64]) -> float:
    """By Parseval the root mean square deviation, in grey levels, of the picture made of these frequencies alone."""
    return float(np.sqrt((low**2).sum() - low[0, 0] ** 2) / _SIDE)


def _bits(low: npt.NDArray[np.float64]) -> int:
    others = low.ravel()[1:]
    above = low > np.partition(others, len(others) // 2)[len(others) // 2]
    above[0, 0] = True
    return _packed(above)


def _packed(bits: npt.NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
