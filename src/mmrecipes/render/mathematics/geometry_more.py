"""Geometry, second part: areas, coordinates, lines. Every figure is drawn to scale."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.figure import Axes, Curve, Figure, Mark
from mmrecipes.render.mathematics.phrases import PEOPLE, UNITS, compute
from mmrecipes.render.mathematics.plane import placed
from mmrecipes.render.mathematics.problem import (
    Answer,
    Claim,
    Derivation,
    Params,
    Refused,
    Words,
    Work,
    num,
    number_answer,
    par,
    root_answer,
    surd,
    total,
)
from mmrecipes.render.mathematics.template import Template, pick

BOTH_SIDES = "doing the same to both sides keeps the solutions"


class Rectangle(Template):
    name, field, concepts, grade = "rectangle", "geometry", ("perimeter and area",), 1.0
    lengths, slips = (2, 3), ("sides_added_once", "area_for_perimeter", "doubled_once_only")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = rng.randint(4, 40)
        return {"a": a, "b": pick(rng, max(2, a // 3), a, a), "price": rng.randint(2, 9) if length == 3 else 0,
                "unit": rng.choice(("m", "cm", "m")), "person": rng.randrange(len(PEOPLE)),
                "way": {"turn": 0, "mirror": False}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, k, work = p["a"], p["b"], p["price"], Work()
        start = f"2*({a} + {b})"
        start = f"{k}*({start})" if k else start
        half = a * b if slip == "area_for_perimeter" else a + b
        wrap = (lambda t: f"{k}*({t})") if k else (lambda t: t)
        now = work.step("Add length and width", start, wrap(f"2*{half}"), "opposite sides of a rectangle are equal")
        around = half if slip == "sides_added_once" else half + a if slip == "doubled_once_only" else 2 * half
        now = work.step("Double the sum", now, f"{k}*{around}" if k else num(around), "each side occurs twice")
        if k:
            work.step("Multiply by the price of a metre", now, num(k * around), "cost is number times price")
        return work.done(number_answer(k * around if k else around, "", "coins" if k else p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, u, k = p["a"], p["b"], p["unit"], p["price"]
        who = PEOPLE[p["person"]]
        if k:
            head = say.of("a", (f"{who} puts a fence around a rectangular field that is ${a}$ m long and ${b}$ m wide.",
                                f"A rectangular garden of ${a}$ m by ${b}$ m gets a hedge all around.",
                                f"A band is fixed all around a rectangular sports ground, ${a}$ m long and ${b}$ m wide.",
                                f"Around a rectangular pool ({a} m by {b} m) {who} lays a row of tiles.",
                                "The figure shows a rectangular yard that is to be fenced all around."))  # fmt: skip
            tail = say.of("q", (f"One metre costs ${k}$ coins. What does it cost altogether?",
                                f"Each metre costs ${k}$ coins. How many coins are needed?",
                                f"At ${k}$ coins a metre, what is the total cost?",
                                f"The price is ${k}$ coins per metre. Find the cost."))  # fmt: skip
            return (f"{head} {tail}",)
        head = say.of("a", (f"A rectangle is ${a}$ {u} long and ${b}$ {u} wide.", f"The sides of a rectangle measure ${a}$ {u} and ${b}$ {u}.",
                            f"{who} walks once around a rectangular plot of ${a}$ {u} by ${b}$ {u}." if u == "m" else
                            f"{who} draws a rectangle with sides of ${a}$ {u} and ${b}$ {u}.",
                            "Look at the rectangle in the figure.", f"The figure shows a rectangle; lengths are in {u}."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('its perimeter', 'the perimeter', 'the distance once around it')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, k = p["a"], p["b"], p["price"] or 1
        return (Claim("holds", f"{a} + {b} + {a} + {b} == ANSWER/{k}"), Claim("measured", "length(A, B)", value=str(a)),
                Claim("measured", "length(B, C)", value=str(b)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, b = p["a"], p["b"]
        points = {"A": (0.0, 0.0), "B": (float(a), 0.0), "C": (float(a), float(b)), "D": (0.0, float(b))}
        return Figure(points, (("A", "B"), ("B", "C"), ("C", "D"), ("D", "A")), hidden=frozenset("ABCD"),
                      lengths={("A", "B"): f"${a}$", ("B", "C"): f"${b}$"},
                      given={"length(A, B)": str(a), "length(B, C)": str(b)})  # fmt: skip


class AreaComposition(Template):
    name, field, concepts, grade = "area_composition", "geometry", ("area", "composed figures"), 1.8
    lengths, slips = (3, 4), ("corner_added", "half_forgotten", "sides_added")

    def sample(self, rng: random.Random, length: int) -> Params:
        w, h = rng.randint(8, 30), rng.randint(6, 20)
        a, b = rng.randint(w // 4, 2 * w // 3), rng.randint(h // 4, 2 * h // 3)
        if a < 2 or b < 2 or (length == 4 and a * b % 2):
            raise Refused("degenerate")
        return {"w": w, "h": h, "a": a, "b": b, "cut": "corner" if length == 3 else "triangle", "unit": rng.choice(UNITS[:3]),
                "way": {"turn": rng.choice((0, 90, 180, 270)), "mirror": rng.random() < 0.5}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        w, h, a, b, work = p["w"], p["h"], p["a"], p["b"], Work()
        corner = p["cut"] == "corner"
        tail = f"{a}*{b}" if corner else f"{a}*{b}/2"
        big = w + h if slip == "sides_added" else w * h
        now = work.step(
            "Find the area of the whole rectangle", f"{w}*{h} - {tail}", f"{big} - {tail}", "area is length times width"
        )
        small = F(a * b)
        if not corner:
            now = work.step("Multiply the legs of the triangle that is cut off", now, f"{big} - {a * b}/2",
                            "a right triangle is half a rectangle")  # fmt: skip
            small = F(a * b) if slip == "half_forgotten" else F(a * b, 2)
        sign = "+" if slip == "corner_added" else "-"
        now = work.step("Find the area of the part that is cut off", now, f"{big} {sign} {num(small)}",
                        "area is length times width" if corner else "a right triangle is half a rectangle")  # fmt: skip
        value = big + small if sign == "+" else big - small
        work.step("Take it away from the rectangle", now, num(value), "areas of parts add up")
        return work.done(number_answer(value, "", f"{p['unit']}²"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        part = "a rectangle" if p["cut"] == "corner" else "a right triangle"
        u = p["unit"]
        head = say.of("a", (f"From a rectangle {part} was cut off at one corner. Lengths are in {u}.",
                            f"The shaded shape is a rectangle without {part} at one corner; all lengths are in {u}.",
                            f"A plate has the shape shown in the figure: a rectangle with {part} missing. Lengths are in {u}.",
                            f"The floor plan shows a rectangular room with {part} cut off (lengths in {u}).",
                            f"Look at the shaded shape; its lengths are given in {u}."))  # fmt: skip
        return (f"{head} {compute(say, say.of('b', ('its area', 'the area of the shape', 'the shaded area')))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        w, h, a, b = p["w"], p["h"], p["a"], p["b"]
        corner = "A, B, C, D, E, F" if p["cut"] == "corner" else "A, B, C, E, F"
        rule = (
            f"{w}*({h} - {b}) + ({w} - {a})*{b} == ANSWER"
            if p["cut"] == "corner"
            else f"{w}*({h} - {b}) + ({w} - {a})*{b} + {a}*{b}/2 == ANSWER"
        )
        order = corner.replace("D, E, F", "D, E, F") if p["cut"] == "corner" else "A, B, C, E, F"
        return (Claim("holds", rule), Claim("measured", f"area({order})"), Claim("measured", "length(A, B)", value=str(w)),
                Claim("measured", "length(A, F)", value=str(h)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        w, h, a, b = (float(p[k]) for k in "whab")
        points = {
            "A": (0.0, 0.0),
            "B": (w, 0.0),
            "C": (w, h - b),
            "D": (w - a, h - b),
            "E": (w - a, h),
            "F": (0.0, h),
            "G": (w, h),
        }
        if p["cut"] == "triangle":
            del points["D"]
        points = placed(points, p["way"])
        outline = [n for n in "ABCDEF" if n in points]
        segments = tuple(zip(outline, [*outline[1:], outline[0]], strict=True))
        labels = {("A", "B"): f"${p['w']}$", ("A", "F"): f"${p['h']}$"}
        given = {
            "length(A, B)": str(p["w"]),
            "length(A, F)": str(p["h"]),
            "length(E, G)": str(p["a"]),
            "length(C, G)": str(p["b"]),
        }
        if p["cut"] == "corner":
            labels |= {("D", "E"): f"${p['b']}$", ("C", "D"): f"${p['a']}$"}
            dashed: tuple[tuple[str, str], ...] = ()
        else:
            labels |= {("E", "G"): f"${p['a']}$", ("C", "G"): f"${p['b']}$"}
            dashed = (("E", "G"), ("C", "G"))
        return Figure(points, segments, dashed=dashed, lengths=labels, hidden=frozenset("ABCDEFG"), given=given,
                      shaded=(tuple(points[n] for n in outline),))  # fmt: skip


class Trapezoid(Template):
    name, field, concepts, grade = "trapezoid", "geometry", ("area",), 1.8
    lengths, slips = (3, 4), ("half_forgotten", "sides_multiplied", "only_one_side")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, h = rng.randint(8, 40), rng.randint(3, 20)
        c = rng.randint(a // 3, a - 2)
        if (a + c) * h % 2 or not 0.2 * a < h < 1.2 * a:
            raise Refused("not_whole")
        return {"a": a, "c": c, "h": h, "shift": rng.randint(0, a - c), "long": length == 4, "unit": rng.choice(UNITS[:3]),
                "way": {"turn": rng.choice((0, 0, 180)), "mirror": rng.random() < 0.5}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, c, h, work = p["a"], p["c"], p["h"], Work()
        why = "the area of a trapezium is half the sum of its parallel sides times its height"
        both = {"sides_multiplied": a * c, "only_one_side": a}.get(slip or "", a + c)
        half = "" if slip == "half_forgotten" else "/2"
        if p["long"]:
            now = work.step("Write height times half the sum of the parallel sides", f"({a}*{h})/2 + ({c}*{h})/2",
                            f"({a} + {c})*{h}{half}", why)  # fmt: skip
        else:
            now = f"({a} + {c})*{h}/2"
        now = work.step("Add the parallel sides", now, f"{both}*{h}{half}", "arithmetic")
        now = work.step(
            "Multiply by the height", now, f"{num(both * h)}{half}" if half else f"{num(both * h)} + 0", "arithmetic"
        )
        value = F(both * h, 2) if half else F(both * h)
        work.step("Halve the product", now, num(value), "arithmetic")
        return work.done(number_answer(value, "", f"{p['unit']}²"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, c, h, u = p["a"], p["c"], p["h"], p["unit"]
        head = say.of("a", (f"The parallel sides of a trapezium are ${a}$ {u} and ${c}$ {u} long; its height is ${h}$ {u}.",
                            f"A trapezium has parallel sides of ${a}$ {u} and ${c}$ {u} and a height of ${h}$ {u}.",
                            f"The figure shows a trapezium; lengths are in {u}.", f"Look at the trapezium $ABCD$ (lengths in {u}).",
                            f"In the trapezium $ABCD$ the sides $AB$ and $CD$ are parallel. Lengths are in {u}."))  # fmt: skip
        return (f"{head} {compute(say, say.of('b', ('its area', 'the area', 'the area of the trapezium')))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"2*ANSWER == {p['a']}*{p['h']} + {p['c']}*{p['h']}"), Claim("measured", "area(A, B, C, D)"),
                Claim("measured", "distance(D, A, B)", value=str(p["h"])), Claim("measured", "length(C, D)", value=str(p["c"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, c, h, s = (float(p[k]) for k in ("a", "c", "h", "shift"))
        points = placed(
            {"A": (0, 0), "B": (a, 0), "C": (s + c, h), "D": (s, h), "H_9": (s + c / 2, 0), "K_9": (s + c / 2, h)},
            p["way"],
        )
        return Figure(points, (("A", "B"), ("B", "C"), ("C", "D"), ("D", "A")), dashed=(("H_9", "K_9"),), hidden=frozenset(("H_9", "K_9")),
                      lengths={("A", "B"): f"${p['a']}$", ("C", "D"): f"${p['c']}$", ("H_9", "K_9"): f"${p['h']}$"},
                      marks=(Mark(("B", "H_9", "K_9"), square=True),),
                      given={"length(A, B)": str(p["a"]), "length(C, D)": str(p["c"]), "length(H_9, K_9)": str(p["h"])})  # fmt: skip


def lattice(points: dict[str, tuple[float, float]], more: list[tuple[float, float]] | None = None) -> Axes:
    """Axes around points with a margin, the origin inside."""
    xs, ys = zip(*points.values(), *(more or []), (0, 0), strict=True)
    return Axes((min(xs) - 1, max(xs) + 1), (min(ys) - 1, max(ys) + 1))


class CoordinateDistance(Template):
    name, field, concepts, grade = "coordinate_distance", "geometry", ("coordinates", "Pythagorean theorem"), 2.6
    lengths, slips = (4, 5), ("coordinates_added", "squares_not_taken", "root_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = [rng.randint(-6, 6), rng.randint(-6, 6)]
        b = [rng.randint(-6, 6), rng.randint(-6, 6)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        if 0 in (dx, dy) or abs(dx) == abs(dy) == 1:
            raise Refused("degenerate")
        reducible = surd(dx * dx + dy * dy) != f"sqrt({dx * dx + dy * dy})"
        if not reducible or 0 in (*a, *b):
            raise Refused("degenerate")
        return {"a": a, "b": b, "split": length == 5, "names": rng.choice(("AB", "PQ", "CD", "ST"))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (x1, y1), (x2, y2) = p["a"], p["b"]
        work = Work()
        sign = 1 if slip == "coordinates_added" else -1
        dx, dy = x2 + sign * x1, y2 - y1
        now = f"sqrt(({x2} - {par(x1)})**2 + ({y2} - {par(y1)})**2)"
        now = work.step(
            "Subtract the coordinates",
            now,
            f"sqrt({par(dx)}**2 + {par(dy)}**2)",
            "the differences are the legs of a right triangle",
        )
        a, b = (2 * abs(dx), dy * dy) if slip == "squares_not_taken" else (dx * dx, dy * dy)
        if p["split"]:
            now = work.step("Square the first difference", now, f"sqrt({a} + {par(dy)}**2)", "arithmetic")
            now = work.step("Square the second difference", now, f"sqrt({a} + {b})", "arithmetic")
        else:
            now = work.step("Square both differences", now, f"sqrt({a} + {b})", "arithmetic")
        now = work.step("Add", now, f"sqrt({a + b})", "Pythagorean theorem")
        value = num(F(a + b, 2)) if slip == "root_forgotten" else surd(a + b)
        if value != now:
            work.step("Simplify the root", now, value, "√(m²n) = m√n for m > 0")
        return work.done(root_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        m, n = p["names"]
        a, b = (f"({x}, {y})" for x, y in (p["a"], p["b"]))
        head = say.of("a", (f"The points ${m}{a}$ and ${n}{b}$ are given.", f"Let ${m}$ be the point ${a}$ and ${n}$ the point ${b}$.",
                            f"In the coordinate plane, ${m}$ lies at ${a}$ and ${n}$ at ${b}$.", f"The figure shows the points ${m}$ and ${n}$.",
                            f"Read the coordinates of ${m}$ and ${n}$ off the figure."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', (f'the distance between ${m}$ and ${n}$', f'the length of the segment ${m}{n}$', f'the exact distance from ${m}$ to ${n}$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        (x1, y1), (x2, y2) = p["a"], p["b"]
        m, n = p["names"]
        return (Claim("holds", f"ANSWER**2 == ({x2 - x1})**2 + ({y2 - y1})**2"), Claim("measured", f"length({m}, {n})"),
                Claim("measured", f"x({m})", value=str(x1)), Claim("measured", f"y({n})", value=str(y2)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        m, n = p["names"]
        points = {m: (float(p["a"][0]), float(p["a"][1])), n: (float(p["b"][0]), float(p["b"][1]))}
        return Figure(points, ((m, n),), axes=lattice(points), dots=True, kind="plot",
                      given={f"x({m})": str(p["a"][0]), f"y({m})": str(p["a"][1]), f"x({n})": str(p["b"][0]), f"y({n})": str(p["b"][1])})  # fmt: skip


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
        work = Work()
        second = f"y == {total([(k, 'x'), (c, '')])}"
        one, two = total([(m, "x"), (b, "")]), total([(k, "x"), (c, "")])
        now = work.step("Set the right sides equal", f"y == {one} and {second}", f"{one} == {two} and {second}",
                        "at the intersection both lines have the same y", "equivalent")  # fmt: skip
        slope = m + k if slip == "slopes_added" else m - k
        rest = c + b if slip == "sign_kept_when_moved" else c - b
        if slope in (0, 1):
            raise Refused("degenerate")
        now = work.step("Collect $x$ on the left and numbers on the right", now, f"{total([(slope, 'x')])} == {rest} and {second}",
                        BOTH_SIDES, "equivalent")  # fmt: skip
        x = F(rest, slope)
        now = work.step(
            f"Divide the first equation by ${slope}$", now, f"x == {num(x)} and {second}", BOTH_SIDES, "equivalent"
        )
        y = k * x if slip == "constant_left_out" else k * x + c
        if p["split"]:
            now = work.step("Put $x$ into the second equation", now,
                            f"x == {num(x)} and y == {num(k * x)} + {par(c)}" if slip != "constant_left_out" else f"x == {num(x)} and y == {num(k * x)} + 0",
                            "equal values may replace each other", "equivalent")  # fmt: skip
            work.step("Add", now, f"x == {num(x)} and y == {num(y)}", "arithmetic", "equivalent")
        else:
            work.step(
                "Put $x$ into the second equation",
                now,
                f"x == {num(x)} and y == {num(y)}",
                "equal values may replace each other",
                "equivalent",
            )
        return work.done(Answer("vector", f"({num(x)}, {num(y)})", "(x, y)"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        one, two = (f"$y == {total([(s, 'x'), (t, '')])}$" for s, t in ((p["m"], p["b"]), (p["k"], p["c"])))
        return (say.of("s", (f"Where do the lines {one} and {two} meet?", f"Find the point of intersection of {one} and {two}.",
                             f"The lines {one} and {two} cross in one point. Calculate its coordinates.",
                             f"Two lines are given by {one} and {two}. In which point do they intersect?",
                             f"Calculate the intersection of the graphs of {one} and {two}.",
                             f"Which point lies on both {one} and {two}?",
                             f"At which point $(x, y)$ do {one} and {two} cut each other?")),)  # fmt: skip

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(
            Claim("holds", f"ANSWER_1 == {m}*ANSWER_0 + ({b})") for m, b in ((p["m"], p["b"]), (p["k"], p["c"]))
        )

    def figure(self, p: Params) -> Figure:
        m, b, k, c = p["m"], p["b"], p["k"], p["c"]
        low, high = -6.0, 6.0
        ends = []
        for s, t in ((m, b), (k, c)):
            cut = sorted((low if s == 0 else (e - t) / s) for e in (-8.0, 8.0))
            x0, x1 = max(low, cut[0]), min(high, cut[1])
            ends.append(Curve((((x0, s * x0 + t), (x1, s * x1 + t)),), total([(s, "x"), (t, "")])))
        return Figure({}, curves=tuple(ends), axes=Axes((low - 0.5, high + 0.5), (-8.5, 8.5), (2, 2)), kind="plot")


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

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (x, y), (u1, u2), (v1, v2) = p["a"], p["u"], p["v"]
        work = Work()
        half = "" if slip == "half_forgotten" else "/2"
        start = f"(({x + u1} - {par(x)})*({y + v2} - {par(y)}) - ({x + v1} - {par(x)})*({y + u2} - {par(y)}))/2"
        if slip == "coordinates_added":
            u1 = u1 + 2 * x
        now = work.step("Subtract the coordinates of the first corner", start, f"({par(u1)}*{par(v2)} - {par(v1)}*{par(u2)})/2",
                        "the area is half of x₁y₂ − x₂y₁ for the two side vectors")  # fmt: skip
        one, two = u1 * v2, v1 * u2
        sign = "+" if slip == "sign_in_product" else "-"
        if p["split"]:
            now = work.step("Multiply the first pair", now, f"({one} - {par(v1)}*{par(u2)})/2", "arithmetic")
            now = work.step("Multiply the second pair", now, f"({one} {sign} {par(two)})/2", "arithmetic")
        else:
            now = work.step("Multiply", now, f"({one} {sign} {par(two)})/2", "arithmetic")
        whole = one + two if sign == "+" else one - two
        now = work.step("Subtract" if sign == "-" else "Work out the bracket", now, f"{whole}/2", "arithmetic")
        value = F(whole, 2) if half else F(whole)
        work.step("Halve", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c = p["letters"]
        (x, y), u, v = p["a"], p["u"], p["v"]
        pts = f"${a}({x}, {y})$, ${b}({x + u[0]}, {y + u[1]})$ and ${c}({x + v[0]}, {y + v[1]})$"
        head = say.of("a", (f"A triangle has the corners {pts}.", f"The points {pts} form a triangle.", f"Consider the triangle with corners {pts}.",
                            f"Triangle ${p['letters']}$ is drawn in a coordinate system.", f"Read the corners of triangle ${p['letters']}$ off the figure."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('its area', 'the area of the triangle', f'the area of ${a}{b}{c}$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        (x, y), (u1, u2), (v1, v2) = p["a"], p["u"], p["v"]
        rows = f"Matrix([[{x}, {y}, 1], [{x + u1}, {y + u2}, 1], [{x + v1}, {y + v2}, 1]])"
        return (Claim("holds", f"2*ANSWER == det({rows})"), Claim("measured", f"area({', '.join(p['letters'])})"))

    def figure(self, p: Params) -> Figure:
        a, b, c = p["letters"]
        (x, y), u, v = p["a"], p["u"], p["v"]
        points = {a: (float(x), float(y)), b: (float(x + u[0]), float(y + u[1])), c: (float(x + v[0]), float(y + v[1]))}
        return Figure(points, ((a, b), (b, c), (c, a)), axes=lattice(points), dots=True, kind="plot",
                      given={f"{k}({n})": str(int(q[i])) for n, q in points.items() for i, k in enumerate("xy")})  # fmt: skip


TEMPLATES: tuple[Template, ...] = (Rectangle(), AreaComposition(), Trapezoid(), CoordinateDistance(), LineIntersection(),
                                   CoordinateTriangle())  # fmt: skip
