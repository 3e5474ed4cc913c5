"""Claims about pages set by typst: ids mark glyphs and rules, painting leaves no trace of them."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmrecipes.render.typeset import ID_FUNCTION, Page, TypesetError, area_colour, literal, typst_pages

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


def test_colours_come_out_as_named_and_no_profile_is_set_up_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    whole = pypdfium2.PdfDocument
    monkeypatch.setattr(pypdfium2, "PdfDocument", lambda pdf: whole((opened.append(pdf), pdf)[1]))
    named = [(f"luma({v})", (v, v, v)) for v in range(0, 256, 15)]
    named += [(f"rgb({v}, {255 - v}, {v * 7 % 256})", (v, 255 - v, v * 7 % 256)) for v in range(256)]
    boxes = "".join(f"#place(dx: {k}pt, rect(width: 1pt, height: 2pt, fill: {n}))" for k, (n, _) in enumerate(named))
    source = f"#set page(width: {len(named)}pt, height: 2pt, margin: 0pt)\n#set rect(stroke: none)\n{boxes}"
    drawn = typst_pages(source, 72)[0].pixels()
    assert [tuple(p) for p in drawn[0].tolist()] == [colour for _, colour in named]
    assert len(opened) == 1 and b"ICCBased" not in opened[0]


def test_faces_of_the_machine_are_not_used() -> None:
    drawn = typst_pages(f'{HEAD}#set text(font: "Noto Sans")\nabc', 72)[0]
    embedded = typst_pages(f'{HEAD}#set text(font: "Libertinus Serif")\nabc', 72)[0]
    assert [g.box for g in drawn.glyphs()] == [g.box for g in embedded.glyphs()]


def test_a_source_that_does_not_compile_says_why() -> None:
    with pytest.raises(TypesetError, match="unclosed"):
        page("$ frac(1 $")


MARKUP = "#$\\[]{}()*_`<>@\"'~=-+/|&%^:;,.!? \n\r\t\u00a0abfi19éß“”–"


@settings(max_examples=60)
@given(st.text(MARKUP, min_size=1, max_size=40))
@example(r'#let x = 1; *a* _b_ $c$ \d "e" @f <g> `h` [i] ~ // /* = - + 1. \u{41}')
@example('"); #panic("no")')
@example("a\nb\r\nc\r#d")
def test_any_text_is_printed_as_itself(text: str) -> None:
    drawn = page(f"#c(3, {literal(text)})#text({literal(text)})")
    bare = "".join(text.split())
    assert drawn.characters().text == bare * 2
    assert "".join(g.char for g in drawn.glyphs()) == bare * 2
    assert "".join(g.char for g in drawn.glyphs() if g.id == 3) == bare


def test_characters_are_the_glyphs_and_stand_in_their_boxes() -> None:
    drawn = page("$ sqrt(x) + 𝔸 $ Quick brown—fox, 128")
    found, glyphs = drawn.characters(), [g for g in drawn.glyphs() if g.char]
    assert list(found.text) == [g.char for g in glyphs]
    assert np.allclose(found.boxes, [g.box for g in glyphs])


def test_a_hyphen_at_the_end_of_a_line_is_read_as_one() -> None:
    body = f"#block(width: 40pt, text({literal('well-known self-made')}))"
    assert page(body).characters().text == "well-knownself-made"


def test_an_area_is_found_by_its_id_and_changes_no_pixel() -> None:
    body = 'rect(width: 30pt, height: 12pt, fill: {}, stroke: none, text("ab"))'
    marked, bare = page("#" + body.format(area_colour(40_000))), page("#" + body.format("none"))
    (area,) = [p for p in marked.paths() if p.opacity == 0]
    assert area.id == 40_000 and np.allclose(area.box, (16, 16, 76, 40), atol=0.1)
    assert np.array_equal(marked.pixels(), bare.pixels())
    assert not [p for p in bare.paths() if p.opacity is not None]


def test_a_visible_fill_is_no_hidden_area() -> None:
    (path,) = page('#rect(width: 30pt, height: 12pt, fill: rgb("#204060"))').paths()
    assert path.opacity == 255
