"""The checks that a written sample must pass, as steps: no leak of the context, nothing that the boxes refute, no
question that gives the picture away.

Covered: signs that the writer read a context instead of seeing a picture; counts and places (see `grounding`); class
names in the question of the complex type. Not covered: truth of anything that is not boxed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, step
from mmrecipes.recipes.llava.grounding import facts_of, refuted
from mmrecipes.recipes.llava.mentions import FUNCTION_WORDS, names_of, tokens

_NUMBER = r"-?\d*\.?\d+"
_QUADRUPLE = re.compile(rf"[\[(]\s*(?=[^\])]*\.){_NUMBER}(?:\s*[,;]\s*{_NUMBER}){{3}}\s*[\])]")
_CONTEXT_WORDS = re.compile(
    r"\b(?:captions?|captioned|bounding[ -]box(?:es)?|coordinates?|"
    r"(?:provided|given|supplied)\s+(?:descriptions?|texts?|sentences?|annotations?))\b",
    re.IGNORECASE,
)


def leak(text: str) -> str:
    """The piece of a text that shows its writer read a context: four numbers in brackets, or a word for it."""
    found = _QUADRUPLE.search(text) or _CONTEXT_WORDS.search(text)
    return found[0] if found else ""


def disclosed(question: str, classes: Iterable[str]) -> list[str]:
    """The classes that a question names, each once."""
    return list(dict.fromkeys(m.name for m in names_of(classes).mentions(tokens(question))))


def overlap(question: str, captions: Iterable[str]) -> float:
    """Part of the question's content words that the captions have, 0 to 1."""
    asked, told = _content(question), {w for c in captions for w in _content(c)}
    return len(asked & told) / len(asked) if asked else 0.0


def _content(text: str) -> set[str]:
    return {t for t in tokens(text) if t[0].isalpha() and len(t) > 2 and t not in FUNCTION_WORDS}


def passing(sample: Sample, check: str, outcome: str = "pass") -> Sample:
    """The sample with the outcome of a check on record."""
    checks: dict[str, Any] = {**sample.draft.get("checks", {}), check: outcome}
    return sample.drafting(checks=checks)


@step(reads=("draft.turns",), writes=("draft.checks",))
def without_leak(sample: Sample) -> Sample | Drop:
    """Neither questions nor answers betray the context."""
    for turn in sample.draft["turns"]:
        for text in (turn.question, turn.answer):
            if found := leak(text):
                return Drop("leak", found)
    return passing(sample, "leak")


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
