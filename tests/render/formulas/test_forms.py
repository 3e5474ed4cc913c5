"""Claims about formulas: coverage by index, canonical form and its readers, meaning, trees from sympy."""

from __future__ import annotations

import functools
import random
import re
import subprocess
import sys
from collections import Counter

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.render.formulas.forms import FORMS
from mmrecipes.render.formulas.from_sympy import SympyError, from_sympy
from mmrecipes.render.formulas.grammar import (
    BANDS,
    MAX_DEPTH,
    MAX_TOKENS,
    Formula,
    random_formula,
    symbols_in,
    symbols_of,
)
from mmrecipes.render.formulas.layout import latex, tokens
from mmrecipes.render.formulas.notation import layout_of
from mmrecipes.render.formulas.parse import LatexError, canonical, parse
from mmrecipes.render.formulas.semantics import concepts, domain, level, roles, semantics
from mmrecipes.render.formulas.surface import surface
from mmrecipes.render.formulas.tree import (
    KINDS,
    Node,
    add,
    beside,
    const,
    eq,
    frac,
    func,
    minus,
    mul,
    neg,
    num,
    power,
    rel,
    sub,
    var,
)

INDICES = st.integers(0, 100_000)


def formula(index: int) -> Formula:
    return random_formula(index, random.Random(index))


@functools.cache
def many() -> tuple[Formula, ...]:
    return tuple(formula(i) for i in range(5000))


@pytest.mark.slow
def test_all_symbols_kinds_and_forms_appear_within_5000_samples() -> None:
    made = many()
    shown = Counter(s for f in made for s in symbols_in(f.layout))
    assert [s for s in symbols_of(3) if not shown[s]] == []
    assert {n.kind for f in made for n in f.node.walk()} == set(KINDS)
    assert {f.form for f in made} == {f.name for f in FORMS}
    assert all(not f.wanted or f.wanted in symbols_in(f.layout) for f in made)
    assert Counter(f.band for f in made).keys() == set(BANDS)


@pytest.mark.slow
def test_formulas_keep_to_the_limits_of_depth_and_length() -> None:
    for f in many():
        assert f.node.depth <= MAX_DEPTH and len(tokens(latex(f.layout))) <= MAX_TOKENS
    assert {f.node.depth for f in many()} >= set(range(1, 7))


@given(INDICES)
def test_the_canonical_form_of_any_spelling_is_the_canonical_form(index: int) -> None:
    f = formula(index)
    tex = latex(f.layout)
    assert canonical(tex) == tex
    for draw in range(3):
        assert canonical(surface(f.layout, random.Random(draw))) == tex


