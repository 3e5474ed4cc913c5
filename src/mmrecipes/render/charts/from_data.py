"""Charts of a user's own columns: every plotted number stands in the data or is computed from them exactly.

Covered: means, sums and counts by category, windows of rows as bars, lines over a date or an index, scatter plots,
histograms, box and violin plots by category, shares of a count or sum, heatmaps of means by two categories, radars,
two measures on two axes, two panels. What was aggregated is said in the title and on the axis, in the language of a
file whose script bundled fonts do not set, else in English. Values that are missing are left out. Not covered: panels
and numbered rows in other languages; bubbles, error bars, stacked totals of unlike things, open-high-low-close files,
waterfalls; logarithmic axes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mmrecipes.core.identity import turn
from mmrecipes.render.charts import assemble, assemble_points
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.assemble_points import Dot
from mmrecipes.render.charts.axes import clean, nice_step, printed_number
from mmrecipes.render.charts.numerals import in_form_of
from mmrecipes.render.charts.summary import Axis, Chart, Panel
from mmrecipes.render.charts.user_columns import (
    LEAST_SHARE,
    LONGEST_NAME,
    Columns,
    columns_of,
    measured,
    printed,
    split_unit,
    usable,
)
from mmrecipes.render.charts.user_words import UserWords

MOST_BARS, MOST_DOTS = 12, 60


class Unchartable(ValueError):
    """These columns make no chart of any kind; the message says why."""


Maker = Callable[[Columns, random.Random], Chart]


def chart_from_columns(names: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]], rng: random.Random,
                       index: int, language: str = "en", start: int = 0) -> Chart:  # fmt: skip
    """A chart of some of the columns: its kind by turns over all, another by chance where the columns do not allow it.

    `kinds` are integer, number, text, date or boolean; cells are of that kind or None; `language` is that of a script
    which bundled fonts do not set, else English; `start` is the number, from 0, that the first row has in its file.
    Raises `Unchartable` when no type fits, for instance without a numeric column.
    """
    columns = columns_of(names, kinds, rows, language, start)
    own = MAKERS[turn(index, len(MAKERS), "user chart type")]
    others = [m for m in MAKERS if m is not own]
    rng.shuffle(others)
    for maker in (own, *others):
        try:
            chart = maker(columns, rng)
        except Unfit:
            continue
        if legible(chart):
            return _with_given_names(chart, columns.words) if language == "en" else in_form_of(chart, language)
    why = "".join(f'; "{names[c]}" {text}' for c, text in columns.refused.items())
    raise Unchartable(f"no column of numbers that can be charted, and no category that repeats{why}")


def legible(chart: Chart) -> bool:
    """Whether labels and axes tell the plotted numbers apart: subsets of a column may lie closer together than it."""
    return all(_legible_axis(panel, axis) for panel in chart.panels for axis in panel.axes if axis.scale == "linear")


def _legible_axis(panel: Panel, axis: Axis) -> bool:
    points = [p for s in panel.series if s.axis == axis.which for p in s.points]
    span = axis.max - axis.min
    if span < LEAST_SHARE * max(abs(axis.min), abs(axis.max)) or len({t for _, t in axis.ticks}) < len(axis.ticks):
        return False
    return not any(p.y and (abs(p.y) < 1e-9 * span or (p.label and printed_number(p.label) == 0)) for p in points)


ROW = "Row"
"""The axis of rows that have no names."""


def _with_given_names(chart: Chart, words: UserWords) -> Chart:
    """The chart with the user's headings marked as such, so that texts quote them."""
    ours = {words.count, words.value, words.mean_value, ROW}
    panels = tuple(replace(p, axes=tuple(replace(a, given=a.name not in ours) for a in p.axes)) for p in chart.panels)
    return replace(chart, panels=panels)


class Unfit(Exception):
    """The columns do not allow this type."""


def _one(choices: Sequence[int], rng: random.Random) -> int:
    if not choices:
        raise Unfit
    return rng.choice(list(choices))


def _two(choices: Sequence[int], rng: random.Random) -> tuple[int, int]:
    if len(choices) < 2:
        raise Unfit
    a, b = rng.sample(list(choices), 2)
    return a, b


def _groups(t: Columns, category: int, value: int) -> dict[str, list[float]]:
    """Numbers of one column by the categories of another."""
    found: dict[str, list[float]] = {name: [] for name in t.categories(category)}
    name_of = {v: printed(v) for v in dict.fromkeys(t.column(category)) if v is not None}
    for row in t.rows:
        if row[category] is not None and usable(row[value]):
            found[name_of[row[category]]].append(measured(row[value]))
    return {k: v for k, v in found.items() if v}


