"""Linear equations: plain, with x on both sides, with brackets, with fractions."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import lcm

from mmrecipes.render.mathematics.expressions import Number, further, num, number_answer, poly, total
from mmrecipes.render.mathematics.phrases import Words, solve
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, DISTRIBUTIVE, Work, solved_by, take_away

Side = tuple[Number, Number]
"""The coefficient of x and the constant."""


def _sides(left: Side, right: Side) -> str:
    return f"{poly(left)} == {poly(right)}"


class LinearEquation(Template):
    name, field, concepts, grade = "linear_equation", "algebra", ("linear equation",), 2.2
    lengths = (2, 3, 4, 5, 6)
    slips = ("sign_kept_when_moved", "only_first_term_multiplied", "subtracted_instead_of_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        x, a, b = pick(rng, -9, 12, 0, 1), pick(rng, 2, 9), pick(rng, -12, 12, 0)
        c = pick(rng, -7, 7, 0, 1, -1, a, -a)
        if length == 2:
            left, right, form = [a, b], [0, a * x + b], "plain"
        elif length == 3:
            left, right, form = [a, b], [c, (a - c) * x + b], "both"
        elif length == 4:
            left, right, form = [a, b], [c, a * (x + b) - c * x], "bracket"
        elif length == 5:
            e = pick(rng, -9, 9, 0)
            left, right, form = [a, b], [c, e, a * (x + b) - c * (x + e)], "brackets"
        else:
            m, n = rng.choice(((2, 3), (3, 4), (2, 5), (3, 5), (4, 6), (4, 5), (6, 9)))
            left = [m, m * rng.randint(-3, 4) - x]
            right = [n, n * rng.randint(-3, 4) - x]
            if left[1] == right[1] or 0 in (left[1], right[1]):
                raise Refused("degenerate")
            form = "fractions"
        return {"form": form, "left": left, "right": right, "x": x}

    def equation(self, p: Params) -> str:
        (a, b), right = p["left"], p["right"]
        match p["form"]:
            case "bracket":
                return f"{a}*({poly([1, b])}) == {poly(right)}"
            case "brackets":
                return f"{a}*({poly([1, b])}) == {self._with_bracket(right)}"
            case "fractions":
                n, d = right
                value = F(p["x"] + b, a) - F(p["x"] + d, n)
                return f"({poly([1, b])})/{a} - ({poly([1, d])})/{n} == {num(value)}"
            case _:
                return _sides((a, b), right)

    @staticmethod
    def _with_bracket(right: tuple[int, int, int]) -> str:
        """`c*(x + e) + k`."""
        c, e, k = right
        return total([(c, f"({poly([1, e])})"), (k, "")])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, form = Work(self.equation(p)), p["form"]
        if form == "fractions":
            return self._fractions(p, work, slip)
        (a, b), right = p["left"], p["right"]
        if form in ("bracket", "brackets") and slip != "only_first_term_multiplied":
            b = a * b
        if form == "bracket":
            work.step("Multiply out the bracket", _sides((a, b), right), DISTRIBUTIVE)
        if form == "brackets":
            c, e, k = right
            work.step("Multiply out the bracket on the left", f"{poly([a, b])} == {self._with_bracket(right)}",
                      DISTRIBUTIVE)  # fmt: skip
            right = (c, c * e + k)
            work.step("Multiply out the bracket on the right and add the numbers there", _sides((a, b), right),
                      DISTRIBUTIVE)  # fmt: skip
        return self._linear(work, (a, b), right, slip)

    @staticmethod
    def _linear(work: Work, left: Side, right: Side, slip: str | None) -> Derivation:
        (a, b), (c, d) = left, right
        if c:
            a -= c
            work.step(take_away(c, "x"), _sides((a, b), (0, d)), BOTH_SIDES)
        if b:
            d = d + b if slip == "sign_kept_when_moved" else d - b
            work.step(take_away(b), _sides((a, 0), (0, d)), BOTH_SIDES)
        if a in (0, 1):
            raise Refused("degenerate")
        x = d - a if slip == "subtracted_instead_of_divided" else F(d) / a
        work.step(f"Divide both sides by ${num(a)}$", f"x == {num(x)}", BOTH_SIDES)
        return work.done(number_answer(x, "x"))

    def _fractions(self, p: Params, work: Work, slip: str | None) -> Derivation:
        (m, b), (n, d) = p["left"], p["right"]
        k = F(p["x"] + b, m) - F(p["x"] + d, n)
        if k.denominator != 1:
            raise Refused("not_whole")
        common = lcm(m, n)
        u, v = common // m, common // n
        value = k if slip == "only_first_term_multiplied" else k * common
        first, second = poly([1, b]), poly([1, d])
        work.step(f"Multiply both sides by the common denominator ${common}$",
                  f"{u}*({first}) - {v}*({second}) == {num(value)}", BOTH_SIDES)  # fmt: skip
        low = poly([u, u * b])
        work.step("Multiply out the first bracket", f"{low} - {v}*({second}) == {num(value)}", DISTRIBUTIVE)
        work.step("Multiply out the second bracket; the minus sign goes to both of its terms",
                  f"{low}{further(-v, 'x')}{further(-v * d)} == {num(value)}", DISTRIBUTIVE)  # fmt: skip
        a, rest = u - v, u * b - v * d
        if a in (0, 1) or rest == 0:
            raise Refused("other_length")
        work.step("Collect like terms", _sides((a, rest), (0, value)), "terms of one kind may be added")
        return self._linear(work, (a, rest), (0, value), slip)

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return solved_by(self.equation(p))
