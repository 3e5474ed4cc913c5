"""Named looks, modelled on well-known kinds of charts: statistical packages, newspapers, journals, dashboards.

Covered: sixteen presets, each with its own paper, ink, grid, spines, fonts and decoration. Not covered: exact copies of
any house style (all values are our own).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from mmrecipes.canvas.fonts import families
from mmrecipes.render.charts.style import Style

RAMPS: tuple[tuple[str, ...], ...] = (
    ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"),
    ("#fff5eb", "#fdd0a2", "#fd8d3c", "#d94801", "#7f2704"),
    ("#f7fcf5", "#c7e9c0", "#74c476", "#238b45", "#00441b"),
    ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"),
    ("#0d0887", "#7e03a8", "#cc4778", "#f89540", "#f0f921"),
    ("#ffffd9", "#c7e9b4", "#41b6c4", "#225ea8", "#081d58"),
    ("#fcfbfd", "#dadaeb", "#9e9ac8", "#6a51a3", "#3f007d"),
    ("#fff7ec", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000"),
    ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"),
    ("#03051a", "#611f53", "#cb1b4f", "#f4875e", "#faebdd"),
)
"""Colour maps, low to high; among them ColorBrewer's Blues, Oranges, Greens, YlGnBu, Purples, OrRd and RdBu."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Colours of the paper and the inks on it."""

    ground: str
    plot: str
    title: str
    text: str
    tick: str
    grid: str
    spine: str
    accent: str = "#c1121f"


@dataclass(frozen=True, slots=True)
class Preset:
    """A look before size and chance: `change` overrides fields of `Style`."""

    name: str
    paper: Paper
    faces: tuple[str, ...]
    title_faces: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict)

    def style(self, width: int, height: int, size: float, rng: random.Random) -> Style:
        """The style of this preset on a canvas with tick labels of `size` pixels."""
        p, family = self.paper, rng.choice(self.faces)
        unit = size / 13
        values: dict[str, Any] = {
            "preset": self.name, "width": width, "height": height, "family": family,
            "title_family": rng.choice(self.title_faces) if self.title_faces else family,
            "title_size": round(size * rng.choice((1.3, 1.4, 1.5, 1.65)), 1), "name_size": round(size * 1.06, 1),
            "tick_size": size, "data_size": round(max(12.0, size * 0.92), 1), "title_bold": True,
            "title_align": "centre", "background": p.ground, "plot_background": p.plot, "title_colour": p.title,
            "text_colour": p.text, "tick_colour": p.tick, "grid": "y", "grid_colour": p.grid, "grid_width": 1.0 * unit,
            "grid_dash": (), "spines": "lb", "spine_colour": p.spine, "spine_width": 1.1 * unit, "ticks": "out",
            "tick_length": 5.0 * unit, "tick_rotation": 0, "y_name": "turned", "unit_form": "round",
            "line_width": 2.3 * unit, "marker_size": 8.8 * unit, "marker_edge": "none", "bar_gap": 0.28,
            "bar_radius": 0.0, "bar_edge": "none", "area_opacity": 0.55, "legend_frame": False,
            "legend_shape": "square", "legend_inside": True, "labels_inside": False, "decoration": "none",
            "accent": p.accent, "ramp": rng.choice(RAMPS), "hole": 0.55, "round_web": True, "hatch": False,
        }  # fmt: skip
        return Style(**(values | self.change))


_SANS = ("Source Sans Pro", "Hanken Grotesk", "Manrope", "DejaVu Sans")
_HUMANIST = ("Source Sans Pro", "Hanken Grotesk")
_SERIF = ("Source Serif Pro", "STIX", "Caladea", "DejaVu Serif")

