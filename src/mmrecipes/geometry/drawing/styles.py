"""How figures look: textbook, whiteboard, hand-drawn, dark, chalk."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mmrecipes.canvas.fonts import FAMILIES, Face, face
from mmrecipes.core.errors import FontError

StyleName = Literal["textbook", "whiteboard", "hand-drawn", "dark", "chalk"]

_HANDS = {
    "Kalam": ("fontpkg_kalam", "Kalam-Regular.ttf"),
    "Indie Flower": ("fontpkg_indie_flower", "IndieFlower-Regular.ttf"),
}
"""Handwriting typefaces: the package and the file in it."""


@functools.cache
def typeface(family: str, italic: bool = False) -> Face:
    """A bundled face, handwriting among them. Raises `FontError` naming the package that is missing."""
    if family in FAMILIES:
        return face(family, italic=italic)
    package, file = _HANDS[family]
    spec = importlib.util.find_spec(package)
    path = next(Path(spec.origin).parent.rglob(file), None) if spec and spec.origin else None
    if path is None:
        raise FontError(f"the handwriting face {family} is missing: `pip install {package.replace('_', '-')}`")
    return Face(family, "regular", path)


@dataclass(frozen=True)
class Style:
    """Colours as `#rrggbb`, one of each drawn per figure; `accents`: of marks and numbers. In pixels at 640: `stroke`,
    least and greatest, `letter`, the size of a point's name, and `wobble`, how far a stroke leaves its line. `grain`:
    share of the ink that the ground eats."""

    name: StyleName
    grounds: tuple[str, ...]
    ink: tuple[str, ...]
    accents: tuple[str, ...]
    families: tuple[str, ...]
    stroke: tuple[float, float]
    italic: bool = False
    letter: float = 26.0
    wobble: float = 0.0
    grain: float = 0.0
    ground_noise: float = 0.0


STYLES: dict[str, Style] = {
    "textbook": Style("textbook", ("#ffffff",), ("#000000",), ("#000000",), ("Source Serif Pro", "Caladea"),
                      (2.0, 3.0), italic=True),
    "whiteboard": Style("whiteboard", ("#fbfcfc", "#f3f6f7"), ("#1d3f9c", "#1b1b1f", "#0d6b3c"), ("#b3202a", "#1b1b1f"),
                        ("Kalam", "Indie Flower"), (3.0, 4.2), letter=30.0, wobble=0.8, ground_noise=1.2),
    "hand-drawn": Style("hand-drawn", ("#fbf6e9", "#ffffff", "#f4f1e6"), ("#2c2c33", "#1f2b4a"), ("#2c2c33", "#8a2f24"),
                        ("Kalam", "Indie Flower"), (2.3, 3.0), letter=30.0, wobble=1.3, grain=0.18,
                        ground_noise=2.0),
    "dark": Style("dark", ("#14181f", "#0f1115", "#1d2430"), ("#e8ecf2", "#cfe3ff"), ("#ffd479", "#7fd1ff", "#9fe6a0"),
                  ("Source Sans Pro", "Manrope", "Hanken Grotesk"), (2.0, 2.8)),
    "chalk": Style("chalk", ("#23483a", "#2b2f33", "#1f3d33"), ("#f2efe4",), ("#ffe28a", "#ffc7b0", "#bfe3f2"),
                   ("Kalam", "Indie Flower"), (3.0, 3.8), letter=30.0, wobble=0.9, grain=0.45, ground_noise=2.5),
}  # fmt: skip
