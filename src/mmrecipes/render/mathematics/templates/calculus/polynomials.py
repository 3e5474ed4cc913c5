"""What calculus templates share: polynomials as lists of coefficients from the highest power down, and their graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as F
from typing import Any

from mmrecipes.render.mathematics.expressions import Number, par, poly
from mmrecipes.render.mathematics.figure import XY, Curve

POWER_RULE = "power rule: (xⁿ)′ = n·xⁿ⁻¹"
ANTIDERIVATIVE = "power rule for integrals: ∫ xⁿ dx = xⁿ⁺¹/(n + 1)"
BOUNDS = "∫ f from a to b is F(b) − F(a)"


def slope(coefficients: Sequence[Number]) -> list[Number]:
    """Coefficients of the derivative."""
    top = len(coefficients) - 1
    return [c * (top - i) for i, c in enumerate(coefficients[:-1])]


def raised(coefficients: Sequence[Number]) -> list[Number]:
    """Coefficients of the antiderivative with constant 0."""
    top = len(coefficients)
    return [*(F(c) / (top - i) for i, c in enumerate(coefficients)), 0]


def at(coefficients: Sequence[Any], x: Any) -> Any:
    """The polynomial's value, exact for exact numbers."""
    value: Any = 0
    for c in coefficients:
        value = value * x + c
    return value


def inserted(coefficients: Sequence[Number], x: Number) -> str:
    """The polynomial with a number put in for x, as written: `2*(-1)**2 - 3*(-1) + 1`."""
    return poly(coefficients, "X").replace("X", par(x))


def terms_at(coefficients: Sequence[Number], x: Number) -> str:
    """The polynomial at x, every term worked out: `2 + 3 + 1`."""
    top = len(coefficients) - 1
    return " + ".join(par(c * x ** (top - i)) for i, c in enumerate(coefficients) if c)


def graph(f: Callable[[float], float], low: float, high: float, bottom: float, top: float, text: str) -> Curve:
    """The graph of f over [low, high], cut where it leaves the window."""
    parts: list[list[XY]] = [[]]
    for i in range(121):
        x = low + (high - low) * i / 120
        y = f(x)
        if bottom <= y <= top:
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return Curve(tuple(tuple(p) for p in parts if len(p) > 1), text)


def nice_step(span: float) -> float:
    """A tick step that gives at most 10 ticks."""
    return next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000) if span / s <= 10)
