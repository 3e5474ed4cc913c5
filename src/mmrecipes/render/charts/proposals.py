"""Choosing questions: random queries that fit a chart's type, of which only those with a clear answer are kept.

Arguments of the operations: `panel` (index) always; `series` (a name; absent where there is only one sequence), `x`
(a category, year or bin middle; may be a nested query), `field` (`y` unless said), `over` (`series` to compare series
at `x`), `by` (aggregate that series or places are compared by), `k` and `order` (rank), `threshold` and `side`
(count_above), `value` and `within` (x_of_value), `x1`, `x2` (a stretch), `a`, `b` (nested queries; for crossing:
series names), `of` (share_of_total: `series` or `x`), `direction`, `colour`, `axis`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.render.charts.answers import Answer, Query, Refused
from mmrecipes.render.charts.content_local import additive_names, month_head
from mmrecipes.render.charts.operations import evaluate
from mmrecipes.render.charts.operations_visual import LEGEND_PLACES
from mmrecipes.render.charts.reading import Reader
from mmrecipes.render.charts.summary import ChartType, Panel
from mmrecipes.render.charts.tracks import MERGED, NAMELESS, Item, Track, View, key_axis
from mmrecipes.render.charts.vocabulary import ADDITIVE

Family = Literal["retrieval", "visual", "computation"]
FAMILIES: tuple[Family, ...] = ("retrieval", "visual", "computation")

TIMES = frozenset({"Year", "Quarter", "Month", "Week", "Weekday", "Hour", "Day", "Date", "Season"})
_SEQUENTIAL: frozenset[ChartType] = frozenset(
    {"line", "multi_line", "area", "stacked_area", "candlestick", "dual_axis"}
)
_STACKED: frozenset[ChartType] = frozenset({"stacked_bar", "stacked_area"})
_SUMMED: frozenset[ChartType] = frozenset({*_STACKED, "pie", "donut", "histogram"})
_NO_MEANS: frozenset[ChartType] = frozenset({"pie", "donut", "histogram", "waterfall", "box", "violin"})
_FIELDS: dict[ChartType, tuple[str, ...]] = {
    "box": ("y", "y", "q1", "q3", "low", "high"), "violin": ("y", "y", "q1", "q3"),
    "candlestick": ("y", "open", "high", "low"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What a proposer chooses from: one panel of a chart."""

    view: View
    panel: int
    rng: random.Random
    reader: Reader

    @property
    def summary(self) -> Panel:
        return self.view.chart.panels[self.panel]

    @property
    def tracks(self) -> tuple[Track, ...]:
        return self.view.tracks(self.panel)

    def track(self) -> Track:
        return self.rng.choice(self.tracks)

    def base(self, track: Track | None = None) -> dict[str, Any]:
        """Arguments that name the panel and, where there are several, the series."""
        named = track is not None and len(self.tracks) > 1
        return {"panel": self.panel, **({"series": track.name} if track and named else {})}

    def field(self) -> dict[str, str]:
        field = self.rng.choice(_FIELDS.get(self.summary.type, ("y",)))
        return {} if field == "y" else {"field": field}

    def items(self, track: Track, count: int) -> list[Item]:
        """`count` distinct items in order."""
        if len(track.items) < count:
            raise Refused("too_few", f"{len(track.items)} items")
        return [track.items[i] for i in sorted(self.rng.sample(range(len(track.items)), count))]

    def comparable(self) -> bool:
        """Several series read on one axis, each with the same items."""
        tracks = self.tracks
        return (
            len(tracks) > 1
            and self.summary.type not in NAMELESS
            and len({t.axis.which for t in tracks}) == 1
            and len({tuple(i.key for i in t.items) for t in tracks}) == 1
        )

    def ordered(self) -> bool:
        axis, language = key_axis(self.summary), self.view.chart.language
        if self.summary.type in _SEQUENTIAL:
            return True
        if axis is None or self.summary.type in (*NAMELESS, "histogram", "waterfall"):
            return False
        return axis.name in (TIMES if language == "en" else ("", month_head(language)))

    def additive(self, track: Track | None = None) -> bool:
        """Whether sums of a series' values mean something (of any series', where none is given)."""
        name = (track or self.tracks[0]).axis.name
        if self.summary.type in ("box", "violin", "candlestick"):
            return False
        known = name in ADDITIVE or name in additive_names(self.view.chart.language)
        return self.summary.type in _SUMMED or known or name.startswith(("Sum of", "Number of", "Total"))


