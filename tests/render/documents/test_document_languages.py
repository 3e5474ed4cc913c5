"""Documents in other languages: every word has its place, lines run the right way, another engine reads them."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from decimal import Decimal

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.scripts import LANGUAGES, check_language, lacking
from mmrecipes.core.errors import FontError
from mmrecipes.core.identity import rng_from
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.draw import DrawnDocument, draw_document, fitted
from mmrecipes.render.documents.geometry import LayoutRefusal
from mmrecipes.render.documents.kinds.local import KINDS, labels
from mmrecipes.render.documents.looks import look_for
from mmrecipes.render.documents.queries import Query, evaluate
from mmrecipes.render.documents.targets import outline, written
from mmrecipes.render.documents.tree import Document, Heading, Paragraph, TableBlock, leaves, say, words_of

OTHERS = [code for code in LANGUAGES if code != "en"]


def _made(code: str, kind: str, index: int = 0, complexity: int = 2) -> tuple[Document, DrawnDocument]:
    try:
        check_language(code)
    except FontError as e:
        pytest.skip(str(e))
    for turn in range(index, index + 40, 10):  # a look may be refused
        rng = rng_from("languages", code, turn, kind)
        document = random_document(rng, turn, kind=kind, complexity=complexity, language=code)
        look = look_for(document, rng)
        document = fitted(document, look)
        try:
            return document, draw_document(document, look, rng)
        except LayoutRefusal:
            continue
    raise AssertionError(f"no {kind} in {code} can be set")


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_every_label_and_its_fonts_set_them(code: str) -> None:
    found = labels(code)
    assert found.keys() == labels("de").keys() and all(found.values())
    for key, slots in {"firm": ["family"], "report": ["topic"], "page": ["page", "pages"]}.items():
        assert sorted(re.findall(r"\{(\w+)\}", found[key])) == slots
    assert found["sections"].count("|") == 3
    try:
        assert lacking(found.values(), code) == ""
    except FontError as e:
        pytest.skip(str(e))


@pytest.mark.parametrize(("code", "kind"), [(code, KINDS[n % 5]) for n, code in enumerate(OTHERS)])
def test_all_words_of_a_document_have_their_places_in_its_order(code: str, kind: str) -> None:
    document, drawn = _made(code, kind)
    for n, leaf in enumerate(leaves(document.blocks)):
        if isinstance(leaf, Paragraph):
            placed = "".join(w.text for w in drawn.placed.words if drawn.areas[w.area].element == n)
            assert placed == "".join(words_of(leaf.text))
    assert all(w.box[2] > w.box[0] and w.box[3] > w.box[1] for w in drawn.placed.words)
    assert any(w.x_height > 8 for w in drawn.placed.words)


@pytest.mark.parametrize("code", ["ar", "fa", "he", "de"])
def test_lines_and_columns_of_a_language_run_its_way(code: str) -> None:
    document, drawn = _made(code, "report")
    rtl = LANGUAGES[code].direction == "rtl"
    by_line: dict[tuple[int, int, int], list[float]] = {}
    for w in drawn.placed.words:
        if drawn.areas[w.area].part == "":
            by_line.setdefault((w.area, w.page, w.line), []).append(w.box[0])
    long = [xs for xs in by_line.values() if len(xs) > 4]
    assert len(long) > 3 and all(xs == sorted(xs, reverse=rtl) for xs in long)
    table = next(n for n, leaf in enumerate(leaves(document.blocks)) if isinstance(leaf, TableBlock))
    (_, first), (_, second) = drawn.placed.cells[table, 0, 0], drawn.placed.cells[table, 0, 1]
    assert (first[0] > second[0]) == rtl


@pytest.mark.parametrize("code", ["fr", "ja", "ar", "hi"])
def test_the_amounts_of_an_invoice_add_up_in_the_print_of_its_language(code: str) -> None:
    """Read without the project's parser."""
    document = random_document(rng_from("sum", code), 0, kind="invoice", complexity=3, language=code)

    def value(text: str) -> Decimal:
        return Decimal(re.sub(r"[^\d.]", "", text.replace(texts(code).group, "").replace(texts(code).decimal, ".")))

    grid = next(leaf.grid for leaf in leaves(document.blocks) if isinstance(leaf, TableBlock))
    rows = [[c.text for c in grid.cells if c.row == r] for r in range(1, grid.rows)]
    assert all(value(q) * value(p) == value(a) for _, q, p, a in rows)
    assert sum((value(row[3]) for row in rows), Decimal()) == value(document.fact("subtotal").text)
    assert value(document.fact("subtotal").text) + value(document.fact("tax").text) == value(
        document.fact("total").text
    )


