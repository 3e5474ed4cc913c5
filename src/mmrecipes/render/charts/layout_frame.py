"""The frame of one panel: plot area, scales, tick labels, axis names, place of the legend and the colour bar.

Covered: panels with two or three straight axes, and the room around round ones (pie, donut, radar). Margins come from
measured texts. Not covered: marks and their labels, drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.text import Run, shape_any
from mmrecipes.core.boxes import Box, Point
from mmrecipes.render.charts import layout_legend
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout import (
    Label,
    Scale,
    axis_text,
    block_size,
    lines_within,
    scale,
    tick_face,
)
from mmrecipes.render.charts.layout_legend import Block
from mmrecipes.render.charts.layout_ticks import (
    Fit,
    Segment,
    fit_below,
    fit_beside,
    labels_below,
    labels_beside,
    tick_segments,
)
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Axis, Panel

ROUND = ("pie", "donut", "radar")


@dataclass(slots=True)
class Frame:
    """A laid-out panel. `area` is the plot area; for round types the square around the circle."""

    panel: Panel
    index: int
    style: Style
    area: Box
    scales: dict[str, Scale]
    labels: list[Label]
    fits: dict[str, Fit] = field(default_factory=dict)
    legend: Block | None = None
    legend_at: Point | None = None
    colour_bar: Box | None = None
    room: Box = (0.0, 0.0, 0.0, 0.0)
    """The panel's share of the canvas for the plot and its labels."""

    def scale(self, which: str) -> Scale:
        return self.scales[which]


@dataclass(slots=True)
class _Margins:
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


def frame(panel: Panel, index: int, region: Box, style: Style, *, above: bool = False) -> Frame:
    """Lay out one panel in its region of the canvas; `above` puts an upper legend over the plot instead of into it.

    Raises `LayoutRefusal` (`no_room`, `text_overlap`) when the texts do not leave room.
    """
    rest, labels = _panel_title(panel, index, region, style)
    rest, legend, at = _outer_legend(panel, rest, style, above)
    if panel.type in ROUND:
        made = Frame(panel, index, style, rest, {}, labels, room=rest)
    else:
        made = _straight(panel, index, rest, style)
        made.labels = labels + made.labels
    made.legend, made.legend_at = legend, at
    if legend is not None and panel.type not in ROUND:
        made.legend_at = _aligned(panel, made.area, rest, legend, at)
    return made


def _panel_title(panel: Panel, index: int, region: Box, style: Style) -> tuple[Box, list[Label]]:
    if not panel.title:
        return region, []
    x0, y0, x1, y1 = region
    size = round(0.5 * (style.title_size + style.name_size), 1)
    lines = lines_within(panel.title, face(style.family, bold=style.title_bold), size, x1 - x0, 2)
    centred = style.title_align == "centre"
    label = Label(panel.title, lines, (x0 + x1) / 2 if centred else x0, y0, style.text_colour, "panel_title", index,
                  align="centre" if centred else "left", valign="top")  # fmt: skip
    return (x0, y0 + block_size(lines)[1] + 0.6 * style.tick_size, x1, y1), [label]


def _outer_legend(
    panel: Panel, region: Box, style: Style, above: bool
) -> tuple[Box, layout_legend.Block | None, Point | None]:
    """The region left beside a legend outside the plot, the legend and its place."""
    x0, y0, x1, y1 = region
    gap = 0.9 * style.tick_size
    if panel.legend_pos == "right":
        made = layout_legend.block(panel, style, 1)
        if made.width > 0.42 * (x1 - x0) or made.height > y1 - y0:
            raise LayoutRefusal("no_room", "legend beside the plot")
        return (x0, y0, x1 - made.width - gap, y1), made, (x1 - made.width, y0)
    if panel.legend_pos == "bottom" or (above and panel.legend_pos in ("upper_left", "upper_right")):
        made = layout_legend.widest_block(panel, style, x1 - x0)
        if made is None or made.height > 0.3 * (y1 - y0):
            raise LayoutRefusal("no_room", "legend above or below the plot")
        if panel.legend_pos == "bottom":
            return (x0, y0, x1, y1 - made.height - gap), made, (x0, y1 - made.height)
        return (x0, y0 + made.height + 0.5 * gap, x1, y1), made, (x0, y0)
    return region, None, None


def _aligned(panel: Panel, area: Box, rest: Box, legend: Block, at: Point | None) -> Point | None:
    """The legend's place lined up with the plot area."""
    if at is None:
        return None
    if panel.legend_pos == "right":
        return (at[0], min(area[1], max(rest[1], area[3] - legend.height)))
    if panel.legend_pos == "bottom":
        middle = (area[0] + area[2]) / 2 - legend.width / 2
        return (min(max(rest[0], middle), max(rest[0], rest[2] - legend.width)), at[1])
    if panel.legend_pos == "upper_right":
        return (max(rest[0], area[2] - legend.width), at[1])
    return (min(area[0] - legend.inset, rest[2] - legend.width), at[1])


