"""The dot product: orthogonal vectors, projections."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import column, matrix, num, number_answer, par, poly
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, Work


class Orthogonality(Template):
    name, field, concepts, grade = "orthogonality", "linear algebra", ("dot product", "linear equation"), 4.4
    lengths, slips = (3, 4), ("sign_kept_when_moved", "factor_left_out", "one_product_sign")

    def sample(self, rng: random.Random, length: int) -> Params:
        u = [pick(rng, -6, 6, 0, 1), pick(rng, -6, 6, 0), pick(rng, -6, 6, 0)]
        t = pick(rng, -6, 6, 0)
        v = [t, pick(rng, -6, 6, 0), 0]
        rest = -(u[0] * t + u[1] * v[1])
        if rest % u[2] or rest == 0 or abs(rest // u[2]) > 12:
            raise Refused("not_whole")
        v[2] = rest // u[2]
        return {"u": u, "v": v, "split": length == 4}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        u, v = p["u"], p["v"]
        b, c = u[1] * v[1], u[2] * v[2]
        if slip == "one_product_sign":
            c = -c
        if b + c == 0:
            raise Refused("degenerate")
        k, why = 1 if slip == "factor_left_out" else u[0], "orthogonal vectors have dot product 0"
        work = Work(f"{par(u[0])}*t + {par(u[1])}*{par(v[1])} + {par(u[2])}*{par(v[2])} == 0")
        if p["split"]:
            work.step("Work out the products", f"{poly([k, 0], 't')} + {par(b)} + {par(c)} == 0", why)
            work.step("Add the numbers", f"{poly([k, b + c], 't')} == 0")
        else:
            work.step("Work out the products and add the numbers", f"{poly([k, b + c], 't')} == 0", why)
        right = b + c if slip == "sign_kept_when_moved" else -(b + c)
        work.step("Bring the number to the right side", f"{poly([k, 0], 't')} == {right}", BOTH_SIDES)
        value = F(right, k)
        if k != 1:
            work.step(f"Divide both sides by ${k}$", f"t == {num(value)}", BOTH_SIDES)
        return work.done(number_answer(value, "t"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", u=column(p["u"]), v=column(["t", *p["v"][1:]])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"det({matrix([p['u']])}*{column(['ANSWER', *p['v'][1:]])}) == 0"),)


class Projection(Template):
    name, field, concepts, grade = "projection", "linear algebra", ("dot product", "projection"), 5.2
    lengths, slips = (4, 5), ("length_not_squared", "wrong_vector_scaled", "one_product_sign")

    def sample(self, rng: random.Random, length: int) -> Params:
        u = [pick(rng, -5, 5, 0), pick(rng, -5, 5, 0)]
        v = [pick(rng, -8, 8, 0), pick(rng, -8, 8, 0)]
        dot, norm = u[0] * v[0] + u[1] * v[1], u[0] ** 2 + u[1] ** 2
        k = F(dot, norm)
        if k in (0, 1) or k.denominator > 5 or k.denominator == norm or v[0] * u[1] == v[1] * u[0]:
            raise Refused("not_nice")
        return {"u": u, "v": v, "split": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, b), (c, d) = p["u"], p["v"]
        sign = "-" if slip == "one_product_sign" else "+"
        top = a * c - b * d if sign == "-" else a * c + b * d
        work = Work(f"{par(a)}*{par(c)} + {par(b)}*{par(d)}")
        if p["split"]:
            work.step("Multiply the entries", f"{a * c} {sign} {par(b * d)}", "dot product")
        work.step("Find the dot product of $u$ and $v$", str(top), "dot product")
        norm = abs(a) + abs(b) if slip == "length_not_squared" else a * a + b * b
        work.step("Find the squared length of $u$", str(norm), "u · u is the squared length",
                  of=f"{par(a)}**2 + {par(b)}**2")  # fmt: skip
        k, why = F(top, norm), "the projection is (u·v)/(u·u) times u"
        if num(k) == f"{top}/{norm}":
            raise Refused("other_length")
        work.step("Divide", num(k), why, of=f"{par(top)}/{norm}")
        w = (c, d) if slip == "wrong_vector_scaled" else (a, b)
        value = column([k * w[0], k * w[1]])
        work.step("Multiply $u$ by this number", value, why, of=f"{par(k)}*{column([a, b])}")
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", u=column(p["u"]), v=column(p["v"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        u, v = p["u"], p["v"]
        return (Claim("holds", f"det({matrix([u])}*({column(v)} - ANSWER)) == 0"),
                Claim("holds", f"{matrix([[u[1], -u[0]]])}*ANSWER == Matrix([[0]])"))  # fmt: skip
