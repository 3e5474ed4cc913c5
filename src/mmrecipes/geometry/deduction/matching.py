"""Matches of theorems, and the conditions and equations that wait for more to become known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from mmrecipes.geometry.deduction.diagram import Row
from mmrecipes.geometry.deduction.equations import Instance, Solved, entailed, holds_in_drawing, solve, unknowns
from mmrecipes.geometry.deduction.knowledge import Knowledge, Reason, Unsound
from mmrecipes.geometry.deduction.language import Equation
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE
from mmrecipes.geometry.deduction.planning import Condition, Plan, Slots
from mmrecipes.geometry.deduction.stating import LINE_KINDS, Edge
from mmrecipes.geometry.numbers import Surd, cos_degrees, sin_degrees, tan_degrees

_TOLERANCE = 1e-9
_TRIGONOMETRY = {"cos": cos_degrees, "sin": sin_degrees, "tan": tan_degrees}
_OF_ANGLE = ("ang", "cos", "sin", "tan", "degrees")

Queue = Callable[[Edge | tuple[str, Row], Reason], None]


@dataclass(eq=False, slots=True)
class _Match:
    """A theorem whose seen premises are bound, and the conditions it still waits for, from `stage` on. `waits`: the
    stage for whose magnitudes it is in the waiting lists."""

    plan: Plan
    bound: list[int]
    rows: list[Row]
    nodes: list[list[int]]
    stage: int
    waits: int = -1


class Matcher:
    """`queue` takes what follows: an edge between magnitudes or a relation, with its reason. `promised`: the least
    depth, and place of the theorem, at which a value of a class of magnitudes is queued."""

    def __init__(self, knowledge: Knowledge, queue: Queue) -> None:
        self.diagram = knowledge.diagram
        self.relations: dict[str, list[Row]] = defaultdict(list)
        self.promised: dict[int, tuple[int, int]] = {}
        self._known, self._m, self._queue = knowledge, knowledge.magnitudes, queue
        self._waiting_facts: dict[tuple[str, Row], list[_Match]] = defaultdict(list)
        self._waiting_nodes: dict[int, list[_Match]] = defaultdict(list)
        self._equations: dict[int, list[Instance]] = defaultdict(list)
        self._made: set[tuple[int, int, tuple[int, ...]]] = set()
        self._values_of: dict[int, list[int]] = defaultdict(list)

    def facts_of(self, kind: str) -> list[Row]:
        return self.relations[kind]

    # --- a match from its seen premises to its conclusions

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
        """The canonical row of a relation; None if one of its lines is not drawn, or a line or triangle is matched
        with itself. (Two strokes on one line are seen to be one line.)"""
        at = tuple([bound[s] for s in condition.slots])
        if condition.kind in ("congruent", "similar") and at[:3] == at[3:]:
            return None
        if condition.kind not in LINE_KINDS:
            return self._known.statements.row(condition.kind, at)
        if len(at) == 4:
            line = self.diagram.line
            first, second = line.get((at[0], at[1])), line.get((at[2], at[3]))
            if first is None or second is None:
                return None
            at = (first, second)
        if at[0] == at[1] or (condition.kind == "para" and self.diagram.coincide(*at)):
            return None
        return at if at[0] < at[1] else (at[1], at[0])

    def _nodes(self, terms: tuple[tuple[str, Slots], ...], bound: list[int]) -> list[int] | None:
        nodes: list[int] = []
        for kind, slots in terms:
            node = self._m.node(kind, tuple([bound[s] for s in slots]))
            if node is None:
                return None
            nodes.append(node)
        return nodes

    def _true_in_drawing(self, condition: Condition, nodes: list[int]) -> bool:
        if condition.value is not None:
            return abs(self._m.size[nodes[0]] - condition.size) <= _TOLERANCE * condition.size
        equation = condition.equation
        assert equation is not None
        return self._looks_true(equation, nodes)

    def _looks_true(self, equation: Equation, nodes: list[int]) -> bool:
        if equation.equates:
            return self._m.alike(*nodes)
        return holds_in_drawing(equation, [self._m.size[n] for n in nodes])

    def _plausible(self, kind: str, row: Row) -> bool:
        """False only if the relation is false in the drawing."""
        xy = self.diagram.xy
        if kind == "mid":
            (mx, my), (ax, ay), (bx, by) = (xy[p] for p in row)
            return abs(ax + bx - 2 * mx) + abs(ay + by - 2 * my) <= _TOLERANCE * (abs(ax - bx) + abs(ay - by))
        if kind in LINE_KINDS:
            (ux, uy), (vx, vy) = (self.diagram.slopes[line] for line in row)
            return abs(ux * vy - uy * vx if kind == "para" else ux * vx + uy * vy) <= _TOLERANCE
        return True

    def _advance(self, match: _Match, woken: int = -1) -> None:
        """Look at the conditions from the first one not yet met; wait at one that is not, or conclude. `woken`: the
        node whose change is the reason to look again."""
        conditions = match.plan.conditions
        while match.stage < len(conditions):
            condition, nodes = conditions[match.stage], match.nodes[match.stage]
            if condition.equation is None:
                key = (condition.kind, match.rows[match.stage])
                if key not in self._known.related:
                    self._waiting_facts[key].append(match)
                    return
            elif not self._met(condition, nodes):
                for n in nodes if match.waits != match.stage else (woken,):
                    self._waiting_nodes[n].append(match)
                match.waits = match.stage
                return
            match.stage += 1
        if match.stage == len(conditions):
            match.stage += 1
            self._conclude(match)

    def _met(self, condition: Condition, nodes: list[int]) -> bool:
        if condition.value is not None:
            return nodes[0] in self._known.valued and self._m.value(nodes[0]) == condition.value
        equation = condition.equation
        assert equation is not None
        met = self._m.equal(*nodes) if equation.equates else entailed(equation, nodes, self._m)
        return met and self._ready(nodes)

    def _ready(self, nodes: list[int]) -> bool:
        """Whether all nodes with a value have it stated by a fact already."""
        root, valued = self._m.root, self._known.valued
        return valued.keys() >= {n for n in nodes if root[n] <= ZERO_ANGLE}

    def _conclude(self, match: _Match) -> None:
        plan, bound, known = match.plan, match.bound, self._known
        rows: list[tuple[str, Row]] = []
        equations: list[tuple[Condition, list[int]]] = []
        for place, conclusion in enumerate(plan.conclusions):
            if conclusion.equation is None:
                row = self._row(conclusion, bound)
                if row is not None and (conclusion.kind, row) not in known.related:
                    rows.append((conclusion.kind, row))
            elif (nodes := self._nodes(conclusion.terms, bound)) is not None and self._is_new(plan, place, nodes):
                equations.append((conclusion, nodes))
        if not rows and not equations:
            return
        premises = self._premises(match)
        for item in rows:
            self._queue(item, known.because(plan, bound, premises))
        for conclusion, nodes in equations:
            assert conclusion.equation is not None
            arms = self._arms(conclusion.terms, bound)
            self._hold(Instance(conclusion.equation, nodes, plan, bound, premises + arms))

    def _is_new(self, plan: Plan, place: int, nodes: list[int]) -> bool:
        """Whether an equation may say more than is known already."""
        equation = plan.conclusions[place].equation
        if (equation is not None and equation.equates and self._m.equal(*nodes)) or not self._usable(nodes):
            return False
        key = (plan.number, place, tuple(nodes))
        if key in self._made:
            return False
        self._made.add(key)
        return True

    def _premises(self, match: _Match) -> list[int]:
        """The facts that the match rests on."""
        plan, bound = match.plan, match.bound
        premises: list[int] = []
        for kind, slots in plan.cited:
            premises += self._known.cite(kind, tuple([bound[s] for s in slots]))
        for condition, row, nodes in zip(plan.conditions, match.rows, match.nodes, strict=True):
            if condition.equation is None:
                premises.append(self._known.related[condition.kind, row])
                continue
            premises += self._arms(condition.terms, bound) + self._used(nodes, None)
        return premises

    def _arms(self, terms: tuple[tuple[str, Slots], ...], bound: list[int]) -> list[int]:
        found: list[int] = []
        for kind, (a, *rest) in terms:
            if kind in _OF_ANGLE:
                v, b = rest
                found += self._known.arms(bound[a], bound[v], bound[b])
        return found

    def _used(self, nodes: list[int], solved: Solved | None) -> list[int]:
        """The facts that make an equation between the nodes hold, or give what is solved: the values of known nodes,
        and what relates nodes of one class. (A condition may have been met before its magnitudes got values that are
        not stated yet: then too what relates them.)"""
        m, valued = self._m, self._known.valued
        stated = self._ready(nodes)
        first: dict[int, int] = {} if solved is None else {m.root[n]: n for n in (solved.node, solved.other)}
        found: list[int] = []
        for n in nodes:
            root = m.root[n]
            if root not in (UNIT, ZERO_ANGLE) or not stated:
                found += m.path(n, first.setdefault(root, n))
            elif solved is None or n != solved.node:
                found.append(valued[n])
        return found

    # --- equations

    def _usable(self, nodes: list[int]) -> bool:
        """Trigonometric values serve in a theorem if it is about one (which comes first) or the angles are special."""
        kind = self._m.kind
        return kind[nodes[0]] in _TRIGONOMETRY or all(kind[n] not in _TRIGONOMETRY or self._special(n) for n in nodes)

    def _special(self, node: int) -> bool:
        degrees = self.diagram.turn(*self._m.points[node])
        near = round(degrees)
        return near % 3 == 0 and near != 90 and abs(degrees - near) < 1e-7

    def _hold(self, instance: Instance) -> None:
        m = self._m
        if not self._looks_true(instance.equation, instance.nodes):
            names, plan = self.diagram.names, instance.plan
            points = ", ".join(
                f"{v}={names[p]}" for v, p in zip(plan.names, instance.bound, strict=True) if v.isupper()
            )
            raise Unsound(
                f"{plan.theorem.name} concludes {instance.equation.text} with {points}, which is false in the drawing"
            )
        for n in instance.nodes:
            self._equations[n].append(instance)
            if m.kind[n] in _OF_ANGLE[1:]:
                angle = m.make("ang", m.points[n])
                if n not in self._values_of[angle]:
                    self._values_of[angle].append(n)
                    self._value_of_angle(angle, n)
        self._settle(instance)

    def _settle(self, instance: Instance) -> None:
        known, m = self._known, self._m
        open_nodes = unknowns(instance, m)
        if len(open_nodes) > 2 or not self._ready(instance.nodes):
            return
        if len(open_nodes) == 1 and self._promised_sooner(instance, open_nodes[0]):
            return
        solved = solve(instance, open_nodes, m)
        if solved is None or self._idle(instance, solved):
            return
        used = self._used(instance.nodes, solved)
        edge = Edge(*solved)
        if m.kind[solved.node] == "degrees" and solved.other == UNIT:
            assert isinstance(solved.factor, Surd)
            if not solved.factor.is_rational:
                return
            edge = Edge(m.make("ang", m.points[solved.node]), ZERO_ANGLE, 1, solved.factor.fraction)
        self._queue(
            edge, known.because(instance.plan, instance.bound, instance.premises + used, instance.equation.text)
        )

    def _promised_sooner(self, instance: Instance, node: int) -> bool:
        """Whether a value for the class of the node is queued already, and would be taken up no later than this one."""
        promised = self.promised.get(self._m.root[node])
        if promised is None:
            return False
        valued, plan = self._known.valued, instance.plan
        depth = self._known.depth(instance.premises + [valued[n] for n in instance.nodes if n in valued])
        return promised <= (depth + (not plan.theorem.definition), plan.number)

    def _idle(self, instance: Instance, solved: Solved) -> bool:
        """Whether it is a trigonometric value that leads nowhere: neither of a special angle nor what the theorem is
        about (its first term)."""
        kind = self._m.kind[solved.node]
        if kind not in _TRIGONOMETRY or instance.equation.terms[0].kind == kind:
            return False
        return kind == "sin" or _TRIGONOMETRY[kind](self._degrees_near(solved.node)) != solved.factor

    # --- what a change brings

    def related(self, kind: str, row: Row, plans: list[Plan]) -> None:
        """A relation has become known."""
        readings = self._known.statements.readings(kind, row)
        self.relations[kind] += readings
        for plan in plans:
            for reading in readings:
                plan.start(self, reading)
        for match in self._waiting_facts.pop((kind, row), ()):
            self._advance(match)

    def moved(self, nodes: list[int]) -> None:
        """Magnitudes have come into another class. Theorems that fit the case come before the general equations."""
        for n in nodes:
            if self._m.kind[n] in _OF_ANGLE and n in self._known.valued:
                self._link(n)
        for n in nodes:
            if n in self._waiting_nodes:
                for match in self._waiting_nodes.pop(n):
                    if match.waits == match.stage:
                        self._advance(match, n)
        for instance in {i: None for n in nodes if n in self._equations for i in self._equations[n]}:
            if not instance.done:
                self._settle(instance)

    def _link(self, n: int) -> None:
        """A known angle makes its cosine, sine and tangent known, and a cosine or tangent of a special angle the
        angle."""
        kind = self._m.kind[n]
        if kind == "ang":
            for node in self._values_of.get(n, ()):
                self._value_of_angle(n, node)
        elif kind in ("cos", "tan"):
            near = self._degrees_near(n)
            if _TRIGONOMETRY[kind](near) == self._m.factor[n]:
                number = self._known.valued[n]
                angle = self._m.make("ang", self._m.points[n])
                reason = Reason("special_angle", (number,), self._known.facts[number].depth)
                self._queue(Edge(angle, ZERO_ANGLE, 1, near), reason)

    def _degrees_near(self, node: int) -> int:
        return round(self.diagram.turn(*self._m.points[node]))

    def _value_of_angle(self, angle: int, node: int) -> None:
        m, valued = self._m, self._known.valued
        if m.known(node) or angle not in valued:
            return
        degrees, kind = m.shift[angle], m.kind[node]
        value = Surd(degrees) if kind == "degrees" else _TRIGONOMETRY[kind](degrees) if degrees != 90 else None
        if value:
            number = valued[node] = valued[angle]
            self.moved(m.join(node, UNIT, value, 0, number))
