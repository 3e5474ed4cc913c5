"""How exactly a value can be read off a drawn chart (Qianfan-VL spec, precision rule).

Covered: exact where a data label is printed or the value lies on a tick; otherwise to the axis resolution, half a
minor tick (half a tick where no minor ticks are shown) or 1.5 px, whichever is larger. `Exact` reads the data
itself, for verification. Not covered: what is hidden or overlaps (`precision`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from mmrecipes.render.charts.answers import Number, Refused
from mmrecipes.render.charts.axes import clean, decimals_of, nice_below, printed_number
from mmrecipes.render.charts.drawn import Drawn
from mmrecipes.render.charts.numerals import canonical
from mmrecipes.render.charts.summary import Axis, Chart
from mmrecipes.render.charts.tracks import Item, Track

PIXELS = 1.5
"""Smallest distance, in pixels, at which two positions count as different."""
HUE_SHARE, SLICE_SHARE = 0.15, 0.03
"""Visible differences where nothing is printed: share of a colour scale, share of a pie."""

Resolutions = Mapping[tuple[int, str], float]
"""Axis units that can be told apart, by (panel, axis)."""


class Reader(Protocol):
    """Gives values of items, each with its tolerance."""

    def read(self, track: Track, item: Item, field: str = "y") -> Number:
        """The value as a person reads it; raises `Refused` where that is impossible."""
        ...

    def look(self, track: Track, item: Item, field: str = "y") -> tuple[float, float]:
        """The value in the data and the smallest difference to another one that can be seen."""
        ...

    def total(self, stack: tuple[Track, ...], key: str | float) -> Number:
        """The height of a whole stack."""
        ...


class Exact:
    """Reads the data themselves: nothing is approximate."""

    def read(self, track: Track, item: Item, field: str = "y") -> Number:
        v = item.value(field)
        return Number(v, v, 0.0, decimals_of(v))

    def look(self, track: Track, item: Item, field: str = "y") -> tuple[float, float]:
        return item.value(field), 0.0

    def total(self, stack: tuple[Track, ...], key: str | float) -> Number:
        v = clean(math.fsum(t.item(key).value("y") for t in stack))
        return Number(v, v, 0.0, decimals_of(v))


def resolutions(chart: Chart, drawn: Drawn) -> dict[tuple[int, str], float]:
    """The resolution of every linear value axis of a drawn chart."""
    found: dict[tuple[int, str], float] = {}
    for number, (panel, (x0, y0, x1, y1)) in enumerate(zip(chart.panels, drawn.areas, strict=True)):
        lengths = {"x": x1 - x0, "y": y1 - y0, "y2": y1 - y0, "radial": 0.35 * min(x1 - x0, y1 - y0)}
        for axis in panel.axes:
            if axis.scale == "linear" and axis.which in lengths and len(axis.ticks) > 1:
                found[number, axis.which] = resolution(axis, lengths[axis.which])
    return found


def resolution(axis: Axis, pixels: float) -> float:
    """Half the smallest shown tick distance or 1.5 px, whichever is larger, in axis units."""
    step = axis.minor_step or abs(axis.ticks[1][0] - axis.ticks[0][0])
    return max(step / 2, PIXELS * (axis.max - axis.min) / max(pixels, 1.0))


class AsDrawn:
    """Reads what the picture shows."""

    def __init__(self, chart: Chart, finest: Resolutions) -> None:
        self._chart, self._finest = chart, finest

    def read(self, track: Track, item: Item, field: str = "y") -> Number:
        printed = _printed(track, item, field, self._chart.language)
        if printed:
            return printed
        axis, finest = self._axis(track, field)
        v = item.value(field)
        stacked = _stacked(track)
        if not stacked and _on_tick(axis, v):
            return Number(clean(v), v, 0.0, decimals_of(v))
        return rounded(v, finest * (2 if stacked else 1), whole=_whole(axis))

    def look(self, track: Track, item: Item, field: str = "y") -> tuple[float, float]:
        v = item.value(field)
        printed = _printed(track, item, field, self._chart.language)
        if printed:
            return v, printed.tolerance
        if field == "size":
            return v, 0.3 * v
        if track.axis.which == "colour":
            return v, HUE_SHARE * (track.axis.max - track.axis.min)
        if track.type in ("pie", "donut"):
            return v, SLICE_SHARE * math.fsum(i.value("y") for i in track.items)
        return v, self._axis(track, field)[1]

    def total(self, stack: tuple[Track, ...], key: str | float) -> Number:
        parts = [_printed(t, t.item(key), "y", self._chart.language) for t in stack]
        if all(parts):
            return added([p for p in parts if p])
        v = clean(math.fsum(t.item(key).value("y") for t in stack))
        axis, finest = self._axis(stack[0], "y")
        return Number(v, v, 0.0, decimals_of(v)) if _on_tick(axis, v) else rounded(v, finest, whole=_whole(axis))

    def _axis(self, track: Track, field: str) -> tuple[Axis, float]:
        axis = self._chart.panels[track.panel].axis("x") if field == "x" else track.axis
        finest = self._finest.get((track.panel, axis.which))
        if field in ("size", "error") or finest is None:
            raise Refused("not_printed", f"{field} on {axis.which}")
        return axis, finest


def _stacked(track: Track) -> bool:
    """Whether the value is the distance of two drawn edges that both have to be read."""
    return (track.type in ("stacked_bar", "stacked_area") and track.place > 0) or track.type == "waterfall"


def _printed(track: Track, item: Item, field: str, language: str) -> Number | None:
    """The number on the data label; when the label rounds the value, half its last digit is the tolerance."""
    if field != "y" or track.type == "bubble" or item.point.label is None:
        return None
    label = canonical(item.point.label, language)
    value = printed_number(label)
    if value is None:
        return None
    digits = label.rstrip("%").rpartition(".")[2] if "." in label else ""
    raw = item.point.y
    exact = math.isclose(value, raw, rel_tol=1e-9, abs_tol=1e-9)
    return Number(value, raw, 0.0 if exact else 0.5 * 10.0 ** -len(digits), len(digits))


def _on_tick(axis: Axis, v: float) -> bool:
    if any(math.isclose(v, t, rel_tol=1e-9, abs_tol=1e-9 * (axis.max - axis.min)) for t, _ in axis.ticks):
        return True
    if not axis.minor_step:
        return False
    steps = (v - axis.ticks[0][0]) / axis.minor_step
    return axis.min <= v <= axis.max and abs(steps - round(steps)) < 1e-6


def _whole(axis: Axis) -> bool:
    """Whether only whole numbers are printed along the axis."""
    return all(t == int(t) for t, _ in axis.ticks)


def rounded(v: float, tolerance: float, *, whole: bool = False) -> Number:
    """The value in nice steps not wider than its tolerance; in whole steps where `whole` and the tolerance allow."""
    step = nice_below(tolerance)
    if whole and step > 1 and step != int(step):
        step = clean(step * 0.8)
    return Number(clean(round(v / step) * step), v, tolerance, decimals_of(step), step)


def added(parts: list[Number]) -> Number:
    """The sum, whose tolerance is the sum of tolerances."""
    return Number(
        clean(math.fsum(p.value for p in parts)), clean(math.fsum(p.raw for p in parts)),
        math.fsum(p.tolerance for p in parts), max(p.decimals for p in parts), max(p.step for p in parts),
    )  # fmt: skip
