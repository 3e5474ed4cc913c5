"""Four judges, one dimension each, and the gate over their scores.

Covered: nonsense by a text model, hallucination, solvability and clarity by a model that sees the image, all about the
instruction alone and before any answer exists; the published thresholds. Not covered: scoring answers, which the study
found harmful. A high score is good in every dimension (hallucination 5: nothing is made up).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.models.parsing import whole
from mmrecipes.recipes.oasis.prompts import DIMENSIONS, Dimension, judgement
from mmrecipes.steps.scores import score_of


class Thresholds(BaseModel):
    """An instruction is kept iff every score reaches its least value and solvability + clarity reach theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hallucination: int = Field(5, ge=1, le=5, description="least score: agrees with the image")
    nonsense: int = Field(5, ge=1, le=5, description="least score: well-formed language")
    solvability: int = Field(3, ge=1, le=5, description="least score: can be answered from the image")
    clarity: int = Field(3, ge=1, le=5, description="least score: one reading")
    solvability_and_clarity: int = Field(7, ge=2, le=10, description="least sum of these two scores")

    def verdict(self, scores: Mapping[str, int]) -> Drop | None:
        """Why these scores are not enough, or None. With scores still missing: None as long as they may suffice."""
        for dimension in DIMENSIONS:
            least = getattr(self, dimension)
            if dimension in scores and scores[dimension] < least:
                return Drop(f"low_{dimension}", f"{scores[dimension]} of at least {least}")
        both = [scores[d] for d in ("solvability", "clarity") if d in scores]
        if len(both) == 2 and sum(both) < self.solvability_and_clarity:
            return Drop("low_solvability_and_clarity", f"{' + '.join(map(str, both))} < {self.solvability_and_clarity}")
        return None


ROLE: dict[Dimension, str] = {
    "nonsense": "text_judge",
    "hallucination": "vlm_judge",
    "solvability": "vlm_judge",
    "clarity": "vlm_judge",
}


def judge_call(dimension: Dimension, sample: Sample) -> Call:
    """One dimension, one call; the text judge gets no image."""
    images = () if dimension == "nonsense" else sample.images[:1]
    text = judgement(dimension, sample.draft["instruction"])
    sampling = Sampling(temperature=0.0, max_tokens=512)
    return Call(name=f"judge/{dimension}", messages=(user(*images, text),), images=images, sampling=sampling)


def _score(reply: Reply) -> int:
    return score_of(whole(reply))


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks for one score; afterwards it is in `scores`, the judge's model in `meta` and its words in the draft."""

    dimension: Dimension
    reads: ClassVar = ("images", "draft.instruction", "meta")
    writes: ClassVar = ("scores", "meta", "draft.judged")

    @property
    def name(self) -> str:
        return f"judge_{self.dimension}"

    @property
    def roles(self) -> tuple[str, ...]:
        return (ROLE[self.dimension],)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        asked = await context.ask(ROLE[self.dimension], judge_call(self.dimension, sample), _score)
        if isinstance(asked, Drop):
            return asked
        judges = [*sample.meta.get("judges", ()), asked.model]
        scored = sample.scored(**{self.dimension: asked.value}).having(meta={**sample.meta, "judges": judges})
        return scored.drafting(judged=asked.reply.text)


@dataclass(frozen=True, slots=True)
class Gate:
    """Drops what the scores so far rule out, with the last judge's words: the gate is a conjunction, so no later score
    can rescue it."""

    thresholds: Thresholds
    reads: ClassVar = ("scores", "draft.judged")
    writes: ClassVar = ()

    @property
    def name(self) -> str:
        return "gate"

    def __call__(self, sample: Sample) -> Sample | Drop:
        verdict = self.thresholds.verdict(sample.scores)
        return replace(verdict, detail=f"{verdict.detail}: {sample.draft['judged']}") if verdict else sample


def judges(thresholds: Thresholds, all_scores: bool) -> tuple[Judge | Gate, ...]:
    """The judges from cheap to dear, with the gate after each, or once at the end when all scores are wanted."""
    gate, asked = Gate(thresholds), [Judge(d) for d in DIMENSIONS]
    return (*asked, gate) if all_scores else tuple(step for judge in asked for step in (judge, gate))
