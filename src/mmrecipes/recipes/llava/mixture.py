"""The mixture of LLaVA-1.5: academic data sets re-formatted, no model asked.

Covered: format prompts, merging all questions of one picture in one source, options permuted so that every letter is
the right one equally often, caps per picture, pieces of long conversations, boxes in the frame of the picture or of a
square around it, chats cut to a length. Lengths of text chats are counted as words and marks (no tokenizer is at
hand): about three quarters of a language model's tokens in English. Not covered: batches; every sample says its
`modality`, so that a trainer's sampler can keep pictures and text apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from mmrecipes.core.boxes import Box, clip
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.llava import prompts
from mmrecipes.recipes.llava.context import pixels_of
from mmrecipes.recipes.llava.looking import READS, ImagePosition, opening_turn, picture_of
from mmrecipes.recipes.llava.mixture_records import (
    LETTERS,
    BadRecord,
    answer_of,
    box_of,
    kind_of,
    ocr_of,
    options_of,
    permuted,
    text_of,
    turns_of,
)

Pair = dict[str, Any]
"""A question and its answer as JSON: `q`, `a`; `prompt` (the format prompt), `box` and `normalised` for regions."""
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class FormatPrompts:
    """What is appended to a question to say how long and in which form to answer."""

    short_answer: str
    option_letter: str


@dataclass(frozen=True, slots=True)
class AsPairs:
    """A record to question and answer. A multiple-choice question becomes as many samples as it has options: in round
    r the right one stands at another place, so that every letter is right once."""

    form: FormatPrompts
    one_sentence: str
    repeat_choices: bool
    reads: ClassVar = ("draft.record",)
    writes: ClassVar = ("task", "source", "meta", "draft.pairs", "draft.round")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | list[Sample] | Drop:
        record = sample.draft["record"]
        try:
            kind = kind_of(record)
            rounds = self._rounds(kind, record, context)
        except BadRecord as e:
            return Drop("bad_record", str(e))
        modality = "text" if kind == "text_chat" else "image"
        meta = {**sample.meta, "method": "llava-1.5", "kind": kind, "modality": modality}
        bare = sample.having(task=kind, meta=meta, draft={k: v for k, v in sample.draft.items() if k != "record"})
        made = [bare.drafting(pairs=pairs, round=number) for number, pairs in enumerate(rounds)]
        return made if len(made) > 1 else made[0]

    def _rounds(self, kind: str, record: Mapping[str, Any], context: StepContext) -> list[list[Pair]]:
        if kind in ("dialogue", "text_chat"):
            return [[{"q": q, "a": a} for q, a in turns_of(record, kind == "dialogue")]]
        if kind == "multiple_choice":
            return [[pair] for pair in self._choices(record, context)]
        one = {"vqa": self._vqa, "one_sentence_caption": self._caption, "region": _region}[kind]
        return [[one(record, context)]]

    def _vqa(self, record: Mapping[str, Any], context: StepContext) -> Pair:
        return {"q": text_of(record, "question"), "a": answer_of(record), "prompt": self.form.short_answer}

    def _caption(self, record: Mapping[str, Any], context: StepContext) -> Pair:
        words = ocr_of(record)
        read = f"\n{prompts.READ_TEXT.format(words=', '.join(words))}" if words else ""
        return {"q": self.one_sentence + read, "a": text_of(record, "caption")}

    def _choices(self, record: Mapping[str, Any], context: StepContext) -> list[Pair]:
        options, gold = options_of(record)
        question, rng = text_of(record, "question"), context.rng
        if not self.repeat_choices:
            return [self._choice(question, options, gold)]
        start = rng.randrange(len(options))
        places = [(start + r) % len(options) for r in range(len(options))]
        return [self._choice(question, permuted(options, gold, place, rng), place) for place in places]

    def _choice(self, question: str, options: Sequence[str], gold: int) -> Pair:
        lines = [f"{LETTERS[i]}. {option}" for i, option in enumerate(options)]
        return {"q": "\n".join([question, *lines]), "a": LETTERS[gold], "prompt": self.form.option_letter}


def _region(record: Mapping[str, Any], context: StepContext) -> Pair:
    """At random "what is here" or "where is this"; the box is spelled when the picture's size is known."""
    phrase, box = text_of(record, "phrase"), box_of(record)
    spelled = {"box": box, "normalised": bool(record.get("normalised"))}
    if "{box}" in phrase:
        raise BadRecord("`phrase` holds {box}")
    if context.rng.random() < 0.5:
        return {"q": prompts.DESCRIBE_REGION, "a": phrase, **spelled}
    return {"q": prompts.FIND_REGION.format(phrase=phrase), "a": "{box}", **spelled}


def conversation_key(sample: Sample) -> str:
    """Samples that are merged: the same source, picture and round. Chats and captions stay by themselves, but of
    several captions of a picture one is kept."""
    kind = sample.meta["kind"]
    if kind in ("dialogue", "text_chat"):
        return sample.id
    return f"{kind}\x1f{sample.source}\x1f{sample.draft['image']}\x1f{sample.draft['round']}"


def merge_conversation(members: tuple[Sample, ...]) -> Sample:
    """Every question of the group once, in the order of the records."""
    first = members[0]
    if first.meta["kind"] == "one_sentence_caption":
        return min(members, key=lambda s: s.draft["ticket"])
    pairs = list({(p["q"], p["a"], str(p.get("box"))): p for s in members for p in s.draft["pairs"]}.values())
    return first.drafting(pairs=pairs).having(meta={**first.meta, "merged": len(members)})


