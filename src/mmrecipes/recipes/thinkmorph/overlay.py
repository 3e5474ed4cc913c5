"""Marks over a picture: red outlines, red transparent areas, everything else faded.

Covered: polygons in float pixels; the pixels a mark covers, for checks. Outlines change nothing inside them. Not
covered: choosing what is marked.
Sources: ThinkMorph (arXiv 2510.27492) for red boxes and overlays; ReFocus (arXiv 2501.05452) for fading the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.surface import argb
from mmrecipes.core.boxes import Box, Point, Quad

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


def around(quad: Quad, padding: float) -> Polygon:
    """A quad grown by some pixels along its own sides."""
    a, b, c, d = quad
    u, v = _unit(a, b), _unit(a, d)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return tuple(
        (x + padding * (s * u[0] + t * v[0]), y + padding * (s * u[1] + t * v[1]))
        for (x, y), (s, t) in zip((a, b, c, d), signs, strict=True)
    )


def _unit(a: Point, b: Point) -> Point:
    length = max(1e-9, math.hypot(b[0] - a[0], b[1] - a[1]))
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length)


def outlined(pixels: Pixels, shapes: Sequence[Polygon], width: float) -> Pixels:
    """A copy with a red line around each shape; the line lies outside the shape."""
    return _drawn(pixels, shapes, skia.Paint(
        AntiAlias=True, Color=argb(RED), StrokeWidth=width, Style=skia.Paint.kStroke_Style,
        StrokeJoin=skia.Paint.kMiter_Join,
    ))  # fmt: skip


def overlaid(pixels: Pixels, shapes: Sequence[Polygon]) -> Pixels:
    """A copy with the shapes under transparent red; where two of them meet it is no darker."""
    return _mixed(pixels, shapes, (0xDC, 0x14, 0x14), 1 - OPACITY)


def faded(pixels: Pixels, shapes: Sequence[Polygon], paper: npt.NDArray[np.uint8]) -> Pixels:
    """A copy with the shapes faded to `LEFT` against the paper's colour (RGB)."""
    return _mixed(pixels, shapes, (int(paper[0]), int(paper[1]), int(paper[2])), LEFT)


def _mixed(pixels: Pixels, shapes: Sequence[Polygon], colour: tuple[int, int, int], left: float) -> Pixels:
    """A copy in which `left` of the shapes' pixels is left, the rest is the colour (RGB)."""
    mask = covered(pixels.shape[:2], shapes).astype(np.uint8)
    plain = np.full(pixels.shape, colour, np.uint8)
    out = pixels.copy()
    cv2.copyTo(cv2.addWeighted(pixels, left, plain, 1 - left, 0), mask, out)
    return out


def covered(shape: tuple[int, ...], shapes: Sequence[Polygon]) -> npt.NDArray[np.bool_]:
    """The pixels of an (H, W) picture whose middles lie in one of the shapes."""
    mask = np.zeros(shape[:2], np.uint8)
    surface = skia.Surface(mask, skia.kAlpha_8_ColorType)
    paint = skia.Paint(AntiAlias=False, Color=argb("#000000"))
    for polygon in shapes:
        surface.getCanvas().drawPath(_path(polygon), paint)
    surface.flushAndSubmit()
    return mask > 0


def contrast(pixels: Pixels) -> float:
    """Between the lightest and the darkest pixels (a hundredth of them aside), 1 to 21 (WCAG)."""
    linear = np.power(pixels.reshape(-1, 3) / 255, 2.2) @ np.array([0.2126, 0.7152, 0.0722])
    light, dark = np.percentile(linear, (99, 1))
    return float((light + 0.05) / (dark + 0.05))


def _path(polygon: Polygon) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in polygon], True)
    return path


def _drawn(pixels: Pixels, shapes: Sequence[Polygon], paint: skia.Paint) -> Pixels:
    rgba = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA))
    surface = skia.Surface(rgba, skia.kRGBA_8888_ColorType)
    for polygon in shapes:
        surface.getCanvas().drawPath(_path(polygon), paint)
    surface.flushAndSubmit()
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
