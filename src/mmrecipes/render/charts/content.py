"""Random charts of all 22 types with believable data.

Covered: `random_chart`, one type after the other so that all are equally frequent; titles, entities, measures and
units from `vocabulary`, numbers from `values`, axes and colours from `assemble`. Not covered: drawing, questions,
the user's own data (`from_data`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import get_args

from mmrecipes.core.identity import turn
from mmrecipes.render.charts import assemble, assemble_points, values
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.assemble_points import Dot
from mmrecipes.render.charts.axes import clean, decimals_of, nice_step
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import (
    DOMAINS,
    MONTHS,
    STATIC,
    Domain,
    Entities,
    Measure,
    Nature,
    corpus_domain,
    time_entities,
)

TYPES: tuple[ChartType, ...] = get_args(ChartType)


def random_chart(rng: random.Random, index: int, *, kind: ChartType | None = None) -> Chart:
    """The chart at this index: its type by turns over all 22 (or `kind`), everything else from `rng`."""
    chosen = kind or TYPES[turn(index, len(TYPES), "chart type")]
    return _MAKERS[chosen](chosen, rng)


def _subject(rng: random.Random, *natures: Nature, timely: bool = False) -> tuple[Domain, Measure]:
    """A domain and one of its measures of the given natures (any when none is given); `timely`: one that changes
    over time."""
    while True:
        domain = corpus_domain(rng) if rng.random() < 0.5 else rng.choice(DOMAINS)
        fitting = [m for m in domain.measures if not natures or m.nature in natures]
        if timely:
            fitting = [m for m in fitting if m.name not in STATIC] if domain.timely else []
        if fitting:
            return domain, rng.choice(fitting)


def _quantity(m: Measure) -> Quantity:
    return Quantity(m.name, m.unit, m.decimals)


def _entities(domain: Domain, rng: random.Random, count: int, *, other_than: str = "") -> Entities:
    """`count` entities (fewer when the domain has fewer) in the order in which people list them."""
    groups = [e for e in domain.entities if e.axis != other_than and len(e.names) >= min(3, count)]
    if not groups:
        first = rng.randint(2005, 2024 - count)
        return Entities("Year", tuple(str(first + i) for i in range(count)))
    group = rng.choice(groups)
    count = min(count, len(group.names))
    if _ordered(group):
        return Entities(group.axis, group.names[:count])
    return Entities(group.axis, tuple(rng.sample(group.names, count)))


def _ordered(group: Entities) -> bool:
    return group.axis in ("Age group", "Season", "Weekday", "Level", "Terminal", "Field", "Sample", "Shift")


def inline(name: str) -> str:
    """A name as it stands inside a sentence: "Mean temperature" becomes "mean temperature", "GDP" stays."""
    if len(name) < 2 or not name[0].isupper() or not name[1].islower():
        return name
    return name[0].lower() + name[1:]


def _title(what: str, by: str, domain: Domain, rng: random.Random, *, dated: bool = True) -> str:
    """A title from independent choices: form, owner, period."""
    year = rng.randint(2005, 2024)
    period = rng.choice((f", {year}", f" ({year})", f" in {year}", "")) if dated else ""
    owner = rng.choice(domain.owners) if domain.owners and rng.random() < 0.6 else ""
    forms = [f"{what} by {inline(by)}{period}", f"{what} per {inline(by)}{period}"]
    if owner:
        forms += [f"{owner}: {inline(what)} by {inline(by)}{period}", f"{what} at {owner}{period}",
                  f"{owner} – {inline(what)}{period}", f"{what} by {inline(by)}, {owner}{period}"]  # fmt: skip
    else:
        forms += [f"{what}{period}", f"Comparison of {inline(what)} by {inline(by)}{period}"]
    return rng.choice(forms)


def _bar(kind: ChartType, rng: random.Random) -> Chart:
    many = kind == "horizontal_bar" and rng.random() < 0.3
    count = rng.randint(3, 6) if many else rng.randint(4, 12)
    timely = kind == "bar" and rng.random() < 0.4
    domain, m = _subject(rng, timely=timely)
    names = time_entities(rng, 4, 12, m.name) if timely else _entities(domain, rng, count)
    if many:
        parts = _entities(domain, rng, rng.randint(2, 3), other_than=names.axis)
        rows = [(p, values.across(m, len(names.names), rng)) for p in parts.names]
    else:
        made = values.over_time(m, len(names.names), rng, yearly=names.axis == "Month") if timely else None
        rows = [(m.name, made or values.across(m, len(names.names), rng))]
        if not timely and not _ordered(names) and rng.random() < 0.35:
            rows = [(m.name, sorted(rows[0][1], reverse=True))]
    title = _title(m.name, names.axis, domain, rng, dated=names.axis not in ("Year", "Quarter"))
    return assemble.bars(kind, title, names.axis, names.names, rows, _quantity(m), rng)


def _grouped(kind: ChartType, rng: random.Random) -> Chart:
    timely = rng.random() < 0.6
    domain, m = _subject(rng, *(("amount",) if kind == "stacked_bar" else ()), timely=timely)
    count = rng.randint(2, 4 if kind == "grouped_bar" else 5)
    parts = _entities(domain, rng, count)
    names = (
        time_entities(rng, 3, 7, m.name) if timely else _entities(domain, rng, rng.randint(3, 6), other_than=parts.axis)
    )
    if not timely and names.axis != "Year" and rng.random() < 0.3:
        year = rng.randint(2010, 2022)
        parts = Entities("Year", tuple(str(year + i) for i in range(len(parts.names))))
    dated = not {names.axis, parts.axis} & {"Year", "Quarter"}
    title = _title(m.name, names.axis if parts.axis == "Year" else parts.axis, domain, rng, dated=dated)
    if kind == "stacked_bar" and rng.random() < 0.35:
        columns = [values.shares(len(parts.names), rng, 0) for _ in names.names]
        rows = [(p, [c[k] for c in columns]) for k, p in enumerate(parts.names)]
        q = Quantity(f"Share of {inline(m.name)}", "%", 0)
        return assemble.bars(kind, title, names.axis, names.names, rows, q, rng)
    make = values.over_time if timely else values.across
    rows = [(p, make(m, len(names.names), rng)) for p in parts.names]
    return assemble.bars(kind, title, names.axis, names.names, rows, _quantity(m), rng)


def _error_bar(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = _subject(rng, "level", "share")
    names = _entities(domain, rng, rng.randint(3, 7))
    parts = ("Control", "Treated") if rng.random() < 0.3 else (m.name,)
    rows, errors = [], []
    for part in parts:
        made = values.across(m, len(names.names), rng)
        room = rng.uniform(0.03, 0.12) * (max(made) - min(made) + 0.2 * max(made))
        least = 10.0**-m.decimals
        errors.append([max(least, round(min(room * rng.uniform(0.5, 1.5), 0.6 * v), m.decimals)) for v in made])
        rows.append((part, made))
    title = rng.choice(
        ("Mean {} by {} (± standard deviation)", "{} by {}, mean ± standard error", "{} by {} with error bars")
    )
    title = title.format(inline(m.name) if title.startswith("Mean") else m.name, inline(names.axis))
    return assemble.bars(kind, title, names.axis, names.names, rows, _quantity(m), rng, errors)


def _times(rng: random.Random, least: int, most: int, what: str) -> tuple[str, list[str] | list[float]]:
    """An axis name and times: years as numbers in half of the charts, else named times."""
    if rng.random() < 0.5:
        count = rng.randint(max(least, 6), most + 6)
        start = rng.randint(1980, 2024 - count)
        return "Year", [float(start + i) for i in range(count)]
    names = time_entities(rng, least, most, what)
    return names.axis, list(names.names)


def _line(kind: ChartType, rng: random.Random) -> Chart:
    natures: tuple[Nature, ...] = ("amount",) if "area" in kind else ()
    domain, m = _subject(rng, *natures, timely=True)
    many = kind in ("multi_line", "stacked_area")
    x_name, xs = _times(rng, 5, 12, m.name)
    log = "area" not in kind and m.nature == "amount" and rng.random() < 0.2
    if log:
        x_name, xs = _times(rng, 5, 8, m.name)
        xs = xs[:8]
    parts = _entities(domain, rng, rng.randint(2, 2 if log else 5)) if many else Entities("", (m.name,))
    decades = rng.uniform(2.5, 4.5)
    rows = [
        (
            p,
            values.growth(m, len(xs), rng, decades)
            if log
            else values.over_time(m, len(xs), rng, yearly=x_name == "Month"),
        )
        for p in parts.names
    ]
    if kind == "multi_line" and not log and rng.random() < 0.4:
        rows[1] = (rows[1][0], _crossing(rows[0][1], m, rng))
    title = _title(m.name, parts.axis if many else x_name, domain, rng, dated=x_name not in ("Year", "Quarter"))
    q = Quantity(m.name, m.unit, max(decimals_of(v) for _, vs in rows for v in vs)) if log else _quantity(m)
    return assemble.lines(kind, title, x_name, xs, rows, q, rng, log=log)


def _crossing(first: Sequence[float], m: Measure, rng: random.Random) -> list[float]:
    """A second series that starts on one side of the first and ends on the other."""
    width = rng.choice((-1, 1)) * rng.uniform(0.15, 0.5) * (max(first) - min(first) + 0.2 * max(map(abs, first)))
    change, last = rng.uniform(0.3, 0.7), len(first) - 1
    return [
        values.clipped(v + width * (i / last - change) * rng.uniform(1.6, 2.2), m, 0.3) for i, v in enumerate(first)
    ]


def _scatter(kind: ChartType, rng: random.Random) -> Chart:
    domain = rng.choice([d for d in DOMAINS if d.pairs])
    a, b, sign = rng.choice(domain.pairs)
    mx, my = domain.measures[a], domain.measures[b]
    groups = _entities(domain, rng, rng.choice((1, 2, 2, 3)) if kind == "scatter" else rng.choice((1, 1, 2, 3)))
    strength = sign * rng.choice((0.95, 0.9, 0.8, 0.6, 0.0))
    dots: list[tuple[str, list[Dot]]] = []
    total = rng.randint(12, 60) if kind == "scatter" else rng.randint(5, 14)
    for name in groups.names:
        count = max(4, total // len(groups.names))
        taken = [d for _, made in dots for d in made]
        points = _apart(values.correlated(mx, my, 2 * count, strength, rng), taken, mx, my, kind)[:count]
        dots.append((name, [Dot(x, y) for x, y in points]))
    title = rng.choice(("{y} versus {x}", "{y} against {x}", "{Y} and {x}", "Relation of {x} and {y}")).format(
        y=my.name if kind else "", Y=my.name, x=inline(mx.name)
    )
    if "Relation" in title:
        title = f"Relation of {inline(mx.name)} and {inline(my.name)}"
    if kind == "bubble":
        dots = _bubbles(domain, dots, groups, rng)
        size = next(m for m in domain.measures if m not in (mx, my))
        title += rng.choice((" (bubble area: {})", ", bubble size shows {}")).format(inline(size.name))
    if len(dots) == 1:
        dots = [(my.name, dots[0][1])]
    return assemble_points.scatter(kind, title, _quantity(mx), _quantity(my), dots, rng)


def _apart(points: list[tuple[float, float]], taken: Sequence[Dot], mx: Measure, my: Measure, kind: ChartType,
           ) -> list[tuple[float, float]]:  # fmt: skip
    """The points that do not fall on one another (nor on those taken), so that none is hidden."""
    near = 0.09 if kind == "bubble" else 0.02
    wide, high = mx.high - mx.low, my.high - my.low
    kept = [(d.x, d.y) for d in taken]
    for x, y in points:
        if all(math.hypot((x - a) / wide, (y - b) / high) > near for a, b in kept):
            kept.append((x, y))
    return kept[len(taken) :]


def _bubbles(
    domain: Domain, dots: list[tuple[str, list[Dot]]], groups: Entities, rng: random.Random
) -> list[tuple[str, list[Dot]]]:
    """Sizes over a factor of about 20, and names for the bubbles where the domain has enough."""
    lists = [e for e in domain.entities if e.axis != groups.axis] or list(domain.entities)
    names = list(max(lists, key=lambda e: len(e.names)).names)
    rng.shuffle(names)
    named = rng.random() < 0.7 and not set(names) & set(groups.names)
    made = []
    for group, members in dots:
        sized = []
        for d in members[: max(2, 8 // len(dots))] if named else members:
            name = names.pop() if named and names else None
            if named and name is None:
                break
            sized.append(Dot(d.x, d.y, round(rng.lognormvariate(3.2, 0.75), 1), name))
        if sized:
            made.append((group, sized))
    return made


def _slices(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = _subject(rng, "amount")
    names = _entities(domain, rng, rng.randint(3, 7))
    if rng.random() < 0.65:
        q = Quantity(f"Share of {inline(m.name)}", "%", rng.choice((0, 0, 1)))
        made = values.shares(len(names.names), rng, q.decimals)
    else:
        q, made = _quantity(m), values.across(m, len(names.names), rng)
    if rng.random() < 0.4 and not _ordered(names):
        made = sorted(made, reverse=True)
    return assemble.slices(kind, _title(q.name, names.axis, domain, rng), names.names, made, q, rng)


def _histogram(kind: ChartType, rng: random.Random) -> Chart:
    m = _subject(rng, "level", "share", "season")[1]
    draws = values.sample(m, rng.randint(60, 400), rng)
    step = nice_step(max(draws) - min(draws), rng.randint(6, 14))
    first = step * int(min(draws) // step)
    edges = [clean(first)]
    while edges[-1] <= max(draws):
        edges.append(clean(first + step * len(edges)))
    counts = assemble_points.bin_counts(draws, edges)
    noun = rng.choice(("Frequency", "Count", "Number of observations"))
    form = rng.choice(("Distribution of {}", "Histogram of {}", "{} of {} observations"))
    title = f"{m.name} of {len(draws)} observations" if form.startswith("{} of") else form.format(inline(m.name))
    q = Quantity(m.name, m.unit, max(decimals_of(step), decimals_of(clean(first))) if step < 1 or step % 1 else 0)
    return assemble_points.histogram(title, q, edges, counts, noun, rng)


def _boxes(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = _subject(rng, "level", "share", "season")
    names = _entities(domain, rng, rng.randint(3, 7))
    samples = [(n, values.sample(m, rng.randint(20, 60), rng)) for n in names.names]
    form = rng.choice(("{} by {}", "Distribution of {} by {}", "Spread of {} per {}", "{} across observations by {}"))
    name = m.name if form.startswith("{}") else inline(m.name)
    return assemble_points.boxes(kind, form.format(name, inline(names.axis)), names.axis, samples, _quantity(m), rng)


def _heatmap(kind: ChartType, rng: random.Random) -> Chart:
    timely = rng.random() < 0.6
    domain, m = _subject(rng, timely=timely)
    rows = _entities(domain, rng, rng.randint(3, 7))
    columns = time_entities(rng, 4, 9, m.name) if timely else _entities(
        domain, rng, rng.randint(3, 7), other_than=rows.axis)  # fmt: skip
    yearly = columns.axis == "Month"
    matrix = [values.over_time(m, len(columns.names), rng, yearly=yearly) for _ in rows.names]
    title = _title(m.name, f"{rows.axis} and {inline(columns.axis)}", domain, rng, dated=False)
    return assemble_points.heatmap(title, rows.axis, rows.names, columns.axis, columns.names, matrix, _quantity(m), rng)


_TRAITS = ("Speed", "Comfort", "Safety", "Price", "Range", "Design", "Service", "Durability", "Ease of use", "Weight")


_MODELS = (
    ("Model", "Aster; Boreal; Corsa X; Delta 3; Evo; Fenix"), ("Phone", "Nova 5; Pixelo; Orbit S; Zenna; Arc Mini"),
    ("Bicycle", "Trail One; City Glide; Ridgeback; Swift 7"), ("Laptop", "Feather 13; Titan 16; Slate Pro; Echo Air"),
    ("Tent", "Summit 2; Basecamp; Featherlite; Storm 3"), ("Printer", "Inkra 200; LaserLine; JetPro; Compacta"),
)  # fmt: skip


def _radar(kind: ChartType, rng: random.Random) -> Chart:
    top = rng.choice((5, 10, 100))
    m = Measure("Rating", "points", 0.2 * top, top, 0 if top == 100 else 1, "level")
    spokes = Entities("Criterion", tuple(rng.sample(_TRAITS, rng.randint(5, 8))))
    axis, models = rng.choice(_MODELS)
    domain, parts = (
        Domain("test", (m,), (), ()),
        Entities(axis, tuple(rng.sample(models.split("; "), rng.randint(1, 3)))),
    )
    if rng.random() < 0.3:
        domain, m = _subject(rng, "amount", "season", timely=True)
        parts, spokes = _entities(domain, rng, rng.randint(1, 3)), Entities("Month", MONTHS)
        rows = [(p, values.over_time(m, 12, rng, yearly=True)) for p in parts.names]
    else:
        rows = [(p, [values.clipped(rng.uniform(0.3, 1) * top, m) for _ in spokes.names]) for p in parts.names]
    by = parts.axis if len(rows) > 1 else spokes.axis
    title = _title(m.name, by, domain, rng)
    if len(rows) == 1:
        title = f"{rows[0][0]}: {inline(m.name)} by {inline(spokes.axis)}"
    return assemble.radar(title, spokes.axis, spokes.names, rows, _quantity(m), rng)


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


def _waterfall(kind: ChartType, rng: random.Random) -> Chart:
    axis, opening, closing, names = rng.choice(_BUDGETS)
    domain, m = _subject(rng, "amount", timely=True)
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


_INSTRUMENTS = ("Arden Group", "Belcor Holdings", "Cavanta", "Fjordis", "Galvin Steel", "Copper", "Wheat", "Coffee",
                "Crude oil", "Cocoa", "Natural gas", "Solvane", "Orlan Motors")  # fmt: skip


def _candles(kind: ChartType, rng: random.Random) -> Chart:
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


def _dual(kind: ChartType, rng: random.Random) -> Chart:
    while True:
        domain = rng.choice(DOMAINS)
        first, second = rng.sample([m for m in domain.measures if m.name not in STATIC], 2)
        if first.unit != second.unit:
            break
    times = time_entities(rng, 5, 12, first.name, second.name)
    yearly = times.axis == "Month"
    left = values.over_time(first, len(times.names), rng, yearly=yearly)
    right = values.over_time(second, len(times.names), rng, yearly=yearly)
    title = _title(
        f"{first.name} and {inline(second.name)}",
        times.axis,
        domain,
        rng,
        dated=not yearly and times.axis not in ("Year", "Quarter"),
    )
    return assemble.dual(title, times.axis, times.names, (_quantity(first), left), (_quantity(second), right), rng)


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
    domain, m = _subject(rng, *(("amount",) if kind == "area" else ()), timely=timely)
    names = time_entities(rng, 4, 8, m.name) if timely else _entities(domain, rng, rng.randint(3, 6))
    year = rng.randint(2008, 2022)
    others = [e for e in domain.entities if e.axis != names.axis and len(e.names) >= 2]
    if others and (timely or rng.random() < 0.5):
        pair: Sequence[str] = rng.sample(rng.choice(others).names, 2)
    else:
        pair = (str(year), str(year + rng.randint(1, 4)))
    title = f"{m.name} by {inline(names.axis)}"
    charts = []
    for name in pair:
        made = (
            values.over_time(m, len(names.names), rng, yearly=names.axis == "Month")
            if timely
            else values.across(m, len(names.names), rng)
        )
        row = [(m.name, made)]
        q = _quantity(m)
        if kind in ("line", "area"):
            charts.append(assemble.lines(kind, name, names.axis, names.names, row, q, rng))
        else:
            charts.append(assemble.bars(kind, name, names.axis, names.names, row, q, rng))
    return assemble.composite(title, charts, rng)


_MAKERS: dict[ChartType, Callable[[ChartType, random.Random], Chart]] = {
    "bar": _bar, "grouped_bar": _grouped, "stacked_bar": _grouped, "horizontal_bar": _bar, "line": _line,
    "multi_line": _line, "area": _line, "stacked_area": _line, "scatter": _scatter, "bubble": _scatter,
    "pie": _slices, "donut": _slices, "histogram": _histogram, "box": _boxes, "violin": _boxes,
    "heatmap": _heatmap, "radar": _radar, "waterfall": _waterfall, "candlestick": _candles,
    "error_bar": _error_bar, "dual_axis": _dual, "composite": _composite,
}  # fmt: skip
