"""Whether two answers state the same fact, decided without a model where rules can decide.

Covered: the conclusion of a long answer (see `answer_conclusions`), options and their letters, the values of
`answer_values`; English and Chinese. Never by substring. Not covered: synonyms and paraphrase (`match` is then None and
a judge has to look), whether the reasoning holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.core.text import is_unspaced, words
from mmrecipes.steps.answer_conclusions import conclusion, doubted, opening, readings
from mmrecipes.steps.answer_dates import Clock, Date
from mmrecipes.steps.answer_numbers import Number
from mmrecipes.steps.answer_units import Quantity
from mmrecipes.steps.answer_values import (
    Count,
    Many,
    Ordinal,
    Point,
    Truth,
    Value,
    Words,
    in_order,
    prepared,
    same,
    value_of,
)
from mmrecipes.steps.refusals import refusal_in

AnswerKind = Literal["factual", "descriptive", "undecided"]
_METHOD: dict[type, str] = {
    Number: "number", Count: "number", Quantity: "quantity", Ordinal: "ordinal", Date: "date", Clock: "time",
    Truth: "yes_no", Point: "point", Many: "list", Words: "exact",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """`match` is None when rules cannot decide.

    `method` says by what it was decided (`exact`, `option`, `number`, `quantity`, `ordinal`, `date`, `time`, `yes_no`,
    `point`, `list`) or why not (`empty`, `refusal`, `ambiguous`, `undecided`). `extracted` is the part of the given
    answer that was compared.
    """

    match: bool | None
    method: str
    extracted: str


@dataclass(frozen=True, slots=True)
class _Read:
    """One reading: its text, what it says, and the option it names."""

    text: str
    value: Value
    option: str


_ORDER = re.compile(
    r"\b(?:order|rank|ranking|sort|sorted|sequence|arrange|arranged|chronological\w*|ascending|descending|steps?|"
    r"respectively|coordinates?|"
    r"(?:from|left|top|small|low|few|old|young|high|larg|big|short|long|light|dark|near)\w* to)\b|"
    r"顺序|次序|排序|排列|排名|依次|从.{1,12}?到|由.{1,12}?到|分别|坐标|步骤",
    re.IGNORECASE,
)


def asks_order(question: str) -> bool:
    """Whether the order of the items may matter to a question ("from left to right", "rank", "respectively")."""
    return bool(_ORDER.search(question))


def compare(
    given: str,
    reference: str,
    options: Mapping[str, str] | None = None,
    language: str = "en",
    *,
    ordered: bool = False,
) -> Comparison:
    """Compare an answer, which may be long, with a reference.

    `options` maps the marks of a multiple-choice question to their texts (see `answer_options.options_of`); `language`
    (ISO 639-1) tells how both texts write numbers; `ordered` that lists in another order cannot be called equal (see
    `asks_order`). Symmetric in `match`, and true of a text with itself.
    """
    if not prepared(given) or not prepared(reference):
        return Comparison(None, "empty", prepared(given))
    if prepared(given) == prepared(reference):
        return Comparison(True, "exact", prepared(given))
    if refusal_in(given) or refusal_in(reference):
        return Comparison(None, "refusal", prepared(given))
    choices = {mark: value_of(text, language) for mark, text in (options or {}).items()}
    ours, ours_firm = _read(given, choices, language)
    theirs, theirs_firm = _read(reference, choices, language)
    firm = ours_firm and theirs_firm
    return _by_option(ours, theirs, firm) or _by_value(ours, theirs, firm, ordered)


def _read(text: str, choices: Mapping[str, Value], language: str) -> tuple[list[_Read], bool]:
    found = conclusion(text)
    said = readings(found.text)
    if begins := opening(text):
        said.append(begins)
    read = [(prepared(t), _option(prepared(t), choices, language)) for t in said]
    return [_Read(t, choices[o] if o else value_of(t, language), o) for t, o in read], found.firm


# --- options ---

_BARE = re.compile(r"(?:(?:option|choice|answer|选项|选)\s*)?[(\[]?\s*([A-J1-9])\s*[)\]]?", re.IGNORECASE)
_LED = re.compile(r"(?:(?:[Oo]ption|[Cc]hoice|选项|选)\s*)?[(\[]?([A-J1-9])\s*([)\].:、,])\s*(.+)")
_SEVERAL = re.compile(r"(?:(?:and|or|和|或|[,&、/])?\s*[(\[]?[A-J1-9][)\].]?\s*)+")


def _option(text: str, choices: Mapping[str, Value], language: str) -> str:
    """The mark of the option that a text names by its mark, its text or both; empty when it names none, or two."""
    if not choices:
        return ""
    named = _equals(text, choices, language)
    if (m := _BARE.fullmatch(text)) and (mark := m[1].upper()) in choices:
        return mark if named in ([], [mark]) else ""
    if (m := _LED.fullmatch(text)) and m[1] in choices:
        told = _equals(m[3], choices, language)
        alone = not told and m[2] not in ",、" and not _SEVERAL.fullmatch(m[3]) and not doubted(m[3])
        return m[1] if alone or m[1] in told else ""
    return named[0] if len(named) == 1 else ""


def _equals(text: str, choices: Mapping[str, Value], language: str) -> list[str]:
    value = value_of(text, language)
    return [mark for mark, choice in choices.items() if same(choice, value)]


def _by_option(ours: Sequence[_Read], theirs: Sequence[_Read], firm: bool) -> Comparison | None:
    """By the one option that each side names; None when a side names none."""
    named = [{read.option for read in side if read.option} for side in (ours, theirs)]
    if not all(named):
        return None
    text = next(read.text for read in ours if read.option)
    if any(len(marks) > 1 for marks in named):
        return Comparison(None, "ambiguous", text)
    if named[0] == named[1]:
        return Comparison(True, "option", text)
    return Comparison(False, "option", text) if firm else Comparison(None, "undecided", text)


# --- values ---


def _by_value(ours: Sequence[_Read], theirs: Sequence[_Read], firm: bool, ordered: bool) -> Comparison:
    """Equal when some readings are and none differ; different when some differ, none are equal, and both conclusions
    are firm. Two readings of parts are never equal: what they leave out may be where the answers differ."""
    equal: _Read | None = None
    other: _Read | None = None
    for our in ours:
        for their in theirs:
            matches = same(our.value, their.value)
            if matches and ordered and isinstance(our.value, Many) and isinstance(their.value, Many):
                matches = True if in_order(our.value, their.value) else None
            whole = our is ours[0] or their is theirs[0]
            equal = our if matches and whole and equal is None else equal
            other = our if matches is False and other is None else other
    if equal and other:
        return Comparison(None, "ambiguous", equal.text)
    if equal:
        return Comparison(True, _METHOD[type(equal.value)], equal.text)
    if other and firm:
        return Comparison(False, _METHOD[type(other.value)], other.text)
    return Comparison(None, "undecided", ours[0].text)


# --- kinds of answers ---

_FACT_WORDS, _DESCRIPTION_WORDS = 4, 15
_LETTER = re.compile(r"[(\[]?[A-J][)\].:]?")


def answer_kind(reference: str) -> AnswerKind:
    """Whether a reference answer is a fact or a description, by its form alone: an option letter, a number, a date, yes
    or no, or at most four words are facts, more than fifteen words are a description (two characters count as a word in
    scripts without blanks)."""
    said = words(reference)
    unspaced = sum(is_unspaced(word[0]) for word in said)
    count = len(said) - unspaced + (unspaced + 1) // 2
    if count > _DESCRIPTION_WORDS:
        return "descriptive"
    fact = _LETTER.fullmatch(reference.strip()) or isinstance(
        value_of(reference), Number | Quantity | Date | Clock | Truth | Ordinal
    )
    return "factual" if 0 < count <= _FACT_WORDS or fact else "undecided"
