"""Legends: size, rows and columns, and a free place in the demanded corner.

Covered: legends inside the plot (a corner without marks), above, right and below it. Not covered: direct labels
(`layout_labels`), drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.canvas.text import Run, shape_any
from mmrecipes.core.boxes import Box, Point
from mmrecipes.render.charts.layout import Label, meet, tick_face
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Panel, Series

Swatch = Literal["patch", "line", "marker"]


def swatch_of(panel: Panel, series: Series) -> Swatch:
    """What stands for a series in the legend: a filled patch, a piece of its line or its marker."""
    if panel.type in ("line", "multi_line", "radar") or (panel.type == "dual_axis" and series.line_style != "none"):
        return "line"
    if panel.type in ("scatter", "bubble") or (panel.type == "error_bar" and series.marker != "none"):
        return "marker"
    return "patch"


@dataclass(frozen=True, slots=True)
class Block:
    """A legend before it has a place: rows of `columns` entries (series index, kind, shaped name)."""

    entries: tuple[tuple[int, Swatch, Run], ...]
    columns: int
    column_widths: tuple[float, ...]
    row_height: float
    swatch_width: float
    gap: float
    inset: float

    @property
    def rows(self) -> int:
        return math.ceil(len(self.entries) / self.columns)

    @property
    def width(self) -> float:
        return sum(self.column_widths) + 2 * self.inset

    @property
    def height(self) -> float:
        return self.rows * self.row_height + 2 * self.inset

    def swatches(self, at: Point) -> list[tuple[int, Swatch, Box]]:
        """Series, kind and box of each swatch when the block's top-left is at `at`."""
        high = 0.62 * self.row_height
        return [
            (series, kind, (x, y - high / 2, x + self.swatch_width, y + high / 2))
            for (series, kind, _), (x, y) in zip(self.entries, self._cells(at), strict=True)
        ]

    def labels(self, at: Point, style: Style, panel: int) -> list[Label]:
        return [
            Label(run.text, (run,), x + self.swatch_width + self.gap, y, style.text_colour, "legend", panel,
                  valign="middle")
            for (_, _, run), (x, y) in zip(self.entries, self._cells(at), strict=True)
        ]  # fmt: skip

    def _cells(self, at: Point) -> list[Point]:
        """Left end and middle height of every entry, filled row by row."""
        made = []
        for i in range(len(self.entries)):
            row, column = divmod(i, self.columns)
            x = at[0] + self.inset + sum(self.column_widths[:column])
            made.append((x, at[1] + self.inset + (row + 0.5) * self.row_height))
        return made


def block(panel: Panel, style: Style, columns: int) -> Block:
    """The legend of a panel in this many columns."""
    size, font = style.tick_size, tick_face(style)
    named = [(k, panel.series[k]) for k in panel.legend_order or range(len(panel.series))]
    entries: tuple[tuple[int, Swatch, Run], ...] = tuple(
        (k, swatch_of(panel, s), shape_any(s.name, font, size)) for k, s in named
    )
    lines = any(kind == "line" for _, kind, _ in entries)
    swatch, gap = (2.3 if lines else 1.05) * size, 0.5 * size
    columns = max(1, min(columns, len(entries)))
    widths = [max(r.width for _, _, r in entries[c::columns]) + swatch + gap for c in range(columns)]
    widths = [w + (1.3 * size if c < columns - 1 else 0.0) for c, w in enumerate(widths)]
    inset = 0.55 * size if style.legend_frame else 0.2 * size
    return Block(entries, columns, tuple(widths), 1.5 * size, swatch, gap, inset)


def widest_block(panel: Panel, style: Style, room: float) -> Block | None:
    """The legend with as many columns as fit into `room` pixels; None when not even one does."""
    for columns in range(len(panel.series), 0, -1):
        made = block(panel, style, columns)
        if made.width <= room:
            even = block(panel, style, math.ceil(len(panel.series) / made.rows))
            return even if even.width <= room else made
    return None


def free_corner(panel: Panel, style: Style, area: Box, taken: Sequence[Box]) -> tuple[Block, Point] | None:
    """A legend in the upper corner the panel asks for, clear of all boxes in `taken`; None when it fits nowhere.

    One column is tried first, then more; a legend stays within the corner's half of the plot unless it is one row.
    """
    x0, y0, x1, y1 = area
    inset = 0.6 * style.tick_size + (0.0 if "t" not in style.spines else 0.2 * style.tick_size)
    for columns in range(1, len(panel.series) + 1):
        made = block(panel, style, columns)
        if made.width > (x1 - x0) * (0.55 if made.rows > 1 else 0.9) or made.height > (y1 - y0) * 0.5:
            continue
        x = x1 - inset - made.width if panel.legend_pos == "upper_right" else x0 + inset
        box = (x, y0 + inset, x + made.width, y0 + inset + made.height)
        if not any(meet(box, t, 0.3 * style.tick_size) for t in taken):
            return made, (x, y0 + inset)
    return None
