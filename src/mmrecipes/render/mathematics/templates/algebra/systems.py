"""Systems of two and three linear equations, by elimination and substitution."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F
from typing import Any

from mmrecipes.render.mathematics.expressions import Number, neg, num, par, total, vector_answer
from mmrecipes.render.mathematics.phrases import Words, listed
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import BOTH_SIDES, ORDINALS, REPLACED, Work, eliminate

Row = Sequence[Number]
"""Coefficients with the constant last."""


def equation_of(row: Row, names: str) -> str:
    return f"{total(zip(row, names, strict=False))} == {num(row[-1])}"


def together(rows: Sequence[Row], names: str) -> str:
    return " and ".join(equation_of(r, names) for r in rows)


_SYSTEM = (
    "Solve the system of equations", "Find the numbers {n} that fulfil all of these equations.",
    "Determine {n} from the equations", "Work out {n}, given the simultaneous equations",
    "Solve simultaneously for {n}.",
    "The unknowns {n} satisfy the following equations. Find them.", "Which values of {n} make all equations true?",
    "Give the solution of the linear system", "Solve:", "What are {n}?",
)  # fmt: skip


def pose_system(say: Words, rows: Sequence[Row], names: str) -> tuple[str, ...]:
    head = say.of("s", _SYSTEM).format(n=listed([f"${n}$" for n in names]))
    head = head if head[-1] in ".?:" else f"{head}:" if say.of("c", (True, False)) else f"{head} below."
    tail = say.of("t", ("", "", f"Give the answer as $({', '.join(names)})$."))
    return (head, *(f"${equation_of(r, names)}$" for r in rows), *([tail] if tail else []))


class System2(Template):
    name, field, concepts, grade = "system_2x2", "algebra", ("linear system", "elimination"), 2.6
    lengths, slips = (4, 5, 6), ("constant_not_multiplied", "added_instead_of_subtracted", "sign_in_back_substitution")

    def sample(self, rng: random.Random, length: int) -> Params:
        x, y = pick(rng, -7, 9, 0), pick(rng, -7, 9, 0)
        a, b = pick(rng, 1, 5), pick(rng, -7, 7, 0, 1, -1)
        if length == 4:
            c, d = a, pick(rng, -7, 7, 0, b, b - 1, b + 1)
        elif length == 5:
            c, d = a * pick(rng, 2, 4), pick(rng, -7, 7, 0)
        else:
            c, d = pick(rng, 2, 7), pick(rng, -7, 7, 0)
            if c % a == 0 or a % c == 0:
                raise Refused("other_length")
        left_over = d - b * (c // a) if c % a == 0 else a * d - b * c
        if a * d == b * c or abs(left_over) < 2 or (length == 4 and a == 1):
            raise Refused("singular")
        return {"rows": [[a, b, a * x + b * y], [c, d, c * x + d * y]]}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        one, two = ([*map(F, r)] for r in p["rows"])
        work = Work(together([one, two], "xy"))
        factors = (1, 1) if one[0] == two[0] else (two[0] / one[0], 1) if two[0] % one[0] == 0 else (two[0], one[0])
        for k, factor in enumerate(factors):
            if factor == 1:
                continue
            row = (one, two)[k]
            scaled = [v * factor for v in row]
            if slip == "constant_not_multiplied" and k == 0:
                scaled[-1] = row[-1]
            one, two = (scaled, two) if k == 0 else (one, scaled)
            work.step(f"Multiply the {ORDINALS[k]} equation by ${num(factor)}$", together([one, two], "xy"), BOTH_SIDES)
        constant = two[2] + one[2] if slip == "added_instead_of_subtracted" else two[2] - one[2]
        two = [F(0), two[1] - one[1], constant]
        work.step("Subtract the first equation from the second", together([one, two], "xy"),
                  "equals subtracted from equals leave equals")  # fmt: skip
        if two[1] in (0, 1):
            raise Refused("degenerate")
        y = two[2] / two[1]
        work.step(f"Divide the second equation by ${num(two[1])}$", together([one, [F(0), F(1), y]], "xy"), BOTH_SIDES)
        inserted = f"{total([(one[0], 'x')])} + {neg(one[1])}*{par(y)} == {num(one[2])}"
        work.step(f"Put $y == {num(y)}$ into the first equation", f"{inserted} and y == {num(y)}", REPLACED)
        rest = one[2] + one[1] * y if slip == "sign_in_back_substitution" else one[2] - one[1] * y
        x = rest / one[0]
        work.step("Solve for $x$", f"x == {num(x)} and y == {num(y)}", BOTH_SIDES)
        return work.done(vector_answer((x, y), "xy"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return pose_system(say, p["rows"], "xy")

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"{a}*ANSWER_0 + ({b})*ANSWER_1 == {c}") for a, b, c in p["rows"])


class System3(Template):
    name, field, concepts, grade = "system_3x3", "algebra", ("linear system", "elimination"), 3.4
    lengths, slips = (5, 6, 7), ("constant_not_subtracted", "sign_in_back_substitution", "division_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        v = [pick(rng, -5, 6, 0) for _ in range(3)]
        one = [1, pick(rng, -3, 3, 0), pick(rng, -3, 3, 0)]
        low = [0, 1, pick(rng, -3, 3, 0)]
        last = [0, 0, pick(rng, 2, 4)]
        k, m = pick(rng, -3, 4, 0), pick(rng, -3, 4, 0)
        j = pick(rng, -2, 3, 0)
        if length == 5:
            m = 0
        two = [k * a + b for a, b in zip(one, low, strict=True)]
        three = [m * a + j * b + c for a, b, c in zip(one, low, last, strict=True)]
        scale = 2 if length == 7 else 1
        rows = [[scale * a for a in one], two, three]
        rows = [[*r, sum(a * b for a, b in zip(r, v, strict=True))] for r in rows]
        if length >= 6 and any(a == 0 for r in rows for a in r[:3]):
            raise Refused("degenerate")
        return {"rows": rows}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        rows = [[*map(F, r)] for r in p["rows"]]
        work = Work(together(rows, "xyz"))
        if rows[0][0] != 1:
            rows[0] = [a / rows[0][0] for a in rows[0]]
            work.step("Halve the first equation", together(rows, "xyz"), BOTH_SIDES)
        for target, source in ((1, 0), (2, 0), (2, 1)):
            factor = rows[target][source] / rows[source][source]
            if factor == 0:
                continue
            new = [a - factor * b for a, b in zip(rows[target], rows[source], strict=True)]
            if slip == "constant_not_subtracted" and target == 1:
                new[-1] = rows[target][-1]
            rows[target] = new
            work.step(eliminate(factor, source, target, "equation"), together(rows, "xyz"),
                      "adding a multiple of an equation keeps the solutions")  # fmt: skip
        return self._back(work, rows, slip)

    @staticmethod
    def _back(work: Work, rows: Sequence[Sequence[Any]], slip: str | None) -> Derivation:
        z = rows[2][3] if slip == "division_forgotten" else rows[2][3] / rows[2][2]
        work.step(f"Divide the third equation by ${num(rows[2][2])}$",
                  f"{together(rows[:2], 'xyz')} and z == {num(z)}", BOTH_SIDES)  # fmt: skip
        sign = 1 if slip == "sign_in_back_substitution" else -1
        y = rows[1][3] + sign * rows[1][2] * z
        work.step("Put $z$ into the second equation and solve for $y$",
                  f"{equation_of(rows[0], 'xyz')} and y == {num(y)} and z == {num(z)}", REPLACED)  # fmt: skip
        x = rows[0][3] - rows[0][1] * y - rows[0][2] * z
        work.step("Put $y$ and $z$ into the first equation and solve for $x$",
                  f"x == {num(x)} and y == {num(y)} and z == {num(z)}", REPLACED)  # fmt: skip
        return work.done(vector_answer((x, y, z), "xyz"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return pose_system(say, p["rows"], "xyz")

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"{a}*ANSWER_0 + ({b})*ANSWER_1 + ({c})*ANSWER_2 == {d}")
                     for a, b, c, d in p["rows"])  # fmt: skip
