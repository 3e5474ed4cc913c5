"""Coordinates of annotated files brought into the upright picture.

Covered: EXIF turns of points, boxes clipped to the picture, quads clockwise from the top-left. Not covered: which
annotations are worth keeping (see `steps.geometry`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.boxes import Box, Point, Quad, area, clip, clockwise

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where coordinates come from and go to: declared in `declared` (width, height), turned by the EXIF value
    `orientation` (1-8), used in an upright picture of `size`."""

    declared: Size
    orientation: int
    size: Size


def turned(point: Point, orientation: int, size: Size) -> Point:
    """Where a point of the stored picture (of `size`) lies once the EXIF orientation is applied."""
    x, y = point
    w, h = size
    return {
        1: (x, y), 2: (w - x, y), 3: (w - x, h - y), 4: (x, h - y),
        5: (y, x), 6: (h - y, x), 7: (h - y, w - x), 8: (y, w - x),
    }[orientation]  # fmt: skip


def box_in(box: Box, frame: Frame, min_side: float, min_area: float) -> Box | str:
    """The box in the upright picture, clipped to it, or why not: `outside_image`, or `too_small` when a side is
    under `min_side` pixels or the area under `min_area` of the picture."""
    a = turned((box[0], box[1]), frame.orientation, frame.declared)
    b = turned((box[2], box[3]), frame.orientation, frame.declared)
    upright = (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    width, height = frame.size
    inside = clip(upright, width, height)
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        return "outside_image"
    short = min(inside[2] - inside[0], inside[3] - inside[1])
    if short < min_side or area(inside) < min_area * width * height:
        return "too_small"
    return inside


def quad_in(values: Any, frame: Frame) -> Quad | None:
    """Eight finite numbers as a quad in the upright picture, clockwise from the top-left; None for anything else."""
    if not isinstance(values, (list, tuple)) or len(values) != 8:
        return None
    if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in values):
        return None
    points = [turned((values[i], values[i + 1]), frame.orientation, frame.declared) for i in range(0, 8, 2)]
    width, height = frame.size
    a, b, c, d = [(min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))) for x, y in points]
    return clockwise((a, b, c, d))
