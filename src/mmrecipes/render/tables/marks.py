"""What is laid over a filled table: merged body cells, references to other rows, footnotes.

Covered: edits of a cell map (row, col) -> cell; every edit keeps the cells tiling the grid. Not covered: which
columns may be touched (the caller says).
"""

from __future__ import annotations

import random
from collections.abc import MutableMapping, Sequence
from dataclasses import replace

from mmrecipes.render.tables.grid import Cell
from mmrecipes.render.tables.terms import ENGLISH, Terms

Rng = random.Random
Cells = MutableMapping[tuple[int, int], Cell]
Place = tuple[int, int]

_MARKS = (("a", "b", "c"), ("*", "**", "***"), ("†", "‡", "§"), ("1", "2", "3"), ("i", "ii", "iii"))


def with_merges(cells: Cells, ranges: Sequence[tuple[int, int]], free: Sequence[bool], taken: set[Place],
                rng: Rng, terms: Terms = ENGLISH) -> None:  # fmt: skip
    """Merge up to three rectangles of body cells, each inside one row range and in `free` columns.

    The merged cell keeps the top-left text; over several columns it may instead be a remark that fits all of them.
    `taken` places are left alone and grow by the merged ones.
    """
    if not any(free) or rng.random() < 0.5:
        return
    for _ in range(rng.randint(1, 3)):
        rectangle = _rectangle(ranges, free, taken, rng)
        if rectangle is not None:
            _merge(cells, rectangle, taken, rng, terms)


def _rectangle(
    ranges: Sequence[tuple[int, int]], free: Sequence[bool], taken: set[Place], rng: Rng
) -> tuple[int, int, int, int] | None:
    """(row, col, rows, cols) of a free rectangle of at least two positions, or None after a few tries."""
    for _ in range(8):
        start, stop = rng.choice(ranges)
        rows, cols = rng.choice(((2, 1), (3, 1), (2, 1), (4, 1), (1, 2), (1, 3), (2, 2)))
        if stop - start < rows or len(free) < cols:
            continue
        row, col = rng.randint(start, stop - rows), rng.randint(0, len(free) - cols)
        places = [(r, c) for r in range(row, row + rows) for c in range(col, col + cols)]
        whole_column = rows == stop - start and len(ranges) == 1
        if all(free[c] for c in range(col, col + cols)) and taken.isdisjoint(places) and not whole_column:
            return row, col, rows, cols
    return None


def _merge(cells: Cells, rectangle: tuple[int, int, int, int], taken: set[Place], rng: Rng, terms: Terms) -> None:
    row, col, rows, cols = rectangle
    first = cells[row, col]
    text, value = first.text, first.value
    if cols > 1 or value is None:
        text = value = rng.choice(terms.blanket)
    for place in [(r, c) for r in range(row, row + rows) for c in range(col, col + cols)]:
        del cells[place]
        taken.add(place)
    cells[row, col] = replace(first, rows=rows, cols=cols, text=text, value=value)


def with_reference(
    cells: Cells, data_rows: Sequence[int], columns: Sequence[int], taken: set[Place], rng: Rng, terms: Terms = ENGLISH
) -> None:
    """Let one or two text cells refer to another row by the number it prints: `see row 4`."""
    if not columns or len(data_rows) < 2:
        return
    col = rng.choice(columns)
    aim = rng.randrange(len(data_rows))
    taken.add((data_rows[aim], col))
    others = [r for r in data_rows if r != data_rows[aim]]
    form = rng.choice(terms.see_row)
    for row in rng.sample(others, min(len(others), rng.choice((1, 1, 2)))):
        text = form.format(aim + 1)
        cells[row, col] = replace(cells[row, col], text=text, value=text)
        taken.add((row, col))


def with_footnotes(cells: Cells, rng: Rng, terms: Terms = ENGLISH) -> dict[str, str]:
    """Put one to three marks on texts and return what they say; a mark may stand on two cells."""
    places = sorted(at for at, cell in cells.items() if cell.text and not (cell.role == "header" and cell.cols > 1))
    count = min(rng.choice((1, 1, 2, 2, 3)), len(places))
    chosen = sorted(rng.sample(places, count))
    digits = any(cells[at].text[-1].isdigit() for at in chosen)
    marks = rng.choice([m for m in _MARKS if not (digits and m[0] == "1")])
    notes = rng.sample(terms.notes, count)
    for at, mark in zip(chosen, marks, strict=False):
        cells[at] = replace(cells[at], footnote=mark)
    return dict(zip(marks, notes, strict=False))
