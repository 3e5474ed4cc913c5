"""Charts inside documents: a plain bar, line or lying-bar chart of two columns, names and numbers.

Drawn at any size that the page leaves, without axes of values: every value is printed. Not covered: other charts (see
`render/charts`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import Face, face
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import Run, shape
from mmrecipes.core.boxes import Point
from mmrecipes.render.documents.looks import Look
from mmrecipes.render.tables.grid import Grid

_DRAWABLE = ("Source Sans Pro", "Hanken Grotesk", "Manrope", "DejaVu Sans", "Source Serif Pro", "Caladea", "STIX",
             "DejaVu Serif")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class _Letters:
    """The chart's face and size in pixels."""

    face: Face
    size: float

    def run(self, text: str) -> Run:
        return shape(text, self.face, self.size)

    def fit(self, text: str, room: float) -> Run:
        """The text, cut with an ellipsis where it is wider than the room."""
        while self.run(text).width > room and text not in ("", "…"):
            text = text.rstrip("…")[:-1].rstrip() + "…"
        return self.run(text)


def draw_chart(grid: Grid, width: int, height: int, look: Look, rng: random.Random) -> npt.NDArray[np.uint8]:
    """The (height, width, 3) pixels of a chart of the first two columns of a table with one header row."""
    bars = [_bar(grid, row) for row in range(1, grid.rows)]
    letters = _Letters(
        face(look.family if look.family in _DRAWABLE else "Source Sans Pro"),
        max(11.0, min(width / 38, look.ppi / 72 * look.size * 0.9)),
    )
    surface = Surface(width, height, "#ffffff")
    if rng.random() < 0.55 or len(bars) > 7 or not _fit_side_by_side(bars, letters, width):
        _lying(surface, bars, letters, look)
    else:
        _standing(surface, bars, letters, look, line=rng.random() < 0.3)
    return surface.pixels()


def _fit_side_by_side(bars: list[_Bar], letters: _Letters, width: int) -> bool:
    """Whether all names and values can stand next to each other uncut."""
    room = 0.94 * (width - 1.2 * letters.size) / len(bars)
    return all(letters.run(text).width <= room for bar in bars for text in (bar.name, bar.label))


def _bar(grid: Grid, row: int) -> _Bar:
    cell = grid.at(row, 1)
    if not isinstance(cell.value, int | float):
        raise TypeError(f"{cell.text!r} is no number: a chart cannot show it")
    return _Bar(grid.at(row, 0).text, cell.text, float(cell.value))


def _lying(surface: Surface, bars: list[_Bar], letters: _Letters, look: Look) -> None:
    width, height, size = surface.width, surface.height, letters.size
    values = [b.value for b in bars]
    left = min(0.42 * width, max(letters.run(b.name).width for b in bars) + size)
    right = max(letters.run(b.label).width for b in bars) + 0.8 * size
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (width - left - right) / ((high - low) or 1.0)
    step = (height - size) / len(bars)
    letters = _Letters(letters.face, min(size, step * 0.8))
    size, zero = letters.size, left - low * scale
    for i, bar in enumerate(bars):
        y = size / 2 + step * (i + 0.5)
        x0, x1 = sorted((zero, zero + bar.value * scale))
        surface.rect((x0, y - step * 0.32, max(x1, x0 + 1), y + step * 0.32), look.accent)
        name = letters.fit(bar.name, left - size * 0.8)
        surface.text(name, left - size * 0.5, y, look.ink, align="right", valign="middle")
        surface.text(letters.run(bar.label), x1 + size * 0.35, y, look.ink, valign="middle")
    surface.line((zero, size / 2), (zero, height - size / 2), look.ink, 1.2)


def _standing(surface: Surface, bars: list[_Bar], letters: _Letters, look: Look, *, line: bool) -> None:
    width, height, size = surface.width, surface.height, letters.size
    values = [b.value for b in bars]
    top, bottom, left = size * 1.8, height - size * 2.0, size * 0.6
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (bottom - top) / ((high - low) or 1.0)
    step = (width - 2 * left) / len(bars)
    zero = bottom + low * scale
    for k in range(1, 5):
        y = bottom - (bottom - top) * k / 4
        surface.line((left, y), (width - left, y), "#d8d8d8", 1.0)
    points: list[Point] = []
    for i, bar in enumerate(bars):
        x, y = left + step * (i + 0.5), zero - bar.value * scale
        points.append((x, y))
        if not line:
            y0, y1 = sorted((y, zero))
            surface.rect((x - step * 0.3, y0, x + step * 0.3, max(y1, y0 + 1)), look.accent)
        label = letters.run(bar.label)
        if line and _in_a_dip(values, i) and y + size * 1.8 < zero:
            surface.text(label, x, y + size * 0.6, look.ink, align="centre", valign="top")
        else:
            surface.text(label, x, min(y, zero) - size * 0.35, look.ink, align="centre", valign="bottom")
        surface.text(letters.run(bar.name), x, bottom + size * 0.5, look.ink, align="centre", valign="top")
    if line:
        surface.polyline(points, look.accent, 2.6)
        for p in points:
            surface.circle(p, 4.0, look.accent)
    surface.line((left, zero), (width - left, zero), look.ink, 1.2)


def _in_a_dip(values: list[float], at: int) -> bool:
    """Whether a line comes from above to this value or goes up from it, so that what stands over it meets the line."""
    beside = values[max(0, at - 1) : at] + values[at + 1 : at + 2]
    return bool(beside) and sum(beside) / len(beside) > values[at]
