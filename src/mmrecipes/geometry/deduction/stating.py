"""Facts of a figure as the engine holds them (numbers of points and lines, nodes of magnitudes), and back."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from mmrecipes.geometry.deduction.diagram import Diagram, Row
from mmrecipes.geometry.deduction.language import RELATIONS, rational, symmetries
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE, Exact, Magnitudes
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes.geometry.numbers import ONE, Surd

LINE_KINDS = ("para", "perp")
INCIDENCES = ("mid", "between", "ratio", "foot", "on")
"""Kinds of facts that put a point on a line."""


class Edge(NamedTuple):
    """node = factor * other + shift."""

    node: int
    other: int
    factor: Exact
    shift: int | Fraction


class Statements:
    def __init__(self, diagram: Diagram, magnitudes: Magnitudes) -> None:
        self._diagram, self._magnitudes = diagram, magnitudes
        self._canonical: dict[tuple[str, Row], Row] = {}

    def names(self, points: Row) -> list[str]:
        return [self._diagram.names[p] for p in points]

    def row(self, kind: str, row: Row) -> Row:
        """A relation's arguments in canonical order; those of para and perp are lines."""
        key = (kind, row)
        found = self._canonical.get(key)
        if found is None:
            orders = ((0, 1), (1, 0)) if kind in LINE_KINDS else symmetries(kind, len(row))
            row = self._on_first_points(kind, row)
            found = self._canonical[key] = min(tuple([row[i] for i in order]) for order in orders)
        return found

    def _on_first_points(self, kind: str, row: Row) -> Row:
        """A tangent by the earliest made point of its line, a bisected angle by those of its arms."""
        if kind == "tangent":
            return (row[0], min(self._tangent_points(row)), row[2])
        if kind == "bisects":
            arm, v = self._diagram.arm, row[2]
            d, a, c = (arm.get((v, p), p) for p in (row[0], row[1], row[3]))
            return (d, a, v, c)
        return row

    def _tangent_points(self, row: Row) -> list[int]:
        line = self._diagram.line.get((row[0], row[1]))
        return [row[1]] if line is None else [p for p in self._diagram.lines[line] if p != row[0]]

    def readings(self, kind: str, row: Row) -> list[Row]:
        """The rows that a canonical row stands for in matching: a tangent may be named by every point of its line."""
        if kind == "tangent":
            return [(row[0], p, row[2]) for p in self._tangent_points(row)]
        return [row]

    def relation(self, kind: str, row: Row) -> Fact:
        """The fact that a canonical row states; lines go by their first two points."""
        if kind in LINE_KINDS:
            first, second = (self._diagram.lines[line] for line in row)
            row = (*_span(first), *_span(second))
        return fact(kind, *self.names(row))

    def edge(self, edge: Edge) -> Fact | None:
        """The fact that says it; None if no kind of fact can."""
        m = self._magnitudes
        kind = m.kind[edge.node]
        if edge.other in (UNIT, ZERO_ANGLE):
            return self._value(edge.node, edge.factor if edge.other == UNIT else edge.shift)
        first, second = self._as_length(edge.node), self._as_length(edge.other)
        if first and second:
            if edge.factor == 1:
                return fact("len_eq", *first, *second)
            return fact("len_ratio", *first, *second, value=edge.factor)
        names = (*self.names(m.points[edge.node]), *self.names(m.points[edge.other]))
        if kind == m.kind[edge.other] == "ang":
            return _angle_fact(names, edge.factor, edge.shift)
        if kind == m.kind[edge.other] == "area" and len(names) == 6:
            return fact("area_ratio", *names, value=edge.factor)
        return None

    def value(self, node: int) -> Fact | None:
        """The fact that gives the value of a known node."""
        return self._value(node, self._magnitudes.value(node))

    def _value(self, node: int, value: Exact) -> Fact | None:
        m = self._magnitudes
        return None if m.kind[node] == "degrees" else fact(m.kind[node], *self.names(m.points[node]), value=value)

    def _as_length(self, node: int) -> list[str] | None:
        """The ends of a segment of this length."""
        m, d = self._magnitudes, self._diagram
        if m.kind[node] == "len":
            return self.names(m.points[node])
        if m.kind[node] == "radius":
            centre = m.points[node][0]
            return self.names((centre, d.circles[centre][0])) if d.circles[centre] else None
        return None

    def read(self, statement: Fact) -> Edge | Row | None:
        """A given fact as an edge between magnitudes or as the canonical row of a relation; None if it only says what
        is seen in the drawing anyway."""
        kind, value = statement.kind, statement.value
        at = tuple(self._diagram.number[name] for name in statement.args)
        if kind in LINE_KINDS:
            line = self._diagram.virtual_line
            return self.row(kind, (line(*at[:2]), line(*at[2:])))
        if kind in RELATIONS and kind not in INCIDENCES[1:3]:
            return self.row(kind, at)
        match kind:
            case "len_eq" | "len_ratio":
                return Edge(self._node("len", at[:2]), self._node("len", at[2:]), value or ONE, 0)
            case "ratio":
                p, a, b = at
                return Edge(self._node("len", (a, p)), self._node("len", (p, b)), value or ONE, 0)
            case "ang_eq" | "ang_ratio" | "ang_sum":
                first, second = self._node("ang", at[:3]), self._node("ang", at[3:])
                exact = 1 if value is None else rational(value)
                return Edge(first, second, -1, exact) if kind == "ang_sum" else Edge(first, second, exact, 0)
            case "ang":
                return Edge(self._node(kind, at), ZERO_ANGLE, 1, rational(value or ONE))
            case "on_circle":
                return Edge(self._node("len", at), self._node("radius", at[1:]), ONE, 0)
            case "area_ratio":
                return Edge(self._node("area", at[:3]), self._node("area", at[3:]), value or ONE, 0)
        return None if value is None else Edge(self._node(kind, at), UNIT, value, 0)

    def _node(self, kind: str, points: Row) -> int:
        """The node, made if it is not drawn."""
        node = self._magnitudes.node(kind, points)
        if node is not None:
            return node
        reverse = points[::-1]
        return self._magnitudes.make(kind, min(points, reverse))


def _span(line: Row) -> Row:
    """The two points that a line is called by: the earliest made."""
    first, second = sorted(line)[:2]
    return first, second


def _angle_fact(names: tuple[str, ...], factor: Exact, shift: int | Fraction) -> Fact | None:
    if factor == 1 and not shift:
        return fact("ang_eq", *names)
    if factor == -1 and 0 < shift < 360:
        return fact("ang_sum", *names, value=shift)
    exact = Fraction(rational(factor)) if isinstance(factor, Surd) else Fraction(factor)
    if not shift and exact > 0 and 1 in (exact.numerator, exact.denominator):
        return fact("ang_ratio", *names, value=exact)
    return None
