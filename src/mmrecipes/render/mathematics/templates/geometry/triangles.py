"""Triangles: angles, the Pythagorean theorem, similarity."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer, par, root_answer, surd
from mmrecipes.render.mathematics.figure import Figure, Mark
from mmrecipes.render.mathematics.phrases import UNITS, Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.geometry.plane import (
    ANGLE_SUM,
    LETTERS,
    TRIPLES,
    orientation,
    outline,
    placed,
    square,
    triangle,
    triangle_from_angles,
)
from mmrecipes.render.mathematics.work import BOTH_SIDES, Work

_END = "N_9"
"""Name of the hidden end of a side that goes on."""


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
        a, b = p["a"], p["b"]
        whole = 360 if slip == "sum_of_360" else 180
        if p["kind"] == "plain":
            known = a if slip == "one_angle_forgotten" else a + b
            third = whole + known if slip == "added_instead_of_subtracted" else whole - known
            work = Work(f"x + {a} + {b} == 180")
            work.step("Add the two known angles", f"x + {known} == {whole}", ANGLE_SUM)
            work.step(f"Subtract ${known}$ from both sides", f"x == {third}", BOTH_SIDES)
            return work.done(number_answer(third, "x", "°"))
        slipped = {"one_angle_forgotten": 180 - a, "added_instead_of_subtracted": 180 - a + b}
        inner = slipped.get(slip or "", whole - a - b)
        work = Work(f"180 - (180 - {a} - {b})")
        work.step("Subtract the first angle from 180 within the bracket", f"180 - ({whole - a} - {b})", ANGLE_SUM)
        work.step("The third angle of the triangle is what is left", f"180 - {inner}", ANGLE_SUM)
        work.step("Subtract it from a straight angle", num(180 - inner), "a straight angle has 180°")
        return work.done(number_answer(180 - inner, "x", "°"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c = p["letters"]
        head = say(f"a_{p['kind']}", abc=p["letters"], a=a, b=b, c=c, one=p["a"], two=p["b"])
        return (f"{head} {compute(say, say('b_' + p['kind'], c=c))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, c = p["letters"]
        measured, x = f"angle({a}, {c}, {b})", "ANSWER"
        if p["kind"] == "exterior":
            measured, x = f"angle({b}, {c}, {_END})", "(180 - ANSWER)"
        return (Claim("holds", f"{x} + {p['a']} + {p['b']} == 180"), Claim("measured", measured),
                Claim("measured", f"angle({b}, {a}, {c})", value=str(p["a"])),
                Claim("measured", f"angle({a}, {b}, {c})", value=str(p["b"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, b, c = p["letters"]
        points = dict(zip(p["letters"], triangle_from_angles(p["a"], p["b"]), strict=True))
        segments = outline(p["letters"])
        marks = [Mark((b, a, c), f"{p['a']}°"), Mark((a, b, c), f"{p['b']}°")]
        if p["kind"] == "plain":
            marks.append(Mark((a, c, b), "$x$"))
        else:
            (x0, y0), (x1, y1) = points[a], points[c]
            points[_END] = (x1 + 0.55 * (x1 - x0), y1 + 0.55 * (y1 - y0))
            segments = (*segments, (c, _END))
            marks.append(Mark((b, c, _END), "$x$"))
        return Figure(placed(points, p["way"]), segments, marks=tuple(marks), hidden=frozenset({_END} & set(points)),
                      given={f"angle({b}, {a}, {c})": str(p["a"]), f"angle({a}, {b}, {c})": str(p["b"])})  # fmt: skip


class Pythagoras(Template):
    name, field, concepts, grade = "pythagoras", "geometry", ("Pythagorean theorem",), 2.2
    lengths, slips = (3, 4), ("squares_not_taken", "sum_and_difference_swapped", "root_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, b, c = rng.choice(TRIPLES)
        k = rng.choice([k for k in (1, 2, 3, 4, 5) if c * k <= 80])
        a, b = rng.sample((a, b), 2)
        want = "leg" if length == 4 else "hypotenuse"
        return {"a": a * k, "b": b * k, "c": c * k, "want": want, "unit": rng.choice(UNITS),
                "letters": rng.choice(LETTERS), "way": orientation(rng)}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        leg = p["want"] == "leg"
        first, second = (p["c"], p["a"]) if leg else (p["a"], p["b"])
        squares = first**2, second**2
        if slip == "squares_not_taken":  # 5² taken for 2·5
            squares = 2 * first, second**2 if leg else 2 * second
        minus = leg != (slip == "sum_and_difference_swapped")
        work = Work(f"sqrt({first}**2 {'-' if leg else '+'} {second}**2)")
        texts = ("Square the hypotenuse", "Square the known leg") if leg else ("Square both legs",)
        square(work, "sqrt({} - {})" if minus else "sqrt({} + {})", squares, f"{second}", texts)
        under = squares[0] - squares[1] if minus else sum(squares)
        if under <= 0:
            raise Refused("degenerate")
        work.step(f"{'Subtract' if leg else 'Add'} the squares", f"sqrt({under})")
        value = num(F(under, 2)) if slip == "root_forgotten" else surd(under)
        if value != work.now:
            work.step("Take the square root", value, "lengths are positive")
        return work.done(root_answer(value, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c = p["letters"]
        sides = {f"{a}{c}": p["b"], f"{b}{c}": p["a"], f"{a}{b}": p["c"]}
        wanted = f"{a}{c}" if p["want"] == "leg" else f"{a}{b}"
        (one, size), (two, other) = (s for s in sides.items() if s[0] != wanted)
        head = say("a", abc=p["letters"], c=c, one=one, size=size, two=two, other=other, u=p["unit"])
        what = say("b", w=wanted)
        return (f"{head} {say('q_how', w=what) if what.startswith('how') else compute(say, what)}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b, c = p["letters"]
        if p["want"] == "leg":
            rule, wanted = f"ANSWER**2 + {p['a']}**2 == {p['c']}**2", f"length({a}, {c})"
        else:
            rule, wanted = f"{p['a']}**2 + {p['b']}**2 == ANSWER**2", f"length({a}, {b})"
        return (Claim("holds", rule), Claim("measured", wanted), Claim("measured", f"angle({a}, {c}, {b})", value="90"))

    def figure(self, p: Params) -> Figure:
        a, b, c = p["letters"]
        points = {c: (0.0, 0.0), a: (float(p["b"]), 0.0), b: (0.0, float(p["a"]))}
        labels = {(b, c): p["a"], (a, c): p["b"], (a, b): p["c"]}
        labels.pop((a, c) if p["want"] == "leg" else (a, b))
        return Figure(placed(points, p["way"]), outline(p["letters"]), lengths={k: f"${v}$" for k, v in labels.items()},
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
        factor = {"wrong_side_paired": F(big, a), "ratio_turned_round": 1 / k}.get(slip or "", k)
        work = Work(f"x/{a} == {big}/{c}")
        if p["long"]:
            work.step("Reduce the known ratio", f"x/{a} == {num(factor)}")
            if num(factor) == f"{big}/{c}":
                raise Refused("other_length")
        x, product = a * factor, f"{a}*{par(factor)}"
        if slip == "difference_instead_of_ratio":
            x, product = F(a + big - c), f"{a} + {big - c}"
        work.step(f"Multiply both sides by ${a}$", f"x == {product}", BOTH_SIDES)
        work.step("Simplify", f"x == {num(x)}")
        return work.done(number_answer(x, "x", p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('a')} {say('m', u=p['unit'])} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, _, c = p["small"]
        return (Claim("holds", f"ANSWER*{c} == {a}*{int(c * F(*p['k']))}"), Claim("measured", "length(E, F)"),
                Claim("measured", "length(B, C)", value=str(a)),
                Claim("measured", "length(A, B)", value=str(c)))  # fmt: skip

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
        return Figure(points, outline("ABC") + outline("DEF"), lengths=labels, given=given)
