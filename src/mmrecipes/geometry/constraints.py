"""Facts as equations on coordinates, for many figures at once in floating point.

A residual is an analytic function of the coordinates (no absolute values), so that the imaginary part of one complex
step is its exact derivative (Squire and Trapp 1998). Where a fact speaks of an angle, its turning sense is taken from
the drawn figure. Facts of position only (`between` beyond its line, `same_side`…) have no equation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.geometry.facts import Fact

Array = npt.NDArray[Any]
Vec = tuple[Array, Array]
Points = list[Vec]


def minus(u: Vec, v: Vec) -> Vec:
    return u[0] - v[0], u[1] - v[1]


def dot(u: Vec, v: Vec) -> Array:
    return u[0] * v[0] + u[1] * v[1]


def cross(u: Vec, v: Vec) -> Array:
    return u[0] * v[1] - u[1] * v[0]


def square(a: Vec, b: Vec) -> Array:
    d = minus(a, b)
    return d[0] * d[0] + d[1] * d[1]


def turned(u: Vec, radians: float) -> Vec:
    c, s = math.cos(radians), math.sin(radians)
    return u[0] * c - u[1] * s, u[0] * s + u[1] * c


class Drawn:
    """What a residual may ask of the drawn figure: the turning sense of three of its points (1 or -1)."""

    def __init__(self, at: Mapping[str, tuple[float, float]]) -> None:
        self._at = at

    def sense(self, a: str, b: str, c: str) -> float:
        (ax, ay), (bx, by), (cx, cy) = self._at[a], self._at[b], self._at[c]
        return 1.0 if (ax - bx) * (cy - by) - (ay - by) * (cx - bx) >= 0 else -1.0

    def obtuse(self, a: str, b: str, c: str) -> bool:
        (ax, ay), (bx, by), (cx, cy) = self._at[a], self._at[b], self._at[c]
        return (ax - bx) * (cx - bx) + (ay - by) * (cy - by) < 0


def turn(p: Points, sense: float) -> Vec:
    """The angle abc as a vector, (cosine, sine) times a length, the sine positive in the drawn sense."""
    u, v = minus(p[0], p[1]), minus(p[2], p[1])
    return dot(u, v), cross(u, v) * sense


def _times(u: Vec, v: Vec) -> Vec:
    return u[0] * v[0] - u[1] * v[1], u[0] * v[1] + u[1] * v[0]


def _power(u: Vec, n: int) -> Vec:
    result = u
    for _ in range(n - 1):
        result = _times(result, u)
    return result


def shoelace(p: Points) -> Array:
    """Twice the signed area."""
    total = cross(minus(p[1], p[0]), minus(p[2], p[0]))
    for i in range(2, len(p) - 1):
        total = total + cross(minus(p[i], p[0]), minus(p[i + 1], p[0]))
    return total


def _angle_is(p: Points, sense: float, radians: float) -> list[Array]:
    c, s = turn(p, sense)
    return [c * math.sin(radians) - s * math.cos(radians)]


def _equal_turns(p: Points, q: Points, first: float, second: float) -> list[Array]:
    return [cross(turn(p, first), turn(q, second))]


def _parallelogram(p: Points) -> list[Array]:
    a, b, c, d = p
    return [a[i] - b[i] + c[i] - d[i] for i in (0, 1)]


def _regular(p: Points, sense: float) -> list[Array]:
    n, rows = len(p), []
    for i in range(n - 2):
        step = turned(minus(p[i + 1], p[i]), sense * 2 * math.pi / n)
        following = minus(p[i + 2], p[i + 1])
        rows += [following[0] - step[0], following[1] - step[1]]
    return rows


def _square(p: Points, sense: float) -> list[Array]:
    side = turned(minus(p[1], p[0]), sense * math.pi / 2)
    up = minus(p[3], p[0])
    return [*_parallelogram(p), up[0] - side[0], up[1] - side[1]]


def _ratio_of_angles(p: Points, q: Points, first: float, second: float, value: float) -> list[Array]:
    great, small = (turn(p, first), turn(q, second)) if value >= 1 else (turn(q, second), turn(p, first))
    return [cross(great, _power(small, round(max(value, 1 / value))))]


def _concyclic(p: Points) -> list[Array]:
    u, v, w = (minus(x, p[3]) for x in p[:3])
    return [dot(u, u) * cross(v, w) - dot(v, v) * cross(u, w) + dot(w, w) * cross(u, v)]


def _trapezoid(p: Points) -> list[Array]:
    return [cross(minus(p[1], p[0]), minus(p[3], p[2]))]


def _symmetric(p: Points) -> list[Array]:
    a, b, c, d = p
    middle = (a[0] + b[0] - c[0] - d[0], a[1] + b[1] - c[1] - d[1])
    return [dot(middle, minus(b, a))]


def _weighted(p: Points, weights: tuple[float, ...]) -> list[Array]:
    total = []
    for i in (0, 1):
        total.append(sum((point[i] * w for point, w in zip(p[1:], weights[1:], strict=True)), p[0][i] * weights[0]))
    return total


_PLAIN: dict[str, Callable[[Points], list[Array]]] = {
    "on": lambda p: [cross(minus(p[1], p[0]), minus(p[2], p[0]))],
    "between": lambda p: [cross(minus(p[1], p[0]), minus(p[2], p[0]))],
    "mid": lambda p: _weighted(p, (2.0, -1.0, -1.0)),
    "foot": lambda p: [cross(minus(p[3], p[2]), minus(p[0], p[2])), dot(minus(p[1], p[0]), minus(p[3], p[2]))],
    "reflect": lambda p: [
        dot(minus(p[1], p[0]), minus(p[3], p[2])),
        cross(minus(p[3], p[2]), (p[0][0] + p[1][0] - 2 * p[2][0], p[0][1] + p[1][1] - 2 * p[2][1])),
    ],
    "len_eq": lambda p: [square(p[0], p[1]) - square(p[2], p[3])],
    "perp": lambda p: [dot(minus(p[1], p[0]), minus(p[3], p[2]))],
    "para": lambda p: [cross(minus(p[1], p[0]), minus(p[3], p[2]))],
    "concyclic": _concyclic,
    "circumcentre": lambda p: [square(p[0], p[1]) - square(p[0], p[2]), square(p[0], p[1]) - square(p[0], p[3])],
    "centroid": lambda p: _weighted(p, (3.0, -1.0, -1.0, -1.0)),
    "orthocentre": lambda p: [
        dot(minus(p[1], p[0]), minus(p[3], p[2])),
        dot(minus(p[2], p[0]), minus(p[3], p[1])),
    ],
    "congruent": lambda p: [square(p[i], p[j]) - square(p[i + 3], p[j + 3]) for i, j in ((0, 1), (1, 2), (2, 0))],
    "similar": lambda p: [
        square(p[0], p[1]) * square(p[i + 3], p[j + 3]) - square(p[i], p[j]) * square(p[3], p[4])
        for i, j in ((1, 2), (2, 0))
    ],
    "isosceles": lambda p: [square(p[0], p[1]) - square(p[0], p[2])],
    "equilateral": lambda p: [square(p[0], p[1]) - square(p[0], p[2]), square(p[0], p[1]) - square(p[1], p[2])],
    "parallelogram": _parallelogram,
    "rectangle": lambda p: [*_parallelogram(p), dot(minus(p[1], p[0]), minus(p[3], p[0]))],
    "rhombus": lambda p: [*_parallelogram(p), square(p[0], p[1]) - square(p[0], p[3])],
    "trapezoid": _trapezoid,
    "isosceles_trapezoid": lambda p: [*_trapezoid(p), *_symmetric(p)],
    "right_trapezoid": lambda p: [*_trapezoid(p), dot(minus(p[1], p[0]), minus(p[3], p[0]))],
    "kite": lambda p: [square(p[0], p[1]) - square(p[0], p[3]), square(p[2], p[1]) - square(p[2], p[3])],
    "triangle": lambda p: [],
    "quad": lambda p: [],
    "same_side": lambda p: [],
    "opposite": lambda p: [],
    "inside": lambda p: [],
}

_SCALED: dict[str, Callable[[Points, float], list[Array]]] = {
    "ratio": lambda p, v: _weighted(p, (1 + v, -1.0, -v)),
    "len": lambda p, v: [square(p[0], p[1]) - v * v],
    "len_ratio": lambda p, v: [square(p[0], p[1]) - v * v * square(p[2], p[3])],
    "perimeter": lambda p, v: [sum((np.sqrt(square(p[i - 1], p[i])) for i in range(1, len(p))),
                                   np.sqrt(square(p[-1], p[0]))) - v],
}  # fmt: skip

_ROUND: dict[str, Callable[[Points, Array, float], list[Array]]] = {
    "on_circle": lambda p, rr, v: [square(p[0], p[1]) - rr],
    "radius": lambda p, rr, v: [rr - v * v],
    "diameter": lambda p, rr, v: [*_weighted(p, (1.0, 1.0, -2.0)), square(p[0], p[2]) - rr],
    "tangent": lambda p, rr, v: [dot(minus(p[0], p[2]), minus(p[1], p[0])), square(p[0], p[2]) - rr],
    "circumference": lambda p, rr, v: [4 * rr - v * v],
    "disc_area": lambda p, rr, v: [rr - v],
}


def residuals(fact: Fact, at: Mapping[str, Vec], squared_radii: Mapping[str, Array], drawn: Drawn,
              value: float) -> list[Array]:  # fmt: skip
    """The equations that the fact makes, each zero where it holds. `value`: the fact's value in the unit of the
    coordinates (degrees stay degrees)."""
    p, kind, names = [at[name] for name in fact.args], fact.kind, fact.args
    if kind in _PLAIN:
        return _PLAIN[kind](p)
    if kind in _SCALED:
        return _SCALED[kind](p, value)
    if kind in _ROUND:
        return _ROUND[kind](p, squared_radii[names[-1]], value)
    return _oriented(fact, p, drawn, value)


def _oriented(fact: Fact, p: Points, drawn: Drawn, value: float) -> list[Array]:
    kind, n = fact.kind, fact.args
    if kind in ("square", "regular"):
        return (_square if kind == "square" else _regular)(p, -drawn.sense(n[0], n[1], n[2]))
    if kind in ("area", "area_ratio"):
        first = shoelace(p[:3] if kind == "area_ratio" else p) * _way(drawn, n)
        return [first - 2 * value] if kind == "area" else [first - value * shoelace(p[3:]) * _way(drawn, n[3:])]
    if kind == "incentre":
        i, a, b, c = n
        return [r for v, x, y in ((a, b, c), (b, a, c)) for r in _bisected(fact, p, drawn, (i, x, v, y))]
    if kind == "bisects":
        return _bisected(fact, p, drawn, n)
    sense = drawn.sense(*n[:3])
    if kind in ("ang", "cos", "sin", "tan"):
        return _angle_is(p, sense, _radians(kind, value, drawn.obtuse(*n)))
    second = drawn.sense(*n[3:])
    if kind == "ang_eq":
        return _equal_turns(p[:3], p[3:], sense, second)
    if kind == "ang_ratio":
        return _ratio_of_angles(p[:3], p[3:], sense, second, value)
    if kind == "ang_sum":
        c, s = _times(turn(p[:3], sense), turn(p[3:], second))
        return [c * math.sin(math.radians(value)) - s * math.cos(math.radians(value))]
    raise ValueError(f"{fact} has no equation")


def _way(drawn: Drawn, names: tuple[str, ...]) -> float:
    return -drawn.sense(*names[:3])


def _bisected(fact: Fact, p: Points, drawn: Drawn, names: tuple[str, ...]) -> list[Array]:
    at = dict(zip(fact.args, p, strict=True))
    d, a, v, c = names
    return _equal_turns([at[a], at[v], at[d]], [at[d], at[v], at[c]], drawn.sense(a, v, d), drawn.sense(d, v, c))


def _radians(kind: str, value: float, obtuse: bool) -> float:
    if kind == "ang":
        return math.radians(value)
    if kind == "cos":
        return math.acos(value)
    acute = math.asin(value) if kind == "sin" else math.atan(abs(value))
    return math.pi - acute if obtuse else acute
