"""Series colours that people can tell apart and name.

Covered: CIEDE2000 (Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference formula: implementation notes"),
sRGB to CIELAB (D65), palettes of named colours, choosing k colours of which any two differ by at least
`MIN_DIFFERENCE` and bear different plain names. Not covered: colour vision deficiency, colour maps of heatmaps.
"""

from __future__ import annotations

import functools
import math
import random
from dataclasses import dataclass

MIN_DIFFERENCE = 20.0
"""Smallest CIEDE2000 difference between two series of one chart (Qianfan-VL spec, precision rule)."""

Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour and the plain word for it; `hue` is the word without light/dark, unique in a chart."""

    hex: str
    name: str

    @property
    def hue(self) -> str:
        return _HUE_OF.get(self.name, self.name.split()[-1])


_HUE_OF = {"navy": "blue", "maroon": "red", "gold": "yellow", "turquoise": "teal"}


def lab(colour: str) -> Lab:
    """CIELAB (D65, 2 degrees) of `#rrggbb`."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (_lab_curve(v) for v in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 (black) to 1 (white), as WCAG 2.1 defines it."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _linear(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def _lab_curve(t: float) -> float:
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def ciede2000(a: Lab, b: Lab) -> float:
    """The CIEDE2000 difference of two CIELAB colours with kL = kC = kH = 1 (Sharma et al. 2005, eq. 2-22)."""
    (l1, a1, b1), (l2, a2, b2) = a, b
    mean_c7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(mean_c7 / (mean_c7 + 25.0**7)))
    c1, h1 = _chroma_hue((1 + g) * a1, b1)
    c2, h2 = _chroma_hue((1 + g) * a2, b2)
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(_hue_difference(c1, h1, c2, h2)) / 2)
    mean_l, mean_c, mean_h = (l1 + l2) / 2, (c1 + c2) / 2, _mean_hue(c1, h1, c2, h2)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    s_c = 1 + 0.045 * mean_c
    s_h = 1 + 0.015 * mean_c * _hue_weight(mean_h)
    turn = 30 * math.exp(-(((mean_h - 275) / 25) ** 2))
    r_t = -2 * math.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * math.sin(math.radians(2 * turn))
    lightness, chroma, hue = d_l / s_l, d_c / s_c, d_h / s_h
    return math.sqrt(lightness**2 + chroma**2 + hue**2 + r_t * chroma * hue)


def _chroma_hue(a: float, b: float) -> tuple[float, float]:
    return math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360 if (a or b) else 0.0


def _hue_difference(c1: float, h1: float, c2: float, h2: float) -> float:
    if c1 * c2 == 0:
        return 0.0
    difference = h2 - h1
    return difference - 360 if difference > 180 else difference + 360 if difference < -180 else difference


def _mean_hue(c1: float, h1: float, c2: float, h2: float) -> float:
    if c1 * c2 == 0:
        return h1 + h2
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2


def _hue_weight(h: float) -> float:
    cos = lambda degrees: math.cos(math.radians(degrees))  # noqa: E731
    return 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.20 * cos(4 * h - 63)


@functools.lru_cache(maxsize=8192)
def difference(a: str, b: str) -> float:
    """CIEDE2000 of two `#rrggbb` colours."""
    return ciede2000(lab(a), lab(b))


def _palette(*pairs: str) -> tuple[Colour, ...]:
    return tuple(Colour(hex_, name) for hex_, name in (p.split(" ", 1) for p in pairs))


