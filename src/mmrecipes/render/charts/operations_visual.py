"""Questions about how a chart looks: number of series and marks, colours, legend, units, type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mmrecipes.render.charts.answers import Answer, Refused
from mmrecipes.render.charts.palettes import MIN_DIFFERENCE, difference
from mmrecipes.render.charts.summary import Chart, ChartType, LegendPos, Panel

Args = Mapping[str, Any]

TYPE_NAMES: dict[ChartType, str] = {
    "bar": "bar chart", "grouped_bar": "grouped bar chart", "stacked_bar": "stacked bar chart",
    "horizontal_bar": "horizontal bar chart", "line": "line chart", "multi_line": "line chart",
    "area": "area chart", "stacked_area": "stacked area chart", "scatter": "scatter plot", "bubble": "bubble chart",
    "pie": "pie chart", "donut": "donut chart", "histogram": "histogram", "box": "box plot",
    "violin": "violin plot", "heatmap": "heatmap", "radar": "radar chart", "waterfall": "waterfall chart",
    "candlestick": "candlestick chart", "error_bar": "error bar chart", "dual_axis": "dual-axis chart",
}  # fmt: skip

LEGEND_PLACES: dict[LegendPos, str] = {
    "upper_right": "at the upper right",
    "upper_left": "at the upper left",
    "right": "to the right of the plot",
    "bottom": "below the plot",
}
FIXED_SERIES: frozenset[ChartType] = frozenset({"waterfall", "candlestick", "histogram", "box", "violin"})
"""Types where the number of series says nothing."""


BARS: frozenset[ChartType] = frozenset({
    "bar", "grouped_bar", "stacked_bar", "horizontal_bar", "histogram", "waterfall", "error_bar",
})  # fmt: skip


def _panel(chart: Chart, args: Args) -> Panel:
    return chart.panels[args["panel"]]


def _count_series(chart: Chart, args: Args) -> Answer:
    """Series of a panel; slices of a pie, rows of a heatmap."""
    panel = _panel(chart, args)
    if panel.type in FIXED_SERIES or len(panel.series) < 2:
        raise Refused("too_few", "one series")
    return Answer(str(len(panel.series)), len(panel.series), "count")


def _count_points(chart: Chart, args: Args) -> Answer:
    """Marks of a series (of all when none is named): bars, markers, boxes, candles."""
    panel = _panel(chart, args)
    series = [s for s in panel.series if args.get("series") in (None, s.name)]
    if not series:
        raise KeyError(args["series"])
    if panel.type in BARS and any(p.y == 0 for s in series for p in s.points):
        raise Refused("not_visible", "a bar of no height")
    count = sum(len(s.points) for s in series)
    return Answer(str(count), count, "count")


def distinct_colours(panel: Panel) -> bool:
    """Whether all series can be told apart by colour (CIEDE2000) and by colour name."""
    named = [s for s in panel.series if s.colour_name]
    for i, a in enumerate(named):
        for b in named[i + 1 :]:
            if a.colour_name == b.colour_name or difference(a.colour, b.colour) < MIN_DIFFERENCE:
                return False
    return len(named) == len(panel.series)


def _colour_of(chart: Chart, args: Args) -> Answer:
    panel = _panel(chart, args)
    if not distinct_colours(panel):
        raise Refused("similar_colours")
    name = next((s.colour_name for s in panel.series if s.name == args["series"]), None)
    if name is None:
        raise KeyError(args["series"])
    return Answer(name, name, "word")


def _series_with_colour(chart: Chart, args: Args) -> Answer:
    panel = _panel(chart, args)
    if not distinct_colours(panel):
        raise Refused("similar_colours")
    if len(panel.series) < 2:
        raise Refused("too_few", "one series")
    found = [s.name for s in panel.series if s.colour_name == args["colour"]]
    if len(found) != 1:
        raise KeyError(args["colour"])
    return Answer(found[0], found[0], "series")


def _legend_position(chart: Chart, args: Args) -> Answer:
    place = _panel(chart, args).legend_pos
    if place not in LEGEND_PLACES:
        raise Refused("no_legend", place)
    return Answer(LEGEND_PLACES[place], place, "word")


def _axis_unit(chart: Chart, args: Args) -> Answer:
    axis = _panel(chart, args).axis(args["axis"])
    if not axis.unit:
        raise Refused("no_unit", axis.name)
    return Answer(axis.unit, axis.unit, "word")


def _chart_type(chart: Chart, args: Args) -> Answer:
    kind = _panel(chart, args).type
    return Answer(TYPE_NAMES[kind], kind, "word")


OPERATIONS: dict[str, Callable[[Chart, Args], Answer]] = {
    "count_series": _count_series, "count_points": _count_points, "colour_of": _colour_of,
    "series_with_colour": _series_with_colour, "legend_position": _legend_position, "axis_unit": _axis_unit,
    "chart_type": _chart_type,
}  # fmt: skip
