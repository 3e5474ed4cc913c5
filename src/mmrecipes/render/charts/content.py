"""Random charts of all 22 types with believable data.

Covered: `random_chart`, one type after the other so that all are equally frequent; titles, entities, measures and
units from `vocabulary`, numbers from `values`, axes and colours from `assemble`. Not covered: drawing, questions,
the user's own data (`from_data`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import get_args

from mmrecipes.core.identity import turn
from mmrecipes.render.charts import assemble, values
from mmrecipes.render.charts.content_bars import bar_chart, error_chart, grouped_chart, slices_chart, waterfall_chart
from mmrecipes.render.charts.content_common import entities_of, inline, quantity_of, subject
from mmrecipes.render.charts.content_lines import candles_chart, dual_chart, line_chart
from mmrecipes.render.charts.content_points import (
    boxes_chart,
    heatmap_chart,
    histogram_chart,
    radar_chart,
    scatter_chart,
)
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import (
    DOMAINS,
    time_entities,
)

TYPES: tuple[ChartType, ...] = get_args(ChartType)


def random_chart(rng: random.Random, index: int, *, kind: ChartType | None = None) -> Chart:
    """The chart at this index: its type by turns over all 22 (or `kind`), everything else from `rng`."""
    chosen = kind or TYPES[turn(index, len(TYPES), "chart type")]
    return _MAKERS[chosen](chosen, rng)


_PANEL_TYPES: tuple[ChartType, ...] = (
    "bar",
    "line",
    "horizontal_bar",
    "grouped_bar",
    "multi_line",
    "scatter",
    "histogram",
    "box",
    "area",
)


def _composite(kind: ChartType, rng: random.Random) -> Chart:
    """Two panels of one quantity for two places or times (comparable), or of two different kinds."""
    if rng.random() < 0.65:
        return _twins(rng)
    kinds = rng.sample(_PANEL_TYPES, 2)
    charts = [random_chart(rng, 0, kind=k) for k in kinds]
    while charts[0].title == charts[1].title:
        charts[1] = random_chart(rng, 0, kind=kinds[1])
    heading = rng.choice(("Overview", "Key figures", "Summary", "At a glance", "Two indicators", "Monitoring report"))
    owner = rng.choice(rng.choice(DOMAINS).owners or ("",))
    return assemble.composite(f"{heading}, {owner}" if owner and rng.random() < 0.6 else heading, charts, rng)


def _twins(rng: random.Random) -> Chart:
    kind: ChartType = rng.choice(("bar", "line", "bar", "horizontal_bar", "area"))
    timely = kind in ("line", "area") or rng.random() < 0.4
    domain, m = subject(rng, *(("amount",) if kind == "area" else ()), timely=timely)
    names = time_entities(rng, 4, 8, m.name) if timely else entities_of(domain, rng, rng.randint(3, 6))
    year = rng.randint(2008, 2022)
    others = [e for e in domain.entities if e.axis != names.axis and len(e.names) >= 2]
    if others and (timely or rng.random() < 0.5):
        pair: Sequence[str] = rng.sample(rng.choice(others).names, 2)
    else:
        pair = (str(year), str(year + rng.randint(1, 4)))
    title = f"{m.name} by {inline(names.axis)}"
    charts = []
    shared = values.centre(m, rng)
    for name in pair:
        level = values.near(m, shared, rng, 0.25)
        made = (
            values.over_time(m, len(names.names), rng, yearly=names.axis == "Month", middle=level)
            if timely
            else values.across(m, len(names.names), rng, middle=level)
        )
        row = [(m.name, made)]
        q = quantity_of(m)
        if kind in ("line", "area"):
            charts.append(assemble.lines(kind, name, names.axis, names.names, row, q, rng))
        else:
            charts.append(assemble.bars(kind, name, names.axis, names.names, row, q, rng))
    return assemble.composite(title, charts, rng)


_MAKERS: dict[ChartType, Callable[[ChartType, random.Random], Chart]] = {
    "bar": bar_chart,
    "grouped_bar": grouped_chart,
    "stacked_bar": grouped_chart,
    "horizontal_bar": bar_chart,
    "line": line_chart,
    "multi_line": line_chart,
    "area": line_chart,
    "stacked_area": line_chart,
    "scatter": scatter_chart,
    "bubble": scatter_chart,
    "pie": slices_chart,
    "donut": slices_chart,
    "histogram": histogram_chart,
    "box": boxes_chart,
    "violin": boxes_chart,
    "heatmap": heatmap_chart,
    "radar": radar_chart,
    "waterfall": waterfall_chart,
    "candlestick": candles_chart,
    "error_bar": error_chart,
    "dual_axis": dual_chart,
    "composite": _composite,
}