PALETTES: tuple[tuple[Colour, ...], ...] = (
    _palette("#1f77b4 blue", "#ff7f0e orange", "#2ca02c green", "#d62728 red", "#9467bd purple", "#8c564b brown",
             "#e377c2 pink", "#7f7f7f grey"),
    _palette("#0072b2 blue", "#e69f00 orange", "#009e73 green", "#cc79a7 pink", "#000000 black", "#f0e442 yellow",
             "#7b3294 purple"),
    _palette("#e41a1c red", "#377eb8 blue", "#4daf4a green", "#984ea3 purple", "#ff7f00 orange", "#a65628 brown",
             "#f781bf pink", "#999999 grey"),
    _palette("#264653 navy", "#2a9d8f teal", "#e9c46a yellow", "#f4a261 orange", "#e63946 red", "#8d5a97 purple"),
    _palette("#003f5c navy", "#ffa600 orange", "#bc5090 purple", "#ff6361 red", "#7fb069 green", "#8a8a8a grey"),
    _palette("#5b8ff9 blue", "#5ad8a6 green", "#5d7092 grey", "#f6bd16 yellow", "#e8684a red", "#9270ca purple",
             "#ff9d4d orange"),
    _palette("#4e79a7 blue", "#f28e2b orange", "#e15759 red", "#76b7b2 teal", "#59a14f green", "#edc948 yellow",
             "#b07aa1 purple", "#9c755f brown"),
    _palette("#8ecae6 light blue", "#023047 navy", "#fb8500 orange", "#6a994e green", "#bc4749 red", "#ffd166 yellow"),
    _palette("#6a4c93 purple", "#1982c4 blue", "#8ac926 green", "#ffca3a yellow", "#ff595e red", "#6b705c grey"),
    _palette("#d81b60 pink", "#1e88e5 blue", "#ffc107 yellow", "#004d40 dark green", "#8e24aa purple",
             "#6d4c41 brown"),
    _palette("#a6cee3 light blue", "#33a02c green", "#fb9a99 pink", "#e31a1c red", "#fdbf6f light orange",
             "#6a3d9a purple", "#b15928 brown"),
    _palette("#222222 black", "#c1121f red", "#669bbc blue", "#a3b18a green", "#dda15e orange", "#9d8189 grey"),
    _palette("#12355b navy", "#d72638 red", "#f49d37 orange", "#3f88c5 blue", "#140f2d black", "#7dcfb6 turquoise"),
    _palette("#800f2f maroon", "#ff8fa3 pink", "#457b9d blue", "#a7c957 green", "#6d6875 grey", "#f2cc8f gold"),
    _palette("#118ab2 blue", "#ef476f pink", "#06d6a0 turquoise", "#ffd166 yellow", "#073b4c navy", "#a44a3f brown"),
    _palette("#66c2a5 teal", "#fc8d62 orange", "#8da0cb blue", "#e78ac3 pink", "#a6d854 green", "#ffd92f yellow",
             "#b3b3b3 grey"),
)  # fmt: skip
"""Hand-named palettes; among them Tableau 10, Okabe and Ito 2008, ColorBrewer Set1, Paired and Set2."""

_ALL = tuple(dict.fromkeys(c for p in PALETTES for c in p))

RISE_FALL: tuple[tuple[Colour, Colour], ...] = tuple(
    (a, b)
    for a, b in (
        _palette("#2ca02c green", "#d62728 red"), _palette("#26a69a teal", "#ef5350 red"),
        _palette("#1e88e5 blue", "#f4511e orange"), _palette("#377eb8 blue", "#e41a1c red"),
        _palette("#59a14f green", "#e15759 red"), _palette("#5b8ff9 blue", "#f6bd16 yellow"),
        _palette("#d62728 red", "#2ca02c green"), _palette("#222222 black", "#c1121f red"),
    )
)  # fmt: skip
"""Colours for rising and falling bars (in some markets red means rising)."""


def pick(count: int, rng: random.Random, *taken: Colour) -> list[Colour]:
    """`count` colours from one palette where it suffices (filled up from the others), none close to `taken`.

    Any two differ by at least `MIN_DIFFERENCE` and have different hue words. Raises `ValueError` above 8.
    """
    for _ in range(20):
        palette = list(rng.choice(PALETTES))
        if rng.random() < 0.5:
            rng.shuffle(palette)
        rest = list(_ALL)
        rng.shuffle(rest)
        chosen: list[Colour] = list(taken)
        for colour in palette + rest:
            if len(chosen) - len(taken) == count:
                return chosen[len(taken) :]
            if fits(colour, chosen):
                chosen.append(colour)
    raise ValueError(f"no {count} colours can be told apart")


def fits(colour: Colour, others: list[Colour]) -> bool:
    """Whether the colour differs from all others by name, by hue word and by CIEDE2000."""
    return all(colour.hue != o.hue and difference(colour.hex, o.hex) >= MIN_DIFFERENCE for o in others)
