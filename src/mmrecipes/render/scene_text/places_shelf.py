"""A shop's shelf: goods in boxes and tins, price tags, a sign above."""

from __future__ import annotations

import random

import numpy as np
import skia

from mmrecipes.render.homography import scale_at
from mmrecipes.render.scene_text import boards, paints
from mmrecipes.render.scene_text.building import Place, X, Z, camera_for, ceiling_light, dark, facing, ground
from mmrecipes.render.scene_text.geometry import Camera, Plane
from mmrecipes.render.scene_text.paints import BLACK, WHITE, Rgb, hsv, rgb, shaded
from mmrecipes.render.scene_text.stage import Paint, Stage

Size = tuple[int, int]
_DEEP, _WIDTH = 0.42, 9.0
_EDGE = 0.062
"""Height of a board's front edge; all in metres."""
_LEAST_TAG_SCALE = 430.0
"""Pixels per metre from which on a price of six digits can be read on a tag."""
_LEVELS = (-1.78, -1.36, -0.94, -0.5)


def shelves(rng: random.Random, size: Size) -> Place:
    """A shop's shelf: boards with goods in boxes and tins, price tags along the edges, a sign above."""
    distance = rng.uniform(1.25, 1.9)
    yaw = rng.choice([-1, 1]) * rng.uniform(0.05, 0.6)
    camera = camera_for((0, -1.45, 0), yaw, rng.uniform(-0.04, 0.06), size, rng.uniform(0.72, 0.95))
    place = Place("shelf", Stage(camera, ceiling_light(rng)), dark(*size))
    back = facing(-_WIDTH / 2, -2.9, distance + _DEEP, _WIDTH, 2.9)
    tint = hsv(rng.random(), rng.uniform(0, 0.15), rng.uniform(0.6, 0.95))
    wood = rng.random() < 0.4
    floor = ground(-_WIDTH, _WIDTH, distance + _DEEP)
    place.flat(
        "floor", floor, lambda c: paints.textured(c, (0, 0, 2 * _WIDTH, 5), "tiles", rgb(226, 220, 210), scale=1.4)
    )
    place.flat("back", back, lambda c: paints.textured(c, (0, 0, _WIDTH, 2.9), "plaster", shaded(tint, 0.85)))
    board = hsv(0.08, 0.4, 0.8) if wood else tint
    edge_tint = rng.choice([rgb(200, 40, 40), rgb(236, 236, 232), rgb(60, 66, 74), rgb(30, 90, 60)])
    seen = _seen_x(camera, distance, yaw)
    if rng.random() < 0.7:
        w = rng.uniform(1.0, 1.7)
        top = facing(
            rng.uniform(seen[0] + 0.1, max(seen[0] + 0.2, seen[1] - w)),
            -2.18,
            distance - 0.02,
            w,
            rng.uniform(0.24, 0.3),
        )
        place.panel(top, rng.choice([boards.painted_board, boards.lightbox])(w, top.height, rng), "aisle", thick=0.04)
    shades = [(shaded(edge_tint, 1.1), 1.0), (shaded(edge_tint, 0.75), 1.0)]
    for y in _LEVELS:
        _board(place, y, distance, "wood" if wood else "plaster", board)
        _goods(place, y, distance, 0.36, seen, rng)
        edge = facing(-_WIDTH / 2, y, distance - 0.005, _WIDTH, _EDGE)
        place.flat("edge", edge, lambda c: paints.gradient(c, (0, 0, _WIDTH, _EDGE), shades))
        _price_tags(place, y, distance, seen, rng)
    return place


def _board(place: Place, y: float, distance: float, texture: str, colour: Rgb) -> None:
    """A shelf's board, seen from above or from below."""
    top = ground(-_WIDTH / 2, _WIDTH / 2, distance + _DEEP, distance, y)
    under = Plane(np.array([-_WIDTH / 2, y + 0.05, distance]), X, Z, _WIDTH, _DEEP)
    place.stage.cast(top)
    place.flat("shelf", top, lambda c: paints.textured(c, (0, 0, _WIDTH, _DEEP), texture, colour), edge_shade=0.4)
    place.flat("under", under, lambda c: paints.fill(c, (0, 0, _WIDTH, _DEEP), shaded(colour, 0.35)))


