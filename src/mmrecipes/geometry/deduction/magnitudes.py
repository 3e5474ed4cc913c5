"""Magnitudes (lengths, areas, angles, trigonometric values) and what is known between them: a union-find in which a
member is its root times a factor (for angles: plus a shift), with the facts that say so kept as a forest, so that
every equality can be traced to the facts it rests on.

Known values are members of the class of a constant: of UNIT (the number 1), or for angles of ZERO (0 degrees).
Factors are exact; the floats in `size` are measured in the drawing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

from mmrecipes.geometry.deduction.diagram import Diagram, Row
from mmrecipes.geometry.deduction.language import symmetries
from mmrecipes.geometry.numbers import ONE, Surd

UNIT, ZERO_ANGLE = 0, 1
Exact = Surd | int | Fraction
_TOLERANCE = 1e-9
_LENGTHS = ("len", "radius")


class Magnitudes:
    """Nodes are numbers; `kind[n]` and `points[n]` say what magnitude a node is."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.kind: list[str] = ["", "ang"]
        self.points: list[Row] = [(), ()]
        self.size: list[float] = [1.0, 0.0]
        self.root: list[int] = [UNIT, ZERO_ANGLE]
        self.factor: list[Exact] = [ONE, 1]
        self.shift: list[int | Fraction] = [0, 0]
        self.members: dict[int, list[int]] = {UNIT: [UNIT], ZERO_ANGLE: [ZERO_ANGLE]}
        self.links: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._up: list[tuple[int, int] | None] = [None, None]
        self._node: dict[tuple[str, Row], int] = {}
        self._alias: dict[tuple[str, Row], int | None] = {}

    def node(self, kind: str, points: Row) -> int | None:
        """The node of a magnitude; None for a segment or an angle that is not drawn, and for a degenerate one."""
        key = (kind, points)
        if key in self._alias:
            return self._alias[key]
        found = self._alias[key] = self._find(kind, points)
        return found

    def _find(self, kind: str, points: Row) -> int | None:
        d = self.diagram
        if kind == "len":
            a, b = points
            if (a, b) not in d.arm and b not in d.circles.get(a, ()) and a not in d.circles.get(b, ()):
                return None
            return self.make(kind, (a, b) if a < b else (b, a))
        if kind in ("ang", "cos", "sin", "tan", "degrees"):
            a, v, b = points
            first, second = d.arm.get((v, a)), d.arm.get((v, b))
            if first is None or second is None or d.line[v, a] == d.line[v, b]:
                return None
            return self.make(kind, (first, v, second) if first < second else (second, v, first))
        if kind in ("area", "perimeter"):
            return self.make(kind, _cycle(points))
        return self.make(kind, points) if points[0] in d.circles else None

    def make(self, kind: str, points: Row) -> int:
        """The node of a magnitude in canonical form, drawn or not."""
        key = (kind, points)
        node = self._node.get(key)
        if node is None:
            node = self._node[key] = len(self.kind)
            self.kind.append(kind)
            self.points.append(points)
            self.size.append(self._measure(kind, points))
            self.root.append(node)
            self.factor.append(1 if kind == "ang" else ONE)
            self.shift.append(0)
            self.members[node] = [node]
            self._up.append(None)
        return node

    def _measure(self, kind: str, points: Row) -> float:
        d = self.diagram
        match kind:
            case "len":
                return d.distance(*points)
            case "ang" | "degrees":
                return d.turn(*points)
            case "cos":
                return math.cos(math.radians(d.turn(*points)))
            case "sin":
                return math.sin(math.radians(d.turn(*points)))
            case "tan":
                return math.tan(math.radians(d.turn(*points)))
            case "area":
                return d.area(points)
            case "perimeter":
                return sum(d.distance(p, q) for p, q in zip(points, points[1:] + points[:1], strict=True))
        radius = d.radius[points[0]]
        return {"radius": radius, "circumference": 2 * radius, "disc_area": radius * radius}[kind]

    def known(self, node: int) -> bool:
        return self.root[node] in (UNIT, ZERO_ANGLE)

    def value(self, node: int) -> Exact:
        """Of a known node."""
        return self.shift[node] if self.kind[node] == "ang" else self.factor[node]

    def equal(self, a: int, b: int) -> bool:
        return self.root[a] == self.root[b] and self.factor[a] == self.factor[b] and self.shift[a] == self.shift[b]

    def comparable(self, a: int, b: int) -> bool:
        """Whether a relation between them is a fact: between two lengths, two angles, or the areas of two triangles."""
        first, second = self.kind[a], self.kind[b]
        if first == "area" == second:
            return len(self.points[a]) == len(self.points[b]) == 3
        return first == second == "ang" or (first in _LENGTHS and second in _LENGTHS)

    def alike(self, a: int, b: int) -> bool:
        """Equal in the drawing."""
        x, y = self.size[a], self.size[b]
        return abs(x - y) <= _TOLERANCE * (abs(x) + abs(y))

    def join(self, a: int, b: int, factor: Exact, shift: int | Fraction, fact: int) -> list[int]:
        """Make a = factor * b + shift, because of the fact. The classes must differ. Returns the nodes that moved to
        another class; a class that meets a constant moves to it."""
        if self.root[a] in (UNIT, ZERO_ANGLE) or (
            self.root[b] not in (UNIT, ZERO_ANGLE) and len(self.members[self.root[a]]) > len(self.members[self.root[b]])
        ):
            inverse = 1 / factor if isinstance(factor, Surd) else _light(Fraction(1) / factor)
            a, b, factor, shift = b, a, inverse, _light(-shift * inverse) if shift else 0  # type: ignore[operator]
        old, new = self.root[a], self.root[b]
        # a = f_a * old + s_a and a = factor * (f_b * new + s_b) + shift
        if self.kind[a] == "ang":
            scale = _light(factor * self.factor[b] / Fraction(self.factor[a]))  # type: ignore[arg-type]
            offset = _light((factor * self.shift[b] + shift - self.shift[a]) / Fraction(self.factor[a]))  # type: ignore
        else:
            scale, offset = factor * self.factor[b] / self.factor[a], 0
        moved = self.members.pop(old)
        for n in moved:
            self.root[n] = new
            self.shift[n] = _light(self.factor[n] * offset + self.shift[n]) if offset else self.shift[n]  # type: ignore
            self.factor[n] = self.factor[n] * scale  # type: ignore[operator]
        self.members[new] += moved
        self._hang(a, b, fact)
        return moved

    def _hang(self, a: int, b: int, fact: int) -> None:
        """Make a the root of its tree of facts, and hang it on b."""
        self.links[a].append((b, fact))
        self.links[b].append((a, fact))
        child, above = a, (b, fact)
        while True:
            old, self._up[child] = self._up[child], above
            if old is None:
                return
            child, above = old[0], (child, old[1])

    def path(self, a: int, b: int) -> list[int]:
        """The facts that relate two nodes of one class."""
        climbed: dict[int, list[int]] = {a: []}
        facts: list[int] = []
        at = a
        while (up := self._up[at]) is not None:
            at, fact = up
            facts.append(fact)
            climbed[at] = facts.copy()
        tail: list[int] = []
        at = b
        while at not in climbed:
            up = self._up[at]
            assert up is not None, "the nodes are of different classes"
            at, fact = up
            tail.append(fact)
        return climbed[at] + tail[::-1]


def _light(value: int | Fraction | Surd) -> int | Fraction:
    assert not isinstance(value, Surd)
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _cycle(points: Row) -> Row:
    return min(tuple(points[i] for i in order) for order in symmetries("regular", len(points)))
