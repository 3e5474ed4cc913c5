"""Captions that the hook brought up instead of instructions: counted and kept aside, or made into samples.

Covered: rule cleaning, clean-up by a model that may only leave out, a check of every paragraph against the image, a
fixed list of requests. Not covered: rewriting. A caption is never lost silently: what is not used is a drop with its
text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.parsing import whole
from mmrecipes.recipes.oasis.diversity import traits, word_count
from mmrecipes.recipes.oasis.prompts import DESCRIBE, check, clean_up
from mmrecipes.steps.containment import containment
from mmrecipes.steps.languages import language_of

FEWEST, MOST = 20, 400
"""Words of a caption."""

_REFUSAL = re.compile(
    r"\b(?:i\s+(?:can(?:no|')t|can’t|am\s+(?:not\s+able|unable|sorry)|apologi[sz]e|don['’]t\s+see)|i['’]m\s+"
    r"(?:sorry|unable|not\s+able|afraid)|as\s+an\s+ai)\b|对不起|抱歉|无法(?:查看|识别)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*•–]|\d+[.):]|[A-Za-z][.)])\s*(?=\S)")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+|(?<=[。！？])")


@step(reads=("draft.turn",), writes=())
def store_caption(sample: Sample) -> Drop:
    """The caption store: the ledger's drops with this reason, text included."""
    return Drop("caption", sample.draft["turn"])


@step(reads=("draft.turn",), writes=("draft.caption",))
def clean_by_rule(sample: Sample) -> Sample | Drop:
    """Length, refusals and debris of lists."""
    text = sample.draft["turn"].strip()
    words = word_count(text)
    if not FEWEST <= words <= MOST:
        return Drop("caption_length", f"{words} words: {text}")
    if _REFUSAL.search(text):
        return Drop("caption_refusal", text)
    lines = [line for line in text.splitlines() if line.strip()]
    items = sum(bool(_ITEM.match(line)) for line in lines)
    if 3 * items > len(lines) or 2 * sum(word_count(line) < 5 for line in lines) > len(lines):
        return Drop("caption_list", text)
    return sample.drafting(caption=text)


def parse_clean_up(reply: Reply, raw: str, least: float) -> str:
    """The cleaned caption, empty for `NOTHING`. Raises `Malformed` when a sentence is not copied from the raw text."""
    text = whole(reply).strip()
    if re.fullmatch(r"\W*NOTHING\W*", text, re.IGNORECASE):
        return ""
    for sentence in filter(str.strip, _SENTENCE.split(text)):
        if any(c.isalnum() for c in sentence) and containment(sentence, raw) < least:
            raise Malformed("invented_caption", f"{sentence[:80]!r} does not stand in the text: only leave out")
    return text


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Has a model leave out what is no description."""

    least: float
    roles: ClassVar = ("cleaner",)
    reads: ClassVar = ("draft.caption", "meta")
    writes: ClassVar = ("draft.caption", "meta")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        raw = sample.draft["caption"]
        call = Call(name="clean", messages=(user(clean_up(raw)),), sampling=Sampling(max_tokens=1024))
        asked = await context.ask("cleaner", call, lambda reply: parse_clean_up(reply, raw, self.least))
        if isinstance(asked, Drop):
            return asked
        if word_count(asked.value) < FEWEST:
            return Drop("caption_length", f"{word_count(asked.value)} words are left of: {raw}")
        return sample.having(meta={**sample.meta, "cleaner": asked.model}).drafting(caption=asked.value)


def paragraphs(text: str) -> Sequence[str]:
    """What is checked by itself."""
    return [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]


def parse_check(reply: Reply) -> bool:
    """Whether the judge calls a paragraph correct. Raises `Malformed` without a clear last line."""
    words = re.findall(r"[A-Za-z]+", whole(reply).strip().splitlines()[-1].upper())
    verdicts = {w for w in words if w in ("CORRECT", "WRONG", "INCORRECT")}
    if len(verdicts) != 1 or "NOT" in words:
        raise Malformed("no_verdict", "its last line is neither CORRECT nor WRONG")
    return verdicts == {"CORRECT"}


@dataclass(frozen=True, slots=True)
class VerifyParagraphs:
    """Keeps a caption only if every paragraph is judged correct; the first wrong one ends it."""

    roles: ClassVar = ("caption_judge",)
    reads: ClassVar = ("images", "draft.caption", "meta")
    writes: ClassVar = ("meta",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        image, model, every = sample.images[0], "", paragraphs(sample.draft["caption"])
        for number, paragraph in enumerate(every):
            call = Call(
                name=f"check/{number}", messages=(user(image, check(paragraph)),), images=(image,),
                sampling=Sampling(max_tokens=512),
            )  # fmt: skip
            asked = await context.ask("caption_judge", call, parse_check)
            if isinstance(asked, Drop):
                return asked
            if not asked.value:
                return Drop("caption_wrong", paragraph)
            model = asked.model
        return sample.having(meta={**sample.meta, "caption_judge": model, "paragraphs": len(every)})


@step(
    reads=("images", "draft.caption", "meta"), writes=("messages", "language", "task", "truth_source", "meta", "draft")
)
def emit_caption(sample: Sample, context: StepContext) -> Sample | Drop:
    """A request from the fixed list of the caption's language, and the caption as the answer."""
    caption = sample.draft["caption"]
    language = language_of(caption)
    if language not in DESCRIBE:
        return Drop("caption_language", f"{language or 'unknown'}: {caption}")
    request = context.rng.choice(DESCRIBE[language])
    return sample.having(
        messages=(user(sample.images[0], request), assistant(caption)),
        language=language,
        task="caption",
        truth_source="model",
        meta={**sample.meta, "kind": "caption", **traits(request, caption)},
        draft={},
    )


def recycle(least: float) -> Pipeline:
    """The way of a caption to a sample."""
    return Pipeline(clean_by_rule, CleanUp(least), VerifyParagraphs(), emit_caption)
