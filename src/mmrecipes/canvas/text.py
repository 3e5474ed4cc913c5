"""Text shaped by HarfBuzz into glyph runs with exact advance and ink boxes.

Covered: a line in one face (`shape`, the fast path of Latin, Greek and Cyrillic); a line of any scripts with its
language, mixed directions in visual order, companions for characters the face lacks (`shape_line`); vertical lines of
Chinese, Japanese and Korean; which source characters stand in which box; wrapping (see `breaks` for where).
Not covered: justification, explicit direction controls, Latin words turned sideways in vertical lines.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import skia
import uharfbuzz

from mmrecipes.canvas import bidi
from mmrecipes.canvas.breaks import parts
from mmrecipes.canvas.fonts import FAMILIES, Face
from mmrecipes.canvas.scripts import LANGUAGES, companion, language_of, script_of
from mmrecipes.core.boxes import Box
from mmrecipes.core.errors import FontError

hb: Any = uharfbuzz  # its type stubs lack what its C module exports
_HB_LANGUAGE = {"zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Segment:
    """Glyphs of one face in a line: positions in pixels from the line's origin, y downwards; for each glyph the index
    of the source character it begins at and its advance. `end` is where the segment's source ends."""

    face: Face
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    sources: tuple[int, ...]
    advances: tuple[float, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is drawn for `text[start:end]`: the box of its advance (full height of the face), its ink (None for a blank)
    and its glyphs (face, number, x, y); pixels relative to the line's origin. Ligatures and letters with their marks
    are one cluster."""

    start: int
    end: int
    box: Box
    ink: Box | None
    glyphs: tuple[tuple[Face, int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A shaped line. `ink` is the box of the drawn glyphs relative to the origin on the baseline, in pixels
    (y grows downwards; all zero for blank text); `width` is the advance. A vertical line has its origin at the
    top of its middle axis, and `width` is its height."""

    text: str
    face: Face
    size: float
    width: float
    ink: Box
    segments: tuple[Segment, ...]
    direction: Literal["ltr", "rtl", "ttb"] = "ltr"

    @property
    def ascent(self) -> float:
        return self.face.ascent * self.size

    @property
    def descent(self) -> float:
        return self.face.descent * self.size

    @property
    def blob(self) -> skia.TextBlob | None:
        """The run as skia draws it; None when there is nothing to draw."""
        return _blob(self.size, self.segments) if self.segments else None


@functools.lru_cache(maxsize=6_000)
def shape(text: str, face: Face, size: float) -> Run:
    """Shape one left-to-right line in one face. Raises `FontError` when the face lacks a glyph (nothing is ever drawn
    as a box)."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face.hb, buffer)
    pen = _Pen(size)
    pen.add(buffer, face, text, len(text))
    return pen.run(text, face)


class _Pen:
    """Collects shaped buffers from left to right, or downwards."""

    def __init__(self, size: float) -> None:
        self.size, self.x, self.y = size, 0.0, 0.0
        self.left = self.top = 1e9
        self.right = self.bottom = -1e9
        self.segments: list[Segment] = []

    def add(self, buffer: Any, face: Face, text: str, end: int, down: bool = False) -> None:
        k = self.size / face.upem
        glyphs, xs, ys, sources, advances = [], [], [], [], []
        x, y, left, top, right, bottom = self.x / k, self.y / k, 1e9, 1e9, -1e9, -1e9
        known = face.glyph_boxes
        for info, place in zip(buffer.glyph_infos, _positions(buffer), strict=True):
            dx, dy, advance, drop = place
            glyph = info.codepoint
            if glyph == 0:
                raise FontError(f"{face!r} has no glyph for {text[info.cluster]!r} in {text!r}; choose another family")
            gx, gy = x + dx, y - dy
            box = known[glyph] if glyph in known else face.glyph_box(glyph)
            if box is not None:
                x0, y0, x1, y1 = box
                if gx + x0 < left:
                    left = gx + x0
                if gx + x1 > right:
                    right = gx + x1
                if gy + y0 < top:
                    top = gy + y0
                if gy + y1 > bottom:
                    bottom = gy + y1
            glyphs.append(glyph)
            xs.append(gx * k)
            ys.append(gy * k)
            sources.append(info.cluster)
            advances.append((-drop if down else advance) * k)
            x += advance
            y -= drop
        self.x, self.y = x * k, y * k
        self.left, self.top = min(self.left, left * k), min(self.top, top * k)
        self.right, self.bottom = max(self.right, right * k), max(self.bottom, bottom * k)
        if glyphs:
            self.segments.append(
                Segment(face, tuple(glyphs), tuple(xs), tuple(ys), tuple(sources), tuple(advances), end)
            )

    def run(self, text: str, face: Face, direction: Literal["ltr", "rtl", "ttb"] = "ltr") -> Run:
        ink = (self.left, self.top, self.right, self.bottom) if self.right > self.left else (0.0, 0.0, 0.0, 0.0)
        width = self.y if direction == "ttb" else self.x
        return Run(text, face, self.size, width, ink, tuple(self.segments), direction)


def _positions(buffer: Any) -> list[tuple[int, int, int, int]]:
    """(x offset, y offset, x advance, y advance) of every glyph, in font units."""
    return [p.position for p in buffer.glyph_positions or ()]


def shape_line(text: str, faces: Face | Sequence[Face], size: float, language: str) -> Run:
    """Shape one line of a language (`LANGUAGES`), which may hold words of other scripts and directions.

    `faces` are tried in order for every character, then companions of the first (see `scripts.companion`). The
    segments stand from left to right as they are seen. Raises `FontError` when no face has a glyph.
    """
    return _line(text, (faces,) if isinstance(faces, Face) else tuple(faces), size, language)


@functools.lru_cache(maxsize=6_000)
def _line(text: str, faces: tuple[Face, ...], size: float, language: str) -> Run:
    base = int(LANGUAGES[language].direction == "rtl")
    mixed = base == 1 or bidi.has_right_to_left(text)
    found = bidi.levels(text, base) if mixed else [0] * len(text)
    pieces = _pieces(text, found, _faces_of(text, faces, language))
    pen = _Pen(size)
    for at in bidi.visual_order(found[start] for start, _, _ in pieces):
        start, end, face = pieces[at]
        buffer = _buffer(text, start, end, language)
        buffer.direction = "rtl" if found[start] % 2 else "ltr"
        hb.shape(face.hb, buffer)
        pen.add(buffer, face, text, end)
    return pen.run(text, faces[0], "rtl" if base else "ltr")


def shape_any(text: str, face: Face, size: float) -> Run:
    """Shape one line in the language that the face's family is made for: `shape` where that is enough."""
    if face.family in FAMILIES or (text.isascii() and face.coverage.issuperset(map(ord, text))):
        return shape(text, face, size)
    return shape_line(text, face, size, language_of(face.family))


def wrap_any(text: str, face: Face, size: float, width: float) -> list[Run]:
    """`wrap` or `wrap_line`, by the face's family."""
    if face.family in FAMILIES:
        return wrap(text, face, size, width)
    return wrap_line(text, face, size, width, language_of(face.family))


def shape_vertical(text: str, faces: Face | Sequence[Face], size: float, language: str) -> Run:
    """Shape one line that runs downwards, with the vertical forms of punctuation; Latin letters stand upright.

    The origin is the top of the middle axis; `width` is the height. Raises `FontError` when no face has a glyph and
    `ValueError` for right-to-left or joining scripts.
    """
    if bad := {script_of(ch) for ch in text} & {"Arab", "Hebr", "Deva", "Thai"}:
        raise ValueError(f"{', '.join(sorted(bad))} is not set in vertical lines")
    tried = (faces,) if isinstance(faces, Face) else tuple(faces)
    pen = _Pen(size)
    for start, end, face in _pieces(text, [0] * len(text), _faces_of(text, tried, language)):
        buffer = _buffer(text, start, end, language)
        buffer.direction = "ttb"
        hb.shape(face.hb, buffer)
        pen.add(buffer, face, text, end, down=True)
    return pen.run(text, tried[0], "ttb")


def _buffer(text: str, start: int, end: int, language: str) -> Any:
    buffer = hb.Buffer()
    buffer.add_str(text, start, end - start)
    buffer.guess_segment_properties()
    buffer.language = _HB_LANGUAGE.get(language, language)
    return buffer


def _faces_of(text: str, faces: tuple[Face, ...], language: str) -> list[Face]:
    """The face of every character. Characters that all scripts share stay in the face of what is before them (at the
    start: after them) where that face has them; marks stay with their letter."""
    out: list[Face | None] = []
    for ch in text:
        shared = script_of(ch) == "Zyyy"
        if shared and (not out or out[-1] is None or ord(ch) in out[-1].coverage):
            out.append(out[-1] if out else None)
        else:
            out.append(_face_of(ch, text, faces, language))
    after: Face | None = None
    for i in range(len(out) - 1, -1, -1):
        if out[i] is None:
            kept = after is not None and ord(text[i]) in after.coverage
            out[i] = after if kept else _face_of(text[i], text, faces, language)
        after = out[i]
    return [face for face in out if face is not None]


def _face_of(ch: str, text: str, faces: tuple[Face, ...], language: str) -> Face:
    for face in faces:
        if ord(ch) in face.coverage:
            return face
    found = companion(ch, faces[0], language)
    if found is None:
        raise FontError(f"no font of {language} has a glyph for {ch!r} (U+{ord(ch):04X}) in {text!r}")
    return found


def _pieces(text: str, levels: Sequence[int], faces: Sequence[Face]) -> list[tuple[int, int, Face]]:
    """(start, end, face) of stretches of one level, face and script, in source order."""
    out: list[tuple[int, int, Face]] = []
    script = "Zyyy"
    for i, ch in enumerate(text):
        own = script_of(ch)
        same = own == "Zyyy" or script in ("Zyyy", own)
        if out and levels[out[-1][0]] == levels[i] and out[-1][2] is faces[i] and same:
            out[-1] = (out[-1][0], i + 1, faces[i])
        else:
            out.append((i, i + 1, faces[i]))
            script = "Zyyy"
        if own != "Zyyy":
            script = own
    return out


def clusters(run: Run) -> list[Cluster]:
    """Where every cluster of a line is, in the order they are seen."""
    out: list[Cluster] = []
    down = run.direction == "ttb"
    at = 0.0
    for segment in run.segments:
        k = run.size / segment.face.upem
        starts = sorted(set(segment.sources))
        ends = dict(zip(starts, [*starts[1:], segment.end], strict=True))
        last = -1
        for glyph, x, y, source, advance in zip(
            segment.glyphs, segment.xs, segment.ys, segment.sources, segment.advances, strict=True
        ):
            ink = segment.face.glyph_box(glyph)
            placed = None if ink is None else (x + ink[0] * k, y + ink[1] * k, x + ink[2] * k, y + ink[3] * k)
            if down:
                box = (-run.size / 2, at, run.size / 2, at + advance)
            else:
                box = (at, -segment.face.ascent * run.size, at + advance, segment.face.descent * run.size)
            glyphs = ((segment.face, glyph, x, y),)
            if source == last:
                before = out.pop()
                box = _joined(before.box, box)
                placed = placed if before.ink is None else before.ink if placed is None else _joined(before.ink, placed)
                glyphs = (*before.glyphs, *glyphs)
            out.append(Cluster(source, ends[source], box, placed, glyphs))
            last = source
            at += advance
    return out


def _joined(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


@functools.lru_cache(maxsize=2_000)
def _blob(size: float, segments: tuple[Segment, ...]) -> skia.TextBlob:
    builder = skia.TextBlobBuilder()
    for s in segments:
        points = [skia.Point(x, y) for x, y in zip(s.xs, s.ys, strict=True)]
        builder.allocRunPos(skia_font(s.face, size), list(s.glyphs), points)
    return builder.make()


@functools.lru_cache(maxsize=500)
def skia_font(face: Face, size: float) -> skia.Font:
    """The face at this size as skia draws it: anti-aliased, on subpixel positions, without hinting."""
    font = skia.Font(face.typeface, size)
    font.setSubpixel(True)
    font.setHinting(skia.FontHinting.kNone)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    return font


def wrap(text: str, face: Face, size: float, width: float) -> list[Run]:
    """Greedy lines no wider than `width` pixels; a single word wider than that stays on a line of its own."""
    lines: list[Run] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if current and shape(longer, face, size).width > width:
            lines.append(shape(current, face, size))
            longer = word
        current = longer
    return [*lines, shape(current, face, size)] if current else lines


def wrap_line(text: str, faces: Face | Sequence[Face], size: float, width: float, language: str) -> list[Run]:
    """Greedy lines of a language no wider than `width` pixels, broken where it may be (see `breaks.parts`); a single
    part wider than that stays on a line of its own. Joined, the lines' texts give the text but for blanks."""
    lines: list[Run] = []
    current = ""
    for part in parts(text, language):
        longer = current + part
        if current and shape_line(longer.rstrip(), faces, size, language).width > width:
            lines.append(shape_line(current.rstrip(), faces, size, language))
            longer = part.lstrip()
        current = longer
    return [*lines, shape_line(current.rstrip(), faces, size, language)] if current.strip() else lines
