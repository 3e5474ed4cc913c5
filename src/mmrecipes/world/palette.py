"""The fixed colours that objects have names for, and mixing.

Covered: twelve names of which any two differ by CIEDE2000 of at least 20, and the neutral colours of accessories
(wood, steel, glass), which no caption or question mentions. Not covered: shades ("light blue").
"""

from __future__ import annotations

import functools

from mmrecipes.canvas.surface import Colour

PALETTE: dict[str, Colour] = {
    "red": "#d42a2a",
    "orange": "#f28c1e",
    "yellow": "#f6d32d",
    "green": "#2f9e44",
    "turquoise": "#35c9c0",
    "blue": "#2a66e0",
    "purple": "#8b2fb0",
    "pink": "#f593bd",
    "brown": "#7b4a24",
    "white": "#f6f5f1",
    "grey": "#8e9499",
    "black": "#2a2b30",
}

DARK, TYRE, STEEL, GLASS, WOOD, LEAF, CREAM, LAMP = (
    "#34363c", "#26272a", "#b9c0c7", "#bfe0ee", "#8a5a33", "#4b9440", "#efe3c8", "#fff3b8",
)  # fmt: skip
SKIN: tuple[Colour, ...] = ("#f3cfb3", "#e0ac85", "#b97e55", "#8a5636", "#5f3a24")
HAIR: tuple[Colour, ...] = ("#2b211c", "#55341f", "#8f5a2c", "#d2a65a", "#9a9a9a")


@functools.lru_cache(maxsize=2_000)
def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0..1) of the way from `a` to `b`, in plain RGB."""
    channels = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in channels)


def lightness(colour: Colour) -> float:
    """Rough perceived lightness, 0..1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def second(colour: Colour) -> Colour:
    """What patterns draw on this colour: lighter or darker but of the same hue, so that the name stays true."""
    if colour == PALETTE["white"]:
        return mix(colour, "#3a3f46", 0.2)
    if colour == PALETTE["grey"]:
        return mix(colour, "#000000", 0.3)
    return mix(colour, "#ffffff", 0.4 if colour == PALETTE["black"] else 0.66)
