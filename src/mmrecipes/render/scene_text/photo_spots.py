"""Spots on the flat regions of a photograph: which sign suits, inks that stand out, and the light as the photograph
shows it."""

from __future__ import annotations

import random

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.homography import for_opencv
from mmrecipes.render.scene_text.boards import Technique
from mmrecipes.render.scene_text.mount import draw_board
from mmrecipes.render.scene_text.paints import Rgb, hsv, luma
from mmrecipes.render.scene_text.regions import Region
from mmrecipes.render.scene_text.spots import Box, Spot
from mmrecipes.render.scene_text.surfaces import SurfaceKind

Pixels = npt.NDArray[np.uint8]
MIN_CONTRAST = 0.3
"""Difference of brightness (0..1) between an ink and its ground."""
_MOST_SPREAD = 0.15
BOARD_SHARE = 0.5
"""Of the surfaces that could be painted on."""
_TECHNIQUES: tuple[Technique, ...] = ("paint", "paint", "print", "raised")


def photo_spot(region: Region, kind: SurfaceKind, picture: Pixels, rng: random.Random) -> Spot | None:
    """The spot of a region, on a board where its surface asks for one (else sometimes); None when it is too lively to
    paint on."""
    board = draw_board(rng) if kind == "board" or rng.random() < BOARD_SHARE else None
    w, h = region.free.shape[1], region.free.shape[0]
    flat = cv2.warpPerspective(picture, for_opencv(region.h), (w, h), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    inside = flat[region.free > 0].astype(np.float32) / 255
    if len(inside) < 400:
        return None
    grey = inside @ np.array([0.299, 0.587, 0.114], np.float32)
    if board is None and float(grey.std()) > _MOST_SPREAD:
        return None
    r, g, b = (float(v) for v in np.median(inside, axis=0))
    ground = (r, g, b) if board is None else board.ground
    aspect = w / h
    roles = ("shop", "street", "direction", "valance") if aspect > 2.4 else ("offer", "warning", "hanging", "room")
    if aspect < 0.9:
        roles = ("poster", "hanging", "offer")
    median = float(np.median(grey))

    def light(box: Box) -> npt.NDArray[np.float32]:
        place = picture[box[1] : box[3], box[0] : box[2]].astype(np.float32) / 255
        soft = cv2.GaussianBlur(place, (0, 0), 12) @ np.array([0.299, 0.587, 0.114], np.float32)
        return np.repeat(np.clip(soft / max(median, 0.05), 0.55, 1.35)[..., None], 3, axis=2).astype(np.float32)

    def visible(box: Box) -> Pixels:
        return np.full((box[3] - box[1], box[2] - box[0]), 255, np.uint8)

    technique: Technique = rng.choice(_TECHNIQUES) if board is None else "print"
    return Spot(
        region.h,
        region.size,
        rng.choice(roles),
        ground,
        inks_against(ground, rng),
        technique,
        light,
        visible,
        region.free,
        board,
    )


def inks_against(ground: Rgb, rng: random.Random) -> tuple[Rgb, ...]:
    """Four inks at least `MIN_CONTRAST` brighter or darker than the ground, of hues near or opposite to it."""
    found: list[Rgb] = []
    own = luma(ground)
    while len(found) < 4:
        value = rng.uniform(0.05, 0.35) if own > 0.5 else rng.uniform(0.75, 1.0)
        ink = hsv(rng.random(), rng.choice([0.0, rng.uniform(0.1, 0.9)]), value)
        if abs(luma(ink) - own) >= MIN_CONTRAST:
            found.append(ink)
    return tuple(found)
