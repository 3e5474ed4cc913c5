"""Tags of an instruction, as Magpie (arXiv 2406.08464) gives them: how hard it is, how well put, what kind of task.

Covered: one call about the text alone, an option. Not covered: Magpie's reward, which needs a reward model; the
language, which every sample has anyway; filtering by tags, which is the user's choice afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Sampling
from mmrecipes.models.parsing import validated, whole
from mmrecipes.recipes.oasis.prompts import tagging


class Tags(BaseModel):
    """What the tagger replies: one value of each list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    difficulty: Literal["very easy", "easy", "medium", "hard", "very hard"]
    quality: Literal["very poor", "poor", "average", "good", "excellent"]
    category: Literal[
        "recognition", "counting", "text reading", "description", "reasoning", "knowledge", "mathematics",
        "data analysis", "coding", "creative writing", "advice", "other",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    """Puts `tag_difficulty`, `tag_quality` and `tag_category` into `meta`."""

    roles: ClassVar = ("tagger",)
    reads: ClassVar = ("draft.instruction", "meta")
    writes: ClassVar = ("meta",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        call = Call(
            name="tag", messages=(user(tagging(sample.draft["instruction"])),), sampling=Sampling(max_tokens=256),
            schema=Tags.model_json_schema(),
        )  # fmt: skip
        asked = await context.ask("tagger", call, lambda reply: validated(whole(reply), Tags))
        if isinstance(asked, Drop):
            return asked
        tags = {f"tag_{name}": value for name, value in asked.value.model_dump().items()}
        return sample.having(meta={**sample.meta, "tagger": asked.model, **tags})
