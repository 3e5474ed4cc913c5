"""Signs written on spots: choosing type and look, sizing, composing into the picture, and what is then known.

Source of the numbers: SynthText (Gupta et al. 2016) as the spec quotes it: at most 7 regions, their number ceil(n
Beta(5, 1)) (10 % uniform), 5 attempts, font 16-120 px, shrunk by 0.9 up to 5 times. Drawn places, made for signs, take
up to 12.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES, families_for, script_of
from mmrecipes.render.homography import Matrix, Points, project, scale_at, shift
from mmrecipes.render.scene_text import blend
from mmrecipes.render.scene_text.ink import Box, Layer, Look, draw_layer, draw_look
from mmrecipes.render.scene_text.lettering import Lettering, Type, fitting_size, set_sign
from mmrecipes.render.scene_text.mount import BOARD_PAD, put_board
from mmrecipes.render.scene_text.signs import SignText
from mmrecipes.render.scene_text.spots import MOST_ASPECT_CHANGE, Spot, aspect_change

Pixels = npt.NDArray[np.uint8]
SMALLEST_FONT, LARGEST_FONT = 16.0, 120.0
SHRINK, SHRINKS, ATTEMPTS = 0.9, 5, 5
MIN_X_HEIGHT = 8.0
"""Pixels in the picture."""
LEAST_VISIBLE = 0.75
"""Share of a word that must be seen; less and the sign is not written."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the picture: its text, line within the sign, quads of its glyphs (N, 4, 2) and their characters, share
    seen."""

    text: str
    line: int
    quad: Points
    glyph_quads: npt.NDArray[np.float64]
    glyph_texts: tuple[str, ...]
    visible: float


@dataclass(frozen=True, slots=True)
class Written:
    """A sign in the picture. `h`: the sign's pixels to the picture's. `before` and `after`: the box of the picture
    without and with the letters (shadow and extrusion are in both)."""

    sign: SignText
    lettering: Lettering
    look: Look
    spot: Spot
    h: Matrix
    words: tuple[Word, ...]
    box: Box
    before: Pixels
    after: Pixels
    smallest_x_height: float


_SANS = ("DejaVu Sans", "Source Sans Pro", "Hanken Grotesk", "Manrope")
_SERIF = ("DejaVu Serif", "STIX", "Source Serif Pro", "Caladea")
_FAMILIES: dict[str, Sequence[str]] = {
    "street": _SANS, "warning": _SANS, "direction": _SANS, "parking": _SANS, "price": _SANS, "aisle": _SANS,
    "room": _SANS,
    "hours": (*_SANS, *_SERIF), "notice": (*_SANS, *_SERIF, "DejaVu Sans Mono"),
}  # fmt: skip


_TALL = ("Arab", "Deva", "Thai")
"""Scripts with marks above and below, which need more room between lines."""
BENT: tuple[str, ...] = ("Latn", "Cyrl", "Grek", "Hani", "Jpan", "Hang", "Hebr", "Thai")
"""Scripts whose clusters do not touch, so that a line of them can be bent."""
_COLUMNS: tuple[str, ...] = ("Hani", "Jpan", "Hang")
_COLUMN_ASPECT = 0.95
"""Width over height of a spot up to which signs of one or two lines are set in columns."""


def draw_type(sign: SignText, rng: random.Random) -> Type:
    """Faces that suit a sign. Raises `FontError` naming the Debian package when its language has none installed."""
    suitable = _FAMILIES.get(sign.role, (*_SANS, *_SERIF))
    if sign.language != "en":
        settable = families_for(sign.language)
        suitable = tuple(name for name in suitable if name in settable) or settable
    name = rng.choice(suitable)
    italic = sign.role in ("shop", "hanging", "menu", "offer", "whiteboard", "poster", "valance") and rng.random() < 0.2
    if LANGUAGES[sign.language].families:
        faces = face(name, bold=sign.role != "whiteboard" and rng.random() < 0.25), face(name, bold=True)
        return Type(*faces, 0.0, rng.uniform(1.3, 1.55) if LANGUAGES[sign.language].script in _TALL else 1.25)
    tracking = rng.choice([0.0, 0.0, 0.02, 0.06]) if sign.capitals else rng.choice([0.0, 0.0, 0.0, 0.02])
    heavy = sign.role != "whiteboard" and rng.random() < 0.25
    return Type(
        face(name, bold=heavy, italic=italic), face(name, bold=True, italic=italic), tracking, rng.uniform(1.14, 1.32)
    )


def how_many(count: int, most: int, rng: random.Random) -> int:
    """Regions to write on, of `count` usable ones: ceil(n Beta(5, 1)), one time in ten uniform."""
    n = min(count, most)
    if n == 0:
        return 0
    return rng.randint(1, n) if rng.random() < 0.1 else math.ceil(n * rng.betavariate(5, 1))


def write(picture: Pixels, spot: Spot, sign: SignText, rng: random.Random, *, poisson: bool = False) -> Written | None:
    """Write a sign on a spot, into the picture; None (and the picture untouched) when it cannot be read there."""
    kind = draw_type(sign, rng)
    look = draw_look(rng, spot.technique, spot.inks, spot.ground, len(sign.lines))
    vertical = _set_in_columns(sign, spot, rng)
    bend, script = 0.0, LANGUAGES[sign.language].script
    if (
        not vertical
        and script in BENT
        and sign.role in ("shop", "hanging", "billboard", "poster")
        and len(sign.lines) == 1
        and rng.random() < 0.35
    ):
        bend = rng.choice([1, 1, -1]) * rng.uniform(0.25, 0.8)
    for lettering, h, x_height in _proposals(spot, sign, kind, bend, rng, vertical=vertical):
        words = _words(lettering, h, spot, picture.shape)
        if words is None:
            continue
        layer = draw_layer(lettering, look, h, (picture.shape[1], picture.shape[0]), rng.getrandbits(18))
        if layer is None:
            continue
        if spot.board is not None:
            put_board(picture, spot.board, lettering, h, spot.light)
        before, after = _compose(picture, layer, look, spot, poisson and spot.board is None)
        return Written(sign, lettering, look, spot, h, words, layer.box, before, after, x_height)
    return None


def _set_in_columns(sign: SignText, spot: Spot, rng: random.Random) -> bool:
    """Whether a Chinese, Japanese or (seldom) Korean sign on a tall spot runs downwards: short lines of its own script
    and digits."""
    script = LANGUAGES[sign.language].script
    if script not in _COLUMNS or spot.size[0] > _COLUMN_ASPECT * spot.size[1] or sign.wrap:
        return False
    letters = "".join(line.reading for line in sign.lines)
    if (
        any(script_of(ch) not in (*_COLUMNS, "Zyyy") for ch in letters)
        or max(len(li.reading) for li in sign.lines) > 12
    ):
        return False
    return rng.random() < (0.25 if script == "Hang" else 0.8)


def _proposals(
    spot: Spot, sign: SignText, kind: Type, bend: float, rng: random.Random, *, vertical: bool
) -> Iterator[tuple[Lettering, Matrix, float]]:
    """The sign set at falling sizes where it fits and stays legible, with its homography and its least x-height in the
    picture."""
    width, height = spot.size
    if sign.wrap:
        size = min(LARGEST_FONT, height * 0.24, width * 0.16)
    else:
        size = min(LARGEST_FONT, fitting_size(sign, kind, width, height, vertical=vertical) * rng.uniform(0.82, 0.99))
    proposed = 0
    for _ in range(SHRINKS + 1):
        if size * min(line.size for line in sign.lines) < SMALLEST_FONT or proposed == ATTEMPTS:
            return
        lettering = set_sign(sign, kind, size, width, height, bend, vertical=vertical)
        if lettering is None and bend:
            lettering = set_sign(sign, kind, size, width, height)
        h = None if lettering is None else _placed(lettering, spot, rng)
        if lettering is not None and h is not None:
            x_height = min(_x_heights(lettering, h))
            middles = lettering.quads.mean(axis=1)[:: max(1, len(lettering.words) // 4)]
            if x_height >= MIN_X_HEIGHT and aspect_change(h, middles) < MOST_ASPECT_CHANGE:
                proposed += 1
                yield lettering, h, x_height
        size *= SHRINK


def _placed(lettering: Lettering, spot: Spot, rng: random.Random) -> Matrix | None:
    """The homography with the text's box moved into free space, at random; the middle where all is free."""
    if spot.free is None:
        return spot.h
    points = lettering.quads.reshape(-1, 2)
    pad = 3 if spot.board is None else 0.3 * BOARD_PAD * max(lettering.sizes)
    low, high = points.min(axis=0) - pad, points.max(axis=0) + pad
    w, h = math.ceil(high[0] - low[0]), math.ceil(high[1] - low[1])
    free = cv2.integral((spot.free > 0).astype(np.uint8))
    if h >= free.shape[0] or w >= free.shape[1]:
        return None
    sums = free[h:, w:] - free[:-h, w:] - free[h:, :-w] + free[:-h, :-w]
    rows, columns = np.nonzero(sums == w * h)
    if len(rows) == 0:
        return None
    k = rng.randrange(len(rows))
    return spot.h @ shift(float(columns[k]) - low[0], float(rows[k]) - low[1])


