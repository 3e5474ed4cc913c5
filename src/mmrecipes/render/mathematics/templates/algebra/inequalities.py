"""Linear and quadratic inequalities; the answer is an interval or a union of two."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import factored, num, poly
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, DISTRIBUTIVE, TWO_FACTORS, Work, take_away

OPERATORS = ("<", ">", "<=", ">=")
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class LinearInequality(Template):
    name, field, concepts, grade = "linear_inequality", "algebra", ("inequality",), 2.8
    lengths, slips = (2, 3, 4), ("sign_not_turned", "sign_kept_when_moved", "only_first_term_multiplied")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, x, b, c = pick(rng, -8, 8, 0, 1, -1), pick(rng, -9, 9, 0), pick(rng, -12, 12, 0), pick(rng, -7, 7, 0)
        if length == 2:
            c = 0
        if a - c in (0, 1, -1):
            raise Refused("degenerate")
        k = a * (x + b) - c * x if length == 4 else (a - c) * x + b
        return {"a": a, "b": b, "c": c, "k": k, "op": rng.choice(OPERATORS), "bracket": length == 4}

    def relation(self, p: Params) -> str:
        left = f"{p['a']}*({poly([1, p['b']])})" if p["bracket"] else poly([p["a"], p["b"]])
        return f"{left} {p['op']} {poly([p['c'], p['k']])}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, c, k, op = p["a"], p["b"], p["c"], p["k"], p["op"]
        work = Work(self.relation(p))
        if p["bracket"]:
            b = b if slip == "only_first_term_multiplied" else a * b
            work.step("Multiply out the bracket", f"{poly([a, b])} {op} {poly([c, k])}", DISTRIBUTIVE)
        if c:
            a -= c
            work.step(take_away(c, "x"), f"{poly([a, b])} {op} {k}", BOTH_SIDES)
        k = k + b if slip == "sign_kept_when_moved" else k - b
        work.step(take_away(b), f"{poly([a, 0])} {op} {k}", BOTH_SIDES)
        x = num(F(k, a))
        if a < 0 and slip != "sign_not_turned":
            op = _TURNED[op]
        what = "; the sign turns round" if a < 0 else ""
        why = ("dividing by a negative number turns an inequality round" if a < 0
               else "dividing by a positive number keeps an inequality")  # fmt: skip
        work.step(f"Divide both sides by ${a}${what}", f"x {op} {x}", why)
        opens = "=" not in op
        value = f"Interval(-oo, {x}, True, {opens})" if op[0] == "<" else f"Interval({x}, oo, {opens}, True)"
        return work.done(Answer("interval", value, "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('s', e=self.relation(p))}{say('t')}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("solves", self.relation(p), "x"),)


class QuadraticInequality(Template):
    name, field, concepts, grade = "quadratic_inequality", "algebra", ("inequality", "quadratic equation"), 4.0
    lengths, slips = (2, 3), ("inside_and_outside_swapped", "signs_of_roots", "ends_wrong")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = pick(rng, -8, 7, 0)
        s = pick(rng, r + 1, 10, 0, -r)
        op = rng.choice(OPERATORS)
        return {"r": r, "s": s, "op": op, "moved": pick(rng, -15, 15, 0) if length == 3 else 0}

    def relation(self, p: Params) -> str:
        r, s = p["r"], p["s"]
        return f"{poly([1, -(r + s), r * s + p['moved']])} {p['op']} {p['moved']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, s, op, work = p["r"], p["s"], p["op"], Work(self.relation(p))
        if p["moved"]:
            work.step("Bring everything to the left side", f"{poly([1, -(r + s), r * s])} {op} 0", BOTH_SIDES)
        work.step("Factor the quadratic", f"{factored([r, s])} {op} 0", TWO_FACTORS)
        if slip == "signs_of_roots":
            r, s = -s, -r
        inside = (op[0] == "<") != (slip == "inside_and_outside_swapped")
        opens = ("=" not in op) != (slip == "ends_wrong")
        less = "<" if opens else "<="
        after = f"{r} {less} x and x {less} {s}" if inside else f"x {less} {r} or {s} {less} x"
        work.step(f"The graph opens upwards with zeros ${r}$ and ${s}$; read off where the sign fits", after,
                  "an upward parabola is negative exactly between its zeros")  # fmt: skip
        value = (f"Interval({r}, {s}, {opens}, {opens})" if inside
                 else f"Union(Interval(-oo, {r}, True, {opens}), Interval({s}, oo, {opens}, True))")  # fmt: skip
        return work.done(Answer("interval", value, "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('s', e=self.relation(p))}{say('t')}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("solves", self.relation(p), "x"),)
