"""Where a sign can be written: a flat rectangle in the picture with its homography, visibility and light.

Covered: spots on the sites of a drawn place, shrunk to the part of the face that is seen. Spots in photographs:
`photo_spots`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.homography import Matrix, Points, for_opencv, project, shift, stretch
from mmrecipes.render.scene_text.boards import Technique
from mmrecipes.render.scene_text.building import Place, Site
from mmrecipes.render.scene_text.geometry import clip_to_picture
from mmrecipes.render.scene_text.mount import Board
from mmrecipes.render.scene_text.paints import Rgb
from mmrecipes.render.scene_text.stage import LIGHT_UNIT

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
MOST_ASPECT_CHANGE = 2.5


@dataclass(frozen=True, slots=True)
class Spot:
    """`h` takes the spot's own pixels (from (0, 0) to `size`) to the picture's. `light(box)` is (h, w, 3), 1 = as
    painted; `visible(box)` is (h, w) uint8, 255 where the surface is seen."""

    h: Matrix
    size: tuple[float, float]
    role: str
    ground: Rgb
    inks: tuple[Rgb, ...]
    technique: Technique
    light: Callable[[Box], npt.NDArray[np.float32]]
    visible: Callable[[Box], Pixels]
    free: Pixels | None = None
    """Free space of a region in its own pixels (h, w), 255 = free; None: the whole box."""
    board: Board | None = None
    """What the letters are to stand on, where they do not stand on the surface itself."""

    @property
    def outline(self) -> Points:
        w, h = self.size
        return project(np.array([[0, 0], [w, 0], [w, h], [0, h]]), self.h)


def aspect_change(h: Matrix, points: Points) -> float:
    """The largest ratio of the scales along a homography's two main directions at points (N, 2)."""
    worst = 1.0
    for x, y in points:
        w = h[2, 0] * x + h[2, 1] * y + h[2, 2]
        u, v = (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / w, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / w
        jacobian = np.array(
            [[h[0, 0] - u * h[2, 0], h[0, 1] - u * h[2, 1]], [h[1, 0] - v * h[2, 0], h[1, 1] - v * h[2, 1]]]
        )
        s = np.linalg.svd(jacobian, compute_uv=False)
        worst = max(worst, float(s[0] / max(s[1], 1e-12)))
    return worst


def spots_of(place: Place, seen: npt.NDArray[np.int16]) -> list[Spot]:
    """The spots of a place's sites that are seen well enough, largest first."""
    posts = [n for n, s in enumerate(place.stage.surfaces) if s.name == "post"]
    through = np.isin(seen, posts) if posts else None
    found = []
    for site in place.sites:
        spot = _spot(place, site, seen, through)
        if spot is not None:
            found.append((cv2.contourArea(spot.outline.astype(np.float32)), spot))
    return [s for _, s in sorted(found, key=lambda pair: -pair[0])]


def _spot(place: Place, site: Site, seen: npt.NDArray[np.int16], through: npt.NDArray[np.bool_] | None) -> Spot | None:
    camera, plane = place.stage.camera, site.plane
    outline = plane.outline(camera) if plane.faces(camera) else None
    cut = None if outline is None else clip_to_picture(outline, camera.width, camera.height)
    if cut is None or min(np.ptp(cut, axis=0)) < 14:
        return None
    h = plane.homography(camera)
    inner = _seen_part(site, seen, through, h)
    if inner is None:
        return None
    x, y, w, tall = inner
    corners = np.array([[x, y], [x + w, y], [x + w, y + tall], [x, y + tall]])
    flat = project(corners, h)
    area = cv2.contourArea(flat.astype(np.float32))
    if area < 1 or not np.isfinite(flat).all():
        return None
    scale = math.sqrt(area / (w * tall))
    if min(w, tall) * scale < 14 or aspect_change(h, corners) > MOST_ASPECT_CHANGE * 1.6:
        return None
    surface = place.stage.surfaces[site.surface]

    def light(box: Box) -> npt.NDArray[np.float32]:
        full = np.full((box[3] - box[1], box[2] - box[0], 4), LIGHT_UNIT, np.uint8)
        for values, back in surface.light_maps:
            m = for_opencv(shift(-box[0], -box[1]) @ back)
            size = (box[2] - box[0], box[3] - box[1])
            if len(surface.light_maps) == 1:
                full = cv2.warpPerspective(values, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            else:
                cv2.warpPerspective(values, m, size, full, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        return full[..., :3].astype(np.float32) / np.float32(LIGHT_UNIT)

    def visible(box: Box) -> Pixels:
        mask = (seen[box[1] : box[3], box[0] : box[2]] == site.surface).astype(np.uint8) * 255
        return np.asarray(cv2.GaussianBlur(mask, (3, 3), 0.6), np.uint8)

    to_picture = h @ shift(x, y) @ stretch(1 / scale)
    face = site.face
    return Spot(
        to_picture, (w * scale, tall * scale), site.role, face.ground, face.inks, face.technique, light, visible
    )


_CELLS = 24


def _seen_part(
    site: Site, seen: npt.NDArray[np.int16], through: npt.NDArray[np.bool_] | None, h: Matrix
) -> tuple[float, float, float, float] | None:
    """The largest rectangle within the face's margins all of which is seen, in metres; slim posts do not count."""
    plane, m = site.plane, site.face.margin
    w, tall = plane.width - 2 * m, plane.height - 2 * m
    if w <= 0.02 or tall <= 0.02:
        return None
    rows, columns = np.mgrid[0:_CELLS, 0:_CELLS]
    points = np.column_stack([(m + (columns.ravel() + 0.5) / _CELLS * w), (m + (rows.ravel() + 0.5) / _CELLS * tall)])
    ahead = points @ h[2, :2] + h[2, 2]
    flat = project(points, h)
    inside = (ahead > 0.05) & (flat >= 1).all(axis=1) & (flat < [seen.shape[1] - 1, seen.shape[0] - 1]).all(axis=1)
    ok = np.zeros(len(points), bool)
    at = flat[inside].astype(int)
    ok[inside] = seen[at[:, 1], at[:, 0]] == site.surface
    if through is not None:
        ok[inside] |= through[at[:, 1], at[:, 0]]
    if ok.all():
        return m, m, w, tall
    box = largest_rectangle(ok.reshape(_CELLS, _CELLS))
    if box is None:
        return None
    x0, y0, x1, y1 = box
    if (x1 - x0) < _CELLS * 0.3 or (y1 - y0) < _CELLS * 0.45:
        return None
    return m + x0 / _CELLS * w, m + y0 / _CELLS * tall, (x1 - x0) / _CELLS * w, (y1 - y0) / _CELLS * tall


def largest_rectangle(free: npt.NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """The largest box (x0, y0, x1, y1) of a grid all of whose cells are free; None when no cell is."""
    best, box = 0, None
    heights = np.zeros(free.shape[1], int)
    for y, row in enumerate(free):
        heights = np.where(row, heights + 1, 0)
        stack: list[int] = []
        tops = [*heights.tolist(), 0]
        for x, height in enumerate(tops):
            while stack and tops[stack[-1]] >= height:
                tall = tops[stack.pop()]
                left = stack[-1] + 1 if stack else 0
                if tall * (x - left) > best:
                    best, box = tall * (x - left), (left, y + 1 - tall, x, y + 1)
            stack.append(x)
    return box
