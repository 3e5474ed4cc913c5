"""The parts themes are combined from: palettes, border sets, densities, header styles, alignments.

Not covered: which combinations exist (see `themes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mmrecipes.canvas.surface import Colour

Align = Literal["right", "decimal", "centre", "left", "centred_heads"]
"""right: numbers right, heads as their column. decimal: numbers by their point, heads centred. centre: all but the
first column. left: everything. centred_heads: numbers right, heads centred."""
HeaderStyle = Literal["plain", "bold", "italic", "accent", "filled", "inverted"]
Dash = Literal["solid", "dotted", "dashed"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a table; every text colour has a contrast of at least 4.5 on every fill it can stand on."""

    page: Colour
    text: Colour
    rule: Colour
    faint: Colour
    """Rules between body rows and columns."""
    accent: Colour
    """Inverted heads (under `on_accent` text), accent text, thick rules."""
    on_accent: Colour
    fill: Colour
    """Filled heads, section titles, label columns."""
    stripe: Colour


PALETTES: dict[str, Palette] = {
    "white": Palette("#ffffff", "#000000", "#000000", "#8c8c8c", "#000000", "#ffffff", "#e9e9e9", "#f3f3f3"),
    "ink": Palette("#ffffff", "#1b2433", "#1f3a68", "#b4c0d4", "#1f3a68", "#ffffff", "#dde6f3", "#f1f5fb"),
    "slate": Palette("#fbfbfc", "#2a2f36", "#5b6572", "#c9ced6", "#45505e", "#ffffff", "#e3e7ec", "#f0f2f5"),
    "forest": Palette("#ffffff", "#1d2a20", "#2e6b45", "#b5cfbe", "#256341", "#ffffff", "#dcefe2", "#f0f8f2"),
    "burgundy": Palette("#ffffff", "#2b1a1d", "#7c2237", "#d9bcc3", "#7c2237", "#ffffff", "#f5e1e6", "#fbf2f4"),
    "sand": Palette("#fdf8ee", "#33291a", "#8a6d3b", "#d9c7a3", "#6b5224", "#fffaf0", "#f0e4cb", "#f7efdf"),
    "teal": Palette("#ffffff", "#12302f", "#0f6e6a", "#a9d2cf", "#0f6562", "#ffffff", "#d7efed", "#edf8f7"),
    "ocean": Palette("#f5f9fd", "#14283a", "#2470a8", "#b3d0e6", "#1d5f92", "#ffffff", "#d3e6f5", "#e7f1fa"),
    "plum": Palette("#ffffff", "#291f33", "#5f3a82", "#cfc0dd", "#573478", "#ffffff", "#ebe2f3", "#f6f1fa"),
    "newspaper": Palette("#f4efe4", "#231f1a", "#3a352e", "#b3aa99", "#3a352e", "#f4efe4", "#e4dcca", "#ece5d7"),
    "grey": Palette("#f2f2f2", "#222222", "#555555", "#bdbdbd", "#4a4a4a", "#ffffff", "#dadada", "#e7e7e7"),
    "night": Palette("#1c2128", "#e4e8ee", "#8b97a8", "#47505d", "#34506f", "#ffffff", "#2f3844", "#252c35"),
    "terminal": Palette("#0f1a12", "#c9f2cf", "#57a868", "#2d5537", "#1f5c30", "#eafff0", "#193121", "#142619"),
    "amber": Palette("#ffffff", "#2e2410", "#b26a00", "#ebd3a6", "#8a5200", "#ffffff", "#fdecc8", "#fef7e8"),
    "rose": Palette("#fffafa", "#33222a", "#b0476b", "#e7c3d0", "#99375a", "#ffffff", "#f9e0e8", "#fdf0f4"),
    "sky": Palette("#ffffff", "#20303a", "#6aa5c4", "#cfe3ee", "#27698c", "#ffffff", "#e2f1f9", "#f3f9fd"),
}


@dataclass(frozen=True, slots=True)
class Borders:
    """Widths of rules in pixels at normal size; 0 is none."""

    top: float = 0
    bottom: float = 0
    left: float = 0
    right: float = 0
    head: float = 0
    """Below the header."""
    rows: float = 0
    cols: float = 0
    stub: float = 0
    """Right of the first column."""
    parents: float = 0
    """Below merged header cells, trimmed at both ends."""
    dash: Dash = "solid"
    """Style of the rules between rows."""
    sums: Literal["none", "single", "double"] = "none"
    """Rule above totals; `double` also puts a double rule below the last one."""
    frame: bool = False
    """A second line around the table."""
    striped: bool = False
    label: bool = False
    """The first column is filled."""


BORDERS: dict[str, Borders] = {
    "grid": Borders(1, 1, 1, 1, 1, 1, 1, 1),
    "heavy_grid": Borders(2, 2, 2, 2, 2, 1, 1, 1, sums="single"),
    "booktabs": Borders(top=2, bottom=2, head=1, parents=1, sums="single"),
    "rows": Borders(top=1, bottom=1, head=2, rows=1, parents=1),
    "columns": Borders(top=1, bottom=1, left=1, right=1, head=1, cols=1, stub=1, parents=1, sums="single"),
    "open_sides": Borders(top=2, bottom=2, head=1, rows=1, cols=1, stub=1, parents=1),
    "frame": Borders(2, 2, 2, 2, 1, parents=1, sums="single"),
    "head": Borders(head=2, parents=1, sums="single"),
    "top_bottom": Borders(top=2, bottom=2, parents=1),
    "none": Borders(parents=1),
    "stripes": Borders(striped=True, parents=1),
    "striped_frame": Borders(1, 1, 1, 1, 1, cols=0, parents=1, striped=True, sums="single"),
    "dotted": Borders(top=1, bottom=1, head=1, rows=1, dash="dotted", parents=1),
    "dashed": Borders(head=1, rows=1, dash="dashed", parents=1),
    "left_bar": Borders(left=4, head=1, parents=1),
    "right_bar": Borders(right=3, top=1, head=1, rows=1, parents=1),
    "stub": Borders(top=1, bottom=1, head=1, stub=2, parents=1, sums="single"),
    "ledger": Borders(top=1, head=1, rows=1, cols=0, stub=1, dash="dotted", parents=1, sums="double"),
    "ledger_ruled": Borders(1, 1, 1, 1, 2, 0, 1, 2, sums="double"),
    "contract": Borders(1, 1, 1, 1, 1, 1, 1, 1, frame=True, label=True),
    "form": Borders(1, 1, 1, 1, 1, 1, 0, 1, label=True, parents=1),
}


@dataclass(frozen=True, slots=True)
class Density:
    """Space in shares of the font size."""

    pad_x: float
    pad_y: float
    line: float


DENSITIES: dict[str, Density] = {
    "tight": Density(0.35, 0.14, 1.22),
    "normal": Density(0.55, 0.3, 1.28),
    "airy": Density(0.85, 0.55, 1.38),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """One look; `border`, `palette`, `density`, `header`, `font` and `align` are its visible axes."""

    name: str
    family: Literal["statistics", "technical", "financial"]
    border: str
    palette: str
    density: str
    header: HeaderStyle
    font: str
    align: Align

    @property
    def axes(self) -> tuple[str, ...]:
        """What can be seen of it."""
        return (self.border, self.palette, self.density, self.header, self.font, self.align)

    @property
    def colours(self) -> Palette:
        return PALETTES[self.palette]

    @property
    def rules(self) -> Borders:
        return BORDERS[self.border]

    @property
    def space(self) -> Density:
        return DENSITIES[self.density]
