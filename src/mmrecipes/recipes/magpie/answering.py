"""The answer to a drawn instruction, by the model that drew it, and what a reward model says of the pair.

Covered: greedy and sampled answers, refused and empty ones, a reward as one number. Not covered: several turns.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.parsing import whole
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.plain_answer import answer_notes, answer_of

GOOD = ("good", "excellent")


@step(reads=("meta",))
def drop_poor_instruction(sample: Sample) -> Sample | Drop:
    """Only what the tagger calls good or excellent is answered."""
    quality = sample.meta["tag_quality"]
    return sample if quality in GOOD else Drop("low_quality", quality)


@dataclass(frozen=True, slots=True)
class Answer:
    """Asks the instruction, and nothing else, of the model in a role."""

    role: str
    sampling: Sampling
    reads: ClassVar = ("draft.instruction", "meta")
    writes: ClassVar = ("messages", "language", "truth_source", "meta")

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        instruction: str = sample.draft["instruction"]
        question = user(instruction)
        call = Call(name="answer", messages=(question,), sampling=self.sampling)
        asked = await context.ask(self.role, call, answer_of)
        if isinstance(asked, Drop):
            return asked
        meta = {**sample.meta, **answer_notes(instruction, asked.reply, asked.model)}
        return sample.having(
            messages=(question, assistant(asked.value)),
            language=language_of(instruction),
            truth_source="model",
            meta=meta,
        )


_NUMBER = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\s*")


def reward_of(reply: Reply) -> float:
    """The number that the reply is. Raises `Malformed` with reason `no_number` for anything else."""
    text = whole(reply)
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise Malformed("no_number", "it is to be one number and nothing else")
    return float(text)


@dataclass(frozen=True, slots=True)
class Reward:
    """Keeps a pair whose reward is above `least`; the reward is `scores.reward`."""

    least: float
    roles: ClassVar = ("reward",)
    reads: ClassVar = ("messages", "meta")
    writes: ClassVar = ("scores", "meta")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        asked = await context.ask("reward", Call(name="reward", messages=sample.messages), reward_of)
        if isinstance(asked, Drop):
            return asked
        if not asked.value > self.least:
            return Drop("low_reward", f"{asked.value} is not above {self.least}")
        return sample.scored(reward=asked.value).having(meta={**sample.meta, "reward_model": asked.model})


def answer_length(sample: Sample) -> int:
    """Characters of the answer."""
    return len(sample.messages[-1].text)


@step(reads=("messages",), writes=("draft",))
def finish(sample: Sample) -> Sample:
    """The sample as it is kept: without its working values."""
    return sample.having(draft={})
