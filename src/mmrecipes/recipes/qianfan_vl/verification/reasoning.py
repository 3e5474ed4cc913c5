"""Companion stage C2, long reasoning, offline: the computed steps, between think tags, are the reasoning.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.4 (think tags, a tenth reviewed by people). Covered: replies
that a task wrote in the style `steps`, and worked problems; the answer behind the tags is the expected one. Not
covered: solutions drawn from a model and chosen by a reward model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Message, Part, Sample
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
        styles = ["steps"] if sample.meta["turn_kind"] == "solve" else sample.meta.get("styles", ())
        stepwise = [k for k, style in enumerate(styles) if style == "steps"]
        if not stepwise or not chosen(*place(sample), self.share, "long reasoning"):
            return sample
        expected, messages, turn = expected_answers(sample), list[Message](), -1
        for message in sample.messages:
            if message.role == "assistant":
                turn += 1
                if turn in stepwise:
                    text = with_tags(message.text, expected[turn].text)
                    thought = parted(text)
                    if not isinstance(thought, Thought) or not agrees(expected[turn], thought.answer):
                        return Drop("reasoning_malformed", f"turn {turn + 1}: {thought}")
                    message = Message("assistant", (Part(text=text),))
            messages.append(message)
        review = {"review": "reasoning"} if chosen(*place(sample), REVIEWED, "review reasoning") else {}
        return sample.having(messages=tuple(messages), meta={**sample.meta, "reasoning": "engine", **review})
