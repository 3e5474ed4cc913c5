"""Forward chaining: every theorem of the table is matched against what is known about a figure, until nothing new
follows.

Premises are checked by facts only: by what the figure states, by what has been derived, and by what is seen in the
drawing (`diagram`). Every conclusion is checked in the drawing (relations exactly, magnitudes to nine digits); one that
fails is an error of the table, or of what the figure states, and raises `Unsound`. Coordinates also spare work: a match
whose conditions are false in the drawing is not kept, since true facts could never complete it. They never make a
premise true.

Facts are taken up in the order of their depth, so that a proof found is a shortest one for its last step, or nearly so.
A theorem's equation is kept with the figure's magnitudes and gives a value or a ratio as soon as enough of them are
known; equal lengths, fixed ratios, equal angles and angles of a fixed sum form classes (`magnitudes`).
"""

from __future__ import annotations

import functools
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from mmrecipes.geometry.deduction.diagram import Row
from mmrecipes.geometry.deduction.knowledge import Knowledge, Known, Reason, Unsound, unique
from mmrecipes.geometry.deduction.language import SEEN, SHAPES
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE
from mmrecipes.geometry.deduction.matching import Matcher
from mmrecipes.geometry.deduction.planning import Plan, plans
from mmrecipes.geometry.deduction.stating import Edge
from mmrecipes.geometry.deduction.theorems import Theorem, theorems
from mmrecipes.geometry.facts import Fact
from mmrecipes.geometry.figure import Figure

MAX_DEPTH = 8
MAX_FACTS = 2000
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Deduction:
    """All that is known of a figure. `facts`: in an order in which premises come first; `number`: of each fact;
    `uses`: how many facts each theorem gave; `complete`: False if MAX_FACTS cut the chaining short."""

    figure: Figure
    facts: tuple[Known, ...]
    number: dict[Fact, int]
    uses: Counter[str]
    complete: bool


def deduce(figure: Figure, table: Mapping[str, Theorem] | None = None, *, depth: int = MAX_DEPTH) -> Deduction:
    """All that follows from what the figure states, to the given depth. `table`: other theorems than the package's.
    Raises Unsound if something false follows, and TableError if a table cannot be matched."""
    engine = _Engine(figure, _compiled() if table is None else _compile(table), depth)
    engine.chain()
    known = engine.known
    return Deduction(figure, tuple(known.facts), known.number, known.uses, len(known.facts) < MAX_FACTS)


@dataclass(frozen=True)
class _Compiled:
    """Plans in the order of the table: those that start from the drawing, and by kind of fact those that start from
    one."""

    seen: tuple[Plan, ...]
    related: dict[str, list[Plan]]
    definitions: frozenset[str]


@functools.cache
def _compiled() -> _Compiled:
    return _compile(theorems())


def _compile(table: Mapping[str, Theorem]) -> _Compiled:
    seen: list[Plan] = []
    related: dict[str, list[Plan]] = {}
    for number, theorem in enumerate(t for t in table.values() if t.given):
        for plan in plans(theorem, number):
            if plan.driver in SEEN or plan.driver in SHAPES:
                seen.append(plan)
            else:
                related.setdefault(plan.driver, []).append(plan)
    return _Compiled(tuple(seen), related, frozenset(t.name for t in table.values() if t.definition))


_Item = tuple[Edge | tuple[str, Row], Reason]


