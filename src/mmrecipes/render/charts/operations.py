"""Questions about a chart, executed: the operation table of the Qianfan-VL report (section 3.2, chart understanding).

`evaluate` gives the answer a person can read off the chart (through a `Reader` that knows what is printed and what
the axis resolution is), or refuses: ties and near ties, slopes within noise, comparisons that cannot be seen, values
too imprecise. The same code with the `Exact` reader gives the answer in the data. Covered: numbers and comparisons;
questions about shapes of series are in `operations_shapes`, about looks in `operations_visual`. Not covered: choosing
(`proposals`), wording.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.render.charts import operations_shapes as shapes
from mmrecipes.render.charts import operations_visual as visual
from mmrecipes.render.charts.answers import Answer, AnswerKind, Number, Operand, Query, Refused
from mmrecipes.render.charts.axes import clean, decimals_of, half_up, number, plain, round_below
from mmrecipes.render.charts.reading import Exact, Reader, added
from mmrecipes.render.charts.summary import Chart
from mmrecipes.render.charts.tracks import Item, Key, Track, View, key_text

Args = Mapping[str, Any]
Candidate = tuple[str, Key, float, float]
"""Series name, key, value in the data, smallest visible difference."""

RELATIVE_LIMIT = {"value": 0.25, "difference": 0.25, "ratio": 0.1, "share_of_total": 0.15, "growth": 0.25}
"""Largest tolerance as a share of the answer; other numbers 0.1."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an operation may look at."""

    view: View
    reader: Reader

    def run(self, query: Query | Args) -> Answer:
        op, args = (query.op, query.args) if isinstance(query, Query) else (query["op"], query["args"])
        if op not in OPERATIONS:
            raise Refused("unknown_operation", op)
        try:
            return OPERATIONS[op](self, args)
        except KeyError as e:
            raise Refused("not_in_chart", str(e)) from e

    def track(self, args: Args) -> Track:
        return self.view.track(args["panel"], args.get("series"))

    def key(self, args: Args, name: str = "x") -> Key:
        """A literal key, or the answer of a nested query."""
        x = args[name]
        return self.run(x).value if isinstance(x, (Query, Mapping)) else x


def evaluate(chart: Chart | View, query: Query | Args, reader: Reader | None = None) -> Answer:
    """The one answer; raises `Refused` where there is none. Without a reader the data themselves are read."""
    view = chart if isinstance(chart, View) else View(chart)
    return Scope(view, reader or Exact()).run(query)


def depth(query: Query | Args) -> int:
    """Number of composed operations; reading a named value counts only on its own."""
    op, args = (query.op, query.args) if isinstance(query, Query) else (query["op"], query["args"])
    nested = [depth(v) for v in args.values() if isinstance(v, (Query, Mapping)) and not _plain_value(v)]
    return 1 + max(nested, default=0) + (1 if "by" in args and op != "compare" else 0)


def _plain_value(query: Query | Args) -> bool:
    op, args = (query.op, query.args) if isinstance(query, Query) else (query["op"], query["args"])
    return op == "value" and not isinstance(args["x"], (Query, Mapping))


# --- reading values


def _read(scope: Scope, track: Track, item: Item, field: str = "y") -> tuple[Number, Operand]:
    n = scope.reader.read(track, item, field)
    return n, Operand(track.name, key_text(item.key), stated_text(n))


def stated_text(n: Number) -> str:
    """A number as an answer states it: printed values as printed, estimates with the fewest decimals."""
    return plain(n.value) if n.step else number(n.value, n.decimals)


