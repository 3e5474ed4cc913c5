"""Lines, areas and dots: line, multi_line, area, stacked_area, scatter, bubble, dual_axis.

Covered: shapes, marks (the marker, or a small box around a point of a bare line) and wishes for labels. Not covered:
axes, legends.
"""

from __future__ import annotations

import itertools
import math

from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box
from mmrecipes.core.boxes import Point as Place
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.layout_plot import Plot, Side, Wish, end_labels
from mmrecipes.render.charts.skia_bars import bar, slot
from mmrecipes.render.charts.skia_marks import dashes, draw_marker, marker_box
from mmrecipes.render.charts.summary import Series

HIDDEN_DISTANCE = 0.25
"""Two equal markers closer than this share of their width count as one hiding the other."""

THIN, MOST_THIN = 3.0, 0.5
"""A layer of stacked areas may be thinner than this many pixels over at most this share of its length."""


def places(frame: Frame, s: Series) -> list[Place]:
    """Canvas positions of a series' points."""
    x, y = frame.scale("x"), frame.scale(s.axis)
    return [(x.place(p.x), y.at(p.y)) for p in s.points]


def lines(frame: Frame, plot: Plot) -> None:
    """line and multi_line."""
    for k, s in enumerate(frame.panel.series):
        one_line(frame, plot, k, s, places(frame, s))
    _check_apart(frame)
    if frame.panel.legend_pos == "direct":
        ends = [(s.name, places(frame, s)[-1], s.colour) for s in frame.panel.series]
        frame.labels += end_labels(frame, ends)


def one_line(frame: Frame, plot: Plot, k: int, s: Series, at: list[Place]) -> None:
    """A line with its markers, marks and label wishes."""
    style = frame.style
    plot.draw(Surface.polyline, at, s.colour, style.line_width, dashes(s.line_style, style.line_width))
    plot.line(at)
    size = style.marker_size if s.marker != "none" else 2.2 * style.line_width
    for i, place in enumerate(at):
        if s.marker != "none":
            draw_marker(plot, s.marker, place, size, s.colour, style)
        plot.mark(frame, k, i, marker_box(place, size, s.marker))
    for i, p in enumerate(s.points):
        if p.label is not None:
            box = marker_box(at[i], size, s.marker)
            plot.wishes.append(Wish(p.label, box, s.colour, _sides(at, i), box))


def _sides(at: list[Place], i: int) -> tuple[Side, ...]:
    """Above at peaks and on rising or falling stretches, below in valleys (canvas y grows downwards)."""
    y = at[i][1]
    neighbours = [at[j][1] for j in (i - 1, i + 1) if 0 <= j < len(at)]
    valley = bool(neighbours) and sum(neighbours) / len(neighbours) < y
    return ("below", "above", "right", "left") if valley else ("above", "below", "right", "left")


def _check_apart(frame: Frame) -> None:
    """Refuse lines that run on top of each other for a whole stretch, and markers behind others."""
    series = [s for s in frame.panel.series if s.line_style != "none"]
    at = [places(frame, s) for s in series]
    for a, b in itertools.combinations(range(len(at)), 2):
        near = [abs(p[1] - q[1]) < 1.5 for p, q in zip(at[a], at[b], strict=False)]
        if any(u and v for u, v in itertools.pairwise(near)):
            raise LayoutRefusal("hidden_mark", f"lines {a} and {b} coincide")
    dots = [p for s, row in zip(series, at, strict=True) if s.marker != "none" for p in row]
    for (x, y), (u, v) in itertools.combinations(dots, 2):
        if abs(u - x) < 1.0 and abs(v - y) < 1.0:
            raise LayoutRefusal("hidden_mark", f"a marker at ({x:.0f}, {y:.0f}) lies behind another")


def areas(frame: Frame, plot: Plot) -> None:
    """area and stacked_area (in series order from the bottom)."""
    style, panel = frame.style, frame.panel
    y = frame.scale("y")
    stacks = panel.type == "stacked_area"
    opacity = 1.0 if stacks else style.area_opacity
    floor: dict[float | str, float] = {}
    for k, s in enumerate(panel.series):
        base = [y.at(floor.get(p.x, 0.0)) if stacks else y.base for p in s.points]
        for p in s.points:
            floor[p.x] = floor.get(p.x, 0.0) + p.y
        top = [(x, y.at(floor[p.x]) if stacks else v) for p, (x, v) in zip(s.points, places(frame, s), strict=True)]
        if stacks and thin_share([(x, b - y1) for (x, y1), b in zip(top, base, strict=True)]) > MOST_THIN:
            raise LayoutRefusal("thin_layer", f"{s.name!r} is thinner than {THIN:.0f} px over most of its length")
        outline = [*top, *((x, b) for (x, _), b in reversed(list(zip(top, base, strict=True))))]
        plot.draw(Surface.polygon, outline, f"{s.colour}{round(255 * opacity):02x}")
        plot.draw(Surface.polyline, top, s.colour, style.line_width * (0.6 if stacks else 1.0))
        for (ax, ay), (bx, by), low in zip(top, top[1:], base, strict=False):
            plot.fills.append((ax, min(ay, by), bx, max(low, ay, by)))
        plot.line(top)
        _area_marks(frame, plot, k, s, top, base)


