"""What is verified in several tasks: quads are where the log takes them, texts stay legible, replies say numbers.

Covered: places, x-heights, contrast, numbers in replies, and the error with which a check of any task speaks. Not
covered: what a task says about its own truth (see the `checks` of the tasks).
"""

from __future__ import annotations

import re

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.degradation import Worn, move_quads

MIN_X_HEIGHT = 8.0
"""Pixels; spec of the legibility check."""
MIN_CONTRAST = 0.25
"""Share of the full range of grey between ink and ground."""


class CheckError(ValueError):
    """A sample that is not what it says; `reason` is the drop's code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def says_number(reply: str, number: str) -> bool:
    """Whether a text says a printed number as a whole: 12 is not said by 112, 12.5 or 12,000."""
    apart = "[.,\u00a0\u202f]"
    return re.search(rf"(?<!\d)(?<!\d{apart}){re.escape(number)}(?!{apart}?\d)", reply) is not None


def check_places(clean: npt.NDArray[np.float64], worn: Worn, beyond: float = 0.01) -> None:
    """The quads are where the logged operations take them, and inside the picture (at most `beyond` pixels outside)."""
    height, width = worn.pixels.shape[:2]
    if not np.allclose(move_quads(clean, worn.log), worn.quads, atol=0.01):
        raise CheckError("quads_differ", "the quads are not where the log takes them")
    outside = np.maximum(-worn.quads, worn.quads - (width, height))
    if outside.max(initial=0.0) > beyond:
        raise CheckError("quads_outside", f"a quad leaves the picture of {width}x{height} by {outside.max():.2f} px")


def check_x_height(x_height: float) -> None:
    """Letters are large enough to be read."""
    if x_height < MIN_X_HEIGHT:
        raise CheckError("text_too_small", f"x-height {x_height:.1f} px")


def check_contrast(pixels: npt.NDArray[np.uint8], quads: npt.NDArray[np.float64], ends: int = 33) -> float:
    """The lowest contrast of the texts at `quads` (N, 4, 2); raises `CheckError` below the limit.

    Contrast is measured in the picture: the range of grey inside the box of each quad and two pixels around it (the ink
    of a dash fills its own quad), without the darkest and the lightest pixels, one of `ends` each.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    low = np.maximum(np.floor(quads.min(axis=1)).astype(int) - 2, 0).tolist()
    high = (np.ceil(quads.max(axis=1)).astype(int) + 2).tolist()
    lowest = min(_contrast(grey[y0:y1, x0:x1].flatten(), ends) for (x0, y0), (x1, y1) in zip(low, high, strict=True))
    if lowest < MIN_CONTRAST:
        raise CheckError("low_contrast", f"contrast {lowest:.2f}")
    return lowest


def _contrast(patch: npt.NDArray[np.uint8], ends: int) -> float:
    if patch.size < 4:
        return 0.0
    low, high = patch.size // ends, patch.size - 1 - patch.size // ends
    patch.partition((low, high))
    return (int(patch[high]) - int(patch[low])) / 255.0


def check_legibility(
    pixels: npt.NDArray[np.uint8], quads: npt.NDArray[np.float64], x_heights: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Smallest x-height in pixels and lowest contrast; raises `CheckError` below the limits, and where no text is.

    `quads` are those of all texts, `x_heights` those of the texts whose x-height is to be judged, perhaps none.
    """
    if len(quads) == 0:
        raise CheckError("no_text", "the picture shows no text")
    smallest = float(x_heights.min()) if len(x_heights) else MIN_X_HEIGHT
    check_x_height(smallest)
    return smallest, check_contrast(pixels, quads)
