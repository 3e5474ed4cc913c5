"""A place of textured planes under one light, drawn back to front into a picture whose geometry is known.

Covered: surfaces painted in metres, sun or ceiling light with cast shadows (exact: casters are projected along the
light onto each receiver), lamps, darkening at edges; a map of which surface is seen at each pixel, from which exact
depth and segmentation follow. Not covered: reflections, light from surface to surface.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.render.homography import Matrix, Points, for_opencv, invert, project, scale_at, shift, stretch
from mmrecipes.render.scene_text.geometry import Camera, Plane, clip_to_picture

Pixels = npt.NDArray[np.uint8]
Rgb = tuple[float, float, float]
Paint = Callable[[skia.Canvas], None]
"""Paints a surface on a canvas whose unit is the metre and whose origin is the surface's top-left corner."""
LIGHT_UNIT = 160.0
"""The value of full light in 8-bit light maps: they reach 1.6 times full light."""
_LIGHT_COARSER = 4.0
_MOST_PIXELS = 600_000


@dataclass(frozen=True, slots=True)
class Lamp:
    """A pool of light on surfaces near a point, `reach` metres wide, adding `strength` of full light."""

    position: npt.NDArray[np.float64]
    reach: float
    strength: float
    colour: Rgb = (1.0, 0.93, 0.8)


@dataclass(frozen=True, slots=True)
class Light:
    """`direction` points from the light into the place; `blur` is the width of shadows' edges in metres."""

    direction: npt.NDArray[np.float64]
    key: Rgb
    ambient: Rgb
    blur: float
    lamps: tuple[Lamp, ...] = ()


@dataclass
class Surface:
    """One plane with what is painted on it.

    `see_through`: the paint leaves holes (its alpha decides). `lit`: 1 takes the light of the place, 0 shines by
    itself.
    """

    name: str
    plane: Plane
    paint: Paint
    see_through: bool = False
    lit: float = 1.0
    edge_shade: float = 0.0
    shadows: bool = True
    light_maps: list[tuple[Pixels, Matrix]] = field(default_factory=list)
    """Light maps (h, w, 4) with the homography from their pixels to the picture's, one per drawn piece."""


