"""The chart summary: everything a chart says. Drawing, questions and answers all see only this object.

Covered: the schema and its JSON form (source: Qianfan-VL report, section 3.2, chart understanding: structured
summary of visual and numeric facts). Not covered: fonts, grid lines and other looks that carry no facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
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

    def to_json(self) -> dict[str, Any]:
        """A JSON value with everything in the summary."""
        return asdict(self)
