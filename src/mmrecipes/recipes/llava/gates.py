"""The checks that a written sample must pass, as steps: no leak of the context, nothing that the boxes refute, no
question that gives the picture away.

A claim is judged only where it can be: counts and places of classes of which every object in the picture has a box.
Places are compared by the centres of the boxes with a tolerance, and a claim about one of several objects holds when
it holds for one of them. Covered: signs that the writer read a context instead of seeing a picture; what `claims`
reads; class names in the question of the complex type. Not covered: whether something that is not boxed exists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, step
from mmrecipes.recipes.llava.claims import Claim, Count, Place, claims
from mmrecipes.recipes.llava.context import Boxed
from mmrecipes.recipes.llava.mentions import FUNCTION_WORDS, Names, names_of, tokens


def passing(sample: Sample, check: str, outcome: str = "pass") -> Sample:
    """The sample with the outcome of a check on record."""
    checks: dict[str, Any] = {**sample.draft.get("checks", {}), check: outcome}
    return sample.drafting(checks=checks)


# --- leak ---

_NUMBER = r"-?\d*\.?\d+"
_POSITION = re.compile(
    rf"[\[(]\s*(?:(?=[^\])]*\.){_NUMBER}(?:\s*[,;]\s*{_NUMBER}){{3}}|0?\.\d+\s*[,;]\s*0?\.\d+)\s*[\])]"
)
_WRITTEN = r"(?:descriptions?|texts?|sentences?|annotations?|notes?)"
_CONTEXT_WORDS = re.compile(
    r"\b(?:captions?|captioned|bounding[ -]box(?:es)?|coordinates?|"
    rf"(?:provided|given|supplied)\s+{_WRITTEN}|according\s+to\s+the\s+{_WRITTEN}|"
    rf"(?:mentioned|described|stated|listed|noted)\s+in\s+the\s+{_WRITTEN}|"
    r"(?:the|these|your)\s+(?:descriptions?|notes?)\s+(?:says?|mentions?|states?|indicates?|suggests?|describes?)|"
    r"(?:can\s?not|can['’]t|could\s?n[o'’]t|unable\s+to|not\s+able\s+to)\s+(?:\w+\s+)?"
    r"(?:see|view|access|open)\s+(?:the|this|that|any|your)?\s*(?:actual\s+)?(?:images?|pictures?|photos?|photographs?)|"
    r"as\s+an?\s+(?:ai|language\s+model|text[ -]based))\b",
    re.IGNORECASE,
)


def leak(text: str) -> str:
    """The piece of a text that shows its writer read a context: a position in numbers, a word for what was read, or
    the confession that no picture was seen."""
    found = _POSITION.search(text) or _CONTEXT_WORDS.search(text)
    return found[0] if found else ""


@step(reads=("draft.turns",), writes=("draft.checks",))
def without_leak(sample: Sample) -> Sample | Drop:
    """Neither questions nor answers betray the context."""
    for turn in sample.draft["turns"]:
        for text in (turn.question, turn.answer):
            if found := leak(text):
                return Drop("leak", found)
    return passing(sample, "leak")


# --- grounding ---

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


@step(reads=("draft.turns", "draft.symbols", "draft.complete", "draft.checks"), writes=("draft.checks",))
def grounded(sample: Sample) -> Sample | Drop:
    """No answer contradicts the boxes, where the picture's boxes are exhaustive for a class."""
    if not sample.draft["complete"]:
        return passing(sample, "grounding", "not_checked")
    facts = facts_of(sample.draft["symbols"].boxes, sample.draft["complete"])
    for turn in sample.draft["turns"]:
        if why := refuted(turn.question, turn.answer, facts):
            return Drop("ungrounded", why)
    return passing(sample, "grounding")


# --- disclosure ---


def disclosed(question: str, classes: Iterable[str]) -> list[str]:
    """The classes that a question names, each once."""
    return list(dict.fromkeys(m.name for m in names_of(classes).mentions(tokens(question))))


def overlap(question: str, captions: Iterable[str]) -> float:
    """Part of the question's content words that the captions have, 0 to 1."""
    asked, told = _content(question), {w for c in captions for w in _content(c)}
    return len(asked & told) / len(asked) if asked else 0.0


def _content(text: str) -> set[str]:
    return {t for t in tokens(text) if t[0].isalpha() and len(t) > 2 and t not in FUNCTION_WORDS}


@dataclass(frozen=True, slots=True)
class Undisclosing:
    """The question of the complex type names at most `most` classes of the picture."""

    most: int
    reads: ClassVar = ("draft.turns", "draft.symbols", "draft.checks", "task")
    writes: ClassVar = ("draft.checks",)

    def __call__(self, sample: Sample) -> Sample | Drop:
        if sample.task != "complex":
            return sample
        if not sample.draft["symbols"].boxes:
            return passing(sample, "disclosure", "not_checked")
        named = disclosed(sample.draft["turns"][0].question, (b.name for b in sample.draft["symbols"].boxes))
        if len(named) > self.most:
            return Drop("discloses", f"the question names {', '.join(named)}")
        return passing(sample, "disclosure")
