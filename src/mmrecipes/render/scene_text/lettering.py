"""Glyphs set on a sign: lines shaped, sized to a box, maybe bent along an arc; clusters keep their outlines and quads.

Units are the sign's own pixels, y downwards. Covered: lines of any language of `canvas.scripts`, centred, flush at
their start, or with an end flush at the other side; right-to-left lines; columns from top to bottom, read from right to
left; wrapping; circular arcs. Not covered: Latin words turned sideways in columns.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.breaks import parts
from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.canvas.text import shape, skia_font
from mmrecipes.core.boxes import Box
from mmrecipes.render.scene_text.shaping import Part, Piece, column, piece, x_height
from mmrecipes.render.scene_text.signs import SignLine, SignText

Quads = npt.NDArray[np.float64]
Direction = Literal["ltr", "rtl", "ttb"]

_OUTLINE_SIZE = 128.0


@functools.lru_cache(maxsize=4_000)
def outline(face: Face, number: int) -> skia.Path | None:
    """A glyph's outline at `_OUTLINE_SIZE`; None for a blank."""
    return skia_font(face, _OUTLINE_SIZE).getPath(number)


@dataclass(frozen=True, slots=True)
class SetGlyph:
    """A cluster in its place: one glyph, or those that belong together (a ligature's, a letter's with its marks). Its
    origin (x, y) is in the sign's pixels; it is turned by `angle` radians clockwise about it."""

    face: Face
    size: float
    text: str
    x: float
    y: float
    angle: float
    ink: Box
    """Ink box relative to the origin, in pixels."""
    parts: tuple[Part, ...]
    """Its glyphs relative to the origin, at size 1."""

    def origins(self) -> list[tuple[Face, int, float, float]]:
        """Face, number, x and y of each glyph, in the sign's pixels."""
        c, s = math.cos(self.angle) * self.size, math.sin(self.angle) * self.size
        return [(face, n, self.x + c * x - s * y, self.y + s * x + c * y) for face, n, x, y in self.parts]

    def add_to(self, path: skia.Path) -> None:
        """Adds the outlines."""
        k = self.size / _OUTLINE_SIZE
        c, s = math.cos(self.angle) * k, math.sin(self.angle) * k
        for face, number, x, y in self.origins():
            if (form := outline(face, number)) is not None:
                m = skia.Matrix()
                m.setAll(c, -s, x, s, c, y, 0, 0, 1)
                path.addPath(form, m)


@dataclass(frozen=True)
class SetWord:
    """A word with its clusters in reading order."""

    text: str
    line: int
    glyphs: tuple[SetGlyph, ...]

    @functools.cached_property
    def quads(self) -> Quads:
        """Quads of the glyphs, (N, 4, 2)."""
        return glyph_quads(self.glyphs)


