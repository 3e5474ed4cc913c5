"""From data to a chart summary: axes, colours, legend, markers and printed labels around given numbers.

Covered: bars, lines, areas, pies, radars and combined charts; points and statistics are in `assemble_points`. The
numbers are never changed here. Not covered: where numbers come from (`content`, `from_data`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmrecipes.render.charts import palettes
from mmrecipes.render.charts.axes import category_axis, log_axis, number, value_axis, year_axis
from mmrecipes.render.charts.palettes import Colour
from mmrecipes.render.charts.summary import (
    Axis,
    Chart,
    ChartType,
    LegendPos,
    LineStyle,
    Marker,
    Panel,
    Point,
    Series,
    Which,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What numbers measure and with how many decimals they are printed."""

    name: str
    unit: str
    decimals: int

    def text(self, v: float) -> str:
        """The value as a data label prints it."""
        return number(v, self.decimals) + ("%" if self.unit == "%" else "")


Row = tuple[str, Sequence[float]]
"""A series: its name and one value per category."""
MARKERS: tuple[Marker, ...] = ("circle", "square", "triangle", "diamond", "cross")
LINES: tuple[LineStyle, ...] = ("solid", "dashed", "dotted", "dash_dot")


def single(kind: ChartType, title: str, axes: Sequence[Axis], series: Sequence[Series], legend: LegendPos,
           rng: random.Random) -> Chart:  # fmt: skip
    """A chart of one panel; in one of five the legend lists the series in another order than they are drawn."""
    order = tuple(range(len(series)))
    if legend not in ("none", "direct") and len(series) > 1 and rng.random() < 0.2:
        order = tuple(reversed(order)) if rng.random() < 0.5 else tuple(rng.sample(order, len(order)))
    return Chart(kind, title, (Panel(kind, "", tuple(axes), tuple(series), legend, order),))


def legend_place(rng: random.Random, *, direct: bool = False, inside: bool = True) -> LegendPos:
    """One of the four places, or direct labels where the type has room for them."""
    places: list[LegendPos] = ["right", "bottom"]
    if inside:
        places.extend(("upper_right", "upper_left"))
    if direct:
        places.append("direct")
    return rng.choice(places)


def headroom(legend: LegendPos, series: int) -> float:
    """Free space that a legend inside the plot needs above the marks, as a share of the value span."""
    return 0.16 + 0.09 * series if legend in ("upper_right", "upper_left") else 0.0


def labelled(marks: int, rng: random.Random, most: int = 18, share: float = 0.4) -> bool:
    """Whether the chart prints data labels: only where they have room."""
    return rng.random() < share and marks <= most


def bars(kind: ChartType, title: str, category: str, names: Sequence[str], rows: Sequence[Row], q: Quantity,
         rng: random.Random, errors: Sequence[Sequence[float]] | None = None) -> Chart:  # fmt: skip
    """bar, grouped_bar, stacked_bar, horizontal_bar and error_bar: one value per category and series."""
    many, lying = len(rows) > 1, kind == "horizontal_bar"
    legend = legend_place(rng, inside=not lying) if many else "none"
    printed = labelled(len(rows) * len(names), rng, 14 if errors else 24, 0.25 if errors else 0.4)
    colours = palettes.pick(len(rows), rng)
    marker: Marker = "circle" if errors and rng.random() < 0.5 else "none"
    series = [
        Series(
            name, colour.hex, colour.name,
            tuple(
                Point(x, y, q.text(y) if printed else None, {"error": errors[k][i]} if errors else {})
                for i, (x, y) in enumerate(zip(names, values, strict=True))
            ),
            marker, "none", "x" if lying else "y",
        )
        for k, ((name, values), colour) in enumerate(zip(rows, colours, strict=True))
    ]  # fmt: skip
    reach = _reach(kind, rows, errors)
    extra = max(headroom(legend, len(rows)), 0.08 if printed else 0.0)
    values = value_axis("x" if lying else "y", q.name, q.unit, reach, rng, zero=marker == "none" or min(reach) < 0,
                        headroom=extra, minor=minor_shown(printed, rng))  # fmt: skip
    places = category_axis("y" if lying else "x", category, names)
    return single(kind, title, (values, places) if lying else (places, values), series, legend, rng)


def minor_shown(printed: bool, rng: random.Random) -> bool:
    """Minor ticks are rare beside printed values and usual without them."""
    return rng.random() < (0.15 if printed else 0.75)


