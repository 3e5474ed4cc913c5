"""Takes requests that forbid reasoning ("answer with one word") out of an instruction, and can put them back.

Covered: the phrases of `brevity_phrases` as whole sentences or clauses at the head, at the tail and right before a list
of options, and in brackets at the end. What is left always asks something, and options stay. Not covered: a request in
the middle of a text or between quotation marks, which may be what the question is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from mmrecipes.core.text import words
from mmrecipes.steps.answer_options import options_start
from mmrecipes.steps.brevity_phrases import BANK, HINT, LABEL, OF_LENGTH, POLAR, TASK


@dataclass(frozen=True, slots=True)
class Removed:
    """A piece that was taken out: where it began in the original, its text with the white space around it, the place
    and the kind of the request (`tail:single_word`)."""

    start: int
    text: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """What is left, and what was taken out in the order of the original."""

    text: str
    removed: tuple[Removed, ...]


_START = re.compile(
    r"\s*(?:\A|(?<=[.!?:;。！？：；）)\]])|\n|(?<=\s)(?=(?:Please|Answer|Reply|Respond|Do not)\s|[请只仅直]))\s*[*_]*"
)
"""Where a sentence may begin, with the white space before it."""
_CLAUSE = re.compile(r"(?<=\S)\s*[,，–—-]\s*|(?<=\S)\s+(?=(?:in|with|using)\s)", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[(（]\s*([^()（）]{1,120}?)[.。\s]*[)）](?=\s*[?？.。!]?\s*\Z)")
_HEAD_END = re.compile(r"[*_]*(?:[.!。！;；]\s*|\s*[:：,，]\s*[*_]*\s*|\s*\n\s*)")
_SENTENCE_TAIL, _CLAUSE_TAIL = re.compile(r"[\s.!。！;；:：*_，,?？]*\Z"), re.compile(r"\s*[?？.。!！]?\s*\Z")
_LOOKED_AT, _HEAD_ENDS = 300, 6


@cache
def _phrase() -> re.Pattern[str]:
    """The bank as one pattern for a whole phrase; its named group tells the kind. Compiled when first needed."""
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in BANK.items()), re.IGNORECASE)


def strip_brevity(text: str) -> Stripped:
    """The text without requests that forbid reasoning.

    Applying it again changes nothing; `restored` gives the original. A text that would have nothing left to ask keeps
    its request, and so does a task of which the length is a part ("describe the mood in one word").
    """
    origin = list(range(len(text)))
    taken: dict[int, str] = {}
    left = text
    while (found := _next(left)) is not None:
        taken |= dict.fromkeys(origin[found.start : found.end], f"{found.place}:{found.kind}")
        origin[found.start : found.end] = []
        left = left[: found.start] + left[found.end :]
    return Stripped(left, _pieces(text, taken))


def restored(text: str, removed: Sequence[Removed]) -> str:
    """The original of a stripped text."""
    for piece in removed:
        text = text[: piece.start] + piece.text + text[piece.start :]
    return text


def _pieces(text: str, taken: dict[int, str]) -> tuple[Removed, ...]:
    pieces: list[Removed] = []
    for at in sorted(taken):
        last = pieces[-1] if pieces else None
        if last and last.start + len(last.text) == at and last.phrase == taken[at]:
            pieces[-1] = Removed(last.start, last.text + text[at], last.phrase)
        else:
            pieces.append(Removed(at, text[at], taken[at]))
    return tuple(pieces)


class _Found(NamedTuple):
    """A request: the piece to take out, where it stands, which kind it is."""

    start: int
    end: int
    place: str
    kind: str


def _next(text: str) -> _Found | None:
    """The next piece to take out."""
    options = options_start(text)
    windows = {(0, _LOOKED_AT), *((max(0, end - _LOOKED_AT), end) for end in (options, len(text)))}
    if not any(HINT.search(text, *window) for window in windows):
        return None
    for found in chain(_heads(text), *(_tails(text, end) for end in dict.fromkeys((len(text), options)))):
        left = text[: found.start] + text[found.end :]
        before_options = options - max(0, min(found.end, options) - found.start)
        if _still_asks(left[: max(0, before_options)].strip(), found.kind):
            return found
    return None


def _heads(text: str) -> Iterator[_Found]:
    begin = len(text) - len(text.lstrip(" \t\n*_"))
    for end in islice(_HEAD_END.finditer(text, begin, _LOOKED_AT), _HEAD_ENDS):
        if phrase := _phrase().fullmatch(text, begin, end.start()):
            yield _Found(0, end.end(), "head", str(phrase.lastgroup))


def _tails(text: str, end: int) -> Iterator[_Found]:
    """Requests that end at `end`: in brackets, as sentences, as clauses, each kind from the longest to the shortest."""
    text, begin = text[:end], max(0, end - _LOOKED_AT)
    pieces = [(m.start(), m.start(1), m.end(1), m.end()) for m in _BRACKET.finditer(text, begin)]
    for starts, tail, keeps_tail in ((_START, _SENTENCE_TAIL, False), (_CLAUSE, _CLAUSE_TAIL, True)):
        found = tail.search(text, begin)
        assert found is not None  # it matches nothing at the end of any text
        until = found.start()
        pieces += [
            (m.start(), m.end(), until, until if keeps_tail else end) for m in starts.finditer(text, begin, until)
        ]
    for start, phrase_start, phrase_end, stop in pieces:
        if phrase := _phrase().fullmatch(text, phrase_start, phrase_end):
            yield _Found(start, stop, "tail", str(phrase.lastgroup))


def _still_asks(question: str, kind: str) -> bool:
    """Whether what is left of a question asks something, and the request was no part of it."""
    if not words(question) or LABEL.fullmatch(question):
        return False
    if kind in OF_LENGTH and TASK.search(question):
        return False
    return kind != "yes_no" or POLAR.match(question) is not None
