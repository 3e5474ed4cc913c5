"""Whether what somebody says about a picture agrees with what is known of it, by the type of the answer.

Covered: values (numbers with tolerance, dates, options, names: `compare_answers`), sets, numbers of lines, boxes,
fields, roles of symbols, worked-out expressions; written forms (see `written_forms`). None where a text cannot be read
as its type, refuses, or says two things: an abstention, which is neither agreement nor disagreement. Not covered:
paraphrase (a name in other words disagrees; what can only be said in somebody's own words is of the type `free`, on
which nothing agrees or disagrees); algebraic equality.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.boxes import iou
from mmrecipes.core.text import words
from mmrecipes.render.charts.numerals import canonical
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.read_targets import read_html, read_latex
from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.compare_answers import asks_order, compare
from mmrecipes.steps.written_forms import (
    RELATIVE,
    canonical_form,
    json_or_none,
    last_formula,
    plain,
    same_data,
    same_formula,
    same_table,
    same_tokens,
    same_transcription,
)

AnswerType = Literal[
    "value", "choice", "number", "line", "set", "box", "fields", "roles", "expression", "html", "latex_table", "tokens",
    "data", "transcription", "latex", "free",
]  # fmt: skip
EMPTY = '""'
"""How an answer that is empty is written."""
MIN_IOU = 0.5
"""Least overlap of two boxes that agree: what detection calls a hit."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question has to be answered with. `text` is the short form; a number within `tolerance` of `value` is
    right; `items` are the members of a set, or the texts of the options A, B, ... of a choice. Of data a small share
    may differ, of `exact` ones none."""

    type: AnswerType
    question: str
    text: str
    value: float | None = None
    tolerance: float = 0.0
    items: tuple[str, ...] = ()
    language: str = "en"
    exact: bool = False

    def to_json(self) -> dict[str, Any]:
        """Type, text, and what else decides, as JSON values."""
        found: dict[str, Any] = {"type": self.type, "text": self.text}
        if self.value is not None:
            found |= {"value": self.value, "tolerance": self.tolerance}
        return {**found, "items": list(self.items)} if self.items else found


def agrees(expected: Expected, said: str) -> bool | None:
    """None where the text has not the form of the answer or says nothing."""
    said = unfenced(said)
    if not said:
        return None
    if not expected.text and not expected.items:
        return _says_empty(said)
    return False if said == EMPTY else _BY_TYPE[expected.type](expected, said)


def unfenced(text: str) -> str:
    """The text out of the code block that it is, without white space around it."""
    return re.sub(r"\A```[\w+-]*\n|\n?```\Z", "", text.strip()).strip()


def _says_empty(said: str) -> bool:
    return said == EMPTY or re.search(r"\b(?:empty|blank|nothing)\b", said, re.IGNORECASE) is not None


# --- values ---


def _value(expected: Expected, said: str) -> bool | None:
    """A sentence that holds the text and cannot be read says nothing; one that does not hold it is another answer."""
    question, (known, given) = expected.question, map(plain, (expected.text, said))
    if given == known:
        return True
    found = compare(said, expected.text, options_of(question), expected.language, ordered=asks_order(question))
    if found.match is None and found.method == "undecided":
        return None if _whole(known).search(given) else False
    return found.match


def _choice(expected: Expected, said: str) -> bool | None:
    options = dict(zip("ABCDEFGHIJ", expected.items, strict=False))
    return compare(said, expected.text, options, expected.language).match


_NUMBER = re.compile(r"(?<![\w.])[-−–+]?\d[\d,\u202f\u00a0']*(?:\.\d+)?(?![\d])")
_FRACTION = re.compile(r"([-−]?)\s*(?:\\[dt]?frac\s*\{(\d+)\}\s*\{(\d+)\}|(\d+)\s*/\s*(\d+))\W*")
_SCALED = re.compile(r"\d\s*(?:k|thousand|million|mn|billion|bn|trillion|万|亿)\b", re.IGNORECASE)


def number_said(text: str) -> float | None:
    """The one number of a short answer, with or without a unit, or the fraction that it ends in ("x = 3/4", also in
    LaTeX); None when there is none, or several, or a scale word ("1.2 million") that only the reference can settle."""
    if _SCALED.search(text):
        return None
    if (m := _FRACTION.fullmatch(last_formula(text).rpartition("=")[2].strip())) and (below := int(m[3] or m[5])):
        return (-1 if m[1] else 1) * int(m[2] or m[4]) / below
    if printed := printed_number(text):
        return float(printed.value)
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return None
    digits = re.sub(r"[^\d.-]", "", re.sub("[−–]", "-", found[0]))
    return float(digits)


def _number(expected: Expected, said: str) -> bool | None:
    numbers = [n for n in map(number_said, _readings(said, expected.language)) if n is not None]
    if not numbers or expected.value is None:
        return compare(said, expected.text, {}, expected.language).match
    off = min(abs(n - expected.value) for n in numbers)
    return off <= max(expected.tolerance * (1 + 1e-9), RELATIVE * abs(expected.value))


def _readings(said: str, language: str) -> list[str]:
    """A text with its numbers in the English form; as it stands, and as one of the picture's language reads it."""
    local = canonical(said, language) if language in LANGUAGES else said
    return [said] if local == said else [said, local]


