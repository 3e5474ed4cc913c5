"""A jigsaw: which picture, which crop, which grid, which order; the filter that leaves one answer.

Covered: pictures of the user's folder, drawn scenes otherwise (eight puzzles of each), crops until one can be
solved. Not covered: drawing, words.
Sources: ThinkMorph (arXiv 2510.27492) for layouts 1x2 and 2x2 and the sizes; the other layouts and the filter are ours.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, area, clip, intersection
from mmrecipes.core.identity import seed_from, turn
from mmrecipes.recipes.thinkmorph.scenes import draw_scene
from mmrecipes.recipes.thinkmorph.trace import LETTERS, share_at
from mmrecipes.render.jigsaws.cut import GAP, GRIDS, Grid, cut
from mmrecipes.render.jigsaws.seams import best_fit, unsolvable
from mmrecipes.render.scene_text.photos import load_photo
from mmrecipes.world.wording import noun

Pixels = npt.NDArray[np.uint8]
SHARES = {"1x2": 20.0, "2x1": 20.0, "1x3": 10.0, "3x1": 10.0, "2x2": 40.0}
LEAST_SIDE = 256
"""Pixels that the shorter side of a picture must have."""
LONGER = (240, 512)
"""Pixels of the puzzle's longer side with its gaps; the published pictures have 175 to 512."""
TRIES, PER_SCENE = 12, 8
Named = tuple[str, Box]
"""What an object is called and its box, in pixels of the crop."""


class NoPuzzle(Exception):
    """No jigsaw of this picture; `reason` for the ledger."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Jigsaw:
    """`pieces` in true order; `order`: for each place of the whole, the number under which its piece is shown.
    `options` are orders (for two pieces: the first of them stands for the statement), `right` the index of the true
    one. `crop` is in pixels of the source."""

    source: str
    crop: tuple[int, int, int, int]
    grid: Grid
    whole: Pixels
    pieces: tuple[Pixels, ...]
    order: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    right: int
    objects: tuple[Named, ...]
    margin: float

    @property
    def letter(self) -> str:
        return LETTERS[self.right]

    @property
    def shown(self) -> list[Pixels]:
        """The pieces as the puzzle shows them."""
        return [self.pieces[self.order.index(number)] for number in range(1, self.grid.count + 1)]


def make_jigsaw(rng: random.Random, index: int, run_seed: int, photos: Sequence[Path], identity: bool) -> Jigsaw:
    """The jigsaw of this index. Raises `NoPuzzle`, `InputError` for a picture that cannot be read."""
    grid = GRIDS[share_at(index, SHARES, "jigsaw.grid")]
    name, picture, objects = picture_at(index, run_seed, photos)
    if min(picture.shape[:2]) < LEAST_SIDE:
        raise NoPuzzle("picture_too_small", f"{name}: {picture.shape[1]}x{picture.shape[0]}, {LEAST_SIDE} are needed")
    refused = ("", "")
    for _ in range(TRIES):
        crop, whole = _crop(rng, picture, grid)
        pieces = cut(whole, grid)
        problem = unsolvable(pieces, grid)
        if problem is None:
            break
        refused = problem
    else:
        raise NoPuzzle(refused[0], f"{name}: {refused[1]}")
    order = _order(rng, grid.count, identity)
    options, right = _options(rng, index, order)
    inside = tuple((n, b) for n, box in objects if (b := _mapped(box, crop, whole)) is not None)
    return Jigsaw(name, crop, grid, whole, tuple(pieces), order, options, right, inside,
                  round(min(best_fit(pieces, grid).margin, 99.0), 3))  # fmt: skip


def picture_at(index: int, run_seed: int, photos: Sequence[Path]) -> tuple[str, Pixels, list[Named]]:
    """Name, pixels and named objects of the picture that this index is cut from."""
    if photos:
        path = photos[turn(index, len(photos), "jigsaw.photo")]
        return path.name, _photo(path), []
    seed = seed_from(run_seed, "thinkmorph.jigsaw", index // PER_SCENE) >> 16
    drawn = draw_scene(seed)
    plain = random.Random(0)
    named = [
        (noun(o.category, {"colour": o.colour}, plain), drawn.boxes[o.id])
        for o in drawn.scene.objects
        if o.id in drawn.boxes
    ]
    calls = [n for n, _ in named]
    return f"scene-{seed:x}", drawn.pixels, [(n, b) for n, b in named if calls.count(n) == 1]


@functools.lru_cache(maxsize=4)
def _photo(path: Path) -> Pixels:
    return load_photo(path, 1024)


def _crop(rng: random.Random, picture: Pixels, grid: Grid) -> tuple[tuple[int, int, int, int], Pixels]:
    """A part of the picture in a size that the grid divides, and where it was."""
    high, wide = picture.shape[:2]
    scale, aspect = rng.uniform(0.65, 1.0), rng.uniform(0.85, 1.2)
    w, h = int(wide * min(1.0, scale * math.sqrt(aspect))), int(high * min(1.0, scale / math.sqrt(aspect)))
    x, y = rng.randint(0, wide - w), rng.randint(0, high - h)
    gaps = (GAP * (grid.columns - 1), GAP * (grid.rows - 1))
    longer = rng.randint(*LONGER)
    k = min((longer - gaps[0]) / w, (longer - gaps[1]) / h, 1.0)
    size = tuple(max(n, round(side * k) // n * n) for side, n in ((w, grid.columns), (h, grid.rows)))
    part = picture[y : y + h, x : x + w]
    return (x, y, x + w, y + h), np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)


def _order(rng: random.Random, count: int, identity: bool) -> tuple[int, ...]:
    while True:
        order = tuple(rng.sample(range(1, count + 1), count))
        if identity or order != tuple(range(1, count + 1)):
            return order


def _options(rng: random.Random, index: int, order: tuple[int, ...]) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Orders to choose from and the place of the right one: all letters come equally often."""
    if len(order) == 2:
        right = turn(index, 2, "jigsaw.letter", 2)
        other = order[::-1]
        return ((order, other) if right == 0 else (other, order)), right
    near = []
    for i in range(len(order)):
        for j in range(i):
            swapped = list(order)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            near.append(tuple(swapped))
    wrong = rng.sample(near, 3)
    right = turn(index, 4, "jigsaw.letter", 4)
    return (*wrong[:right], order, *wrong[right:]), right


def _mapped(box: Box, crop: tuple[int, int, int, int], whole: Pixels) -> Box | None:
    """The box in pixels of the crop; None when less than half of the object is in it."""
    kx, ky = whole.shape[1] / (crop[2] - crop[0]), whole.shape[0] / (crop[3] - crop[1])
    moved = ((box[0] - crop[0]) * kx, (box[1] - crop[1]) * ky, (box[2] - crop[0]) * kx, (box[3] - crop[1]) * ky)
    inside = clip(moved, whole.shape[1], whole.shape[0])
    return inside if area(inside) > 0.5 * area(moved) else None


def share_in(box: Box, piece: Box) -> float:
    """Share of a box that lies in a piece."""
    return area(intersection(box, piece)) / area(box) if area(box) else 0.0
