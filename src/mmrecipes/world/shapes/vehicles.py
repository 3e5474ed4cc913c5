"""Vehicles: car, bus, truck, bicycle, boat, plane, hot-air balloon."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin
from random import Random

from mmrecipes.world.brush import Brush
from mmrecipes.world.palette import CREAM, DARK, GLASS, LAMP, STEEL, TYRE, WOOD, mix
from mmrecipes.world.paths import box, oval, poly, ring, smooth, tube

Joints = Mapping[str, float]


def wheel(b: Brush, x: float, y: float, radius: float, spokes: int) -> None:
    """A tyre with a rim, resting at y + radius."""
    b.part(oval(x, y, radius), TYRE, "ball")
    b.part(oval(x, y, radius * 0.58), STEEL, "ball", outline=False)
    for k in range(spokes):
        a = radians(360 * k / spokes + 20)
        b.line(((x, y), (x + 0.5 * radius * cos(a), y + 0.5 * radius * sin(a))), "#7b828a", radius * 0.14)


def car(b: Brush, rng: Random, joints: Joints) -> None:
    roof, nose, spokes = rng.uniform(0.52, 0.66), rng.uniform(0.00, 0.08), rng.choice((0, 5, 6))
    wagon = rng.random() < 0.35
    back = -0.92 if wagon else -0.58
    rear = [(-1.04, -0.06), (back - 0.04, -0.38)] if wagon else [(-1.06, -0.02), (-0.7, -0.08), (back, -0.36)]
    b.body(smooth((-1.08, 0.28), *rear, (-0.3, -0.48), (0.15, -0.48), (0.34, -0.38), (roof, -0.08), (0.98 - nose, 0.0),
                  (1.08, 0.12), (1.08, 0.28), (0.6, 0.34), (-0.6, 0.34)))  # fmt: skip
    b.part(poly((back + 0.1, -0.1), (back + 0.22, -0.38), (-0.12, -0.41), (-0.12, -0.1)), GLASS)
    b.part(poly((-0.04, -0.1), (-0.04, -0.41), (0.16, -0.41), (roof - 0.14, -0.1)), GLASS)
    b.line(((-0.08, -0.06), (-0.08, 0.26)), b.tint("#000000", 0.45), 0.016)
    b.line(((-0.3, 0.04), (-0.19, 0.04)), b.tint("#000000", 0.55), 0.03)
    b.part(oval(1.0, 0.1, 0.06, 0.07), LAMP, "none")
    b.part(box(-1.1, 0.04, -1.02, 0.16, 0.02), "#b3261e", "none")
    b.part(box(-1.11, 0.24, 1.11, 0.33, 0.04), DARK)
    for x in (-0.62, 0.62):
        b.part(oval(x, 0.28, 0.25), "#1c1d20", "none", outline=False)
        wheel(b, x, 0.29, 0.21, spokes)


def bus(b: Brush, rng: Random, joints: Joints) -> None:
    windows, band, double = rng.choice((4, 5)), rng.choice((CREAM, "#ffffff", "#d9dde1")), rng.random() < 0.3
    b.body(box(-1.08, -0.5, 1.08, 0.36, 0.09))
    rows = (-0.42, -0.08) if double else (-0.36,)
    height = 0.22 if double else 0.32
    for top in rows:
        width = 1.66 / windows
        for k in range(windows):
            x = -1.0 + k * width
            b.part(box(x, top, x + width - 0.07, top + height, 0.03), GLASS)
    b.part(box(0.72, -0.3, 1.02, 0.3, 0.04), mix(GLASS, DARK, 0.25))
    b.line(((0.87, -0.28), (0.87, 0.28)), DARK, 0.02)
    if not double:
        b.part(box(-1.08, 0.06, 0.68, 0.14), band, "none", outline=False)
    b.part(oval(1.03, 0.24, 0.05), LAMP, "none")
    b.part(box(-1.1, 0.3, 1.1, 0.38, 0.03), DARK)
    for x in (-0.62, 0.45):
        wheel(b, x, 0.34, 0.155, 6)


def truck(b: Brush, rng: Random, joints: Joints) -> None:
    load, cab = rng.choice(("box", "tank", "open")), rng.uniform(0.46, 0.52)
    b.part(box(-1.06, 0.2, 1.0, 0.3), DARK)
    if load == "box":
        b.body(box(-1.08, -0.5, cab - 0.08, 0.22, 0.03))
    elif load == "tank":
        b.body(box(-1.08, -0.34, cab - 0.08, 0.22, 0.26), "flat")
        for x in (-0.72, -0.1):
            b.part(box(x, -0.35, x + 0.06, 0.23), STEEL)
    else:
        b.part(smooth((-1.0, -0.1), (-0.75, -0.38), (-0.4, -0.42), (-0.05, -0.34), (0.25, -0.1), (-0.4, 0.05)),
               "#8a6a48", "ball")  # fmt: skip
        b.body(box(-1.08, -0.14, cab - 0.08, 0.22, 0.02))
    b.body(smooth((cab, 0.24), (cab, -0.28), (cab + 0.08, -0.34), (0.84, -0.34), (0.98, -0.06), (1.07, 0.0),
                  (1.07, 0.24)), bare=True)  # fmt: skip
    b.part(poly((cab + 0.12, -0.04), (cab + 0.12, -0.26), (0.8, -0.26), (0.9, -0.04)), GLASS)
    b.part(oval(1.02, 0.12, 0.05), LAMP, "none")
    for x in (-0.78, -0.4, 0.72):
        wheel(b, x, 0.325, 0.17, 6)


def bicycle(b: Brush, rng: Random, joints: Joints) -> None:
    basket, spokes = rng.random() < 0.5, rng.choice((8, 10, 12))
    radius, back, front = 0.29, (-0.5, 0.19), (0.5, 0.19)
    for x, y in (back, front):
        for k in range(spokes):
            a = radians(360 * k / spokes)
            b.line(((x, y), (x + radius * cos(a), y + radius * sin(a))), "#7d848b", 0.014)
        b.part(ring(x, y, radius, 0.055), TYRE, "none", outline=False)
    crank, seat, head = (-0.06, 0.2), (-0.2, -0.2), (0.34, -0.24)
    for line in ((back, crank, seat, back), (crank, head), (seat, head), (head, front)):
        b.body(tube(line, 0.075), bare=True)
    b.part(tube((head, (0.3, -0.4), (0.46, -0.43)), 0.05), DARK, "none", outline=False)
    b.part(tube((seat, (-0.22, -0.29)), 0.05), STEEL, "none")
    b.part(smooth((-0.36, -0.33), (-0.2, -0.37), (-0.06, -0.31), (-0.2, -0.27)), DARK, "round")
    b.part(oval(*crank, 0.075), STEEL, "ball")
    b.line(((-0.06, 0.2), (0.02, 0.34), (0.08, 0.34)), DARK, 0.035)
    if basket:
        b.part(poly((0.36, -0.36), (0.66, -0.36), (0.61, -0.14), (0.42, -0.14)), WOOD)


def boat(b: Brush, rng: Random, joints: Joints) -> None:
    two = rng.random() < 0.6
    sail = rng.choice(("#fbf6e9", "#fdfdfb", "#f0e6d2"))
    b.part(box(-0.03, -0.48, 0.02, 0.24), WOOD, "round")
    b.part(smooth((0.05, -0.44), (0.34, -0.1), (0.46, 0.16), (0.05, 0.14)) if not two else
           poly((0.05, -0.44), (0.48, 0.15), (0.05, 0.15)), sail)  # fmt: skip
    if two:
        b.part(poly((-0.06, -0.34), (-0.06, 0.15), (-0.4, 0.15)), mix(sail, "#c9c2b0", 0.3))
    b.part(poly((-0.01, -0.5), (-0.01, -0.41), (-0.17, -0.455)), b.colour, "none")
    b.body(smooth((-0.6, 0.2), (-0.2, 0.23), (0.3, 0.23), (0.64, 0.16), (0.5, 0.4), (0.36, 0.5), (-0.4, 0.5),
                  (-0.53, 0.38)))  # fmt: skip
    b.part(box(-0.58, 0.19, 0.58, 0.245, 0.02), mix(WOOD, "#ffffff", 0.2))


def plane(b: Brush, rng: Random, joints: Joints) -> None:
    windows, stripe = rng.choice((4, 5, 6)), rng.choice(("#e8edf2", "#ffffff", "#d5dbe1"))
    b.part(poly((-0.15, 0.0), (0.12, 0.0), (-0.12, -0.36), (-0.28, -0.36)), mix(stripe, "#8b97a3", 0.35))
    b.body(poly((-1.0, 0.02), (-0.72, 0.02), (-0.86, -0.48), (-1.1, -0.48)), bare=True)
    b.body(smooth((-1.12, -0.06), (-0.5, -0.13), (0.5, -0.16), (0.92, -0.1), (1.1, 0.06), (0.85, 0.18), (0.2, 0.22),
                  (-0.5, 0.16)))  # fmt: skip
    for k in range(windows):
        b.part(oval(-0.5 + k * 0.2, -0.02, 0.055, 0.06), GLASS, "none")
    b.part(smooth((0.76, -0.1), (0.9, -0.07), (0.98, 0.0), (0.8, 0.02)), GLASS, "none")
    b.part(poly((-0.12, 0.08), (0.26, 0.08), (-0.22, 0.48), (-0.44, 0.48)), stripe)
    b.part(box(-0.06, 0.2, 0.2, 0.34, 0.06), STEEL, "flat")
    b.part(poly((-1.0, 0.0), (-0.74, 0.0), (-1.0, 0.16), (-1.14, 0.16)), stripe)


def balloon(b: Brush, rng: Random, joints: Joints) -> None:
    gores, basket = rng.choice((3, 4, 5)), rng.uniform(0.1, 0.13)
    for x in (-0.2, -0.07, 0.07, 0.2):
        b.line(((x, 0.14), (x * 0.6, 0.36)), "#5b4a3a", 0.012)
    b.body(smooth((0, -0.49), (0.27, -0.41), (0.37, -0.18), (0.26, 0.06), (0.12, 0.2), (-0.12, 0.2), (-0.26, 0.06),
                  (-0.37, -0.18), (-0.27, -0.41)), "ball")  # fmt: skip
    for k in range(1, gores):
        bulge = (2 * k / gores - 1) * 0.36
        b.line(((0, -0.48), (bulge, -0.16), (bulge * 0.33, 0.2)), b.tint("#000000", 0.3), 0.012, curved=True)
    b.part(box(-0.11, 0.17, 0.11, 0.225, 0.01), b.tint("#000000", 0.35), "round")
    b.part(box(-basket, 0.33, basket, 0.49, 0.03), "#9a6b3c", "round")
    b.line(((-basket, 0.38), (basket, 0.38)), "#6f4a26", 0.015)
