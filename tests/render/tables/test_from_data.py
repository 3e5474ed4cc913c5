"""A user's columns become tables without a changed, invented or cut value."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.identity import rng_from
from mmrecipes.render.tables.answers import Query
from mmrecipes.render.tables.draw import draw_table
from mmrecipes.render.tables.from_data import grid_from_columns
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.queries import evaluate
from mmrecipes.render.tables.themes import theme_for
from mmrecipes.render.tables.typeset import TableRefusal
from mmrecipes.render.tables.view import view_of

NAMES = ["city", "units sold", "mean price", "opened", "active", "remark", "sales total"]
KINDS = ["text", "integer", "number", "date", "boolean", "text", "number"]
FORMULAS = ("=SUM(A1)", "+1", "-x", "@y")
ROWS = [
    [f"Town {i}", 9000 + 37 * i, 5.1 + i / 10, datetime.date(2020, 1, 1 + i), i % 3 == 0, FORMULAS[i % 4], i * 1.25]
    for i in range(25)
]  # fmt: skip


def body(grid: Grid, name: str) -> list[Cell]:
    col = next(c for c, column in enumerate(grid.columns) if name.endswith(column.name))
    return [c for c in grid.cells if c.col == col and c.role in ("body", "row_header")]


def tables(count: int, **kwargs: object) -> list[Grid]:
    return [grid_from_columns(NAMES, KINDS, ROWS, rng_from("data", i), **kwargs) for i in range(count)]  # type: ignore[arg-type]


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[,\u00a0]", "", text).replace("\u2212", "-"))


def test_every_printed_row_is_a_row_of_the_data_in_its_order() -> None:
    by_city = {row[0]: row for row in ROWS}
    seen = 0
    for grid in tables(60):
        if not grid.row_header_cols:
            continue
        cities = [c for c in grid.cells if c.role == "row_header"]
        assert [c.text for c in cities] == sorted((c.text for c in cities), key=lambda t: int(t.split()[1]))
        for cell in grid.cells:
            if cell.role == "body" and cell.rows == 1:
                row = by_city[grid.at(cell.row, 0).text]
                assert cell.value in (row[i].isoformat() if i == 3 else row[i] for i in range(7))
                seen += 1
    assert seen > 1000


def test_a_number_is_printed_with_its_own_decimals_unit_and_sign() -> None:
    prices = ["$1,234.50", "$3", "($2.5)", "$0.125", "-$7.00"]
    values = [1234.5, 3.0, -2.5, 0.125, -7.0]
    rows = [[f"k{i}", values[i], 10.0 + i] for i in range(5)]
    printed = [[None, prices[i], f"{10 + i}.0" + "0" * (5 * (i == 2))] for i in range(5)]
    for seed in range(30):
        grid = grid_from_columns(
            ["id", "price", "x"], ["text", "number", "number"], rows, rng_from(seed),
            printed=printed, units=["", "$", ""],
        )  # fmt: skip
        column = next(c for c in grid.columns if c.name == "price")
        assert (column.kind, column.currency) == ("money", "$")
        for name, column_at in (("price", 1), ("x", 2)):
            shown = [c.text for c in body(grid, name) if c.value is not None]
            everything = [row[column_at] for row in printed]
            assert "|".join(shown) in "|".join(map(str, everything))


def test_a_print_that_does_not_read_as_its_value_is_not_shown() -> None:
    rows = [["a", 1.5], ["b", 2.25], ["c", 3.0]]
    printed = [[None, "1.5"], [None, "9.9"], [None, "3.0"]]
    grid = grid_from_columns(["t", "x"], ["text", "number"], rows, rng_from(1), printed=printed)
    assert [number(c.text) for c in body(grid, "x")] == [Decimal("1.50"), Decimal("2.25"), Decimal("3.00")]


def test_a_row_named_total_is_no_row_among_others() -> None:
    rows = [[f"town {i}", "a" if i % 2 else "b", 5 + i] for i in range(8)]
    rows += [["Total", "b", sum(5 + i for i in range(8))]]
    asked = 0
    for seed in range(60):
        grid = grid_from_columns(["town", "side", "visits"], ["text", "text", "integer"], rows, rng_from(seed))
        labels = [r for r in range(grid.header_rows, grid.rows) if grid.at(r, 0).text == "Total"]
        view = view_of(grid)
        assert not set(labels) & set(view.data_rows) and all(c.role == "total" for c in grid.cells if c.row in labels)
        if labels:
            asked += 1
            assert evaluate(view, Query("extreme", {"column": ["visits"], "which": "max"})).text == "town 7"
            assert "Total of rows shown" not in {c.text for c in grid.cells}
    assert asked > 5


def test_a_column_full_of_the_word_total_names_no_totals() -> None:
    rows = [[("Total", "Partial")[i % 2], i] for i in range(10)]
    grid = grid_from_columns(["eclipse", "n"], ["text", "integer"], rows, rng_from(3))
    assert not any(c.role == "total" for c in grid.cells)


def test_cells_that_look_like_formulas_are_plain_text() -> None:
    texts = {c.text for grid in tables(40) for c in grid.cells}
    assert {"=SUM(A1)", "+1", "-x", "@y"} <= texts


def test_an_added_total_is_the_sum_of_the_rows_shown_and_says_so() -> None:
    found = 0
    for grid in tables(80):
        last = [c for c in grid.cells if c.role == "total"]
        if not last:
            continue
        assert last[0].text == "Total of rows shown"
        for cell in last[1:]:
            above = [c for c in grid.cells if c.col == cell.col and c.role == "body"]
            if cell.text:
                assert number(cell.text) == sum(number(c.text) for c in above)
                found += 1
    assert found > 10


def test_a_shared_first_word_becomes_a_header_above() -> None:
    names = ["sepal length (cm)", "sepal width (cm)", "petal_length", "petal_width", "kind"]
    rows = [[5.1, 3.5, 1.4, 0.2, f"k{i}"] for i in range(5)]
    grids = [grid_from_columns(names, ["number"] * 4 + ["text"], rows, rng_from(i)) for i in range(40)]
    deep = [g for g in grids if g.header_rows == 2]
    assert deep and len(deep) < 40
    for grid in deep:
        for parent in (c for c in grid.cells if c.role == "header" and c.cols > 1):
            assert parent.text in ("sepal", "petal") and parent.cols == 2


def test_equal_neighbouring_texts_may_become_one_cell_that_spans_only_them() -> None:
    rows = [[f"id{i}", ("a", "a", "b", "b", "b", "c")[i % 6], i] for i in range(18)]
    spans = 0
    for i in range(40):
        grid = grid_from_columns(["id", "group", "n"], ["text", "text", "integer"], rows, rng_from(i))
        for cell in (c for c in grid.cells if c.rows > 1 and c.role == "body"):
            spans += 1
            shown = [int(grid.at(r, 0).text[2:]) for r in range(cell.row, cell.row + cell.rows)]
            assert {rows[n][1] for n in shown} == {cell.text}
    assert spans > 5


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("long", "text", ["x " * 100, "b", "c"]),
        ("one long word", "text", ["x" * 40, "b", "c"]),
        ("control", "text", ["a\x07b", "b", "c"]),
        ("huge", "number", [1e300, 1.0, 2.0]),
        ("infinite", "number", [float("inf"), 1.0, 2.0]),
        ("", "integer", [1, 2, 3]),
    ],
)
def test_a_column_that_cannot_be_set_is_left_out_whole(name: str, kind: str, values: list) -> None:  # type: ignore[type-arg]
    rows = [["a", 1, values[0]], ["b", 2, values[1]], ["c", 3, values[2]]]
    grid = grid_from_columns(["p", "q", name], ["text", "integer", kind], rows, rng_from(1))  # type: ignore[list-item]
    assert [c.name for c in grid.columns] == ["p", "q"]


def test_header_texts_lose_control_characters_and_double_blanks() -> None:
    grid = grid_from_columns(["a\n\tb", "c\x00d  e"], ["integer", "integer"], [[1, 2], [3, 4]], rng_from(1))
    assert [c.text for c in grid.cells if c.role == "header"] == ["a b", "c d e"]


def test_too_little_data_is_refused() -> None:
    for rows, kinds, reason in (
        ([["a", 1]], ["text", "integer"], "too_few_rows"),
        ([[1], [2]], ["integer"], "too_few_columns"),
    ):
        with pytest.raises(TableRefusal) as refusal:
            grid_from_columns([f"c{i}" for i in range(len(kinds))], kinds, rows, rng_from(1))  # type: ignore[arg-type]
        assert refusal.value.reason == reason


CELL = st.one_of(st.none(), st.text(max_size=40), st.sampled_from(["=1+1", "-3", "a|b", "<td>", "\\", "&amp;", "1,5"]))
NUMBER = st.one_of(st.none(), st.floats(-1e9, 1e9).map(lambda v: round(v, 4)), st.just(float("nan")))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(CELL, NUMBER, st.integers(-(10**14), 10**14), st.booleans()), min_size=2, max_size=30),
    st.integers(0, 10_000),
)
def test_any_data_gives_a_tiling_grid_whose_numbers_parse_back_or_a_refusal(rows: list, seed: int) -> None:  # type: ignore[type-arg]
    try:
        grid = grid_from_columns(["t", "x", "n", "b"], ["text", "number", "integer", "boolean"], rows, rng_from(seed))
    except TableRefusal:
        return
    places = [(r, c) for k in grid.cells for r in range(k.row, k.row + k.rows) for c in range(k.col, k.col + k.cols)]
    assert sorted(places) == [(r, c) for r in range(grid.rows) for c in range(grid.cols)]
    assert 3 <= grid.rows <= 20 and 2 <= grid.cols <= 20
    for cell in grid.cells:
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            assert number(cell.text) == Decimal(repr(cell.value))


def test_grids_of_data_can_be_drawn() -> None:
    for i, grid in enumerate(tables(20, caption="Branches")):
        table = draw_table(grid, theme_for(i), rng_from(i))
        assert len(table.cells) == len(grid.cells) and table.caption is not None
