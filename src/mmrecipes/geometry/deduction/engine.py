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
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mmrecipes.geometry.deduction.diagram import Diagram, Row
from mmrecipes.geometry.deduction.equations import Instance, Solved, entailed, holds_in_drawing, solve, unknowns
from mmrecipes.geometry.deduction.language import SEEN, SHAPES, Equation
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE, Magnitudes
from mmrecipes.geometry.deduction.planning import Condition, Plan, Slots, plans
from mmrecipes.geometry.deduction.stating import INCIDENCES, LINE_KINDS, Edge, Statements
from mmrecipes.geometry.deduction.theorems import Theorem, theorems
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes.geometry.figure import Figure
from mmrecipes.geometry.numbers import Surd, cos_degrees, sin_degrees, tan_degrees

MAX_DEPTH = 8
MAX_FACTS = 2000
_TOLERANCE = 1e-9
_TRIGONOMETRY = {"cos": cos_degrees, "sin": sin_degrees, "tan": tan_degrees}


_AT_VERTEX = ("ang", "cos", "sin", "tan", "degrees")


class Unsound(Exception):
    """A statement is false in the drawing: a given of the figure, or the conclusion of a theorem of the table."""


class Known(NamedTuple):
    """One fact and why it is known. `premises`: numbers of earlier facts; `depth`: the number of theorems on the
    longest way to it; `binding`: the points of the theorem's variables; `equation`: what the value was computed from.
    status: given by the figure, seen in the drawing, or derived."""

    fact: Fact
    status: Literal["given", "seen", "derived"]
    theorem: str
    premises: tuple[int, ...]
    depth: int
    binding: tuple[tuple[str, str], ...] = ()
    equation: str = ""


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
    """All that follows from what the figure states, to the given depth. Raises Unsound if something false does."""
    chosen = _compiled() if table is None else _compile(table)
    engine = _Engine(figure, chosen, depth)
    engine.read_givens()
    engine.chain()
    return Deduction(figure, tuple(engine.facts), engine.number, engine.uses, len(engine.facts) < MAX_FACTS)


Compiled = dict[str, list[Plan]]


@functools.cache
def _compiled() -> Compiled:
    return _compile(theorems())


def _compile(table: Mapping[str, Theorem]) -> Compiled:
    by_driver: Compiled = defaultdict(list)
    for number, theorem in enumerate(t for t in table.values() if t.given):
        for plan in plans(theorem, number):
            by_driver[plan.driver].append(plan)
    return by_driver


@dataclass(eq=False, slots=True)
class _Match:
    """A theorem whose seen premises are bound, and the conditions it still waits for, from `stage` on."""

    plan: Plan
    bound: list[int]
    rows: list[Row]
    nodes: list[list[int]]
    stage: int


class _Reason(NamedTuple):
    theorem: str
    premises: tuple[int, ...]
    depth: int
    plan: Plan | None = None
    bound: tuple[int, ...] = ()
    equation: str = ""


_Queue = deque[tuple[Edge | tuple[str, Row], _Reason]]


