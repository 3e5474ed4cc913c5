"""The self-check: the produced text is read like a model's answer and compared with its source.

Covered: every place that the sample's text writes, its phrase, and the caption without markers. The reader is the
one of `conventions`, which knows nothing of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmrecipes.core.boxes import Box, iou
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention, InlineForm, Mention, Unreadable
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Pixels, Size
from mmrecipes.recipes.qwen_vl_grounding.places import Located
from mmrecipes.recipes.qwen_vl_grounding.tasks import Question
from mmrecipes.recipes.qwen_vl_grounding.wording import Dialogue

LEAST_IOU = 0.95
IOU_SIDE = 0.04
"""Boxes with both sides of at least this part of the image must overlap their source by `LEAST_IOU`."""
IOU_BINS = 40
"""…and at least this many bins wide and high: the 4 % of a 1000-bin convention, where rounding alone allows it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is empty when the text says what the source says; `error` is the largest distance per axis in
    pixels."""

    error: tuple[float, float] = (0.0, 0.0)
    reason: str = ""
    detail: str = ""


def verdict(
    dialogue: Dialogue, question: Question, located: Located, caption: str, convention: Convention, size: Size
) -> Verdict:
    """Read the dialogue and compare. Reasons: `self_check_unreadable`, `self_check_text`, `self_check_bound`,
    `self_check_iou`, `self_check_absent`."""
    try:
        mentions = _read(dialogue, question, located, caption, convention, size)
    except Unreadable as e:
        absent = not any(located.pixels) and e.reason == "missing_tag"
        return Verdict() if absent else Verdict(reason="self_check_unreadable", detail=str(e))
    if not any(located.pixels):
        return Verdict(reason="self_check_absent", detail="a place in an answer about absence")
    return _compared(mentions, dialogue, located, convention, size)


def _read(
    dialogue: Dialogue, question: Question, located: Located, caption: str, convention: Convention, size: Size
) -> Sequence[Mention]:
    limits, text = convention.scale.limits(size), dialogue.lead + dialogue.answer
    if question.task == "referring_description":
        mentions = convention.form.read_places(dialogue.question, located.kind, limits)
        return [replace(m, phrase="") for m in mentions]  # words before a place in a question do not name it
    if question.task != "grounded_caption":
        return convention.form.read(text, located.kind, limits)
    if not isinstance(convention.form, InlineForm):
        if not text.startswith(caption + "\n"):
            raise Unreadable("malformed", "the caption is not what stands before the places")
        return convention.form.read(text.removeprefix(caption + "\n"), located.kind, limits)
    reading = convention.form.read_caption(text, located.kind, limits)
    ends = [end for (_, end, i) in question.spans for _ in located.numbers[i]]
    if reading.plain != caption or [end for end, _ in reading.mentions] != ends:
        raise Unreadable("malformed", "the caption without markers is not the original")
    return [m for _, m in reading.mentions]


def _compared(
    mentions: Sequence[Mention], dialogue: Dialogue, located: Located, convention: Convention, size: Size
) -> Verdict:
    pixels = [p for places in located.pixels for p in places]
    phrases = [p for p, places in zip(dialogue.phrases, located.pixels, strict=True) for _ in places]
    if len(mentions) != len(pixels):
        return Verdict(reason="self_check_text", detail=f"{len(mentions)} places read, {len(pixels)} written")
    worst = [0.0, 0.0]
    for mention, source, phrase in zip(mentions, pixels, phrases, strict=True):
        if mention.flags or (mention.phrase and mention.phrase != phrase):
            return Verdict(reason="self_check_text", detail=f"{mention} where {phrase!r} was written")
        decoded = convention.decode(mention.numbers, size)
        bound = convention.scale.bound(mention.numbers, size)
        errors = [abs(a - b) for a, b in zip(decoded, source, strict=True)]
        if any(e > b + 1e-6 for e, b in zip(errors, bound, strict=True)):
            return Verdict(reason="self_check_bound", detail=f"{phrase!r}: {errors} px over {bound}")
        if _must_overlap(source, convention, size) and iou(_box(decoded), _box(source)) < LEAST_IOU:
            return Verdict(reason="self_check_iou", detail=f"{phrase!r}: {decoded} for {source}")
        worst = [max(worst[0], *errors[::2]), max(worst[1], *errors[1::2])]
    return Verdict(error=(worst[0], worst[1]))


def _must_overlap(source: Pixels, convention: Convention, size: Size) -> bool:
    if len(source) != 4:
        return False
    sides = ((source[2] - source[0]) / size[0], (source[3] - source[1]) / size[1])
    return all(s >= max(IOU_SIDE, IOU_BINS / n) for s, n in zip(sides, convention.scale.bins(size), strict=True))


def _box(pixels: Pixels) -> Box:
    x0, y0, x1, y1 = pixels
    return (x0, y0, x1, y1)
