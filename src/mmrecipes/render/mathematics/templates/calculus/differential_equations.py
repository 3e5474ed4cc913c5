"""Differential equations whose variables can be separated, with an initial value."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import power, total
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.calculus.polynomials import ANTIDERIVATIVE
from mmrecipes.render.mathematics.work import Work


class SeparableEquation(Template):
    """y' = k xⁿ y with y(0) given."""

    name, field, grade = "separable_equation", "calculus", 6.2
    concepts = ("differential equation", "integral", "logarithm")
    lengths, slips = (3, 4), ("constant_added_at_the_end", "not_divided_by_exponent", "initial_value_ignored")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.choice((1, 2)) if length == 4 else 0
        k = pick(rng, -6, 6, 0, 1, -1) * (n + 1) if rng.random() < 0.7 else pick(rng, 2, 9)
        return {"n": n, "k": k, "y0": pick(rng, 2, 9)}

    def rate(self, p: Params, x: str = "x") -> str:
        return total([(p["k"], power(p["n"], x))])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, k, y0, ignored = p["n"], p["k"], p["y0"], slip == "initial_value_ignored"
        if slip == "not_divided_by_exponent" and n == 0:
            raise Refused("degenerate")
        up = F(k) if slip == "not_divided_by_exponent" else F(k, n + 1)
        right = total([(up, power(n + 1))])
        left = "log(y)" if ignored else f"log(y) - log({y0})"
        integral = f"Integral({self.rate(p, 't')}, (t, 0, x))"
        work, why = Work(f"Integral(1/u, (u, {y0}, y)) == {integral}"), "∫ 1/u du = ln u"
        if n:
            work.step("Separate the variables, integrate from the starting point, and work out the left side",
                      f"{left} == {integral}", why)  # fmt: skip
            work.step("Work out the right side", f"{left} == {right}", ANTIDERIVATIVE)
        else:
            work.step("Separate the variables and integrate both sides from the starting point",
                      f"{left} == {right}", why)  # fmt: skip
        work.step("Write the left side as one logarithm", f"log({'y' if ignored else f'y/{y0}'}) == {right}",
                  "ln a − ln b = ln(a/b)")  # fmt: skip
        value = f"exp({right})" if ignored else f"{y0}*exp({right})"
        if slip == "constant_added_at_the_end":
            value = f"exp({right}) + {y0}"
        work.step("Solve for $y$", f"y == {value}", "the exponential function undoes the logarithm")
        return work.done(Answer("expression", value, "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", e=f"Derivative(y, x) == {self.rate(p)}*y", y=p["y0"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Derivative(ANSWER, x) == ({self.rate(p)})*(ANSWER)"),
                Claim("holds", f"Limit(ANSWER, x, 0) == {p['y0']}"))  # fmt: skip
