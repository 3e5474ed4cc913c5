"""matplotlib axes for a laid-out panel: place, limits, grid, spines and ticks from the layout, legend.

Covered: straight axes (linear, log, category), a second value axis, pixel axes for round charts, the colour bar. Not
covered: marks, texts (`mpl_text`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mmrecipes.canvas.surface import mixed
from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.drawn import LayoutRefusal, Mark
from mmrecipes.render.charts.layout import Scale, meet
from mmrecipes.render.charts.layout_frame import ROUND, Frame, axis_segments, grid_segments, spine_segments
from mmrecipes.render.charts.layout_legend import Swatch
from mmrecipes.render.charts.layout_ticks import Segment
from mmrecipes.render.charts.mpl_text import points
from mmrecipes.render.charts.summary import Axis, LineStyle, Marker, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS: dict[Marker, str] = {"none": "", "circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "X"}
LINES: dict[LineStyle, Any] = {"none": "", "solid": "-", "dashed": "--", "dotted": ":", "dash_dot": "-."}
HATCHES = ("//", "..", "xx", "\\\\", "oo", "--", "++", "**")


@dataclass(slots=True)
class Panel:
    """A panel being drawn: `right` is the second value axis."""

    frame: Frame
    axes: Axes
    right: Axes | None = None
    marks: list[Mark] = field(default_factory=list)

    def of(self, s: Series) -> Axes:
        """The axes a series is read on."""
        return self.right if s.axis == "y2" and self.right is not None else self.axes

    def mark(self, series: int, point: int, box: Box) -> None:
        """Record a mark's extents, given with y upwards as matplotlib has them."""
        x0, y0, x1, y1 = box
        h = self.frame.style.height
        quad = ((x0, h - y1), (x1, h - y1), (x1, h - y0), (x0, h - y0))
        self.marks.append(Mark(self.frame.index, series, point, quad))

    def mark_artist(self, series: int, point: int, artist: Any) -> None:
        b = artist.get_window_extent()
        self.mark(series, point, (b.x0, b.y0, b.x1, b.y1))

    def edge(self, fill: str) -> tuple[str, float]:
        """Outline colour and width in points of filled shapes."""
        from mmrecipes.render.charts.skia_bars import edge_of

        found = edge_of(self.frame.style, fill)
        return (found, 0.8) if found else (fill, 0.0)

    def hatch(self, k: int) -> str | None:
        return HATCHES[k % len(HATCHES)] if self.frame.style.hatch else None


def panel_axes(fig: Figure, frame: Frame) -> Panel:
    """Axes at the frame's plot area with the summary's own ticks."""
    style = frame.style
    if frame.panel.type in ROUND:
        axes = fig.add_axes((0, 0, 1, 1), frameon=False)
        axes.set_axis_off()
        axes.set_xlim(0, style.width)
        axes.set_ylim(0, style.height)
        return Panel(frame, axes)
    x0, y0, x1, y1 = frame.area
    place = (x0 / style.width, 1 - y1 / style.height, (x1 - x0) / style.width, (y1 - y0) / style.height)
    axes = fig.add_axes(place, facecolor=style.plot_background)
    _scaled(axes.xaxis, axes.set_xlim, axes.set_xscale, frame.scale("x"))
    _scaled(axes.yaxis, axes.set_ylim, axes.set_yscale, frame.scale("y"))
    made = Panel(frame, axes)
    if "y2" in frame.scales:
        made.right = fig.add_axes(place, frameon=False, sharex=axes)
        made.right.xaxis.set_visible(False)
        _scaled(made.right.yaxis, made.right.set_ylim, made.right.set_yscale, frame.scale("y2"))
    for spine in axes.spines.values():
        spine.set_visible(False)
    straight_lines(made, grid_segments(frame), style.grid_colour, style.grid_width, 0.5, style.grid_dash)
    straight_lines(made, spine_segments(frame), style.spine_colour, style.spine_width, 6.0)
    ink = style.spine_colour if style.spines else style.tick_colour
    straight_lines(made, axis_segments(frame), ink, style.spine_width, 6.0)
    return made


def _scaled(axis: Any, set_limits: Any, set_scale: Any, s: Scale) -> None:
    """Scale and limits; matplotlib's own ticks are off, for their artists take half of its time."""
    a: Axis = s.axis
    axis.set_visible(False)
    if a.scale == "log":
        set_scale("log")
    low, high = (a.max, a.min) if a.scale == "category" and a.which == "y" else (a.min, a.max)
    set_limits(low, high)


