"""Texts of cells, captions and notes as shaped lines, before anything has a place.

Covered: faces by role, font size from a wanted x-height, natural and least widths, wrapping at blanks (never inside
numbers, dates or codes), superscript marks. Not covered: columns and rows (see `layout`).
"""

from __future__ import annotations

import functools
import math
import random
import re
from dataclasses import dataclass, field

from mmrecipes.canvas.fonts import Face, covering_families, face, uncovered
from mmrecipes.canvas.text import Run, shape
from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid
from mmrecipes.render.tables.looks import Theme

MARK_SIZE = 0.68
MARK_RISE = 0.36
MARK_GAP = 0.06
"""Superscript marks: size, rise and distance, in shares of the font size."""
LEAST_X_HEIGHT = 8.0
_PART = re.compile(r"\([^() ]+ [^()]{1,8}\)(?= |$)|[^ ]+")
_RIGID = frozenset({"date", "code", "yes_no"}) | NUMERIC


class TableRefusal(Exception):
    """The table cannot be drawn legibly; `reason` is the drop reason (`too_wide`, `too_tall`, `missing_glyph`)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(slots=True)
class Words:
    """A text to be set in one face and size. `lines` are filled by `set_within`."""

    text: str
    face: Face
    size: float
    mark: str = ""
    rigid: bool = False
    head: float | None = None
    """Width left of the place at which a number is aligned; None for other texts."""
    lines: list[Run] = field(default_factory=list)
    mark_run: Run | None = None

    run: Run | None = None
    """The whole text on one line; None for an empty one."""
    mark_width: float = 0.0
    """What the mark adds to the last line."""
    natural: float = 0.0
    """Width on one line, mark included."""

    def __post_init__(self) -> None:
        if self.mark:
            self.mark_run = shape(self.mark, self.face, self.size * MARK_SIZE)
            self.mark_width = self.mark_run.width + MARK_GAP * self.size
        if self.text:
            self.run = shape(self.text, self.face, self.size)
            self.natural = self.run.width + self.mark_width

    def width_to(self, index: int) -> float:
        """Advance before the character at `index`; the whole text where there is none (-1)."""
        run = self.run
        if run is None or index < 0:
            return self.natural - self.mark_width
        xs = run.segments[0].xs
        if len(xs) == len(self.text):
            return xs[index]
        return shape(self.text[:index], self.face, self.size).width

    @property
    def least(self) -> float:
        """Width of the widest part that may not be broken."""
        if self.rigid or " " not in self.text:
            return self.natural
        widths = [shape(w, self.face, self.size).width for w in _parts(self.text)]
        widths[-1] += self.mark_width
        return max(widths)

    def set_within(self, width: float) -> None:
        """Break into lines no wider than `width` (which is at least `least`)."""
        if self.run is None:
            self.lines = []
        elif self.rigid or self.natural <= width:
            self.lines = [self.run]
        else:
            self.lines = _broken(_parts(self.text), self.face, self.size, width, self.mark_width)


def _parts(text: str) -> list[str]:
    """What a text may be broken into: words, and short units in brackets such as `(USD thousand)` whole."""
    return _PART.findall(text)


def _broken(words: list[str], face: Face, size: float, width: float, tail: float) -> list[Run]:
    """Greedy lines; the last one leaves room for `tail`."""
    lines: list[Run] = []
    current = words[0]
    for i, word in enumerate(words[1:], 1):
        longer = f"{current} {word}"
        room = width - tail if i == len(words) - 1 else width
        if shape(longer, face, size).width > room:
            lines.append(shape(current, face, size))
            longer = word
        current = longer
    return [*lines, shape(current, face, size)]


@functools.cache
def x_height(face: Face) -> float:
    """Height of the letter x as a share of the font size."""
    extents = face.hb.get_glyph_extents(face.hb.get_nominal_glyph(ord("x")))
    return extents.y_bearing / face.upem


@dataclass(frozen=True, slots=True)
class Type:
    """Faces and size of one table."""

    family: str
    size: float
    bold_stub: bool
    italic_sections: bool

    @property
    def x_height(self) -> float:
        """Height of a small letter of the body text, in pixels."""
        return x_height(face(self.family)) * self.size

    def face_for(self, cell: Cell, theme: Theme) -> Face:
        """Heads by the theme's header style; section titles and totals bold (sections in some tables bold italic)."""
        if cell.role == "header":
            return face(self.family, bold=theme.header not in ("plain", "italic"), italic=theme.header == "italic")
        if cell.role == "section":
            return face(self.family, bold=True, italic=self.italic_sections)
        return face(self.family, bold=cell.role == "total" or (cell.role == "row_header" and self.bold_stub))


def draw_type(grid: Grid, theme: Theme, x_pixels: float, rng: random.Random) -> Type:
    """Faces for a table, with an x-height of `x_pixels` or a little more (sizes are halves of pixels).

    Falls back on a family that has all glyphs.

    Raises `TableRefusal` (`missing_glyph`) when no bundled family has.
    """
    texts = [grid.caption, *grid.footnotes.values(), *grid.footnotes, *(c.text for c in grid.cells)]
    family = _covering(theme.font, frozenset("".join(texts)))
    size = math.ceil(2 * x_pixels / x_height(face(family))) / 2
    return Type(family, size, rng.random() < 0.3, rng.random() < 0.3)


@functools.lru_cache(maxsize=4000)
def _covering(wanted: str, needed: frozenset[str]) -> str:
    found = covering_families("".join(needed))
    if not found:
        raise TableRefusal("missing_glyph", f"no bundled font sets {uncovered(needed)!r}")
    return wanted if wanted in found else found[0]


def cell_words(grid: Grid, theme: Theme, kind: Type) -> list[Words]:
    """The text of every cell, in the order of the cells."""
    out = []
    for cell in grid.cells:
        rigid = cell.role in ("body", "total") and cell.cols == 1 and grid.columns[cell.col].kind in _RIGID
        words = Words(cell.text, kind.face_for(cell, theme), kind.size, cell.footnote, rigid and len(cell.text) < 24)
        out.append(words)
    return out
