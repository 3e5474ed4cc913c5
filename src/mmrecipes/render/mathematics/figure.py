"""A plane figure as data: points, segments, circles, angle marks, labels, curves and axes in problem coordinates.

Covered: what is drawn and what may be measured. Coordinates have y upwards. Not covered: drawing (see `sheet`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """An angle mark at the middle of three points; a small square where the angle is right. `label` is a text with
    expressions between dollar signs, empty for none."""

    points: tuple[str, str, str]
    label: str = ""
    square: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Sampled points of a function's graph or of any curve; gaps split it into parts."""

    parts: tuple[tuple[XY, ...], ...]
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """Coordinate axes over a window; ticks every `step` units, grid lines or none."""

    x: tuple[float, float]
    y: tuple[float, float]
    step: tuple[float, float] = (1, 1)
    grid: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. `points` by name; `lengths` labels segments; `hidden` points are measured but neither dotted nor named;
    `circles` are (centre, radius); `shaded` polygons are filled. `equal` keeps both scales the same."""

    points: Mapping[str, XY]
    segments: tuple[tuple[str, str], ...] = ()
    dashed: tuple[tuple[str, str], ...] = ()
    lengths: Mapping[tuple[str, str], str] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    circles: tuple[tuple[str, float], ...] = ()
    shaded: tuple[tuple[XY, ...], ...] = ()
    curves: tuple[Curve, ...] = ()
    axes: Axes | None = None
    hidden: frozenset[str] = frozenset()
    dots: bool = False
    equal: bool = True
    kind: Literal["geometry", "plot"] = "geometry"
    given: Mapping[str, str] = field(default_factory=dict)
    """What the labels and the statement say: measure to value, e.g. `length(A, B)`: `5`."""

    def to_json(self) -> dict[str, Any]:
        """The whole specification as JSON values."""
        return {
            "kind": self.kind, "points": {k: list(v) for k, v in self.points.items()},
            "segments": [list(s) for s in self.segments], "dashed": [list(s) for s in self.dashed],
            "lengths": [[*k, v] for k, v in self.lengths.items()],
            "marks": [{"points": list(m.points), "label": m.label, "square": m.square} for m in self.marks],
            "circles": [[c, r] for c, r in self.circles], "shaded": [[list(p) for p in s] for s in self.shaded],
            "curves": [c.expression for c in self.curves],
            "axes": None if self.axes is None else {"x": list(self.axes.x), "y": list(self.axes.y)},
            "given": dict(self.given),
        }  # fmt: skip
