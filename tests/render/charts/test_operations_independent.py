"""Chart answers recomputed from the stored JSON by an evaluator that shares no code with the maker."""

from __future__ import annotations

import copy
import json
import math
import random
import statistics
from collections import Counter
from typing import Any

import pytest

from mmrecipes.core.identity import canonical_json, rng_from
from mmrecipes.render.charts.answers import Refused
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.operations import OPERATIONS, evaluate
from mmrecipes.render.charts.proposals import FAMILIES, Proposal, proposals
from mmrecipes.render.charts.reading import AsDrawn, resolution
from mmrecipes.render.charts.summary import Chart, chart_from_json
from mmrecipes.render.charts.tracks import View

Json = dict[str, Any]
NONE = object()
"""The independent evaluator's answer where there is none."""


# --- the independent evaluator: plain Python over the stored JSON


def rows(panel: Json, name: str | None) -> list[tuple[Any, Json]]:
    """(name of the datum, {field: value}) of a series, or of the whole for types whose series are parts."""
    kind = panel["type"]
    whole = kind in ("pie", "donut", "waterfall", "candlestick")
    chosen = [s for s in panel["series"] if name is None or s["name"] == name]
    if name is None and not whole:
        assert len(panel["series"]) == 1
    if not chosen and whole:
        chosen = panel["series"]
    found = []
    for s in chosen:
        for i, p in enumerate(s["points"]):
            key = p["x"]
            if kind == "scatter" or (kind == "bubble" and not p["label"]):
                key = f"#{i}"
            elif kind == "bubble":
                key = p["label"]
            found.append((key, {"x": p["x"], "y": p["y"], **p["extra"]}))
    if kind in ("waterfall", "candlestick"):
        axis = next(a for a in panel["axes"] if a["which"] == "x")
        places = {label: v for v, label in axis["ticks"]}
        found.sort(key=lambda r: places[r[0]])
    return found


def value(panel: Json, args: Json, key: Any) -> float:
    return dict(rows(panel, args.get("series")))[key][args.get("field", "y")]


def values(panel: Json, args: Json) -> list[float]:
    if "x" in args:
        return [dict(rows(panel, s["name"]))[args["x"]]["y"] for s in panel["series"]]
    return [r["y"] for _, r in rows(panel, args.get("series"))]


def pool(panel: Json, args: Json) -> list[tuple[Any, float]]:
    """What a comparison ranges over, with its numbers."""
    by = {"mean": statistics.fmean, "median": statistics.median, "sum": math.fsum}.get(args.get("by", ""))
    if by and args["over"] == "series":
        return [(s["name"], by([p["y"] for p in s["points"]])) for s in panel["series"]]
    if by:
        keys = [p["x"] for p in panel["series"][0]["points"]]
        return [(k, by([dict(rows(panel, s["name"]))[k]["y"] for s in panel["series"]])) for k in keys]
    field = args.get("field", "y")
    if args.get("over") == "series" or "x" in args:
        return [(s["name"], dict(rows(panel, s["name"]))[args["x"]][field]) for s in panel["series"]]
    return [(k, r[field]) for k, r in rows(panel, args.get("series"))]


def answer(chart: Json, query: Json) -> Any:
    op, args = query["op"], dict(query["args"])
    if isinstance(args.get("x"), dict):
        args["x"] = answer(chart, args["x"])
    if op in ("difference", "ratio", "compare"):
        a, b = answer(chart, args["a"]), answer(chart, args["b"])
        if op == "difference":
            return a - b
        if op == "ratio":
            return a / b
        if args["by"] == "same":
            return "yes" if a == b else "no"
        return chart["panels"][args["a" if a > b else "b"]["args"]["panel"]]["title"]
    panel = chart["panels"][args["panel"]]
    return SIMPLE[op](panel, args)


def extreme(best: Any) -> Any:
    def run(panel: Json, args: Json) -> Any:
        found = pool(panel, args)
        top = best(v for _, v in found)
        names = [k for k, v in found if v == top]
        return names[0] if len(names) == 1 else NONE

    return run


def rank(panel: Json, args: Json) -> Any:
    ordered = sorted(pool(panel, args), key=lambda kv: kv[1], reverse=args["order"] == "highest")
    return ordered[args["k"] - 1][0]


