"""Pictures as they are compared: every frame, transparency on white and on black, and views that undo what copies do.

Covered: EXIF orientation, animations, transparency; mirrored, turned, without borders, centre crop. A border is what
keeps the colour of the outermost row or column. Not covered: other crops and small turns, which are found by local
features (see `prints`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.image import MAX_PIXELS, Image

Pixels = npt.NDArray[np.uint8]
"""(H, W, 3) RGB."""

BORDER_TOLERANCE = 18
"""Grey levels of 255 within which a row or column belongs to the border."""
LEAST_LEFT = 0.3
"""A border is not taken for one when less than this share of a side would be left."""
CENTRE = 0.9
_BORDERS, _ROWS, _SPECKS = 3, 16, 0.02
"""Borders around each other, rows looked at together, share of a row that may be off."""


def pictures_of(image: Image, original: bytes | None = None) -> Iterator[Pixels]:
    """What an image looks like: itself; and of the `original` bytes it was made from (where it was not kept as it was)
    the further frames, and whatever is transparent on black instead of white.

    Raises `OSError` or `ValueError` when it cannot be decoded.
    """
    yield image.decode()
    if original is not None:
        yield from _others(original)


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
    """Without its borders, also several around each other; the same pixels when it has none."""
    for _ in range(_BORDERS):
        top, bottom = _inner(pixels)
        left, right = _inner(pixels[top:bottom].transpose(1, 0, 2))
        inner = pixels[top:bottom, left:right]
        if inner.shape == pixels.shape:
            break
        pixels = inner
    return pixels


def _inner(pixels: Pixels) -> tuple[int, int]:
    """The rows between the borders."""
    height = len(pixels)
    first, last = _border(pixels), _border(pixels[::-1])
    return (first, height - last) if height - first - last >= LEAST_LEFT * height else (0, height)


def _border(pixels: Pixels) -> int:
    """How many rows from the top have the colour of the first."""
    colour = np.median(pixels[0], axis=0)
    for start in range(0, len(pixels), _ROWS):
        off = np.abs(pixels[start : start + _ROWS].astype(np.int16) - colour).max(axis=2) > BORDER_TOLERANCE
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
    """At most `side` pixels on the longer side, averaged over areas."""
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
