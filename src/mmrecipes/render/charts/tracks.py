"""Charts as questions see them: sequences of named data, whatever the type stores as series.

Covered: slices of a pie, bars of a waterfall and candles become one sequence in the order of their axis; points of a
scatter plot are named by their number, bubbles by their printed name. Not covered: drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mmrecipes.render.charts.axes import decimals_of, number
from mmrecipes.render.charts.summary import Axis, Chart, ChartType, Panel, Point, Which

Key = str | float
MERGED: frozenset[ChartType] = frozenset({"pie", "donut", "waterfall", "candlestick"})
"""Types whose series are parts of one sequence."""
NAMELESS: frozenset[ChartType] = frozenset({"scatter", "bubble"})


def key_text(key: Key) -> str:
    """A key as the chart prints it."""
    return key if isinstance(key, str) else number(key, decimals_of(key), grouped=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One datum: `key` is how questions name it; `series` and `index` say where it lies in the summary."""

    key: Key
    point: Point
    series: int
    index: int

    def value(self, field: str) -> float:
        """`y`, `x` (numeric x only) or one of the point's extra values. Raises `KeyError` for others."""
        if field == "y":
            return self.point.y
        if field == "x":
            if isinstance(self.point.x, str):
                raise KeyError("x is a name")
            return self.point.x
        return self.point.extra[field]


@dataclass(frozen=True, slots=True)
class Track:
    """A sequence of data with one name and one value axis."""

    panel: int
    type: ChartType
    name: str
    axis: Axis
    items: tuple[Item, ...]
    place: int
    """Index among the tracks of its panel."""

    def item(self, key: Key) -> Item:
        """The item of this name. Raises `KeyError`."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(f"{self.name} has no {key!r}")


class View:
    """A chart's tracks, built once per panel."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @cached_property
    def panels(self) -> tuple[tuple[Track, ...], ...]:
        return tuple(_tracks(p, i) for i, p in enumerate(self.chart.panels))

    def tracks(self, panel: int) -> tuple[Track, ...]:
        return self.panels[panel]

    def track(self, panel: int, name: str | None) -> Track:
        """The track of this name; without a name the only one; of a merged type also one of its series (the increases
        of a waterfall). Raises `KeyError`."""
        tracks = self.panels[panel]
        if name is None:
            if len(tracks) != 1:
                raise KeyError(f"{len(tracks)} series and none named")
            return tracks[0]
        for track in tracks:
            if track.name == name:
                return track
        if self.chart.panels[panel].type in MERGED:
            return _part(tracks[0], self.chart.panels[panel], name)
        raise KeyError(f"no series {name!r}")


def _part(whole: Track, panel: Panel, name: str) -> Track:
    number = next((k for k, s in enumerate(panel.series) if s.name == name), None)
    if number is None:
        raise KeyError(f"no series {name!r}")
    items = tuple(i for i in whole.items if i.series == number)
    return Track(whole.panel, whole.type, name, whole.axis, items, 0)


def has_axis(panel: Panel, which: Which) -> bool:
    return any(a.which == which for a in panel.axes)


def key_axis(panel: Panel) -> Axis | None:
    """The axis that names the items: categories, years, bins; None for pies."""
    for which in ("y", "x") if panel.type == "horizontal_bar" else ("x",):
        if has_axis(panel, which):
            return panel.axis(which)
    return None


def _tracks(panel: Panel, number: int) -> tuple[Track, ...]:
    if panel.type in MERGED:
        return (_merged(panel, number),)
    return tuple(
        Track(
            number, panel.type, s.name, panel.axis(s.axis),
            tuple(Item(_key(panel, p, i), p, k, i) for i, p in enumerate(s.points)), k,
        )
        for k, s in enumerate(panel.series)
    )  # fmt: skip


def _merged(panel: Panel, number: int) -> Track:
    """All points of all series in the order of the category axis (slices: in drawing order)."""
    items = [Item(_key(panel, p, i), p, k, i) for k, s in enumerate(panel.series) for i, p in enumerate(s.points)]
    axis = panel.axis("radial" if has_axis(panel, "radial") else "y")
    if has_axis(panel, "x"):
        order = {name: v for v, name in panel.axis("x").ticks}
        items.sort(key=lambda item: order[str(item.key)])
    return Track(number, panel.type, axis.name, axis, tuple(items), 0)


def _key(panel: Panel, point: Point, index: int) -> Key:
    if panel.type in NAMELESS:
        return point.label if panel.type == "bubble" and point.label else f"#{index}"
    return point.x
