"""Sums of arithmetic and geometric sequences."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer
from mmrecipes.render.mathematics.phrases import PEOPLE, Words
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import Work


class ArithmeticSum(Template):
    name, field, concepts, grade = "arithmetic_sum", "algebra", ("arithmetic sequence",), 2.8
    lengths, slips = (4, 5), ("n_instead_of_n_minus_1", "half_forgotten", "difference_added_once")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {"a": pick(rng, 2, 30), "d": pick(rng, 2, 9), "n": pick(rng, 6, 30), "short": length == 4,
                "person": rng.randrange(len(PEOPLE))}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, d, n = p["a"], p["d"], p["n"]
        half = "" if slip == "half_forgotten" else "/2"
        steps = {"n_instead_of_n_minus_1": n, "difference_added_once": 1}.get(slip or "", n - 1)
        work = Work(f"Sum({a} + {d}*(k - 1), (k, 1, {n}))")
        work.step("Use the sum formula: half the number of terms times first plus last term",
                  f"{n}{half}*({a} + ({a} + {steps}*{d}))", "S = n/2 · (a₁ + aₙ) with aₙ = a₁ + (n − 1)d")  # fmt: skip
        last = a + steps * d
        work.step("Work out the last term", f"{n}{half}*({a} + {last})")
        both = a + last
        work.step("Add first and last term", f"{n}{half}*{both}")
        value = num(F(n * both, 2) if half else n * both)
        if p["short"]:
            work.step("Multiply", value)
        else:
            work.step("Multiply first", f"{n * both}{half}" if half else f"{n * both} + 0")
            work.step("Halve the product", value)
        return work.done(number_answer(F(value)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        values = {"a": p["a"], "d": p["d"], "n": p["n"], "who": PEOPLE[p["person"]]}
        story = say("a", **values)
        return (f"{story} {say(f'q_{say.last}', **values)}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Sum({p['a']} + {p['d']}*(k - 1), (k, 1, {p['n']})) == ANSWER"),)


class GeometricSum(Template):
    name, field, concepts, grade = "geometric_sum", "algebra", ("geometric sequence",), 3.2
    lengths, slips = (3, 4), ("exponent_n_minus_1", "divided_by_r", "minus_one_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = rng.choice((2, 3, 4, 5)) if length == 4 else 2
        n = pick(rng, 4, {2: 9, 3: 6, 4: 5, 5: 4}[r])
        return {"a": pick(rng, 2, 9), "r": r, "n": n}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, r, n = p["a"], p["r"], p["n"]
        e = n - 1 if slip == "exponent_n_minus_1" else n
        bottom, low = (f"{r}", r) if slip == "divided_by_r" else (f"({r} - 1)", r - 1)
        top, value = (f"{r}**{e}", r**e) if slip == "minus_one_forgotten" else (f"{r}**{e} - 1", r**e - 1)
        work = Work(f"Sum({a}*{r}**(k - 1), (k, 1, {n}))")
        work.step("Use the sum formula of a geometric sequence", f"{a}*({top})/{bottom}", "S = a(rⁿ − 1)/(r − 1)")
        over = "" if low == 1 else f"/{low}"
        work.step("Work out the power and the difference", f"{a}*{value}{over}")
        work.step("Multiply", f"{num(a * value)}{over}")
        if over:
            work.step("Divide", num(F(a * value, low)))
        return work.done(number_answer(F(a * value, low)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        times = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}[p["r"]]
        return (f"{say('a', a=p['a'], r=p['r'], times=times)} {say('q', n=p['n'])}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Sum({p['a']}*{p['r']}**(k - 1), (k, 1, {p['n']})) == ANSWER"),)
