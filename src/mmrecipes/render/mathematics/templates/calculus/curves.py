"""What derivatives say about graphs: tangents and extrema."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import (
    Number,
    factored,
    num,
    number_set,
    par,
    poly,
    vector_answer,
)
from mmrecipes.render.mathematics.figure import Axes, Figure
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.calculus.polynomials import (
    POWER_RULE,
    at,
    graph,
    inserted,
    nice_step,
    slope,
    terms_at,
)
from mmrecipes.render.mathematics.work import BOTH_SIDES, TWO_FACTORS, ZERO_PRODUCT, Work


class TangentLine(Template):
    name, field, concepts, grade = "tangent_line", "calculus", ("derivative", "tangent", "linear equation"), 4.4
    lengths, slips = (4, 5), ("value_used_as_slope", "sign_kept_when_moved", "derivative_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        c = [pick(rng, -3, 3, 0), pick(rng, -6, 6, 0), pick(rng, -6, 6, 0)]
        if length == 5:
            c = [pick(rng, -2, 2, 0), *c]
        x = pick(rng, -3, 3, 0)
        if at(slope(c), x) in (0, 1) or at(c, x) in (0, at(slope(c), x)) or abs(at(c, x)) > 30:
            raise Refused("degenerate")
        return {"c": c, "x": x}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, x, d = p["c"], p["x"], slope(p["c"])
        if slip == "derivative_factor_forgotten":
            d[0] = c[0]
        m, y = at(d, x), at(c, x)
        work = Work(f"Derivative({poly(c)}, x)")
        work.step("Differentiate the function", poly(d), POWER_RULE)
        why = "the slope of the tangent is the derivative at the point"
        if len(c) == 4:
            work.step(f"Put $x == {x}$ into the derivative", terms_at(d, x), why, of=inserted(d, x))
            work.step("Add to get the slope", num(m))
        else:
            work.step(f"Put $x == {x}$ into the derivative to get the slope", num(m), why, of=inserted(d, x))
        work.step(f"Put $x == {x}$ into the function to get the point", num(y), "the tangent meets the graph there",
                  of=inserted(c, x))  # fmt: skip
        points = f"y - {par(y)} == {par(m)}*(x - {par(x)})"
        if slip == "value_used_as_slope":
            m = y
        tangent = poly([m, y + m * x if slip == "sign_kept_when_moved" else y - m * x])
        work.step("Write the point-slope form and solve for $y$", f"y == {tangent}", BOTH_SIDES, of=points)
        return work.done(Answer("expression", tangent, "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", e=poly(p["c"]), x=p["x"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        c, x = poly(p["c"]), p["x"]
        return (Claim("holds", f"Subs(ANSWER, x, {x}) == Subs({c}, x, {x})"),
                Claim("holds", f"Subs(Derivative({c}, x), x, {x}) == Derivative(ANSWER, x)"))  # fmt: skip


_SET_TO_ZERO = "the derivative is zero at an extremum"


class Extremum(Template):
    """The vertex of a parabola, or the two extrema of a cubic function."""

    name, field, concepts, grade = "extremum", "calculus", ("derivative", "extremum", "quadratic equation"), 4.6
    lengths, slips = (4, 5), ("sign_of_root", "derivative_factor_forgotten", "one_root_lost")

    def sample(self, rng: random.Random, length: int) -> Params:
        if length == 4:
            a, x = pick(rng, -3, 3, 0), pick(rng, -5, 5, 0)
            return {"c": [a, -2 * a * x, pick(rng, -9, 9, 0)]}
        r, s = pick(rng, -4, 3), pick(rng, -3, 5)
        if r >= s or (r + s) % 2 or r == -s or 0 in (r, s):
            raise Refused("degenerate")
        return {"c": [1, -3 * (r + s) // 2, 3 * r * s, rng.randint(-9, 9)]}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, d = p["c"], slope(p["c"])
        if slip == "derivative_factor_forgotten":
            d[0] = c[0]
        work = Work(f"Derivative({poly(c)}, x)")
        work.step("Differentiate the function", poly(d), POWER_RULE)
        return (self._square if len(d) == 2 else self._cubic)(c, d, work, slip)

    @staticmethod
    def _square(c: Sequence[Number], d: Sequence[Number], work: Work, slip: str | None) -> Derivation:
        rest = d[1] if slip == "sign_of_root" else -d[1]
        work.step("Set the derivative to zero and move the number to the right", f"{poly([d[0], 0])} == {num(rest)}",
                  _SET_TO_ZERO, of=f"{poly(d)} == 0")  # fmt: skip
        x = F(rest) / d[0]
        work.step(f"Divide both sides by ${num(d[0])}$", f"x == {num(x)}", BOTH_SIDES)
        y = at(c, x)
        work.step("Put this into the function", num(y), "the extreme value is the function's value there",
                  of=inserted(c, x))  # fmt: skip
        return work.done(vector_answer((x, y), "xy"))

    @staticmethod
    def _cubic(c: Sequence[Number], d: Sequence[Number], work: Work, slip: str | None) -> Derivation:
        k = F(d[0])
        e = [v / k for v in d]
        roots = [x for x in range(-60, 61) if at(e, x) == 0]
        if len(roots) != 2:
            raise Refused("not_whole")
        start = f"{poly(d)} == 0"
        if k != 1:
            work.step(f"Set the derivative to zero and divide by ${num(k)}$", f"{poly(e)} == 0", _SET_TO_ZERO, of=start)
            start = work.now
        r, s = roots
        work.step("Factor", f"{factored(roots)} == 0", TWO_FACTORS, of=start)
        if slip == "sign_of_root":
            r, s = -s, -r
        kept = (s,) if slip == "one_root_lost" else (r, s)
        work.step("Read off the roots", " or ".join(f"x == {v}" for v in kept), ZERO_PRODUCT)
        work.step("The derivative changes its sign at each of them, so each is an extremum", work.now,
                  "a simple zero is a change of sign")  # fmt: skip
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        e = poly(p["c"])
        if len(p["c"]) == 4:
            return (say("s_cubic", e=e),)
        w, m = ("highest", "largest") if p["c"][0] < 0 else ("lowest", "smallest")
        return (say("s", e=e, w=w, m=m),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        c = p["c"]
        if len(c) == 3:
            return (Claim("holds", f"{c[0]}*(x - ANSWER_0)**2 + ANSWER_1 == {poly(c)}"),)
        return (Claim("solves", f"{poly(slope(c))} == 0", "x"),)

    def figure(self, p: Params) -> Figure | None:
        c = p["c"]
        if len(c) == 3:
            return None
        roots = sorted(x for x in range(-60, 61) if at(slope(c), x) == 0)
        ys = [float(at(c, r)) for r in roots]
        span = max(4.0, ys[0] - ys[1])
        low, high, bottom, top = roots[0] - 2.0, roots[1] + 2.0, ys[1] - 0.6 * span, ys[0] + 0.6 * span
        curve = graph(lambda x: float(at(c, F(x).limit_denominator(10**6))), low, high, bottom, top, poly(c))
        axes = Axes((min(low, -1), max(high, 1)), (min(bottom, -1), max(top, 1)), (1, nice_step(top - bottom)))
        return Figure({}, curves=(curve,), axes=axes, equal=False, kind="plot")