Proposer = Callable[[Choice], Query]


def need(condition: bool, why: str = "unfit") -> None:
    if not condition:
        raise Refused("unfit", why)


# --- retrieval


def _value(c: Choice) -> Query:
    need(c.summary.type != "scatter")
    track = c.track()
    item = c.rng.choice(track.items)
    if c.summary.type == "bubble":
        need(item.point.label is not None)
        return Query("value", {**c.base(track), "x": item.key, "field": c.rng.choice(("x", "y"))})
    return Query("value", {**c.base(track), "x": item.key, **c.field()})


def _value_at_extreme(c: Choice) -> Query:
    """The value of one series (or coordinate) where another is highest or lowest."""
    op = c.rng.choice(("argmax", "argmin"))
    if c.summary.type in NAMELESS:
        track = c.track()
        base = c.base(track)
        return Query("value", {**base, "x": Query(op, {**base}), "field": "x"})
    need(len(c.tracks) > 1 and c.summary.type not in MERGED)
    a, b = c.rng.sample(c.tracks, 2)
    return Query("value", {**c.base(a), "x": Query(op, c.base(b))})


def _x_of_value(c: Choice) -> Query:
    need(c.summary.type not in (*NAMELESS, "waterfall"))
    track = c.track()
    n = c.reader.read(track, c.rng.choice(track.items))
    return Query("x_of_value", {**c.base(track), "value": n.value, "within": n.tolerance})


def _extreme(op: str) -> Proposer:
    def propose(c: Choice) -> Query:
        need(c.summary.type != "scatter")
        if c.summary.type == "waterfall":
            return Query(op, {"panel": c.panel, "series": "Increase" if op == "argmax" else "Decrease"})
        if c.comparable() and c.rng.random() < 0.4:
            return Query(op, {"panel": c.panel, "over": "series", "x": c.rng.choice(c.tracks[0].items).key})
        track = c.track()
        if c.summary.type == "bubble":
            need(all(i.point.label for i in track.items))
            return Query(op, {**c.base(track), "field": c.rng.choice(("x", "y", "size"))})
        return Query(op, {**c.base(track), **c.field()})

    return propose


def _bound(op: str) -> Proposer:
    def propose(c: Choice) -> Query:
        need(c.summary.type not in (*NAMELESS, "waterfall", *_STACKED))
        if c.comparable() and c.rng.random() < 0.25:
            return Query(op, {"panel": c.panel, "x": c.rng.choice(c.tracks[0].items).key})
        return Query(op, c.base(c.track()))

    return propose


# --- looks


def _count_series(c: Choice) -> Query:
    return Query("count_series", {"panel": c.panel})


def _count_points(c: Choice) -> Query:
    kind, summary = c.summary.type, c.summary
    if kind in ("waterfall", "candlestick"):
        need(summary.legend_pos != "none")
        series = c.rng.choice([s for s in summary.series if s.name != "Total"])
        return Query("count_points", {"panel": c.panel, "series": series.name})
    if kind in NAMELESS:
        series = c.rng.choice(summary.series)
        need(len(series.points) <= 12)
        return Query("count_points", {"panel": c.panel, **({"series": series.name} if len(summary.series) > 1 else {})})
    need(kind in ("bar", "horizontal_bar", "histogram", "box", "violin", "grouped_bar", "error_bar"))
    return Query("count_points", {"panel": c.panel})


