"""Facts: one form per statement, text and back, and truth against the 50-digit oracle on true and on false ones."""

import random
from fractions import Fraction

import mpmath
import pytest

from mmrecipes.geometry.facts import KINDS, Fact, fact, parse_fact
from mmrecipes.geometry.numbers import SIGMA, Surd, cos_degrees, sin_degrees
from mmrecipes.geometry.plane import Pt, foot, midpoint, pt, reflection, turned
from mmrecipes.geometry.truth import _PLAIN, _ROUND, _VALUED, exact_degrees, holds
from mmrecipes_tests.geometry.plane_oracle import angle, coordinates, judge


def board() -> tuple[dict[str, Pt], dict[str, Surd]]:
    """Points rich in relations: a 3-4-5 triangle, a square, a hexagon about O, a pentagon, centres and feet."""
    at = {"A": pt(3, 0), "B": pt(0, 4), "C": pt(0, 0), "D": pt(3, 4), "M": midpoint(pt(3, 0), pt(0, 4))}
    at |= {"H": foot(at["C"], at["A"], at["B"]), "Q": reflection(at["C"], at["A"], at["B"]), "I": pt(1, 1)}
    at |= {
        "G": pt(1, Fraction(4, 3)),
        "O": pt(10, 0),
        "E": pt(12, 7),
        "L": pt(0, 2),
        "N": pt(5, 2),
        "S": pt(0, 3),
        "T": pt(3, 3),
    }
    spoke = pt(12, 0)
    for i, name in enumerate("UVWXYZ"):
        c, s = cos_degrees(60 * i), sin_degrees(60 * i)
        assert c is not None and s is not None
        at[name] = turned(spoke, at["O"], c, s)
    for i in range(5):
        c, s = cos_degrees(72 * i), sin_degrees(72 * i)
        assert c is not None and s is not None
        at[f"P{i}"] = turned(pt(1, -10), pt(0, -10), c, s)
    return at, {"O": Surd(4)}


TRUE_FACTS = """
on(A,M,B) between(M,A,B) mid(M,A,B) ratio(H,A,B)=9/16 foot(H,C,A,B) reflect(C,Q,A,B) same_side(H,M,A,C)
opposite(C,D,A,B) inside(M,A,C,B) bisects(I,A,C,B) len(A,B)=5 len_eq(A,M,C,M) len_ratio(A,B,A,C)=5/3 ang(A,C,B)=90
cos(C,A,B)=3/5 sin(C,A,B)=4/5 tan(C,A,B)=4/3 ang_eq(H,C,A,C,B,A) ang_sum(C,A,B,C,B,A)=90 ang_ratio(A,M,C,A,B,C)=2
perp(C,H,A,B) para(A,C,B,D) on_circle(U,O) radius(O)=2 diameter(U,X,O) concyclic(A,B,C,D) circumference(O)=4
disc_area(O)=4 circumcentre(M,A,B,C) incentre(I,A,B,C) centroid(G,A,B,C) orthocentre(C,A,B,C) congruent(A,B,C,B,A,D)
similar(A,C,H,A,B,C) area(A,B,C)=6 area_ratio(A,H,C,H,B,C)=9/16 perimeter(A,B,C)=12 triangle(A,B,C) isosceles(M,A,C)
equilateral(O,U,V) quad(A,D,B,C) parallelogram(A,D,B,C) rectangle(A,D,B,C) rhombus(O,U,V,W) square(A,C,S,T)
trapezoid(U,X,W,V) isosceles_trapezoid(U,X,W,V) right_trapezoid(C,A,N,L) kite(A,C,B,Q) regular(U,V,W,X,Y,Z)
regular(P0,P1,P2,P3,P4) ang(P0,P1,P2)=108 ang(P0,P2,P4)=36 len_ratio(P0,P2,P0,P1)=(1+√5)/2 tangent(U,E,O)
len(U,W)=2√3
"""
TRUE = TRUE_FACTS.split()


@pytest.fixture(scope="module")
def drawn() -> tuple[dict[str, Pt], dict[str, Surd], dict[str, mpmath.mpc]]:
    at, radii = board()
    return at, radii, coordinates(at)


@pytest.mark.parametrize("text", TRUE)
def test_each_kind_of_fact_is_true_where_the_oracle_says_so(drawn, text: str):
    at, radii, numeric = drawn
    statement = parse_fact(text)
    assert holds(statement, at, radii)
    assert judge(str(statement), numeric, {"O": mpmath.mpf(4)})


def test_every_kind_is_evaluated_and_every_kind_is_in_the_list_of_true_ones():
    assert set(_PLAIN) | set(_ROUND) | set(_VALUED) == set(KINDS)
    assert {t.split("(")[0] for t in TRUE} == set(KINDS)


