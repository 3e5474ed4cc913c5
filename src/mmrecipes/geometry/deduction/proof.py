"""Proofs: what one known fact rests on, traced back through the deduction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mmrecipes.geometry.deduction.engine import Deduction, deduce
from mmrecipes.geometry.deduction.knowledge import Known
from mmrecipes.geometry.deduction.theorems import theorems
from mmrecipes.geometry.facts import Fact, Origin
from mmrecipes.geometry.figure import Figure


@dataclass(frozen=True)
class Proof:
    """The ancestors of one fact, and the fact itself as the last step. Numbers are those of the deduction.

    `steps`: the derived facts, premises before what follows from them; `given`, `seen`: the leaves; `hops`: the number
    of theorems on the longest way (definitions and putting equals for equals do not count); `theorems`: the distinct
    ones, in the order of their first use.
    """

    goal: Fact
    steps: tuple[int, ...]
    given: tuple[Fact, ...]
    seen: tuple[Fact, ...]
    hops: int
    theorems: tuple[str, ...]


def prove(deduction: Deduction, goal: Fact) -> Proof:
    """Raises KeyError if the fact is not known."""
    facts = deduction.facts
    last = deduction.number[goal]
    wanted, stack = {last}, [last]
    while stack:
        for premise in facts[stack.pop()].premises:
            if premise not in wanted:
                wanted.add(premise)
                stack.append(premise)
    order = sorted(wanted)
    return Proof(
        goal,
        tuple(n for n in order if facts[n].status == "derived"),
        tuple(facts[n].fact for n in order if facts[n].status == "given"),
        tuple(facts[n].fact for n in order if facts[n].status == "seen"),
        facts[last].depth,
        tuple(dict.fromkeys(facts[n].theorem for n in order if facts[n].theorem and counts(facts[n]))),
    )


def counts(known: Known) -> bool:
    """Whether the step is a theorem, not a definition or reckoning."""
    theorem = theorems()[known.theorem]
    return not theorem.definition and bool(theorem.given)


def minimal_givens(figure: Figure, goal: Fact) -> tuple[Fact, ...]:
    """Givens from which the goal still follows, none of which can be left out: from those of its proof, one after the
    other is dropped as long as a proof remains. Raises KeyError if the goal does not follow at all."""
    kept = list(prove(deduce(figure), goal).given)
    for statement in tuple(kept):
        fewer = [f for f in kept if f != statement]
        found = deduce(with_givens(figure, fewer))
        if goal in found.number:
            kept = [f for f in fewer if f in prove(found, goal).given]
    return tuple(kept)


def with_givens(figure: Figure, givens: list[Fact] | tuple[Fact, ...]) -> Figure:
    """The figure with these givens only; what is drawn stays."""
    return replace(figure, facts={f: figure.facts.get(f, Origin("given", 0)) for f in givens})


def origins(deduction: Deduction) -> dict[Fact, Origin]:
    """The facts of the figure with those that were derived, in the figure's own terms. A derived fact belongs to the
    latest construction step that it rests on."""
    figure = deduction.figure
    made = {f: origin.step for f, origin in figure.facts.items()}
    found = dict(figure.facts)
    for known in deduction.facts:
        premises = tuple(deduction.facts[n].fact for n in known.premises)
        step = made.setdefault(known.fact, max((made[p] for p in premises), default=0))
        if known.status == "derived":
            found[known.fact] = Origin("derived", step, known.theorem, premises)
    return found
