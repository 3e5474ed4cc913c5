"""Distributions and prices: box, violin, heatmap, candlestick.

Covered: shapes, marks (the box from quartile to quartile, the violin's outline box, the cell, the candle's body) and
wishes for labels. Not covered: axes, legends.
"""

from __future__ import annotations

import skia

from mmrecipes.canvas.surface import Surface, argb, mixed
from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout import contrast_ink
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.layout_plot import Plot, Wish
from mmrecipes.render.charts.palettes import difference
from mmrecipes.render.charts.skia_bars import slot
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Axis, Point


def outline_ink(style: Style, fill: str) -> str:
    """The colour of thin lines that touch a fill and the paper: a darker fill, or a lighter one on dark paper."""
    dark, light = mixed(fill, "#000000", 0.6), mixed(fill, "#ffffff", 0.65)
    return dark if difference(dark, style.plot_background) >= difference(light, style.plot_background) else light


def outliers(p: Point) -> list[float]:
    """The values beyond the whiskers."""
    return [v for name, v in p.extra.items() if name.startswith("outlier")]


def boxes(frame: Frame, plot: Plot) -> None:
    """Box plots with whiskers, caps and outliers as rings."""
    style, s = frame.style, frame.panel.series[0]
    x, y = frame.scale("x"), frame.scale("y")
    ink, width = outline_ink(style, s.colour), max(1.3, 0.6 * style.line_width)
    for i, p in enumerate(s.points):
        left, right = slot(frame, x.place(p.x), 0, 1)
        middle, half = (left + right) / 2, 0.22 * (right - left)
        box = (left, y.at(p.extra["q3"]), right, y.at(p.extra["q1"]))
        if box[3] - box[1] < 2:
            raise LayoutRefusal("hidden_mark", "a box is thinner than two pixels")
        for near, far in (("q3", "high"), ("q1", "low")):
            a, b = y.at(p.extra[near]), y.at(p.extra[far])
            plot.draw(Surface.line, (middle, a), (middle, b), ink, width)
            plot.draw(Surface.line, (middle - half, b), (middle + half, b), ink, width)
        plot.draw(Surface.rect, box, s.colour, ink, width)
        median = y.at(p.y)
        plot.draw(Surface.line, (left, median), (right, median), contrast_ink(s.colour), 1.6 * width)
        plot.mark(frame, 0, i, box)
        plot.boxes.append((middle - half, y.at(p.extra["high"]), middle + half, y.at(p.extra["low"])))
        radius = max(2.6, 0.3 * style.marker_size)
        for v in outliers(p):
            plot.draw(Surface.circle, (middle, y.at(v)), radius, None, ink, 1.3)
            plot.boxes.append((middle - radius, y.at(v) - radius, middle + radius, y.at(v) + radius))
        _median_wish(plot, p, box, s.colour)


def _median_wish(plot: Plot, p: Point, box: Box, fill: str) -> None:
    if p.label is not None:
        plot.wishes.append(Wish(p.label, box, fill, ("right", "left"), box))


def density(p: Point) -> list[float]:
    """The densities `d00`, `d01`… in order."""
    return [p.extra[name] for name in sorted(n for n in p.extra if n[0] == "d" and n[1:].isdigit())]


def violins(frame: Frame, plot: Plot) -> None:
    """Violins with a quartile bar and a median dot inside."""
    style, s = frame.style, frame.panel.series[0]
    x, y = frame.scale("x"), frame.scale("y")
    ink = outline_ink(style, s.colour)
    for i, p in enumerate(s.points):
        left, right = slot(frame, x.place(p.x), 0, 1)
        middle, half = (left + right) / 2, (right - left) / 2
        ds, low, high = density(p), p.extra["low"], p.extra["high"]
        heights = [y.at(low + (high - low) * n / (len(ds) - 1)) for n in range(len(ds))]
        side = [(middle + half * d, h) for d, h in zip(ds, heights, strict=True)]
        outline = side + [(2 * middle - a, b) for a, b in reversed(side)]
        plot.draw(Surface.polygon, outline, s.colour, ink, 1.2)
        bar_half = max(2.0, 0.055 * (right - left))
        quartiles = (middle - bar_half, y.at(p.extra["q3"]), middle + bar_half, y.at(p.extra["q1"]))
        inner = contrast_ink(s.colour)
        plot.draw(Surface.rect, quartiles, inner)
        plot.draw(Surface.circle, (middle, y.at(p.y)), bar_half * 0.75, s.colour)
        box = (middle - half * max(ds), y.at(high), middle + half * max(ds), y.at(low))
        plot.mark(frame, 0, i, box)
        _median_wish(plot, p, box, s.colour)


