"""Questions about a table, executed: every operation gives exactly one answer, computed from the printed texts.

Source of the operations: Qianfan-VL report, section 3.2, table recognition (computation, comparison, retrieval).
A query without an answer, or with more than one (ties, repeated names, missing or merged values in the range), raises
`QueryError`. Totals and section titles are never part of a range. Decimals are exact; parentheses mean negative.
Covered: the operations in `OPERATIONS`. Not covered: choosing queries (see `proposals`), wording (a recipe's affair).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.answers import (
    Answer,
    AnswerKind,
    Query,
    QueryError,
    body_text,
    column,
    entries,
    range_numbers,
    range_rows,
    read_entry,
    row,
    row_label,
    single,
)
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.numbers import Number, plain, print_like, printed_number, quotient
from mmrecipes.render.tables.targets import cell_text
from mmrecipes.render.tables.view import TableView, view_of


def evaluate(table: Grid | TableView, query: Query) -> Answer:
    """The answer; raises `QueryError` unless there is exactly one."""
    view = table if isinstance(table, TableView) else view_of(table)
    operation = OPERATIONS.get(query.op)
    if operation is None:
        raise QueryError(f"unknown operation {query.op!r}")
    return operation(view, query.args)


# --- retrieval


def _cell(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Text of the cell that covers a position, counted from 1, header rows included."""
    at, col = args["row"] - 1, args["column"] - 1
    if not (0 <= at < view.grid.rows and 0 <= col < view.grid.cols):
        raise QueryError(f"no position {args}")
    text = cell_text(view.covers[at][col])
    if not text:
        raise QueryError("the cell is empty")
    return Answer(text, text, "text")


