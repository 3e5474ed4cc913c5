"""What a short answer says, as a value that can be compared: a number, a quantity, a date, yes or no, a list, or words.

Covered: forms of one value ("3/4" and "0.75", "12 cm" and "0.12 m", "yes" and "true", lists in any order). Two values
are equal, different, or neither can be said (`None`): synonyms, a unit on one side only, a date in two readings, a
rounded number. Not covered: algebra, names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from mmrecipes.core.text import normalised, squeezed
from mmrecipes.steps.answer_dates import Clock, Date, clock_of, date_of
from mmrecipes.steps.answer_numbers import Number, number_of, ordinal_of
from mmrecipes.steps.answer_units import Quantity, quantity_of

TOLERANCE = Fraction(1, 1000)
"""Relative difference that is allowed where forms differ: fraction and decimal, two units."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A place in an order: "third"."""

    place: int


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: "12 people in the picture"."""

    number: Number
    things: str


@dataclass(frozen=True, slots=True)
class Point:
    """Numbers in brackets whose order matters: "(3, 4)"."""

    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text without articles, letter case and punctuation around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Many:
    """A list. Its order does not matter, unless square brackets say that it may (`listed`: coordinates, a range)."""

    items: tuple[Value, ...]
    listed: bool = False


Value: TypeAlias = "Number | Quantity | Ordinal | Date | Clock | Truth | Count | Point | Many | Words"


# --- reading ---

_LATEX = (
    (re.compile(r"\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)"), r"\1"),
    (re.compile(r"\\[dt]?frac\s*\{\s*([\w.]+)\s*\}\s*\{\s*([\w.]+)\s*\}"), r" \1/\2"),
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname|mbox)\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\^\s*\{?\\circ\}?"), "°"),
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\\(?:left|right|quad|,|;|!|:| )|\\[()\[\]]"), " "),
    (re.compile(r"\\([%$#&_{}])"), r"\1"),
    (re.compile(r"\^\s*\{([^{}]*)\}"), r"^\1"),
)
_SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_VULGAR = re.compile("[¼-¾⅐-⅞]")
_SIGNS = {ord(c): "-" for c in "−–—﹣‐‑"} | {ord(c): "'" for c in "’‘`´"} | {ord(c): '"' for c in "“”„«»「」『』"}
_SIGNS |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x202F: " ",
    0x2009: " ",
}
_MARKDOWN = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_BEFORE = re.compile(r"^(?:[\s\"',;:!?。、…]|\.(?!\d))+")
_AFTER = re.compile(r"(?:[\s.,;:。、…]|(?<!\d)[\"'!?])+$")
"""Signs around a text that say nothing; behind a number they do: 5 feet, 5 inches, the factorial, doubt."""


def prepared(text: str) -> str:
    """The text on one line, without LaTeX commands and Markdown emphasis, with plain digits, signs and quotes; what
    encloses it (quotes, full stops) is left out."""
    text = normalised(text)
    if "\\" in text or "$" in text:
        for pattern, plain in _LATEX:
            text = pattern.sub(plain, text)
    text = _SUPERSCRIPT.sub(lambda m: f"^{m[0].translate(_PLAIN_DIGITS)}", text)
    text = _VULGAR.sub(lambda m: f" {unicodedata.normalize('NFKC', m[0])}".replace("⁄", "/"), text)
    text = squeezed(_MARKDOWN.sub("", text.translate(_SIGNS)))
    while (inner := _unwrapped(text)) != text:
        text = inner
    return text


def _unwrapped(text: str) -> str:
    """One layer less of what encloses a text."""
    text = _AFTER.sub("", text)
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted or _bracketed(text) else _BEFORE.sub("", text)


def _bracketed(text: str) -> bool:
    if text[1:2] in tuple("$€£¥"):  # "($5)" may be a loss
        return False
    return text[:1] + text[-1:] in ("()", "[]", "{}") and not set(text[1:-1]) & set("()[]{},;")


_YES = frozenset(
    ("yes", "yeah", "yep", "yup", "true", "correct", "是", "是的", "对", "对的", "有", "有的", "正确", "真", "没错")
)
_NO = frozenset(
    ("no", "nope", "false", "incorrect", "wrong", "否", "不", "不是", "不对", "没有", "错", "错误", "假", "不正确")
)


def value_of(text: str, language: str = "en") -> Value:
    """What a short text says; `language` (ISO 639-1) tells how it writes numbers."""
    plain = prepared(text)
    lower = plain.lower()
    if lower in _YES or lower in _NO:
        return Truth(lower in _YES)
    readers: tuple[Callable[[], Value | None], ...] = (
        lambda: number_of(plain, language), lambda: clock_of(plain), lambda: date_of(plain),
        lambda: quantity_of(plain, language), lambda: _ordinal(plain), lambda: _count(plain, language),
        lambda: _point(plain, language), lambda: _many(plain, language),
    )  # fmt: skip
    return next((value for read in readers if (value := read()) is not None), Words(_key(plain)))


def _ordinal(text: str) -> Ordinal | None:
    place = ordinal_of(re.sub(r"^the ", "", text, flags=re.IGNORECASE))
    return None if place is None else Ordinal(place)


_COMPARING = (
    "or more less fewer than times at to of and points point percent below above over under not per minus plus out "
    "further higher lower greater older younger longer shorter larger smaller bigger taller squared cubed factorial "
    "fold hundred hundreds thousands millions billions dozens tenths hundredths thousandths halves thirds quarters "
    "fourths fifths sixths eighths lakh crore score gross pairs couples noon midnight wrong maybe perhaps "
    "approximately roughly probably something ish about except without excluding including instead but only minimum "
    "maximum each apiece bc bce unless if when whenever while until till whether because as then"
)
_NO_THING = frozenset(_COMPARING.split())
"""Words with which a number counts no things."""
_MEASURE = "个只本张条辆位名人件块片棵朵头匹座栋架艘支枝把根颗粒层次种门间家台部份双对排行列"
_COUNTED = re.compile(
    rf"(\d+|[零一二两三四五六七八九十百千万]+)([{_MEASURE}](?![\u4e00-\u9fff]*(?:[半多余几上下内外中里或至到倍方]|左右|不足|分之))"
    rf"[\u4e00-\u9fff]{{0,8}})"
)


def _count(text: str, language: str) -> Count | None:
    if m := _COUNTED.fullmatch(text):
        number = number_of(m[1], language)
        return number and Count(number, m[2])
    said = text.split()
    for at in range(min(4, len(said) - 1), 0, -1):
        number, things = number_of(" ".join(said[:at]), language), said[at:]
        if number is not None and number.form == "whole":
            sound = len(things) <= 6 and len(things[0]) > 2 and all(t.isalpha() for t in things)
            blocked = any(t.lower() in _NO_THING or number_of(t) for t in things)
            return Count(number, _key(" ".join(things))) if sound and not blocked else None
    return None


def _point(text: str, language: str) -> Point | None:
    if text[:1] + text[-1:] != "()" or "," not in text:
        return None
    numbers = [number_of(t, language) for t in text[1:-1].split(",")]
    return None if None in numbers else Point(tuple(n for n in numbers if n is not None))


_BETWEEN = re.compile(
    r"\s*[,;、]\s*(?:and\s+|和|以及)?|\s+and\s+|\s*&\s*|以及|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])"
)
_MOST_ITEMS, _MOST_WORDS = 40, 6


def _many(text: str, language: str) -> Many | None:
    inner = text[1:-1] if text[:1] + text[-1:] in ("[]", "{}") else text
    pieces = _BETWEEN.split(inner)
    if not 2 <= len(pieces) <= _MOST_ITEMS or not all(p.strip() and len(p.split()) <= _MOST_WORDS for p in pieces):
        return None
    return Many(tuple(value_of(p, language) for p in pieces), text[:1] == "[")


_ARTICLE = re.compile(r"^(?:a|an|the)\s+(?=\w)|\b(?:the|The|an|a)\s+(?=\w)", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[^\W\d])[-_](?=[^\W\d])")
_WITHIN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


_SYMBOL = re.compile(r"(?<=\d)\s*[^\W\d]{1,3}(?![^\W\d])")


def _key(text: str) -> str:
    """Words to compare by: lower case but for symbols behind numbers ("5 Mb" is not "5 mb"), no articles before words,
    hyphens as blanks."""
    plain = squeezed(_WITHIN.sub("", _ARTICLE.sub("", _HYPHEN.sub(" ", text))))
    kept = [m.span() for m in _SYMBOL.finditer(plain)]
    return "".join(c if any(a <= i < z for a, z in kept) else c.lower() for i, c in enumerate(plain))


# --- comparing ---


def same(one: Value, other: Value) -> bool | None:
    """Whether two values are equal; None when that cannot be said. Symmetric."""
    if type(one) is type(other):
        return _SAME[type(one)](one, other)
    for a, b in ((one, other), (other, one)):
        if isinstance(a, Number) and isinstance(b, Count):
            return _same_number(a, b.number)
        if isinstance(a, Number) and isinstance(b, Date):
            years = {day[0] for day in b.readings if day[1:] == (None, None)}
            return True if years == {a.value} and a.form == "whole" else None
        if isinstance(a, Number) and isinstance(b, (Point, Many)) and not isinstance(b, Point):
            return False if all(isinstance(item, Number) for item in b.items) else None
    return None


def _same_number(a: Number, b: Number) -> bool | None:
    if a.value == b.value:
        return True
    if "percent" in (a.form, b.form) and a.form != b.form and a.value in (b.value * 100, b.value / 100):
        return None  # "25%" and "25": the question knows
    near = abs(a.value - b.value) <= TOLERANCE * max(abs(a.value), abs(b.value))
    if "fraction" in (a.form, b.form) and a.form != b.form:
        return True if near and "whole" not in (a.form, b.form) else None if _rounded(a, b) else False
    if a.form == b.form == "whole":
        return False
    return None if near or _rounded(a, b) else False


def _rounded(a: Number, b: Number) -> bool:
    """Whether one may be the other in fewer decimals."""
    exact, decimals = (
        (a, b.decimals) if a.form == "fraction" else (b, a.decimals) if b.form == "fraction" else (None, 0)
    )
    if exact is None:
        exact, decimals = (a, b.decimals) if a.decimals > b.decimals else (b, a.decimals)
    return abs(a.value - b.value) * 2 * 10**decimals <= 1


_RELATED = ({"angle", "temperature"}, {"month", "time"})
"""Dimensions of which a unit may mean either ("20 degrees") or that no fixed factor links."""


def _same_quantity(a: Quantity, b: Quantity) -> bool | None:
    if a.dimension != b.dimension:
        bases = {base for base, _ in (*a.dimension, *b.dimension)}
        return None if bases in _RELATED else False
    if a.value == b.value:
        return True
    if a.factor == b.factor and _zero(a) == _zero(b):
        return _same_number(a.number, b.number)
    return abs(a.value - b.value) <= TOLERANCE * max(abs(a.value), abs(b.value))


def _zero(quantity: Quantity) -> Fraction:
    """Where its scale begins, in base units."""
    return quantity.value - quantity.number.value * quantity.factor


def _same_count(a: Count, b: Count) -> bool | None:
    equal = _same_number(a.number, b.number)
    return equal if a.things == b.things or equal is False else None


def _same_point(a: Point, b: Point) -> bool | None:
    if len(a.numbers) != len(b.numbers):
        return False
    return _all(_same_number(x, y) for x, y in zip(a.numbers, b.numbers, strict=True))


def _same_date(a: Date, b: Date) -> bool | None:
    if len(a.readings) == len(b.readings) == 1:
        (one,), (other,) = a.readings, b.readings
        if one == other:
            return True
        pairs = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
        return False if any(x != y for x, y in pairs) else None
    return None if a.readings & b.readings else False


def _same_clock(a: Clock, b: Clock) -> bool | None:
    if a.seconds == b.seconds and a.half_open == b.half_open:
        return True
    if (a.half_open or b.half_open) and (a.seconds - b.seconds) % 43200 == 0:
        return None
    return False


def _same_many(a: Many, b: Many) -> bool | None:
    """As many items of each kind on both sides; different when one side lacks what nothing else can stand for."""
    table = [[same(x, y) for y in b.items] for x in a.items]
    if len(a.items) == len(b.items) and _balanced(a, b):
        labelled = {type(item) for item in a.items} != {type(item) for item in b.items}  # "3 cats, 2 dogs" and "3, 2"
        return True if not (a.listed or b.listed or labelled) or in_order(a, b) else None
    unsure = any(cell is None for row in table for cell in row)
    columns = list(zip(*table, strict=True))
    partial = len(a.items) != len(b.items) and (
        all(True in row for row in table) or all(True in column for column in columns)
    )
    return False if partial or not unsure else None


def in_order(a: Many, b: Many) -> bool:
    """Whether two lists of one length have equal items at every place."""
    return all(same(x, y) is True for x, y in zip(a.items, b.items, strict=True))


def _balanced(a: Many, b: Many) -> bool:
    def times(value: Value, within: Many) -> int:
        return sum(same(value, item) is True for item in within.items)

    return all(times(value, a) == times(value, b) for value in (*a.items, *b.items))


def _all(results: Any) -> bool | None:
    found = list(results)
    return False if False in found else None if None in found else True


_SAME: dict[type, Callable[[Any, Any], bool | None]] = {
    Number: _same_number, Quantity: _same_quantity, Count: _same_count, Point: _same_point, Date: _same_date,
    Clock: _same_clock, Many: _same_many,
    Ordinal: lambda a, b: a.place == b.place,
    Truth: lambda a, b: a.holds == b.holds,
    Words: lambda a, b: True if a.text == b.text else None,
}  # fmt: skip