def mean(values: Sequence[float]) -> float:
    """The mean, to twelve significant digits (so that sums of decimals print as such)."""
    return clean(math.fsum(values) / len(values))


def total(values: Sequence[float]) -> float:
    return clean(math.fsum(values))


_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {"mean": mean, "highest": max, "lowest": min}


_AGGREGATE_WORDS = frozenset({"mean", "average", "median", "highest", "lowest", "max", "min", "maximum", "minimum"})


def _aggregated(t: Columns, value: int, how: str, numbers: Sequence[float]) -> Quantity:
    """The quantity of an aggregate: a mean is printed with one decimal more than its data."""
    q = t.quantity(value, numbers)
    words = q.name.split()
    doubled = t.language == "en" and words and words[0].lower() in _AGGREGATE_WORDS
    name = getattr(t.words, how).format(f"of {q.name}" if doubled else q.name)
    return Quantity(name, q.unit, q.decimals + 1 if how == "mean" else q.decimals)


def _by_category(t: Columns, rng: random.Random) -> Chart:
    """An aggregate of one numeric column per category."""
    category = _one(t.categorical(), rng)
    value = _one([c for c in t.numeric() if c != category], rng)
    groups = _groups(t, category, value)
    how = rng.choice(("mean", "mean", "highest", "lowest"))
    q = _aggregated(t, value, how, [v for g in groups.values() for v in g])
    if len(groups) < 2:
        raise Unfit
    row = (q.name, [_AGGREGATES[how](g) for g in groups.values()])
    heading = split_unit(t.names[category])[0]
    kind = rng.choice(("bar", "horizontal_bar"))
    return assemble.bars(kind, t.words.by.format(q.name, heading), heading, list(groups), [row], q, rng)


def _counts(t: Columns, rng: random.Random) -> Chart:
    """How many rows each category has."""
    category = _one(t.categorical(), rng)
    cells = [printed(v) for v in t.column(category) if v is not None]
    names = t.categories(category)
    heading = split_unit(t.names[category])[0]
    q = Quantity(t.words.count, "", 0)
    made = [float(cells.count(n)) for n in names]
    kind = rng.choice(("bar", "horizontal_bar", "pie", "donut"))
    title = t.words.by.format(q.name, heading)
    if kind in ("pie", "donut") and len(names) <= 7:
        return assemble.slices("pie" if kind == "pie" else "donut", title, names, made, q, rng)
    lying = kind == "horizontal_bar"
    return assemble.bars("horizontal_bar" if lying else "bar", title, heading, names, [(q.name, made)], q, rng)


def _grouped(t: Columns, rng: random.Random) -> Chart:
    """Means of two to four comparable numeric columns, or of one by two categories."""
    category = _one(t.categorical(), rng)
    numeric = [c for c in t.numeric() if c != category]
    unit_of = {c: split_unit(t.names[c])[1] for c in numeric}
    base = _one(numeric, rng)
    alike = [c for c in numeric if unit_of[c] == unit_of[base] and unit_of[c]]
    if len(alike) < 2:
        raise Unfit
    chosen = sorted(rng.sample(alike, min(len(alike), rng.randint(2, 4))))
    names = [n for n in t.categories(category) if all(_groups(t, category, c).get(n) for c in chosen)]
    if len(names) < 2:
        raise Unfit
    q = Quantity(t.words.mean_value, unit_of[base], 1 + max(t.quantity(c, t.numbers(c)).decimals for c in chosen))
    rows = [(split_unit(t.names[c])[0], [mean(_groups(t, category, c)[n]) for n in names]) for c in chosen]
    heading = split_unit(t.names[category])[0]
    title = t.words.by.format(t.words.mean_values, heading)
    if rng.random() < 0.3 and len(names) >= 3 and min(v for _, r in rows for v in r) >= 0:
        return assemble.radar(title, heading, names, rows, q, rng)
    return assemble.bars("grouped_bar", title, heading, names, rows, q, rng)


