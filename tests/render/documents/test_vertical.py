"""Chinese and Japanese documents in vertical lines: how cells stand, where lines break, the order of reading found
again from the places alone, ink inside its boxes; another engine reads them."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import Face, face
from mmrecipes.canvas.scripts import check_language
from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box
from mmrecipes.core.errors import FontError
from mmrecipes.core.identity import rng_from
from mmrecipes.render.documents.columns import Brush, broken, cells, length_of
from mmrecipes.render.documents.content import kinds_of, random_document
from mmrecipes.render.documents.draw import DrawnDocument, draw_document
from mmrecipes.render.documents.geometry import LayoutRefusal, Word
from mmrecipes.render.documents.kinds.vertical import SHARES, Scribe, frames, ideographic, ideographic_date, novel
from mmrecipes.render.documents.looks import look_for
from mmrecipes.render.documents.targets import written
from mmrecipes.render.documents.tree import Document, Heading, Paragraph, TableBlock, leaves, plain, say
from mmrecipes.render.documents.truth import truth_of
from mmrecipes.render.documents.vertical import set_vertical

CASES = (("zh", "novel", 2), ("ja", "novel", 4), ("zh-Hant", "notice", 3), ("ja", "letter", 3), ("zh", "letter", 2))


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    try:
        for code in SHARES:
            check_language(code)
    except FontError as e:
        pytest.skip(str(e))


@functools.cache
def made(code: str, kind: str, complexity: int) -> tuple[Document, DrawnDocument]:
    from mmrecipes.render.documents.kinds.vertical import MAKERS

    for turn in range(20):
        rng = rng_from("vertical", code, kind, turn)
        document = MAKERS[kind](Scribe(kind, code, complexity, rng))
        try:
            return document, draw_document(document, look_for(document, rng), rng)
        except LayoutRefusal:
            continue
    raise AssertionError(f"no {kind} in {code} can be set")


def song() -> Face:
    return face("Noto Serif CJK SC")


def test_short_numbers_stand_across_and_words_lie_on_their_side() -> None:
    found = [(c.text, c.way) for c in cells("12月OPEN（3）2024年 A9:30", song(), "zh")]
    assert found == [
        ("12", "across"), ("月", "upright"), ("OPEN", "sideways"), ("（", "upright"), ("3", "across"),
        ("）", "upright"), *((digit, "across") for digit in "2024"), ("年", "upright"),
        (" ", "blank"), ("A9:30", "sideways"),
    ]  # fmt: skip


def _ink(text: str, size: float = 100.0) -> Box:
    """Box of what is drawn for a one-cell text with its axis at 100 and its head at 50, found in the pixels."""
    surface = Surface(200, 500)
    brush = Brush(surface, "zh")
    (line,) = broken(text, song(), "zh", 9.0)
    (one,) = line
    said = brush.draw(one, song(), 100.0, 50.0, size, "#000000")
    brush.finish()
    ys, xs = np.nonzero(surface.pixels().min(axis=2) < 128)
    seen = (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
    assert np.abs(np.subtract(said, seen)).max() < 2.5, text
    return seen


def test_punctuation_has_its_vertical_forms_and_ink_is_where_it_is_said_to_be() -> None:
    stop, comma = _ink("。"), _ink("，")
    for x0, y0, x1, y1 in (stop, comma):
        assert x0 > 100 and x1 <= 152 and y0 >= 48 and y1 < 100  # in the upper right of its cell
    opening, closing = _ink("「"), _ink("」")
    assert opening[1] > 90 and closing[3] < 110  # turned: they stand at the side of what they enclose
    assert opening[2] - opening[0] > 1.2 * (opening[3] - opening[1])
    x0, y0, x1, y1 = _ink("28")
    assert x1 - x0 <= 100 and x1 - x0 > 60 and y1 - y0 < 90 and abs((x0 + x1) / 2 - 100) < 6
    x0, y0, x1, y1 = _ink("OPEN")
    assert y1 - y0 > 2 * (x1 - x0) and abs((x0 + x1) / 2 - 100) < 8


@pytest.mark.parametrize("length", [5.0, 8.0, 13.0])
def test_lines_keep_within_their_length_and_break_where_they_may(length: float) -> None:
    text = "".join(frames("zh")["story"].split("|"))
    text = re.sub(r"\{\w+\}", "41", text)
    lines = broken(text, song(), "zh", length, 2.0)
    said = ["".join(c.cell.text for c in line) for line in lines]
    assert "".join(said) == text.replace(" ", "") and lines[0][0].at == 2.0
    assert not [s for s in said if s[0] in "，。！？、：；」』）》…" or s[-1] in "「『（《"]
    assert all(length_of(line) <= length + 1e-6 for line, s in zip(lines, said, strict=True) if len(s) > 2)
    filled = [line for line in lines[:-1] if length_of(line) > length - 1.7]
    assert filled and all(length_of(line) == pytest.approx(length) for line in filled)


def _in_line(a: Word, b: Word) -> bool:
    """Whether one stands under the other: they share most of the narrower one's breadth, in one half of a page."""
    shared = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    return a.page == b.page and shared > 0.5 * min(a.box[2] - a.box[0], b.box[2] - b.box[0])


