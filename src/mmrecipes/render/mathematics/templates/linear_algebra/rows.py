"""Row operations: the rank of a matrix, a system solved by Gaussian elimination."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import column, matrix, num, number_answer, vector_answer
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import ORDINALS, Work, eliminate

ROWS = "adding a multiple of one row to another keeps the row space"


def _down(rows: list[list[F]], work: Work, slipped: bool) -> None:
    """Forward elimination without row exchange, in place; each step goes into `work`. Slipped, the first elimination
    gets the last entry wrong."""
    for k in range(len(rows)):
        if rows[k][k] == 0:
            break
        for i in range(k + 1, len(rows)):
            f = rows[i][k] / rows[k][k]
            if f == 0:
                continue
            rows[i] = [a - f * b for a, b in zip(rows[i], rows[k], strict=True)]
            if slipped:
                rows[i][-1] += f * rows[k][-1]
                slipped = False
            work.step(eliminate(f, k, i, "row"), matrix(rows), ROWS, relation="rows")


class Rank(Template):
    name, field, concepts, grade = "rank", "linear algebra", ("rank", "row operations"), 5.0
    lengths, slips = (3, 4), ("zero_row_counted", "last_entry_not_changed", "columns_without_zeros_counted")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, b = [pick(rng, 1, 3), pick(rng, -4, 4, 0), pick(rng, -4, 4, 0)], [0, pick(rng, 1, 3), pick(rng, -4, 4, 0)]
        k, m, j = pick(rng, -3, 3, 0), pick(rng, -3, 3, 0), pick(rng, -3, 3, 0)
        full = length == 4 and rng.random() < 0.4
        if length == 3:
            m = 0
        low = [0, 0, pick(rng, 1, 4)] if full else [0, 0, 0]
        second = [k * x + y for x, y in zip(a, b, strict=True)]
        third = [m * x + j * y + z for x, y, z in zip(a, b, low, strict=True)]
        return {"a": [a, second, third], "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, rows = Work(matrix(p["a"])), [[*map(F, r)] for r in p["a"]]
        _down(rows, work, slip == "last_entry_not_changed")
        if any(rows[i][j] for i in range(3) for j in range(i)):
            raise Refused("degenerate")
        rank = sum(any(r) for r in rows)
        if slip == "zero_row_counted":
            rank = 3
        if slip == "columns_without_zeros_counted":
            rank = sum(all(r[j] for r in rows) for j in range(3))
        work.step("Count the rows that are not zero", str(rank),
                  "the rank is the number of nonzero rows in echelon form", of=f"rank({work.now})")  # fmt: skip
        return work.done(number_answer(rank))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", n=p["name"], m=matrix(p["a"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a = matrix(p["a"])
        return (Claim("holds", f"rank({a}) == ANSWER"), Claim("holds", f"rank(transpose({a})) == ANSWER"))


class GaussianElimination(Template):
    name, field, concepts, grade = "gaussian_elimination", "linear algebra", ("linear system", "row operations"), 4.0
    lengths, slips = (5, 6, 7), ("last_entry_not_changed", "back_substitution_sign", "division_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        v = [pick(rng, -4, 5, 0) for _ in range(3)]
        upper = [[1, pick(rng, -3, 3, 0), pick(rng, -3, 3, 0)], [0, 1, pick(rng, -3, 3, 0)], [0, 0, pick(rng, 2, 3)]]
        k, m, j = pick(rng, -3, 3, 0), pick(rng, -3, 3, 0), pick(rng, -2, 2, 0)
        if length == 5:
            m = 0
        if length == 7:
            upper[1] = [0, pick(rng, 2, 3), upper[1][2]]
        a = [upper[0], [k * x + y for x, y in zip(upper[0], upper[1], strict=True)],
             [m * x + j * y + z for x, y, z in zip(*upper, strict=True)]]  # fmt: skip
        return {"rows": [[*r, sum(x * y for x, y in zip(r, v, strict=True))] for r in a], "v": v}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, rows = Work(matrix(p["rows"])), [[*map(F, r)] for r in p["rows"]]
        _down(rows, work, slip == "last_entry_not_changed")
        for i in (1, 2):
            if (k := rows[i][i]) not in (0, 1):
                last = rows[i][3] if slip == "division_forgotten" and i == 2 else rows[i][3] / k
                rows[i] = [*(v / k for v in rows[i][:3]), last]
                work.step(f"Divide the {ORDINALS[i]} row by ${num(k)}$", matrix(rows),
                          "a row may be divided by a number", relation="rows")  # fmt: skip
        self._up(rows, work, slip)
        return work.done(vector_answer([r[3] for r in rows], "xyz"))

    @staticmethod
    def _up(rows: list[list[F]], work: Work, slip: str | None) -> None:
        """Clear what is above the diagonal, from the last column back; the first row in one step."""
        for i, k in ((1, 2), (0, 2), (0, 1)):
            f = rows[i][k]
            if f == 0:
                continue
            sign = 1 if slip == "back_substitution_sign" and (i, k) == (1, 2) else -1
            left = [a - f * b for a, b in zip(rows[i][:3], rows[k][:3], strict=True)]
            rows[i] = [*left, rows[i][3] + sign * f * rows[k][3]]
            if (i, k) != (0, 2):
                text = "Clear the third column of the second row" if i == 1 else "Clear the rest of the first row"
                work.step(text, matrix(rows), ROWS, relation="rows")

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        left, right = matrix([r[:3] for r in p["rows"]]), column([r[3] for r in p["rows"]])
        return (say("s", e=f"{left}*{column('xyz')} == {right}"),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"({a})*ANSWER_0 + ({b})*ANSWER_1 + ({c})*ANSWER_2 == {d}")
                     for a, b, c, d in p["rows"])  # fmt: skip
