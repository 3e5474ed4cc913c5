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
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from mmrecipes.geometry.deduction.diagram import Row
from mmrecipes.geometry.deduction.knowledge import Knowledge, Known, Reason, Unsound, unique
from mmrecipes.geometry.deduction.language import SEEN, SHAPES
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE
from mmrecipes.geometry.deduction.matching import Matcher
from mmrecipes.geometry.deduction.planning import Plan, plans
from mmrecipes.geometry.deduction.stating import Edge
from mmrecipes.geometry.deduction.theorems import Theorem, theorems
from mmrecipes.geometry.facts import Fact, fact
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
    one; `rank`: the place of each theorem."""

    seen: tuple[Plan, ...]
    related: dict[str, list[Plan]]
    definitions: frozenset[str]
    rank: dict[str, int]


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
    definitions = frozenset(t.name for t in table.values() if t.definition)
    return _Compiled(tuple(seen), related, definitions, {name: place for place, name in enumerate(table)})


_Item = tuple[Edge | tuple[str, Row], Reason] | tuple[int, Known]
"""What waits to be taken up: an edge or a relation with its reason, or a node with the reason of its value."""


class _Engine:
    def __init__(self, figure: Figure, compiled: _Compiled, depth: int) -> None:
        self.known = Knowledge(figure)
        self.matcher = Matcher(self.known, self._queue)
        self._m, self._compiled, self._max_depth, self._level = self.known.magnitudes, compiled, depth, 0
        self._agenda: list[list[tuple[int, int, _Item]]] = [[] for _ in range(depth + 1)]
        self._queued = 0

    def chain(self) -> None:
        self._read_givens()
        for plan in self._compiled.seen:
            for row in self.known.diagram.table(plan.driver):
                plan.start(self.matcher, row)
        for self._level, items in enumerate(self._agenda):  # noqa: B020
            while items:
                if len(self.known.facts) >= MAX_FACTS:
                    return
                match heappop(items)[2]:
                    case Edge() as edge, Reason() as reason:
                        self._take_edge(edge, reason)
                    case (str() as kind, row), Reason() as reason:
                        self._take_relation(kind, row, reason)
                    case int() as node, Known() as known:
                        self._take_value(node, known)

    def _read_givens(self) -> None:
        """What the figure states, and that the points built on a circle lie on it."""
        known = self.known
        stated = [(f, known.add_given(f)) for f in known.figure.givens()]
        built = [fact("on_circle", name, c.centre) for c in known.figure.circles.values() for name in c.on]
        for statement, number in stated + [(f, known.see(f)) for f in built if f not in known.number]:
            reason = Reason("", (number,), 0)
            read = known.statements.read(statement)
            if isinstance(read, Edge):
                self._queue(read, reason)
            elif read is not None:
                self._queue((statement.kind, read), reason)

    def _queue(self, item: Edge | tuple[str, Row], reason: Reason) -> None:
        if reason.depth > self._max_depth:
            return
        rank = self._push((item, reason), reason.depth, reason.theorem)
        if isinstance(item, Edge) and item.other in (UNIT, ZERO_ANGLE):
            root, promised = self._m.root[item.node], self.matcher.promised
            promised[root] = min((reason.depth, rank), promised.get(root, (reason.depth, rank)))

    def _push(self, item: _Item, depth: int, theorem: str) -> int:
        """At one depth, what earlier theorems of the table give is taken up first. Returns the theorem's place."""
        rank = self._compiled.rank.get(theorem, -1)
        self._queued += 1
        heappush(self._agenda[max(depth, self._level)], (rank, self._queued, item))
        return rank

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
        m, constant = self._m, edge.other in (UNIT, ZERO_ANGLE)
        if edge.node in self.known.valued if constant else m.root[edge.node] == m.root[edge.other]:
            return
        statement = self.known.statements.edge(edge)
        if statement is None and reason.theorem:
            return
        wanted, size = float(edge.factor) * m.size[edge.other] + float(edge.shift), m.size[edge.node]
        if abs(size - wanted) > _TOLERANCE * (abs(wanted) + abs(size)):
            raise Unsound(f"{reason.theorem or 'the figure'} concludes {statement}, which is false in the drawing")
        number = reason.premises[0] if statement is None else self.known.record(statement, reason)
        if constant and m.known(edge.node):
            self._set_value(edge.node, number)
            return
        moved = m.join(edge.node, edge.other, edge.factor, edge.shift, number)
        if constant:
            self._set_value(edge.node, number)
        elif m.known(edge.node):
            for n in (edge.node, edge.other):
                if n in self.known.valued:
                    self._spread(n)
        else:
            self.matcher.moved(moved)

    def _set_value(self, node: int, number: int) -> None:
        self.known.valued[node] = number
        self._spread(node)
        self.matcher.moved([node])

    def _spread(self, node: int) -> None:
        """Values follow from the value of this node along the facts that relate it to others, unless something
        shallower gives them first."""
        for other, link in self._m.links[node]:
            if other not in (UNIT, ZERO_ANGLE) and other not in self.known.valued:
                known = self._carried(link, self.known.valued[node])
                if known.depth <= self._max_depth:
                    self._push((other, known), known.depth, known.theorem)

    def _carried(self, link: int, value: int) -> Known:
        """A value that follows from a relation and a value (both facts by number), but for its statement. If a theorem
        gave the relation, the theorem gives the value."""
        related = self.known.facts[link]
        if not related.theorem or related.theorem in self._compiled.definitions:
            return Known(related.fact, "derived", "substitution", (link, value), self.known.depth((link, value)))
        premises = unique((*related.premises, value))
        return related._replace(premises=premises, depth=self.known.depth(premises) + 1)

    def _take_value(self, node: int, known: Known) -> None:
        statement = None if node in self.known.valued else self.known.statements.value(node)
        if statement is not None:
            number = self.known.number.get(statement)
            self._set_value(node, self.known.add(known._replace(fact=statement)) if number is None else number)
