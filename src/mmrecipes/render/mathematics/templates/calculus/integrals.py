"""Integrals as areas: under a graph, and between a parabola and a line."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import Number, factored, num, number_answer, par, poly
from mmrecipes.render.mathematics.figure import Axes, Figure
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.calculus.polynomials import (
    ANTIDERIVATIVE,
    BOUNDS,
    at,
    graph,
    inserted,
    nice_step,
    raised,
)
from mmrecipes.render.mathematics.work import TWO_FACTORS, ZERO_PRODUCT, Work


class DefiniteIntegral(Template):
    name, field, concepts, grade = "integral_area", "calculus", ("integral", "area"), 4.6
    lengths, slips = (3, 4, 5), ("lower_bound_ignored", "bounds_swapped", "not_divided_by_exponent")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = rng.randint(-3, 2)
        b = a + rng.randint(2, 4)
        c = [pick(rng, 1, 4), rng.randint(-4, 6), rng.randint(1, 15)]
        if length == 3:
            a, b, c = 0, rng.randint(2, 5), c[1:] if c[1] > 0 else c
        if min(at(c, F(a) + F(b - a, 24) * i) for i in range(25)) <= 0 or (a == 0) != (length == 3) or c[0] == 0:
            raise Refused("crosses_axis")
        return {"c": c, "a": a, "b": b, "long": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, a, b, swapped = p["c"], p["a"], p["b"], slip == "bounds_swapped"
        up = raised(c)
        if slip == "not_divided_by_exponent":
            up[0] = F(c[0])
        work = Work(f"Integral({poly(c)}, (x, {a}, {b}))")
        work.step("Find an antiderivative", f"At({poly(up)}, (x, {a}, {b}))", ANTIDERIVATIVE)
        low, high = at(up, a), at(up, b)
        if a == 0:
            written, value = (f"-({inserted(up, b)})", -high) if swapped else (inserted(up, b), high)
            work.step("Put in the upper bound; the lower bound gives zero", written, BOUNDS)
            work.step("Work it out", num(value))
            return work.done(number_answer(value))
        top, bottom = inserted(up, b), inserted(up, a)
        if swapped:
            top, bottom, high, low = bottom, top, low, high
        if slip == "lower_bound_ignored":
            bottom, low = "0", 0
        work.step("Put in the bounds", f"({top}) - ({bottom})", BOUNDS)
        if p["long"]:
            work.step("Work out the first bracket", f"{num(high)} - ({bottom})")
        work.step(f"Work out {'the second bracket' if p['long'] else 'both brackets'}", f"{num(high)} - {par(low)}")
        work.step("Subtract", num(high - low))
        return work.done(number_answer(high - low))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", e=poly(p["c"]), a=p["a"], b=p["b"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Integral({poly(p['c'])}, (x, {p['a']}, {p['b']})) == ANSWER"),)

    def figure(self, p: Params) -> Figure:
        c, a, b = [float(v) for v in p["c"]], p["a"], p["b"]
        inner = [(x, at(c, x)) for x in (a + (b - a) * i / 40 for i in range(41))]
        top = 1.15 * max(y for _, y in inner)
        low, high = a - 1.2, b + 1.2
        axes = Axes((min(low, -1.0), max(high, 1.0)), (-0.12 * top, top), (1, nice_step(top)))
        curve = graph(lambda x: at(c, x), low, high, -0.12 * top, top, poly(p["c"]))
        shade = ((float(a), 0.0), *inner, (float(b), 0.0))
        return Figure({}, curves=(curve,), axes=axes, shaded=(shade,), equal=False, kind="plot")


class AreaBetween(Template):
    name, field, concepts, grade = "area_between", "calculus", ("integral", "area", "quadratic equation"), 5.0
    lengths, slips = (6, 7), ("sign_of_roots", "not_divided_by_exponent", "difference_turned_round")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = rng.randint(-4, 2)
        s = r + rng.randint(2, 6)
        m, b = pick(rng, -3, 3, 0), rng.randint(-4, 6)
        if r * s == 0 or (r + s) % 2 == 0:
            raise Refused("degenerate")
        return {"r": r, "s": s, "m": m, "b": b, "long": length == 7}

    def curves(self, p: Params) -> tuple[list[Number], list[Number]]:
        """The parabola and the line, which meet at r and s."""
        r, s, m, b = p["r"], p["s"], p["m"], p["b"]
        return [1, m - (r + s), b + r * s], [m, b]

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, s, (parabola, line) = p["r"], p["s"], self.curves(p)
        gap: list[Number] = [-1, r + s, -r * s]
        up = raised(gap)
        if slip == "not_divided_by_exponent":
            up[0] = F(gap[0])
        if slip == "difference_turned_round":
            up = [-v for v in up]
        work = Work(f"{poly(parabola)} == {poly(line)}")
        work.step("Set both functions equal and bring everything to the left", f"{poly([1, -(r + s), r * s])} == 0",
                  "the area lies between the points of intersection")  # fmt: skip
        work.step("Factor", f"{factored([r, s])} == 0", TWO_FACTORS)
        if slip == "sign_of_roots":
            r, s = -s, -r
        work.step("Read off the bounds", f"x == {r} or x == {s}", ZERO_PRODUCT)
        work.step("Integrate the upper minus the lower function", f"At({poly(up)}, (x, {r}, {s}))", ANTIDERIVATIVE,
                  of=f"Integral({poly(gap)}, (x, {r}, {s}))")  # fmt: skip
        high, low = at(up, s), at(up, r)
        work.step("Put in the bounds", f"({inserted(up, s)}) - ({inserted(up, r)})", BOUNDS)
        if p["long"]:
            work.step("Work out both brackets", f"{num(high)} - {par(low)}")
        work.step("Subtract", num(high - low))
        return work.done(number_answer(high - low))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        parabola, line = self.curves(p)
        return (say("s", f=poly(parabola), g=poly(line)),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        parabola, line = self.curves(p)
        gap = f"{poly(line)} - ({poly(parabola)})"
        return (Claim("holds", f"Integral({gap}, (x, {p['r']}, {p['s']})) == ANSWER"),)

    def figure(self, p: Params) -> Figure:
        r, s, m, b = p["r"], p["s"], p["m"], p["b"]
        parabola, line = self.curves(p)

        def f(x: float) -> float:
            return x * x + (m - r - s) * x + b + r * s

        xs = [r - 1 + (s - r + 2) * i / 60 for i in range(61)]
        ys = [f(x) for x in xs] + [m * x + b for x in xs]
        bottom, top = min([*ys, -1]), max([*ys, 1])
        axes = Axes((min(r - 1.5, -1), max(s + 1.5, 1)), (bottom, top), (1, nice_step(top - bottom)))
        inner = [r + (s - r) * i / 40 for i in range(41)]
        shade = (*((x, f(x)) for x in inner), (float(s), float(m * s + b)), (float(r), float(m * r + b)))
        curves = (graph(f, r - 1.0, s + 1.0, bottom, top, poly(parabola)),
                  graph(lambda x: m * x + b, r - 1.0, s + 1.0, bottom, top, poly(line)))  # fmt: skip
        return Figure({}, curves=curves, axes=axes, shaded=(shade,), equal=False, kind="plot")
