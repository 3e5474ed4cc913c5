"""Glyphs set on a sign: lines shaped, sized to a box, maybe bent along an arc; every glyph keeps its outline and quad.

Units are the sign's own pixels, y downwards. Covered: left-to-right text in one face, letter spacing, lines centred,
flush left, or with an end flush right, wrapping at blanks, circular arcs. Not covered: vertical lines.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.text import shape, skia_font
from mmrecipes.render.scene_text.signs import SignLine, SignText

Quads = npt.NDArray[np.float64]

_OUTLINE_SIZE = 128.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a shaped word for size 1: its characters, origin and ink box (x0, y0, x1, y1)."""

    number: int
    text: str
    x: float
    y: float
    ink: tuple[float, float, float, float] | None


@functools.lru_cache(maxsize=8_000)
def shaped(text: str, face: Face) -> tuple[tuple[Glyph, ...], float]:
    """The glyphs of one word and its advance, at size 1; a cluster's first glyph has its characters. Raises `FontError`
    for a glyph the face lacks."""
    run = shape(text, face, 1.0)
    (line,) = run.segments
    ends = dict(pairwise([*sorted(set(line.sources)), line.end]))
    glyphs, k = [], 1 / face.upem
    for number, x, y, source in zip(line.glyphs, line.xs, line.ys, line.sources, strict=True):
        box = face.glyph_box(number)
        ink = None if box is None else (x + box[0] * k, y + box[1] * k, x + box[2] * k, y + box[3] * k)
        glyphs.append(Glyph(number, text[source : ends.pop(source, source)], x, y, ink))
    return tuple(glyphs), run.width


@functools.lru_cache(maxsize=4_000)
def outline(face: Face, number: int) -> skia.Path | None:
    """A glyph's outline at `_OUTLINE_SIZE`; None for a blank."""
    return skia_font(face, _OUTLINE_SIZE).getPath(number)


@functools.lru_cache(maxsize=500)
def x_height(face: Face) -> float:
    """Height of a small x (or of what stands for it in the script) at size 1."""
    number = face.hb.get_nominal_glyph(ord("x"))
    box = face.glyph_box(number) if number else None
    return (box[3] - box[1]) / face.upem if box else 0.5


@dataclass(frozen=True, slots=True)
class SetGlyph:
    """A glyph in its place: origin (x, y) in the sign's pixels, turned by `angle` radians clockwise about it."""

    face: Face
    size: float
    number: int
    text: str
    x: float
    y: float
    angle: float
    ink: tuple[float, float, float, float]
    """Ink box relative to the origin, in pixels."""

    def matrix(self) -> skia.Matrix:
        """From the cached outline to the sign."""
        k = self.size / _OUTLINE_SIZE
        c, s = float(np.cos(self.angle)) * k, float(np.sin(self.angle)) * k
        m = skia.Matrix()
        m.setAll(c, -s, self.x, s, c, self.y, 0, 0, 1)
        return m


@dataclass(frozen=True)
class SetWord:
    """A word with its glyphs in the order they are shaped in."""

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

    def path(self, line: int) -> skia.Path:
        """The outlines of one line."""
        path = skia.Path()
        for word in self.words:
            if word.line == line:
                for g in word.glyphs:
                    form = outline(g.face, g.number)
                    if form is not None:
                        path.addPath(form, g.matrix())
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
    words: tuple[tuple[str, tuple[Glyph, ...], float], ...]
    end: tuple[tuple[str, tuple[Glyph, ...], float], ...]
    size: float
    face: Face
    space: float
    reading: str

    def width(self, words: Sequence[tuple[str, tuple[Glyph, ...], float]]) -> float:
        return sum(w[2] for w in words) + self.space * max(0, len(words) - 1)

    @property
    def total(self) -> float:
        """Width at the sign's size 1."""
        gap = 3 * self.space if self.end else 0.0
        return (self.width(self.words) + gap + self.width(self.end)) * self.size


def _measured(line: SignLine, kind: Type) -> _Line:
    face = kind.face(line)
    space = shaped(" ", face)[1] + kind.tracking

    def words(text: str) -> tuple[tuple[str, tuple[Glyph, ...], float], ...]:
        found = []
        for word in text.split():
            glyphs, advance = shaped(word, face)
            moved = tuple(_tracked(g, i * kind.tracking) for i, g in enumerate(glyphs)) if kind.tracking else glyphs
            found.append((word, moved, advance + kind.tracking * max(0, len(glyphs) - 1)))
        return tuple(found)

    return _Line(words(line.text), words(line.end), line.size, face, space, line.reading)


