"""A formula as a picture with the box of every token.

Covered: display style in New Computer Modern or another face with mathematics, any ink, any size. Source: typst
through `typeset`, colour ids (see there). Not covered: wear and handwriting (see `looks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, union
from mmrecipes.render.formulas.layout import Layout
from mmrecipes.render.formulas.typst import typst
from mmrecipes.render.typeset import ID_FUNCTION, Glyph, Mark, Rgb, typst_pages

FACE = "New Computer Modern Math"
EM = 33.0
"""Pixels of a letter height unit (1 em) where nothing else is asked for: 12 points at 200 dpi."""


@dataclass(frozen=True, slots=True)
class TokenBox:
    """A token as it stands in the picture: its LaTeX and the box of its ink."""

    tex: str
    box: Box


@dataclass(frozen=True, slots=True)
class DrawnFormula:
    """(H, W, 3) RGB pixels; a box per token in the order of the LaTeX; the single glyphs and rules they consist of."""

    pixels: npt.NDArray[np.uint8]
    tokens: tuple[TokenBox, ...]
    glyphs: tuple[Glyph, ...]
    rules: tuple[Mark, ...]


class FormulaError(ValueError):
    """A formula that cannot be drawn: a token left no ink."""


def draw_formula(
    layout: Layout, *, em: float = EM, ink: Rgb = (0, 0, 0), margin: float = 0.5, font: str = FACE,
    font_folders: Sequence[Path] = (),
) -> DrawnFormula:  # fmt: skip
    """Draw a formula in display style. `em` in pixels, `margin` in em. Raises `FormulaError`, `TypesetError`."""
    body, tokens = typst(layout)
    source = (
        f"#set page(width: auto, height: auto, margin: {12 * margin:.2f}pt)\n#set text(size: 12pt)\n"
        f'#show math.equation: set text(font: "{font}")\n{ID_FUNCTION}$ {body} $'
    )
    page = typst_pages(source, em / 12 * 72, tuple(font_folders))[0]
    glyphs, marks = page.glyphs(), page.marks()
    boxes: dict[int, Box] = {}
    for mark in marks:
        boxes[mark.id] = union(boxes[mark.id], mark.box) if mark.id in boxes else mark.box
    if missing := [tex for i, tex in enumerate(tokens, 1) if i not in boxes]:
        raise FormulaError(f"no ink for {', '.join(missing)}")
    page.paint_ids(ink)
    placed = tuple(TokenBox(tex, boxes[i]) for i, tex in enumerate(tokens, 1))
    return DrawnFormula(page.pixels(), placed, tuple(glyphs), tuple(m for m in marks if not m.text))
