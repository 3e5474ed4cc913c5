"""Properties against the 50-digit oracle, both ways: what is reported is true, and what is true is reported."""

import random
from itertools import combinations

import mpmath
import pytest

from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.facts import fact
from mmrecipes.geometry.figure import Figure
from mmrecipes.geometry.numbers import SIGMA, parse_surd
from mmrecipes.geometry.operations.lines import draw_diagonal
from mmrecipes.geometry.properties import drawn_angles, measure, presentable, properties
from mmrecipes.geometry.substrates import lay_substrate
from mmrecipes_tests.geometry.plane_oracle import angle, area, coordinates, judge, number

CLOSE = mpmath.mpf(10) ** -40


def test_measures_and_relations_are_true_and_complete(figures: list[Figure]):
    for figure in figures[2:60:5]:
        found, at = properties(figure), coordinates(figure.points)
        radii = {o: abs(at[c.on[0]] - at[o]) ** 2 for o, c in figure.circles.items()}
        for (a, b), value in found.lengths.items():
            assert abs(abs(at[a] - at[b]) - number(str(value))) < CLOSE
        for names, degrees in found.angles.items():
            assert abs(angle(*(at[n] for n in names)) - mpmath.mpf(degrees.numerator) / degrees.denominator) < CLOSE
        for names, cosine in found.cosines.items():
            assert abs(mpmath.cos(mpmath.radians(angle(*(at[n] for n in names)))) - number(str(cosine))) < CLOSE
        for names, value in found.areas.items():
            assert abs(area(*(at[n] for n in names)) - number(str(value))) < CLOSE
        for same in found.equal_angles:
            assert len({mpmath.nstr(angle(*(at[n] for n in names)), 30) for names in same}) == 1
        assert all(judge(str(f), at, radii) for f in found.relations)
        for a, b, c, d in combinations(figure.points, 4):
            assert (fact("concyclic", a, b, c, d) in found.relations) == _concyclic(at[a], at[b], at[c], at[d])
        for first, second in combinations(figure.lines, 2):
            ends = (first[0], first[-1], second[0], second[-1])
            for kind in ("para", "perp"):
                assert (fact(kind, *ends) in found.relations) == judge(f"{kind}({','.join(ends)})", at, {})


def _concyclic(a, b, c, d) -> bool:
    ratio = (a - c) * (b - d) / ((b - c) * (a - d))
    flat = abs(((a - b) * mpmath.conj(a - c)).imag) < CLOSE
    return abs(ratio.imag) < CLOSE * abs(ratio) and not flat


def test_every_drawn_angle_is_a_whole_number_of_degrees_or_said_not_to_be(figures: list[Figure]):
    rational = other = 0
    for figure in figures[:25]:
        at, found = coordinates(figure.points), properties(figure)
        for names in drawn_angles(figure):
            degrees = angle(*(at[n] for n in names)) / mpmath.mpf("1.5")
            whole = abs(degrees - mpmath.nint(degrees)) < CLOSE
            assert whole == (names in found.angles)
            rational, other = rational + whole, other + (not whole)
    assert rational > 60 and other > 60


def test_measure_agrees_with_facts_it_makes(figures: list[Figure]):
    for figure in figures[:30]:
        a, b, c = next(figure.triangles(), tuple(figure.points)[:3])
        for kind, names in (("len", (a, b)), ("len_ratio", (a, b, b, c)), ("ang", (a, b, c)), ("cos", (a, b, c)),
                            ("sin", (a, b, c)), ("tan", (a, b, c)), ("area", (a, b, c)), ("perimeter", (a, b, c)),
                            ("area_ratio", (a, b, c, a, c, b))):  # fmt: skip
            value = measure(figure, kind, names)
            if value is not None and not (kind == "cos" and not value):
                assert figure.holds(fact(kind, *names, value=value)), (kind, names)


def test_a_pentagon_has_exact_angles_and_ratios_and_its_height_is_not_to_be_asked():
    figure = draw_diagonal(lay_substrate("regular_pentagon", {"side": 4}), "A", "C")
    assert measure(figure, "ang", "BAC") == 36 and str(measure(figure, "len", "AC")) == "2+2√5"
    whole = measure(figure, "area", "ABCDE")
    assert whole is not None and not presentable(whole)


@pytest.mark.parametrize(("text", "fit"), [
    ("5√3/2", True), ("2+2√5", True), ("√2+√3+√5", False), ("√1009", False), ("1/401", False), ("0", True),
])  # fmt: skip
def test_only_short_values_are_presentable(text: str, fit: bool):
    assert presentable(parse_surd(text)) == fit and not presentable(SIGMA)


def test_the_property_store_as_json_names_parts_by_letters():
    told = properties(lay_substrate("right_triangle", {"ab": 3, "ca": 4})).as_json()
    assert told["len"] == {"AB": "3", "BC": "5", "AC": "4"} and told["perp"] == [["AB", "AC"]]
    assert told["ang"] == {"BAC": "90"} and told["cos"] == {"ABC": "3/5", "ACB": "4/5"}


def test_unknown_points_and_kinds_are_refused():
    figure = construct(random.Random(1), 1)
    with pytest.raises(KeyError):
        measure(figure, "len", ("A", "Z"))
    with pytest.raises(ValueError, match="no value"):
        measure(figure, "para", ("A", "B", "C"))
