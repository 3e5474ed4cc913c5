"""Circles with what is inscribed in them or touches them. The centre is always named and drawn. They are laid alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mmrecipes.geometry.figure import Builder
from mmrecipes.geometry.numbers import ZERO, Surd, cos_degrees, sin_degrees, sqrt
from mmrecipes.geometry.plane import Pt, pt
from mmrecipes.geometry.substrates.substrate import Base, Parameters, Substrate, exact_length, sizes

_ORIGIN = pt(0, 0)


def _on(radius: Surd, degrees: Surd | int) -> Pt:
    angle = degrees if isinstance(degrees, Surd) else Surd(degrees)
    c, s = cos_degrees(angle.fraction), sin_degrees(angle.fraction)
    if c is None or s is None:
        raise ValueError(f"degrees {angle}: a multiple of 3 is wanted")
    return Pt(radius * c, radius * s)


def _ring(b: Builder, radius: Surd, at: Sequence[Pt]) -> tuple[str, list[str]]:
    """The circle about the origin with points on it, all stated."""
    centre = b.point(_ORIGIN, role="centre")
    names = [b.point(p) for p in at]
    b.circle(centre, radius * radius, *names)
    for name in names:
        b.given("on_circle", name, centre)
    return centre, names


def _radius(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    return None if base is not None else sizes(radius=rng.randint(2, 13))


def _two_radii(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    choices = [60, 90, 120] + ([45, 135, 150] if radicals else [])
    return None if base is not None else sizes(radius=rng.randint(2, 13), degrees=rng.choice(choices))


def _build_two_radii(b: Builder, p: Parameters, base: Base | None) -> None:
    if not 0 < p["degrees"] < 180:
        raise ValueError(f"degrees {p['degrees']}: between 0 and 180")
    centre, (first, second) = _ring(b, p["radius"], [_on(p["radius"], 0), _on(p["radius"], p["degrees"])])
    b.draw(centre, first)
    b.draw(centre, second)
    b.given("radius", centre, value=p["radius"])
    b.given("ang", first, centre, second, value=p["degrees"])


def _diameter_triangle(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """AB is the diameter; AC is given, or the angle at A."""
    if base is not None:
        return None
    if rng.random() < 0.4:
        return sizes(ab=2 * rng.randint(2, 12), degrees=rng.choice([30, 60]))
    x, y, z = rng.choice([(3, 4, 5), (5, 12, 13), (8, 15, 17), (6, 8, 10), (9, 12, 15)])
    k = rng.randint(1, max(1, 26 // z))
    return sizes(ab=z * k, ac=rng.choice([x, y]) * k)


def _build_diameter_triangle(b: Builder, p: Parameters, base: Base | None) -> None:
    ab = p["ab"]
    r = ab / 2
    if "degrees" in p:
        if not 0 < p["degrees"] < 90:
            raise ValueError(f"degrees {p['degrees']}: between 0 and 90")
        c = _on(r, p["degrees"] * 2)
    else:
        ac = p["ac"]
        if ac >= ab:
            raise ValueError(f"ac {ac}: a chord is shorter than the diameter {ab}")
        height = sqrt(ab * ab - ac * ac)
        if height is None:
            raise ValueError(f"ac {ac}: the third side is not a sum of square roots")
        c = Pt(ac * ac / ab - r, ac * height / ab)
    centre, (first, second, third) = _ring(b, r, [Pt(-r, ZERO), Pt(r, ZERO), c])
    b.polygon(first, second, third)
    b.given("triangle", first, second, third)
    b.given("diameter", first, second, centre)
    b.given("len", first, second, value=ab)
    if "degrees" in p:
        b.given("ang", second, first, third, value=p["degrees"])
    else:
        b.given("len", first, third, value=p["ac"])


def _build_inscribed_equilateral(b: Builder, p: Parameters, base: Base | None) -> None:
    centre, names = _ring(b, p["radius"], [_on(p["radius"], 210), _on(p["radius"], 330), _on(p["radius"], 90)])
    b.polygon(*names)
    b.given("triangle", *names)
    b.given("equilateral", *names)
    b.given("radius", centre, value=p["radius"])


def _build_inscribed_square(b: Builder, p: Parameters, base: Base | None) -> None:
    centre, names = _ring(b, p["radius"], [_on(p["radius"], a) for a in (225, 315, 45, 135)])
    b.polygon(*names)
    b.given("square", *names)
    b.given("radius", centre, value=p["radius"])


def _cyclic_quadrilateral(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By the arcs AB, BC, CD in degrees; the fourth is the rest."""
    if base is not None:
        return None
    while True:
        arcs = [30 * rng.randint(2, 5) for _ in range(3)]
        if 60 <= 360 - sum(arcs) <= 150 and len({*arcs, 360 - sum(arcs)}) > 1:
            return sizes(radius=rng.randint(2, 13), arc_ab=arcs[0], arc_bc=arcs[1], arc_cd=arcs[2])


