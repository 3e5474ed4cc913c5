"""What is seen in a drawing, prepared for matching: which triangles, angles and quadrilaterals are drawn, the order of
points on a line, which side of a line a point lies on, which rays lie inside which angle.

These are the facts that Euclid's proofs take from the diagram: they do not change when the figure is bent a little.
Nothing metric is taken from the coordinates here, with one exception that never decides anything: `transversal` lists
only rays that are parallel in the drawing, and the SHAPES of `language` only triangles that look right, isosceles,
congruent or similar, because no others can ever satisfy the theorems that ask for them.

Points are numbers here, in the order of the figure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations, permutations

from mmrecipes.geometry.deduction.language import symmetries
from mmrecipes.geometry.figure import Figure

Row = tuple[int, ...]
_EPSILON = 1e-9


class Diagram:
    """`line[(a, b)]`: the number of the line through a and b; `arm[(v, p)]`: the point that stands for the drawn ray
    from v through p (the earliest made one); `rays[v]`: those points, counter-clockwise."""

    def __init__(self, figure: Figure) -> None:
        self.names = list(figure.points)
        self.number = {name: i for i, name in enumerate(self.names)}
        self.xy = [p.floats for p in figure.points.values()]
        self.lines = [tuple(self.number[name] for name in line) for line in figure.lines]
        self.circles = {
            self.number[centre]: [self.number[name] for name in circle.on] for centre, circle in figure.circles.items()
        }
        self.radius = {self.number[c]: math.sqrt(float(circle.squared_radius)) for c, circle in figure.circles.items()}
        self.line: dict[tuple[int, int], int] = {}
        self.arm: dict[tuple[int, int], int] = {}
        self.rays: list[list[int]] = [[] for _ in self.names]
        self.near: list[list[int]] = [[] for _ in self.names]
        for i in range(len(self.lines)):
            self._note_line(i)
        self.slopes = [self._slope(line[0], line[-1]) for line in self.lines]
        for v, rays in enumerate(self.rays):
            rays.sort(key=lambda p, v=v: self.direction(v, p))
        self._tables: dict[str, list[Row]] = {}
        self._indexes: dict[tuple[str, Row], dict[Row, list[Row]]] = {}

    def _note_line(self, i: int) -> None:
        line = self.lines[i]
        for k, v in enumerate(line):
            for side in (line[:k], line[k + 1 :]):
                if side:
                    first = min(side)
                    self.rays[v].append(first)
                    for p in side:
                        self.arm[v, p] = first
                        self.line[v, p] = i
                        self.near[v].append(p)

    def virtual_line(self, a: int, b: int) -> int:
        """The line through a and b, drawn or not: an undrawn one gets a number of its own."""
        if (a, b) not in self.line:
            self.line[a, b] = self.line[b, a] = len(self.lines)
            self.lines.append((a, b))
            self.slopes.append(self._slope(a, b))
        return self.line[a, b]

    def _slope(self, a: int, b: int) -> tuple[float, float]:
        """The direction of a line as a unit vector."""
        (ax, ay), (bx, by) = self.xy[a], self.xy[b]
        size = math.hypot(bx - ax, by - ay)
        return (bx - ax) / size, (by - ay) / size

    def direction(self, a: int, b: int) -> float:
        (ax, ay), (bx, by) = self.xy[a], self.xy[b]
        return math.atan2(by - ay, bx - ax)

    def distance(self, a: int, b: int) -> float:
        return math.dist(self.xy[a], self.xy[b])

    def turn(self, a: int, v: int, b: int) -> float:
        """The angle at v in degrees, 0 to 180."""
        (ax, ay), (vx, vy), (bx, by) = self.xy[a], self.xy[v], self.xy[b]
        ux, uy, wx, wy = ax - vx, ay - vy, bx - vx, by - vy
        return math.degrees(math.atan2(abs(ux * wy - uy * wx), ux * wx + uy * wy))

    def area(self, points: Row) -> float:
        total = 0.0
        for p, q in zip(points, points[1:] + points[:1], strict=True):
            (px, py), (qx, qy) = self.xy[p], self.xy[q]
            total += px * qy - py * qx
        return abs(total) / 2

    def side(self, p: int, a: int, b: int) -> int:
        """1 if p lies left of the line from a to b, -1 right, 0 on it."""
        (px, py), (ax, ay), (bx, by) = self.xy[p], self.xy[a], self.xy[b]
        ux, uy, vx, vy = bx - ax, by - ay, px - ax, py - ay
        area, size = ux * vy - uy * vx, math.hypot(ux, uy) * math.hypot(vx, vy)
        return 0 if abs(area) <= _EPSILON * size else 1 if area > 0 else -1

    def coincide(self, first: int, second: int) -> bool:
        """Whether two lines are one and the same."""
        a, b = self.lines[first][:2]
        return all(self.side(p, a, b) == 0 for p in self.lines[second][:2])

    def same_side(self, p: int, q: int, a: int, b: int) -> bool:
        return self.side(p, a, b) * self.side(q, a, b) > 0

    def opposite(self, p: int, q: int, a: int, b: int) -> bool:
        return self.side(p, a, b) * self.side(q, a, b) < 0

    def table(self, kind: str) -> list[Row]:
        """The rows of a seen kind, each once (other orders of its arguments: `language.symmetries`)."""
        rows = self._tables.get(kind)
        if rows is None:
            rows = self._tables[kind] = _MAKERS[kind](self)
        return rows

    def index(self, kind: str, bound: Row) -> dict[Row, list[Row]]:
        """The rows of a seen kind in all orders, by their arguments at the places `bound`."""
        index = self._indexes.get((kind, bound))
        if index is None:
            index = defaultdict(list)
            rows = self.table(kind)
            orders = symmetries(kind, len(rows[0])) if rows else []
            for row in rows:
                for order in orders:
                    turned = tuple([row[i] for i in order])
                    index[tuple([turned[i] for i in bound])].append(turned)
            self._indexes[kind, bound] = index
        return index


def _segments(d: Diagram) -> list[Row]:
    return [(a, b) for a, others in enumerate(d.near) for b in others if a < b]


def _between(d: Diagram) -> list[Row]:
    return [(p, a, b) for line in d.lines for a, p, b in combinations(line, 3)]


def _triangles(d: Diagram) -> list[Row]:
    found = []
    for a, others in enumerate(d.near):
        later = [p for p in others if p > a]
        for b, c in combinations(later, 2):
            if (b, c) in d.arm and d.line[a, b] != d.line[a, c]:
                found.append((a, b, c))
    return found


def _quads(d: Diagram) -> list[Row]:
    found = []
    for a, others in enumerate(d.near):
        for b, e in combinations([p for p in others if p > a], 2):
            if d.line[a, b] == d.line[a, e]:
                continue
            for c in d.near[b]:
                if c > a and (c, e) in d.arm and c != e and _convex(d, (a, b, c, e)):
                    found.append((a, b, c, e))
    return found


def _convex(d: Diagram, quad: Row) -> bool:
    a, b, c, e = quad
    turns = {d.side(c, a, b), d.side(e, b, c), d.side(a, c, e), d.side(b, e, a)}
    return turns in ({1}, {-1})


def _angles(d: Diagram) -> list[Row]:
    return [
        (a, v, b) for v, rays in enumerate(d.rays) for a, b in combinations(rays, 2) if d.line[v, a] != d.line[v, b]
    ]


def _inside(d: Diagram) -> list[Row]:
    found = []
    for v, rays in enumerate(d.rays):
        for a, b, c in combinations(rays, 3):
            for p, q, r in ((a, b, c), (b, a, c), (c, a, b)):
                whole = d.side(r, v, q)
                if whole and d.side(p, v, q) == whole and d.side(p, v, r) == -whole:
                    found.append((p, q, v, r))
    return found


def _around(d: Diagram) -> list[Row]:
    found = []
    for v, rays in enumerate(d.rays):
        for a, b, c in combinations(rays, 3):
            sides = {d.side(b, v, a), d.side(c, v, b), d.side(a, v, c)}
            if sides in ({1}, {-1}):
                found.append((v, a, b, c))
    return found


def _transversals(d: Diagram) -> list[Row]:
    found = []
    for b, c in _segments(d):
        line = d.line[b, c]
        for a in d.rays[b]:
            for e in d.rays[c]:
                if d.line[b, a] != line and d.line[c, e] != line and d.line[b, a] != d.line[c, e]:
                    slant = math.sin(d.direction(b, a) - d.direction(c, e))
                    if abs(slant) < _EPSILON:
                        found.append((a, b, c, e))
    return found


def _sides(d: Diagram, triangle: Row) -> tuple[float, float, float]:
    """The lengths opposite to the three corners."""
    a, b, c = triangle
    return d.distance(b, c), d.distance(c, a), d.distance(a, b)


def _right(d: Diagram) -> list[Row]:
    found = []
    for a, b, c in d.table("triangle"):
        p, q, r = (side * side for side in _sides(d, (a, b, c)))
        for row, difference in (((b, c, a), p - q - r), ((c, a, b), q - r - p), ((a, b, c), r - p - q)):
            if abs(difference) < _EPSILON * (p + q + r):
                found.append(row)
    return found


def _isosceles(d: Diagram) -> list[Row]:
    found = []
    for a, b, c in d.table("triangle"):
        p, q, r = _sides(d, (a, b, c))
        for row, difference in (((a, b, c), q - r), ((b, c, a), r - p), ((c, a, b), p - q)):
            if abs(difference) < _EPSILON * (p + q + r):
                found.append(row)
    return found


def _pairs(d: Diagram, congruent: bool) -> list[Row]:
    """Pairs of different drawn triangles that look congruent, or similar but not congruent, in every order that
    matches them."""
    shapes: dict[tuple[float, float], list[tuple[float, Row]]] = defaultdict(list)
    for triangle in d.table("triangle"):
        sides = _sides(d, triangle)
        order = sorted(range(3), key=sides.__getitem__)
        longest = sides[order[2]]
        key = (round(sides[order[0]] / longest, 6), round(sides[order[1]] / longest, 6))
        shapes[key].append((longest, tuple(triangle[i] for i in order)))
    found: list[Row] = []
    for (small, middle), members in shapes.items():
        ways = [p for p in permutations(range(3)) if _matches(p, (small, middle, 1.0))]
        for (size, first), (other, second) in combinations(members, 2):
            if (abs(size - other) < _EPSILON * size) == congruent:
                found += [first + tuple(second[i] for i in way) for way in ways]
    return found


def _matches(order: Row, sides: tuple[float, float, float]) -> bool:
    return all(abs(sides[i] - sides[k]) < 2e-6 for i, k in enumerate(order))


def _on_circle(d: Diagram) -> list[Row]:
    return [(p, centre) for centre, on in d.circles.items() for p in on]


def _cocircular(d: Diagram) -> list[Row]:
    return [four for on in d.circles.values() for four in combinations(sorted(on), 4)]


_MAKERS: dict[str, Callable[[Diagram], list[Row]]] = {
    "segment": _segments,
    "between": _between,
    "triangle": _triangles,
    "quad": _quads,
    "angle": _angles,
    "inside": _inside,
    "around": _around,
    "transversal": _transversals,
    "right_looking": _right,
    "isosceles_looking": _isosceles,
    "congruent_looking": lambda d: _pairs(d, True),
    "similar_looking": lambda d: _pairs(d, False),
    "on_circle": _on_circle,
    "cocircular": _cocircular,
}
