"""Circles: chords, tangents, angles on an arc."""

from __future__ import annotations

import math
import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer, root_answer, surd
from mmrecipes.render.mathematics.figure import Figure, Mark
from mmrecipes.render.mathematics.phrases import UNITS, Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.geometry.plane import (
    ANGLE_SUM,
    TRIPLES,
    on_circle,
    orientation,
    placed,
    square,
)
from mmrecipes.render.mathematics.work import Work


class CircleChord(Template):
    name, field, concepts, grade = "circle_chord", "geometry", ("circle", "Pythagorean theorem"), 3.2
    lengths, slips = (4, 5), ("half_chord_not_doubled", "sum_instead_of_difference", "diameter_for_radius")

    def sample(self, rng: random.Random, length: int) -> Params:
        d, h, r = rng.choice(TRIPLES[:5])
        k = rng.choice((1, 2, 3) if r < 20 else (1, 2))
        d, h = rng.sample((d, h), 2)
        if d < 0.25 * r or d > 0.9 * r:
            raise Refused("degenerate")
        return {"r": r * k, "d": d * k, "long": length == 5, "unit": rng.choice(UNITS), "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, d, work = p["r"], p["d"], Work(f"2*sqrt({p['r']}**2 - {p['d']}**2)")
        plus = slip == "sum_instead_of_difference"
        squares = (2 * r) ** 2 if slip == "diameter_for_radius" else r * r, d * d
        texts = ("Square the radius", "Square the distance") if p["long"] else ("Square radius and distance",)
        square(work, "2*sqrt({} + {})" if plus else "2*sqrt({} - {})", squares, f"{d}", texts,
               "half chord, distance and radius form a right triangle")  # fmt: skip
        under = sum(squares) if plus else squares[0] - squares[1]
        work.step("Subtract", f"2*sqrt({under})")
        half = surd(under)
        if half != f"sqrt({under})":
            work.step("Take the root", f"2*{half}")
        whole = half if slip == "half_chord_not_doubled" else surd(under, 2)
        if whole != work.now:
            work.step("Double the half chord", whole, "the perpendicular from the centre halves the chord")
        return work.done(root_answer(whole, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('a', r=p['r'], d=p['d'], u=p['unit'])} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        r, d = p["r"], p["d"]
        return (Claim("holds", f"(ANSWER/2)**2 + {d}**2 == {r}**2"), Claim("measured", "length(A, B)"),
                Claim("measured", "radius(M)", value=str(r)),
                Claim("measured", "distance(M, A, B)", value=str(d)))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        r, d = p["r"], p["d"]
        h = math.sqrt(r * r - d * d)
        points = placed({"M": (0, 0), "A": (-h, -d), "B": (h, -d), "F": (0, -d)}, p["way"])
        return Figure(points, (("A", "B"),), dashed=(("M", "F"), ("M", "B")), circles=(("M", float(r)),), dots=True,
                      lengths={("M", "F"): f"${d}$", ("M", "B"): f"${r}$"}, marks=(Mark(("M", "F", "B"), square=True),),
                      given={"length(M, F)": str(d), "length(M, B)": str(r)})  # fmt: skip


class TangentLength(Template):
    name, field, concepts, grade = "tangent_length", "geometry", ("circle", "tangent"), 3.2
    lengths, slips = (3, 4), ("sum_instead_of_difference", "squares_not_taken", "root_halved")

    def sample(self, rng: random.Random, length: int) -> Params:
        r, t, m = rng.choice(TRIPLES[:5])
        k = rng.choice((1, 2, 3) if m < 20 else (1,))
        r, t = rng.sample((r, t), 2)
        if r < 0.35 * m:
            raise Refused("degenerate")
        return {"r": r * k, "m": m * k, "long": length == 4, "unit": rng.choice(UNITS), "way": orientation(rng)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, m, work = p["r"], p["m"], Work(f"sqrt({p['m']}**2 - {p['r']}**2)")
        plus = slip == "sum_instead_of_difference"
        squares = m * m, r * r
        if slip == "squares_not_taken":  # 5² taken for 2·5
            squares = 2 * m, r * r if p["long"] else 2 * r
        texts = (("Square the distance of the point from the centre", "Square the radius") if p["long"]
                 else ("Square both lengths",))  # fmt: skip
        square(work, "sqrt({} + {})" if plus else "sqrt({} - {})", squares, f"{r}", texts,
               "a tangent is perpendicular to the radius at the point of contact")  # fmt: skip
        under = sum(squares) if plus else squares[0] - squares[1]
        work.step("Subtract", f"sqrt({under})")
        value = num(F(under, 2)) if slip == "root_halved" else surd(under)
        if value != work.now:
            work.step("Take the square root", value, "lengths are positive")
        return work.done(root_answer(value, p["unit"]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (f"{say('a', r=p['r'], m=p['m'], u=p['unit'])} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"ANSWER**2 + {p['r']}**2 == {p['m']}**2"), Claim("measured", "length(P, T)"),
                Claim("measured", "angle(M, T, P)", value="90"),
                Claim("measured", "radius(M)", value=str(p["r"])))  # fmt: skip

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
        central, why = p["central"], "an inscribed angle is half the central angle on the same arc"
        w = 180 - central if slip == "subtracted_from_180" else central
        if p["base"]:  # the central angle from the base angles of the isosceles triangle MAB
            b = (180 - central) // 2
            work = Work(f"(180 - 2*{b})/2")
            work.step("Double the base angle", f"(180 - {2 * b})/2", "the radii make triangle MAB isosceles")
            work.step("Subtract to get the central angle", f"{w}/2", ANGLE_SUM)
        else:
            work = Work(f"(180 - (180 - {central}))/2")
            work.step("Write the angle as half of the central angle", f"{w}/2", why)
        value = {"doubled_instead_of_halved": 2 * w, "same_as_central_angle": w}.get(slip or "", F(w, 2))
        work.step("Halve it", num(value), why)
        return work.done(number_answer(value, "x", "°"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        base = f"The angle $MAB$ is {(180 - p['central']) // 2}°."
        given = base if p["base"] else f"The central angle $AMB$ is {p['central']}°."
        return (f"{say('a')} {given} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"2*ANSWER == {p['central']}"), Claim("measured", "angle(A, C, B)"),
                Claim("measured", "angle(A, M, B)", value=str(p["central"])))  # fmt: skip

    def figure(self, p: Params) -> Figure:
        w, at = p["central"], {"A": -90 - p["central"] / 2, "B": -90 + p["central"] / 2, "C": 90 + p["at"]}
        points = placed({"M": (0, 0), **{n: on_circle(5, v) for n, v in at.items()}}, p["way"])
        segments = (("A", "C"), ("C", "B"), ("M", "A"), ("M", "B"))
        if p["base"]:
            segments = (*segments, ("A", "B"))
            known, measure = Mark(("M", "A", "B"), f"{(180 - w) // 2}°"), "angle(M, A, B)"
        else:
            known, measure = Mark(("A", "M", "B"), f"{w}°"), "angle(A, M, B)"
        return Figure(points, segments, circles=(("M", 5.0),), dots=True, marks=(Mark(("A", "C", "B"), "$x$"), known),
                      given={measure: known.label[:-1]})  # fmt: skip
