"""Lengths, angles and areas measured from a figure's coordinates: the oracle's ruler and protractor.

Covered: `length(A, B)`, `angle(A, B, C)` (degrees at B), `area(A, B, C, ...)`, `distance(P, A, B)` (point to line),
`radius(M)`, `x(A)`, `y(A)`. Not covered: anything labels say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from mmrecipes.render.mathematics.figure import XY, Figure


def measures_of(figure: Figure) -> Callable[[str], float]:
    """What evaluates measuring expressions over this figure."""

    def measure(text: str) -> float:
        call = re.fullmatch(r"(\w+)\(([\w, ]+)\)", text)
        if call is None:
            raise ValueError(f"cannot measure {text}")
        names = call[2].split(", ")
        if call[1] == "radius":
            return dict(figure.circles)[names[0]]
        return _MEASURES[call[1]](*(figure.points[n] for n in names))

    return measure


def _angle(a: XY, b: XY, c: XY) -> float:
    first, second = (math.atan2(p[1] - b[1], p[0] - b[0]) for p in (a, c))
    turn = abs(math.degrees(first - second)) % 360
    return min(turn, 360 - turn)


def _area(*points: XY) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, (*points[1:], points[0]), strict=True))) / 2


def _distance(p: XY, a: XY, b: XY) -> float:
    return 2 * _area(p, a, b) / math.dist(a, b)


_MEASURES: dict[str, Callable[..., float]] = {
    "length": math.dist, "angle": _angle, "area": _area, "distance": _distance,
    "x": lambda p: p[0], "y": lambda p: p[1],
}  # fmt: skip
