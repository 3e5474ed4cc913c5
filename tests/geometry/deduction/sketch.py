"""Figures made of the numeric models of theorems: everything drawn, premises stated, one of them left out if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from mmrecipes.geometry.deduction.language import SEEN, Equation, Pattern, Relation, Term
from mmrecipes.geometry.deduction.theorems import Theorem
from mmrecipes.geometry.facts import Fact, Origin, fact
from mmrecipes.geometry.figure import Circle, Figure
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import Pt
from mmrecipes_tests.geometry.deduction import numeric

DRAWN = ("triangle", "quad", "segment", "angle", "between")
"""Seen premises that vanish when a line is not drawn."""


@dataclass(frozen=True)
class Sketch(Figure):
    """A figure whose coordinates are floats: facts hold within rounding, by the numeric tests."""

    def holds(self, statement: Fact) -> bool:
        at = {n: complex(*p.floats) for n, p in self.points.items()}
        at |= {f"{o}r": complex(float(c.squared_radius) ** 0.5) for o, c in self.circles.items()}
        kind, args = statement.kind, statement.args
        if statement.value is None:
            if kind in ("len_eq", "ang_eq"):
                half = len(args) // 2
                return abs(size(kind[:3], args[:half], at) - size(kind[:3], args[half:], at)) < 1e-8
            return max(map(abs, numeric.misses(Relation(kind, args), at)), default=0.0) < 1e-8
        value = float(statement.value)
        if kind.endswith("_ratio"):
            half = len(args) // 2
            first, second = size(kind[:-6], args[:half], at), size(kind[:-6], args[half:], at)
            return abs(first / second - value) < 1e-8 * (1 + value)
        if kind == "ang_sum":
            return abs(size("ang", args[:3], at) + size("ang", args[3:], at) - value) < 1e-7
        return abs(size(kind, args, at) - value) < 1e-8 * (1 + abs(value))


def size(kind: str, args: tuple[str, ...], at: Mapping[str, complex]) -> float:
    return numeric.magnitude(kind, [at[a] for a in args], abs(at.get(args[0] + "r", 0)))


def upper(place: Mapping[str, complex]) -> dict[str, complex]:
    """Points of line variables get capital names."""
    return {n.upper() if n[0].islower() else n: z for n, z in place.items()}


def exact(value: float) -> Surd:
    near = Fraction(value).limit_denominator(60)
    return Surd(near if abs(near - value) < 1e-11 else Fraction(value))


def names(pattern: Relation) -> tuple[str, ...]:
    if pattern.kind in ("para", "perp") and len(pattern.args) == 2:
        return tuple(f"{line.upper()}{i}" for line in pattern.args for i in (0, 1))
    return pattern.args


def stated(pattern: Pattern, at: Mapping[str, complex]) -> list[Fact]:
    """The facts that state a premise."""
    if isinstance(pattern, Relation):
        return [] if pattern.kind in SEEN and pattern.kind != "on_circle" else [fact(pattern.kind, *names(pattern))]
    terms = pattern.terms
    first = terms[0]
    if len(terms) == 1:
        return [valued(first, at)]
    if len(terms) == 2 and pattern.text.replace(" ", "").count("=180") == 0:
        return [related(terms[0], terms[1], at)]
    if len(terms) == 2:
        return [fact("ang_sum", *terms[0].args, *terms[1].args, value=180)]
    if len(terms) == 4:
        ratio = size("len", terms[0].args, at) / size("len", terms[1].args, at)
        return [fact("len_ratio", *terms[i].args, *terms[i + 1].args, value=exact(ratio)) for i in (0, 2)]
    return [valued(term, at) for term in terms]


def related(first: Term, second: Term, at: Mapping[str, complex]) -> Fact:
    ratio = exact(size(first.kind, first.args, at) / size(second.kind, second.args, at))
    if ratio == 1:
        return fact(f"{first.kind}_eq", *first.args, *second.args)
    return fact(f"{first.kind}_ratio", *first.args, *second.args, value=ratio)


def valued(term: Term, at: Mapping[str, complex]) -> Fact:
    """The value of a magnitude; of a sine, cosine or tangent of a special angle that of the angle."""
    if term.kind in ("sin", "cos", "tan", "degrees"):
        degrees = exact(size("ang", term.args, at))
        if degrees.is_rational and degrees.den == 1:
            return fact("ang", *term.args, value=degrees)
    value = exact(size(term.kind, term.args, at))
    if term.kind == "len" and value.den > 60 and (root := sqrt(exact(float(value) ** 2))) is not None:
        value = root if exact(float(value) ** 2).den <= 60 else value
    return fact(term.kind, *term.args, value=value)


def lines(at: Mapping[str, complex]) -> list[tuple[str, ...]]:
    """All lines through two of the points, each with its points in order."""
    found: set[tuple[str, ...]] = set()
    for a, b in combinations(at, 2):
        on = [c for c in at if c in (a, b) or abs(numeric.cross(at[b] - at[a], at[c] - at[a])) < 1e-9]
        found.add(tuple(sorted(on, key=lambda c: ((at[c] - at[a]) / (at[b] - at[a])).real)))
    return list({frozenset(line): line for line in found}.values())


def sketch(theorem: Theorem, place: Mapping[str, complex], also: list[Fact], without: Pattern | None = None) -> Sketch:
    """The premises of a theorem as a figure, with other facts stated `also`, and one premise left out."""
    at = upper(place)
    spots = {n: z for n, z in at.items() if not n.endswith("R")}
    kept = [p for p in theorem.given if p is not without]
    facts = [f for p in kept for f in stated(p, place | at)] + also
    drawn = lines(spots)
    if isinstance(without, Relation) and without.kind in DRAWN:
        drawn = [line for line in drawn if not set(without.args[:2]) <= set(line)]
    rings = {}
    for o in numeric.circles(theorem):
        on = [
            p.args[0]
            for p in kept
            if isinstance(p, Relation) and p.kind in ("on_circle", "tangent") and p.args[-1] == o
        ]
        on += [a for p in kept if isinstance(p, Relation) and p.kind == "diameter" for a in p.args[:2]]
        radius = abs(at[f"{o}R"] if f"{o}R" in at else place[f"{o}r"])
        rings[o] = Circle(o, exact(radius**2), tuple(dict.fromkeys(on)))
    points = {n: Pt(Surd(Fraction(z.real)), Surd(Fraction(z.imag))) for n, z in spots.items()}
    return Sketch(points, tuple(drawn), rings, {f: Origin("given", 0) for f in facts})


def free_term(equation: Equation) -> int:
    """The term to be concluded: the first that occurs once and to the first power, or the first of all."""
    for i, term in enumerate(equation.terms):
        exponents = [e for _, powers in equation.monomials for k, e in powers if k == i]
        if len(exponents) == 1 and abs(exponents[0]) == 1 and (i == 0 or term.kind in ("len", "ang", "area")):
            return i
    return 0
