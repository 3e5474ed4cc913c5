"""Round charts drawn by matplotlib: pie, donut, radar, on axes in pixels.

Covered: artists and the extents they report. Not covered: labels.
"""

from __future__ import annotations

from mmrecipes.render.charts.layout_round import Pie, Web, polar
from mmrecipes.render.charts.mpl_axes import LINES, MARKERS, Panel, marker_edge
from mmrecipes.render.charts.mpl_text import points


def pies(made: Panel, pie: Pie) -> None:
    """Wedges, set off by thin gaps."""
    from matplotlib.patches import Wedge

    style, (x, y) = made.frame.style, pie.centre
    paper = style.background if style.plot_background != "#ffffff" else "#ffffff"
    for cut in pie.slices:
        s = made.frame.panel.series[cut.series]
        wedge = Wedge(
            (x, style.height - y), pie.radius, -(cut.start + cut.sweep), -cut.start, facecolor=s.colour,
            width=pie.radius - pie.hole if pie.hole else None, edgecolor=paper, linewidth=points(1.6),
            hatch=made.hatch(cut.series),
        )  # fmt: skip
        made.axes.add_patch(wedge)
        made.mark_artist(cut.series, 0, wedge)
    for (ax, ay), (bx, by) in pie.leaders:
        made.axes.plot([ax, bx], [style.height - ay, style.height - by], color=style.tick_colour, linewidth=0.8)


def radars(made: Panel, web: Web) -> None:
    """Rings, spokes and one closed line per series."""
    from matplotlib.patches import Circle, Polygon

    style, panel = made.frame.style, made.frame.panel
    h = style.height
    ink = style.grid_colour if style.grid != "none" else style.spine_colour
    line = {"edgecolor": ink, "linewidth": points(style.grid_width), "zorder": 1}
    for n, r in enumerate(reversed(web.rings)):
        fill = style.plot_background if n == 0 and style.plot_background != style.background else "none"
        if style.round_web:
            made.axes.add_patch(Circle((web.centre[0], h - web.centre[1]), r, facecolor=fill, **line))
        else:
            corners = [polar(web.centre, r, a) for a in web.angles]
            made.axes.add_patch(Polygon([(x, h - y) for x, y in corners], facecolor=fill, **line))
    for a in web.angles:
        x, y = polar(web.centre, web.radius, a)
        made.axes.plot([web.centre[0], x], [h - web.centre[1], h - y], color=ink, linewidth=points(style.grid_width),
                       zorder=1)  # fmt: skip
    radial = panel.axis("radial")
    names = {n: i for i, (_, n) in enumerate(panel.axis("x").ticks)}
    for k, s in enumerate(panel.series):
        at = [web.at(names[str(p.x)], (p.y - radial.min) / (radial.max - radial.min)) for p in s.points]
        up = [(x, h - y) for x, y in at]
        made.axes.add_patch(Polygon(up, facecolor=f"{s.colour}{'22' if len(panel.series) > 1 else '40'}", zorder=2))
        closed = [*up, up[0]]
        made.axes.plot([x for x, _ in closed], [y for _, y in closed], color=s.colour, linestyle=LINES[s.line_style],
                       linewidth=points(style.line_width), marker=MARKERS[s.marker], zorder=3,
                       markersize=points(style.marker_size), **marker_edge(made, s.colour))  # fmt: skip
        half = (style.marker_size if s.marker != "none" else 2.2 * style.line_width) / 2
        for i, (x, y) in enumerate(up):
            made.mark(k, i, (x - half, y - half, x + half, y + half))
