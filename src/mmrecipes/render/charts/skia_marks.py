"""Markers and line patterns.

Covered: the five markers of the summary and four line styles. Not covered: where they go.
"""

from __future__ import annotations

from mmrecipes.canvas.surface import Surface, mixed
from mmrecipes.core.boxes import Box, Point
from mmrecipes.render.charts.layout_plot import Plot
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import LineStyle, Marker

_EXTENT: dict[Marker, float] = {
    "none": 0.5, "circle": 0.5, "square": 0.45, "triangle": 0.55, "diamond": 0.6, "cross": 0.47,
}  # fmt: skip
"""Half width of each marker as a share of the marker size: equal size to the eye."""


def dashes(kind: LineStyle, width: float) -> tuple[float, ...]:
    """Dash lengths in pixels for a line of this width."""
    return {
        "none": (), "solid": (), "dashed": (3.6 * width, 2.2 * width), "dotted": (1.0 * width, 1.7 * width),
        "dash_dot": (5.0 * width, 1.8 * width, 1.1 * width, 1.8 * width),
    }[kind]  # fmt: skip


def marker_box(at: Point, size: float, marker: Marker = "circle") -> Box:
    """The box around a marker of this size."""
    half = _EXTENT[marker] * size
    return (at[0] - half, at[1] - half, at[0] + half, at[1] + half)


def draw_marker(plot: Plot, marker: Marker, at: Point, size: float, colour: str, style: Style) -> None:
    """Add a filled marker (a cross is two strokes) with the style's edge."""
    (x, y), half = at, _EXTENT[marker] * size
    edge = {"none": None, "paper": style.plot_background, "dark": mixed(colour, "#000000", 0.5)}[style.marker_edge]
    if marker == "cross":
        width = max(1.8, 0.24 * size)
        h = half - 0.3 * width
        plot.draw(Surface.line, (x - h, y - h), (x + h, y + h), colour, width)
        plot.draw(Surface.line, (x - h, y + h), (x + h, y - h), colour, width)
        return
    if edge is not None:
        half -= 0.5
    if marker == "square":
        plot.draw(Surface.rect, (x - half, y - half, x + half, y + half), colour, edge, 1.0)
    elif marker == "triangle":
        plot.draw(Surface.polygon, ((x, y - half), (x + half, y + half), (x - half, y + half)), colour, edge, 1.0)
    elif marker == "diamond":
        plot.draw(Surface.polygon, ((x, y - half), (x + half, y), (x, y + half), (x - half, y)), colour, edge, 1.0)
    else:
        plot.draw(Surface.circle, at, half, colour, edge, 1.0)
