"""Random bar charts of all kinds, waterfalls and pies (see `content`)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mmrecipes.render.charts import assemble, values
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.content_common import entities_of, inline, is_ordered, quantity_of, subject, title_of
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import (
    MONTHS,
    Entities,
    time_entities,
)


def bar_chart(kind: ChartType, rng: random.Random) -> Chart:
    many = kind == "horizontal_bar" and rng.random() < 0.3
    count = rng.randint(3, 6) if many else rng.randint(4, 12)
    timely = kind == "bar" and rng.random() < 0.4
    domain, m = subject(rng, timely=timely)
    names = time_entities(rng, 4, 12, m.name) if timely else entities_of(domain, rng, count)
    if many:
        parts = entities_of(domain, rng, rng.randint(2, 3), other_than=names.axis)
        made_rows = values.several(m, len(parts.names), len(names.names), rng, timely=False)
        rows = list(zip(parts.names, made_rows, strict=True))
    else:
        made = values.over_time(m, len(names.names), rng, yearly=names.axis == "Month") if timely else None
        rows = [(m.name, made or values.across(m, len(names.names), rng))]
        if not timely and not is_ordered(names) and rng.random() < 0.35:
            rows = [(m.name, sorted(rows[0][1], reverse=True))]
    title = title_of(m.name, names.axis, domain, rng, dated=names.axis not in ("Year", "Quarter"))
    return assemble.bars(kind, title, names.axis, names.names, rows, quantity_of(m), rng)


def grouped_chart(kind: ChartType, rng: random.Random) -> Chart:
    timely = rng.random() < 0.6
    domain, m = subject(rng, *(("amount",) if kind == "stacked_bar" else ()), timely=timely)
    count = rng.randint(2, 4 if kind == "grouped_bar" else 5)
    parts = entities_of(domain, rng, count)
    names = (
        time_entities(rng, 3, 7, m.name)
        if timely
        else entities_of(domain, rng, rng.randint(3, 6), other_than=parts.axis)
    )
    if not timely and names.axis != "Year" and rng.random() < 0.3:
        year = rng.randint(2010, 2022)
        parts = Entities("Year", tuple(str(year + i) for i in range(len(parts.names))))
    dated = not {names.axis, parts.axis} & {"Year", "Quarter"}
    title = title_of(m.name, names.axis if parts.axis == "Year" else parts.axis, domain, rng, dated=dated)
    if kind == "stacked_bar" and rng.random() < 0.35:
        columns = [values.shares(len(parts.names), rng, 0) for _ in names.names]
        rows = [(p, [c[k] for c in columns]) for k, p in enumerate(parts.names)]
        q = Quantity(f"Share of {inline(m.name)}", "%", 0)
        return assemble.bars(kind, title, names.axis, names.names, rows, q, rng)
    made = values.several(m, len(parts.names), len(names.names), rng, timely=timely, yearly=names.axis == "Month")
    rows = list(zip(parts.names, made, strict=True))
    return assemble.bars(kind, title, names.axis, names.names, rows, quantity_of(m), rng)


def error_chart(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = subject(rng, "level", "share")
    names = entities_of(domain, rng, rng.randint(3, 7))
    parts = ("Control", "Treated") if rng.random() < 0.3 else (m.name,)
    rows, errors = [], []
    for part, made in zip(parts, values.several(m, len(parts), len(names.names), rng, timely=False), strict=True):
        room = rng.uniform(0.03, 0.12) * (max(made) - min(made) + 0.2 * max(made))
        least = 10.0**-m.decimals
        errors.append([max(least, round(min(room * rng.uniform(0.5, 1.5), 0.6 * v), m.decimals)) for v in made])
        rows.append((part, made))
    title = rng.choice(
        ("Mean {} by {} (± standard deviation)", "{} by {}, mean ± standard error", "{} by {} with error bars")
    )
    title = title.format(inline(m.name) if title.startswith("Mean") else m.name, inline(names.axis))
    return assemble.bars(kind, title, names.axis, names.names, rows, quantity_of(m), rng, errors)


_BUDGETS = (
    ("Item", "Revenue", "Net profit",
     "+Licences; +Services; -Cost of goods; -Salaries; -Marketing; -Rent; -Taxes; -Interest"),
    ("Step", "Opening stock", "Closing stock",
     "+Deliveries; +Returns; -Sales; -Damage; +Transfers in; -Transfers out; Corrections"),
    ("Reason", "Staff at start", "Staff at end",
     "+Hires; Transfers; -Resignations; -Retirements; +Rehires; -Dismissals"),
    ("Factor", "Budget", "Actual cost", "Prices; Volume; Exchange rate; Wages; Energy; -Discounts; Freight"),
    ("Month", "Start of year", "End of year", "; ".join(MONTHS)),
    ("Stage", "Cash at start", "Cash at end",
     "+Receipts; -Payroll; -Suppliers; Loans; -Investment; -Dividends; -Taxes"),
)  # fmt: skip
"""Axis name, first and last total, steps; a sign says which way a step can only go."""


_BRIDGED = {"Item": "Profit", "Step": "Stock", "Reason": "Headcount", "Factor": "Cost", "Stage": "Cash"}


def waterfall_chart(kind: ChartType, rng: random.Random) -> Chart:
    axis, opening, closing, names = rng.choice(_BUDGETS)
    domain, m = subject(rng, "amount", timely=True)
    unit, decimals = ("people", 0) if axis == "Reason" else (("units", 0) if axis == "Step" else (m.unit, m.decimals))
    if axis in ("Item", "Factor", "Stage"):
        unit, decimals = rng.choice((("million USD", 1), ("thousand USD", 0), ("thousand EUR", 0), ("million EUR", 1)))
    start = round(rng.uniform(60, 900), decimals)
    changes = _changes(names.split("; "), start, decimals, axis == "Month", rng)
    name = _BRIDGED.get(axis, m.name)
    what = rng.choice((f"From {inline(opening)} to {inline(closing)}", f"{name} bridge", f"Change in {inline(name)}"))
    owner = rng.choice(domain.owners) if domain.owners and axis != "Month" else ""
    title = f"{what}, {owner}" if owner and rng.random() < 0.6 else what
    return assemble.waterfall(title, axis, (opening, [start]), changes, closing, Quantity(name, unit, decimals), rng)


def _changes(
    pool: Sequence[str], start: float, decimals: int, ordered: bool, rng: random.Random
) -> list[tuple[str, float]]:
    """Signed steps, at least one of each sign, that never bring the level below a tenth of the start."""
    count = rng.randint(4, min(7, len(pool)))
    while True:
        changes: list[tuple[str, float]] = []
        level = start
        for name in pool[:count] if ordered else rng.sample(pool, count):
            sign = {"+": 1, "-": -1}.get(name[0]) or rng.choice((-1, 1))
            size = max(1.0, round(level * rng.uniform(0.05, 0.3), decimals))
            changes.append((name.lstrip("+-"), sign * size))
            level += sign * size
        if level > 0.1 * start and len({c > 0 for _, c in changes}) == 2:
            return changes


def slices_chart(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = subject(rng, "amount")
    names = entities_of(domain, rng, rng.randint(3, 7))
    if rng.random() < 0.65:
        q = Quantity(f"Share of {inline(m.name)}", "%", rng.choice((0, 0, 1)))
        made = values.shares(len(names.names), rng, q.decimals)
    else:
        q, made = quantity_of(m), values.across(m, len(names.names), rng)
    if rng.random() < 0.4 and not is_ordered(names):
        made = sorted(made, reverse=True)
    return assemble.slices(kind, title_of(q.name, names.axis, domain, rng), names.names, made, q, rng)
