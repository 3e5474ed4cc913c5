"""Pen strokes of mathematical signs, for handwriting: polylines in a unit box, x to the right, y downwards.

Signs are drawn here stroke by stroke; Greek letters come from the Hershey fonts (A. V. Hershey, 1967, US National
Bureau of Standards; the package Hershey-Fonts, MIT). Letters and digits come from handwriting typefaces (see `hand`).
"""

from __future__ import annotations

import functools

Stroke = tuple[tuple[float, float], ...]

_SIGNS: dict[str, str] = {
    "−": "0 .5 1 .5", "+": "0 .5 1 .5|.5 0 .5 1", "=": "0 .15 1 .15|0 .9 1 .85",
    "±": "0 .38 1 .38|.5 0 .5 .76|0 1 1 1", "∓": "0 0 1 0|0 .62 1 .62|.5 .24 .5 1", "<": "1 0 0 .5 1 1",
    ">": "0 0 1 .5 0 1", "≤": "1 0 0 .38 1 .76|0 1 1 1", "≥": "0 0 1 .38 0 .76|0 1 1 1",
    "≠": "0 .3 1 .3|0 .7 1 .7|.75 0 .25 1", "≡": "0 .05 1 .05|0 .5 1 .5|0 .95 1 .95",
    "≈": "~0 .3 .25 0 .5 .15 .75 .35 1 .05|~0 .9 .25 .6 .5 .75 .75 .95 1 .65",
    "≃": "~0 .4 .25 0 .5 .2 .75 .5 1 .1|0 1 1 1", "≅": "~0 .3 .25 0 .5 .15 .75 .35 1 .05|0 .65 1 .65|0 1 1 1",
    "∝": "~1 .1 .7 .3 .5 .6 .25 1 0 .6 .2 .05 .5 .5 .75 .9 1 .95", "≪": ".5 0 0 .5 .5 1|1 0 .5 .5 1 1",
    "≫": "0 0 .5 .5 0 1|.5 0 1 .5 .5 1", "×": "0 0 1 1|1 0 0 1", "⋅": "~.4 .4 .6 .4 .6 .6 .4 .6 .4 .4",
    "÷": "0 .5 1 .5|~.45 .1 .55 .1 .5 .2|~.45 .85 .55 .85 .5 .95", "/": "1 0 0 1",
    "(": "~1 0 .35 .2 .05 .5 .35 .8 1 1", ")": "~0 0 .65 .2 .95 .5 .65 .8 0 1", "[": "1 0 0 0 0 1 1 1",
    "]": "0 0 1 0 1 1 0 1", "{": "~1 0 .6 .05 .55 .2 .55 .4 .1 .5 .55 .6 .55 .8 .6 .95 1 1",
    "}": "~0 0 .4 .05 .45 .2 .45 .4 .9 .5 .45 .6 .45 .8 .4 .95 0 1", "|": ".5 0 .5 1", "∥": ".2 0 .2 1|.8 0 .8 1",
    "√": "0 .65 .25 .58 .6 1 1 0", "⌊": "0 0 0 1 1 1", "⌋": "1 0 1 1 0 1", "⌈": "1 0 0 0 0 1", "⌉": "0 0 1 0 1 1",
    "∑": ".95 .12 .9 0 .05 0 .55 .48 0 1 .95 1 1 .86", "∏": "0 0 1 0|.2 0 .2 1|.8 0 .8 1",
    "∫": "~1 .08 .85 0 .65 .08 .5 .5 .35 .92 .15 1 0 .92",
    "∬": "~.65 .08 .55 0 .42 .08 .33 .5 .24 .92 .1 1 0 .92|~1 .08 .9 0 .77 .08 .67 .5 .58 .92 .45 1 .35 .92",
    "∮": "~1 .08 .85 0 .65 .08 .5 .5 .35 .92 .15 1 0 .92|~.5 .36 .8 .5 .5 .64 .2 .5 .5 .36",
    "∞": "~.5 .5 .25 0 0 .5 .25 1 .5 .5 .75 0 1 .5 .75 1 .5 .5",
    "∂": "~.2 .15 .5 0 .9 .3 .95 .65 .5 1 .05 .8 .1 .5 .5 .4 .9 .6", "∇": "0 0 1 0 .5 1 0 0",
    "∀": "0 0 .5 1 1 0|.2 .4 .8 .4", "∃": "0 0 1 0 1 1 0 1|.15 .5 1 .5",
    "∈": "~1 0 .4 .05 0 .5 .4 .95 1 1|0 .5 .9 .5", "∉": "~1 .1 .4 .15 0 .5 .4 .85 1 .9|0 .5 .9 .5|.8 0 .2 1",
    "⊂": "~1 0 .35 .05 0 .5 .35 .95 1 1", "⊃": "~0 0 .65 .05 1 .5 .65 .95 0 1",
    "⊆": "~1 0 .35 .02 0 .38 .35 .74 1 .76|0 1 1 1", "⊇": "~0 0 .65 .02 1 .38 .65 .74 0 .76|0 1 1 1",
    "∪": "~0 0 .02 .6 .5 1 .98 .6 1 0", "∩": "~0 1 .02 .4 .5 0 .98 .4 1 1", "⋃": "~0 0 .02 .6 .5 1 .98 .6 1 0",
    "⋂": "~0 1 .02 .4 .5 0 .98 .4 1 1", "\\": "0 0 1 1", "∧": "0 1 .5 0 1 1", "∨": "0 0 .5 1 1 0", "¬": "0 0 1 0 1 1",
    "⊕": "~.5 0 .95 .25 .95 .75 .5 1 .05 .75 .05 .25 .5 0|0 .5 1 .5|.5 0 .5 1",
    "⨁": "~.5 0 .95 .25 .95 .75 .5 1 .05 .75 .05 .25 .5 0|0 .5 1 .5|.5 0 .5 1",
    "⊗": "~.5 0 .95 .25 .95 .75 .5 1 .05 .75 .05 .25 .5 0|.15 .15 .85 .85|.85 .15 .15 .85",
    "∘": "~.5 0 1 .3 .9 .85 .4 1 0 .6 .1 .15 .5 0", "→": "0 .5 1 .5|.7 0 1 .5 .7 1", "←": "1 .5 0 .5|.3 0 0 .5 .3 1",
    "⇒": "0 .32 .85 .32|0 .68 .85 .68|.6 0 1 .5 .6 1",
    "⇔": ".12 .32 .88 .32|.12 .68 .88 .68|.7 0 1 .5 .7 1|.3 0 0 .5 .3 1", "↦": "0 .5 1 .5|.7 0 1 .5 .7 1|0 .2 0 .8",
    "⇌": "0 .35 1 .35 .75 0|1 .65 0 .65 .25 1", "⊥": "0 1 1 1|.5 0 .5 1", "∠": "1 0 0 1 1 1", "′": ".8 0 .2 1",
    "…": "_.05 .5|_.5 .5|_.95 .5", "⋯": "_.05 .5|_.5 .5|_.95 .5", "⋮": "_.5 .05|_.5 .5|_.5 .95",
    "⋱": "_.05 .05|_.5 .5|_.95 .95", "⊢": "0 0 0 1|0 .5 1 .5", "⊧": "0 0 0 1|0 .35 1 .35|0 .65 1 .65",
    "≺": "~1 0 .7 .3 0 .5 .7 .7 1 1", "≻": "~0 0 .3 .3 1 .5 .3 .7 0 1", "*": "0 .3 1 .7|1 .3 0 .7|.5 0 .5 1",
    "⌀": "~.5 .1 .95 .3 .9 .75 .5 .9 .05 .75 .1 .25 .5 .1|.9 0 .1 1", "\u0302": "0 1 .5 0 1 1", "\u0304": "0 .5 1 .5",
    "\u0303": "~0 .8 .25 .1 .5 .5 .75 .9 1 .2", "\u0307": "_.5 .5", "\u0308": "_.1 .5|_.9 .5",
    "†": ".5 0 .5 1|.05 .3 .95 .3", "θ": "~.5 0 .95 .3 .8 .85 .45 1 .05 .7 .2 .15 .5 0|.1 .5 .9 .5",
    "ϵ": "~1 .05 .5 0 .1 .25 .05 .5 .1 .75 .5 1 1 .95|.05 .5 .8 .5",
    "ϕ": "~.5 .22 .95 .35 .95 .65 .5 .78 .05 .65 .05 .35 .5 .22|.5 0 .5 1",
    "ϱ": "~.15 .55 .4 .68 .8 .6 1 .3 .75 .02 .35 .05 .1 .35 .05 .7 .2 .88 .6 .9 .8 1",
    "ℓ": "~0 .8 .5 .5 .9 .1 .65 0 .4 .4 .3 .85 .55 1 .85 .85", "ℵ": "0 0 1 1|~.2 .2 .05 .5 .2 1|~1 0 1 .3 .75 .6",
    "ℏ": "~.25 0 .15 1|~.2 .7 .5 .45 .75 .55 .65 1 .85 .95|0 .25 .6 .15",
}  # fmt: skip
"""Strokes split by |; numbers in pairs; ~ marks a smooth line, _ a dot."""

