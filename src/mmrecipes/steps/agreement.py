"""Whether what somebody says about a picture agrees with what is known of it, by the type of the answer.

Covered: values (numbers with tolerance, dates, options, names: `compare_answers`), sets, tables in HTML and LaTeX
(tree-edit similarity), written data (words and numbers in order), transcriptions (character error rate), LaTeX,
lists of tokens. None where a text cannot be read as its type, refuses, or says two things: an abstention, which is
neither agreement nor disagreement. Not covered: paraphrase (a name in other words disagrees); algebraic equality (a
text of a model is never evaluated).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from mmrecipes.core.text import normalised, squeezed
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.read_targets import SpanTable, TargetError, read_html, read_latex
from mmrecipes.render.tables.similarity import teds
from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.compare_answers import asks_order, compare

AnswerType = Literal["value", "number", "set", "html", "latex_table", "tokens", "data", "transcription", "latex"]

MIN_TEDS = 0.95
"""Least tree-edit similarity of two tables that agree."""
MIN_SHARE = 0.95
"""Least share of words and numbers (of tokens) that two pieces of written data have in common, in order."""
MAX_CER = 0.05
"""Most character errors, as a share of the reference, of a transcription that agrees (the spec's limit on a clean
page)."""
RELATIVE = 1e-6
"""Numbers nearer than this share of the reference are equal, whatever the stored tolerance."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question has to be answered with. `text` is the short form; a number within `tolerance` of `value` is
    right; `items` are the members of a set."""

    type: AnswerType
    question: str
    text: str
    value: float | None = None
    tolerance: float = 0.0
    items: tuple[str, ...] = ()
    language: str = "en"

    def to_json(self) -> dict[str, Any]:
        """Type, text, and what else decides, as JSON values."""
        found: dict[str, Any] = {"type": self.type, "text": self.text}
        if self.value is not None:
            found |= {"value": self.value, "tolerance": self.tolerance}
        return {**found, "items": list(self.items)} if self.items else found


def agrees(expected: Expected, said: str) -> bool | None:
    """None where the text has not the form of the answer or says nothing."""
    said = unfenced(said)
    return _BY_TYPE[expected.type](expected, said) if said else None


def unfenced(text: str) -> str:
    """The text out of the code block that it is, without white space around it."""
    return re.sub(r"\A```[\w+-]*\n|\n?```\Z", "", text.strip()).strip()


# --- values ---


def _value(expected: Expected, said: str) -> bool | None:
    question = expected.question
    if plain(said) == plain(expected.text):
        return True
    found = compare(said, expected.text, options_of(question), expected.language, ordered=asks_order(question))
    return False if found.match is None and found.method == "undecided" else found.match


_NUMBER = re.compile(r"(?<![\w.])[-−–+]?\d[\d,\u202f\u00a0']*(?:\.\d+)?(?![\d])")
_SCALED = re.compile(r"\d\s*(?:k|thousand|million|mn|billion|bn|trillion|万|亿)\b", re.IGNORECASE)


def number_said(text: str) -> float | None:
    """The one number of a short answer, with or without a unit; None when there is none, or several, or a scale word
    ("1.2 million") that only the reference can settle."""
    if _SCALED.search(text):
        return None
    if printed := printed_number(text):
        return float(printed.value)
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return None
    digits = re.sub(r"[^\d.-]", "", re.sub("[−–]", "-", found[0]))
    return float(digits)


def _number(expected: Expected, said: str) -> bool | None:
    number = number_said(said)
    if number is None or expected.value is None:
        return compare(said, expected.text, {}, expected.language).match
    return abs(number - expected.value) <= max(expected.tolerance * (1 + 1e-9), RELATIVE * abs(expected.value))


def _set(expected: Expected, said: str) -> bool | None:
    """Exactly the items, in any order, with nothing but separators between them. Items may hold separators."""
    left, wanted = plain(said), sorted({plain(i) for i in expected.items}, key=len, reverse=True)
    for item in wanted:
        if (there := _whole(item).search(left)) is None:
            return False
        left = f"{left[: there.start()]}\0{left[there.end() :]}"
    return re.fullmatch(r"(?:\0|[\s,;:/|&.•*\"'\[\]()-]|\band\b|和|、|\d+[.)])*", left) is not None


def _whole(item: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(item)}(?!\w)")


def plain(text: str) -> str:
    """A text for comparison: one form of letters, quotes and dashes, small, blanks joined."""
    folded = unicodedata.normalize("NFKC", normalised(text)).casefold()
    return squeezed(re.sub(r"[‐-―−]", "-", re.sub(r"[‘’‚`´]", "'", re.sub(r"[“”„«»]", '"', folded))))


# --- written forms ---


def _table(reader: Callable[[str], SpanTable]) -> Callable[[Expected, str], bool | None]:
    def similar(expected: Expected, said: str) -> bool | None:
        try:
            return teds(reader(expected.text), reader(said)) >= MIN_TEDS
        except TargetError:
            return None

    return similar


def _tokens(expected: Expected, said: str) -> bool | None:
    """JSON lists of tokens."""
    try:
        given = json.loads(said)
    except ValueError:
        return None
    return _in_common(json.loads(expected.text), given) if isinstance(given, list) else None


_PIECE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?|[^\W\d_]+")


def _data(expected: Expected, said: str) -> bool | None:
    """Words and numbers in order; a number within the tolerance of the one in its place is that number. `value` is
    not used."""
    wanted, given = (_PIECE.findall(plain(t)) for t in (expected.text, said))
    if not given:
        return None
    if len(wanted) == len(given):
        given = [w if _near(w, g, expected.tolerance) else g for w, g in zip(wanted, given, strict=True)]
    return _in_common(wanted, given)


def _near(wanted: str, given: str, tolerance: float) -> bool:
    try:
        a, b = (float(t.replace(",", "").replace("−", "-")) for t in (wanted, given))
    except ValueError:
        return wanted == given
    return abs(a - b) <= max(tolerance, RELATIVE * abs(a))


def _in_common(wanted: Sequence[Any], given: Sequence[Any]) -> bool:
    texts = [[str(x) for x in side] for side in (wanted, given)]
    return SequenceMatcher(None, *texts, autojunk=False).ratio() >= MIN_SHARE


def _transcription(expected: Expected, said: str) -> bool | None:
    return character_errors(plain(expected.text), plain(said)) <= MAX_CER


def _latex(expected: Expected, said: str) -> bool | None:
    return bare_latex(expected.text) == bare_latex(said)


def bare_latex(text: str) -> str:
    """A formula without delimiters, sizes, spaces and braces around single characters: equal for surface forms of one
    formula that differ in nothing else. Not a parser."""
    text = re.sub(r"\A\s*(?:\$\$?|\\\[|\\\()|(?:\$\$?|\\\]|\\\))\s*\Z", "", text)
    text = re.sub(r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits|quad|qquad|[,;:! ])(?![A-Za-z])", "", text)
    for pattern, canonical in ((r"\\leq?(?![A-Za-z])", r"\\le "), (r"\\geq?(?![A-Za-z])", r"\\ge "),
                               (r"\\neq?(?![A-Za-z])", r"\\ne "), (r"\\[dt]frac(?![A-Za-z])", r"\\frac ")):  # fmt: skip
        text = re.sub(pattern, canonical, text)
    return re.sub(r"\s+", "", re.sub(r"\{(\w)\}", r"\1", text))


def character_errors(reference: str, given: str) -> float:
    """CER: edit distance (insert, delete, replace at 1 each) over the length of the reference; the number of
    characters given where the reference is empty."""
    above = list(range(len(given) + 1))
    for i, x in enumerate(reference, 1):
        row = [i]
        for j, y in enumerate(given, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
        above = row
    return above[-1] / max(len(reference), 1)


_BY_TYPE: Mapping[AnswerType, Callable[[Expected, str], bool | None]] = {
    "value": _value, "number": _number, "set": _set, "html": _table(read_html), "latex_table": _table(read_latex),
    "tokens": _tokens, "data": _data, "transcription": _transcription, "latex": _latex,
}  # fmt: skip