def _x_heights(lettering: Lettering, h: Matrix) -> list[float]:
    """The least x-height in the picture of each line."""
    found = []
    for line, height in enumerate(lettering.x_heights):
        points = np.concatenate([w.quads.mean(axis=1) for w in lettering.words if w.line == line])
        found.append(float(scale_at(points, h).min()) * height)
    return found


def _words(lettering: Lettering, h: Matrix, spot: Spot, shape: Sequence[int]) -> tuple[Word, ...] | None:
    """The words in the picture; None when one leaves it or is too much hidden."""
    words = []
    for word in lettering.words:
        quads = project(word.quads, h)
        low, high = quads.reshape(-1, 2).min(axis=0), quads.reshape(-1, 2).max(axis=0)
        if (low < 1).any() or (high > [shape[1] - 1, shape[0] - 1]).any():
            return None
        quad = word_quad(quads)
        visible = _visible_share(quad, spot)
        if visible < LEAST_VISIBLE:
            return None
        words.append(Word(word.text, word.line, quad, quads, tuple(g.text for g in word.glyphs), visible))
    return tuple(words)


def word_quad(glyph_quads: npt.NDArray[np.float64]) -> Points:
    """The minimum-area rectangle around a word's glyph quads (N, 4, 2), clockwise from the corner where its first glyph
    begins at the top: the order follows the glyphs', so that the quad says which way the word reads."""
    corners = cv2.boxPoints(cv2.minAreaRect(glyph_quads.reshape(-1, 2).astype(np.float32))).astype(np.float64)
    # boxPoints runs clockwise on screen; of the four starts take the one whose sides point as the glyphs' do
    ax, ay = (glyph_quads[:, 1] - glyph_quads[:, 0]).sum(axis=0).tolist()
    dx, dy = (glyph_quads[:, 3] - glyph_quads[:, 0]).sum(axis=0).tolist()
    points = corners.tolist()

    def agreement(k: int) -> float:
        (x, y), (rx, ry), (bx, by) = points[k], points[(k + 1) % 4], points[(k + 3) % 4]
        along = ((rx - x) * ax + (ry - y) * ay) / (math.hypot(rx - x, ry - y) * math.hypot(ax, ay) + 1e-9)
        down = ((bx - x) * dx + (by - y) * dy) / (math.hypot(bx - x, by - y) * math.hypot(dx, dy) + 1e-9)
        return along + down

    best = max(range(4), key=agreement)
    return corners[[best, (best + 1) % 4, (best + 2) % 4, (best + 3) % 4]]


def _visible_share(quad: Points, spot: Spot) -> float:
    x0, y0 = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    x1, y1 = np.ceil(quad.max(axis=0)).astype(int) + 1
    seen = spot.visible((int(x0), int(y0), int(x1), int(y1)))
    mask = np.zeros(seen.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round((quad - [x0, y0] - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    total = int(mask.sum())
    return float((seen[mask > 0] > 127).sum()) / total if total else 0.0


def _compose(picture: Pixels, layer: Layer, look: Look, spot: Spot, poisson: bool) -> tuple[Pixels, Pixels]:
    x0, y0, x1, y1 = layer.box
    place = picture[y0:y1, x0:x1]
    visible = spot.visible(layer.box)
    if layer.under is not None:
        blend.put_under(place, layer.under, visible)
    before = place.copy()
    blend.put_ink(place, layer, look, spot.light(layer.box), visible, poisson=poisson)
    return before, place.copy()