def value_grid(made: Frame) -> str:
    """The axes with grid lines: a style's `y` means the value axis, which lies on x in horizontal bars."""
    grid, kind = made.style.grid, made.panel.type
    if grid == "none" or kind == "heatmap" or kind in ROUND:
        return ""
    if kind == "horizontal_bar":
        return {"y": "x", "x": "y", "both": "x"}[grid]
    if grid == "both":
        many = made.scale("x").axis.scale == "category" and kind not in ("line", "multi_line")
        return "y" if many else "xy"
    return grid


def grid_segments(made: Frame) -> list[Segment]:
    """The grid lines of a straight panel, on whole pixels."""
    x0, y0, x1, y1 = made.area
    width, on = made.style.grid_width, value_grid(made)
    rows = [crisp(made.scale("y").at(v), width) for v, _ in made.scale("y").axis.ticks] if "y" in on else []
    columns = [crisp(made.scale("x").at(v), width) for v, _ in made.scale("x").axis.ticks] if "x" in on else []
    return [((x0, y), (x1, y)) for y in rows] + [((x, y0), (x, y1)) for x in columns]


def axis_segments(made: Frame) -> list[Segment]:
    """All tick marks of a straight panel."""
    x0, _, x1, y1 = made.area
    edges = {"x": y1, "y": x0, "y2": x1}
    return [t for w, edge in edges.items() if w in made.scales for t in tick_segments(made.scale(w), made.style, edge)]


def spine_segments(made: Frame) -> list[Segment]:
    """Axis lines, and the zero line where the value axis crosses it."""
    x0, y0, x1, y1 = made.area
    sides: dict[str, Segment] = {
        "l": ((x0, y0), (x0, y1)), "b": ((x0, y1), (x1, y1)), "t": ((x0, y0), (x1, y0)), "r": ((x1, y0), (x1, y1)),
    }  # fmt: skip
    shown = set(made.style.spines) | ({"r"} if "y2" in made.scales and "l" in made.style.spines else set())
    lines = [sides[side] for side in sorted(shown)]
    y, x = made.scale("y"), made.scale("x")
    if y.axis.scale == "linear" and y0 + 1 < y.base < y1 - 1:
        lines.append(((x0, y.base), (x1, y.base)))
    if made.panel.type == "horizontal_bar" and x0 + 1 < x.base < x1 - 1:
        lines.append(((x.base, y0), (x.base, y1)))
    return lines


def crisp(v: float, width: float) -> float:
    """The nearest position at which a line of about this width falls on whole pixels."""
    return round(v) if round(width) % 2 == 0 else round(v - 0.5) + 0.5


def _axes(panel: Panel) -> dict[str, Axis]:
    return {a.which: a for a in panel.axes}


def _straight(panel: Panel, index: int, region: Box, style: Style) -> Frame:
    axes = _axes(panel)
    x0, y0, x1, y1 = region
    size = style.tick_size
    reach = _reach(style)
    names = {w: _name_lines(a, style, x1 - x0, y1 - y0) for w, a in axes.items()}
    margins, fits = _Margins(left=0.12 * (x1 - x0), bottom=0.2 * (y1 - y0)), {}
    for _ in range(3):
        width, height = x1 - x0 - margins.left - margins.right, y1 - y0 - margins.top - margins.bottom
        if width < max(110.0, 0.4 * (x1 - x0)) or height < max(90.0, 0.36 * (y1 - y0)):
            raise LayoutRefusal("no_room", f"plot area would be {width:.0f}x{height:.0f}")
        fits = {w: fit_beside(a, height, style, 0.3 * (x1 - x0)) for w, a in axes.items() if w != "x"}
        left, right = fits["y"].depth + reach + _side_name(names["y"], style), 0.5 * size
        if "y2" in fits:
            right = fits["y2"].depth + reach + _side_name(names["y2"], style)
        if "colour" in fits:
            right = 2.6 * size + fits["colour"].depth + _turned_height(names["colour"], size)
        if panel.legend_pos == "direct":
            right = max(right, _direct_width(panel, style) + size - width * _share_after_last(panel))
        low = x0 + margins.left
        fits["x"] = fit_below(scale(axes["x"], low, x1 - margins.right), style, panel.type, 0.36 * (y1 - y0))
        margins = _Margins(
            max(left, fits["x"].overhang[0]),
            0.7 * size + (_top_names(names, style) if style.y_name == "top" else 0.0),
            max(right, fits["x"].overhang[1] + 1.0),
            fits["x"].depth + reach + _height(names["x"], 0.45 * size),
        )
    area = (x0 + margins.left, y0 + margins.top, x1 - margins.right, y1 - margins.bottom)
    made = Frame(panel, index, style, area, _scales(axes, area), [], fits, room=region)
    _tick_labels(made, reach)
    _axis_names(made, names, region)
    return made


