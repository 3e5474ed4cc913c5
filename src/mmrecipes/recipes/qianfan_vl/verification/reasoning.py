"""Companion stage C2, long reasoning, offline: the computed steps, between think tags, are the reasoning.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.4 (think tags, a tenth reviewed by people). Covered: replies
that a task wrote in the style `steps`, and worked problems; the answer behind the tags is the expected one. Not
covered: solutions drawn from a model (see `solutions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from mmrecipes.core.sample import Message, Sample, assistant
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.steps.agreement import agrees
from mmrecipes.steps.reasoning import Thought, parted, with_tags
from mmrecipes.steps.review import chosen, place

REVIEWED = 0.1


@dataclass(frozen=True, slots=True)
class LongReasoning:
    """Rewrites the replies in steps of a share of the samples that have such; others pass as they are."""

    share: float
    reads: ClassVar = ("messages", "truth", "meta")
    writes: ClassVar = ("messages", "meta")
    name: ClassVar[str] = "long_reasoning"

    def __call__(self, sample: Sample) -> Sample | Drop:
        turns = reasoned(sample, self.share)
        if not turns:
            return sample
        expected, messages, turn = expected_answers(sample), list[Message](), -1
        for message in sample.messages:
            if message.role == "assistant":
                turn += 1
                if turn in turns:
                    text = with_tags(message.text, expected[turn].text)
                    thought = parted(text)
                    if not isinstance(thought, Thought) or not agrees(expected[turn], thought.answer):
                        return Drop("reasoning_malformed", f"turn {turn + 1}: {thought}")
                    message = assistant(text)
            messages.append(message)
        return marked(sample.having(messages=tuple(messages)), "engine")


def reasoned(sample: Sample, share: float) -> list[int]:
    """The turns, from 0, that are rewritten: those with replies in steps, of a share of the samples."""
    styles = ["steps"] if sample.meta["turn_kind"] == "solve" else sample.meta.get("styles", ())
    stepwise = [k for k, style in enumerate(styles) if style == "steps"]
    return stepwise if stepwise and chosen(*place(sample), share, "long reasoning") else []


def marked(sample: Sample, by: Literal["engine", "model"]) -> Sample:
    """With `meta.reasoning`, which says whose it is; a tenth waits for a person to look at it."""
    review = {"review": "reasoning"} if chosen(*place(sample), REVIEWED, "review reasoning") else {}
    return sample.having(meta={**sample.meta, "reasoning": by, **review})
