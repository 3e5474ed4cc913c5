"""Things of the house: chair, table, lamp, clock, cup, bottle, book, umbrella, flower pot, teapot."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin
from random import Random

from mmrecipes.world.brush import Brush
from mmrecipes.world.palette import CREAM, DARK, LAMP, LEAF, STEEL, WOOD, mix
from mmrecipes.world.paths import box, dome, oval, poly, ring, smooth, tube, turned

Joints = Mapping[str, float]


def chair(b: Brush, rng: Random, joints: Joints) -> None:
    back, arms = rng.choice(("slats", "panel", "round")), rng.random() < 0.3
    deep = b.tint("#000000", 0.35)
    for x in (-0.12, 0.3):
        b.part(box(x - 0.03, 0.08, x + 0.03, 0.42), deep)
    if back == "slats":
        for x in (-0.24, 0.02, 0.24):
            b.body(box(x - 0.035, -0.48, x + 0.035, 0.06), bare=True)
        for y in (-0.46, -0.26):
            b.body(box(-0.29, y, 0.29, y + 0.12, 0.03))
    elif back == "panel":
        b.body(box(-0.28, -0.49, 0.28, 0.06, 0.06))
    else:
        b.body(smooth((-0.26, 0.04), (-0.3, -0.3), (0.0, -0.49), (0.3, -0.3), (0.26, 0.04)))
    b.body(poly((-0.28, 0.02), (0.28, 0.02), (0.37, 0.13), (-0.35, 0.13)))
    b.body(box(-0.35, 0.12, 0.37, 0.2, 0.02), bare=True)
    for x in (-0.3, 0.32):
        b.body(box(x - 0.035, 0.19, x + 0.035, 0.5), "round", bare=True)
    if arms:
        for x in (-0.34, 0.36):
            b.part(tube(((x, 0.1), (x, -0.1), (x * 0.8, -0.14)), 0.05), deep)


def table(b: Brush, rng: Random, joints: Joints) -> None:
    legs, depth = rng.choice(("four", "pedestal", "trestle")), rng.uniform(0.14, 0.18)
    deep = b.tint("#000000", 0.3)
    top = -0.5 + depth
    if legs == "four":
        for x, foot in ((-0.7, 0.36), (0.7, 0.36)):
            b.part(box(x - 0.04, top, x + 0.04, foot), deep)
    elif legs == "pedestal":
        b.body(box(-0.09, top, 0.09, 0.44), "round", bare=True)
        b.body(smooth((-0.42, 0.5), (-0.1, 0.36), (0.1, 0.36), (0.42, 0.5)), bare=True)
    else:
        for x in (-0.6, 0.6):
            b.part(tube(((x, top), (x - 0.18, 0.46)), 0.07), deep)
            b.body(tube(((x, top), (x + 0.18, 0.46)), 0.07), bare=True)
    b.body(poly((-0.72, -0.48), (0.72, -0.48), (0.92, top), (-0.92, top)))
    b.body(box(-0.92, top - 0.01, 0.92, top + 0.1, 0.015))
    if legs == "four":
        for x in (-0.84, 0.84):
            b.body(box(x - 0.05, top + 0.08, x + 0.05, 0.5), "round", bare=True)


def lamp(b: Brush, rng: Random, joints: Joints) -> None:
    desk, base = rng.random() < 0.5, rng.choice((DARK, STEEL, WOOD))
    b.part(smooth((-0.2, 0.5), (-0.16, 0.44), (0.16, 0.44), (0.2, 0.5)), base, "round")
    if not desk:
        b.part(
            smooth((-0.04, 0.44), (-0.09, 0.2), (-0.03, -0.05), (0.03, -0.05), (0.09, 0.2), (0.04, 0.44)), base, "round"
        )
        b.part(oval(0.0, -0.04, 0.2, 0.04), LAMP, "none")
        b.body(poly((-0.17, -0.48), (0.17, -0.48), (0.33, -0.02), (-0.33, -0.02)), "round")
        return
    elbow, head = (-0.16, 0.02), (0.02, -0.32)
    b.part(tube(((0.0, 0.45), elbow), 0.05), base, "none")
    b.part(tube((elbow, head), 0.05), base, "none")
    b.part(oval(*elbow, 0.045), STEEL, "ball")
    b.part(turned(oval(0.13, -0.16, 0.14, 0.06), joints["head"] - 32, head), LAMP, "none")
    shade = smooth((-0.06, -0.4), (0.06, -0.42), (0.14, -0.3), (0.29, -0.17), (0.0, -0.15), (-0.06, -0.28))
    b.body(turned(shade, joints["head"] - 20, head))


def clock(b: Brush, rng: Random, joints: Joints) -> None:
    bells, face = not joints["hung"], rng.choice(("#fbfaf4", "#f3ead2", "#ffffff"))
    if bells:
        for x in (-0.22, 0.22):
            b.part(tube(((x, 0.3), (x * 1.5, 0.47)), 0.07), DARK)
            b.part(turned(dome(x, -0.36, 0.15, 0.12), x * 150, (x, -0.36)), STEEL, "ball")
    radius = 0.4 if bells else 0.48
    y = 0.04 if bells else 0.0
    b.body(oval(0.0, y, radius), "flat")
    b.part(oval(0.0, y, radius * 0.76), face, "flat")
    for k in range(12):
        a, long = radians(30 * k), 0.1 if k % 3 else 0.16
        ends = tuple((r * radius * sin(a), y - r * radius * cos(a)) for r in (0.7, 0.7 - long))
        b.line(ends, DARK, 0.02)
    for name, length, width in (("hour", 0.38, 0.045), ("minute", 0.56, 0.03)):
        a = radians(joints[name])
        b.line(((0.0, y), (length * radius * sin(a), y - length * radius * cos(a))), "#1c1d20", width)
    b.part(oval(0.0, y, 0.03), "#b3261e", "none")


def cup(b: Brush, rng: Random, joints: Joints) -> None:
    wide, drink = rng.uniform(0.3, 0.36), rng.choice(("#5b3a22", "#c9822b", "#f1ead9"))
    b.part(ring(wide + 0.06, 0.05, 0.19, 0.085), b.tint("#000000", 0.1))
    b.body(smooth((-wide - 0.08, -0.4), (-wide - 0.05, 0.1), (-wide + 0.06, 0.45), (wide - 0.06, 0.45), (wide + 0.05,
                                                                                                         0.1),
                  (wide + 0.08, -0.4)), "round")  # fmt: skip
    b.part(oval(0.0, -0.4, wide + 0.09, 0.09), b.tint("#ffffff", 0.25), "flat")
    b.part(oval(0.0, -0.385, wide + 0.03, 0.06), drink, "none", outline=False)


def bottle(b: Brush, rng: Random, joints: Joints) -> None:
    neck, shoulder, label = rng.uniform(0.06, 0.075), rng.uniform(-0.2, -0.08), rng.random() < 0.7
    b.part(box(-neck * 0.9, -0.5, neck * 0.9, -0.43, 0.01), "#a9824f", "round")
    b.body(smooth((-neck, -0.43), (-neck, -0.3), (-0.16, shoulder), (-0.165, 0.1), (-0.16, 0.47), (0.0, 0.49), (0.16,
                                                                                                                0.47),
                  (0.165, 0.1), (0.16, shoulder), (neck, -0.3), (neck, -0.43)), "round")  # fmt: skip
    b.part(box(-neck - 0.015, -0.42, neck + 0.015, -0.38, 0.01), b.tint("#000000", 0.3), "round")
    if label:
        b.part(box(-0.163, 0.16, 0.163, 0.34), CREAM, "round", outline=False)
        b.mark(oval(0.0, 0.25, 0.055), mix(b.colour, "#6b4b2a", 0.4))
    b.mark(tube(((-0.1, shoulder + 0.06), (-0.1, 0.1)), 0.025), "#ffffff88")


def book(b: Brush, rng: Random, joints: Joints) -> None:
    stand, title = rng.random() < 0.5, rng.choice(("#f0d57a", "#ffffff", "#d9dde1"))
    if stand:
        b.part(poly((0.3, -0.46), (0.42, -0.4), (0.42, 0.46), (0.3, 0.5)), "#efe8d6")
        b.body(box(-0.42, -0.5, 0.32, 0.5, 0.02))
        b.part(box(-0.42, -0.5, -0.31, 0.5, 0.02), b.tint("#000000", 0.3), "round")
        b.part(box(-0.2, -0.32, 0.2, -0.14, 0.01), title, "none")
        b.mark(box(-0.14, -0.26, 0.14, -0.235), DARK)
        b.mark(box(-0.14, -0.21, 0.06, -0.185), DARK)
        return
    for side in (-1, 1):
        b.body(poly((0.0, 0.48), (side * 0.76, 0.5), (side * 0.76, -0.42), (0.0, -0.38)))
        b.part(smooth((0.0, 0.38), (side * 0.34, 0.27), (side * 0.62, 0.34), (side * 0.6, -0.38), (side * 0.3, -0.44),
                      (0.0, -0.34)), "#f7f1e2")  # fmt: skip
        for k in range(5):
            y = -0.26 + 0.12 * k
            b.mark(tube(((side * 0.1, y), (side * 0.55, y - 0.02)), 0.018), "#a39d90")
    b.mark(tube(((0.0, -0.34), (0.0, 0.4)), 0.02), "#8f8676")


def umbrella(b: Brush, rng: Random, joints: Joints) -> None:
    panels, hook = rng.choice((3, 4, 5)), rng.random() < 0.6
    b.part(box(-0.018, -0.3, 0.018, 0.42), WOOD, "round")
    if hook:
        b.part(tube(((0.0, 0.4), (0.01, 0.46), (0.07, 0.475), (0.1, 0.42)), 0.036, curved=True), WOOD, "none")
    else:
        b.part(poly((-0.018, 0.4), (0.018, 0.4), (0.0, 0.5)), WOOD, "none")
    wide = 0.6
    rim = [(wide - 2 * wide * k / (2 * panels), -0.04 - 0.055 * (k % 2)) for k in range(2 * panels + 1)]
    b.body(smooth((-wide, -0.04), (-0.44, -0.3), (0.0, -0.46), (0.44, -0.3), *rim[:-1]))
    for k in range(1, panels):
        x = wide - 2 * wide * k / panels
        b.mark(tube(((0.0, -0.45), (x * 0.8, -0.26), (x, -0.05)), 0.014, curved=True), b.tint("#000000", 0.4))
    b.part(box(-0.014, -0.5, 0.014, -0.43, 0.01), DARK, "none")


def flowerpot(b: Brush, rng: Random, joints: Joints) -> None:
    kind, petals = rng.choice(("flowers", "leaves", "cactus")), rng.choice(("#f6d32d", "#f593bd", "#fdfdfb", "#f0732c"))
    if kind == "cactus":
        b.part(box(-0.11, -0.44, 0.11, 0.16, 0.11), LEAF, "round")
        b.part(tube(((0.1, -0.06), (0.24, -0.08), (0.24, -0.24)), 0.09), LEAF)
        b.part(tube(((-0.1, 0.02), (-0.22, 0.0), (-0.22, -0.12)), 0.08), LEAF)
        b.part(oval(0.0, -0.44, 0.055), petals, "ball")
    else:
        leaf = smooth((0.0, 0.14), (-0.07, -0.1), (0.0, -0.34), (0.07, -0.1))
        for angle in (-58, 58, -30, 30, 0) if kind == "leaves" else (-62, 62):
            b.part(turned(leaf, angle + rng.uniform(-5, 5), (0.0, 0.14)), mix(LEAF, "#1e4d24", abs(angle) / 160))
        for x, y in ((-0.19, -0.2), (0.2, -0.24), (0.0, -0.36)) if kind == "flowers" else ():
            b.line(((x * 0.2, 0.14), (x, y)), "#3d7a37", 0.025)
            for k in range(6):
                a = radians(60 * k)
                b.part(oval(x + 0.07 * cos(a), y + 0.07 * sin(a), 0.05), petals, "none")
            b.part(oval(x, y, 0.045), "#d98a1f", "ball")
    b.body(poly((-0.25, 0.16), (0.25, 0.16), (0.18, 0.5), (-0.18, 0.5)), "round")
    b.body(box(-0.29, 0.08, 0.29, 0.18, 0.02), "round", bare=True)


def teapot(b: Brush, rng: Random, joints: Joints) -> None:
    plump = rng.uniform(0.42, 0.48)
    b.part(
        tube(((-0.36, -0.16), (-0.64, -0.16), (-0.64, 0.2), (-0.38, 0.28)), 0.075, curved=True), b.tint("#000000", 0.2)
    )
    b.body(smooth((0.3, 0.2), (0.5, 0.06), (0.56, -0.2), (0.74, -0.26), (0.66, 0.06), (0.44, 0.34)), bare=True)
    b.body(smooth((0.0, -0.28), (0.34, -0.16), (plump, 0.14), (0.3, 0.46), (-0.3, 0.46), (-plump, 0.14), (-0.34,
                                                                                                          -0.16)),
           "ball")  # fmt: skip
    b.body(dome(0.0, -0.22, 0.24, 0.14), bare=True)
    b.part(oval(0.0, -0.4, 0.065), b.tint("#000000", 0.25), "ball")
    b.part(box(-0.26, 0.44, 0.26, 0.5, 0.02), b.tint("#000000", 0.2), "round")