def _colour_of(c: Choice) -> Query:
    need(c.summary.type != "heatmap")
    return Query("colour_of", {"panel": c.panel, "series": c.rng.choice(c.summary.series).name})


def _series_with_colour(c: Choice) -> Query:
    need(c.summary.type != "heatmap")
    return Query("series_with_colour", {"panel": c.panel, "colour": c.rng.choice(c.summary.series).colour_name})


def _legend_position(c: Choice) -> Query:
    need(c.summary.legend_pos in LEGEND_PLACES)
    return Query("legend_position", {"panel": c.panel})


def _axis_unit(c: Choice) -> Query:
    axes = [a for a in c.summary.axes if a.unit and a.which != "radial" and a.scale != "category"]
    need(bool(axes))
    return Query("axis_unit", {"panel": c.panel, "axis": c.rng.choice(axes).which})


def _chart_type(c: Choice) -> Query:
    return Query("chart_type", {"panel": c.panel})


# --- computation


def _selection(c: Choice, across: float = 0.3) -> dict[str, Any]:
    """All values of a series, or of all series at one place."""
    need(c.summary.type not in (*NAMELESS, "waterfall"))
    if c.comparable() and len(c.tracks) > 2 and c.rng.random() < across:
        return {"panel": c.panel, "x": c.rng.choice(c.tracks[0].items).key}
    track = c.track()
    need(len(track.items) <= MOST_OPERANDS)
    return c.base(track)


MOST_OPERANDS = 12
"""Nobody adds up more values than this from a chart."""


def _sum(c: Choice) -> Query:
    if c.summary.type == "waterfall":
        return Query("sum", {"panel": c.panel, "series": c.rng.choice(("Increase", "Decrease"))})
    need(c.summary.type not in ("pie", "donut"))
    args = _selection(c, 0.8 if c.summary.type in _STACKED else 0.3)
    track = c.tracks[0] if "x" in args else c.view.track(c.panel, args.get("series"))
    need(c.additive(track) and track.axis.unit != "%")
    return Query("sum", args)


def _middle(op: str) -> Proposer:
    def propose(c: Choice) -> Query:
        need(c.summary.type not in (*_NO_MEANS, *_STACKED))
        return Query(op, _selection(c))

    return propose


def _range(c: Choice) -> Query:
    need(c.summary.type not in _STACKED)
    return Query("range", _selection(c))


