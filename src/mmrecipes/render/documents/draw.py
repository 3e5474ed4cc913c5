"""A document drawn: pixels of every page, and the place of every word, line, cell and element in them.

Covered: typesetting, pictures and a stamp where the page is free. Not covered: wear, encoding.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.scripts import LANGUAGES, faces_for, lacking
from mmrecipes.core.boxes import Box, quad_of
from mmrecipes.render.documents.geometry import LayoutRefusal, Placed, place
from mmrecipes.render.documents.looks import Look
from mmrecipes.render.documents.markup import Markup, markup
from mmrecipes.render.documents.markup_pen import Area
from mmrecipes.render.documents.pictures import draw_picture
from mmrecipes.render.documents.stamps import draw_stamp
from mmrecipes.render.documents.tree import Block, Document, FigureBlock, Heading, Paragraph, leaves
from mmrecipes.render.documents.vertical import set_vertical
from mmrecipes.render.typeset import Page, bundled_folders, typst_pages, unprintable

Pixels = npt.NDArray[np.uint8]
Quads = npt.NDArray[np.float64]
MAX_PAGES = 6


@dataclass(frozen=True, slots=True)
class StampPlace:
    """Where a stamp landed: page, quads of its lines (N, 4, 2) and of the whole (4, 2)."""

    page: int
    lines: Quads
    quad: Quads


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """Pages as (H, W, 3) pixels, the areas of the markup and all places in page pixels."""

    pages: tuple[Pixels, ...]
    areas: tuple[Area, ...]
    placed: Placed
    stamp: StampPlace | None


ONE_PAGE = ("certificate", "card", "slide", "receipt", "notice")
"""Kinds that are refused on more than one page."""


def fitted(document: Document, look: Look) -> Document:
    """A newspaper page with as many of its stories as it holds, the last one as far as its paragraphs fit; other
    documents as they are."""
    if document.kind != "newspaper":
        return document
    starts = [n for n, b in enumerate(document.blocks) if isinstance(b, Heading) and b.role == "story"]
    whole = {_with_kicker(document.blocks, n) for n in starts}
    cuts = sorted(whole | {n for n in range(min(whole, default=0), len(document.blocks)) if _told(document.blocks, n)})
    over = _overleaf(document, look)
    while over is not None and cuts:
        before = [cut for cut in cuts if sum(1 for _ in leaves(document.blocks[:cut])) <= over] or cuts[:1]
        document = replace(document, blocks=document.blocks[: before[-1]])
        cuts = before[:-1]
        over = _overleaf(document, look)
    return document


def _overleaf(document: Document, look: Look) -> int | None:
    """The first leaf that does not stand on the first page; what stands before it does not depend on what follows."""
    made = markup(document, look)
    tags = {mark.id - 1 for sheet in set_pages(made, look, document.language)[1:] for mark in sheet.paths()
            if mark.opacity == 0 and mark.id}  # fmt: skip
    return min((element for tag in tags if (element := made.areas[tag].element) >= 0), default=None)


def _told(blocks: Sequence[Block], end: int) -> bool:
    """Whether a story may end before block `end`: behind one of its paragraphs."""
    last = blocks[end - 1]
    return isinstance(last, Paragraph) and not last.role


def _with_kicker(blocks: Sequence[Block], heading: int) -> int:
    """Where a story begins: at its heading, or at the line above it."""
    before = blocks[heading - 1]
    return heading - 1 if isinstance(before, Paragraph) and before.role == "kicker" else heading


def draw_document(document: Document, look: Look, rng: random.Random) -> DrawnDocument:
    """Set and draw a document. Raises `LayoutRefusal` (also `missing_glyph` and `too_many_pages`)."""
    if document.vertical:
        return _drawn_vertically(document, look)
    made = markup(document, look)
    said = "".join(w for one in made.areas for w in (*one.words, one.template))
    if missing := unprintable(said) if document.language == "en" else lacking([said], document.language):
        raise LayoutRefusal("missing_glyph", f"no font has {missing!r}")
    sheets = set_pages(made, look, document.language)
    if len(sheets) > (1 if document.kind in ONE_PAGE else MAX_PAGES):
        raise LayoutRefusal("too_many_pages", f"{len(sheets)} pages")
    read = [(s.characters(), s.paths()) for s in sheets]
    pages = [s.pixels() for s in sheets]
    placed = place(made.areas, read, [(p.shape[1], p.shape[0]) for p in pages], LANGUAGES[document.language])
    _paste_pictures(document, look, made.areas, placed, pages)
    stamp = _stamp(document, look, pages, placed, rng) if document.stamp else None
    return DrawnDocument(tuple(pages), tuple(made.areas), placed, stamp)


def _drawn_vertically(document: Document, look: Look) -> DrawnDocument:
    made = set_vertical(document, look)
    if len(made.pages) > 1 and document.kind in ONE_PAGE:
        raise LayoutRefusal("too_many_pages", f"{len(made.pages)} pages")
    _paste_pictures(document, look, made.areas, made.placed, made.pages)
    return DrawnDocument(tuple(made.pages), tuple(made.areas), made.placed, None)


def set_pages(made: Markup, look: Look, language: str) -> list[Page]:
    """The pages of a document, set in the bundled faces and those of its language."""
    return list(_set_pages(made.source, look.ppi, language))


@functools.lru_cache(maxsize=1)
def _set_pages(source: str, ppi: float, language: str) -> tuple[Page, ...]:
    """Kept until the next are set: what was found to fit is drawn next."""
    return tuple(typst_pages(source, ppi, _folders(language)))


@functools.cache
def _folders(language: str) -> tuple[Path, ...]:
    own = {found.path.parent for found in faces_for(language)} if LANGUAGES[language].families else set[Path]()
    return tuple(sorted({*bundled_folders(), *own}))


def _paste_pictures(
    document: Document, look: Look, areas: Sequence[Area], placed: Placed, pages: Sequence[Pixels]
) -> None:
    """Draw every picture into its place; white is transparent, so that tinted paper shows through."""
    tree = list(leaves(document.blocks))
    for k, one in enumerate(areas):
        if one.part != "picture":
            continue
        figure = tree[one.element]
        assert isinstance(figure, FigureBlock)
        for page, box in placed.boxes[k]:
            x0, y0, x1, y1 = (round(v) for v in box)
            if x1 - x0 < 12 or y1 - y0 < 8:
                raise LayoutRefusal("picture_too_small", f"{x1 - x0}x{y1 - y0}")
            picture = draw_picture(figure, x1 - x0, y1 - y0, look)
            view = pages[page][y0:y1, x0:x1]
            if view.shape != picture.shape:
                raise LayoutRefusal("outside_page", f"a picture at {box}")
            if figure.picture in ("photo", "portrait"):
                view[:] = picture
            else:
                view[:] = _multiplied(view, picture)


def _multiplied(under: Pixels, over: Pixels) -> Pixels:
    return np.asarray(cv2.multiply(under, over, scale=1 / 255), np.uint8)


def _stamp(
    document: Document, look: Look, pages: Sequence[Pixels], placed: Placed, rng: random.Random
) -> StampPlace | None:
    """Stamp the last page where it is free; a page without room gets none."""
    assert document.stamp is not None
    page = len(pages) - 1
    pixels = pages[page]
    picture, lines = draw_stamp(document.stamp, look.ppi * rng.uniform(1.4, 1.9), rng)
    h, w = picture.shape[:2]
    at = _free_place(pixels, w, h, [p.box for p in placed.parts if p.page == page], rng)
    if at is None:
        return None
    x, y = at
    view = pixels[y : y + h, x : x + w]
    view[:] = _multiplied(view, picture)
    return StampPlace(page, lines + np.array([x, y]), np.array(quad_of((x, y, x + w, y + h)), np.float64))


def _free_place(pixels: Pixels, w: int, h: int, taken: Sequence[Box], rng: random.Random) -> tuple[int, int] | None:
    """A random place of w x h pixels, inside the margins, that holds neither ink nor an element."""
    height, width = pixels.shape[:2]
    step, edge = 8, 24
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    ground = int(np.median(grey[::16, ::16]))
    busy = np.asarray(cv2.bitwise_not(cv2.inRange(grey, ground - 12.0, ground + 12.0)), np.uint8)
    for x0, y0, x1, y1 in taken:
        busy[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1] = 1
    if width - w - 2 * edge <= 0 or height - h - 2 * edge <= 0:
        return None
    total = cv2.integral(busy)
    ys, xs = np.arange(edge, height - h - edge, step), np.arange(edge, width - w - edge, step)
    if not len(ys) or not len(xs):
        return None
    a, b = ys[:, None], xs[None, :]
    sums = total[a + h, b + w] - total[a, b + w] - total[a + h, b] + total[a, b]
    free = np.argwhere(sums == 0)
    if not len(free):
        return None
    row, column = free[rng.randrange(len(free))]
    return int(xs[column]), int(ys[row])