def _rows(t: Columns, rng: random.Random) -> Chart:
    """A few rows in order, named by a text column or by number; the title says which, unless some are left out."""
    value = _one(t.numeric(), rng)
    count = min(len(t.rows), rng.randint(4, MOST_BARS))
    start = rng.randint(0, len(t.rows) - count)
    window = range(start, start + count)
    label = rng.choice(t.labels()) if t.labels() else None
    if label is None and t.language != "en":
        raise Unfit
    names = [printed(t.rows[i][label]) if label is not None else str(t.places[i] + 1) for i in window]
    found = [(n, i) for n, i in zip(names, window, strict=True) if usable(t.rows[i][value])]
    found = [(n, i) for n, i in found if 0 < len(n) <= LONGEST_NAME]
    kept = [(n, measured(t.rows[i][value])) for n, i in found]
    if len(kept) < 3 or len({n for n, _ in kept}) < len(kept):
        raise Unfit
    q = t.quantity(value, [v for _, v in kept])
    heading = split_unit(t.names[label])[0] if label is not None else ROW
    first, last = t.places[found[0][1]], t.places[found[-1][1]]
    complete = last - first + 1 == len(found)
    title = t.words.window.format(q.name, first + 1, last + 1) if complete else q.name
    kind = rng.choice(("bar", "horizontal_bar", "line"))
    row = [(q.name, [v for _, v in kept])]
    if kind == "line":
        return assemble.lines("line", title, heading, [n for n, _ in kept], row, q, rng)
    lying = kind == "horizontal_bar"
    return assemble.bars("horizontal_bar" if lying else "bar", title, heading, [n for n, _ in kept], row, q, rng)


def _over_time(t: Columns, rng: random.Random) -> Chart:
    """One to three numeric columns of one unit over a stretch of dates, in order of time."""
    date = _one(t.dates(), rng)
    base = _one(t.numeric(), rng)
    alike = [c for c in t.numeric() if split_unit(t.names[c])[1] == split_unit(t.names[base])[1] and c != base]
    chosen = [base, *(rng.sample(alike, min(len(alike), rng.randint(0, 2))) if split_unit(t.names[base])[1] else [])]
    rows = [r for r in t.rows if r[date] is not None and all(usable(r[c]) for c in chosen)]
    rows.sort(key=lambda r: printed(r[date]))
    count = min(len(rows), rng.randint(5, MOST_BARS))
    start = rng.randint(0, len(rows) - count)
    rows = rows[start : start + count]
    xs = [printed(r[date]) for r in rows]
    if len(rows) < 4 or len(set(xs)) < len(xs):
        raise Unfit
    made = [(split_unit(t.names[c])[0], [measured(r[c]) for r in rows]) for c in chosen]
    qs = [t.quantity(c, v) for c, (_, v) in zip(chosen, made, strict=True)]
    name = qs[0].name if len(qs) == 1 else t.words.value
    q = Quantity(name, qs[0].unit, max(x.decimals for x in qs))
    kind = "line" if len(chosen) == 1 else "multi_line"
    heading = split_unit(t.names[date])[0]
    measures = (name, t.words.both, t.words.measures)[len(made) - 1]
    what = measures.format(*((n for n, _ in made) if len(made) < 3 else (len(made),)))
    return assemble.lines(kind, t.words.by.format(what, heading), heading, xs, made, q, rng)


def _scatter(t: Columns, rng: random.Random) -> Chart:
    """Two numeric columns against each other, coloured by a category where there is one."""
    categories = [c for c in t.categorical() if len(t.categories(c)) <= 4]
    cx, cy = _two([c for c in t.numeric() if c not in categories], rng)
    category = rng.choice(categories) if categories and rng.random() < 0.7 else None
    rows = [r for r in t.rows if usable(r[cx]) and usable(r[cy]) and (category is None or r[category] is not None)]
    if len(rows) > MOST_DOTS:
        rows = [rows[i] for i in sorted(rng.sample(range(len(rows)), MOST_DOTS))]
    distinct = _apart({(measured(r[cx]), measured(r[cy])): r for r in rows}, cx, cy)
    if len(distinct) < 5:
        raise Unfit
    qx, qy = (t.quantity(c, [measured(r[c]) for r in distinct]) for c in (cx, cy))
    groups: dict[str, list[Dot]] = {}
    for r in distinct:
        name = qy.name if category is None else printed(r[category])
        groups.setdefault(name, []).append(Dot(measured(r[cx]), measured(r[cy])))
    title = t.words.against.format(qy.name, qx.name)
    if category is not None:
        title = t.words.by.format(title, split_unit(t.names[category])[0])
    if len(distinct) < len(t.rows):
        title = t.words.some.format(title, len(distinct), len(t.rows))
    return assemble_points.scatter("scatter", title, qx, qy, list(groups.items()), rng)


