"""Quadrilaterals. The vertices are A, B, C, D in order with AB the base."""

from __future__ import annotations

import random

from mmrecipes.geometry.figure import Builder
from mmrecipes.geometry.numbers import Surd, cos_degrees, sin_degrees, sqrt
from mmrecipes.geometry.plane import Pt, intersection, pt
from mmrecipes.geometry.substrates.substrate import Base, Parameters, Substrate, from_sides, lay, sizes, whole


def _parallelogram(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By two sides and the angle at A, or the diagonal BD."""
    ab = base if base is not None else Surd(rng.randint(4, 20))
    if rng.random() < 0.5:
        return sizes(ab=ab, ad=rng.randint(3, 16), degrees=rng.choice([45, 60, 120, 135] if radicals else [60, 120]))
    n = whole(ab, 4, 25)
    if n is None:
        return None
    ad = rng.choice([k for k in range(3, 17) if k != n])
    return sizes(ab=ab, ad=ad, bd=rng.randint(abs(n - ad) + 1, n + ad - 1))


def _build_parallelogram(b: Builder, p: Parameters, base: Base | None) -> None:
    if "degrees" in p:
        d = _polar(p["ad"], p["degrees"])
    else:
        d = from_sides(p["ab"], p["bd"], p["ad"])[2]
    names = lay(b, [pt(0, 0), Pt(p["ab"], Surd(0)), Pt(d.x + p["ab"], d.y), d], base)
    b.given("parallelogram", *names)
    b.given("len", names[0], names[1], value=p["ab"])
    b.given("len", names[0], names[3], value=p["ad"])
    if "degrees" in p:
        b.given("ang", names[1], names[0], names[3], value=p["degrees"])
    else:
        b.draw(names[1], names[3])
        b.given("len", names[1], names[3], value=p["bd"])


def _polar(r: Surd, degrees: Surd) -> Pt:
    c, s = cos_degrees(degrees.fraction), sin_degrees(degrees.fraction)
    if c is None or s is None or s <= 0:
        raise ValueError(f"degrees {degrees}: a multiple of 3 between 0 and 180 is wanted")
    return Pt(r * c, r * s)


def _rectangle(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    ab = base if base is not None else Surd(rng.randint(3, 20))
    ad = rng.randint(2, 16)
    return sizes(ab=ab, ad=ad + 1 if ab == ad else ad)


def _build_rectangle(b: Builder, p: Parameters, base: Base | None) -> None:
    names = lay(b, [pt(0, 0), Pt(p["ab"], Surd(0)), Pt(p["ab"], p["ad"]), Pt(Surd(0), p["ad"])], base)
    b.given("rectangle", *names)
    b.given("len", names[0], names[1], value=p["ab"])
    b.given("len", names[0], names[3], value=p["ad"])


def _square(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    return sizes(side=base if base is not None else rng.randint(2, 20))


def _build_square(b: Builder, p: Parameters, base: Base | None) -> None:
    a = p["side"]
    names = lay(b, [pt(0, 0), Pt(a, Surd(0)), Pt(a, a), Pt(Surd(0), a)], base)
    b.given("square", *names)
    b.given("len", names[0], names[1], value=a)


def _rhombus(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By its diagonals, both drawn, or by a side and the angle at A."""
    if base is not None or rng.random() < 0.5:
        return sizes(side=base if base is not None else rng.randint(2, 20), degrees=rng.choice([60, 120]))
    if radicals and rng.random() < 0.5:
        p, q = rng.sample(range(4, 21, 2), 2)
        return sizes(ac=p, bd=q)
    p, q = rng.choice([(6, 8), (10, 24), (16, 30), (12, 16), (18, 24), (8, 6), (24, 10), (30, 16)])
    return sizes(ac=p, bd=q)


def _build_rhombus(b: Builder, p: Parameters, base: Base | None) -> None:
    if "side" in p:
        d = _polar(p["side"], p["degrees"])
        names = lay(b, [pt(0, 0), Pt(p["side"], Surd(0)), Pt(d.x + p["side"], d.y), d], base)
        b.given("rhombus", *names)
        b.given("len", names[0], names[1], value=p["side"])
        b.given("ang", names[1], names[0], names[3], value=p["degrees"])
        return
    x, y, zero = p["ac"] / 2, p["bd"] / 2, Surd(0)
    names = lay(b, [Pt(-x, zero), Pt(zero, -y), Pt(x, zero), Pt(zero, y)], base)
    b.given("rhombus", *names)
    _cross_diagonals(b, names)
    b.given("len", names[0], names[2], value=p["ac"])
    b.given("len", names[1], names[3], value=p["bd"])


def _cross_diagonals(b: Builder, names: list[str]) -> None:
    """Draw both diagonals and name their crossing."""
    crossing = intersection(b[names[0]], b[names[2]], b[names[1]], b[names[3]])
    if crossing is None:
        raise ValueError("the diagonals do not meet")
    e = b.point(crossing)
    b.draw(names[0], names[2])
    b.draw(names[1], names[3])
    b.given("between", e, names[0], names[2])
    b.given("between", e, names[1], names[3])


def _isosceles_trapezoid(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By both parallel sides and the leg, or the angle at A; AB is the longer of them."""
    n = whole(base, 6, 30) if base is not None else rng.randint(6, 24)
    if n is None:
        return None
    top = rng.randint(2, n - 2)
    if rng.random() < 0.4:
        return sizes(ab=n, cd=top, degrees=rng.choice([45, 60] if radicals else [60]))
    if not radicals:
        x, leg = rng.choice([(3, 5), (4, 5), (5, 13), (6, 10), (8, 10), (8, 17), (9, 15)])
        return sizes(ab=n, cd=n - 2 * x, leg=leg) if n - 2 * x >= 2 else sizes(ab=n, cd=top, degrees=60)
    return sizes(ab=n, cd=top, leg=(n - top) // 2 + rng.randint(1, 8))


def _build_isosceles_trapezoid(b: Builder, p: Parameters, base: Base | None) -> None:
    x = (p["ab"] - p["cd"]) / 2
    if x <= 0:
        raise ValueError(f"cd {p['cd']}: must be shorter than ab {p['ab']}")
    if "degrees" in p:
        slope = _polar(Surd(1), p["degrees"])
        if slope.x <= 0:
            raise ValueError(f"degrees {p['degrees']}: the angle at the longer side is below 90")
        height = x * slope.y / slope.x
    else:
        if p["leg"] <= x:
            raise ValueError(f"leg {p['leg']}: must be longer than {x}, half the difference of the parallel sides")
        root = sqrt(p["leg"] * p["leg"] - x * x)
        if root is None:
            raise ValueError(f"leg {p['leg']}: the height is not a sum of square roots")
        height = root
    names = lay(b, [pt(0, 0), Pt(p["ab"], Surd(0)), Pt(p["ab"] - x, height), Pt(x, height)], base)
    b.given("isosceles_trapezoid", *names)
    b.implied("len_eq", names[0], names[3], names[1], names[2])
    b.implied("para", *names)
    b.given("len", names[0], names[1], value=p["ab"])
    b.given("len", names[2], names[3], value=p["cd"])
    if "degrees" in p:
        b.given("ang", names[1], names[0], names[3], value=p["degrees"])
    else:
        b.given("len", names[0], names[3], value=p["leg"])


def _right_trapezoid(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    n = whole(base, 3, 30) if base is not None else rng.randint(4, 20)
    if n is None:
        return None
    if radicals:
        top, height = rng.choice([k for k in range(2, 20) if k != n]), rng.randint(3, 14)
    else:
        x, height, _ = rng.choice([(3, 4, 5), (4, 3, 5), (5, 12, 13), (6, 8, 10), (8, 6, 10), (12, 5, 13)])
        top = n - x if n - x >= 2 else n + x
    return sizes(ab=n, cd=top, ad=height)


def _build_right_trapezoid(b: Builder, p: Parameters, base: Base | None) -> None:
    if p["ab"] == p["cd"]:
        raise ValueError(f"cd {p['cd']}: equal to ab, which makes a rectangle")
    names = lay(b, [pt(0, 0), Pt(p["ab"], Surd(0)), Pt(p["cd"], p["ad"]), Pt(Surd(0), p["ad"])], base)
    b.given("right_trapezoid", *names)
    b.implied("para", *names)
    b.implied("perp", names[0], names[1], names[0], names[3])
    for i, j, field in ((0, 1, "ab"), (2, 3, "cd"), (0, 3, "ad")):
        b.given("len", names[i], names[j], value=p[field])


def _kite(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    """By AB, BC and the drawn axis AC, or with right angles at B and D."""
    n = whole(base, 3, 25) if base is not None else rng.randint(3, 15)
    if n is None:
        return None
    bc = rng.choice([k for k in range(3, 21) if k != n])
    if rng.random() < 0.3:
        return sizes(ab=n, bc=bc)
    return sizes(ab=n, bc=bc, ac=rng.randint(max(n, bc), n + bc - 1))


def _build_kite(b: Builder, p: Parameters, base: Base | None) -> None:
    ab, bc = p["ab"], p["bc"]
    if ab == bc:
        raise ValueError(f"bc {bc}: equal to ab, which makes a rhombus")
    axis = p.get("ac") or sqrt(ab * ab + bc * bc)
    if axis is None:
        raise ValueError(f"ab {ab}: the axis is not a sum of square roots")
    a, c, d = from_sides(axis, bc, ab)
    names = lay(b, [a, Pt(d.x, -d.y), c, d], base)
    b.given("kite", *names)
    b.given("len", names[0], names[1], value=ab)
    b.given("len", names[1], names[2], value=bc)
    if "ac" in p:
        b.draw(names[0], names[2])
        b.given("len", names[0], names[2], value=axis)
    else:
        b.given("ang", *names[:3], value=90)


QUADRILATERALS = (
    Substrate("parallelogram", "quadrilateral", ("ab", "ad", "bd", "degrees"), _parallelogram, _build_parallelogram),
    Substrate("rectangle", "quadrilateral", ("ab", "ad"), _rectangle, _build_rectangle),
    Substrate("square", "quadrilateral", ("side",), _square, _build_square),
    Substrate("rhombus", "quadrilateral", ("ac", "bd", "side", "degrees"), _rhombus, _build_rhombus),
    Substrate("isosceles_trapezoid", "quadrilateral", ("ab", "cd", "leg", "degrees"), _isosceles_trapezoid,
              _build_isosceles_trapezoid),
    Substrate("right_trapezoid", "quadrilateral", ("ab", "cd", "ad"), _right_trapezoid, _build_right_trapezoid),
    Substrate("kite", "quadrilateral", ("ab", "bc", "ac"), _kite, _build_kite),
)  # fmt: skip
