"""The chart summary: everything a chart says. Drawing, questions and answers all see only this object.

Covered: the schema and its JSON form (source: Qianfan-VL report, section 3.2, chart understanding: structured
summary of visual and numeric facts). Not covered: fonts, grid lines and other looks that carry no facts.

How each type is read (content makes it so, drawing and questions rely on it):

- `Axis.which` is the place: `x` horizontal, `y` left, `y2` right. `Series.axis` is the axis its values are read on.
  A category axis runs from -0.5 to n - 0.5 with ticks (i, name); `Point.x` is then the name. Line, area and stacked
  area have a category axis (months) or a numeric one (years).
- bar, grouped_bar, stacked_bar: x categories, y values. Stacks grow in series order; their values are positive.
- horizontal_bar: one to three series side by side; the categories are on `y`, first one at the TOP; values on `x`.
- error_bar: like (grouped) bars when the marker is `none`, else markers only; whiskers reach y ± `error`.
- scatter, bubble: numeric axes, one series per group, no line; a bubble's area is proportional to `size`, its label
  (if any) is the name of what it stands for.
- pie, donut: ONE SERIES PER SLICE, each with one point (x = series name), clockwise from twelve o'clock; the `radial`
  axis names the measure and is not drawn. `legend_pos` `direct` prints the names beside the slices.
- histogram: one series, a point per bin: x its middle, y the count, `left` and `right` its edges.
- box: one series, a point per category; y the median, `low` and `high` the whisker ends, `outlier0`, `outlier1`… .
- violin: as box without outliers; `low`, `high` the ends of the data, `d00`…`d24` the density at 25 even steps from
  low to high (largest = 1).
- heatmap: one series per row (first at the TOP), a point per column; axes x, y (categories) and `colour`. The series
  have no colour of their own (`colour_name` is empty).
- radar: axes x (the spokes, clockwise from twelve o'clock) and `radial`.
- waterfall: three series Increase, Decrease, Total; every bar is a point of one of them, from `start` to `end`; y is
  end - start (a total starts at 0). The x axis has all categories.
- candlestick: two series, Up (close >= open) and Down; x is a category axis with all dates in order.
- dual_axis: series 0 on `y`, drawn as bars when its line style is `none`, else as a line; series 1 on `y2`, a line.
- composite: two panels of the types above, each with its own title.
- On a log axis bars and areas start at the axis minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ChartType = Literal[
    "bar", "grouped_bar", "stacked_bar", "horizontal_bar", "line", "multi_line", "area", "stacked_area",
    "scatter", "bubble", "pie", "donut", "histogram", "box", "violin", "heatmap", "radar", "waterfall",
    "candlestick", "error_bar", "dual_axis", "composite",
]  # fmt: skip
Scale = Literal["linear", "log", "category"]
Which = Literal["x", "y", "y2", "radial", "colour"]
LegendPos = Literal["none", "upper_right", "upper_left", "right", "bottom", "direct"]
"""`right` and `bottom` lie outside the plot area; `direct` labels each series at its end."""
Marker = Literal["none", "circle", "square", "triangle", "diamond", "cross"]
LineStyle = Literal["none", "solid", "dashed", "dotted", "dash_dot"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis. `ticks` are pairs (value, printed label); on a category axis values are 0, 1, 2…"""

    which: Which
    name: str
    unit: str
    scale: Scale
    min: float
    max: float
    ticks: tuple[tuple[float, str], ...]
    minor_step: float = 0.0
    """Distance between minor ticks in axis units; 0 when the axis shows none."""
    given: bool = False
    """Whether the name is a user's heading, which texts quote as it is printed."""


@dataclass(frozen=True, slots=True)
class Point:
    """One datum. `x` is a category name or a number. `label` is the printed data label, or None.

    `extra` holds what the type adds: box (low, q1, q3, high; y is the median), candlestick (open, high, low;
    y is the close), bubble (size), error_bar (error), histogram (left, right), violin (q1, q3), heatmap (column
    index), waterfall (start, end).
    """

    x: float | str
    y: float
    label: str | None = None
    extra: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """Data drawn alike. `colour` is #rrggbb, `colour_name` the plain word for it, unique in the chart."""

    name: str
    colour: str
    colour_name: str
    points: tuple[Point, ...]
    marker: Marker = "none"
    line_style: LineStyle = "none"
    axis: Which = "y"


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot. For pie, donut, radar and heatmap see the type's drawing function for how series are read."""

    type: ChartType
    title: str
    axes: tuple[Axis, ...]
    series: tuple[Series, ...]
    legend_pos: LegendPos
    legend_order: tuple[int, ...] = ()
    """Series indices in the order the legend lists them; empty means drawing order."""

    def axis(self, which: Which) -> Axis:
        return next(a for a in self.axes if a.which == which)


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole figure: one panel, or two for `composite`."""

    type: ChartType
    title: str
    panels: tuple[Panel, ...]
    layout: Literal["single", "side_by_side", "stacked"] = "single"
    annotations: tuple[str, ...] = ()
    language: str = "en"
    """Of its texts; numbers are printed as in English in all of them."""

    def to_json(self) -> dict[str, Any]:
        """A JSON value with everything in the summary; `chart_from_json` is the inverse."""
        return {
            "type": self.type, "title": self.title, "layout": self.layout, "annotations": list(self.annotations),
            "panels": [_panel_json(p) for p in self.panels],
            **({} if self.language == "en" else {"language": self.language}),
        }  # fmt: skip


def _panel_json(panel: Panel) -> dict[str, Any]:
    return {
        "type": panel.type, "title": panel.title, "legend_pos": panel.legend_pos,
        "legend_order": list(panel.legend_order),
        "axes": [
            {"which": a.which, "name": a.name, "unit": a.unit, "scale": a.scale, "min": a.min, "max": a.max,
             "ticks": [[v, t] for v, t in a.ticks], "minor_step": a.minor_step, **({"given": True} if a.given else {})}
            for a in panel.axes
        ],
        "series": [
            {"name": s.name, "colour": s.colour, "colour_name": s.colour_name, "marker": s.marker,
             "line_style": s.line_style, "axis": s.axis,
             "points": [{"x": p.x, "y": p.y, "label": p.label, "extra": dict(p.extra)} for p in s.points]}
            for s in panel.series
        ],
    }  # fmt: skip


def chart_from_json(value: Mapping[str, Any]) -> Chart:
    """The chart a JSON value of `Chart.to_json` describes. Raises `KeyError` or `TypeError` for other values."""
    panels = tuple(_panel(p) for p in value["panels"])
    language = value.get("language", "en")
    return Chart(value["type"], value["title"], panels, value["layout"], tuple(value["annotations"]), language)


def _panel(value: Mapping[str, Any]) -> Panel:
    axes = tuple(Axis(**{**a, "ticks": tuple((v, t) for v, t in a["ticks"])}) for a in value["axes"])
    series = tuple(Series(**{**s, "points": tuple(Point(**p) for p in s["points"])}) for s in value["series"])
    return Panel(value["type"], value["title"], axes, series, value["legend_pos"], tuple(value["legend_order"]))
