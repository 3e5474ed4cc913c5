"""Outdoor things and small items: house, tree, mushroom, apple, ball, kite, bucket, tent."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from mmrecipes.world.brush import Brush
from mmrecipes.world.palette import CREAM, DARK, GLASS, LEAF, STEEL, WOOD, mix
from mmrecipes.world.paths import box, dome, oval, poly, ring, smooth, tube

Joints = Mapping[str, float]


def house(b: Brush, rng: Random, joints: Joints) -> None:
    roof, door = rng.choice(("#5d4a44", "#6b6e76", "#4a4f5c", "#7d5548")), rng.choice((WOOD, "#4b5b6e", "#5d6b4a"))
    peak, side, storeys = rng.uniform(-0.06, 0.06), rng.choice((-1, 1)), rng.choice((1, 2))
    eaves = -0.16 if storeys == 2 else -0.04
    if rng.random() < 0.7:
        b.part(box(0.24 * side - 0.055, -0.48, 0.24 * side + 0.055, -0.14), mix(roof, "#a05a48", 0.4))
    b.body(box(-0.46, eaves - 0.02, 0.46, 0.5))
    b.part(poly((-0.56, eaves), (peak - 0.08, -0.49), (peak + 0.08, -0.49), (0.56, eaves)), roof)
    b.mark(tube(((-0.54, eaves - 0.015), (0.54, eaves - 0.015)), 0.03), mix(roof, "#000000", 0.35))
    x = 0.2 * side
    b.part(box(x - 0.09, 0.18, x + 0.09, 0.5, 0.01), door)
    b.mark(oval(x + 0.055, 0.35, 0.014), "#e8c25a")
    windows = [(-x - 0.05, 0.24)]
    if storeys == 2:
        windows += [(-0.22, -0.02), (0.22, -0.02)]
    for wx, wy in windows:
        b.part(box(wx - 0.1, wy - 0.075, wx + 0.1, wy + 0.095), CREAM, "none")
        b.part(box(wx - 0.08, wy - 0.055, wx + 0.08, wy + 0.075), GLASS)
        b.mark(tube(((wx, wy - 0.055), (wx, wy + 0.075)), 0.016), CREAM)
        b.mark(tube(((wx - 0.08, wy + 0.01), (wx + 0.08, wy + 0.01)), 0.016), CREAM)
    b.part(box(-0.47, 0.46, 0.47, 0.5), "#8d8a84", outline=False)


def tree(b: Brush, rng: Random, joints: Joints) -> None:
    kind, trunk = rng.choice(("round", "round", "fir", "tall")), rng.choice((WOOD, "#6a4a33", "#7d6248"))
    b.part(smooth((-0.05, 0.0), (0.05, 0.0), (0.055, 0.36), (0.1, 0.5), (-0.1, 0.5), (-0.055, 0.36)), trunk, "round")
    if kind == "fir":
        for y, half, tall in ((0.32, 0.34, 0.36), (0.08, 0.28, 0.34), (-0.14, 0.21, 0.34)):
            b.body(poly((-half, y), (0.0, y - tall), (half, y)))
    elif kind == "tall":
        b.body(smooth((0.0, -0.49), (0.17, -0.2), (0.2, 0.1), (0.1, 0.28), (-0.1, 0.28), (-0.2, 0.1), (-0.17, -0.2)))
    else:
        b.body(smooth((0.0, -0.48), (0.17, -0.44), (0.25, -0.34), (0.36, -0.26), (0.36, -0.06), (0.27, 0.03), (0.2,
                                                                                                               0.12),
                      (0.05, 0.1), (-0.1, 0.14), (-0.22, 0.07), (-0.35, 0.0), (-0.37, -0.2), (-0.27, -0.3),
                      (-0.18, -0.44)))  # fmt: skip
    for _ in range(7):
        x, y = rng.uniform(-0.14, 0.14), rng.uniform(-0.36, 0.04)
        b.mark(tube([(x - 0.04, y), (x, y + 0.025), (x + 0.04, y)], 0.016, curved=True), b.tint("#000000", 0.28))


def mushroom(b: Brush, rng: Random, joints: Joints) -> None:
    high, stem = rng.uniform(0.44, 0.52), rng.uniform(0.11, 0.15)
    b.part(smooth((-stem, -0.1), (stem, -0.1), (stem * 0.9, 0.3), (stem * 1.35, 0.49), (-stem * 1.35, 0.49),
                  (-stem * 0.9, 0.3)), "#f4ecd9", "round")  # fmt: skip
    b.part(oval(0.0, 0.0, 0.42, 0.075), "#e6d9bd", "flat")
    b.body(dome(0.0, 0.0, 0.48, high), "ball")


def apple(b: Brush, rng: Random, joints: Joints) -> None:
    lean = rng.uniform(-0.04, 0.06)
    b.line(((0.0, -0.26), (lean, -0.46)), "#5b3d22", 0.05)
    b.part(smooth((0.02, -0.34), (0.14, -0.46), (0.32, -0.44), (0.2, -0.32)), LEAF)
    b.body(smooth((0.0, -0.26), (0.22, -0.36), (0.45, -0.2), (0.44, 0.14), (0.24, 0.46), (0.0, 0.44), (-0.24, 0.46),
                  (-0.44, 0.14), (-0.45, -0.2), (-0.22, -0.36)), "ball")  # fmt: skip
    b.mark(oval(-0.2, -0.14, 0.07, 0.11), "#ffffff66")


def ball(b: Brush, rng: Random, joints: Joints) -> None:
    seam = rng.random() < 0.6
    b.body(oval(0.0, 0.0, 0.49), "ball")
    if seam:
        line = b.tint("#000000", 0.4)
        for bulge in (-0.26, 0.26):
            b.mark(tube(((bulge * 0.6, -0.47), (bulge, 0.0), (bulge * 0.6, 0.47)), 0.026, curved=True), line)
    b.mark(oval(-0.17, -0.22, 0.09, 0.065), "#ffffff77")


def kite(b: Brush, rng: Random, joints: Joints) -> None:
    bows, bow = rng.choice((2, 3)), b.tint("#ffffff", rng.choice((0.0, 0.35, 0.6)))
    tail = [(0.0, 0.1), (0.09, 0.22), (-0.04, 0.34), (0.05, 0.46)]
    b.part(tube(tail, 0.022, curved=True), "#4a4d54", "none", outline=False)
    for k in range(bows):
        x, y = tail[k + 1]
        b.part(
            poly((x - 0.07, y - 0.04), (x - 0.07, y + 0.04), (x + 0.07, y - 0.04), (x + 0.07, y + 0.04)), bow, "none"
        )
    b.body(poly((0.0, -0.5), (0.32, -0.22), (0.0, 0.14), (-0.32, -0.22)))
    b.mark(tube(((0.0, -0.49), (0.0, 0.13)), 0.016), b.tint("#000000", 0.45))
    b.mark(tube(((-0.31, -0.22), (0.31, -0.22)), 0.016), b.tint("#000000", 0.45))


def bucket(b: Brush, rng: Random, joints: Joints) -> None:
    spade = rng.random() < 0.4
    b.part(ring(0.0, -0.22, 0.3, 0.035) if not spade else tube(((0.05, -0.2), (0.24, -0.46)), 0.06), STEEL, "none")
    b.part(oval(0.0, -0.24, 0.4, 0.09), mix(b.colour, DARK, 0.55), "flat")
    b.body(smooth((-0.4, -0.24), (-0.2, -0.17), (0.0, -0.15), (0.2, -0.17), (0.4, -0.24), (0.34, 0.2), (0.29, 0.45),
                  (0.0, 0.49), (-0.29, 0.45), (-0.34, 0.2)), "round")  # fmt: skip


def tent(b: Brush, rng: Random, joints: Joints) -> None:
    open_, flag = rng.uniform(0.12, 0.2), rng.random() < 0.4
    if flag:
        b.line(((0.0, -0.36), (0.0, -0.49)), DARK, 0.02)
        b.part(poly((0.0, -0.49), (0.14, -0.45), (0.0, -0.41)), b.colour, "none")
    b.body(smooth((-0.68, 0.48), (-0.3, 0.06), (0.0, -0.4), (0.3, 0.06), (0.68, 0.48), (0.0, 0.49)))
    b.part(poly((0.0, -0.22), (open_, 0.47), (-open_, 0.47)), b.tint("#000000", 0.72), "none")
    b.part(poly((0.0, -0.22), (open_, 0.47), (open_ + 0.14, 0.47)), b.tint("#ffffff", 0.3))
    for x in (-0.7, 0.7):
        b.line(((x * 0.8, 0.34), (x * 1.06, 0.48)), "#6b5b45", 0.018)
