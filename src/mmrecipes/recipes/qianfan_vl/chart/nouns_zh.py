"""What the things of a chart are called in Chinese (see `nouns`): measures, categories, series, axes, quantities.

Everything is derived from the chart summary alone. Covered: the charts of `content_local` (one panel).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.render.charts.answers import Query
from mmrecipes.render.charts.summary import Axis, ChartType, Panel
from mmrecipes.render.charts.tracks import Key, View, key_axis

Args = Mapping[str, Any]
_MARKS: dict[ChartType, str] = {
    "bar": "柱子", "grouped_bar": "柱子", "stacked_bar": "柱段", "horizontal_bar": "条形", "line": "折线",
    "multi_line": "折线", "area": "区域", "stacked_area": "区域", "scatter": "点", "pie": "扇形", "donut": "扇形",
    "histogram": "柱子", "box": "箱体", "violin": "小提琴形", "radar": "折线", "error_bar": "误差棒",
    "heatmap": "格子", "dual_axis": "系列",
}  # fmt: skip
_FIELDS = {"q1": "下四分位数", "q3": "上四分位数", "low": "下须端点", "high": "上须端点"}
AGGREGATES = {"mean": "平均", "max": "最高", "min": "最低", "sum": "总", "median": "中位"}
"""What stands before an aggregated measure."""


def quantity(text: str, unit: str) -> str:
    """A printed number with its unit: 45%, 12千元, 31.5°C, 3个百分点."""
    return f"{text} {unit}" if re.match(r"[A-Za-z]", unit) else f"{text}{unit}"


def category(panel: Panel) -> str:
    """What one item is: 城市, 年份, 季度, 区间."""
    if panel.type in ("histogram", "pie", "donut", "scatter"):
        return {"histogram": "区间", "scatter": "点"}.get(panel.type, "部分")
    axis = key_axis(panel)
    if axis is None or axis.name:
        return axis.name if axis else "类别"
    return "季度" if "季" in axis.ticks[0][1] else "年份"


def series_noun(panel: Panel) -> str:
    """What one series is: 部分, 系列, the name of a heatmap's rows."""
    if panel.type == "heatmap":
        return panel.axis("y").name or "行"
    return "部分" if panel.type in ("pie", "donut") else "系列"


def mark(panel: Panel) -> str:
    """What one drawn thing is: 柱子, 点."""
    return _MARKS[panel.type]


def measure(view: View, panel: int, series: str | None, field: str = "y") -> str:
    """What a series' values measure: 销售额, 分数的中位数."""
    summary = view.chart.panels[panel]
    tracks = view.tracks(panel)
    track = view.track(panel, series) if series is not None or len(tracks) == 1 else tracks[0]
    axis = summary.axis("x") if field == "x" else track.axis
    if track.type in ("box", "violin"):
        return f"{axis.name}的{'中位数' if field == 'y' else _FIELDS[field]}"
    return axis.name


def of_series(view: View, panel: int, name: str | None) -> str:
    """A series before its measure: 台灯的; empty where there is one, or it is named after the measure."""
    if name is None or len(view.tracks(panel)) == 1 or view.chart.panels[panel].type == "dual_axis":
        return ""
    return f"{name}的"


def measure_of(view: View, panel: int, series: str | None) -> str:
    """A measure with its series: 台灯的销售额."""
    return of_series(view, panel, series) + measure(view, panel, series)


def item_name(view: View, panel: int, key: Key) -> str:
    """An item in a sentence; a year with its word, a bin by its edges."""
    name = nouns.item_name(view, panel, key)
    return name.replace(" to ", "至") if view.chart.panels[panel].type == "histogram" else with_year(name)


def with_year(text: str) -> str:
    """A printed name as a sentence says it: 2019年."""
    return f"{text}年" if re.fullmatch(r"(19|20)\d\d", text) else text


def phrase(view: View, query: Query | Args) -> str:
    """A numeric query as a noun phrase: 台灯在2019年的销售额, 各城市的平均气温."""
    op, args = nouns.of_args(query)
    panel, name = args["panel"], args.get("series")
    m = ("" if op == "value" else AGGREGATES[op]) + measure(view, panel, name, args.get("field", "y"))
    x = item_name(view, panel, args["x"]) if "x" in args else ""
    series = of_series(view, panel, name).removesuffix("的")
    if x and series:
        return f"{series}在{x}的{m}"
    return f"{x or series}的{m}" if x or series else m


def axis_noun(panel: Panel, axis: Axis) -> str:
    """How a question points to an axis."""
    if axis.which == "colour":
        return "色标"
    if any(a.which == "y2" for a in panel.axes) and axis.which in ("y", "y2"):
        return "左侧纵轴" if axis.which == "y" else "右侧纵轴"
    return "横轴" if axis.which == "x" else "纵轴"
