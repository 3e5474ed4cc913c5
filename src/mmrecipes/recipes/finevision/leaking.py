"""Which of the benchmark pictures that were found count as leaks, and what follows.

Covered: a least similarity of pictures (inclusive; 0.95 in the study, of embeddings there, of pixels here), below which
a find is listed but not settled; rows dropped by the picture or by picture and question. Evidence without a similarity
(texts, source ids, pictures of which only a registry is at hand) is left as it is. Not covered: finding anything (see
`steps/decontaminate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop
from mmrecipes.steps.decontaminate.step import SAME_QUESTION

BY_TEXT = ("text_long", "joint")
"""Tiers of evidence in which the words agree."""


@dataclass(frozen=True, slots=True)
class JudgeLeaks:
    """Settles in `draft.leak` only what is similar enough; drops rows (`benchmark_overlap`) where that is asked for."""

    action: Literal["report", "image", "image_and_question"]
    least: float
    reads: ClassVar = ("draft.leak",)
    writes: ClassVar = ("draft.leak",)

    @property
    def name(self) -> str:
        return "judge_leaks"

    def __call__(self, sample: Sample) -> Sample | Drop:
        found = [{**e, "settled": e["settled"] and self._is_alike(e)} for e in sample.draft["leak"]]
        leaked = [e for e in found if e["settled"] and (self.action == "image" or asks_the_same(e))]
        if self.action != "report" and leaked:
            first = leaked[0]
            return Drop("benchmark_overlap", f"{first['benchmark']} {first['item']} ({first['kind']})")
        return sample.drafting(leak=found)

    def _is_alike(self, entry: Mapping[str, Any]) -> bool:
        return entry["similarity"] is None or entry["similarity"] >= self.least


def asks_the_same(entry: Mapping[str, Any]) -> bool:
    """Whether the question is the benchmark's too."""
    return entry["tier"] in BY_TEXT or (entry["question_sim"] is not None and entry["question_sim"] >= SAME_QUESTION)
