"""Boxes and quads in absolute float pixels of the upright decoded image.

A box is (x0, y0, x1, y1); a quad is four points clockwise from the top-left. Other conventions exist only at
the border (codecs in `formats/` and recipes).
"""

from __future__ import annotations

import math

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


def quad_of(box: Box) -> Quad:
    """The box as four points clockwise from the top-left."""
    x0, y0, x1, y1 = box
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def box_of(quad: Quad) -> Box:
    """The smallest upright box around a quad."""
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    return (min(xs), min(ys), max(xs), max(ys))


def clockwise(quad: Quad) -> Quad:
    """The same four corners, clockwise on screen and starting at the top-left (smallest x + y)."""
    cx, cy = sum(p[0] for p in quad) / 4, sum(p[1] for p in quad) / 4
    around = sorted(quad, key=lambda p: math.atan2(p[1] - cy, p[0] - cx))
    first = min(range(4), key=lambda i: (around[i][0] + around[i][1], around[i][1]))
    a, b, c, d = around[first:] + around[:first]
    return (a, b, c, d)


def area(box: Box) -> float:
    """Area in square pixels; 0 for an inverted box."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def intersection(a: Box, b: Box) -> Box:
    """The common part of two boxes (inverted, hence of area 0, where they do not meet)."""
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def union(a: Box, b: Box) -> Box:
    """The smallest box around both."""
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1; 0 where both are empty."""
    common = area(intersection(a, b))
    whole = area(a) + area(b) - common
    return common / whole if whole > 0 else 0.0


def clip(box: Box, width: float, height: float) -> Box:
    """The part of the box inside an image of this size; may be empty (then inverted or zero-sized)."""
    return intersection(box, (0.0, 0.0, float(width), float(height)))