def glyph_quads(glyphs: Sequence[SetGlyph]) -> Quads:
    """Corners of the glyphs' ink, (N, 4, 2), clockwise from each glyph's own top-left."""
    ink = np.array([g.ink for g in glyphs])
    place = np.array([(g.x, g.y, g.angle) for g in glyphs])
    corners = ink[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    if place[:, 2].any():
        c, s = np.cos(place[:, 2]), np.sin(place[:, 2])
        corners = corners @ np.stack([c, s, -s, c], axis=1).reshape(-1, 2, 2)
    return corners + place[:, None, :2]


@dataclass(frozen=True)
class Lettering:
    """A sign set into its box: words in reading order, the text of each line, font size and x-height per line."""

    words: tuple[SetWord, ...]
    lines: tuple[str, ...]
    sizes: tuple[float, ...]
    x_heights: tuple[float, ...]
    curved: bool = False
    direction: Direction = "ltr"

    def path(self, line: int) -> skia.Path:
        """The outlines of one line."""
        path = skia.Path()
        for word in self.words:
            if word.line == line:
                for g in word.glyphs:
                    g.add_to(path)
        return path

    @functools.cached_property
    def quads(self) -> Quads:
        """All glyph quads, (N, 4, 2)."""
        return glyph_quads([g for w in self.words for g in w.glyphs])

    @property
    def face(self) -> Face:
        """The first word's face; other lines are of the same family, maybe of another weight."""
        return self.words[0].glyphs[0].face


@dataclass(frozen=True, slots=True)
class Type:
    """The faces a sign is set in, letter spacing as a share of the size, leading as a share of the size."""

    regular: Face
    bold: Face
    tracking: float = 0.0
    leading: float = 1.22

    def face(self, line: SignLine) -> Face:
        return self.bold if line.bold else self.regular


@dataclass(frozen=True, slots=True)
class _Line:
    text: Piece
    end: Piece | None
    size: float
    face: Face
    space: float
    reading: str

    @property
    def total(self) -> float:
        """Length at the sign's size 1."""
        return (self.text.advance + (3 * self.space + self.end.advance if self.end else 0.0)) * self.size


def _measured(line: SignLine, language: str, kind: Type, *, vertical: bool) -> _Line:
    face = kind.face(line)

    def made(text: str) -> Piece:
        return column(text, face, language) if vertical else piece(text, face, language, kind.tracking)

    space = 0.25 if vertical else shape(" ", face, 1.0).width + kind.tracking
    return _Line(made(line.text), made(line.end) if line.end else None, line.size, face, space, line.reading)


def fitting_size(sign: SignText, kind: Type, width: float, height: float, *, vertical: bool = False) -> float:
    """The largest font size of a sign's main line at which its lines fit into the box (not for wrapped signs)."""
    if vertical:
        width, height = height, width
    lines = [_measured(line, sign.language, kind, vertical=vertical) for line in sign.lines]
    tall = sum(line.size for line in lines) * kind.leading
    return min(width / max(line.total for line in lines), height / tall)


def set_sign(sign: SignText, kind: Type, size: float, width: float, height: float, bend: float = 0.0, *,
             vertical: bool = False) -> Lettering | None:  # fmt: skip
    """The sign at a font size in a box from (0, 0) to (width, height), centred; None when it does not fit.

    `bend`: angle in radians that a single line spans along an arc; positive arches upwards. `vertical`: lines run
    downwards, the first one on the right.
    """
    written = _wrapped(sign, kind, size, width) if sign.wrap and not vertical else sign.lines
    lines = [_measured(line, sign.language, kind, vertical=vertical) for line in written]
    tall = sum(line.size for line in lines) * kind.leading * size
    widest = max(line.total for line in lines) * size
    along, across = (height, width) if vertical else (width, height)
    if tall > across * 1.001 or widest > along * 1.001:
        return None
    direction: Direction = "ttb" if vertical else LANGUAGES[sign.language].direction
    flush = max((line.total for line in lines if line.end), default=0.0) * size
    if flush:
        flush = min(along, max(flush, along * 0.82))
    words: list[SetWord] = []
    y = (across - tall) / 2
    for number, line in enumerate(lines):
        pitch = line.size * kind.leading * size
        own = flush if line.end else line.total * size
        left = (along - own) / 2
        if sign.align == "left" and not line.end:
            left = (along - widest) / 2 + (widest - own if direction == "rtl" else 0.0)
        starts = _starts(line, left, own, size, direction)
        for text, start in zip((line.text, line.end), starts, strict=True):
            if text is None:
                continue
            if vertical:
                words += _placed(line, text, number, width - y - pitch / 2, start, size)
            else:
                base = y + pitch / 2 + line.size * size * (line.face.ascent - line.face.descent) * 0.42
                words += _placed(line, text, number, start, base, size)
        y += pitch
    sizes = tuple(line.size * size for line in lines)
    heights = tuple(x_height(line.face) * line.size * size for line in lines)
    made = Lettering(tuple(words), tuple(line.reading for line in lines), sizes, heights, False, direction)
    if bend and len(lines) == 1:
        return _bent(made, widest, width, height, bend)
    return made


def _starts(line: _Line, left: float, own: float, size: float, direction: Direction) -> tuple[float, float]:
    """Where text and end of a line begin (their left ends, or tops) in a stretch `own` long that begins at `left`."""
    k = line.size * size
    end = line.end.advance * k if line.end else 0.0
    if direction == "rtl":
        return left + own - line.text.advance * k, left
    return left, left + own - end


def _placed(line: _Line, text: Piece, number: int, x: float, y: float, size: float) -> list[SetWord]:
    """The words of a piece whose origin is (x, y)."""
    k = line.size * size
    found = []
    for word in text.words:
        glyphs = tuple(
            SetGlyph(line.face, k, c.text, x + c.x * k, y + c.y * k, 0.0,
                     (c.ink[0] * k, c.ink[1] * k, c.ink[2] * k, c.ink[3] * k), c.parts)
            for c in word.clusters
        )  # fmt: skip
        if glyphs:
            found.append(SetWord(word.text, number, glyphs))
    return found


def _wrapped(sign: SignText, kind: Type, size: float, width: float) -> list[SignLine]:
    """Greedy lines no wider than `width`, broken where the language allows it."""
    rows: list[SignLine] = []
    for line in sign.lines:
        face, current = kind.face(line), ""
        for part in parts(line.text, sign.language):
            longer = current + part
            advance = piece(longer.rstrip(), face, sign.language, kind.tracking).advance
            if current and advance * size * line.size > width:
                rows.append(replace(line, text=current.rstrip()))
                longer = part
            current = longer
        rows.append(replace(line, text=current.rstrip()))
    return rows


def _bent(flat: Lettering, length: float, width: float, height: float, bend: float) -> Lettering | None:
    """A line along a circular arc that spans `bend` radians; None when it leaves the box."""
    radius = length / bend
    middle = width / 2
    words = []
    for word in flat.words:
        glyphs = []
        for g in word.glyphs:
            centre = g.x + (g.ink[0] + g.ink[2]) / 2
            angle = (centre - middle) / radius
            c, s = math.cos(angle), math.sin(angle)
            along = g.x - centre
            x = middle + radius * s + along * c
            y = g.y + radius * (1 - c) + along * s
            glyphs.append(SetGlyph(g.face, g.size, g.text, x, y, angle, g.ink, g.parts))
        words.append(replace(word, glyphs=tuple(glyphs)))
    bent = replace(flat, words=tuple(words), curved=True)
    points = bent.quads.reshape(-1, 2)
    drop = float(height / 2 - (points[:, 1].min() + points[:, 1].max()) / 2)
    if np.ptp(points[:, 1]) > height or np.ptp(points[:, 0]) > width:
        return None
    moved = tuple(
        replace(w, glyphs=tuple(
            SetGlyph(g.face, g.size, g.text, g.x, g.y + drop, g.angle, g.ink, g.parts) for g in w.glyphs
        )) for w in bent.words
    )  # fmt: skip
    return replace(bent, words=moved)
