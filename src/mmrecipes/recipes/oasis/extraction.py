"""Instruction or not: one call that sorts a raw generation and copies the instruction out of it.

Covered: the label as a real prefix (bold, lists, headings around it), the marker with or without punctuation, and the
proof that the copy stands in the raw text. Not covered: whether the instruction is any good (see `judging`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.parsing import whole
from mmrecipes.recipes.oasis.prompts import LABEL, MARKER, extraction
from mmrecipes.steps.containment import containment

CAPTION = ""
"""What parsing returns for a text without an instruction."""

_DECORATION = r"(?:[>#*_`\-–•\s]|\d+[.)]\s)*"
_LABEL = re.compile(rf"{_DECORATION}{LABEL[:-1]}\s*[*_`]*\s*[:：][*_`]*", re.IGNORECASE)
_MARKER = re.compile(rf"[\W_]*{MARKER.replace(' ', '[ _-]*')}[\W_]*", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "'": "'", "«": "»", "「": "」", "`": "`"}


def parse_extraction(reply: str, raw: str, least: float) -> str:
    """The instruction in the extractor's reply, or `CAPTION`.

    Raises `Malformed`: `no_label`, `empty_instruction`, or `invented_instruction` when less than `least` of it is a
    copy of the raw text.
    """
    text = reply.strip()
    if _MARKER.fullmatch(text):
        return CAPTION
    label = _LABEL.match(text)
    if label is None:
        raise Malformed("no_label", f'it starts neither with "{LABEL}" nor is it "{MARKER}"')
    instruction = _unwrapped(text[label.end() :].strip(), text[: label.end()], raw)
    if _MARKER.fullmatch(instruction):
        return CAPTION
    if not any(c.isalnum() for c in instruction):
        raise Malformed("empty_instruction", f'nothing follows "{LABEL}"')
    if containment(instruction, raw) < least:
        raise Malformed("invented_instruction", "the instruction is not copied from the text: copy it word for word")
    return instruction


def _unwrapped(instruction: str, label: str, raw: str) -> str:
    """Without the quotes or the closing bold that belong to the reply's form, not to the copied text."""
    for mark in ("**", "__", "*", "`"):
        if label.count(mark) % 2 and instruction.endswith(mark):
            return instruction.removesuffix(mark).rstrip()
    closing = _QUOTES.get(instruction[:1])
    if closing and len(instruction) > 1 and instruction.endswith(closing) and instruction not in raw:
        return instruction[1:-1].strip()
    return instruction


@dataclass(frozen=True, slots=True)
class Extract:
    """Asks the extractor. Afterwards `draft.instruction` is the instruction, empty for a caption; the one message then
    asks it, so that a dropped sample shows what was judged."""

    least: float
    max_tokens: int
    roles: ClassVar = ("extractor",)
    reads: ClassVar = ("images", "messages", "draft.turn", "meta")
    writes: ClassVar = ("messages", "draft.instruction", "meta")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        raw: str = sample.draft["turn"]

        def parse(reply: Reply) -> str:
            return parse_extraction(whole(reply), raw, self.least)

        sampling = Sampling(temperature=0.0, max_tokens=self.max_tokens)
        call = Call(name="extract", messages=(user(extraction(raw)),), sampling=sampling)
        asked = await context.ask("extractor", call, parse)
        if isinstance(asked, Drop):
            return asked
        asking = (user(sample.images[0], asked.value),) if asked.value else sample.messages
        meta = {**sample.meta, "extractor": asked.model}
        return sample.having(messages=asking, meta=meta).drafting(instruction=asked.value)


def found(sample: Sample) -> str:
    """Which way a sorted text goes on."""
    return "instruction" if sample.draft["instruction"] else "caption"
