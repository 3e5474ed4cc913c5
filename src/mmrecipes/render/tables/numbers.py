"""Numbers as tables print them: from text to an exact decimal, and back in the same form.

Covered: thousands separators, parentheses or any minus sign for negatives, currency before or after, percent and
other units, powers of ten in `e` notation; other decimal separators and digits where the table says which. Not
covered: ranges, fractions, words.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+−–])?\s*(?P<prefix>[A-Z]{3}|[A-Z]{0,2}[$€£¥₹])?(?P<gap>[ \u00a0])?(?P<inner>[-+−–])?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f ]\d{3})+|\d+)(?P<frac>\.\d+)?(?P<exp>[eE][-+]?\d+)?"
    r"(?P<suffix>[ \u00a0]?(?:[%‰$€£¥₹]|°[CF]?|[A-Za-zµμΩ][A-Za-zµμΩ/²³·]{0,9}))?\s*(?P<close>\))?"
)
_NEGATIVE = {"-", "−", "–"}


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number: exact value, and the form it was printed in. `decimals` may be negative for `2e6`."""

    value: Decimal
    prefix: str
    suffix: str
    decimals: int
    separator: str
    """Between thousands; empty where there is none. A comma stands for the language's own."""
    decimal: str = "."
    zero: str = "0"
    """How the language writes decimals, and its digit for nothing."""
    indian: bool = False
    """Whether it is grouped as 12,34,567."""

    @property
    def unit(self) -> str:
        """What the number counts: currency and unit, without blanks."""
        return self.prefix.strip() + self.suffix.strip()


def printed_number(text: str, decimal: str = ".") -> Number | None:
    """The number a text prints, or None when it is not exactly one number. `decimal`: the separator of decimals."""
    found = _printed(_plain_form(text, decimal))
    zero = next((_zero(ch) for ch in text if ch.isdecimal()), "0")
    return found if found is None or (decimal, zero) == (".", "0") else replace(found, decimal=decimal, zero=zero)


_GROUPS = {",": ".", "٫": "٬"}
"""What stands between thousands where decimals are separated by this."""


def _zero(digit: str) -> str:
    return chr(ord(digit) - unicodedata.decimal(digit))


def _plain_form(text: str, decimal: str) -> str:
    """The text with European digits, decimal points and thousands commas."""
    if decimal != ".":
        text = text.translate(str.maketrans({decimal: ".", _GROUPS[decimal]: ","}))
    return text if text.isascii() else "".join(str(unicodedata.decimal(ch, ch)) for ch in text)


def _in_form(digits: str, number: Number) -> str:
    """Digits with decimal point and thousands commas as the number's language writes them."""
    if number.indian:
        whole, point, rest = digits.replace(",", "").partition(".")
        digits = re.sub(r"(?<=\d)(?=(\d\d)*\d\d\d$)", ",", whole) + point + rest
    if number.decimal != ".":
        digits = digits.translate(str.maketrans({".": number.decimal, ",": _GROUPS[number.decimal]}))
    if number.zero == "0":
        return digits
    return digits.translate({ord("0") + k: chr(ord(number.zero) + k) for k in range(10)})


@functools.lru_cache(maxsize=4_000)
def _printed(text: str) -> Number | None:
    found = _NUMBER.fullmatch(text.strip())
    if found is None or bool(found["open"]) != bool(found["close"]) or (found["sign"] and found["inner"]):
        return None
    whole = re.sub(r"\D", "", found["whole"])
    value = Decimal(f"{whole}{found['frac'] or ''}{found['exp'] or ''}")
    if found["open"] or (found["sign"] or found["inner"]) in _NEGATIVE:
        value = -value
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    prefix = (found["prefix"] or "") + ((found["gap"] or "") if found["prefix"] else "")
    separator = "" if len(whole) == len(found["whole"]) else re.sub(r"\d", "", found["whole"])[0]
    indian = re.search(r"(^|,)\d\d,", found["whole"]) is not None or re.match(r"\d,\d\d,", found["whole"]) is not None
    return Number(value, prefix, found["suffix"] or "", decimals, separator, indian=indian)


def print_like(value: Decimal, likes: Sequence[Number], decimals: int | None = None, suffix: str | None = None) -> str:
    """A value in the form of the numbers it comes from: their currency and unit, most decimals, separators.

    Negatives get a plain minus sign in front. `decimals` and `suffix` replace those of the form.
    """
    form = likes[0]
    places = max(0, *(n.decimals for n in likes)) if decimals is None else decimals
    digits = grouped(rounded(abs(value), places), places, separator_of(likes))
    tail = form.suffix if suffix is None else suffix
    sign = "-" if value < 0 and digits.strip("0.,") else ""
    digits = _in_form(digits, replace(form, indian=any(n.indian for n in likes)))
    if form.prefix[:1].isalpha():
        return f"{form.prefix}{sign}{digits}{tail}"
    return f"{sign}{form.prefix}{digits}{tail}"


def separator_of(likes: Sequence[Number]) -> str:
    """The thousands separator of the numbers; a comma where none of them is large enough to tell."""
    used = [n.separator for n in likes if n.separator]
    return used[0] if used else "" if any(abs(n.value) >= 1000 for n in likes) else ","


def plain(number: Number) -> str:
    """The digits of a printed number as arithmetic shows them: no unit, negatives in parentheses."""
    digits = _in_form(grouped(abs(number.value), max(0, number.decimals), number.separator), number)
    return f"(-{digits})" if number.value < 0 else digits


def grouped(value: Decimal, places: int, separator: str) -> str:
    """Digits with this separator between thousands."""
    return f"{value:,.{places}f}".replace(",", separator)


def rounded(value: Decimal, places: int) -> Decimal:
    """To `places` decimals, halves away from zero."""
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def quotient(total: Decimal, count: int, places: int) -> tuple[Decimal, int, bool]:
    """total / count, the decimals to give it with, and whether that is rounded.

    An exact quotient of at most `places` + 1 decimals is given whole, so that no rounding rule decides a digit.
    """
    with localcontext() as context:
        context.prec = 60
        value = total / count
        for exact in range(places + 2):
            if value == value.quantize(Decimal(1).scaleb(-exact)):
                return value, exact, False
        return value, places, True
