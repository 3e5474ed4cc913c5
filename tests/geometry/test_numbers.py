"""Exact numbers against sympy's arbitrary precision and against the axioms of a field."""

import operator
import random
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.geometry.integers import split_square
from mmrecipes.geometry.numbers import (
    SIGMA,
    Surd,
    cos_degrees,
    parse_surd,
    sin_degrees,
    sqrt,
    tan_degrees,
)

SIGMA_SYMPY = sympy.sqrt(10 + 2 * sympy.sqrt(5))
fractions = st.fractions(-20, 20, max_denominator=12)
surds = st.dictionaries(st.sampled_from([1, 2, 3, 5, 6, 10, 15, 21, -1, -3]), fractions, max_size=3).map(Surd.of)


def at_50_digits(x: Surd) -> mpmath.mpf:
    with mpmath.workdps(60):
        sigma = mpmath.sqrt(10 + 2 * mpmath.sqrt(5))
        parts = (
            mpmath.mpf(q.numerator) / q.denominator * mpmath.sqrt(abs(k)) * (sigma if k < 0 else 1)
            for k, q in x.coefficients.items()
        )
        return mpmath.fsum(parts)


def random_expression(rng: random.Random, depth: int):
    """One expression twice: as an exact number and as a sympy tree."""
    if depth == 0 or rng.random() < 0.15:
        q = Fraction(rng.randint(-9, 9), rng.randint(1, 7))
        n = rng.choice([1, 1, 2, 3, 5, 6, 7, 12])
        if rng.random() < 0.05:
            return SIGMA * q, sympy.Rational(q.numerator, q.denominator) * SIGMA_SYMPY
        return Surd.of({n: q}), sympy.Rational(q.numerator, q.denominator) * sympy.sqrt(n)
    a, x = random_expression(rng, depth - 1)
    b, y = random_expression(rng, depth - 1)
    op = rng.choice([operator.add, operator.sub, operator.mul, operator.truediv])
    if op is operator.truediv and not b:
        op = operator.add
    return op(a, b), op(x, y)


def test_a_thousand_random_expressions_agree_with_sympy_to_45_digits():
    rng = random.Random(6)
    for _ in range(1000):
        exact, tree = random_expression(rng, rng.randint(1, 4))
        with mpmath.workdps(60):
            oracle = mpmath.mpf(str(sympy.N(tree, 55)))
            assert abs(at_50_digits(exact) - oracle) <= mpmath.mpf(10) ** -45 * (1 + abs(oracle)), tree
        assert exact.sign() == (0 if abs(oracle) < 1e-40 else 1 if oracle > 0 else -1), tree
        assert float(exact) == pytest.approx(float(oracle), rel=1e-12, abs=1e-300)


@given(surds, surds, surds)
def test_the_axioms_of_an_ordered_field_hold(a: Surd, b: Surd, c: Surd):
    assert (a + b) * c == a * c + b * c
    assert (a * b) * c == a * (b * c)
    assert a - a == 0 and not (a - a)
    if a:
        assert a * a.inverse() == 1
    assert (a < b) + (a == b) + (a > b) == 1
    assert (a < b) == (at_50_digits(a) < at_50_digits(b))
    if a == b:
        assert hash(a) == hash(b)


@given(surds)
def test_text_reads_back(a: Surd):
    assert parse_surd(str(a)) == a


@given(st.dictionaries(st.sampled_from([1, 2, 3, 5, 6, 10, 14]), fractions, max_size=3).map(Surd.of))
def test_the_root_of_a_square_is_found(a: Surd):
    assert sqrt(a * a) == abs(a)


@pytest.mark.parametrize(
    ("value", "root"),
    [
        ("8", "2√2"),
        ("3/4", "√3/2"),
        ("3+2√2", "1+√2"),
        ("(3+√5)/2", "(1+√5)/2"),
        ("10+2√6+2√10+2√15", "√2+√3+√5"),
        ("10+2√5", "√(10+2√5)"),
        ("7+5√2", None),
        ("1+√2", None),
        ("0", "0"),
    ],
)
def test_nested_roots_are_undone_where_they_can_be(value: str, root: str | None):
    found = sqrt(parse_surd(value))
    assert (None if found is None else str(found)) == root


def test_a_difference_that_floats_cannot_see_has_its_sign():
    a, b = Surd.of({2: 941664}), Surd(1331714)
    assert a < b and float(a - b) == pytest.approx(float(at_50_digits(a - b)), rel=1e-12)
    x = Surd.of({2: 1, 1: Fraction(-665857, 470832)}) ** 5
    assert x.sign() == -1 and float(x) == pytest.approx(float(at_50_digits(x)), rel=1e-12)


def test_angles_in_the_field_match_their_floats_and_no_others_are_claimed():
    for half in range(720):
        degrees = Fraction(half, 4)
        with mpmath.workdps(30):
            radians = mpmath.radians(mpmath.mpf(half) / 4)
            for ours, theirs in ((cos_degrees, mpmath.cos), (sin_degrees, mpmath.sin)):
                value = ours(degrees)
                assert (value is not None) == (degrees % 3 == 0)
                assert value is None or abs(at_50_digits(value) - theirs(radians)) < 1e-25
            tangent = tan_degrees(degrees)
            assert (tangent is not None) == (degrees % Fraction(3, 2) == 0 and degrees != 90)
            assert tangent is None or abs(at_50_digits(tangent) - mpmath.tan(radians)) < 1e-20


@pytest.mark.parametrize(("text", "latex"), [
    ("3/4", r"\frac{3}{4}"), ("-2√3", r"-2\sqrt{3}"), ("5√3/2", r"\frac{5\sqrt{3}}{2}"),
    ("(1+√5)/2", r"\frac{1+\sqrt{5}}{2}"), ("2-√3", r"2-\sqrt{3}"), ("-√2/2", r"-\frac{\sqrt{2}}{2}"),
])  # fmt: skip
def test_latex_forms(text: str, latex: str):
    assert parse_surd(text).latex() == latex


@pytest.mark.parametrize("text", ["", "1,5", "√", "2**3", "1/0", "1 2", "√2√3", "(1+2)", "5.999", "__import__('os')"])
def test_what_is_not_an_exact_number_is_refused(text: str):
    with pytest.raises(ValueError):
        parse_surd(text)


def test_floats_are_refused():
    with pytest.raises(TypeError):
        Surd(1) + 0.5  # type: ignore[operator]


@given(st.integers(1, 10**6))
def test_squares_are_split_off(n: int):
    parts = split_square(n)
    assert parts is not None
    root, free = parts
    assert root * root * free == n and all(exponent == 1 for exponent in sympy.factorint(free).values())
