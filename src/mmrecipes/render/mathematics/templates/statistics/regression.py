"""The least-squares line through a few points."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import added, neg, num, par, poly
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused, Table
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.work import Work


class LinearFit(Template):
    name, field, concepts, grade = "linear_fit", "statistics", ("linear regression", "mean"), 5.0
    lengths, slips = (6, 7), ("intercept_sign", "square_of_sum_taken", "n_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.choice({6: (3,), 7: (3, 4)}[length])
        x = list(range(1, n + 1)) if rng.random() < 0.6 else sorted(rng.sample(range(0, 9), n))
        m, b = pick(rng, -3, 4, 0), rng.randint(2, 12)
        y = [m * v + b + rng.randint(-2, 2) for v in x]
        xy, xx = sum(i * j for i, j in zip(x, y, strict=True)), sum(i * i for i in x)
        k = F(n * xy - sum(x) * sum(y), n * xx - sum(x) ** 2)
        if k.denominator > 10 or k in (0, 1) or F(sum(y) - k * sum(x), n).denominator > 20 or min(y) < 0:
            raise Refused("not_nice")
        return {"x": x, "y": y, "products": length == 7}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        x, y, n, work = p["x"], p["y"], len(p["x"]), Work()
        pairs = list(zip(x, y, strict=True))
        sx, sy, xx, xy = sum(x), sum(y), sum(i * i for i in x), sum(i * j for i, j in pairs)
        work.step("Add the $x$ values", num(sx), "sum Σx", of=added(x))
        work.step("Add the $y$ values", num(sy), "sum Σy", of=added(y))
        if p["products"]:
            work.step("Add the products", num(xy), "sum Σxy", of=" + ".join(f"{i}*{neg(j)}" for i, j in pairs))
        k = 1 if slip == "n_forgotten" else n
        high, low = k * xy - sx * sy, k * xx - sx**2
        if slip == "square_of_sum_taken":
            low = n * xx - xx
        if low == 0:
            raise Refused("degenerate")
        work.step("Put the sums into the formula for the slope", f"{par(high)}/{par(low)}",
                  "m = (nΣxy − ΣxΣy)/(nΣx² − (Σx)²)", of=f"({n}*{xy} - {sx}*{sy})/({n}*{xx} - {sx}**2)")  # fmt: skip
        m = F(high, low)
        if num(m) == f"{high}/{low}":
            raise Refused("other_length")
        work.step("Simplify the slope", num(m))
        left_over = sy + m * sx if slip == "intercept_sign" else sy - m * sx
        work.step("Put the slope into the formula for the intercept", f"{par(left_over)}/{n}", "b = (Σy − mΣx)/n",
                  of=f"({sy} - {par(m)}*{sx})/{n}")  # fmt: skip
        b = left_over / n
        work.step("Divide", num(b))
        return work.done(Answer("expression", poly([m, b]), "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s"),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"slope({p['x']}, {p['y']}) == Derivative(ANSWER, x)"),
                Claim("holds", f"intercept({p['x']}, {p['y']}) == Subs(ANSWER, x, 0)"))  # fmt: skip

    def table(self, p: Params) -> Table:
        rows = tuple((f"${n}$", *(f"${v}$" for v in p[n])) for n in "xy")
        return Table(rows, header_row=False, header_column=True)
