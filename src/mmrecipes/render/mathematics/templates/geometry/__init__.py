"""Geometry: triangles, circles, areas, the coordinate plane. Every figure is drawn to scale."""

from __future__ import annotations

from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.geometry.areas import AreaComposition, Rectangle, Trapezoid
from mmrecipes.render.mathematics.templates.geometry.circles import CircleChord, InscribedAngle, TangentLength
from mmrecipes.render.mathematics.templates.geometry.coordinates import (
    CoordinateDistance,
    CoordinateTriangle,
    LineIntersection,
)
from mmrecipes.render.mathematics.templates.geometry.triangles import Pythagoras, SimilarTriangles, TriangleAngles

TEMPLATES: tuple[Template, ...] = (
    TriangleAngles(), Pythagoras(), SimilarTriangles(), CircleChord(), TangentLength(), InscribedAngle(), Rectangle(),
    AreaComposition(), Trapezoid(), CoordinateDistance(), LineIntersection(), CoordinateTriangle(),
)  # fmt: skip
"""In the order of their turns: an index keeps its template as long as it stands."""
