"""A formula as a picture with the box of every token.

Covered: display style in New Computer Modern, black on white, any size. Source: typst through `typeset`, colour ids
(see there). Not covered: colours, wear and handwriting (see `looks`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, union
from mmrecipes.render.formulas.layout import Layout
from mmrecipes.render.formulas.typst import typst
from mmrecipes.render.typeset import ID_FUNCTION, Glyph, Mark, typst_pages

FACE = "New Computer Modern Math"
X_HEIGHT = 0.43
"""Height of the letter x in `FACE`, in em."""
EM = 33.0
"""Pixels of a letter height unit (1 em) where nothing else is asked for: 12 points at 200 dpi."""


@dataclass(frozen=True, slots=True)
class TokenBox:
    """A token as it stands in the picture: its LaTeX, the box of its ink, and the x-height of the face in the smallest
    size it is set in (infinite for what has no glyph)."""

    tex: str
    box: Box
    x_height: float


@dataclass(frozen=True, slots=True)
class DrawnFormula:
    """(H, W, 3) RGB pixels; a box per token in the order of the LaTeX; the single glyphs and rules they consist of; the
    size in pixels."""

    pixels: npt.NDArray[np.uint8]
    tokens: tuple[TokenBox, ...]
    glyphs: tuple[Glyph, ...]
    rules: tuple[Mark, ...]
    em: float


class FormulaError(ValueError):
    """A formula that cannot be drawn: a token left no ink."""


def draw_formula(layout: Layout, *, em: float = EM, margin: float = 0.5, x_height: float = 0.0) -> DrawnFormula:
    """Draw a formula in display style. `em` in pixels, `margin` in em; where the smallest script would have a lower
    `x_height` (pixels), all of it is drawn as much larger. Raises `FormulaError`, `TypesetError`."""
    body, tokens = typst(layout)
    source = (
        f"#set page(width: auto, height: auto, margin: {12 * margin:.2f}pt)\n#set text(size: 12pt)\n"
        f'#show math.equation: set text(font: "{FACE}")\n{ID_FUNCTION}$ {body} $'
    )
    page = typst_pages(source, em / 12 * 72)[0]
    smallest = X_HEIGHT * min((g.size for g in page.glyphs()), default=em)
    if smallest < x_height:
        em *= x_height / smallest
        page.scale = em / 12
    glyphs, marks = page.glyphs(), page.marks()
    page.paint_ids((0, 0, 0))
    rules = tuple(m for m in marks if not m.text)
    return DrawnFormula(page.pixels(), _placed(tokens, glyphs, marks), tuple(glyphs), rules, em)


def _placed(tokens: Sequence[str], glyphs: Sequence[Glyph], marks: Sequence[Mark]) -> tuple[TokenBox, ...]:
    """The tokens with the box and the smallest size of what carries their ids, 1, 2, ..."""
    boxes: dict[int, Box] = {}
    for mark in marks:
        boxes[mark.id] = union(boxes[mark.id], mark.box) if mark.id in boxes else mark.box
    sizes: dict[int, float] = {}
    for glyph in glyphs:
        sizes[glyph.id] = min(glyph.size, sizes.get(glyph.id, math.inf))
    if missing := [tex for i, tex in enumerate(tokens, 1) if i not in boxes]:
        raise FormulaError(f"no ink for {', '.join(missing)}")
    return tuple(TokenBox(tex, boxes[i], X_HEIGHT * sizes.get(i, math.inf)) for i, tex in enumerate(tokens, 1))