_LINE = re.compile(r"\b(?:line|step|number|no\.?)\s*\(?(\d+)|\A\W*(\d+)", re.IGNORECASE)


def _line(expected: Expected, said: str) -> bool | None:
    """The number of a line or step that is named first; what is said about it does not count."""
    named = _LINE.search(said)
    return None if named is None else int(named[1] or named[2]) == int(expected.text)


def _box(expected: Expected, said: str) -> bool | None:
    """The last four numbers as left, top, right and bottom in pixels."""
    known, given = ([float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", t)[-4:]] for t in (expected.text, said))
    return None if len(given) < 4 else iou((*known,), (*given,)) >= MIN_IOU  # type: ignore[arg-type]


def _set(expected: Expected, said: str) -> bool | None:
    """Exactly the items, in any order and as often, with nothing but separators between them, perhaps behind a lead
    ("The columns are"), or as a JSON list. Items may hold separators."""
    listed = json_or_none(said)
    left = plain(" | ".join(map(str, listed)) if isinstance(listed, list) else said)
    for item in sorted(map(plain, expected.items), key=len, reverse=True):
        if (there := _whole(item).search(left)) is None:
            return False
        left = f"{left[: there.start()]}\0{left[there.end() :]}"
    left = _SET_LEAD.sub("", left)
    return re.fullmatch(r"(?:\0|[\s,;:/|&.•*\"'\[\]()-]|\band\b|和|、|\d+[.)])*", left) is not None


_SET_LEAD = re.compile(r"\A(?![^\0]*(?:\bnot\b|n't\b))[^\0,;]*(?:\bare|\bis|:)\s*(?=\W*\0)")


def _whole(item: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(item)}(?!\w)")


# --- names with what belongs to them ---


def _fields(expected: Expected, said: str) -> bool | None:
    """A JSON object, or a line for each field: the same names, and every value agrees."""
    known, given = _entries(expected.text), _entries(said)
    if not given:
        return None
    if set(known) != set(given):
        return False
    pairs = ((Expected("value", "", known[k], language=expected.language), given[k] or EMPTY) for k in known)
    return _all(agrees(one, value) for one, value in pairs)


def _entries(text: str) -> dict[str, str]:
    value = json_or_none(text)
    if not isinstance(value, dict):
        value = dict(line.split(":", 1) for line in text.split("\n") if ":" in line)
    return {plain(k).rstrip(":").strip("-*• "): ("" if v is None else str(v)).strip() for k, v in value.items()}


_ROLE = re.compile(
    r"^\W*?(\$[^$]+\$|\\\(.+?\\\)|\S+?)\s*(?::|–|-|=|\bis\b)\s*(?:an?\b|the\b)?\s*(.+?)\W*$", re.MULTILINE
)
_FILLING = frozenset(("a", "an", "the", "of", "in", "for", "to"))


def _roles(expected: Expected, said: str) -> bool | None:
    """A line for each symbol: the same symbols, and of every role the words of one side are among the other's. Roles in
    other words are not decided."""
    known, given = (
        {canonical_form(last_formula(m[1])): {w for w in words(plain(m[2])) if w not in _FILLING}
         for m in _ROLE.finditer(text)} for text in (expected.text, said)
    )  # fmt: skip
    if not given:
        return None
    if set(known) != set(given):
        return False
    return _all(known[k] <= given[k] or given[k] <= known[k] or None for k in known)


def _all(verdicts: Any) -> bool | None:
    found = list(verdicts)
    return False if False in found else None if None in found else True


def _expression(expected: Expected, said: str) -> bool | None:
    """The last formula, or what stands behind its last equals sign, as it is written; of sets the members in any order,
    also as "x = 1 or x = 2". Another form of the same value is not decided."""
    known, given = (_sides(last_formula(t)) for t in (expected.text, said))
    if known & given:
        return True
    if expected.items:
        listed = re.sub(r"\s*(?:,|;)?\s*\b(?:or|and)\b\s*", ", ", re.sub(r"\b[A-Za-z]\s*=\s*", "", said))
        return compare(listed, ", ".join(expected.items)).match
    return compare(last_formula(said), last_formula(expected.text)).match


def _sides(tex: str) -> set[str]:
    forms = (canonical_form(side) for side in (tex, tex.rpartition("=")[2]))
    return {form for form in forms if form}


_BY_TYPE: Mapping[AnswerType, Callable[[Expected, str], bool | None]] = {
    "value": _value, "choice": _choice, "number": _number, "line": _line, "set": _set, "box": _box, "fields": _fields,
    "roles": _roles, "expression": _expression,
    "html": lambda e, said: same_table(e.text, said, read_html),
    "latex_table": lambda e, said: same_table(e.text, said, read_latex),
    "tokens": lambda e, said: same_tokens(e.text, said),
    "data": lambda e, said: same_data(e.text, said, e.tolerance, exact=e.exact),
    "transcription": lambda e, said: same_transcription(e.text, said),
    "latex": lambda e, said: same_formula(e.text, said),
    "free": lambda e, said: None,
}  # fmt: skip