def _reach(kind: ChartType, rows: Sequence[Row], errors: Sequence[Sequence[float]] | None) -> list[float]:
    if kind in ("stacked_bar", "stacked_area"):
        return [0.0, *(sum(column) for column in zip(*(v for _, v in rows), strict=True))]
    if errors:
        return [y + s * e for (_, v), es in zip(rows, errors, strict=True) for y, e in zip(v, es, strict=True)
                for s in (-1, 1)]  # fmt: skip
    return [y for _, v in rows for y in v]


def lines(kind: ChartType, title: str, x_name: str, xs: Sequence[str] | Sequence[float], rows: Sequence[Row],
          q: Quantity, rng: random.Random, *, log: bool = False) -> Chart:  # fmt: skip
    """line, multi_line, area and stacked_area over named or numeric x (years)."""
    many, filled = len(rows) > 1, "area" in kind
    legend = legend_place(rng, direct=not filled and len(rows) <= 4) if many else "none"
    printed = log or labelled(len(rows) * len(xs), rng, 14, 0.3)
    marker_mode = "none" if filled else rng.choice(("one", "one", "varied", "none"))
    dashed = not filled and many and rng.random() < 0.3
    first = rng.randrange(len(MARKERS))
    series = [
        Series(
            name, colour.hex, colour.name,
            tuple(Point(x, y, q.text(y) if printed else None) for x, y in zip(xs, values, strict=True)),
            _marker(marker_mode, first, k), LINES[k % len(LINES)] if dashed else "solid",
        )
        for k, ((name, values), colour) in enumerate(zip(rows, palettes.pick(len(rows), rng), strict=True))
    ]  # fmt: skip
    reach = _reach(kind, rows, None)
    if log:
        y_axis = log_axis("y", q.name, q.unit, reach)
    else:
        extra = max(headroom(legend, len(rows)), 0.08 if printed else 0.0)
        y_axis = value_axis("y", q.name, q.unit, reach, rng, zero=filled or rng.random() < 0.4, headroom=extra,
                            minor=minor_shown(printed, rng))  # fmt: skip
    return single(kind, title, (x_axis(x_name, xs, rng), y_axis), series, legend, rng)


def _marker(mode: str, first: int, k: int) -> Marker:
    return "none" if mode == "none" else MARKERS[(first + (k if mode == "varied" else 0)) % len(MARKERS)]


def x_axis(name: str, xs: Sequence[str] | Sequence[float], rng: random.Random) -> Axis:
    """Named places, or an axis of years or other numbers that includes every x."""
    names = [x for x in xs if isinstance(x, str)]
    if names:
        return category_axis("x", name, names)
    numbers = [float(x) for x in xs]
    if name.lower() == "year" and all(x == int(x) and 1000 < x < 3000 for x in numbers):
        return year_axis(name, numbers, rng)
    return value_axis("x", name, "", numbers, rng, zero=False)


def slices(kind: ChartType, title: str, names: Sequence[str], values: Sequence[float], q: Quantity,
           rng: random.Random) -> Chart:  # fmt: skip
    """pie and donut: one series per slice."""
    legend: LegendPos = rng.choice(("right", "bottom", "direct", "direct"))
    printed = rng.random() < 0.75
    colours = palettes.pick(len(names), rng)
    series = [
        Series(name, c.hex, c.name, (Point(name, y, q.text(y) if printed else None),), axis="radial")
        for name, y, c in zip(names, values, colours, strict=True)
    ]
    axis = Axis("radial", q.name, q.unit, "linear", 0.0, sum(values), ())
    return single(kind, title, (axis,), series, legend, rng)


def radar(title: str, spoke: str, names: Sequence[str], rows: Sequence[Row], q: Quantity, rng: random.Random) -> Chart:
    """A value per spoke and series."""
    legend: LegendPos = rng.choice(("right", "bottom")) if len(rows) > 1 else "none"
    markers = rng.random() < 0.6
    series = [
        Series(
            name, c.hex, c.name, tuple(Point(x, y) for x, y in zip(names, values, strict=True)),
            "circle" if markers else "none", "solid", "radial",
        )
        for (name, values), c in zip(rows, palettes.pick(len(rows), rng), strict=True)
    ]  # fmt: skip
    reach = [y for _, v in rows for y in v]
    axis = value_axis("radial", q.name, q.unit, reach, rng, zero=True, minor=False, intervals=rng.randint(4, 6))
    return single("radar", title, (category_axis("x", spoke, names), axis), series, legend, rng)


