"""Cells of tables in other scripts, read by tesseract (an engine that shares no code with the drawing)."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import unicodedata

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont, features

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import check_language
from mmrecipes.core.boxes import box_of
from mmrecipes.core.errors import FontError
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.draw import DrawnTable, draw_table
from mmrecipes.render.tables.grid import Grid
from mmrecipes.render.tables.themes import theme_for
from mmrecipes.render.tables.typeset import TableRefusal

MODELS = {
    "zh": "chi_sim", "ar": "ara", "hi": "hin", "ru": "rus", "el": "ell", "th": "tha", "he": "heb",
}  # fmt: skip
MOST_ERRORS = {"zh": 0.12, "ar": 0.03, "hi": 0.12, "ru": 0.05, "el": 0.1, "th": 0.1, "he": 0.08}
"""Characters in error, about twice what was measured (0.06, 0.01, 0.07, 0.02, 0.05, 0.05, 0.04): tesseract's own."""
UNREAD = frozenset({"Amiri"})
"""Families whose ligatures tesseract does not know (15 % of characters)."""

BY_WORD = frozenset({"ar"})
"""Languages of which tesseract leaves out or misreads single words in any picture (39 of 265 characters of Arabic in
the other three families): only words that it reads when Pillow sets them are compared, on the ground made white."""


def installed() -> set[str]:
    if shutil.which("tesseract") is None:
        return set()
    return set(subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split())


def words_of(grid: Grid, drawn: DrawnTable) -> list[tuple[str, npt.NDArray[np.uint8]]]:
    """Texts of letters on one line, with the pixels around them."""
    found = []
    for cell, place in zip(grid.cells, drawn.cells, strict=True):
        plain = "".join(ch for ch in cell.text if ch != " " and unicodedata.category(ch)[0] != "M")
        if place.text_quad is None or len(place.text_quads) > 1 or cell.footnote or cell.role == "header":
            continue
        if len(cell.text) > 2 and plain.isalpha():
            x0, y0, x1, y1 = box_of(place.text_quad)
            found.append((cell.text, drawn.pixels[int(y0) - 3 : int(y1) + 4, int(x0) - 4 : int(x1) + 5]))
    return found[:14]


def page_of(patches: list[npt.NDArray[np.uint8]], right: bool) -> npt.NDArray[np.uint8]:
    """The patches below each other on white, two and a half times as large."""
    large = [np.asarray(cv2.resize(p, None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC), np.uint8) for p in patches]
    width = max(p.shape[1] for p in large) + 60
    page = np.full((sum(p.shape[0] + 30 for p in large) + 30, width, 3), 255, np.uint8)
    y = 30
    for p in large:
        x = width - 30 - p.shape[1] if right else 30
        page[y : y + p.shape[0], x : x + p.shape[1]] = p
        y += p.shape[0] + 30
    return page


def on_white(patch: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The text alone, without the rules beside it, on a ground turned white."""
    text = patch[3:-4, 4:-5].astype(float)
    ground = np.median(text.reshape(-1, 3), axis=0)
    return np.clip(text / ground * 255, 0, 255).astype(np.uint8)


def is_read_when_pillow_sets_it(text: str, family: str, model: str) -> bool:
    """Whether the engine knows a word of letters that run to the left in a face, in a plain picture not made by us."""
    plain = Image.new("RGB", (900, 140), "white")
    font = ImageFont.truetype(str(face(family).path), 40)
    ImageDraw.Draw(plain).text((860, 30), text, fill="black", font=font, anchor="ra", direction="rtl")
    return bare(read(np.asarray(plain), model, 7)) == bare(text)


def read(page: npt.NDArray[np.uint8], model: str, layout: int = 6) -> str:
    command = ["tesseract", "stdin", "stdout", "-l", model, "--psm", str(layout)]
    return subprocess.run(command, input=encode(page).data, capture_output=True, check=True).stdout.decode()


def bare(text: str) -> str:
    return re.sub(r"[\s\u200c\u200e\u200f]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.slow
@pytest.mark.parametrize("code", MODELS)
def test_another_engine_reads_the_cells_of_a_language(code: str) -> None:
    distance = pytest.importorskip("Levenshtein").distance
    if MODELS[code] not in installed():
        pytest.skip(f"tesseract has no {MODELS[code]}")
    try:
        check_language(code)
    except FontError as e:
        pytest.skip(str(e))
    if code in BY_WORD and not features.check("raqm"):
        pytest.skip("Pillow has no raqm")
    wrong = characters = all_characters = 0
    for seed in range(40):
        theme = theme_for(seed)
        grid = random_grid(random.Random(seed), seed, theme.family, code)
        if grid.rows * grid.cols > 80 or theme.colours.page < "#bbbbbb" or characters > 180:
            continue
        try:
            drawn = draw_table(grid, theme, random.Random(seed))
        except TableRefusal:
            continue
        found = words_of(grid, drawn)
        if len(found) < 6 or drawn.family in UNREAD:
            continue
        all_characters += len(bare("".join(text for text, _ in found)))
        if code in BY_WORD:
            found = [(w, on_white(p)) for w, p in found if is_read_when_pillow_sets_it(w, drawn.family, MODELS[code])]
        expected = bare("".join(text for text, _ in found))
        page = page_of([patch for _, patch in found], code in ("ar", "he"))
        wrong += distance(expected, bare(read(page, MODELS[code])))
        characters += len(expected)
    assert characters > 90 and characters > 0.75 * all_characters
    assert wrong / characters <= MOST_ERRORS[code], f"{wrong} of {characters}"