def _apart(rows: Mapping[tuple[float, float], Sequence[Any]], cx: int, cy: int) -> list[Sequence[Any]]:
    """Rows whose points do not lie on one another; the first of each heap stays."""
    xs, ys = [x for x, _ in rows], [y for _, y in rows]
    if not rows or min(xs) == max(xs) or min(ys) == max(ys):
        return []
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    kept: list[Sequence[Any]] = []
    for r in rows.values():
        if all(math.hypot((r[cx] - k[cx]) / wide, (r[cy] - k[cy]) / high) > 0.02 for k in kept):
            kept.append(r)
    return kept


def _histogram(t: Columns, rng: random.Random) -> Chart:
    """The distribution of one numeric column over equal bins."""
    value = _one([c for c in t.numeric() if len(set(t.numbers(c))) >= 8], rng)
    numbers = t.numbers(value)
    low, high = min(numbers), max(numbers)
    step = nice_step(high - low, rng.randint(5, 12))
    first = math.floor(low / step + 1e-9)
    edges = [clean(first * step)]
    while edges[-1] <= high:
        edges.append(clean((first + len(edges)) * step))
    q = t.quantity(value, edges)
    counts = assemble_points.bin_counts(numbers, edges)
    title = t.words.distribution.format(q.name, len(numbers))
    return assemble_points.histogram(title, q, edges, counts, t.words.count, rng)


def _boxes(t: Columns, rng: random.Random) -> Chart:
    """The five numbers of one column per category."""
    category = _one(t.categorical(), rng)
    value = _one([c for c in t.numeric() if c != category], rng)
    groups = {k: v for k, v in _groups(t, category, value).items() if len(v) >= 5 and len(set(v)) >= 4}
    if len(groups) < 2:
        raise Unfit
    q = t.quantity(value, t.numbers(value))
    heading = split_unit(t.names[category])[0]
    kind = rng.choice(("box", "box", "violin"))
    title = t.words.by.format(q.name, heading)
    return assemble_points.boxes(kind, title, heading, list(groups.items()), q, rng)


def _heatmap(t: Columns, rng: random.Random) -> Chart:
    """Means of a numeric column by two categories, where every pair occurs."""
    a, b = _two(t.categorical(), rng)
    value = _one([c for c in t.numeric() if c not in (a, b)], rng)
    cells: dict[tuple[str, str], list[float]] = {}
    for r in t.rows:
        if r[a] is not None and r[b] is not None and usable(r[value]):
            cells.setdefault((printed(r[a]), printed(r[b])), []).append(measured(r[value]))
    rows, columns = t.categories(a), t.categories(b)
    if any((x, y) not in cells for x in rows for y in columns):
        raise Unfit
    q = _aggregated(t, value, "mean", [v for c in cells.values() for v in c])
    matrix = [[mean(cells[x, y]) for y in columns] for x in rows]
    left, top = split_unit(t.names[a])[0], split_unit(t.names[b])[0]
    title = t.words.by_two.format(q.name, left, top)
    return assemble_points.heatmap(title, left, rows, top, columns, matrix, q, rng)


def _dual(t: Columns, rng: random.Random) -> Chart:
    """Means of two unlike columns per category, with an axis each."""
    category = _one(t.categorical(), rng)
    a, b = _two([c for c in t.numeric() if c != category], rng)
    first, second = _groups(t, category, a), _groups(t, category, b)
    names = [n for n in first if n in second]
    qa, qb = (_aggregated(t, c, "mean", t.numbers(c)) for c in (a, b))
    va, vb = [mean(first[n]) for n in names], [mean(second[n]) for n in names]
    if len(names) < 3 or len(set(va)) < 2 or len(set(vb)) < 2 or qa.name == qb.name:
        raise Unfit
    heading = split_unit(t.names[category])[0]
    title = t.words.by.format(t.words.both.format(qa.name, qb.name), heading)
    return assemble.dual(title, heading, names, (qa, va), (qb, vb), rng)


def _panels(t: Columns, rng: random.Random) -> Chart:
    """Two of the simple charts side by side."""
    if t.language != "en":
        raise Unfit
    first, second = rng.sample((_by_category, _counts, _histogram, _rows), 2)
    a, b = first(t, rng), second(t, rng)
    if a.title == b.title or {"pie", "donut"} & {a.type, b.type}:
        raise Unfit
    return assemble.composite("Two views of the data", [a, b], rng)


MAKERS: tuple[Maker, ...] = (
    _by_category, _counts, _grouped, _rows, _over_time, _scatter, _histogram, _boxes, _heatmap, _dual, _panels,
)  # fmt: skip
"""One after the other by index; one that does not suit the columns passes its turn on."""