@dataclass(frozen=True, slots=True)
class PickAnnotations:
    """Of a densely annotated picture a random few, in their order."""

    most: Mapping[str, int]
    reads: ClassVar = ("draft.pairs", "source")
    writes: ClassVar = ("draft.pairs",)

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        pairs, most = sample.draft["pairs"], self.most.get(sample.source)
        if most is None or len(pairs) <= most:
            return sample
        kept = sorted(context.rng.sample(range(len(pairs)), most))
        return sample.drafting(pairs=[pairs[i] for i in kept])


@dataclass(frozen=True, slots=True)
class CutInPieces:
    """Conversations of some sources in pieces of fewer than `fewer_than` questions."""

    fewer_than: Mapping[str, int]
    reads: ClassVar = ("draft.pairs", "source")
    writes: ClassVar = ("draft.pairs",)

    def __call__(self, sample: Sample) -> Sample | list[Sample]:
        pairs, limit = sample.draft["pairs"], self.fewer_than.get(sample.source)
        if limit is None or len(pairs) < limit:
            return sample
        size = limit - 1
        return [sample.drafting(pairs=pairs[i : i + size]) for i in range(0, len(pairs), size)]


@dataclass(frozen=True, slots=True)
class CutChats:
    """Text chats over `most` words and marks lose their last turns; a first turn that is too long is cut itself."""

    most: int
    reads: ClassVar = ("draft.pairs", "meta")
    writes: ClassVar = ("draft.pairs", "meta")

    def __call__(self, sample: Sample) -> Sample | Drop:
        if sample.meta["kind"] != "text_chat":
            return sample
        left, kept = self.most, []
        for pair in sample.draft["pairs"]:
            question, answer = _length(pair["q"]), _length(pair["a"])
            if question + answer > left:
                if not kept and question < left:
                    kept.append({**pair, "a": _cut(pair["a"], left - question)})
                break
            left -= question + answer
            kept.append(pair)
        if not kept:
            return Drop("too_long", f"the first question alone has over {self.most} words")
        truncated = kept != sample.draft["pairs"]
        return sample.drafting(pairs=kept).having(meta={**sample.meta, "truncated": truncated})


def _length(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _cut(text: str, words: int) -> str:
    ends = [found.end() for found in _WORD.finditer(text)]
    return text[: ends[words - 1]]


BoxFrame = Literal["image", "square_pad"]


def spelled_box(box: Box, size: tuple[int, int], frame: BoxFrame, decimals: int) -> str:
    """A box in pixels as numbers 0 to 1: of the picture's sides, or of the square that padding its short side on both
    ends would make."""
    width, height = size
    x0, y0, x1, y1 = clip(box, width, height)
    side = max(size)
    dx, dy = ((side - width) / 2, (side - height) / 2) if frame == "square_pad" else (0.0, 0.0)
    w, h = (side, side) if frame == "square_pad" else size
    parts = ((x0 + dx) / w, (y0 + dy) / h, (x1 + dx) / w, (y1 + dy) / h)
    return f"[{', '.join(f'{v:.{decimals}f}' for v in parts)}]"


@dataclass(frozen=True, slots=True)
class WriteConversation:
    """Opens the picture, spells boxes in its frame, appends format prompts, and writes the turns."""

    prompt_turns: Literal["first", "all"]
    frame: BoxFrame
    decimals: int
    image_position: ImagePosition
    reads: ClassVar = (*READS, "draft.pairs", "meta")
    writes: ClassVar = ("images", "messages", "truth", "draft")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        pairs = sample.draft["pairs"]
        if sample.meta["modality"] == "text":
            turns = [m for p in pairs for m in (user(p["q"]), assistant(p["a"]))]
            return sample.having(messages=tuple(turns), draft={})
        picture = picture_of(sample)
        if isinstance(picture, Drop):
            return picture
        image, size = picture.image, picture.image.size
        boxes = [_pixels(p, size) for p in pairs if "box" in p]
        if outside := [b for b in boxes if b[0] >= size[0] or b[1] >= size[1] or b[2] <= 0 or b[3] <= 0]:
            return Drop("bad_record", f"the box {outside[0]} lies outside a picture of {size[0]}x{size[1]}")
        (question, answer), *others = (self._written(i, pair, size) for i, pair in enumerate(pairs))
        opening = opening_turn(image, question, self.image_position, context.rng)
        rest = [m for q, a in others for m in (user(q), assistant(a))]
        truth = {**sample.truth, "boxes": [list(b) for b in boxes], "box_frame": self.frame} if boxes else sample.truth
        return sample.having(images=(image,), messages=(opening, assistant(answer), *rest), truth=truth, draft={})

    def _written(self, number: int, pair: Pair, size: tuple[int, int]) -> tuple[str, str]:
        """The texts of turn `number`, with its box and, where it is due, the format prompt."""
        question, answer = pair["q"], pair["a"]
        if "box" in pair:
            box = spelled_box(_pixels(pair, size), size, self.frame, self.decimals)
            question, answer = question.replace("{box}", box), answer.replace("{box}", box)
        prompted = pair.get("prompt") and (number == 0 or self.prompt_turns == "all")
        return (f"{question}\n{pair['prompt']}" if prompted else question), answer


def _pixels(pair: Pair, size: tuple[int, int]) -> Box:
    if pair["normalised"]:
        return pixels_of(pair["box"], size)
    x0, y0, x1, y1 = pair["box"]
    return (x0, y0, x1, y1)