def _tracked(g: Glyph, by: float) -> Glyph:
    ink = None if g.ink is None else (g.ink[0] + by, g.ink[1], g.ink[2] + by, g.ink[3])
    return replace(g, x=g.x + by, ink=ink)


def fitting_size(sign: SignText, kind: Type, width: float, height: float) -> float:
    """The largest font size of a sign's main line at which its lines fit into the box (not for wrapped signs)."""
    lines = [_measured(line, kind) for line in sign.lines]
    tall = sum(line.size for line in lines) * kind.leading
    return min(width / max(line.total for line in lines), height / tall)


def set_sign(
    sign: SignText, kind: Type, size: float, width: float, height: float, bend: float = 0.0
) -> Lettering | None:
    """The sign at a font size in a box from (0, 0) to (width, height), centred in height; None when it does not fit.

    `bend`: angle in radians that a single line spans along an arc; positive arches upwards.
    """
    lines = [_measured(line, kind) for line in sign.lines]
    if sign.wrap:
        lines = [part for line in lines for part in _wrapped(line, width / (size * line.size))]
    tall = sum(line.size for line in lines) * kind.leading * size
    widest = max(line.total for line in lines) * size
    if tall > height * 1.001 or widest > width * 1.001:
        return None
    flush = max((line.total for line in lines if line.end), default=0.0) * size
    if flush:
        flush = min(width, max(flush, width * 0.82))
    words: list[SetWord] = []
    y = (height - tall) / 2
    block = (width - widest) / 2 if sign.align == "left" else 0.0
    for number, line in enumerate(lines):
        pitch = line.size * kind.leading * size
        base = y + pitch / 2 + line.size * size * (line.face.ascent - line.face.descent) * 0.42
        own = line.total * size
        if flush and line.end:
            left = (width - flush) / 2
            right = left + flush - line.width(line.end) * line.size * size
            words += _placed(line, line.words, number, left, base, size) + _placed(
                line, line.end, number, right, base, size
            )
        else:
            left = block if sign.align == "left" else (width - own) / 2
            words += _placed(line, line.words, number, left, base, size)
        y += pitch
    sizes = tuple(line.size * size for line in lines)
    heights = tuple(x_height(line.face) * line.size * size for line in lines)
    made = Lettering(tuple(words), tuple(line.reading for line in lines), sizes, heights)
    if bend and len(lines) == 1:
        made = _bent(made, widest, width, height, bend)
        if made is None:
            return None
    return made


def _placed(line: _Line, words: Sequence[tuple[str, tuple[Glyph, ...], float]], number: int, left: float, base: float,
            size: float) -> list[SetWord]:  # fmt: skip
    k = line.size * size
    found, x = [], left
    for text, glyphs, advance in words:
        set_glyphs = []
        for g in glyphs:
            if g.ink is None:
                continue
            ox, oy = x + g.x * k, base + g.y * k
            ink = (x + g.ink[0] * k - ox, base + g.ink[1] * k - oy, x + g.ink[2] * k - ox, base + g.ink[3] * k - oy)
            set_glyphs.append(SetGlyph(line.face, k, g.number, g.text, ox, oy, 0.0, ink))
        if set_glyphs:
            found.append(SetWord(text, number, tuple(set_glyphs)))
        x += (advance + line.space) * k
    return found


def _wrapped(line: _Line, width: float) -> list[_Line]:
    """Greedy lines no wider than `width` (at size 1)."""
    rows: list[list[tuple[str, tuple[Glyph, ...], float]]] = [[]]
    for word in line.words:
        if rows[-1] and line.width([*rows[-1], word]) > width:
            rows.append([])
        rows[-1].append(word)
    return [replace(line, words=tuple(row), reading=" ".join(w[0] for w in row)) for row in rows]


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
            c, s = np.cos(angle), np.sin(angle)
            along = g.x - centre
            x = middle + radius * s + along * c
            y = g.y + radius * (1 - c) + along * s
            glyphs.append(replace(g, x=float(x), y=float(y), angle=float(angle)))
        words.append(replace(word, glyphs=tuple(glyphs)))
    bent = replace(flat, words=tuple(words), curved=True)
    points = bent.quads.reshape(-1, 2)
    drop = height / 2 - (points[:, 1].min() + points[:, 1].max()) / 2
    if np.ptp(points[:, 1]) > height or np.ptp(points[:, 0]) > width:
        return None
    moved = tuple(replace(w, glyphs=tuple(replace(g, y=g.y + drop) for g in w.glyphs)) for w in bent.words)
    return replace(bent, words=moved)