def waterfall(title: str, category: str, opening: Row, changes: Sequence[tuple[str, float]], closing: str, q: Quantity,
              rng: random.Random) -> Chart:  # fmt: skip
    """An opening total, signed changes, and the closing total they add up to."""
    rise, fall = rng.choice(palettes.RISE_FALL)
    total = _third(rise, fall, rng)
    printed = rng.random() < 0.7
    kinds: dict[str, list[Point]] = {"Increase": [], "Decrease": [], "Total": []}
    level = float(opening[1][0])
    kinds["Total"].append(_step(opening[0], 0.0, level, q, printed, total=True))
    reach = [0.0, level]
    for name, change in changes:
        following = round(level + change, q.decimals + 3)
        kinds["Increase" if change > 0 else "Decrease"].append(_step(name, level, following, q, printed))
        level = following
        reach.append(level)
    kinds["Total"].append(_step(closing, 0.0, level, q, printed, total=True))
    names = [opening[0], *(n for n, _ in changes), closing]
    series = [Series(k, c.hex, c.name, tuple(kinds[k])) for k, c in zip(kinds, (rise, fall, total), strict=True)]
    legend = legend_place(rng)
    y_axis = value_axis("y", q.name, q.unit, reach, rng, zero=True, minor=minor_shown(printed, rng),
                        headroom=max(headroom(legend, 3), 0.08))  # fmt: skip
    return single("waterfall", title, (category_axis("x", category, names), y_axis), series, legend, rng)


def _third(rise: Colour, fall: Colour, rng: random.Random) -> Colour:
    return palettes.pick(1, rng, rise, fall)[0]


def _step(name: str, start: float, end: float, q: Quantity, printed: bool, *, total: bool = False) -> Point:
    y = round(end - start, q.decimals + 3)
    text = q.text(y) if total or y < 0 else f"+{q.text(y)}"
    return Point(name, y, text if printed else None, {"start": start, "end": end})


def candles(title: str, x_name: str, dates: Sequence[str], quotes: Sequence[tuple[float, float, float, float]],
            q: Quantity, rng: random.Random) -> Chart:  # fmt: skip
    """Open, high, low and close per date."""
    rise, fall = rng.choice(palettes.RISE_FALL)
    kinds: dict[str, list[Point]] = {"Up": [], "Down": []}
    for date, (first, high, low, last) in zip(dates, quotes, strict=True):
        extra = {"open": first, "high": high, "low": low}
        kinds["Up" if last >= first else "Down"].append(Point(date, last, None, extra))
    series = [Series(k, c.hex, c.name, tuple(kinds[k])) for k, c in zip(kinds, (rise, fall), strict=True)]
    legend = legend_place(rng)
    reach = [v for quote in quotes for v in quote]
    y_axis = value_axis("y", q.name, q.unit, reach, rng, zero=False, headroom=headroom(legend, 2))
    return single("candlestick", title, (category_axis("x", x_name, dates), y_axis), series, legend, rng)


def dual(title: str, x_name: str, xs: Sequence[str], left: tuple[Quantity, Sequence[float]],
         right: tuple[Quantity, Sequence[float]], rng: random.Random) -> Chart:  # fmt: skip
    """Two quantities with an axis each over the same categories."""
    (ql, vl), (qr, vr) = left, right
    cl, cr = palettes.pick(2, rng)
    as_bars = rng.random() < 0.6 and min(vl) >= 0
    legend = legend_place(rng)
    extra = headroom(legend, 2)
    first = _dual_series(ql, cl, xs, vl, "y", as_bars, rng)
    second = _dual_series(qr, cr, xs, vr, "y2", False, rng)
    intervals = rng.randint(4, 7)
    axes = (
        category_axis("x", x_name, xs),
        value_axis("y", ql.name, ql.unit, vl, rng, zero=as_bars, headroom=extra, intervals=intervals),
        value_axis("y2", qr.name, qr.unit, vr, rng, zero=rng.random() < 0.3, headroom=extra, intervals=intervals),
    )
    return single("dual_axis", title, axes, (first, second), legend, rng)


def _dual_series(q: Quantity, c: Colour, xs: Sequence[str], values: Sequence[float], axis: Which, as_bars: bool,
                 rng: random.Random) -> Series:  # fmt: skip
    printed = labelled(len(xs), rng, 8, 0.25)
    points = tuple(Point(x, y, q.text(y) if printed else None) for x, y in zip(xs, values, strict=True))
    marker: Marker = "none" if as_bars else rng.choice(MARKERS[:4])
    return Series(q.name, c.hex, c.name, points, marker, "none" if as_bars else "solid", axis)


def composite(title: str, charts: Sequence[Chart], rng: random.Random) -> Chart:
    """Two charts of one panel each, side by side or one above the other; their titles become panel titles."""
    panels = tuple(replace(c.panels[0], title=c.title) for c in charts)
    return Chart("composite", title, panels, rng.choice(("side_by_side", "side_by_side", "stacked")))
