from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest

from mmrecipes.canvas.scripts import LANGUAGES, check_language, script_of
from mmrecipes.core.boxes import box_of
from mmrecipes.core.errors import FontError
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.draw import DrawnTable, draw_table
from mmrecipes.render.tables.grid import NUMERIC, Grid
from mmrecipes.render.tables.numbers import print_like, printed_number
from mmrecipes.render.tables.targets import html, latex
from mmrecipes.render.tables.themes import theme_for
from mmrecipes.render.tables.typeset import TableRefusal


def drawable(code: str) -> bool:
    try:
        check_language(code)
    except FontError:
        return False
    return True


def grids(code: str, count: int) -> list[Grid]:
    return [random_grid(random.Random(i), i, theme_for(i).family, code) for i in range(count)]


def small(code: str, seed: int = 0) -> tuple[Grid, DrawnTable]:
    """A table of a language that fits."""
    for i in range(seed, seed + 40):
        grid = random_grid(random.Random(i), i, theme_for(i).family, code)
        if grid.rows * grid.cols < 90 and grid.cols > 3:
            try:
                return grid, draw_table(grid, theme_for(i), random.Random(i))
            except TableRefusal:
                continue
    raise AssertionError("no table fits")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_table_is_in_its_language(code: str) -> None:
    own = {LANGUAGES[code].script} | ({"Hani"} if code == "ja" else set())
    text = " ".join(c.text for g in grids(code, 8) for c in g.cells)
    letters = [s for ch in text if (s := script_of(ch)) != "Zyyy"]
    assert sum(s in own for s in letters) > 0.85 * len(letters)
    if code not in ("en", "fr"):
        assert not {"Total", "Subtotal", "No.", "Yes", "Table"} & {c.text for g in grids(code, 8) for c in g.cells} or (
            code in ("es", "pt")
        )


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_number_means_what_it_prints_in_the_form_of_the_language(code: str) -> None:
    seen = 0
    for grid in grids(code, 10):
        for cell in grid.cells:
            value = cell.value
            if cell.role != "body" or not isinstance(value, (int, float)) or isinstance(value, bool):
                continue
            if grid.columns[cell.col].kind in NUMERIC:
                found = printed_number(cell.text, grid.decimal)
                assert found is not None and found.value == Decimal(str(value)), (cell.text, value)
                seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("1.234,5", ",", "1234.5"), ("1\u00a0234,50", ",", "1234.50"), ("12,34,567.8", ".", "1234567.8"),
     ("١٬٢٣٤٫٥", "٫", "1234.5"), ("-۱۲۳٫۴%", "٫", "-123.4"), ("१,२३,४५६", ".", "123456"), ("๔๒", ".", "42")],
)  # fmt: skip
def test_numbers_of_a_language_are_read_and_printed_back_alike(text: str, decimal: str, value: str) -> None:
    found = printed_number(text, decimal)
    assert found is not None and found.value == Decimal(value)
    assert print_like(found.value, [found]) == text


def test_a_comma_is_no_decimal_point_where_points_are() -> None:
    assert printed_number("1.234,5") is None and printed_number("1.234", ",").value == 1234  # type: ignore[union-attr]


@pytest.mark.parametrize("code", [c for c in LANGUAGES if LANGUAGES[c].direction == "rtl"])
def test_columns_of_a_right_to_left_table_follow_each_other_from_the_right(code: str) -> None:
    if not drawable(code):
        pytest.skip(f"no fonts of {code}")
    grid, drawn = small(code)
    lefts = {c.col: d.box[0] for c, d in zip(grid.cells, drawn.cells, strict=True) if c.cols == 1}
    ordered = [lefts[col] for col in sorted(lefts)]
    assert ordered == sorted(ordered, reverse=True) and len(ordered) > 2
    assert html(grid).startswith('<table dir="rtl">') and latex(grid).startswith("\\begin{tabular}")
    first = next(c for c in grid.cells if c.text)
    assert html(grid).index(first.text.replace("&", "&amp;")) < html(grid).index("</td>")


@pytest.mark.parametrize("code", ["ar", "he", "zh", "hi", "th", "ru", "ko"])
def test_all_ink_of_a_cell_is_in_its_text_quad_and_the_quad_in_its_cell(code: str) -> None:
    if not drawable(code):
        pytest.skip(f"no fonts of {code}")
    grid, drawn = small(code, 5)
    height, width = drawn.pixels.shape[:2]
    for cell, place in zip(grid.cells, drawn.cells, strict=True):
        assert (place.text_quad is None) == (cell.text == "")
        if place.text_quad is None:
            continue
        x0, y0, x1, y1 = box_of(place.text_quad)
        assert place.box[0] <= x0 + 1 and x1 <= place.box[2] + 1 and x0 >= 0 and x1 <= width and y1 <= height
        patch = drawn.pixels[int(y0) : int(y1) + 2, int(x0) : int(x1) + 2].astype(int)
        assert np.ptp(patch) > 60
        around = drawn.pixels[int(y0) : int(y1) + 1, int(place.box[0]) + 3 : max(0, int(x0) - 2)].astype(int)
        assert around.size == 0 or np.ptp(around.reshape(-1, 3), axis=0).max() <= 90 or cell.cols > 1 or cell.rows > 1


def test_numbers_of_a_mirrored_table_end_under_each_other() -> None:
    if not drawable("he"):
        pytest.skip("no fonts of he")
    columns = 0
    for i in range(60):
        theme = theme_for(i)
        if theme.align != "right":
            continue
        grid = random_grid(random.Random(i), i, theme.family, "he")
        try:
            drawn = draw_table(grid, theme, random.Random(i))
        except TableRefusal:
            continue
        for col, column in enumerate(grid.columns):
            ends = [box_of(d.text_quad)[2] for c, d in zip(grid.cells, drawn.cells, strict=True)
                    if d.text_quad and c.col == col and c.cols == c.rows == 1 and c.role == "body" and not c.footnote
                    and isinstance(c.value, int)]  # fmt: skip
            if column.kind == "integer" and len(ends) > 2:
                assert max(ends) - min(ends) < 4.0
                columns += 1
    assert columns > 3


def test_pictures_in_other_languages_do_not_depend_on_what_was_drawn_before() -> None:
    if not drawable("ar"):
        pytest.skip("no fonts of ar")
    first = small("ar")[1].pixels
    small("he")
    small("zh")
    assert (small("ar")[1].pixels == first).all()
