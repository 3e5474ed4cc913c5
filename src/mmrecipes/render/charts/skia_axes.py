"""Paper, grid, axis lines, ticks, legends and texts on the canvas.

Covered: everything around the marks. Not covered: the marks (`skia_bars`, `skia_lines`, `skia_round`, `skia_stats`).
"""

from __future__ import annotations

import skia

from mmrecipes.canvas.surface import Surface, argb
from mmrecipes.render.charts.layout import Label, Scale
from mmrecipes.render.charts.layout_figure import Figure
from mmrecipes.render.charts.layout_frame import ROUND, Frame
from mmrecipes.render.charts.layout_legend import Swatch
from mmrecipes.render.charts.layout_plot import Plot
from mmrecipes.render.charts.layout_ticks import minor_places
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
    if frame.panel.type == "heatmap":
        return
    x0, y0, x1, y1 = frame.area
    on = value_grid(frame)
    if "y" in on:
        for v, _ in frame.scale("y").axis.ticks:
            y = crisp(frame.scale("y").at(v), style.grid_width)
            surface.line((x0, y), (x1, y), style.grid_colour, style.grid_width, style.grid_dash)
    if "x" in on:
        for v, _ in frame.scale("x").axis.ticks:
            x = crisp(frame.scale("x").at(v), style.grid_width)
            surface.line((x, y0), (x, y1), style.grid_colour, style.grid_width, style.grid_dash)


def value_grid(frame: Frame) -> str:
    """The axes with grid lines: a style's `y` means the value axis, which lies on x in horizontal bars."""
    grid = frame.style.grid
    if grid == "none":
        return ""
    if frame.panel.type == "horizontal_bar":
        return {"y": "x", "x": "y", "both": "x"}[grid]
    if grid == "both":
        many = frame.scale("x").axis.scale == "category" and frame.panel.type not in ("line", "multi_line")
        return "y" if many else "xy"
    return grid


def crisp(v: float, width: float) -> float:
    """The nearest position at which a line of about this width falls on whole pixels."""
    return round(v) if round(width) % 2 == 0 else round(v - 0.5) + 0.5


def draw_axes(surface: Surface, frame: Frame) -> None:
    """Axis lines and ticks, over the marks."""
    style = frame.style
    if frame.panel.type in ROUND:
        return
    x0, y0, x1, y1 = frame.area
    ink, width = style.spine_colour, style.spine_width
    sides = {"l": ((x0, y0), (x0, y1)), "b": ((x0, y1), (x1, y1)), "t": ((x0, y0), (x1, y0)), "r": ((x1, y0), (x1, y1))}
    for side in style.spines + ("r" if "y2" in frame.scales and "l" in style.spines else ""):
        a, b = sides[side]
        surface.line(a, b, ink, width)
    if "y" in frame.scales and frame.scale("y").axis.scale == "linear" and "x" in frame.scales:
        base = frame.scale("y").base
        if y0 + 1 < base < y1 - 1:
            surface.line((x0, base), (x1, base), ink, width)
    _ticks(surface, frame, frame.scale("x"), "x", y1)
    _ticks(surface, frame, frame.scale("y"), "y", x0)
    if "y2" in frame.scales:
        _ticks(surface, frame, frame.scale("y2"), "y2", x1)


def _ticks(surface: Surface, frame: Frame, s: Scale, which: str, edge: float) -> None:
    """Major and minor ticks of one axis; minor ticks are facts and are drawn even where the style has no ticks."""
    style = frame.style
    sign = {"out": 1.0, "in": -1.0, "none": 1.0}[style.ticks] * (-1.0 if which == "y" else 1.0)
    minors = minor_places(s)
    majors = [s.at(v) for v, _ in s.axis.ticks] if style.ticks != "none" or minors else []
    longest = style.tick_length if style.ticks != "none" else 0.5 * style.tick_length
    if s.axis.scale == "category" and style.ticks == "none":
        majors = []
    for places, length in ((majors, longest), (minors, 0.55 * longest)):
        for v in places:
            a, b = ((v, edge), (v, edge + sign * length))
            if which != "x":
                a, b = (edge, v), (edge + sign * length, v)
            surface.line(a, b, style.spine_colour if style.spines else style.tick_colour, 0.8 * style.spine_width)


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
        half = 0.5 * min(x1 - x0, y1 - y0)
        square = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
        if style.legend_shape == "circle":
            plot.draw(Surface.circle, middle, half, s.colour)
        else:
            plot.draw(Surface.rect, square, s.colour)


def draw_label(surface: Surface, label: Label) -> None:
    """A text, with a soft edge of the paper's colour where it may lie on lines."""
    for run, (x, y) in zip(label.lines, label.origins(), strict=True):
        if label.halo and (blob := run.blob) is not None:
            paint = skia.Paint(AntiAlias=True, Color=argb(label.halo), Style=skia.Paint.kStroke_Style,
                               StrokeWidth=0.26 * run.size, StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
            surface.raw.save()
            surface.raw.rotate(label.angle, x, y)
            surface.raw.drawTextBlob(blob, x, y, paint)
            surface.raw.restore()
        surface.text(run, x, y, label.colour, angle=label.angle)
