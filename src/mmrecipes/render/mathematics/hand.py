"""A sheet as if written by hand: every glyph shifted, slanted and scaled a little, on plain, ruled or squared paper.

Source: specification "2 Mathematical problem solving", photo look: baseline jitter up to 6 % of the size, slant up to 8
degrees. Covered: glyphs moved one by one with their boxes, a slow wobble of everything else (bars, rules, figures), ink
and paper. Not covered: strokes of a pen, light and camera (see `degradation`).
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, area, clip, union
from mmrecipes.render.mathematics.sheet import Drawn, Token

Paper = Literal["plain", "ruled", "grid"]
PAPERS: tuple[Paper, ...] = ("plain", "ruled", "grid")
BASELINE, SLANT, SIZE = 0.06, 8.0, 0.05
"""Largest shift in shares of the glyph's size, largest slant in degrees, largest change of size."""
_ALL, _OWN = 6.0, 2.0
"""Degrees of slant that all glyphs of a hand share, and of a glyph's own."""

Pixels = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.uint8]


def written(drawn: Drawn, rng: random.Random) -> Drawn:
    """The sheet with its glyphs moved, still black on white; token boxes follow their glyphs."""
    ink = np.asarray(255 - drawn.pixels.min(axis=2), np.uint8)
    labels = _labels(drawn, ink.shape)
    rest = np.where(labels == 0, ink, 0).astype(np.uint8)
    out = _wobble(rest, rng)
    lean = rng.uniform(-_ALL, _ALL)
    moved: dict[int, Box] = {}
    for k, glyph in enumerate(drawn.glyphs, 1):
        box = _moved(ink, labels, k, glyph.box, glyph.size, lean, out, rng)
        if box is not None and glyph.id:
            moved[glyph.id] = union(moved[glyph.id], box) if glyph.id in moved else box
    height, width = ink.shape
    tokens = tuple(_token(t, moved, width, height) for t in drawn.tokens)
    return replace(drawn, pixels=np.repeat((255 - out)[:, :, None], 3, axis=2), tokens=tokens)


def _token(token: Token, moved: dict[int, Box], width: int, height: int) -> Token:
    return replace(token, box=clip(moved.get(token.id, token.box), width, height))


def _labels(drawn: Drawn, shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """For every pixel the glyph it belongs to (from 1), 0 for none; where boxes overlap, the smaller glyph."""
    labels = np.zeros(shape, np.int32)
    order = sorted(range(len(drawn.glyphs)), key=lambda k: -area(drawn.glyphs[k].box))
    for k in order:
        x0, y0, x1, y1 = drawn.glyphs[k].box
        labels[max(0, math.floor(y0) - 1) : math.ceil(y1) + 1, max(0, math.floor(x0) - 1) : math.ceil(x1) + 1] = k + 1
    return labels


def _moved(
    ink: Grey, labels: npt.NDArray[np.int32], k: int, box: Box, size: float, lean: float, out: Grey, rng: random.Random
) -> Box | None:
    """Move one glyph into `out`; its new box."""
    x0, y0, x1, y1 = box
    left, top = max(0, math.floor(x0) - 1), max(0, math.floor(y0) - 1)
    right, bottom = min(ink.shape[1], math.ceil(x1) + 1), min(ink.shape[0], math.ceil(y1) + 1)
    if right <= left or bottom <= top:
        return None
    dx, dy = rng.uniform(-0.04, 0.04) * size, rng.uniform(-BASELINE, BASELINE) * size
    slant = math.tan(math.radians(max(-SLANT, min(SLANT, lean + rng.uniform(-_OWN, _OWN)))))
    k_size = 1 + rng.uniform(-SIZE, SIZE)
    cx, cy = (x0 + x1) / 2, y1  # slanted about the foot
    a = np.array(
        [[k_size, -slant * k_size, cx - k_size * cx + slant * k_size * cy + dx], [0, k_size, cy - k_size * cy + dy]]
    )
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ a.T
    new = (
        float(corners[:, 0].min()),
        float(corners[:, 1].min()),
        float(corners[:, 0].max()),
        float(corners[:, 1].max()),
    )
    u0, v0 = max(0, math.floor(new[0]) - 2), max(0, math.floor(new[1]) - 2)
    u1, v1 = min(ink.shape[1], math.ceil(new[2]) + 2), min(ink.shape[0], math.ceil(new[3]) + 2)
    if u1 <= u0 or v1 <= v0:
        return None
    patch = np.where(labels[top:bottom, left:right] == k, ink[top:bottom, left:right], 0).astype(np.uint8)
    shifted = a.copy()
    shifted[:, 2] += a[:, 0] * (left + 0.5) + a[:, 1] * (top + 0.5) - (u0 + 0.5, v0 + 0.5)
    piece = cv2.warpAffine(patch, shifted, (u1 - u0, v1 - v0), flags=cv2.INTER_LINEAR)
    np.maximum(out[v0:v1, u0:u1], piece, out=out[v0:v1, u0:u1])
    return new


def _wobble(ink: Grey, rng: random.Random) -> Grey:
    """Lines drawn by hand: a smooth displacement of at most about 1.2 pixels."""
    if not ink.any():
        return ink.copy()
    height, width = ink.shape
    numbers = np.random.default_rng(rng.getrandbits(64))
    coarse = numbers.uniform(-1.2, 1.2, (2, height // 40 + 2, width // 40 + 2)).astype(np.float32)
    dx, dy = (cv2.resize(c, (width, height), interpolation=cv2.INTER_CUBIC) for c in coarse)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(ink, xs + dx, ys + dy, cv2.INTER_LINEAR), np.uint8)


_PENS = ((24, 32, 96), (16, 18, 24), (30, 60, 150), (60, 60, 64), (90, 20, 30))


def on_paper(drawn: Drawn, paper: Paper, pen: bool, rng: random.Random) -> tuple[Pixels, dict[str, object]]:
    """The sheet in coloured ink on paper (RGB), and what was chosen. `pen`: ink of a pen, else black print."""
    height, width = drawn.pixels.shape[:2]
    tone = [rng.randint(232, 255)] * 3 if rng.random() < 0.6 else [252, rng.randint(240, 250), rng.randint(220, 238)]
    sheet = np.full((height, width, 3), tone, np.uint8)
    pitch = rng.randint(22, 34) if paper == "ruled" else rng.randint(14, 22)
    line = rng.choice(((170, 196, 226), (200, 200, 200), (178, 210, 190), (214, 186, 196)))
    if paper != "plain":
        sheet[rng.randint(0, pitch) :: pitch] = line
    if paper == "grid":
        sheet[:, rng.randint(0, pitch) :: pitch] = line
    colour = np.array(rng.choice(_PENS) if pen else (0, 0, 0), np.float32)
    cover = (255 - drawn.pixels[:, :, :1]).astype(np.float32) * (rng.uniform(0.85, 1.0) / 255)
    pixels = sheet * (1 - cover) + colour * cover
    return pixels.round().astype(np.uint8), {"paper": paper, "pen": bool(pen), "tone": tone}