def _build_cyclic_quadrilateral(b: Builder, p: Parameters, base: Base | None) -> None:
    r, first, second, third = p["radius"], p["arc_ab"], p["arc_bc"], p["arc_cd"]
    if first + second + third >= 360:
        raise ValueError(f"arc_cd {third}: the three arcs must leave one for the fourth side")
    at = [_on(r, angle) for angle in (ZERO, first, first + second, first + second + third)]
    centre, names = _ring(b, r, at)
    b.polygon(*names)
    b.given("quad", *names)
    b.given("radius", centre, value=r)
    b.given("ang", names[0], names[1], names[2], value=Surd(180) - (first + second) / 2)
    b.given("ang", names[1], names[2], names[3], value=Surd(180) - (second + third) / 2)
    b.given("len", names[0], names[1], value=exact_length(at[0], at[1]))


def _two_tangents(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By the radius and the distance of the outside point, or the tangents' length."""
    if base is not None:
        return None
    r, t, d = rng.choice([(3, 4, 5), (4, 3, 5), (5, 12, 13), (6, 8, 10), (8, 6, 10), (8, 15, 17), (12, 5, 13)])
    if rng.random() < 0.5:
        return sizes(radius=r, distance=d)
    if rng.random() < 0.4 or not radicals:
        return sizes(radius=r, tangent=t)
    return sizes(radius=r, distance=2 * r)


def _build_two_tangents(b: Builder, p: Parameters, base: Base | None) -> None:
    r = p["radius"]
    if "distance" in p:
        if p["distance"] <= r:
            raise ValueError(f"distance {p['distance']}: the point must lie outside the circle of radius {r}")
        d, t = p["distance"], sqrt(p["distance"] * p["distance"] - r * r)
    else:
        d, t = sqrt(r * r + p["tangent"] * p["tangent"]), p["tangent"]
    if d is None or t is None:
        raise ValueError(f"radius {r}: the other length is not a sum of square roots")
    x, y = r * r / d, r * t / d
    outside = b.point(Pt(d, ZERO))
    centre, (first, second) = _ring(b, r, [Pt(x, y), Pt(x, -y)])
    for touch in (first, second):
        b.draw(outside, touch)
        b.given("tangent", touch, outside, centre)
    b.draw(centre, first)
    b.given("radius", centre, value=r)
    if "distance" in p:
        b.draw(centre, outside)
        b.given("len", centre, outside, value=d)
    else:
        b.given("len", outside, first, value=t)


CIRCLES = (
    Substrate("circle_with_two_radii", "circle", ("radius", "degrees"), _two_radii, _build_two_radii),
    Substrate("triangle_on_diameter", "circle", ("ab", "ac", "degrees"), _diameter_triangle, _build_diameter_triangle),
    Substrate("inscribed_equilateral_triangle", "circle", ("radius",), _radius, _build_inscribed_equilateral),
    Substrate("inscribed_square", "circle", ("radius",), _radius, _build_inscribed_square),
    Substrate("cyclic_quadrilateral", "circle", ("radius", "arc_ab", "arc_bc", "arc_cd"), _cyclic_quadrilateral,
              _build_cyclic_quadrilateral),
    Substrate("two_tangents", "circle", ("radius", "distance", "tangent"), _two_tangents, _build_two_tangents),
)  # fmt: skip
