"""Records of the mixture: what each kind needs, checked, and brought to questions with answers.

    vqa                   image, question, answer (or answers: the most frequent counts)
    multiple_choice       image, question, options, answer (a letter, or an option word for word)
    one_sentence_caption  image, caption, optionally ocr: [words read in the picture]
    region                image, phrase, box [x0, y0, x1, y1] in pixels (or normalised: true)
    dialogue              image, turns: [{from, value}] or [{role, content}]
    text_chat             turns

Covered: these, each with `source`, the name of the data set. Nothing is repaired: a record that lacks something is
`BadRecord`. A placeholder for the picture at either end of a dialogue's first question is read as what it is; anywhere
else it makes the record bad. Not covered: tools, several pictures, system turns.
"""

from __future__ import annotations

import contextlib
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.formats.coco_captions import is_text
from mmrecipes.formats.export import RESERVED
from mmrecipes.recipes.llava.context import in_pixels, pixels_of

KINDS = ("vqa", "multiple_choice", "one_sentence_caption", "region", "dialogue", "text_chat")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EDGE = re.compile(r"^\s*<image>\s*|\s*<image>\s*$")


class BadRecord(ValueError):
    """A record that is not what its kind needs."""


def kind_of(record: Any) -> str:
    """The record's kind; `BadRecord` for anything else."""
    if not isinstance(record, dict):
        raise BadRecord(f"a record is an object, not {type(record).__name__}")
    kind = record.get("kind")
    if kind not in KINDS:
        raise BadRecord(f"kind {kind!r}; kinds are {', '.join(KINDS)}")
    return kind


def text_of(record: Mapping[str, Any], key: str) -> str:
    """A text that is there, is not blank and holds nothing that trainers take for a placeholder."""
    return clean(record.get(key), f"`{key}`")


def clean(value: Any, what: str) -> str:
    if not is_text(value):
        raise BadRecord(f"{what} must be a text, not {ascii(value)[:60]}")
    if found := RESERVED.search(value):
        raise BadRecord(f"{what} contains {found[0]}")
    return value.strip()


def answer_of(record: Mapping[str, Any]) -> str:
    """`answer`, or the most frequent of `answers` (the first of them at a tie)."""
    if "answers" not in record:
        return text_of(record, "answer")
    answers = record["answers"]
    if not isinstance(answers, list) or not answers:
        raise BadRecord("`answers` must be a list of texts")
    return Counter(clean(a, "`answers`") for a in answers).most_common(1)[0][0]


def options_of(record: Mapping[str, Any]) -> tuple[list[str], int]:
    """The options and the position of the right one."""
    options = record.get("options")
    if not isinstance(options, list) or not 2 <= len(options) <= len(LETTERS):
        raise BadRecord(f"`options` must be a list of 2 to {len(LETTERS)} texts")
    said = [clean(o, "an option") for o in options]
    if len(set(said)) < len(said):
        raise BadRecord("an option stands twice, so that no letter is the right one")
    answer = text_of(record, "answer")
    if answer in said:
        return said, said.index(answer)
    letter = answer.strip("().: ").upper()
    if len(letter) == 1 and letter in LETTERS[: len(said)]:
        return said, LETTERS.index(letter)
    raise BadRecord(f"`answer` {answer[:60]!r} is neither an option nor a letter of one")


def permuted(options: Sequence[str], gold: int, place: int, rng: random.Random) -> list[str]:
    """The options in another order, with the right one at `place`."""
    others = [o for i, o in enumerate(options) if i != gold]
    rng.shuffle(others)
    return [*others[:place], options[gold], *others[place:]]


def box_of(record: Mapping[str, Any]) -> list[float]:
    """Four numbers, left < right and top < bottom. Raises `UnitError` for pixels that are said to be normalised, or the
    other way round."""
    box = record.get("box")
    if not isinstance(box, list) or len(box) != 4 or not all(type(v) in (int, float) for v in box):
        raise BadRecord(f"`box` must be four numbers, not {str(box)[:60]}")
    if not (box[0] < box[2] and box[1] < box[3]):
        raise BadRecord(f"`box` {box} has no area or is not x0, y0, x1, y1")
    _ = pixels_of(box, (1, 1)) if record.get("normalised") else in_pixels(box)
    return [float(v) for v in box]


def check_record(record: Any) -> None:
    """Raises `UnitError` for a box in another unit than it says; whatever else is wrong is left to the steps."""
    if isinstance(record, dict) and record.get("kind") == "region":
        with contextlib.suppress(BadRecord):
            box_of(record)


def ocr_of(record: Mapping[str, Any]) -> list[str]:
    words = record.get("ocr") or []
    if not isinstance(words, list):
        raise BadRecord("`ocr` must be a list of texts")
    return [clean(w, "a word of `ocr`") for w in words]


_PEOPLE = {"human": 0, "user": 0, "gpt": 1, "assistant": 1}


def turns_of(record: Mapping[str, Any], has_image: bool) -> list[list[str]]:
    """Question and answer pairs of a chat that strictly alternates; a last question without an answer is left out."""
    turns = record.get("turns", record.get("conversations"))
    if not isinstance(turns, list) or len(turns) < 2:
        raise BadRecord("`turns` must be a list of at least one question and one answer")
    texts: list[str] = []
    for number, turn in enumerate(turns):
        if not isinstance(turn, dict):
            raise BadRecord(f"turn {number} is no object")
        who = turn.get("from", turn.get("role"))
        if _PEOPLE.get(who if isinstance(who, str) else "") != number % 2:
            raise BadRecord(f"turn {number} is by {who!r}, out of turn")
        said = turn.get("value", turn.get("content"))
        if number == 0 and has_image and isinstance(said, str):
            said = _EDGE.sub("", said, count=1)
        texts.append(clean(said, f"turn {number}"))
    return [[q, a] for q, a in zip(texts[::2], texts[1::2], strict=False)]
