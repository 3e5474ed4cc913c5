"""What is known about one figure, and why: the facts in the order in which they were found, each with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

from mmrecipes.geometry.deduction.diagram import Diagram, Row
from mmrecipes.geometry.deduction.magnitudes import Magnitudes
from mmrecipes.geometry.deduction.planning import Plan
from mmrecipes.geometry.deduction.stating import INCIDENCES, LINE_KINDS, Statements
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes.geometry.figure import Figure


class Unsound(Exception):
    """A statement is false in the drawing: a given of the figure, or the conclusion of a theorem of the table."""


class Known(NamedTuple):
    """One fact and why it is known. `premises`: numbers of earlier facts; `depth`: the number of theorems on the
    longest way to it; `binding`: the points of the theorem's variables; `equation`: what it was computed from.
    status: given by the figure, seen in the drawing, or derived."""

    fact: Fact
    status: Literal["given", "seen", "derived"]
    theorem: str
    premises: tuple[int, ...]
    depth: int
    binding: tuple[tuple[str, str], ...] = ()
    equation: str = ""


class Reason(NamedTuple):
    """Why something follows. Without a theorem it is a given, whose number is the only premise."""

    theorem: str
    premises: tuple[int, ...]
    depth: int
    plan: Plan | None = None
    bound: tuple[int, ...] = ()
    equation: str = ""


class Knowledge:
    """`related`: the number of the fact that states a relation (its kind and canonical row); `valued`: of the fact
    that gives a magnitude its value; `uses`: how many facts each theorem gave."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.diagram = Diagram(figure)
        self.magnitudes = Magnitudes(self.diagram)
        self.statements = Statements(self.diagram, self.magnitudes)
        self.facts: list[Known] = []
        self.number: dict[Fact, int] = {}
        self.uses: Counter[str] = Counter()
        self.related: dict[tuple[str, Row], int] = {}
        self.valued: dict[int, int] = {}
        self._incident: dict[int, list[tuple[int, Row]]] = defaultdict(list)

    def add(self, known: Known) -> int:
        number = self.number[known.fact] = len(self.facts)
        self.facts.append(known)
        if known.theorem:
            self.uses[known.theorem] += 1
        return number

    def add_given(self, statement: Fact) -> int:
        """Raises Unsound if it is false in the drawing."""
        if not self.figure.holds(statement):
            raise Unsound(f"the figure states {statement}, which is false in the drawing")
        number = self.add(Known(statement, "given", "", (), 0))
        if statement.kind in INCIDENCES:
            at = tuple(self.diagram.number[name] for name in statement.args)
            self._incident[at[0]].append((number, at[2:] if statement.kind == "foot" else at[1:]))
        return number

    def record(self, statement: Fact, reason: Reason) -> int:
        """The number of the fact, which is added if it is new."""
        if not reason.theorem:
            return reason.premises[0]
        old = self.number.get(statement)
        if old is not None:
            return old
        binding = () if reason.plan is None else self._binding(reason.plan, reason.bound)
        return self.add(
            Known(statement, "derived", reason.theorem, reason.premises, reason.depth, binding, reason.equation)
        )

    def _binding(self, plan: Plan, bound: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
        names, lines = self.diagram.names, self.diagram.lines
        return tuple(
            (variable, names[value] if variable.isupper() else "".join(names[p] for p in sorted(lines[value])[:2]))
            for variable, value in zip(plan.names, bound, strict=True)
        )

    def because(self, plan: Plan, bound: list[int], premises: list[int], equation: str = "") -> Reason:
        depth = self.depth(premises) + (not plan.theorem.definition)
        return Reason(plan.theorem.name, unique(premises), depth, plan, tuple(bound), equation)

    def depth(self, premises: Iterable[int]) -> int:
        return max([self.facts[p].depth for p in premises], default=0)

    # --- citing what is seen

    def cite(self, kind: str, row: Row) -> list[int]:
        """The numbers of the facts that a premise rests on, which is a relation, or seen in the drawing."""
        if kind == "between":
            return self._incidences(*row)
        if kind == "on_circle":
            return [self.see(fact("on_circle", *self.statements.names(row)))]
        if kind in LINE_KINDS:
            return [self.related[kind, row if row[0] < row[1] else (row[1], row[0])]]
        return [self.related[kind, self.statements.row(kind, row)]]

    def see(self, statement: Fact) -> int:
        """The number of a fact that is seen in the drawing."""
        number = self.number.get(statement)
        return self.add(Known(statement, "seen", "", (), 0)) if number is None else number

    def _incidences(self, p: int, a: int, b: int) -> list[int]:
        """The stated facts that put the three points on their line; failing that, the order that the drawing shows."""
        line = self.diagram.lines[self.diagram.line[a, b]]
        stated = [n for q in (p, a, b) for n, ends in self._incident.get(q, ()) if ends[0] in line and ends[1] in line]
        return stated or [self.see(fact("between", *self.statements.names((p, a, b))))]

    def arms(self, a: int, v: int, b: int) -> list[int]:
        """What allows the angle avb to be named by the points that stand for its arms."""
        found: list[int] = []
        for p in (a, b):
            arm = self.diagram.arm.get((v, p), p)
            if arm != p:
                nearer, farther = sorted((arm, p), key=lambda q: self.diagram.distance(v, q))
                found += self._incidences(nearer, v, farther)
        return found


def unique(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