SPELLINGS = [
    (r"{a \over b}", r"\frac{a}{b}"), (r"x^2_i", "x_{i}^{2}"), ("f''(x)", r"f^{\prime\prime}(x)"),
    (r"a \leq b", r"a\le b"),
    (r"\left( \frac12 \right)", r"\left(\frac{1}{2}\right)"), (r"\left(x\right)", "(x)"), (r"|x|", r"\left|x\right|"),
    (r"\dfrac{1}{2}\,x", r"\frac{1}{2}x"), (r"{n \choose k}", r"\binom{n}{k}"),
    (r"\mathrm{rank} A", r"\operatorname{rank}A"),
    (r"\left[\begin{matrix}1&2\end{matrix}\right]", r"\begin{bmatrix}1&2\end{bmatrix}"), (r"[0,1)", "[0,1)"),
    (r"\sqrt x", r"\sqrt{x}"), (r"\sqrt[3]{x}", r"\sqrt[3]{x}"), (r"T^i{}_j", "T^{i}{}_{j}"), (r"x^{a}", "x^{a}"),
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_spellings_that_people_use_have_one_canonical_form(spelling: str, expected: str) -> None:
    assert canonical(spelling) == expected == canonical(expected)


@pytest.mark.parametrize(
    "broken", [r"\frac{a}", "a_b_c", "x^2^3", r"\left(x", "(x", "x)", r"\unknown", r"\begin{foo}x\end{foo}", "{a", "\\"]
)
def test_what_is_not_covered_is_refused(broken: str) -> None:
    with pytest.raises(LatexError):
        parse(broken)


def test_brackets_and_signs_follow_from_precedence() -> None:
    a, b, c = map(var, "abc")
    assert latex(layout_of(mul(a, add(b, c)))) == "a(b+c)"
    assert latex(layout_of(power(add(a, b), num(2)))) == "(a+b)^{2}"
    assert latex(layout_of(mul(num(2), num(3)))) == r"2\cdot3"
    assert latex(layout_of(mul(func(r"\sin", a), b))) == r"(\sin a)b"
    assert latex(layout_of(func(r"\ln", frac(a, b)))) == r"\ln\frac{a}{b}"
    assert latex(layout_of(add(a, Node("neg", (add(b, c),))))) == "a-(b+c)"


def test_common_divisors_and_multiples_are_of_two_letters() -> None:
    found = [t for i in range(2000) if (t := latex(formula(i).layout)) and ("gcd" in t or "lcm" in t)]
    assert found and all(re.search(r"(gcd|lcm\})\([^(),]+,[^(),]+\)", t) for t in found)


def test_signs_stand_as_people_write_them() -> None:
    a, b = map(var, "ab")
    assert latex(layout_of(power(const("e"), mul(num(-2), const(r"\pi"), const("i"), a)))) == r"e^{-2\pi ia}"
    assert latex(layout_of(minus(a, mul(neg(b), num(2))))) == r"a-(-b\cdot2)"
    assert latex(layout_of(minus(a, neg(b)))) == "a-(-b)" and latex(layout_of(add(neg(neg(a)), b))) == "-(-a)+b"
    written = [latex(formula(i).layout) for i in range(1500)]
    assert not [t for t in written if "--" in t or "+-" in t or re.search(r"(^|[=(]|\{)\(-[0-9]+\)\\?[a-z]", t)]


x, n = sp.symbols("x n")
SYMPY = [
    (x**2 - 3 * x + sp.Rational(1, 2), r"x^{2}-3x+\frac{1}{2}"), (sp.sqrt(x) / 2, r"\frac{\sqrt{x}}{2}"),
    (sp.Sum(1 / n**2, (n, 1, sp.oo)), r"\sum_{n=1}^{\infty}\frac{1}{n^{2}}"),
    (sp.Eq(sp.sin(x) ** 2, 1), r"\sin^{2}x=1"),
    (sp.Integral(sp.exp(-x), (x, 0, sp.oo)), r"\int_{0}^{\infty}e^{-x}dx"),
    (sp.Matrix([[1, -x]]), r"\begin{pmatrix}1&-x\end{pmatrix}"),
    (sp.Piecewise((x, x > 0), (0, True)), r"\begin{cases}x&\text{if }x>0\\0&\text{otherwise}\end{cases}"),
    (sp.Limit(1 / x, x, 0, "+-"), r"\lim_{x\to0}\frac{1}{x}"), (sp.Interval.Lopen(0, 1), "(0,1]"),
    (-2 * sp.pi * x, r"-2\pi x"),
    (sp.And(x > 0, x < 2), "0<x<2"), (sp.And(x > 0, x < 2, n > 1), r"n>1\land x<2\land x>0"),
    (sp.binomial(n, 2), r"\binom{n}{2}"), (sp.Symbol("alpha_12"), r"\alpha_{12}"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "expected"), SYMPY, ids=[e for _, e in SYMPY])
def test_sympy_objects_are_written_as_they_are(expr: object, expected: str) -> None:
    assert latex(layout_of(from_sympy(expr))) == expected


def test_a_sympy_object_without_notation_is_refused() -> None:
    with pytest.raises(SympyError):
        from_sympy(sp.Lambda(x, x))


def test_meaning_is_read_off_the_tree() -> None:
    gauss = from_sympy(sp.Integral(sp.exp(-(x**2)), (x, 0, sp.oo)))
    assert {"symbol": "x", "role": "variable of integration"} in roles(gauss)
    assert "definite integral" in concepts(gauss) and domain(gauss) == "calculus"
    quadratic = eq(add(power(var("x"), num(2)), num(1)), num(0))
    assert "quadratic equation" in concepts(quadratic) and domain(quadratic) == "algebra" and level(quadratic) <= 2
    bayes = next(f for f in (formula(i) for i in range(5000)) if f.form == "conditional probability")
    assert concepts(bayes.node)[0] == "conditional probability"
    tree = semantics(quadratic)["operations"]
    assert tree == {"op": "equals", "args": [{"op": "sum", "args": [{"op": "power", "args": ["x", "2"]}, "1"]}, "0"]}


def test_levels_rise_with_the_bands() -> None:
    means = {b: [level(f.node) for f in map(formula, range(240)) if f.band == b] for b in BANDS}
    school, college, advanced = (sum(v) / len(v) for v in means.values())
    assert school < college < advanced


def test_formulas_do_not_depend_on_the_order_of_hashes() -> None:
    code = (
        "import random; from mmrecipes.render.formulas.grammar import random_formula; "
        "from mmrecipes.render.formulas.layout import latex; "
        "print(*[latex(random_formula(i, random.Random(i)).layout) for i in range(120)], sep='\\n')"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": s, "PYTHONPATH": ":".join(sys.path)},
                       capture_output=True, text=True, check=True).stdout
        for s in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1] and runs[0].count("\n") == 120


def test_sympy_is_imported_only_when_an_identity_is_written() -> None:
    code = (
        "import random, sys; from mmrecipes.recipes.qianfan_vl.formula import task; "
        "from mmrecipes.render.formulas.forms import FORMS; from mmrecipes.render.formulas.maker import Maker; "
        "before = 'sympy' in sys.modules; "
        "next(f for f in FORMS if f.name == 'expansion').write(Maker(random.Random(1), 1)); "
        "print(before, 'sympy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)},
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.split() == ["False", "True"]


def test_a_segment_an_angle_and_indices_are_no_products() -> None:
    a, b, i, j = map(var, "ABij")
    segment = rel(r"\parallel", beside("segment", a, b), beside("segment", b, a))
    assert latex(layout_of(segment)) == r"AB\parallel BA"
    assert semantics(segment)["operations"]["args"][0] == {"op": "segment", "args": ["A", "B"]}
    assert roles(segment) == [{"symbol": "A", "role": "point"}, {"symbol": "B", "role": "point"}]
    assert roles(rel(r"\cong", mul(a, b), mul(b, a))) == [{"symbol": x, "role": "variable"} for x in "AB"]
    indexed = sub(a, beside("indices", i, j))
    assert latex(layout_of(indexed)) == "A_{ij}" and roles(indexed)[1] == {"symbol": "i", "role": "index"}
