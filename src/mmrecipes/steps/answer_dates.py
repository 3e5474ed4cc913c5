"""Dates and times of day as people write them.

Covered: ISO and Chinese forms, day and month by name in English, numbers with the year last (day first with full stops,
else both orders where both are possible), month and year, year with a word; times with and without "am" or "pm". Not
covered: month names of other languages, weekdays, centuries, years of two digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Day = tuple[int | None, int | None, int | None]
"""Year, month, day; None where the text does not say."""


@dataclass(frozen=True, slots=True)
class Date:
    """The days that a text may mean: one, or two when day and month could be either way round."""

    readings: frozenset[Day]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in seconds; `half_open` when "am" or "pm" is missing and it may be twelve hours later."""

    seconds: int
    half_open: bool


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = (
    (re.compile(r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})[日号]?"), "ymd"),
    (re.compile(rf"(?:the )?{_DAY}(?: of)?[ -]{_MONTH},?[ -](\d{{4}})"), "dmy"),
    (re.compile(rf"{_MONTH} {_DAY},? (\d{{4}})"), "mdy"),
    (re.compile(rf"(\d{{4}}),? {_MONTH} {_DAY}"), "ymd"),
    (re.compile(rf"(?:the )?{_DAY}(?: of)?[ -]{_MONTH}"), "dm"),
    (re.compile(rf"{_MONTH} {_DAY}"), "md"),
    (re.compile(rf"{_MONTH},?[ -](\d{{4}})"), "my"),
    (re.compile(rf"(\d{{4}}),? {_MONTH}"), "ym"),
    (re.compile(r"(\d{4})年\s?(\d{1,2})月份?"), "ym"),
    (re.compile(r"(\d{1,2})月\s?(\d{1,2})[日号]"), "md"),
    (re.compile(r"(?:(?:in )?the year |in |year )(\d{4})|(\d{4})\s?年"), "y"),
    (re.compile(r"(\d{1,2})月份?"), "m"),
    (re.compile(_MONTH), "m"),
)
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)?|(\d{1,2})\s?(am|pm|a\.m\.|p\.m\.)")
_LONGEST = 40


def date_of(text: str) -> Date | None:
    """The date that a text is, or None."""
    text = text.strip().lower()
    if len(text) > _LONGEST or (text.isalpha() and text not in _MONTHS):
        return None
    if m := _NUMERIC.fullmatch(text):
        day_first, month_first = (int(m[4]), int(m[3]), int(m[1])), (int(m[4]), int(m[1]), int(m[3]))
        either = {day_first} if m[2] == "." else {day_first, month_first}
        readings = frozenset(day for day in either if _possible(day))
        return Date(readings) if readings else None
    for pattern, order in _PATTERNS:
        if m := pattern.fullmatch(text):
            parts = dict(zip(order, (g for g in m.groups() if g), strict=True))
            day = tuple(_number(parts.get(name)) for name in "ymd")
            return Date(frozenset({day})) if _possible(day) else None  # type: ignore[arg-type]
    return None


def _number(text: str | None) -> int | None:
    return None if text is None else _MONTHS.get(text) or int(text)


_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _possible(day: tuple[int | None, ...]) -> bool:
    _, month, number = day
    return 1 <= (month or 1) <= 12 and 1 <= (1 if number is None else number) <= _LENGTHS[(month or 1) - 1]


def clock_of(text: str) -> Clock | None:
    """The time of day that a text is, or None."""
    m = _TIME.fullmatch(text.strip().lower())
    if m is None:
        return None
    hour, minute, second = int(m[1] or m[5]), int(m[2] or 0), int(m[3] or 0)
    half = (m[4] or m[6] or "")[:1]
    if minute > 59 or second > 59 or hour > (12 if half else 24) or (half and hour == 0):
        return None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return Clock((3600 * hour + 60 * minute + second) % 86400, not half and 1 <= hour <= 12)
