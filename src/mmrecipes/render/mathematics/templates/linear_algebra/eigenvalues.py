"""Eigenvalues of symmetric matrices with two rows."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import isqrt

from mmrecipes.render.mathematics.expressions import factored, matrix, num, number_set, poly, total
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import DISTRIBUTIVE, TWO_FACTORS, ZERO_PRODUCT, Work

X = "lamda"


class Eigenvalues(Template):
    name, field, grade = "eigenvalues", "linear algebra", 5.2
    concepts = ("eigenvalue", "determinant", "quadratic equation")
    lengths, slips = (4, 5), ("square_of_off_diagonal_added", "signs_of_roots", "diagonal_taken")

    def sample(self, rng: random.Random, length: int) -> Params:
        b = pick(rng, -6, 6, 0)
        a, d = rng.randint(-7, 9), rng.randint(-7, 9)
        square = (a - d) ** 2 + 4 * b * b
        root = isqrt(square)
        if root * root != square or (a + d + root) % 2 or a * d == b * b or a + d == 0:
            raise Refused("not_whole")
        return {"a": a, "b": b, "d": d, "split": length == 5, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, d = p["a"], p["b"], p["d"]
        one, two = (total([(v, ""), (-1, X)]) for v in (a, d))
        sign, square = "+" if slip == "square_of_off_diagonal_added" else "-", b * b
        if slip == "diagonal_taken":
            square = 0
        c = a * d + square if sign == "+" else a * d - square
        work = Work(f"det({matrix([[one, num(b)], [num(b), two]])}) == 0")
        work.step("Write out the characteristic equation",
                  f"({one})*({two}){f' {sign} {square}' if square else ''} == 0", "det(A − λI) = 0")  # fmt: skip
        if p["split"]:
            work.step("Multiply out", f"{poly([1, -a - d, a * d], X)} {sign} {square} == 0", DISTRIBUTIVE)
            work.step("Collect the numbers", f"{poly([1, -a - d, c], X)} == 0")
        else:
            work.step("Multiply out and collect", f"{poly([1, -a - d, c], X)} == 0", DISTRIBUTIVE)
        discriminant = (a + d) ** 2 - 4 * c
        root = isqrt(max(0, discriminant))
        if root == 0 or root * root != discriminant:
            raise Refused("not_whole")
        r, s = F(a + d - root, 2), F(a + d + root, 2)
        work.step("Factor", f"{factored([r, s], X)} == 0", TWO_FACTORS)
        if slip == "signs_of_roots":
            r, s = -s, -r
        work.step("Read off the roots", f"{X} == {num(r)} or {X} == {num(s)}", ZERO_PRODUCT)
        return work.done(number_set([r, s], X))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", n=p["name"], m=matrix([[p["a"], p["b"]], [p["b"], p["d"]]])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, d = p["a"], p["b"], p["d"]
        return (Claim("holds", f"det({matrix([[f'{a} - ANSWER', num(b)], [num(b), f'{d} - ANSWER']])}) == 0"),
                Claim("solves", f"({a} - {X})*({d} - {X}) - {b * b} == 0", X))  # fmt: skip
