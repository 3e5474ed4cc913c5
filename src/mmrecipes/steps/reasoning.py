"""Texts that think before they answer: one think block, then the answer; and what may be wrong with a generated text.

Covered: one form for endpoints that send the reasoning apart, write tags of their own or begin inside the block; the
structure of a text; faults of any generated text (template tokens, loops, another language, cut off). Not covered:
whether the reasoning is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mmrecipes.core.text import unspaced_share, words
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.repetition import repeated_ngrams
from mmrecipes.steps.rules import Finding

_TAG = re.compile(r"<\s*(/?)\s*(?:think|thinking|thought|reasoning)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thought:
    """The two parts of a text, without tags and white space around them."""

    reasoning: str
    answer: str


def with_tags(reasoning: str, answer: str) -> str:
    """One text in the one form: `<think>`, the reasoning, `</think>`, an empty line, the answer.

    `reasoning` is what an endpoint sent apart, or empty. A block that the answer begins with is then a part of the
    reasoning, so that one pair of tags remains; without it, an answer that only closes a block has begun inside of it.
    Blocks elsewhere are left for `parted` to refuse.
    """
    tags = list(_TAG.finditer(answer))
    inside = _TAG.sub("", reasoning).strip()
    if tags and not tags[0][1] and not answer[: tags[0].start()].strip() and len(tags) > 1 and tags[1][1]:
        inner, rest = answer[tags[0].end() : tags[1].start()].strip(), answer[tags[1].end() :]
    elif tags and tags[0][1] and not inside:
        inner, rest = answer[: tags[0].start()].strip(), answer[tags[0].end() :]
    elif inside:
        inner, rest = "", answer
    else:
        return answer
    whole = "\n\n".join(dict.fromkeys(part for part in (inside, inner) if part))
    return f"<think>\n{whole}\n</think>\n\n{rest.strip()}"


def after_thinking(text: str) -> str:
    """The text behind a think block that it begins with, or inside of which it begins; without one, the text."""
    tags = list(_TAG.finditer(text))
    closing = [bool(tag[1]) for tag in tags]
    if closing[:2] == [False, True] and not text[: tags[0].start()].strip():
        return text[tags[1].end() :].strip()
    return text[tags[0].end() :].strip() if closing[:1] == [True] else text.strip()


def parted(text: str) -> Thought | Finding:
    """The parts of a text with exactly one think block before the answer, or what is wrong with it.

    Reasons: `no_think_block`, `nested_think_block`, `unopened_think_block`, `unclosed_think_block`,
    `several_think_blocks`, `late_think_block` (text stands before it), `empty_reasoning`, `no_answer`.
    """
    tags = list(_TAG.finditer(text))
    if wrong := _wrong_tags([bool(tag[1]) for tag in tags]):
        return Finding(wrong, f"{len(tags)} tags")
    if before := text[: tags[0].start()].strip():
        return Finding("late_think_block", repr(before[:60]))
    thought = Thought(text[tags[0].end() : tags[1].start()].strip(), text[tags[1].end() :].strip())
    if not thought.reasoning:
        return Finding("empty_reasoning")
    return thought if thought.answer else Finding("no_answer")


def _wrong_tags(closing: list[bool]) -> str:
    """What is wrong with a sequence of opening and closing tags."""
    if not closing:
        return "no_think_block"
    is_open = False
    for closes in closing:
        if closes != is_open:
            return "unopened_think_block" if closes else "nested_think_block"
        is_open = not closes
    if is_open:
        return "unclosed_think_block"
    return "several_think_blocks" if len(closing) > 2 else ""


def too_short(thought: Thought, typical: float, ratio: float = 1.5) -> Finding | None:
    """`too_short` when the reasoning has fewer than `ratio` times the `typical` number of words of a short answer."""
    count = len(words(thought.reasoning))
    if count >= ratio * typical:
        return None
    return Finding("too_short", f"{count} words, at least {ratio:g} x {typical:g}")


_TEMPLATE = re.compile(
    r"</?think(?:ing)?>|<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>|<(?:unk|pad|bos|eos)>|\A\s*<s>|</s>\s*\Z"
    r"|^\s*(?:###\s*)?(?:USER|ASSISTANT|Human|Assistant|SYSTEM)\s*:",
    re.MULTILINE,
)
_LANGUAGE_NAME = re.compile(
    r"\b(?:english|chinese|mandarin|french|german|spanish|italian|portuguese|russian|japanese|korean|arabic|translat\w+)\b"
    r"|英文|英语|中文|汉语|法语|德语|日语|韩语|俄语|西班牙语|翻译",
    re.IGNORECASE,
)
_MOST_REPEATED = 0.3
_ENDING, _LEAST_WORDS = 400, 8


def generation_faults(text: str, question: str, *, truncated: bool = False) -> list[Finding]:
    """What is wrong with a generated text whatever it says.

    `truncated` (the reply was cut off), `template_token` (a piece of a chat template is left), `repetition` (more than
    0.3 of the 5-grams have occurred before), `language_switch` (the text or its end is in another language than the
    question, which names none).
    """
    found = [Finding("truncated")] if truncated else []
    if token := _TEMPLATE.search(text):
        found.append(Finding("template_token", repr(token[0].strip())))
    if (share := repeated_ngrams(text)) > _MOST_REPEATED:
        found.append(Finding("repetition", f"{share:.3f} of the 5-grams, at most {_MOST_REPEATED:g}"))
    if (asked := language_of(question)) and not _LANGUAGE_NAME.search(question):
        answered = {language_of(piece) for piece in (text, text[-_ENDING:]) if _can_tell(piece)} - {"", asked}
        if answered:
            found.append(Finding("language_switch", f"{', '.join(sorted(answered))} instead of {asked}"))
    return found


def _can_tell(piece: str) -> bool:
    """Whether the language of a piece is more than a guess: a script of its own, or some words."""
    return unspaced_share(piece) > 0.5 or len(words(piece)) >= _LEAST_WORDS