def x_of_value(panel: Json, args: Json) -> Any:
    found = sorted((abs(r["y"] - args["value"]), i, k) for i, (k, r) in enumerate(rows(panel, args.get("series"))))
    return found[0][2] if found[0][0] <= args["within"] + 1e-9 * max(1, abs(args["value"])) else NONE


def share(panel: Json, args: Json) -> float:
    part = value(panel, args, args["x"])
    whole = values(panel, {"x": args["x"]}) if args["of"] == "x" else values(panel, {"series": args.get("series")})
    return 100 * part / sum(whole)


def stretch(panel: Json, args: Json) -> list[float]:
    found = rows(panel, args.get("series"))
    keys = [k for k, _ in found]
    return [r["y"] for _, r in found[keys.index(args["x1"]) : keys.index(args["x2"]) + 1]]


def trend(panel: Json, args: Json) -> Any:
    ys = stretch(panel, args)
    if len(set(ys)) == 1:
        return "flat"
    r = statistics.correlation(range(len(ys)), ys)
    if abs(r) >= 0.8 and (ys[-1] - ys[0]) * r <= 0:
        return NONE
    return "flat" if abs(r) < 0.4 else NONE if abs(r) < 0.8 else "increasing" if r > 0 else "decreasing"


def crossing(panel: Json, args: Json) -> Any:
    a, b = (dict(rows(panel, args[n])) for n in ("a", "b"))
    keys = list(a)
    signs = [a[k]["y"] > b[k]["y"] for k in keys]
    turns = [i for i in range(1, len(keys)) if signs[i] != signs[i - 1]]
    return [keys[turns[0] - 1], keys[turns[0]]] if len(turns) == 1 else NONE


def correlation(panel: Json, args: Json) -> Any:
    points = [r for s in panel["series"] if args.get("series") in (None, s["name"]) for r in s["points"]]
    r = statistics.correlation([p["x"] for p in points], [p["y"] for p in points])
    return "positive" if r >= 0.65 else "negative" if r <= -0.65 else "none" if abs(r) <= 0.12 else NONE


def run_of(panel: Json, args: Json) -> Any:
    found = rows(panel, args.get("series"))
    best: list[tuple[int, int]] = []
    for i in range(len(found)):
        for j in range(i + 1, len(found)):
            steps = [found[k + 1][1]["y"] - found[k][1]["y"] for k in range(i, j)]
            if all((d > 0) if args["direction"] == "increase" else (d < 0) for d in steps):
                best.append((i, j))
    longest = max((j - i for i, j in best), default=0)
    hits = [(i, j) for i, j in best if j - i == longest]
    return [found[hits[0][0]][0], found[hits[0][1]][0]] if len(hits) == 1 and longest >= 2 else NONE


def growth(panel: Json, args: Json) -> float:
    first, last = (value(panel, args, args[n]) for n in ("x1", "x2"))
    return 100 * (last - first) / first


SIMPLE = {
    "value": lambda p, a: value(p, a, a["x"]),
    "x_of_value": x_of_value,
    "argmax": extreme(max),
    "argmin": extreme(min),
    "rank": rank,
    "max": lambda p, a: max(values(p, a)),
    "min": lambda p, a: min(values(p, a)),
    "count_above": lambda p, a: sum(v > a["threshold"] if a["side"] == "above" else v < a["threshold"]
                                    for _, v in pool(p, a)),
    "sum": lambda p, a: sum(values(p, a)),
    "mean": lambda p, a: sum(values(p, a)) / len(values(p, a)),
    "median": lambda p, a: statistics.median(values(p, a)),
    "range": lambda p, a: max(values(p, a)) - min(values(p, a)),
    "share_of_total": share,
    "growth": growth,
    "trend": trend,
    "crossing": crossing,
    "correlation": correlation,
    "longest_monotone_run": run_of,
    "count_series": lambda p, a: len(p["series"]),
    "count_points": lambda p, a: sum(len(s["points"]) for s in p["series"] if a.get("series") in (None, s["name"])),
    "colour_of": lambda p, a: next(s["colour_name"] for s in p["series"] if s["name"] == a["series"]),
    "series_with_colour": lambda p, a: next(s["name"] for s in p["series"] if s["colour_name"] == a["colour"]),
    "legend_position": lambda p, a: p["legend_pos"],
    "axis_unit": lambda p, a: next(x["unit"] for x in p["axes"] if x["which"] == a["axis"]),
    "chart_type": lambda p, a: p["type"],
}  # fmt: skip


# --- the maker's side