@dataclass
class Stage:
    """Surfaces in painting order (far ones first) and the solids that cast shadows."""

    camera: Camera
    light: Light
    surfaces: list[Surface] = field(default_factory=list)
    casters: list[Points] = field(default_factory=list)
    _stacked: npt.NDArray[np.float64] | None = None

    def add(self, surface: Surface) -> int:
        """Adds a surface; returns its number, which the map of surfaces shows."""
        self.surfaces.append(surface)
        return len(self.surfaces) - 1

    def cast(self, *planes: Plane) -> None:
        """These planes' corners together are the hull of a solid that throws a shadow."""
        self.casters.append(np.concatenate([p.corners for p in planes]))

    def draw(self, backdrop: Pixels) -> tuple[Pixels, npt.NDArray[np.int16]]:
        """The picture (H, W, 3) and the number of the surface seen at each pixel (-1: the backdrop)."""
        picture = backdrop.copy()
        seen = np.full(picture.shape[:2], -1, np.int16)
        for number, surface in enumerate(self.surfaces):
            self._draw_surface(surface, number, picture, seen)
        return picture, seen

    def _draw_surface(self, surface: Surface, number: int, picture: Pixels, seen: npt.NDArray[np.int16]) -> None:
        camera, plane = self.camera, surface.plane
        outline = plane.outline(camera) if plane.faces(camera) else None
        cut = None if outline is None else clip_to_picture(outline, camera.width, camera.height)
        if cut is None or cv2.contourArea(cut.astype(np.float32)) < 6:
            return
        x0, y0 = np.maximum(np.floor(cut.min(axis=0)).astype(int), 0)
        x1, y1 = np.minimum(np.ceil(cut.max(axis=0)).astype(int), [camera.width, camera.height])
        box = (int(x0), int(y0), int(x1), int(y1))
        patch = np.zeros((box[3] - box[1], box[2] - box[0], 4 if surface.see_through else 3), np.uint8)
        to_picture = plane.homography(camera)
        for piece in _pieces(project(cut, invert(to_picture)), plane, to_picture):
            self._draw_piece(surface, piece, to_picture, box, patch)
        mask = _polygon_mask(cut - [x0, y0], patch.shape[:2])
        place = picture[box[1] : box[3], box[0] : box[2]]
        if surface.see_through:
            mask = np.asarray(cv2.multiply(mask, patch[..., 3], scale=1 / 255), np.uint8)
            _blend_premultiplied(place, patch, mask)
        else:
            _blend(place, patch, mask)
        seen[box[1] : box[3], box[0] : box[2]][mask > 127] = number

    def _draw_piece(self, surface: Surface, piece: _Piece, to_picture: Matrix, box: tuple[int, int, int, int],
                    patch: Pixels) -> None:  # fmt: skip
        canvas = _painted(surface, piece)
        if surface.lit > 0:
            light = self.light_map(surface, piece)
            full = cv2.resize(light, (canvas.shape[1], canvas.shape[0]), interpolation=cv2.INTER_LINEAR)
            cv2.multiply(canvas, full, canvas, scale=1 / LIGHT_UNIT)
            back = to_picture @ shift(piece.x, piece.y) @ stretch(
                piece.width / light.shape[1], piece.height / light.shape[0])  # fmt: skip
            surface.light_maps.append((light, back))
        h = shift(-box[0], -box[1]) @ to_picture @ shift(piece.x, piece.y) @ stretch(1 / piece.scale)
        size = (patch.shape[1], patch.shape[0])
        source = canvas if surface.see_through else cv2.cvtColor(canvas, cv2.COLOR_RGBA2RGB)
        if piece.whole:
            flags, border = cv2.INTER_LINEAR, cv2.BORDER_CONSTANT if surface.see_through else cv2.BORDER_REPLICATE
            cv2.warpPerspective(source, for_opencv(h), size, patch, flags, border)
            return
        warped = cv2.warpPerspective(
            source, for_opencv(h), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        ring = np.array(
            [[0, 0], [canvas.shape[1], 0], [canvas.shape[1], canvas.shape[0]], [0, canvas.shape[0]]], np.float64
        )
        where = np.zeros(patch.shape[:2], np.uint8)
        cv2.fillConvexPoly(where, np.round(project(ring, h)).astype(np.int32), 255)
        cv2.copyTo(warped, cv2.dilate(where, np.ones((3, 3), np.uint8)), patch)

    def light_map(self, surface: Surface, piece: _Piece) -> Pixels:
        """Light on a piece of a surface, (h, w, 4): red, green, blue as shares of `LIGHT_UNIT`, and `LIGHT_UNIT`
        itself."""
        scale = max(piece.scale / _LIGHT_COARSER, 2 / max(piece.width, piece.height))
        w, h = max(2, math.ceil(piece.width * scale)), max(2, math.ceil(piece.height * scale))
        sx, sy = w / piece.width, h / piece.height
        facing = max(0.0, -float(surface.plane.normal @ self.light.direction))
        sunlit = np.full((h, w), 1.0, np.float32)
        if facing > 0 and surface.shadows:
            sunlit = self._sunlit(surface, piece, (w, h), (sx, sy))
        key = np.array(self.light.key, np.float32) * np.float32(facing)
        light = np.asarray(np.array(self.light.ambient, np.float32) + sunlit[..., None] * key, np.float32)
        if self.light.lamps or surface.edge_shade:
            x = piece.x + (np.arange(w, dtype=np.float32) + 0.5) / np.float32(sx)
            y = piece.y + (np.arange(h, dtype=np.float32) + 0.5) / np.float32(sy)
            light = self._with_lamps(light, surface, x, y)
        light = surface.lit * light + (1 - surface.lit)
        full = np.full((h, w, 4), LIGHT_UNIT, np.uint8)
        full[..., :3] = np.clip(light * LIGHT_UNIT, 0, 255)
        return full

    def _sunlit(
        self, surface: Surface, piece: _Piece, size: tuple[int, int], scale: tuple[float, float]
    ) -> npt.NDArray[np.float32]:
        mask = np.zeros((size[1], size[0]), np.uint8)
        part = (piece.x, piece.y, piece.x + piece.width, piece.y + piece.height)
        for hull in shadows_on(surface.plane, self._solids(), self.light.direction, part):
            points = (hull - [piece.x, piece.y]) * scale
            cv2.fillConvexPoly(mask, np.round(points * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        sigma = self.light.blur * scale[0]
        if sigma > 0.3:
            mask = cv2.GaussianBlur(mask, (0, 0), min(sigma, 12))
        return np.asarray(1 - np.asarray(mask, np.float32) / 255, np.float32)

    def _solids(self) -> npt.NDArray[np.float64]:
        """Corners of all solids, (K, 8, 3); flat ones have each corner twice."""
        if self._stacked is None or len(self._stacked) != len(self.casters):
            eight = [c if len(c) == 8 else np.concatenate([c, c]) for c in self.casters]
            self._stacked = np.array(eight).reshape(-1, 8, 3)
        return self._stacked

    def _with_lamps(self, light: npt.NDArray[np.float32], surface: Surface, x: npt.NDArray[np.float32],
                    y: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:  # fmt: skip
        plane = surface.plane
        for lamp in self.light.lamps:
            offset = lamp.position - plane.origin
            px, py, out = float(offset @ plane.right), float(offset @ plane.down), float(offset @ plane.normal)
            if out <= 0:
                continue
            squared = (x[None] - px) ** 2 + (y[:, None] - py) ** 2 + np.float32(out) ** 2
            fall = lamp.strength * np.exp(-squared / np.float32(lamp.reach**2))
            added = fall[..., None].astype(np.float32) * np.array(lamp.colour, np.float32)
            light = np.asarray(light + added, np.float32)
        if surface.edge_shade:
            near = np.minimum(np.minimum(x, plane.width - x)[None], np.minimum(y, plane.height - y)[:, None])
            light = (
                light * (1 - surface.edge_shade * np.exp(-np.clip(near, 0, None) / 0.35)).astype(np.float32)[..., None]
            )
        return light

    def depth(self, seen: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
        """Exact distance along the optical axis at each pixel's centre, (H, W); infinite on the backdrop."""
        found = np.full(seen.shape, np.inf)
        for number in np.unique(seen[seen >= 0]).tolist():
            rows, columns = np.nonzero(seen == number)
            found[rows, columns] = self.surfaces[number].plane.depth(self.camera, columns + 0.5, rows + 0.5)
        return found


@dataclass(frozen=True, slots=True)
class _Piece:
    """A rectangle of a surface in metres, painted at `scale` pixels per metre."""

    x: float
    y: float
    width: float
    height: float
    scale: float
    whole: bool


def _pieces(visible: Points, plane: Plane, to_picture: Matrix) -> list[_Piece]:
    """The visible part of a plane, cut so that no piece is seen at scales that differ by more than 2.5 times."""
    low = np.clip(visible.min(axis=0), 0, [plane.width, plane.height])
    high = np.clip(visible.max(axis=0), 0, [plane.width, plane.height])
    todo, done = [(low[0], low[1], high[0], high[1], 0)], []
    while todo:
        x0, y0, x1, y1, level = todo.pop()
        if x1 - x0 < 1e-4 or y1 - y0 < 1e-4:
            continue
        scales = _scales(x0, y0, x1, y1, to_picture)
        if level < 4 and scales.max() > 2.5 * scales.min():
            if _varies_along_x(x0, y0, x1, y1, to_picture):
                middle = (x0 + x1) / 2
                todo += [(x0, y0, middle, y1, level + 1), (middle, y0, x1, y1, level + 1)]
            else:
                middle = (y0 + y1) / 2
                todo += [(x0, y0, x1, middle, level + 1), (x0, middle, x1, y1, level + 1)]
            continue
        mean = math.sqrt(float(scales.max()) * float(scales.min()))
        scale = min(mean * 1.1, math.sqrt(_MOST_PIXELS / ((x1 - x0) * (y1 - y0))))
        done.append((x0, y0, x1 - x0, y1 - y0, max(scale, 4 / max(x1 - x0, y1 - y0)), level))
    return [_Piece(*p[:5], whole=p[5] == 0) for p in done]


def _scales(x0: float, y0: float, x1: float, y1: float, h: Matrix) -> npt.NDArray[np.float64]:
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    ahead = corners @ h[2, :2] + h[2, 2]
    return np.clip(scale_at(corners, h), 1, 3000) if (ahead > 0.05).all() else np.array([1.0, 3000.0])


def _varies_along_x(x0: float, y0: float, x1: float, y1: float, h: Matrix) -> bool:
    return abs(h[2, 0]) * (x1 - x0) > abs(h[2, 1]) * (y1 - y0)


def _painted(surface: Surface, piece: _Piece) -> Pixels:
    w, h = max(2, math.ceil(piece.width * piece.scale)), max(2, math.ceil(piece.height * piece.scale))
    pixels = np.zeros((h, w, 4), np.uint8)
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    canvas.scale(w / piece.width, h / piece.height)
    canvas.translate(-piece.x, -piece.y)
    surface.paint(canvas)
    return pixels


def shadows_on(
    receiver: Plane,
    solids: npt.NDArray[np.float64],
    direction: npt.NDArray[np.float64],
    part: tuple[float, float, float, float],
) -> list[Points]:
    """Hulls (N, 2), in metres on the receiver, of the shadows of solids (K, 8, 3) that fall on a part (x0, y0, x1, y1).

    A solid's corner goes along the light until it meets the plane; corners behind the plane stay where they are.
    """
    along = float(direction @ receiver.normal)
    if along > -1e-3 or len(solids) == 0:
        return []
    offset = solids - receiver.origin
    before = offset @ receiver.normal
    thrown = before.max(axis=1) >= 0.004
    offset, before = offset[thrown], before[thrown]
    fallen = offset + (np.clip(before, 0, None) / -along)[..., None] * direction
    flat = np.stack([fallen @ receiver.right, fallen @ receiver.down], axis=2)
    low, high = flat.min(axis=1), flat.max(axis=1)
    hit = (high[:, 0] >= part[0]) & (high[:, 1] >= part[1]) & (low[:, 0] <= part[2]) & (low[:, 1] <= part[3])
    return [cv2.convexHull(f.astype(np.float32)).reshape(-1, 2).astype(np.float64) for f in flat[hit]]


def _polygon_mask(points: Points, shape: Sequence[int]) -> Pixels:
    mask = np.zeros((shape[0], shape[1]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((points - 0.5) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return mask


def _blend(place: Pixels, patch: Pixels, mask: Pixels) -> None:
    """Put `patch` over `place` where the mask (H, W) says, in place."""
    soft = (mask > 0) & (mask < 255)
    keep = place[soft].astype(np.float32)
    a = mask[soft].astype(np.float32)[:, None] / 255
    mixed = keep + (patch[soft].astype(np.float32) - keep) * a
    np.copyto(place, cv2.copyTo(patch, cv2.inRange(mask, 255, 255), place.copy()))
    place[soft] = np.asarray(mixed, np.uint8)


def _blend_premultiplied(place: Pixels, patch: Pixels, mask: Pixels) -> None:
    """Put premultiplied RGBA over `place`, in place; the mask holds its alpha within the outline."""
    some = mask > 0
    a = mask[some].astype(np.float32)[:, None] / 255
    inside = np.where(patch[..., 3] > 0, 1.0, 0.0)[some][:, None]
    place[some] = np.asarray(np.clip(place[some] * (1 - a) + patch[..., :3][some] * inside, 0, 255), np.uint8)
