"""Random charts in the languages of `corpora.texts`: 18 types with believable data.

Covered: every type whose printed words are the language's own; titles, entities, measures and units from the
language's lists; axis names are marked as given, so that English questions quote them. Numbers are printed as in
English charts (decimal points, commas between thousands). Not covered: bubbles, waterfalls, candles and two panels,
whose fixed words are English.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass

from mmrecipes.core.identity import turn
from mmrecipes.render.charts import assemble, assemble_points, values
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.assemble_points import Dot
from mmrecipes.render.charts.axes import clean, decimals_of, nice_step
from mmrecipes.render.charts.content_common import quantity_of
from mmrecipes.render.charts.numerals import in_form_of
from mmrecipes.render.charts.summary import Chart, ChartType
from mmrecipes.render.charts.vocabulary import Entities, Measure, Nature
from mmrecipes.render.corpora.local import metrics_of, money_unit
from mmrecipes.render.corpora.texts import WITHOUT_BLANKS, Texts, period_text, texts

Rng = random.Random
TYPES: tuple[ChartType, ...] = (
    "bar", "grouped_bar", "stacked_bar", "horizontal_bar", "line", "multi_line", "area", "stacked_area", "scatter",
    "pie", "donut", "histogram", "box", "violin", "heatmap", "radar", "error_bar", "dual_axis",
)  # fmt: skip
LONGEST_NAME = 18
_AND = {"zh": "与", "zh-Hant": "與", "ja": "と"}
"""Between two measures in a title; a stroke elsewhere."""


@dataclass(frozen=True, slots=True)
class Local:
    """The vocabulary of charts in one language."""

    code: str
    words: Texts
    measures: tuple[Measure, ...]
    things: tuple[Entities, ...]

    def measure(self, rng: Rng, *natures: Nature) -> Measure:
        return rng.choice([m for m in self.measures if not natures or m.nature in natures])

    def entities(self, rng: Rng, count: int, m: Measure, other_than: str = "") -> Entities:
        """Things that have such a measure; any others beside those of `other_than`."""
        fitting = [self.things[i] for i in _FITTING[self.measures.index(m)] if self.things[i].axis != other_than]
        group = rng.choice(fitting or [e for e in self.things if e.axis != other_than])
        return Entities(group.axis, tuple(rng.sample(group.names, min(count, len(group.names)))))

    def timely(self, rng: Rng, *natures: Nature) -> Measure:
        """A measure that changes over time."""
        moving = self.measures[:-2]
        return rng.choice([m for m in moving if not natures or m.nature in natures])

    def times(self, rng: Rng, least: int, most: int) -> Entities:
        """Consecutive years, quarters or months, under the word for a month or none."""
        count = rng.randint(least, most)
        kind = rng.choice(("year", "year", "quarter", "month"))
        if kind == "month":
            count = min(count, 12)
            start = rng.randint(0, 12 - count)
            return Entities(self.words.labels[5], self.words.months[start : start + count])
        if kind == "quarter":
            year, first = rng.randint(2008, 2021), rng.randrange(4)
            steps = [divmod(first + i, 4) for i in range(min(count, 8))]
            return Entities("", tuple(period_text(self.code, year + y, quarter=q + 1) for y, q in steps))
        start = rng.randint(1998, 2024 - count)
        return Entities("", tuple(str(start + i) for i in range(count)))

    def yearly(self, names: Entities) -> bool:
        return names.axis == self.words.labels[5]

    def title(self, rng: Rng, what: str, by: str, *, dated: bool) -> str:
        """A title from independent choices: what is measured, by what, when, where."""
        year = rng.randint(2005, 2024)
        if self.code in WITHOUT_BLANKS:
            per = f"{by}別{what}" if self.code == "ja" else f"各{by}{what}"
            forms = [what, per, f"{what}（{by}）"] if by else [what]
            head = rng.choice(forms)
            return rng.choice((head, f"{year}年{head}", f"{head}（{year}年）")) if dated else head
        place = "" if by == self.words.labels[0] else f"{rng.choice(self.words.cities)}: "
        head = rng.choice((what, f"{what} – {by}" if by else what, f"{place}{what}"))
        return rng.choice((head, f"{head} ({year})", f"{head}, {year}")) if dated else head


_FITTING = ((0, 1, 2), (1,), (1, 2), (0, 2), (0, 1), (0, 1), (0, 2), (0, 1), (2, 3), (3,), (0,), (0,), (1,), (0,))
"""For every measure the things that have it: 0 cities, 1 products, 2 departments, 3 subjects."""


@functools.cache
def local(code: str) -> Local:
    words = texts(code)
    natures: tuple[Nature, ...] = (
        "amount", "level", "amount", "amount", "amount", "amount", "amount", "amount", "amount", "level", "season",
        "season", "level", "level",
    )  # fmt: skip
    measures = tuple(
        Measure(m.name, money_unit(code, m.unit) if m.money else m.unit, m.low, m.high, m.decimals, nature)
        for m, nature in zip(metrics_of(words), natures, strict=True)
    )
    lists = ((0, words.cities), (1, words.products), (3, words.departments), (4, words.subjects_taught))
    things = tuple(
        Entities(words.labels[i], tuple(n for n in names if len(n) <= LONGEST_NAME)[:14]) for i, names in lists
    )
    return Local(code, words, measures, things)


@functools.cache
def additive_names(code: str) -> frozenset[str]:
    """Names of measures whose sums over categories mean something."""
    return frozenset() if code == "en" else frozenset(m.name for m in local(code).measures if m.nature == "amount")


def month_head(code: str) -> str:
    """What heads months in the charts of a language other than English (years and quarters have no heading)."""
    return texts(code).labels[5]


def local_chart(rng: Rng, index: int, code: str, *, kind: ChartType | None = None) -> Chart:
    """The chart at this index in a language: its type by turns over all 18 (or `kind`), the rest from `rng`."""
    chosen = kind or TYPES[turn(index, len(TYPES), "chart type", code)]
    chart = _MAKERS[chosen](chosen, local(code), rng)
    return in_form_of(chart, code)


def _bars(kind: ChartType, v: Local, rng: Rng) -> Chart:
    timely = kind == "bar" and rng.random() < 0.4
    m = v.timely(rng) if timely else v.measure(rng)
    names = v.times(rng, 4, 10) if timely else v.entities(rng, rng.randint(4, 9), m)
    made = (
        values.over_time(m, len(names.names), rng, yearly=v.yearly(names))
        if timely
        else values.across(m, len(names.names), rng)
    )
    title = v.title(rng, m.name, names.axis, dated=not timely)
    return assemble.bars(kind, title, names.axis, names.names, [(m.name, made)], quantity_of(m), rng)


def _groups(kind: ChartType, v: Local, rng: Rng) -> Chart:
    timely = rng.random() < 0.6
    m = v.timely(rng, *(("amount",) if kind == "stacked_bar" else ()))
    parts = v.entities(rng, rng.randint(2, 4), m)
    names = v.times(rng, 3, 6) if timely else v.entities(rng, rng.randint(3, 6), m, parts.axis)
    made = values.several(m, len(parts.names), len(names.names), rng, timely=timely, yearly=v.yearly(names))
    title = v.title(rng, m.name, parts.axis, dated=not timely)
    rows = list(zip(parts.names, made, strict=True))
    return assemble.bars(kind, title, names.axis, names.names, rows, quantity_of(m), rng)


def _errors(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m = v.measure(rng, "level", "amount")
    names = v.entities(rng, rng.randint(3, 7), m)
    made = values.across(m, len(names.names), rng)
    room = rng.uniform(0.03, 0.12) * (max(made) - min(made) + 0.2 * max(made))
    least = 10.0**-m.decimals
    error = [max(least, round(min(room * rng.uniform(0.5, 1.5), 0.6 * y), m.decimals)) for y in made]
    title = v.title(rng, m.name, names.axis, dated=True)
    return assemble.bars(kind, title, names.axis, names.names, [(m.name, made)], quantity_of(m), rng, [error])


def _lines(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m = v.timely(rng, *(("amount",) if "area" in kind else ()))
    names = v.times(rng, 5, 11)
    many = kind in ("multi_line", "stacked_area")
    parts = v.entities(rng, rng.randint(2, 4), m) if many else Entities("", (m.name,))
    made = values.several(m, len(parts.names), len(names.names), rng, timely=True, yearly=v.yearly(names))
    title = v.title(rng, m.name, parts.axis, dated=v.yearly(names))
    rows = list(zip(parts.names, made, strict=True))
    return assemble.lines(kind, title, names.axis, names.names, rows, quantity_of(m), rng)


def _slices(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m = v.measure(rng, "amount")
    names = v.entities(rng, rng.randint(3, 7), m)
    what = m.name
    if rng.random() < 0.6:
        q = Quantity(v.words.computed[2], "%", rng.choice((0, 0, 1)))
        what = f"{m.name}{q.name}" if v.code in WITHOUT_BLANKS else f"{m.name} ({q.name})"
        made = values.shares(len(names.names), rng, q.decimals)
    else:
        q, made = quantity_of(m), values.across(m, len(names.names), rng)
    if rng.random() < 0.4:
        made = sorted(made, reverse=True)
    return assemble.slices(kind, v.title(rng, what, names.axis, dated=True), names.names, made, q, rng)


def _scatter(kind: ChartType, v: Local, rng: Rng) -> Chart:
    mx, my = rng.sample(v.measures, 2)
    groups = v.entities(rng, rng.choice((1, 2, 2, 3)), my)
    strength = rng.choice((-1, 1)) * rng.choice((0.95, 0.9, 0.8, 0.6, 0.0))
    count = max(4, rng.randint(12, 48) // len(groups.names))
    dots = [
        (name if len(groups.names) > 1 else my.name, [Dot(x, y) for x, y in _apart(mx, my, count, strength, rng)])
        for name in groups.names
    ]
    title = f"{my.name}{_AND.get(v.code, ' / ')}{mx.name}"
    return assemble_points.scatter(kind, title, quantity_of(mx), quantity_of(my), dots, rng)


def _apart(mx: Measure, my: Measure, count: int, strength: float, rng: Rng) -> list[tuple[float, float]]:
    """Points of which none hides another."""
    kept: list[tuple[float, float]] = []
    for x, y in values.correlated(mx, my, 2 * count, strength, rng):
        if all(abs(x - a) / (mx.high - mx.low) + abs(y - b) / (my.high - my.low) > 0.03 for a, b in kept):
            kept.append((x, y))
    return kept[:count]


def _histogram(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m = v.measure(rng, "level", "season")
    draws = values.sample(m, rng.randint(60, 400), rng)
    step = nice_step(max(draws) - min(draws), rng.randint(6, 12))
    first = step * int(min(draws) // step)
    edges = [clean(first)]
    while edges[-1] <= max(draws):
        edges.append(clean(first + step * len(edges)))
    counts = assemble_points.bin_counts(draws, edges)
    q = Quantity(m.name, m.unit, max(decimals_of(step), decimals_of(clean(first))) if step < 1 or step % 1 else 0)
    return assemble_points.histogram(m.name, q, edges, counts, v.words.metrics[3], rng)


def _boxes(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m = v.measure(rng, "level", "season")
    names = v.entities(rng, rng.randint(3, 6), m)
    samples = [(n, values.sample(m, rng.randint(20, 60), rng)) for n in names.names]
    title = v.title(rng, m.name, names.axis, dated=True)
    return assemble_points.boxes(kind, title, names.axis, samples, quantity_of(m), rng)


def _heatmap(kind: ChartType, v: Local, rng: Rng) -> Chart:
    m, timely = v.timely(rng), rng.random() < 0.5
    rows = v.entities(rng, rng.randint(3, 6), m)
    columns = v.times(rng, 4, 7) if timely else v.entities(rng, rng.randint(3, 6), m, rows.axis)
    matrix = values.several(
        m, len(rows.names), len(columns.names), rng, timely=timely, yearly=timely and v.yearly(columns)
    )
    title = v.title(rng, m.name, rows.axis, dated=False)
    return assemble_points.heatmap(
        title, rows.axis, rows.names, columns.axis, columns.names, matrix, quantity_of(m), rng
    )


def _radar(kind: ChartType, v: Local, rng: Rng) -> Chart:
    top = rng.choice((5, 10, 100))
    m = Measure(v.words.metrics[9], "", 0.2 * top, top, 0 if top == 100 else 1, "level")
    subjects = v.things[3]
    spokes = rng.sample(subjects.names, rng.randint(5, 8))
    people = rng.sample(v.words.given, rng.randint(1, 3))
    rows = [(p, [values.clipped(rng.uniform(0.3, 1) * top, m) for _ in spokes]) for p in people]
    title = m.name if len(rows) > 1 else f"{rows[0][0]}: {m.name}"
    return assemble.radar(title, subjects.axis, spokes, rows, quantity_of(m), rng)


def _dual(kind: ChartType, v: Local, rng: Rng) -> Chart:
    while True:
        first, second = rng.sample(v.measures[:-2], 2)
        if first.unit != second.unit:
            break
    times = v.times(rng, 5, 10)
    yearly = v.yearly(times)
    left = values.over_time(first, len(times.names), rng, yearly=yearly)
    right = values.over_time(second, len(times.names), rng, yearly=yearly)
    title = v.title(rng, f"{first.name}{_AND.get(v.code, ' / ')}{second.name}", "", dated=yearly)
    return assemble.dual(title, times.axis, times.names, (quantity_of(first), left), (quantity_of(second), right), rng)


_MAKERS: dict[ChartType, Callable[[ChartType, Local, Rng], Chart]] = {
    "bar": _bars, "grouped_bar": _groups, "stacked_bar": _groups, "horizontal_bar": _bars, "line": _lines,
    "multi_line": _lines, "area": _lines, "stacked_area": _lines, "scatter": _scatter, "pie": _slices,
    "donut": _slices, "histogram": _histogram, "box": _boxes, "violin": _boxes, "heatmap": _heatmap,
    "radar": _radar, "error_bar": _errors, "dual_axis": _dual,
}  # fmt: skip
