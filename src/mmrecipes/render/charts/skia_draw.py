"""The fast path: a chart laid out by us and drawn on skia.

Covered: all 22 chart types; `plan` (layout without pixels, also used by the matplotlib path) and `draw`. Not covered:
encoding, questions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box
from mmrecipes.core.errors import FontError
from mmrecipes.render.charts import layout_legend, skia_axes, skia_bars, skia_lines, skia_round, skia_stats
from mmrecipes.render.charts.drawn import Drawn, LayoutRefusal, TextBox
from mmrecipes.render.charts.layout import Label, check_texts
from mmrecipes.render.charts.layout_figure import Figure, figure
from mmrecipes.render.charts.layout_frame import Frame, frame
from mmrecipes.render.charts.layout_plot import Plot, place_labels
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Chart, Panel

_PLOTTERS: dict[str, Callable[[Frame, Plot], None]] = {
    "bar": skia_bars.bars, "grouped_bar": skia_bars.bars, "stacked_bar": skia_bars.stacked,
    "horizontal_bar": skia_bars.lying, "error_bar": skia_bars.bars, "histogram": skia_bars.histogram,
    "waterfall": skia_bars.waterfall, "line": skia_lines.lines, "multi_line": skia_lines.lines,
    "area": skia_lines.areas, "stacked_area": skia_lines.areas, "scatter": skia_lines.scatter,
    "bubble": skia_lines.bubbles, "dual_axis": skia_lines.dual, "box": skia_stats.boxes,
    "violin": skia_stats.violins, "heatmap": skia_stats.heatmap, "candlestick": skia_stats.candles,
    "pie": skia_round.pies, "donut": skia_round.pies, "radar": skia_round.radars,
}  # fmt: skip


@dataclass(slots=True)
class Plan:
    """A laid-out chart: the figure's own texts, per panel its frame and shapes, and all labels with their quads."""

    figure: Figure
    panels: list[tuple[Frame, Plot]]
    labels: list[Label]
    texts: tuple[TextBox, ...]


def plan(chart: Chart, style: Style) -> Plan:
    """Lay a chart out. Raises `LayoutRefusal` with reason `no_room`, `text_overlap`, `text_outside`, `hidden_mark`,
    `mark_outside`, `thin_layer`, `legend_covers_marks` or `missing_glyph`."""
    try:
        head = figure(chart, style)
        regions = enumerate(zip(chart.panels, head.regions, strict=True))
        panels = [_panel(p, i, region, style) for i, (p, region) in regions]
    except FontError as e:
        raise LayoutRefusal("missing_glyph", str(e)) from e
    labels = head.labels + [label for panel, _ in panels for label in panel.labels]
    texts = tuple(label.text_box() for label in labels)
    check_texts(texts, style.width, style.height)
    return Plan(head, panels, labels, texts)


def _panel(panel: Panel, index: int, region: Box, style: Style) -> tuple[Frame, Plot]:
    """A panel with its legend: in the asked corner of the plot where it is free, else above the plot."""
    corner = panel.legend_pos in ("upper_left", "upper_right")
    for above in ((False, True) if style.legend_inside else (True, False)) if corner else (False,):
        try:
            made, plot = _plotted(panel, index, region, style, above)
        except LayoutRefusal as refusal:
            if corner and above and refusal.reason == "no_room" and not style.legend_inside:
                continue
            raise
        if not corner or above:
            break
        taken = plot.obstacles() + [label.box for label in made.labels]
        if (found := layout_legend.free_corner(panel, style, made.area, taken)) is not None:
            made.legend, made.legend_at = found
            break
    else:
        raise LayoutRefusal("legend_covers_marks", f"panel {index}")
    if made.legend is not None and made.legend_at is not None:
        made.labels += made.legend.labels(made.legend_at, style, index)
    return made, plot


def _plotted(panel: Panel, index: int, region: Box, style: Style, above: bool) -> tuple[Frame, Plot]:
    made, plot = frame(panel, index, region, style, above=above), Plot()
    kind = panel.type
    if kind == "error_bar" and panel.series[0].marker != "none":
        skia_bars.dots_with_whiskers(made, plot)
    else:
        _PLOTTERS[kind](made, plot)
    made.labels += place_labels(made, plot)
    return made, plot


def draw(chart: Chart, style: Style) -> Drawn:
    """Draw a chart. Raises `LayoutRefusal` as `plan` does."""
    made = plan(chart, style)
    surface = Surface(style.width, style.height, style.background)
    skia_axes.draw_paper(surface, style, made.figure)
    for panel, plot in made.panels:
        skia_axes.draw_ground(surface, panel)
        plot.paint(surface)
        skia_axes.draw_axes(surface, panel)
        skia_axes.draw_legend(surface, panel)
    skia_axes.draw_labels(surface, made.labels)
    marks = tuple(m for _, plot in made.panels for m in plot.marks)
    return Drawn(surface.pixels(), marks, made.texts, tuple(panel.area for panel, _ in made.panels), "skia")
