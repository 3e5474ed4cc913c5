"""Grids from a user's own columns: a window of rows and a choice of columns, printed without changing a value.

Covered: integers, numbers, texts, dates, truth values, missing ones; a row header where a column names the rows;
headers grouped under a shared first word; equal neighbouring texts merged; a sum over the rows shown, as an added row.
Every printed number parses back to the value given. Texts keep every character but runs of blanks; columns with
texts that cannot be set (controls, no font, over 120 characters, words over 32) are left out of the window, never cut.
Not covered: reading files; numbers, names or rows that are not in the data (nothing is invented).
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from mmrecipes.canvas.fonts import uncovered
from mmrecipes.canvas.scripts import lacking
from mmrecipes.render.tables.grid import NUMERIC, Cell, Column, ColumnKind, Grid, Value
from mmrecipes.render.tables.header import Node, header_cells, header_depth
from mmrecipes.render.tables.numbers import Number, print_like, printed_number
from mmrecipes.render.tables.printing import DATE_FORMS, DateForm, NumberForm
from mmrecipes.render.tables.terms import terms_for
from mmrecipes.render.tables.typeset import TableRefusal

SourceKind = Literal["integer", "number", "text", "date", "boolean"]
SourceValue = int | float | str | date | bool | None
MOST_TEXT, MOST_WORD, MOST_DECIMALS = 120, 32, 10
_KINDS: dict[SourceKind, ColumnKind] = {
    "integer": "integer", "number": "decimal", "text": "text", "date": "date", "boolean": "yes_no",
}  # fmt: skip
_COUNTED = re.compile(
    r"\b(amounts?|budgets?|cases|costs?|counts?|deaths|expenses?|income|orders|passengers|population|profit|qty|"
    r"quantity|revenues?|sales|spend(ing)?|totals?|units|visits|visitors|votes)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(grand |overall |sub-?)?(totals?|sum)( \([^()]*\))?:?", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}|[A-Z]{0,2}[$€£¥₹]")
_LABELS = re.compile(r"\b(year|id|code|zip|postcode|no|nr|number|phone|index)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Source:
    """A column of the window, printed."""

    name: str
    kind: ColumnKind
    values: list[SourceValue]
    texts: list[str]
    meanings: list[Value]
    unit: str = ""

    @property
    def numbers(self) -> list[Number] | None:
        """The printed numbers; None for other columns and where one is missing."""
        found = [printed_number(t) for t in self.texts] if self.kind in NUMERIC else []
        return [n for n in found if n is not None] if found and all(found) else None


def grid_from_columns(
    names: Sequence[str], kinds: Sequence[SourceKind], rows: Sequence[Sequence[SourceValue]], rng: random.Random,
    *, printed: Sequence[Sequence[str | None]] | None = None, units: Sequence[str] | None = None, caption: str = "",
    language: str = "en",
) -> Grid:  # fmt: skip
    """A grid over 2-19 neighbouring rows and 2-20 columns of the data, in the data's order (a row header goes first).

    `printed[r][c]` is how the file prints a number, kept as it stands; without it (or where it does not read as that
    number) a column prints as many decimals as its values in the window need. `units[c]` is what its numbers count.
    Rows named `Total`, `Sum` or the like in the first column of texts are totals, and that column is then shown.
    Raises `TableRefusal` (`too_few_columns`, `too_few_rows`) when the data or the window has less than two of either
    that can be set.
    """
    if len(rows) < 2:
        raise TableRefusal("too_few_rows", f"{len(rows)} rows")
    count = min(len(rows), rng.randint(3, 18))
    start = rng.randrange(len(rows) - count + 1)
    window = rows[start : start + count]
    missing = rng.choice(("–", "-", "", "n/a", "NA"))
    dates, truths = rng.choice(DATE_FORMS), rng.choice((("Yes", "No"), ("true", "false"), ("yes", "no")))
    if language != "en":
        dates, truths = date.isoformat, terms_for(language).yes_no[0]
    prints = printed[start : start + count] if printed else [[None] * len(names)] * count
    found = [
        _source(
            _clean(name),
            kind,
            [row[c] for row in window],
            [row[c] for row in prints],
            missing,
            dates,
            truths,
            rng,
            language,
        )
        for c, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    for source, unit in zip(found, units or [], strict=False):
        if source is not None and unit:
            source.unit, source.kind = unit, _kind_of(unit, source.kind)
    totals = _total_rows(found, kinds, [[row[c] for row in window] for c in range(len(names))])
    usable = [s for s in found if s is not None]
    if len(usable) < 2:
        raise TableRefusal("too_few_columns", f"{len(usable)} of {len(names)} columns can be set in these rows")
    chosen = _chosen(usable, bool(totals), rng)
    named = chosen[0].kind == "text" and _names_rows(chosen[0])
    return replace(_grid(chosen, named, totals, count, caption, rng), language=language)


def _chosen(usable: Sequence[_Source], totals: bool, rng: random.Random) -> list[_Source]:
    """3-20 of the columns in their order, one that names the rows first; with totals, the column that names these."""
    chosen = [usable[i] for i in sorted(rng.sample(range(len(usable)), min(len(usable), rng.randint(3, 20))))]
    named = next((s for s in chosen if s.kind == "text" and _names_rows(s)), None)
    if totals:
        named = next(s for s in usable if s.kind == "text")
        chosen = chosen if any(s is named for s in chosen) else [named, *chosen[1:]]
    return chosen if named is None else [named, *(s for s in chosen if s is not named)]


def _total_rows(found: Sequence[_Source | None], kinds: Sequence[SourceKind],
                columns: Sequence[Sequence[SourceValue]]) -> frozenset[int]:  # fmt: skip
    """Rows that sum up others, by their text in the first column of texts; none where a third or more say so.

    Raises `TableRefusal` (`unnamed_totals`) when that column cannot be shown: its rows would pass for others.
    """
    first = next((c for c, kind in enumerate(kinds) if kind == "text"), None)
    if first is None:
        return frozenset()
    rows = frozenset(r for r, v in enumerate(columns[first]) if isinstance(v, str) and _TOTAL.fullmatch(v.strip()))
    if len(rows) * 3 >= len(columns[first]):
        return frozenset()
    if rows and found[first] is None:
        raise TableRefusal("unnamed_totals", "the column that names the rows with totals cannot be set")
    return rows


def _kind_of(unit: str, kind: ColumnKind) -> ColumnKind:
    if unit in ("%", "‰"):
        return "percent"
    return "money" if _CURRENCY.fullmatch(unit) else kind


def _names_rows(source: _Source) -> bool:
    return all(source.texts) and len(set(source.texts)) == len(source.texts) and None not in source.meanings


def _clean(name: str) -> str:
    """A header text without control characters and runs of blanks."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in name).split())


