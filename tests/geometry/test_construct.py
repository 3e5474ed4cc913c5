"""Constructed figures: true at 50 digits, fit to be shown, repeatable, and each substrate and operation at work."""

import math
import random
import re
from collections import Counter
from itertools import combinations

import mpmath
import pytest

from mmrecipes.core.errors import UsageError
from mmrecipes.geometry.canonical import construction_hash
from mmrecipes.geometry.construct import construct, operate
from mmrecipes.geometry.figure import Degenerate, Figure
from mmrecipes.geometry.operations import OPERATIONS
from mmrecipes.geometry.operations.circles import draw_circumcircle, draw_incircle
from mmrecipes.geometry.operations.lines import (
    connect,
    draw_altitude,
    draw_angle_bisector,
    draw_diagonal,
    take_midpoint,
)
from mmrecipes.geometry.substrates import FAMILY_WEIGHTS, SUBSTRATES, lay_substrate
from mmrecipes_tests.geometry.plane_oracle import coordinates, judge


def squared_radii(figure: Figure) -> dict[str, mpmath.mpf]:
    at = coordinates(figure.points)
    return {o: abs(at[c.on[0]] - at[o]) ** 2 for o, c in figure.circles.items()}


def test_every_fact_of_every_figure_holds_at_50_digits(figures: list[Figure]):
    judged = 0
    for figure in figures:
        at, radii = coordinates(figure.points), squared_radii(figure)
        for statement in figure.facts:
            assert judge(str(statement), at, radii), (statement, figure.steps)
            assert figure.holds(statement)
            judged += 1
    assert judged > 450


def test_points_of_a_circle_and_of_a_stroke_lie_on_it_and_strokes_do_not_overlap(figures: list[Figure]):
    for figure in figures:
        at, radii = coordinates(figure.points), squared_radii(figure)
        for o, circle in figure.circles.items():
            assert all(judge(f"on_circle({p},{o})", at, radii) for p in circle.on)
        for line in figure.lines:
            assert all(judge(f"between({p},{a},{b})", at, {}) for a, p, b in combinations(line, 3))
        for first, second in combinations(figure.lines, 2):
            assert len(set(first) & set(second)) <= 1, (first, second)
        assert len({complex(z) for z in at.values()}) == len(at)


def test_distances_and_angles_keep_their_bounds(figures: list[Figure]):
    for figure in figures:
        at = {n: complex(z) for n, z in coordinates(figure.points).items()}
        distances = [abs(p - q) for p, q in combinations(at.values(), 2)]
        assert max(distances) <= 8.0001 * min(distances)
        for v in at:
            near = {n for line in figure.lines if v in line for n in line} - {v}
            for a, b in combinations(near, 2):
                angle = abs(math.degrees(math.atan2(*reversed(_parts((at[a] - at[v]) / (at[b] - at[v]))))))
                assert angle < 1e-6 or 14.999 < angle < 160.001 or angle > 180 - 1e-6, (v, a, b, figure.steps)


def _parts(z: complex) -> tuple[float, float]:
    return z.real, z.imag


def test_stated_numbers_are_short(figures: list[Figure]):
    for statement in (f for figure in figures for f in figure.givens() if f.value is not None):
        assert re.fullmatch(r"\d*(√\d\d?)?(/\d\d?)?", str(statement.value)), statement


def test_the_same_generator_gives_the_same_figure(figures: list[Figure]):
    again = construct(random.Random("figures-4"), 5)
    assert again == figures[4] and again != figures[9]


def test_steps_follow_the_difficulty(figures: list[Figure]):
    for i, figure in enumerate(figures):
        kinds = Counter(step.kind for step in figure.steps)
        least = {1: (1, 1), 2: (1, 2), 3: (1, 3), 4: (1, 4), 5: (2, 5)}[1 + i % 5]
        assert (kinds["substrate"], kinds["operation"]) >= least and kinds["operation"] in (
            least[1],
            least[1] + i % 5 // 4,
        )
        for number, step in enumerate(figure.steps):
            assert all(figure.facts[f].step <= number for f in step.givens)
            assert set(step.args) <= set(figure.points)
    assert len({construction_hash(f) for f in figures}) == len(figures)


@pytest.mark.parametrize("name", SUBSTRATES)
def test_each_substrate_is_what_it_says_and_stands_in_a_family_with_a_weight(name: str):
    rng = random.Random(name)
    made = 0
    while made < 4:
        parameters = SUBSTRATES[name].sample(rng, made % 2 == 0, None)
        assert parameters is not None
        try:
            figure = lay_substrate(name, parameters)
        except Degenerate:
            continue
        at, radii = coordinates(figure.points), squared_radii(figure)
        assert all(judge(str(f), at, radii) for f in figure.facts)
        assert dict(figure.steps[0].values) == {k: str(v) for k, v in parameters.items()}
        made += 1
    assert SUBSTRATES[name].family in FAMILY_WEIGHTS


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_met_and_states_what_it_did(name: str):
    rng = random.Random(name)
    for _ in range(600):
        figure = construct(rng, 2, substrates=NEEDED.get(name), rounds=rng.choice([0, 1]) if name not in LATE else 2)
        after = operate(rng, figure, {name: 1.0})
        if after is not None:
            break
    else:
        raise AssertionError("never applied")
    step = after.steps[-1]
    assert step.name == name and (step.made or step.drawn)
    assert step.givens or name in ("radius", "connect", "diagonal")
    at, radii = coordinates(after.points), squared_radii(after)
    assert all(judge(str(f), at, radii) for f in step.givens)
    assert set(figure.points) < set(after.points) or step.drawn


