"""Random charts over time: lines, areas, two axes, candles (see `content`)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from mmrecipes.render.charts import assemble, values
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.axes import decimals_of
from mmrecipes.render.charts.content_common import entities_of, inline, quantity_of, subject, title_of
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import (
    DOMAINS,
    MONTHS,
    STATIC,
    Entities,
    Measure,
    Nature,
    time_entities,
)


def _times(rng: random.Random, least: int, most: int, what: str) -> tuple[str, list[str] | list[float]]:
    """An axis name and times: years as numbers in half of the charts, else named times."""
    if rng.random() < 0.5:
        count = rng.randint(max(least, 6), most + 6)
        start = rng.randint(1980, 2024 - count)
        return "Year", [float(start + i) for i in range(count)]
    names = time_entities(rng, least, most, what)
    return names.axis, list(names.names)


def line_chart(kind: ChartType, rng: random.Random) -> Chart:
    natures: tuple[Nature, ...] = ("amount",) if "area" in kind else ()
    domain, m = subject(rng, *natures, timely=True)
    many = kind in ("multi_line", "stacked_area")
    x_name, xs = _times(rng, 5, 12, m.name)
    log = "area" not in kind and m.nature == "amount" and rng.random() < 0.2
    if log:
        x_name, xs = _times(rng, 5, 8, m.name)
        xs = xs[:8]
    parts = entities_of(domain, rng, rng.randint(2, 2 if log else 5)) if many else Entities("", (m.name,))
    rows = _rows(kind, m, parts.names, len(xs), rng, log=log, yearly=x_name == "Month")
    title = title_of(m.name, parts.axis if many else x_name, domain, rng, dated=x_name not in ("Year", "Quarter"))
    q = Quantity(m.name, m.unit, max(decimals_of(v) for _, vs in rows for v in vs)) if log else quantity_of(m)
    return assemble.lines(kind, title, x_name, xs, rows, q, rng, log=log)


def _rows(kind: ChartType, m: Measure, names: Sequence[str], count: int, rng: random.Random, *, log: bool,
          yearly: bool) -> list[tuple[str, list[float]]]:  # fmt: skip
    """The series of a line or area chart; lines are drawn anew until no two of them meet at a point."""
    made: list[list[float]] = []
    for _ in range(12):
        if log:
            decades = rng.uniform(2.5, 4.5)
            made = [values.growth(m, count, rng, decades) for _ in names]
        else:
            made = values.several(m, len(names), count, rng, timely=True, yearly=yearly)
        if kind != "multi_line":
            break
        if not log and rng.random() < 0.4:
            made[1] = _crossing(made[0], m, rng)
        if log or _distinct(made):
            break
    return list(zip(names, made, strict=True))


def _distinct(made: Sequence[Sequence[float]]) -> bool:
    """Whether no two lines come nearer than 2.5 % of the whole span at any point."""
    flat = [v for row in made for v in row]
    least = 0.025 * (max(flat) - min(flat))
    return all(b - a > least for column in zip(*made, strict=True) for a, b in itertools.pairwise(sorted(column)))


def _crossing(first: Sequence[float], m: Measure, rng: random.Random) -> list[float]:
    """A second series that starts on one side of the first, changes sides within one step, and stays there."""
    span = max(first) - min(first) + 0.2 * max(map(abs, first))
    width = rng.choice((-1, 1)) * rng.uniform(0.2, 0.45) * span
    change = rng.randint(1, len(first) - 1) - 0.5
    sides = [max(-1.0, min(1.0, 1.6 * (i - change))) * rng.uniform(0.8, 1.2) for i in range(len(first))]
    return [values.clipped(v + width * side, m, 0.3) for v, side in zip(first, sides, strict=True)]


_INSTRUMENTS = ("Arden Group", "Belcor Holdings", "Cavanta", "Fjordis", "Galvin Steel", "Copper", "Wheat", "Coffee",
                "Crude oil", "Cocoa", "Natural gas", "Solvane", "Orlan Motors")  # fmt: skip


def candles_chart(kind: ChartType, rng: random.Random) -> Chart:
    count, decimals = rng.randint(6, 18), rng.choice((0, 1, 2))
    start = rng.uniform(20, 180) * (10 if decimals == 0 else 1)
    quotes = values.prices(start, count, decimals, rng)
    while len({q[3] >= q[0] for q in quotes}) < 2:
        quotes = values.prices(start, count, decimals, rng)
    month, first = rng.choice(MONTHS), rng.randint(1, 28 - count)
    mode = rng.choice(("Day", "Day", "Week"))
    dates = [f"{month} {first + i}" if mode == "Day" else f"W{first + i}" for i in range(count)]
    unit = rng.choice(("USD", "EUR", "USD", "GBP"))
    what = rng.choice(_INSTRUMENTS)
    title = rng.choice((f"{what}: price per {mode.lower()}", f"{what}, open-high-low-close", f"{what} price"))
    return assemble.candles(title, mode, dates, quotes, Quantity("Price", unit, decimals), rng)


def dual_chart(kind: ChartType, rng: random.Random) -> Chart:
    while True:
        domain = rng.choice(DOMAINS)
        first, second = rng.sample([m for m in domain.measures if m.name not in STATIC], 2)
        if first.unit != second.unit:
            break
    times = time_entities(rng, 5, 12, first.name, second.name)
    yearly = times.axis == "Month"
    left = values.over_time(first, len(times.names), rng, yearly=yearly)
    right = values.over_time(second, len(times.names), rng, yearly=yearly)
    title = title_of(
        f"{first.name} and {inline(second.name)}",
        times.axis,
        domain,
        rng,
        dated=not yearly and times.axis not in ("Year", "Quarter"),
    )
    return assemble.dual(title, times.axis, times.names, (quantity_of(first), left), (quantity_of(second), right), rng)