def test_facts_with_wrong_points_or_values_are_judged_as_the_oracle_judges_them(drawn):
    """The same statements with names exchanged at random, and values changed: mostly false, some still true."""
    at, radii, numeric = drawn
    rng = random.Random(3)
    verdicts = {True: 0, False: 0}
    for text in TRUE * 12:
        true = parse_fact(text)
        names = list(true.args)
        free = [n for n in at if n not in names]
        for i in rng.sample(range(len(names)), 1):
            if not (true.kind in _ROUND and i == len(names) - 1):
                names[i] = rng.choice(free)
        value = true.value
        if value is not None and rng.random() < 0.3:
            value = value + rng.choice([Surd(1), Surd(Fraction(1, 2)), Surd.of({3: 1}), SIGMA * Fraction(1, 100)])
        try:
            other = fact(true.kind, *names, value=value)
            theirs = judge(str(other), numeric, {"O": mpmath.mpf(4)})
        except ZeroDivisionError:
            continue  # a line through two equal points
        if len(set(names)) < len(names):
            continue
        if other.kind.startswith("ang") and any(_flat(numeric, part) for part in _angles(other)):
            continue  # straight and zero angles are not angles here
        ours = holds(other, at, radii)
        assert ours == theirs, other
        verdicts[ours] += 1
    assert verdicts[False] > 300 and verdicts[True] > 30


def _angles(statement: Fact) -> list[tuple[str, ...]]:
    return [statement.args[i : i + 3] for i in range(0, len(statement.args), 3)]


def _flat(numeric: dict[str, mpmath.mpc], names: tuple[str, ...]) -> bool:
    degrees = angle(*(numeric[n] for n in names))
    return degrees < 1e-20 or degrees > 180 - 1e-20


@pytest.mark.parametrize(("one", "other"), [
    ("len(B,A)=6", "len(A,B)=6"), ("ang(B,C,A)=90", "ang(A,C,B)=90"), ("ratio(P,B,A)=2/3", "ratio(P,A,B)=3/2"),
    ("len_ratio(C,D,A,B)=2", "len_ratio(A,B,D,C)=1/2"), ("ang_eq(D,E,F,C,B,A)", "ang_eq(A,B,C,F,E,D)"),
    ("similar(D,E,F,A,C,B)", "similar(C,A,B,E,D,F)"), ("area(C,B,A,D)=4", "area(A,B,C,D)=4"),
    ("trapezoid(C,D,A,B)", "trapezoid(A,B,C,D)"), ("kite(C,D,A,B)", "kite(A,B,C,D)"),
    ("perp(D,C,B,A)", "perp(A,B,C,D)"),
    ("bisects(D,C,B,A)", "bisects(D,A,B,C)"), ("area_ratio(F,E,D,C,B,A)=3", "area_ratio(A,B,C,D,E,F)=1/3"),
    ("on(B,P,A)", "on(A,B,P)"), ("reflect(Q,P,B,A)", "reflect(P,Q,A,B)"), ("isosceles(A,C,B)", "isosceles(A,B,C)"),
])  # fmt: skip
def test_two_ways_to_say_the_same_are_one_fact(one: str, other: str):
    assert parse_fact(one) == parse_fact(other) and hash(parse_fact(one)) == hash(parse_fact(other))


@pytest.mark.parametrize(("one", "other"), [
    ("ang(A,B,C)=60", "ang(B,A,C)=60"), ("trapezoid(A,B,C,D)", "trapezoid(B,C,D,A)"),
    ("kite(A,B,C,D)", "kite(B,C,D,A)"),
    ("similar(A,B,C,D,E,F)", "similar(A,B,C,E,D,F)"), ("area(A,B,C,D)=4", "area(A,C,B,D)=4"),
    ("mid(A,B,C)", "mid(B,A,C)"),
])  # fmt: skip
def test_different_statements_stay_different(one: str, other: str):
    assert parse_fact(one) != parse_fact(other)


@pytest.mark.parametrize("text", TRUE)
def test_text_reads_back(text: str):
    statement = parse_fact(text)
    assert parse_fact(str(statement)) == statement


@pytest.mark.parametrize(("text", "reason"), [
    ("len(A,B)", "needs"), ("mid(M,A,B)=3", "no value"), ("length(A,B)=3", "unknown kind"), ("len(A)=3", "names"),
    ("len(A,B)=5.0", "exact number"), ("len(a,b)=5", "form"), ("len(A,B)=5; ", "exact number"), ("", "form"),
])  # fmt: skip
def test_what_is_not_a_fact_is_refused_with_the_reason(text: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        parse_fact(text)


def test_exact_degrees_finds_rational_angles_and_no_others():
    o, right = pt(0, 0), pt(1, 0)
    for k in range(1, 120):
        c, s = cos_degrees(3 * k), sin_degrees(3 * k)
        assert c is not None and s is not None
        assert exact_degrees(right, o, Pt(c, s)) == min(3 * k, 360 - 3 * k)
    assert exact_degrees(right, o, pt(3, 4)) is None and exact_degrees(right, o, o) is None
    assert exact_degrees(pt(1, 0), o, pt(Surd.of({2: 1, 1: 1}), 1)) == Fraction(45, 2)


def test_a_fact_that_is_almost_true_is_false(drawn):
    """A point moved by 10**-14: no float would notice, whatever the fact is about."""
    at, radii, _ = drawn
    for text in TRUE:
        statement = parse_fact(text)
        if statement.kind in ("triangle", "quad", "same_side", "opposite", "inside", "radius", *AREAS):
            continue
        name = statement.args[0]
        moved = at | {name: at[name].plus(pt(Fraction(1, 10**14), Fraction(3, 10**14)))}
        assert not holds(statement, moved, radii), text


AREAS = ("circumference", "disc_area")
