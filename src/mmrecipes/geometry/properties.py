"""Every measure and relation of a figure, from its coordinates alone: the ground truth that deductions are held to.

Covered: lengths of drawn segments, angles between drawn rays, areas of drawn triangles and named polygons, and the
relations among them. A value outside the field is left out: it may be drawn and is never asked. Candidates are found
on floats, every relation reported is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from mmrecipes.geometry.facts import Fact, angle, fact, polygon, segment
from mmrecipes.geometry.figure import Figure
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import cross, dot, square_distance, twice_area
from mmrecipes.geometry.truth import exact_degrees

_GREATEST_RADICAND, _GREATEST_DENOMINATOR = 1000, 400
RELATIONS = ("para", "perp", "len_eq", "ang_eq", "concyclic", "tangent", "congruent", "similar")


@dataclass(frozen=True)
class Properties:
    """`cosines`: of the angles that are no rational number of degrees, where in the field. `equal_lengths`,
    `equal_angles`: classes of two or more."""

    lengths: dict[tuple[str, str], Surd]
    angles: dict[tuple[str, str, str], Fraction]
    cosines: dict[tuple[str, str, str], Surd]
    areas: dict[tuple[str, ...], Surd]
    equal_lengths: list[list[tuple[str, str]]]
    equal_angles: list[list[tuple[str, str, str]]]
    relations: list[Fact]
    """`para`, `perp`, `concyclic`, `tangent`, `congruent` and `similar` (not congruent) facts."""

    def as_json(self) -> dict[str, object]:
        """Values as text: {"len": {"AB": "10"}, "ang": …, "area": …, "para": [["AB", "CD"]], …}."""
        out: dict[str, object] = {
            "len": {"".join(k): str(v) for k, v in self.lengths.items()},
            "ang": {"".join(k): str(v) for k, v in self.angles.items()},
            "cos": {"".join(k): str(v) for k, v in self.cosines.items()},
            "area": {"".join(k): str(v) for k, v in self.areas.items()},
            "len_eq": [["".join(s) for s in same] for same in self.equal_lengths],
            "ang_eq": [["".join(a) for a in same] for same in self.equal_angles],
        }
        for known in self.relations:
            half = len(known.args) // 2
            parts = [known.args] if known.kind in ("concyclic", "tangent") else [known.args[:half], known.args[half:]]
            listed = out.setdefault(known.kind, [])
            assert isinstance(listed, list)
            listed.append(["".join(part) for part in parts])
        return out


def presentable(value: Surd) -> bool:
    """Whether a value may be asked or labelled: at most two terms, no nested root, small numbers under the roots and
    in the denominator."""
    keys = value.coefficients
    return (
        len(keys) <= 2
        and all(0 < key <= _GREATEST_RADICAND for key in keys)
        and value.den <= _GREATEST_DENOMINATOR
        and all(abs(q.numerator) < 100_000 for q in keys.values())
    )


def measure(figure: Figure, kind: str, names: Sequence[str]) -> Surd | None:
    """The value of a kind of fact that takes one, for these points; None if it is outside the field (for `ang`,
    `ang_sum`, `ang_ratio`: if an angle is no rational number of degrees). Raises KeyError on unknown points or
    circles, ValueError on a kind without a value."""
    at = [figure[name] for name in names]
    if kind == "len":
        return sqrt(square_distance(at[0], at[1]))
    if kind in ("radius", "circumference", "disc_area"):
        squared = figure.radii[names[0]]
        return squared if kind == "disc_area" else sqrt(squared if kind == "radius" else squared * 4)
    if kind in ("ratio", "len_ratio"):
        a, b = (at[:2], at[2:]) if kind == "len_ratio" else ((at[0], at[1]), (at[0], at[2]))
        return sqrt(square_distance(*a) / square_distance(*b))
    if kind in ("cos", "sin", "tan"):
        u, v = at[0] - at[1], at[2] - at[1]
        c, s = dot(u, v), abs(cross(u, v))
        if kind == "tan":
            return s / c if c else None
        root = sqrt(dot(u, u) * dot(v, v))
        return None if root is None else (c if kind == "cos" else s) / root
    if kind in ("area", "area_ratio"):
        first = abs(twice_area(at if kind == "area" else at[:3]))
        return first / 2 if kind == "area" else first / abs(twice_area(at[3:]))
    if kind == "perimeter":
        sides = [sqrt(square_distance(p, at[i - 1])) for i, p in enumerate(at)]
        return None if None in sides else sum((s for s in sides if s is not None), Surd(0))
    degrees = [exact_degrees(*at[i : i + 3]) for i in range(0, len(at), 3)]
    if kind not in ("ang", "ang_sum", "ang_ratio"):
        raise ValueError(f"{kind} has no value")
    known = [Surd(d) for d in degrees if d is not None]
    if len(known) < len(degrees):
        return None
    return known[0] if kind == "ang" else known[0] + known[1] if kind == "ang_sum" else known[0] / known[1]


def drawn_angles(figure: Figure) -> Iterator[tuple[str, str, str]]:
    """Every angle between two drawn rays that are not one line, each named by the nearest points on its rays."""
    for vertex in figure.points:
        rays: list[tuple[str, int]] = []
        for i, line in enumerate(figure.lines):
            if vertex in line:
                at = line.index(vertex)
                rays += [(line[j], i) for j in (at - 1, at + 1) if 0 <= j < len(line)]
        for (a, i), (c, j) in combinations(rays, 2):
            if i != j:
                yield angle(a, vertex, c)


def polygons(figure: Figure) -> Iterator[tuple[str, ...]]:
    """Drawn triangles, and the polygons of four or more vertices that facts name."""
    yield from figure.triangles()
    named = {polygon(f.args) for f in figure.facts if f.kind in _POLYGONS}
    yield from sorted(named)


_POLYGONS = {"quad", "parallelogram", "rectangle", "rhombus", "square", "trapezoid", "isosceles_trapezoid",
             "right_trapezoid", "kite", "regular"}  # fmt: skip


def properties(figure: Figure) -> Properties:
    sides = list(dict.fromkeys(segment(a, b) for a, b in figure.sides()))
    squares = {s: square_distance(figure[s[0]], figure[s[1]]) for s in sides}
    by_square: dict[Surd, list[tuple[str, str]]] = {}
    for s in sides:
        by_square.setdefault(squares[s], []).append(s)
    lengths = {s: root for squared, same in by_square.items() if (root := sqrt(squared)) is not None for s in same}
    angles, cosines = {}, {}
    by_turn: dict[float, list[tuple[str, str, str]]] = {}
    drawn = list(drawn_angles(figure))
    for name in drawn:
        degrees = exact_degrees(*(figure[n] for n in name))
        if degrees is not None:
            angles[name] = degrees
        elif (cosine := measure(figure, "cos", name)) is not None:
            cosines[name] = cosine
        by_turn.setdefault(round(_float_degrees(figure, name), 7), []).append(name)
    areas = {p: a for p in polygons(figure) if (a := measure(figure, "area", p)) is not None}
    return Properties(lengths, angles, cosines, areas, [same for same in by_square.values() if len(same) > 1],
                      list(_equal_angles(figure, by_turn)), list(_relations(figure)))  # fmt: skip


def _float_degrees(figure: Figure, names: tuple[str, str, str]) -> float:
    (ax, ay), (bx, by), (cx, cy) = (figure[n].floats for n in names)
    u, v = (ax - bx, ay - by), (cx - bx, cy - by)
    return math.degrees(math.atan2(abs(u[0] * v[1] - u[1] * v[0]), u[0] * v[0] + u[1] * v[1]))


def _equal_angles(figure: Figure, by_turn: dict[float, list[tuple[str, str, str]]]) -> Iterator[list[tuple]]:
    for same in by_turn.values():
        exact = [a for a in same if figure.holds(fact("ang_eq", *same[0], *a))]
        if len(exact) > 1:
            yield exact


def _relations(figure: Figure) -> Iterator[Fact]:
    yield from _directions(figure)
    yield from _circles(figure)
    yield from _pairs_of_triangles(figure)


def _directions(figure: Figure) -> Iterator[Fact]:
    """Parallel and perpendicular strokes."""
    turns = []
    for line in figure.lines:
        (ax, ay), (bx, by) = figure[line[0]].floats, figure[line[-1]].floats
        turns.append(math.degrees(math.atan2(by - ay, bx - ax)))
    for i, j in combinations(range(len(turns)), 2):
        apart = (turns[i] - turns[j]) % 180
        kind = "perp" if abs(apart - 90) < 1e-6 else "para" if min(apart, 180 - apart) < 1e-6 else None
        if kind is not None:
            first, second = figure.lines[i], figure.lines[j]
            statement = fact(kind, first[0], first[-1], second[0], second[-1])
            if figure.holds(statement):
                yield statement


def _circles(figure: Figure) -> Iterator[Fact]:
    """Four points on one circle, drawn or not, and strokes that touch a drawn circle at a named point."""
    at = {n: complex(*p.floats) for n, p in figure.points.items()}
    for a, b, c, d in combinations(at, 4):
        upper, lower = (at[a] - at[c]) * (at[b] - at[d]), (at[b] - at[c]) * (at[a] - at[d])
        if abs((upper * lower.conjugate()).imag) < 1e-7 * abs(upper) * abs(lower):
            statement = fact("concyclic", a, b, c, d)
            if figure.holds(statement):
                yield statement
    for o, circle in figure.circles.items():
        for line in figure.lines:
            for t in set(line) & set(circle.on):
                other = line[0] if line[0] != t else line[-1]
                statement = fact("tangent", t, other, o)
                if o not in line and figure.holds(statement):
                    yield statement


def _pairs_of_triangles(figure: Figure) -> Iterator[Fact]:
    """Congruent, and similar but not congruent, drawn triangles, the vertices matched by the opposite sides."""
    shapes: dict[tuple[float, float], list[tuple[tuple[str, ...], list[float]]]] = {}
    for triangle in figure.triangles():
        p = [figure[n].floats for n in triangle]
        opposite = [math.dist(p[1], p[2]), math.dist(p[2], p[0]), math.dist(p[0], p[1])]
        order = sorted(range(3), key=lambda i: (opposite[i], triangle[i]))
        names, sides = tuple(triangle[i] for i in order), [opposite[i] for i in order]
        key = (round(sides[0] / sides[2], 6), round(sides[1] / sides[2], 6))
        shapes.setdefault(key, []).append((names, sides))
    for alike in shapes.values():
        for (first, sides), (second, others) in combinations(alike, 2):
            kind = "congruent" if abs(sides[2] - others[2]) < 1e-9 * sides[2] else "similar"
            statement = fact(kind, *first, *second)
            if figure.holds(statement):
                yield statement
            elif kind == "similar":
                matched = (fact(kind, *first, *order) for order in permutations(second))
                yield from (s for s in matched if figure.holds(s))
