"""Any text, wherever it stands in a document, is printed as itself: nothing of it is taken for markup."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmrecipes.render.documents.draw import draw_document
from mmrecipes.render.documents.kinds.desk import grid_of
from mmrecipes.render.documents.kinds.formulas import inline_pieces
from mmrecipes.render.documents.looks import Look, look_for
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    FormulaBlock,
    Furniture,
    Heading,
    Item,
    ListBlock,
    Paragraph,
    Piece,
    TableBlock,
    plain,
    say,
)

PLACES: dict[str, Callable[[str], Block]] = {
    "title": lambda t: Heading(say(t), 0),
    "heading": lambda t: Heading(say(t), 2, "1.2"),
    "paragraph": lambda t: Paragraph((Piece(t, bold=True), Piece(" and "), Piece(t, italic=True))),
    "letterhead": lambda t: Paragraph(say(t), "letterhead"),
    "list": lambda t: ListBlock((Item(say(t)), Item(say(t), 1))),
    "cells": lambda t: TableBlock(grid_of([t, "b"], [[t, "1"], ["c", t]], ["text", "text"], totals=[(t, "2")]), say(t)),
    "caption": lambda t: FigureBlock("mark", 1, 0.2, 0.2, say(t)),
    "number": lambda t: FormulaBlock("x", "x", t),
    "boxes": lambda t: FieldGroup((FieldBlock(t, t, "a"), FieldBlock("b", t, "b")), 2, "boxes"),
    "ticks": lambda t: FieldGroup((FieldBlock(t, "", "a", ((t, True), ("no", False))),), 1, "boxes"),
}
TEXTS = st.text("#$\\[]{}()*_`<>@\"'~=-+/|&%^:;,.!? \n\u00a0abfiß19é“”–", min_size=1, max_size=24).filter(str.strip)
NASTY = r'#let x = 1; *a* _b_ $c$ \d "e" @f <g> `h` [i] ~ // {j} {page}'


def _document(block: Block, furniture: tuple[Furniture, ...] = ()) -> Document:
    return Document("report", "en", 1, (block,), furniture)


def _look(document: Document) -> Look:
    return replace(look_for(document, random.Random(5)), family="Source Serif Pro", heading="plain")


def _printed(document: Document) -> Counter[str]:
    """All characters on the pages, read from the boxes of words."""
    drawn = draw_document(document, _look(document), random.Random(1))
    return Counter("".join(w.text for w in drawn.placed.words))


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=12)
@given(text=TEXTS)
@example(text=NASTY)
@example(text='"); #panic("no")')
def test_a_text_is_printed_as_itself_wherever_it_stands(place: str, text: str) -> None:
    """Against the same block with another text: what is printed more often than there is the text, as often as it is
    given. (Drawing refuses pages whose characters differ from the tree's.)"""
    given_one, given_x = _printed(_document(PLACES[place](text))), _printed(_document(PLACES[place]("x")))
    times = given_x["x"]
    given_x.subtract("x" * times)
    given_one.subtract(Counter({c: times * n for c, n in Counter("".join(text.split())).items()}))
    given_one.subtract(given_x)
    assert not any(given_one.values())


@settings(max_examples=12)
@given(text=TEXTS)
@example(text=NASTY)
def test_a_header_is_printed_as_itself_with_its_page_numbers(text: str) -> None:
    header = Furniture("header", f"{text} {{page}}/{{pages}}", "left")
    document = _document(Paragraph(say("Body.")), (header,))
    drawn = draw_document(document, _look(document), random.Random(1))
    shown = text.replace("{pages}", "1").replace("{page}", "1")
    words = [w.text for w in drawn.placed.words if drawn.areas[w.area].element < 0]
    assert "".join(words) == "".join(f"{shown} 1/1".split())


def test_dollars_are_formulas_only_around_known_ones() -> None:
    pieces = inline_pieces("It costs $5 or $7; let $y_i$ be the price in $, and $#panic()$ of unit $i$.")
    assert plain(pieces) == "It costs $5 or $7; let $y_i$ be the price in $, and $#panic()$ of unit $i$."
    assert [p.latex for p in pieces if p.latex] == ["y_i", "i"]
