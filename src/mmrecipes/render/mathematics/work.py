"""How templates write derivations: steps that go on from one another, and the rules and phrases many of them share."""

from __future__ import annotations

import re

from mmrecipes.render.mathematics.expressions import Number, num, total
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Relation, Step

ARITHMETIC = "arithmetic"
"""The reason of steps that only work something out; replies leave it unsaid or call it so."""
BOTH_SIDES = "doing the same to both sides keeps the solutions"
DISTRIBUTIVE = "distributive law"
REPLACED = "equal values may replace each other"
TWO_FACTORS = "(x + p)(x + q) = x² + (p + q)x + pq"
ZERO_PRODUCT = "a product is zero when one of its factors is"

ORDINALS = ("first", "second", "third")


class Work:
    """Collects the steps of a derivation; each goes on from what the last one led to."""

    def __init__(self, start: str = "") -> None:
        self.now = start
        self.steps: list[Step] = []

    def step(
        self, text: str, after: str, why: str = ARITHMETIC, *, of: str = "", relation: Relation | None = None
    ) -> None:
        """Add a step from what stands now, or from `of`, to `after`. Statements are equivalent, values are equal; that
        matrices have the same rows has to be said."""
        before = of or self.now
        between: Relation = "equivalent" if re.search("[=<>]", before) else "equal"
        self.steps.append(Step(text, before, after, why, relation or between))
        self.now = after

    def done(self, answer: Answer) -> Derivation:
        return Derivation(tuple(self.steps), answer)


def take_away(coefficient: Number, symbol: str = "") -> str:
    """What is done to bring a term to the other side."""
    if coefficient > 0:
        return f"Subtract ${total([(coefficient, symbol)])}$ from both sides"
    return f"Add ${total([(-coefficient, symbol)])}$ to both sides"


def eliminate(factor: Number, source: int, target: int, noun: str) -> str:
    """What is done to take `factor` times the row or equation `source` away from `target` (from 0)."""
    times = "" if abs(factor) == 1 else f"${num(abs(factor))}$ times "
    deed, link = ("Subtract", "from") if factor > 0 else ("Add", "to")
    return f"{deed} {times}the {ORDINALS[source]} {noun} {link} the {ORDINALS[target]}"


def solved_by(equation: str, x: str = "x") -> tuple[Claim, ...]:
    """The answer fulfils the equation, and there are no other solutions."""
    return (Claim("holds", equation.replace(x, "ANSWER")), Claim("solves", equation, x))
