"""The model filter: is each question answerable, and is it about this picture? The answers are never shown.

Covered: one judgement per turn with the questions before it, cutting turns that fail where nothing later refers to
them, the optional check of the reference. Not covered: rules (see `steps/rules`), the quality of answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.honeypipe.prompts import (
    REFERENCE_HOLDS,
    SUITABLE,
    SUITABLE_WITHOUT_PICTURE,
    Suitability,
)
from mmrecipes.recipes.honeypipe.turns import (
    Exchange,
    exchanges,
    joined,
    keeping,
    message_from_json,
    message_to_json,
    system,
)
from mmrecipes.steps.judge import judged

_REFERS_BACK = re.compile(
    r"^\W*(?:and|but|so|then|or|also|what about|how about|which one)\b|^\W*why\W*$|"
    r"\b(?:previous(?:ly)?|earlier|above|last (?:question|answer)|you (?:said|mentioned|named|listed|described)|"
    r"your (?:answer|reply|description)|that one|the (?:other|same|former|latter|second|third) (?:one|ones)?|"
    r"it|its|they|them|their|theirs|these|those|he|she|him|his|her|hers|again|else|instead)\b|"
    r"它|他|她|它们|他们|她们|上面|之前|前面|刚才|上一|那个|这些|那些|呢[？?]?$",
    re.IGNORECASE,
)


def refers_back(question: str) -> bool:
    """Whether a later question seems to need the turn before it (pronouns, "previous", "and why?"). A heuristic that
    rather says yes: a turn is then kept together with its context or lost with it."""
    return bool(_REFERS_BACK.search(question))


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Keeps a sample whose questions are answerable and related to what is shown. `meta.cut_turns` holds turns that
    failed and were cut, `draft.filter` the verdicts."""

    roles: ClassVar = ("filter",)
    reads: ClassVar = ("images", "messages", "meta", "draft.given")
    writes: ClassVar = ("messages", "meta", "draft.given", "draft.filter")

    @property
    def name(self) -> str:
        return "model_filter"

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        many = exchanges(sample)
        verdicts: list[Suitability] = []
        for number in range(len(many)):
            said = await self._judge(sample, many[: number + 1], context)
            if isinstance(said, Drop):
                return said
            verdicts.append(said)
        failed = [i for i, v in enumerate(verdicts) if not (v.answerable and v.related)]
        judged_sample = sample.drafting(filter=[v.model_dump() for v in verdicts])
        return self._cut(judged_sample, many, failed, verdicts) if failed else judged_sample

    async def _judge(self, sample: Sample, so_far: Sequence[Exchange], context: StepContext) -> Suitability | Drop:
        images = shown_by(sample, so_far)
        blocks = {f"earlier-{i}": one.question.text for i, one in enumerate(so_far[:-1], 1)}
        blocks["question"] = so_far[-1].question.text
        rubric = SUITABLE if images else SUITABLE_WITHOUT_PICTURE
        asked = await judged(context, "filter", rubric, blocks, images=images)
        return Drop("malformed_filter", asked.detail) if isinstance(asked, Drop) else asked.value

    def _cut(
        self, sample: Sample, many: Sequence[Exchange], failed: Sequence[int], verdicts: Sequence[Suitability]
    ) -> Sample | Drop:
        kept = [i for i in range(len(many)) if i not in failed]
        leaning = [i for i in kept if i - 1 in failed and refers_back(many[i].question.text)]
        if not kept or leaning:
            first = verdicts[failed[0]]
            reason = "unrelated" if not first.related else "unanswerable"
            more = f"; turn {leaning[0] + 1} refers to what would be cut" if kept else ""
            return Drop(reason, f"turn {failed[0] + 1}: {first.reason}{more}")
        given = [message_from_json(m) for m in sample.draft["given"]]
        head, turns = given[: len(given) - 2 * len(many)], given[len(given) - 2 * len(many) :]
        as_given = keeping([Exchange(*p) for p in zip(turns[::2], turns[1::2], strict=True)], kept)
        cut = [{"turn": i + 1, "question": many[i].question.text, "why": verdicts[i].reason} for i in failed]
        return sample.having(
            messages=joined(system(sample), keeping(many, kept)), meta={**sample.meta, "cut_turns": cut}
        ).drafting(given=[message_to_json(m) for m in joined(head, as_given)])


def shown_by(sample: Sample, so_far: Sequence[Exchange]) -> tuple[Image, ...]:
    """The pictures that these exchanges show, each once, in order."""
    refs = dict.fromkeys(p.image for one in so_far for p in one.question.parts if p.image is not None)
    return tuple(sample.image(ref) for ref in refs)


@dataclass(frozen=True, slots=True)
class CheckReference:
    """Asks whether the given answers agree with the picture and says so in `meta.reference_agrees` (`yes`, `no`, or
    `unknown` without a usable judgement): a flag for later analysis, no reason to drop anything."""

    roles: ClassVar = ("filter",)
    reads: ClassVar = ("images", "messages", "meta")
    writes: ClassVar = ("meta",)

    @property
    def name(self) -> str:
        return "check_reference"

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        many, objections, unknown = exchanges(sample), list[Any](), False
        for number, one in enumerate(many):
            blocks = {"question": one.question.text, "reference": one.answer.text}
            images = shown_by(sample, many[: number + 1])
            asked = await judged(context, "filter", REFERENCE_HOLDS, blocks, images=images)
            if isinstance(asked, Drop):
                unknown = True
            elif not asked.value.agrees:
                objections.append({"turn": number + 1, "why": asked.value.reason})
        meta = {**sample.meta, "reference_agrees": "no" if objections else "unknown" if unknown else "yes"}
        return sample.having(meta=meta | ({"reference_objections": objections} if objections else {}))
