"""How a chart looks: everything that carries no facts, as one frozen value for provenance.

Covered: canvas size, fonts, colours of paper and ink, grid, spines, ticks, title, legend, bar, line and marker looks,
colour maps; `style_for` draws one that suits a chart. The named looks are in `style_presets`. Not covered: the colours,
markers, line styles and legend places of the series, which are facts of the chart summary.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from mmrecipes.canvas.fonts import FAMILIES, face
from mmrecipes.canvas.scripts import LANGUAGES, families_for
from mmrecipes.core.identity import turn
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.palettes import contrast, difference, luminance
from mmrecipes.render.charts.summary import Chart

Grid = Literal["none", "x", "y", "both"]
Decoration = Literal["none", "tab", "top_rule", "frame", "card", "band"]
"""Marks of a house style: a small block at the top left, a rule over the title, an outer line, a rounded card on a
tinted ground, a coloured band behind the title."""

MIN_PAPER_DIFFERENCE = 16.0
"""Least CIEDE2000 difference between a series and the plot's background."""
MIN_DARK_CONTRAST, DARK = 2.0, 0.2
"""Least contrast ratio of a series on paper whose luminance is below the second: thin navy lines vanish on black."""


@dataclass(frozen=True, slots=True)
class Style:
    """A look. Lengths are pixels, colours `#rrggbb`, shares 0..1."""

    preset: str
    width: int
    height: int
    family: str
    title_family: str
    title_size: float
    name_size: float
    tick_size: float
    data_size: float
    title_bold: bool
    title_align: Literal["left", "centre"]
    background: str
    plot_background: str
    title_colour: str
    text_colour: str
    tick_colour: str
    grid: Grid
    grid_colour: str
    grid_width: float
    grid_dash: tuple[float, ...]
    spines: str
    """The sides with a line, of the letters l, b, t and r."""
    spine_colour: str
    spine_width: float
    ticks: Literal["out", "in", "none"]
    tick_length: float
    tick_rotation: Literal[0, 45, 90]
    """Preferred turn of long category labels, degrees."""
    y_name: Literal["turned", "top"]
    unit_form: Literal["round", "comma", "square"]
    line_width: float
    marker_size: float
    marker_edge: Literal["none", "paper", "dark"]
    bar_gap: float
    """Free share of a category's width."""
    bar_radius: float
    bar_edge: Literal["none", "paper", "dark"]
    area_opacity: float
    legend_frame: bool
    legend_shape: Literal["square", "circle"]
    legend_inside: bool
    """Whether an upper legend goes into the plot where there is room, else above it."""
    labels_inside: bool
    decoration: Decoration
    accent: str
    ramp: tuple[str, ...]
    """Colour stops of heatmaps, low to high."""
    hole: float
    """Inner radius of donuts as a share of the outer one."""
    round_web: bool
    """Circles instead of polygons behind radars."""
    hatch: bool
    """Hatched bars (matplotlib only)."""

    @property
    def pad(self) -> float:
        """The outer margin."""
        return 0.9 * self.tick_size + 4

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def style_for(chart: Chart, index: int, rng: random.Random) -> Style:
    """A style for the chart at `index`: the presets by turns, the rest drawn from `rng`.

    A preset on whose paper a series would hardly show (see `shows`) is passed over. Raises
    `LayoutRefusal("missing_glyph")` when no family has every character of the chart.
    """
    from mmrecipes.render.charts.style_presets import PRESETS

    start = turn(index, len(PRESETS), "chart style")
    order = [PRESETS[start], *rng.sample(PRESETS, len(PRESETS))]
    colours = [s.colour for p in chart.panels if p.type != "heatmap" for s in p.series]
    preset = next((p for p in order if shows(colours, p.paper.plot)), PRESETS[0])
    width, height = _size(chart, rng)
    style = _loosened(preset.style(width, height, _base_size(width, height, rng), rng), chart, rng)
    if LANGUAGES[chart.language].families:
        return _in_families_of(style, chart.language, rng)
    return covering(style, texts_of(chart))


def _in_families_of(style: Style, language: str, rng: random.Random) -> Style:
    """The style in families of a language that no bundled one sets, of the kinds that it had."""
    chosen = {}
    for name, family in (("family", style.family), ("title_family", style.title_family)):
        fitting = families_for(language, (FAMILIES[family].kind,))
        chosen[name] = fitting[rng.randrange(len(fitting))]
    return replace(style, **chosen)


def texts_of(chart: Chart) -> str:
    """Everything the chart may print, joined."""
    parts = [chart.title, *chart.annotations]
    for p in chart.panels:
        parts += [p.title, *(f"{a.name}{a.unit}" for a in p.axes), *(s.name for s in p.series)]
        parts += [label for a in p.axes for _, label in a.ticks]
        parts += [q.label for s in p.series for q in s.points if q.label is not None]
    return "".join(parts)