@pytest.mark.parametrize("case", CASES)
def test_columns_from_the_right_read_what_the_document_says(case: tuple[str, str, int]) -> None:
    """From the boxes alone: tier by tier, from right to left, downwards."""
    document, drawn = made(*case)
    tree = list(leaves(document.blocks))
    words = [w for w in drawn.placed.words if drawn.areas[w.area].element >= 0 and drawn.areas[w.area].part == ""]
    height = drawn.pages[0].shape[0]
    tier = [int(w.box[1] + w.box[3] > height) if document.columns == 2 else 0 for w in words]
    columns: list[list[int]] = []
    for n in sorted(range(len(words)), key=lambda n: (words[n].page, tier[n], -words[n].box[2])):
        if not columns or not _in_line(words[n], words[columns[-1][0]]):
            columns.append([])
        columns[-1].append(n)
    read = "".join(words[n].text for one in columns for n in sorted(one, key=lambda n: words[n].box[1]))
    assert read == re.sub(r"\s", "", "".join(plain(b.text) for b in tree if isinstance(b, Heading | Paragraph)))
    assert len(read) > 60 and document.vertical


@pytest.mark.parametrize("case", CASES[1:4])
def test_all_ink_is_in_a_box_and_every_box_has_ink(case: tuple[str, str, int]) -> None:
    _, drawn = made(*case)
    for page, pixels in enumerate(drawn.pages[:1]):
        dark = cv2.absdiff(pixels, np.full_like(pixels, pixels[0, 0])).max(axis=2) > 110
        for word in (w for w in drawn.placed.words if w.page == page):
            x0, y0, x1, y1 = (round(v) for v in word.box)
            assert dark[y0:y1, x0:x1].any(), word
            dark[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = False
        for k, places in drawn.placed.boxes.items():
            for on, (x0, y0, x1, y1) in places:
                if on == page and drawn.areas[k].opaque:
                    dark[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = False
        # a frame or a rule runs far; letters do not
        dark[np.convolve(dark.mean(axis=1) > 0.3, np.ones(5), "same") > 0] = False
        dark[:, np.convolve(dark.mean(axis=0) > 0.3, np.ones(5), "same") > 0] = False
        assert dark.sum() == 0, f"{dark.sum()} dark pixels outside all boxes of page {page}"


def test_every_language_has_every_frame_and_documents_of_these_kinds() -> None:
    assert {code: set(frames(code)) for code in SHARES} == {code: set(frames("zh")) for code in SHARES}
    for code in SHARES:
        assert {"novel", "notice"} <= set(kinds_of(code))
        found = [
            random_document(rng_from("kind", code, n), n, kind="letter", language=code).vertical for n in range(40)
        ]
        assert any(found) and not all(found)
    assert kinds_of("ko") == kinds_of("de") and "novel" not in kinds_of("de")


def test_the_truth_says_that_lines_run_downwards() -> None:
    document, drawn = made(*CASES[0])
    look = look_for(document, rng_from("look"))
    assert truth_of(document, drawn, look, written(document, drawn, look))["direction"] == "ttb"


def test_days_in_ideographic_numerals() -> None:
    assert [ideographic(n) for n in (1, 10, 11, 20, 31, 99)] == ["一", "十", "十一", "二十", "三十一", "九十九"]
    assert ideographic_date(date(2024, 10, 5)) == "二〇二四年十月五日"


def test_what_cannot_be_set_downwards_is_refused() -> None:
    rng = rng_from("refused")
    document = novel(Scribe("novel", "zh", 1, rng))
    look = look_for(document, rng)
    odd = Document("novel", "zh", 1, (Paragraph(say("他说：مرحبا")),), vertical=True)
    with pytest.raises(LayoutRefusal, match="vertical"):
        draw_document(odd, look, rng)
    table = next(b for b in random_document(rng, 0, kind="invoice", language="zh").blocks if isinstance(b, TableBlock))
    with pytest.raises(TypeError, match="TableBlock"):
        set_vertical(Document("novel", "zh", 1, (table,), vertical=True), look)


def test_a_last_page_with_nothing_but_the_end_of_a_letter_is_refused() -> None:
    rng = rng_from("closing")
    look = replace(
        look_for(Document("letter", "ja", 1, (Paragraph(say("文")),), vertical=True), rng), column_rule=False
    )
    ends = (Paragraph(say("敬具"), "goodbye"), Paragraph(say("山田"), "signatory"))
    reasons = []
    for count in range(4, 60):
        document = Document("letter", "ja", 1, (*[Paragraph(say("雨が降る。"))] * count, *ends), vertical=True)
        try:
            pages = set_vertical(document, look)
        except LayoutRefusal as e:
            reasons.append(e.reason)
        else:
            last = [w.area for w in pages.placed.words if w.page == len(pages.pages) - 1]
            assert min(last) < count
    assert "closing_alone" in reasons and set(reasons) == {"closing_alone"} and len(reasons) < 20


MODELS = {"zh": "chi_sim_vert", "ja": "jpn_vert"}


@functools.cache
def _models() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    return frozenset(
        subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    )


@pytest.mark.slow
@pytest.mark.parametrize("code", MODELS)
def test_tesseract_reads_the_columns(code: str) -> None:
    distance = pytest.importorskip("Levenshtein").distance
    if MODELS[code] not in _models():
        pytest.skip(f"apt install tesseract-ocr-{MODELS[code].replace('_', '-')}")
    document, drawn = made(code, "novel", 2)
    tree = list(leaves(document.blocks))
    wrong = total = 0
    for part in drawn.placed.parts:
        said = "".join(drawn.placed.words[n].text for n in part.words)
        if part.element < 0 or not isinstance(tree[part.element], Paragraph) or re.search(r"\d\d|[A-Z]", said):
            continue  # the engine does not know of numbers across the line and words on their side
        x0, y0, x1, y1 = map(int, part.box)
        patch = drawn.pages[part.page][max(0, y0 - 20) : y1 + 20, max(0, x0 - 12) : x1 + 12]
        large = np.asarray(cv2.resize(patch, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
        command = ["tesseract", "stdin", "stdout", "-l", MODELS[code], "--psm", "5"]
        read = subprocess.run(command, input=encode(large).data, capture_output=True, check=True).stdout.decode()
        wrong += distance(*(re.sub(r"[^\w]", "", text) for text in (said, read)))
        total += len(said)
        if total > 100:
            break
    assert total > 60 and wrong / total <= 0.08, f"{wrong} of {total}"