ROUND = dict.fromkeys([n for n, s in SUBSTRATES.items() if s.family == "circle"], 1.0)
LATE = {"rotate_copy", "intersect", "secant", "intersecting_chords"}
ON_CIRCLES = {"chord", "diameter", "radius", "chord_midperp", "inscribed_angle", "tangent_at", "tangents_from",
              "outside_tangents", "secant", "intersecting_chords", "cyclic_vertex"}  # fmt: skip
NEEDED = dict.fromkeys(ON_CIRCLES, ROUND) | {
    "rotate_copy": {"square": 1.0, "equilateral_triangle": 1.0},
    "trapezoid_midline": {"right_trapezoid": 1.0},
}


def test_known_answers_of_the_apex_bisector_of_a_6_6_4_triangle():
    figure = lay_substrate("isosceles_triangle", {"base": 4, "leg": 6})
    figure = take_midpoint(draw_angle_bisector(figure, "C", "A", "B"), "C", "D")
    assert str(figure.length("C", "D")) == "4√2" and str(figure.length("B", "E")) == "2√3"


def test_known_answers_of_a_hexagon():
    figure = draw_diagonal(draw_diagonal(lay_substrate("regular_hexagon", {"side": 7}), "A", "C"), "A", "D")
    assert str(figure.length("A", "C")) == "7√3" and figure.length("A", "D") == 14


def test_known_answers_of_a_3_4_5_triangle():
    figure = lay_substrate("right_triangle", {"ab": 3, "ca": 4})
    assert draw_incircle(figure, "A", "B", "C").circles["O"].squared_radius == 1
    around = draw_circumcircle(figure, "A", "B", "C")
    assert around.circles["O"].squared_radius * 4 == 25


def test_a_foot_outside_its_side_is_refused():
    figure = lay_substrate("scalene_triangle", {"ab": 4, "bc": 7, "ca": 5})
    with pytest.raises(Degenerate, match="outside"):
        draw_altitude(figure, "B", "A", "C") and draw_altitude(figure, "C", "A", "B")


def test_a_join_names_its_crossing():
    figure = connect(draw_diagonal(lay_substrate("rectangle", {"ab": 8, "ad": 6}), "A", "C"), "B", "D")
    assert figure.steps[-1].made == ("E",) and [str(f) for f in figure.steps[-1].givens] == [
        "between(E,B,D)",
        "between(E,A,C)",
    ]


@pytest.mark.parametrize(("name", "parameters", "message"), [
    ("triangel", {}, "unknown"), ("scalene_triangle", {"ab": 1, "bc": 2, "ca": 9}, "shorter than the two others"),
    ("square", {"side": 0}, "side is 0"), ("square", {"side": -3}, "side is -3"), ("square", {}, "side.*missing"),
    ("square", {"size": 3}, "no parameter 'size'"), ("kite", {"ab": 4, "bc": 4, "ac": 5}, "rhombus"),
    ("isosceles_triangle", {"base": 4, "degrees": 95}, "degrees 95"),
    ("two_tangents", {"radius": 5, "distance": 4}, "outside"), ("rhombus", {"side": 4, "degrees": 61}, "degrees 61"),
])  # fmt: skip
def test_a_wrong_parameter_is_named(name: str, parameters: dict[str, int], message: str):
    with pytest.raises(UsageError, match=message):
        lay_substrate(name, parameters)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"substrates": {"blob": 1.0}}, "substrates: 'blob'"), ({"operations": {"square": 1.0}}, "operations: 'square'"),
    ({"substrates": {"square": 0.0}}, "not all zero"), ({"operations": {"median": -1.0}}, "negative"),
    ({"substrates": {"square": 1.0}, "operations": {"chord": 1.0}}, "chord could"), ({"difficulty": 6}, "1 to 5"),
])  # fmt: skip
def test_what_cannot_be_constructed_is_refused_with_the_field(arguments: dict, message: str):
    with pytest.raises(UsageError, match=message):
        construct(random.Random(1), **arguments)


def test_the_construction_hash_ignores_names_and_sees_values():
    square = lay_substrate("square", {"side": 4})
    one, other = take_midpoint(square, "A", "B"), take_midpoint(square, "A", "D")
    assert construction_hash(take_midpoint(one, "B", "C")) == construction_hash(take_midpoint(other, "A", "B"))
    assert construction_hash(take_midpoint(one, "B", "C")) != construction_hash(take_midpoint(one, "C", "D"))
    greater = lay_substrate("square", {"side": 5})
    assert construction_hash(square) != construction_hash(greater)
    assert construction_hash(square, values=False) == construction_hash(greater, values=False)
