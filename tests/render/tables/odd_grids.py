"""Random grids for tests: any spans, any text. Nothing is shared with the content generator."""

from __future__ import annotations

import random

from mmrecipes.render.tables.grid import Cell, Column, Grid

NASTY = (
    "", "&", "50 % & more", "$5", "a_b^c", "{x}", "}", "~", "\\", "\\\\", "\\hline", "\\multirow{2}{*}{x}", "<b>",
    "</td>", "&amp;", "&lt;td&gt;", '"quoted"', "'single'", "``ticks''", "--", "---", "x -- y", "[1] note", "*", "# 7",
    "a|b", "naïve café", "Ωμέγα", "−3.5", "10–20", "—", "12\u00a0000", "€ 5", "日本", "a  b", " lead", "trail ", "\t",
    "line\nbreak", "100%", "f(x) = x^2 {n}", ",,low", "<<x>>", "?`", "fi fl", "end\\end{tabular}", "a & b \\\\ c",
    "<!-- c -->", "&#65;",
)  # fmt: skip


def odd_grid(seed: int, largest: int = 20) -> Grid:
    """A grid of up to `largest` rows and columns whose cells span and say anything."""
    rng = random.Random(seed)
    rows, cols = rng.randint(1, largest), rng.randint(1, largest)
    head = rng.randint(0, min(3, rows - 1))
    taken = [[False] * cols for _ in range(rows)]
    cells = []
    for row in range(rows):
        for col in range(cols):
            if taken[row][col]:
                continue
            last = head if row < head else rows
            height, width = _free(taken, row, col, last, cols, rng)
            for r in range(row, row + height):
                taken[r][col : col + width] = [True] * width
            role = "header" if row < head else "body"
            cells.append(Cell(row, col, height, width, _text(rng), "x", role, rng.choice(("", "", "", "a", "*", "†"))))
    kinds = [rng.choice(("text", "integer")) for _ in range(cols)]
    columns = tuple(Column(f"c{i}", "integer" if k == "integer" else "text") for i, k in enumerate(kinds))
    return Grid(rows, cols, head, 0, columns, tuple(cells))


def _free(taken: list[list[bool]], row: int, col: int, last: int, cols: int, rng: random.Random) -> tuple[int, int]:
    if rng.random() > 0.12:
        return 1, 1
    width = 1
    while width < 4 and col + width < cols and not taken[row][col + width]:
        width += 1
    width = rng.randint(1, width)
    height = rng.randint(1, min(3, last - row))
    return height, width


def _text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(NASTY)
    letters = "ab1 &%$#_{}~^\\<>\"'`|-,[]*=é–\u00a0"
    return "".join(rng.choice(letters) for _ in range(rng.randint(0, 10)))
