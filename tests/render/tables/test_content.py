"""Invented grids keep their promises: spans tile, headers cover their children, printed sums add up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest

from mmrecipes.core.identity import rng_from
from mmrecipes.render.corpora.topics import topic_at
from mmrecipes.render.tables import content
from mmrecipes.render.tables.columns import Block, Leaf
from mmrecipes.render.tables.content import grid_difficulty, random_grid
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.header import Node, header_cells

COUNT = 1000


@pytest.fixture(scope="module")
def grids() -> list[Grid]:
    return [random_grid(rng_from("content", i), i) for i in range(COUNT)]


def covers(grid: Grid) -> list[list[Cell]]:
    found: dict[tuple[int, int], list[Cell]] = {}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for col in range(cell.col, cell.col + cell.cols):
                found.setdefault((row, col), []).append(cell)
    assert set(found) == {(r, c) for r in range(grid.rows) for c in range(grid.cols)}, "holes or cells outside"
    assert all(len(cells) == 1 for cells in found.values()), "two cells at one place"
    return [[found[r, c][0] for c in range(grid.cols)] for r in range(grid.rows)]


def read(text: str) -> Decimal | None:
    """A number as a reader of the picture would take it."""
    digits = re.sub(r"[^\d.]", "", text.replace("CHF", "").replace("SEK", "").replace("INR", ""))
    if not re.fullmatch(r"\d+(\.\d+)?", digits):
        return None
    negative = text.startswith("(") or text[0] in "-\u2212"
    return -Decimal(digits) if negative else Decimal(digits)


def test_spans_tile_every_grid_exactly_once_in_reading_order(grids: list[Grid]) -> None:
    for grid in grids:
        covers(grid)
        assert [(c.row, c.col) for c in grid.cells] == sorted((c.row, c.col) for c in grid.cells)
        assert len(grid.columns) == grid.cols


def test_sizes_are_uniform_over_three_to_twenty(grids: list[Grid]) -> None:
    for sizes in (Counter(g.rows for g in grids), Counter(g.cols for g in grids)):
        assert set(sizes) == set(range(3, 21))
        assert max(sizes.values()) - min(sizes.values()) <= 1


def test_column_kinds_follow_the_weights_of_the_spec(grids: list[Grid]) -> None:
    kinds = Counter(column.kind for grid in grids for column in grid.columns[1:])
    total = sum(kinds.values())
    numbers = sum(kinds[k] for k in ("integer", "decimal", "percent")) / total
    assert 0.45 < numbers < 0.57
    assert 0.06 < kinds["money"] / total < 0.14


def test_a_merged_header_spans_its_children_exactly(grids: list[Grid]) -> None:
    depths = Counter(grid.header_rows for grid in grids)
    assert set(depths) == {1, 2, 3} and min(depths.values()) > 60
    for grid in grids:
        places = covers(grid)
        for cell in grid.cells:
            if cell.role != "header":
                continue
            assert cell.row + cell.rows <= grid.header_rows
            if cell.row + cell.rows == grid.header_rows:
                assert cell.cols == 1
                continue
            below = {id(c): c for c in places[cell.row + cell.rows][cell.col : cell.col + cell.cols]}.values()
            assert len(below) > 1
            assert min(c.col for c in below) == cell.col
            assert max(c.col + c.cols for c in below) == cell.col + cell.cols


def test_no_two_columns_read_the_same_in_the_header(grids: list[Grid]) -> None:
    for grid in grids:
        places = covers(grid)
        paths = [tuple(dict.fromkeys(id(places[r][c]) for r in range(grid.header_rows))) for c in range(grid.cols)]
        texts = {id(c): c.text for c in grid.cells}
        read_out = [tuple(texts[k] for k in path) for path in paths]
        assert len(set(read_out)) == grid.cols
        assert all(path[-1] for path in read_out)


def test_body_merges_stay_in_a_section_and_off_totals_and_computed_columns(grids: list[Grid]) -> None:
    merged = 0
    for grid in grids:
        bound = {c for c, column in enumerate(grid.columns) if column.computed}
        bound |= {int(n) for column in grid.columns for n in re.findall(r"\d+", column.computed)}
        here = [c for c in grid.cells if c.role == "body" and c.rows * c.cols > 1]
        assert len(here) <= 3
        merged += len(here)
        for cell in here:
            assert not bound & set(range(cell.col, cell.col + cell.cols))
            if grid.sections:
                assert any(a <= cell.row and cell.row + cell.rows <= b for a, b in grid.sections)
            if cell.rows > 1 or cell.cols > 1:
                assert cell.text
    assert merged > COUNT / 4


def data_rows(grid: Grid, places: list[list[Cell]]) -> list[int]:
    rows = range(grid.header_rows, grid.rows)
    titled = {c.row for c in grid.cells if c.role == "section" and c.cols > 1}
    return [r for r in rows if places[r][-1].role != "total" and r not in titled]


def test_computed_columns_follow_from_the_printed_texts(grids: list[Grid]) -> None:
    checked: Counter[str] = Counter()
    for grid in grids:
        places = covers(grid)
        rows = data_rows(grid, places)
        for col, column in enumerate(grid.columns):
            if not column.computed:
                continue
            how, sources = column.computed.split("(")[0], [int(n) for n in re.findall(r"\d+", column.computed)]
            column_total = sum((read(places[r][sources[0]].text) or Decimal(0) for r in rows), Decimal(0))
            for r in rows:
                values = [read(places[r][s].text) for s in sources]
                printed = read(places[r][col].text)
                if None in values or printed is None:
                    assert places[r][col].value is None
                    continue
                want = derive(how, [v for v in values if v is not None], column_total, column.decimals)
                assert printed == want, (grid.caption, r, col, column.computed)
                checked[how] += 1
    assert set(checked) == {"sum", "share", "change", "difference", "product"}
    assert min(checked.values()) > 50


def derive(how: str, values: Sequence[Decimal], column_total: Decimal, decimals: int) -> Decimal:
    exact = {
        "sum": lambda: sum(values, Decimal(0)),
        "share": lambda: 100 * values[0] / column_total,
        "change": lambda: 100 * (values[1] - values[0]) / values[0],
        "difference": lambda: values[1] - values[0],
        "product": lambda: values[0] * values[1],
    }[how]()
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def test_printed_totals_are_the_sums_of_the_printed_rows_above(grids: list[Grid]) -> None:
    checked = subtotals = 0
    for grid in grids:
        places = covers(grid)
        rows = data_rows(grid, places)
        totals = [r for r in range(grid.header_rows, grid.rows) if places[r][-1].role == "total"]
        for r in totals:
            assert all(cell.role == "total" or cell.role == "section" for cell in places[r])
            if r == grid.rows - 1:
                over = rows
            else:
                ((a, b),) = [s for s in grid.sections if s[1] == r]
                over, subtotals = list(range(a, b)), subtotals + 1
            for col, column in enumerate(grid.columns):
                total = read(places[r][col].text) if places[r][col].cols == 1 else None
                if total is None or column.computed.startswith(("share", "change")):
                    continue
                parts = [read(places[row][col].text) for row in over]
                assert None not in parts
                assert total == sum((p for p in parts if p is not None), Decimal(0)), (grid.caption, r, col)
                checked += 1
    assert checked > 500 and subtotals > 20


def test_changing_a_printed_part_would_be_noticed(grids: list[Grid]) -> None:
    """The checks above are not vacuous: one digit changed in a summed cell breaks its total."""
    for grid in grids:
        places = covers(grid)
        rows = data_rows(grid, places)
        for col in range(grid.cols):
            total = places[-1][col]
            if total.role == "total" and total.cols == 1 and total.value and not grid.columns[col].computed:
                parts = [read(places[r][col].text) or Decimal(0) for r in rows]
                assert sum(parts) + 1 != read(total.text)
                return
    pytest.fail("no total to tamper with")


def test_see_row_references_point_at_another_data_row_by_its_printed_number(grids: list[Grid]) -> None:
    with_reference = 0
    for grid in grids:
        references = [c for c in grid.cells if re.search(r"\brow \d+", c.text)]
        with_reference += bool(references)
        if not references:
            continue
        places = covers(grid)
        assert grid.columns[0].name == "No."
        numbers = {places[r][0].text: r for r in data_rows(grid, places)}
        for cell in references:
            aim = numbers[re.findall(r"\d+", cell.text)[0]]
            assert aim != cell.row and cell.rows == cell.cols == 1
            assert not re.search(r"\brow \d+", places[aim][cell.col].text)
    assert 0.1 < with_reference / COUNT < 0.2


def test_footnote_marks_and_texts_belong_together(grids: list[Grid]) -> None:
    noted = 0
    for grid in grids:
        assert {c.footnote for c in grid.cells if c.footnote} == set(grid.footnotes)
        assert all(c.text for c in grid.cells if c.footnote)
        assert len(set(grid.footnotes.values())) == len(grid.footnotes)
        noted += bool(grid.footnotes)
    assert 0.11 < noted / COUNT < 0.19


def test_a_column_keeps_one_form(grids: list[Grid]) -> None:
    for grid in grids:
        for col, column in enumerate(grid.columns):
            texts = [
                c.text for c in grid.cells if c.col == col and c.role == "body" and isinstance(c.value, int | float)
            ]
            if column.kind in ("integer", "decimal", "percent", "money"):
                decimals = {len(t.rstrip("%)").partition(".")[2]) for t in texts}
                assert len(decimals) <= 1 and decimals <= {column.decimals}
                assert len({t.endswith("%") for t in (t.rstrip(")") for t in texts)}) <= 1


def test_printed_numbers_mean_their_values(grids: list[Grid]) -> None:
    for grid in grids:
        for cell in grid.cells:
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                assert read(cell.text) == Decimal(str(cell.value)), cell


def test_difficulty_grows_with_structure_and_uses_the_whole_scale(grids: list[Grid]) -> None:
    grades = Counter(grid_difficulty(g) for g in grids)
    assert set(grades) == {1, 2, 3, 4, 5} and min(grades.values()) > COUNT / 25
    plain = min(grids, key=lambda g: (g.header_rows, len(g.footnotes), g.rows * g.cols))
    rich = max(grids, key=lambda g: (g.header_rows, len(g.footnotes), g.rows * g.cols))
    assert grid_difficulty(plain) == 1 and grid_difficulty(rich) == 5
    assert [grid_difficulty(g) for g in grids[:20]] == [grid_difficulty(g) for g in grids[:20]]


def test_the_same_seed_and_index_give_the_same_grid_and_others_differ() -> None:
    assert random_grid(rng_from(5), 7) == random_grid(rng_from(5), 7)
    assert random_grid(rng_from(5), 7) != random_grid(rng_from(6), 7)


def test_a_leaf_reaches_down_to_the_last_header_row() -> None:
    forest = [Node("a"), Node("b", (Node("c"), Node("d", (Node("e"), Node("f")))))]
    found = {c.text: (c.row, c.col, c.rows, c.cols) for c in header_cells(forest)}
    assert found == {
        "a": (0, 0, 3, 1), "b": (0, 1, 1, 3), "c": (1, 1, 2, 1),
        "d": (1, 2, 1, 2), "e": (2, 2, 1, 1), "f": (2, 3, 1, 1),
    }  # fmt: skip


def test_headers_that_never_come_out_distinct_are_numbered_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def alike(*_: object) -> list[Block]:
        leaves = [Leaf(Node("Score"), "text") for _ in range(4)]
        return [Block(leaf.node, [leaf]) for leaf in leaves]

    monkeypatch.setattr(content, "_blocks", alike)
    draft = content._draft(topic_at(3, "table"), 6, 5, rng_from(1), "en")
    assert [n.text for n in draft.nodes] == ["Score", "Score 2", "Score 3", "Score 4"]
    assert [leaf.node.text for leaf in draft.leaves] == ["Score", "Score 2", "Score 3", "Score 4"]
