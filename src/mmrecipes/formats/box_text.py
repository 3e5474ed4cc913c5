"""Boxes written into text, in the conventions that trainers use: `[x1, y1, x2, y2]` in some unit.

Covered: fractions of the picture (`llava_norm`) and of the square it is padded to (`llava_norm_pad`), thousandths
(`norm1000`), pixels (`abs`), pixels of the picture as Qwen2.5-VL resizes it (`qwen2.5-vl`). A written box is off by at
most half a unit and never empty or inverted; one that rounds to nothing is not written. Not covered: points, quads
(a quad becomes the box around it), the markup around boxes.

Boxes are x0, y0, x1, y1 in pixels of the upright picture, sizes (width, height).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mmrecipes.core.boxes import Box, clip

Size = tuple[int, int]
Affine = tuple[float, float, float, float]
"""Units per pixel in x and y, and the units at pixel 0 in x and y."""


class BoxError(ValueError):
    """A box that cannot be written or read; `reason` is a short snake_case code."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BoxProfile:
    """One convention. `scale` gives, for a picture's size, how pixels become units; `decimals` are printed."""

    name: str
    help: str
    scale: Callable[[Size], Affine]
    decimals: int = 0

    def units(self, box: Box, size: Size) -> Box:
        """The box in units, rounded as it is printed; it may be empty. Raises `BoxError` `nan_box`."""
        if not all(map(math.isfinite, box)):
            raise BoxError("nan_box", f"{box} is no box")
        ax, ay, bx, by = self.scale(size)
        x0, y0, x1, y1 = clip(box, *size)
        across = (ax * x0 + bx, ay * y0 + by, ax * x1 + bx, ay * y1 + by)
        a, b, c, d = (round(v, self.decimals) + 0.0 for v in across)
        return (a, b, c, d)

    def write(self, box: Box, size: Size) -> str:
        """The part of the box inside the picture as text. Raises `BoxError`: `nan_box`, `box_below_one_unit`."""
        x0, y0, x1, y1 = units = self.units(box, size)
        if x1 <= x0 or y1 <= y0:
            raise BoxError("box_below_one_unit", f"{box} in {size[0]}x{size[1]} is empty in {self.name}")
        return self.printed(units)

    def printed(self, units: Box) -> str:
        """Units as text."""
        return f"[{', '.join(f'{v:.{self.decimals}f}' for v in units)}]"

    def read(self, text: str, size: Size) -> Box:
        """The box, in pixels, of a text that is nothing else. Raises `BoxError`: `no_box`, `inverted_box`,
        `outside_image`."""
        found = _BOX.fullmatch(text.strip())
        if found is None:
            raise BoxError("no_box", f"{text[:60]!r} is no box [x1, y1, x2, y2]")
        x0, y0, x1, y1 = map(float, found.groups())
        if x1 <= x0 or y1 <= y0:
            raise BoxError("inverted_box", f"{text} is empty or inverted")
        ax, ay, bx, by = self.scale(size)
        box = ((x0 - bx) / ax, (y0 - by) / ay, (x1 - bx) / ax, (y1 - by) / ay)
        half = 0.5 * 10.0**-self.decimals * (1 + 1e-9)
        inside = clip(box, *size)
        if max(abs(a - b) for a, b in zip(box[::2], inside[::2], strict=True)) * ax > half or (
            max(abs(a - b) for a, b in zip(box[1::2], inside[1::2], strict=True)) * ay > half
        ):
            raise BoxError("outside_image", f"{text} lies outside a picture of {size[0]}x{size[1]} in {self.name}")
        return inside


_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_BOX = re.compile(rf"\[{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}\]")


def _fractions(size: Size) -> Affine:
    return (1 / size[0], 1 / size[1], 0.0, 0.0)


def _padded(size: Size) -> Affine:
    """LLaVA pads the shorter side to a square, the picture in the middle (a half pixel goes to the end)."""
    side = max(size)
    return (1 / side, 1 / side, (side - size[0]) // 2 / side, (side - size[1]) // 2 / side)


def _thousandths(size: Size) -> Affine:
    return (1000 / size[0], 1000 / size[1], 0.0, 0.0)


def _pixels(size: Size) -> Affine:
    return (1.0, 1.0, 0.0, 0.0)


QWEN_PATCH = 28
"""Pixels: Qwen2.5-VL resizes both sides to multiples of this."""
QWEN_MIN_PIXELS, QWEN_MAX_PIXELS = 4 * QWEN_PATCH**2, 16_384 * QWEN_PATCH**2
"""Limits of the released processors; training scripts set others, and boxes must use the same."""


def resized(size: Size, least: int, most: int, patch: int = QWEN_PATCH) -> Size:
    """Width and height after Qwen2-VL's `smart_resize`: the nearest multiples of `patch`, shrunk (down to multiples) or
    enlarged (up to multiples) evenly where their product leaves `least`..`most` pixels."""
    width, height = (round(side / patch) * patch for side in size)
    if width * height > most:
        shrink = math.sqrt(size[0] * size[1] / most)
        width, height = (max(patch, math.floor(side / shrink / patch) * patch) for side in size)
    elif width * height < least:
        grow = math.sqrt(least / (size[0] * size[1]))
        width, height = (math.ceil(side * grow / patch) * patch for side in size)
    return (width, height)


def qwen_resized(least: int = QWEN_MIN_PIXELS, most: int = QWEN_MAX_PIXELS) -> BoxProfile:
    """The profile of Qwen2.5-VL with these limits, in pixels per picture."""

    def scale(size: Size) -> Affine:
        width, height = resized(size, least, most)
        return (width / size[0], height / size[1], 0.0, 0.0)

    return BoxProfile("qwen2.5-vl", "pixels of the picture as Qwen2.5-VL resizes it", scale)


PROFILES: Mapping[str, BoxProfile] = {
    p.name: p
    for p in (
        BoxProfile("llava_norm", "fractions of width and height, three decimals", _fractions, 3),
        BoxProfile("llava_norm_pad", "fractions of the square the picture is padded to", _padded, 3),
        BoxProfile("norm1000", "thousandths of width and height", _thousandths),
        BoxProfile("abs", "pixels", _pixels),
        qwen_resized(),
    )
}
"""The conventions by name."""
