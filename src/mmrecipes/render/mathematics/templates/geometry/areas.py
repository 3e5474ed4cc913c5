"""Perimeters and areas: rectangles, rectangles without a corner, trapezia."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer
from mmrecipes.render.mathematics.figure import Figure, Mark
from mmrecipes.render.mathematics.phrases import PEOPLE, UNITS, Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.geometry.plane import outline, placed
from mmrecipes.render.mathematics.work import Work


class Rectangle(Template):
    name, field, concepts, grade = "rectangle", "geometry", ("perimeter and area",), 1.0
    lengths, slips = (2, 3), ("sides_added_once", "area_for_perimeter", "doubled_once_only")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = rng.randint(4, 40)
        return {"a": a, "b": pick(rng, max(2, a // 3), a, a), "price": rng.randint(2, 9) if length == 3 else 0,
                "unit": rng.choice(("m", "cm", "m")), "person": rng.randrange(len(PEOPLE)),
                "way": {"turn": 0, "mirror": False}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, k = p["a"], p["b"], p["price"]
        priced = f"{k}*({{}})" if k else "{}"
        half = a * b if slip == "area_for_perimeter" else a + b
        around = {"sides_added_once": half, "doubled_once_only": half + a}.get(slip or "", 2 * half)
        work = Work(priced.format(f"2*({a} + {b})"))
        work.step("Add length and width", priced.format(f"2*{half}"), "opposite sides of a rectangle are equal")
        work.step("Double the sum", f"{k}*{around}" if k else num(around), "each side occurs twice")
        if not k:
            return work.done(number_answer(around, "", p["unit"]))
        work.step("Multiply by the price of a metre", num(k * around), "cost is number times price")
        return work.done(number_answer(k * around, "", "coins"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, u, who = p["a"], p["b"], p["unit"], PEOPLE[p["person"]]
        if p["price"]:
            return (f"{say('a_price', a=a, b=b, who=who)} {say('q_price', k=p['price'])}",)
        does = (f"walks once around a rectangular plot of ${a}$ {u} by ${b}$ {u}" if u == "m"
                else f"draws a rectangle with sides of ${a}$ {u} and ${b}$ {u}")  # fmt: skip
        return (f"{say('a', a=a, b=b, u=u, who=who, does=does)} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        a, b = p["a"], p["b"]
        return (Claim("holds", f"{a} + {b} + {a} + {b} == ANSWER/{p['price'] or 1}"),
                Claim("measured", "length(A, B)", value=str(a)),
                Claim("measured", "length(B, C)", value=str(b)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, b = p["a"], p["b"]
        points = {"A": (0.0, 0.0), "B": (float(a), 0.0), "C": (float(a), float(b)), "D": (0.0, float(b))}
        return Figure(points, outline("ABCD"), hidden=frozenset("ABCD"),
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
        return {"w": w, "h": h, "a": a, "b": b, "cut": "corner" if length == 3 else "triangle",
                "unit": rng.choice(UNITS[:3]),
                "way": {"turn": rng.choice((0, 90, 180, 270)), "mirror": rng.random() < 0.5}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        w, h, a, b, corner = p["w"], p["h"], p["a"], p["b"], p["cut"] == "corner"
        tail = f"{a}*{b}" if corner else f"{a}*{b}/2"
        big = w + h if slip == "sides_added" else w * h
        why = "area is length times width"
        work = Work(f"{w}*{h} - {tail}")
        work.step("Find the area of the whole rectangle", f"{big} - {tail}", why)
        small = F(a * b)
        if not corner:
            why = "a right triangle is half a rectangle"
            work.step("Multiply the legs of the triangle that is cut off", f"{big} - {a * b}/2", why)
            small = small if slip == "half_forgotten" else small / 2
        sign = "+" if slip == "corner_added" else "-"
        work.step("Find the area of the part that is cut off", f"{big} {sign} {num(small)}", why)
        value = big + small if sign == "+" else big - small
        work.step("Take it away from the rectangle", num(value), "areas of parts add up")
        return work.done(number_answer(value, "", f"{p['unit']}²"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        part = "a rectangle" if p["cut"] == "corner" else "a right triangle"
        return (f"{say('a', part=part, u=p['unit'])} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        w, h, a, b = p["w"], p["h"], p["a"], p["b"]
        rule, corners = f"{w}*({h} - {b}) + ({w} - {a})*{b}", "A, B, C, D, E, F"
        if p["cut"] == "triangle":
            rule, corners = f"{rule} + {a}*{b}/2", "A, B, C, E, F"
        return (Claim("holds", f"{rule} == ANSWER"), Claim("measured", f"area({corners})"),
                Claim("measured", "length(A, B)", value=str(w)),
                Claim("measured", "length(A, F)", value=str(h)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        w, h, a, b = (float(p[k]) for k in "whab")
        corner = {"A": (0.0, 0.0), "B": (w, 0.0), "C": (w, h - b), "D": (w - a, h - b), "E": (w - a, h), "F": (0.0, h)}
        if p["cut"] == "triangle":
            del corner["D"]
        names = "".join(corner)
        points = placed({**corner, "G": (w, h)}, p["way"])
        if p["cut"] == "corner":
            cut, dashed = {("D", "E"): p["b"], ("C", "D"): p["a"]}, ()
        else:
            cut = {("E", "G"): p["a"], ("C", "G"): p["b"]}
            dashed = tuple(cut)
        labels = {("A", "B"): p["w"], ("A", "F"): p["h"], **cut}
        given = {"length(A, B)": "w", "length(A, F)": "h", "length(E, G)": "a", "length(C, G)": "b"}
        return Figure(points, outline(names), dashed=dashed, lengths={k: f"${v}$" for k, v in labels.items()},
                      hidden=frozenset("ABCDEFG"), given={k: str(p[v]) for k, v in given.items()},
                      shaded=(tuple(points[n] for n in names),))  # fmt: skip


class Trapezoid(Template):
    name, field, concepts, grade = "trapezoid", "geometry", ("area",), 1.8
    lengths, slips = (3, 4), ("half_forgotten", "sides_multiplied", "only_one_side")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, h = rng.randint(8, 40), rng.randint(3, 20)
        c = rng.randint(a // 3, a - 2)
        if (a + c) * h % 2 or not 0.2 * a < h < 1.2 * a:
            raise Refused("not_whole")
        return {"a": a, "c": c, "h": h, "shift": rng.randint(0, a - c), "long": length == 4,
                "unit": rng.choice(UNITS[:3]),
                "way": {"turn": rng.choice((0, 0, 180)), "mirror": rng.random() < 0.5}}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, c, h = p["a"], p["c"], p["h"]
        half = "" if slip == "half_forgotten" else "/2"
        both = {"sides_multiplied": a * c, "only_one_side": a}.get(slip or "", a + c)
        if p["long"]:
            work = Work(f"({a}*{h})/2 + ({c}*{h})/2")
            work.step("Write height times half the sum of the parallel sides", f"({a} + {c})*{h}{half}",
                      "the area of a trapezium is half the sum of its parallel sides times its height")  # fmt: skip
        else:
            work = Work(f"({a} + {c})*{h}/2")
        work.step("Add the parallel sides", f"{both}*{h}{half}")
        work.step("Multiply by the height", f"{num(both * h)}{half}" if half else f"{num(both * h)} + 0")
        value = F(both * h, 2) if half else F(both * h)
        work.step("Halve the product", num(value))
        return work.done(number_answer(value, "", f"{p['unit']}²"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('a', a=p['a'], c=p['c'], h=p['h'], u=p['unit'])} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"2*ANSWER == {p['a']}*{p['h']} + {p['c']}*{p['h']}"),
                Claim("measured", "area(A, B, C, D)"), Claim("measured", "distance(D, A, B)", value=str(p["h"])),
                Claim("measured", "length(C, D)", value=str(p["c"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        a, c, h, s = (float(p[k]) for k in ("a", "c", "h", "shift"))
        foot, head = "H_9", "K_9"
        points = {"A": (0, 0), "B": (a, 0), "C": (s + c, h), "D": (s, h), foot: (s + c / 2, 0), head: (s + c / 2, h)}
        labels = {("A", "B"): p["a"], ("C", "D"): p["c"], (foot, head): p["h"]}
        return Figure(placed(points, p["way"]), outline("ABCD"), dashed=((foot, head),), hidden=frozenset((foot, head)),
                      lengths={k: f"${v}$" for k, v in labels.items()}, marks=(Mark(("B", foot, head), square=True),),
                      given={f"length({m}, {n})": str(v) for (m, n), v in labels.items()})  # fmt: skip
