"""Lines, areas and dots drawn by matplotlib: line, multi_line, area, stacked_area, scatter, bubble, dual_axis.

Covered: artists and the places they report. Not covered: labels and axes.
"""

from __future__ import annotations

from mmrecipes.render.charts.mpl_axes import LINES, MARKERS, Panel, marker_edge
from mmrecipes.render.charts.mpl_bars import bars
from mmrecipes.render.charts.mpl_text import points
from mmrecipes.render.charts.skia_lines import bubble_radii
from mmrecipes.render.charts.summary import Series


def _xs(made: Panel, s: Series) -> list[float]:
    places = made.frame.scale("x").places
    return [places[p.x] if isinstance(p.x, str) else p.x for p in s.points]


def _mark_points(made: Panel, k: int, s: Series, ys: list[float], half: float) -> None:
    at = made.of(s).transData.transform(list(zip(_xs(made, s), ys, strict=True)))
    for i, (x, y) in enumerate(at.tolist()):
        made.mark(k, i, (x - half, y - half, x + half, y + half))


def one_line(made: Panel, k: int, s: Series) -> None:
    style, ys = made.frame.style, [p.y for p in s.points]
    size = style.marker_size if s.marker != "none" else 2.2 * style.line_width
    made.of(s).plot(_xs(made, s), ys, color=s.colour, linewidth=points(style.line_width), linestyle=LINES[s.line_style],
                    marker=MARKERS[s.marker], markersize=points(style.marker_size), zorder=4, clip_on=False,
                    **marker_edge(made, s.colour))  # fmt: skip
    _mark_points(made, k, s, ys, size / 2)


def lines(made: Panel) -> None:
    for k, s in enumerate(made.frame.panel.series):
        one_line(made, k, s)


def areas(made: Panel) -> None:
    style, panel = made.frame.style, made.frame.panel
    stacks = panel.type == "stacked_area"
    low = panel.axis("y").min
    floor = [0.0 if stacks else max(0.0, low)] * len(panel.series[0].points)
    for k, s in enumerate(panel.series):
        top = [f + p.y if stacks else p.y for f, p in zip(floor, s.points, strict=True)]
        xs = _xs(made, s)
        made.axes.fill_between(
            xs, floor, top, facecolor=s.colour, linewidth=0, alpha=None if stacks else style.area_opacity,
            hatch=made.hatch(k), edgecolor=style.plot_background, zorder=2,
        )  # fmt: skip
        marker = MARKERS[s.marker]
        made.axes.plot(xs, top, color=s.colour, linewidth=points(style.line_width), marker=marker, zorder=3,
                       markersize=points(style.marker_size), clip_on=False)  # fmt: skip
        _mark_points(made, k, s, top, (style.marker_size if s.marker != "none" else 2.2 * style.line_width) / 2)
        floor = top if stacks else floor


def scatter(made: Panel) -> None:
    style = made.frame.style
    for k, s in enumerate(made.frame.panel.series):
        marker = MARKERS[s.marker] or "o"
        edge = marker_edge(made, s.colour)
        ys = [p.y for p in s.points]
        made.axes.scatter(_xs(made, s), ys, s=points(style.marker_size) ** 2, c=s.colour, marker=marker, zorder=4,
                          edgecolors=edge["markeredgecolor"], linewidths=edge["markeredgewidth"],
                          clip_on=False)  # fmt: skip
        _mark_points(made, k, s, ys, style.marker_size / 2)


def bubbles(made: Panel) -> None:
    """One scatter call over all series, large bubbles first."""
    radii, series = bubble_radii(made.frame), made.frame.panel.series
    order = sorted(((k, i) for k, row in enumerate(radii) for i in range(len(row))), key=lambda e: -radii[e[0]][e[1]])
    xs, ys = [_xs(made, s) for s in series], [[p.y for p in s.points] for s in series]
    colours = [series[k].colour for k, _ in order]
    made.axes.scatter(
        [xs[k][i] for k, i in order], [ys[k][i] for k, i in order], s=[points(2 * radii[k][i]) ** 2 for k, i in order],
        c=[f"{c}b8" for c in colours], edgecolors=colours, linewidths=0.9, zorder=4, clip_on=False,
    )  # fmt: skip
    for k, s in enumerate(series):
        at = made.axes.transData.transform(list(zip(xs[k], ys[k], strict=True)))
        for i, (x, y) in enumerate(at.tolist()):
            r = radii[k][i]
            made.mark(k, i, (x - r, y - r, x + r, y + r))
        assert len(s.points) == len(at)


def dual(made: Panel) -> None:
    first, second = made.frame.panel.series
    if first.line_style == "none":
        bars(made, first, 0, 1)
    else:
        one_line(made, 0, first)
    one_line(made, 1, second)