PRESETS: tuple[Preset, ...] = (
    Preset("plain", Paper("#ffffff", "#ffffff", "#222222", "#333333", "#444444", "#e3e3e3", "#555555"), _SANS),
    Preset("grey_panel", Paper("#ffffff", "#ebebeb", "#1a1a1a", "#1a1a1a", "#4d4d4d", "#ffffff", "#4d4d4d"), _SANS,
           change={"grid": "both", "spines": "", "title_align": "left", "title_bold": False}),
    Preset("broadsheet", Paper("#d7e4ec", "#d7e4ec", "#0b1f2b", "#24343d", "#33444e", "#ffffff", "#24343d", "#d7261e"),
           _HUMANIST, change={"spines": "b", "decoration": "tab", "title_align": "left", "y_name": "top"}),
    Preset("salmon", Paper("#fff1e5", "#fff1e5", "#33302e", "#55504c", "#66605c", "#e4d3c5", "#66605c", "#990f3d"),
           _HUMANIST, ("Source Serif Pro", "Caladea"),
           {"spines": "b", "decoration": "top_rule", "title_align": "left", "title_bold": False, "y_name": "top"}),
    Preset("minimal", Paper("#ffffff", "#ffffff", "#2b2b2b", "#5a5a5a", "#6a6a6a", "#ececec", "#bbbbbb"), _HUMANIST,
           change={"spines": "", "ticks": "none", "title_align": "left", "bar_radius": 3.0}),
    Preset("night", Paper("#1e1f29", "#1e1f29", "#f4f4f8", "#d6d6e0", "#b9b9c8", "#3a3c4e", "#8a8ca0", "#ffb454"),
           _SANS, change={"spines": "b", "title_align": "left", "area_opacity": 0.7}),
    Preset("spreadsheet", Paper("#ffffff", "#ffffff", "#595959", "#595959", "#595959", "#d9d9d9", "#bfbfbf"),
           ("DejaVu Sans", "Source Sans Pro"),
           change={"spines": "b", "ticks": "none", "decoration": "frame", "title_bold": False, "bar_gap": 0.35}),
    Preset("journal", Paper("#ffffff", "#ffffff", "#000000", "#000000", "#000000", "#dddddd", "#000000"), _SERIF,
           change={"grid": "none", "spines": "lbtr", "ticks": "in", "title_bold": False, "bar_edge": "dark",
                   "marker_edge": "dark", "legend_frame": True}),
    Preset("dashboard", Paper("#eef1f5", "#ffffff", "#1f2d3d", "#4a5868", "#66758a", "#e6eaef", "#c5ced8", "#3f6fd8"),
           ("Manrope", "Hanken Grotesk"),
           change={"spines": "", "ticks": "none", "decoration": "card", "title_align": "left", "bar_radius": 4.0,
                   "legend_shape": "circle", "marker_edge": "paper"}),
    Preset("lavender_panel", Paper("#ffffff", "#eaeaf2", "#262626", "#262626", "#333333", "#ffffff", "#eaeaf2"), _SANS,
           change={"grid": "both", "spines": "", "ticks": "none", "title_bold": False, "bar_edge": "paper",
                   "marker_edge": "paper"}),
    Preset("weblog", Paper("#f0f0f0", "#f0f0f0", "#222222", "#3c3c3c", "#555555", "#cbcbcb", "#999999"),
           ("DejaVu Sans", "Hanken Grotesk"),
           change={"grid": "both", "spines": "", "ticks": "none", "title_align": "left"}),
    Preset("almanac", Paper("#fbf7ee", "#fbf7ee", "#3b2f23", "#4d4032", "#5d5040", "#dfd5c2", "#7a6a55"), _SERIF,
           change={"grid_dash": (4.0, 3.0), "spines": "lb", "title_align": "centre"}),
    Preset("navy", Paper("#0f2537", "#14304a", "#ffffff", "#d5e3ee", "#b8cadb", "#29496a", "#6e8fab", "#4fc3f7"),
           ("Source Sans Pro", "Manrope"),
           change={"grid": "both", "grid_dash": (1.5, 3.0), "spines": "lb", "area_opacity": 0.7}),
    Preset("annual_report", Paper("#ffffff", "#f7f9fb", "#ffffff", "#2d3a45", "#45525e", "#dde4ea", "#8595a3",
                                  "#1f4e79"),
           _HUMANIST, change={"decoration": "band", "spines": "b", "title_align": "left"}),
    Preset("boxed", Paper("#ffffff", "#fcfcfc", "#111111", "#222222", "#333333", "#d0d0d0", "#333333"), _SANS,
           change={"grid": "both", "grid_dash": (1.5, 2.5), "spines": "lbtr", "legend_frame": True,
                   "bar_edge": "dark"}),
    Preset("typewriter", Paper("#fdfdf8", "#fdfdf8", "#111111", "#222222", "#333333", "#d8d8d0", "#222222"),
           ("DejaVu Sans Mono",), change={"grid": "y", "grid_dash": (5.0, 4.0), "ticks": "out", "title_bold": False}),
)  # fmt: skip

assert all(f in families() for p in PRESETS for f in (*p.faces, *p.title_faces))