def _answer(op: str, n: Number, unit: str, operands: Sequence[Operand] = (), kind: AnswerKind = "number",
            detail: str = "") -> Answer:  # fmt: skip
    """A number as an answer; refused when it is too imprecise to be one."""
    if n.tolerance > RELATIVE_LIMIT.get(op, 0.1) * abs(n.raw) and n.step:
        raise Refused("imprecise", f"{n.raw} ± {n.tolerance}")
    if n.value == 0 and not math.isclose(n.raw, 0, abs_tol=1e-12):
        raise Refused("imprecise", f"{n.raw} rounds to 0")
    return Answer(
        stated_text(n), n.value, kind, n.tolerance, n.raw, unit, n.step == 0.0, n.step, tuple(operands), detail
    )


def _derived(value: float, raw: float, tolerance: float, least: int, most: int, approximate: bool) -> Number:
    """A computed number: in round steps within its tolerance when operands were estimated, else with as many
    decimals as it needs, from `least` to `most`."""
    if approximate and tolerance > 0:
        step = round_below(tolerance)
        stated = clean(round(value / step) * step)
        return Number(stated, raw, tolerance + abs(stated - value), decimals_of(step), step)
    decimals = next((d for d in range(least, most + 2) if math.isclose(round(value, d), value, rel_tol=1e-10)), most)
    stated = half_up(value, decimals)
    rounding = 0.0 if math.isclose(stated, value, rel_tol=1e-10, abs_tol=1e-12) else 0.5 * 10.0**-decimals
    return Number(stated, raw, tolerance + rounding, decimals)


def _value(scope: Scope, args: Args) -> Answer:
    track, key, field = scope.track(args), scope.key(args), args.get("field", "y")
    n, operand = _read(scope, track, track.item(key), field)
    axis = scope.view.chart.panels[track.panel].axis("x") if field == "x" else track.axis
    nested = isinstance(args["x"], (Query, Mapping))
    if n.step and n.tolerance > max(0.25 * abs(n.raw), 0.04 * (axis.max - axis.min)):
        raise Refused("imprecise", f"{n.raw} ± {n.tolerance}")
    return Answer(stated_text(n), n.value, "number", n.tolerance, n.raw, axis.unit, n.step == 0.0, n.step, (operand,),
                  key_text(key) if nested else "")  # fmt: skip


def _x_of_value(scope: Scope, args: Args) -> Answer:
    """The only item whose value is the wanted one, give or take `within`."""
    track, wanted, within = scope.track(args), args["value"], args["within"]
    looks = [(item, *scope.reader.look(track, item)) for item in track.items]
    best = min(looks, key=lambda look: abs(look[1] - wanted))
    if abs(best[1] - wanted) > within + 1e-9 * max(1.0, abs(wanted)):
        raise Refused("not_in_chart", f"no value {wanted}")
    if any(abs(v - wanted) <= 2 * max(within, gap) + 1e-9 for item, v, gap in looks if item is not best[0]):
        raise Refused("ambiguous", f"several values near {wanted}")
    return Answer(key_text(best[0].key), best[0].key, "category")


# --- comparing


def candidates(scope: Scope, args: Args) -> list[Candidate]:
    """What a comparison ranges over: the items of a series, the series at x, or an aggregate of either (`by`)."""
    tracks, field = scope.view.tracks(args["panel"]), args.get("field", "y")
    if "by" in args:
        return _aggregated(scope, args, tracks)
    if args.get("over") == "series":
        key = scope.key(args)
        return [(t.name, t.name, *scope.reader.look(t, t.item(key), field)) for t in tracks]
    track = scope.track(args)
    return [(track.name, item.key, *scope.reader.look(track, item, field)) for item in track.items]


def _aggregated(scope: Scope, args: Args, tracks: Sequence[Track]) -> list[Candidate]:
    reduce = _REDUCE[args["by"]]
    if args["over"] == "series":
        rows = [(t.name, [scope.reader.look(t, i) for i in t.items]) for t in tracks]
    else:
        rows = [(k, [scope.reader.look(t, t.item(k)) for t in tracks]) for k in (i.key for i in tracks[0].items)]
    return [("", key, reduce([v for v, _ in looks]), max(gap for _, gap in looks)) for key, looks in rows]


