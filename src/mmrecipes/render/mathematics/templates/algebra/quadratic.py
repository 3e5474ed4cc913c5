"""Quadratic equations, by factoring and by the formula."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import isqrt

from mmrecipes.render.mathematics.expressions import (
    factored,
    further,
    neg,
    num,
    number_set,
    par,
    poly,
    square_part,
    total,
)
from mmrecipes.render.mathematics.phrases import Words, solve
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, TWO_FACTORS, ZERO_PRODUCT, Work, solved_by


class QuadraticFactoring(Template):
    name, field, concepts, grade = "quadratic_factoring", "algebra", ("quadratic equation", "factoring"), 3.4
    lengths, slips = (2, 3, 4), ("signs_of_roots", "wrong_factor_pair", "one_root_lost")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = pick(rng, -9, 9, 0)
        s = pick(rng, -9, 9, 0, r, -r)
        k = pick(rng, 2, 5) if length == 4 else 1
        moved = [pick(rng, -6, 6, 0), pick(rng, -20, 20, 0)] if length >= 3 else [0, 0]
        return {"r": r, "s": s, "k": k, "moved": moved}

    def equation(self, p: Params) -> str:
        r, s, k, (m, c) = p["r"], p["s"], p["k"], p["moved"]
        return f"{poly([k, -k * (r + s) + m, k * r * s + c])} == {poly([m, c])}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, s, k, work = p["r"], p["s"], p["k"], Work(self.equation(p))
        if p["moved"] != [0, 0]:
            work.step("Bring everything to the left side", f"{poly([k, -k * (r + s), k * r * s])} == 0", BOTH_SIDES)
        if k != 1:
            work.step(f"Divide both sides by ${k}$", f"{poly([1, -(r + s), r * s])} == 0", BOTH_SIDES)
        if slip == "wrong_factor_pair":
            r, s = (r * s, 1) if abs(r * s) != abs(r) and abs(r * s) != abs(s) else (-r, -s)
        work.step(f"Factor: two numbers with product ${r * s}$ and sum ${-(r + s)}$ are ${-r}$ and ${-s}$",
                  f"{factored([r, s])} == 0", TWO_FACTORS)  # fmt: skip
        if slip == "signs_of_roots":
            r, s = -r, -s
        kept = (r,) if slip == "one_root_lost" else (r, s)
        work.step("Set each factor equal to zero", " or ".join(f"x == {v}" for v in kept), ZERO_PRODUCT)
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return solved_by(self.equation(p))


class QuadraticFormula(Template):
    name, field, concepts, grade = "quadratic_formula", "algebra", ("quadratic equation", "discriminant"), 3.4
    lengths, slips = (4, 5, 6), ("sign_of_b", "discriminant_sign", "divided_by_a_only")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = pick(rng, 2, 6)
        if length == 6 or (length == 5 and rng.random() < 0.5):  # irrational roots
            h, n, m = pick(rng, -5, 5, 0), rng.choice((2, 3, 5, 6, 7)), rng.choice((1, 2, 3))
            return {"a": 1, "b": -2 * h, "c": h * h - n * m * m, "moved": pick(rng, -9, 9, 0) if length == 6 else 0}
        x1, x2 = F(pick(rng, -9, 9, 0), a), F(pick(rng, -5, 5, 0))
        b, c = -a * (x1 + x2), a * x1 * x2
        if x1.denominator == 1 or b == 0 or x1 == -x2:
            raise Refused("degenerate")
        return {"a": a, "b": int(b), "c": int(c), "moved": pick(rng, -9, 9, 0) if length == 5 else 0}

    def equation(self, p: Params) -> str:
        return f"{poly([p['a'], p['b'], p['c'] + p['moved']])} == {p['moved']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, c, work = p["a"], p["b"], p["c"], Work(self.equation(p))
        if p["moved"]:
            work.step("Bring everything to the left side", f"{poly([a, b, c])} == 0", BOTH_SIDES)
        top = b if slip == "sign_of_b" else -b
        bottom, below = (a, f"{a}") if slip == "divided_by_a_only" else (2 * a, f"2*{a}")
        under = f"{par(b)}**2 - 4*{neg(a)}*{neg(c)}"
        work.step(f"Use the quadratic formula with $a == {a}$, $b == {b}$, $c == {c}$",
                  self._pair(top, f"sqrt({under})", below), "x = (−b ± √(b² − 4ac)) / (2a)")  # fmt: skip
        d = b * b + 4 * a * c if slip == "discriminant_sign" else b * b - 4 * a * c
        if d <= 0:
            raise Refused("degenerate")
        work.step("Work out the discriminant", self._pair(top, f"sqrt({d})", str(bottom)))
        root = isqrt(d)
        if root * root != d:
            return self._surds(work, top, d, bottom)
        work.step("Take the square root", self._pair(top, str(root), str(bottom)), f"{root}² = {d}")
        found = [F(top + root, bottom), F(top - root, bottom)]
        work.step("Simplify both values", f"x == {num(found[0])} or x == {num(found[1])}")
        return work.done(number_set(found))

    def _surds(self, work: Work, top: int, d: int, bottom: int) -> Derivation:
        m, rest = square_part(d)
        if m % bottom or top % bottom or rest == 1:
            raise Refused("not_whole")
        work.step("Take square factors out of the root", self._pair(top, f"sqrt({m * m}*{rest})", str(bottom)),
                  f"{m * m}·{rest} = {d}")  # fmt: skip
        work.step("Write the root of the square as a number",
                  self._pair(top, total([(m, f"sqrt({rest})")]), str(bottom)), "√(m²n) = m√n for m > 0")  # fmt: skip
        h, k = top // bottom, m // bottom
        values = [f"{h}{further(s * k, f'sqrt({rest})')}" for s in (1, -1)]
        work.step(f"Divide both terms by ${bottom}$", " or ".join(f"x == {v}" for v in values), "(a + b)/c = a/c + b/c")
        return work.done(Answer("set", "{" + ", ".join(reversed(values)) + "}", "x"))

    @staticmethod
    def _pair(top: int, root: str, bottom: str) -> str:
        return f"x == ({num(top)} + {root})/({bottom}) or x == ({num(top)} - {root})/({bottom})"

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return solved_by(self.equation(p))
