"""Which figures are not fit to be shown: too small parts, angles too sharp or almost straight, near misses, stated
numbers that nobody would state.

Decided on floats: a borderline figure may fall on either side, an exact incidence never counts as a near miss.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

from mmrecipes.geometry.figure import Degenerate, Figure
from mmrecipes.geometry.numbers import Surd

GREATEST_DISTANCE_RATIO = 8.0
ANGLES = (15.0, 160.0)
GREATEST_GIVEN_RADICAND, GREATEST_GIVEN_DENOMINATOR = 50, 12
NEAR = 0.04
"""Of the figure's diameter: how close a point may come to a stroke or circle that it is not on."""


def check(figure: Figure, new: Iterable[str]) -> None:
    """Raises `Degenerate` with the reason. Only what involves a new point or a stroke of the last step is looked at,
    the rest having passed before."""
    for statement in figure.steps[-1].givens:
        if statement.value is not None and not _short(statement.value):
            raise Degenerate(f"{statement} states no short number")
    at = {name: p.floats for name, p in figure.points.items()}
    diameter = _distances(at)
    _rays(figure, at)
    _near_misses(figure, at, set(new), diameter)


def _short(value: Surd) -> bool:
    """A fraction or a fraction of one root, with small numbers: what a problem would give."""
    keys = list(value.coefficients)
    return len(keys) == 1 and 0 < keys[0] <= GREATEST_GIVEN_RADICAND and value.den <= GREATEST_GIVEN_DENOMINATOR


def _distances(at: dict[str, tuple[float, float]]) -> float:
    distances = [math.dist(p, q) for p, q in combinations(at.values(), 2)]
    least, greatest = min(distances), max(distances)
    if greatest > GREATEST_DISTANCE_RATIO * least:
        raise Degenerate(f"the greatest distance is {greatest / least:.1f} times the least")
    return greatest


def _rays(figure: Figure, at: dict[str, tuple[float, float]]) -> None:
    rays: dict[str, list[float]] = {}
    for a, b in figure.segments():
        (ax, ay), (bx, by) = at[a], at[b]
        direction = math.degrees(math.atan2(by - ay, bx - ax))
        rays.setdefault(a, []).append(direction)
        rays.setdefault(b, []).append(direction + 180)
    for vertex, directions in rays.items():
        for first, second in combinations(directions, 2):
            angle = abs((first - second + 180) % 360 - 180)
            if angle < ANGLES[0] - 1e-9 or ANGLES[1] + 1e-9 < angle < 180 - 1e-9:
                raise Degenerate(f"an angle of {angle:.1f} degrees at {vertex}")


def _near_misses(figure: Figure, at: dict[str, tuple[float, float]], new: set[str], diameter: float) -> None:
    strokes = {frozenset(s) for s in figure.steps[-1].drawn}
    for line in figure.lines:
        fresh = any(stroke <= set(line) for stroke in strokes)
        for name, p in at.items():
            if (fresh or name in new) and name not in line and _gap(p, at[line[0]], at[line[-1]]) < NEAR * diameter:
                raise Degenerate(f"{name} nearly lies on {line[0]}{line[-1]}")
    for centre, circle in figure.circles.items():
        radius = math.sqrt(float(circle.squared_radius))
        for name, p in at.items():
            if name not in circle.on and abs(math.dist(p, at[centre]) - radius) < NEAR * diameter:
                raise Degenerate(f"{name} nearly lies on the circle about {centre}")


def _gap(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], p[0] - a[0], p[1] - a[1]
    share = min(1.0, max(0.0, (ux * vx + uy * vy) / (ux * ux + uy * uy)))
    return math.hypot(vx - share * ux, vy - share * uy)
