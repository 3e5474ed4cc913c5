"""Chart traces: answers from the stored points by an evaluator of its own, marks by the pixels that changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import box_of
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.thinkmorph.overlay import faded, overlaid, rectangle
from mmrecipes_tests.recipes.thinkmorph import oracle


def series_of(chart: dict[str, Any]) -> dict[str, dict[str | float, float]]:
    panel = chart["panels"][0]
    if panel["type"] == "pie":
        return {"": {s["name"]: s["points"][0]["y"] for s in panel["series"]}}
    return {s["name"]: {p["x"]: p["y"] for p in s["points"]} for s in panel["series"]}


def recomputed(truth: dict[str, Any]) -> Any:
    """The answer from the points alone."""
    data = series_of(truth["chart"])
    query = truth["query"]

    def values(args: dict[str, Any]) -> dict[str | float, float]:
        return data[args["series"]] if "series" in args else next(iter(data.values()))

    def value(q: dict[str, Any]) -> float:
        return values(q["args"])[q["args"]["x"]]

    args = query["args"]
    if query["op"] == "value":
        return value(query)
    if query["op"] in ("difference", "ratio"):
        a, b = value(args["a"]), value(args["b"])
        return a - b if query["op"] == "difference" else a / b
    points = values(args)
    if query["op"] == "count_above":
        return sum((y > args["threshold"]) == (args["side"] == "above") for y in points.values())
    return (max if query["op"] == "argmax" else min)(points, key=points.__getitem__)


def chart_problems(sample: Sample) -> list[str]:
    told, (before, after) = oracle.trace(sample), oracle.pictures(sample)
    truth = told["ground_truth"]
    right = recomputed(truth)
    stated = truth["value"]
    same = stated == right if isinstance(right, str) or isinstance(stated, str) else abs(stated - right) <= max(
        0.05 * abs(right), 1e-9)  # fmt: skip
    found = [] if same else [f"{stated} is stated, {right} is right"]
    changed = np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 0
    evidence = {(e["series"], str(e["key"])) for e in truth["evidence"]}
    for region in sample.regions if sample.meta["kind"] != "pie" else ():
        x0, y0, x1, y1 = (round(v) for v in box_of(region.quad))
        share = changed[y0:y1, x0:x1].mean()
        own = (region.label, region.text) in evidence
        if sample.meta["mark"] == "mask_rest":
            own = not own
        if sample.meta["mark"] == "box":  # a line around it: nothing inside changes
            share = 1.0 - share if own else share
        if (own and share < 0.7) or (not own and share >= 0.3):
            found.append(f"{region.label} {region.text}: {share:.2f} changed")
    texts = [t for e in truth["evidence"] for t in e["texts"]] if sample.meta["mark"] == "overlay" else []
    return found + ["contrast" for t in texts if contrast(after, [round(v) for v in t]) < 3]


def contrast(picture: np.ndarray, box: list[int]) -> float:
    """Between the lightest and the darkest pixel of a text."""
    x0, y0, x1, y1 = box
    linear = (picture[y0:y1, x0:x1].reshape(-1, 3) / 255) ** 2.2 @ (0.2126, 0.7152, 0.0722)
    return float((linear.max() + 0.05) / (linear.min() + 0.05))


def test_answers_come_from_the_points_and_marks_lie_on_the_evidence(looked: list[Sample]) -> None:
    charts = [s for s in looked if s.task == "chart"]
    assert {s.meta["mark"] for s in charts} == {"box", "overlay", "mask_rest"}
    assert len({s.meta["kind"] for s in charts}) == 6 and len({s.meta["operation"] for s in charts}) >= 4
    assert {s.id: p for s in charts if (p := chart_problems(s))} == {}
    for s in charts:
        told = s.truth["trace"]
        assert told["answer"] in told["resoning_thought_1"] and told["answer"] in told["full_text_only_thought"]


def test_a_mark_on_something_else_and_a_wrong_value_are_found(looked: list[Sample]) -> None:
    good = next(s for s in looked if s.meta.get("mark") == "overlay" and s.meta["kind"] != "pie")
    before, _ = oracle.pictures(good)
    evidence = {(e["series"], str(e["key"])) for e in good.truth["trace"]["ground_truth"]["evidence"]}
    other = next(r for r in good.regions if (r.label, r.text) not in evidence)
    moved = encode(overlaid(before, [rectangle(box_of(other.quad))]))
    assert chart_problems(oracle.with_pictures(good, good.images[0], moved))
    truth = good.truth["trace"]["ground_truth"]
    value = f"{truth['value']}x" if isinstance(truth["value"], str) else truth["value"] * 1.2 + 1
    wrong = {**good.truth["trace"], "ground_truth": {**truth, "value": value}}
    assert chart_problems(good.having(truth={"trace": wrong}))


@pytest.mark.parametrize("mark", [overlaid, lambda p, s: faded(p, s, p[0, 0])])
def test_marks_change_the_pixels_of_their_shapes_and_no_others(mark: Any) -> None:
    picture = np.full((40, 50, 3), 200, np.uint8)
    picture[10:30, 10:30] = (30, 90, 160)
    changed = (mark(picture, [rectangle((10, 10, 20, 30)), rectangle((15, 10, 25, 30))]) != picture).any(axis=2)
    assert changed[10:30, 10:25].all() and changed.sum() == 20 * 15
