"""Distributions and prices drawn by matplotlib: box, violin, heatmap, candlestick.

Covered: artists and the extents they report. Not covered: labels and axes.
"""

from __future__ import annotations

from typing import Any

from mmrecipes.render.charts.layout import contrast_ink
from mmrecipes.render.charts.mpl_axes import Panel, straight_lines
from mmrecipes.render.charts.mpl_text import points
from mmrecipes.render.charts.skia_bars import slots
from mmrecipes.render.charts.skia_stats import density, outliers, outline_ink


def _width(made: Panel) -> float:
    return slots(made.frame, 1)[0] / made.frame.scale("x").unit


def boxes(made: Panel) -> None:
    """matplotlib's own box plot from given statistics."""
    style, s = made.frame.style, made.frame.panel.series[0]
    places = made.frame.scale("x").places
    ink, thick = outline_ink(style, s.colour), points(max(1.3, 0.6 * style.line_width))
    stats: list[dict[str, Any]] = [
        {"med": p.y, "q1": p.extra["q1"], "q3": p.extra["q3"], "whislo": p.extra["low"], "whishi": p.extra["high"],
         "fliers": outliers(p)}
        for p in s.points
    ]  # fmt: skip
    line = {"color": ink, "linewidth": thick}
    drawn = made.axes.bxp(
        stats, [places[str(p.x)] for p in s.points], widths=_width(made), patch_artist=True, manage_ticks=False,
        boxprops={"facecolor": s.colour, "edgecolor": ink, "linewidth": thick, "hatch": made.hatch(0)}, zorder=3,
        whiskerprops=line | {"linestyle": "--" if style.hatch else "-"}, capprops=line,
        medianprops={"color": contrast_ink(s.colour), "linewidth": 1.6 * thick},
        flierprops={"marker": "D" if style.round_web else "o", "markersize": points(0.6 * style.marker_size),
                    "markeredgecolor": ink, "markerfacecolor": "none"},
    )  # fmt: skip
    for i, patch in enumerate(drawn["boxes"]):
        made.mark_artist(0, i, patch)


def violins(made: Panel) -> None:
    """matplotlib's own violins from given densities, with median and end lines."""
    import numpy as np

    style, s = made.frame.style, made.frame.panel.series[0]
    places = made.frame.scale("x").places
    ink = outline_ink(style, s.colour)
    stats: list[dict[str, Any]] = []
    for p in s.points:
        ds, low, high = density(p), p.extra["low"], p.extra["high"]
        stats.append({"coords": np.linspace(low, high, len(ds)), "vals": np.asarray(ds), "mean": p.y, "median": p.y,
                      "min": low, "max": high})  # fmt: skip
    at = [places[str(p.x)] for p in s.points]
    drawn: dict[str, Any] = made.axes.violin(stats, at, widths=_width(made), showmedians=True, showextrema=True)
    transform = made.axes.transData
    half = _width(made) / 2
    for i, (body, p) in enumerate(zip(drawn["bodies"], s.points, strict=True)):
        body.set(facecolor=s.colour, edgecolor=ink, alpha=1.0, linewidth=0.9, zorder=3, hatch=made.hatch(0))
        reach = half * max(density(p))
        (x0, y0), (x1, y1) = transform.transform(
            [(at[i] - reach, p.extra["low"]), (at[i] + reach, p.extra["high"])]
        ).tolist()
        made.mark(0, i, (x0, y0, x1, y1))
    for name in ("cmedians", "cmins", "cmaxes", "cbars"):
        drawn[name].set(color=contrast_ink(s.colour) if name in ("cmedians", "cbars") else ink, linewidth=1.2, zorder=4)
    made.axes.vlines(at, [p.extra["q1"] for p in s.points], [p.extra["q3"] for p in s.points], zorder=4,
                     colors=contrast_ink(s.colour), linewidth=4.0)  # fmt: skip


def heatmap(made: Panel) -> None:
    """Cells by pcolormesh in matplotlib's interpolation of the style's stops, and a colour bar."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    frame, style = made.frame, made.frame.style
    colours = frame.panel.axis("colour")
    columns, rows = len(frame.panel.axis("x").ticks), len(frame.panel.series)
    values = np.full((rows, columns), np.nan)
    places = frame.scale("x").places
    for k, s in enumerate(frame.panel.series):
        for p in s.points:
            values[k, int(places[str(p.x)])] = p.y
    ramp = LinearSegmentedColormap.from_list("ramp", style.ramp)
    edge: Any = style.plot_background if style.bar_edge != "none" else "face"
    made.axes.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, values, cmap=ramp, vmin=colours.min,
                         vmax=colours.max, edgecolors=edge, linewidth=1.2 if edge != "face" else 0.2)  # fmt: skip
    for k, s in enumerate(frame.panel.series):
        for i, p in enumerate(s.points):
            column = places[str(p.x)]
            (x0, y0), (x1, y1) = made.axes.transData.transform(
                [(column - 0.5, k + 0.5), (column + 0.5, k - 0.5)]
            ).tolist()
            made.mark(k, i, (x0, y0, x1, y1))
    assert frame.colour_bar is not None
    x0, y0, x1, y1 = frame.colour_bar
    place = (x0 / style.width, 1 - y1 / style.height, (x1 - x0) / style.width, (y1 - y0) / style.height)
    bar: Any = made.axes.figure.add_axes(place)
    bar.imshow(np.linspace(0, 1, 256)[:, None], cmap=ramp, aspect="auto", origin="lower",
               extent=(0, 1, colours.min, colours.max))  # fmt: skip
    bar.xaxis.set_visible(False)
    bar.yaxis.set_visible(False)
    for spine in bar.spines.values():
        spine.set_color(style.spine_colour)
        spine.set_linewidth(0.7)
    colour, tick = frame.scale("colour"), 0.3 * style.tick_size
    marks = [((x1, colour.at(v)), (x1 + tick, colour.at(v))) for v, _ in colours.ticks]
    straight_lines(made, marks, style.tick_colour, 1.0, 6.0)


def candles(made: Panel) -> None:
    style, places = made.frame.style, made.frame.scale("x").places
    width = _width(made)
    least = made.frame.scale("y").axis
    pixel = (least.max - least.min) / (made.frame.area[3] - made.frame.area[1])
    for k, s in enumerate(made.frame.panel.series):
        xs = [places[str(p.x)] for p in s.points]
        made.axes.vlines(xs, [p.extra["low"] for p in s.points], [p.extra["high"] for p in s.points], colors=s.colour,
                         linewidth=points(max(1.2, 0.5 * style.line_width)), zorder=3)  # fmt: skip
        low = [min(p.extra["open"], p.y) for p in s.points]
        high = [max(abs(p.y - p.extra["open"]), pixel) for p in s.points]
        edge, thick = made.edge(s.colour)
        drawn = made.axes.bar(xs, high, width, bottom=low, color=s.colour, edgecolor=edge, linewidth=thick, zorder=4,
                              hatch=made.hatch(k) if k else None)  # fmt: skip
        for i, patch in enumerate(drawn.patches):
            made.mark_artist(k, i, patch)
