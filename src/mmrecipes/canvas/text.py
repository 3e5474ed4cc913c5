"""Text shaped by HarfBuzz into glyph runs with exact advance and ink boxes.

Covered: one line of text in one face and size; wrapping by words. Not covered: bidirectional paragraphs.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import skia
import uharfbuzz

from mmrecipes.canvas.fonts import Face
from mmrecipes.core.boxes import Box
from mmrecipes.core.errors import FontError

hb: Any = uharfbuzz  # its type stubs lack what its C module exports


@dataclass(frozen=True, slots=True)
class Run:
    """A shaped line. `ink` is the box of the drawn glyphs relative to the origin on the baseline, in pixels
    (y grows downwards; all zero for blank text); `width` is the advance."""

    text: str
    face: Face
    size: float
    width: float
    ink: Box
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    @property
    def ascent(self) -> float:
        return self.face.ascent * self.size

    @property
    def descent(self) -> float:
        return self.face.descent * self.size

    @property
    def blob(self) -> skia.TextBlob | None:
        """The run as skia draws it; None when there is nothing to draw."""
        return _blob(self.face, self.size, self.glyphs, self.xs, self.ys) if self.glyphs else None


@functools.lru_cache(maxsize=6_000)
def shape(text: str, face: Face, size: float) -> Run:
    """Shape one line. Raises `FontError` when the face lacks a glyph (nothing is ever drawn as a box)."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face.hb, buffer)
    k = size / face.upem
    glyphs, xs, ys = [], [], []
    x, left, top, right, bottom = 0, 1e9, 1e9, -1e9, -1e9
    known = face.glyph_boxes
    for info, (dx, dy, advance, _) in zip(buffer.glyph_infos, _positions(buffer), strict=True):
        glyph = info.codepoint
        if glyph == 0:
            raise FontError(f"{face!r} has no glyph for {text[info.cluster]!r} in {text!r}; choose another family")
        gx, gy = x + dx, -dy
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
        x += advance
    left, top, right, bottom = left * k, top * k, right * k, bottom * k
    ink = (left, top, right, bottom) if right > left else (0.0, 0.0, 0.0, 0.0)
    return Run(text, face, size, x * k, ink, tuple(glyphs), tuple(xs), tuple(ys))


def _positions(buffer: Any) -> list[tuple[int, int, int, int]]:
    """(x offset, y offset, x advance, y advance) of every glyph, in font units."""
    return [p.position for p in buffer.glyph_positions or ()]


@functools.lru_cache(maxsize=2_000)
def _blob(
    face: Face, size: float, glyphs: tuple[int, ...], xs: tuple[float, ...], ys: tuple[float, ...]
) -> skia.TextBlob:
    builder = skia.TextBlobBuilder()
    builder.allocRunPos(skia_font(face, size), list(glyphs), [skia.Point(x, y) for x, y in zip(xs, ys, strict=True)])
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