def _ranked(scope: Scope, args: Args, highest: bool) -> list[Candidate]:
    found = sorted(candidates(scope, args), key=lambda c: c[2], reverse=highest)
    if len(found) < 2:
        raise Refused("too_few", "nothing to compare")
    return found


def _clear(a: Candidate, b: Candidate) -> None:
    """Refuse a difference that is nil or cannot be seen."""
    if math.isclose(a[2], b[2], rel_tol=1e-9, abs_tol=1e-12):
        raise Refused("tie", f"{a[1]} and {b[1]}")
    if abs(a[2] - b[2]) <= max(a[3], b[3]):
        raise Refused("near_tie", f"{a[1]} and {b[1]}")


def _extreme(highest: bool) -> Callable[[Scope, Args], Answer]:
    def run(scope: Scope, args: Args) -> Answer:
        found = _ranked(scope, args, highest)
        _clear(found[0], found[1])
        return _chosen(scope, args, found[0])

    return run


def _rank(scope: Scope, args: Args) -> Answer:
    found, k = _ranked(scope, args, args["order"] == "highest"), args["k"]
    if not 1 <= k <= len(found):
        raise Refused("too_few", f"rank {k} of {len(found)}")
    for a, b in itertools.pairwise(found[: k + 1]):
        _clear(a, b)
    return _chosen(scope, args, found[k - 1])


def _chosen(scope: Scope, args: Args, winner: Candidate) -> Answer:
    """The winner's name, with its value as an operand where it can be read."""
    kind: AnswerKind = "series" if args.get("over") == "series" else "category"
    operands: tuple[Operand, ...] = ()
    if "by" not in args and args.get("field", "y") == "y":
        name, key = (winner[0], scope.key(args)) if kind == "series" else (args.get("series"), winner[1])
        track = scope.view.track(args["panel"], name)
        try:
            operands = (_read(scope, track, track.item(key))[1],)
        except Refused:
            operands = ()
    return Answer(key_text(winner[1]), winner[1], kind, operands=operands)


def _bound(highest: bool) -> Callable[[Scope, Args], Answer]:
    """max and min: the value itself. Ties do not matter here, the value is the same."""

    def run(scope: Scope, args: Args) -> Answer:
        read = _selected(scope, args)
        n, operand = (max if highest else min)(read, key=lambda r: r[0].raw)
        return _answer("value", n, _unit(scope, args), [operand])

    return run


def _count_above(scope: Scope, args: Args) -> Answer:
    threshold, above = args["threshold"], args["side"] == "above"
    looks = candidates(scope, {**args, "over": "series"} if "x" in args else args)
    for _, key, v, gap in looks:
        if abs(v - threshold) <= gap or v == threshold:
            raise Refused("near_tie", f"{key} lies on {threshold}")
    hits = [key_text(key) for _, key, v, _ in looks if (v > threshold) == above]
    return Answer(str(len(hits)), len(hits), "count", detail="; ".join(hits))


# --- aggregates


def _selected(scope: Scope, args: Args) -> list[tuple[Number, Operand]]:
    """All values of a series, or those of all series at x."""
    if "x" in args:
        key = scope.key(args)
        return [_read(scope, t, t.item(key)) for t in scope.view.tracks(args["panel"])]
    track = scope.track(args)
    return [_read(scope, track, item) for item in track.items]


def _unit(scope: Scope, args: Args) -> str:
    return scope.view.tracks(args["panel"])[0].axis.unit if "x" in args else scope.track(args).axis.unit


def _sum(scope: Scope, args: Args) -> Answer:
    read = _selected(scope, args)
    stack = scope.view.tracks(args["panel"])
    if "x" in args and stack[0].type in ("stacked_bar", "stacked_area"):
        n = scope.reader.total(stack, scope.key(args))
        return _answer("sum", n, _unit(scope, args), [o for _, o in read] if not n.step else [])
    n = added([n for n, _ in read])
    total = _derived(n.value, n.raw, n.tolerance, n.decimals, n.decimals, n.step > 0)
    return _answer("sum", total, _unit(scope, args), [o for _, o in read])


