"""Charts of a user's own columns: every plotted number stands in the source or is computed from it exactly."""

from __future__ import annotations

import datetime
import math
import random
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from mmrecipes.core.identity import rng_from
from mmrecipes.render.charts.from_data import Unchartable, chart_from_columns, split_unit
from mmrecipes.render.charts.summary import Chart, Panel


def flowers(count: int = 90) -> tuple[list[str], list[str], list[list[Any]]]:
    """A table like the ones people have: two measures in cm, one without a unit, two categories, some cells missing."""
    rng = random.Random(5)
    rows: list[list[Any]] = []
    for i in range(count):
        kind, site = ("setosa", "versicolor", "virginica")[i % 3], ("north", "south")[rng.randrange(2)]
        length = round(rng.gauss(4.5 + i % 3, 0.4), 1)
        cells = [length, round(length * 0.4 + rng.gauss(0, 0.2), 1), rng.randint(1, 40), kind, site, f"plant {i}"]
        rows.append([None if rng.random() < 0.04 and j < 3 else v for j, v in enumerate(cells)])
    names = ["sepal length (cm)", "sepal width (cm)", "seeds", "species", "site", "label"]
    return names, ["number", "number", "integer", "text", "text", "text"], rows


def dated(count: int = 40) -> tuple[list[str], list[str], list[list[Any]]]:
    rng = random.Random(8)
    first = datetime.date(2021, 3, 1)
    rows = [[first + datetime.timedelta(days=i), round(20 + i * 0.3 + rng.gauss(0, 1), 2), rng.randint(0, 9) * 10]
            for i in range(count)]  # fmt: skip
    return ["date", "temperature [°C]", "rain_mm"], ["date", "number", "integer"], rows


def charts(table: tuple[list[str], list[str], list[list[Any]]], count: int = 110) -> list[Chart]:
    return [chart_from_columns(*table, rng_from("user", i), i) for i in range(count)]


def numbers(rows: list[list[Any]], c: int) -> list[float]:
    return [float(r[c]) for r in rows if isinstance(r[c], int | float)]


def explained(table: tuple[list[str], list[str], list[list[Any]]]) -> set[float]:
    """Every number that may honestly be plotted, computed with exact fractions: cells, counts, and per category and
    pair of categories the mean, the extremes and the five numbers of each column."""
    _, kinds, rows = table
    numeric = [c for c, k in enumerate(kinds) if k in ("integer", "number")]
    texts = [c for c, k in enumerate(kinds) if k in ("text", "integer")]
    found = {float(v) for c in numeric for v in numbers(rows, c)}
    subsets: list[list[list[Any]]] = [rows]
    for a in texts:
        groups: dict[Any, list[list[Any]]] = {}
        for r in rows:
            groups.setdefault(r[a], []).append(r)
            for b in texts:
                groups.setdefault((b, r[a], r[b]), []).append(r)
        found |= {float(len(g)) for g in groups.values()}
        subsets += groups.values()
    for subset in subsets:
        for c in numeric:
            values = numbers(subset, c)
            if values:
                found.add(float(sum(Fraction(str(v)) for v in values) / len(values)))
            if len(values) > 1:
                found |= {*statistics.quantiles(values, n=4, method="inclusive"), statistics.median(values)}
    return found


def plotted(panel: Panel) -> list[float]:
    found = []
    for s in panel.series:
        for p in s.points:
            found.append(p.y)
            if panel.type == "scatter":
                found.append(float(p.x))
            found += [v for k, v in p.extra.items() if k in ("q1", "q3", "low", "high") or k.startswith("outlier")]
    return found


@pytest.mark.parametrize("table", [flowers(), dated()], ids=["flowers", "dated"])
def test_every_plotted_number_is_found_in_or_computed_exactly_from_the_source(table: Any) -> None:
    known = sorted(explained(table))
    checked = 0
    for chart in charts(table):
        for panel in chart.panels:
            if panel.type == "histogram":
                continue
            for v in plotted(panel):
                assert any(math.isclose(v, k, rel_tol=1e-9, abs_tol=1e-9) for k in known), (chart.title, v)
                checked += 1
    assert checked > 500


