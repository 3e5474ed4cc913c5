"""Whether a fact is true of exact coordinates. Nothing is derived here: each kind is checked from its definition."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

from mmrecipes.geometry.facts import Fact
from mmrecipes.geometry.numbers import ONE, ZERO, Surd, cos_degrees, sin_degrees, sqrt, tan_degrees
from mmrecipes.geometry.plane import Pt, cross, dot, midpoint, side, square_distance, twice_area

Turn = tuple[Surd, Surd]
"""An angle from 0 to 180 degrees as a vector: (c, s) with s >= 0 and any positive length."""


def holds(fact: Fact, points: Mapping[str, Pt], radii: Mapping[str, Surd] | None = None) -> bool:
    """True if the fact is exactly true. `radii`: per centre the SQUARE of its circle's radius, for facts on circles.

    Raises KeyError if a named point or circle is missing. Degenerate angles, lines and triangles make a fact false.
    """
    at = [points[name] for name in fact.args]
    if (plain := _PLAIN.get(fact.kind)) is not None:
        return plain(at)
    if (round_ := _ROUND.get(fact.kind)) is not None:
        centre = fact.args[-1]
        return round_(at, (radii or {})[centre], fact.value or ZERO)
    return _VALUED[fact.kind](at, fact.value if fact.value is not None else ZERO)


def turn(a: Pt, b: Pt, c: Pt) -> Turn:
    """The angle abc at b."""
    u, v = a - b, c - b
    return dot(u, v), abs(cross(u, v))


def exact_degrees(a: Pt, b: Pt, c: Pt) -> Fraction | None:
    """The angle abc in degrees if it is a rational number of degrees, else None; also None if a point coincides.

    Coordinates of the field have the tangent in the field, and among rational degrees only multiples of 1.5 do.
    """
    cosine, sine = turn(a, b, c)
    if not cosine and not sine:
        return None
    near = round(math.degrees(math.atan2(float(sine), float(cosine))) / 1.5)
    degrees = Fraction(3 * near, 2)
    return degrees if _is_angle((cosine, sine), Surd(degrees)) else None


def _is_angle(angle: Turn, degrees: Surd) -> bool:
    c, s = angle
    if not degrees.is_rational:
        return False
    if degrees == 90:
        return not c and bool(s)
    tangent = tan_degrees(degrees.fraction)
    return tangent is not None and bool(c) and s == tangent * c and (c.sign() > 0) == (degrees < 90)


def _proper(angle: Turn) -> bool:
    return bool(angle[1])


def _same_turn(first: Turn, second: Turn) -> bool:
    (c, s), (d, t) = first, second
    return bool(s) and bool(t) and c * t == d * s


def _sum_is(at: list[Pt], degrees: Surd) -> bool:
    (c, s), (d, t) = turn(*at[:3]), turn(*at[3:])
    if not s or not t or not degrees.is_rational or not 0 < degrees < 360:
        return False
    cosine, sine = cos_degrees(degrees.fraction), sin_degrees(degrees.fraction)
    if cosine is None or sine is None:
        return False
    x, y = c * d - s * t, c * t + s * d
    return x * sine == y * cosine and x * cosine + y * sine > 0


def _ratio_is(at: list[Pt], value: Surd) -> bool:
    """For a ratio n or 1/n: the lesser angle, n times, is the greater (and stays below 180 degrees)."""
    if not value.is_rational or value <= 0 or ONE.fraction not in (value.fraction.numerator, value.den):
        return False
    great, small = (turn(*at[:3]), turn(*at[3:])) if value >= 1 else (turn(*at[3:]), turn(*at[:3]))
    (c, s), (x, y) = small, small
    if not s:
        return False
    for _ in range(max(value.fraction.numerator, value.den) - 1):
        x, y = x * c - y * s, x * s + y * c
        if y <= 0:
            return False
    return _same_turn((x, y), great)


def _has_length(squared: Surd, value: Surd) -> bool:
    return value > 0 and squared == value * value


def _between(p: Pt, a: Pt, b: Pt) -> bool:
    return side(p, a, b) == 0 and dot(a - p, b - p) < 0


def _on_line(at: list[Pt]) -> bool:
    return len(set(at)) == 3 and side(*at) == 0


def _inside(d: Pt, a: Pt, b: Pt, c: Pt) -> bool:
    whole = side(c, b, a)
    return whole != 0 and side(d, b, a) == whole and side(d, b, c) == -whole


def _perpendicular(at: list[Pt]) -> bool:
    a, b, c, d = at
    return a != b and c != d and not dot(b - a, d - c)


def _parallel(at: list[Pt]) -> bool:
    a, b, c, d = at
    return a != b and c != d and not cross(b - a, d - c) and side(c, a, b) != 0


def _foot(at: list[Pt]) -> bool:
    h, p, a, b = at
    return h != p and a != b and side(h, a, b) == 0 and not dot(p - h, b - a)


def _mirror(at: list[Pt]) -> bool:
    p, q, a, b = at
    return p != q and a != b and side(midpoint(p, q), a, b) == 0 and not dot(q - p, b - a)


def _bisects(at: list[Pt]) -> bool:
    d, a, b, c = at
    return _inside(d, a, b, c) and _same_turn(turn(a, b, d), turn(d, b, c))


def _squares(at: list[Pt]) -> list[Surd]:
    return [square_distance(p, q) for p, q in pairwise([*at, at[0]])]


def _is_triangle(at: list[Pt]) -> bool:
    return bool(twice_area(at))


def _congruent(at: list[Pt]) -> bool:
    return _is_triangle(at[:3]) and _squares(at[:3]) == _squares(at[3:])


def _similar(at: list[Pt]) -> bool:
    first, second = _squares(at[:3]), _squares(at[3:])
    return (
        _is_triangle(at[:3])
        and _is_triangle(at[3:])
        and all(first[0] * s == f * second[0] for f, s in zip(first[1:], second[1:], strict=True))
    )


def _concyclic(at: list[Pt]) -> bool:
    a, b, c, d = at
    if len(set(at)) < 4 or not _is_triangle([a, b, c]):
        return False
    (u, v, w) = (p - d for p in (a, b, c))
    uu, vv, ww = dot(u, u), dot(v, v), dot(w, w)
    return not (uu * cross(v, w) - vv * cross(u, w) + ww * cross(u, v))


def _convex(at: list[Pt]) -> bool:
    n = len(at)
    sides = {side(at[(i + 2) % n], at[i], at[(i + 1) % n]) for i in range(n)}
    return sides in ({1}, {-1}) and len(set(at)) == n


def _parallelogram(at: list[Pt]) -> bool:
    a, b, c, d = at
    return _is_triangle([a, b, c]) and b - a == c - d


def _right(a: Pt, b: Pt, c: Pt) -> bool:
    return not dot(a - b, c - b)


def _trapezoid(at: list[Pt]) -> bool:
    a, b, c, d = at
    return _convex(at) and not cross(b - a, d - c) and bool(cross(c - b, a - d))


def _kite(at: list[Pt]) -> bool:
    ab, bc, cd, da = _squares(at)
    return _convex(at) and ab == da and bc == cd


def _regular(at: list[Pt]) -> bool:
    n = len(at)
    turns = [turn(at[i - 1], at[i], at[(i + 1) % n]) for i in range(n)]
    return _convex(at) and len(set(_squares(at))) == 1 and all(_same_turn(turns[0], t) for t in turns)


def _incentre(at: list[Pt]) -> bool:
    i, a, b, c = at
    return all(_bisects([i, *angle]) for angle in ((a, b, c), (b, c, a), (c, a, b)))


def _orthocentre(at: list[Pt]) -> bool:
    h, a, b, c = at
    return _is_triangle([a, b, c]) and not dot(h - a, c - b) and not dot(h - b, c - a)


def _perimeter(at: list[Pt], value: Surd) -> bool:
    total = ZERO
    for squared in _squares(at):
        root = sqrt(squared)
        if root is None:
            return False
        total = total + root
    return total == value


def _cosine(angle: Turn, value: Surd) -> bool:
    c, s = angle
    return bool(s) and c.sign() == value.sign() and c * c == value * value * (c * c + s * s)


def _sine(angle: Turn, value: Surd) -> bool:
    c, s = angle
    return value > 0 and bool(s) and s * s == value * value * (c * c + s * s)


def _tangent_value(angle: Turn, value: Surd) -> bool:
    return bool(angle[0]) and bool(angle[1]) and angle[1] == value * angle[0]


_PLAIN: dict[str, Callable[[list[Pt]], bool]] = {
    "on": _on_line,
    "between": lambda at: _between(*at),
    "mid": lambda at: at[1] != at[2] and at[0] == midpoint(*at[1:]),
    "foot": _foot,
    "reflect": _mirror,
    "same_side": lambda at: side(at[0], *at[2:]) * side(at[1], *at[2:]) > 0,
    "opposite": lambda at: side(at[0], *at[2:]) * side(at[1], *at[2:]) < 0,
    "inside": lambda at: _inside(*at),
    "bisects": _bisects,
    "len_eq": lambda at: at[0] != at[1] and square_distance(*at[:2]) == square_distance(*at[2:]),
    "ang_eq": lambda at: _same_turn(turn(*at[:3]), turn(*at[3:])),
    "perp": _perpendicular,
    "para": _parallel,
    "concyclic": _concyclic,
    "circumcentre": lambda at: _is_triangle(at[1:]) and len({square_distance(at[0], p) for p in at[1:]}) == 1,
    "incentre": _incentre,
    "centroid": lambda at: _is_triangle(at[1:]) and at[0].times(3) == at[1].plus(at[2]).plus(at[3]),
    "orthocentre": _orthocentre,
    "congruent": _congruent,
    "similar": _similar,
    "triangle": _is_triangle,
    "isosceles": lambda at: _is_triangle(at) and square_distance(at[0], at[1]) == square_distance(at[0], at[2]),
    "equilateral": lambda at: _is_triangle(at) and len(set(_squares(at))) == 1,
    "quad": _convex,
    "parallelogram": _parallelogram,
    "rectangle": lambda at: _parallelogram(at) and _right(*at[:3]),
    "rhombus": lambda at: _parallelogram(at) and len(set(_squares(at))) == 1,
    "square": lambda at: _parallelogram(at) and len(set(_squares(at))) == 1 and _right(*at[:3]),
    "trapezoid": _trapezoid,
    "isosceles_trapezoid": lambda at: _trapezoid(at) and square_distance(*at[1:3]) == square_distance(at[3], at[0]),
    "right_trapezoid": lambda at: _trapezoid(at) and _right(at[3], at[0], at[1]),
    "kite": _kite,
    "regular": _regular,
}

_VALUED: dict[str, Callable[[list[Pt], Surd], bool]] = {
    "ratio": lambda at, v: _between(*at) and at[0] - at[1] == (at[2] - at[0]).times(v),
    "len": lambda at, v: _has_length(square_distance(*at), v),
    "len_ratio": lambda at, v: at[2] != at[3] and _has_length(square_distance(*at[:2]) / square_distance(*at[2:]), v),
    "ang": lambda at, v: _proper(turn(*at)) and _is_angle(turn(*at), v),
    "cos": lambda at, v: _cosine(turn(*at), v),
    "sin": lambda at, v: _sine(turn(*at), v),
    "tan": lambda at, v: _tangent_value(turn(*at), v),
    "ang_sum": _sum_is,
    "ang_ratio": _ratio_is,
    "area": lambda at, v: _has_length(twice_area(at) * twice_area(at), v * 2),
    "area_ratio": lambda at, v: _is_triangle(at[3:]) and abs(twice_area(at[:3])) == v * abs(twice_area(at[3:])),
    "perimeter": _perimeter,
}

_ROUND: dict[str, Callable[[list[Pt], Surd, Surd], bool]] = {
    "on_circle": lambda at, squared, _: square_distance(*at) == squared,
    "radius": lambda at, squared, v: _has_length(squared, v),
    "diameter": lambda at, squared, _: midpoint(*at[:2]) == at[2] and square_distance(at[0], at[2]) == squared,
    "tangent": lambda at, squared, _: (
        at[0] != at[1] and square_distance(at[0], at[2]) == squared and _right(at[1], at[0], at[2])
    ),
    "circumference": lambda at, squared, v: _has_length(squared * 4, v),
    "disc_area": lambda at, squared, v: squared == v,
}