class _Engine:
    def __init__(self, figure: Figure, compiled: _Compiled, depth: int) -> None:
        self.known = Knowledge(figure)
        self.matcher = Matcher(self.known, self._queue)
        self._m, self._compiled, self._max_depth, self._level = self.known.magnitudes, compiled, depth, 0
        self._agenda: list[tuple[deque[_Item], deque[_Item]]] = [(deque(), deque()) for _ in range(depth + 1)]

    def chain(self) -> None:
        self._read_givens()
        for plan in self._compiled.seen:
            for row in self.known.diagram.table(plan.driver):
                plan.start(self.matcher, row)
        for self._level, (plain, indirect) in enumerate(self._agenda):  # noqa: B020
            while plain or indirect:
                if len(self.known.facts) >= MAX_FACTS:
                    return
                item, reason = (plain or indirect).popleft()
                if isinstance(item, Edge):
                    self._take_edge(item, reason)
                else:
                    self._take_relation(*item, reason)

    def _read_givens(self) -> None:
        for statement in self.known.figure.givens():
            reason = Reason("", (self.known.add_given(statement),), 0)
            read = self.known.statements.read(statement)
            if isinstance(read, Edge):
                self._queue(read, reason)
            elif read is not None:
                self._queue((statement.kind, read), reason)

    def _queue(self, item: Edge | tuple[str, Row], reason: Reason) -> None:
        """At one depth, lengths and angles that come from areas and trigonometry wait for all simpler ways."""
        if reason.depth > self._max_depth:
            return
        edge = isinstance(item, Edge)
        by_areas = reason.plan is not None and reason.plan.theorem.subject in ("areas", "trigonometry")
        indirect = by_areas and edge and self._m.kind[item.node] != "area"
        self._agenda[max(reason.depth, self._level)][indirect].append((item, reason))
        if edge and not indirect and item.other in (UNIT, ZERO_ANGLE):
            root, promised = self._m.root[item.node], self.matcher.promised
            promised[root] = min(reason.depth, promised.get(root, reason.depth))

    def _take_relation(self, kind: str, row: Row, reason: Reason) -> None:
        known = self.known
        if (kind, row) in known.related:
            return
        statement = known.statements.relation(kind, row)
        if reason.theorem and not known.figure.holds(statement):
            raise Unsound(f"{reason.theorem} concludes {statement}, which is false in the drawing")
        known.related[kind, row] = known.record(statement, reason)
        self.matcher.related(kind, row, self._compiled.related.get(kind, []))

    def _take_edge(self, edge: Edge, reason: Reason) -> None:
        m = self._m
        if m.root[edge.node] == m.root[edge.other]:
            return
        statement = self.known.statements.edge(edge)
        if statement is None:
            return
        wanted, size = float(edge.factor) * m.size[edge.other] + float(edge.shift), m.size[edge.node]
        if abs(size - wanted) > _TOLERANCE * (abs(wanted) + abs(size)):
            raise Unsound(f"{reason.theorem or 'the figure'} concludes {statement}, which is false in the drawing")
        number = self.known.record(statement, reason)
        valued = next((n for n in (edge.node, edge.other) if n in self.known.valued), None)
        moved = m.join(edge.node, edge.other, edge.factor, edge.shift, number)
        if edge.other in (UNIT, ZERO_ANGLE):
            valued = edge.node
            self.known.valued[valued] = number
        if valued is not None:
            self._spread(valued)
        self.matcher.moved(moved)

    def _spread(self, start: int) -> None:
        """Values follow from the value of this node along the facts that relate it to others."""
        valued, stack = self.known.valued, [start]
        while stack:
            at = stack.pop()
            for other, link in self._m.links[at]:
                if other not in (UNIT, ZERO_ANGLE) and other not in valued:
                    number = self._carry(other, link, valued[at])
                    if number is not None:
                        valued[other] = number
                        stack.append(other)

    def _carry(self, node: int, link: int, value: int) -> int | None:
        """The fact that gives a node its value, from a fact that relates it to a known one (both by number); None if
        it lies too deep. If a theorem gave that relation, the theorem gives the value."""
        related = self.known.facts[link]
        by_theorem = related.theorem and related.theorem not in self._compiled.definitions
        premises = unique((*related.premises, value) if by_theorem else (link, value))
        depth = self.known.depth(premises) + bool(by_theorem)
        statement = self.known.statements.value(node)
        if statement is None or depth > self._max_depth:
            return None
        old = self.known.number.get(statement)
        if old is not None:
            return old
        if not by_theorem:
            return self.known.add(Known(statement, "derived", "substitution", premises, depth))
        return self.known.add(related._replace(fact=statement, premises=premises, depth=depth))