def _middle(op: str) -> Callable[[Scope, Args], Answer]:
    """mean and median; both move no more than their operands do."""

    def run(scope: Scope, args: Args) -> Answer:
        read = _selected(scope, args)
        numbers = [n for n, _ in read]
        reduce = _REDUCE[op]
        tolerance = reduce([n.tolerance for n in numbers]) if op == "mean" else max(n.tolerance for n in numbers)
        places = max(n.decimals for n in numbers)
        n = _derived(reduce([n.value for n in numbers]), reduce([n.raw for n in numbers]), tolerance, places,
                     places + 1, any(n.step for n in numbers))  # fmt: skip
        return _answer(op, n, _unit(scope, args), [o for _, o in read])

    return run


def _range(scope: Scope, args: Args) -> Answer:
    read = sorted(_selected(scope, args), key=lambda r: r[0].raw)
    return _difference_of(read[-1], read[0], _unit(scope, args))


_REDUCE: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": statistics.fmean, "sum": math.fsum, "median": statistics.median,
}  # fmt: skip


# --- two operands


def _operand(scope: Scope, query: Query | Args) -> tuple[Number, Operand, str]:
    """A nested numeric query as a number, with what it is called in a sentence and its unit. A value that is read
    counts as it is printed, a computed one unrounded."""
    answer = scope.run(query)
    if answer.kind != "number":
        raise Refused("wrong_operand", answer.kind)
    if answer.exact:
        text = plain(clean(answer.raw), decimals_of(answer.value) + 2)
        v = answer.value if len(answer.operands) == 1 else answer.raw
        n = Number(v, answer.raw, answer.tolerance, decimals_of(answer.value))
    else:
        text = answer.text
        n = Number(answer.value, answer.raw, answer.tolerance, decimals_of(answer.step), answer.step)
    return n, answer.operands[0] if len(answer.operands) == 1 else Operand("", "", text), answer.unit


def _pair(scope: Scope, args: Args) -> tuple[tuple[Number, Operand], tuple[Number, Operand], str]:
    a, at_a, unit = _operand(scope, args["a"])
    b, at_b, other = _operand(scope, args["b"])
    if unit != other:
        raise Refused("wrong_operand", f"{unit} and {other}")
    return (a, at_a), (b, at_b), unit


def _difference(scope: Scope, args: Args) -> Answer:
    a, b, unit = _pair(scope, args)
    return _difference_of(a, b, unit)


def _difference_of(a: tuple[Number, Operand], b: tuple[Number, Operand], unit: str) -> Answer:
    """a - b, positive by the question's choice of a and b."""
    (x, at_x), (y, at_y) = a, b
    tolerance = x.tolerance + y.tolerance
    if x.raw - y.raw <= tolerance:
        raise Refused("near_tie" if x.raw != y.raw else "tie", f"{x.raw} and {y.raw}")
    places = max(x.decimals, y.decimals)
    n = _derived(clean(x.value - y.value), clean(x.raw - y.raw), tolerance, places, places, x.step > 0 or y.step > 0)
    return _answer("difference", n, unit, [at_x, at_y])


def _quotient(a: Number, b: Number, scale: float) -> tuple[float, float, float]:
    """value, value in the data, and tolerance of scale * a / b by interval arithmetic."""
    if b.raw - b.tolerance <= 0 or b.value - b.tolerance <= 0:
        raise Refused("imprecise", "division by about zero")
    value = scale * a.value / b.value
    corners = [scale * (a.value + s * a.tolerance) / (b.value + t * b.tolerance) for s in (-1, 1) for t in (-1, 1)]
    return value, scale * a.raw / b.raw, max(abs(c - value) for c in corners)