def _operands(c: Choice) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments of two values that can be set against each other."""
    kind = c.summary.type
    need(kind not in NAMELESS)
    track = c.track()
    if kind in ("box", "violin", "candlestick") and c.rng.random() < 0.5:
        x = c.rng.choice(track.items).key
        high, low = ("high", "low") if kind == "candlestick" else ("q3", "q1")
        base = {**c.base(track), "x": x}
        return {**base, "field": high}, {**base, "field": low}
    if kind == "waterfall":
        totals = c.view.track(c.panel, "Total").items
        return {"panel": c.panel, "x": totals[0].key}, {"panel": c.panel, "x": totals[-1].key}
    if c.comparable() and c.rng.random() < 0.5:
        a, b = c.rng.sample(c.tracks, 2)
        x = c.rng.choice(a.items).key
        return {**c.base(a), "x": x}, {**c.base(b), "x": x}
    a, b = c.items(track, 2)
    return {**c.base(track), "x": a.key}, {**c.base(track), "x": b.key}


def _higher_first(c: Choice, a: Query, b: Query) -> tuple[Query, Query]:
    swap = evaluate(c.view, a).raw < evaluate(c.view, b).raw
    return (b, a) if swap else (a, b)


def _difference(c: Choice) -> Query:
    if c.comparable() and c.summary.type not in (*_NO_MEANS, *_STACKED) and c.rng.random() < 0.3:
        op = c.rng.choice(("mean", "max", "sum") if c.additive() else ("mean", "max"))
        first, second = (Query(op, c.base(t)) for t in c.rng.sample(c.tracks, 2))
    else:
        first, second = (Query("value", args) for args in _operands(c))
    a, b = _higher_first(c, first, second)
    return Query("difference", {"a": a, "b": b})


def _ratio(c: Choice) -> Query:
    need(c.tracks[0].axis.unit != "°C")
    a, b = _higher_first(c, *(Query("value", args) for args in _operands(c)))
    return Query("ratio", {"a": a, "b": b})


def _share_of_total(c: Choice) -> Query:
    track = c.track()
    need(c.additive(track) and track.axis.unit != "%" and c.summary.type not in (*NAMELESS, "waterfall"))
    need(all(i.value("y") >= 0 for i in track.items))
    x = c.rng.choice(track.items).key
    across = c.comparable() and (c.summary.type in _STACKED or c.rng.random() < 0.4)
    return Query("share_of_total", {**c.base(track), "x": x, "of": "x" if across else "series"})


def _growth(c: Choice) -> Query:
    track = c.track()
    need(c.ordered() and track.axis.unit not in ("%", "°C"))
    a, b = c.items(track, 2)
    need(a.value("y") > 0 and b.value("y") > 0)
    return Query("growth", {**c.base(track), "x1": a.key, "x2": b.key})


def _trend(c: Choice) -> Query:
    need(c.ordered() and c.summary.type not in _STACKED)
    track = c.track()
    count = len(track.items)
    need(count >= 4)
    if c.rng.random() < 0.5:
        return Query("trend", {**c.base(track), "x1": track.items[0].key, "x2": track.items[-1].key})
    length = c.rng.randint(4, count)
    start = c.rng.randint(0, count - length)
    stretch = track.items[start : start + length]
    return Query("trend", {**c.base(track), "x1": stretch[0].key, "x2": stretch[-1].key})


def _crossing(c: Choice) -> Query:
    need(c.comparable() and c.ordered() and c.summary.type == "multi_line")
    a, b = c.rng.sample(c.tracks, 2)
    return Query("crossing", {"panel": c.panel, "a": a.name, "b": b.name})


def _correlation(c: Choice) -> Query:
    need(c.summary.type in NAMELESS)
    if len(c.tracks) > 1 and c.rng.random() < 0.6:
        return Query("correlation", c.base(c.track()))
    return Query("correlation", {"panel": c.panel})


def _run(c: Choice) -> Query:
    need(c.ordered() and c.summary.type not in _STACKED)
    return Query("longest_monotone_run", {**c.base(c.track()), "direction": c.rng.choice(("increase", "decrease"))})


def _rank(c: Choice) -> Query:
    need(c.summary.type not in ("scatter", "waterfall"))
    order = c.rng.choice(("highest", "lowest"))
    if c.comparable() and len(c.tracks) > 2 and c.rng.random() < 0.4:
        x = c.rng.choice(c.tracks[0].items).key
        k = c.rng.randint(2, min(3, len(c.tracks) - 1))
        return Query("rank", {"panel": c.panel, "over": "series", "x": x, "k": k, "order": order})
    track = c.track()
    need(len(track.items) >= 3 and (c.summary.type != "bubble" or all(i.point.label for i in track.items)))
    k = c.rng.randint(2, min(4, len(track.items) - 1))
    return Query("rank", {**c.base(track), "k": k, "order": order})


def _count_above(c: Choice) -> Query:
    need(c.summary.type not in ("waterfall", "pie", "donut", "heatmap", *_STACKED))
    track = c.track()
    need(len(track.items) <= 16 and len(track.axis.ticks) > 2)
    values = [i.value("y") for i in track.items]
    inside = [t for t, _ in track.axis.ticks if min(values) < t < max(values)]
    need(bool(inside))
    side = c.rng.choice(("above", "above", "below"))
    return Query("count_above", {**c.base(track), "threshold": c.rng.choice(inside), "side": side})


def _best_aggregate(c: Choice) -> Query:
    """The series with the highest mean, the stack with the highest total."""
    need(c.comparable() and c.tracks[0].axis.scale == "linear")
    op = c.rng.choice(("argmax", "argmin"))
    if c.summary.type in _STACKED:
        return Query(op, {"panel": c.panel, "over": "x", "by": "sum"})
    need(c.summary.type not in _NO_MEANS)
    over = "x" if c.rng.random() < 0.3 and c.additive() else "series"
    by = "sum" if over == "x" else c.rng.choice(("mean", "mean", "median"))
    return Query(op, {"panel": c.panel, "over": over, "by": by})


def _compare(c: Choice) -> Query:
    panels = c.view.chart.panels
    need(len(panels) == 2)
    tracks = [c.view.tracks(i) for i in (0, 1)]
    need(all(len(t) == 1 for t in tracks) and not {p.type for p in panels} & (NAMELESS | {"histogram"}))
    keys = [{i.key for i in t[0].items} for t in tracks]
    shared = [i.key for i in tracks[0][0].items if i.key in keys[1]]
    same_measure = len({(t[0].axis.name, t[0].axis.unit) for t in tracks}) == 1
    need(same_measure)
    if keys[0] == keys[1] and c.rng.random() < 0.3:
        op = c.rng.choice(("argmax", "argmin"))
        return Query("compare", {"a": Query(op, {"panel": 0}), "b": Query(op, {"panel": 1}), "by": "same"})
    if shared and c.rng.random() < 0.6:
        x = c.rng.choice(shared)
        a, b = (Query("value", {"panel": i, "x": x}) for i in (0, 1))
    else:
        op = c.rng.choice(("max", "min", "mean"))
        a, b = (Query(op, {"panel": i}) for i in (0, 1))
    return Query("compare", {"a": a, "b": b, "by": "larger"})


PROPOSERS: dict[Family, tuple[tuple[Proposer, float], ...]] = {
    "retrieval": ((_value, 2.0), (_value_at_extreme, 1.5), (_x_of_value, 1.0), (_extreme("argmax"), 1.0),
                  (_extreme("argmin"), 1.0), (_bound("max"), 0.8), (_bound("min"), 0.8)),
    "visual": ((_count_series, 1.0), (_count_points, 1.0), (_colour_of, 1.0), (_series_with_colour, 1.5),
               (_legend_position, 1.0), (_axis_unit, 0.8), (_chart_type, 0.5)),
    "computation": ((_sum, 1.0), (_middle("mean"), 1.0), (_middle("median"), 0.8), (_range, 0.8), (_difference, 1.0),
                    (_ratio, 1.0), (_share_of_total, 2.5), (_growth, 2.0), (_trend, 1.5), (_crossing, 8.0),
                    (_correlation, 1.5), (_run, 2.0), (_rank, 0.8), (_count_above, 0.8), (_best_aggregate, 1.0),
                    (_compare, 5.0)),
}  # fmt: skip
"""Proposers with weights: operations that few charts allow are tried first more often."""
TRIES = 3
"""Random instances of an operation before another one is tried."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A query with the answer that can be read off the chart."""

    family: Family
    query: Query
    answer: Answer


def proposals(view: View, reader: Reader, rng: random.Random, family: Family, refused: Counter[str],
              ) -> Iterator[Proposal]:  # fmt: skip
    """Answerable queries of one family, each proposer at most once, in random order. What was refused is counted by
    reason in `refused`."""
    order = sorted(PROPOSERS[family], key=lambda p: rng.random() ** (1 / p[1]), reverse=True)
    for proposer, _ in order:
        for _ in range(TRIES):
            panel = rng.randrange(len(view.chart.panels))
            try:
                query = proposer(Choice(view, panel, rng, reader))
                answer = evaluate(view, query, reader)
            except Refused as e:
                refused[e.reason] += 1
                if e.reason == "unfit" and len(view.chart.panels) == 1:
                    break
                continue
            yield Proposal(family, query, answer)
            break
