"""Products and inverses of matrices with two rows."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import matrix, par, summed
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.work import Work


def random_matrix(rng: random.Random, rows: int, size: int) -> list[list[int]]:
    """A square matrix of whole numbers from -size to size."""
    return [[rng.randint(-size, size) for _ in range(rows)] for _ in range(rows)]


class MatrixProduct(Template):
    name, field, concepts, grade = "matrix_product", "linear algebra", ("matrix product",), 4.8
    lengths, slips = (2, 3), ("entry_by_entry", "factors_swapped", "one_product_left_out")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, b = random_matrix(rng, 2, 5), random_matrix(rng, 2, 5)
        if any(v == 0 for m in (a, b) for r in m for v in r):
            raise Refused("degenerate")
        return {"a": a, "b": b, "split": length == 3}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b = (p["b"], p["a"]) if slip == "factors_swapped" else (p["a"], p["b"])
        columns = list(zip(*b, strict=True))
        pairs = [[list(zip(r, c, strict=True)) for c in columns] for r in a]
        if slip == "entry_by_entry":
            pairs = [[[(a[i][j], b[i][j])] for j in range(2)] for i in range(2)]
        if slip == "one_product_left_out":
            pairs[0][1] = pairs[0][1][:1]
        products = [[[x * y for x, y in cell] for cell in r] for r in pairs]
        work = Work(f"{matrix(p['a'])}*{matrix(p['b'])}")
        work.step("Multiply rows by columns",
                  matrix([[" + ".join(f"{par(x)}*{par(y)}" for x, y in cell) for cell in r] for r in pairs]),
                  "entry (i, j) is row i times column j")  # fmt: skip
        if p["split"]:
            work.step("Work out the products", matrix([[summed(cell) for cell in r] for r in products]))
        value = matrix([[sum(cell) for cell in r] for r in products])
        work.step("Add in every entry", value)
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", a=matrix(p["a"]), b=matrix(p["b"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, ones = matrix(p["a"]), matrix(p["b"]), "Matrix([[1], [1]])"
        return (Claim("holds", f"ANSWER == {a}*{b}"), Claim("holds", f"ANSWER*{ones} == {a}*({b}*{ones})"))


class Inverse2(Template):
    name, field, concepts, grade = "inverse_2x2", "linear algebra", ("inverse matrix", "determinant"), 4.8
    lengths, slips = (3, 4), ("diagonal_not_swapped", "signs_not_changed", "determinant_products_added")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 2, 6)
        d = a[0][0] * a[1][1] - a[0][1] * a[1][0]
        if any(v == 0 for r in a for v in r) or abs(d) not in (2, 3, 4, 5, 6, 8, 10) or a[0][0] == a[1][1]:
            raise Refused("degenerate")
        return {"a": a, "split": length == 4, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        ((a, b), (c, d)), wrong = p["a"], slip == "determinant_products_added"
        det = a * d + b * c if wrong else a * d - b * c
        if det in (0, 1):
            raise Refused("degenerate")
        why = "det = ad − bc"
        work = Work(f"det({matrix(p['a'])})")
        if p["split"]:
            sign = "+" if wrong else "-"
            work.step("Write down the determinant", f"{par(a)}*{par(d)} {sign} {par(b)}*{par(c)}", why)
        work.step("Find the determinant", str(det), why)
        swapped = {"diagonal_not_swapped": [[a, -b], [-c, d]],
                   "signs_not_changed": [[d, b], [c, a]]}.get(slip or "", [[d, -b], [-c, a]])  # fmt: skip
        shown = f"{'-' if det < 0 else ''}1/{abs(det)}*{matrix(swapped)}"
        value = matrix([[F(v, det) for v in r] for r in swapped])
        text = "Swap the diagonal entries, change the signs of the others, divide by the determinant"
        why = "A⁻¹ = adj A / det A"
        if wrong:  # the wrong determinant is what goes on
            work.step(text, value, why, of=shown)
        else:
            work.step(text, shown, why, of=f"{matrix(p['a'])}**(-1)")
            work.step("Divide every entry", value)
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", n=p["name"], m=matrix(p["a"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, one = matrix(p["a"]), "Matrix([[1, 0], [0, 1]])"
        return (Claim("holds", f"{a}*ANSWER == {one}"), Claim("holds", f"ANSWER*{a} == {one}"))
