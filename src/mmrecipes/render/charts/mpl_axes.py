"""matplotlib axes for a laid-out panel: place, limits, ticks from the summary, grid, spines, legend.

Covered: straight axes (linear, log, category), a second value axis, pixel axes for round charts, the colour bar. Not
covered: marks, texts (`mpl_text`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mmrecipes.core.boxes import Box
from mmrecipes.render.charts.drawn import LayoutRefusal, Mark
from mmrecipes.render.charts.layout import Scale, meet
from mmrecipes.render.charts.layout_frame import ROUND, Frame
from mmrecipes.render.charts.mpl_text import points
from mmrecipes.render.charts.skia_axes import value_grid
from mmrecipes.render.charts.summary import Axis, LineStyle, Marker, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS: dict[Marker, str] = {"none": "", "circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "X"}
LINES: dict[LineStyle, str] = {"none": "", "solid": "-", "dashed": "--", "dotted": ":", "dash_dot": "-."}
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
    axes.set_axisbelow(True)
    _scaled(axes.xaxis, axes.set_xlim, axes.set_xscale, frame.scale("x"), style.ticks)
    _scaled(axes.yaxis, axes.set_ylim, axes.set_yscale, frame.scale("y"), style.ticks)
    made = Panel(frame, axes)
    if "y2" in frame.scales:
        made.right = axes.twinx()
        _scaled(made.right.yaxis, made.right.set_ylim, made.right.set_yscale, frame.scale("y2"), style.ticks)
        _spines(made.right, "", style.spine_colour, style.spine_width)
        _tick_look(made.right, frame)
    _spines(axes, style.spines, style.spine_colour, style.spine_width)
    _tick_look(axes, frame)
    _grid(axes, frame)
    y = frame.scale("y").axis
    if y.scale == "linear" and y.min < 0 < y.max:
        axes.axhline(0.0, color=style.spine_colour, linewidth=points(style.spine_width), zorder=5)
    return made


def _scaled(axis: Any, set_limits: Any, set_scale: Any, s: Scale, ticks: str) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator

    a: Axis = s.axis
    if a.scale == "log":
        set_scale("log")
    low, high = (a.max, a.min) if a.scale == "category" and a.which == "y" else (a.min, a.max)
    set_limits(low, high)
    axis.set_major_locator(FixedLocator([v for v, _ in a.ticks]))
    axis.set_major_formatter(FixedFormatter([label for _, label in a.ticks]))
    axis.set_minor_formatter(NullFormatter())
    axis.set_minor_locator(FixedLocator(_minors(a)) if a.minor_step else NullLocator())


def _minors(a: Axis) -> list[float]:
    from mmrecipes.render.charts.layout_ticks import minor_places

    return minor_places(Scale(a, a.min, a.max))


def _tick_look(axes: Axes, frame: Frame) -> None:
    """Ticks like the style's; labels are drawn by us at their planned places."""
    style = frame.style
    direction = "in" if style.ticks == "in" else "out"
    colour = style.spine_colour if style.spines else style.tick_colour
    for which, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        s = frame.scales[which]
        minor = s.axis.minor_step > 0
        length = style.tick_length if style.ticks != "none" else 0.5 * style.tick_length if minor else 0.0
        axis.set_tick_params("major", direction=direction, length=points(length), width=points(style.spine_width),
                             color=colour, labelleft=False, labelright=False, labelbottom=False)  # fmt: skip
        if minor:
            axis.set_tick_params("minor", direction=direction, length=points(0.55 * length), color=colour,
                                 width=points(0.7 * style.spine_width))  # fmt: skip


def _spines(axes: Axes, shown: str, colour: str, width: float) -> None:
    for name, spine in axes.spines.items():
        spine.set_visible(name[0] in shown)
        spine.set_color(colour)
        spine.set_linewidth(points(width))


def _grid(axes: Axes, frame: Frame) -> None:
    style = frame.style
    if frame.panel.type == "heatmap":
        return
    line: Any = (0, tuple(points(d) for d in style.grid_dash)) if style.grid_dash else "-"
    for which in value_grid(frame):
        axis = axes.xaxis if which == "x" else axes.yaxis
        axis.grid(True, color=style.grid_colour, linewidth=points(style.grid_width), linestyle=line)


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


def _swatch(made: Panel, k: int, kind: str, box: Box) -> Any:
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
        return Line2D([x0, (x0 + x1) / 2, x1], [middle] * 3, color=s.colour, linewidth=points(style.line_width),
                      linestyle=LINES[s.line_style], marker=MARKERS[s.marker], markevery=[1], **look, **same)  # fmt: skip
    marker = MARKERS[s.marker] if made.frame.panel.type != "bubble" else "o"
    return Line2D([(x0 + x1) / 2], [middle], color=s.colour, linestyle="", marker=marker or "o", **look, **same)


def marker_edge(made: Panel, colour: str) -> dict[str, Any]:
    """Outline of markers."""
    from mmrecipes.render.charts.layout import mixed

    style = made.frame.style
    edge = {"none": colour, "paper": style.plot_background, "dark": mixed(colour, "#000000", 0.5)}[style.marker_edge]
    return {"markeredgecolor": edge, "markeredgewidth": 0.8 if style.marker_edge != "none" else 0.0}