@pytest.mark.parametrize(("code", "high", "low", "apart", "summed"), [
    ("en", "1,148.50", "775.25", "373.25", "1,923.75"), ("it", "1.148,50", "775,25", "373,25", "1.923,75"),
    ("fr", "1\u202f148,50", "775,25", "373,25", "1\u202f923,75"), ("tr", "1.148", "775", "373", "1.923"),
    ("hi", "1,148", "775", "373", "1,923"),
])  # fmt: skip
def test_questions_read_the_numbers_of_a_document_as_its_language_prints_them(
    code: str, high: str, low: str, apart: str, summed: str
) -> None:
    """`1.148` is more than `775` where a dot stands between thousands."""
    rows = [("a", high), ("b", low)]
    cells = [{"r": r, "c": c, "cs": 1, "text": text, "role": "body"} for r, row in enumerate(rows, 1)
             for c, text in enumerate(row)]  # fmt: skip
    facts = [{"name": "total", "text": high}, {"name": "tax", "text": low}]
    truth = {"language": code, "facts": facts, "tables": [{"name_column": 0, "cells": cells}]}
    assert evaluate(truth, Query("largest", {"column": 1})).text == "a"
    assert evaluate(truth, Query("largest", {"column": 1, "smallest": True})).text == "b"
    assert evaluate(truth, Query("difference", {"a": "total", "b": "tax"})).text == apart
    assert evaluate(truth, Query("sum_column", {"column": 1})).text == summed


def test_headings_in_capitals_are_those_of_the_language_on_the_page_and_in_its_markdown() -> None:
    document = Document("report", "tr", 1, (Heading(say("Beklentiler"), 1), Paragraph(say("Gövde."))))
    look = replace(look_for(document, rng_from("caps")), heading="caps")
    drawn = draw_document(document, look, rng_from("caps"))
    assert drawn.placed.words[0].text == outline(document, look).removeprefix("- ") == "BEKLENTİLER"
    assert written(document, drawn, look)[0].texts == ("BEKLENTİLER",)


@pytest.mark.parametrize("code", ["he", "zh"])
def test_a_character_that_no_font_has_is_refused(code: str) -> None:
    try:
        check_language(code)
    except FontError as e:
        pytest.skip(str(e))
    document = random_document(rng_from("tofu", code), 0, kind="letter", complexity=1, language=code)
    document = replace(document, blocks=(Paragraph(say("\U000132f9")),))
    with pytest.raises(LayoutRefusal, match="no font has"):
        draw_document(document, look_for(document, rng_from("tofu")), rng_from("tofu"))


@pytest.mark.parametrize("code", ["ar", "he", "th", "hi"])
def test_a_word_that_is_not_printed_as_it_is_written_is_refused(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document, _ = _made(code, "letter")
    from mmrecipes.render.documents import draw

    def altered(*given: object, **named: object) -> object:
        made = markup(*given, **named)  # type: ignore[arg-type]
        area = next(a for a in made.areas if len("".join(a.words)) > 40)
        area.words[0] = area.words[0][:-1] + ("א" if code != "he" else "ت")
        return made

    markup = draw.markup
    monkeypatch.setattr(draw, "markup", altered)
    with pytest.raises(LayoutRefusal) as refused:
        draw_document(document, look_for(document, rng_from("altered")), rng_from("altered"))
    assert refused.value.reason in ("text_differs", "missing_glyph")


# --- another engine

MODELS = {"ru": "rus", "el": "ell", "he": "heb", "hi": "hin"}
MOST_ERRORS = 0.03


@functools.cache
def _models() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    return frozenset(
        subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    )


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200c-\u200f]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.slow
@pytest.mark.parametrize("code", MODELS)
def test_tesseract_reads_the_paragraphs_of_a_report(code: str) -> None:
    distance = pytest.importorskip("Levenshtein").distance
    if MODELS[code] not in _models():
        pytest.skip(f"apt install tesseract-ocr-{MODELS[code]}")
    document, drawn = _made(code, "report", complexity=1)
    tree = list(leaves(document.blocks))
    wrong = total = 0
    for part in drawn.placed.parts:
        if part.element < 0 or not isinstance(tree[part.element], Paragraph):
            continue
        x0, y0, x1, y1 = map(int, part.box)
        patch = drawn.pages[part.page][max(0, y0 - 10) : y1 + 10, max(0, x0 - 20) : x1 + 20]
        large = np.asarray(cv2.resize(patch, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
        command = ["tesseract", "stdin", "stdout", "-l", MODELS[code], "--psm", "6"]
        read = subprocess.run(command, input=encode(large).data, capture_output=True, check=True).stdout.decode()
        said = _bare("".join(drawn.placed.words[n].text for n in part.words))
        wrong += distance(said, _bare(read))
        total += len(said)
    assert total > 300 and wrong / total <= MOST_ERRORS
