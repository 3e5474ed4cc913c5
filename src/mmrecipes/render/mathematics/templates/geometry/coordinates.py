"""The coordinate plane: distances, intersections of lines, areas of triangles."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer, par, poly, root_answer, surd, vector_answer
from mmrecipes.render.mathematics.figure import XY, Axes, Curve, Figure
from mmrecipes.render.mathematics.phrases import Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.geometry.plane import outline, square
from mmrecipes.render.mathematics.work import BOTH_SIDES, REPLACED, Work


def lattice(points: Mapping[str, XY]) -> Axes:
    """Axes around points with a margin, the origin inside."""
    xs, ys = zip(*points.values(), (0, 0), strict=True)
    return Axes((min(xs) - 1, max(xs) + 1), (min(ys) - 1, max(ys) + 1))


def coordinates(points: Mapping[str, XY]) -> dict[str, str]:
    """What can be read off: `x(A)`, `y(A)` and so on of points with whole coordinates."""
    return {f"{axis}({n})": str(int(p[i])) for n, p in points.items() for i, axis in enumerate("xy")}


class CoordinateDistance(Template):
    name, field, concepts, grade = "coordinate_distance", "geometry", ("coordinates", "Pythagorean theorem"), 2.6
    lengths, slips = (4, 5), ("coordinates_added", "squares_not_taken", "root_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = [rng.randint(-6, 6), rng.randint(-6, 6)]
        b = [rng.randint(-6, 6), rng.randint(-6, 6)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        under = dx * dx + dy * dy
        if 0 in (dx, dy, *a, *b) or surd(under) == f"sqrt({under})":  # the root shall be one that can be simplified
            raise Refused("degenerate")
        return {"a": a, "b": b, "split": length == 5, "names": rng.choice(("AB", "PQ", "CD", "ST"))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (x1, y1), (x2, y2) = p["a"], p["b"]
        dx, dy = x2 + x1 if slip == "coordinates_added" else x2 - x1, y2 - y1
        work = Work(f"sqrt(({x2} - {par(x1)})**2 + ({y2} - {par(y1)})**2)")
        work.step("Subtract the coordinates", f"sqrt({par(dx)}**2 + {par(dy)}**2)",
                  "the differences are the legs of a right triangle")  # fmt: skip
        squares = 2 * abs(dx) if slip == "squares_not_taken" else dx * dx, dy * dy
        texts = (("Square the first difference", "Square the second difference") if p["split"]
                 else ("Square both differences",))  # fmt: skip
        square(work, "sqrt({} + {})", squares, par(dy), texts)
        under = sum(squares)
        work.step("Add", f"sqrt({under})", "Pythagorean theorem")
        value = num(F(under, 2)) if slip == "root_forgotten" else surd(under)
        if value != work.now:
            work.step("Simplify the root", value, "√(m²n) = m√n for m > 0")
        return work.done(root_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        (m, n), (a, b) = p["names"], (f"({x}, {y})" for x, y in (p["a"], p["b"]))
        return (f"{say('a', m=m, n=n, a=a, b=b)} {compute(say, say('b', m=m, n=n))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        (x1, y1), (x2, y2) = p["a"], p["b"]
        m, n = p["names"]
        return (Claim("holds", f"ANSWER**2 == ({x2 - x1})**2 + ({y2 - y1})**2"), Claim("measured", f"length({m}, {n})"),
                Claim("measured", f"x({m})", value=str(x1)),
                Claim("measured", f"y({n})", value=str(y2)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        m, n = p["names"]
        points = {k: (float(x), float(y)) for k, (x, y) in ((m, p["a"]), (n, p["b"]))}
        return Figure(points, ((m, n),), axes=lattice(points), dots=True, kind="plot",
                      given=coordinates(points))  # fmt: skip


class LineIntersection(Template):
    name, field, concepts, grade = "line_intersection", "geometry", ("coordinates", "linear equation"), 3.0
    lengths, slips = (4, 5), ("sign_kept_when_moved", "slopes_added", "constant_left_out")

    def sample(self, rng: random.Random, length: int) -> Params:
        x, y = pick(rng, -4, 4, 0), pick(rng, -4, 4, 0)
        m, k = pick(rng, -3, 3, 0), pick(rng, -3, 3, 0)
        if abs(m - k) < 2:
            raise Refused("degenerate")
        b, c = y - m * x, y - k * x
        if b == c or abs(b) > 7 or abs(c) > 7 or 0 in (b, c):
            raise Refused("degenerate")
        return {"m": m, "b": b, "k": k, "c": c, "split": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        m, b, k, c = p["m"], p["b"], p["k"], p["c"]
        one, two = poly([m, b]), poly([k, c])
        tail = f"and y == {two}"
        work = Work(f"y == {one} {tail}")
        work.step("Set the right sides equal", f"{one} == {two} {tail}",
                  "at the intersection both lines have the same y")  # fmt: skip
        slope = m + k if slip == "slopes_added" else m - k
        rest = c + b if slip == "sign_kept_when_moved" else c - b
        if slope in (0, 1):
            raise Refused("degenerate")
        work.step("Collect $x$ on the left and numbers on the right", f"{poly([slope, 0])} == {rest} {tail}",
                  BOTH_SIDES)  # fmt: skip
        x = F(rest, slope)
        work.step(f"Divide the first equation by ${slope}$", f"x == {num(x)} {tail}", BOTH_SIDES)
        constant = 0 if slip == "constant_left_out" else c
        y = k * x + constant
        if p["split"]:
            work.step("Put $x$ into the second equation",
                      f"x == {num(x)} and y == {num(k * x)} + {par(constant)}", REPLACED)  # fmt: skip
            work.step("Add", f"x == {num(x)} and y == {num(y)}")
        else:
            work.step("Put $x$ into the second equation", f"x == {num(x)} and y == {num(y)}", REPLACED)
        return work.done(vector_answer((x, y), "xy"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", one=f"$y == {poly([p['m'], p['b']])}$", two=f"$y == {poly([p['k'], p['c']])}$"),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"ANSWER_1 == {m}*ANSWER_0 + ({b})")
                     for m, b in ((p["m"], p["b"]), (p["k"], p["c"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        low, high = -6.0, 6.0
        curves = []
        for s, t in ((p["m"], p["b"]), (p["k"], p["c"])):
            cut = sorted((e - t) / s for e in (-8.0, 8.0))
            x0, x1 = max(low, cut[0]), min(high, cut[1])
            curves.append(Curve((((x0, s * x0 + t), (x1, s * x1 + t)),), poly([s, t])))
        return Figure({}, curves=tuple(curves), axes=Axes((low - 0.5, high + 0.5), (-8.5, 8.5), (2, 2)), kind="plot")


class CoordinateTriangle(Template):
    name, field, concepts, grade = "coordinate_triangle", "geometry", ("coordinates", "area"), 2.8
    lengths, slips = (4, 5), ("half_forgotten", "sign_in_product", "coordinates_added")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = [rng.randint(-5, 5), rng.randint(-5, 5)]
        u, v = [pick(rng, -7, 7, 0), pick(rng, -7, 7, 0)], [pick(rng, -7, 7, 0), pick(rng, -7, 7, 0)]
        area = u[0] * v[1] - u[1] * v[0]
        if area < 10 or area % 2 or max(abs(a[i] + w[i]) for w in (u, v) for i in (0, 1)) > 7 or 0 in a:
            raise Refused("degenerate")
        if area < 0.35 * max(u[0] ** 2 + u[1] ** 2, v[0] ** 2 + v[1] ** 2):
            raise Refused("thin")
        return {"a": a, "u": u, "v": v, "split": length == 5, "letters": rng.choice(("ABC", "PQR", "KLM"))}

    def corners(self, p: Params) -> dict[str, tuple[int, int]]:
        (x, y), u, v = p["a"], p["u"], p["v"]
        return dict(zip(p["letters"], ((x, y), (x + u[0], y + u[1]), (x + v[0], y + v[1])), strict=True))

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (x, y), (x1, y1), (x2, y2) = self.corners(p).values()
        (u1, u2), (v1, v2) = p["u"], p["v"]
        if slip == "coordinates_added":
            u1 += 2 * x
        sign = "+" if slip == "sign_in_product" else "-"
        one, two = u1 * v2, v1 * u2
        work = Work(f"(({x1} - {par(x)})*({y2} - {par(y)}) - ({x2} - {par(x)})*({y1} - {par(y)}))/2")
        work.step("Subtract the coordinates of the first corner", f"({par(u1)}*{par(v2)} - {par(v1)}*{par(u2)})/2",
                  "the area is half of x₁y₂ − x₂y₁ for the two side vectors")  # fmt: skip
        if p["split"]:
            work.step("Multiply the first pair", f"({one} - {par(v1)}*{par(u2)})/2")
        work.step("Multiply the second pair" if p["split"] else "Multiply", f"({one} {sign} {par(two)})/2")
        whole = one + two if sign == "+" else one - two
        work.step("Subtract" if sign == "-" else "Work out the bracket", f"{whole}/2")
        value = F(whole) if slip == "half_forgotten" else F(whole, 2)
        work.step("Halve", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        one, two, three = (f"${n}({x}, {y})$" for n, (x, y) in self.corners(p).items())
        head = say("a", points=f"{one}, {two} and {three}", abc=p["letters"])
        return (f"{head} {compute(say, say('b', abc=p['letters']))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        rows = ", ".join(f"[{x}, {y}, 1]" for x, y in self.corners(p).values())
        return (Claim("holds", f"2*ANSWER == det(Matrix([{rows}]))"),
                Claim("measured", f"area({', '.join(p['letters'])})"))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        points = {n: (float(x), float(y)) for n, (x, y) in self.corners(p).items()}
        return Figure(points, outline(p["letters"]), axes=lattice(points), dots=True, kind="plot",
                      given=coordinates(points))  # fmt: skip
