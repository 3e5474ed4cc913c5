"""Ratings without a model: only what can be told from the texts alone, None where nothing can.

Covered: relevance by the kind of answer that a question wants (an option, yes or no, a number) and by refusals;
formatting by faults that can be counted; visual dependency where the question gives the answer away, or two answers are
possible. Not covered: image correspondence, which takes somebody who sees, and open questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Sample
from mmrecipes.core.text import words
from mmrecipes.recipes.finevision.rating import AXES, VISUAL, Rating, with_ratings
from mmrecipes.recipes.finevision.turns import Turn, turns_of
from mmrecipes.steps.answer_number_words import number_in_words
from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.refusals import refusal_in
from mmrecipes.steps.repetition import repeated_ngrams

RATER = "rule"
_YES_NO = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|am)\b(?!.*\bor\b).*\?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_YES_OR_NO = re.compile(r"\W*(?:yes|no)\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:how (?:many|much)|(?:the|total|exact) number of)\b", re.IGNORECASE)
_PAIRS = ("()", "[]", "{}")
_NONE = ("no", "none", "nothing")
_REPEATED = 0.3


def relevance(turn: Turn) -> Rating:
    """5 when the answer is of the kind that the question wants, 1 when it refuses, 2 when it is of another kind."""
    if refusal_in(turn.assistant):
        return 1
    if options := options_of(turn.user):
        said = turn.assistant.strip(" .()").casefold()
        named = [f"{mark}. {text}" for mark, text in options.items()] + [*options, *options.values()]
        return 5 if said in {n.strip(" .").casefold() for n in named} else None
    if _YES_NO.match(turn.user):
        return 5 if _YES_OR_NO.match(turn.assistant) else None
    if _COUNT.search(turn.user):
        return 5 if _has_number(turn.assistant) else 2
    return None


def _has_number(text: str) -> bool:
    said = words(text.lower())
    return bool(re.search(r"\d", text)) or any(w in _NONE or number_in_words(w) is not None for w in said)


def formatting(turn: Turn) -> Rating:
    """5 less 1 for every fault: open brackets, an open fence, text that repeats itself, options that are doubled."""
    faults = sum(
        text.count(pair[0]) != text.count(pair[1]) for text in turn for pair in _PAIRS if not _lists_marks(text, pair)
    )
    faults += sum(text.count("```") % 2 for text in turn)
    faults += sum(repeated_ngrams(text) > _REPEATED for text in turn)
    options = [text.casefold() for text in options_of(turn.user).values()]
    faults += len(set(options)) < len(options)
    return max(1, 5 - faults)


def _lists_marks(text: str, pair: str) -> bool:
    """Whether closing brackets belong to marks such as `1)`."""
    return pair == "()" and bool(re.search(r"(?m)(?:^|\s)\w{1,2}\)", text))


def visual_dependency(turn: Turn) -> Rating:
    """1 when all words of the answer stand in a question that does not list them to choose from, 3 for yes or no: half
    of all guesses are right."""
    if options_of(turn.user):
        return None
    if _YES_NO.match(turn.user):
        return 3 if _YES_OR_NO.match(turn.assistant) else None
    said = {w.casefold() for w in words(turn.assistant)}
    chosen = re.search(r"\bor\b", turn.user, re.IGNORECASE)
    return 1 if said and not chosen and said <= {w.casefold() for w in words(turn.user)} else None


def image_correspondence(turn: Turn) -> Rating:
    """None: texts do not tell."""
    return None


RULES: Mapping[str, Callable[[Turn], Rating]] = {
    "relevance": relevance, "formatting": formatting, "visual_dependency": visual_dependency,
    "image_correspondence": image_correspondence,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RateByRule:
    """Rates every turn on all axes. `meta.raters` says `rule` for the axes on which any turn was rated."""

    reads: ClassVar = ("images", "messages", "scores", "meta")
    writes: ClassVar = ("scores", "meta")

    @property
    def name(self) -> str:
        return "rate_by_rule"

    def __call__(self, sample: Sample) -> Sample:
        turns, raters = turns_of(sample), dict[str, str]()
        for axis in AXES:
            blind = axis in VISUAL and not sample.images
            ratings = [None if blind else RULES[axis](turn) for turn in turns]
            sample = with_ratings(sample, axis, ratings)
            raters |= {axis: RATER} if any(r is not None for r in ratings) else {}
        return sample.having(meta={**sample.meta, "raters": raters})
