"""Claims about pages set by typst: ids mark glyphs and rules, painting leaves no trace of them."""

from __future__ import annotations

import numpy as np
import pytest

from mmrecipes.render.typeset import ID_FUNCTION, Page, TypesetError, typst_pages

HEAD = "#set page(width: auto, height: auto, margin: 8pt)\n#set text(size: 12pt)\n"


def page(body: str, ppi: float = 144) -> Page:
    (only,) = typst_pages(f"{HEAD}{ID_FUNCTION}{body}", ppi)
    return only


def test_ids_name_the_glyphs_inside_and_the_rules_of_fractions_and_roots() -> None:
    drawn = page("$ #c(1, $frac(#c(2, $x$), #c(3, $y$))$) + #c(4, $sqrt(#c(5, $z$))$) $")
    assert [(g.char, g.id) for g in drawn.glyphs()] == [("𝑥", 2), ("𝑦", 3), ("+", 0), ("√", 4), ("𝑧", 5)]
    assert [p.id for p in drawn.paths()] == [1, 4]


def test_every_glyph_box_holds_ink_and_there_is_none_outside() -> None:
    drawn = page('#c(7, "Quick brown fox, 128")')
    boxes = [g.box for g in drawn.glyphs()]
    drawn.paint_ids((0, 0, 0))
    ink = drawn.pixels().min(axis=2) < 128
    outside = ink.copy()
    for x0, y0, x1, y1 in boxes:
        window = (slice(int(y0) - 1, int(y1) + 2), slice(int(x0) - 1, int(x1) + 2))
        assert ink[window].any()
        outside[window] = False
    assert not outside.any()


def test_a_painted_page_equals_one_set_in_that_colour() -> None:
    source = "$ #c(1, $frac(#c(2, $x$), sqrt(#c(3, $y + 1$)))$) $"
    drawn = page(source)
    drawn.paint_ids((20, 40, 160))
    plain = page(source.replace("#c(1,", "#d(").replace("#c(2,", "#d(").replace("#c(3,", "#d(")
                 .replace("$ #d", "#let d(b) = text(fill: rgb(20, 40, 160), b)\n$ #d", 1))  # fmt: skip
    assert np.array_equal(drawn.pixels(), plain.pixels())


def test_faces_of_the_machine_are_not_used() -> None:
    drawn = typst_pages(f'{HEAD}#set text(font: "Noto Sans")\nabc', 72)[0]
    embedded = typst_pages(f'{HEAD}#set text(font: "Libertinus Serif")\nabc', 72)[0]
    assert [g.box for g in drawn.glyphs()] == [g.box for g in embedded.glyphs()]


def test_a_source_that_does_not_compile_says_why() -> None:
    with pytest.raises(TypesetError, match="unclosed"):
        page("$ frac(1 $")
