"""Division of a polynomial by a linear factor."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import poly
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import Work


class PolynomialDivision(Template):
    name, field, concepts, grade = "polynomial_division", "algebra", ("polynomial division",), 4.0
    lengths, slips = (2, 3, 4), ("sign_of_root", "added_instead_of_subtracted", "constant_not_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        quotient = [pick(rng, 1, 4), *(pick(rng, -6, 6, 0) for _ in range(length - 1))]
        return {"quotient": quotient, "c": pick(rng, -5, 5, 0)}

    def dividend(self, p: Params) -> list[int]:
        q, c = p["quotient"], p["c"]
        return [a - c * b for a, b in zip([*q, 0], [0, *q], strict=True)]

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, length = p["c"], len(p["quotient"])
        rest, found = [F(v) for v in self.dividend(p)], []
        work = Work(poly(rest))
        wrong = {"sign_of_root": 0, "added_instead_of_subtracted": 1}.get(slip or "")
        for i in range(length):
            lead, power = rest[0], length - 1 - i
            found.append(lead)
            rest = [rest[1] + (-c if i == wrong else c) * lead, *rest[2:]]
            if slip == "constant_not_divided" and power == 0:
                found[-1] += c
                rest = [F(0)]
            product, left = f"({poly([1, -c])})*({poly([*found, *[0] * power])})", poly(rest)
            text = f"Divide the leading term by $x$ to get ${poly([lead, *[0] * power])}$, "
            work.step(text + "and take this multiple of the divisor away",
                      product if left == "0" else f"{product} + ({left})",
                      "dividend = divisor · quotient + rest")  # fmt: skip
        return work.done(Answer("expression", poly(found)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", a=poly(self.dividend(p)), b=poly([1, -p["c"]])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"ANSWER*({poly([1, -p['c']])}) == {poly(self.dividend(p))}"),)