def covering(style: Style, text: str) -> Style:
    """The style with its families replaced by ones that have every glyph of the text.

    Raises `LayoutRefusal("missing_glyph")`, which names the characters, when no family has them all or when they run
    from right to left.
    """
    if text.isascii() and text.isprintable():
        return style
    needed = {ord(c) for c in text}
    if backwards := sorted({c for c in text if unicodedata.bidirectional(c) in ("R", "AL")}):
        raise LayoutRefusal("missing_glyph", f"right-to-left letters are not drawn: {_listed(backwards)}")
    chosen = {}
    for name, family in (("family", style.family), ("title_family", style.title_family)):
        fitting = [f for f in (family, *_FALLBACKS) if not _missing(f, needed)]
        if not fitting:
            least = min((_missing(f, needed) for f in (family, *_FALLBACKS)), key=len)
            raise LayoutRefusal("missing_glyph", f"no font family has {_listed(sorted(map(chr, least)))}")
        chosen[name] = fitting[0]
    return replace(style, **chosen)


_FALLBACKS = ("DejaVu Sans", "DejaVu Serif")


def _missing(family: str, needed: set[int]) -> set[int]:
    """Code points that the family lacks in one of the faces that charts use."""
    faces = (face(family, bold=bold, italic=italic) for bold, italic in ((False, False), (True, False), (False, True)))
    return {c for f in faces for c in needed - f.coverage}


def _listed(characters: Sequence[str]) -> str:
    """Up to twelve characters, quoted."""
    shown = ", ".join(repr(c) for c in characters[:12])
    return f"{shown} and {len(characters) - 12} more" if len(characters) > 12 else shown


def shows(colours: list[str], plot_background: str) -> bool:
    """Whether every colour stands out from the background: `MIN_PAPER_DIFFERENCE`, on dark ones also by contrast."""
    least = MIN_DARK_CONTRAST if luminance(plot_background) < DARK else 1.0
    paper = plot_background
    return all(difference(c, paper) >= MIN_PAPER_DIFFERENCE and contrast(c, paper) >= least for c in colours)


_ASPECTS: dict[str, tuple[float, float]] = {
    "pie": (0.9, 1.7), "donut": (0.9, 1.7), "radar": (0.85, 1.5), "heatmap": (0.95, 1.9), "horizontal_bar": (0.8, 1.8),
    "bar": (0.75, 2.1), "box": (0.75, 2.0), "violin": (0.75, 2.0), "error_bar": (0.7, 1.8), "scatter": (0.8, 1.8),
    "bubble": (0.9, 1.8), "histogram": (0.9, 2.0),
}  # fmt: skip
_WIDE = (1.05, 2.4)


def _size(chart: Chart, rng: random.Random) -> tuple[int, int]:
    """Width and height: an aspect between 0.6 and 2.4 that suits the type, 480 to 1400 pixels a side."""
    low, high = _ASPECTS.get(chart.type, _WIDE)
    if chart.layout == "side_by_side":
        low, high = 1.7, 2.4
    elif chart.layout == "stacked":
        low, high = 0.62, 0.95
    else:
        crowd = max((len(a.ticks) for p in chart.panels for a in p.axes if a.which == "x"), default=0)
        low = max(low, 0.6 + 0.07 * crowd if crowd > 4 else low)
    aspect = rng.uniform(min(low, high - 0.2), high)
    area = rng.uniform(0.36, 0.72) * 1e6 * (1.25 if len(chart.panels) > 1 else 1.0)
    width = (area * aspect) ** 0.5
    scale = min(1.0, 1400 / width, 1400 * aspect / width)
    width, height = width * scale, width * scale / aspect
    grow = max(1.0, 480 / min(width, height))
    return round(min(1400, width * grow)), round(min(1400, height * grow))


def _base_size(width: int, height: int, rng: random.Random) -> float:
    """Size of tick labels in pixels: at least 12, in proportion to the canvas."""
    ideal = 0.0182 * (width * height) ** 0.5 * rng.uniform(0.9, 1.2)
    return round(max(12.5, min(20.0, ideal, min(width, height) / 31)) * 2) / 2


def _loosened(style: Style, chart: Chart, rng: random.Random) -> Style:
    """Small departures from the preset, so that a preset is a family of looks."""
    style = replace(
        style,
        line_width=style.line_width * rng.uniform(0.85, 1.3),
        marker_size=style.marker_size * rng.uniform(0.9, 1.3),
        bar_gap=min(0.5, max(0.12, style.bar_gap + rng.uniform(-0.1, 0.12))),
        area_opacity=min(1.0, max(0.3, style.area_opacity + rng.uniform(-0.1, 0.15))),
        tick_rotation=rng.choice((0, 0, 0, 45, 90)),
        unit_form=rng.choice(("round", "round", "comma", "square")),
        legend_inside=rng.random() < 0.7,
        labels_inside=rng.random() < 0.3,
        hole=rng.uniform(0.45, 0.7),
        round_web=rng.random() < 0.5,
        hatch=rng.random() < 0.12,
    )
    if rng.random() < 0.25:
        style = replace(style, title_align="left" if style.title_align == "centre" else "centre")
    if rng.random() < 0.2 and style.spines:
        style = replace(style, grid="none" if style.grid != "none" else "y")
    if chart.type in ("scatter", "bubble") and style.grid == "y":
        style = replace(style, grid=rng.choice(("y", "both", "both")))
    return style
