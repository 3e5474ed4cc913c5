"""What geometry templates share: coordinates of triangles, turning and mirroring, roots of squares of two lengths."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.render.mathematics.figure import XY
from mmrecipes.render.mathematics.work import ARITHMETIC, Work

ANGLE_SUM = "the angles of a triangle add up to 180°"
TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29), (9, 40, 41), (12, 35, 37))
"""Right triangles with whole sides."""
LETTERS = ("ABC", "PQR", "KLM", "DEF", "XYZ", "RST", "UVW", "JKL", "EFG")
"""Names of a triangle's corners."""


def triangle(a: float, b: float, c: float) -> tuple[XY, XY, XY]:
    """Points A, B, C with BC = a, CA = b, AB = c; AB on the x axis."""
    x = (b * b + c * c - a * a) / (2 * c)
    return (0.0, 0.0), (c, 0.0), (x, math.sqrt(max(0.0, b * b - x * x)))


def triangle_from_angles(alpha: float, beta: float, base: float = 10.0) -> tuple[XY, XY, XY]:
    """Points A, B, C with these angles (degrees) at A and B and AB = base."""
    gamma = 180 - alpha - beta
    k = base / math.sin(math.radians(gamma))
    return triangle(k * math.sin(math.radians(alpha)), k * math.sin(math.radians(beta)), base)


def on_circle(radius: float, degrees: float) -> XY:
    return (radius * math.cos(math.radians(degrees)), radius * math.sin(math.radians(degrees)))


def orientation(rng: random.Random) -> dict[str, Any]:
    """How a figure is turned and mirrored: part of a template's parameters."""
    return {"turn": rng.choice((0, 0, 0, rng.randint(-25, 25), rng.randint(0, 359))), "mirror": rng.random() < 0.5}


def placed(points: Mapping[str, XY], way: Mapping[str, Any]) -> dict[str, XY]:
    """The points turned about the origin by `turn` degrees, after mirroring at the y axis where asked."""
    c, s = math.cos(math.radians(way["turn"])), math.sin(math.radians(way["turn"]))
    k = -1 if way["mirror"] else 1
    return {n: (c * k * x - s * y, s * k * x + c * y) for n, (x, y) in points.items()}


def outline(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The sides of a polygon, from corner to corner and back to the first."""
    return tuple(zip(names, [*names[1:], names[0]], strict=True))


def square(work: Work, shape: str, squares: tuple[int, int], second: str, texts: Sequence[str],
           why: str = ARITHMETIC) -> None:  # fmt: skip
    """Square the two lengths that stand in `shape` (with a pair of braces for each), at once or, where there are two
    texts, one after the other; `second` is the second length as written, `why` belongs to the first step."""
    if len(texts) == 2:
        work.step(texts[0], shape.format(squares[0], f"{second}**2"), why)
        why = ARITHMETIC
    work.step(texts[-1], shape.format(*squares), why)
