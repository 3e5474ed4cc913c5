"""Numbers for the patterns of the theorem table, without the engine: how far coordinates are from satisfying a pattern,
and coordinates that satisfy all premises of a theorem. Written from the definitions, in floats and numpy only.

Run as a program it solves for the theorems that `models.json` lacks and writes it anew.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np

from mmrecipes.geometry.deduction.language import Equation, Pattern, Relation, parse_pattern
from mmrecipes.geometry.deduction.theorems import Theorem, theorems

Points = Mapping[str, complex]
"""Point variables by letter; a line variable `l` is the pair of points `l0`, `l1`; `Or` is the radius about O."""


def letters(theorem: Theorem) -> list[str]:
    found: list[str] = []
    for name in sorted(theorem.variables):
        found += [name] if name.isupper() else [name + "0", name + "1"]
    return found


def angle(a: complex, v: complex, b: complex) -> float:
    turn = (b - v) * (a - v).conjugate()
    return abs(math.degrees(math.atan2(turn.imag, turn.real)))


def area(ps: list[complex]) -> float:
    return abs(sum((p.conjugate() * q).imag for p, q in zip(ps, ps[1:] + ps[:1], strict=True))) / 2


def magnitude(kind: str, ps: list[complex], radius: float) -> float:
    ring = list(zip(ps, ps[1:] + ps[:1], strict=True))
    match kind:
        case "len":
            return abs(ps[0] - ps[1])
        case "ang" | "degrees":
            return angle(*ps)
        case "cos" | "sin" | "tan":
            return getattr(math, kind)(math.radians(angle(*ps)))
        case "area":
            return area(ps)
        case "perimeter":
            return sum(abs(p - q) for p, q in ring)
    return {"radius": radius, "circumference": 2 * radius, "disc_area": radius * radius}[kind]


def sides(equation: Equation, at: Points) -> tuple[float, float]:
    """Both sides of an equation, read from its text by Python's own grammar."""

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() as v):
                return v
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
                return math.sqrt(value(inner))
            case ast.Call(func=ast.Name(id=kind), args=args):
                names = [a.id for a in args if isinstance(a, ast.Name)]
                return magnitude(kind, [at[n] for n in names], abs(at.get(names[0] + "r", 0)))
            case ast.BinOp(left=x, op=op, right=y):
                a, b = value(x), value(y)
                table = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.Pow: a**b if b < 9 else 0}
                return a / b if isinstance(op, ast.Div) else table[type(op)]
        raise AssertionError(ast.unparse(node))

    left, right = (value(ast.parse(s.strip().replace("^", "**"), mode="eval").body) for s in equation.text.split("="))
    return left, right


def cross(u: complex, v: complex) -> float:
    return (u.conjugate() * v).imag / (abs(u) * abs(v) + 1e-12)


def dot(u: complex, v: complex) -> float:
    return (u.conjugate() * v).real / (abs(u) * abs(v) + 1e-12)


def lines(args: tuple[str, ...], at: Points) -> tuple[complex, complex]:
    ends = [f"{a}{i}" for a in args for i in (0, 1)] if len(args) == 2 else list(args)
    a, b, c, d = (at[n] for n in ends)
    return b - a, d - c


def same_shape(ps: list[complex], scale: bool) -> list[float]:
    first = [abs(ps[i] - ps[(i + 1) % 3]) for i in range(3)]
    second = [abs(ps[3 + i] - ps[3 + (i + 1) % 3]) for i in range(3)]
    if scale:
        first, second = [s / sum(first) for s in first], [s / sum(second) for s in second]
    return [x - y for x, y in zip(first, second, strict=True)]


def misses(pattern: Pattern, at: Points) -> list[float]:
    """How far a pattern is from being true: zeros if it is, but for what `seen_wrong` decides."""
    if isinstance(pattern, Equation):
        left, right = sides(pattern, at)
        return [(left - right) / (1 + abs(right))]
    kind, args = pattern.kind, pattern.args
    if kind in ("para", "perp"):
        u, v = lines(args, at)
        return [cross(u, v) if kind == "para" else dot(u, v)]
    p = [at[a] for a in args]
    gap = lambda i, j: abs(p[i] - p[j])  # noqa: E731
    match kind:
        case "between":
            return [cross(p[1] - p[0], p[2] - p[0])]
        case "mid":
            d = p[0] * 2 - p[1] - p[2]
            return [d.real, d.imag]
        case "foot":
            return [cross(p[0] - p[2], p[3] - p[2]), dot(p[1] - p[0], p[3] - p[2])]
        case "reflect":
            return [cross((p[0] + p[1]) / 2 - p[2], p[3] - p[2]), dot(p[1] - p[0], p[3] - p[2])]
        case "on_circle" | "cocircular":
            return [gap(0, 1) - abs(at[args[1] + "r"])] if kind == "on_circle" else []
        case "diameter":
            d = p[2] * 2 - p[0] - p[1]
            return [d.real, d.imag, gap(0, 2) - abs(at[args[2] + "r"])]
        case "tangent":
            return [dot(p[1] - p[0], p[2] - p[0]), gap(0, 2) - abs(at[args[2] + "r"])]
        case "bisects":
            return [(angle(p[1], p[2], p[0]) - angle(p[0], p[2], p[3])) / 30]
        case "concyclic":
            return [cross((p[0] - p[2]) * (p[1] - p[3]), (p[0] - p[3]) * (p[1] - p[2]))]
        case "circumcentre":
            return [gap(0, 1) - gap(0, 2), gap(0, 1) - gap(0, 3)]
        case "incentre":
            return [(angle(p[b], p[a], p[0]) - angle(p[0], p[a], p[c])) / 30 for a, b, c in ((1, 2, 3), (2, 3, 1))]
        case "centroid":
            d = p[0] * 3 - p[1] - p[2] - p[3]
            return [d.real, d.imag]
        case "orthocentre":
            return [dot(p[0] - p[1], p[2] - p[3]), dot(p[0] - p[2], p[3] - p[1])]
        case "congruent" | "similar":
            return same_shape(p, kind == "similar")
        case "isosceles":
            return [gap(0, 1) - gap(0, 2)]
        case "equilateral":
            return [gap(0, 1) - gap(1, 2), gap(1, 2) - gap(2, 0)]
    return _polygon(kind, p)