def _lookup(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The entry of a named row in a column."""
    at, col = row(view, args["row"]), column(view, args["column"])
    if col == view.key_column:
        raise QueryError("the column of row names is not looked up")
    return read_entry(view, at, col)


def _find_row(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The only row with this text in a column."""
    col = column(view, args["column"])
    body = range(view.grid.header_rows, view.grid.rows)
    texts_below = [cell_text(view.covers[r][col]) for r in body]
    if any(reference_form(view.grid.language).fullmatch(text) for text in texts_below):
        raise QueryError("an entry of the column refers to another row, which may be the one asked for")
    hits = [r for r, text in zip(body, texts_below, strict=True) if text == args["equals"]]
    if len(hits) != 1 or hits[0] not in view.data_rows or col == view.key_column:
        raise QueryError(f"{len(hits)} rows have {args['equals']!r}")
    name = row_label(view, hits[0])
    return Answer(name, name, "text", operands=((name, args["equals"]),))


def _header_of(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Header path of the column that holds a text which stands once in the whole table."""
    hits = [c for c in view.grid.cells if cell_text(c) == args["text"]]
    if len(hits) != 1 or hits[0].cols > 1 or hits[0].row not in view.data_rows or hits[0].col not in view.paths:
        raise QueryError(f"{args['text']!r} does not stand in exactly one data cell")
    path = view.paths[hits[0].col]
    return Answer(" > ".join(path), " > ".join(path), "text")


def _children(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Texts of the header cells directly below a merged header, left to right."""
    parent = _merged_header(view, args["header"])
    below: list[Cell] = []
    for col in range(parent.col, parent.col + parent.cols):
        cell = view.covers[parent.row + parent.rows][col]
        if not below or below[-1] is not cell:
            below.append(cell)
    texts = tuple(cell_text(c) for c in below)
    if not all(texts) or len(set(texts)) != len(texts) or len(texts) < 2:
        raise QueryError("the headers below are empty, repeated or a single one")
    return Answer(", ".join(texts), texts, "set")


def _merged_header(view: TableView, path: Sequence[str]) -> Cell:
    hits = [c for c in view.grid.cells
            if c.role == "header" and c.cols > 1 and c.row + c.rows < view.grid.header_rows
            and view.header_path(c) == tuple(path)]  # fmt: skip
    if len(hits) != 1:
        raise QueryError(f"{len(hits)} merged headers read {list(path)}")
    return hits[0]


def _footnote(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Whether the note with this mark applies to an entry: the entry itself carries the mark."""
    at, col, mark = row(view, args["row"]), column(view, args["column"]), args["mark"]
    marked = _marked(view, mark)
    if any(c.role in ("header", "row_header", "section") or c.col == view.key_column for c in marked):
        raise QueryError("the note is on a header: which entries it covers is open to reading")
    body_text(view, at, col)
    applies = view.covers[at][col].footnote == mark
    return Answer("Yes" if applies else "No", applies, "boolean")


def _footnoted(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Text of the only cell that carries a mark."""
    marked = _marked(view, args["mark"])
    if len(marked) != 1 or not cell_text(marked[0]):
        raise QueryError(f"{len(marked)} cells carry the mark")
    text = cell_text(marked[0])
    return Answer(text, text, "text")


def _marked(view: TableView, mark: str) -> list[Cell]:
    if mark not in view.grid.footnotes:
        raise QueryError(f"there is no note {mark!r}")
    return [c for c in view.grid.cells if c.footnote == mark]


_REFERENCE = re.compile(r"\(?(?:see|as) row (\d+)\)?", re.IGNORECASE)
_NUMBERED = re.compile(r"(no|nr|row|item|line)\.?|#", re.IGNORECASE)


@functools.cache
def reference_form(language: str) -> re.Pattern[str]:
    """What an entry that refers to another row reads like; the group is the row's number."""
    if language == "en":
        return _REFERENCE
    return re.compile(re.escape(texts(language).see_row).replace(re.escape("{}"), r"(\d+)"))


@functools.cache
def number_heads(language: str) -> re.Pattern[str]:
    """What heads the column of row numbers."""
    return _NUMBERED if language == "en" else re.compile(re.escape(texts(language).heads[0]))


def _follow(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The entry an entry such as `see row 4` refers to: same column, the row whose printed number is 4."""
    at, col = row(view, args["row"]), column(view, args["column"])
    reference, heads = reference_form(view.grid.language), number_heads(view.grid.language)
    found = reference.fullmatch(body_text(view, at, col))
    numbered = [c for c, path in view.paths.items() if heads.fullmatch(path[-1])]
    if found is None or len(numbered) != 1:
        raise QueryError("the entry refers to no row, or rows print no number")
    aims = [r for r in view.data_rows if cell_text(view.covers[r][numbered[0]]) == found[1]]
    if len(aims) != 1 or reference.fullmatch(body_text(view, aims[0], col)):
        raise QueryError(f"row {found[1]} is not there, or refers on")
    entry = read_entry(view, aims[0], col)
    operands = ((row_label(view, at), found[0]), (row_label(view, aims[0]), entry.text))
    return Answer(entry.text, entry.value, entry.kind, operands=operands, decimals=entry.decimals)


# --- comparison


def _count(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Number of data rows whose entry passes a test: above, below, at_least, at_most, equals."""
    path, test, than = args["column"], args["test"], args["than"]
    hits = _filtered(view, path, test, than, args.get("section"))
    col = column(view, path)
    operands = tuple((row_label(view, r), cell_text(view.covers[r][col])) for r in hits)
    return Answer(str(len(hits)), Decimal(len(hits)), "integer", operands=operands)


_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "above": lambda a, b: a > b,
    "below": lambda a, b: a < b,
    "at_least": lambda a, b: a >= b,
    "at_most": lambda a, b: a <= b,
}


def _filtered(view: TableView, path: Sequence[str], test: str, than: str, section: str | None = None) -> list[int]:
    """Data rows of the range that pass; every entry of the range must be there to be tested."""
    col = column(view, path)
    if test == "equals":
        rows = range_rows(view, section)
        cells = [view.covers[r][col] for r in rows]
        if any(c.value is None or c.rows > 1 or c.cols > 1 for c in cells):
            raise QueryError("an entry of the range is missing or merged")
        if any(reference_form(view.grid.language).fullmatch(cell_text(c)) for c in cells):
            raise QueryError("an entry of the range refers to another row: what it stands for may pass as well")
        return [r for r, c in zip(rows, cells, strict=True) if cell_text(c) == than]
    bound = printed_number(than, view.grid.decimal)
    if bound is None:
        raise QueryError(f"{than!r} is not a number")
    return [r for r, n in range_numbers(view, path, section) if _TESTS[test](n.value, bound.value)]


def _best(numbers: Sequence[tuple[int, Number]], which: str) -> tuple[int, Number]:
    ordered = sorted(numbers, key=lambda n: n[1].value, reverse=which == "max")
    if ordered[0][1].value == ordered[1][1].value:
        raise QueryError("the extreme is shared")
    return ordered[0]


def _extreme(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The row with the largest or smallest number of a column."""
    numbers = range_numbers(view, args["column"], args.get("section"))
    at, _ = _best(numbers, args["which"])
    name = row_label(view, at)
    return Answer(name, name, "text", operands=entries(view, numbers, column(view, args["column"])),
                  working=cell_text(view.covers[at][column(view, args["column"])]))  # fmt: skip


def _extreme_value(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The largest or smallest number of a column, and whose it is (in `working`)."""
    numbers = range_numbers(view, args["column"], args.get("section"))
    at, number = _best(numbers, args["which"])
    col = column(view, args["column"])
    text = cell_text(view.covers[at][col])
    return Answer(text, number.value, "integer" if number.decimals <= 0 else "number",
                  operands=entries(view, numbers, col), working=row_label(view, at),
                  decimals=max(0, number.decimals))  # fmt: skip


def _compare(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Which of two rows has the larger (or smaller) number in a column."""
    col = column(view, args["column"])
    numbers = [(at, single(view, at, col)) for at in (row(view, r) for r in args["rows"])]
    if numbers[0][1].unit != numbers[1][1].unit or numbers[0][0] == numbers[1][0]:
        raise QueryError("not two comparable entries")
    at, _ = _best(numbers, "max" if args["which"] == "larger" else "min")
    name = row_label(view, at)
    return Answer(name, name, "text", operands=entries(view, numbers, col))


def _rank(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Position of a row when a column is sorted, 1 = first."""
    at, numbers = row(view, args["row"]), range_numbers(view, args["column"])
    own = dict(numbers)[at].value
    if sum(n.value == own for _, n in numbers) != 1:
        raise QueryError("the rank is shared")
    ahead = [(r, n) for r, n in numbers if (n.value > own if args["order"] == "descending" else n.value < own)]
    col = column(view, args["column"])
    operands = (*entries(view, ahead, col), (row_label(view, at), cell_text(view.covers[at][col])))
    return Answer(str(len(ahead) + 1), Decimal(len(ahead) + 1), "integer", operands=operands)


def _kth(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The row at position k when a column is sorted."""
    numbers, k = range_numbers(view, args["column"]), args["k"]
    ordered = sorted(numbers, key=lambda n: n[1].value, reverse=args["order"] == "descending")
    if not 1 <= k <= len(ordered) or len({n.value for _, n in ordered[: k + 1]}) != min(k + 1, len(ordered)):
        raise QueryError("positions up to k are shared, or there are fewer rows")
    name = row_label(view, ordered[k - 1][0])
    return Answer(name, name, "text", operands=entries(view, ordered[:k], column(view, args["column"])))


def _lookup_at_extreme(view: TableView, args: Mapping[str, Any]) -> Answer:
    """The entry in another column of the row with the largest or smallest number."""
    numbers, asked = range_numbers(view, args["column"]), column(view, args["ask"])
    at, _ = _best(numbers, args["which"])
    col = column(view, args["column"])
    if asked in (col, view.key_column):
        raise QueryError("the asked column must be another one")
    found = read_entry(view, at, asked)
    name = row_label(view, at)
    return Answer(found.text, found.value, found.kind, operands=entries(view, numbers, col), decimals=found.decimals,
                  working=f"{name}\x1f{cell_text(view.covers[at][col])}")  # fmt: skip


# --- computation


def _computed(value: Decimal, likes: Sequence[Number], operands: tuple[tuple[str, str], ...], working: str,
              places: int | None = None, rounded: bool = False) -> Answer:  # fmt: skip
    decimals = max(0, *(n.decimals for n in likes)) if places is None else places
    text = print_like(value, likes, decimals)
    kind: AnswerKind = "integer" if value == value.to_integral_value() and decimals == 0 else "number"
    tolerance = Decimal(1).scaleb(-decimals) / 2 if rounded else Decimal(0)
    bare = print_like(value, [replace(n, prefix="", suffix="") for n in likes], decimals)
    return Answer(text, value, kind, tolerance, operands, f"{working} {'≈' if rounded else '='} {bare}", decimals,
                  rounded)  # fmt: skip


def _sum(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Sum of a column over all data rows or one section."""
    numbers = range_numbers(view, args["column"], args.get("section"))
    return _total(numbers, entries(view, numbers, column(view, args["column"])))


def _total(numbers: Sequence[tuple[int, Number]], operands: tuple[tuple[str, str], ...]) -> Answer:
    likes = [n for _, n in numbers]
    total = sum((n.value for n in likes), Decimal(0))
    return _computed(total, likes, operands, " + ".join(plain(n) for n in likes))


def _mean(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Arithmetic mean of a column over all data rows or one section."""
    numbers = range_numbers(view, args["column"], args.get("section"))
    likes = [n for _, n in numbers]
    value, places, rounded = quotient(sum((n.value for n in likes), Decimal(0)), len(likes), mean_places(likes))
    places = max(places, 0, *(n.decimals for n in likes)) if not rounded else places
    working = f"({' + '.join(plain(n) for n in likes)}) / {len(likes)}"
    return _computed(value, likes, entries(view, numbers, column(view, args["column"])), working, places, rounded)


def mean_places(likes: Sequence[Number]) -> int:
    """Decimals a rounded mean is given with: one more than printed, two at most unless more are printed."""
    printed = max(0, *(n.decimals for n in likes))
    return max(printed, min(printed + 1, 2))


def _sum_where(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Sum of a column over the rows that have a text in another column, at least two rows."""
    hits = _filtered(view, args["where"], "equals", args["equals"])
    numbers = [(r, n) for r, n in range_numbers(view, args["column"]) if r in hits]
    if len(numbers) < 2:
        raise QueryError("fewer than two rows match")
    return _total(numbers, entries(view, numbers, column(view, args["column"])))


def _sum_under(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Sum of a row's numbers under a merged header (columns computed from others are refused)."""
    at, path = row(view, args["row"]), tuple(args["header"])
    if path not in view.parents:
        raise QueryError(f"no single merged header reads {list(path)}")
    columns = view.parents[path]
    numbers = [(c, single(view, at, c)) for c in columns]
    if len({n.unit for _, n in numbers}) != 1 or any(view.grid.columns[c].computed for c in columns):
        raise QueryError("the numbers under the header do not add up to anything")
    operands = tuple((view.paths[c][-1], cell_text(view.covers[at][c])) for c in columns)
    return _total(numbers, operands)


def _difference(view: TableView, args: Mapping[str, Any]) -> Answer:
    """minuend - subtrahend: two columns of one row, in the same unit."""
    at = row(view, args["row"])
    columns = [column(view, args[name]) for name in ("minuend", "subtrahend")]
    first, second = (single(view, at, c) for c in columns)
    if first.unit != second.unit or columns[0] == columns[1]:
        raise QueryError("the columns have different units")
    operands = tuple((" > ".join(view.paths[c]), cell_text(view.covers[at][c])) for c in columns)
    return _minus(first, second, operands)


def _minus(first: Number, second: Number, operands: tuple[tuple[str, str], ...]) -> Answer:
    found = _computed(first.value - second.value, [first, second], operands, f"{plain(first)} - {plain(second)}")
    if first.unit != "%":
        return found
    one = abs(found.value) == 1 if isinstance(found.value, Decimal) else False
    points = print_like(first.value - second.value, [first, second], suffix=" percentage point" + ("" if one else "s"))
    return Answer(points, found.value, found.kind, operands=operands, working=found.working, decimals=found.decimals)


def _spread(view: TableView, args: Mapping[str, Any]) -> Answer:
    """Largest minus smallest number of a column, each in one row only."""
    numbers = range_numbers(view, args["column"], args.get("section"))
    (top, largest), (low, smallest) = _best(numbers, "max"), _best(numbers, "min")
    col = column(view, args["column"])
    return _minus(largest, smallest, entries(view, [(top, largest), (low, smallest)], col))


Operation = Callable[[TableView, Mapping[str, Any]], Answer]
OPERATIONS: dict[str, Operation] = {
    "cell": _cell, "lookup": _lookup, "find_row": _find_row, "header_of": _header_of, "children": _children,
    "footnote": _footnote, "footnoted": _footnoted, "follow": _follow, "count": _count, "extreme": _extreme,
    "extreme_value": _extreme_value, "compare": _compare, "rank": _rank, "kth": _kth,
    "lookup_at_extreme": _lookup_at_extreme, "sum": _sum, "mean": _mean, "sum_where": _sum_where,
    "sum_under": _sum_under, "difference": _difference, "spread": _spread,
}  # fmt: skip
