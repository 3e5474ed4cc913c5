"""Numbers in words, in English and Chinese: whole numbers, decimals, fractions, places in an order.

Covered: a text in lower case that is such a number and nothing else. Not covered: other languages; what may be read in
two ways (二百五, "twenty ten").
"""

from __future__ import annotations

import re
from fractions import Fraction

_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: number for number, word in enumerate(_BELOW_TWENTY.split())}
_TENS = {word: 10 * number for number, word in enumerate(_DECADES.split(), 2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_PARTS |= {f"{w}s": n for w, n in _PARTS.items()} | {"halves": 2}
_CARDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve",
}  # fmt: skip


def number_in_words(text: str) -> Fraction | None:
    """The number that the words say, or None: "two hundred and five", "three quarters", "三点五", "四分之三"."""
    said = text.replace("-", " ").split()
    if said and all(w.isascii() and w.isalpha() for w in said):
        return _english(said)
    return _chinese(text)


def ordinal_in_words(text: str) -> int | None:
    """The place in an order that the words say ("twenty-first", "第三名"), or None."""
    if m := re.fullmatch(r"第(?:(\d{1,6})|(\D{1,8}?))[名个位]?", text):
        return int(m[1]) if m[1] else _chinese_whole(m[2])
    *before, last = text.replace("-", " ").split() or [""]
    if last.endswith("th") and last not in _CARDINALS:
        return _whole([*before, f"{last[:-4]}y" if last.endswith("ieth") else last[:-2]])
    return _whole([*before, _CARDINALS[last]]) if last in _CARDINALS else None


def _english(said: list[str]) -> Fraction | None:
    if said[-1] == "dozen":
        count = 1 if said[:-1] in ([], ["a"]) else _whole(said[:-1])
        return None if count is None else Fraction(12 * count)
    if said[-1] in _PARTS:
        return _part(said)
    if "point" in said:
        at = said.index("point")
        whole, digits = _whole(said[:at]), [_UNITS.get(w, 10) for w in said[at + 1 :]]
        if whole is None or not digits or max(digits) > 9:
            return None
        return Fraction(f"{whole}.{''.join(map(str, digits))}")
    whole = _whole(said)
    return None if whole is None else Fraction(whole)


def _part(said: list[str]) -> Fraction | None:
    """ "three quarters", "a half", "one and a half"."""
    above, whole = said[:-1], 0
    if "and" in above:
        at = len(above) - 1 - above[::-1].index("and")
        count = _whole(above[:at])
        if count is None:
            return None
        whole, above = count, above[at + 1 :]
    if not above and said != ["half"]:
        return None
    top = 1 if above in ([], ["a"]) else _whole(above)
    return None if top is None else whole + Fraction(top, _PARTS[said[-1]])


def _whole(said: list[str]) -> int | None:
    """A whole number: groups of up to 999, each before a scale that is smaller than the one before."""
    groups: list[list[str]] = [[]]
    scales: list[int] = []
    for word in said:
        if word in _SCALES:
            scales.append(_SCALES[word])
            groups.append([])
        else:
            groups[-1].append(word)
    if scales != sorted(set(scales), reverse=True):
        return None
    if groups[-1][:1] == ["and"] and scales:
        groups[-1] = groups[-1][1:] or ["and"]
    last = groups.pop()
    values = [1 if group == ["a"] else _below_thousand(group) for group in groups]
    rest = _below_thousand(last) if last or not scales else 0
    if rest is None or None in values or 0 in values or (rest == 0 and last and scales):
        return None
    return sum(v * s for v, s in zip(values, scales, strict=True) if v) + rest


def _below_thousand(said: list[str]) -> int | None:
    """ "a", "seven", "forty two", "three hundred and five", "nineteen hundred"."""
    if "hundred" not in said:
        return _below_hundred(said)
    at = said.index("hundred")
    hundreds = 1 if said[:at] == ["a"] else _below_hundred(said[:at])
    rest = said[at + 1 :]
    if rest[:1] == ["and"]:
        rest = rest[1:] or ["and"]
    tail = _below_hundred(rest) if rest else 0
    if not hundreds or hundreds > 19 or tail is None or (rest and not tail):
        return None
    return 100 * hundreds + tail


def _below_hundred(said: list[str]) -> int | None:
    if len(said) == 1:
        return _UNITS.get(said[0], _TENS.get(said[0]))
    if len(said) == 2 and said[0] in _TENS and 1 <= _UNITS.get(said[1], 0) <= 9:
        return _TENS[said[0]] + _UNITS[said[1]]
    return None


_HAN = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_LONGEST = 40
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


def _chinese(text: str) -> Fraction | None:
    if text in ("半", "一半"):
        return Fraction(1, 2)
    if "分之" in text:
        below, _, above = text.partition("分之")
        bottom, top = _chinese_whole(below), _chinese_whole(above)
        return Fraction(top, bottom) if bottom and top is not None else None
    before, point, digits = text.partition("点")
    whole = _chinese_whole(before)
    if whole is None or not point:
        return None if whole is None else Fraction(whole)
    if not digits or any(c not in _HAN for c in digits):
        return None
    return Fraction(f"{whole}.{''.join(str(_HAN[c]) for c in digits)}")


def _chinese_whole(text: str) -> int | None:
    """十二, 两百零五, 三万四千, and digit by digit 二〇一九."""
    if not text or len(text) > _LONGEST:
        return None
    if len(text) > 1 and all(c in _HAN for c in text):
        spelled = len(text) > 3 or any(c in "零〇" for c in text)  # 三四 is "three or four"
        return int("".join(str(_HAN[c]) for c in text)) if spelled else None
    total, rest, least = 0, text, 0
    for names, scale in (("亿億", 10**8), ("万萬", 10**4), ("", 1)):
        at = next((i for i, c in enumerate(rest) if c in names), -1) if scale > 1 else len(rest)
        if at < 0 or (scale == 1 and not rest):
            continue
        zero = least > 0 and rest[:1] in ("零", "〇")
        group = _chinese_group(rest[zero:at])
        if group is None or (group == 0 and (scale > 1 or least)) or (least and zero != (group * scale < least // 10)):
            return None
        total, least, rest = total + group * scale, scale, rest[at + 1 :]
    return total


def _chinese_group(text: str) -> int | None:
    """Up to 9999. A digit after a skipped place needs its zero: 二百五 is 250 in speech and 205 in nobody's writing."""
    value, least, at = 0, 10**4, 0
    while at < len(text):
        zero = text[at] in "零〇" and at + 1 < len(text)
        at += zero
        digit = _HAN.get(text[at], -1)
        unit = _HAN_UNITS.get(text[at + 1 : at + 2], 1) if digit >= 0 else 10 * (text[at] in "十拾")
        digit, at = (digit, at + 1 + (unit > 1)) if digit >= 0 else (1, at + 1)
        skipped = value > 0 and unit < least // 10
        if not unit or unit >= least or skipped != zero or (digit == 0 and len(text) > 1):
            return None
        value, least = value + digit * unit, unit
    return value
