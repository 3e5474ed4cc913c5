"""Lengths, angles and areas measured from a figure's coordinates: the oracle's ruler and protractor.

Covered: expressions of numbers and `length(A, B)`, `angle(A, B, C)` (degrees at B), `area(A, B, C, ...)`,
`distance(P, A, B)` (point to line), `radius(M)`. Not covered: anything labels say.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from mmrecipes.render.mathematics.figure import XY, Figure


def measures_of(figure: Figure) -> Callable[[str], float]:
    """What evaluates measuring expressions over this figure."""

    def measure(text: str) -> float:
        return _value(ast.parse(text, mode="eval").body, figure)

    return measure


def _value(node: ast.expr, figure: Figure) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp):
        a, b = _value(node.left, figure), _value(node.right, figure)
        if isinstance(node.op, ast.Add):
            return a + b
        if isinstance(node.op, ast.Sub):
            return a - b
        return a * b if isinstance(node.op, ast.Mult) else a / b
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        names = [a.id for a in node.args if isinstance(a, ast.Name)]
        if node.func.id == "radius":
            return dict(figure.circles)[names[0]]
        return _MEASURES[node.func.id](*(figure.points[n] for n in names))
    raise ValueError(f"cannot measure {ast.unparse(node)}")


def _length(a: XY, b: XY) -> float:
    return math.dist(a, b)


def _angle(a: XY, b: XY, c: XY) -> float:
    first, second = (math.atan2(p[1] - b[1], p[0] - b[0]) for p in (a, c))
    turn = abs(math.degrees(first - second)) % 360
    return min(turn, 360 - turn)


def _area(*points: XY) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, (*points[1:], points[0]), strict=True))) / 2


def _distance(p: XY, a: XY, b: XY) -> float:
    return 2 * _area(p, a, b) / math.dist(a, b)


_MEASURES: dict[str, Callable[..., float]] = {
    "length": _length, "angle": _angle, "area": _area, "distance": _distance,
    "x": lambda p: p[0], "y": lambda p: p[1],
}  # fmt: skip
