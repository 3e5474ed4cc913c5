"""The typed grid: what a table says and how its cells span; the single truth behind picture, targets and answers.

Covered: cells with spans and typed values, column semantics, header trees, sections, footnotes and "see row n"
references. Not covered: how it looks (themes, layout).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = int | float | str | bool | None
ColumnKind = Literal["name", "text", "city", "date", "integer", "decimal", "percent", "money", "code", "yes_no"]
NUMERIC: frozenset[ColumnKind] = frozenset({"integer", "decimal", "percent", "money"})
CellRole = Literal["header", "row_header", "body", "section", "total"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `text` is what is printed; `value` is what it means (None for empty or a dash).

    `row`, `col` are the top-left grid position; `rows`, `cols` the span, both at least 1.
    """

    row: int
    col: int
    rows: int
    cols: int
    text: str
    value: Value
    role: CellRole
    footnote: str = ""
    """Mark of a footnote printed after the text as a superscript, such as `a`; empty for none."""


@dataclass(frozen=True, slots=True)
class Column:
    """Semantics of a grid column: one fixed format for all its body cells."""

    name: str
    kind: ColumnKind
    unit: str = ""
    decimals: int = 0
    currency: str = ""
    computed: str = ""
    """How its values follow from other columns, such as `sum(2,3)`, `share(2)`, `change(2,3)`; empty if given."""
    additive: bool | None = None
    """Whether a sum over rows makes sense; None when nobody said (then names and units are judged)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Cells cover every grid position exactly once and are listed in reading order.

    `header_rows` rows at the top are column headers (depth 1-3), `row_header_cols` columns at the left (0 or 1)
    name the rows. `sections` are half-open row ranges of body rows; `footnotes` maps a mark to its text.
    """

    rows: int
    cols: int
    header_rows: int
    row_header_cols: int
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]
    caption: str = ""
    sections: tuple[tuple[int, int], ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    """Of its texts, and in right-to-left ones the direction in which columns follow each other."""
    decimal: str = "."
    """The decimal separator of its numbers."""

    def at(self, row: int, col: int) -> Cell:
        """The cell that covers a grid position."""
        for cell in self.cells:
            if cell.row <= row < cell.row + cell.rows and cell.col <= col < cell.col + cell.cols:
                return cell
        raise IndexError(f"no cell at row {row}, column {col} of {self.rows}x{self.cols}")