class _Engine:
    def __init__(self, figure: Figure, compiled: Compiled, depth: int) -> None:
        self.figure, self.compiled, self.max_depth = figure, compiled, depth
        self.diagram = Diagram(figure)
        self.m = Magnitudes(self.diagram)
        self.statements = Statements(self.diagram, self.m)
        self.facts: list[Known] = []
        self.number: dict[Fact, int] = {}
        self.uses: Counter[str] = Counter()
        self.relations: dict[str, list[Row]] = defaultdict(list)
        self.related: dict[tuple[str, Row], int] = {}
        self.valued: dict[int, int] = {}
        self.incident: dict[int, list[tuple[int, Row]]] = defaultdict(list)
        self.agenda: list[tuple[_Queue, _Queue]] = [(deque(), deque()) for _ in range(depth + 1)]
        self._waiting_facts: dict[tuple[str, Row], list[_Match]] = defaultdict(list)
        self._waiting_nodes: dict[int, list[_Match]] = defaultdict(list)
        self._equations: dict[int, list[Instance]] = defaultdict(list)
        self._made: set[tuple[int, tuple[int, ...]]] = set()
        self._trigonometry: dict[int, list[int]] = defaultdict(list)
        self._promised: dict[int, int] = {}

    # --- what the figure states

    def read_givens(self) -> None:
        for statement in self.figure.givens():
            if not self.figure.holds(statement):
                raise Unsound(f"the figure states {statement}, which is false in the drawing")
            number = self._add(Known(statement, "given", "", (), 0))
            if statement.kind in INCIDENCES:
                at = tuple(self.diagram.number[name] for name in statement.args)
                self.incident[at[0]].append((number, at[2:] if statement.kind == "foot" else at[1:]))
            read = self.statements.read(statement)
            if isinstance(read, Edge):
                self._queue(read, _Reason("", (number,), 0))
            elif read is not None:
                self._queue((statement.kind, read), _Reason("", (number,), 0))

    def _add(self, known: Known) -> int:
        number = self.number[known.fact] = len(self.facts)
        self.facts.append(known)
        if known.theorem:
            self.uses[known.theorem] += 1
        return number

    # --- the loop

    def chain(self) -> None:
        for kind in [k for k in (*SEEN, *SHAPES) if k in self.compiled]:
            rows = self.diagram.table(kind)
            for plan in self.compiled[kind]:
                for row in rows:
                    plan.start(self, row)
        for plain, indirect in self.agenda:
            while plain or indirect:
                if len(self.facts) >= MAX_FACTS:
                    return
                item, reason = (plain or indirect).popleft()
                if isinstance(item, Edge):
                    self._take_edge(item, reason)
                else:
                    self._take_relation(*item, reason)

    def _queue(self, item: Edge | tuple[str, Row], reason: _Reason) -> None:
        """At one depth, lengths and angles that come from areas and trigonometry wait for all simpler ways."""
        if reason.depth <= self.max_depth:
            indirect = (
                reason.plan is not None
                and reason.plan.theorem.subject in ("areas", "trigonometry")
                and isinstance(item, Edge)
                and self.m.kind[item.node] != "area"
            )
            self.agenda[reason.depth][indirect].append((item, reason))
            if not indirect and isinstance(item, Edge) and item.other in (UNIT, ZERO_ANGLE):
                root = self.m.root[item.node]
                self._promised[root] = min(reason.depth, self._promised.get(root, reason.depth))

    def facts_of(self, kind: str) -> list[Row]:
        return self.relations[kind]

    # --- new facts

    def _record(self, statement: Fact, reason: _Reason) -> int:
        """Its number; a given fact has one already."""
        if not reason.theorem:
            return reason.premises[0]
        old = self.number.get(statement)
        if old is not None:
            return old
        names = self.diagram.names
        binding: tuple[tuple[str, str], ...] = ()
        if reason.plan is not None:
            binding = tuple(
                (variable, names[value] if variable.isupper() else "".join(names[p] for p in self.diagram.lines[value][:2]))
                for variable, value in zip(reason.plan.names, reason.bound, strict=True)
            )
        return self._add(
            Known(statement, "derived", reason.theorem, reason.premises, reason.depth, binding, reason.equation)
        )

    def _take_relation(self, kind: str, row: Row, reason: _Reason) -> None:
        key = (kind, row)
        if key in self.related:
            return
        statement = self.statements.relation(kind, row)
        if reason.theorem and not self.figure.holds(statement):
            raise Unsound(f"{reason.theorem} concludes {statement}, which is false in the drawing")
        self.related[key] = self._record(statement, reason)
        readings = self.statements.readings(kind, row)
        self.relations[kind] += readings
        for plan in self.compiled.get(kind, ()):
            for reading in readings:
                plan.start(self, reading)
        for match in self._waiting_facts.pop(key, ()):
            self._advance(match)

    def _take_edge(self, edge: Edge, reason: _Reason) -> None:
        m = self.m
        if m.root[edge.node] == m.root[edge.other]:
            return
        statement = self.statements.edge(edge)
        if statement is None:
            return
        self._check(edge, statement, reason)
        number = self._record(statement, reason)
        constant = edge.other in (UNIT, ZERO_ANGLE)
        known_before = {n for n in (edge.node, edge.other) if m.known(n)}
        moved = m.join(edge.node, edge.other, edge.factor, edge.shift, number)
        if m.known(edge.node):
            if constant:
                self.valued[edge.node] = number
                self._spread(edge.node)
            else:
                for known in known_before:
                    self._spread(known)
        self._wake(moved)

    def _check(self, edge: Edge, statement: Fact, reason: _Reason) -> None:
        size = self.m.size
        wanted = float(edge.factor) * size[edge.other] + float(edge.shift)
        if abs(size[edge.node] - wanted) > _TOLERANCE * (abs(wanted) + abs(size[edge.node]) + 1e-3):
            raise Unsound(f"{reason.theorem or 'the figure'} concludes {statement}, which is false in the drawing")

    def _spread(self, node: int) -> None:
        """Values follow from the value of this node along the facts of its class."""
        stack = [node]
        while stack:
            at = stack.pop()
            for other, fact_number in self.m.links[at]:
                if other in (UNIT, ZERO_ANGLE) or other in self.valued:
                    continue
                link = self.facts[fact_number]
                hop = link.theorem and not self._is_definition(link)
                premises = (*link.premises, self.valued[at]) if hop else (fact_number, self.valued[at])
                depth = max(self.facts[p].depth for p in premises) + bool(hop)
                if depth > self.max_depth:
                    continue
                constant = ZERO_ANGLE if self.m.kind[other] == "ang" else UNIT
                value = self.m.value(other)
                edge = Edge(other, constant, *((1, value) if constant == ZERO_ANGLE else (value, 0)))  # type: ignore
                statement = self.statements.edge(edge)
                if statement is None:
                    continue
                known = Known(
                    statement, "derived", link.theorem if hop else "substitution", _unique(premises), depth,
                    link.binding if hop else (), link.equation if hop else "",
                )  # fmt: skip
                old = self.number.get(statement)
                self.valued[other] = self._add(known) if old is None else old
                stack.append(other)

    def _is_definition(self, known: Known) -> bool:
        theorem = theorems().get(known.theorem)
        return theorem is not None and theorem.definition

    # --- consequences of a change

    def _wake(self, moved: list[int]) -> None:
        equations: dict[Instance, None] = {}
        for n in moved:
            if n in self._equations:
                equations.update(dict.fromkeys(self._equations[n]))
        for instance in equations:
            if not instance.done:
                self._settle(instance)
        for n in moved:
            if self.m.kind[n] in ("ang", "cos", "tan", "degrees"):
                self._link_trigonometry(n)
        for n in moved:
            if n in self._waiting_nodes:
                for match in self._waiting_nodes.pop(n):
                    self._advance(match)

    def _settle(self, instance: Instance) -> None:
        open_nodes = unknowns(instance, self.m)
        if len(open_nodes) == 1 and self.m.root[open_nodes[0]] in self._promised and self._promised_sooner(instance, open_nodes[0]):
            return
        solved = solve(instance, open_nodes, self.m)
        if solved is None:
            return
        used = self._used(instance.nodes, solved)
        if used is None:
            return
        premises = instance.premises + used
        if self._idle(instance, solved):
            return
        plan = instance.plan
        reason = self._reason(plan, instance.bound, premises, instance.equation.text)
        self._queue(Edge(*solved), reason)

    def _promised_sooner(self, instance: Instance, node: int) -> bool:
        """Whether a value for the class of the node is on the agenda already, and as shallow as this one would be."""
        depth = self._promised[self.m.root[node]]
        at = max([self.facts[p].depth for p in instance.premises], default=0)
        for n in instance.nodes:
            if n in self.valued:
                at = max(at, self.facts[self.valued[n]].depth)
        return depth <= at + (not instance.plan.theorem.definition)

    def _idle(self, instance: Instance, solved: Solved) -> bool:
        """Whether it is a trigonometric value that leads nowhere: neither of a special angle nor what the theorem is
        about (its first term)."""
        kind = self.m.kind[solved.node]
        if kind not in _TRIGONOMETRY or instance.equation.terms[0].kind == kind:
            return False
        return kind == "sin" or _TRIGONOMETRY[kind](self._degrees_near(solved.node)) != solved.factor

    def _reason(self, plan: Plan, bound: list[int], premises: list[int], equation: str = "") -> _Reason:
        facts = self.facts
        depth = max([facts[p].depth for p in premises], default=0) + (not plan.theorem.definition)
        return _Reason(plan.theorem.name, _unique(premises), depth, plan, tuple(bound), equation)

    def _link_trigonometry(self, n: int) -> None:
        """Values of special angles: a known angle makes its cosine, sine and tangent known, and a cosine or tangent the
        angle."""
        if n not in self.valued:
            return
        if self.m.kind[n] == "ang":
            for node in self._trigonometry.get(n, ()):
                self._value_of_angle(n, node)
            return
        function, near = _TRIGONOMETRY.get(self.m.kind[n]), self._degrees_near(n)
        if function is not None and self.m.kind[n] != "sin" and function(near) == self.m.factor[n]:
            angle = self.m.make("ang", self.m.points[n])
            self._queue(Edge(angle, ZERO_ANGLE, 1, near), self._reckoned("special_angle", self.valued[n]))

    def _degrees_near(self, node: int) -> int:
        return round(self.diagram.turn(*self.m.points[node]))

    def _reckoned(self, name: str, premise: int) -> _Reason:
        return _Reason(name, (premise,), self.facts[premise].depth)

    def _value_of_angle(self, angle: int, node: int) -> None:
        if self.m.known(node) or angle not in self.valued:
            return
        degrees, kind = self.m.shift[angle], self.m.kind[node]
        value = Surd(degrees) if kind == "degrees" else _TRIGONOMETRY[kind](degrees) if degrees != 90 else None
        if value:
            number = self.valued[node] = self.valued[angle]
            self._wake(self.m.join(node, UNIT, value, 0, number))

    # --- matches

    def complete(self, plan: Plan, bound: list[int]) -> None:
        """All seen premises hold; the conditions are looked at. Called by the plans."""
        if plan.distinct and len({bound[s] for s in plan.distinct}) < len(plan.distinct):
            return
        rows: list[Row] = []
        nodes: list[list[int]] = []
        for condition in plan.conditions:
            if condition.equation is None:
                row = self._row(condition, bound)
                if row is None or not self._plausible(condition.kind, row):
                    return
                rows.append(row)
                nodes.append([])
            else:
                found = self._nodes(condition.terms, bound)
                if found is None or not self._true_in_drawing(condition, found):
                    return
                rows.append(())
                nodes.append(found)
        self._advance(_Match(plan, bound.copy(), rows, nodes, 0))

    def _row(self, condition: Condition, bound: list[int]) -> Row | None:
        """The canonical row of a relation; None if one of its lines is not drawn, or a triangle is matched with
        itself."""
        at = tuple([bound[s] for s in condition.slots])
        if condition.kind in ("congruent", "similar") and at[:3] == at[3:]:
            return None
        if condition.kind not in LINE_KINDS:
            return self.statements.row(condition.kind, at)
        if len(at) == 4:
            line = self.diagram.line
            first, second = line.get((at[0], at[1])), line.get((at[2], at[3]))
            if first is None or second is None:
                return None
            at = (first, second)
        return (at if at[0] < at[1] else (at[1], at[0])) if at[0] != at[1] else None

    def _nodes(self, terms: tuple[tuple[str, Slots], ...], bound: list[int]) -> list[int] | None:
        nodes: list[int] = []
        for kind, slots in terms:
            node = self.m.node(kind, tuple([bound[s] for s in slots]))
            if node is None:
                return None
            nodes.append(node)
        return nodes

    def _true_in_drawing(self, condition: Condition, nodes: list[int]) -> bool:
        if condition.value is not None:
            return abs(self.m.size[nodes[0]] - condition.size) <= _TOLERANCE * condition.size
        equation = condition.equation
        assert equation is not None
        if equation.equates and len(nodes) == 2:
            return self.m.alike(*nodes)
        return holds_in_drawing(equation, [self.m.size[n] for n in nodes])

    def _plausible(self, kind: str, row: Row) -> bool:
        """False only if the relation is false in the drawing."""
        xy = self.diagram.xy
        if kind == "mid":
            (mx, my), (ax, ay), (bx, by) = (xy[p] for p in row)
            return abs(ax + bx - 2 * mx) + abs(ay + by - 2 * my) <= _TOLERANCE * (abs(ax - bx) + abs(ay - by))
        if kind in LINE_KINDS:
            first, second = (self.diagram.slopes[line] for line in row)
            (ux, uy), (vx, vy) = first, second
            return abs(ux * vy - uy * vx if kind == "para" else ux * vx + uy * vy) <= _TOLERANCE
        return True

    def _advance(self, match: _Match) -> None:
        """Look at the conditions from the first one not yet met; wait at one that is not, or conclude."""
        conditions = match.plan.conditions
        while match.stage < len(conditions):
            condition, nodes = conditions[match.stage], match.nodes[match.stage]
            if condition.equation is None:
                key = (condition.kind, match.rows[match.stage])
                if key not in self.related:
                    self._waiting_facts[key].append(match)
                    return
            elif not self._met(condition, nodes):
                for n in nodes:
                    self._waiting_nodes[n].append(match)
                return
            match.stage += 1
        if match.stage == len(conditions):
            match.stage += 1
            self._conclude(match)

    def _met(self, condition: Condition, nodes: list[int]) -> bool:
        if condition.value is not None:
            return nodes[0] in self.valued and self.m.value(nodes[0]) == condition.value
        equation = condition.equation
        assert equation is not None
        if equation.equates and len(nodes) == 2:
            return self.m.equal(*nodes)
        return entailed(equation, nodes, self.m)

    def _conclude(self, match: _Match) -> None:
        plan, bound = match.plan, match.bound
        premises = self._premises(match)
        if premises is None:
            return
        for place, conclusion in enumerate(plan.conclusions):
            if conclusion.equation is None:
                row = self._row(conclusion, bound)
                if row is not None and (conclusion.kind, row) not in self.related:
                    self._queue((conclusion.kind, row), self._reason(plan, bound, premises))
                continue
            nodes = self._nodes(conclusion.terms, bound)
            if nodes is None or self._seen_before(plan.number * 16 + place, nodes):
                continue
            if not self._usable(nodes):
                continue
            arms = self._arms(conclusion.terms, bound)
            self._hold(Instance(conclusion.equation, nodes, plan, bound, premises + arms))

    def _usable(self, nodes: list[int]) -> bool:
        """Trigonometric values serve in a theorem if it is about them (they come first) or the angle is special."""
        m = self.m
        return all(m.kind[n] not in _TRIGONOMETRY or n == nodes[0] or self._special(n) for n in nodes)

    def _special(self, node: int) -> bool:
        degrees = self.diagram.turn(*self.m.points[node])
        near = round(degrees)
        return near % 3 == 0 and near != 90 and abs(degrees - near) < 1e-7

    def _seen_before(self, place: int, nodes: list[int]) -> bool:
        key = (place, tuple(nodes))
        if key in self._made:
            return True
        self._made.add(key)
        return False

    def _hold(self, instance: Instance) -> None:
        if not holds_in_drawing(instance.equation, [self.m.size[n] for n in instance.nodes]):
            text = f"{instance.plan.theorem.name} concludes {instance.equation.text}"
            points = ", ".join(f"{v}={self.diagram.names[p]}" for v, p in zip(instance.plan.names, instance.bound, strict=True))
            raise Unsound(f"{text} with {points}, which is false in the drawing")
        for n in instance.nodes:
            self._equations[n].append(instance)
            if self.m.kind[n] in ("cos", "sin", "tan", "degrees"):
                angle = self.m.make("ang", self.m.points[n])
                if n not in self._trigonometry[angle]:
                    self._trigonometry[angle].append(n)
                    self._value_of_angle(angle, n)
        self._settle(instance)

    # --- premises

    def _premises(self, match: _Match) -> list[int] | None:
        """The facts that the match rests on; None if one of them lies deeper than the chaining goes."""
        plan, bound = match.plan, match.bound
        premises: list[int] = []
        for kind, slots in plan.cited:
            premises += self._cite(kind, tuple(bound[s] for s in slots))
        for condition, row, nodes in zip(plan.conditions, match.rows, match.nodes, strict=True):
            if condition.equation is None:
                premises.append(self.related[condition.kind, row])
                continue
            premises += self._arms(condition.terms, bound)
            used = self._used(nodes, None)
            if used is None:
                return None
            premises += used
        return premises

    def _used(self, nodes: list[int], solved: Solved | None) -> list[int] | None:
        """The facts that make an equation between the nodes hold, or give what is solved: the values of known nodes,
        and what relates nodes of one class."""
        m = self.m
        first: dict[int, int] = {} if solved is None else {m.root[n]: n for n in (solved.node, solved.other)}
        found: list[int] = []
        for n in nodes:
            root = m.root[n]
            if root not in (UNIT, ZERO_ANGLE):
                found += m.path(n, first.setdefault(root, n))
            elif n in self.valued:
                found.append(self.valued[n])
            else:
                return None
        return found

    def _cite(self, kind: str, row: Row) -> list[int]:
        if kind == "between":
            return self._incidences(*row)
        if kind == "on_circle":
            return [self._seen(fact("on_circle", *self.statements.names(row)))]
        if kind in LINE_KINDS:
            row = row if row[0] < row[1] else (row[1], row[0])
        return [self.related[kind, self.statements.row(kind, row)]]

    def _seen(self, statement: Fact) -> int:
        number = self.number.get(statement)
        return self._add(Known(statement, "seen", "", (), 0)) if number is None else number

    def _incidences(self, p: int, a: int, b: int) -> list[int]:
        """The stated facts that put the three points on their line; failing that, the order that the drawing shows."""
        line = self.diagram.lines[self.diagram.line[a, b]]
        stated = [n for q in (p, a, b) for n, ends in self.incident.get(q, ()) if ends[0] in line and ends[1] in line]
        return stated or [self._seen(fact("between", *self.statements.names((p, a, b))))]

    def _arms(self, terms: tuple[tuple[str, Slots], ...], bound: list[int]) -> list[int]:
        """What allows an angle to be named by other points of its arms."""
        found: list[int] = []
        for kind, slots in terms:
            if kind in _AT_VERTEX:
                v = bound[slots[1]]
                for s in (slots[0], slots[2]):
                    p = bound[s]
                    arm = self.diagram.arm.get((v, p), p)
                    if arm != p:
                        found += self._incidences(*self._in_order(v, arm, p))
        return found

    def _in_order(self, v: int, first: int, second: int) -> Row:
        nearer = self.diagram.distance(v, first) < self.diagram.distance(v, second)
        return (first, v, second) if nearer else (second, v, first)


def _unique(numbers: list[int] | tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
