"""Drawn tables against their own ink: boxes hold the text and nothing but the text, and nothing strays."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box, area, box_of, intersection
from mmrecipes.core.identity import rng_from
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.draw import DrawnTable, draw_table
from mmrecipes.render.tables.grid import Cell, Column, Grid
from mmrecipes.render.tables.layout import MOST_PIXELS
from mmrecipes.render.tables.themes import theme_for, themes
from mmrecipes.render.tables.typeset import LEAST_X_HEIGHT, TableRefusal

Pixels = npt.NDArray[np.uint8]


def sample(index: int) -> tuple[Grid, DrawnTable]:
    theme = theme_for(index)
    grid = random_grid(rng_from("draw", index), index, theme.family)
    return grid, draw_table(grid, theme, rng_from("drawn", index))


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Grid, DrawnTable, npt.NDArray[np.bool_], Pixels]]:
    """Sixty tables, one per theme: grid, drawing, mask of the ink of all texts, picture without texts."""
    out = []
    for index in range(60):
        grid, table = sample(index)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Surface, "texts", lambda self, runs, colour: None)
            _, blank = sample(index)
        assert blank.pixels.shape == table.pixels.shape
        ink = (np.abs(table.pixels.astype(int) - blank.pixels).max(axis=2)) > 24
        out.append((grid, table, ink, blank.pixels))
    return out


def cut(mask: npt.NDArray[np.bool_], box: Box, grow: int = 0) -> npt.NDArray[np.bool_]:
    x0, y0, x1, y1 = (int(np.floor(box[0])), int(np.floor(box[1])), int(np.ceil(box[2])), int(np.ceil(box[3])))
    return mask[max(0, y0 - grow) : y1 + grow, max(0, x0 - grow) : x1 + grow]


def test_every_text_box_is_filled_by_ink_to_its_edges(drawn) -> None:  # type: ignore[no-untyped-def]
    for _, table, ink, _ in drawn:
        boxes = [box_of(q) for cell in table.cells for q in cell.text_quads]
        for box in [*boxes, *(box_of(q) for q in (table.caption, *table.notes) if q)]:
            part = cut(ink, box)
            assert part.any(), "an empty text box"
            ys, xs = np.nonzero(part)
            assert xs.min() <= 2 and part.shape[1] - 1 - xs.max() <= 2
            assert ys.min() <= 2 and part.shape[0] - 1 - ys.max() <= 2


def test_no_ink_lies_outside_the_text_boxes(drawn) -> None:  # type: ignore[no-untyped-def]
    for _, table, ink, _ in drawn:
        rest = ink.copy()
        quads = [q for cell in table.cells for q in cell.text_quads]
        for quad in [*quads, *(q for q in (table.caption, *table.notes) if q)]:
            cut(rest, box_of(quad), grow=1)[:] = False
        assert not rest.any()


def test_text_stays_in_its_cell_and_texts_never_overlap(drawn) -> None:  # type: ignore[no-untyped-def]
    for grid, table, _, _ in drawn:
        assert len(table.cells) == len(grid.cells)
        unions = []
        for cell, place in zip(grid.cells, table.cells, strict=True):
            assert bool(cell.text) == (place.text_quad is not None)
            if place.text_quad is None:
                continue
            x0, y0, x1, y1 = box_of(place.text_quad)
            assert place.box[0] <= x0 and x1 <= place.box[2], cell
            assert place.box[1] <= y0 and y1 <= place.box[3], cell
            unions.append((x0, y0, x1, y1))
        outside = [box_of(q) for q in (table.caption, *table.notes) if q]
        assert all(area(intersection(table.box, box)) == 0 for box in outside)
        for i, a in enumerate(unions):
            assert all(area(intersection(a, b)) == 0 for b in unions[i + 1 :])


def test_cell_boxes_tile_the_table_and_rules_stay_on_it(drawn) -> None:  # type: ignore[no-untyped-def]
    for index, (_, table, _, blank) in enumerate(drawn):
        assert sum(area(cell.box) for cell in table.cells) == pytest.approx(area(table.box))
        page = np.array([int(theme_for(index).colours.page[i : i + 2], 16) for i in (1, 3, 5)])
        painted = np.abs(blank.astype(int) - page).max(axis=2) > 0
        cut(painted, table.box, grow=5)[:] = False
        assert not painted.any()


def test_pictures_keep_the_limits_of_size_and_legibility(drawn) -> None:  # type: ignore[no-untyped-def]
    for _, table, _, _ in drawn:
        assert max(table.pixels.shape[:2]) <= MOST_PIXELS
        assert table.x_height >= LEAST_X_HEIGHT


def test_the_same_seed_gives_the_same_bytes() -> None:
    (_, a), (_, b) = sample(3), sample(3)
    assert a.pixels.tobytes() == b.pixels.tobytes() and a.cells == b.cells


def _one_row(texts: list[str]) -> Grid:
    cells = [Cell(r, c, 1, 1, t, t, "header" if r == 0 else "body") for r in range(2) for c, t in enumerate(texts)]
    return Grid(2, len(texts), 1, 0, tuple(Column(t, "text") for t in texts), tuple(cells))


@pytest.mark.parametrize(
    ("grid", "reason"),
    [(_one_row(["W" * 60] * 8), "too_wide"), (_one_row(["plain", "漢字"]), "missing_glyph")],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(grid: Grid, reason: str) -> None:
    with pytest.raises(TableRefusal) as refusal:
        draw_table(grid, themes()[0], rng_from(1))
    assert refusal.value.reason == reason


def test_a_glyph_the_theme_lacks_is_taken_from_a_family_that_has_it() -> None:
    theme = next(t for t in themes() if t.font == "Manrope")
    lacking = min(face("DejaVu Sans").coverage - face("Manrope").coverage - set(range(0x250)))
    table = draw_table(_one_row(["plain", f"{chr(lacking)} 5"]), theme, rng_from(1))
    assert table.family != "Manrope"


def test_long_texts_wrap_inside_their_column_instead_of_being_cut() -> None:
    text = "a long remark that certainly needs several lines in a column of ordinary width, as people write them"
    table = draw_table(_one_row(["Remark", text]), themes()[0], rng_from(2))
    assert len(table.cells[3].text_quads) > 2


def test_numbers_of_a_column_are_aligned_by_their_point() -> None:
    theme = next(t for t in themes() if t.align == "decimal")
    texts = ["1.5", "12.25", "(3.125)"]
    cells = [Cell(0, 0, 1, 1, "x", "x", "header"), *(Cell(r + 1, 0, 1, 1, t, 1.0, "body") for r, t in enumerate(texts))]
    grid = Grid(4, 1, 1, 0, (Column("x", "decimal"),), tuple(cells))
    table = draw_table(grid, dataclasses.replace(theme, font="DejaVu Sans Mono"), rng_from(1))
    step = table.font_size * 0.602
    points = [
        box_of(place.text_quad)[0] + step * text.index(".")
        for text, place in zip(texts, table.cells[1:], strict=True)
        if place.text_quad
    ]
    assert max(points) - min(points) < step / 2


def test_numbers_with_units_are_aligned_where_their_point_would_be() -> None:
    theme = next(t for t in themes() if t.align == "decimal")
    texts = ["12 kg", "7.25 kg", "10 kg"]
    cells = [Cell(0, 0, 1, 1, "a long header over it", None, "header")]
    cells += [Cell(r + 1, 0, 1, 1, t, float(t[:-3]), "body") for r, t in enumerate(texts)]
    table = draw_table(Grid(4, 1, 1, 0, (Column("x", "decimal", "kg"),), tuple(cells)), theme, rng_from(1))
    first, second, third = (box_of(c.text_quad) for c in table.cells[1:] if c.text_quad)
    assert abs(first[2] - third[2]) <= 2 and second[2] - first[2] > 5
    assert 0 < second[0] - first[0] < table.font_size and second[0] < first[2] < second[2]
