"""Identities that sympy computed: both sides are exactly equal, whatever was drawn."""

from __future__ import annotations

import random
from collections.abc import Callable

import sympy as sp

from mmrecipes.render.formulas.from_sympy import from_sympy
from mmrecipes.render.formulas.maker import Maker
from mmrecipes.render.formulas.tree import Node, eq


def _small(rng: random.Random) -> int:
    return rng.choice([v for v in range(-7, 8) if v])


def _expansion(m: Maker) -> Node:
    x = sp.Symbol("x")
    factors = [x + _small(m.rng) for _ in range(m.rng.choice((2, 3)))]
    return eq(from_sympy(sp.Mul(*factors)), from_sympy(sp.expand(sp.Mul(*factors))))


def _derivative(m: Maker) -> Node:
    x = sp.Symbol("x")
    f = m.rng.choice((sp.sin, sp.cos, sp.exp, sp.log))
    inside = m.rng.choice((x, 2 * x, x**2, x + _small(m.rng)))
    body = m.rng.choice((x ** m.rng.randint(2, 5), sp.Integer(1), x)) * f(inside)
    return eq(from_sympy(sp.Derivative(body, x)), from_sympy(sp.diff(body, x)))


def _definite_integral(m: Maker) -> Node:
    x = sp.Symbol("x")
    body = sum((_small(m.rng) * x**k for k in range(m.rng.randint(2, 4))), sp.Integer(0))
    if m.rng.random() < 0.4:
        body = m.rng.choice((sp.sin(x), sp.cos(x), sp.exp(x)))
    bounds = (x, 0, m.rng.choice((1, 2, 3, sp.pi)))
    return eq(from_sympy(sp.Integral(body, bounds)), from_sympy(sp.integrate(body, bounds)))


def _closed_sum(m: Maker) -> Node:
    k, n = sp.symbols("k n")
    body = k ** m.rng.randint(1, 3) + m.rng.randint(0, 3)
    return eq(from_sympy(sp.Sum(body, (k, 1, n))), from_sympy(sp.factor(sp.summation(body, (k, 1, n)))))


def _product_of_matrices(m: Maker) -> Node:
    size = m.rng.choice((2, 2, 3))
    a, b = (sp.Matrix(size, size, lambda *_: m.rng.randint(-5, 6)) for _ in range(2))
    return eq(Node("mul", (from_sympy(a), from_sympy(b))), from_sympy(a * b))


def _inverse(m: Maker) -> Node:
    while True:
        a = sp.Matrix(2, 2, lambda *_: m.rng.randint(-4, 5))
        if a.det() != 0:
            return eq(Node("mul", (from_sympy(a), from_sympy(a.inv()))), from_sympy(a * a.inv()))


def _limit(m: Maker) -> Node:
    x = sp.Symbol("x")
    a, b = m.rng.randint(1, 9), m.rng.randint(1, 9)
    body, to = m.rng.choice(
        ((sp.sin(a * x) / (b * x), 0), ((a * x**2 + 1) / (b * x**2 - x), sp.oo), ((sp.exp(a * x) - 1) / x, 0))
    )
    return eq(from_sympy(sp.Limit(body, x, to, "+-" if to == 0 else "-")), from_sympy(sp.limit(body, x, to)))


def _partial_fractions(m: Maker) -> Node:
    x = sp.Symbol("x")
    a, b = m.rng.sample([v for v in range(-6, 7) if v], 2)
    body = m.rng.randint(1, 9) / ((x + a) * (x + b))
    return eq(from_sympy(body), from_sympy(sp.apart(body)))


def _roots(m: Maker) -> Node:
    value = m.rng.choice((8, 12, 18, 20, 27, 32, 45, 48, 50, 72, 75, 98))
    return eq(Node("root", (from_sympy(value),)), from_sympy(sp.sqrt(value)))


IDENTITIES: dict[str, Callable[[Maker], Node]] = {
    "expansion": _expansion, "simplified root": _roots, "partial fractions": _partial_fractions,
    "computed derivative": _derivative, "computed integral": _definite_integral, "closed sum": _closed_sum,
    "product of matrices": _product_of_matrices, "inverse matrix": _inverse, "computed limit": _limit,
}  # fmt: skip
"""The writer of each of `forms.IDENTITIES`."""