def _polygon(kind: str, p: list[complex]) -> list[float]:
    n = len(p)
    edges = [p[(i + 1) % n] - p[i] for i in range(n)]
    closed = p[0] + p[2] - p[1] - p[3] if n == 4 else 0j
    whole, equal = [closed.real, closed.imag], [abs(edges[0]) - abs(e) for e in edges[1:]]
    match kind:
        case "parallelogram":
            return whole
        case "rectangle":
            return [*whole, dot(edges[0], edges[1])]
        case "rhombus":
            return [*whole, *equal]
        case "square":
            return [*whole, *equal, dot(edges[0], edges[1])]
        case "trapezoid":
            return [cross(edges[0], edges[2])]
        case "isosceles_trapezoid":
            return [cross(edges[0], edges[2]), dot(p[0] + p[1] - p[2] - p[3], edges[0])]
        case "right_trapezoid":
            return [cross(edges[0], edges[2]), dot(edges[3], edges[0])]
        case "kite":
            return [abs(edges[0]) - abs(edges[3]), abs(edges[1]) - abs(edges[2])]
        case "regular":
            return [*equal, *(abs(p[i] - p[(i + 2) % n]) - abs(p[0] - p[2]) for i in range(1, n))]
    return []


def left_of(p: complex, a: complex, b: complex) -> float:
    return cross(b - a, p - a)


def convex(p: list[complex]) -> bool:
    n = len(p)
    turns = [left_of(p[(i + 2) % n], p[i], p[(i + 1) % n]) for i in range(n)]
    return min(turns) > 0.15 or max(turns) < -0.15


def looks_right(pattern: Pattern, at: Points) -> bool:
    """The part of a premise that is an inequality: order, sides, no degenerate angle."""
    if isinstance(pattern, Equation):
        return True
    kind = pattern.kind
    if kind in ("para", "perp"):
        return not set(pattern.args) & set("lmn") or True
    p = [at[a] for a in pattern.args]
    match kind:
        case "triangle" | "isosceles" | "equilateral":
            return convex(p)
        case "concyclic":
            return all(abs(left_of(*three)) > 0.1 for three in combinations(p, 3))
        case "similar" | "congruent":
            return convex(p[:3]) and convex(p[3:])
        case "circumcentre" | "incentre" | "centroid" | "orthocentre":
            return convex(p[1:])
        case "between" | "mid":
            return dot(p[1] - p[0], p[2] - p[0]) < -0.9
        case "same_side":
            return left_of(p[0], p[2], p[3]) * left_of(p[1], p[2], p[3]) > 0.01
        case "opposite":
            return left_of(p[0], p[2], p[3]) * left_of(p[1], p[2], p[3]) < -0.01
        case "inside" | "bisects":
            whole = left_of(p[3], p[2], p[1])
            return whole * left_of(p[0], p[2], p[1]) > 0.02 and whole * left_of(p[0], p[2], p[3]) < -0.02
        case "around":
            o, a, b, c = p
            turns = [left_of(b, o, a), left_of(c, o, b), left_of(a, o, c)]
            return min(turns) > 0.1 or max(turns) < -0.1
        case "angle":
            return abs(left_of(p[0], p[1], p[2])) > 0.15
        case "transversal":
            return abs(left_of(p[0], p[1], p[2])) > 0.2 and abs(left_of(p[3], p[1], p[2])) > 0.2
    if kind in ("trapezoid", "isosceles_trapezoid", "right_trapezoid"):
        return convex(p) and abs(cross(p[2] - p[1], p[0] - p[3])) > 0.1
    return convex(p) if kind == "quad" or (len(p) >= 4 and kind in _CONVEX) else True


_CONVEX = {"parallelogram", "rectangle", "rhombus", "square", "trapezoid", "isosceles_trapezoid", "right_trapezoid",
           "kite", "regular"}  # fmt: skip


