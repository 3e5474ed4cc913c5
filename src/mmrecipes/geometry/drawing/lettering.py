"""Names and numbers as written in a figure: a root has a bar over what is under it."""

from __future__ import annotations

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape
from mmrecipes.core.boxes import Box, Point
from mmrecipes.geometry.drawing.styles import typeface


def _parts(text: str) -> list[tuple[str, bool]]:
    """Pieces of a number's text with whether a bar goes over them (the number under a root)."""
    out: list[tuple[str, bool]] = []
    rest = text
    while "√" in rest:
        before, _, after = rest.partition("√")
        digits = len(after) - len(after.lstrip("0123456789"))
        out += [(before + "√", False), (after[:digits], True)]
        rest = after[digits:]
    return [*out, (rest, False)] if rest else out


def extent_of(text: str, face: Face, size: int) -> Point:
    """Width and height of a text's ink in pixels."""
    width, top, bottom = 0.0, 0.0, 0.0
    for part, barred in _parts(text):
        run = shape(part, _with_glyphs(part, face), size)
        width += run.width
        top, bottom = min(top, run.ink[1] - (0.12 * size if barred else 0)), max(bottom, run.ink[3])
    return width, bottom - top


def _with_glyphs(part: str, face: Face) -> Face:
    """The face, or one with a root sign where it has none."""
    return face if all(ord(c) in face.coverage for c in part) else typeface("DejaVu Sans")


def write(surface: Surface, text: str, box: Box, face: Face, size: int, colour: str) -> None:
    """Draw a text of `extent` into its box."""
    left, _, _, bottom = box
    runs = [(shape(part, _with_glyphs(part, face), size), barred) for part, barred in _parts(text)]
    low = max(run.ink[3] for run, _ in runs)
    x, base = left, bottom - max(0.0, low)
    for run, barred in runs:
        surface.text(run, x, base, colour)
        if barred:
            top = base + run.ink[1] - 0.1 * size
            surface.line((x - 0.04 * size, top), (x + run.width, top), colour, max(1.0, 0.06 * size))
        x += run.width