def _source(name: str, kind: SourceKind, values: list[SourceValue], prints: Sequence[str | None], missing: str,
            dates: DateForm, truths: tuple[str, str], rng: random.Random, language: str) -> _Source | None:  # fmt: skip
    """The printed column, or None when one of its values or its name cannot be set."""
    values = [None if isinstance(v, float) and math.isnan(v) else v for v in values]
    if not name or not _settable(name) or all(v is None for v in values):
        return None
    if lacking([name, *(v for v in values if isinstance(v, str))], language):
        return None
    form = _number_form(name, kind, values, rng)
    if kind in ("integer", "number") and form is None:
        return None
    if kind in ("integer", "number") and all(map(_is_print_of, prints, values)):
        printed = [(missing, None) if v is None else (p or "", v) for p, v in zip(prints, values, strict=True)]
    else:
        printed = [_printed(v, form, missing, dates, truths) for v in values]
    if any(p is None or not _settable(p[0]) for p in printed):
        return None
    texts, meanings = zip(*(p for p in printed if p is not None), strict=True)
    return _Source(name, _KINDS[kind], values, list(texts), list(meanings))


def _is_print_of(text: str | None, value: SourceValue) -> bool:
    """Whether a print of the file reads as its value and can be set."""
    if value is None or text is None:
        return value is None
    number = printed_number(text)
    if number is None or number.decimals > MOST_DECIMALS or not isinstance(value, int | float):
        return False
    return float(number.value) == value and not uncovered([text])


def _settable(text: str) -> bool:
    words = text.split(" ")
    return (
        len(text) <= MOST_TEXT and max(map(len, words)) <= MOST_WORD and all(map(str.isprintable, text.split("\u00a0")))
    )


def _number_form(name: str, kind: SourceKind, values: Sequence[SourceValue],
                 rng: random.Random) -> NumberForm | None:  # fmt: skip
    """The form that prints every value exactly, or None when there is no sensible one."""
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if kind not in ("integer", "number") or any(not math.isfinite(v) for v in numbers):
        return None
    needed = max((_decimals_of(v) for v in numbers), default=0)
    places = needed if kind == "number" else 0
    if places > MOST_DECIMALS or needed > places or any(abs(v) >= 1e15 for v in numbers):
        return None
    large = any(abs(v) >= 10_000 for v in numbers)
    grouping = rng.choice((",", "\u00a0", "")) if large and not _LABELS.search(name.replace("_", " ")) else ""
    return NumberForm(places, grouping, rng.choice(("-", "\u2212")))


