"""Pages whose lines run downwards and follow each other from right to left, set and drawn with the place of every word.

Covered: headings, paragraphs by role and pictures in one tier or several (a document's `columns`: tiers are read from
the top, each from the right); headers and page numbers, which stand across as in printed books; rules between lines and
tiers. Not covered: tables, fields, lists, formulas, headings over several tiers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import Face, face
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.canvas.surface import Surface, mixed
from mmrecipes.canvas.text import shape_line
from mmrecipes.core.boxes import Box, union
from mmrecipes.core.errors import FontError
from mmrecipes.render.documents.columns import Brush, SetCell, broken, length_of
from mmrecipes.render.documents.geometry import LayoutRefusal, Part, Placed, Word, check_placed
from mmrecipes.render.documents.looks import SMALL, Look, printed_heading, x_height_of
from mmrecipes.render.documents.markup_pen import Area
from mmrecipes.render.documents.tree import (
    Document,
    FigureBlock,
    Heading,
    Leaf,
    Paragraph,
    Text,
    leaves,
    words_of,
)

Pixels = npt.NDArray[np.uint8]
MOST_PAGES = 6


@dataclass(frozen=True, slots=True)
class _Style:
    """Size as a share of the body's, weight, blank at the head of all lines and of the first line (ems), where the
    lines stand, and the blank before and after, as shares of the body's size."""

    scale: float = 1.0
    bold: bool = False
    head: float = 0.0
    first: float = 0.0
    foot: bool = False
    before: float = 0.0
    after: float = 0.0


_HEADINGS = (
    _Style(1.8, True, head=2.0, before=0.6, after=1.2),
    _Style(1.25, True, head=2.0, before=1.2, after=0.7),
    _Style(1.1, True, head=1.0, before=0.8, after=0.4),
    _Style(1.0, True, head=1.0, before=0.6, after=0.3),
)
_NOTICE = _Style(2.4, True, head=1.0, before=0.4, after=1.0)
_ROLES = {
    "byline": _Style(1.05, foot=True, after=1.2),
    "date": _Style(head=2.0, before=0.5, after=0.3),
    "address": _Style(1.2, head=1.0, before=0.6, after=0.6),
    "salutation": _Style(after=0.2),
    "goodbye": _Style(foot=True, before=0.2, after=0.2),
    "signatory": _Style(1.1, foot=True, before=0.3, after=0.3),
    "numbered": _Style(head=1.0),
}
_FOOT = 1.5
"""Ems between the foot of the page and lines that stand there."""
_WIDEST = 0.6
"""Of a picture, as a share of the breadth of the text."""
_CLOSING = ("goodbye", "date", "signatory", "address")


class _Sheet:
    """Where the next line goes: page, tier, and the x to the left of which all is free. On paper with rules `ruled`
    pixels apart lines stand between them."""

    def __init__(self, look: Look, tiers: int, scale: float, ruled: float) -> None:
        self.left, self.top, right, bottom = (v * scale for v in look.margins)
        self.right, self.bottom = look.width * scale - right, look.height * scale - bottom
        self.tiers, self.gap = tiers, look.size * scale * 1.6
        self.page = self.tier = 0
        self.ruled = ruled
        if ruled:
            self.left = self.right - int((self.right - self.left) / ruled) * ruled
        self.x = self.right

    @property
    def length(self) -> float:
        """Of a tier, from head to foot."""
        return (self.bottom - self.top - self.gap * (self.tiers - 1)) / self.tiers

    @property
    def head(self) -> float:
        return self.top + self.tier * (self.length + self.gap)

    @property
    def fresh(self) -> bool:
        return self.x == self.right

    def room(self, width: float) -> None:
        """Go on to the next tier, or page, when `width` is not free."""
        if self.x - self.whole(width) < self.left - 0.5:
            self.tier, self.x = self.tier + 1, self.right
            if self.tier == self.tiers:
                self.page, self.tier = self.page + 1, 0

    def take(self, width: float) -> float:
        """The middle of a strip of this width, which is then taken."""
        width = self.whole(width)
        self.x -= width
        return self.x + width / 2

    def whole(self, width: float) -> float:
        """A width in whole strips of ruled paper."""
        return math.ceil(width / self.ruled - 0.01) * self.ruled if self.ruled else width

    def skip(self, width: float) -> None:
        if not self.fresh and not self.ruled:
            self.x -= width


