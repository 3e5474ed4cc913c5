"""Bars: bar, grouped_bar, stacked_bar, horizontal_bar, error_bar, histogram, waterfall, and the bars of dual_axis.

Covered: shapes, marks (the bar's rectangle) and wishes for labels. Not covered: axes, legends.
"""

from __future__ import annotations

from mmrecipes.canvas.surface import Surface, mixed
from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout import Scale
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.layout_plot import Plot, Side, Wish
from mmrecipes.render.charts.skia_marks import draw_marker, marker_box
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Point, Series

LEAST_EXTENT = 1.0
"""A bar of a value other than zero must be at least this many pixels long."""


def slots(frame: Frame, count: int) -> tuple[float, float]:
    """Width of one bar and of the group, for `count` bars side by side per category."""
    which = "y" if frame.panel.type == "horizontal_bar" else "x"
    group = frame.scale(which).unit * (1 - frame.style.bar_gap)
    return min(group / count, 0.16 * (frame.area[2] - frame.area[0])), group


def slot(frame: Frame, category: float, k: int, count: int) -> tuple[float, float]:
    """Both ends of the k-th of `count` bars side by side, along the category axis."""
    width, _ = slots(frame, count)
    start = category + (k - count / 2) * width
    inner = 0.06 * width if count > 1 and frame.style.bar_edge != "dark" else 0.0
    return start + inner, start + width - inner


def edge_of(style: Style, fill: str) -> str | None:
    """The outline colour of filled shapes."""
    if style.bar_edge == "dark":
        return mixed(fill, "#000000", 0.55)
    return style.plot_background if style.bar_edge == "paper" else None


def bar(plot: Plot, frame: Frame, series: int, point: int, box: Box, fill: str, value: float) -> None:
    """One bar with its mark; raises `LayoutRefusal("hidden_mark")` when a bar that means something cannot be seen."""
    if value and min(box[3] - box[1], box[2] - box[0]) < LEAST_EXTENT:
        raise LayoutRefusal("hidden_mark", f"a bar of {value} would be thinner than a pixel")
    style = frame.style
    radius = min(style.bar_radius, (box[2] - box[0]) / 4, (box[3] - box[1]) / 4)
    if value:
        plot.draw(Surface.rect, box, fill, edge_of(style, fill), 1.0, radius)
    plot.mark(frame, series, point, box)


def span(s: Scale, a: float, b: float) -> tuple[float, float]:
    """Pixels of two values, smaller first."""
    p, q = s.at(a), s.at(b)
    return (min(p, q), max(p, q))


def bars(frame: Frame, plot: Plot) -> None:
    """bar, grouped_bar and error_bar with bars."""
    series = frame.panel.series
    x, y = frame.scale("x"), frame.scale("y")
    for k, s in enumerate(series):
        for i, p in enumerate(s.points):
            left, right = slot(frame, x.place(p.x), k, len(series))
            top, bottom = sorted((y.at(p.y), y.base))
            bar(plot, frame, k, i, (left, top, right, bottom), s.colour, p.y)
            _upright_wish(plot, p, s, (left, top, right, bottom))
    _whiskers(frame, plot)
    plot.uniform = _upright_ways(frame.style, len(series))


def _upright_wish(plot: Plot, p: Point, s: Series, box: Box) -> None:
    if p.label is not None and "error" not in p.extra:
        plot.wishes.append(Wish(p.label, box, s.colour, ("above", "inside_top"), box, p.y < 0))


def _upright_ways(style: Style, count: int) -> tuple[tuple[Side, ...], ...]:
    outside: tuple[tuple[Side, ...], ...] = (("above",),)
    inside: tuple[tuple[Side, ...], ...] = (("inside_top",),)
    first = inside + outside if style.labels_inside and count == 1 else outside + inside
    return (*first, ("above_turned",))


def _whiskers(frame: Frame, plot: Plot) -> None:
    """Error bars over bars or around markers."""
    style, series = frame.style, frame.panel.series
    x, y = frame.scale("x"), frame.scale("y")
    for k, s in enumerate(series):
        for i, p in enumerate(s.points):
            if "error" not in p.extra:
                continue
            dotted = s.marker != "none"
            left, right = slot(frame, x.place(p.x), k, len(series))
            middle, half = (left + right) / 2, min(0.22 * (right - left), 0.7 * style.tick_size)
            high, low = y.at(p.y + p.extra["error"]), y.at(p.y - p.extra["error"])
            colour = s.colour if dotted else _whisker_ink(style, s.colour)
            width = max(1.3, 0.65 * style.line_width)
            plot.draw(Surface.line, (middle, high), (middle, low), colour, width)
            for end in (high, low):
                plot.draw(Surface.line, (middle - half, end), (middle + half, end), colour, width)
            whisker = (middle - half, high, middle + half, low)
            if dotted:
                box = marker_box((middle, y.at(p.y)), style.marker_size)
                draw_marker(plot, s.marker, (middle, y.at(p.y)), style.marker_size, s.colour, style)
                plot.mark(frame, k, i, box)
            plot.boxes.append(whisker)
            if p.label is not None:
                sides: tuple[Side, ...] = ("right", "above", "below") if dotted else ("above", "below")
                plot.wishes.append(Wish(p.label, whisker, s.colour, sides, whisker))


