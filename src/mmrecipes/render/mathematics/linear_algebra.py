"""Linear algebra: determinants, products, inverses, rank, systems by rows, eigenvalues, independence, projections."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.problem import (
    Answer,
    Claim,
    Derivation,
    Number,
    Params,
    Refused,
    Words,
    Work,
    matrix,
    num,
    number_answer,
    number_set,
    par,
    poly,
    total,
)
from mmrecipes.render.mathematics.template import Template, pick

ROWS = "adding a multiple of one row to another keeps the row space"
Grid = list[list[int]]


def random_matrix(rng: random.Random, rows: int, columns: int, size: int = 6) -> Grid:
    return [[rng.randint(-size, size) for _ in range(columns)] for _ in range(rows)]


def dot_terms(a: list[int], b: list[int]) -> str:
    return " + ".join(f"{par(x)}*{par(y)}" for x, y in zip(a, b, strict=True))


def column(v: list[Number]) -> str:
    """A column vector."""
    return matrix([[x] for x in v])


class Determinant2(Template):
    name, field, concepts, grade = "determinant_2x2", "linear algebra", ("determinant",), 4.8
    lengths, slips = (2, 3), ("products_added", "rows_multiplied", "order_turned_round")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 2, 2, 9)
        if a[0][0] * a[1][1] == a[0][1] * a[1][0] or any(v == 0 for r in a for v in r):
            raise Refused("degenerate")
        return {"a": a, "split": length == 3, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, b), (c, d) = p["a"]
        work = Work()
        one, two = (a * d, b * c) if slip != "rows_multiplied" else (a * b, c * d)
        pair = f"{par(a)}*{par(d)}", f"{par(b)}*{par(c)}"
        if slip == "rows_multiplied":
            pair = f"{par(a)}*{par(b)}", f"{par(c)}*{par(d)}"
        if slip == "order_turned_round":
            one, two, pair = two, one, pair[::-1]
        sign = "+" if slip == "products_added" else "-"
        now = work.step(
            "Multiply along both diagonals", f"det({matrix(p['a'])})", f"{pair[0]} {sign} {pair[1]}", "det = ad − bc"
        )
        if p["split"]:
            now = work.step("Work out the products", now, f"{one} {sign} {par(two)}", "arithmetic")
        work.step("Subtract" if sign == "-" else "Add", now, num(one + two if sign == "+" else one - two), "arithmetic")
        return work.done(number_answer(one + two if sign == "+" else one - two))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        n, m = p["name"], matrix(p["a"])
        return (say.of("s", (f"Find the determinant of ${n} == {m}$.", f"Calculate $det({m})$.", f"Let ${n} == {m}$. What is $det({n})$?",
                             f"Work out the determinant of the matrix ${m}$.", f"What is the value of $det({m})$?",
                             f"Give the determinant of ${n}$, where ${n} == {m}$.")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"det({matrix(p['a'])}) == ANSWER"),)


class Determinant3(Template):
    name, field, concepts, grade = "determinant_3x3", "linear algebra", ("determinant", "expansion"), 5.0
    lengths, slips = (3, 4, 5), ("middle_sign_forgotten", "minor_products_added", "entry_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 3, 3, 5)
        if length == 3:
            a[0][rng.randrange(3)] = 0
        if sum(v == 0 for v in a[0]) != (1 if length == 3 else 0) or sum(v == 0 for r in a[1:] for v in r) > 2:
            raise Refused("degenerate")
        return {"a": a, "name": rng.choice("ABM"), "split": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, work = p["a"], Work()
        minors = [[[a[i][j] for j in range(3) if j != k] for i in (1, 2)] for k in range(3)]
        values = [m[0][0] * m[1][1] - m[0][1] * m[1][0] for m in minors]
        signs = [1, 1 if slip == "middle_sign_forgotten" else -1, 1]
        if slip == "minor_products_added":
            first = next(k for k in range(3) if a[0][k])
            values[first] += 2 * minors[first][0][1] * minors[first][1][0]
        tops = list(a[0])
        if slip == "entry_forgotten":
            k = next((k for k in range(3) if abs(a[0][k]) > 1), None)
            if k is None:
                raise Refused("degenerate")
            tops[k] = 1
        kept = [k for k in range(3) if a[0][k]]

        def line(pieces: list[str]) -> str:
            out = ""
            for k, piece in zip(kept, pieces, strict=True):
                out += (" - " if signs[k] < 0 else " + " if out else "") + piece if out or signs[k] > 0 else f"-{piece}"
            return out

        now = work.step("Expand along the first row", f"det({matrix(a)})", line([f"{par(tops[k])}*det({matrix(minors[k])})" for k in kept]),
                        "Laplace expansion with the signs + − +")  # fmt: skip
        now = work.step(
            "Work out the 2 by 2 determinants",
            now,
            line([f"{par(tops[k])}*{par(values[k])}" for k in kept]),
            "det = ad − bc",
        )
        products = [signs[k] * tops[k] * values[k] for k in kept]
        if len(kept) == 3 or p["split"]:
            now = work.step(
                "Multiply",
                now,
                " + ".join(par(v) if i and v < 0 else str(v) for i, v in enumerate(products)),
                "arithmetic",
            )
        if p["split"]:
            now = work.step("Add the first two", now, f"{sum(products[:2])} + {par(products[2])}", "arithmetic")
        work.step("Add", now, num(sum(products)), "arithmetic")
        return work.done(number_answer(sum(products)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return Determinant2().pose(p, say)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"det({matrix(p['a'])}) == ANSWER"),)


class MatrixProduct(Template):
    name, field, concepts, grade = "matrix_product", "linear algebra", ("matrix product",), 4.8
    lengths, slips = (2, 3), ("entry_by_entry", "factors_swapped", "one_product_left_out")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, b = random_matrix(rng, 2, 2, 5), random_matrix(rng, 2, 2, 5)
        if any(v == 0 for m in (a, b) for r in m for v in r):
            raise Refused("degenerate")
        return {"a": a, "b": b, "split": length == 3}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, work = p["a"], p["b"], Work()
        if slip == "factors_swapped":
            a, b = b, a
        cols = [[r[j] for r in b] for j in range(2)]
        pairs = [[list(zip(r, c, strict=True)) for c in cols] for r in a]
        if slip == "entry_by_entry":
            pairs = [[[(a[i][j], b[i][j])] for j in range(2)] for i in range(2)]
        if slip == "one_product_left_out":
            pairs[0][1] = pairs[0][1][:1]
        written = [[" + ".join(f"{par(x)}*{par(y)}" for x, y in cell) for cell in r] for r in pairs]
        sums = [[[x * y for x, y in cell] for cell in r] for r in pairs]
        now = work.step(
            "Multiply rows by columns",
            f"{matrix(p['a'])}*{matrix(p['b'])}",
            matrix(written),
            "entry (i, j) is row i times column j",
        )
        if p["split"]:
            shown = [
                [" + ".join(par(v) if i and v < 0 else str(v) for i, v in enumerate(cell)) for cell in r] for r in sums
            ]
            now = work.step("Work out the products", now, matrix(shown), "arithmetic")
        value = matrix([[sum(cell) for cell in r] for r in sums])
        work.step("Add in every entry", now, value, "arithmetic")
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b = matrix(p["a"]), matrix(p["b"])
        return (say.of("s", (f"Calculate ${a}*{b}$.", f"Let $A == {a}$ and $B == {b}$. Find $A*B$.", f"Multiply $A == {a}$ by $B == {b}$ from the right.",
                             f"Work out the matrix product ${a}*{b}$.", f"What is $A*B$ for $A == {a}$ and $B == {b}$?",
                             f"Given $A == {a}$ and $B == {b}$, determine the product $A*B$.")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"ANSWER == {matrix(p['a'])}*{matrix(p['b'])}"),
                Claim("holds", f"ANSWER*Matrix([[1], [1]]) == {matrix(p['a'])}*({matrix(p['b'])}*Matrix([[1], [1]]))"))  # fmt: skip


class Inverse2(Template):
    name, field, concepts, grade = "inverse_2x2", "linear algebra", ("inverse matrix", "determinant"), 4.8
    lengths, slips = (3, 4), ("diagonal_not_swapped", "signs_not_changed", "determinant_products_added")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = random_matrix(rng, 2, 2, 6)
        d = a[0][0] * a[1][1] - a[0][1] * a[1][0]
        if any(v == 0 for r in a for v in r) or abs(d) not in (2, 3, 4, 5, 6, 8, 10) or a[0][0] == a[1][1]:
            raise Refused("degenerate")
        return {"a": a, "split": length == 4, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, b), (c, d) = p["a"]
        work = Work()
        det = a * d + b * c if slip == "determinant_products_added" else a * d - b * c
        if det in (0, 1):
            raise Refused("degenerate")
        now = f"det({matrix(p['a'])})"
        if p["split"]:
            sign = "+" if slip == "determinant_products_added" else "-"
            now = work.step(
                "Write down the determinant", now, f"{par(a)}*{par(d)} {sign} {par(b)}*{par(c)}", "det = ad − bc"
            )
        work.step("Find the determinant", now, str(det), "det = ad − bc")
        swapped = [[d, -b], [-c, a]]
        if slip == "diagonal_not_swapped":
            swapped = [[a, -b], [-c, d]]
        if slip == "signs_not_changed":
            swapped = [[d, b], [c, a]]
        shown = f"1/{par(det)}*{matrix(swapped)}" if det > 0 else f"-1/{-det}*{matrix(swapped)}"
        start = f"{matrix(p['a'])}**(-1)"
        if slip == "determinant_products_added":  # the wrong determinant is what goes on
            start = f"1/{det}*{matrix(swapped)}" if det > 0 else f"-1/{-det}*{matrix(swapped)}"
            value = matrix([[F(v, det) for v in r] for r in swapped])
            work.step(
                "Swap the diagonal entries, change the signs of the others, divide by the determinant",
                start,
                value,
                "A⁻¹ = adj A / det A",
            )
            return work.done(Answer("matrix", value))
        now = work.step(
            "Swap the diagonal entries, change the signs of the others, divide by the determinant",
            start,
            shown,
            "A⁻¹ = adj A / det A",
        )
        value = matrix([[F(v, det) for v in r] for r in swapped])
        work.step("Divide every entry", now, value, "arithmetic")
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        n, m = p["name"], matrix(p["a"])
        return (say.of("s", (f"Find the inverse of ${n} == {m}$.", f"Calculate ${m}**(-1)$.", f"Let ${n} == {m}$. Determine ${n}**(-1)$.",
                             f"Which matrix times ${m}$ gives the identity matrix?", f"Invert the matrix ${m}$.",
                             f"Work out the inverse matrix of ${m}$.")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        one = "Matrix([[1, 0], [0, 1]])"
        return (
            Claim("holds", f"{matrix(p['a'])}*ANSWER == {one}"),
            Claim("holds", f"ANSWER*{matrix(p['a'])} == {one}"),
        )


def eliminated(rows: list[list[F]], work: Work, now: str, slip: bool = False) -> tuple[list[list[F]], str]:
    """Forward elimination without row exchange; each step goes into `work`. With a slip, the first elimination gets the
    last entry wrong."""
    names = ("first", "second", "third")
    wrong = slip
    for k in range(len(rows)):
        if rows[k][k] == 0:
            break
        for i in range(k + 1, len(rows)):
            f = rows[i][k] / rows[k][k]
            if f == 0:
                continue
            rows[i] = [a - f * b for a, b in zip(rows[i], rows[k], strict=True)]
            if wrong:
                rows[i][-1] += f * rows[k][-1]
                wrong = False
            times = "" if abs(f) == 1 else f"${num(abs(f))}$ times "
            text = (
                f"Subtract {times}the {names[k]} row from the {names[i]}"
                if f > 0
                else f"Add {times}the {names[k]} row to the {names[i]}"
            )
            now = work.step(text, now, matrix(rows), ROWS, "rows")
    return rows, now


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
        work, rows = Work(), [[*map(F, r)] for r in p["a"]]
        rows, now = eliminated(rows, work, matrix(p["a"]), slip == "last_entry_not_changed")
        if any(rows[i][j] for i in range(3) for j in range(i)):
            raise Refused("degenerate")
        rank = sum(any(r) for r in rows)
        if slip == "zero_row_counted":
            rank = 3
        if slip == "columns_without_zeros_counted":
            rank = sum(all(r[j] for r in rows) for j in range(3))
        work.step(
            "Count the rows that are not zero",
            f"rank({now})",
            str(rank),
            "the rank is the number of nonzero rows in echelon form",
        )
        return work.done(number_answer(rank))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        n, m = p["name"], matrix(p["a"])
        return (say.of("s", (f"Find the rank of ${n} == {m}$.", f"What is the rank of the matrix ${m}$?", f"Determine the rank of ${m}$ by row operations.",
                             f"Let ${n} == {m}$. How large is the dimension of its row space?", f"How many rows of ${m}$ are linearly independent at most?",
                             f"Bring ${n} == {m}$ into echelon form and give its rank.")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (
            Claim("holds", f"rank({matrix(p['a'])}) == ANSWER"),
            Claim("holds", f"rank(transpose({matrix(p['a'])})) == ANSWER"),
        )


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
        work, rows = Work(), [[*map(F, r)] for r in p["rows"]]
        rows, now = eliminated(rows, work, matrix(p["rows"]), slip == "last_entry_not_changed")
        order = ("first", "second", "third")
        for i in (1, 2):
            if rows[i][i] not in (0, 1):
                k = rows[i][i]
                last = rows[i][3] if slip == "division_forgotten" and i == 2 else rows[i][3] / k
                rows[i] = [*(v / k for v in rows[i][:3]), last]
                now = work.step(
                    f"Divide the {order[i]} row by ${num(k)}$",
                    now,
                    matrix(rows),
                    "a row may be divided by a number",
                    "rows",
                )
        for i, k in ((1, 2), (0, 2), (0, 1)):
            f = rows[i][k]
            if f == 0:
                continue
            sign = 1 if slip == "back_substitution_sign" and (i, k) == (1, 2) else -1
            rows[i] = [
                *(a - f * b for a, b in zip(rows[i][:3], rows[k][:3], strict=True)),
                rows[i][3] + sign * f * rows[k][3],
            ]
            if (i, k) == (0, 2):
                continue
            text = {(1, 2): "Clear the third column of the second row", (0, 1): "Clear the rest of the first row"}[i, k]
            now = work.step(text, now, matrix(rows), ROWS, "rows")
        x = [r[3] for r in rows]
        return work.done(Answer("vector", "(" + ", ".join(num(v) for v in x) + ")", "(x, y, z)"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        left, right = matrix([r[:3] for r in p["rows"]]), column([r[3] for r in p["rows"]])
        vector = "Matrix([[x], [y], [z]])"
        return (say.of("s", (f"Solve ${left}*{vector} == {right}$.", f"Find $(x, y, z)$ with ${left}*{vector} == {right}$.",
                             f"Solve the linear system ${left}*{vector} == {right}$ by row reduction.", f"Determine the solution of ${left}*{vector} == {right}$.",
                             f"Use Gaussian elimination to solve ${left}*{vector} == {right}$.",
                             f"Which vector fulfils ${left}*{vector} == {right}$?")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(
            Claim("holds", f"({a})*ANSWER_0 + ({b})*ANSWER_1 + ({c})*ANSWER_2 == {d}") for a, b, c, d in p["rows"]
        )


class Eigenvalues(Template):
    name, field, concepts, grade = (
        "eigenvalues",
        "linear algebra",
        ("eigenvalue", "determinant", "quadratic equation"),
        5.2,
    )
    lengths, slips = (4, 5), ("square_of_off_diagonal_added", "signs_of_roots", "diagonal_taken")

    def sample(self, rng: random.Random, length: int) -> Params:
        b = pick(rng, -6, 6, 0)
        a, d = rng.randint(-7, 9), rng.randint(-7, 9)
        disc = (a - d) ** 2 + 4 * b * b
        root = round(disc**0.5)
        if root * root != disc or (a + d + root) % 2 or a * d == b * b or a + d == 0:
            raise Refused("not_whole")
        return {"a": a, "b": b, "d": d, "split": length == 5, "name": rng.choice("ABM")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, d, work = p["a"], p["b"], p["d"], Work()
        x = "lamda"
        char = matrix([[total([(a, ""), (-1, x)]), num(b)], [num(b), total([(d, ""), (-1, x)])]])
        plus = slip == "square_of_off_diagonal_added"
        bb = 0 if slip == "diagonal_taken" else b * b
        now = work.step("Write out the characteristic equation", f"det({char}) == 0",
                        f"({total([(a, ''), (-1, x)])})*({total([(d, ''), (-1, x)])}) {'+' if plus else '-'} {b * b} == 0" if bb or plus else
                        f"({total([(a, ''), (-1, x)])})*({total([(d, ''), (-1, x)])}) == 0", "det(A − λI) = 0", "equivalent")  # fmt: skip
        c = a * d + b * b if plus else a * d - bb
        if p["split"]:
            now = work.step(
                "Multiply out",
                now,
                f"{poly([1, -a - d, a * d], x)} {'+' if plus else '-'} {bb} == 0",
                "distributive law",
                "equivalent",
            )
            now = work.step("Collect the numbers", now, f"{poly([1, -a - d, c], x)} == 0", "arithmetic", "equivalent")
        else:
            now = work.step(
                "Multiply out and collect", now, f"{poly([1, -a - d, c], x)} == 0", "distributive law", "equivalent"
            )
        disc = (a + d) ** 2 - 4 * c
        root = round(max(0, disc) ** 0.5)
        if disc < 0 or root * root != disc:
            raise Refused("not_whole")
        r, s = F(a + d - root, 2), F(a + d + root, 2)
        if r == s:
            raise Refused("degenerate")
        now = work.step(
            "Factor",
            now,
            f"({total([(1, x), (-r, '')])})*({total([(1, x), (-s, '')])}) == 0",
            "(x + p)(x + q) = x² + (p + q)x + pq",
            "equivalent",
        )
        if slip == "signs_of_roots":
            r, s = -s, -r
        work.step(
            "Read off the roots",
            now,
            f"{x} == {num(r)} or {x} == {num(s)}",
            "a product is zero when one of its factors is",
            "equivalent",
        )
        return work.done(number_set([r, s], x))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        n, m = p["name"], matrix([[p["a"], p["b"]], [p["b"], p["d"]]])
        return (say.of("s", (f"Find the eigenvalues of ${n} == {m}$.", f"Determine all eigenvalues of the symmetric matrix ${m}$.",
                             f"Let ${n} == {m}$. For which $lamda$ has ${n}*v == lamda*v$ a solution $v$ other than zero?",
                             f"Calculate the eigenvalues of ${m}$.", f"Solve the characteristic equation of ${n} == {m}$.",
                             f"Which numbers $lamda$ are eigenvalues of ${m}$?")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, d = p["a"], p["b"], p["d"]
        return (Claim("holds", f"det({matrix([[f'{a} - ANSWER', num(b)], [num(b), f'{d} - ANSWER']])}) == 0"),
                Claim("solves", f"({a} - lamda)*({d} - lamda) - {b * b} == 0", "lamda"))  # fmt: skip


class LinearIndependence(Template):
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
        if any(a * v[1] == b * v[0] and a * v[2] == c * v[0] for a, b, c in (u,)) or max(map(abs, w)) > 12:
            raise Refused("degenerate")
        return {"a": [u, v, w], "name": "A", "split": False}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        found = Determinant3().derive(p, slip)
        independent = found.answer.value != "0"
        return Derivation(found.steps, Answer("word", "linearly independent" if independent else "linearly dependent"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        u, v, w = (column(r) for r in p["a"])
        listed = say.of(
            "l",
            (
                f"$u == {u}$, $v == {v}$ and $w == {w}$",
                f"${u}$, ${v}$ and ${w}$",
                f"$a == {u}$, $b == {v}$, $c == {w}$",
            ),
        )
        text = say.of("s", ("Are the vectors {l} linearly independent or linearly dependent?", "Decide whether {l} are linearly dependent or linearly independent.",
                            "Linearly independent or linearly dependent: {l}?", "Test {l} for linear dependence (answer: linearly dependent or linearly independent).",
                            "Given {l}, are these vectors linearly dependent or linearly independent?",
                            "Say if {l} are linearly independent or linearly dependent."))  # fmt: skip
        return (text.format(l=listed),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a = p["a"]
        det = sum(
            (1, -1, 1)[k] * a[0][k] * (a[1][(k == 0)] * a[2][2 - (k == 2)] - a[1][2 - (k == 2)] * a[2][(k == 0)])
            for k in range(3)
        )
        return (
            Claim(
                "holds",
                f"rank({matrix(a)}) == {3 if det else 2}",
                value="linearly independent" if det else "linearly dependent",
            ),
        )


class Orthogonality(Template):
    name, field, concepts, grade = "orthogonality", "linear algebra", ("dot product", "linear equation"), 4.4
    lengths, slips = (3, 4), ("sign_kept_when_moved", "factor_left_out", "one_product_sign")

    def sample(self, rng: random.Random, length: int) -> Params:
        u = [pick(rng, -6, 6, 0, 1), pick(rng, -6, 6, 0), pick(rng, -6, 6, 0)]
        t = pick(rng, -6, 6, 0)
        v = [t, pick(rng, -6, 6, 0), 0]
        rest = -(u[0] * t + u[1] * v[1])
        if rest % u[2] or rest == 0 or u[0] in (1,) or abs(rest // u[2]) > 12 or u[0] * t == 0:
            raise Refused("not_whole")
        v[2] = rest // u[2]
        return {"u": u, "v": v, "split": length == 4}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        u, v, work = p["u"], p["v"], Work()
        b, c = u[1] * v[1], u[2] * v[2]
        start = f"{par(u[0])}*t + {par(u[1])}*{par(v[1])} + {par(u[2])}*{par(v[2])} == 0"
        if slip == "one_product_sign":
            c = -c
        if b + c == 0:
            raise Refused("degenerate")
        k = 1 if slip == "factor_left_out" else u[0]
        now = start
        if p["split"]:
            now = work.step(
                "Work out the products",
                now,
                f"{total([(k, 't')])} + {par(b)} + {par(c)} == 0",
                "orthogonal vectors have dot product 0",
                "equivalent",
            )
            now = work.step(
                "Add the numbers", now, f"{total([(k, 't'), (b + c, '')])} == 0", "arithmetic", "equivalent"
            )
        else:
            now = work.step(
                "Work out the products and add the numbers",
                now,
                f"{total([(k, 't'), (b + c, '')])} == 0",
                "orthogonal vectors have dot product 0",
                "equivalent",
            )
        right = b + c if slip == "sign_kept_when_moved" else -(b + c)
        now = work.step(
            "Bring the number to the right side",
            now,
            f"{total([(k, 't')])} == {right}",
            "doing the same to both sides keeps the solutions",
            "equivalent",
        )
        value = F(right, k)
        if k != 1:
            work.step(
                f"Divide both sides by ${k}$",
                now,
                f"t == {num(value)}",
                "doing the same to both sides keeps the solutions",
                "equivalent",
            )
        return work.done(number_answer(value, "t"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        u, v = column(p["u"]), matrix([["t"], [num(p["v"][1])], [num(p["v"][2])]])
        return (say.of("s", (f"For which $t$ are $u == {u}$ and $v == {v}$ orthogonal?", f"Find $t$ so that ${u}$ and ${v}$ are perpendicular.",
                             f"The vectors ${u}$ and ${v}$ form a right angle. Determine $t$.", f"Let $a == {u}$ and $b == {v}$. Choose $t$ so that their dot product is zero.",
                             f"Which value of $t$ makes $u == {u}$ perpendicular to $v == {v}$?")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        u, v = p["u"], p["v"]
        return (Claim("holds", f"det({matrix([u])}*{matrix([['ANSWER'], [num(v[1])], [num(v[2])]])}) == 0"),)


class Projection(Template):
    name, field, concepts, grade = "projection", "linear algebra", ("dot product", "projection"), 5.2
    lengths, slips = (4, 5), ("length_not_squared", "wrong_vector_scaled", "one_product_sign")

    def sample(self, rng: random.Random, length: int) -> Params:
        u = [pick(rng, -5, 5, 0), pick(rng, -5, 5, 0)]
        v = [pick(rng, -8, 8, 0), pick(rng, -8, 8, 0)]
        dot, norm = u[0] * v[0] + u[1] * v[1], u[0] ** 2 + u[1] ** 2
        if (
            dot == 0
            or F(dot, norm).denominator > 5
            or F(dot, norm) == 1
            or F(dot, norm).denominator == norm
            or v[0] * u[1] == v[1] * u[0]
        ):
            raise Refused("not_nice")
        return {"u": u, "v": v, "split": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, b), (c, d), work = p["u"], p["v"], Work()
        top = a * c - b * d if slip == "one_product_sign" else a * c + b * d
        first = f"{par(a)}*{par(c)} + {par(b)}*{par(d)}"
        if p["split"]:
            sign = "-" if slip == "one_product_sign" else "+"
            first = work.step("Multiply the entries", first, f"{a * c} {sign} {par(b * d)}", "dot product")
        work.step("Find the dot product of $u$ and $v$", first, str(top), "dot product")
        norm = a * a + b * b
        if slip == "length_not_squared":
            norm = abs(a) + abs(b)
        work.step(
            "Find the squared length of $u$", f"{par(a)}**2 + {par(b)}**2", str(norm), "u · u is the squared length"
        )
        k = F(top, norm)
        if num(k) == f"{top}/{norm}":
            raise Refused("other_length")
        x = work.step("Divide", f"{par(top)}/{norm}", num(k), "the projection is (u·v)/(u·u) times u")
        w = [c, d] if slip == "wrong_vector_scaled" else [a, b]
        value = column([k * w[0], k * w[1]])
        work.step(
            "Multiply $u$ by this number", f"{par(x)}*{column([a, b])}", value, "the projection is (u·v)/(u·u) times u"
        )
        return work.done(Answer("matrix", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        u, v = column(p["u"]), column(p["v"])
        return (say.of("s", (f"Project $v == {v}$ orthogonally onto the line spanned by $u == {u}$.", f"Find the orthogonal projection of $v == {v}$ onto $u == {u}$.",
                             f"Let $u == {u}$ and $v == {v}$. Which multiple of $u$ is nearest to $v$?", f"Calculate the projection of $v == {v}$ on the direction $u == {u}$.",
                             f"Determine the part of $v == {v}$ that is parallel to $u == {u}$.")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        u, v = p["u"], p["v"]
        return (
            Claim("holds", f"det({matrix([u])}*({column(v)} - ANSWER)) == 0"),
            Claim("holds", f"{matrix([[u[1], -u[0]]])}*ANSWER == Matrix([[0]])"),
        )


TEMPLATES: tuple[Template, ...] = (Determinant2(), Determinant3(), MatrixProduct(), Inverse2(), Rank(), GaussianElimination(), Eigenvalues(),
                                   LinearIndependence(), Orthogonality(), Projection())  # fmt: skip
