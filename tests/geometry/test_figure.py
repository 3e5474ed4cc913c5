"""Figures: names, strokes that merge, points that join strokes, and what is read off the drawing."""

from fractions import Fraction

import pytest

from mmrecipes.geometry.facts import fact
from mmrecipes.geometry.figure import Builder, Degenerate, Figure, positions
from mmrecipes.geometry.plane import along, midpoint, pt
from mmrecipes_tests.geometry.plane_oracle import coordinates, judge


@pytest.fixture
def triangle() -> Figure:
    b = Builder(Figure(), "substrate", "right_triangle")
    b.polygon(b.point(pt(6, 0)), b.point(pt(0, 8)), b.point(pt(0, 0)))
    b.given("ang", "A", "C", "B", value=90)
    return b.done()


def test_a_point_on_a_drawn_line_joins_it_and_a_stroke_along_it_changes_nothing(triangle: Figure):
    b = Builder(triangle, "operation", "midpoint", "AB")
    d = b.point(midpoint(b["A"], b["B"]))
    b.draw("A", d)
    after = b.done()
    assert after.line_through("A", "B") == ("A", "D", "B") and len(after.lines) == 3
    assert triangle.line_through("A", "B") == ("A", "B") and "D" not in triangle.points


def test_prolonging_a_side_makes_one_stroke_that_takes_in_points_on_the_way(triangle: Figure):
    b = Builder(triangle, "operation", "extend")
    free = b.point(along(b["C"], b["A"], Fraction(3, 2)))
    far = b.point(along(b["C"], b["A"], 2))
    b.draw("A", far)
    assert free == "D" and far == "E"
    assert b.done().line_through("C", "E") == ("C", "A", "D", "E")


def test_two_names_for_one_point_are_refused(triangle: Figure):
    b = Builder(triangle, "operation", "midpoint")
    b.point(midpoint(b["A"], b["B"]))
    with pytest.raises(Degenerate, match="falls on D"):
        b.point(along(b["B"], b["A"], Fraction(1, 2)))


def test_names_go_by_role_and_are_never_used_twice():
    b = Builder(Figure(), "substrate", "many")
    names = [b.point(pt(i, i * i)) for i in range(26)]
    assert names[:3] == ["A", "B", "C"] and not {"O", "I"} & set(names) and names[24:] == ["A1", "B1"]
    assert [b.point(pt(-1, i), role="centre") for i in (0, 2)] == ["O", "O1"]
    assert [b.point(pt(-2, i), role="image", of="A") for i in (0, 2)] == ["A'", "A''"]


def test_what_is_read_off_the_drawing_is_true_by_the_oracle(triangle: Figure):
    b = Builder(triangle, "operation", "median")
    b.draw("C", b.point(midpoint(b["A"], b["B"])))
    after = b.done()
    seen = {str(f) for f in positions(after)}
    assert seen == {
        "between(D,A,B)",
        "same_side(A,D,B,C)",
        "same_side(B,D,A,C)",
        "opposite(A,B,C,D)",
        "inside(D,A,C,B)",
    }
    assert all(judge(text, coordinates(after.points), {}) for text in seen)
    assert set(after.triangles()) == {("A", "B", "C"), ("A", "C", "D"), ("B", "C", "D")}


def test_a_stated_fact_keeps_its_step_and_a_stated_one_outranks_an_implied_one(triangle: Figure):
    b = Builder(triangle, "operation", "note")
    b.implied("len", "A", "C", value=6)
    b.given("len", "C", "A", value=6)
    b.given("ang", "B", "C", "A", value=90)
    after = b.done()
    assert after.facts[fact("len", "A", "C", value=6)].status == "given"
    assert after.facts[fact("ang", "A", "C", "B", value=90)].step == 0
    assert [str(f) for f in after.givens()] == ["ang(A,C,B)=90", "len(A,C)=6"]
    assert str(after.length("A", "B")) == "10"


def test_facts_shown_in_the_drawing_are_marked_and_no_others_can_be(triangle: Figure):
    right = fact("ang", "A", "C", "B", value=90)
    assert triangle.labelled([right]).facts[right].status == "labelled" and triangle.facts[right].status == "given"
    with pytest.raises(KeyError):
        triangle.labelled([fact("len", "A", "B", value=10)])
