"""Indoor places: a room or corridor with signs, a wall with a marker board."""

from __future__ import annotations

import random

import numpy as np
import skia

from mmrecipes.render.scene_text import boards, paints
from mmrecipes.render.scene_text.building import (
    Place,
    Y,
    Z,
    camera_for,
    ceiling_light,
    dark,
    facing,
    ground,
    turned,
)
from mmrecipes.render.scene_text.geometry import Plane
from mmrecipes.render.scene_text.paints import hsv, rgb, shaded
from mmrecipes.render.scene_text.stage import Lamp, Stage

Size = tuple[int, int]


def _shell(
    place: Place, rng: random.Random, left: float, right: float, height: float, far: float
) -> tuple[Plane, Plane, Plane]:
    """Floor, ceiling and the walls behind, left and right; returns the three walls."""
    tint = hsv(rng.random(), rng.uniform(0.0, 0.22), rng.uniform(0.8, 1.0))
    wainscot = rng.random() < 0.35
    low = hsv(rng.random(), rng.uniform(0.1, 0.4), rng.uniform(0.45, 0.8))
    shift = (rng.random(), rng.random())
    floor_look = rng.choice(["planks", "tiles", "concrete", "tiles"])
    floor_tint = hsv(rng.uniform(0.04, 0.13), rng.uniform(0.05, 0.4), rng.uniform(0.55, 0.95))
    floor, lid = (
        ground(left, right, far),
        Plane(np.array([left, -height, -1.0]), np.array([1.0, 0, 0]), Z, right - left, far + 1),
    )

    def floor_paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, right - left, far + 1), floor_look, floor_tint, shift, 1.3)

    def lid_paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, right - left, far + 1), "plaster", rgb(250, 250, 248))
        for k in range(int(far + 1)):
            for x in np.arange(0.6, right - left - 0.8, 1.8).tolist():
                if k % 2:
                    paints.fill(canvas, (x, k, 0.6, 0.6), rgb(255, 255, 250))
                    paints.line_box(canvas, (x, k, 0.6, 0.6), rgb(190, 190, 188), 0.03)

    place.flat("floor", floor, floor_paint, edge_shade=0.35)
    place.flat("ceiling", lid, lid_paint, lit=0.75, edge_shade=0.3)
    walls = (
        facing(left, -height, far, right - left, height),
        Plane(np.array([left, -height, -1.0]), Z, Y, far + 1, height),
        Plane(np.array([right, -height, far]), -Z, Y, far + 1, height),
    )
    for wall in walls:

        def wall_paint(canvas: skia.Canvas, w: float = wall.width) -> None:
            paints.textured(canvas, (0, 0, w, height), "plaster", tint, shift)
            if wainscot:
                paints.textured(canvas, (0, height - 1.1, w, 1.1), "wood", low, shift)
                paints.fill(canvas, (0, height - 1.13, w, 0.05), shaded(low, 0.7))
            paints.fill(canvas, (0, height - 0.1, w, 0.1), rgb(232, 230, 224))
            paints.fill(canvas, (0, height - 0.105, w, 0.01), rgb(120, 118, 112))

        place.flat("wall", wall, wall_paint, edge_shade=0.3)
    return walls


def room(rng: random.Random, size: Size) -> Place:
    """A corridor, café or office seen towards its corner: doors with plates, posters, a pinboard, a menu, exit
    signs."""
    left, right = -rng.uniform(1.4, 2.2), rng.uniform(1.4, 2.2)
    height, far = rng.uniform(2.6, 3.1), rng.uniform(3.0, 4.4)
    yaw = rng.uniform(-0.5, 0.5)
    camera = camera_for((rng.uniform(-0.4, 0.4), -1.55, 0), yaw, rng.uniform(-0.08, 0.06), size, rng.uniform(0.68, 0.9))
    lamp = Lamp(np.array([rng.uniform(-1, 1), -height + 0.5, far - 0.8]), rng.uniform(1.6, 2.6), rng.uniform(0.1, 0.35))
    place = Place("room", Stage(camera, ceiling_light(rng, (lamp,))), dark(*size))
    back, left_wall, right_wall = _shell(place, rng, left, right, height, far)
    for wall, near, length in (
        (back, 0.15, back.width - 0.3),
        (left_wall, 2.0, far - 1.2),
        (right_wall, 0.2, far - 1.2),
    ):
        _furnish_wall(place, wall, near, length, height, rng)
    if rng.random() < 0.6:
        x = rng.uniform(left + 0.4, right - 1.4)
        _table(place, x, far - rng.uniform(1.0, 1.5), rng)
    if rng.random() < 0.3:
        w = rng.uniform(0.6, 0.9)
        sign = facing(rng.uniform(left, right - w), -height + 0.08, far * rng.uniform(0.6, 0.8), w, 0.24)
        place.panel(sign, boards.lightbox(w, 0.24, rng), "direction", thick=0.06)
    return place


