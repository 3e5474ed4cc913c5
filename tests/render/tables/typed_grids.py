"""Typed grids for tests of queries: header trees, sections, totals, notes, negative and missing numbers."""

from __future__ import annotations

import random

from mmrecipes.render.tables.grid import Cell, Column, ColumnKind, Grid, Value

NAMES = (
    "Ashford", "Brindle", "Corwen", "Dunmore", "Elstow", "Farnley", "Glenavy", "Hatton", "Ilkeston", "Jarrow", "Kelso",
    "Lindale", "Marsden", "Norby", "Ottery",
)  # fmt: skip
MEASURES = ("Visitors", "Staff", "Parcels", "Loans", "Repairs", "Tickets")


def typed_grid(seed: int) -> Grid:
    """Row names, a text column, pairs of number columns under merged headers, some money, some percent."""
    rng = random.Random(seed)
    groups = rng.randint(1, 3)
    deep = rng.random() < 0.7
    columns = [Column("Town", "name"), Column("Status", "text"), Column("Open", "yes_no")]
    for measure in rng.sample(MEASURES, groups):
        kind: ColumnKind = rng.choice(("integer", "decimal", "percent", "money"))
        for year in ("2021", "2022"):
            places = {"integer": 0, "decimal": 1, "percent": 1, "money": 2}[kind]
            columns.append(
                Column(year if deep else f"{measure} {year}", kind, "", places, "$" if kind == "money" else "", measure)
            )
    cells = _head(columns, deep)
    columns = [
        Column(c.name, c.kind, c.unit, c.decimals, c.currency, additive=c.kind in ("integer", "money")) for c in columns
    ]
    head, row = 2 if deep else 1, 2 if deep else 1
    names = rng.sample(NAMES, rng.randint(4, 12))
    sections: list[tuple[int, int]] = []
    sectioned = rng.random() < 0.5
    for part, block in enumerate(([names[: len(names) // 2], names[len(names) // 2 :]]) if sectioned else [names]):
        if sectioned:
            title = ("North", "South")[part]
            cells.append(Cell(row, 0, 1, len(columns), title, title, "section"))
            row += 1
            sections.append((row, row + len(block)))
        for name in block:
            cells += [_entry(row, col, column, name, rng) for col, column in enumerate(columns)]
            row += 1
    if rng.random() < 0.4:
        cells += [_total(row, col, column, cells) for col, column in enumerate(columns)]
        row += 1
    notes = {"a": "Provisional figure.", "b": "Estimated."} if rng.random() < 0.6 else {}
    cells = _with_notes(cells, notes, rng)
    return Grid(row, len(columns), head, 1, tuple(columns), tuple(cells), "Town services", tuple(sections), notes)


def _head(columns: list[Column], deep: bool) -> list[Cell]:
    if not deep:
        return [Cell(0, c, 1, 1, col.name, col.name, "header") for c, col in enumerate(columns)]
    top = [Cell(0, c, 2, 1, col.name, col.name, "header") for c, col in enumerate(columns[:3])]
    top += [Cell(0, c, 1, 2, columns[c].computed, columns[c].computed, "header") for c in range(3, len(columns), 2)]
    return top + [Cell(1, c, 1, 1, columns[c].name, columns[c].name, "header") for c in range(3, len(columns))]


def _entry(row: int, col: int, column: Column, name: str, rng: random.Random) -> Cell:
    if column.kind == "name":
        return Cell(row, col, 1, 1, name, name, "row_header")
    if column.kind == "text":
        text = rng.choice(("rising", "stable", "falling"))
        return Cell(row, col, 1, 1, text, text, "body")
    if column.kind == "yes_no":
        value = rng.random() < 0.5
        return Cell(row, col, 1, 1, "Yes" if value else "No", value, "body")
    if rng.random() < 0.02:
        return Cell(row, col, 1, 1, "–", None, "body")
    number = rng.randint(-400, 90_000) / 10**column.decimals
    return Cell(row, col, 1, 1, _printed(number, column), number if column.decimals else int(number), "body")


def _printed(number: float, column: Column) -> str:
    digits = f"{abs(number):,.{column.decimals}f}"
    text = f"{column.currency}{digits}{'%' if column.kind == 'percent' else ''}"
    return f"({text})" if number < 0 else text


def _total(row: int, col: int, column: Column, cells: list[Cell]) -> Cell:
    if col == 0:
        return Cell(row, col, 1, 1, "Total", "Total", "total")
    values: list[Value] = [c.value for c in cells if c.col == col and c.role == "body"]
    if column.kind not in ("integer", "money") or any(v is None for v in values):
        return Cell(row, col, 1, 1, "", None, "total")
    total = sum(v for v in values if isinstance(v, (int, float)))
    return Cell(row, col, 1, 1, _printed(total, column), total, "total")


def _with_notes(cells: list[Cell], notes: dict[str, str], rng: random.Random) -> list[Cell]:
    bodies = [i for i, c in enumerate(cells) if c.role == "body" and c.value is not None]
    for mark in notes:
        i = rng.choice(bodies)
        c = cells[i]
        cells[i] = Cell(c.row, c.col, c.rows, c.cols, c.text, c.value, c.role, mark)
    return cells
