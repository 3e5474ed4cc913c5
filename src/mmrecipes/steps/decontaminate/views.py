"""Pictures as they are compared: every frame, transparency on white and on black, and views that undo what copies do.

Covered: EXIF orientation, animations, transparency; mirrored, turned, without borders, centre crop. A border is what
keeps the colour of the outermost row or column. Most pictures are looked at in grey at reduced size only; their colours
are decoded when something is to be compared with them. Not covered: other crops and small turns, which are found by
local features (see `features`).
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.image import MAX_PIXELS, Image

Pixels = npt.NDArray[np.uint8]
"""(H, W, 3) RGB, or (H, W) grey where that is said."""

GREY_SIDE = 512
"""Longer side in pixels of the grey picture in which local features are found."""
BORDER_TOLERANCE = 18
"""Levels of 255 within which a row or column belongs to the border."""
LEAST_LEFT = 0.3
"""A border is not taken for one when less than this share of a side would be left."""
CENTRE = 0.9
_BORDERS, _ROWS, _SPECKS = 8, 16, 0.02
"""Borders around each other (at reduced size a mixed row between two is one more), rows looked at together, share of a
row that may be off."""


class Picture:
    """One thing that an image looks like. Raises `OSError` or `ValueError` when its pixels are asked for and cannot be
    decoded."""

    def __init__(self, size: tuple[int, int], pixels: Callable[[], Pixels], grey: Callable[[], Pixels]) -> None:
        self.size, self._pixels, self._grey = size, pixels, grey
        """Width and height."""

    @classmethod
    def of(cls, pixels: Pixels) -> Picture:
        """A picture that is decoded."""
        return cls((pixels.shape[1], pixels.shape[0]), lambda: pixels, lambda: grey_of(small(pixels, GREY_SIDE)))

    @cached_property
    def pixels(self) -> Pixels:
        """(H, W, 3) RGB."""
        return self._pixels()

    @cached_property
    def grey(self) -> Pixels:
        """(H, W), at most `GREY_SIDE` pixels on the longer side."""
        return small(self._grey(), GREY_SIDE)

    @cached_property
    def digest(self) -> bytes:
        """32 bytes (SHA-256) of size and RGB values: of what is seen, not of how it is encoded."""
        return hashlib.sha256(b"%dx%d:" % self.size[::-1] + np.ascontiguousarray(self.pixels).tobytes()).digest()


def pictures_of(image: Image, original: bytes | None = None) -> Iterator[Picture]:
    """What an image looks like: itself; and of the `original` bytes it was made from (where it was not kept as it was)
    the further frames, and whatever is transparent on black instead of white.

    Raises `OSError` or `ValueError` when it cannot be decoded.
    """
    yield Picture(image.size, image.decode, lambda: _grey(image))
    if original is not None:
        yield from map(Picture.of, _others(original))


def _grey(image: Image) -> Pixels:
    """Grey at reduced size, but not below `GREY_SIDE`; a JPEG is decoded at that size."""
    from PIL import Image as Pil

    longer = max(image.size)
    with Pil.open(io.BytesIO(image.data)) as im:
        im.draft("L", (image.width * GREY_SIDE // longer, image.height * GREY_SIDE // longer))
        return np.asarray(im.convert("L"))


def _others(original: bytes) -> Iterator[Pixels]:
    from PIL import Image as Pil
    from PIL import ImageOps, ImageSequence

    with Pil.open(io.BytesIO(original)) as im:
        room = MAX_PIXELS // (im.width * im.height)
        for number, frame in enumerate(ImageSequence.Iterator(im)):
            if number > room:
                return
            upright = ImageOps.exif_transpose(frame)
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            if clear and _seen_through(upright):
                yield from _laid(upright, whites=number > 0)
            elif number > 0:
                yield np.asarray(upright.convert("RGB"))


def _seen_through(im: Any) -> bool:
    return im.convert("RGBA").getextrema()[3][0] < 255


def _laid(im: Any, whites: bool) -> Iterator[Pixels]:
    from PIL import Image as Pil

    rgba = im.convert("RGBA")
    for level in (255, 0) if whites else (0,):
        ground = Pil.new("RGBA", rgba.size, (level, level, level, 255))
        yield np.asarray(Pil.alpha_composite(ground, rgba).convert("RGB"))


def trimmed(pixels: Pixels) -> Pixels:
    """Without its borders (RGB or grey), also several around each other; the same pixels when it has none."""
    top, bottom, left, right = inside(pixels)
    return pixels if (bottom - top, right - left) == pixels.shape[:2] else pixels[top:bottom, left:right]


def inside(pixels: Pixels) -> tuple[int, int, int, int]:
    """What lies within the borders: (top, bottom, left, right)."""
    top, left = 0, 0
    bottom, right = pixels.shape[:2]
    for _ in range(_BORDERS):
        rows = _inner(pixels[top:bottom, left:right])
        columns = _inner(pixels[top + rows[0] : top + rows[1], left:right].swapaxes(0, 1))
        found = (top + rows[0], top + rows[1], left + columns[0], left + columns[1])
        if found == (top, bottom, left, right):
            break
        top, bottom, left, right = found
    return top, bottom, left, right


def _inner(pixels: Pixels) -> tuple[int, int]:
    """The rows between the borders."""
    height = len(pixels)
    first, last = _border(pixels), _border(pixels[::-1])
    return (first, height - last) if height - first - last >= LEAST_LEFT * height else (0, height)


def _border(pixels: Pixels) -> int:
    """How many rows from the top have the colour of the first."""
    colour = np.median(pixels[0], axis=0).astype(np.int16)
    ends = (0, 1, *range(_ROWS, len(pixels), _ROWS), len(pixels))  # mostly, the first row says that there is none
    for start, stop in itertools.pairwise(ends):
        off = np.abs(pixels[start:stop] - colour) > BORDER_TOLERANCE
        off = off.any(axis=2) if off.ndim == 3 else off
        other = np.flatnonzero(off.mean(axis=1) > _SPECKS)
        if len(other):
            return start + int(other[0])
    return len(pixels)


def _centre(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    high, wide = (max(1, round(side * CENTRE)) for side in (height, width))
    top, left = (height - high) // 2, (width - wide) // 2
    return pixels[top : top + high, left : left + wide]


VIEWS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "identity": lambda p: p,
    "flip": lambda p: p[:, ::-1],
    "turn90": lambda p: np.rot90(p, 1),
    "turn180": lambda p: np.rot90(p, 2),
    "turn270": lambda p: np.rot90(p, 3),
    "trimmed": trimmed,
    "centre": _centre,
}
"""The views of a benchmark's picture, by name; a training picture is looked at as it is and trimmed."""


def small(pixels: Pixels, side: int) -> Pixels:
    """At most `side` pixels on the longer side, averaged over areas; RGB or grey."""
    import cv2

    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA), np.uint8)


def grey_of(pixels: Pixels) -> Pixels:
    """Luma, (H, W)."""
    import cv2

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), np.uint8)