def thin_share(heights: list[Place]) -> float:
    """Share of a layer's length over which it is thinner than `THIN`, from (x, height) of its points."""
    thin = 0.0
    for (x0, h0), (x1, h1) in itertools.pairwise(heights):
        low, high = min(h0, h1), max(h0, h1)
        part = 1.0 if high <= THIN else 0.0 if low >= THIN else (THIN - low) / (high - low)
        thin += part * (x1 - x0)
    length = heights[-1][0] - heights[0][0]
    return thin / length if length else 0.0


def _area_marks(frame: Frame, plot: Plot, k: int, s: Series, top: list[Place], base: list[float]) -> None:
    style = frame.style
    for i, (p, place) in enumerate(zip(s.points, top, strict=True)):
        if frame.panel.type == "stacked_area" and p.y and abs(base[i] - place[1]) < 1.0:
            raise LayoutRefusal("hidden_mark", f"a layer of {p.y} would be thinner than a pixel")
        if s.marker != "none":
            draw_marker(plot, s.marker, place, style.marker_size, s.colour, style)
        size = style.marker_size if s.marker != "none" else 2.2 * style.line_width
        box = marker_box(place, size, s.marker)
        plot.mark(frame, k, i, box, obstacle=False)
        if p.label is not None:
            plot.wishes.append(Wish(p.label, box, s.colour, ("above", "right", "left")))


def scatter(frame: Frame, plot: Plot) -> None:
    """One marker per point."""
    style = frame.style
    taken: list[tuple[Place, float]] = []
    for k, s in enumerate(frame.panel.series):
        marker = "circle" if s.marker == "none" else s.marker
        for i, (p, at) in enumerate(zip(s.points, places(frame, s), strict=True)):
            box = marker_box(at, style.marker_size, marker)
            draw_marker(plot, marker, at, style.marker_size, s.colour, style)
            plot.mark(frame, k, i, box)
            taken.append((at, style.marker_size))
            if p.label is not None:
                plot.wishes.append(Wish(p.label, box, s.colour, ("above", "right", "below", "left"), box))
    _check_hidden(taken)


def bubble_radii(frame: Frame) -> list[list[float]]:
    """Radii in pixels by series and point: areas proportional to size, the largest a twentieth of the plot wide."""
    sizes = [[p.extra["size"] for p in s.points] for s in frame.panel.series]
    most = max(v for row in sizes for v in row)
    x0, y0, x1, y1 = frame.area
    largest = 0.058 * math.sqrt((x1 - x0) * (y1 - y0))
    return [[max(2.0, largest * math.sqrt(v / most)) for v in row] for row in sizes]


def bubbles(frame: Frame, plot: Plot) -> None:
    """Large bubbles first, so that small ones lie on top; all inside the plot area."""
    series = frame.panel.series
    radii = bubble_radii(frame)
    at = [places(frame, s) for s in series]
    order = sorted(((k, i) for k, row in enumerate(radii) for i in range(len(row))), key=lambda e: -radii[e[0]][e[1]])
    boxes: dict[tuple[int, int], Box] = {}
    for k, i in order:
        (x, y), r = at[k][i], radii[k][i]
        box = (x - r, y - r, x + r, y + r)
        if box[0] < frame.area[0] or box[1] < frame.area[1] or box[2] > frame.area[2] or box[3] > frame.area[3]:
            raise LayoutRefusal("mark_outside", "a bubble crosses the edge of the plot")
        plot.draw(Surface.circle, (x, y), r - 0.5, f"{series[k].colour}cc", series[k].colour, 1.2)
        boxes[k, i] = box
    for k, i in sorted(boxes):
        plot.mark(frame, k, i, boxes[k, i])
    _check_hidden([(at[k][i], 2 * radii[k][i]) for k, i in order])
    for k, i in order:
        p = series[k].points[i]
        if p.label is not None:
            sides: tuple[Side, ...] = ("centre", "above", "below", "right", "left")
            plot.wishes.append(Wish(p.label, boxes[k, i], series[k].colour, sides, boxes[k, i]))


def _check_hidden(dots: list[tuple[Place, float]]) -> None:
    """Refuse when a dot drawn later covers nearly all of an earlier one (position, diameter)."""
    for n, ((x, y), size) in enumerate(dots):
        for (u, v), later in dots[n + 1 :]:
            d = abs(u - x) + abs(v - y)
            if d < size and math.hypot(u - x, v - y) + size / 2 < later / 2 + HIDDEN_DISTANCE * size:
                raise LayoutRefusal("hidden_mark", f"a point at ({x:.0f}, {y:.0f}) lies behind another")


def dual(frame: Frame, plot: Plot) -> None:
    """dual_axis: bars or a line on the left axis, a line on the right one."""
    first, second = frame.panel.series
    if first.line_style == "none":
        x, y = frame.scale("x"), frame.scale("y")
        for i, p in enumerate(first.points):
            left, right = slot(frame, x.place(p.x), 0, 1)
            top, bottom = sorted((y.at(p.y), y.base))
            box = (left, top, right, bottom)
            bar(plot, frame, 0, i, box, first.colour, p.y)
            if p.label is not None:
                plot.wishes.append(Wish(p.label, box, first.colour, ("inside_bottom", "inside_top", "above"), box))
    else:
        one_line(frame, plot, 0, first, places(frame, first))
    one_line(frame, plot, 1, second, places(frame, second))
    if first.line_style != "none":
        _check_apart(frame)