def _whisker_ink(style: Style, fill: str) -> str:
    from mmrecipes.render.charts.palettes import difference

    dark = min(difference("#222222", fill), difference("#222222", style.plot_background))
    light = min(difference("#eeeeee", fill), difference("#eeeeee", style.plot_background))
    if max(dark, light) >= 15:
        return "#222222" if dark >= light else "#eeeeee"
    grey = min(difference("#808080", fill), difference("#808080", style.plot_background))
    return "#808080" if grey > max(dark, light) else ("#222222" if dark >= light else "#eeeeee")


def dots_with_whiskers(frame: Frame, plot: Plot) -> None:
    """error_bar with markers only."""
    _whiskers(frame, plot)


def stacked(frame: Frame, plot: Plot) -> None:
    """Stacks grow in series order."""
    x, y = frame.scale("x"), frame.scale("y")
    tops: dict[float | str, float] = {}
    for k, s in enumerate(frame.panel.series):
        for i, p in enumerate(s.points):
            base = tops.get(p.x, 0.0)
            tops[p.x] = base + p.y
            left, right = slot(frame, x.place(p.x), 0, 1)
            top, bottom = span(y, base, base + p.y)
            box = (left, top, right, bottom)
            bar(plot, frame, k, i, box, s.colour, p.y)
            if p.label is not None:
                plot.wishes.append(Wish(p.label, box, s.colour, ("centre",), box))
    plot.uniform = (("centre",),)


def lying(frame: Frame, plot: Plot) -> None:
    """horizontal_bar: series side by side, first one on top."""
    series = frame.panel.series
    x, y = frame.scale("x"), frame.scale("y")
    for k, s in enumerate(series):
        for i, p in enumerate(s.points):
            top, bottom = slot(frame, y.place(p.x), k, len(series))
            left, right = sorted((x.at(p.y), x.base))
            bar(plot, frame, k, i, (left, top, right, bottom), s.colour, p.y)
            if p.label is not None:
                plot.wishes.append(Wish(p.label, (left, top, right, bottom), s.colour, ("right",),
                                        (left, top, right, bottom), p.y < 0))  # fmt: skip
    ways: tuple[tuple[Side, ...], ...] = (("right",), ("inside_right",))
    plot.uniform = ways[::-1] if frame.style.labels_inside else ways


def histogram(frame: Frame, plot: Plot) -> None:
    """Bars from edge to edge, set off by a thin outline."""
    s = frame.panel.series[0]
    x, y = frame.scale("x"), frame.scale("y")
    outline = edge_of(frame.style, s.colour) or frame.style.plot_background
    for i, p in enumerate(s.points):
        box = (x.at(p.extra["left"]), y.at(p.y), x.at(p.extra["right"]), y.base)
        if p.y:
            if box[3] - box[1] < LEAST_EXTENT:
                raise LayoutRefusal("hidden_mark", f"a bin of {p.y}")
            plot.draw(Surface.rect, box, s.colour, outline, 1.0)
        plot.mark(frame, 0, i, box)
        if p.label is not None:
            plot.wishes.append(Wish(p.label, box, s.colour, ("above",), box))
    plot.uniform = (("above",), ("inside_top",))


def waterfall(frame: Frame, plot: Plot) -> None:
    """Floating bars joined by thin lines."""
    x, y = frame.scale("x"), frame.scale("y")
    steps = sorted(
        ((x.places[str(p.x)], k, i, p) for k, s in enumerate(frame.panel.series) for i, p in enumerate(s.points)),
        key=lambda t: t[0],
    )
    for n, (place, k, i, p) in enumerate(steps):
        left, right = slot(frame, x.at(place), 0, 1)
        top, bottom = span(y, p.extra["start"], p.extra["end"])
        box = (left, top, right, bottom)
        colour = frame.panel.series[k].colour
        if n + 1 < len(steps):
            level = y.at(p.extra["end"])
            following = slot(frame, x.at(steps[n + 1][0]), 0, 1)[0]
            plot.draw(Surface.line, (right, level), (following, level), frame.style.tick_colour, 1.0, (3.0, 3.0))
        bar(plot, frame, k, i, box, colour, p.y)
        if p.label is not None:
            plot.wishes.append(Wish(p.label, box, colour, ("above",), box, p.y < 0))
    plot.uniform = (("above",), ("above_turned",))
