"""Charts of a user's own columns: every plotted number stands in the source or is computed from it exactly."""

from __future__ import annotations

import datetime
import math
import random
import re
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from mmrecipes.core.identity import rng_from
from mmrecipes.render.charts.axes import decimals_of
from mmrecipes.render.charts.from_data import Unchartable, chart_from_columns, split_unit
from mmrecipes.render.charts.summary import Chart, Panel
from mmrecipes.render.charts.user_words import user_words
from mmrecipes.render.corpora.texts import texts


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


NUMBERS: dict[str, Any] = {
    "1e15 + i": lambda i: 10**15 + i, "-1e15 - i": lambda i: -(10**15) - i, "beyond floats": lambda i: 10**400 + i,
    "1e-9": lambda i: (i % 7 + 1) * 1e-9, "1e-300": lambda i: (i % 7 + 1) * 1e-300,
    "subnormal": lambda i: 5e-324 * (i % 5),
    "1e300": lambda i: (i % 7 + 1) * 1e300, "largest": lambda i: (-1) ** i * 1.7e308,
    "tiny steps": lambda i: 1e5 + 1e-7 * i, "tiny and huge": lambda i: (1e-9, 1e9)[i % 2] * (i + 1),
}  # fmt: skip


@pytest.mark.parametrize("numbers_of", NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_that_no_axis_can_print_are_left_out_and_never_fail(numbers_of: Any) -> None:
    values = [numbers_of(i) for i in range(40)]
    kind = "integer" if isinstance(values[0], int) else "number"
    with_class = [[v, "abc"[i % 3]] for i, v in enumerate(values)]
    for i in range(33):
        chart = chart_from_columns(["v", "k"], [kind, "text"], with_class, rng_from("odd", i), i)
        for panel in chart.panels:
            for axis in panel.axes:
                assert len({t for _, t in axis.ticks}) == len(axis.ticks)
                assert axis.max - axis.min > 1e-7 * max(abs(axis.min), abs(axis.max))
    if numbers_of is not NUMBERS["tiny and huge"]:
        with pytest.raises(Unchartable, match=r'"v" (has numbers|does not have)'):
            chart_from_columns(["v"], [kind], [[v] for v in values], rng_from(1), 0)


def test_floating_point_noise_is_neither_stored_nor_printed() -> None:
    rows = [[1e6 + i * 0.1 + 4.5e-10, 0.1 + 0.2 + i / 10, "abc"[i % 3]] for i in range(40)]
    for i in range(66):
        chart = chart_from_columns(["a", "b", "k"], ["number", "number", "text"], rows, rng_from("noise", i), i)
        for panel in chart.panels:
            stored = [v for s in panel.series for p in s.points for v in (p.y, *p.extra.values())]
            stored += [p.x for s in panel.series for p in s.points if isinstance(p.x, float)]
            assert all(v == float(f"{v:.12g}") for v in stored)
            texts = [t for a in panel.axes for _, t in a.ticks]
            texts += [p.label for s in panel.series for p in s.points if p.label]
            assert not [t for t in texts if len(t.partition(".")[2]) > 7]


@pytest.mark.parametrize(
    ("v", "decimals"),
    [(1000000.00045, 5), (0.1 + 0.2, 1), (2.5, 1), (7.0, 0), (1e-9, 9), (1e-12, 10), (123456.789, 3), (0.0, 0)],
)
def test_decimals_are_those_a_person_would_write(v: float, decimals: int) -> None:
    assert decimals_of(v) == decimals


@pytest.mark.parametrize("total", ["Total", "SUM", "All", "overall", "Grand total", "Subtotal"])
def test_rows_of_totals_take_part_in_nothing(total: str) -> None:
    rows: list[list[Any]] = [[shop, 10.0 + 3 * i + k] for i, shop in enumerate(["a", "b", "c"]) for k in range(6)]
    rows[9:9] = [[total, 9999.0]]
    rows.append([total, 8888.0])
    for i in range(44):
        chart = chart_from_columns(["shop", "sales"], ["text", "number"], rows, rng_from("total", i), i)
        for panel in chart.panels:
            names = {p.x for s in panel.series for p in s.points} | {s.name for s in panel.series}
            assert total not in names and max(a.max for a in panel.axes) < 1000
            if panel.title.startswith("sales, rows") or chart.title.startswith("sales, rows"):
                by_place = {str(n + 1): v for n, (_, v) in enumerate(rows)}
                assert all(by_place[str(p.x)] == p.y for s in panel.series for p in s.points)


def test_a_column_called_total_is_still_a_measure() -> None:
    rows = [["x" if i % 2 else "y", float(i)] for i in range(20)]
    assert chart_from_columns(["shop", "Total"], ["text", "number"], rows, rng_from(1), 0)


@pytest.mark.parametrize(
    ("heading", "number_at"),
    [
        ("year", lambda i: 1960 + (i * 7) % 50), ("period", lambda i: 2000 + i),
        ("customer_id", lambda i: 1000 + 37 * i),
        ("customerId", lambda i: 5 + i % 9), ("No.", lambda i: i + 1), ("Nr", lambda i: i + 1),
        ("key", lambda i: i * 11),
        ("zip code", lambda i: 10115 + 13 * i), ("index", lambda i: i), ("Unnamed: 0", lambda i: i), ("", lambda i: i),
    ],
)  # fmt: skip
def test_years_and_identifiers_are_never_measures(heading: str, number_at: Any) -> None:
    rows = [[number_at(i), round(3.5 + i * i % 17, 1)] for i in range(30)]
    for i in range(22):
        chart = chart_from_columns([heading, "price"], ["integer", "number"], rows, rng_from("id", i), i)
        for panel in chart.panels:
            assert all(s.axis != a.which or a.name != heading for s in panel.series for a in panel.axes)
            assert panel.series[0].name != heading and "against" not in chart.title
    with pytest.raises(Unchartable, match=r"holds (years|identifiers)"):
        chart_from_columns([heading], ["integer"], [[r[0]] for r in rows], rng_from(1), 0)


def test_years_order_a_line_and_whole_numbers_that_measure_stay_measures() -> None:
    rows = [[2000 + i, 5 + (i * 3) % 11] for i in range(20)]
    made = [chart_from_columns(["year", "ships"], ["integer", "integer"], rows, rng_from(i), i) for i in range(44)]
    lines = [c for c in made if c.panels[0].axis("x").name == "year"]
    assert lines and {a.name for c in lines for a in c.panels[0].axes} == {"year", "ships"}
    known = {str(a): b for a, b in rows}
    assert all(known[str(p.x)] == p.y for c in lines for p in c.panels[0].series[0].points)


def test_headings_keep_their_case_and_are_not_doubled() -> None:
    rows = [["abc"[i % 3], float(i % 13), i % 5 + 0.5] for i in range(40)]
    made = [chart_from_columns(["Sorte", "Größe", "mean feature"], ["text", "number", "number"], rows, rng_from(i), i)
            for i in range(88)]  # fmt: skip
    texts = " / ".join(t for c in made for t in (c.title, *(a.name for p in c.panels for a in p.axes)))
    assert "Größe" in texts and "größe" not in texts and "sorte" not in texts
    assert "mean of mean feature" in texts.lower() and "mean mean" not in texts.lower()


FOREIGN = ("zh", "zh-Hant", "ja", "ko", "ar", "fa", "he", "hi", "th")


@pytest.mark.parametrize("language", FOREIGN)
def test_charts_of_a_file_in_another_script_say_nothing_in_english(language: str) -> None:
    words = texts(language)
    rng = random.Random(4)
    names = [words.labels[0], words.labels[1], words.labels[2], "甲", "乙 (€)", "丙 (€)"]
    rows = [
        [words.cities[i % 4], words.products[i % 3], f"甲{i}", rng.randint(1, 90), rng.random() * 9, rng.random() * 900]
        for i in range(60)
    ]
    rows = [[*r[:4], round(r[4], 1), round(r[5], 2)] for r in rows]
    kinds = ["text", "text", "text", "integer", "number", "number"]
    made = [chart_from_columns(names, kinds, rows, rng_from(language, i), i, language) for i in range(44)]
    assert len({c.type for c in made}) >= 8 and {c.language for c in made} == {language}
    for chart in made:
        said = [chart.title, *(a.name for p in chart.panels for a in p.axes)]
        assert not [t for t in said if re.search("[A-Za-z]{2}|[{}]", t)], said
        assert all(a.given == bool(a.name) for p in chart.panels for a in p.axes)


@pytest.mark.parametrize("language", FOREIGN)
def test_rows_of_totals_are_known_in_the_language_of_the_file(language: str) -> None:
    for total in user_words(language).totals:
        rows = [["甲", 3], ["乙", 5], [f"{total}:", 8], ["丙", 4]]
        made = [chart_from_columns(["子", "数"], ["text", "integer"], rows, rng_from(i), i, language) for i in range(6)]
        assert all(p.y != 8 for c in made for panel in c.panels for s in panel.series for p in s.points)


def rows_printed(chart: Chart) -> tuple[int, int] | None:
    """The range that a title of numbered or named rows gives."""
    found = re.search(r", rows (\d+) to (\d+)$", chart.title)
    return (int(found[1]), int(found[2])) if found else None


def test_rows_left_out_of_a_window_leave_their_range_out_of_the_title() -> None:
    rows = [[f"plant {i}" if i % 7 else "p" * 40, i * 1.5] for i in range(40)]
    made = [chart_from_columns(["plant", "height"], ["text", "number"], rows, rng_from("gap", i), i) for i in range(66)]
    told = 0
    for chart in made:
        points = chart.panels[0].series[0].points
        if len(chart.panels) > 1 or not str(points[0].x).startswith("plant"):
            continue
        places = [int(str(p.x).split()[1]) for p in points]
        whole = places == list(range(places[0], places[-1] + 1))
        assert rows_printed(chart) == ((places[0] + 1, places[-1] + 1) if whole else None), chart.title
        assert whole or chart.title == "height"
        told += 1
    assert told >= 6
