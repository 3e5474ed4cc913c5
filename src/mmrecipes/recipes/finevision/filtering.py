"""Turns that are rated too low go, each on its own; rows that have none left are dropped.

Covered: a least rating per axis, 1 keeping everything that is rated; turns without a rating stay unless `strict`. The
pictures stay with the row, the other turns keep their order, and every axis keeps one rating per turn. Not covered:
mixtures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.finevision.rating import AXES, VISUAL, Rating, ratings_of, with_ratings
from mmrecipes.recipes.finevision.turns import turns_of, with_turns


class Thresholds(BaseModel):
    """The least rating a turn needs on each axis."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relevance: int = Field(default=1, ge=1, le=5, description="least rating: the answer answers the question")
    formatting: int = Field(default=1, ge=1, le=5, description="least rating: both texts are well formed")
    visual_dependency: int = Field(default=1, ge=1, le=5, description="least rating: the picture is needed")
    image_correspondence: int = Field(default=1, ge=1, le=5, description="least rating: the picture bears it out")
    strict: bool = Field(default=False, description="turns without a rating go too (text-only rows: on their own axes)")

    @property
    def keeps_everything(self) -> bool:
        return not self.strict and all(getattr(self, axis) == 1 for axis in AXES)


@dataclass(frozen=True, slots=True)
class FilterTurns:
    """Drops turns, and rows without any (`no_turns_left`). `meta.filtered_turns` says how many went for which axis."""

    thresholds: Thresholds
    reads: ClassVar = ("images", "messages", "alternatives", "scores", "meta")
    writes: ClassVar = ("messages", "alternatives", "scores", "meta")

    @property
    def name(self) -> str:
        return "filter_turns"

    def __call__(self, sample: Sample) -> Sample | Drop:
        turns, ratings = turns_of(sample), {axis: ratings_of(sample, axis) for axis in AXES}
        failed = [self._failed(sample, {a: ratings[a][i] for a in AXES}) for i in range(len(turns))]
        kept = [i for i, why in enumerate(failed) if not why]
        if len(kept) == len(turns):
            return sample
        counts = {axis: sum(axis in why for why in failed) for axis in AXES}
        said = {axis: count for axis, count in counts.items() if count}
        if not kept:
            return Drop("no_turns_left", ", ".join(f"{axis} {count}" for axis, count in said.items()))
        return _keeping(sample, kept).having(meta={**_thinned(sample, kept), "filtered_turns": said}, alternatives=())

    def _failed(self, sample: Sample, ratings: Mapping[str, Rating]) -> list[str]:
        """The axes on which a turn fails."""
        asked = [axis for axis in AXES if sample.images or axis not in VISUAL]
        return [axis for axis in asked if self._low(axis, ratings[axis])]

    def _low(self, axis: str, rating: Rating) -> bool:
        return self.thresholds.strict if rating is None else rating < getattr(self.thresholds, axis)


def _keeping(sample: Sample, kept: Sequence[int]) -> Sample:
    """The sample with these turns and their ratings."""
    turns = turns_of(sample)
    rest = with_turns(sample, [turns[i] for i in kept])
    for axis in AXES:
        given = ratings_of(sample, axis)
        rest = with_ratings(rest, axis, [given[i] for i in kept])
    return rest


def _thinned(sample: Sample, kept: Sequence[int]) -> dict[str, Any]:
    """The record with the reasons of these turns only."""
    reasons = sample.meta.get("rating_reasons", {})
    return {**sample.meta, "rating_reasons": {axis: [texts[i] for i in kept] for axis, texts in reasons.items()}}
