"""What a substrate is: a base shape with parameters, laid alone or on a free side of a figure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import Pt, dot, side, square_distance

Parameters = Mapping[str, Surd]
Base = tuple[str, str]


class Substrate(NamedTuple):
    """`sample(rng, radicals, base)`: parameters, with roots in given sizes only if allowed; for a base length those
    that make the first side so long, or None if it finds none. `build(b, parameters, base)` lays the shape and states
    its givens. Positive parameters of the names in `fields` are a build's own to check further (ValueError)."""

    name: str
    family: str
    fields: tuple[str, ...]
    sample: Callable[[random.Random, bool, Surd | None], dict[str, Surd] | None]
    build: Callable[[Builder, Parameters, Base | None], None]


def sizes(**values: Surd | int | Fraction) -> dict[str, Surd]:
    return {name: v if isinstance(v, Surd) else Surd(v) for name, v in values.items()}


def whole(length: Surd | None, low: int, high: int) -> int | None:
    """The length as a number if it is whole and in range."""
    if length is None or not length.is_rational or length.den != 1:
        return None
    n = int(length.fraction)
    return n if low <= n <= high else None


def lay(b: Builder, at: Sequence[Pt], base: Base | None) -> list[str]:
    """Name the vertices (counter-clockwise), turned and moved so that the first two fall on the base's ends."""
    if base is None:
        names = [b.point(p) for p in at]
    else:
        p, q = b[base[0]], b[base[1]]
        u, v = at[1] - at[0], q - p
        size = dot(u, u)
        c, s = dot(u, v) / size, (u.x * v.y - u.y * v.x) / size
        names = list(base)
        for vertex in at[2:]:
            w = vertex - at[0]
            names.append(b.point(Pt(p.x + w.x * c - w.y * s, p.y + w.x * s + w.y * c)))
    b.polygon(*names)
    return names


def free_sides(figure: Figure) -> Iterator[Base]:
    """Drawn sides with the whole figure to their right: a shape laid on one, to its left, overlaps nothing."""
    at = figure.points
    for line in figure.lines:
        for a, b in ((line[0], line[-1]), (line[-1], line[0])):
            if any(side(p, at[a], at[b]) > 0 for p in at.values()):
                continue
            (ax, ay), (bx, by) = at[a].floats, at[b].floats
            length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
            if all(
                ((bx - ax) * (float(at[o].y) - ay) - (by - ay) * (float(at[o].x) - ax)) / length
                <= -(float(circle.squared_radius) ** 0.5) + 1e-9
                for o, circle in figure.circles.items()
            ):
                yield a, b


def from_sides(ab: Surd, bc: Surd, ca: Surd) -> list[Pt]:
    """The vertices of a triangle with AB on the x axis; ValueError if the sides make no triangle or leave the field."""
    if not (ab < bc + ca and bc < ca + ab and ca < ab + bc):
        raise ValueError(f"sides {ab}, {bc}, {ca}: each must be shorter than the two others together")
    x = (ca * ca + ab * ab - bc * bc) / (ab * 2)
    y = sqrt(ca * ca - x * x)
    if y is None:
        raise ValueError(f"sides {ab}, {bc}, {ca}: the height is not a sum of square roots")
    return [Pt(Surd(0), Surd(0)), Pt(ab, Surd(0)), Pt(x, y)]


def exact_length(p: Pt, q: Pt) -> Surd:
    """The distance; ValueError if it is not in the field."""
    root = sqrt(square_distance(p, q))
    if root is None:
        raise ValueError("a given length is not a sum of square roots")
    return root