def ramp_colour(ramp: tuple[str, ...], share: float) -> str:
    """The colour at `share` (0..1) of a colour map."""
    place = min(max(share, 0.0), 1.0) * (len(ramp) - 1)
    i = min(int(place), len(ramp) - 2)
    return mixed(ramp[i], ramp[i + 1], place - i)


def cell_colour(style: Style, axis: Axis, value: float) -> str:
    """The colour of a heatmap value."""
    return ramp_colour(style.ramp, (value - axis.min) / (axis.max - axis.min))


def heatmap(frame: Frame, plot: Plot) -> None:
    """Cells and the colour bar."""
    style = frame.style
    x, y, colours = frame.scale("x"), frame.scale("y"), frame.scale("colour")
    gap = 0.0 if style.bar_edge == "none" else 1.0
    for k, s in enumerate(frame.panel.series):
        for i, p in enumerate(s.points):
            column = x.places[p.x] if isinstance(p.x, str) else p.x
            box = (x.at(column - 0.5) + gap, y.at(k - 0.5) + gap, x.at(column + 0.5) - gap, y.at(k + 0.5) - gap)
            fill = cell_colour(style, colours.axis, p.y)
            plot.draw(Surface.rect, box, fill, fill if gap == 0 else None, 0.8)
            plot.mark(frame, k, i, box)
            if p.label is not None:
                plot.wishes.append(Wish(p.label, box, fill, ("centre",), box))
    plot.uniform = (("centre",),)
    _colour_bar(frame, plot)


def _colour_bar(frame: Frame, plot: Plot) -> None:
    assert frame.colour_bar is not None
    x1 = frame.colour_bar[2]
    plot.draw(_gradient, frame.colour_bar, frame.style.ramp)
    plot.draw(Surface.rect, frame.colour_bar, None, frame.style.spine_colour, 1.0)
    s, tick = frame.scale("colour"), 0.3 * frame.style.tick_size
    for v, _ in s.axis.ticks:
        plot.draw(Surface.line, (x1, s.at(v)), (x1 + tick, s.at(v)), frame.style.tick_colour, 1.0)


def _gradient(surface: Surface, box: Box, ramp: tuple[str, ...]) -> None:
    """A box filled with the colour map, low values at the bottom."""
    shader = skia.GradientShader.MakeLinear([skia.Point(0, box[3]), skia.Point(0, box[1])], [argb(c) for c in ramp])
    surface.raw.drawRect(skia.Rect.MakeLTRB(*box), skia.Paint(Shader=shader))


def candles(frame: Frame, plot: Plot) -> None:
    """Candles: wick from low to high, body from open to close."""
    style = frame.style
    x, y = frame.scale("x"), frame.scale("y")
    for k, s in enumerate(frame.panel.series):
        for i, p in enumerate(s.points):
            left, right = slot(frame, x.place(p.x), 0, 1)
            middle = (left + right) / 2
            top, bottom = sorted((y.at(p.extra["open"]), y.at(p.y)))
            if bottom - top < 1.0:
                top, bottom = (top + bottom) / 2 - 0.5, (top + bottom) / 2 + 0.5
            wick = max(1.2, 0.5 * style.line_width)
            high, low = y.at(p.extra["high"]), y.at(p.extra["low"])
            plot.draw(Surface.line, (middle, high), (middle, low), s.colour, wick)
            plot.draw(Surface.rect, (left, top, right, bottom), s.colour)
            plot.mark(frame, k, i, (left, top, right, bottom))
            plot.boxes.append((middle - wick, high, middle + wick, low))