_GREEK = {
    **dict(zip("αβχδεφγηικλμνοπϑρστυωξψζ", "abcdefghiklmnopqrstuwxyz", strict=True)),
    **dict(zip("ΔΦΓΛΠΘΣΩΞΨ", "DFGLPQSWXY", strict=True)),
}  # fmt: skip
"""Keys of the Hershey face `greek`."""


@functools.cache
def strokes(char: str) -> tuple[Stroke, ...]:
    """The strokes of a sign or Greek letter in the unit box, smooth ones subdivided; empty for what is neither. A dot
    is a stroke of one point."""
    if char in _SIGNS:
        return tuple(_stroke(part) for part in _SIGNS[char].split("|"))
    if char in _GREEK:
        return _hershey(_GREEK[char])
    return ()


def _stroke(text: str) -> Stroke:
    numbers = [float(v) for v in text.strip("~_").split()]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    return smooth(points) if text.startswith("~") else tuple(points)


def smooth(points: list[tuple[float, float]]) -> Stroke:
    """A Catmull-Rom curve through the points, six pieces to a span."""
    ends = [points[0], *points, points[-1]]
    found: list[tuple[float, float]] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(6):
            t = step / 6
            found.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return (*found, points[-1])


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _hershey(key: str) -> tuple[Stroke, ...]:
    from HersheyFonts import HersheyFonts

    font = HersheyFonts()
    font.load_default_font("greek")
    lines = [[(float(x), float(y)) for x, y in line] for line in font.strokes_for_text(key)]
    xs, ys = [x for line in lines for x, _ in line], [y for line in lines for _, y in line]
    left, top = min(xs), min(ys)
    width, height = max(max(xs) - left, 1e-6), max(max(ys) - top, 1e-6)
    return tuple(tuple(((x - left) / width, (y - top) / height) for x, y in line) for line in lines)
