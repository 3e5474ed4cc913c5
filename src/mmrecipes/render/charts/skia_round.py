"""Round charts: pie, donut, radar.

Covered: shapes and marks (a slice's bounding box, a radar's point). Not covered: where the circle goes
(`layout_round`).
"""

from __future__ import annotations

import math

from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.layout_plot import Plot
from mmrecipes.render.charts.layout_round import Pie, Slice, pie, polar, radar
from mmrecipes.render.charts.skia_marks import dashes, draw_marker, marker_box


def slice_box(made: Pie, cut: Slice) -> Box:
    """The bounding box of a (ring) slice."""
    points = [polar(made.centre, r, a) for r in (made.hole, made.radius) for a in (cut.start, cut.start + cut.sweep)]
    first = math.ceil(cut.start / 90)
    while first * 90 <= cut.start + cut.sweep:
        points.append(polar(made.centre, made.radius, first * 90))
        first += 1
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def pies(frame: Frame, plot: Plot) -> None:
    """Slices clockwise from twelve o'clock, set off by the paper's colour."""
    made, style = pie(frame), frame.style
    plot.pie = made
    for cut in made.slices:
        colour = frame.panel.series[cut.series].colour
        plot.draw(_wedge, made, cut, colour, style.background if style.plot_background != "#ffffff" else "#ffffff")
        plot.mark(frame, cut.series, 0, slice_box(made, cut))
    for a, b in made.leaders:
        plot.draw(Surface.line, a, b, style.tick_colour, 1.0)


def _wedge(surface: Surface, made: Pie, cut: Slice, colour: str, edge: str) -> None:
    surface.wedge(made.centre, made.radius, cut.start, cut.sweep, colour, hole=made.hole, stroke=edge, width=1.5)


def radars(frame: Frame, plot: Plot) -> None:
    """A web of rings and spokes with one polygon per series."""
    web, style, panel = radar(frame), frame.style, frame.panel
    plot.web = web
    ink = style.grid_colour if style.grid != "none" else style.spine_colour
    for r in web.rings:
        if style.round_web:
            plot.draw(Surface.circle, web.centre, r, None, ink, style.grid_width)
        else:
            ring = [polar(web.centre, r, a) for a in web.angles]
            plot.draw(Surface.polygon, ring, None, ink, style.grid_width)
    for a in web.angles:
        plot.draw(Surface.line, web.centre, polar(web.centre, web.radius, a), ink, style.grid_width)
    radial = panel.axis("radial")
    names = {n: i for i, (_, n) in enumerate(panel.axis("x").ticks)}
    for k, s in enumerate(panel.series):
        at = [web.at(names[str(p.x)], (p.y - radial.min) / (radial.max - radial.min)) for p in s.points]
        plot.draw(Surface.polygon, at, f"{s.colour}{'26' if len(panel.series) > 1 else '40'}")
        plot.draw(_closed, [*at, at[0]], s.colour, style.line_width, dashes(s.line_style, style.line_width))
        size = style.marker_size if s.marker != "none" else 2.2 * style.line_width
        for i, place in enumerate(at):
            if s.marker != "none":
                draw_marker(plot, s.marker, place, size, s.colour, style)
            plot.mark(frame, k, i, marker_box(place, size, s.marker))


def _closed(surface: Surface, points: list[tuple[float, float]], colour: str, width: float,
            dash: tuple[float, ...]) -> None:  # fmt: skip
    surface.polyline(points, colour, width, dash)