def _reach(style: Style) -> float:
    """From the axis line to the tick labels."""
    return (style.tick_length if style.ticks == "out" else 0.0) + 0.42 * style.tick_size


def _scales(axes: dict[str, Axis], area: Box) -> dict[str, Scale]:
    """Scales of a straight panel; categories on the left run downwards."""
    x0, y0, x1, y1 = area
    made = {"x": scale(axes["x"], x0, x1)}
    for which in ("y", "y2", "colour"):
        if which in axes:
            falling = axes[which].scale == "category"
            made[which] = scale(axes[which], y0 if falling else y1, y1 if falling else y0)
    return made


def _name_lines(axis: Axis, style: Style, width: float, height: float) -> tuple[Run, ...]:
    text = axis_text(axis, style)
    if not text:
        return ()
    top = style.y_name == "top" and axis.which in ("y", "y2")
    room = {"x": 0.8 * width, "y": 0.78 * height, "y2": 0.78 * height, "colour": 0.7 * height}[axis.which]
    return lines_within(text, face(style.family), style.name_size, 0.48 * width if top else room, 1 if top else 2)


def _height(lines: tuple[Run, ...], gap: float) -> float:
    return block_size(lines)[1] + gap if lines else 0.0


def _turned_height(lines: tuple[Run, ...], size: float) -> float:
    return _height(lines, 0.5 * size)


def _side_name(lines: tuple[Run, ...], style: Style) -> float:
    return _turned_height(lines, style.tick_size) if style.y_name == "turned" else 0.0


def _top_names(names: dict[str, tuple[Run, ...]], style: Style) -> float:
    return max(_height(names.get(w, ()), 0.35 * style.tick_size) for w in ("y", "y2"))


def _direct_width(panel: Panel, style: Style) -> float:
    font = tick_face(style)
    return max(shape_any(s.name, font, style.tick_size).width for s in panel.series)


def _share_after_last(panel: Panel) -> float:
    """The share of the x axis beyond the last points, which direct labels may use."""
    s = scale(panel.axis("x"), 0.0, 1.0)
    return 1.0 - max(s.place(row.points[-1].x) for row in panel.series)


def _tick_labels(made: Frame, reach: float) -> None:
    x0, _, x1, y1 = made.area
    style = made.style
    made.labels += labels_below(made.fits["x"], made.scale("x"), style, made.index, y1 + reach)
    made.labels += labels_beside(made.fits["y"], made.scale("y"), style, made.index, x0 - reach)
    if "y2" in made.fits:
        made.labels += labels_beside(made.fits["y2"], made.scale("y2"), style, made.index, x1 + reach, right=True)
    if "colour" in made.fits:
        x = x1 + 1.0 * style.tick_size
        made.colour_bar = (x, made.area[1], x + 1.1 * style.tick_size, y1)
        made.labels += labels_beside(made.fits["colour"], made.scale("colour"), style, made.index,
                                     x + 1.55 * style.tick_size, right=True)  # fmt: skip


def _axis_names(made: Frame, names: dict[str, tuple[Run, ...]], region: Box) -> None:
    style, (x0, y0, x1, y1) = made.style, made.area
    size = style.tick_size
    for which, lines in names.items():
        if not lines:
            continue
        label = Label(" ".join(r.text for r in lines), lines, 0.0, 0.0, style.text_colour, "axis_name", made.index,
                      which)  # fmt: skip
        half = block_size(lines)[1] / 2
        if which == "x":
            label.x, label.y = (x0 + x1) / 2, y1 + _reach(style) + made.fits["x"].depth + 0.35 * size
            label.align, label.valign = "centre", "top"
        elif style.y_name == "top" and which != "colour":
            label.x = max(region[0], x0 - made.fits["y"].depth - _reach(style)) if which == "y" else region[2]
            label.y, label.valign = y0 - 0.8 * size, "bottom"
            label.align = "left" if which == "y" else "right"
        else:
            label.x = {
                "y": x0 - _reach(style) - made.fits["y"].depth - 0.5 * size - half,
                "y2": x1 + _reach(style) + made.fits[which].depth + 0.5 * size + half if which == "y2" else 0.0,
                "colour": x1 + 2.95 * size + made.fits[which].depth + half if which == "colour" else 0.0,
            }[which]
            label.y, label.angle = (y0 + y1) / 2, -90.0
            label.align, label.valign = "centre", "middle"
        made.labels.append(label)
