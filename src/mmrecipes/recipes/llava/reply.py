"""Reads what the teacher wrote: dialogues in blocks, one question with its answer, or a description.

Blocks are separated by lines of three equals signs and open with `Question:` or `Answer:`; a missing line end after
the colon, `Q:` and `A:`, numbers and Markdown marks around the heading are tolerated; reasoning between `<think>` and
`</think>` before the reply is left out. Only strict alternation is
accepted: leading answers are skipped, and from the first block that is not what is due the rest is cut off. Nothing
is repaired; a reply of which nothing remains is `Malformed` (`unparsable`, or `empty`, `refused`, `truncated`).
Not covered: what the text says (see `gates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from mmrecipes.formats.export import RESERVED
from mmrecipes.models.call import Malformed, Reply
from mmrecipes.models.parsing import whole

UNPARSABLE = "unparsable"
_SEPARATOR = re.compile(r"^[ \t*]*={3,}[ \t*]*$", re.MULTILINE)
_REASONING = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_HEADING = re.compile(
    r"^[ \t]*[#*_]*[ \t]*(?P<who>question|answer|q|a)[ \t]*\d*[ \t]*[*_]*[ \t]*:[ \t]*[*_]*[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a reply gave. `cut` counts the blocks that were left out."""

    turns: tuple[Turn, ...]
    cut: int = 0


def dialogue(reply: Reply) -> Written:
    """Every complete pair of a question and an answer, from the first question on."""
    blocks = _blocks(_answer(reply.text if reply.truncated else whole(reply)))
    if reply.truncated:
        blocks = [*blocks[:-1], ("", "")]
    texts: list[str] = []
    skipped = 0
    for who, text in blocks:
        if not texts and who == "a":
            skipped += 1
            continue
        if not text or who != "qa"[len(texts) % 2]:
            break
        texts.append(text)
    turns = tuple(Turn(q, a) for q, a in zip(texts[::2], texts[1::2], strict=False))
    if not turns:
        _refuse(_first_fault(reply, blocks))
    return Written(turns, len(blocks) - 2 * len(turns))


def one_question(reply: Reply) -> Written:
    """Exactly one pair, whole."""
    whole(reply)
    written = dialogue(reply)
    if len(written.turns) > 1:
        _refuse(f"one question and one answer are wanted, not {len(written.turns)}")
    return written


def description(reply: Reply) -> str:
    """Running text without headings."""
    text = _answer(whole(reply))
    if _SEPARATOR.search(text) or _HEADING.search(text):
        _refuse("only the description is wanted, without headings or separators")
    _refuse_reserved(text)
    return text


def _answer(text: str) -> str:
    """The reply after its reasoning."""
    answer = _REASONING.sub("", text).strip()
    if text.strip() and not answer:
        _refuse("it is nothing but reasoning")
    return answer


def _blocks(text: str) -> list[tuple[str, str]]:
    """(q, a or nothing; text) per block; a block with a second heading inside is nothing: a separator is missing."""
    _refuse_reserved(text)
    found = []
    for block in _SEPARATOR.split(text):
        heading = _HEADING.match(block.strip())
        if heading is None:
            if block.strip():
                found.append(("", block.strip()))
            continue
        said = block.strip()[heading.end() :].strip()
        who = "" if _HEADING.search(said) else heading["who"][0].lower()
        found.append((who, said))
    return found


def _first_fault(reply: Reply, blocks: list[tuple[str, str]]) -> str:
    if reply.truncated:
        return "it was cut off before the first answer was complete"
    if len(blocks) == 1:
        return "there is no line of three equals signs between question and answer"
    return "no block that opens with `Question:` is followed by one that opens with `Answer:`, both with text"


def _refuse_reserved(text: str) -> None:
    if found := RESERVED.search(text):
        _refuse(f"it contains {found[0]}, which is no part of a text")


def _refuse(why: str) -> NoReturn:
    raise Malformed(UNPARSABLE, why)
