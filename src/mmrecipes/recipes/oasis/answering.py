"""The answer: image and instruction alone, greedy, and whether it keeps the instruction's language.

Covered: the responder's call, refused and empty answers, provenance. Not covered: any judgement of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Sampling
from mmrecipes.recipes.oasis.diversity import traits
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.plain_answer import answer_notes, answer_of


@dataclass(frozen=True, slots=True)
class Respond:
    """Answers the instruction and finishes the sample; `meta.language_kept` is false when the answer's language is
    known to differ from the instruction's."""

    max_tokens: int
    roles: ClassVar = ("responder",)
    reads: ClassVar = ("images", "draft.instruction", "scores", "meta")
    writes: ClassVar = ("messages", "language", "task", "truth_source", "meta", "draft")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        image, instruction = sample.images[0], sample.draft["instruction"]
        question = user(image, instruction)  # nothing else: no system prompt, no raw generation
        sampling = Sampling(temperature=0.0, max_tokens=self.max_tokens)
        call = Call(name="respond", messages=(question,), images=(image,), sampling=sampling)
        asked = await context.ask("responder", call, answer_of)
        if isinstance(asked, Drop):
            return asked
        meta = {
            **sample.meta,
            "kind": "instruction",
            **answer_notes(instruction, asked.reply, asked.model),
            **traits(instruction, asked.value),
        }
        messages = (question, assistant(asked.value))
        return sample.having(
            messages=messages,
            language=language_of(instruction),
            task="instruction",
            truth_source="model",
            meta=meta,
            draft={},
        )
