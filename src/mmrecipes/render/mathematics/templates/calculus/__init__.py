"""Calculus: derivatives, tangents, extrema, integrals and areas, limits, a differential equation."""

from __future__ import annotations

from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.calculus.curves import Extremum, TangentLine
from mmrecipes.render.mathematics.templates.calculus.derivatives import ChainRule, DerivativePolynomial, ProductRule
from mmrecipes.render.mathematics.templates.calculus.differential_equations import SeparableEquation
from mmrecipes.render.mathematics.templates.calculus.integrals import AreaBetween, DefiniteIntegral
from mmrecipes.render.mathematics.templates.calculus.limits import LimitFactor, LimitInfinity

TEMPLATES: tuple[Template, ...] = (
    DerivativePolynomial(), ProductRule(), ChainRule(), TangentLine(), Extremum(), DefiniteIntegral(), AreaBetween(),
    LimitFactor(), LimitInfinity(), SeparableEquation(),
)  # fmt: skip
"""In the order of their turns: an index keeps its template as long as it stands."""
