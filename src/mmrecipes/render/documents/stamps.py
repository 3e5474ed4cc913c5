"""Rubber stamps and seals: a box or two circles with lines of text, turned a little and worn."""

from __future__ import annotations

import math
import random

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape
from mmrecipes.render.documents.pictures_photo import noise
from mmrecipes.render.documents.tree import Stamp

Pixels = npt.NDArray[np.uint8]


def draw_stamp(stamp: Stamp, side: float, rng: random.Random) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """A rubber stamp on white about `side` pixels wide, turned a little and worn; quads of its lines (N, 4, 2)."""
    colour = rng.choice(("#b3202a", "#1f3f9c", "#b3202a", "#2a2a6a", "#1d6b3a"))
    letters = face("Source Sans Pro", bold=True)
    lines = [line for text in stamp.lines for line in _stamp_lines(text, stamp.shape)]
    size = side / 5.2 if stamp.shape == "box" else side / 8.5
    runs = [
        shape(line, letters, size * (1.0 if i == 0 or stamp.shape == "circle" else 0.6)) for i, line in enumerate(lines)
    ]
    inner = max(r.width for r in runs)
    high = sum(r.size * 1.15 for r in runs)
    w = int(inner + size * 1.4) if stamp.shape == "box" else int(max(inner, high) * 1.35 + size)
    h = int(high + size) if stamp.shape == "box" else w
    diagonal = int(math.hypot(w, h)) + 4
    surface = Surface(diagonal, diagonal, "#ffffff")
    c, angle = diagonal / 2, rng.uniform(-12, 12)
    surface.raw.rotate(angle, c, c)
    line = max(2.0, side / 60)
    if stamp.shape == "box":
        surface.rect(
            (c - w / 2 + line, c - h / 2 + line, c + w / 2 - line, c + h / 2 - line),
            None,
            colour,
            line * 1.4,
            radius=size * 0.2,
        )
    else:
        surface.circle((c, c), w / 2 - line, None, colour, line)
        surface.circle((c, c), w / 2 - 3.4 * line, None, colour, line * 0.6)
    y, quads = c - high / 2, []
    for run in runs:
        quads.append(surface.text(run, c, y + run.size * 0.95, colour, align="centre"))
        y += run.size * 1.15
    theta = math.radians(angle)
    turn = np.array([[math.cos(theta), math.sin(theta)], [-math.sin(theta), math.cos(theta)]])
    turned = (np.array(quads, np.float64) - c) @ turn + c
    pixels = surface.pixels().astype(np.float32)
    wear = np.clip((noise(diagonal, diagonal, rng, 9) - 0.3) * 3.0, 0.45, 1)[:, :, None]
    return np.asarray(255 - (255 - pixels) * wear, np.uint8), turned


def _stamp_lines(text: str, form: str) -> list[str]:
    """A stamp's text in lines of at most 14 characters (box: as it stands)."""
    if form == "box" or len(text) <= 14:
        return [text]
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > 14:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
