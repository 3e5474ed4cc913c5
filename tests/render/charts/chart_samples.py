"""Small charts of every type with hand-written numbers, and plain ways to read a picture. Not a test module."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import get_args

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.style import Style, style_for
from mmrecipes.render.charts.summary import Axis, Chart, ChartType, LegendPos, Panel, Point, Series

TYPES: tuple[ChartType, ...] = get_args(ChartType)
COLOURS = ("#1f77b4", "#d95f02", "#2ca02c", "#9467bd")
NAMES = ("North", "South", "East", "West")


def categories(which: str, *names: str) -> Axis:
    ticks = tuple((float(i), n) for i, n in enumerate(names))
    return Axis(which, "Region", "", "category", -0.5, len(names) - 0.5, ticks)  # type: ignore[arg-type]


def values(which: str, top: float = 100.0, low: float = 0.0, unit: str = "kg") -> Axis:
    step = (top - low) / 5
    ticks = tuple((low + step * i, f"{low + step * i:.0f}") for i in range(6))
    return Axis(which, "Harvest", unit, "linear", low, top, ticks, step / 2)  # type: ignore[arg-type]


def series(k: int, ys: list[float], *, label: bool = False, marker: str = "none", line: str = "none", axis: str = "y",
           names: tuple[str, ...] = NAMES) -> Series:  # fmt: skip
    points = tuple(Point(n, y, f"{y:.0f}" if label else None) for n, y in zip(names, ys, strict=False))
    return Series(f"Crop {'ABCD'[k]}", COLOURS[k], "", points, marker, line, axis)  # type: ignore[arg-type]


def single(kind: ChartType, axes: tuple[Axis, ...], rows: tuple[Series, ...], legend: LegendPos = "none") -> Chart:
    return Chart(kind, f"A chart of type {kind.replace('_', ' ')}", (Panel(kind, "", axes, rows, legend),))


def chart_of(kind: ChartType) -> Chart:
    """The sample chart of a type."""
    x, y = categories("x", *NAMES), values("y")
    a, b, c = [40.0, 70.0, 25.0, 55.0], [30.0, 45.0, 60.0, 20.0], [15.0, 35.0, 50.0, 65.0]
    if kind in ("pie", "donut"):
        cuts = tuple(
            replace(series(k, [v], label=True, axis="radial", names=(n,)), name=n)
            for k, (n, v) in enumerate(zip(NAMES, (40.0, 25.0, 20.0, 15.0), strict=True))
        )
        return single(kind, (Axis("radial", "Share", "%", "linear", 0.0, 100.0, ()),), cuts, "direct")
    if kind == "radar":
        return single(kind, (x, values("radial")), (series(0, a, marker="circle", line="solid", axis="radial"),))
    if kind == "heatmap":
        rows = tuple(
            replace(series(k, ys, label=True, axis="colour"), name=n)
            for k, (n, ys) in enumerate(zip(("2021", "2022", "2023"), (a, b, c), strict=True))
        )
        return single(kind, (x, categories("y", "2021", "2022", "2023"), values("colour")), rows)
    if kind == "composite":
        left, right = chart_of("bar").panels[0], chart_of("line").panels[0]
        panels = (replace(left, title="Last year"), replace(right, title="This year"))
        return Chart(kind, "Two years of harvest", panels, "side_by_side")
    if kind in ("scatter", "bubble"):
        return _dots(kind)
    if kind in ("histogram", "box", "violin", "candlestick", "waterfall"):
        return _statistics(kind)
    if kind == "horizontal_bar":
        return single(kind, (values("x"), categories("y", *NAMES)), (series(0, a, label=True, axis="x"),))
    if kind == "dual_axis":
        second = series(1, b, marker="circle", line="solid", axis="y2")
        return single(kind, (x, y, values("y2", 80.0, unit="EUR")), (series(0, a), second), "right")
    if kind == "error_bar":
        s = series(0, a)
        return single(kind, (x, y), (replace(s, points=tuple(replace(p, extra={"error": 6.0}) for p in s.points)),))
    rows = (series(0, a), series(1, b), series(2, [10.0, 20.0, 15.0, 28.0]))
    if kind in ("bar", "line", "area"):
        one = series(0, a, label=kind == "bar", line="none" if kind == "bar" else "solid",
                     marker="circle" if kind == "line" else "none")  # fmt: skip
        return single(kind, (x, y), (one,))
    if kind in ("multi_line", "stacked_area"):
        marker = "square" if kind == "multi_line" else "none"
        rows = tuple(replace(s, line_style="solid", marker=marker) for s in rows)
    if "stacked" in kind:
        y = values("y", 200.0)
    return single(kind, (x, y), rows, {"grouped_bar": "right", "stacked_bar": "upper_right"}.get(kind, "bottom"))  # type: ignore[arg-type]


def _dots(kind: ChartType) -> Chart:
    places = ((12.0, 20.0, 9.0), (35.0, 52.0, 30.0), (60.0, 40.0, 4.0), (78.0, 75.0, 16.0))
    points = tuple(Point(x, y, None, {"size": z} if kind == "bubble" else {}) for x, y, z in places)
    s = Series("Farms", COLOURS[0], "blue", points, "circle")
    return single(kind, (values("x", unit="ha"), values("y")), (s,))


def _statistics(kind: ChartType) -> Chart:
    x, y = categories("x", *NAMES), values("y")
    if kind == "histogram":
        bins = tuple(Point(10.0 + 20 * i, n, None, {"left": 20.0 * i, "right": 20.0 * (i + 1)})
                     for i, n in enumerate((12.0, 60.0, 88.0, 31.0, 7.0)))  # fmt: skip
        return single(kind, (values("x"), y), (Series("Weight", COLOURS[2], "green", bins),))
    if kind == "waterfall":
        steps = (("Total", 0.0, 60.0), ("Increase", 60.0, 85.0), ("Decrease", 85.0, 50.0), ("Total", 0.0, 50.0))
        rows = tuple(
            Series(name, COLOURS[k], "", tuple(Point(NAMES[i], e - s, None, {"start": s, "end": e})
                                               for i, (n, s, e) in enumerate(steps) if n == name))
            for k, name in enumerate(("Increase", "Decrease", "Total"))
        )  # fmt: skip
        return single(kind, (x, y), rows, "upper_right")
    if kind == "candlestick":
        quotes = (
            (40.0, 55.0, 35.0, 50.0),
            (50.0, 62.0, 45.0, 60.0),
            (60.0, 64.0, 38.0, 42.0),
            (42.0, 58.0, 40.0, 57.0),
        )
        rows = tuple(
            Series(name, COLOURS[k], "", tuple(Point(NAMES[i], c, None, {"open": o, "high": h, "low": low})
                                               for i, (o, h, low, c) in enumerate(quotes) if (c >= o) == (k == 0)))
            for k, name in enumerate(("Up", "Down"))
        )  # fmt: skip
        return single(kind, (x, y), rows, "right")
    points = []
    for i, m in enumerate((40.0, 55.0, 30.0, 62.0)):
        extra = {"low": m - 20, "q1": m - 8, "q3": m + 12, "high": m + 25}
        if kind == "box":
            extra["outlier0"] = 97.0 if i == 0 else 3.0
        else:
            extra |= {f"d{n:02d}": 1.0 - abs(n - 12) / 13 for n in range(25)}
        points.append(Point(NAMES[i], m, None, extra))
    return single(kind, (x, y), (Series("Yield", COLOURS[0], "blue", tuple(points)),))


def plain_style(chart: Chart, preset_index: int = 0, **changes: object) -> Style:
    """A style without rounded bars, edges and hatches, so that colours and edges can be read off the pixels."""
    style = style_for(chart, preset_index, random.Random(7 + preset_index))
    calm: dict[str, object] = {"bar_radius": 0.0, "bar_edge": "none", "hatch": False, "tick_rotation": 0}
    return replace(style, **(calm | changes))  # type: ignore[arg-type]


def rgb(colour: str) -> npt.NDArray[np.int64]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def cut(pixels: npt.NDArray[np.uint8], box: Box, margin: float = 0.0) -> npt.NDArray[np.int64]:
    """Pixels whose centres lie in a box, grown by `margin`."""
    x0, y0, x1, y1 = box
    rows = slice(max(0, round(y0 - margin)), max(0, round(y1 + margin)))
    return pixels[rows, max(0, round(x0 - margin)) : max(0, round(x1 + margin))].astype(np.int64)


def near(pixels: npt.NDArray[np.int64], colour: str, tolerance: int = 30) -> npt.NDArray[np.bool_]:
    """Where pixels have about this colour."""
    return np.abs(pixels - rgb(colour)).max(axis=-1) <= tolerance
