"""From data to a chart summary, for scattered points, distributions and matrices (see `assemble`)."""

from __future__ import annotations

import bisect
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.render.charts import palettes
from mmrecipes.render.charts.assemble import (
    MARKERS,
    Quantity,
    headroom,
    labelled,
    legend_place,
    minor_shown,
    single,
)
from mmrecipes.render.charts.axes import category_axis, clean, value_axis
from mmrecipes.render.charts.summary import Axis, Chart, ChartType, Point, Series

DENSITY_STEPS = 25


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a scatter plot; a bubble has a size and may bear a name."""

    x: float
    y: float
    size: float | None = None
    name: str | None = None


def scatter(kind: ChartType, title: str, qx: Quantity, qy: Quantity, groups: Sequence[tuple[str, Sequence[Dot]]],
            rng: random.Random) -> Chart:  # fmt: skip
    """scatter and bubble: one series per group."""
    legend = legend_place(rng) if len(groups) > 1 else "none"
    varied = rng.random() < 0.4
    first = rng.randrange(len(MARKERS))
    series = [
        Series(
            name, c.hex, c.name,
            tuple(Point(d.x, d.y, d.name, {} if d.size is None else {"size": d.size}) for d in dots),
            "circle" if kind == "bubble" else MARKERS[(first + (k if varied else 0)) % len(MARKERS)],
        )
        for k, ((name, dots), c) in enumerate(zip(groups, palettes.pick(len(groups), rng), strict=True))
    ]  # fmt: skip
    margin = 0.12 if kind == "bubble" else 0.04
    xs, ys = (
        _widened([d.x for _, g in groups for d in g], margin),
        _widened([d.y for _, g in groups for d in g], margin),
    )
    axes = (
        value_axis("x", qx.name, qx.unit, xs, rng, zero=rng.random() < 0.25),
        value_axis("y", qy.name, qy.unit, ys, rng, zero=rng.random() < 0.25, headroom=headroom(legend, len(groups))),
    )
    return single(kind, title, axes, series, legend, rng)


def _widened(values: Sequence[float], share: float) -> list[float]:
    """The two ends of the values, moved apart so that no mark lies on the frame; never across zero."""
    low, high = min(values), max(values)
    margin = share * (high - low)
    return [max(0.0, low - margin) if low >= 0 else low - margin, high + margin]


def histogram(title: str, q: Quantity, edges: Sequence[float], counts: Sequence[int], count_name: str,
              rng: random.Random) -> Chart:  # fmt: skip
    """A bar per bin; bin i runs from edges[i] to edges[i + 1]."""
    colour = palettes.pick(1, rng)[0]
    printed = labelled(len(counts), rng, 14)
    points = tuple(
        Point(clean((left + right) / 2), float(n), str(n) if printed else None, {"left": left, "right": right})
        for left, right, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )
    step = 1 if len(counts) <= 10 else 2
    ticks = tuple((e, q.text(e)) for e in edges[::step])
    x_axis = Axis("x", q.name, q.unit, "linear", edges[0], edges[-1], ticks)
    y_axis = value_axis("y", count_name, "", [float(n) for n in counts], rng, zero=True, headroom=0.06,
                        minor=minor_shown(printed, rng))  # fmt: skip
    return single("histogram", title, (x_axis, y_axis), [Series(q.name, colour.hex, colour.name, points)], "none", rng)


def bin_counts(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many values lie in each bin [edge, next edge); the last bin includes its right edge."""
    counts = [0] * (len(edges) - 1)
    for v in values:
        counts[min(bisect.bisect_right(edges, v) - 1, len(counts) - 1)] += 1
    return counts


def boxes(kind: ChartType, title: str, category: str, samples: Sequence[tuple[str, Sequence[float]]], q: Quantity,
          rng: random.Random) -> Chart:  # fmt: skip
    """box and violin: the five numbers of each sample (Tukey's whiskers for boxes, the extremes for violins)."""
    colour = palettes.pick(1, rng)[0]
    make = box_point if kind == "box" else violin_point
    points = tuple(make(name, values) for name, values in samples)
    reach = [v for p in points for k, v in p.extra.items() if not k.startswith("d")]
    y_axis = value_axis("y", q.name, q.unit, _widened(reach, 0.04), rng, zero=rng.random() < 0.25,
                        minor=minor_shown(False, rng))  # fmt: skip
    axes = (category_axis("x", category, [n for n, _ in samples]), y_axis)
    return single(kind, title, axes, [Series(q.name, colour.hex, colour.name, points)], "none", rng)


def box_point(name: str, values: Sequence[float]) -> Point:
    """Median, quartiles, whiskers to the last value within 1.5 quartile ranges, outliers beyond (Tukey 1977)."""
    ordered = sorted(values)
    q1, median, q3 = (quantile(ordered, p) for p in (0.25, 0.5, 0.75))
    reach = 1.5 * (q3 - q1)
    inside = [v for v in ordered if q1 - reach <= v <= q3 + reach]
    outside = [v for v in ordered if not q1 - reach <= v <= q3 + reach]
    extra = {"low": min(inside[0], q1), "q1": q1, "q3": q3, "high": max(inside[-1], q3)}
    return Point(name, median, None, extra | {f"outlier{i}": v for i, v in enumerate(outside)})


def violin_point(name: str, values: Sequence[float]) -> Point:
    """Median, quartiles, extremes and the Gaussian kernel density with Silverman's bandwidth."""
    ordered = sorted(values)
    q1, median, q3 = (quantile(ordered, p) for p in (0.25, 0.5, 0.75))
    low, high = ordered[0], ordered[-1]
    mean = math.fsum(ordered) / len(ordered)
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in ordered) / len(ordered))
    width = 0.9 * min(deviation, (q3 - q1) / 1.34 or deviation) * len(ordered) ** -0.2 or 1.0
    steps = [low + (high - low) * i / (DENSITY_STEPS - 1) for i in range(DENSITY_STEPS)]
    density = [math.fsum(math.exp(-(((s - v) / width) ** 2) / 2) for v in ordered) for s in steps]
    peak = max(density)
    shape = {f"d{i:02d}": round(d / peak, 4) for i, d in enumerate(density)}
    return Point(name, median, None, {"low": low, "q1": q1, "q3": q3, "high": high} | shape)


def quantile(ordered: Sequence[float], p: float) -> float:
    """Linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    place = p * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return clean(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def heatmap(title: str, row_name: str, rows: Sequence[str], column_name: str, columns: Sequence[str],
            matrix: Sequence[Sequence[float]], q: Quantity, rng: random.Random) -> Chart:  # fmt: skip
    """A cell per row and column; values printed in most."""
    printed = labelled(len(rows) * len(columns), rng, 60, 0.85)
    series = [
        Series(name, "#000000", "", tuple(
            Point(x, y, q.text(y) if printed else None, {"column": float(j)})
            for j, (x, y) in enumerate(zip(columns, values, strict=True))
        ), axis="colour")
        for name, values in zip(rows, matrix, strict=True)
    ]  # fmt: skip
    reach = [v for values in matrix for v in values]
    axes = (
        category_axis("x", column_name, columns),
        category_axis("y", row_name, rows),
        value_axis("colour", q.name, q.unit, reach, rng, zero=False, minor=False, intervals=5),
    )
    return single("heatmap", title, axes, series, "none", rng)
