"""Geometry, first part: angles, right triangles, similarity, circles. Every figure is drawn to scale."""

from __future__ import annotations

import math
import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.figure import Figure, Mark
from mmrecipes.render.mathematics.phrases import UNITS, compute
from mmrecipes.render.mathematics.plane import LETTERS, on_circle, orientation, placed, triangle, triangle_from_angles
from mmrecipes.render.mathematics.problem import (
    Claim,
    Derivation,
    Params,
    Refused,
    Words,
    Work,
    num,
    number_answer,
    root_answer,
    surd,
)
from mmrecipes.render.mathematics.template import Template

SUM = "the angles of a triangle add up to 180°"
_TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29), (9, 40, 41), (12, 35, 37))


class TriangleAngles(Template):
    name, field, concepts, grade = "triangle_angles", "geometry", ("angle sum",), 1.4
    lengths, slips = (2, 3), ("sum_of_360", "one_angle_forgotten", "added_instead_of_subtracted")

    def sample(self, rng: random.Random, length: int) -> Params:
        kind = "plain" if length == 2 else "exterior"
        a, b = rng.randint(25, 100), rng.randint(25, 100)
        if not 25 <= 180 - a - b <= 120:
            raise Refused("degenerate")
        return {"kind": kind, "a": a, "b": b, "letters": rng.choice(LETTERS), "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, a, b = Work(), p["a"], p["b"]
        whole = 360 if slip == "sum_of_360" else 180
        if p["kind"] == "plain":
            known = a if slip == "one_angle_forgotten" else a + b
            now = work.step("Add the two known angles", f"x + {a} + {b} == 180", f"x + {known} == {whole}", SUM,
                            "equivalent")  # fmt: skip
            third = whole + known if slip == "added_instead_of_subtracted" else whole - known
            work.step(f"Subtract ${known}$ from both sides", now, f"x == {third}",
                      "doing the same to both sides keeps the solutions", "equivalent")  # fmt: skip
            return work.done(number_answer(third, "x", "°"))
        now = f"180 - (180 - {a} - {b})"
        inner = {"one_angle_forgotten": 180 - a, "added_instead_of_subtracted": 180 - a + b}.get(
            slip or "", whole - a - b
        )
        now = work.step("Subtract the first angle from 180 within the bracket", now,
                        f"180 - ({whole - a} - {b})", SUM)  # fmt: skip
        now = work.step("The third angle of the triangle is what is left", now, f"180 - {inner}", SUM)
        work.step("Subtract it from a straight angle", now, num(180 - inner), "a straight angle has 180°")
        return work.done(number_answer(180 - inner, "x", "°"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c = p["letters"]
        if p["kind"] == "plain":
            head = say.of("a", (f"In triangle ${p['letters']}$ the angle at ${a}$ is {p['a']}° and the angle at ${b}$ is {p['b']}°.",
                                f"Triangle ${p['letters']}$ has angles of {p['a']}° at ${a}$ and {p['b']}° at ${b}$.",
                                "The figure shows a triangle with two known angles.",
                                "Two angles of a triangle are given in the figure.", "Look at the triangle."))  # fmt: skip
            what = say.of("b", (f"the angle $x$ at ${c}$", "the angle $x$", "the size of the angle marked $x$"))
        else:
            head = say.of("a", (f"One side of triangle ${p['letters']}$ is extended beyond ${c}$ to $Z$." if "Z" not in p["letters"] else
                                f"One side of triangle ${p['letters']}$ is extended beyond ${c}$.",
                                f"In the triangle, the angles at ${a}$ and ${b}$ are {p['a']}° and {p['b']}°; the side from ${a}$ to ${c}$ goes on beyond ${c}$.",
                                "The figure shows a triangle with one side made longer.",
                                f"At ${c}$ the triangle ${p['letters']}$ has an exterior angle $x$."))  # fmt: skip
            what = say.of(
                "b", (f"the exterior angle $x$ at ${c}$", "the angle $x$ outside the triangle", "the angle marked $x$")
            )
        return (f"{head} {compute(say, what)}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, c = p["letters"]
        measured = f"angle({a}, {c}, {b})" if p["kind"] == "plain" else f"angle({b}, {c}, {_END})"
        rule = (
            f"ANSWER + {p['a']} + {p['b']} == 180"
            if p["kind"] == "plain"
            else f"(180 - ANSWER) + {p['a']} + {p['b']} == 180"
        )
        return (Claim("holds", rule), Claim("measured", measured), Claim("measured", f"angle({b}, {a}, {c})", value=str(p["a"])),
                Claim("measured", f"angle({a}, {b}, {c})", value=str(p["b"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, b, c = p["letters"]
        points = dict(zip(p["letters"], triangle_from_angles(p["a"], p["b"]), strict=True))
        segments = [(a, b), (b, c), (c, a)]
        marks = [Mark((b, a, c), f"{p['a']}°"), Mark((a, b, c), f"{p['b']}°")]
        if p["kind"] == "plain":
            marks.append(Mark((a, c, b), "$x$"))
        else:
            (x0, y0), (x1, y1) = points[a], points[c]
            points[_END] = (x1 + 0.55 * (x1 - x0), y1 + 0.55 * (y1 - y0))
            segments.append((c, _END))
            marks.append(Mark((b, c, _END), "$x$"))
        return Figure(placed(points, p["way"]), tuple(segments), marks=tuple(marks), hidden=frozenset({_END} & set(points)),
                      given={f"angle({b}, {a}, {c})": str(p["a"]), f"angle({a}, {b}, {c})": str(p["b"])})  # fmt: skip


_END = "N_9"
"""Name of a hidden end of a line."""


class Pythagoras(Template):
    name, field, concepts, grade = "pythagoras", "geometry", ("Pythagorean theorem",), 2.2
    lengths, slips = (3, 4), ("squares_not_taken", "sum_and_difference_swapped", "root_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, b, c = rng.choice(_TRIPLES)
        k = rng.choice([k for k in (1, 2, 3, 4, 5) if c * k <= 80])
        a, b = rng.sample((a, b), 2)
        return {"a": a * k, "b": b * k, "c": c * k, "want": "leg" if length == 4 else "hypotenuse", "unit": rng.choice(UNITS),
                "letters": rng.choice(LETTERS), "way": orientation(rng)}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        leg = p["want"] == "leg"
        first, second = (p["c"], p["a"]) if leg else (p["a"], p["b"])
        sign = -1 if leg else 1
        work = Work()
        now = f"sqrt({first}**2 {'-' if leg else '+'} {second}**2)"
        squares = (first**2, second**2)
        if slip == "squares_not_taken":  # 5² taken for 2·5
            squares = (2 * first, second**2 if leg else 2 * second)
        if slip == "sum_and_difference_swapped":
            sign = -sign
        if leg:
            now = work.step(
                "Square the hypotenuse", now, f"sqrt({squares[0]} {'-' if sign < 0 else '+'} {second}**2)", "arithmetic"
            )
            now = work.step(
                "Square the known leg", now, f"sqrt({squares[0]} {'-' if sign < 0 else '+'} {squares[1]})", "arithmetic"
            )
        else:
            now = work.step(
                "Square both legs", now, f"sqrt({squares[0]} {'-' if sign < 0 else '+'} {squares[1]})", "arithmetic"
            )
        under = squares[0] + sign * squares[1]
        if under <= 0:
            raise Refused("degenerate")
        what = "Subtract" if leg else "Add"
        now = work.step(f"{what} the squares", now, f"sqrt({under})", "arithmetic")
        value = surd(under) if slip != "root_forgotten" else num(F(under, 2))
        if value != now:
            work.step("Take the square root", now, value, "lengths are positive")
        return work.done(root_answer(value, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c = p["letters"]
        u = p["unit"]
        given = ((f"{a}{c}", p["b"]), (f"{b}{c}", p["a"]), (f"{a}{b}", p["c"]))
        wanted = given[0][0] if p["want"] == "leg" else given[2][0]
        known = [g for g in given if g[0] != wanted]
        head = say.of("a", (
            f"Triangle ${p['letters']}$ has a right angle at ${c}$, with ${known[0][0]} == {known[0][1]}$ {u} and ${known[1][0]} == {known[1][1]}$ {u}.",
            f"In the right triangle ${p['letters']}$ (right angle at ${c}$) the sides ${known[0][0]}$ and ${known[1][0]}$ are ${known[0][1]}$ {u} and ${known[1][1]}$ {u} long.",
            f"The figure shows a right triangle with two known sides, measured in {u}.",
            f"Two sides of the right triangle in the figure are given in {u}.",
            f"Look at the right triangle; all lengths are in {u}.",
        ))  # fmt: skip
        what = say.of("b", (f"the length of ${wanted}$", f"how long ${wanted}$ is", f"the side ${wanted}$"))
        if what.startswith("how"):
            return (f"{head} " + say.of("q", ("Find out {w}.", "Work out {w}.", "Say {w}.")).format(w=what),)
        return (f"{head} {compute(say, what)}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, c = p["letters"]
        rule = (
            f"ANSWER**2 + {p['a']}**2 == {p['c']}**2"
            if p["want"] == "leg"
            else f"{p['a']}**2 + {p['b']}**2 == ANSWER**2"
        )
        wanted = f"length({a}, {c})" if p["want"] == "leg" else f"length({a}, {b})"
        return (Claim("holds", rule), Claim("measured", wanted), Claim("measured", f"angle({a}, {c}, {b})", value="90"))

    def figure(self, p: Params) -> Figure:
        a, b, c = p["letters"]
        points = {c: (0.0, 0.0), a: (float(p["b"]), 0.0), b: (0.0, float(p["a"]))}
        labels = {(b, c): p["a"], (a, c): p["b"], (a, b): p["c"]}
        labels.pop((a, c) if p["want"] == "leg" else (a, b))
        return Figure(placed(points, p["way"]), ((a, b), (b, c), (c, a)), lengths={k: f"${v}$" for k, v in labels.items()},
                      marks=(Mark((a, c, b), square=True),),
                      given={f"length({m}, {n})": str(v) for (m, n), v in labels.items()})  # fmt: skip


class SimilarTriangles(Template):
    name, field, concepts, grade = "similar_triangles", "geometry", ("similarity", "proportion"), 2.8
    lengths, slips = (2, 3), ("ratio_turned_round", "difference_instead_of_ratio", "wrong_side_paired")

    def sample(self, rng: random.Random, length: int) -> Params:
        k = F(rng.choice((2, 3, 4, 5)), rng.choice((1, 2, 3)))
        if k <= 1 or k > 3:
            raise Refused("degenerate")
        d = k.denominator
        a, c = d * rng.randint(2, 9), d * rng.randint(2, 9)
        b = max(a, c) + rng.randint(-1, 1) * d
        if a == c or b <= abs(a - c) + 1 or a + c <= b + 1 or b in (a, c) or max(a, b, c) > 3 * min(a, b, c):
            raise Refused("degenerate")
        return {"small": [a, b, c], "k": [k.numerator, k.denominator], "long": length == 3,
                "unit": rng.choice(UNITS), "way": orientation(rng)}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (a, _, c), k = p["small"], F(*p["k"])
        big = int(c * k)
        work, factor = Work(), k
        if slip == "wrong_side_paired":
            factor = F(big, a)
        if slip == "ratio_turned_round":
            factor = 1 / k
        x = F(a) * factor
        if slip == "difference_instead_of_ratio":
            x = F(a + big - c)
        start = f"x/{a} == {big}/{c}"
        if p["long"]:
            shown = f"{num(F(big, c) if slip not in ('ratio_turned_round', 'wrong_side_paired') else factor)}"
            now = work.step("Reduce the known ratio", start, f"x/{a} == {shown}", "arithmetic", "equivalent")
            if shown == f"{big}/{c}":
                raise Refused("other_length")
        else:
            now = start
        mid = f"x == {a}*{par_fraction(factor)}" if slip != "difference_instead_of_ratio" else f"x == {a} + {big - c}"
        now = work.step(
            f"Multiply both sides by ${a}$", now, mid, "doing the same to both sides keeps the solutions", "equivalent"
        )
        work.step("Simplify", now, f"x == {num(x)}", "arithmetic", "equivalent")
        return work.done(number_answer(x, "x", p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        u = p["unit"]
        head = say.of("a", ("Triangles $ABC$ and $DEF$ are similar.", "The two triangles are similar, with corners $A$, $B$, $C$ matching $D$, $E$, $F$.",
                            "Triangle $DEF$ is an enlargement of triangle $ABC$.", "In the figure, $DEF$ is a scaled copy of $ABC$.",
                            "The triangles $ABC$ and $DEF$ have the same angles at matching corners."))  # fmt: skip
        middle = say.of("m", (f"Lengths are in {u}.", f"All lengths are given in {u}.", f"Sides are measured in {u}."))
        return (
            f"{head} {middle} {compute(say, say.of('b', ('the length $x$', 'the side $x$', 'the length of $EF$, marked $x$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, _, c = p["small"]
        return (Claim("holds", f"ANSWER*{c} == {a}*{int(c * F(*p['k']))}"), Claim("measured", "length(E, F)"),
                Claim("measured", "length(B, C)", value=str(a)), Claim("measured", "length(A, B)", value=str(c)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        (a, b, c), k = p["small"], F(*p["k"])
        small = placed(dict(zip("ABC", triangle(a, b, c), strict=True)), p["way"])
        big = {n: (x * float(k), y * float(k)) for n, (x, y) in zip("DEF", small.values(), strict=True)}
        right = max(x for x, _ in small.values()) + 0.35 * max(a, b, c)
        shift = right - min(x for x, _ in big.values())
        low = min(y for _, y in small.values()) - min(y for _, y in big.values())
        points = {**small, **{n: (x + shift, y + low) for n, (x, y) in big.items()}}
        labels = {("B", "C"): f"${a}$", ("A", "B"): f"${c}$", ("D", "E"): f"${int(c * k)}$", ("E", "F"): "$x$"}
        given = {"length(B, C)": str(a), "length(A, B)": str(c), "length(D, E)": str(int(c * k))}
        return Figure(
            points, tuple((s[i], s[(i + 1) % 3]) for s in ("ABC", "DEF") for i in range(3)), lengths=labels, given=given
        )


def par_fraction(f: F) -> str:
    return num(f) if f.denominator == 1 else f"({num(f)})"


class CircleChord(Template):
    name, field, concepts, grade = "circle_chord", "geometry", ("circle", "Pythagorean theorem"), 3.2
    lengths, slips = (4, 5), ("half_chord_not_doubled", "sum_instead_of_difference", "diameter_for_radius")

    def sample(self, rng: random.Random, length: int) -> Params:
        d, h, r = rng.choice(_TRIPLES[:5])
        k = rng.choice((1, 2, 3) if r < 20 else (1, 2))
        d, h = rng.sample((d, h), 2)
        if d < 0.25 * r or d > 0.9 * r:
            raise Refused("degenerate")
        return {"r": r * k, "d": d * k, "long": length == 5, "unit": rng.choice(UNITS), "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, d, work = p["r"], p["d"], Work()
        sign = "+" if slip == "sum_instead_of_difference" else "-"
        r2 = (2 * r) ** 2 if slip == "diameter_for_radius" else r * r
        now = f"2*sqrt({r}**2 - {d}**2)"
        if p["long"]:
            now = work.step(
                "Square the radius",
                now,
                f"2*sqrt({r2} {sign} {d}**2)",
                "half chord, distance and radius form a right triangle",
            )
            now = work.step("Square the distance", now, f"2*sqrt({r2} {sign} {d * d})", "arithmetic")
        else:
            now = work.step("Square radius and distance", now, f"2*sqrt({r2} {sign} {d * d})",
                            "half chord, distance and radius form a right triangle")  # fmt: skip
        under = r2 + d * d if sign == "+" else r2 - d * d
        now = work.step("Subtract", now, f"2*sqrt({under})", "arithmetic")
        value = surd(under)
        if f"sqrt({under})" != value:
            now = work.step("Take the root", now, f"2*{value}", "arithmetic")
        whole = value if slip == "half_chord_not_doubled" else surd(under, 2)
        if whole != now:
            work.step("Double the half chord", now, whole, "the perpendicular from the centre halves the chord")
        return work.done(root_answer(whole, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        r, d, u = p["r"], p["d"], p["unit"]
        head = say.of("a", (f"A chord $AB$ lies at distance ${d}$ {u} from the centre $M$ of a circle with radius ${r}$ {u}.",
                            f"In a circle with centre $M$ and radius ${r}$ {u}, the chord $AB$ is ${d}$ {u} away from $M$.",
                            f"The circle in the figure has radius ${r}$ {u}; its chord $AB$ has distance ${d}$ {u} from the centre.",
                            f"$M$ is the centre of a circle of radius ${r}$ {u} and $MF == {d}$ {u} is the distance of the chord $AB$ from $M$."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('the length of the chord', 'the length of $AB$', 'the chord length $AB$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"(ANSWER/2)**2 + {p['d']}**2 == {p['r']}**2"), Claim("measured", "length(A, B)"),
                Claim("measured", "radius(M)", value=str(p["r"])), Claim("measured", "distance(M, A, B)", value=str(p["d"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        r, d = p["r"], p["d"]
        h = math.sqrt(r * r - d * d)
        points = placed({"M": (0, 0), "A": (-h, -d), "B": (h, -d), "F": (0, -d)}, p["way"])
        return Figure(points, (("A", "B"),), dashed=(("M", "F"), ("M", "B")), circles=(("M", float(r)),),
                      lengths={("M", "F"): f"${d}$", ("M", "B"): f"${r}$"}, marks=(Mark(("M", "F", "B"), square=True),), dots=True,
                      given={"length(M, F)": str(d), "length(M, B)": str(r)})  # fmt: skip


class TangentLength(Template):
    name, field, concepts, grade = "tangent_length", "geometry", ("circle", "tangent"), 3.2
    lengths, slips = (3, 4), ("sum_instead_of_difference", "squares_not_taken", "root_halved")

    def sample(self, rng: random.Random, length: int) -> Params:
        r, t, m = rng.choice(_TRIPLES[:5])
        k = rng.choice((1, 2, 3) if m < 20 else (1,))
        r, t = rng.sample((r, t), 2)
        if r < 0.35 * m:
            raise Refused("degenerate")
        return {"r": r * k, "m": m * k, "long": length == 4, "unit": rng.choice(UNITS), "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, m, work = p["r"], p["m"], Work()
        now = f"sqrt({m}**2 - {r}**2)"
        sign = "+" if slip == "sum_instead_of_difference" else "-"
        a, b = m * m, r * r
        if slip == "squares_not_taken":  # 5² taken for 2·5
            a, b = 2 * m, r * r if p["long"] else 2 * r
        why = "a tangent is perpendicular to the radius at the point of contact"
        if p["long"]:
            now = work.step("Square the distance of the point from the centre", now, f"sqrt({a} {sign} {r}**2)", why)
            now = work.step("Square the radius", now, f"sqrt({a} {sign} {b})", "arithmetic")
        else:
            now = work.step("Square both lengths", now, f"sqrt({a} {sign} {b})", why)
        under = a + b if sign == "+" else a - b
        now = work.step("Subtract", now, f"sqrt({under})", "arithmetic")
        value = num(F(under, 2)) if slip == "root_halved" else surd(under)
        if value != now:
            work.step("Take the square root", now, value, "lengths are positive")
        return work.done(root_answer(value, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        r, m, u = p["r"], p["m"], p["unit"]
        head = say.of("a", (f"From a point $P$ a tangent is drawn to a circle with centre $M$ and radius ${r}$ {u}; it touches at $T$. The distance $MP$ is ${m}$ {u}.",
                            f"The line $PT$ touches the circle around $M$ at $T$. The radius is ${r}$ {u} and $MP == {m}$ {u}.",
                            f"A circle around $M$ has radius ${r}$ {u}. A point $P$ lies ${m}$ {u} from $M$, and $PT$ is a tangent with point of contact $T$.",
                            f"$PT$ is tangent to the circle (centre $M$, radius ${r}$ {u}), and $P$ is ${m}$ {u} away from $M$."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('the length of the tangent $PT$', 'the length $PT$', 'the distance from $P$ to $T$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"ANSWER**2 + {p['r']}**2 == {p['m']}**2"), Claim("measured", "length(P, T)"),
                Claim("measured", "angle(M, T, P)", value="90"), Claim("measured", "radius(M)", value=str(p["r"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        r, m = p["r"], p["m"]
        points = placed({"M": (0, 0), "P": (m, 0), "T": on_circle(r, math.degrees(math.acos(r / m)))}, p["way"])
        return Figure(points, (("P", "T"), ("M", "T"), ("M", "P")), circles=(("M", float(r)),), dots=True,
                      lengths={("M", "T"): f"${r}$", ("M", "P"): f"${m}$"}, marks=(Mark(("M", "T", "P"), square=True),),
                      given={"length(M, T)": str(r), "length(M, P)": str(m)})  # fmt: skip


class InscribedAngle(Template):
    name, field, concepts, grade = "inscribed_angle", "geometry", ("circle", "angles at a circle"), 2.4
    lengths, slips = (2, 3), ("doubled_instead_of_halved", "same_as_central_angle", "subtracted_from_180")

    def sample(self, rng: random.Random, length: int) -> Params:
        central = 2 * rng.randint(25, 70)
        return {"central": central, "at": rng.randint(-20, 20), "base": length == 3, "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        w, work = p["central"], Work()
        why = "an inscribed angle is half the central angle on the same arc"
        if p["base"]:  # the central angle from the base angles of the isosceles triangle MAB
            b = (180 - w) // 2
            now = work.step("Double the base angle", f"(180 - 2*{b})/2", f"(180 - {2 * b})/2",
                            "the radii make triangle MAB isosceles")  # fmt: skip
            now = work.step(
                "Subtract to get the central angle",
                now,
                f"{w}/2" if slip != "subtracted_from_180" else f"{180 - w}/2",
                SUM,
            )
            w = 180 - w if slip == "subtracted_from_180" else w
        else:
            now = f"{w}/2"
            now = work.step("Write the angle as half of the central angle", f"(180 - (180 - {w}))/2",
                            f"{w}/2" if slip != "subtracted_from_180" else f"{180 - w}/2", why)  # fmt: skip
            w = 180 - w if slip == "subtracted_from_180" else w
        value = {"doubled_instead_of_halved": 2 * w, "same_as_central_angle": w}.get(slip or "", F(w, 2))
        work.step("Halve it", now, num(value), why)
        return work.done(number_answer(value, "x", "°"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        head = say.of("a", ("$A$, $B$ and $C$ lie on a circle with centre $M$.", "The points $A$, $B$, $C$ are on the circle around $M$.",
                            "In the figure, $M$ is the centre of the circle through $A$, $B$ and $C$.",
                            "A circle with centre $M$ passes through $A$, $B$ and $C$."))  # fmt: skip
        given = (
            f"The angle $MAB$ is {(180 - p['central']) // 2}°."
            if p["base"]
            else f"The central angle $AMB$ is {p['central']}°."
        )
        return (
            f"{head} {given} {compute(say, say.of('b', ('the angle $x$ at $C$', 'the angle $ACB$, marked $x$', 'the angle $x$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"2*ANSWER == {p['central']}"), Claim("measured", "angle(A, C, B)"),
                Claim("measured", "angle(A, M, B)", value=str(p["central"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        w = p["central"]
        points = placed({"M": (0, 0), "A": on_circle(5, -90 - w / 2), "B": on_circle(5, -90 + w / 2), "C": on_circle(5, 90 + p["at"])},
                        p["way"])  # fmt: skip
        known = Mark(("M", "A", "B"), f"{(180 - w) // 2}°") if p["base"] else Mark(("A", "M", "B"), f"{w}°")
        extra = (("A", "B"),) if p["base"] else ()
        measure = "angle(M, A, B)" if p["base"] else "angle(A, M, B)"
        return Figure(points, (("A", "C"), ("C", "B"), ("M", "A"), ("M", "B"), *extra), circles=(("M", 5.0),), dots=True,
                      marks=(Mark(("A", "C", "B"), "$x$"), known), given={measure: known.label[:-1]})  # fmt: skip


TEMPLATES: tuple[Template, ...] = (TriangleAngles(), Pythagoras(), SimilarTriangles(), CircleChord(), TangentLength(),
                                   InscribedAngle())  # fmt: skip
