"""Outlines in unit coordinates: an object is 1 high, its foot at y = 0.5, y grows downwards.

Covered: boxes, ellipses, polygons, smooth closed curves, tubes along a line. Not covered: painting (see `brush`).
"""

from __future__ import annotations

from collections.abc import Sequence

import skia

from mmrecipes.core.boxes import Point


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> skia.Path:
    """A rectangle, with rounded corners of `radius`."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(x0, y0, x1, y1), radius, radius)
    return path


def oval(x: float, y: float, rx: float, ry: float | None = None) -> skia.Path:
    """An ellipse around (x, y); a circle when `ry` is left out."""
    ry = rx if ry is None else ry
    return skia.Path().addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))


def poly(*points: Point) -> skia.Path:
    """A closed polygon."""
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], True)
    return path


def smooth(*points: Point, closed: bool = True) -> skia.Path:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    path = skia.Path()
    path.moveTo(*points[0])
    for i in range(n if closed else n - 1):
        a, b, c, d = (points[_index(i + k, n, closed)] for k in (-1, 0, 1, 2))
        path.cubicTo(b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6,
                     c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6, *c)  # fmt: skip
    if closed:
        path.close()
    return path


def tube(points: Sequence[Point], width: float, *, curved: bool = False) -> skia.Path:
    """The area a round pen of this width covers along a line."""
    line = smooth(*points, closed=False) if curved else _open(points)
    pen = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap,
                     StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
    area = skia.Path()
    pen.getFillPath(line, area, None, 16.0)
    return area


def ring(x: float, y: float, radius: float, width: float) -> skia.Path:
    """A circle line of this width."""
    path = oval(x, y, radius + width / 2)
    path.addPath(oval(x, y, radius - width / 2))
    path.setFillType(skia.PathFillType.kEvenOdd)
    return path


def dome(x: float, y: float, rx: float, ry: float) -> skia.Path:
    """The upper half of an ellipse whose flat side lies at `y`."""
    path = skia.Path()
    path.addArc(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry), 180, 180)
    path.close()
    return path


def turned(path: skia.Path, degrees: float, about: Point) -> skia.Path:
    """The path rotated clockwise about a point."""
    out = skia.Path()
    path.transform(skia.Matrix.RotateDeg(degrees, skia.Point(*about)), out)
    return out


def _open(points: Sequence[Point]) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], False)
    return path


def _index(i: int, n: int, closed: bool) -> int:
    return i % n if closed else min(max(i, 0), n - 1)
