"""A picture cut into a grid of equal pieces, shuffled, laid out with gaps, numbered, put together again.

Covered: cutting without a rest, orders as lists, the puzzle's picture (white gaps of 20 px, yellow numbers with a dark
outline), assembly. Not covered: pieces with knobs, turned pieces.

Pieces are numbered from 1 by the place where the puzzle shows them, in reading order. The `order` of a puzzle is, for
each place of the whole picture in reading order, the number of the piece that belongs there.
Source: ThinkMorph's public jigsaw data (gap and numbers measured in its pictures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.surface import anchor_offset, argb
from mmrecipes.canvas.text import shape
from mmrecipes.core.boxes import Box

Pixels = npt.NDArray[np.uint8]
GAP = 20
"""Pixels of white between pieces."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns of a puzzle."""

    rows: int
    columns: int

    @property
    def count(self) -> int:
        return self.rows * self.columns

    @property
    def name(self) -> str:
        return f"{self.rows}x{self.columns}"


GRIDS = {g.name: g for g in (Grid(1, 2), Grid(2, 1), Grid(1, 3), Grid(3, 1), Grid(2, 2))}


def cut(picture: Pixels, grid: Grid) -> list[Pixels]:
    """The pieces in reading order. Raises `ValueError` for sides that are no multiples of the grid."""
    height, width = picture.shape[:2]
    if height % grid.rows or width % grid.columns:
        raise ValueError(f"{width}x{height} cannot be cut into {grid.name} equal pieces")
    h, w = height // grid.rows, width // grid.columns
    return [picture[r * h : r * h + h, c * w : c * w + w] for r in range(grid.rows) for c in range(grid.columns)]


def assembled(pieces: Sequence[Pixels], grid: Grid) -> Pixels:
    """Pieces in reading order as one picture without gaps."""
    rows = [np.hstack(pieces[r * grid.columns : (r + 1) * grid.columns]) for r in range(grid.rows)]
    return np.vstack(rows)


def in_order(shown: Sequence[Pixels], order: Sequence[int]) -> list[Pixels]:
    """The shown pieces in the order of the whole picture."""
    return [shown[number - 1] for number in order]


def place_box(grid: Grid, piece: Sequence[int], number: int) -> Box:
    """Where the puzzle shows a piece; `piece` is its (height, width)."""
    r, c = divmod(number - 1, grid.columns)
    x, y = c * (piece[1] + GAP), r * (piece[0] + GAP)
    return (float(x), float(y), float(x + piece[1]), float(y + piece[0]))


def laid_out(shown: Sequence[Pixels], grid: Grid, numbers: bool = True) -> Pixels:
    """The puzzle's picture: the pieces with gaps, each with its number in the middle."""
    h, w = shown[0].shape[:2]
    size = (h * grid.rows + GAP * (grid.rows - 1), w * grid.columns + GAP * (grid.columns - 1))
    rgba = np.full((*size, 4), 255, np.uint8)
    for number, piece in enumerate(shown, 1):
        x, y = (round(v) for v in place_box(grid, (h, w), number)[:2])
        rgba[y : y + h, x : x + w, :3] = piece
    if numbers:
        surface = skia.Surface(rgba, skia.kRGBA_8888_ColorType)
        for number in range(1, grid.count + 1):
            x, y = place_box(grid, (h, w), number)[:2]
            _number(surface.getCanvas(), str(number), x + w / 2, y + h / 2, max(20.0, 0.14 * min(h, 1.4 * w)))
        surface.flushAndSubmit()
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)


def _number(canvas: skia.Canvas, text: str, x: float, y: float, size: float) -> None:
    """A figure of `size` font pixels (its ink is 73 % of that high), centred."""
    run = shape(text, face("DejaVu Sans", bold=True), size)
    left, top, right, bottom = run.ink
    dx, dy = anchor_offset(run, "left", "baseline")
    at = (x - (left + right) / 2 + dx, y - (top + bottom) / 2 + dy)
    edge = skia.Paint(
        AntiAlias=True, Color=argb("#101010"), StrokeWidth=max(3.0, size / 6), Style=skia.Paint.kStroke_Style,
        StrokeJoin=skia.Paint.kRound_Join,
    )  # fmt: skip
    canvas.drawTextBlob(run.blob, *at, edge)
    canvas.drawTextBlob(run.blob, *at, skia.Paint(AntiAlias=True, Color=argb("#ffe11a")))
