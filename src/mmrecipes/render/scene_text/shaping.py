"""Text of a sign shaped at size 1: words of clusters in reading order, each with its glyphs and ink.

Covered: left-to-right text in one bundled face with letter spacing (word by word); every other line shaped as a whole,
with its language: joined letters, marks, words in visual order, companions of other scripts; vertical lines of Chinese,
Japanese and Korean. Not covered: letter spacing outside the bundled faces.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from mmrecipes.canvas import bidi
from mmrecipes.canvas.fonts import FAMILIES, Face
from mmrecipes.canvas.scripts import LANGUAGES, Script, language_of
from mmrecipes.canvas.text import Run, clusters, shape, shape_line, shape_vertical
from mmrecipes.core.boxes import Box

Part = tuple[Face, int, float, float]
"""A glyph: face, number, x and y of its origin."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What cannot be taken apart: its characters, the origin of its first glyph, its glyphs relative to that, ink."""

    text: str
    x: float
    y: float
    parts: tuple[Part, ...]
    ink: Box


@dataclass(frozen=True, slots=True)
class Word:
    """A word between blanks; its clusters in reading order."""

    text: str
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in reading order from an origin at the left end of the baseline (a vertical one: at the top of its middle
    axis), and the advance."""

    words: tuple[Word, ...]
    advance: float


@functools.lru_cache(maxsize=6_000)
def piece(text: str, face: Face, language: str, tracking: float = 0.0) -> Piece:
    """A line of a language at size 1. Raises `FontError` for a character that no face has."""
    plain = face.family in FAMILIES and LANGUAGES[language].direction == "ltr" and not bidi.has_right_to_left(text)
    if not plain or not face.coverage.issuperset(map(ord, text)):
        run = shape_line(text, face, 1.0, language)
        return Piece(_words(run), run.width)
    words: list[Word] = []
    x, space = 0.0, shape(" ", face, 1.0).width + tracking
    for text_of_word in text.split():
        one = _tracked_word(text_of_word, face, tracking)
        words.append(Word(text_of_word, tuple(_moved(c, x) for c in one.words[0].clusters)))
        x += one.advance + space
    return Piece(tuple(words), max(0.0, x - space))


@functools.lru_cache(maxsize=8_000)
def _tracked_word(text: str, face: Face, tracking: float) -> Piece:
    run = shape(text, face, 1.0)
    (word,) = _words(run)
    spaced = tuple(_moved(c, k * tracking) for k, c in enumerate(word.clusters)) if tracking else word.clusters
    return Piece((Word(text, spaced),), run.width + tracking * max(0, len(spaced) - 1))


def _moved(c: Cluster, by: float) -> Cluster:
    return Cluster(c.text, c.x + by, c.y, c.parts, c.ink) if by else c


@functools.lru_cache(maxsize=2_000)
def column(text: str, face: Face, language: str) -> Piece:
    """A line that runs downwards, at size 1. Raises `ValueError` for scripts that are not set so."""
    run = shape_vertical(text, face, 1.0, language)
    return Piece(_words(run), run.width)


def _words(run: Run) -> tuple[Word, ...]:
    inked = _inked(run)
    return tuple(
        Word(match.group(), tuple(inked[start] for start in sorted(inked) if match.start() <= start < match.end()))
        for match in re.finditer(r"\S+", run.text)
    )


def _inked(run: Run) -> dict[int, Cluster]:
    """The clusters that are seen, by where they start."""
    found = {}
    for c in clusters(run):
        if c.ink is None:
            continue
        (left, top, right, bottom), (_, _, x0, y0) = c.ink, c.glyphs[0]
        parts = tuple((face, number, x - x0, y - y0) for face, number, x, y in c.glyphs)
        ink = (left - x0, top - y0, right - x0, bottom - y0)
        found[c.start] = Cluster(run.text[c.start : c.end].rstrip(), x0, y0, parts, ink)
    return found


_SMALL_LETTER: dict[Script, str] = {"Arab": "ص", "Hebr": "ה", "Deva": "क", "Thai": "ก"}
_IDEOGRAPHIC_HEIGHT = 0.45
"""Share of the size that says of ideographs and syllables what the x-height says of letters: they hold more strokes."""


@functools.lru_cache(maxsize=500)
def x_height(face: Face) -> float:
    """Height of a small x, or of what stands for it in the face's script, at size 1."""
    script = LANGUAGES[language_of(face.family)].script
    if script in ("Hani", "Jpan", "Hang"):
        return _IDEOGRAPHIC_HEIGHT
    number = face.hb.get_nominal_glyph(ord(_SMALL_LETTER.get(script, "x")))
    box = face.glyph_box(number) if number else None
    return (box[3] - box[1]) / face.upem if box else 0.5
