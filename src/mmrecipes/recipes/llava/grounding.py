"""Whether the boxes of a picture refute what an answer states.

A claim is judged only where it can be: counts and places of classes of which every object in the picture has a box.
Places are compared by the centres of the boxes with a tolerance, and a claim about one of several objects holds when
it holds for one of them. Covered: what `claims` reads. Not covered: whether something that is not boxed exists.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mmrecipes.recipes.llava.claims import Claim, Count, Place, claims
from mmrecipes.recipes.llava.context import Boxed
from mmrecipes.recipes.llava.mentions import Names, names_of

TOLERANCE = 0.05
"""Part of the picture's side by which a centre may lie on the wrong side."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The boxes of a picture, the classes that are boxed wherever they occur (also those that do not), and the words
    for all classes."""

    boxes: tuple[Boxed, ...]
    complete: frozenset[str]
    names: Names

    def of(self, name: str) -> list[Boxed]:
        return [b for b in self.boxes if b.name == name]


def facts_of(boxes: Sequence[Boxed], complete: Collection[str]) -> Facts:
    """Facts about a picture; `complete` names the classes of which every object is boxed."""
    return Facts(tuple(boxes), frozenset(complete), names_of((*complete, *(b.name for b in boxes))))


def refuted(question: str, answer: str, facts: Facts) -> str:
    """The first statement of the answer that the boxes contradict, in words; empty when there is none."""
    for claim in claims(question, answer, facts.names):
        if why := _against(claim, facts):
            return why
    return ""


def _against(claim: Claim, facts: Facts) -> str:
    if isinstance(claim, Count):
        return _against_count(claim, facts) if claim.name in facts.complete else ""
    judged = claim.name in facts.complete and (claim.other is None or claim.other in facts.complete)
    return _against_place(claim, facts) if judged else ""


def _against_count(claim: Count, facts: Facts) -> str:
    there = len(facts.of(claim.name))
    wrong = there < claim.number if claim.at_least else there != claim.number
    if claim.true != wrong:
        return ""
    said = f"{'at least ' if claim.at_least else ''}{claim.number} {claim.name}"
    return f"{'states' if claim.true else 'denies'} {said}; there are {there}"


def _against_place(claim: Place, facts: Facts) -> str:
    axis, sign = {"left": (0, 1), "right": (0, -1), "above": (1, 1), "below": (1, -1)}[claim.side]
    middle = [0.5] if claim.other is None else None
    gaps = [
        sign * (theirs - one.centre[axis])
        for one in facts.of(claim.name)
        for theirs in (middle or [o.centre[axis] for o in facts.of(claim.other or "") if o is not one])
    ]
    if not gaps:
        return ""
    wrong = max(gaps) <= -TOLERANCE if claim.true else min(gaps) >= TOLERANCE
    where = f"{claim.side} of {claim.other or 'the middle'}"
    return f"{'states' if claim.true else 'denies'} that {claim.name} is {where}; the boxes say otherwise" * wrong
