"""Points of the plane with exact coordinates, and the constructions that need field operations only."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from mmrecipes.geometry.numbers import Surd


class Pt(NamedTuple):
    """A point or a vector, x to the right and y upwards."""

    x: Surd
    y: Surd

    def __sub__(self, other: Pt) -> Pt:
        return Pt(self.x - other.x, self.y - other.y)

    def plus(self, other: Pt) -> Pt:
        return Pt(self.x + other.x, self.y + other.y)

    def times(self, factor: Surd | int | Fraction) -> Pt:
        return Pt(self.x * factor, self.y * factor)

    @property
    def floats(self) -> tuple[float, float]:
        return float(self.x), float(self.y)


def pt(x: Surd | int | Fraction, y: Surd | int | Fraction) -> Pt:
    return Pt(x if isinstance(x, Surd) else Surd(x), y if isinstance(y, Surd) else Surd(y))


def dot(u: Pt, v: Pt) -> Surd:
    return u.x * v.x + u.y * v.y


def cross(u: Pt, v: Pt) -> Surd:
    return u.x * v.y - u.y * v.x


def square_distance(a: Pt, b: Pt) -> Surd:
    d = b - a
    return d.x * d.x + d.y * d.y


def side(p: Pt, a: Pt, b: Pt) -> int:
    """1 if p lies left of the line from a to b, -1 right, 0 on it."""
    return cross(b - a, p - a).sign()


def along(a: Pt, b: Pt, share: Surd | int | Fraction) -> Pt:
    """a + share * (b - a)."""
    return a.plus((b - a).times(share))


def midpoint(a: Pt, b: Pt) -> Pt:
    return along(a, b, Fraction(1, 2))


def intersection(a: Pt, b: Pt, c: Pt, d: Pt) -> Pt | None:
    """Where the lines ab and cd meet; None if they are parallel."""
    u, v = b - a, d - c
    det = cross(u, v)
    return along(a, b, cross(c - a, v) / det) if det else None


def foot(p: Pt, a: Pt, b: Pt) -> Pt:
    """The foot of the perpendicular from p on the line ab."""
    u = b - a
    return along(a, b, dot(p - a, u) / dot(u, u))


def reflection(p: Pt, a: Pt, b: Pt) -> Pt:
    """The mirror image of p in the line ab."""
    return along(p, foot(p, a, b), 2)


def turned(p: Pt, centre: Pt, cosine: Surd, sine: Surd) -> Pt:
    """p turned about the centre, counter-clockwise for a positive sine."""
    u = p - centre
    return Pt(centre.x + u.x * cosine - u.y * sine, centre.y + u.x * sine + u.y * cosine)


def circumcentre(a: Pt, b: Pt, c: Pt) -> Pt:
    """The centre of the circle through three points that are not on one line."""
    u, v = b - a, c - a
    uu, vv, d = dot(u, u), dot(v, v), cross(u, v) * 2
    return Pt(a.x + (v.y * uu - u.y * vv) / d, a.y + (u.x * vv - v.x * uu) / d)


def twice_area(points: list[Pt]) -> Surd:
    """Twice the signed area of a polygon, positive if counter-clockwise."""
    first = points[0]
    total = Surd(0)
    for p, q in pairwise(points[1:]):
        total = total + cross(p - first, q - first)
    return total
