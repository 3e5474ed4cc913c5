"""The variety path: the same layout drawn by matplotlib's artists on Agg.

Covered: all 22 chart types, object-oriented API only, drawn once; extents are matplotlib's own. Not covered: encoding,
matplotlib's automatic layouts (margins come from `skia_draw.plan`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mmrecipes.core.boxes import Box
from mmrecipes.render.charts import mpl_axes, mpl_bars, mpl_lines, mpl_round, mpl_stats
from mmrecipes.render.charts.drawn import Drawn
from mmrecipes.render.charts.layout import check_texts
from mmrecipes.render.charts.layout_figure import Figure as Head
from mmrecipes.render.charts.mpl_axes import Panel
from mmrecipes.render.charts.mpl_text import DPI, draw_label, points
from mmrecipes.render.charts.skia_draw import plan
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWERS: dict[str, Any] = {
    "bar": mpl_bars.all_bars, "grouped_bar": mpl_bars.all_bars, "error_bar": mpl_bars.all_bars,
    "stacked_bar": mpl_bars.stacked, "horizontal_bar": mpl_bars.lying, "histogram": mpl_bars.histogram,
    "waterfall": mpl_bars.waterfall, "line": mpl_lines.lines, "multi_line": mpl_lines.lines, "area": mpl_lines.areas,
    "stacked_area": mpl_lines.areas, "scatter": mpl_lines.scatter, "bubble": mpl_lines.bubbles,
    "dual_axis": mpl_lines.dual, "box": mpl_stats.boxes, "violin": mpl_stats.violins, "heatmap": mpl_stats.heatmap,
    "candlestick": mpl_stats.candles,
}  # fmt: skip


def draw(chart: Chart, style: Style) -> Drawn:
    """Draw a chart with matplotlib. Raises `LayoutRefusal` as `skia_draw.plan` does, also when a text comes out wider
    than planned and touches another one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = plan(chart, style)
    fig = Figure(figsize=(style.width / DPI, style.height / DPI), dpi=DPI, facecolor=style.background)
    canvas = FigureCanvasAgg(fig)
    _paper(fig, style, made.figure)
    panels = []
    for frame, plot in made.panels:
        panel = mpl_axes.panel_axes(fig, frame)
        if plot.pie is not None:
            mpl_round.pies(panel, plot.pie)
        elif plot.web is not None:
            mpl_round.radars(panel, plot.web)
        else:
            _DRAWERS[frame.panel.type](panel)
        mpl_axes.legend(panel, plot.obstacles())
        panels.append(panel)
    renderer = canvas.get_renderer()
    texts = tuple(draw_label(fig, label, renderer) for label in made.labels)
    check_texts(texts, style.width, style.height)
    canvas.draw()
    pixels = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    marks = tuple(m for p in panels for m in p.marks)
    return Drawn(pixels, marks, texts, tuple(_area(p) for p in panels), "matplotlib")


def _area(made: Panel) -> Box:
    """The plot area as matplotlib placed it; for round charts the circle's square."""
    if made.frame.scales:
        b = made.axes.get_window_extent()
        h = made.frame.style.height
        return (b.x0, h - b.y1, b.x1, h - b.y0)
    return made.frame.area


def _paper(fig: Figure, style: Style, head: Head) -> None:
    """The decorations of the house style."""
    from matplotlib.patches import FancyBboxPatch, Rectangle
    from matplotlib.transforms import IdentityTransform

    w, h, size = style.width, style.height, style.tick_size
    pixels: dict[str, Any] = {"transform": IdentityTransform(), "zorder": -1}
    blocks: list[Box] = {
        "tab": [(0, 0, w, 0.35 * size), (style.pad, 0, style.pad + 2.6 * size, 0.85 * size)],
        "top_rule": [(style.pad, 0.55 * size, style.pad + 4.5 * size, 0.9 * size)],
        "band": [(0, 0, w, head.strip)],
    }.get(style.decoration, [])
    for x0, y0, x1, y1 in blocks:
        fig.add_artist(Rectangle((x0, h - y1), x1 - x0, y1 - y0, facecolor=style.accent, linewidth=0, **pixels))
    if style.decoration == "frame":
        fig.add_artist(Rectangle((0.5, 0.5), w - 1, h - 1, fill=False, edgecolor=style.spine_colour,
                                 linewidth=points(1.0), **pixels))  # fmt: skip
    elif style.decoration == "card":
        inset = 0.65 * size
        fig.add_artist(FancyBboxPatch(
            (inset + 5, inset + 5), w - 2 * inset - 10, h - 2 * inset - 10, boxstyle="round,pad=5,rounding_size=10",
            facecolor=style.plot_background, edgecolor=style.grid_colour, linewidth=points(1.0), **pixels,
        ))  # fmt: skip
