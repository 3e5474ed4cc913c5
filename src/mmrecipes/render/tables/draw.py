"""A laid-out table as pixels, and where every cell and every line of text is.

Draws fills, then rules by the theme's border set, then text, from one geometry (`layout`) that is also what is
reported. Covered: all themes, caption, footnotes, superscript marks. Not covered: degradation (see `degradation`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.surface import Colour, Surface
from mmrecipes.canvas.text import Run
from mmrecipes.core.boxes import Box, Quad, quad_of, union
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.layout import Layout, is_number, lay_out
from mmrecipes.render.tables.looks import Theme
from mmrecipes.render.tables.rules import draw_fills, draw_rules
from mmrecipes.render.tables.typeset import MARK_GAP, MARK_RISE, Words


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """Where one cell is: its box, the ink of each line of text (the mark is part of the last line), and their union
    (None for an empty cell)."""

    box: Box
    text_quads: tuple[Quad, ...]
    text_quad: Quad | None


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A drawn table. `pixels` is (H, W, 3) RGB; `cells` are in the order of `grid.cells`; boxes in pixels.

    `caption` and `notes` hold the ink of the caption and of each footnote; `x_height` is that of the body text.
    """

    pixels: npt.NDArray[np.uint8]
    cells: tuple[DrawnCell, ...]
    box: Box
    caption: Quad | None
    notes: tuple[Quad, ...]
    family: str
    font_size: float
    x_height: float


def draw_table(grid: Grid, theme: Theme, rng: random.Random) -> DrawnTable:
    """Draw a grid in a theme; size, margins, caption place and faces vary with `rng`.

    Raises `TableRefusal` (`too_wide`, `too_tall`, `missing_glyph`) when it cannot be drawn legibly.
    """
    layout = lay_out(grid, theme, rng)
    surface = Surface(layout.width, layout.height, theme.colours.page)
    draw_fills(surface, layout)
    draw_rules(surface, layout)
    pen = _Pen()
    cells = tuple(_cell(pen, layout, cell, words) for cell, words in zip(grid.cells, layout.words, strict=True))
    caption = _caption(pen, layout)
    notes = tuple(_notes(pen, layout))
    for colour, runs in pen.runs.items():
        surface.texts(runs, colour)
    box = (layout.xs[0], layout.ys[0], layout.xs[-1], layout.ys[-1])
    return DrawnTable(
        surface.pixels(), cells, box, caption, notes, layout.type.family, layout.type.size, layout.type.x_height
    )


class _Pen:
    """Collects runs by colour and says where their ink will be."""

    def __init__(self) -> None:
        self.runs: dict[Colour, list[tuple[Run, float, float]]] = {}

    def write(self, run: Run, x: float, baseline: float, colour: Colour) -> Box:
        self.runs.setdefault(colour, []).append((run, x, baseline))
        left, top, right, bottom = run.ink
        return (x + left, baseline + top, x + right, baseline + bottom)

    def line(self, words: Words, k: int, x: float, baseline: float, colour: Colour) -> Box:
        """Line k of some words, with their mark if it is the last."""
        run = words.lines[k]
        box = self.write(run, x, baseline, colour)
        if words.mark_run is not None and k == len(words.lines) - 1:
            start = x + run.width + MARK_GAP * words.size
            box = union(box, self.write(words.mark_run, start, baseline - MARK_RISE * words.size, colour))
        return box


def _cell(pen: _Pen, layout: Layout, cell: Cell, words: Words) -> DrawnCell:
    x0, x1 = layout.xs[cell.col], layout.xs[cell.col + cell.cols]
    y0, y1 = layout.ys[cell.row], layout.ys[cell.row + cell.rows]
    boxes: list[Box] = []
    baseline = _first_baseline(layout, cell, words, y0, y1)
    colour = text_colour(layout.theme, cell)
    for k in range(len(words.lines)):
        x = _line_start(layout, cell, words, k, x0 + layout.pad_x, x1 - layout.pad_x)
        boxes.append(pen.line(words, k, x, baseline + k * layout.line, colour))
    if not boxes:
        return DrawnCell((x0, y0, x1, y1), (), None)
    whole = boxes[0]
    for box in boxes[1:]:
        whole = union(whole, box)
    return DrawnCell((x0, y0, x1, y1), tuple(quad_of(b) for b in boxes), quad_of(whole))


