"""Random scatter plots, distributions, heatmaps and radars (see `content`)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from mmrecipes.render.charts import assemble, assemble_points, values
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.assemble_points import Dot
from mmrecipes.render.charts.axes import clean, decimals_of, nice_step
from mmrecipes.render.charts.content_common import entities_of, inline, quantity_of, subject, title_of
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import (
    DOMAINS,
    MONTHS,
    Domain,
    Entities,
    Measure,
    time_entities,
)


def scatter_chart(kind: ChartType, rng: random.Random) -> Chart:
    domain = rng.choice([d for d in DOMAINS if d.pairs])
    a, b, sign = rng.choice(domain.pairs)
    mx, my = domain.measures[a], domain.measures[b]
    groups = entities_of(domain, rng, rng.choice((1, 2, 2, 3)) if kind == "scatter" else rng.choice((1, 1, 2, 3)))
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
    return assemble_points.scatter(kind, title, quantity_of(mx), quantity_of(my), dots, rng)


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


def histogram_chart(kind: ChartType, rng: random.Random) -> Chart:
    m = subject(rng, "level", "share", "season", single=True)[1]
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


def boxes_chart(kind: ChartType, rng: random.Random) -> Chart:
    domain, m = subject(rng, "level", "share", "season", single=True)
    names = entities_of(domain, rng, rng.randint(3, 7))
    samples = [(n, values.sample(m, rng.randint(20, 60), rng)) for n in names.names]
    form = rng.choice(("{} by {}", "Distribution of {} by {}", "Spread of {} per {}", "{} across observations by {}"))
    name = m.name if form.startswith("{}") else inline(m.name)
    return assemble_points.boxes(kind, form.format(name, inline(names.axis)), names.axis, samples, quantity_of(m), rng)


def heatmap_chart(kind: ChartType, rng: random.Random) -> Chart:
    timely = rng.random() < 0.6
    domain, m = subject(rng, timely=timely)
    rows = entities_of(domain, rng, rng.randint(3, 7))
    columns = time_entities(rng, 4, 9, m.name) if timely else entities_of(
        domain, rng, rng.randint(3, 7), other_than=rows.axis)  # fmt: skip
    yearly = columns.axis == "Month"
    matrix = values.several(m, len(rows.names), len(columns.names), rng, timely=timely, yearly=yearly)
    title = title_of(m.name, f"{rows.axis} and {inline(columns.axis)}", domain, rng, dated=False)
    return assemble_points.heatmap(
        title, rows.axis, rows.names, columns.axis, columns.names, matrix, quantity_of(m), rng
    )


_TRAITS = ("Speed", "Comfort", "Safety", "Price", "Range", "Design", "Service", "Durability", "Ease of use", "Weight")


_MODELS = (
    ("Model", "Aster; Boreal; Corsa X; Delta 3; Evo; Fenix"), ("Phone", "Nova 5; Pixelo; Orbit S; Zenna; Arc Mini"),
    ("Bicycle", "Trail One; City Glide; Ridgeback; Swift 7"), ("Laptop", "Feather 13; Titan 16; Slate Pro; Echo Air"),
    ("Tent", "Summit 2; Basecamp; Featherlite; Storm 3"), ("Printer", "Inkra 200; LaserLine; JetPro; Compacta"),
)  # fmt: skip


def radar_chart(kind: ChartType, rng: random.Random) -> Chart:
    top = rng.choice((5, 10, 100))
    m = Measure("Rating", "points", 0.2 * top, top, 0 if top == 100 else 1, "level")
    spokes = Entities("Criterion", tuple(rng.sample(_TRAITS, rng.randint(5, 8))))
    axis, models = rng.choice(_MODELS)
    domain, parts = (
        Domain("test", (m,), (), ()),
        Entities(axis, tuple(rng.sample(models.split("; "), rng.randint(1, 3)))),
    )
    if rng.random() < 0.3:
        domain, m = subject(rng, "amount", "season", timely=True)
        parts, spokes = entities_of(domain, rng, rng.randint(1, 3)), Entities("Month", MONTHS)
        made = values.several(m, len(parts.names), 12, rng, timely=True, yearly=True)
        rows = list(zip(parts.names, made, strict=True))
    else:
        rows = [(p, [values.clipped(rng.uniform(0.3, 1) * top, m) for _ in spokes.names]) for p in parts.names]
    by = parts.axis if len(rows) > 1 else spokes.axis
    title = title_of(m.name, by, domain, rng)
    if len(rows) == 1:
        title = f"{rows[0][0]}: {inline(m.name)} by {inline(spokes.axis)}"
    return assemble.radar(title, spokes.axis, spokes.names, rows, quantity_of(m), rng)