@dataclass(slots=True)
class VerticalPages:
    """A document set in vertical lines: pages (H, W, 3), areas and places as `draw.DrawnDocument` has them."""

    pages: list[Pixels]
    areas: list[Area]
    placed: Placed


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to be drawn: of an area, its number in it, its cells, where it stands."""

    area: int
    number: int
    cells: Sequence[SetCell]
    page: int
    tier: int
    axis: float
    head: float
    size: float
    face: Face
    colour: str


class _Setter:
    """Finds the places of all lines and pictures; `tiers` are those of the pictures, by area."""

    def __init__(self, document: Document, look: Look) -> None:
        self.document, self.look = document, look
        self.scale = look.ppi / 72
        self.size = look.size * self.scale
        ruled = document.kind == "letter" and look.column_rule
        self.sheet = _Sheet(look, document.columns, self.scale, self.size * (1 + look.leading) * ruled)
        self.areas: list[Area] = []
        self.lines: list[_Line] = []
        self.boxes: dict[int, list[tuple[int, Box]]] = {}
        self.tiers: dict[int, int] = {}
        self.element = -1

    def set(self, leaf: Leaf) -> None:
        self.element += 1
        match leaf:
            case Heading():
                style = _NOTICE if leaf.role == "notice" else _HEADINGS[leaf.level]
                text = printed_heading(leaf, self.look, self.document.language)
                colour = self.look.accent if self.look.heading in ("accent", "bar") else self.look.ink
                self.text(text, style, self.look.heading_family, colour, keep=2)
            case Paragraph():
                style = _ROLES.get(leaf.role) or _Style(first=2.0 if self.document.language == "zh" else 1.0)
                self.text(leaf.text, style, self.look.family, self.look.ink)
            case FigureBlock():
                self.figure(leaf)
            case _:
                raise TypeError(f"{type(leaf).__name__} is not set in vertical lines")

    def text(self, text: Text, style: _Style, family: str, colour: str, part: str = "", keep: int = 0) -> None:
        """Set a text as an area; `keep` lines of what follows must fit beside it."""
        size, length = self.size * style.scale, self.sheet.length
        letters = face(family, bold=style.bold)
        pitch = size * (1 + self.look.leading * (0.8 if style.scale > 1.2 else 1.0))
        room = length / size - style.head - _FOOT * style.foot
        try:
            lines = broken("".join(p.text for p in text), letters, self.document.language, room, style.first)
        except (FontError, ValueError) as e:  # of a script that has no vertical lines
            raise LayoutRefusal("missing_glyph", str(e)) from e
        self.sheet.skip(self.size * style.before)
        self.sheet.room(pitch * len(lines) * bool(keep) + self.size * (1 + self.look.leading) * keep)
        self.areas.append(Area(self.element, part, words_of(text)))
        for number, line in enumerate(lines):
            self.sheet.room(pitch)
            start = self.sheet.head + style.head * size
            if style.foot:
                start = self.sheet.head + length - (length_of(line) + _FOOT) * size
            axis = self.sheet.take(pitch)
            self.lines.append(_Line(len(self.areas) - 1, number, line, self.sheet.page, self.sheet.tier, axis, start,
                                    size, letters, colour))  # fmt: skip
        self.sheet.skip(self.size * style.after)

    def figure(self, b: FigureBlock) -> None:
        """A picture from the head of the tier down, its caption in small lines to the left of it."""
        height = min(self.sheet.length * b.width, _WIDEST * (self.sheet.right - self.sheet.left) * b.aspect)
        width = height / b.aspect
        self.sheet.skip(self.size)
        self.sheet.room(width + self.size * 2.5)
        middle, head = self.sheet.take(width), self.sheet.head
        self.areas.append(Area(self.element, "picture", [], opaque=True))
        box = (middle - width / 2, head, middle + width / 2, head + height)
        self.boxes[len(self.areas) - 1] = [(self.sheet.page, box)]
        self.tiers[len(self.areas) - 1] = self.sheet.tier
        self.sheet.skip(self.size * 0.4)
        if b.caption:
            self.text(b.caption, _Style(SMALL, after=1.0), self.look.family, self.look.ink, "caption")


def set_vertical(document: Document, look: Look) -> VerticalPages:
    """The pages of a document whose lines run downwards. Raises `LayoutRefusal` (`missing_glyph`, `too_many_pages`,
    `closing_alone`, `overlap`, `outside_page`)."""
    setter = _Setter(document, look)
    for leaf in leaves(document.blocks):
        setter.set(leaf)
    count = setter.sheet.page + 1
    if count > MOST_PAGES:
        raise LayoutRefusal("too_many_pages", f"{count} pages")
    tree = list(leaves(document.blocks))
    last = [tree[setter.areas[line.area].element] for line in setter.lines if line.page == count - 1]
    if last and all(isinstance(leaf, Paragraph) and leaf.role in _CLOSING for leaf in last):
        raise LayoutRefusal("closing_alone", "the last page holds only the end of a letter")
    width, height = round(look.width * setter.scale), round(look.height * setter.scale)
    surfaces = [Surface(width, height, look.ground) for _ in range(count)]
    placed = Placed(LANGUAGES[document.language])
    placed.boxes |= setter.boxes
    _rules(setter, surfaces)
    strips = _draw_lines(setter, surfaces, placed)
    strips += _draw_furniture(setter, surfaces, placed)
    _parts(setter, strips, placed)
    check_placed(placed, [(width, height)] * count)
    return VerticalPages([s.pixels() for s in surfaces], setter.areas, placed)


def _draw_lines(setter: _Setter, surfaces: Sequence[Surface], placed: Placed) -> list[int]:
    """Draw all lines; the words of `placed` and the tier of each."""
    brushes = [Brush(s, setter.document.language) for s in surfaces]
    tiers: list[int] = []
    begun: dict[int, tuple[int, str]] = {}
    for line in setter.lines:
        small = x_height_of(line.face.family, setter.document.language) * line.size
        words = setter.areas[line.area].words
        at, seen = begun.get(line.area, (0, ""))
        text, box = "", None
        for one in line.cells:
            if one.cell.way == "blank":
                continue
            ink = brushes[line.page].draw(one, line.face, line.axis, line.head, line.size, line.colour)
            text, box = text + one.cell.text, union(box, ink) if box else ink
            seen += one.cell.text
            if seen == words[at]:
                placed.words.append(Word(text, box, line.page, line.area, line.number, at, small))
                tiers.append(line.tier)
                text, box, at, seen = "", None, at + 1, ""
        if box:
            placed.words.append(Word(text, box, line.page, line.area, line.number, at, small))
            tiers.append(line.tier)
        begun[line.area] = (at, seen)
    for brush in brushes:
        brush.finish()
    return tiers


def _draw_furniture(setter: _Setter, surfaces: Sequence[Surface], placed: Placed) -> list[int]:
    """Headers, footers and page numbers: across, in the margins."""
    look, sheet = setter.look, setter.sheet
    letters, size = face(look.family), setter.size * SMALL
    found = 0
    for n, one in enumerate(setter.document.furniture):
        setter.areas.append(Area(-1 - n, "", [], template=one.text))
        for page, surface in enumerate(surfaces):
            if page == 0 and not one.first_page:
                continue
            text = one.text.replace("{pages}", str(len(surfaces))).replace("{page}", str(page + 1))
            run = shape_line(text, letters, size, setter.document.language)
            y = sheet.top - 1.4 * size if one.kind == "header" else sheet.bottom + 2.2 * size
            x = {"left": sheet.left, "right": sheet.right - run.width}.get(one.align, (surface.width - run.width) / 2)
            surface.text(run, x, y, look.ink)
            left, top, right, bottom = run.ink
            box = (x + left, y + top, x + right, y + bottom)
            small = x_height_of(look.family, setter.document.language) * size
            placed.words.append(Word(text, box, page, len(setter.areas) - 1, 0, 0, small))
            found += 1
    return [0] * found


def _parts(setter: _Setter, tiers: Sequence[int], placed: Placed) -> None:
    """What of an element stands in one tier of one page: the box of its words and pictures."""
    spans: dict[tuple[int, int, int], tuple[Box, list[int]]] = {}

    def add(element: int, page: int, tier: int, box: Box, words: list[int]) -> None:
        old, known = spans.get((element, page, tier), (box, []))
        spans[element, page, tier] = (union(old, box), known + words)

    for k, places in setter.boxes.items():
        for page, box in places:
            add(setter.areas[k].element, page, setter.tiers[k], box, [])
    for n, (word, tier) in enumerate(zip(placed.words, tiers, strict=True)):
        add(setter.areas[word.area].element, word.page, tier, word.box, [n])
    found = sorted(spans.items(), key=lambda item: (item[0][0] < 0, item[0]))
    placed.parts = [Part(element, page, box, tuple(words)) for (element, page, _), (box, words) in found]


def _rules(setter: _Setter, surfaces: Sequence[Surface]) -> None:
    """Rules between the lines of letter paper, and between tiers; a frame."""
    look, sheet = setter.look, setter.sheet
    for surface in surfaces:
        if look.border:
            reach = setter.size * 0.9
            frame = (sheet.left - reach, sheet.top - reach, sheet.right + reach, sheet.bottom + reach)
            surface.rect(frame, None, look.accent, max(1.0, setter.scale * (2.0 if look.border == "thick" else 0.8)))
        for k in range(round((sheet.right - sheet.left) / sheet.ruled) + 1 if sheet.ruled else 0):
            x = sheet.right - k * sheet.ruled
            surface.line((x, sheet.top - 4), (x, sheet.bottom + 4), mixed(look.accent, look.ground, 0.55), setter.scale)
        for tier in range(1, setter.document.columns):
            y = sheet.top + tier * (sheet.length + sheet.gap) - sheet.gap / 2
            surface.line((sheet.left, y), (sheet.right, y), look.ink, max(1.0, setter.scale * 0.5))