def text_colour(theme: Theme, cell: Cell) -> Colour:
    """The colour a cell's text is set in."""
    palette = theme.colours
    if cell.role == "header" and theme.header == "inverted":
        return palette.on_accent
    if cell.role == "header" and theme.header == "accent":
        return palette.rule if palette.page < "#888888" else palette.accent
    return palette.text


def _first_baseline(layout: Layout, cell: Cell, words: Words, y0: int, y1: int) -> float:
    """Baseline of the first line: lines in the middle of the cell, at its top, or (heads) at its bottom."""
    free = y1 - y0 - 2 * layout.pad_y - len(words.lines) * layout.line
    if not layout.top_aligned or cell.role == "section" or (cell.role == "body" and cell.rows > 1):
        shift = free / 2
    else:
        shift = free if cell.role == "header" else 0.0
    return y0 + layout.pad_y + shift + _baseline_in(layout.line, words.size)


def _baseline_in(line: float, size: float) -> float:
    """Baseline below the top of a line of this height: what is above and below letters is shared evenly."""
    return (line - size) / 2 + 0.79 * size


def _line_start(layout: Layout, cell: Cell, words: Words, k: int, left: float, right: float) -> float:
    """x of line k between two edges."""
    run = words.lines[k]
    width = run.width + (words.mark_width if k == len(words.lines) - 1 else 0.0)
    if words.head is not None:
        head, tail = layout.points[cell.col]
        spare = right - left - head - tail
        return left + head - words.head + (spare / 2 if layout.theme.align == "decimal" else spare)
    side = alignment(cell, layout.grid, layout.theme)
    return left if side == "left" else right - width if side == "right" else (left + right - width) / 2


def alignment(cell: Cell, grid: Grid, theme: Theme) -> str:
    """`left`, `centre` or `right` for texts that are not aligned as numbers."""
    if cell.cols > 1 and cell.role in ("body", "total"):
        return "centre"
    if theme.align == "left" or cell.role == "section":
        return "left"
    if cell.role == "header":
        if cell.cols > 1:
            return "centre"
        numeric = grid.columns[cell.col].kind in ("integer", "decimal", "percent", "money")
        if theme.align == "right":
            return "right" if numeric else "left"
        return "left" if cell.col < max(1, grid.row_header_cols) else "centre"
    if cell.col == 0 and cell.role != "body":
        return "left"
    if is_number(cell, grid):
        return "centre"
    if theme.align == "centre":
        return "left" if cell.col == 0 else "centre"
    if theme.align == "centred_heads" and grid.columns[cell.col].kind in ("date", "code", "yes_no"):
        return "centre"
    return "left"


def _caption(pen: _Pen, layout: Layout) -> Quad | None:
    if layout.caption is None:
        return None
    words, y = layout.caption
    step = layout.line * words.size / layout.type.size
    centred = layout.theme.align in ("centre", "centred_heads")
    whole: Box | None = None
    for k, run in enumerate(words.lines):
        spare = layout.xs[-1] - layout.xs[0] - run.width
        x = layout.xs[0] + (spare / 2 if centred and spare > 0 else 0.0)
        box = pen.line(words, k, x, y + k * step + _baseline_in(step, words.size), layout.theme.colours.text)
        whole = box if whole is None else union(whole, box)
    return None if whole is None else quad_of(whole)


def _notes(pen: _Pen, layout: Layout) -> Iterator[Quad]:
    size, colour = layout.type.size, layout.theme.colours.text
    for note in layout.notes:
        baseline = note.top + _baseline_in(layout.line, size)
        box = pen.write(note.mark, layout.xs[0], baseline - MARK_RISE * size, colour)
        start = layout.xs[0] + note.mark.width + 0.25 * size
        for k in range(len(note.text.lines)):
            box = union(box, pen.line(note.text, k, start, baseline + k * layout.line, colour))
        yield quad_of(box)
