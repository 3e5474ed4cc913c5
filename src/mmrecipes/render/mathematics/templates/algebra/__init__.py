"""Algebra: arithmetic in stories, equations, inequalities, systems, sums of sequences, polynomial division."""

from __future__ import annotations

from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.algebra.arithmetic import Discount, Shopping
from mmrecipes.render.mathematics.templates.algebra.division import PolynomialDivision
from mmrecipes.render.mathematics.templates.algebra.exponents import ExponentialEquation, LogarithmEquation
from mmrecipes.render.mathematics.templates.algebra.inequalities import LinearInequality, QuadraticInequality
from mmrecipes.render.mathematics.templates.algebra.linear import LinearEquation
from mmrecipes.render.mathematics.templates.algebra.quadratic import QuadraticFactoring, QuadraticFormula
from mmrecipes.render.mathematics.templates.algebra.sequences import ArithmeticSum, GeometricSum
from mmrecipes.render.mathematics.templates.algebra.systems import System2, System3

TEMPLATES: tuple[Template, ...] = (
    Shopping(), Discount(), LinearEquation(), QuadraticFactoring(), QuadraticFormula(), LinearInequality(),
    QuadraticInequality(), System2(), System3(), ArithmeticSum(), GeometricSum(), PolynomialDivision(),
    ExponentialEquation(), LogarithmEquation(),
)  # fmt: skip
"""In the order of their turns: an index keeps its template as long as it stands."""
