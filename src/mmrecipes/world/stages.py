"""The backgrounds as stages: where things stand, fly or hang, how size falls with distance, who may appear.

Covered: ten kinds with several palettes each. Not covered: their drawing (see `backgrounds`).
"""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stage:
    """Bands are shares of the picture's height: of feet for `ground` and `water`, of centres for `air` and `wall`.

    `near` and `far` scale an object in front and at the back; `cast` weighs the categories that may appear;
    `avoid` names colours that would not stand out. Where it is not `dry` nothing stands on
    the ground.
    """

    horizon: float
    cast: dict[str, float]
    ground: Span
    palettes: tuple[tuple[str, ...], ...]
    air: Span | None = None
    wall: Span | None = None
    water: Span | None = None
    far: float = 0.66
    near: float = 1.22
    avoid: tuple[str, ...] = ()
    dark: bool = False
    dry: bool = True


STAGES: dict[str, Stage] = {
    "meadow": Stage(
        0.46,
        {"tree": 3, "house": 1.5, "tent": 1.5, "person": 2, "dog": 2, "cat": 2, "bicycle": 1.5, "umbrella": 1,
         "mushroom": 2, "ball": 1.5, "kite": 1.5, "bird": 1.5, "butterfly": 2, "balloon": 2, "bucket": 1,
         "duck": 2, "table": 0.6, "chair": 0.8, "plane": 0.6},
        (0.56, 0.95),
        (("#a9d8f5", "#eaf6fc", "#8cc063", "#5d9a45", "#79b058"),
         ("#f6d7b0", "#fdf0dc", "#a8b35a", "#7f8f3d", "#95a24c"),
         ("#b9cfe6", "#f0f4f8", "#7fae6b", "#4f8a4c", "#6b9d5b")),
        air=(0.08, 0.34), avoid=("green",)),
    "street": Stage(
        0.44,
        {"car": 4, "bus": 1.6, "truck": 1.6, "bicycle": 2.5, "person": 3, "dog": 1.6, "cat": 1.2, "bird": 1,
         "plane": 0.8, "balloon": 0.8, "umbrella": 0.5, "ball": 0.6},
        (0.6, 0.95),
        (("#bcdcf2", "#eef5fa", "#9aa6b4", "#c7bfb3", "#6f7278"),
         ("#f3c9a5", "#fbe9d6", "#a08fa0", "#c9b7a6", "#6a6870"),
         ("#c9d3dc", "#e8edf0", "#8895a3", "#b9bdc0", "#787c82")),
        air=(0.07, 0.26), far=0.7, avoid=("grey",)),
    "beach": Stage(
        0.36,
        {"umbrella": 2.5, "ball": 2, "chair": 1.6, "bucket": 2.5, "starfish": 2.5, "person": 2.5, "dog": 1.4,
         "boat": 2.5, "kite": 1.4, "bird": 1.6, "tent": 0.8, "balloon": 0.7, "book": 0.6, "duck": 0.8},
        (0.66, 0.95),
        (("#9fd6f5", "#e6f6fd", "#3f9fc4", "#efd9a7", "#e3c78c"),
         ("#f7b98f", "#fde4c6", "#5f8fb0", "#ecd2a6", "#d9b985"),
         ("#b6cbd9", "#e9eff2", "#5b93a3", "#e6d6b4", "#d3bf97")),
        air=(0.07, 0.24), water=(0.44, 0.53), avoid=("yellow",)),
    "room": Stage(
        0.6,
        {"chair": 2.5, "table": 2, "lamp": 2, "cat": 2, "dog": 1.6, "clock": 2, "ball": 1.6, "book": 1.6,
         "flower pot": 2, "person": 1.6, "umbrella": 0.8, "bucket": 0.8, "bottle": 0.8},
        (0.7, 0.96),
        (("#e9dfcb", "#d9ccb2", "#b98a5a", "#9c7044", "#7fa3b8"),
         ("#cfe0dc", "#bcd2cd", "#a77c56", "#8a623f", "#c98b6b"),
         ("#e3d3dc", "#d2bfca", "#9a8577", "#7f6b5f", "#8f9f73"),
         ("#d5dbe6", "#c2cad9", "#c39a68", "#a57f50", "#c46f5d")),
        wall=(0.16, 0.3), far=1.0, near=1.45, avoid=("brown",)),
    "desk": Stage(
        0.42,
        {"cup": 3, "bottle": 2, "book": 3, "lamp": 2, "apple": 3, "flower pot": 2, "clock": 1.6, "ball": 1.4,
         "teapot": 2.4, "car": 0.7, "bus": 0.4, "starfish": 0.4, "duck": 0.7},
        (0.62, 0.95),
        (("#d8cfc0", "#c6bba8", "#a9764a", "#8d5f39"),
         ("#b7c7d4", "#a3b5c4", "#b98d63", "#99714c"),
         ("#dcd3df", "#cbbfd0", "#8c6e5c", "#735848"),
         ("#cdd6c4", "#bac6af", "#c49b6c", "#a47d52")),
        far=1.05, near=1.75, avoid=("brown",)),
    "snow": Stage(
        0.46,
        {"snowman": 3, "tree": 3, "house": 1.5, "person": 2.5, "dog": 2, "cat": 1.2, "bird": 1.4, "car": 1.2,
         "tent": 0.8, "bucket": 1, "balloon": 1, "plane": 0.6, "ball": 0.6},
        (0.57, 0.95),
        (("#c4dcf0", "#eef5fb", "#b7c9dc", "#f4f8fc"),
         ("#e7c8cf", "#f8e8e8", "#c3b8cf", "#f6f3fa"),
         ("#a9b9cc", "#d9e2ec", "#9fb0c4", "#eef2f7")),
        air=(0.08, 0.32), avoid=("white",)),
    "night": Stage(
        0.5,
        {"house": 2.5, "tree": 2.5, "car": 2, "tent": 2, "person": 2, "cat": 1.8, "dog": 1.4, "truck": 1,
         "bus": 1, "balloon": 1, "plane": 1, "lamp": 0.6, "bicycle": 1.2},
        (0.6, 0.95),
        (("#0f1a3a", "#2a3a6a", "#25402f", "#1b3226"),
         ("#1a1233", "#46305f", "#3a3550", "#2b2840"),
         ("#0c2233", "#234a5c", "#30463c", "#22362e")),
        air=(0.09, 0.34), avoid=("black", "purple", "blue", "brown", "grey"), dark=True),
    "underwater": Stage(
        0.72,
        {"fish": 7, "starfish": 3, "bottle": 1, "bucket": 0.7, "teapot": 0.5, "ball": 0.6},
        (0.82, 0.96),
        (("#5cc3dc", "#1c6f9c", "#d9c48f", "#2f8a6a"),
         ("#4fb6b0", "#146a78", "#cbb58a", "#7a5fa0"),
         ("#6aa9e0", "#234f92", "#d6c7a0", "#c2607a")),
        air=(0.12, 0.68), far=0.95, near=1.35, avoid=("turquoise", "blue")),
    "harbour": Stage(
        0.4,
        {"boat": 5, "duck": 4, "bird": 2, "plane": 0.8, "balloon": 1.6, "kite": 1},
        (0.5, 0.95),
        (("#a7d3ef", "#eaf5fb", "#4d9cc0", "#2f7ba3"),
         ("#f5b68e", "#fbe2c5", "#5e86a8", "#436c92"),
         ("#c3d3d8", "#eef2f2", "#5f9a9a", "#417e80")),
        air=(0.08, 0.28), water=(0.5, 0.94), dry=False, avoid=("blue",)),
    "studio": Stage(
        0.56,
        {"car": 1, "chair": 1, "table": 0.6, "lamp": 1, "cup": 1.2, "bottle": 1, "book": 1, "ball": 1.4,
         "umbrella": 1, "clock": 0.6, "bicycle": 1, "cat": 1, "dog": 1, "duck": 1, "teapot": 1,
         "flower pot": 1, "apple": 1, "mushroom": 1, "house": 0.7, "tent": 0.7, "person": 1, "bucket": 1,
         "snowman": 0.5, "tree": 0.6, "truck": 0.8, "bus": 0.6, "kite": 0.5, "butterfly": 0.8, "starfish": 0.5},
        (0.66, 0.95),
        (("#f3efe6", "#d9d2c4"),
         ("#dfe8ee", "#b9c8d3"),
         ("#f1dfdc", "#d8b9b3"),
         ("#e2ead9", "#bccbab"),
         ("#e6e1ef", "#c3b9d6")),
        air=(0.14, 0.34), far=0.95, near=1.35),
}  # fmt: skip
