"""Every word is found once, nothing overlaps, reading order is that of the tree."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.boxes import area
from mmrecipes.render.documents.content import KINDS, random_document
from mmrecipes.render.documents.draw import draw_document, fitted, set_pages
from mmrecipes.render.documents.geometry import LayoutRefusal, place
from mmrecipes.render.documents.looks import look_for
from mmrecipes.render.documents.markup import markup
from mmrecipes.render.documents.tree import (
    Document,
    FigureBlock,
    Furniture,
    Heading,
    Leaf,
    ListBlock,
    Paragraph,
    Row,
    TableBlock,
    leaves,
    plain,
    say,
)
from mmrecipes_tests.render.documents.drawn_documents import made, make


def test_nearly_every_document_can_be_laid_out() -> None:
    assert len(made()) >= 0.95 * len(KINDS) * 4
    assert {d.kind for d, _, _ in made()} == set(KINDS)


def test_every_word_of_the_tree_stands_on_the_pages_exactly_once() -> None:
    """Counted against the tree itself, without the areas of the markup."""
    for document, _, drawn in made():
        found = "".join(w.text for w in drawn.placed.words if drawn.areas[w.area].element >= 0)
        for leaf in leaves(document.blocks):
            if isinstance(leaf, Paragraph):
                text = "".join(plain(leaf.text).split())
                assert "$" in text or text in found
        cells = [c.text for leaf in leaves(document.blocks) if isinstance(leaf, TableBlock) for c in leaf.grid.cells]
        assert all("".join(t.split()) in found for t in cells)


def test_no_two_elements_overlap_and_none_leaves_its_page() -> None:
    """Painted pixel by pixel: an element's box shrunk by a pixel meets no other."""
    for _, _, drawn in made():
        for page, pixels in enumerate(drawn.pages):
            taken = np.zeros(pixels.shape[:2], np.uint16)
            for part in drawn.placed.parts:
                if part.page != page:
                    continue
                x0, y0, x1, y1 = part.box
                assert x0 >= -0.5 and y0 >= -0.5 and x1 <= pixels.shape[1] + 0.5 and y1 <= pixels.shape[0] + 0.5
                view = taken[int(y0) + 1 : max(int(y0) + 1, int(y1) - 1), int(x0) + 1 : max(int(x0) + 1, int(x1) - 1)]
                assert not (view & (view != part.element + 100)).any()
                view[:] = part.element + 100


def test_word_boxes_hold_ink_and_there_is_no_dark_ink_between_the_words_of_a_paragraph() -> None:
    for document, _, drawn in made():
        if document.kind in ("certificate", "menu", "card", "newspaper"):
            continue
        grey = [cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in drawn.pages]
        for w in drawn.placed.words:
            x0, y0, x1, y1 = (
                int(np.floor(w.box[0])),
                int(np.floor(w.box[1])),
                int(np.ceil(w.box[2])),
                int(np.ceil(w.box[3])),
            )
            inside = grey[w.page][max(0, y0) : y1, max(0, x0) : x1]
            assert int(inside.max()) - int(inside.min()) > 40, (document.kind, w)


def _flows(leaf: Leaf) -> bool:
    """Whether a leaf stands in a column: no title matter, no float."""
    if isinstance(leaf, Heading):
        return leaf.level > 0
    across = ("authors", "affiliation", "byline", "tagline", "dateline", "abstract")
    return isinstance(leaf, ListBlock) or (isinstance(leaf, Paragraph) and leaf.role not in across)


def test_two_columns_are_read_down_the_first_and_then_down_the_second() -> None:
    read = 0
    for document, _, drawn in made():
        if document.columns != 2 or document.kind == "menu":
            continue
        width = drawn.pages[0].shape[1]
        parts = [p for p in drawn.placed.parts if p.element >= 0 and p.page == 0 and p.box[2] - p.box[0] < 0.6 * width]
        tree = list(leaves(document.blocks))
        flowing = [p for p in parts if _flows(tree[p.element])]
        places = [((p.box[0] + p.box[2]) / 2 > width / 2, p.box[1]) for p in flowing]
        assert places == sorted(places), document.kind
        read += len(places)
    assert read > 40


