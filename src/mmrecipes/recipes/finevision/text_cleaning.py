"""Turns in clean form; turns that teach nothing go, and rows that have none left.

Covered: texts (see `text_repair`), options written one way, turns that are empty, too long, say their question again or
stand there twice. Not covered: whether a turn is true or of use (see `rating`).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar, Literal

from mmrecipes.core.sample import Sample
from mmrecipes.core.text import squeezed, unspaced_share
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.finevision.text_repair import lettered, lettered_answer, repaired
from mmrecipes.recipes.finevision.turns import Turn, turns_of, with_turns
from mmrecipes.steps.answer_options import options_of


def tokens(text: str) -> int:
    """About how many tokens a text has: a quarter of its characters, but one for each character of scripts without
    blanks."""
    apart = round(unspaced_share(text) * len("".join(text.split())))
    return apart + math.ceil((len(text) - apart) / 4)


@dataclass(frozen=True, slots=True)
class CleanTexts:
    """`meta.cleaning` says what was done. A turn of more than `max_tokens` is dropped, or its answer cut."""

    max_tokens: int
    over_long: Literal["drop", "cut"]
    reads: ClassVar = ("messages", "alternatives", "meta", "draft.verbatim")
    writes: ClassVar = ("messages", "alternatives", "meta")

    @property
    def name(self) -> str:
        return "clean_texts"

    def __call__(self, sample: Sample) -> Sample | Drop:
        before = turns_of(sample)
        clean = [_cleaned(turn, sample.draft["verbatim"]) for turn in before]
        done = Counter[str]({"repaired_text": sum(a != b for a, b in zip(before, clean, strict=True))})
        kept: list[Turn] = []
        for turn in clean:
            if why := self._unfit(turn, kept):
                done[why] += 1
                if why != "cut_turn":
                    continue
                turn = Turn(turn.user, _cut(turn.assistant, self.max_tokens - tokens(turn.user)))
            kept.append(turn)
        if not kept:
            reasons = ", ".join(f"{why} {count}" for why, count in sorted((+done).items()) if why != "repaired_text")
            return Drop("no_turns", reasons or "the row has none")
        notes = [f"{why}:{count}" for why, count in sorted((+done).items())]
        meta = {**sample.meta, "cleaning": [*sample.meta.get("cleaning", ()), *notes]}
        return with_turns(sample, kept).having(
            meta=meta, alternatives=sample.alternatives if len(kept) == len(before) else ()
        )

    def _unfit(self, turn: Turn, others: list[Turn]) -> str:
        """Why a turn is not kept as it is; empty when it is."""
        if not turn.user or not turn.assistant:
            return "empty_turn"
        if _folded(turn.user) == _folded(turn.assistant):
            return "echo_turn"
        if turn in others:
            return "repeated_turn"
        if tokens(turn.user) + tokens(turn.assistant) <= self.max_tokens:
            return ""
        return "cut_turn" if self.over_long == "cut" and tokens(turn.user) < self.max_tokens else "long_turn"


def _cleaned(turn: Turn, verbatim: bool) -> Turn:
    asked, said = lettered(repaired(turn.user)), repaired(turn.assistant, keep_form=verbatim)
    return Turn(asked, lettered_answer(said) if not verbatim and options_of(asked) else said)


def _folded(text: str) -> str:
    return squeezed(text).casefold().strip(" .?!:")


def _cut(text: str, room: int) -> str:
    """The longest beginning of whole words that has at most `room` tokens; of scripts without blanks, of characters."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(text[:middle]) <= room else (low, middle - 1)
    begin = text[:low]
    whole = begin if low == len(text) or not text[low : low + 1].strip() else begin.rpartition(" ")[0] or begin
    return whole.rstrip()
