"""Outdoor places: a row of shops seen from across the pavement or along it, a wall with notices, a roadside board."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import skia

from mmrecipes.render.scene_text import boards, paints
from mmrecipes.render.scene_text.building import (
    Place,
    X,
    Y,
    camera_for,
    daylight,
    facing,
    ground,
    sky,
    turned,
)
from mmrecipes.render.scene_text.geometry import Plane
from mmrecipes.render.scene_text.paints import BLACK, WHITE, Rgb, hsv, rgb, shaded
from mmrecipes.render.scene_text.stage import Stage

Size = tuple[int, int]


def _wall_look(rng: random.Random) -> tuple[str, Rgb]:
    name = rng.choice(["brick", "brick", "plaster", "plaster", "concrete", "planks"])
    if name == "brick":
        return name, rng.choice(
            [rgb(196, 104, 78), rgb(176, 92, 74), rgb(214, 168, 122), rgb(226, 214, 196), rgb(132, 92, 84)]
        )
    if name == "planks":
        return name, hsv(rng.random(), 0.25, rng.uniform(0.6, 1.0))
    return name, hsv(rng.random(), rng.uniform(0.02, 0.28), rng.uniform(0.75, 1.0))


def _open_ground(place: Place, rng: random.Random, far: float, kerb: float) -> None:
    """Pavement up to the kerb, then road."""
    shift = (rng.random(), rng.random())
    tint = shaded(rgb(244, 240, 232), rng.uniform(0.75, 1.05))
    plane = ground(-30, 30, far, -2)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, 60, far - kerb), "paving", tint, shift)
        paints.textured(canvas, (0, far - kerb + 0.15, 60, kerb + 3), "asphalt", rgb(230, 230, 234), shift)
        paints.fill(canvas, (0, far - kerb, 60, 0.15), rgb(176, 174, 168))
        paints.gradient(canvas, (0, 0, 60, 0.5), [(BLACK, 0.35), (BLACK, 0)])

    place.flat("ground", plane, paint)


def _upper_floor(canvas: skia.Canvas, width: float, rows: list[float], step: float, frame: Rgb, seed: int) -> None:
    rng = random.Random(seed)
    w = rng.uniform(0.8, 1.2)
    panes = rng.choice([(2, 2), (1, 2), (2, 3)])
    for y in rows:
        x = 0.9
        while x + w < width - 0.4:
            paints.window(canvas, (x, y, w, 1.5), frame, rng, panes)
            x += step


def shops(rng: random.Random, size: Size, *, along: bool) -> Place:
    """A terrace of shops: fascia boards, display windows, doors, awnings, hanging signs, plates and a board on the
    pavement; seen from across the pavement, or `along` it with strong foreshortening."""
    distance = rng.uniform(3.0, 5.6) if not along else rng.uniform(2.2, 3.4)
    yaw = rng.choice([-1, 1]) * (rng.uniform(0.06, 0.5) if not along else rng.uniform(0.6, 0.95))
    camera = camera_for((0, -rng.uniform(1.5, 1.9), 0), yaw, rng.uniform(0.1, 0.22), size, rng.uniform(0.72, 1.0))
    place = Place("street" if along else "facade", Stage(camera, daylight(rng)), sky(*size, rng))
    total, height = 30.0, rng.uniform(6.2, 7.5)
    wall = facing(-total / 2, -height, distance, total, height)
    _open_ground(place, rng, distance, max(0.5, distance - rng.uniform(1.8, 2.6)))
    texture, tint = _wall_look(rng)
    shift, seed = (rng.random(), rng.random()), rng.getrandbits(32)
    frame = rng.choice([rgb(240, 238, 232), rgb(60, 56, 52), rgb(224, 216, 196)])
    fascia_top = height - rng.uniform(3.1, 3.4)
    rows = [max(0.4, fascia_top - 2.6)]
    step = rng.uniform(1.9, 2.8)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, total, height), texture, tint, shift)
        _upper_floor(canvas, total, rows, step, frame, seed)
        for y in (0.0, fascia_top - 0.35):
            paints.gradient(canvas, (0, y, total, 0.22), [(rgb(226, 222, 212), 1), (rgb(150, 146, 138), 1)])
            paints.gradient(canvas, (0, y + 0.22, total, 0.2), [(BLACK, 0.45), (BLACK, 0)])
        paints.weathered(canvas, (0, 0, total, height), shift)

    place.flat("wall", wall, paint)
    x = rng.uniform(-0.5, 0.8) + total / 2 - 12
    while x < total / 2 + 10:
        width = rng.uniform(3.2, 5.0)
        _shop(place, wall, x, width, fascia_top, height, rng)
        x += width + rng.uniform(0.25, 0.9)
        if x < total / 2 + 10 and rng.random() < 0.35:
            _wall_strip(place, wall, x, height, rng)
            x += 1.5
    _street_things(place, wall, distance, rng)
    return place


def _shop(place: Place, wall: Plane, x: float, width: float, top: float, height: float, rng: random.Random) -> None:
    """One shop front, between its piers, below the fascia."""
    colour = hsv(rng.random(), rng.uniform(0.25, 0.7), rng.choice([0.22, 0.32, 0.45, 0.8]))
    fascia = rng.uniform(0.5, 0.75)
    low = height - 0.45
    front = wall.part(x, top + fascia, width, height - top - fascia, 0.01)
    door_w = 0.95
    door_left = rng.random() < 0.5
    seed = rng.getrandbits(32)
    window_x = door_w + 0.25 if door_left else 0.12
    window_w = width - door_w - 0.37
    glass_h = low - top - fascia

    def paint(canvas: skia.Canvas) -> None:
        own = random.Random(seed)
        h = height - top - fascia
        paints.textured(canvas, (0, 0, width, h), "wood", shaded(colour, 1.1), (own.random(), own.random()))
        paints.shop_window(canvas, (window_x, 0.08, window_w, glass_h - 0.1), shaded(colour, 0.8), own)
        paints.door(
            canvas, (0.12 if door_left else width - door_w - 0.12, h - 2.12, door_w, 2.1), colour, own, glazed=True
        )
        paints.line_box(canvas, (window_x + 0.05, glass_h + 0.06, window_w - 0.1, 0.3), shaded(colour, 0.6), 0.02)
        paints.gradient(canvas, (0, 0, width, 0.16), [(BLACK, 0.5), (BLACK, 0)])

    place.flat("shop", front, paint)
    make = rng.choice([boards.painted_board, boards.painted_board, boards.lightbox, boards.wooden])
    options: dict[str, Any] = {"ground": colour} if make is boards.painted_board and rng.random() < 0.6 else {}
    place.board(wall, x - 0.05, top, make, width + 0.1, fascia, "shop", rng, thick=rng.uniform(0.06, 0.16), **options)
    if rng.random() < 0.3:
        _awning(place, wall, x + 0.05, top + fascia + 0.02, width - 0.1, colour, rng)
    elif rng.random() < 0.7:
        w = min(window_w * 0.62, rng.uniform(0.7, 1.5))
        place.board(
            front,
            window_x + rng.uniform(0.1, max(0.11, window_w - w - 0.1)),
            glass_h * rng.uniform(0.3, 0.55),
            boards.paper,
            w,
            w * rng.uniform(0.55, 1.2),
            rng.choice(["offer", "poster", "menu", "hours"]),
            rng,
            thick=0.003,
            colourful=rng.random() < 0.5,
        )
    if rng.random() < 0.45:
        _hanging_sign(place, wall, x + rng.choice([0.05, width - 0.15]), top - rng.uniform(0.1, 0.5), rng)


def _awning(place: Place, wall: Plane, x: float, y: float, width: float, colour: Rgb, rng: random.Random) -> None:
    """A sloping striped roof of cloth with a lettered valance."""
    reach, drop, lip = rng.uniform(0.7, 1.0), rng.uniform(0.35, 0.5), rng.uniform(0.26, 0.34)
    origin, slope = wall.at(x, y, 0.02), np.sqrt(reach**2 + drop**2)
    down = (reach * wall.normal + drop * wall.down) / slope
    roof = Plane(origin, wall.right, down, width, slope)
    front = Plane(origin + down * slope, wall.right, wall.down, width, lip)
    light = hsv(rng.random(), 0.1, 0.95)
    stripes = rng.random() < 0.6

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, width, slope), "fabric", shaded(colour, 1.2))
        if stripes:
            for k in range(int(width / 0.5) + 1):
                paints.textured(canvas, (k * 0.5, 0, 0.25, slope), "fabric", light)

    place.stage.cast(roof)
    place.flat("awning", roof, paint)
    ground_colour = shaded(colour, 1.2)

    def lip_paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, width, lip), "fabric", ground_colour)
        paints.fill(canvas, (0, lip - 0.015, width, 0.015), light)

    place.panel(
        front,
        boards.Face(lip_paint, ground_colour, boards.inks_on(ground_colour, rng), 0.045, "print"),
        "valance",
        thick=0.0,
    )


def _hanging_sign(place: Place, wall: Plane, x: float, y: float, rng: random.Random) -> None:
    """A board on a bracket, square to the wall; the side turned to the camera is lettered."""
    w, h = rng.uniform(0.6, 0.9), rng.uniform(0.5, 0.95)
    start = wall.at(x, y, 0.15)
    towards = place.stage.camera.position - start
    right = wall.normal if float(towards @ wall.right) < 0 else -wall.normal
    origin = start if float(towards @ wall.right) < 0 else start + w * wall.normal
    plane = Plane(origin, right, wall.down, w, h)
    arm = Plane(origin - 0.09 * wall.down, right, wall.down, w, 0.04)
    place.flat("bracket", arm, lambda c: paints.fill(c, (0, 0, w, 0.04), rgb(30, 30, 32)))
    make = rng.choice([boards.painted_board, boards.lightbox, boards.wooden])
    place.panel(plane, make(w, h, rng), "hanging", thick=0.05)


def _wall_strip(place: Place, wall: Plane, x: float, height: float, rng: random.Random) -> None:
    """Plates and posters on bare wall between two shops."""
    if rng.random() < 0.6:
        w = rng.uniform(0.9, 1.2)
        place.board(
            wall, x + 0.1, height - rng.uniform(2.8, 3.0), boards.enamel, w, w * 0.28, "street", rng, thick=0.015
        )
    kind = rng.random()
    if kind < 0.5:
        w = rng.uniform(0.7, 1.0)
        place.board(
            wall,
            x + 0.15,
            height - 2.2,
            boards.paper,
            w,
            w * 1.4,
            "poster",
            rng,
            thick=0.003,
            colourful=True,
            turn=rng.uniform(-0.03, 0.03),
        )
    elif kind < 0.8:
        place.board(
            wall, x + 0.2, height - 2.0, boards.warning, 0.8, rng.uniform(0.5, 0.9), "warning", rng, thick=0.012
        )
    else:
        place.board(wall, x + 0.2, height - 1.9, boards.metal_plate, 0.8, 0.5, "plate", rng, thick=0.02)


def _street_things(place: Place, wall: Plane, distance: float, rng: random.Random) -> None:
    """What stands on the pavement: boards, bollards, lamp posts, sign posts."""

    def somewhere(low: float, high: float) -> tuple[float, float]:
        z = rng.uniform(low, high) * distance
        yaw = np.arctan2(place.stage.camera.rotation[2, 0], place.stage.camera.rotation[2, 2])
        return float(z * np.tan(yaw + rng.uniform(-0.42, 0.42))), z

    if rng.random() < 0.55:
        x, z = somewhere(0.62, 0.85)
        _pavement_board(place, x, z, rng)
    if rng.random() < 0.35:
        x, z = somewhere(0.6, 0.9)
        _sign_post(place, x, z, rng)
    for _ in range(rng.choice([0, 0, 1, 2, 3])):
        x, z = somewhere(0.55, 0.8)
        place.post(x, z, -0.95, 0.11, rgb(46, 48, 52))
    if rng.random() < 0.3:
        x, z = somewhere(0.5, 0.8)
        place.post(x, z, -5.5, 0.13, rng.choice([rgb(70, 76, 72), rgb(126, 128, 130)]))


def _pavement_board(place: Place, x: float, z: float, rng: random.Random) -> None:
    """An A-board."""
    w, h = rng.uniform(0.6, 0.75), rng.uniform(0.9, 1.1)
    yaw = -np.arctan2(x, z) * rng.uniform(0.4, 1.0) + rng.uniform(-0.25, 0.25)
    plane = turned(facing(x - w / 2, -h, z, w, h), yaw, 0.16)
    make = rng.choice([boards.chalkboard, boards.chalkboard, boards.painted_board, boards.wooden])
    place.panel(plane, make(w, h, rng), rng.choice(["menu", "offer", "menu"]), thick=0.03)


def _sign_post(place: Place, x: float, z: float, rng: random.Random) -> None:
    """A post with one to three plates."""
    place.post(x, z, -2.9, 0.07, rgb(140, 144, 148))
    top, yaw = -2.85, rng.uniform(-0.35, 0.35) - np.arctan2(x, z) * 0.7
    kind = rng.choice(["direction", "direction", "parking", "warning"])
    scheme = rng.choice([(rgb(20, 100, 62), WHITE), (rgb(24, 66, 140), WHITE), (rgb(246, 246, 242), rgb(20, 20, 22))])
    for _ in range(rng.randint(1, 3)):
        w, h = rng.uniform(0.75, 1.05), rng.uniform(0.24, 0.3) if kind == "direction" else rng.uniform(0.45, 0.6)
        plane = turned(facing(x - w / 2, top, z - 0.06, w, h), yaw)
        face = boards.warning(w, h, rng) if kind == "warning" else boards.enamel(w, h, rng, scheme)
        place.panel(plane, face, kind, thick=0.02)
        top += h + 0.05
        if kind == "warning":
            break


def notice_wall(rng: random.Random, size: Size) -> Place:
    """A wall or hoarding near by with posters, warnings and plates."""
    distance = rng.uniform(1.7, 2.6)
    yaw = rng.uniform(-0.65, 0.65)
    camera = camera_for((0, -1.6, 0), yaw, rng.uniform(-0.05, 0.08), size, rng.uniform(0.75, 1.05))
    place = Place("notice wall", Stage(camera, daylight(rng)), sky(*size, rng))
    height = rng.uniform(2.6, 3.4)
    wall = facing(-9, -height, distance, 18, height)
    _open_ground(place, rng, distance, 0.4)
    texture, tint = _wall_look(rng)
    shift = (rng.random(), rng.random())

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, 18, height), texture, tint, shift)
        paints.weathered(canvas, (0, 0, 18, height), shift)
        paints.gradient(canvas, (0, height - 0.5, 18, 0.5), [(BLACK, 0.0), (rgb(50, 46, 40), 0.4)])
        paints.gradient(canvas, (0, 0, 18, 0.12), [(rgb(200, 198, 190), 1), (rgb(140, 138, 130), 1)])

    place.flat("wall", wall, paint)
    x = 9 + distance * np.tan(yaw) - rng.uniform(1.2, 1.8)
    for _ in range(rng.randint(3, 5)):
        role, make, w, h, thick = rng.choice(_NOTICES)
        w *= rng.uniform(0.85, 1.2)
        y = height - 1.6 - h * w * rng.uniform(0.35, 0.75)
        colourful = {"colourful": rng.random() < 0.7} if make is boards.paper else {}
        turn = rng.uniform(-0.04, 0.04) if make is boards.paper else 0.0
        place.board(wall, x, y, make, w, h * w, role, rng, thick=thick, turn=turn, **colourful)
        x += w + rng.uniform(0.08, 0.4)
    if rng.random() < 0.35:
        place.post(
            distance * 0.6 * np.tan(yaw + rng.uniform(-0.35, 0.35)), distance * 0.6, -2.8, 0.05, rgb(120, 122, 126)
        )
    return place


_NOTICES = (
    ("poster", boards.paper, 0.7, 1.4, 0.003), ("poster", boards.paper, 0.6, 1.35, 0.003),
    ("notice", boards.paper, 0.45, 1.3, 0.003), ("warning", boards.warning, 0.6, 0.8, 0.012),
    ("warning", boards.warning, 0.7, 0.5, 0.012), ("plate", boards.metal_plate, 0.6, 0.62, 0.015),
    ("street", boards.enamel, 0.9, 0.27, 0.015), ("hours", boards.painted_board, 0.6, 1.0, 0.03),
    ("notice", boards.enamel, 0.6, 0.75, 0.012),
)  # fmt: skip


def roadside(rng: random.Random, size: Size) -> Place:
    """Open country with a large board on posts, hedges and hills."""
    camera = camera_for((0, -1.6, 0), 0.0, rng.uniform(0.03, 0.1), size, rng.uniform(0.8, 1.1))
    place = Place("roadside", Stage(camera, daylight(rng)), sky(*size, rng))
    shift = (rng.random(), rng.random())
    for z, top, tone in (
        (60.0, rng.uniform(-9, -5), rgb(150, 168, 180)),
        (40.0, rng.uniform(-5, -3), rgb(110, 138, 120)),
    ):
        _hills(place, z, top, tone, rng.getrandbits(32))
    plane = ground(-60, 60, 40, -2)

    def meadow(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, 120, 42), "grass", rgb(236, 240, 210), shift, 1.6)
        paints.gradient(canvas, (0, 0, 120, 30), [(rgb(170, 190, 150), 0.55), (rgb(170, 190, 150), 0)])

    place.flat("meadow", plane, meadow)
    _hedge(place, rng.uniform(14, 20), rng)
    z = rng.uniform(3.4, 6.0)
    w, h = z * rng.uniform(0.42, 0.62), z * rng.uniform(0.22, 0.36)
    x = z * rng.uniform(-0.18, 0.18)
    bottom = -rng.uniform(0.9, 1.3)
    for px in (x - w * 0.36, x + w * 0.36):
        place.post(px, z + 0.06, bottom - h * 0.9, 0.13, rgb(128, 108, 84))
    make = rng.choice([boards.painted_board, boards.wooden, boards.enamel, boards.painted_board])
    yaw = rng.uniform(-0.6, 0.6)
    board = turned(facing(x - w / 2, bottom - h, z, w, h), yaw)
    place.panel(board, make(w, h, rng), rng.choice(["billboard", "billboard", "welcome", "direction"]), thick=0.07)
    if rng.random() < 0.7:
        side = rng.choice([-1, 1])
        _sign_post(place, x + side * (w / 2 + rng.uniform(0.2, 0.5)), z * rng.uniform(0.75, 0.95), rng)
    return place


def _hills(place: Place, z: float, top: float, tone: Rgb, seed: int) -> None:
    plane = facing(-2 * z, top, z, 4 * z, -top)
    own = random.Random(seed)
    bumps = [(own.uniform(0, 4 * z), own.uniform(0.2, 0.5) * z) for _ in range(9)]

    def paint(canvas: skia.Canvas) -> None:
        for x, r in bumps:
            canvas.drawOval(skia.Rect.MakeXYWH(x - r, -top * 0.1, 2 * r, -top * 2.4), paints.paint_of(tone))
        paints.fill(canvas, (0, -top * 0.7, 4 * z, -top), tone)

    place.flat("hills", plane, paint, see_through=True, lit=0.0, shadows=False)


def _hedge(place: Place, z: float, rng: random.Random) -> None:
    h = rng.uniform(1.3, 3.2)
    plane = Plane(np.array([-z * 1.4, -h, z]), X, Y, z * 2.8, h)
    seed = rng.getrandbits(32)

    def paint(canvas: skia.Canvas) -> None:
        own = random.Random(seed)
        path = skia.Path()
        x = -1.0
        while x < z * 2.8 + 1:
            r = own.uniform(0.35, 0.5) * h
            path.addCircle(x, h - r * own.uniform(1.0, 1.7), r)
            x += r * own.uniform(0.5, 1.3)
        path.addRect(skia.Rect.MakeXYWH(0, h * 0.6, z * 2.8, h))
        canvas.save()
        canvas.clipPath(path, True)
        paints.textured(canvas, (0, 0, z * 2.8, h), "leaves", rgb(216, 230, 200), (own.random(), own.random()), 1.3)
        paints.gradient(canvas, (0, 0, z * 2.8, h), [(WHITE, 0.12), (BLACK, 0.5)])
        canvas.restore()

    place.flat("hedge", plane, paint, see_through=True)