@pytest.mark.parametrize("table", [flowers(), dated()], ids=["flowers", "dated"])
def test_histograms_count_the_source(table: Any) -> None:
    names, _, rows = table
    seen = 0
    for chart in charts(table):
        for panel in (p for p in chart.panels if p.type == "histogram"):
            column = next(c for c, n in enumerate(names) if split_unit(n)[0] == panel.series[0].name)
            values = numbers(rows, column)
            points = panel.series[0].points
            for i, p in enumerate(points):
                left, right = p.extra["left"], p.extra["right"]
                inside = [v for v in values if left <= v < right or (i == len(points) - 1 and v == right)]
                assert p.y == len(inside)
            assert sum(p.y for p in points) == len(values)
            seen += 1
    assert seen >= 5


def test_aggregates_are_named_in_the_title_and_on_the_axis() -> None:
    names, _, rows = flowers()
    cells = {v for r in rows for v in r if isinstance(v, int | float)}
    for chart in charts((names, ["number", "number", "integer", "text", "text", "text"], rows)):
        for panel in chart.panels:
            if panel.type in ("histogram", "box", "violin", "scatter"):
                continue
            strange = [p.y for s in panel.series for p in s.points if p.y not in cells]
            if strange:
                text = " ".join([chart.title, panel.title, *(a.name for a in panel.axes)])
                assert any(w in text for w in ("Mean", "Number of rows")), (chart.title, strange)


def test_several_types_come_of_one_table() -> None:
    types = Counter(c.type for c in charts(flowers(), 220))
    assert len(types) >= 9
    assert max(types.values()) < 0.4 * sum(types.values())
    assert {"line"} <= {c.type for c in charts(dated())}


def test_missing_cells_are_left_out_and_never_drawn_as_zero() -> None:
    names, kinds, rows = flowers()
    for r in rows[::2]:
        r[0] = None
    for chart in charts((names, kinds, rows)):
        for panel in chart.panels:
            if panel.type == "scatter":
                assert all(p.y != 0 and p.x != 0 for s in panel.series for p in s.points)


def test_units_are_taken_from_headings() -> None:
    assert split_unit("sepal length (cm)") == ("sepal length", "cm")
    assert split_unit("temperature [°C]") == ("temperature", "°C")
    assert split_unit("total_bill") == ("total bill", "")
    assert split_unit("(odd)") == ("(odd)", "")


def test_the_same_seed_gives_the_same_chart() -> None:
    assert charts(flowers(), 22) == charts(flowers(), 22)


@pytest.mark.parametrize(
    ("kinds", "rows"),
    [
        (["text"], [["a"], ["b"], ["c"]]),
        (["number"], [[1.0], [1.0], [1.0]]),
        (["number"], [[None], [None]]),
        (["number", "text"], [[float("nan"), "x"]]),
        (["date"], [[datetime.date(2020, 1, 1)]]),
        (["text"], []),
    ],
)
def test_tables_without_anything_to_plot_are_refused(kinds: list[str], rows: list[list[Any]]) -> None:
    with pytest.raises(Unchartable):
        chart_from_columns([f"c{i}" for i in range(len(kinds))], kinds, rows, rng_from(1), 0)


def test_duplicate_names_long_names_and_odd_cells_do_not_break_a_chart() -> None:
    rows = [[i * 1.5, i, "a|b" if i % 2 else "=1+1", "x" * 60] for i in range(40)]
    for i in range(33):
        chart = chart_from_columns(["v", "v", "k", "long"], ["number", "integer", "text", "text"], rows, rng_from(i), i)
        for panel in chart.panels:
            assert len({s.name for s in panel.series}) == len(panel.series)
