"""The categories: how each is called, how big it is, where it may stand, what it may look like, what draws it.

Covered: names, plurals, natural height, width, places, colours, patterns, textures, joints. Not covered: which
categories meet in one scene (see `stages`).
"""

from __future__ import annotations

from dataclasses import dataclass

from mmrecipes.world.palette import PALETTE
from mmrecipes.world.shapes import Draw, creatures, household, outdoors, vehicles

PATTERNS = ("plain", "striped", "dotted", "checked")
_ALL = tuple(PALETTE)
_FUR = ("black", "white", "orange", "grey", "brown")
_BRIGHT = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")
_HARD = ("plain", "wood", "metal")


@dataclass(frozen=True, slots=True)
class Joint:
    """A pose in degrees: the resting value and the range that looks right."""

    name: str
    rest: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of object. `height` is the share of the picture's height a medium one takes in the foreground,
    `width` its width in heights, `surface` where something may be put on it (y in its own frame, 1 high)."""

    name: str
    plural: str
    draw: Draw
    height: float
    width: float
    places: tuple[str, ...] = ("ground",)
    colours: tuple[str, ...] = _ALL
    patterns: tuple[str, ...] = ("plain",)
    textures: tuple[str, ...] = ("plain",)
    joints: tuple[Joint, ...] = ()
    surface: float | None = None
    draught: float = 0.0
    """The share of its height that is hidden where it floats on water."""
    upright: bool = True
    """Looks wrong when turned by more than a few degrees."""
    worn: tuple[str, str] | None = None
    """Where the colour is that of clothes only: how one and several of them wear it, "{}" being the colour."""


def _limbs(*names: str) -> tuple[Joint, ...]:
    return tuple(Joint(n, 0.0, -35.0, 35.0) for n in names)


_PERSON = (*_limbs("left_leg", "right_leg"), Joint("left_arm", -8.0, -160.0, 30.0), Joint("left_elbow", 10.0, 0.0,
                                                                                          70.0),
           Joint("right_arm", 12.0, -20.0, 165.0), Joint("right_elbow", 15.0, 0.0, 70.0))  # fmt: skip
_WING = (Joint("wing", 0.0, -20.0, 30.0),)

CATALOGUE: dict[str, Category] = {
    c.name: c
    for c in (
        Category("car", "cars", vehicles.car, 0.21, 2.3, colours=_ALL),
        Category("bus", "buses", vehicles.bus, 0.32, 2.3, colours=_ALL),
        Category("truck", "trucks", vehicles.truck, 0.3, 2.3, patterns=("plain", "striped")),
        Category("bicycle", "bicycles", vehicles.bicycle, 0.22, 1.62),
        Category("boat", "boats", vehicles.boat, 0.26, 1.32, ("water",), patterns=("plain", "striped"),
                 textures=("plain", "wood"), draught=0.05),
        Category("plane", "planes", vehicles.plane, 0.16, 2.35, ("air",), upright=False),
        Category("balloon", "balloons", vehicles.balloon, 0.27, 0.8, ("air",), (*_BRIGHT, "white"), PATTERNS),
        Category("cat", "cats", creatures.cat, 0.15, 1.15, ("ground", "surface"), _FUR, ("plain", "striped"),
                 joints=(Joint("tail", 0.0, -15.0, 12.0),)),
        Category("dog", "dogs", creatures.dog, 0.17, 1.5, ("ground",), _FUR, ("plain", "dotted"),
                 joints=(Joint("tail", 0.0, -25.0, 30.0),)),
        Category("bird", "birds", creatures.bird, 0.13, 1.56, ("air",), joints=_WING),
        Category("duck", "ducks", creatures.duck, 0.125, 1.3, ("ground", "water"), ("yellow", "white", "brown",
                                                                                    "grey", "green"),
                 joints=(Joint("wing", 0.0, -15.0, 25.0),), draught=0.15),
        Category("fish", "fish", creatures.fish, 0.15, 1.58, ("air",), patterns=PATTERNS,
                 joints=(Joint("tail", 0.0, -18.0, 18.0),), upright=False),
        Category("butterfly", "butterflies", creatures.butterfly, 0.125, 1.16, ("air",), patterns=("plain", "dotted"),
                 joints=(Joint("wing", 0.0, 0.0, 40.0),), upright=False),
        Category("starfish", "starfish", creatures.starfish, 0.13, 1.06, ("ground",), (*_BRIGHT, "brown"),
                 textures=("plain", "grain")),
        Category("person", "people", creatures.person, 0.34, 0.62, ("ground",), patterns=PATTERNS, joints=_PERSON,
                 worn=("in {}", "in {}")),
        Category("snowman", "snowmen", creatures.snowman, 0.3, 0.9, ("ground",), (*_BRIGHT, "black", "brown"), PATTERNS,
                 joints=_limbs("left_arm", "right_arm"),
                 worn=("with a {} hat and scarf", "with {} hats and scarves")),
        Category("chair", "chairs", household.chair, 0.29, 0.8, ("ground",), patterns=("plain", "checked", "striped"),
                 textures=("plain", "wood", "metal", "fabric"), surface=0.08),
        Category("table", "tables", household.table, 0.24, 1.9, ("ground",), textures=("plain", "wood", "stone",
                                                                                       "metal"),
                 surface=-0.41),
        Category("lamp", "lamps", household.lamp, 0.25, 0.78, ("ground", "surface"), patterns=PATTERNS,
                 joints=(Joint("head", 0.0, -12.0, 22.0),)),
        Category("clock", "clocks", household.clock, 0.18, 0.98, ("wall", "surface"), textures=("plain", "wood"),
                 joints=(Joint("hour", 300.0, 0.0, 359.0), Joint("minute", 60.0, 0.0, 354.0))),
        Category("cup", "cups", household.cup, 0.15, 1.22, ("ground", "surface"), patterns=PATTERNS,
                 textures=("plain", "stone", "metal", "wood")),
        Category("bottle", "bottles", household.bottle, 0.25, 0.36, ("ground", "surface"), textures=("plain", "metal")),
        Category("book", "books", household.book, 0.15, 1.5, ("ground", "surface"), patterns=("plain", "striped"),
                 textures=("plain", "fabric")),
        Category("umbrella", "umbrellas", household.umbrella, 0.32, 1.24, ("ground",), patterns=PATTERNS),
        Category("flower pot", "flower pots", household.flowerpot, 0.25, 0.78, ("ground", "surface"), patterns=PATTERNS,
                 textures=("plain", "stone", "wood", "metal")),
        Category("teapot", "teapots", household.teapot, 0.17, 1.48, ("ground", "surface"), patterns=PATTERNS,
                 textures=("plain", "metal", "stone")),
        Category("house", "houses", outdoors.house, 0.42, 1.14, ("ground",), textures=("plain", "wood", "stone"),
                 colours=("red", "orange", "yellow", "turquoise", "blue", "pink", "white", "green", "purple")),
        Category("tree", "trees", outdoors.tree, 0.42, 0.78, ("ground",), ("green", "orange", "red", "yellow", "pink",
                                                                           "white")),
        Category("mushroom", "mushrooms", outdoors.mushroom, 0.14, 0.98, ("ground",), ("red", "brown", "orange",
                                                                                       "purple",
                 "white", "yellow", "blue"), ("plain", "dotted")),
        Category("apple", "apples", outdoors.apple, 0.12, 0.94, ("ground", "surface"), ("red", "green", "yellow")),
        Category("ball", "balls", outdoors.ball, 0.13, 1.0, ("ground", "surface"), patterns=PATTERNS,
                 textures=("plain", "fabric", "stone", "wood"), upright=False),
        Category("kite", "kites", outdoors.kite, 0.24, 0.66, ("air",), (*_BRIGHT, "black"), PATTERNS, upright=False),
        Category("bucket", "buckets", outdoors.bucket, 0.14, 0.84, ("ground",), patterns=PATTERNS, textures=_HARD),
        Category("tent", "tents", outdoors.tent, 0.27, 1.5, ("ground",), patterns=("plain", "striped", "checked")),
    )
}  # fmt: skip

SIZES: dict[str, float] = {"small": 0.7, "medium": 1.0, "large": 1.42}