def _long(columns: int) -> Document:
    """Numbered paragraphs over several pages."""
    texts = [f"Paragraph {n} " + f"says a thing of its own, namely {n}. " * 12 for n in range(30)]
    blocks = (Heading(say("A long text"), 0), *(Paragraph(say(t)) for t in texts))
    return Document("report", "en", 3, blocks, (Furniture("page_number", "Page {page} of {pages}"),), columns=columns)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_paragraphs_go_on_over_columns_and_pages_in_order(columns: int) -> None:
    document = _long(columns)
    drawn = draw_document(document, look_for(document, random.Random(columns)), random.Random(1))
    assert len(drawn.pages) > 1
    words = [w for w in drawn.placed.words if drawn.areas[w.area].element >= 1]
    assert [w.text for w in words] == [x for b in document.blocks[1:] for x in plain(b.text).split()]  # type: ignore[union-attr]
    assert [w.page for w in words] == sorted(w.page for w in words)
    numbers = [
        [w.text for w in drawn.placed.words if w.page == p and drawn.areas[w.area].element < 0]
        for p in range(len(drawn.pages))
    ]
    assert numbers == [["Page", str(p + 1), "of", str(len(drawn.pages))] for p in range(len(drawn.pages))]


def test_a_text_that_is_not_printed_as_it_stands_in_the_tree_is_refused() -> None:
    """The fault is injected between markup and reading: one word of an area is another."""
    document = _long(1)
    look = look_for(document, random.Random(3))
    made_of = markup(document, look)
    page = set_pages(made_of, look, "en")[0]
    made_of.areas[0].words = ["A", "short", "text"]
    with pytest.raises(LayoutRefusal, match="is printed as"):
        place(made_of.areas, [(page.characters(), page.paths())], [(5000, 5000)], LANGUAGES["en"])


@pytest.mark.parametrize("character", ["\U000132f9", "漢", "ก"])
def test_a_glyph_no_font_has_is_refused_not_drawn_as_a_box(character: str) -> None:
    document = replace(_long(1), blocks=(Paragraph(say(f"before {character} after")),))
    with pytest.raises(LayoutRefusal, match="no font has"):
        draw_document(document, look_for(document, random.Random(3)), random.Random(1))


def test_the_same_seed_gives_the_same_pixels_and_places() -> None:
    for index in (3, 4, 5):
        (_, _, a), (_, _, b) = make(index), make(index)
        assert all(np.array_equal(x, y) for x, y in zip(a.pages, b.pages, strict=True))
        assert a.placed.words == b.placed.words


def test_text_that_looks_like_markup_is_printed_as_it_is() -> None:
    text = r'#let x = 1; *a* _b_ $c$ \d "e" @f <g> `h` [i] ~ // = - + 1. //'
    document = replace(_long(1), blocks=(Paragraph(say(text)),))
    drawn = draw_document(document, look_for(document, random.Random(3)), random.Random(1))
    assert [w.text for w in drawn.placed.words if drawn.areas[w.area].element == 0] == text.split()


@pytest.mark.parametrize("complexity", [1, 2])
def test_a_newspaper_does_not_run_out_of_stories_while_its_page_is_half_empty(complexity: int) -> None:
    for index in range(6):
        _, _, drawn = make(index, kind="newspaper", complexity=complexity)
        (page,) = drawn.pages
        covered = sum(area(part.box) for part in drawn.placed.parts)
        assert covered > 0.4 * page.shape[0] * page.shape[1]


@pytest.mark.parametrize("last", ["paragraph", "table"])
def test_signatures_do_not_stand_on_a_page_of_their_own(last: str) -> None:
    signed = Row(((FigureBlock("signature", 1, 0.28, 0.6), Paragraph(say("Signed"), "signature_line")),), (1.0,))
    grid = random_document(random.Random(1), 0, kind="invoice", complexity=1).blocks
    end = next(b for b in grid if isinstance(b, TableBlock)) if last == "table" else Paragraph(say("Ultimate"))
    word = "Ultimate" if last == "paragraph" else end.grid.columns[-1].name.split()[0]  # type: ignore[union-attr]
    overleaf = 0
    for count in range(10, 90, 3):
        lines = [Paragraph(say(f"Line {n}")) for n in range(count)]
        document = Document("contract", "en", 1, (*lines, end, signed))
        look = replace(look_for(document, random.Random(4)), paper="a5", width=419.5, height=595.3)
        texts = [page.characters().text for page in set_pages(markup(document, look), look, "en")]
        (on,) = [text for text in texts if "Signed" in text]
        assert word in on, f"{count} lines"
        overleaf += on is texts[-1] and "Line" not in on
    assert overleaf


@pytest.mark.parametrize("index", [0, 3])
def test_a_newspaper_page_is_filled_with_as_many_paragraphs_as_it_holds(index: int) -> None:
    rng = random.Random(index)
    whole = random_document(rng, index, kind="newspaper", complexity=4)
    look = look_for(whole, rng)
    kept = len(fitted(whole, look).blocks)
    ends = [n for n, b in enumerate(whole.blocks, 1) if n > kept and isinstance(b, Paragraph) and not b.role]
    assert ends and len(set_pages(markup(fitted(whole, look), look), look, "en")) == 1
    longer = replace(whole, blocks=whole.blocks[: ends[0]])
    assert len(set_pages(markup(longer, look), look, "en")) > 1
