"""Questions about the shape of series: trend, crossing, correlation, the longest rise or fall.

Each is refused where a person could not tell from the picture. Covered: lines over places, points of scatter plots. Not
covered: numbers (see `operations`).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mmrecipes.render.charts.answers import Answer, Refused
from mmrecipes.render.charts.tracks import Item, Key, Track, key_text

if TYPE_CHECKING:
    from mmrecipes.render.charts.operations import Scope

Args = Mapping[str, Any]


def _looks(scope: Scope, track: Track) -> list[tuple[Item, float, float]]:
    return [(item, *scope.reader.look(track, item)) for item in track.items]


def _window(looks: list[tuple[Item, float, float]], args: Args) -> list[tuple[Item, float, float]]:
    keys = [item.key for item, _, _ in looks]
    start, stop = (keys.index(args[n]) if n in args else e for n, e in (("x1", 0), ("x2", len(keys) - 1)))
    return looks[start : stop + 1]


TREND_STRENGTH, FLAT_SHARE = 0.8, 0.12
"""|r| of a clear trend over the places; spread of a flat stretch as a share of the axis."""


def trend(scope: Scope, args: Args) -> Answer:
    """The overall direction: increasing or decreasing when the fitted line clearly leaves the scatter around it and the
    last value differs from the first just as clearly in the same direction; flat when all values stay close together
    and no such line exists; refused in between."""
    track = scope.track(args)
    looks = _window(_looks(scope, track), args)
    values, gap = [v for _, v, _ in looks], max(g for _, _, g in looks)
    if len(values) < 4:
        raise Refused("too_few", "trend over fewer than four points")
    r, rise = _fit(values)
    span = track.axis.max - track.axis.min
    change = math.copysign(1.0, rise) * (values[-1] - values[0])
    if abs(r) >= TREND_STRENGTH and min(abs(rise), change) > max(3 * gap, 0.08 * span):
        return Answer("increasing" if rise > 0 else "decreasing", "increasing" if rise > 0 else "decreasing", "word")
    if abs(r) < 0.4 and max(values) - min(values) <= FLAT_SHARE * span and track.axis.scale == "linear":
        return Answer("flat", "flat", "word")
    raise Refused("slope_within_noise", f"r = {r:.2f}")


def _fit(values: Sequence[float]) -> tuple[float, float]:
    """Correlation with the place number, and the rise of the least squares line from first to last place."""
    places = [float(i) for i in range(len(values))]
    r, slope = _pearson(places, values)
    return r, slope * (len(values) - 1)


def _pearson(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float]:
    """Correlation and slope; (0, 0) when either does not vary."""
    mx, my = statistics.fmean(xs), statistics.fmean(ys)
    sxx = math.fsum((x - mx) ** 2 for x in xs)
    syy = math.fsum((y - my) ** 2 for y in ys)
    sxy = math.fsum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    return (sxy / math.sqrt(sxx * syy), sxy / sxx) if sxx > 0 and syy > 0 else (0.0, 0.0)


def crossing(scope: Scope, args: Args) -> Answer:
    """The neighbouring places between which two lines change order, when they do so exactly once and clearly."""
    a, b = (scope.view.track(args["panel"], args[n]) for n in ("a", "b"))
    gaps = []
    for item in a.items:
        (va, ga), (vb, gb) = scope.reader.look(a, item), scope.reader.look(b, b.item(item.key))
        if abs(va - vb) <= max(ga, gb):
            raise Refused("not_visible", f"the lines touch at {item.key}")
        gaps.append(va > vb)
    changes = [i for i in range(1, len(gaps)) if gaps[i] != gaps[i - 1]]
    if len(changes) != 1:
        raise Refused("no_crossing" if not changes else "ambiguous", f"{len(changes)} crossings")
    keys = [item.key for item in a.items]
    i = changes[0]
    return _span(keys[i - 1], keys[i], a.name if gaps[i] else b.name)


def _span(start: Key, end: Key, detail: str = "") -> Answer:
    return Answer(f"{key_text(start)} and {key_text(end)}", [start, end], "span", detail=detail)


CLEAR_CORRELATION, NO_CORRELATION = 0.65, 0.12


def correlation(scope: Scope, args: Args) -> Answer:
    """Sign of Pearson's r over one group or, without a name, over all points."""
    tracks = [scope.track(args)] if args.get("series") else list(scope.view.tracks(args["panel"]))
    points = [(i.value("x"), i.value("y")) for t in tracks for i in t.items]
    if len(points) < 8:
        raise Refused("too_few", f"{len(points)} points")
    r = _pearson([x for x, _ in points], [y for _, y in points])[0]
    if abs(r) >= CLEAR_CORRELATION:
        return Answer("positive" if r > 0 else "negative", "positive" if r > 0 else "negative", "word")
    if abs(r) <= NO_CORRELATION and len(points) >= 20:
        return Answer("none", "none", "word")
    raise Refused("slope_within_noise", f"r = {r:.2f}")


def longest_monotone_run(scope: Scope, args: Args) -> Answer:
    """First and last place of the longest unbroken rise (or fall); every step must be visible."""
    looks = _looks(scope, scope.track(args))
    rising = args["direction"] == "increase"
    runs: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(looks) + 1):
        if i < len(looks):
            (_, v0, g0), (_, v1, g1) = looks[i - 1], looks[i]
            if abs(v1 - v0) <= max(g0, g1):
                raise Refused("not_visible" if v1 != v0 else "tie", "a step is too small to see")
            if (v1 > v0) == rising:
                continue
        runs.append((start, i - 1))
        start = i
    runs.sort(key=lambda r: r[0] - r[1])
    length = runs[0][1] - runs[0][0]
    if length < 2 or (len(runs) > 1 and runs[1][1] - runs[1][0] == length):
        raise Refused("ambiguous", "no single longest run")
    return _span(looks[runs[0][0]][0].key, looks[runs[0][1]][0].key)


OPERATIONS: dict[str, Callable[[Scope, Args], Answer]] = {
    "trend": trend, "crossing": crossing, "correlation": correlation, "longest_monotone_run": longest_monotone_run,
}  # fmt: skip
