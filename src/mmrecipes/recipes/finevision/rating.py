"""Ratings per turn on four axes, 1 to 5. A turn that could not be rated has None: never 0, never a middle value.

Covered: three axes by a model that gets texts only, correspondence by one that sees the pictures and up to two earlier
turns; one retry; the least rating of a row. Rows without a picture have no visual dependency and no correspondence, and
cost no call there. Not covered: what follows from ratings (see `filtering`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.finevision.prompts import RUBRICS
from mmrecipes.recipes.finevision.turns import Turn, turns_of
from mmrecipes.steps.judge import judged

AXES = tuple(RUBRICS)
VISUAL = frozenset({"visual_dependency", "image_correspondence"})
"""Axes that mean nothing without a picture."""
SEEING = "image_correspondence"
"""The axis whose rater sees the pictures."""
EARLIER = 2
Rating = int | None


def least(ratings: Sequence[Rating]) -> Rating:
    """The smallest rating; None when there is none."""
    return min((r for r in ratings if r is not None), default=None)


def with_ratings(sample: Sample, axis: str, ratings: Sequence[Rating]) -> Sample:
    """The sample with these ratings of an axis. Raises `ValueError` when they are not one per turn, or out of range."""
    if len(ratings) != len(turns_of(sample)):
        raise ValueError(f"{sample.id} has {len(turns_of(sample))} turns and {len(ratings)} ratings of {axis}")
    if any(r is not None and not 1 <= r <= 5 for r in ratings):
        raise ValueError(f"{sample.id}: a rating of {axis} is not 1 to 5: {list(ratings)}")
    return sample.scored(**{f"{axis}_ratings": list(ratings), f"{axis}_min": least(ratings)})


def ratings_of(sample: Sample, axis: str) -> list[Rating]:
    """The ratings of an axis, one per turn."""
    return list(sample.scores[f"{axis}_ratings"])


@dataclass(frozen=True, slots=True)
class Rate:
    """Rates every turn on one axis. `meta.raters` has the model; `meta.rating_reasons` its reasons, one per turn."""

    axis: str
    reads: ClassVar = ("images", "messages", "scores", "meta")
    writes: ClassVar = ("scores", "meta")

    @property
    def name(self) -> str:
        return f"rate_{self.axis}"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("image_rater" if self.axis == SEEING else "text_rater",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        turns = turns_of(sample)
        if self.axis in VISUAL and not sample.images:
            return with_ratings(sample, self.axis, [None] * len(turns))
        ratings: list[Rating] = []
        reasons: list[str] = []
        raters: dict[str, Any] = dict(sample.meta.get("raters", {}))
        for number in range(len(turns)):
            said = await self._one(sample, turns[: number + 1], context)
            malformed = isinstance(said, Drop)
            ratings.append(None if malformed else said.value.score)
            reasons.append(f"malformed: {said.reason}" if malformed else said.value.reason)
            if not malformed:
                raters[self.axis] = said.model
        noted = {**sample.meta.get("rating_reasons", {}), self.axis: reasons}
        return with_ratings(sample, self.axis, ratings).having(
            meta={**sample.meta, "raters": raters, "rating_reasons": noted}
        )

    async def _one(self, sample: Sample, so_far: Sequence[Turn], context: StepContext) -> Any:
        """The judgement of the last of these turns, or the `Drop` of a reply that stayed malformed."""
        seeing = self.axis == SEEING
        return await judged(
            context, self.roles[0], RUBRICS[self.axis], _blocks(so_far, seeing), images=sample.images if seeing else ()
        )


def _blocks(so_far: Sequence[Turn], with_earlier: bool) -> Mapping[str, str]:
    """The turn to be judged, with those before it where they belong to what is judged."""
    earlier = so_far[:-1][-EARLIER:] if with_earlier else ()
    before = {f"earlier-{i}": f"{turn.user}\n{turn.assistant}" for i, turn in enumerate(earlier, 1)}
    return {**before, "question": so_far[-1].user, "answer": so_far[-1].assistant}
