"""Photographs and portraits by procedure: landscapes with houses, heads and shoulders.

Not covered: recognisable people or places.
"""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.surface import Surface, mixed
from mmrecipes.core.boxes import Point
from mmrecipes.render.documents.looks import Look

Pixels = npt.NDArray[np.uint8]


def noise(height: int, width: int, rng: random.Random, cells: int) -> npt.NDArray[np.float32]:
    """Smooth noise in 0..1 of about `cells` bumps across."""
    source = np.random.default_rng(rng.randrange(2**32))
    total = np.zeros((height, width), np.float32)
    weight = 0.0
    for octave in range(4):
        n = cells * 2**octave
        coarse = source.random((max(2, n * height // max(width, 1) + 2), n + 2), np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
        weight += 1 / 2**octave
    return np.clip(total / weight, 0, 1)


def photo(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """A landscape: sky, ranges of hills one behind the other, houses; often grey, as newspapers print it."""
    scale = min(1.0, 320 / width)
    pixels = _landscape(max(2, round(width * scale)), max(2, round(height * scale)), rng)
    pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    if look.paper == "tabloid" or rng.random() < 0.3:
        pixels = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    return pixels


def _landscape(width: int, height: int, rng: random.Random) -> Pixels:
    top, low = rng.choice(
        (((120, 165, 215), (235, 225, 210)), ((90, 110, 150), (230, 170, 120)), ((150, 160, 170), (225, 228, 230)))
    )
    ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = np.array(top, np.float32) * (1 - ramp) + np.array(low, np.float32) * ramp
    picture = np.repeat(sky, width, axis=1)
    clouds = noise(height, width, rng, 4)[:, :, None]
    picture += np.clip(clouds - 0.55, 0, 1) * 160
    for n in range(rng.randint(3, 5)):
        base = height * (0.42 + 0.13 * n)
        ridge = base - height * 0.2 / (n + 1) * (noise(2, width, rng, 2 + 2 * n)[0] * 1.6 - 0.5)
        below = slice(max(0, math.floor(float(ridge.min()))), height)
        mask = np.arange(height)[below, None] >= ridge[None, :]
        depth = 1 - n / 6
        colour = np.array((70, 95, 70), np.float32) * (1 - depth) + np.array((140, 155, 165), np.float32) * depth * 0.8
        grain = (noise(height, width, rng, 24)[below] - 0.5)[:, :, None] * (20 + 14 * n)
        np.copyto(picture[below], colour + grain, where=mask[:, :, None])
    if rng.random() < 0.6:
        picture = _houses(np.asarray(picture, np.float32), rng)
    fine = np.random.default_rng(rng.randrange(2**32)).normal(0, 4, (height, width, 1))
    return np.clip(picture + fine, 0, 255).astype(np.uint8)


def _houses(picture: npt.NDArray[np.float32], rng: random.Random) -> npt.NDArray[np.float32]:
    """A row of houses with roofs and windows in the foreground."""
    height, width = picture.shape[:2]
    out = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
    x = rng.randint(0, width // 6)
    while x < width * 0.95:
        w, h = rng.randint(width // 14, width // 7), rng.randint(height // 8, height // 4)
        ground = int(height * rng.uniform(0.86, 0.94))
        wall = rng.choice(((205, 195, 180), (180, 140, 115), (225, 220, 210), (150, 120, 105), (190, 190, 195)))
        roof = rng.choice(((120, 60, 50), (80, 75, 78), (140, 85, 60)))
        cv2.rectangle(out, (x, ground - h), (x + w, ground), wall, -1)
        peak = np.array(
            [[x - 3, ground - h], [x + w + 3, ground - h], [x + w // 2, ground - h - int(h * rng.uniform(0.35, 0.7))]]
        )
        cv2.fillPoly(out, [peak.astype(np.int32)], roof, cv2.LINE_AA)
        for cx in range(x + w // 6, x + w - w // 6, max(6, w // 4)):
            for cy in range(ground - h + h // 6, ground - h // 4, max(8, h // 3)):
                cv2.rectangle(out, (cx, cy), (cx + w // 9, cy + h // 7), (70, 80, 95), -1)
        cv2.rectangle(out, (x, ground), (x + w, min(height, ground + 3)), (70, 80, 60), -1)
        x += w + rng.randint(2, max(3, width // 9))
    return out.astype(np.float32)


def portrait(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """Head and shoulders before a plain ground, softly shaded."""
    surface = Surface(width * 2, height * 2, rng.choice(("#dfe4ea", "#e9e5dd", "#cfd8df", "#e4e4e4")))
    w, h = surface.width, surface.height
    skin = rng.choice(("#e8c4a8", "#d9a987", "#b98560", "#8d5a3c", "#f0d5c0", "#6e452f"))
    hair = rng.choice(("#2a1d16", "#4a3426", "#8a6a42", "#171717", "#8d8d8d", "#b58a55"))
    cloth = rng.choice(("#2c3e5a", "#5a2f3a", "#3c4a3e", "#444444", "#7c7f86", "#8a4b2f"))
    cx, head = w / 2, h * 0.4
    rx, ry = w * rng.uniform(0.19, 0.22), h * rng.uniform(0.2, 0.23)
    long = rng.random() < 0.5
    surface.polygon(_oval(cx, head - ry * 0.12, rx * 1.2, ry * 1.2), hair)
    if long:
        surface.rect((cx - rx * 1.2, head, cx + rx * 1.2, head + ry * rng.uniform(1.2, 1.9)), hair, radius=rx * 0.3)
    surface.polygon(_oval(cx, h * 1.02, w * rng.uniform(0.4, 0.46), h * 0.32), cloth)
    surface.rect(
        (cx - rx * 0.42, head + ry * 0.6, cx + rx * 0.42, h * 0.74), mixed(skin, "#000000", 0.12), radius=rx * 0.2
    )
    surface.polygon(_oval(cx, head + ry * 0.05, rx, ry), skin)
    fringe = [
        (cx + rx * 1.05 * math.cos(a), head - ry * 0.25 - ry * 0.9 * max(0.0, math.sin(a)) ** 0.6)
        for a in np.linspace(0, math.pi, 24)
    ]
    dip = rng.uniform(0.25, 0.5)
    fringe += [(cx - rx * 0.6, head - ry * dip), (cx + rx * rng.uniform(-0.2, 0.4), head - ry * (dip + 0.12))]
    surface.polygon(fringe, hair)
    for side in (-1, 1):
        ex, ey = cx + side * rx * 0.4, head + ry * 0.02
        surface.polygon(_oval(ex, ey, rx * 0.13, ry * 0.06), "#f8f8f8")
        surface.circle((ex, ey), rx * 0.065, "#2b2320")
        surface.line((ex - rx * 0.18, ey - ry * 0.15), (ex + rx * 0.18, ey - ry * 0.17), hair, max(2.0, rx * 0.06))
    shade = mixed(skin, "#000000", 0.25)
    surface.polyline(
        [(cx, head + ry * 0.1), (cx - rx * 0.1, head + ry * 0.36), (cx + rx * 0.05, head + ry * 0.38)],
        shade,
        max(1.5, rx * 0.04),
    )
    surface.polyline(
        [(cx - rx * 0.28, head + ry * 0.6), (cx, head + ry * 0.65), (cx + rx * 0.28, head + ry * 0.59)],
        "#8d4a44",
        max(2.0, rx * 0.07),
    )
    if rng.random() < 0.3:
        for side in (-1, 1):
            surface.circle((cx + side * rx * 0.4, head + ry * 0.03), rx * 0.27, None, "#222222", max(1.5, rx * 0.04))
    pixels = cv2.GaussianBlur(surface.pixels(), (0, 0), max(1.0, w / 130))
    light = 0.86 + 0.22 * (1 - np.linspace(0, 1, w, dtype=np.float32))[None, :, None]
    pixels = np.clip(pixels * light, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _oval(x: float, y: float, rx: float, ry: float) -> list[Point]:
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 48, endpoint=False)]
