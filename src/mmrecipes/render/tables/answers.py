"""Queries and answers as data, and how a query's names lead to places in a table.

Args name rows by the text of their row name (or by number, counted from 1 below the head, where rows have no names)
and columns by their header path (a list of texts, outermost first). A name that leads nowhere, or to several places,
raises `QueryError`; nothing is guessed. Not covered: the operations (see `queries`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from mmrecipes.render.tables.grid import NUMERIC
from mmrecipes.render.tables.numbers import Number, printed_number
from mmrecipes.render.tables.targets import cell_text
from mmrecipes.render.tables.view import TableView

AnswerKind = Literal["integer", "number", "text", "set", "boolean"]


class QueryError(ValueError):
    """The query does not have exactly one answer on this grid."""


@dataclass(frozen=True, slots=True)
class Query:
    """An executable question. `args` are JSON values."""

    op: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query evaluates to.

    `text` is the short form; `value` the meaning; a number within `tolerance` of `value` is right. `operands` are
    the entries the answer rests on, as (name, printed text) in reading order; `working` the arithmetic, if any.
    """

    text: str
    value: Decimal | str | bool | tuple[str, ...]
    kind: AnswerKind
    tolerance: Decimal = Decimal(0)
    operands: tuple[tuple[str, str], ...] = ()
    working: str = ""
    decimals: int = 0
    """For numbers: decimals of `text`."""
    rounded: bool = False

    def json(self) -> dict[str, Any]:
        """Text, value, kind and tolerance as JSON values."""
        value: Any = self.value
        if isinstance(value, Decimal):
            value = int(value) if value == value.to_integral_value() else float(value)
        return {"text": self.text, "value": list(value) if isinstance(value, tuple) else value, "kind": self.kind,
                "tolerance": float(self.tolerance)}  # fmt: skip


def column(view: TableView, path: Sequence[str]) -> int:
    """The column with this header path."""
    found = view.columns.get(tuple(path))
    if found is None:
        raise QueryError(f"no single column has the header {list(path)}")
    return found


def row(view: TableView, ref: str | int) -> int:
    """The data row with this name, or the data row of this number (from 1) in a body of data rows only."""
    if isinstance(ref, str):
        if ref not in view.rows:
            raise QueryError(f"no single row is named {ref!r}")
        return view.rows[ref]
    first = view.grid.header_rows
    if view.key_column is not None or len(view.data_rows) != view.grid.rows - first:
        raise QueryError("rows are numbered only where they have no names and all are data")
    if not 1 <= ref <= len(view.data_rows):
        raise QueryError(f"there is no row {ref}")
    return first + ref - 1


def row_ref(view: TableView, at: int) -> str | int:
    """How a query names a data row; raises `QueryError` when it cannot."""
    ref = view.row_names.get(at, at - view.grid.header_rows + 1)
    if row(view, ref) != at:
        raise QueryError(f"row {at} has no name of its own")
    return ref


def row_label(view: TableView, at: int) -> str:
    """The row's name, or `row 3`, as answers say it."""
    ref = row_ref(view, at)
    return ref if isinstance(ref, str) else f"row {ref}"


def range_rows(view: TableView, section: str | None) -> tuple[int, ...]:
    if section is None:
        return view.data_rows
    if section not in view.sections:
        raise QueryError(f"no single section is titled {section!r}")
    return view.sections[section]


def range_numbers(view: TableView, path: Sequence[str], section: str | None = None) -> list[tuple[int, Number]]:
    """The complete numbers of a column over its range, at least two."""
    numbers = view.numbers(column(view, path), range_rows(view, section))
    if numbers is None or len(numbers) < 2:
        raise QueryError(f"{list(path)} has fewer than two numbers, or missing or mixed ones")
    return numbers


def single(view: TableView, at: int, col: int) -> Number:
    number = view.number(at, col)
    if number is None:
        raise QueryError(f"row {at}, column {col} holds no number of its own")
    return number


def body_text(view: TableView, at: int, col: int) -> str:
    cell = view.covers[at][col]
    text = cell_text(cell)
    if not text or cell.value is None:
        raise QueryError(f"row {at}, column {col} is empty or missing")
    return text


def read_entry(view: TableView, at: int, col: int) -> Answer:
    """An answer that is an entry of the table; a number where the column holds numbers."""
    text = body_text(view, at, col)
    number = printed_number(text, view.grid.decimal) if view.kind(col) in NUMERIC else None
    if number is None:
        return Answer(text, text, "text")
    kind: AnswerKind = "integer" if number.decimals <= 0 else "number"
    return Answer(text, number.value, kind, decimals=max(0, number.decimals))


def entries(view: TableView, numbers: Sequence[tuple[int, Number]], col: int) -> tuple[tuple[str, str], ...]:
    return tuple((row_label(view, r), cell_text(view.covers[r][col])) for r, _ in numbers)
