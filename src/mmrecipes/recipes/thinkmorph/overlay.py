"""Marks over a picture: red outlines, red transparent areas, everything else faded.

Covered: polygons in float pixels; the pixels a mark covers, for checks. Outlines change nothing inside them. Not
covered: choosing what is marked.
Sources: ThinkMorph (arXiv 2510.27492) for red boxes and overlays; ReFocus (arXiv 2501.05452) for fading the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.surface import argb
from mmrecipes.core.boxes import Box, Point

Pixels = npt.NDArray[np.uint8]
Polygon = tuple[Point, ...]
Style = Literal["box", "overlay", "mask_rest"]
RED = "#dc1414"
OPACITY = 0.22
"""Of a red area: what lies under it stays readable."""
LEFT = 0.15
"""What is left of a faded element."""


def rectangle(box: Box, padding: float = 0.0) -> Polygon:
    x0, y0, x1, y1 = box
    return (
        (x0 - padding, y0 - padding), (x1 + padding, y0 - padding),
        (x1 + padding, y1 + padding), (x0 - padding, y1 + padding),
    )  # fmt: skip


def outlined(pixels: Pixels, shapes: Sequence[Polygon], width: float) -> Pixels:
    """A copy with a red line around each shape; the line lies outside the shape."""
    return _drawn(pixels, shapes, skia.Paint(
        AntiAlias=True, Color=argb(RED), StrokeWidth=width, Style=skia.Paint.kStroke_Style,
        StrokeJoin=skia.Paint.kMiter_Join,
    ))  # fmt: skip


def overlaid(pixels: Pixels, shapes: Sequence[Polygon]) -> Pixels:
    """A copy with the shapes under transparent red; where two of them meet it is no darker."""
    mask = covered(pixels.shape[:2], shapes)
    red = np.array([0xDC, 0x14, 0x14], np.float32)
    out = pixels.copy()
    out[mask] = np.rint((1 - OPACITY) * pixels[mask] + OPACITY * red).astype(np.uint8)
    return out


def faded(pixels: Pixels, shapes: Sequence[Polygon], paper: npt.NDArray[np.uint8]) -> Pixels:
    """A copy with the shapes faded to `LEFT` against the paper's colour (RGB)."""
    mask = covered(pixels.shape[:2], shapes)
    out = pixels.copy()
    out[mask] = np.rint(LEFT * pixels[mask] + (1 - LEFT) * paper.astype(np.float32)).astype(np.uint8)
    return out


def covered(shape: tuple[int, ...], shapes: Sequence[Polygon]) -> npt.NDArray[np.bool_]:
    """The pixels of an (H, W) picture whose middles lie in one of the shapes."""
    mask = np.zeros(shape[:2], np.uint8)
    for polygon in shapes:
        points = np.rint(np.array(polygon) * 16 - 8).astype(np.int32)
        cv2.fillPoly(mask, [points], 1, lineType=cv2.LINE_8, shift=4)
    return mask.astype(bool)


def _drawn(pixels: Pixels, shapes: Sequence[Polygon], paint: skia.Paint) -> Pixels:
    rgba = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA))
    surface = skia.Surface(rgba, skia.kRGBA_8888_ColorType)
    for polygon in shapes:
        path = skia.Path()
        path.addPoly([skia.Point(*p) for p in polygon], True)
        surface.getCanvas().drawPath(path, paint)
    surface.flushAndSubmit()
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
