"""Triangles. The vertices are A, B, C with AB the base."""

from __future__ import annotations

import random

from mmrecipes.geometry.figure import Builder
from mmrecipes.geometry.numbers import Surd, sqrt, tan_degrees
from mmrecipes.geometry.plane import Pt, pt
from mmrecipes.geometry.substrates.substrate import Base, Parameters, Substrate, from_sides, lay, sizes, whole

PYTHAGOREAN = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (6, 8, 10), (9, 12, 15), (20, 21, 29))
ROOT3 = Surd.of({3: 1})


def _scalene(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    ab = whole(base, 3, 25) if base is not None else rng.randint(3, 25)
    if ab is None:
        return None
    for _ in range(40):
        bc, ca = rng.randint(3, 25), rng.randint(3, 25)
        if len({ab, bc, ca}) == 3 and max(ab, bc, ca) * 2 < ab + bc + ca:
            return sizes(ab=ab, bc=bc, ca=ca)
    return None


def _build_scalene(b: Builder, p: Parameters, base: Base | None) -> None:
    names = lay(b, from_sides(p["ab"], p["bc"], p["ca"]), base)
    b.given("triangle", *names)
    _given_lengths(b, names, p["ab"], p["bc"], p["ca"])


def _given_lengths(b: Builder, names: list[str], *lengths: Surd) -> None:
    for i, length in enumerate(lengths):
        b.given("len", names[i], names[(i + 1) % len(names)], value=length)


def _isosceles(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By base and leg, or by base and base angle."""
    ab = base if base is not None else Surd(rng.randint(3, 20))
    if rng.random() < 0.5:
        return sizes(base=ab, degrees=rng.choice([30, 36, 72, 75] if radicals else [30, 75]))
    low = int(float(ab) / 2) + 1
    return sizes(base=ab, leg=rng.randint(low, max(low, min(25, int(2 * float(ab))))))


def _build_isosceles(b: Builder, p: Parameters, base: Base | None) -> None:
    ab = p["base"]
    if "leg" in p:
        at = from_sides(ab, p["leg"], p["leg"])
    else:
        tangent = tan_degrees(p["degrees"].fraction)
        if tangent is None or not 0 < p["degrees"] < 90:
            raise ValueError(f"degrees {p['degrees']}: a base angle is a multiple of 1.5 below 90")
        at = [pt(0, 0), Pt(ab, Surd(0)), Pt(ab / 2, tangent * ab / 2)]
    names = lay(b, at, base)
    b.given("triangle", *names)
    b.given("isosceles", names[2], names[0], names[1])
    b.implied("len_eq", names[2], names[0], names[2], names[1])
    b.given("len", names[0], names[1], value=ab)
    if "leg" in p:
        b.given("len", names[0], names[2], value=p["leg"])
    else:
        b.given("ang", names[1], names[0], names[2], value=p["degrees"])


def _equilateral(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    return sizes(side=base if base is not None else rng.randint(2, 20))


def _build_equilateral(b: Builder, p: Parameters, base: Base | None) -> None:
    a = p["side"]
    names = lay(b, [pt(0, 0), Pt(a, Surd(0)), Pt(a / 2, a * ROOT3 / 2)], base)
    b.given("triangle", *names)
    b.given("equilateral", *names)
    b.given("len", names[0], names[1], value=a)


def _right(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """The right angle is at A. Whole sides, or (roots allowed) two whole legs; the hypotenuse is given if `hyp`."""
    if base is None:
        if radicals and rng.random() < 0.4:
            legs = rng.sample(range(2, 13), 2)
            return sizes(ab=legs[0], ca=legs[1])
        x, y, z = rng.choice(PYTHAGOREAN)
        k = rng.randint(1, max(1, 30 // z))
        ab, ca = rng.choice([(x, y), (y, x)])
        return sizes(ab=ab * k, bc=z * k) if rng.random() < 0.4 else sizes(ab=ab * k, ca=ca * k)
    for x, y, _ in rng.sample(PYTHAGOREAN, len(PYTHAGOREAN)):
        if rng.random() < 0.5:
            x, y = y, x
        ca = base / x * y
        if whole(ca, 2, 60) is not None:
            return sizes(ab=base, ca=ca)
    return sizes(ab=base, ca=rng.randint(2, 12)) if radicals and whole(base, 2, 12) else None


def _build_right(b: Builder, p: Parameters, base: Base | None) -> None:
    if "ca" in p:
        ca = p["ca"]
    else:
        if p["bc"] <= p["ab"]:
            raise ValueError(f"bc {p['bc']}: the hypotenuse must be longer than the leg {p['ab']}")
        ca = _leg(p["bc"], p["ab"])
    names = lay(b, [pt(0, 0), Pt(p["ab"], Surd(0)), Pt(Surd(0), ca)], base)
    b.given("triangle", *names)
    b.given("ang", names[1], names[0], names[2], value=90)
    b.given("len", names[0], names[1], value=p["ab"])
    if "ca" in p:
        b.given("len", names[0], names[2], value=ca)
    else:
        b.given("len", names[1], names[2], value=p["bc"])


def _leg(hypotenuse: Surd, other: Surd) -> Surd:
    leg = sqrt(hypotenuse * hypotenuse - other * other)
    if leg is None:
        raise ValueError(f"bc {hypotenuse}: the other leg is not a sum of square roots")
    return leg


def _isosceles_right(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    return sizes(leg=base if base is not None else rng.randint(2, 20))


def _build_isosceles_right(b: Builder, p: Parameters, base: Base | None) -> None:
    a = p["leg"]
    names = lay(b, [pt(0, 0), Pt(a, Surd(0)), Pt(Surd(0), a)], base)
    b.given("triangle", *names)
    b.given("isosceles", *names)
    b.implied("len_eq", names[0], names[1], names[0], names[2])
    b.given("ang", names[1], names[0], names[2], value=90)
    b.given("len", names[0], names[1], value=a)


def _half_equilateral(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """Right angle at A; the angle at B is 30 or 60 degrees."""
    degrees = rng.choice([30, 60])
    if base is not None:
        return sizes(ab=base, degrees=degrees)
    n = rng.randint(2, 12)
    return sizes(ab=ROOT3 * n if radicals and rng.random() < 0.3 else Surd(n), degrees=degrees)


def _build_half_equilateral(b: Builder, p: Parameters, base: Base | None) -> None:
    ab, degrees = p["ab"], p["degrees"]
    tangent = tan_degrees(degrees.fraction)
    if tangent is None or degrees not in (30, 60):
        raise ValueError(f"degrees {degrees}: the angle at B is 30 or 60")
    names = lay(b, [pt(0, 0), Pt(ab, Surd(0)), Pt(Surd(0), ab * tangent)], base)
    b.given("triangle", *names)
    b.given("ang", names[1], names[0], names[2], value=90)
    b.given("ang", names[0], names[1], names[2], value=degrees)
    b.given("len", names[0], names[1], value=ab)
    b.implied("ang", names[0], names[2], names[1], value=Surd(90) - degrees)


TRIANGLES = (
    Substrate("scalene_triangle", "triangle", ("ab", "bc", "ca"), _scalene, _build_scalene),
    Substrate("isosceles_triangle", "triangle", ("base", "leg", "degrees"), _isosceles, _build_isosceles),
    Substrate("equilateral_triangle", "triangle", ("side",), _equilateral, _build_equilateral),
    Substrate("right_triangle", "triangle", ("ab", "bc", "ca"), _right, _build_right),
    Substrate("isosceles_right_triangle", "triangle", ("leg",), _isosceles_right, _build_isosceles_right),
    Substrate("half_equilateral_triangle", "triangle", ("ab", "degrees"), _half_equilateral, _build_half_equilateral),
)
