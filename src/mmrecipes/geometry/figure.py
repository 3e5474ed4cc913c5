"""A plane figure: named points with exact coordinates, drawn lines and circles, facts with their origin, and the
steps that built it. A figure never changes; a `Builder` makes the next one.

A drawn line is the run of all named points on one straight stroke, in order; the segment AB is drawn if one line holds
both. Circles go by the name of their centre. Points are in the figure's own units, y upwards; turning and scaling to a
picture is the drawing's business.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Literal

from mmrecipes.geometry.facts import Fact, Origin, Status, fact
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import Pt, cross, dot, side, square_distance
from mmrecipes.geometry.truth import holds

Line = tuple[str, ...]
StepKind = Literal["substrate", "operation"]
_LETTERS = [letter for letter in string.ascii_uppercase if letter not in "IO"]
"""O is kept for centres; I looks like the number 1 in most typefaces."""


class Degenerate(Exception):
    """The construction would give a figure that is not fit to be shown; the message is the reason."""


@dataclass(frozen=True)
class Circle:
    """`on`: the points stated or built to lie on it, in the order they came."""

    centre: str
    squared_radius: Surd
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One round of the construction. `args`: the points it starts from; `made`: the points it adds; `drawn`: the
    segments it draws; `givens`: the facts it states, in order; `values`: its numbers by name, as text."""

    kind: StepKind
    name: str
    args: tuple[str, ...]
    made: tuple[str, ...]
    drawn: tuple[tuple[str, str], ...]
    givens: tuple[Fact, ...]
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figure:
    points: dict[str, Pt] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    circles: dict[str, Circle] = field(default_factory=dict)
    facts: dict[Fact, Origin] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def __getitem__(self, name: str) -> Pt:
        return self.points[name]

    @property
    def radii(self) -> dict[str, Surd]:
        """The square of the radius of the circle about each centre."""
        return {name: circle.squared_radius for name, circle in self.circles.items()}

    def holds(self, statement: Fact) -> bool:
        """Whether the coordinates make it true, exactly."""
        return holds(statement, self.points, self.radii)

    def givens(self) -> list[Fact]:
        """The facts the construction states, in order."""
        return [f for f, origin in self.facts.items() if origin.status in ("given", "labelled")]

    def labelled(self, shown: Iterable[Fact]) -> Figure:
        """The same figure with these given facts marked as shown in the drawing. Raises KeyError on other facts."""
        facts = dict(self.facts)
        for statement in shown:
            facts[statement] = facts[statement]._replace(status="labelled")
        return replace(self, facts=facts)

    def line_through(self, a: str, b: str) -> Line | None:
        """The drawn line that holds both points."""
        return next((line for line in self.lines if a in line and b in line), None)

    def drawn(self, a: str, b: str) -> bool:
        return self.line_through(a, b) is not None

    def segments(self) -> Iterator[tuple[str, str]]:
        """Every drawn segment between neighbouring points."""
        for line in self.lines:
            yield from pairwise(line)

    def sides(self) -> Iterator[tuple[str, str]]:
        """Every drawn segment, also those with points inside."""
        for line in self.lines:
            yield from combinations(line, 2)

    def triangles(self) -> Iterator[tuple[str, str, str]]:
        """Every triple of points not on one line whose three sides are drawn, names sorted."""
        joined: dict[str, set[str]] = {name: set() for name in self.points}
        for a, b in self.sides():
            joined[a].add(b)
            joined[b].add(a)
        on_lines = [set(line) for line in self.lines]
        for a in sorted(joined):
            for b, c in combinations(sorted(n for n in joined[a] if n > a), 2):
                if c in joined[b] and not any({a, b, c} <= line for line in on_lines):
                    yield a, b, c

    def length(self, a: str, b: str) -> Surd | None:
        """The exact distance of two points; None when it lies outside the field."""
        return sqrt(square_distance(self.points[a], self.points[b]))


def positions(figure: Figure) -> Iterator[Fact]:
    """What a reader sees without measuring: the order of points on drawn lines (`between`), and for every drawn line
    through two points which of the other points lie on the same side or opposite, and which drawn rays lie inside
    which drawn angles."""
    for line in figure.lines:
        for a, p, b in combinations(line, 3):
            yield fact("between", p, a, b)
    at = figure.points
    for line in figure.lines:
        a, b = line[0], line[-1]
        signs = {name: side(at[name], at[a], at[b]) for name in at if name not in line}
        off = [name for name in signs if signs[name]]
        for p, q in combinations(off, 2):
            yield fact("same_side" if signs[p] == signs[q] else "opposite", p, q, a, b)
    for vertex in at:
        rays = [ray for line in figure.lines if vertex in line for ray in _rays(line, vertex)]
        for (a, c), d in ((pair, d) for pair in combinations(rays, 2) for d in rays if d not in pair):
            statement = fact("inside", d, a, vertex, c)
            if holds(statement, at):
                yield statement


def _rays(line: Line, vertex: str) -> Iterator[str]:
    at = line.index(vertex)
    if at > 0:
        yield line[at - 1]
    if at + 1 < len(line):
        yield line[at + 1]


