"""Tags of an instruction, as Magpie (arXiv 2406.08464) gives them: how hard it is, how well put, what kind of task.

Covered: one call about the text alone, in categories that a recipe names. Not covered: Magpie's reward and filters (see
`recipes/magpie`); the language, which needs no model.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, create_model

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Sampling
from mmrecipes.models.parsing import validated, whole

DIFFICULTIES = ("very easy", "easy", "medium", "hard", "very hard")
QUALITIES = ("very poor", "poor", "average", "good", "excellent")


@functools.cache
def tags_model(categories: tuple[str, ...]) -> type[BaseModel]:
    """What the tagger replies: one value of each list."""
    lists: dict[str, Any] = {"difficulty": DIFFICULTIES, "quality": QUALITIES, "category": categories}
    fields: dict[str, Any] = {name: (Literal[of], ...) for name, of in lists.items()}
    return create_model("Tags", __config__=ConfigDict(frozen=True, extra="forbid"), **fields)


def tag_form(categories: tuple[str, ...]) -> str:
    """The end of a tagger's prompt: the form of its reply."""
    fields = tags_model(categories).model_json_schema()["properties"]
    lines = (f'"{name}": one of {", ".join(map(json.dumps, field["enum"]))}' for name, field in fields.items())
    return "Reply with a JSON object and nothing else:\n{" + ",\n ".join(lines) + "}"


@dataclass(frozen=True, slots=True)
class Tag:
    """Puts `tag_difficulty`, `tag_quality` and `tag_category` into `meta`. `prompt` makes the tagger's prompt of an
    instruction; it is to end with `tag_form(categories)`."""

    categories: tuple[str, ...]
    prompt: Callable[[str], str]
    roles: ClassVar = ("tagger",)
    reads: ClassVar = ("draft.instruction", "meta")
    writes: ClassVar = ("meta",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        model = tags_model(self.categories)
        call = Call(
            name="tag", messages=(user(self.prompt(sample.draft["instruction"])),), sampling=Sampling(max_tokens=256),
            schema=model.model_json_schema(),
        )  # fmt: skip
        asked = await context.ask("tagger", call, lambda reply: validated(whole(reply), model))
        if isinstance(asked, Drop):
            return asked
        tags = {f"tag_{name}": value for name, value in asked.value.model_dump().items()}
        return sample.having(meta={**sample.meta, "tagger": asked.model, **tags})
