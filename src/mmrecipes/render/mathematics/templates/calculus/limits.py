"""Limits of rational functions, at a common zero and at infinity."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer, poly, power
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import TWO_FACTORS, Work


class LimitFactor(Template):
    name, field, concepts, grade = "limit_factoring", "calculus", ("limit", "factoring"), 4.8
    lengths, slips = (3, 4), ("sign_of_factor", "denominator_cancelled_away", "zero_over_zero_is_one")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, r, s = pick(rng, -6, 6, 0), pick(rng, -7, 7, 0), pick(rng, -7, 7, 0)
        if len({a, r, s}) < 3 or 0 in (a + r, a + s):
            raise Refused("degenerate")
        return {"a": a, "r": r, "s": s, "both": length == 4}

    def parts(self, p: Params) -> tuple[str, str]:
        a, r, s = p["a"], p["r"], p["s"]
        return poly([1, -(a + r), a * r]), poly([1, -(a + s), a * s]) if p["both"] else poly([1, -a])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, r, s, both = p["a"], p["r"], p["s"], p["both"]
        if slip == "denominator_cancelled_away" and not both:
            raise Refused("degenerate")
        if slip == "sign_of_factor":
            r = -r
        top, bottom = self.parts(p)
        common, one, two = (poly([1, -v]) for v in (a, r, s))
        work = Work(f"Limit(({top})/({bottom}), x, {a})")
        work.step("Factor the numerator", f"Limit(({common})*({one})/({bottom}), x, {a})", TWO_FACTORS)
        if both:
            work.step("Factor the denominator", f"Limit(({common})*({one})/(({common})*({two})), x, {a})", TWO_FACTORS)
        alone = slip == "denominator_cancelled_away" or not both
        work.step("Cancel the common factor", f"Limit({one if alone else f'({one})/({two})'}, x, {a})",
                  "near the point the factor is not zero")  # fmt: skip
        value = F(a - r) if alone else F(a - r, a - s)
        if slip == "zero_over_zero_is_one":
            value = F(1)
        work.step(f"Put in $x == {a}$", num(value), "the remaining function is continuous there")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        top, bottom = self.parts(p)
        return (say("s", t=top, b=bottom, a=p["a"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        top, bottom = self.parts(p)
        return (Claim("holds", f"Limit(({top})/({bottom}), x, {p['a']}) == ANSWER"),)


class LimitInfinity(Template):
    name, field, concepts, grade = "limit_infinity", "calculus", ("limit", "rational function"), 5.0
    lengths, slips = (2, 3), ("constants_divided", "ratio_turned_round", "degrees_compared_wrongly")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = 2 if length == 3 else 1
        top = [pick(rng, -9, 9, 0), *(pick(rng, -9, 9, 0) for _ in range(n))]
        bottom = [pick(rng, 2, 9), *(pick(rng, -9, 9, 0) for _ in range(n))]
        if abs(top[0]) == bottom[0] or F(top[-1], bottom[-1]) == F(top[0], bottom[0]):
            raise Refused("degenerate")
        return {"top": top, "bottom": bottom}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        top, bottom = p["top"], p["bottom"]
        slipped = {"constants_divided": (top[-1], bottom[-1]), "ratio_turned_round": (bottom[0], top[0])}
        first, second = slipped.get(slip or "", (top[0], bottom[0]))
        vanishes = slip == "degrees_compared_wrongly"
        value = F(0) if vanishes else F(first, second)
        n = len(top) - 1
        work = Work(f"Limit(({poly(top)})/({poly(bottom)}), x, oo)")
        over = f"({self._over(top)})/({self._over(bottom)})"
        work.step(f"Divide numerator and denominator by ${power(n)}$", f"Limit({over}, x, oo)",
                  "a fraction keeps its value")  # fmt: skip
        why = "c/xⁿ → 0 as x → ∞"
        if n == 1:
            work.step("The terms with $x$ below the bar tend to zero", num(value), why)
        else:
            shown = f"0/{second}" if vanishes else f"({first} + 0 + 0)/({second} + 0 + 0)"
            work.step("All terms with $x$ below the bar tend to zero", shown, why)
            work.step("Simplify", num(value))
        return work.done(number_answer(value))

    @staticmethod
    def _over(c: Sequence[int]) -> str:
        """A polynomial divided by its highest power of x, term by term."""
        return num(c[0]) + "".join(f" {'-' if v < 0 else '+'} {abs(v)}/{power(i)}" for i, v in enumerate(c) if i)

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", t=poly(p["top"]), b=poly(p["bottom"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Limit(({poly(p['top'])})/({poly(p['bottom'])}), x, oo) == ANSWER"),)
