"""What givens determine: the known 6-6-4 case, ambiguity found by solving anew, and solutions judged by the oracle."""

import math

import mpmath
import pytest

from mmrecipes.geometry.determine import System
from mmrecipes.geometry.facts import KINDS, fact, parse_fact
from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.operations.circles import draw_inscribed_angle
from mmrecipes.geometry.operations.lines import connect, draw_angle_bisector, take_midpoint
from mmrecipes.geometry.plane import pt
from mmrecipes.geometry.substrates import lay_substrate
from mmrecipes_tests.geometry import plane_oracle
from mmrecipes_tests.geometry.test_facts import TRUE, board


@pytest.fixture(scope="module")
def apex() -> Figure:
    figure = lay_substrate("isosceles_triangle", {"base": 4, "leg": 6})
    return connect(take_midpoint(draw_angle_bisector(figure, "C", "A", "B"), "C", "D"), "B", "E")


@pytest.mark.parametrize("dropped", ["len(A,B)=4", "len(A,C)=6", "isosceles(C,A,B)", "mid(E,C,D)", "bisects(D,A,C,B)"])
def test_without_a_needed_given_the_length_is_not_determined(apex: Figure, dropped: str):
    assert System(apex, apex.givens()).determined("len", "BE")
    fewer = System(apex, [g for g in apex.givens() if g != parse_fact(dropped)])
    assert not fewer.determined("len", "BE")
    assert fewer.determined("len_ratio", "CECD") == (dropped != "mid(E,C,D)")
    assert not fewer.agree("len", "BE", fewer.solutions(1))


def test_a_minimal_set_determines_and_each_of_its_facts_is_needed(apex: Figure):
    system = System(apex, [*apex.givens(), fact("len", "B", "C", value=6)])
    assert system.redundant == 1
    for kind, names in (("len", "BE"), ("len_ratio", "CECD"), ("ang", "CDB")):
        kept = system.minimal(kind, names)
        assert System(apex, kept).determined(kind, names)
        for given in kept:
            rest = System(apex, [g for g in kept if g != given])
            assert not rest.determined(kind, names) or given.kind == "triangle"


def test_a_second_triangle_with_the_same_givens_is_found():
    """Two sides and an angle that they do not include: fixed to first order, and yet there are two triangles."""
    b = Builder(Figure(), "substrate", "by hand")
    b.polygon(b.point(pt(0, 0)), b.point(pt(8, 0)), b.point(pt(4, 3)))  # tan A = 3/4, BC = 5
    triangle = b.done()
    givens = [parse_fact(t) for t in ("tan(B,A,C)=3/4", "len(A,B)=8", "len(B,C)=5")]
    system = System(triangle, givens)
    assert system.determined("len", "AC")
    found = system.solutions(3, starts=40)
    lengths = {round(math.dist(x[0:2], x[4:6]) * 8, 6) for x in found}
    assert lengths == {5.0, 7.8} and not system.agree("len", "AC", found)
    assert system.agree("len", "AB", found)


def test_a_free_point_of_a_circle_leaves_its_angle_determined_and_its_chord_not():
    figure = draw_inscribed_angle(lay_substrate("triangle_on_diameter", {"ab": 10, "ac": 6}), "A", "C", "O", 90)
    system = System(figure, figure.givens())
    assert system.determined("ang", "ADC") and not system.determined("len", "AD")
    found = system.solutions(5)
    assert system.agree("ang", "ADC", found) and not system.agree("len", "AD", found)


def test_determined_quantities_are_the_same_in_every_figure_found_and_those_satisfy_all_givens(
    figures: list[Figure], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plane_oracle, "TINY", mpmath.mpf("1e-5"))
    solved = 0
    for i, figure in enumerate(figures[1:50:5]):
        system = System(figure, figure.givens())
        asked = [("len", side) for side in figure.sides()] + [("area", t) for t in figure.triangles()]
        verdicts = system.determined_all(asked)
        assert verdicts == [system.determined(*a) for a in asked]
        found = system.solutions(i, starts=8)
        solved += len(found)
        if len(found) >= 2:
            assert all(system.agree(*a, found) for a, known in zip(asked, verdicts, strict=True) if known)
        size = max(math.dist(p.floats, q.floats) for p in figure.points.values() for q in figure.points.values())
        for x in found[:2]:
            at = {n: mpmath.mpc(x[2 * k] * size, x[2 * k + 1] * size) for k, n in enumerate(figure.points)}
            radii = {o: abs(at[c.on[0]] - at[o]) ** 2 for o, c in figure.circles.items()}
            assert all(plane_oracle.judge(str(f), at, radii) for f in figure.givens())
    assert solved > 35


def test_every_kind_of_fact_is_an_equation_that_true_facts_fulfil_and_moved_points_do_not():
    at, radii = board()
    b = Builder(Figure(), "substrate", "board")
    b.points = at
    b.circle("O", radii["O"], "U")
    figure = b.done()
    assert {parse_fact(t).kind for t in TRUE} == set(KINDS)
    position = {"triangle", "quad", "same_side", "opposite", "inside"}
    for text in TRUE:
        statement = parse_fact(text)
        system = System(figure, [statement])
        rows = system._rows(system._start, [statement])
        assert all(abs(r) < 1e-12 for r in rows), text
        assert bool(rows) == (statement.kind not in position)
        if rows:
            assert abs(system.jacobian([statement])).max() > 1e-6, text


def test_the_gradient_is_the_slope_of_the_quantity(apex: Figure):
    """Complex steps against differences of the equations themselves."""
    system = System(apex, apex.givens())
    rows, start, h = system.jacobian(apex.givens()), system._start, 1e-6
    for j in range(len(start)):
        up, down = start.copy(), start.copy()
        up[j], down[j] = up[j] + h, down[j] - h
        for row, high, low in zip(
            rows, system._rows(up, apex.givens()), system._rows(down, apex.givens()), strict=True
        ):
            assert row[j] == pytest.approx((high - low) / (2 * h), abs=1e-7)
