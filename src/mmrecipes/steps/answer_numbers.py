"""Numbers as people write them: digits grouped by language, fractions, percentages, powers of ten, words in English and
Chinese. Exact values (`Fraction`), so that nothing is equal by rounding.

Covered: a text that is a number and nothing else. Not covered: number words of other languages, Roman numerals,
expressions ("2 + 3"), roots. What may be read in two ways is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from mmrecipes.steps.answer_number_words import number_in_words, ordinal_in_words

Form = Literal["whole", "decimal", "fraction", "percent"]
DECIMAL_COMMA = frozenset(
    ("cs", "da", "de", "el", "es", "fi", "fr", "id", "it", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi")
)
"""Languages that write 1.234,5; elsewhere 1,234.5 is written."""
_MOST_DIGITS, _MOST_POWER = 40, 60


@dataclass(frozen=True, slots=True)
class Number:
    """A value, how it was written, and how many decimals were written."""

    value: Fraction
    form: Form = "whole"
    decimals: int = 0


def number_of(text: str, language: str = "en") -> Number | None:
    """The number that a prepared text is (see `answer_values.prepared`), or None."""
    if _KELVIN.search(text):
        return None
    text = text.strip().lower()
    for sign, word in ((-1, "minus "), (-1, "negative "), (-1, "负"), (-1, "-"), (1, "+")):
        if text.startswith(word):
            found = _unsigned(text[len(word) :].lstrip(), language)
            return found and Number(sign * found.value, found.form, found.decimals)
    return _unsigned(text, language)


_KELVIN = re.compile(r"\d\s+K\s*$")
"""Rather a temperature than a thousand; "5K" and "5 k" are thousands."""
_PERCENT = re.compile(r"(.+?)\s*(?:%|percent|per\s?cent|pct\.?)|百分之(.+)")
_SCALED = re.compile(r"(\d[\d.,' ]*)\s*(k|thousand|million|mn|billion|bn|trillion|dozen|百|千|万|萬|亿|億)")
_SCALES = {
    "k": 10**3, "thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12,
    "dozen": 12, "百": 100, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
_POWER = re.compile(r"(?:(\d[\d.,]*)\s*(?:x|×|\*|·|⋅)\s*)?10\s*\^\s*\(?([+-]?\d{1,3})\)?|(\d[\d.,]*)e([+-]?\d{1,3})")
_FRACTION = re.compile(r"(?:(\d+)\s+)?\(?(\d[\d.,]*)\)?\s*/\s*\(?(\d[\d.,]*)\)?")


def _unsigned(text: str, language: str) -> Number | None:
    if len(text) > 120:
        return None
    if text[:1].isdigit() or text[:1] in ".(":
        return _digits(text, language) or _composed(text, language)
    return _composed(text, language) or _in_words(text)


def _in_words(text: str) -> Number | None:
    value = number_in_words(text)
    if value is None:
        return None
    if value.denominator == 1:
        return Number(value)
    return Number(value, "decimal") if "point" in text or "点" in text else Number(value, "fraction")


def _composed(text: str, language: str) -> Number | None:
    if m := _PERCENT.fullmatch(text):
        part = number_of(m[1] or m[2], language)
        return Number(part.value / 100, "percent", part.decimals + 2) if part and part.form != "percent" else None
    if m := _SCALED.fullmatch(text):
        part, scale = _digits(m[1].strip(), language), _SCALES[m[2]]
        return part and Number(part.value * scale, "decimal" if part.decimals else "whole")
    if m := _POWER.fullmatch(text):
        return _power(m[1] or m[3] or "1", int(m[2] or m[4]), language)
    if m := _FRACTION.fullmatch(text):
        return _fraction(m[1] or "0", m[2], m[3], language)
    return None


def _power(mantissa: str, power: int, language: str) -> Number | None:
    part = _digits(mantissa, language)
    if part is None or abs(power) > _MOST_POWER:
        return None
    return Number(part.value * Fraction(10) ** power, "decimal", max(0, part.decimals - power))


def _fraction(whole: str, above: str, below: str, language: str) -> Number | None:
    parts = [_digits(t, language) for t in (whole, above, below)]
    if None in parts or not parts[2].value:  # type: ignore[union-attr]
        return None
    base, top, bottom = (p.value for p in parts if p is not None)
    return Number(base + top / bottom, "fraction")


_PLAIN = re.compile(r"\d+|\d*[.]\d+")
_SPACED = re.compile(r"\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?=$|[.,]\d+$)")
_GROUPED = {s: re.compile(rf"[1-9]\d{{0,2}}(?:[{s}]\d{{3}})+|[1-9]\d?(?:[{s}]\d\d)+[{s}]\d{{3}}") for s in (".", ",")}
"""Groups of three, or two and three as in India."""


def _digits(text: str, language: str) -> Number | None:
    """Digits with separators."""
    if sum(c.isdigit() for c in text) > _MOST_DIGITS or not (text.isascii() or _SPACED.match(text)):
        return None
    if spaced := _SPACED.match(text):
        text = re.sub(r"\D", "", spaced[0]) + text[spaced.end() :]
    point = _decimal_point(text, language)
    if point is None:
        return None
    group = "," if point == "." else "."
    before, _, after = text.partition(point)
    if group in before:
        if not _GROUPED[group].fullmatch(before):
            return None
        before = before.replace(group, "")
    plain = f"{before}.{after}" if after else before
    if len(before) > 1 and before[0] == "0":  # "007" names something
        return None
    if not _PLAIN.fullmatch(plain) or (point in text and not after):
        return None
    return Number(Fraction(plain), "decimal" if after else "whole", len(after))


def _decimal_point(text: str, language: str) -> str | None:
    """Which separator begins the decimals of this text; None when it cannot be told."""
    usual = "," if language in DECIMAL_COMMA else "."
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        last = max(".,", key=text.rfind)
        return last if text.count(last) == 1 else None
    if dots + commas != 1:
        return "," if dots else "."
    only = "." if dots else ","
    if only == usual or (only == "." and not _GROUPED["."].fullmatch(text)):
        return only
    return usual if _GROUPED[only].fullmatch(text) else None


def ordinal_of(text: str) -> int | None:
    """The place in an order that a text names ("3rd", "twenty-first", "第三"), or None."""
    text = text.strip().lower()
    if m := re.fullmatch(r"(\d{1,6})(?:st|nd|rd|th)", text):
        return int(m[1])
    return ordinal_in_words(text)
