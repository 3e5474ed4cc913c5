"""Where everything in a table goes: column and row edges, lines of text, caption, notes; no drawing.

Column width = clamp(widest text, least unbreakable part, limit) with wrapping; row height = highest wrapped cell;
spanning cells hand their excess out over their columns and rows (spec of Qianfan-VL's table task). A table that is
too wide is set smaller, then more narrowly, then refused. Not covered: pixels (see `draw`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.text import Run
from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid
from mmrecipes.render.tables.looks import Theme
from mmrecipes.render.tables.typeset import (
    LEAST_X_HEIGHT,
    MARK_SIZE,
    TableRefusal,
    Type,
    Words,
    cell_words,
    draw_type,
    set_line,
)

MOST_PIXELS = 2200
"""Longest side of a picture."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its mark, its text, and the y of its top."""

    mark: Run
    text: Words
    top: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Edges in whole pixels: column k reaches from xs[k] to xs[k + 1], row k from ys[k] to ys[k + 1].

    `words` are the cells' texts in the order of `grid.cells`; `caption` and `notes` are set lines with their top y.
    """

    grid: Grid
    theme: Theme
    type: Type
    xs: list[int]
    ys: list[int]
    words: list[Words]
    points: dict[int, tuple[float, float]]
    """Per column of aligned numbers: the most width before, and from, the place they are aligned at."""
    pad_x: int
    pad_y: int
    line: float
    top_aligned: bool
    caption: tuple[Words, int] | None
    notes: list[Note]
    width: int
    height: int


def lay_out(grid: Grid, theme: Theme, rng: random.Random) -> Layout:
    """Lay a grid out in a theme. Raises `TableRefusal` (`too_wide`, `too_tall`, `missing_glyph`)."""
    wanted = rng.uniform(LEAST_X_HEIGHT, 10.5) if grid.cols <= 10 else rng.uniform(LEAST_X_HEIGHT, 9.0)
    margin, limit = rng.randint(12, 40), rng.uniform(9.0, 17.0)
    seed = rng.getrandbits(32)
    attempts = ((wanted, limit), (LEAST_X_HEIGHT, min(limit, 9.0)), (LEAST_X_HEIGHT, 0.0))
    for x_pixels, most_em in attempts:
        words, kind = _words(grid, theme, x_pixels, random.Random(seed))
        pad_x = max(3, round(theme.space.pad_x * kind.size))
        if most_em == 0.0:
            pad_x = 4
        points = _align_numbers(grid, theme, words)
        widths = _column_widths(grid, words, points, pad_x, most_em * kind.size, MOST_PIXELS - 2 * margin - 8)
        if widths is not None:
            return _finish(grid, theme, kind, words, points, widths, pad_x, margin, random.Random(seed))
    raise TableRefusal("too_wide", f"{grid.cols} columns do not fit {MOST_PIXELS} pixels at x-height {LEAST_X_HEIGHT}")


def _words(grid: Grid, theme: Theme, x_pixels: float, rng: random.Random) -> tuple[list[Words], Type]:
    kind = draw_type(grid, theme, x_pixels, rng)
    return cell_words(grid, theme, kind), kind


def _align_numbers(grid: Grid, theme: Theme, words: Sequence[Words]) -> dict[int, tuple[float, float]]:
    """Set `head` of every number that is aligned with those above and below; room needed per column."""
    points: dict[int, tuple[float, float]] = {}
    if theme.align in ("centre", "left"):
        return points
    for cell, w in zip(grid.cells, words, strict=True):
        if not is_number(cell, grid) or not w.text:
            continue
        w.head = w.width_to(_point(w.text, grid.decimal)) if theme.align == "decimal" else w.natural - w.mark_width
        head, tail = points.get(cell.col, (0.0, 0.0))
        points[cell.col] = (max(head, w.head), max(tail, w.natural - w.head))
    return points


def _point(text: str, decimal: str) -> int:
    """Where the decimal point stands, or would: after the last digit; -1 at the end of the text."""
    point = re.escape(decimal)
    found = re.search(rf"{point}\d|(?<=\d)(?=[^\d{point}]+$)", text)
    return found.start() if found else -1


def is_number(cell: Cell, grid: Grid) -> bool:
    """Whether a cell is set like the numbers of its column (numbers and signs for missing ones)."""
    numeric = cell.cols == 1 and cell.role in ("body", "total") and grid.columns[cell.col].kind in NUMERIC
    return numeric and not isinstance(cell.value, str)


def _column_widths(grid: Grid, words: Sequence[Words], points: Mapping[int, tuple[float, float]], pad: int,
                   most: float, room: float) -> list[int] | None:  # fmt: skip
    """Inner plus outer width of every column, or None when they cannot fit into `room`."""
    natural, least = [0.0] * grid.cols, [0.0] * grid.cols
    heads: list[tuple[int, Words]] = []
    for cell, w in zip(grid.cells, words, strict=True):
        if cell.cols > 1:
            continue
        least[cell.col] = max(least[cell.col], w.least)
        if cell.role == "header":
            heads.append((cell.col, w))
        else:
            natural[cell.col] = max(natural[cell.col], w.natural)
    for col, (head, tail) in points.items():
        natural[col] = max(natural[col], head + tail)
        least[col] = max(least[col], head + tail)
    for col, w in heads:
        natural[col] = max(natural[col], min(w.natural, max(w.size * 5.5, natural[col])))
    widths = [max(low, min(wide, most)) + 1 for wide, low in zip(natural, least, strict=True)]
    _spread_spans(grid, words, widths, pad)
    room -= (2 * pad + 1) * grid.cols
    excess = sum(widths) - room
    if excess > 0:
        slack = [max(0.0, w - low - 1) for w, low in zip(widths, least, strict=True)]
        if sum(slack) < excess:
            return None
        widths = [w - s * excess / sum(slack) for w, s in zip(widths, slack, strict=True)]
        if any(w.least > sum(widths[c.col : c.col + c.cols]) + 2 * pad * (c.cols - 1) for c, w in _wide(grid, words)):
            return None
    return [int(w) + 1 + 2 * pad for w in widths]


def _wide(grid: Grid, words: Sequence[Words]) -> list[tuple[Cell, Words]]:
    return [(c, w) for c, w in zip(grid.cells, words, strict=True) if c.cols > 1]


def _spread_spans(grid: Grid, words: Sequence[Words], widths: list[float], pad: int) -> None:
    """Widen the columns under a spanning cell until its text fits: whole if short, else its longest part."""
    for cell, w in sorted(_wide(grid, words), key=lambda pair: pair[0].cols):
        have = sum(widths[cell.col : cell.col + cell.cols]) + 2 * pad * (cell.cols - 1)
        need = w.natural if w.natural <= 12 * w.size else max(w.least, min(w.natural, max(have, 12 * w.size)))
        if need > have:
            for col in range(cell.col, cell.col + cell.cols):
                widths[col] += (need - have) / cell.cols


def _finish(grid: Grid, theme: Theme, kind: Type, words: list[Words], points: dict[int, tuple[float, float]],
            widths: list[int], pad_x: int, margin: int, rng: random.Random) -> Layout:  # fmt: skip
    pad_y, line = max(2, round(theme.space.pad_y * kind.size)), theme.space.line * kind.size
    for cell, w in zip(grid.cells, words, strict=True):
        w.set_within(sum(widths[cell.col : cell.col + cell.cols]) - 2 * pad_x)
    heights = _row_heights(grid, words, pad_y, line)
    extra = 4 if theme.rules.frame else 2
    left, table_width = margin + extra, sum(widths)
    above = rng.random() < 0.7
    caption, caption_height = _caption(grid, kind, table_width, line, rng)
    top = margin + extra + (caption_height if above else 0)
    xs, ys = _edges(left, widths), _edges(top, heights)
    y = ys[-1] + extra + round(0.5 * line)
    notes, y = _notes(grid, kind, table_width, line, y)
    placed = None
    if caption is not None:
        placed = (caption, margin if above else y)
        y += 0 if above else caption_height
    height = y + margin - (round(0.5 * line) if not notes and (above or caption is None) else 0)
    width = xs[-1] + extra + margin
    if caption is not None:
        width = max(width, left + int(max(run.width for run in caption.lines)) + margin + 1)
    for note in notes:
        width = max(width, left + int(max(run.width for run in note.text.lines) + 2.5 * kind.size) + margin)
    if max(width, height) > MOST_PIXELS:
        raise TableRefusal("too_tall" if height > MOST_PIXELS else "too_wide", f"{width}x{height} pixels")
    return Layout(
        grid, theme, kind, xs, ys, words, points, pad_x, pad_y, line, rng.random() < 0.35, placed, notes, width, height
    )


def _edges(start: int, sizes: Sequence[int]) -> list[int]:
    edges = [start]
    for size in sizes:
        edges.append(edges[-1] + size)
    return edges


def _row_heights(grid: Grid, words: Sequence[Words], pad: int, line: float) -> list[int]:
    heights = [int(line) + 1 + 2 * pad] * grid.rows
    tall = []
    for cell, w in zip(grid.cells, words, strict=True):
        need = int(len(w.lines) * line) + 1 + 2 * pad
        if cell.rows == 1:
            heights[cell.row] = max(heights[cell.row], need)
        elif len(w.lines) > 1:
            tall.append((cell, need))
    for cell, need in tall:
        have = sum(heights[cell.row : cell.row + cell.rows])
        for k in range(max(0, need - have)):
            heights[cell.row + cell.rows - 1 - k % cell.rows] += 1
    return heights


def _caption(grid: Grid, kind: Type, width: int, line: float, rng: random.Random) -> tuple[Words | None, int]:
    if not grid.caption:
        return None, 0
    style = rng.choice(({}, {"bold": True}, {"bold": True}, {"italic": True}))
    size = kind.size * rng.choice((1.0, 1.0, 1.12, 1.25))
    words = Words(grid.caption, face(kind.family, **style), size, language=grid.language)
    words.set_within(max(width, words.least, 16 * words.size))
    step = line * words.size / kind.size
    return words, int(len(words.lines) * step + 0.6 * line)


def _notes(grid: Grid, kind: Type, width: int, line: float, y: int) -> tuple[list[Note], int]:
    notes = []
    plain = face(kind.family)
    for mark, text in grid.footnotes.items():
        words = Words(text, plain, kind.size, language=grid.language)
        words.set_within(max(width - 2.5 * kind.size, words.least, 14 * kind.size))
        notes.append(Note(set_line(mark, plain, kind.size * MARK_SIZE, grid.language), words, y))
        y += int(len(words.lines) * line) + 1
    return notes, y