LEAST_RATIO = 1.15
"""Nobody asks how many times as large something is that is nearly equal."""


def _ratio(scope: Scope, args: Args) -> Answer:
    a, b, _ = _pair(scope, args)
    value, raw, tolerance = _quotient(a[0], b[0], 1.0)
    if raw < LEAST_RATIO:
        raise Refused("near_tie", f"ratio {raw:.3f}")
    n = _derived(value, raw, tolerance, 0, 2, a[0].step > 0 or b[0].step > 0)
    return _answer("ratio", n, "", [a[1], b[1]])


def _share_of_total(scope: Scope, args: Args) -> Answer:
    """One value as per cent of the whole series, or of the stack it belongs to."""
    track, key = scope.track(args), scope.key(args)
    part, at = _read(scope, track, track.item(key))
    whole = {k: v for k, v in args.items() if k in ("panel", "x" if args["of"] == "x" else "series")}
    total, _, unit = _operand(scope, Query("sum", {**whole, **({"x": key} if "x" in whole else {})}))
    value, raw, tolerance = _quotient(part, total, 100.0)
    n = _derived(value, raw, tolerance, 0, 1, part.step > 0 or total.step > 0)
    return _answer("share_of_total", n, "%", [at, Operand("", "total", stated_text(total))], "percent", unit)


def _growth(scope: Scope, args: Args) -> Answer:
    """Change from x1 to x2 in per cent of the value at x1."""
    track = scope.track(args)
    first, at_first = _read(scope, track, track.item(scope.key(args, "x1")))
    last, at_last = _read(scope, track, track.item(scope.key(args, "x2")))
    if abs(last.raw - first.raw) <= first.tolerance + last.tolerance:
        raise Refused("near_tie", "no visible change")
    value, raw, tolerance = _quotient(last, first, 100.0)
    n = _derived(value - 100, raw - 100, tolerance, 0, 1, first.step > 0 or last.step > 0)
    return _answer("growth", n, "%", [at_first, at_last], "percent")


# --- two panels


def _compare(scope: Scope, args: Args) -> Answer:
    """`larger`: title of the panel whose value is larger; `same`: whether both answers are equal."""
    first, second = scope.run(args["a"]), scope.run(args["b"])
    if args["by"] == "same":
        text = "yes" if first.value == second.value else "no"
        return Answer(text, text, "word", detail=f"{first.text}; {second.text}")
    if first.unit != second.unit or first.kind != "number":
        raise Refused("wrong_operand", "the panels have different units")
    raws = [first.raw, second.raw]
    gap = max(first.tolerance, second.tolerance)
    if abs(raws[0] - raws[1]) <= gap:
        raise Refused("near_tie" if raws[0] != raws[1] else "tie", "the panels")
    panel = args["a"] if raws[0] > raws[1] else args["b"]
    place = (panel.args if isinstance(panel, Query) else panel["args"])["panel"]
    title = scope.view.chart.panels[place].title
    return Answer(title, title, "word", detail=f"{first.text}; {second.text}")


def _looked_at(run: Callable[[Chart, Args], Answer]) -> Callable[[Scope, Args], Answer]:
    return lambda scope, args: run(scope.view.chart, args)


OPERATIONS: dict[str, Callable[[Scope, Args], Answer]] = {
    "value": _value, "x_of_value": _x_of_value, "argmax": _extreme(True), "argmin": _extreme(False), "rank": _rank,
    "max": _bound(True), "min": _bound(False), "count_above": _count_above, "sum": _sum, "mean": _middle("mean"),
    "median": _middle("median"), "range": _range, "difference": _difference, "ratio": _ratio,
    "share_of_total": _share_of_total, "growth": _growth, "compare": _compare, **shapes.OPERATIONS,
    **{name: _looked_at(run) for name, run in visual.OPERATIONS.items()},
}  # fmt: skip
"""Every operation by name, with the arguments described in `proposals`."""
