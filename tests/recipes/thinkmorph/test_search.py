"""Search traces: the drawn rectangle is found again by its pixels, answers by the scene's own facts."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import iou
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.thinkmorph.overlay import outlined, rectangle
from mmrecipes.recipes.thinkmorph.search.asking import Limits
from mmrecipes_tests.recipes.thinkmorph import oracle

Box = tuple[float, float, float, float]


def rectangles(before: np.ndarray, after: np.ndarray, count: int) -> list[Box]:
    """The inner borders of the red rectangles, from the pixels that changed; components by size."""
    import cv2

    changed = (np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 0).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(changed, connectivity=8)
    largest = sorted(stats[1:].tolist(), key=lambda s: -s[2] * s[3])[:count]
    return [(x + 3, y + 3, x + w - 3, y + h - 3) for x, y, w, h, _ in largest]


def search_problems(sample: Sample) -> list[str]:
    told, (before, after) = oracle.trace(sample), oracle.pictures(sample)
    truth = told["ground_truth"]
    found = []
    for box in truth["boxes"]:
        share = (box[2] - box[0]) * (box[3] - box[1]) / (before.shape[0] * before.shape[1])
        found += [] if 0.01 <= share <= 0.30 else [f"area {share:.3f}"]
        x0, y0, x1, y1 = (round(v) for v in box)
        found += [] if (before[y0:y1, x0:x1] == after[y0:y1, x0:x1]).all() else ["inside changed"]
    drawn = rectangles(before, after, len(truth["boxes"]))
    best = [max((iou(tuple(b), d) for d in drawn), default=0.0) for b in truth["boxes"]]  # type: ignore[arg-type]
    found += [] if min(best) >= 0.9 else [f"rectangle {min(best):.2f}"]
    objects = {o["id"]: o for o in truth["scene"]["objects"]}
    target, printed = objects[truth["targets"][0]], dict(re.findall(r"^([A-D])\. (.+)$", told["question"], re.M))
    mine = {
        "colour": lambda: target["colour"],
        "yes_no": lambda: "Yes" if target["colour"] == truth["said"] else "No",
        "object": lambda: re.sub("_", " ", target["category"]),
        "count": lambda: str(sum(o["category"] == target["category"] for o in objects.values())),
        "position": lambda: quarter(truth["boxes"][0], before),
    }[truth["kind"]]()
    stated = printed.get(told["answer"], "")
    found += [] if stated == mine or (truth["kind"] == "object" and stated.split()[-1] in mine) else [
        f"{stated} is stated, {mine} is right"]  # fmt: skip
    if truth["kind"] == "object":
        found += [] if sum(o["colour"] == target["colour"] for o in objects.values()) == 1 else ["not unique"]
    return found


def quarter(box: Box, picture: np.ndarray) -> str:
    down = "upper" if box[1] + box[3] < picture.shape[0] else "lower"
    return f"{down} {'left' if box[0] + box[2] < picture.shape[1] else 'right'}"


def test_boxes_answers_and_options_agree_with_scene_and_pixels(looked: list[Sample]) -> None:
    searches = [s for s in looked if s.task == "search"]
    assert {s.meta["kind"] for s in searches} >= {"colour", "object", "position", "count"}
    assert {s.id: p for s in searches if (p := search_problems(s))} == {}
    for s in searches:
        told = s.truth["trace"]
        assert not re.search(rf"\({told['answer']}\)|option {told['answer']}", told["resoning_thought_0"])
        assert f"({told['answer']})" in told["resoning_thought_1"]
        if s.meta["kind"] in ("colour", "object", "position"):
            assert told["ground_truth"]["options"][told["answer"]] not in (
                oracle.without_marks(told["resoning_thought_0"])
            )


def test_a_box_in_coordinates_of_another_size_and_a_wrong_letter_are_found(looked: list[Sample]) -> None:
    good = next(s for s in looked if s.meta.get("kind") == "colour")
    before, _ = oracle.pictures(good)
    box = good.truth["trace"]["ground_truth"]["boxes"][0]
    half = tuple(v / 2 for v in box)
    misplaced = encode(outlined(before, [rectangle(half, 3)], 3))  # type: ignore[arg-type]
    assert search_problems(oracle.with_pictures(good, good.images[0], misplaced))
    wrong = next(k for k in "ABCD" if k != good.truth["trace"]["answer"])
    assert search_problems(good.having(truth={"trace": {**good.truth["trace"], "answer": wrong}}))


@pytest.mark.parametrize(
    ("box", "reason"),
    [((0, 0, 9, 9), "target_too_small"), ((0, 0, 90, 90), "target_too_big"),
     ((90, 10, 110, 60), "box_outside_the_image"),
     ((10, 10, 15, 60), "target_too_small"), ((50, 50, 20, 20), "box_outside_the_image"), ((10, 10, 40, 40), "")],
)  # fmt: skip
def test_boxes_that_cannot_be_used_are_named(box: Box, reason: str) -> None:
    assert Limits(0.01, 0.3).problem(box, (100, 100)) == reason