def _furnish_wall(place: Place, wall: Plane, start: float, length: float, height: float, rng: random.Random) -> None:
    """Things side by side along a wall."""
    x = start + rng.uniform(0, 0.3)
    while x < start + length - 0.6:
        thing = rng.choice(["door", "posters", "pinboard", "menu", "plate", "window", "gap"])
        room_left = start + length - x
        if thing == "door" and room_left > 1.3:
            _door(place, wall, x, height, rng)
            x += 1.25
        elif thing == "posters":
            for _ in range(rng.randint(1, 2)):
                w = min(rng.uniform(0.45, 0.75), start + length - x)
                h = w * rng.uniform(1.2, 1.45)
                if w > 0.35:
                    place.board(
                        wall,
                        x,
                        height - 1.1 - h - rng.uniform(0, 0.15),
                        boards.paper,
                        w,
                        h,
                        "poster",
                        rng,
                        thick=0.012,
                        colourful=rng.random() < 0.75,
                    )
                x += w + 0.12
        elif thing == "pinboard" and room_left > 1.2:
            w = min(room_left, rng.uniform(1.2, 1.8))
            _pinboard(place, wall, x, height - 2.05, w, 0.95, rng)
            x += w
        elif thing == "menu" and room_left > 0.9:
            w = min(room_left, rng.uniform(0.8, 1.3))
            make = rng.choice([boards.chalkboard, boards.chalkboard, boards.wooden, boards.painted_board])
            place.board(
                wall, x, height - 2.1, make, w, w * rng.uniform(0.65, 1.0), rng.choice(["menu", "notice", "offer"]), rng
            )
            x += w
        elif thing == "plate":
            w = min(rng.uniform(0.45, 0.7), room_left)
            make, role = rng.choice(
                [(boards.warning, "warning"), (boards.enamel, "notice"), (boards.metal_plate, "room")]
            )
            place.board(
                wall, x, height - rng.uniform(1.8, 2.0), make, w, w * rng.uniform(0.6, 0.9), role, rng, thick=0.012
            )
            x += w
        elif thing == "window" and room_left > 1.1:
            _room_window(place, wall, x, height, rng)
            x += 1.1
        x += rng.uniform(0.15, 0.4)


def _door(place: Place, wall: Plane, x: float, height: float, rng: random.Random) -> None:
    colour, seed = hsv(rng.uniform(0.02, 0.65), rng.uniform(0.1, 0.5), rng.uniform(0.4, 0.9)), rng.getrandbits(32)
    glazed = rng.random() < 0.3
    plane = wall.part(x, height - 2.1, 1.05, 2.1, 0.002)
    place.flat(
        "door", plane, lambda c: paints.door(c, (0.07, 0.07, 0.91, 2.03), colour, random.Random(seed), glazed=glazed)
    )
    if not glazed:
        place.board(
            wall,
            x + 0.3,
            height - 1.75,
            rng.choice([boards.metal_plate, boards.enamel]),
            0.45,
            0.22,
            "room",
            rng,
            thick=0.01,
        )


def _room_window(place: Place, wall: Plane, x: float, height: float, rng: random.Random) -> None:
    seed = rng.getrandbits(32)

    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, 1.0, 1.2), rgb(244, 244, 240))
        paints.gradient(canvas, (0.06, 0.06, 0.88, 1.08), [(rgb(232, 242, 252), 1), (rgb(196, 214, 222), 1)])
        own = random.Random(seed)
        for _ in range(5):
            paints.fill(
                canvas,
                (own.uniform(0.06, 0.7), own.uniform(0.6, 0.9), own.uniform(0.1, 0.24), 0.4),
                hsv(own.random(), 0.12, 0.72),
            )
        paints.fill(canvas, (0.06, 1.0, 0.88, 0.14), rgb(150, 160, 146))
        paints.fill(canvas, (0.48, 0.06, 0.04, 1.08), rgb(244, 244, 240))
        paints.line_box(canvas, (0.06, 0.06, 0.88, 1.08), rgb(170, 170, 166), 0.015)

    place.flat("window", wall.part(x, height - 2.2, 1.0, 1.2, 0.002), paint, lit=0.3)


