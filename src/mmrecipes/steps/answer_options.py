"""The options of a multiple-choice question, as its text lists them.

Covered: letters A to J in order (`A.`, `(A)`, `A)`, `A:`, `A、`, `[A]`, lower case, full width), each on a line of its
own or all in one, and numbers after a word such as "Options:". Not covered: options without a mark of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mmrecipes.core.text import squeezed

_LETTERS, _DIGITS = "ABCDEFGHIJ", "123456789"
_ASCII = str.maketrans("ＡＢＣＤＥＦＧＨＩＪ（）．：", "ABCDEFGHIJ().:")
_LETTER_END = re.compile(r"(?<=[A-Ja-j*])[.)\]:、][)*]*\s*")
_BEFORE = re.compile(r"(?:^|[\s;,，。:?？；\u3400-\u9fff])[(\[*]*([A-Ja-j])\**$")
_NUMBER = re.compile(r"(?<![\w.])[(\[]?([1-9])[.)\]:、](?!\d)\s*")
_HEAD = re.compile(
    r"\b(?:options|choices|alternatives)\b[^\n:]{0,20}:|(?:选项|選項|备选|候选)[^\n:]{0,8}:", re.IGNORECASE
)
_AROUND = " \t\n;；,，"


class _Mark(NamedTuple):
    start: int
    end: int
    name: str


def options_of(question: str) -> dict[str, str]:
    """The options that a question lists, mark ("A", "B", or "1", "2") to text; empty when it lists none.

    Of several lists the longest counts, of equally long ones the last. An option ends where the next mark begins, the
    last one at the end of its line.
    """
    text = question.translate(_ASCII)
    return _texts(text, marks) if (marks := _marks(text)) else {}


def options_start(question: str) -> int:
    """Where the list of options begins, a head such as "Options:" included; the question's length without one."""
    text = question.translate(_ASCII)
    marks = _marks(text)
    if not marks:
        return len(question)
    heads = [head for head in _HEAD.finditer(text, 0, marks[0].start) if not text[head.end() : marks[0].start].strip()]
    return heads[-1].start() if heads else marks[0].start


def _marks(text: str) -> list[_Mark]:
    letters = [mark for end in _LETTER_END.finditer(text) if (mark := _letter(text, end)) is not None]
    if found := _longest_list(text, letters, _LETTERS):
        return found
    if head := _HEAD.search(text):
        return _longest_list(
            text, [_Mark(m.start(), m.end(), m[1]) for m in _NUMBER.finditer(text, head.end())], _DIGITS
        )
    return []


def _letter(text: str, end: re.Match[str]) -> _Mark | None:
    """The mark that ends here, if a lone letter stands before; small letters need a bracket or a full stop."""
    begin = max(0, end.start() - 6)
    found = _BEFORE.search(text[begin : end.start()])
    if found is None or (found[1].islower() and end[0][0] in ":、"):
        return None
    start = found.start() + (begin if found[0][0] in "([*" or found[0][0] == found[1] else begin + 1)
    return _Mark(start, end.end(), found[1].upper())


def _longest_list(text: str, marks: Sequence[_Mark], order: str) -> list[_Mark]:
    best: list[_Mark] = []
    for at, mark in enumerate(marks):
        if mark.name != order[0]:
            continue
        run = _run(marks[at:], order)
        if len(run) < max(2, len(best)) or (len(run) == len(best) and run[1:] == best[1:]):
            continue
        if all(_texts(text, run).values()):
            best = run
    return best


def _run(marks: Sequence[_Mark], order: str) -> list[_Mark]:
    """The first mark of each name of `order`, as far as they follow one another."""
    run: list[_Mark] = []
    for mark in marks:
        if len(run) < len(order) and mark.name == order[len(run)]:
            run.append(mark)
    return run


def _texts(text: str, run: Sequence[_Mark]) -> dict[str, str]:
    line_end = text.find("\n", run[-1].end)
    ends = [*(mark.start for mark in run[1:]), line_end if line_end >= 0 else len(text)]
    return {m.name: squeezed(text[m.end : end].strip(_AROUND)) for m, end in zip(run, ends, strict=True)}
