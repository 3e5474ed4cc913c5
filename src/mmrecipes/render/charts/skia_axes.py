"""Paper, grid, axis lines, ticks, legends and texts on the canvas.

Covered: everything around the marks. Not covered: the marks (`skia_bars`, `skia_lines`, `skia_round`, `skia_stats`).
"""

from __future__ import annotations

from collections.abc import Sequence

import skia

from mmrecipes.canvas.surface import Surface, argb
from mmrecipes.render.charts.layout import Label
from mmrecipes.render.charts.layout_figure import Figure
from mmrecipes.render.charts.layout_frame import ROUND, Frame, axis_segments, grid_segments, spine_segments
from mmrecipes.render.charts.layout_legend import Swatch
from mmrecipes.render.charts.layout_plot import Plot
from mmrecipes.render.charts.skia_marks import dashes, draw_marker
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Series


def draw_paper(surface: Surface, style: Style, figure: Figure) -> None:
    """The decorations of the house style."""
    w, h, size = style.width, style.height, style.tick_size
    if style.decoration == "tab":
        surface.rect((0, 0, w, 0.35 * size), style.accent)
        surface.rect((style.pad, 0, style.pad + 2.6 * size, 0.85 * size), style.accent)
    elif style.decoration == "top_rule":
        surface.rect((style.pad, 0.55 * size, style.pad + 4.5 * size, 0.9 * size), style.accent)
    elif style.decoration == "frame":
        surface.rect((0.5, 0.5, w - 0.5, h - 0.5), None, style.spine_colour, 1.0)
    elif style.decoration == "card":
        inset = 0.65 * size
        surface.rect((inset, inset, w - inset, h - inset), style.plot_background, style.grid_colour, 1.0, 0.7 * size)
    elif style.decoration == "band":
        surface.rect((0, 0, w, figure.strip), style.accent)


def draw_ground(surface: Surface, frame: Frame) -> None:
    """Plot background and grid, under the marks."""
    style = frame.style
    if frame.panel.type in ROUND:
        return
    if style.plot_background != style.background:
        surface.rect(frame.area, style.plot_background)
    for a, b in grid_segments(frame):
        surface.line(a, b, style.grid_colour, style.grid_width, style.grid_dash)


def draw_axes(surface: Surface, frame: Frame) -> None:
    """Axis lines and ticks, over the marks."""
    style = frame.style
    if frame.panel.type in ROUND:
        return
    for a, b in spine_segments(frame):
        surface.line(a, b, style.spine_colour, style.spine_width)
    ink = style.spine_colour if style.spines else style.tick_colour
    for a, b in axis_segments(frame):
        surface.line(a, b, ink, 0.8 * style.spine_width)


def draw_legend(surface: Surface, frame: Frame) -> None:
    """Frame and swatches; the names are among the frame's labels."""
    if frame.legend is None or frame.legend_at is None:
        return
    style, made, (x, y) = frame.style, frame.legend, frame.legend_at
    box = (x, y, x + made.width, y + made.height)
    inside = frame.panel.legend_pos in ("upper_left", "upper_right") and y > frame.area[1]
    if style.legend_frame:
        surface.rect(box, style.plot_background if inside else None, style.spine_colour, 1.0)
    elif inside:
        surface.rect(box, style.plot_background)
    plot = Plot()
    for k, kind, swatch in made.swatches(frame.legend_at):
        _swatch(plot, style, kind, frame.panel.series[k], swatch, frame.panel.type == "bubble")
    plot.paint(surface)


def _swatch(plot: Plot, style: Style, kind: Swatch, s: Series, box: tuple[float, float, float, float],
            bubble: bool) -> None:  # fmt: skip
    x0, y0, x1, y1 = box
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    size = min(style.marker_size, y1 - y0)
    if kind == "line":
        ends = [(x0, middle[1]), (x1, middle[1])]
        plot.draw(Surface.polyline, ends, s.colour, style.line_width, dashes(s.line_style, style.line_width))
        if s.marker != "none":
            draw_marker(plot, s.marker, middle, size, s.colour, style)
    elif kind == "marker":
        shape = "circle" if bubble or s.marker == "none" else s.marker
        draw_marker(plot, shape, middle, 1.1 * size, s.colour, style)
    else:
        high = min(x1 - x0, y1 - y0)
        if style.legend_shape == "circle":
            plot.draw(Surface.circle, (x1 - high / 2, middle[1]), high / 2, s.colour)
        else:
            wide = min(x1 - x0, 1.7 * high)
            plot.draw(Surface.rect, (x1 - wide, middle[1] - high / 2, x1, middle[1] + high / 2), s.colour)


def draw_labels(surface: Surface, labels: Sequence[Label]) -> None:
    """Texts, with a soft edge of the paper's colour where they may lie on lines."""
    inks = {c: skia.Paint(AntiAlias=True, Color=argb(c)) for c in {label.colour for label in labels}}
    for label in labels:
        for run, (x, y) in zip(label.lines, label.origins(), strict=True):
            if (blob := run.blob) is None:
                continue
            if label.angle:
                surface.raw.save()
                surface.raw.rotate(label.angle, x, y)
            if label.halo:
                edge = skia.Paint(AntiAlias=True, Color=argb(label.halo), Style=skia.Paint.kStroke_Style,
                                  StrokeWidth=0.26 * run.size, StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
                surface.raw.drawTextBlob(blob, x, y, edge)
            surface.raw.drawTextBlob(blob, x, y, inks[label.colour])
            if label.angle:
                surface.raw.restore()
