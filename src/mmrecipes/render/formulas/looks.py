"""How a formula looks: simple print, complex print, screen capture, handwriting.

Source: the four looks named by the splits of UniMERNet's test set (SPE, CPE, SCE, HWE; Wang et al. 2024, arXiv
2404.15254). `drawn` is the clean print that both engines are compared on; `pixels` and `quads` are the look. Wear of
the page comes afterwards. Handwriting: see `hand`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import quad_of
from mmrecipes.render.formulas.draw import DrawnFormula, draw_formula
from mmrecipes.render.formulas.hand import write
from mmrecipes.render.formulas.layout import Layout
from mmrecipes.render.typeset import Rgb

PRINTS = ("simple print", "complex print", "screen capture")
HANDWRITING = "handwriting"
LOOKS = (*PRINTS, HANDWRITING)

_SIZES = {"simple print": (30, 44), "complex print": (26, 52), "screen capture": (26, 52), HANDWRITING: (44, 60)}
"""em, from .. to, in pixels."""
LEAST_X_HEIGHT = 8.7
"""Pixels of the smallest script; the formula is drawn larger where it would be less."""

_INKS: tuple[Rgb, ...] = ((0, 0, 0), (20, 20, 24), (34, 30, 30), (16, 24, 72), (60, 16, 20), (10, 50, 40))
_PAPERS: tuple[Rgb, ...] = ((255, 255, 255), (252, 250, 244), (246, 243, 232), (238, 241, 245), (250, 240, 226))
_THEMES: tuple[tuple[Rgb, Rgb], ...] = (
    ((255, 255, 255), (36, 41, 47)), ((246, 248, 250), (31, 35, 40)), ((30, 30, 30), (212, 212, 212)),
    ((13, 17, 23), (230, 237, 243)), ((40, 42, 54), (248, 248, 242)), ((253, 246, 227), (88, 110, 117)),
    ((0, 43, 54), (147, 161, 161)), ((255, 255, 255), (0, 60, 140)), ((34, 39, 46), (255, 200, 110)),
)  # fmt: skip
"""Ground and ink of screens."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A formula in one of `LOOKS`: `pixels` (H, W, 3) RGB; `quads` (N, 4, 2) of the tokens of the clean print `drawn`;
    what was chosen."""

    look: str
    pixels: npt.NDArray[np.uint8]
    quads: npt.NDArray[np.float64]
    drawn: DrawnFormula
    style: dict[str, object]


def dress(layout: Layout, look: str, rng: random.Random) -> Looking:
    """Draw a formula in one of `LOOKS`, large enough for its smallest script. Raises what `draw_formula` does, and
    `FontError` for handwriting of what no hand writes (see `hand.can_write`)."""
    low, high = _SIZES[look]
    em = rng.uniform(low, high)
    if look == HANDWRITING:
        drawn = draw_formula(layout, em=em, margin=rng.uniform(0.6, 1.4), x_height=LEAST_X_HEIGHT)
        written = write(drawn, rng)
        return Looking(look, written.pixels, written.quads, drawn, written.style)
    drawn = draw_formula(layout, em=em, margin=rng.uniform(0.3, 1.2), x_height=LEAST_X_HEIGHT)
    ground, ink = (255, 255, 255), (0, 0, 0)
    if look == "complex print":
        ground, ink = rng.choice(_PAPERS), rng.choice(_INKS)
    elif look == "screen capture":
        ground, ink = rng.choice(_THEMES)
    style: dict[str, object] = {"em": round(drawn.em, 1), "ground": list(ground), "ink": list(ink)}
    quads = np.array([quad_of(t.box) for t in drawn.tokens], np.float64)
    return Looking(look, coloured(drawn.pixels, ground, ink), quads, drawn, style)


def coloured(pixels: npt.NDArray[np.uint8], ground: Rgb, ink: Rgb) -> npt.NDArray[np.uint8]:
    """A black-on-white drawing in other colours: each grey is that mixture of both."""
    ramp = np.arange(256)[:, None] / 255.0
    table = (ramp * np.array(ground) + (1 - ramp) * np.array(ink)).round().astype(np.uint8)
    return table[pixels[:, :, 0]]
