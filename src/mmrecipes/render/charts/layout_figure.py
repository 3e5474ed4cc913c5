"""A whole figure: title, notes and the regions of its panels.

Covered: one panel or two, side by side or one above the other; the room of decorations (tab, rule, frame, card, band).
Not covered: what is inside a panel.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmrecipes.canvas.fonts import face
from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.layout import Label, block_size, lines_within, title_face
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Chart


@dataclass(slots=True)
class Figure:
    """Title and notes, a region per panel, and the bottom of the title's strip."""

    labels: list[Label]
    regions: list[Box]
    strip: float


def figure(chart: Chart, style: Style) -> Figure:
    """Raises `LayoutRefusal("no_room")` for a title of more than two lines."""
    pad = style.pad + (0.9 * style.tick_size if style.decoration == "card" else 0.0)
    x0, y0, x1, y1 = pad, pad, style.width - pad, style.height - pad
    if style.decoration in ("tab", "top_rule"):
        y0 += 0.6 * style.tick_size
    lines = lines_within(chart.title, title_face(style), style.title_size, x1 - x0, 2)
    centred = style.title_align == "centre"
    title = Label(chart.title, lines, (x0 + x1) / 2 if centred else x0, y0, style.title_colour, "title", 0,
                  align="centre" if centred else "left", valign="top")  # fmt: skip
    strip = y0 + block_size(lines)[1] + (0.55 * style.tick_size if style.decoration == "band" else 0.0)
    labels = [title]
    for note in reversed(chart.annotations):
        runs = lines_within(note, face(style.family, italic=True), style.data_size, x1 - x0, 2)
        labels.append(Label(note, runs, x0, y1, style.tick_colour, "annotation", 0, valign="bottom"))
        y1 -= block_size(runs)[1] + 0.4 * style.tick_size
    inner = (x0, strip + 0.7 * style.tick_size, x1, y1)
    return Figure(labels, _regions(chart, inner, style), strip)


def _regions(chart: Chart, inner: Box, style: Style) -> list[Box]:
    x0, y0, x1, y1 = inner
    gap = 1.6 * style.tick_size
    if chart.layout == "side_by_side":
        middle = (x0 + x1) / 2
        return [(x0, y0, middle - gap / 2, y1), (middle + gap / 2, y0, x1, y1)]
    if chart.layout == "stacked":
        middle = (y0 + y1) / 2
        return [(x0, y0, x1, middle - gap / 2), (x0, middle + gap / 2, x1, y1)]
    return [inner]
