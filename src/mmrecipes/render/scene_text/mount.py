"""What lies between a surface and its sign: a board with its shadow.

Covered: rectangular boards under letters on photographs. Not covered: stickers, cables; faded letters of older signs,
which can be read but are in no transcription.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.render.homography import Matrix, project, shift
from mmrecipes.render.scene_text import blend, paints
from mmrecipes.render.scene_text.ink import Box, skia_matrix
from mmrecipes.render.scene_text.lettering import Lettering
from mmrecipes.render.scene_text.paints import BLACK, WHITE, Rgb, hsv, shaded

Pixels = npt.NDArray[np.uint8]
Light = Callable[[Box], npt.NDArray[np.float32]]
BOARD_PAD = 0.5
"""How far a board reaches beyond its letters, as a share of the font size."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board's colour, and the shadow it throws: offset x, y and blur as shares of the pad, strength."""

    ground: Rgb
    rim: Rgb
    shadow: tuple[float, float, float, float]


def draw_board(rng: random.Random) -> Board:
    """A pale or dark board of any hue."""
    ground = hsv(rng.random(), rng.uniform(0.0, 0.6), rng.choice([0.25, 0.35, 0.9, 0.95, 0.97]))
    shadow = (rng.uniform(-0.4, 0.4), rng.uniform(0.25, 0.6), rng.uniform(0.15, 0.35), rng.uniform(0.45, 0.65))
    return Board(ground, shaded(ground, rng.choice([0.6, 0.8])), shadow)


def put_board(picture: Pixels, board: Board, lettering: Lettering, h: Matrix, light: Light) -> None:
    """A board under the letters, into the picture, in place."""
    pad = BOARD_PAD * max(lettering.sizes)
    points = lettering.quads.reshape(-1, 2)
    (x0, y0), (x1, y1) = points.min(axis=0) - pad * 0.8, points.max(axis=0) + pad * 0.8
    left, top, right, bottom = x0 - pad * 1.6, y0 - pad * 1.6, x1 + pad * 1.6, y1 + pad * 1.6
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    flat = project(corners, h)
    low = np.maximum(np.floor(flat.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(flat.max(axis=0)).astype(int), [picture.shape[1], picture.shape[0]])
    box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    matrix = skia_matrix(shift(-box[0], -box[1]) @ h)
    layer = np.zeros((box[3] - box[1], box[2] - box[0], 4), np.uint8)
    dx, dy, blur, strength = board.shadow
    face = (x0, y0, x1 - x0, y1 - y0)

    def canvas(pixels: Pixels) -> skia.Canvas:
        made = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
        made.concat(matrix)
        return made

    paints.fill(canvas(layer), (x0 + dx * pad, y0 + dy * pad, x1 - x0, y1 - y0), BLACK, strength)
    layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), max(0.6, blur * pad)), np.uint8)
    place = picture[box[1] : box[3], box[0] : box[2]]
    blend.put_under(place, layer, None)
    front = np.zeros_like(layer)
    on = canvas(front)
    paints.fill(on, face, board.ground, radius=pad * 0.12)
    paints.gradient(on, face, [(WHITE, 0.12), (BLACK, 0.12)], diagonal=True, radius=pad * 0.12)
    paints.line_box(on, (x0 + pad * 0.12, y0 + pad * 0.12, x1 - x0 - pad * 0.24, y1 - y0 - pad * 0.24), board.rim,
                    pad * 0.07, pad * 0.1)  # fmt: skip
    lit = front.astype(np.float32)
    lit[..., :3] = np.minimum(lit[..., :3] * light(box), lit[..., 3:])
    blend.put_under(place, np.asarray(lit, np.uint8), None)
