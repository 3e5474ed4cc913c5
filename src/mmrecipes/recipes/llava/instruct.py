"""Part A: asking a text-only teacher to write about a picture that it knows from symbols alone.

Covered: the prompt with its worked examples, the request, reading the reply, the finished sample with its provenance.
Not covered: what makes a reply unfit (see `gates`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import ClassVar, Literal

from mmrecipes.core.identity import turn
from mmrecipes.core.sample import Message, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.recipes.llava.gates import overlap
from mmrecipes.recipes.llava.looking import ImagePosition, opening_turn
from mmrecipes.recipes.llava.prompts import IN_DETAIL, system_message
from mmrecipes.recipes.llava.reply import Turn, Written, description, dialogue, one_question
from mmrecipes.recipes.llava.shots import SHOTS

TYPES = ("conversation", "detail", "complex")
ConversationContext = Literal["captions", "captions+boxes"]


def prompt(kind: str, context: str, with_boxes: bool) -> tuple[Message, ...]:
    """The system message of the type, its worked examples as turns, and the context that is asked about, last."""
    shown = [m for shot in SHOTS[kind] for m in (user(shot.symbols.text(with_boxes)), assistant(shot.reply))]
    return (Message("system", user(system_message(kind, with_boxes)).parts), *shown, user(context))


@dataclass(frozen=True, slots=True)
class WriteContext:
    """The text that the teacher gets to know; a picture of which nothing is known is not asked about."""

    conversation_context: ConversationContext
    most: int
    reads: ClassVar = ("task", "draft.symbols")
    writes: ClassVar = ("draft.context", "draft.with_boxes")

    def __call__(self, sample: Sample) -> Sample | Drop:
        with_boxes = sample.task != "conversation" or self.conversation_context == "captions+boxes"
        text = sample.draft["symbols"].text(with_boxes)
        if not text:
            needed = "neither captions nor boxes" if with_boxes else "no captions"
            return Drop("no_context", f"{needed} that can be used")
        if len(text) > self.most:
            return Drop("huge_context", f"{len(text)} characters; max_context is {self.most}")
        return sample.drafting(context=text, with_boxes=with_boxes)


def _described(reply: Reply) -> Written:
    return Written((Turn("", description(reply)),))


READERS: dict[str, Callable[[Reply], Written]] = {
    "conversation": dialogue, "detail": _described, "complex": one_question,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskTeacher:
    """The teacher's text as turns. The request for a description is ours, one of many in turn."""

    sampling: Sampling
    roles: ClassVar = ("teacher",)
    reads: ClassVar = ("task", "draft.index", "draft.context", "draft.with_boxes")
    writes: ClassVar = ("draft.turns", "draft.asked")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        kind = sample.task
        messages = prompt(kind, sample.draft["context"], sample.draft["with_boxes"])
        call = Call(name=kind, messages=messages, sampling=self.sampling)
        asked = await context.ask("teacher", call, READERS[kind])
        if isinstance(asked, Drop):
            return asked
        turns = asked.value.turns
        if kind == "detail":
            turns = (Turn(IN_DETAIL[turn(sample.draft["index"], len(IN_DETAIL), "detail")], turns[0].answer),)
        how = {"teacher": f"chat:{asked.model}", "attempt": context.attempt + 1, "asked_again": asked.reasked}
        return sample.drafting(turns=turns, asked={**how, "blocks_cut": asked.value.cut})


@dataclass(frozen=True, slots=True)
class Finish:
    """The conversation about the picture, and how it came about."""

    image_position: ImagePosition
    reads: ClassVar = (
        "images", "meta", "draft.turns", "draft.asked", "draft.checks", "draft.symbols", "draft.context",
    )  # fmt: skip
    writes: ClassVar = ("messages", "language", "meta", "scores", "draft")

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        draft, symbols = sample.draft, sample.draft["symbols"]
        (first, *others), image = draft["turns"], sample.images[0]
        messages = [opening_turn(image, first.question, self.image_position, context.rng), assistant(first.answer)]
        messages += [m for t in others for m in (user(t.question), assistant(t.answer))]
        shown = [
            k
            for k, there in (("captions", symbols.captions), ("boxes", draft["with_boxes"] and symbols.boxes))
            if there
        ]
        meta = {
            **sample.meta, "method": "llava", "context": "+".join(shown), "n_captions": len(symbols.captions),
            "n_boxes": len(symbols.boxes), "few_shot": [s.id for s in SHOTS[sample.task]], **draft["asked"],
            "checks": draft["checks"],
        }  # fmt: skip
        scores = {} if sample.task == "detail" else {"caption_overlap": _overlap(draft["turns"], symbols.captions)}
        return sample.having(messages=tuple(messages), language="en", meta=meta, draft={}).scored(**scores)


def _overlap(turns: tuple[Turn, ...], captions: tuple[str, ...]) -> float:
    return round(mean(overlap(t.question, captions) for t in turns), 4)