def asked(index: int, seed: str = "independent") -> tuple[Chart, list[Proposal]]:
    """A random chart and everything that can be asked about it when its plots are 420 x 300 pixels."""
    chart = random_chart(rng_from(seed, index), index)
    finest = {
        (i, a.which): resolution(a, 420 if a.which == "x" else 300)
        for i, p in enumerate(chart.panels)
        for a in p.axes
        if a.scale == "linear" and a.which != "colour" and len(a.ticks) > 1
    }
    view, rng = View(chart), rng_from(seed, "questions", index)
    reader = AsDrawn(chart, finest)
    return chart, [p for f in FAMILIES for p in proposals(view, reader, rng, f, Counter())]


def agrees(stated: Any, found: Any, tolerance: float) -> bool:
    if isinstance(stated, float | int) and isinstance(found, float | int):
        return abs(stated - found) <= max(tolerance * (1 + 1e-9), 1e-6 * abs(found))
    return stated == found


def test_every_answer_is_what_an_independent_evaluator_finds_in_the_stored_points() -> None:
    counted: Counter[str] = Counter()
    for index in range(220):
        chart, found = asked(index)
        stored = chart.to_json()
        for p in found:
            query = p.query.to_json()
            again = answer(stored, query)
            assert agrees(p.answer.value, again, p.answer.tolerance), (query, p.answer, again)
            counted[p.query.op] += 1
    assert sum(counted.values()) >= 2000


@pytest.mark.slow
def test_every_operation_and_type_occurs_and_holds_within_2000_charts() -> None:
    ops: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for index in range(2000):
        chart, found = asked(index, "wide")
        stored = chart.to_json()
        for p in found:
            assert agrees(p.answer.value, answer(stored, p.query.to_json()), p.answer.tolerance), (index, p)
            ops[p.query.op] += 1
            types[chart.type] += 1
    assert set(ops) == set(OPERATIONS) == set(SIMPLE) | {"difference", "ratio", "compare"}
    assert len(types) == 22


def changed(before: Any, after: Any) -> bool:
    if isinstance(before, float) and isinstance(after, float | int):
        return not math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12)
    return before != after


def exact(chart: Chart, query: Json) -> Any:
    try:
        found = evaluate(chart, query)
    except Refused:
        return NONE
    return found.raw if found.kind in ("number", "percent") else found.value


def test_changing_one_point_changes_exactly_the_answers_that_depend_on_it() -> None:
    moved = kept = 0
    for index in range(150):
        chart, found = asked(index, "mutation")
        rng = random.Random(index)
        stored = chart.to_json()
        mutated = copy.deepcopy(stored)
        panel = rng.randrange(len(stored["panels"]))
        series = rng.choice(mutated["panels"][panel]["series"])
        point = rng.choice(series["points"])
        point["y"] = round(point["y"] * rng.choice((0.43, 1.91)) + 0.37, 6)
        for p in found:
            query = p.query.to_json()
            should = (answer(stored, query), answer(mutated, query))
            does = (exact(chart_from_json(stored), query), exact(chart_from_json(mutated), query))
            if NONE in should or NONE in does or query["op"] in ("trend", "correlation"):
                continue  # no single answer on one side: nothing to compare
            assert changed(*should) == changed(*does), (query, should, does)
            moved, kept = moved + changed(*should), kept + (not changed(*should))
    assert moved > 300 and kept > 300


def test_reading_a_mutated_value_gives_the_mutated_value() -> None:
    for index in range(66):
        chart, found = asked(index, "values")
        for p in found:
            args = p.query.to_json()["args"]
            if p.query.op != "value" or isinstance(args["x"], dict) or args.get("field", "y") != "y":
                continue
            stored = chart.to_json()
            touched = 0
            for s in stored["panels"][args["panel"]]["series"]:
                for point in s["points"]:
                    if point["x"] == args["x"] and args.get("series") in (None, s["name"]):
                        point["y"] += 7.25
                        touched += 1
            if touched == 1:
                assert math.isclose(exact(chart_from_json(stored), p.query.to_json()), p.answer.raw + 7.25)


def test_queries_survive_json() -> None:
    for index in range(44):
        chart, found = asked(index, "json")
        again = chart_from_json(json.loads(canonical_json(chart.to_json())))
        assert again == chart
        for p in found:
            query = json.loads(canonical_json(p.query.to_json()))
            found_again = evaluate(again, query)
            assert found_again.kind == p.answer.kind