class Builder:
    """Makes the figure that follows `figure` by one step. Every method keeps lines merged and points named once.

    Raises `Degenerate` when a new point falls on an old one.
    """

    def __init__(self, figure: Figure, kind: StepKind, name: str,
                 args: Iterable[str] = ()) -> None:  # fmt: skip
        self._figure, self._name, self._args = figure, name, tuple(args)
        self._kind: StepKind = kind
        self.points = dict(figure.points)
        self.lines = list(figure.lines)
        self.circles = dict(figure.circles)
        self.facts = dict(figure.facts)
        self.made: list[str] = []
        self.strokes: list[tuple[str, str]] = []
        self.stated: list[Fact] = []
        self.values: list[tuple[str, str]] = []

    def __getitem__(self, name: str) -> Pt:
        return self.points[name]

    def named(self, at: Pt) -> str | None:
        """The name of the point with these coordinates."""
        return next((name for name, p in self.points.items() if p == at), None)

    def point(self, at: Pt, role: Literal["", "centre", "image"] = "", of: str = "") -> str:
        """Add a point and give it the next free name; it joins every drawn line it lies on."""
        if (twin := self.named(at)) is not None:
            raise Degenerate(f"a new point falls on {twin}")
        name = self._free_name(role, of)
        self.points[name] = at
        self.made.append(name)
        for i, line in enumerate(self.lines):
            if self._on_stroke(at, line):
                self.lines[i] = self._in_order({*line, name})
        return name

    def _free_name(self, role: str, of: str) -> str:
        if role == "image":
            name = of + "'"
            while name in self.points:
                name += "'"
            return name
        stems = ["O"] if role == "centre" else _LETTERS
        for number in ("", *map(str, range(1, 100))):
            for stem in stems:
                if stem + number not in self.points:
                    return stem + number
        raise Degenerate("no name is free")

    def _on_stroke(self, p: Pt, line: Line) -> bool:
        a, b = self.points[line[0]], self.points[line[-1]]
        (px, py), (ax, ay), (bx, by) = p.floats, a.floats, b.floats
        ux, uy, vx, vy = bx - ax, by - ay, px - ax, py - ay
        if abs(ux * vy - uy * vx) > 1e-9 * (ux * ux + uy * uy):
            return False
        return not cross(b - a, p - a) and dot(a - p, b - p) <= 0

    def _in_order(self, names: set[str]) -> Line:
        """The names of points on one line, sorted along it; the lesser end first."""
        ordered = sorted(names, key=lambda n: self.points[n].floats)
        return tuple(ordered if ordered[0] <= ordered[-1] else reversed(ordered))

    def draw(self, a: str, b: str) -> None:
        """Draw the segment; a stroke that overlaps or touches an old one on the same line becomes one with it."""
        if any(a in line and b in line for line in self.lines):
            return
        self.strokes.append((a, b))
        ends = self.points[a], self.points[b]
        names = {a, b} | {n for n, p in self.points.items() if self._on_stroke(p, (a, b))}
        rest: list[Line] = []
        for line in self.lines:
            first, last = self.points[line[0]], self.points[line[-1]]
            if names & set(line) and not side(first, *ends) and not side(last, *ends):
                names |= set(line)
            else:
                rest.append(line)
        self.lines = [*rest, self._in_order(names)]

    def polygon(self, *names: str) -> None:
        """Draw the closed outline."""
        for a, b in pairwise([*names, names[0]]):
            self.draw(a, b)

    def circle(self, centre: str, squared_radius: Surd, *on: str) -> None:
        """Draw a circle. Raises `Degenerate` if there is one about this centre already."""
        if centre in self.circles:
            raise Degenerate(f"a second circle about {centre}")
        self.circles[centre] = Circle(centre, squared_radius, on)

    def onto(self, name: str, centre: str) -> None:
        """Note that the point was built to lie on the circle."""
        old = self.circles[centre]
        if name not in old.on:
            self.circles[centre] = Circle(centre, old.squared_radius, (*old.on, name))

    def given(self, kind: str, *args: str, value: Surd | int | Fraction | None = None) -> None:
        """A fact that this step states; the length of the side that a second substrate shares goes without saying."""
        if kind == "len" and self._kind == "substrate" and set(args) == set(self._args):
            return
        self._note("given", fact(kind, *args, value=value))

    def implied(self, kind: str, *args: str, value: Surd | int | Fraction | None = None) -> None:
        """A fact that this step makes true without stating it."""
        self._note("implied", fact(kind, *args, value=value))

    def _note(self, status: Status, statement: Fact) -> None:
        old = self.facts.get(statement)
        if status == "given":
            self.stated.append(statement)
        if old is None or (status == "given" and old.status == "implied"):
            self.facts[statement] = Origin(status, len(self._figure.steps))

    def done(self) -> Figure:
        step = Step(self._kind, self._name, self._args, tuple(self.made), tuple(self.strokes), tuple(self.stated),
                    tuple(self.values))  # fmt: skip
        return Figure(self.points, tuple(self.lines), self.circles, self.facts, (*self._figure.steps, step))
