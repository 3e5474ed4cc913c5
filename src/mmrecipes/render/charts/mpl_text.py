"""Texts drawn by matplotlib where the layout planned them, measured as matplotlib draws them.

Covered: one- and multi-line labels at any angle, soft edges. The ink's length is matplotlib's own measure, its height
that of the glyph outlines. Not covered: tick marks and legends' frames.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from mmrecipes.core.boxes import Quad
from mmrecipes.render.charts.drawn import TextBox
from mmrecipes.render.charts.layout import Label

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DPI = 100


def points(pixels: float) -> float:
    """Typographic points for pixels on our figures."""
    return pixels * 72 / DPI


@functools.lru_cache(maxsize=1000)
def font(path: str, size: float) -> FontProperties:
    """The font file at a size in pixels."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=path, size=points(size))


def draw_label(fig: Figure, label: Label, renderer: Any) -> TextBox:
    """Add the label's lines to the figure and return the quad of their ink."""
    from matplotlib import patheffects
    from matplotlib.transforms import IdentityTransform

    height = float(fig.bbox.height)
    c, s = math.cos(math.radians(label.angle)), math.sin(math.radians(label.angle))
    left, top, right, bottom = 1e9, 1e9, -1e9, -1e9
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[label.align]
    for (_, dy), run in zip(label.offsets(), label.lines, strict=True):
        prop = font(str(run.face.path), run.size)
        width = renderer.get_text_width_height_descent(run.text, prop, False)[0]
        x, y = label.x - dy * s, label.y + dy * c
        drawn = fig.text(
            x, height - y, run.text, fontproperties=prop, color=label.colour, rotation=-label.angle, parse_math=False,
            rotation_mode="anchor", ha={"left": "left", "centre": "center", "right": "right"}[label.align],
            va="baseline", transform=IdentityTransform(), zorder=20,
        )  # fmt: skip
        if label.halo:
            drawn.set_path_effects([patheffects.withStroke(linewidth=points(0.26 * run.size), foreground=label.halo)])
        left, right = min(left, -share * width), max(right, (1 - share) * width)
        top, bottom = min(top, dy + run.ink[1]), max(bottom, dy + run.ink[3])
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    a, b, d, e = ((label.x + u * c - v * s, label.y + u * s + v * c) for u, v in corners)
    quad: Quad = (a, b, d, e)
    return TextBox(label.panel, label.role, label.text, quad, label.axis)
