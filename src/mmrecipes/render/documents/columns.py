"""Lines that run downwards: a text cut into cells and broken into columns, as Chinese and Japanese pages are set.

Covered: characters upright with the vertical forms of their punctuation; numbers of one or two digits across the line
(tate-chu-yoko), those of three or four upright digit by digit, Latin words and other numbers turned sideways; where a
line may be broken (`canvas.breaks`); lines filled to their foot by spacing. Source: W3C, Requirements for Japanese Text
Layout, on vertical writing mode and Latin in it. Not covered: ruby, emphasis dots, hanging punctuation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import skia

from mmrecipes.canvas.breaks import parts
from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.surface import Colour, Surface, argb
from mmrecipes.canvas.text import Run, shape_line, shape_vertical, skia_font
from mmrecipes.core.boxes import Box

Way = Literal["upright", "across", "sideways", "blank"]
_RUNS = re.compile(r"[!-~]+|\s+|[^!-~\s]")
_MIDDLE, _BASE = 0.38, 0.88
"""Where the middle of an em box is above the baseline, and the baseline below its top."""
_WIDEST = 0.96
"""Of a number across the line; a wider one is narrowed."""
_APART, _BLANK = 0.12, 0.5
"""Blank on either side of a word that is turned sideways; a blank between words."""
_MOST_ADDED = 1.6
"""Room at the foot of a line that is spread between its cells. All these are shares of the font size."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands together in a line: its characters, how they stand, and its length at size 1."""

    text: str
    way: Way
    advance: float


@dataclass(frozen=True, slots=True)
class SetCell:
    """A cell in its line: where it begins, from the head of the line, at size 1."""

    cell: Cell
    at: float


@functools.lru_cache(maxsize=20_000)
def _shaped(text: str, way: Way, face: Face, language: str) -> Run:
    shaped = shape_vertical if way == "upright" else shape_line
    return shaped(text, face, 1.0, language)


@functools.lru_cache(maxsize=20_000)
def _cell(text: str, face: Face, language: str) -> tuple[Cell, ...]:
    """The cells of a blank, one character of the language, or a word of Latin letters and digits."""
    if text.isspace():
        return (Cell(" ", "blank", _BLANK),)
    if not text.isascii():
        return (Cell(text, "upright", _shaped(text, "upright", face, language).width),)
    if re.fullmatch(r"\d{1,2}|[A-Za-z]", text):
        return (Cell(text, "across", 1.0),)
    if re.fullmatch(r"\d{3,4}", text):
        return tuple(Cell(digit, "across", 1.0) for digit in text)
    return (Cell(text, "sideways", _shaped(text, "sideways", face, language).width + 2 * _APART),)


def cells(text: str, face: Face, language: str) -> list[Cell]:
    """A text without line ends as cells. Raises `FontError` for a character that no face has."""
    return [cell for run in _RUNS.findall(text) for cell in _cell(run, face, language)]


def broken(text: str, face: Face, language: str, length: float, first: float = 0.0) -> list[list[SetCell]]:
    """Lines of a text no longer than `length`, the first one begun at `first`, all at size 1. Line ends of the text end
    a line; other lines are filled to the foot where little is missing. A part longer than a line keeps its own."""
    lines: list[list[SetCell]] = []
    start = first
    for stretch in text.split("\n"):
        line: list[Cell] = []
        used = start
        for part in parts(stretch, language):
            group = cells(part, face, language)
            solid = sum(c.advance for c in group if c.way != "blank")
            if line and used + solid > length + 1e-6:
                lines.append(_spread(line, start, length))
                line, start, used = [], 0.0, 0.0
            line += group
            used += sum(c.advance for c in group)
        lines.append(_spread(line, start, 0.0))
        start = 0.0
    return lines


def _spread(line: Sequence[Cell], start: float, length: float) -> list[SetCell]:
    """The cells of a line from its `start`, spaced so that it ends at `length` where they nearly reach it."""
    kept = list(line)
    while kept and kept[-1].way == "blank":
        kept.pop()
    rest = length - start - sum(c.advance for c in kept)
    added = rest / (len(kept) - 1) if 0 < rest <= _MOST_ADDED and len(kept) > 1 else 0.0
    found: list[SetCell] = []
    at = start
    for cell in kept:
        found.append(SetCell(cell, at))
        at += cell.advance + added
    return found


def length_of(line: Sequence[SetCell]) -> float:
    """How far a line reaches from its head, at size 1."""
    return line[-1].at + line[-1].cell.advance if line else 0.0


@dataclass(slots=True)
class Brush:
    """Draws cells; what stands upright is collected and drawn by `finish` in one go for each face, size and colour."""

    surface: Surface
    language: str
    _upright: dict[tuple[Face, float, float, Colour], tuple[list[int], list[skia.Point]]] = field(default_factory=dict)

    def draw(self, one: SetCell, face: Face, axis: float, head: float, size: float, colour: Colour) -> Box:
        """Draw a cell of a line whose middle is at x = `axis` and whose head is at y = `head`. Returns the box of its
        ink; all in pixels."""
        cell, y = one.cell, head + one.at * size
        run = _shaped(cell.text, cell.way, face, self.language)
        left, top, right, bottom = run.ink
        if cell.way == "sideways":
            base, y = axis - _MIDDLE * size, y + _APART * size
            self._turned(run, base, y, size, colour)
            return (base - bottom * size, y + left * size, base - top * size, y + right * size)
        narrow = min(1.0, _WIDEST / run.width) if cell.way == "across" else 1.0
        x = axis - run.width * narrow * size / 2 if cell.way == "across" else axis
        y += _BASE * size if cell.way == "across" else 0.0
        for s in run.segments:
            glyphs, points = self._upright.setdefault((s.face, size, narrow, colour), ([], []))
            glyphs += s.glyphs
            points += [skia.Point(x + gx * narrow * size, y + gy * size) for gx, gy in zip(s.xs, s.ys, strict=True)]
        return (x + left * narrow * size, y + top * size, x + right * narrow * size, y + bottom * size)

    def _turned(self, run: Run, x: float, y: float, size: float, colour: Colour) -> None:
        """A word turned clockwise by a right angle; it begins on its baseline at (x, y)."""
        builder = skia.TextBlobBuilder()
        for s in run.segments:
            builder.allocRunPosH(skia_font(s.face, size), list(s.glyphs), [gx * size for gx in s.xs], 0.0)
        canvas = self.surface.raw
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(90)
        canvas.drawTextBlob(builder.make(), 0, 0, skia.Paint(AntiAlias=True, Color=argb(colour)))
        canvas.restore()

    def finish(self) -> None:
        """Draw what was collected."""
        for (face, size, narrow, colour), (glyphs, points) in self._upright.items():
            font = skia_font(face, size)
            if narrow != 1.0:
                font = font.makeWithSize(size)
                font.setScaleX(narrow)
            builder = skia.TextBlobBuilder()
            builder.allocRunPos(font, glyphs, points)
            self.surface.raw.drawTextBlob(builder.make(), 0, 0, skia.Paint(AntiAlias=True, Color=argb(colour)))
        self._upright.clear()
