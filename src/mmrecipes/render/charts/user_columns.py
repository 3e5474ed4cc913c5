"""A user's own table as charts see it: which columns are measures, categories, times or names of rows.

Covered: headings with units, whole numbers that are years or identifiers (never measures), columns whose numbers cannot
be printed along an axis, rows that hold totals (left out, so that they are never compared with their parts). Not
covered: parsing files, units that stand in cells.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.axes import clean, decimals_of
from mmrecipes.render.charts.user_words import UserWords, user_words

MOST_CATEGORIES, LONGEST_NAME = 8, 24
LARGEST, LEAST_SPREAD, LEAST_SHARE = 1e12, 1e-4, 1e-6
"""Numbers above the first, or closer together than the second or than this share of their size, make no axis that can
be read: labels would need too many digits."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
_TOTAL = re.compile(
    r"(grand |over|sub-?| )*(totals?|sum|all|overall|average|mean|summe|gesamt|insgesamt)( row)?:?", re.I
)
_IDENTIFIERS = frozenset({"id", "ids", "no", "nr", "key", "code", "index", "idx", "zip", "postcode", "uuid"})


@dataclass(frozen=True)
class Columns:
    """The user's table: names, kinds and rows (None where nothing stands); `places` are the rows' numbers from 0,
    `language` is what our own words beside the user's are in."""

    names: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[Sequence[Any]]
    places: Sequence[int]
    language: str = "en"

    @property
    def words(self) -> UserWords:
        return user_words(self.language)

    def numeric(self) -> list[int]:
        """Columns that measure something: at least two different finite numbers that can be printed along an axis."""
        return [c for c in self._numbers if c not in self.refused]

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(c for c, k in enumerate(self.kinds) if k in ("integer", "number"))

    @cached_property
    def refused(self) -> dict[int, str]:
        """Why a column of numbers is no measure, by column."""
        why = {c: self._objection(c) for c in self._numbers}
        return {c: text for c, text in why.items() if text}

    def _objection(self, c: int) -> str:
        found = [v for v in self.column(c) if usable(v)]
        if len(set(found)) < 2:
            return "does not have two different numbers"
        if max(abs(v) for v in found) > LARGEST:
            return f"has numbers above {LARGEST:.0e}"
        spread, size = max(found) - min(found), max(abs(v) for v in found)
        if spread < LEAST_SPREAD or spread < LEAST_SHARE * size:
            return "has numbers too close together for an axis"
        if self._years(found):
            return "holds years"
        return "holds identifiers" if identifies(self.names[c], found) else ""

    def numbers(self, c: int) -> list[float]:
        return [measured(v) for v in self.column(c) if usable(v)]

    def column(self, c: int) -> list[Any]:
        return [row[c] for row in self.rows]

    def categories(self, c: int) -> list[str]:
        """Distinct values of a column as printed, in order of first appearance; empty when it is no category."""
        seen = dict.fromkeys(printed(v) for v in dict.fromkeys(self.column(c)) if v is not None)
        fits = 2 <= len(seen) <= MOST_CATEGORIES and len(seen) < len(self.rows)
        return list(seen) if fits and all(0 < len(s) <= LONGEST_NAME for s in seen) else []

    def categorical(self) -> list[int]:
        """Columns whose few values repeat: texts, booleans, integers that are classes."""
        return [c for c, k in enumerate(self.kinds) if k in ("text", "boolean", "integer") and self.categories(c)]

    def dates(self) -> list[int]:
        """Columns of dates, and of whole years."""
        found = [c for c, k in enumerate(self.kinds) if k == "date" and any(v is not None for v in self.column(c))]
        return found + [c for c in self._numbers if self.kinds[c] == "integer" and self.refused.get(c) == "holds years"]

    def labels(self) -> list[int]:
        """Columns that name single rows: texts that differ."""
        return [c for c, k in enumerate(self.kinds) if k == "text" and not self.categories(c)]

    def quantity(self, c: int, numbers: Sequence[float]) -> Quantity:
        name, unit = split_unit(self.names[c])
        return Quantity(name, unit, min(6, max((decimals_of(v) for v in numbers), default=0)))

    @staticmethod
    def _years(found: Sequence[float]) -> bool:
        return all(v == int(v) and FIRST_YEAR <= v <= LAST_YEAR for v in found)


def columns_of(names: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]], language: str,
               start: int = 0) -> Columns:  # fmt: skip
    """The table, whose first row has the number `start`, without the rows that sum up others ("Total", "All")."""
    texts = [c for c, k in enumerate(kinds) if k == "text"]
    varied = [c for c in texts if len({row[c] for row in rows}) > 1]
    kept = [i for i, row in enumerate(rows) if not any(is_total(row[c], language) for c in varied)]
    return Columns(names, kinds, [rows[i] for i in kept], [start + i for i in kept], language)


def is_total(cell: Any, language: str = "en") -> bool:
    """Whether a cell names the sum of other rows, in English, German or this language."""
    if not isinstance(cell, str):
        return False
    name = cell.strip()
    return _TOTAL.fullmatch(name) is not None or name.rstrip(":：") in user_words(language).totals


def identifies(name: str, found: Sequence[float]) -> bool:
    """Whether whole numbers under this heading name things instead of measuring them."""
    if any(v != int(v) for v in found):
        return False
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)
    last = words[-1].lower() if words else ""
    unique = len(set(found)) == len(found)
    counted = unique and max(found) - min(found) == len(found) - 1
    if not any(ch.isalpha() for ch in name) or words[:1] in (["Unnamed"], ["unnamed"]):
        return counted
    return last in _IDENTIFIERS and (unique or last in ("id", "ids", "key", "code", "zip", "postcode"))


def usable(v: Any) -> bool:
    """A finite number (not a truth value)."""
    return (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and math.isfinite(v))


def measured(v: float) -> float:
    """A cell's number, without the last digits of floating point noise."""
    return clean(float(v))


def printed(v: Any) -> str:
    """A cell as a category's name."""
    if isinstance(v, bool):
        return "yes" if v else "no"
    if isinstance(v, datetime.datetime) and v.time() != datetime.time():
        return v.isoformat(" ", "minutes")
    if isinstance(v, (datetime.date, datetime.datetime)):
        return v.isoformat()[:10]
    return " ".join(str(v).split())


_PLAIN = str.maketrans("_（）", " ()")


def split_unit(name: str) -> tuple[str, str]:
    """A heading without its unit, and the unit: "sepal length (cm)" has the unit cm,
    人口（万） the unit 万."""
    text = " ".join(name.translate(_PLAIN).split())
    head, bracket, rest = text.rpartition("(") if text.endswith(")") else text.rpartition("[")
    unit = rest[:-1].strip() if bracket and rest[-1:] in ")]" else ""
    return (head.strip(), unit) if head.strip() and 0 < len(unit) <= 12 else (text, "")
