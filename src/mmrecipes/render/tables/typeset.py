"""Texts of cells, captions and notes as shaped lines, before anything has a place.

Covered: faces by role, font size from a wanted x-height, natural and least widths, wrapping at blanks (never inside
numbers, dates or codes; between characters or words of scripts without blanks), superscript marks, all scripts. Not
covered: columns and rows (see `layout`).
"""

from __future__ import annotations

import functools
import math
import random
import re
import unicodedata
from dataclasses import dataclass, field

from mmrecipes.canvas.breaks import parts
from mmrecipes.canvas.fonts import FAMILIES, Face, covering_families, face, uncovered
from mmrecipes.canvas.scripts import LANGUAGES, families_for
from mmrecipes.canvas.text import Run, shape, shape_line
from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid
from mmrecipes.render.tables.looks import Theme

MARK_SIZE = 0.68
MARK_RISE = 0.36
MARK_GAP = 0.06
"""Superscript marks: size, rise and distance, in shares of the font size."""
LEAST_X_HEIGHT = 8.0
_WITHOUT_X = 0.48
_SMALL = {"Amiri": 0.36}
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
    language: str = "en"
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
            self.mark_run = set_line(self.mark, self.face, self.size * MARK_SIZE, self.language)
            self.mark_width = self.mark_run.width + MARK_GAP * self.size
        if self.text:
            self.run = self._set(self.text)
            self.natural = self.run.width + self.mark_width

    def width_to(self, index: int) -> float:
        """Advance before the character at `index`; the whole text where there is none (-1)."""
        run = self.run
        if run is None or index < 0:
            return self.natural - self.mark_width
        xs = run.segments[0].xs
        if len(xs) == len(self.text):
            return xs[index]
        return self._set(self.text[:index]).width

    def _set(self, text: str) -> Run:
        return set_line(text, self.face, self.size, self.language)

    def _parts(self) -> list[str]:
        """What the text may be broken into, with the blanks behind each part."""
        if is_bundled(self.language):
            return [f"{part} " for part in _parts(self.text)]
        return _with_whole_brackets(parts(self.text, self.language))

    @property
    def least(self) -> float:
        """Width of the widest part that may not be broken."""
        if self.rigid or self.run is None or (" " not in self.text and is_bundled(self.language)):
            return self.natural
        widths = [self._set(part.rstrip()).width for part in self._parts()]
        widths[-1] += self.mark_width
        return max(widths)

    def set_within(self, width: float) -> None:
        """Break into lines no wider than `width` (which is at least `least`)."""
        if self.run is None:
            self.lines = []
        elif self.rigid or self.natural <= width:
            self.lines = [self.run]
        else:
            self.lines = self._broken(width)
            if not is_bundled(self.language):
                self._even_out(width)

    def _even_out(self, width: float) -> None:
        """Narrow the lines as far as their number stays: no lone character on the last one."""
        least = self.least
        for share in (0.55, 0.7, 0.85):
            lines = self._broken(max(least, share * width))
            if len(lines) == len(self.lines):
                self.lines = lines
                return

    def _broken(self, width: float) -> list[Run]:
        """Greedy lines; the last one leaves room for the mark."""
        lines: list[Run] = []
        pieces = self._parts()
        current = pieces[0]
        for i, piece in enumerate(pieces[1:], 1):
            longer = current + piece
            room = width - self.mark_width if i == len(pieces) - 1 else width
            if self._set(longer.rstrip()).width > room:
                lines.append(self._set(current.rstrip()))
                longer = piece
            current = longer
        return [*lines, self._set(current.rstrip())]


def _parts(text: str) -> list[str]:
    """What a text may be broken into: words, and short units in brackets such as `(USD thousand)` whole."""
    return _PART.findall(text)


def _with_whole_brackets(pieces: list[str]) -> list[str]:
    """The pieces with short texts in brackets, such as units, in one with their brackets."""
    out: list[str] = []
    for piece in pieces:
        opened = max(out[-1].rfind("("), out[-1].rfind("（")) if out else -1
        is_open = opened >= 0 and not any(mark in out[-1][opened:] for mark in ")）")
        if is_open and len(out[-1]) - opened < 10:
            out[-1] += piece
        else:
            out.append(piece)
    return out


def set_line(text: str, face: Face, size: float, language: str) -> Run:
    """A line of a language: in one face where that is of a bundled family, else with companions."""
    return shape(text, face, size) if face.family in FAMILIES else shape_line(text, face, size, language)


def is_bundled(language: str) -> bool:
    return not LANGUAGES[language].families


@functools.cache
def x_height(face: Face) -> float:
    """Height of the letter x as a share of the font size; of a face without Latin letters, or whose own letters are
    smaller than its Latin ones, what serves as such."""
    if face.family in _SMALL or ord("x") not in face.coverage:
        return _SMALL.get(face.family, _WITHOUT_X)
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

    Falls back on a family that has all glyphs; languages that no bundled family sets have families of their own.

    Raises `TableRefusal` (`missing_glyph`) when no bundled family has.
    """
    if is_bundled(grid.language):
        texts = [grid.caption, *grid.footnotes.values(), *grid.footnotes, *(c.text for c in grid.cells)]
        family = _covering(theme.font, frozenset("".join(texts)))
    else:
        families = families_for(grid.language, (FAMILIES[theme.font].kind,))
        family = families[rng.randrange(len(families))]
    size = math.ceil(2 * x_pixels / x_height(face(family))) / 2
    return Type(family, size, rng.random() < 0.3, rng.random() < 0.3)


@functools.lru_cache(maxsize=4000)
def _covering(wanted: str, needed: frozenset[str]) -> str:
    found = covering_families("".join(needed))
    if not found:
        raise TableRefusal("missing_glyph", f"no bundled font sets {uncovered(needed)!r}")
    return wanted if wanted in found else found[0]


def _is_plain(text: str) -> bool:
    return not any(unicodedata.bidirectional(ch) in ("R", "AL") for ch in text)


def is_mirrored(grid: Grid) -> bool:
    """Whether columns follow each other from right to left."""
    return LANGUAGES[grid.language].direction == "rtl"


def cell_words(grid: Grid, theme: Theme, kind: Type) -> list[Words]:
    """The text of every cell, in the order of the cells. In mirrored tables numbers, dates and codes without letters of
    the language are lines of English, which run to the right: a sign stays in front of its number."""
    out = []
    for cell in grid.cells:
        rigid = cell.role in ("body", "total") and cell.cols == 1 and grid.columns[cell.col].kind in _RIGID
        lone = rigid and len(cell.text) < 24
        language = "en" if lone and is_mirrored(grid) and _is_plain(cell.text) else grid.language
        out.append(Words(cell.text, kind.face_for(cell, theme), kind.size, cell.footnote, lone, language))
    return out
