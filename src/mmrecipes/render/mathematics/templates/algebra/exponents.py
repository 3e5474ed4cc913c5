"""Exponential and logarithmic equations."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer, number_set, poly, total
from mmrecipes.render.mathematics.phrases import Words, solve
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, Work, solved_by, take_away


class ExponentialEquation(Template):
    name, field, concepts, grade = "exponential_equation", "algebra", ("exponential equation",), 4.0
    lengths, slips = (3, 4, 5), ("exponent_off_by_one", "sign_kept_when_moved", "base_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        base = rng.choice((2, 3, 5))
        e = pick(rng, 2, {2: 7, 3: 5, 5: 4}[base])
        k = 1 if length == 3 else pick(rng, 2, 4)
        return {"base": base, "e": e, "k": k, "m": pick(rng, -4, 4, 0), "c": pick(rng, 2, 6) if length == 5 else 1}

    def equation(self, p: Params) -> str:
        left = total([(p["c"], f"{p['base']}**({poly([p['k'], p['m']])})")])
        return f"{left} == {p['c'] * p['base'] ** p['e']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        base, e, k, m, c = p["base"], p["e"], p["k"], p["m"], p["c"]
        work, inner = Work(self.equation(p)), poly([k, m])
        if c != 1:
            e = e - 1 if slip == "base_divided" else e
            work.step(f"Divide both sides by ${c}$", f"{base}**({inner}) == {base**e}", BOTH_SIDES)
        if slip == "exponent_off_by_one":
            e += 1
        work.step(f"Write the right side as a power of ${base}$", f"{base}**({inner}) == {base}**{e}")
        work.step("Compare the exponents", f"{inner} == {e}", "an exponential function with base above 1 is one-to-one")
        right = e + m if slip == "sign_kept_when_moved" else e - m
        work.step(take_away(m), f"{poly([k, 0])} == {right}", BOTH_SIDES)
        if k != 1:
            work.step(f"Divide both sides by ${k}$", f"x == {num(F(right, k))}", BOTH_SIDES)
        return work.done(number_answer(F(right, k), "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return solved_by(self.equation(p))


_WITHOUT = "Write the equation without the logarithm"
_MEANING = "log_b(u) = c means u = b^c"


class LogarithmEquation(Template):
    name, field, concepts, grade = "logarithm_equation", "algebra", ("logarithm", "quadratic equation"), 4.6
    lengths, slips = (3, 5), ("base_times_value", "value_to_the_base", "false_root_kept", "sign_kept_when_moved")

    def sample(self, rng: random.Random, length: int) -> Params:
        base = rng.choice((2, 3, 4, 5))
        c = pick(rng, 2, {2: 6, 3: 4, 4: 3, 5: 3}[base])
        if length == 3:
            return {"base": base, "c": c, "m": pick(rng, -9, 9, 0), "k": pick(rng, 2, 5)}
        power = base**c
        d = rng.choice([d for d in range(1, power) if power % d == 0 and d * d < power])
        return {"base": base, "c": c, "m": power // d - d, "k": 0}

    def equation(self, p: Params) -> str:
        base, m = p["base"], p["m"]
        if p["k"]:
            return f"log({poly([p['k'], m])}, {base}) == {p['c']}"
        return f"log(x, {base}) + log({poly([1, -m])}, {base}) == {p['c']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        base, c = p["base"], p["c"]
        value, shown = base**c, f"{base}**{c}"
        if slip == "base_times_value":
            value, shown = base * c, f"{base}*{c}"
        if slip == "value_to_the_base":
            value, shown = c**base, f"{c}**{base}"
        if value > 4000 or (slip in self.slips[:2] and value == base**c):
            raise Refused("numbers_too_large")
        return (self._one if p["k"] else self._two)(p, value, shown, slip)

    def _one(self, p: Params, value: int, shown: str, slip: str | None) -> Derivation:
        """One logarithm."""
        m, k, work = p["m"], p["k"], Work(self.equation(p))
        work.step(_WITHOUT, f"{poly([k, m])} == {shown}", _MEANING)
        right = value + m if slip == "sign_kept_when_moved" else value - m
        work.step(f"Work out the power and bring ${m}$ over", f"{k}*x == {right}", BOTH_SIDES)
        work.step(f"Divide both sides by ${k}$", f"x == {num(F(right, k))}", BOTH_SIDES)
        return work.done(number_answer(F(right, k), "x"))

    def _two(self, p: Params, value: int, shown: str, slip: str | None) -> Derivation:
        """A sum of two logarithms, which leads to a quadratic equation with one false root."""
        base, m, work = p["base"], p["m"], Work(self.equation(p))
        product, domain = f"x*({poly([1, -m])})", f"x > {max(0, m)}"
        work.step(f"Add the logarithms; they need ${domain}$", f"log({product}, {base}) == {p['c']} and {domain}",
                  "log u + log v = log(uv) for positive u and v")  # fmt: skip
        work.step(_WITHOUT, f"{product} == {shown} and {domain}", _MEANING)
        value = -value if slip == "sign_kept_when_moved" else value
        work.step("Bring everything to the left side", f"{poly([1, -m, -value])} == 0 and {domain}", BOTH_SIDES)
        roots = [d for d in range(-abs(value), abs(value) + 1) if d * d - m * d - value == 0]
        if len(roots) != 2:
            raise Refused("not_whole")
        work.step("Solve the quadratic equation", f"(x == {roots[1]} or x == {roots[0]}) and {domain}", "factoring")
        kept = roots if slip == "false_root_kept" else roots[1:]
        work.step("Keep what lies in the domain" if len(kept) == 1 else "Both values are solutions",
                  " or ".join(f"x == {v}" for v in kept), "logarithms need positive arguments")  # fmt: skip
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return solved_by(self.equation(p))
