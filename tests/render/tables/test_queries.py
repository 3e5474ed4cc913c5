"""Answers equal those of a second evaluator that reads the printed texts; what has no single answer is refused."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from mmrecipes.render.tables.answers import Answer, Query, QueryError
from mmrecipes.render.tables.from_data import grid_from_columns
from mmrecipes.render.tables.grid import Cell, Column, Grid
from mmrecipes.render.tables.proposals import propose
from mmrecipes.render.tables.queries import OPERATIONS, evaluate
from mmrecipes.render.tables.view import view_of
from mmrecipes_tests.render.tables import oracle
from mmrecipes_tests.render.tables.typed_grids import typed_grid

WITHOUT_ORACLE = {"follow"}


def _queries(grid: Grid, seed: int) -> list[Query]:
    view, rng = view_of(grid), random.Random(seed)
    found = [propose(view, rng, op) for op in OPERATIONS for _ in range(2)]
    return [q for q in found if q is not None and q.op not in WITHOUT_ORACLE]


def _agrees(answer: Answer, found: oracle.Found) -> bool:
    if isinstance(found.value, Fraction):
        assert isinstance(answer.value, Decimal)
        return abs(Fraction(answer.value) - found.value) <= max(Fraction(answer.tolerance), Fraction(1, 10**40))
    if isinstance(found.value, list):
        return list(answer.value) == found.value if isinstance(answer.value, tuple) else False
    return answer.value == found.value if isinstance(found.value, bool) else answer.text == found.value


def test_a_second_evaluator_gives_the_same_answers() -> None:
    counts: Counter[str] = Counter()
    for seed in range(300):
        grid = typed_grid(seed)
        for query in _queries(grid, seed):
            answer = evaluate(grid, query)
            assert _agrees(answer, oracle.evaluate(grid, query.op, dict(query.args))), (seed, query, answer)
            counts[query.op] += 1
    assert set(counts) == set(OPERATIONS) - WITHOUT_ORACLE
    assert min(counts.values()) >= 40 and sum(counts.values()) > 8000


def test_the_printed_answer_is_the_value_to_its_printed_precision() -> None:
    for seed in range(60):
        grid = typed_grid(seed)
        for query in _queries(grid, seed):
            answer = evaluate(grid, query)
            if isinstance(answer.value, Decimal):
                half = Fraction(1, 2 * 10**answer.decimals) if answer.rounded else Fraction(0)
                assert abs(oracle.number(answer.text) - Fraction(answer.value)) <= half, (query, answer)


def test_changing_one_cell_changes_exactly_the_answers_that_depend_on_it() -> None:
    touched = changed = untouched = 0
    for seed in range(120):
        grid, rng = typed_grid(seed), random.Random(seed)
        numeric = [i for i, c in enumerate(grid.cells) if c.role == "body" and isinstance(c.value, (int, float))
                   and grid.columns[c.col].kind in ("integer", "decimal")]  # fmt: skip
        if not numeric:
            continue
        chosen = rng.choice(numeric)
        mutated = _with_text(grid, chosen, rng)
        at = (grid.cells[chosen].row, grid.cells[chosen].col)
        for query in _queries(grid, seed):
            before, reads = evaluate(grid, query), oracle.evaluate(grid, query.op, dict(query.args)).read
            if at not in reads:
                assert evaluate(mutated, query) == before, query
                untouched += 1
                continue
            try:
                after = evaluate(mutated, query)
            except QueryError:
                continue
            assert _agrees(after, oracle.evaluate(mutated, query.op, dict(query.args))), query
            touched += 1
            changed += after.text != before.text
    assert untouched > 1000 and touched > 150 and changed > 60


def _with_text(grid: Grid, index: int, rng: random.Random) -> Grid:
    cell = grid.cells[index]
    places = grid.columns[cell.col].decimals
    value = rng.randint(100_000, 900_000) / 10**places
    text = f"{value:,.{places}f}"
    changed = replace(cell, text=text, value=value if places else int(value))
    return replace(grid, cells=(*grid.cells[:index], changed, *grid.cells[index + 1 :]))


def _table(rows: list[list[str]], *, total: list[str] | None = None) -> Grid:
    """A plain table: the first line is the head, the first column names the rows, the rest are integers."""
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(rows[0])]
    for r, line in enumerate(rows[1:], 1):
        cells.append(Cell(r, 0, 1, 1, line[0], line[0], "row_header"))
        cells += [Cell(r, c, 1, 1, t, int(t) if t.strip("-") else None, "body") for c, t in enumerate(line[1:], 1)]
    for c, t in enumerate(total or ()):
        cells.append(Cell(len(rows), c, 1, 1, t, t if c == 0 else int(t), "total"))
    columns = (Column(rows[0][0], "name"), *(Column(t, "integer") for t in rows[0][1:]))
    return Grid(len(rows) + bool(total), len(rows[0]), 1, 1, columns, tuple(cells))


def _refused(grid: Grid, op: str, **args: object) -> None:
    with pytest.raises(QueryError):
        evaluate(grid, Query(op, args))


def test_ties_repeated_names_and_missing_numbers_are_refused() -> None:
    tied = _table([["Name", "A", "B"], ["x", "5", "1"], ["y", "5", "-"], ["x", "2", "3"]])
    _refused(tied, "extreme", column=["A"], which="max")
    _refused(tied, "extreme_value", column=["A"], which="max")
    _refused(tied, "spread", column=["A"])
    _refused(tied, "kth", column=["A"], k=1, order="descending")
    _refused(tied, "kth", column=["A"], k=2, order="descending")
    _refused(tied, "rank", row="y", column=["A"], order="descending")
    _refused(tied, "lookup", row="x", column=["A"])
    _refused(tied, "lookup", row="y", column=["B"])
    _refused(tied, "lookup", row="y", column=["C"])
    _refused(tied, "sum", column=["B"])
    _refused(tied, "count", column=["B"], test="above", than="0")
    _refused(tied, "find_row", column=["A"], equals="5")
    _refused(tied, "header_of", text="5")
    _refused(tied, "unknown")


def test_a_table_with_tied_extremes_is_never_asked_for_them() -> None:
    tied = view_of(_table([["Name", "A"], ["x", "5"], ["y", "5"], ["z", "1"], ["w", "1"]]))
    for seed in range(50):
        for op in ("extreme", "extreme_value", "spread", "lookup_at_extreme", "kth", "rank"):
            assert propose(tied, random.Random(seed), op) is None


def test_totals_never_enter_a_range() -> None:
    grid = _table([["Name", "A"], ["x", "5"], ["y", "7"]], total=["Total", "12"])
    assert evaluate(grid, Query("sum", {"column": ["A"]})).text == "12"
    assert evaluate(grid, Query("extreme", {"column": ["A"], "which": "max"})).text == "y"
    assert evaluate(grid, Query("count", {"column": ["A"], "test": "above", "than": "0"})).text == "2"
    _refused(grid, "lookup", row="Total", column=["A"])
    _refused(_table([["Name", "A"], ["x", "5"]], total=["Total", "5"]), "find_row", column=["A"], equals="5")


def test_merged_numbers_are_not_added_or_ranked() -> None:
    cells = (
        Cell(0, 0, 1, 1, "Name", "Name", "header"), Cell(0, 1, 1, 1, "A", "A", "header"),
        Cell(1, 0, 1, 1, "x", "x", "row_header"), Cell(1, 1, 2, 1, "5", 5, "body"),
        Cell(2, 0, 1, 1, "y", "y", "row_header"), Cell(3, 0, 1, 1, "z", "z", "row_header"),
        Cell(3, 1, 1, 1, "6", 6, "body"),
    )  # fmt: skip
    grid = Grid(4, 2, 1, 1, (Column("Name", "name"), Column("A", "integer")), cells)
    _refused(grid, "sum", column=["A"])
    _refused(grid, "extreme", column=["A"], which="max")
    assert evaluate(grid, Query("lookup", {"row": "y", "column": ["A"]})).text == "5"
    assert evaluate(grid, Query("cell", {"row": 3, "column": 2})).text == "5"


def test_references_lead_to_the_row_with_that_number() -> None:
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(("No.", "Name", "Owner"))]
    for r, (name, owner) in enumerate((("x", "Ada"), ("y", "see row 1"), ("z", "see row 2"), ("w", "see row 9")), 1):
        cells += [Cell(r, 0, 1, 1, str(r), r, "body"), Cell(r, 1, 1, 1, name, name, "row_header"),
                  Cell(r, 2, 1, 1, owner, owner, "body")]  # fmt: skip
    columns = (Column("No.", "integer"), Column("Name", "name"), Column("Owner", "name"))
    grid = Grid(5, 3, 1, 0, columns, tuple(cells))
    assert evaluate(grid, Query("follow", {"row": "y", "column": ["Owner"]})).text == "Ada"
    for row in ("x", "z", "w"):
        _refused(grid, "follow", row=row, column=["Owner"])


@pytest.mark.parametrize("form", ["see row 1", "See row 1", "(see row 1)", "as row 1"])
def test_rows_with_a_text_are_not_counted_where_an_entry_refers_to_another_row(form: str) -> None:
    """Whether an entry that refers to a counted one counts as well is open to reading."""
    rows = [["Name", "Type", "Value"], ["x", "bond", "1"], ["y", "bond", "2"], ["z", "share", "4"], ["w", form, "8"]]
    cells = [Cell(r, c, 1, 1, text, text, "body" if r and c else "row_header" if r else "header")
             for r, line in enumerate(rows) for c, text in enumerate(line)]  # fmt: skip
    columns = (Column("Name", "name"), Column("Type", "text"), Column("Value", "integer"))
    grid = Grid(5, 3, 1, 1, columns, tuple(cells))
    plain = replace(grid, cells=tuple(replace(c, text="share", value="share") if c.text == form else c for c in cells))
    asked = {"column": ["Type"], "test": "equals", "than": "bond"}
    assert evaluate(plain, Query("count", asked)).text == "2"
    assert evaluate(plain, Query("sum_where", {"column": ["Value"], "where": ["Type"], "equals": "bond"})).text == "3"
    _refused(grid, "count", **asked)
    _refused(grid, "sum_where", column=["Value"], where=["Type"], equals="bond")
    _refused(grid, "find_row", column=["Type"], equals="share")


def test_a_note_on_a_header_is_not_asked_about() -> None:
    grid = _table([["Name", "A"], ["x", "5"], ["y", "7"]])
    marked = replace(grid, footnotes={"a": "Estimate."}, cells=(grid.cells[0], replace(grid.cells[1], footnote="a"),
                                                              *grid.cells[2:]))  # fmt: skip
    _refused(marked, "footnote", row="x", column=["A"], mark="a")
    assert evaluate(marked, Query("footnoted", {"mark": "a"})).text == "A"


def test_rows_without_names_are_numbered_from_the_first_below_the_head() -> None:
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(("A", "B"))]
    cells += [Cell(r, c, 1, 1, str(10 * r + c), 10 * r + c, "body") for r in (1, 2, 3) for c in (0, 1)]
    grid = Grid(4, 2, 1, 0, (Column("A", "integer"), Column("B", "integer")), tuple(cells))
    assert evaluate(grid, Query("lookup", {"row": 2, "column": ["B"]})).text == "21"
    assert evaluate(grid, Query("extreme", {"column": ["A"], "which": "max"})).text == "row 3"
    _refused(grid, "lookup", row=0, column=["A"])
    _refused(grid, "lookup", row=4, column=["A"])


def test_sums_are_asked_of_additive_columns_only() -> None:
    grid = _table([["Name", "Visitors", "Mean age", "Year"], ["x", "5", "31", "2001"], ["y", "7", "44", "2004"]])
    view = view_of(grid)
    asked = {tuple(q.args["column"]) for s in range(60) if (q := propose(view, random.Random(s), "sum"))}
    assert asked == {("Visitors",)}
    means = {tuple(q.args["column"]) for s in range(60) if (q := propose(view, random.Random(s), "mean"))}
    assert means == {("Visitors",), ("Mean age",)}


def test_percentages_differ_by_percentage_points() -> None:
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(("Name", "Rate 2020", "Rate 2021"))]
    cells += [Cell(1, 0, 1, 1, "x", "x", "row_header"), Cell(1, 1, 1, 1, "4.5%", 4.5, "body"),
              Cell(1, 2, 1, 1, "(1.0%)", -1.0, "body")]  # fmt: skip
    columns = (Column("Name", "name"), Column("Rate 2020", "percent"), Column("Rate 2021", "percent"))
    grid = Grid(2, 3, 1, 1, columns, tuple(cells))
    found = evaluate(grid, Query("difference", {"row": "x", "minuend": ["Rate 2020"], "subtrahend": ["Rate 2021"]}))
    assert found.text == "5.5 percentage points" and found.working == "4.5 - (-1.0) = 5.5"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("season", [1998, 2003, 2001, 2010, 1987, 2020]),
        ("stock key", [17, 4, 99, 23, 56, 12]),
        ("customerId", [17, 4, 99, 23, 56, 12]),
        ("column_1", [0, 1, 2, 3, 4, 5]),
        ("post codes", [10115, 20095, 80331, 50667, 60311, 70173]),
    ],
)
def test_years_and_identifiers_of_a_users_file_are_not_added_up(name: str, values: list[int]) -> None:
    rows = [[f"shop {i}", v, v * 7 % 90] for i, v in enumerate(values)]
    grid = grid_from_columns(["shop", name, "visits"], ["text", "integer", "integer"], rows, random.Random(1))
    view = view_of(grid)
    for op in ("sum", "mean"):
        columns = {q.args["column"][-1] for s in range(40) if (q := propose(view, random.Random(s), op))}
        assert columns == {"visits"}