def _can_hold_a_price(tag: Plane, camera: Camera) -> bool:
    """Whether a tag is large enough in the picture, and wholly in it: no tag is left blank."""
    corners = tag.outline(camera)
    if corners is None or (corners < 4).any() or (corners > [camera.width - 4, camera.height - 4]).any():
        return False
    return float(scale_at(np.array([[0, 0.0], [tag.width, 0.0]]), tag.homography(camera)).min()) >= _LEAST_TAG_SCALE


def _price_tags(place: Place, y: float, distance: float, seen: tuple[float, float], rng: random.Random) -> None:
    x = seen[0] + rng.uniform(0.05, 0.3)
    while x < seen[1] - 0.2:
        if rng.random() < 0.6:
            w = rng.uniform(0.2, 0.26)
            plane = facing(x, y - 0.02, distance - 0.012, w, 0.115)
            ground_colour = rng.choice([WHITE, WHITE, rgb(252, 226, 60)])
            if _can_hold_a_price(plane, place.stage.camera):
                place.panel(plane, boards.label(w, plane.height, rng, ground_colour), "price", thick=0.002)
        x += rng.uniform(0.3, 0.55)


def _seen_x(camera: Camera, z: float, yaw: float) -> tuple[float, float]:
    """World x from the left to the right rim of the picture on the plane at depth z, kept within 2.6 metres."""
    half = np.arctan2(camera.width / 2, camera.focal)
    low, high = (float(z * np.tan(np.clip(yaw + s * half, -1.2, 1.2))) for s in (-1, 1))
    return max(low, -2.6), min(high, 2.6)


def _goods(
    place: Place, y: float, distance: float, room_above: float, seen: tuple[float, float], rng: random.Random
) -> None:
    """Boxes and tins side by side on a shelf, mostly several of one kind."""
    x = seen[0] - 0.1
    camera_x = place.stage.camera.position[0]
    things: list[tuple[float, float, float, Rgb, bool, int]] = []
    while x < seen[1] + 0.1:
        w, h = rng.uniform(0.12, 0.36), rng.uniform(0.16, room_above - 0.03)
        tin = rng.random() < 0.3
        w = min(w, 0.13) if tin else w
        h = min(h, 0.2) if tin else h
        colour = hsv(rng.random(), rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.95))
        seed = rng.getrandbits(32)
        for _ in range(rng.choice([1, 2, 2, 3])):
            things.append((x, w, h, colour, tin, seed))
            x += w + rng.uniform(0.004, 0.02)
        x += rng.choice([0.01, 0.02, 0.1])
    for x, w, h, colour, tin, seed in sorted(things, key=lambda t: -abs(t[0] + t[1] / 2 - camera_x)):
        own = random.Random(seed)
        front = facing(x, y - h, distance + own.uniform(0.03, 0.07), w, h)
        if tin:
            place.stage.cast(front)
            place.flat("tin", front, _tin(w, h, colour, own.random()))
        elif w > 0.2:
            place.panel(front, boards.label(w, h, own, colour), "product", thick=0.14)
        else:
            face = boards.label(w, h, own, colour)
            place.box(front, 0.14, _packet(face, w, h, own.random()), shaded(colour, 0.8))


def _packet(face: boards.Face, w: float, h: float, hue: float) -> Paint:
    def paint(canvas: skia.Canvas) -> None:
        face.paint(canvas)
        accent = hsv(hue, 0.5, 0.85)
        canvas.drawOval(skia.Rect.MakeXYWH(w * 0.15, h * 0.3, w * 0.7, h * 0.34), paints.paint_of(accent, 0.8))
        paints.fill(canvas, (w * 0.2, h * 0.72, w * 0.6, h * 0.05), shaded(accent, 0.6))

    return paint


def _tin(w: float, h: float, colour: Rgb, hue: float) -> Paint:
    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, w, h), colour)
        paints.fill(canvas, (0, h * 0.35, w, h * 0.3), hsv(hue, 0.4, 0.9))
        paints.gradient(canvas, (0, 0, w / 2, h), [(BLACK, 0.5), (BLACK, 0.0)], across=True)
        paints.gradient(canvas, (w / 2, 0, w / 2, h), [(WHITE, 0.16), (BLACK, 0.55)], across=True)
        paints.fill(canvas, (0, 0, w, 0.012), rgb(190, 192, 196))

    return paint