def straight_lines(made: Panel, segments: list[Segment], colour: str, width: float, order: float,
           dash: tuple[float, ...] = ()) -> None:  # fmt: skip
    """Straight lines in canvas pixels as one artist."""
    if not segments:
        return
    from matplotlib.collections import LineCollection
    from matplotlib.transforms import IdentityTransform

    h = made.frame.style.height
    line: Any = (0, tuple(d / max(width, 1.0) for d in dash)) if dash else "solid"
    drawn = LineCollection(
        [[(ax, h - ay), (bx, h - by)] for (ax, ay), (bx, by) in segments], colors=colour, linewidths=points(width),
        linestyles=line, transform=IdentityTransform(), zorder=order, capstyle="butt" if dash else "projecting",
        snap=True, clip_on=False,
    )  # fmt: skip
    made.axes.add_collection(drawn, autolim=False)


def legend(made: Panel, taken: list[Box]) -> None:
    """matplotlib's own legend frame and swatches at the planned place; the names are drawn as planned labels.

    Raises `LayoutRefusal("legend_covers_marks")` when a legend inside the plot meets a mark.
    """
    frame = made.frame
    if frame.legend is None or frame.legend_at is None:
        return
    from matplotlib.patches import FancyBboxPatch
    from matplotlib.transforms import IdentityTransform

    style, (x, y) = frame.style, frame.legend_at
    box = (x, y, x + frame.legend.width, y + frame.legend.height)
    inside = frame.panel.legend_pos in ("upper_left", "upper_right") and y > frame.area[1]
    if inside and any(meet(box, t) for t in taken):
        raise LayoutRefusal("legend_covers_marks", f"panel {frame.index}")
    if style.legend_frame or inside:
        fill = style.plot_background if inside else style.background
        patch = FancyBboxPatch(
            (box[0] + 3, style.height - box[3] + 3), box[2] - box[0] - 6, box[3] - box[1] - 6,
            boxstyle="round,pad=3,rounding_size=4", facecolor=fill, transform=IdentityTransform(), zorder=15,
            edgecolor=style.grid_colour if style.legend_frame else fill, linewidth=points(1.2),
        )  # fmt: skip
        made.axes.figure.add_artist(patch)
    for k, kind, swatch in frame.legend.swatches(frame.legend_at):
        made.axes.figure.add_artist(_swatch(made, k, kind, swatch))


def _swatch(made: Panel, k: int, kind: Swatch, box: Box) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import IdentityTransform

    style, s = made.frame.style, made.frame.panel.series[k]
    h = style.height
    x0, y0, x1, y1 = box[0], h - box[3], box[2], h - box[1]
    same: dict[str, Any] = {"transform": IdentityTransform(), "zorder": 16}
    if kind == "patch":
        edge, width = made.edge(s.colour)
        high = 0.72 * (y1 - y0)
        return Rectangle((x0, (y0 + y1 - high) / 2), x1 - x0, high, facecolor=s.colour, edgecolor=edge,
                         linewidth=width, hatch=made.hatch(k), **same)  # fmt: skip
    middle = (y0 + y1) / 2
    size = points(min(style.marker_size, 0.9 * (y1 - y0)))
    look = {"markersize": size, **marker_edge(made, s.colour)}
    if kind == "line":
        return Line2D([x0, (x0 + x1) / 2, x1], [middle] * 3, color=s.colour, 
                      linewidth=points(style.line_width), linestyle=LINES[s.line_style], marker=MARKERS[s.marker],
                      markevery=[1], **look, **same)  # fmt: skip
    marker = MARKERS[s.marker] if made.frame.panel.type != "bubble" else "o"
    return Line2D([(x0 + x1) / 2], [middle], color=s.colour, linestyle="", marker=marker or "o", **look, **same)


def marker_edge(made: Panel, colour: str) -> dict[str, Any]:
    """Outline of markers."""
    style = made.frame.style
    edge = {"none": colour, "paper": style.plot_background, "dark": mixed(colour, "#000000", 0.5)}[style.marker_edge]
    return {"markeredgecolor": edge, "markeredgewidth": 0.8 if style.marker_edge != "none" else 0.0}