def _decimals_of(value: int | float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _printed(value: SourceValue, form: NumberForm | None, missing: str, dates: DateForm,
             truths: tuple[str, str]) -> tuple[str, Value] | None:  # fmt: skip
    """Text and meaning of one value; None when the value is not of its column's kind."""
    if value is None:
        return missing, None
    if form is not None:
        if isinstance(value, bool | str | date):
            return None
        scaled = int(Decimal(repr(value)).scaleb(form.decimals))
        return form.text(scaled), value
    if isinstance(value, bool):
        return truths[0 if value else 1], value
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return dates(day), day.isoformat()
    text = " ".join(part for part in re.split(r"[ \t\r\n\f\v]+", str(value)) if part)
    return (text, text) if text else (missing, None)


def _grid(chosen: Sequence[_Source], named: bool, totals: frozenset[int], count: int, caption: str,
          rng: random.Random) -> Grid:  # fmt: skip
    forest = _forest([s.name for s in chosen], named, rng)
    top = header_depth(forest)
    cells = header_cells(forest)
    for c, source in enumerate(chosen):
        role = "row_header" if named and c == 0 else "body"
        spans = _spans(source, count, totals, rng) if role == "body" else [(r, 1) for r in range(count)]
        cells += [
            Cell(top + r, c, n, 1, source.texts[r], source.meanings[r], "total" if r in totals else role)
            for r, n in spans
        ]
    rows = top + count
    total = _total(chosen, rows, rng) if rows < 20 and named and not totals else []
    leaves = [leaf.text for node in forest for leaf in node.leaves()]
    columns = [_column(leaf, s, named and c == 0) for c, (leaf, s) in enumerate(zip(leaves, chosen, strict=True))]
    cells = sorted(cells + total, key=lambda cell: (cell.row, cell.col))
    return Grid(rows + bool(total), len(chosen), top, int(named), tuple(columns), tuple(cells), caption)


def _column(name: str, source: _Source, names_rows: bool) -> Column:
    numbers = [n for n in map(printed_number, source.texts) if n] if source.kind in NUMERIC else []
    decimals = max((n.decimals for n in numbers), default=0)
    currency = source.unit if source.kind == "money" else ""
    unit = "" if currency else source.unit
    return Column(name, "name" if names_rows else source.kind, unit, max(0, decimals), currency)


def _forest(names: Sequence[str], named: bool, rng: random.Random) -> list[Node]:
    """Header texts, in about half of the tables grouped under a first word that neighbours share."""
    nodes = [Node(name) for name in names]
    if rng.random() < 0.5:
        return nodes
    parts = [re.match(r"([^\s_.]{2,})[\s_.]+(\S.*)", name) for name in names]
    out, at = nodes[: int(named)], int(named)
    while at < len(names):
        first = parts[at]
        end = at + 1
        while first and end < len(names) and (other := parts[end]) and other[1] == first[1]:
            end += 1
        below = [p[2] for p in parts[at:end] if p]
        if first and end - at > 1 and len(set(below)) == len(below) and not any(map(str.isdigit, below)):
            out.append(Node(first[1], tuple(Node(text) for text in below)))
        else:
            out += nodes[at:end]
        at = end
    return out


def _spans(source: _Source, count: int, totals: frozenset[int], rng: random.Random) -> list[tuple[int, int]]:
    """(first row, rows) of every cell: single ones, or (sometimes) equal neighbouring texts as one."""
    merge = source.kind == "text" and rng.random() < 0.4
    spans: list[tuple[int, int]] = []
    for r in range(count):
        same = (
            merge and bool(spans) and source.meanings[r] is not None and source.texts[r] == source.texts[spans[-1][0]]
            and not totals & {r, r - 1}
        )  # fmt: skip
        if same:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((r, 1))
    return spans


def _total(chosen: Sequence[_Source], row: int, rng: random.Random) -> list[Cell]:
    """An added row with sums of columns that count something; empty when there is none."""
    counted = {c: n for c, s in enumerate(chosen) if (n := s.numbers) and s.kind != "percent" and _counts(s.name)}
    if not counted or rng.random() < 0.6:
        return []
    label = "Total of rows shown"
    cells = [Cell(row, 0, 1, 1, label, label, "total")]
    for c in range(1, len(chosen)):
        text, value = "", None
        if c in counted:
            total = sum((n.value for n in counted[c]), Decimal(0))
            text = print_like(total, counted[c])
            value = int(total) if chosen[c].kind == "integer" else float(total)
        cells.append(Cell(row, c, 1, 1, text, value, "total"))
    return cells


def _counts(name: str) -> bool:
    words = re.sub(r"[_.]", " ", name)
    return bool(_COUNTED.search(words)) and not _LABELS.search(words)