EXTRA = {
    "pythagoras": ["len(A,C) = 3", "len(B,C) = 4"],
    "pythagoras_converse": ["len(A,C) = 3", "len(B,C) = 4"],
    "sine_and_cosine": ["len(A,C) = 3", "len(B,C) = 4"],
    "heron": ["len(A,B) = 13", "len(B,C) = 14", "len(C,A) = 15"],
    "median_length": ["len(A,B) = 6", "len(A,C) = 8", "len(B,C) = 10"],
    "parallelogram_law": ["len(A,B) = 3", "len(B,C) = 4", "len(A,C) = 5"],
    "chord_and_distance": ["len(O,M) = 3", "len(A,M) = 4"],
    "law_of_cosines": ["len(A,B) = 8", "len(A,C) = 3", "ang(B,A,C) = 60"],
    "law_of_sines": ["ang(B,A,C) = 30", "ang(A,B,C) = 45"],
    "circumradius": ["ang(A,C,B) = 45"],
    "area_from_two_sides_and_angle": ["ang(B,A,C) = 30"],
    "area_of_parallelogram_from_angle": ["ang(A,B,C) = 60"],
}
"""What makes roots and trigonometric values exact in the models of these theorems."""


def needs(theorem: Theorem) -> list[Pattern]:
    """The premises, with what a transversal implies, that the rays are drawn parallel, and `EXTRA`."""
    extra = [Relation("para", p.args) for p in theorem.given if isinstance(p, Relation) and p.kind == "transversal"]
    return [*theorem.given, *extra, *(parse_pattern(text) for text in EXTRA.get(theorem.name, ()))]


def solve(theorem: Theorem, seed: int = 0, tries: int = 2000) -> dict[str, complex] | None:
    """Coordinates that satisfy all premises, found by Gauss-Newton from random starts."""
    rng = np.random.default_rng(seed)
    patterns = needs(theorem)
    names = letters(theorem) + sorted(f"{o}r" for o in circles(theorem))
    column = {n: i for i, n in enumerate(names)}

    def at(x: np.ndarray) -> dict[str, complex]:
        return {n: complex(x[2 * i], x[2 * i + 1] if not n.endswith("r") else 0) for n, i in column.items()}

    def miss(x: np.ndarray) -> np.ndarray:
        place = at(x)
        return np.array([m for p in patterns for m in misses(p, place)])

    for _ in range(tries):
        x = rng.normal(0, 4, 2 * len(names))
        for p in patterns:
            if isinstance(p, Relation) and p.kind in ("regular", "quad", "square"):
                for k, n in enumerate(p.args):
                    z = 5 * np.exp(2j * np.pi * k / len(p.args)) * (1 if p.kind != "quad" else rng.uniform(0.7, 1.4))
                    x[2 * column[n] : 2 * column[n] + 2] = z.real, z.imag
        for _ in range(25):
            r = miss(x)
            if not len(r) or np.abs(r).max() < 1e-14:
                break
            jacobian = np.array([(miss(x + h) - r) / 1e-7 for h in np.eye(len(x)) * 1e-7]).T
            step = np.linalg.lstsq(jacobian, -r, rcond=1e-6)[0]
            x = x + step * min(1.0, 3 / (np.abs(step).max() + 1e-9))
        place, r = at(x), miss(x)
        if (not len(r) or np.abs(r).max() < 1e-12) and fair(place) and all(looks_right(p, place) for p in patterns):
            return place
    return None


def circles(theorem: Theorem) -> set[str]:
    """The centres of the circles that a theorem speaks of."""
    round_ = ("on_circle", "tangent", "diameter")
    found = {p.args[-1] for p in needs(theorem) if isinstance(p, Relation) and p.kind in round_}
    terms = [t for p in (*theorem.given, *theorem.then) if isinstance(p, Equation) for t in p.terms]
    return found | {t.args[0] for t in terms if t.kind == "radius"}


def fair(at: Points) -> bool:
    """Points well apart and not too far."""
    spots = [z for n, z in at.items() if not n.endswith("r")]
    gaps = [abs(a - b) for i, a in enumerate(spots) for b in spots[:i]]
    wide = all(abs(z) > 0.5 for n, z in at.items() if n.endswith("r"))
    return wide and min(gaps, default=1) > 0.3 and max(gaps, default=1) < 60


MODELS = Path(__file__).with_name("models.json")


def models() -> dict[str, dict[str, complex]]:
    """Coordinates per theorem, from the file beside this one; those of theorems not in it are solved for."""
    stored = json.loads(MODELS.read_text()) if MODELS.exists() else {}
    found = {}
    for theorem in theorems().values():
        if theorem.given:
            old = stored.get(theorem.name)
            place = {n: complex(*xy) for n, xy in old.items()} if old else solve(theorem)
            if place is not None:
                found[theorem.name] = place
    return found


if __name__ == "__main__":
    rows = {name: {n: [z.real, z.imag] for n, z in place.items()} for name, place in models().items()}
    MODELS.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rows.items()) + "\n}\n")
