"""Exact figures for the tests of the deduction."""

from __future__ import annotations

import random

from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import Pt, foot, midpoint, pt
from mmrecipes.geometry.substrates import lay_substrate


def median_and_foot() -> Figure:
    """The example of the method: a 6-8-10 triangle, the midpoint D of the hypotenuse, and its foot E on AC."""
    b = Builder(Figure(), "substrate", "right_triangle")
    a, c, d = b.point(pt(6, 0)), b.point(pt(0, 8)), b.point(pt(0, 0))
    b.polygon(a, c, d)
    b.given("triangle", a, c, d)
    b.given("ang", a, d, c, value=90)
    b.given("len", a, d, value=6)
    b.given("len", c, d, value=8)
    figure = b.done()
    b = Builder(figure, "operation", "median")
    m = b.point(midpoint(figure[a], figure[c]))
    b.draw(d, m)
    b.given("mid", m, a, c)
    figure = b.done()
    b = Builder(figure, "operation", "perp_foot")
    e = b.point(foot(figure[m], figure[a], figure[d]))
    b.draw(m, e)
    b.given("foot", e, m, a, d)
    return b.done()


def bisected_isosceles(*left_out: str) -> Figure:
    """CA = CB = 6, AB = 4; the bisector CD of the angle at C, its midpoint E, and BE. Lengths named are not stated."""
    height = sqrt(32)
    assert height is not None
    b = Builder(Figure(), "substrate", "isosceles_triangle")
    for at in (pt(-2, 0), pt(2, 0), Pt(Surd(0), height), pt(0, 0), Pt(Surd(0), height / 2)):
        b.point(at)
    b.polygon("A", "B", "C")
    b.draw("C", "D")
    b.draw("B", "E")
    for name, value in (("AB", 4), ("AC", 6), ("BC", 6)):
        if name not in left_out:
            b.given("len", *name, value=value)
    b.given("bisects", "D", "A", "C", "B")
    b.given("between", "D", "A", "B")
    b.given("mid", "E", "C", "D")
    return b.done()


def triangle(ab: int, ac: int) -> Figure:
    """AB, BC = 7 and the angle of 60° at A are stated; AC is not."""
    b = Builder(Figure(), "substrate", "triangle")
    half = Surd(1) / 2
    root = sqrt(Surd(3))
    assert root is not None
    for at in (pt(0, 0), pt(ab, 0), Pt(half * ac, root * half * ac)):
        b.point(at)
    b.polygon("A", "B", "C")
    b.given("ang", "B", "A", "C", value=60)
    b.given("len", "A", "B", value=ab)
    b.given("len", "B", "C", value=7)
    return b.done()


def three_four_five() -> Figure:
    """C = 90°, CA = 4, CB = 3, with the incircle about I touching at X, Y, Z, and the circumcircle about O."""
    b = Builder(Figure(), "substrate", "right_triangle")
    at = {"A": pt(4, 0), "B": pt(0, 3), "C": pt(0, 0), "I": pt(1, 1), "Y": pt(0, 1), "Z": pt(1, 0)}
    at["O"] = midpoint(at["A"], at["B"])
    at["X"] = foot(at["I"], at["A"], at["B"])
    b.points.update(at)
    b.polygon("A", "B", "C")
    b.lines = [b._in_order({"A", "B", "O", "X"}), b._in_order({"B", "C", "Y"}), b._in_order({"A", "C", "Z"})]
    b.given("ang", "A", "C", "B", value=90)
    b.given("len", "A", "C", value=4)
    b.given("len", "B", "C", value=3)
    b.circle("I", Surd(1), "X", "Y", "Z")
    b.circle("O", Surd(25) / 4, "A", "B", "C")
    for touch, corner, side in (("X", "A", "AB"), ("Y", "B", "BC"), ("Z", "A", "AC")):
        b.given("tangent", touch, corner, "I")
        b.given("between", touch, *side)
    for name in "ABC":
        b.given("on_circle", name, "O")
    return b.done()


def hexagon() -> Figure:
    """A regular hexagon with side 5, a long diagonal AD and a short one AC."""
    b = Builder(lay_substrate("regular_hexagon", {"side": Surd(5)}), "operation", "diagonals")
    b.draw("A", "D")
    b.draw("A", "C")
    return b.done()


def sampled(n: int) -> list[Figure]:
    """Figures at random of difficulty 1 to 4."""
    return [construct(random.Random(f"deduction-{i}"), 1 + i % 4) for i in range(n)]
