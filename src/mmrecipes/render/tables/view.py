"""What questions may rely on: header paths, row names, typed columns and sections of a grid, computed once.

Covered: which rows are data, which names are unique, which columns are complete numbers, which cells are merged.
Not covered: asking and answering (see `queries`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid
from mmrecipes.render.tables.numbers import Number, printed_number
from mmrecipes.render.tables.targets import cell_text

Path = tuple[str, ...]
"""Header texts above a column, outermost first; a parent is a path that ends early."""


@dataclass(frozen=True)
class TableView:
    """A grid seen by its names. Rows and columns are grid indices unless said otherwise."""

    grid: Grid
    covers: tuple[tuple[Cell, ...], ...]
    """The cell at every grid position."""

    @functools.cached_property
    def data_rows(self) -> tuple[int, ...]:
        """Body rows that are neither section titles nor totals."""
        return tuple(r for r in range(self.grid.header_rows, self.grid.rows) if not self._is_special(r))

    def _is_special(self, row: int) -> bool:
        roles = {c.role for c in self.covers[row]}
        titled = any(c.role == "section" and c.cols > 1 for c in self.covers[row])
        return titled or ("total" in roles and roles <= {"total", "section"})

    @functools.cached_property
    def total_rows(self) -> int:
        """How many body rows hold totals or subtotals."""
        return sum(self.covers[r][-1].role == "total" for r in range(self.grid.header_rows, self.grid.rows))

    @functools.cached_property
    def paths(self) -> Mapping[int, Path]:
        """Header path of every column that has one of its own: unique and without an empty innermost text."""
        found = {c: self._path(c) for c in range(self.grid.cols)}
        texts = list(found.values())
        return {c: p for c, p in found.items() if p and texts.count(p) == 1}

    def _path(self, col: int) -> Path:
        cells: list[Cell] = []
        for row in range(self.grid.header_rows):
            cell = self.covers[row][col]
            if not cells or cells[-1] is not cell:
                cells.append(cell)
        texts = [cell_text(c) for c in cells]
        if not texts or not texts[-1] or cells[-1].cols > 1:
            return ()
        return tuple(t for t in texts if t)

    @functools.cached_property
    def columns(self) -> Mapping[Path, int]:
        return {path: col for col, path in self.paths.items()}

    @functools.cached_property
    def key_column(self) -> int | None:
        """The column whose texts name the rows: the row header, else the first complete text column without
        repeats; None when there is none."""
        if self.grid.row_header_cols:
            return 0
        for col in range(self.grid.cols):
            kind = self.kind(col)
            texts = [cell_text(self.covers[r][col]) for r in self.data_rows]
            if kind in ("name", "text", "city", "code") and all(texts) and len(set(texts)) == len(texts):
                return col
        return None

    @functools.cached_property
    def row_names(self) -> Mapping[int, str]:
        """Names of the data rows that have a unique one."""
        if self.key_column is None:
            return {}
        cells = {r: self.covers[r][self.key_column] for r in self.data_rows}
        names = {r: cell_text(c) for r, c in cells.items() if c.rows == 1 and c.cols == 1}
        everywhere = [cell_text(c) for r in range(self.grid.header_rows, self.grid.rows) for c in self.first_cells(r)]
        return {r: n for r, n in names.items() if n and everywhere.count(n) == 1}

    def first_cells(self, row: int) -> list[Cell]:
        """The key cell of a row, if it starts there."""
        cell = self.covers[row][self.key_column or 0]
        return [cell] if cell.row == row else []

    @functools.cached_property
    def rows(self) -> Mapping[str, int]:
        return {name: row for row, name in self.row_names.items()}

    def kind(self, col: int) -> str:
        return self.grid.columns[col].kind if col < len(self.grid.columns) else "text"

    @functools.cached_property
    def numeric_columns(self) -> tuple[int, ...]:
        """Columns of numbers that have a unique header path."""
        return tuple(c for c in self.paths if self.kind(c) in NUMERIC)

    def number(self, row: int, col: int) -> Number | None:
        """The number printed at a data position; None for missing, merged or other text."""
        cell = self.covers[row][col]
        if cell.value is None or cell.rows > 1 or cell.cols > 1:
            return None
        return printed_number(cell_text(cell), self.grid.decimal)

    def numbers(self, col: int, rows: tuple[int, ...]) -> list[tuple[int, Number]] | None:
        """The numbers of a column over some rows; None when one is missing or merged, or units differ."""
        found: list[tuple[int, Number]] = []
        for row in rows:
            number = self.number(row, col)
            if number is None or (found and found[0][1].unit != number.unit):
                return None
            found.append((row, number))
        return found or None

    @functools.cached_property
    def complete_columns(self) -> Mapping[int, list[tuple[int, Number]]]:
        """(row, number) over all data rows, of each numeric column that lacks none and has one unit."""
        found = {c: self.numbers(c, self.data_rows) for c in self.numeric_columns}
        return {c: numbers for c, numbers in found.items() if numbers is not None}

    @functools.cached_property
    def sections(self) -> Mapping[str, tuple[int, ...]]:
        """Data rows of each section with a unique title."""
        titles: dict[str, list[tuple[int, ...]]] = {}
        for start, stop in self.grid.sections:
            title = self._section_title(start)
            rows = tuple(r for r in self.data_rows if start <= r < stop)
            if title and rows:
                titles.setdefault(title, []).append(rows)
        return {title: rows[0] for title, rows in titles.items() if len(rows) == 1}

    def _section_title(self, start: int) -> str:
        for row in (start, start - 1):
            for cell in self.covers[row] if row >= self.grid.header_rows else ():
                if cell.role == "section":
                    return cell_text(cell)
        return ""

    @functools.cached_property
    def parents(self) -> Mapping[Path, tuple[int, ...]]:
        """Columns under each merged header with a unique path and at least two named columns."""
        found: dict[Path, list[tuple[int, ...]]] = {}
        for cell in self.grid.cells:
            if cell.role == "header" and cell.cols > 1 and cell.row + cell.rows < self.grid.header_rows:
                path = self.header_path(cell)
                below = tuple(c for c in range(cell.col, cell.col + cell.cols))
                found.setdefault(path, []).append(below)
        return {p: c[0] for p, c in found.items() if p and len(c) == 1 and all(x in self.paths for x in c[0])}

    def header_path(self, cell: Cell) -> Path:
        """Texts of a header cell and of those above it, outermost first; empty if it has no text."""
        texts: list[str] = []
        above: Cell | None = None
        for row in range(cell.row + 1):
            here = self.covers[row][cell.col]
            if here is not above and (text := cell_text(here)):
                texts.append(text)
            above = here
        return tuple(texts) if cell_text(cell) else ()


def view_of(grid: Grid) -> TableView:
    """The view of a grid. Raises `ValueError` when its cells do not cover every position exactly once."""
    covers: list[list[Cell | None]] = [[None] * grid.cols for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for col in range(cell.col, cell.col + cell.cols):
                if not (row < grid.rows and col < grid.cols) or covers[row][col] is not None:
                    raise ValueError(f"row {row}, column {col} is covered twice or lies outside")
                covers[row][col] = cell
    complete = tuple(tuple(c for c in row if c is not None) for row in covers)
    if any(len(row) != grid.cols for row in complete):
        raise ValueError("a grid position is not covered")
    return TableView(grid, complete)
