"""The gates behind the tasks, top to bottom: votes, verdicts of people, what people are asked about.

A gate knows samples by their answers (`answers`) and nothing of how a task made them.
"""

from __future__ import annotations

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.step import StepContext, step
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers, state_answers
from mmrecipes.recipes.qianfan_vl.verification.instructions import ComplexInstruction
from mmrecipes.recipes.qianfan_vl.verification.prompts import ballot
from mmrecipes.recipes.qianfan_vl.verification.reasoning import LongReasoning
from mmrecipes.recipes.qianfan_vl.verification.solutions import SampledReasoning, solved
from mmrecipes.steps.review import HumanVerdict, MarkForReview
from mmrecipes.steps.vote import Vote, agreed_by_vote, no_votes


def companions(instructions: float, reasoning: float, solutions: int) -> Pipeline:
    """The companion stages C1 and C2 for these shares of the samples; nothing for 0. Reasoning is that of the engine,
    or with `solutions` a model's."""
    first = (ComplexInstruction(instructions),) if instructions else ()
    if not reasoning:
        return Pipeline(*first)
    if not solutions:
        return Pipeline(*first, LongReasoning(reasoning))
    return Pipeline(*first, state_answers, SampledReasoning(reasoning, solutions), solved)


def verification(votes: int, quorum: int, review_share: float) -> Pipeline:
    """Votes before verdicts: a person's word on an undecided sample is the last one."""
    asked = (state_answers, Vote(expected_answers, ballot, votes, quorum)) if votes else (no_votes,)
    decided = (agreed_by_vote,) if votes else ()
    return Pipeline(*asked, HumanVerdict(), *decided, MarkForReview(review_share))


@step(reads=("meta",), writes=("meta",))
def tries(sample: Sample, context: StepContext) -> Sample:
    """`meta.tries`: how often this element was made until it passed every check; 1 at the first time."""
    return sample.having(meta={**sample.meta, "tries": context.attempt + 1})