def _pinboard(place: Place, wall: Plane, x: float, y: float, w: float, h: float, rng: random.Random) -> None:
    """A cork board with sheets of paper, each a little askew."""

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "cork", rgb(255, 250, 240))
        paints.line_box(canvas, (0.015, 0.015, w - 0.03, h - 0.03), rgb(128, 92, 58), 0.035)

    board = wall.part(x, y, w, h, 0.025)
    place.stage.cast(board, wall.part(x, y, w, h))
    place.sides(board, 0.025, rgb(120, 90, 60))
    place.flat("pinboard", board, paint)
    px = 0.08
    while px < w - 0.4:
        sw = rng.uniform(0.3, 0.46)
        sh = sw * rng.uniform(0.8, 1.4)
        if px + sw > w - 0.05:
            break
        place.board(
            board,
            px,
            rng.uniform(0.07, max(0.08, h - sh - 0.07)),
            boards.paper,
            sw,
            sh,
            "notice",
            rng,
            thick=0.003,
            turn=rng.uniform(-0.07, 0.07),
        )
        px += sw + rng.uniform(0.04, 0.12)


def _table(place: Place, x: float, z: float, rng: random.Random) -> None:
    wood = hsv(rng.uniform(0.05, 0.1), rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.95))
    top = ground(x, x + 1.1, z + 0.6, z, -0.74)
    front = facing(x, -0.74, z, 1.1, 0.06)
    for px in (x + 0.06, x + 1.04):
        place.post(px, z + 0.03, -0.7, 0.05, shaded(wood, 0.7))
    place.stage.cast(top)
    place.flat("table", top, lambda c: paints.textured(c, (0, 0, 1.1, 0.6), "wood", wood))
    place.flat("table edge", front, lambda c: paints.textured(c, (0, 0, 1.1, 0.06), "wood", shaded(wood, 0.8)))
    w = rng.uniform(0.26, 0.4)
    card = turned(facing(x + rng.uniform(0.1, 0.6), -0.74 - w * 0.8, z + 0.3, w, w * 0.8), rng.uniform(-0.5, 0.5), 0.18)
    place.panel(card, rng.choice([boards.paper, boards.chalkboard])(w, w * 0.8, rng), "reserved", thick=0.006)


def marker_wall(rng: random.Random, size: Size) -> Place:
    """A meeting or class room wall with a marker board, sheets of paper and a desk's edge."""
    far = rng.uniform(2.2, 3.2)
    yaw = rng.uniform(-0.45, 0.45)
    camera = camera_for((rng.uniform(-0.5, 0.5), -1.5, 0), yaw, rng.uniform(-0.03, 0.06), size, rng.uniform(0.75, 1.0))
    place = Place("whiteboard", Stage(camera, ceiling_light(rng)), dark(*size))
    back, left, right = _shell(place, rng, -rng.uniform(2.2, 3.2), rng.uniform(2.2, 3.2), 2.7, far)
    w, h = rng.uniform(1.7, 2.4), rng.uniform(1.0, 1.2)
    centre = -back.origin[0] + far * np.tan(yaw) * 0.8 + place.stage.camera.position[0]
    x = float(np.clip(centre - w / 2 + rng.uniform(-0.3, 0.3), 0.4, back.width - w - 0.4))
    make = boards.whiteboard if rng.random() < 0.75 else boards.chalkboard
    site = place.board(back, x, 2.7 - 2.05, make, w, h, "whiteboard", rng, thick=0.03)
    tray = Plane(site.plane.at(w * 0.2, h, 0.06), site.plane.right, site.plane.down, w * 0.6, 0.035)
    place.box(tray, 0.06, lambda c: paints.fill(c, (0, 0, w * 0.6, 0.035), rgb(170, 174, 180)), rgb(190, 192, 196))
    for side in (-1, 1):
        sx = x - 0.55 if side < 0 else x + w + 0.15
        if rng.random() < 0.7 and 0.05 < sx < back.width - 0.5:
            sw = rng.uniform(0.32, 0.42)
            place.board(
                back,
                sx,
                2.7 - rng.uniform(1.7, 2.0),
                boards.paper,
                sw,
                sw * 1.35,
                rng.choice(["notice", "poster"]),
                rng,
                thick=0.003,
                colourful=rng.random() < 0.5,
                turn=rng.uniform(-0.03, 0.03),
            )
    for wall, start in ((left, far - 0.9), (right, 0.3)):
        if rng.random() < 0.6:
            place.board(wall, start, 2.7 - 1.9, boards.paper, 0.5, 0.7, "poster", rng, thick=0.01, colourful=True)
    if rng.random() < 0.6:
        _table(place, rng.uniform(-1.2, 0.4), far - rng.uniform(0.9, 1.2), rng)
    return place
