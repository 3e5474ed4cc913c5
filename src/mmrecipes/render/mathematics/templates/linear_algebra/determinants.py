"""Determinants of two and three rows, and the linear independence that they decide."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mmrecipes.render.mathematics.expressions import column, matrix, num, number_answer, par, summed
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.linear_algebra.matrices import random_matrix
from mmrecipes.render.mathematics.work import Work

DET2 = "det = ad − bc"
_ASKED = (
    "Find the determinant of ${n} == {m}$.", "Calculate $det({m})$.", "Let ${n} == {m}$. What is $det({n})$?",
    "Work out the determinant of the matrix ${m}$.", "What is the value of $det({m})$?",
    "Give the determinant of ${n}$, where ${n} == {m}$.",
)  # fmt: skip


def _ask(p: Params, say: Words) -> tuple[str, ...]:
    return (say.of("s", _ASKED).format(n=p["name"], m=matrix(p["a"])),)


class Determinant2(Template):
    name, field, concepts, grade = "determinant_2x2", "linear algebra", ("determinant",), 4.8
    lengths, slips = (2, 3), ("products_added", "rows_multiplied", "order_turned_round")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 2, 9)
        if a[0][0] * a[1][1] == a[0][1] * a[1][0] or any(v == 0 for r in a for v in r):
            raise Refused("degenerate")
        return {"a": a, "split": length == 3, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, b), (c, d) = p["a"]
        one, two = ((a, b), (c, d)) if slip == "rows_multiplied" else ((a, d), (b, c))
        if slip == "order_turned_round":
            one, two = two, one
        sign = "+" if slip == "products_added" else "-"
        left, right = one[0] * one[1], two[0] * two[1]
        work = Work(f"det({matrix(p['a'])})")
        work.step("Multiply along both diagonals",
                  f"{par(one[0])}*{par(one[1])} {sign} {par(two[0])}*{par(two[1])}", DET2)  # fmt: skip
        if p["split"]:
            work.step("Work out the products", f"{left} {sign} {par(right)}")
        value = left + right if sign == "+" else left - right
        work.step("Subtract" if sign == "-" else "Add", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return _ask(p, say)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"det({matrix(p['a'])}) == ANSWER"),)


class Determinant3(Template):
    """By expansion along the first row."""

    name, field, concepts, grade = "determinant_3x3", "linear algebra", ("determinant", "expansion"), 5.0
    lengths, slips = (3, 4, 5), ("middle_sign_forgotten", "minor_products_added", "entry_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 3, 5)
        if length == 3:
            a[0][rng.randrange(3)] = 0
        if sum(v == 0 for v in a[0]) != (1 if length == 3 else 0) or sum(v == 0 for r in a[1:] for v in r) > 2:
            raise Refused("degenerate")
        return {"a": a, "name": rng.choice("ABM"), "split": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        return _expanded(p["a"], slip, work_out_all=p["split"])

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return _ask(p, say)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"det({matrix(p['a'])}) == ANSWER"),)


def _expanded(a: Sequence[Sequence[int]], slip: str | None, *, work_out_all: bool) -> Derivation:
    """The determinant of three rows along the first; entries that are zero are left out."""
    minors = [[[r[j] for j in range(3) if j != k] for r in a[1:]] for k in range(3)]
    values = [m[0][0] * m[1][1] - m[0][1] * m[1][0] for m in minors]
    signs, tops = [1, 1 if slip == "middle_sign_forgotten" else -1, 1], list(a[0])
    kept = [k for k in range(3) if a[0][k]]
    if slip == "minor_products_added":
        values[kept[0]] += 2 * minors[kept[0]][0][1] * minors[kept[0]][1][0]
    if slip == "entry_forgotten":
        forgotten = next((k for k in range(3) if abs(tops[k]) > 1), None)
        if forgotten is None:
            raise Refused("degenerate")
        tops[forgotten] = 1

    def line(pieces: Sequence[str]) -> str:
        text = "".join(f" {'-' if signs[k] < 0 else '+'} {pieces[k]}" for k in kept)
        return f"-{text[3:]}" if text.startswith(" -") else text[3:]

    factors = [par(t) for t in tops]
    work = Work(f"det({matrix(a)})")
    work.step("Expand along the first row",
              line([f"{t}*det({matrix(m)})" for t, m in zip(factors, minors, strict=True)]),
              "Laplace expansion with the signs + − +")  # fmt: skip
    work.step("Work out the 2 by 2 determinants",
              line([f"{t}*{par(v)}" for t, v in zip(factors, values, strict=True)]), DET2)  # fmt: skip
    products = [signs[k] * tops[k] * values[k] for k in kept]
    if len(kept) == 3 or work_out_all:
        work.step("Multiply", summed(products))
    if work_out_all:
        work.step("Add the first two", summed([sum(products[:2]), products[2]]))
    work.step("Add", num(sum(products)))
    return work.done(number_answer(sum(products)))


class LinearIndependence(Template):
    """Of three vectors, by the determinant."""

    name, field, concepts, grade = "linear_independence", "linear algebra", ("linear independence", "determinant"), 5.0
    lengths, slips = (3, 4), ("middle_sign_forgotten", "minor_products_added", "entry_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        u, v = [pick(rng, -4, 4, 0) for _ in range(3)], [pick(rng, -4, 4, 0) for _ in range(3)]
        if length == 3:
            u[rng.randrange(3)] = 0
        if rng.random() < 0.5:
            j, k = pick(rng, -2, 2, 0), pick(rng, -2, 2, 0)
            w = [j * a + k * b for a, b in zip(u, v, strict=True)]
        else:
            w = [rng.randint(-5, 5) for _ in range(3)]
        parallel = u[0] * v[1] == u[1] * v[0] and u[0] * v[2] == u[2] * v[0]
        if parallel or max(map(abs, w)) > 12:
            raise Refused("degenerate")
        return {"a": [u, v, w], "name": "A", "split": False}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        found = _expanded(p["a"], slip, work_out_all=False)
        independent = found.answer.value != "0"
        return Derivation(found.steps, Answer("word", _verdict(independent)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        u, v, w = (column(r) for r in p["a"])
        return (say("s", l=say("l", u=u, v=v, w=w)),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        (a, b, c), (d, e, f), (g, h, i) = p["a"]
        independent = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) != 0
        return (Claim("holds", f"rank({matrix(p['a'])}) == {3 if independent else 2}", value=_verdict(independent)),)


def _verdict(independent: bool) -> str:
    return "linearly independent" if independent else "linearly dependent"
