"""Paints and outlines that tiles and figures are drawn with."""

from __future__ import annotations

from collections.abc import Sequence

import skia

from mmrecipes.canvas.surface import argb
from mmrecipes.core.boxes import Point

SIDE = 64
"""Pixels of a tile's side, and the square in which figures are described."""


def fill(colour: str) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color=argb(colour))


def line(colour: str, width: float) -> skia.Paint:
    return skia.Paint(
        AntiAlias=True, Color=argb(colour), StrokeWidth=width, Style=skia.Paint.kStroke_Style,
        StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join,
    )  # fmt: skip


def graded(a: Point, b: Point, colours: Sequence[str]) -> skia.Paint:
    shader = skia.GradientShader.MakeLinear([skia.Point(*a), skia.Point(*b)], [argb(c) for c in colours])
    return skia.Paint(AntiAlias=True, Shader=shader)


def path(points: Sequence[Point], *, closed: bool = True) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], closed)
    return path


def rounded(points: Sequence[Point]) -> skia.Path:
    """A closed smooth curve through the points (Catmull-Rom)."""
    path, n = skia.Path(), len(points)
    path.moveTo(*points[0])
    for i in range(n):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        path.cubicTo(bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy)
    path.close()
    return path
