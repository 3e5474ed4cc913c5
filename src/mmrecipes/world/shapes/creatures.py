"""Creatures: cat, dog, bird, duck, fish, butterfly, starfish, person, snowman."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin
from random import Random

from mmrecipes.core.boxes import Point
from mmrecipes.world.brush import Brush
from mmrecipes.world.palette import DARK, HAIR, SKIN, mix
from mmrecipes.world.paths import box, dome, oval, poly, smooth, tube, turned

Joints = Mapping[str, float]
PUPIL = "#17181b"


def eye(b: Brush, x: float, y: float, radius: float, white: str = "#ffffff") -> None:
    """An eye with a pupil and a glint."""
    b.part(oval(x, y, radius), white, "none")
    b.mark(oval(x + radius * 0.15, y, radius * 0.6), PUPIL)
    b.mark(oval(x + radius * 0.35, y - radius * 0.3, radius * 0.2), "#ffffff")


def reach(start: Point, length: float, degrees: float) -> Point:
    """The end of a limb that hangs down at 0 degrees and swings forwards (right) with positive ones."""
    return start[0] + length * sin(radians(degrees)), start[1] + length * cos(radians(degrees))


def cat(b: Brush, rng: Random, joints: Joints) -> None:
    ears, belly = rng.uniform(0.9, 1.15), mix(b.colour, "#ffffff", 0.55)
    iris = rng.choice(("#b7d84b", "#e9c542", "#8fc7e8"))
    tail = [(-0.22, 0.4), (-0.44, 0.34), (-0.5, 0.12), (-0.4, -0.06)]
    b.body(turned(tube(tail, 0.085, curved=True), joints["tail"], (-0.2, 0.42)), "flat", bare=True)
    b.body(smooth((-0.05, -0.08), (0.14, 0.02), (0.2, 0.25), (0.24, 0.48), (-0.24, 0.49), (-0.3, 0.3), (-0.22, 0.05)),
           "flat")  # fmt: skip
    b.part(smooth((0.04, 0.04), (0.14, 0.16), (0.13, 0.38), (0.02, 0.38), (-0.02, 0.16)), belly, outline=False)
    for x in (0.0, 0.17):
        b.body(box(x - 0.06, 0.2, x + 0.06, 0.48, 0.06), bare=True)
        b.part(oval(x + 0.02, 0.465, 0.075, 0.035), belly)
    for x, lean in ((-0.13, -1), (0.19, 1)):
        b.body(poly((x - 0.1, -0.28), (x + lean * 0.05, -0.32 - 0.165 * ears), (x + 0.1, -0.28)), bare=True)
        b.mark(poly((x - 0.045, -0.3), (x + lean * 0.04, -0.31 - 0.1 * ears), (x + 0.045, -0.3)), "#eba6a6")
    b.body(oval(0.03, -0.18, 0.26, 0.21), "ball", bare=True)
    for x in (-0.07, 0.13):
        eye(b, x, -0.2, 0.052, iris)
    b.part(oval(0.03, -0.09, 0.09, 0.055), belly, outline=False)
    b.part(poly((0.0, -0.125), (0.06, -0.125), (0.03, -0.09)), "#d77f86", "none")
    for side in (-1, 1):
        for lift in (-0.03, 0.02):
            b.mark(tube(((0.03 + side * 0.08, -0.09), (0.03 + side * 0.25, -0.09 + lift)), 0.01), "#f4f4f4")


def dog(b: Brush, rng: Random, joints: Joints) -> None:
    floppy, collar = rng.random() < 0.6, rng.choice(("#5b4030", "#3c4356", "#c9b98f"))
    pale, deep = mix(b.colour, "#ffffff", 0.5), mix(b.colour, "#000000", 0.35)
    b.body(turned(tube([(-0.42, -0.02), (-0.56, -0.14), (-0.58, -0.28)], 0.075, curved=True), joints["tail"],
                  (-0.42, 0.0)), "flat", bare=True)  # fmt: skip
    for x in (-0.28, 0.24):
        b.part(box(x - 0.055, 0.1, x + 0.055, 0.48, 0.05), deep)
    b.body(smooth((-0.48, 0.02), (-0.3, -0.1), (0.1, -0.1), (0.36, -0.12), (0.4, 0.1), (0.3, 0.24), (-0.1, 0.2),
                  (-0.42, 0.24)))  # fmt: skip
    for x in (-0.38, 0.33):
        b.body(box(x - 0.06, 0.1, x + 0.06, 0.49, 0.05), bare=True)
        b.part(oval(x + 0.025, 0.47, 0.08, 0.03), pale)
    b.part(turned(box(0.14, -0.13, 0.42, -0.06, 0.03), 20, (0.3, -0.1)), collar)
    b.body(smooth((0.16, -0.3), (0.28, -0.45), (0.46, -0.42), (0.56, -0.28), (0.7, -0.22), (0.7, -0.1), (0.48, -0.06),
                  (0.24, -0.08)), "flat", bare=True)  # fmt: skip
    b.part(smooth((0.52, -0.24), (0.68, -0.22), (0.7, -0.11), (0.52, -0.09)), pale, outline=False)
    b.part(oval(0.69, -0.205, 0.045, 0.035), PUPIL, "none")
    b.mark(tube([(0.52, -0.12), (0.6, -0.1), (0.67, -0.125)], 0.014, curved=True), DARK)
    eye(b, 0.45, -0.3, 0.042)
    if floppy:
        b.part(smooth((0.2, -0.42), (0.33, -0.4), (0.32, -0.2), (0.22, -0.1), (0.13, -0.2)), deep)
    else:
        b.part(poly((0.2, -0.34), (0.2, -0.5), (0.36, -0.41)), deep)


def bird(b: Brush, rng: Random, joints: Joints) -> None:
    beak, fork = rng.choice(("#f2a11e", "#e8702a", "#4a4d54")), rng.uniform(0.04, 0.12)
    deep, pale = mix(b.colour, "#000000", 0.3), mix(b.colour, "#ffffff", 0.5)
    far = smooth((-0.02, -0.02), (-0.05, -0.3), (-0.22, -0.48), (0.02, -0.42), (0.2, -0.2), (0.2, 0.02))
    b.part(turned(far, 14 + joints["wing"] * 0.6, (0.1, 0.0)), deep)
    b.part(poly((-0.38, 0.14), (-0.74, 0.06 - fork), (-0.68, 0.16), (-0.74, 0.24 + fork), (-0.36, 0.26)), deep)
    b.body(smooth((-0.44, 0.18), (-0.1, 0.03), (0.26, 0.0), (0.44, 0.12), (0.3, 0.3), (0.0, 0.36), (-0.28, 0.3)))
    b.part(smooth((0.34, 0.2), (0.2, 0.3), (-0.05, 0.335), (0.05, 0.26)), pale, outline=False)
    b.body(oval(0.42, 0.0, 0.17, 0.155), "ball", bare=True)
    b.part(poly((0.55, -0.05), (0.74, 0.03), (0.55, 0.07)), beak)
    eye(b, 0.46, -0.04, 0.042)
    near = smooth((0.2, 0.1), (0.1, -0.2), (-0.16, -0.46), (-0.36, -0.36), (-0.34, -0.1), (-0.16, 0.14))
    b.body(turned(near, joints["wing"], (0.04, 0.1)))


def duck(b: Brush, rng: Random, joints: Joints) -> None:
    bill, pale = rng.choice(("#f2a11e", "#ee8a1c")), mix(b.colour, "#ffffff", 0.45)
    for x in (-0.08, 0.12):
        b.line(((x, 0.3), (x, 0.45), (x + 0.09, 0.465)), bill, 0.05)
    b.body(smooth((-0.56, -0.02), (-0.3, 0.02), (0.06, -0.02), (0.34, 0.02), (0.42, 0.2), (0.2, 0.38), (-0.2, 0.38),
                  (-0.44, 0.22)))  # fmt: skip
    b.body(smooth((0.12, 0.06), (0.14, -0.2), (0.32, -0.24), (0.36, 0.06)), bare=True)
    b.body(oval(0.26, -0.3, 0.2, 0.185), "ball", bare=True)
    b.part(smooth((0.42, -0.36), (0.58, -0.3), (0.64, -0.24), (0.42, -0.2)), bill)
    eye(b, 0.32, -0.35, 0.05)
    wing = smooth((-0.36, 0.08), (-0.06, 0.02), (0.16, 0.1), (0.04, 0.27), (-0.2, 0.27))
    b.part(turned(wing, joints["wing"], (0.1, 0.1)), pale)


def fish(b: Brush, rng: Random, joints: Joints) -> None:
    tall, deep = rng.uniform(0.32, 0.42), mix(b.colour, "#000000", 0.25)
    tail = smooth((-0.4, 0.0), (-0.66, -0.3), (-0.76, -0.3), (-0.66, 0.0), (-0.76, 0.3), (-0.66, 0.3))
    b.part(turned(tail, joints["tail"], (-0.42, 0.0)), deep)
    b.part(smooth((-0.25, -0.2), (-0.1, -0.48), (0.2, -0.42), (0.25, -0.2)), deep)
    b.part(smooth((-0.15, 0.2), (-0.1, 0.48), (0.12, 0.4), (0.12, 0.2)), deep)
    b.body(smooth((-0.5, 0.0), (-0.2, -tall * 0.75), (0.2, -tall), (0.56, -0.18), (0.72, 0.02), (0.54, 0.2),
                  (0.2, tall), (-0.2, tall * 0.7)))  # fmt: skip
    b.mark(tube([(0.3, -0.22), (0.36, 0.0), (0.3, 0.22)], 0.022, curved=True), deep)
    b.part(smooth((0.18, 0.04), (-0.06, -0.06), (-0.1, 0.14), (0.06, 0.18)), deep)
    eye(b, 0.49, -0.07, 0.075)
    b.mark(tube([(0.7, 0.06), (0.6, 0.09)], 0.02), deep)


def butterfly(b: Brush, rng: Random, joints: Joints) -> None:
    spot, fold = mix(b.colour, "#ffffff", 0.7), 1.0 - joints["wing"] / 90
    upper, lower = rng.uniform(0.46, 0.5), rng.uniform(0.36, 0.42)
    for side in (-1, 1):
        k = side * fold
        b.body(
            smooth((0.02 * side, 0.06), (0.2 * k, 0.04), (lower * k, 0.2), (0.34 * k, 0.44), (0.12 * k, 0.4)), bare=True
        )
        b.body(smooth((0.02 * side, 0.02), (0.1 * k, -0.3), (0.38 * k, -0.47), ((upper + 0.06) * k, -0.3),
                      (0.46 * k, -0.02), (0.2 * k, 0.08)))  # fmt: skip
        b.mark(oval(0.37 * k, -0.25, 0.07 * fold, 0.07), spot)
        b.mark(oval(0.27 * k, 0.25, 0.05 * fold, 0.05), spot)
        b.line(((0.0, -0.25), (0.06 * side, -0.4), (0.1 * side, -0.46)), DARK, 0.022, curved=True)
    b.part(oval(0.0, 0.04, 0.05, 0.3), DARK, "round")
    b.part(oval(0.0, -0.25, 0.065), DARK, "ball")


def starfish(b: Brush, rng: Random, joints: Joints) -> None:
    inner, lean = rng.uniform(0.21, 0.25), rng.uniform(-8, 8)
    points = []
    for k in range(10):
        radius, a = (inner if k % 2 else 0.5), radians(36 * k - 90)
        points.append((radius * cos(a), 0.04 + radius * sin(a) * 0.92))
    b.body(turned(smooth(*points), lean, (0.0, 0.0)), "ball")
    for k in range(5):
        for r in (0.1, 0.19, 0.28):
            a = radians(72 * k - 90 + lean)
            b.mark(oval(r * cos(a), 0.04 + r * sin(a) * 0.92, 0.022), b.tint("#ffffff", 0.6))
    for x in (-0.06, 0.06):
        eye(b, x, 0.0, 0.045)


def person(b: Brush, rng: Random, joints: Joints) -> None:
    skin, hair, cut = rng.choice(SKIN), rng.choice(HAIR), rng.choice(("short", "long", "bun", "cap"))
    trousers = rng.choice(("#3c4356", "#55504a", "#6b7a8f", "#2e3138"))
    skirt = cut in ("long", "bun") and rng.random() < 0.5
    hips, shoulders = (-0.045, 0.045), (-0.095, 0.095)
    _arm(b, (shoulders[0] + 0.02, -0.2), joints["left_arm"], joints["left_elbow"], skin)
    if cut == "long":
        b.part(smooth((-0.1, -0.44), (0.1, -0.44), (0.12, -0.22), (-0.12, -0.22)), hair, "round")
    for x, leg in zip(hips, ("left_leg", "right_leg"), strict=True):
        knee = reach((x, 0.12), 0.17, joints[leg])
        foot = reach(knee, 0.16, joints[leg] * 0.3 - 4)
        b.part(tube(((x, 0.12), knee, foot), 0.075), skin if skirt else trousers)
        b.part(smooth((foot[0] - 0.045, foot[1] - 0.02), (foot[0] + 0.05, foot[1] - 0.01), (foot[0] + 0.09,
                                                                                            foot[1] + 0.04),
                      (foot[0] - 0.045, foot[1] + 0.04)), "#3a2d25")  # fmt: skip
    if skirt:
        b.body(smooth((-0.09, -0.22), (0.09, -0.22), (0.09, 0.0), (0.17, 0.26), (-0.17, 0.26), (-0.09, 0.0)))
    else:
        b.body(smooth((-0.1, -0.23), (0.0, -0.25), (0.1, -0.23), (0.1, 0.0), (0.1, 0.16), (-0.1, 0.16), (-0.1, 0.0)))
    b.part(box(-0.03, -0.3, 0.03, -0.22, 0.02), skin)
    b.part(oval(0.0, -0.37, 0.088, 0.105), skin, "ball")
    _head(b, hair, cut)
    _arm(b, (shoulders[1] - 0.01, -0.2), joints["right_arm"], joints["right_elbow"], skin)


def _arm(b: Brush, shoulder: Point, swing: float, bend: float, skin: str) -> None:
    elbow = reach(shoulder, 0.15, swing)
    hand = reach(elbow, 0.14, swing + bend)
    b.part(tube((elbow, hand), 0.05), skin)
    b.body(tube((shoulder, elbow, ((elbow[0] + hand[0]) / 2, (elbow[1] + hand[1]) / 2)), 0.066), bare=True)
    b.part(oval(*hand, 0.034), skin, "ball")


def _head(b: Brush, hair: str, cut: str) -> None:
    if cut == "cap":
        b.part(dome(0.0, -0.4, 0.095, 0.1), hair)
        b.part(box(0.02, -0.415, 0.16, -0.385, 0.015), mix(hair, "#000000", 0.3))
    else:
        b.part(smooth((-0.1, -0.36), (-0.095, -0.46), (0.0, -0.492), (0.09, -0.46), (0.095, -0.39), (0.03, -0.43),
                      (-0.06, -0.41)), hair)  # fmt: skip
    if cut == "bun":
        b.part(oval(-0.06, -0.47, 0.045, 0.03), hair, "ball")
    for x in (0.0, 0.055):
        b.mark(oval(x, -0.37, 0.011, 0.014), PUPIL)
    b.mark(tube([(0.0, -0.318), (0.03, -0.308), (0.06, -0.322)], 0.009, curved=True), "#8a3b35")


def snowman(b: Brush, rng: Random, joints: Joints) -> None:
    snow, buttons = "#f3f7fb", rng.choice((2, 3))
    for side, angle in ((-1, joints["left_arm"]), (1, joints["right_arm"])):
        end = reach((side * 0.18, 0.0), 0.26, side * (90 + angle))
        b.line(((side * 0.15, 0.0), end), "#5d4028", 0.025)
        b.line((end, (end[0] + side * 0.05, end[1] - 0.05)), "#5d4028", 0.018)
    b.part(oval(0.0, 0.29, 0.29, 0.21), snow, "ball")
    b.part(oval(0.0, 0.01, 0.21, 0.17), snow, "ball")
    b.part(oval(0.0, -0.23, 0.155, 0.14), snow, "ball")
    for k in range(buttons):
        b.mark(oval(0.03, -0.03 + k * 0.08, 0.02), DARK)
    for x in (-0.03, 0.08):
        b.mark(oval(x, -0.26, 0.02), PUPIL)
    b.part(poly((0.03, -0.24), (0.25, -0.2), (0.03, -0.19)), "#f08a24")
    b.body(smooth((-0.17, -0.14), (0.0, -0.11), (0.17, -0.14), (0.18, -0.07), (0.0, -0.04), (-0.18, -0.07)))
    b.body(turned(box(-0.13, -0.08, -0.04, 0.16, 0.02), 8, (-0.1, -0.08)))
    b.body(box(-0.12, -0.5, 0.12, -0.33, 0.02))
    b.body(box(-0.2, -0.36, 0.2, -0.31, 0.02), bare=True)
