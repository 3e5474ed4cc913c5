"""Bars drawn by matplotlib: bar, grouped_bar, stacked_bar, horizontal_bar, error_bar, histogram, waterfall.

Covered: artists and the extents they report. Not covered: labels and axes.
"""

from __future__ import annotations

from typing import Any

from mmrecipes.render.charts.mpl_axes import MARKERS, Panel, marker_edge
from mmrecipes.render.charts.mpl_text import points
from mmrecipes.render.charts.skia_bars import slots
from mmrecipes.render.charts.summary import Series


def _look(made: Panel, k: int, colour: str) -> dict[str, Any]:
    edge, width = made.edge(colour)
    hatch = made.hatch(k)
    if hatch and width == 0:
        edge, width = made.frame.style.plot_background, 0.0
    return {"color": colour, "edgecolor": edge, "linewidth": width, "hatch": hatch}


def _bar_width(made: Panel, count: int) -> tuple[float, float]:
    """Step between side-by-side bars and width of one, in category units."""
    which = "y" if made.frame.panel.type == "horizontal_bar" else "x"
    step = slots(made.frame, count)[0] / made.frame.scale(which).unit
    return step, step * (0.88 if count > 1 and made.frame.style.bar_edge != "dark" else 1.0)


def _base(made: Panel) -> float:
    a = made.frame.scale("x" if made.frame.panel.type == "horizontal_bar" else "y").axis
    return a.min if a.scale == "log" else min(max(0.0, a.min), a.max)


def bars(made: Panel, s: Series, k: int, count: int) -> None:
    """One series of upright bars."""
    step, width = _bar_width(made, count)
    places = made.frame.scale("x").places
    base = _base(made)
    xs = [places[str(p.x)] + (k - (count - 1) / 2) * step for p in s.points]
    drawn = made.of(s).bar(xs, [p.y - base for p in s.points], width, bottom=base, zorder=3, **_look(made, k, s.colour))
    for i, patch in enumerate(drawn.patches):
        made.mark_artist(k, i, patch)


def all_bars(made: Panel) -> None:
    """bar, grouped_bar and error_bar."""
    series = made.frame.panel.series
    for k, s in enumerate(series):
        if s.marker == "none":
            bars(made, s, k, len(series))
        if s.points and "error" in s.points[0].extra:
            _error_bars(made, s, k, len(series))


def _error_bars(made: Panel, s: Series, k: int, count: int) -> None:
    from mmrecipes.render.charts.skia_bars import _whisker_ink

    style = made.frame.style
    step, width = _bar_width(made, count)
    places = made.frame.scale("x").places
    xs = [places[str(p.x)] + (k - (count - 1) / 2) * step for p in s.points]
    ys, errors = [p.y for p in s.points], [p.extra["error"] for p in s.points]
    dotted = s.marker != "none"
    ink = s.colour if dotted else _whisker_ink(style, s.colour)
    thick = points(max(1.3, 0.65 * style.line_width))
    cap = points(min(0.22 * width * made.frame.scale("x").unit, 0.7 * style.tick_size))
    made.axes.errorbar(xs, ys, yerr=errors, fmt="none", ecolor=ink, elinewidth=thick, capsize=cap, capthick=thick,
                       zorder=4)  # fmt: skip
    if dotted:
        made.axes.plot(xs, ys, linestyle="", marker=MARKERS[s.marker], color=s.colour, zorder=5,
                       markersize=points(style.marker_size), **marker_edge(made, s.colour))  # fmt: skip
        half = 0.5 * style.marker_size
        for i, (x, y) in enumerate(made.axes.transData.transform(list(zip(xs, ys, strict=True)))):
            made.mark(k, i, (x - half, y - half, x + half, y + half))


def stacked(made: Panel) -> None:
    places = made.frame.scale("x").places
    _, width = _bar_width(made, 1)
    tops: dict[str, float] = {}
    for k, s in enumerate(made.frame.panel.series):
        below = [tops.get(str(p.x), 0.0) for p in s.points]
        for p in s.points:
            tops[str(p.x)] = tops.get(str(p.x), 0.0) + p.y
        drawn = made.axes.bar([places[str(p.x)] for p in s.points], [p.y for p in s.points], width, bottom=below,
                              zorder=3, **_look(made, k, s.colour))  # fmt: skip
        for i, patch in enumerate(drawn.patches):
            made.mark_artist(k, i, patch)


def lying(made: Panel) -> None:
    """horizontal_bar; the category axis runs downwards."""
    series = made.frame.panel.series
    step, width = _bar_width(made, len(series))
    places, base = made.frame.scale("y").places, _base(made)
    for k, s in enumerate(series):
        ys = [places[str(p.x)] + (k - (len(series) - 1) / 2) * step for p in s.points]
        drawn = made.axes.barh(ys, [p.y - base for p in s.points], width, left=base, zorder=3,
                               **_look(made, k, s.colour))  # fmt: skip
        for i, patch in enumerate(drawn.patches):
            made.mark_artist(k, i, patch)


def histogram(made: Panel) -> None:
    s = made.frame.panel.series[0]
    look = _look(made, 0, s.colour)
    if look["linewidth"] == 0:
        look |= {"edgecolor": made.frame.style.plot_background, "linewidth": 0.8}
    left = [p.extra["left"] for p in s.points]
    widths = [p.extra["right"] - p.extra["left"] for p in s.points]
    drawn = made.axes.bar(left, [p.y for p in s.points], widths, align="edge", zorder=3, **look)
    for i, patch in enumerate(drawn.patches):
        made.mark_artist(0, i, patch)


def waterfall(made: Panel) -> None:
    places = made.frame.scale("x").places
    _, width = _bar_width(made, 1)
    steps = []
    for k, s in enumerate(made.frame.panel.series):
        xs = [places[str(p.x)] for p in s.points]
        low = [min(p.extra["start"], p.extra["end"]) for p in s.points]
        high = [abs(p.extra["end"] - p.extra["start"]) for p in s.points]
        drawn = made.axes.bar(xs, high, width, bottom=low, zorder=3, **_look(made, k, s.colour))
        for i, (patch, x, p) in enumerate(zip(drawn.patches, xs, s.points, strict=True)):
            made.mark_artist(k, i, patch)
            steps.append((x, p.extra["end"]))
    steps.sort()
    made.axes.hlines([e for _, e in steps[:-1]], [x + width / 2 for x, _ in steps[:-1]],
                     [x - width / 2 for x, _ in steps[1:]], colors=made.frame.style.tick_colour, linewidth=0.8,
                     linestyles=":", zorder=2)  # fmt: skip
