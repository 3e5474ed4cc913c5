"""Claims about the phrases of a caption."""

from __future__ import annotations

from typing import Any

import pytest

from mmrecipes.recipes.qwen_vl_grounding.captions import phrases_of
from mmrecipes.steps.geometry import Instance, Placed

CAPTION = "a man and his bike"


def placed(*boxes: tuple[float, float, float, float]) -> Placed:
    instances = tuple(Instance((i + 1,), f"kind {i}", box) for i, box in enumerate(boxes))
    return Placed(instances, {}, frozenset())


def test_boxes_of_one_phrase_that_repeat_each_other_count_once_whatever_their_category() -> None:
    scene = placed((0, 0, 100, 100), (0, 0, 100, 99), (0, 0, 100, 90))
    assert phrases_of([{"start": 0, "end": 5, "ann_ids": [1, 2, 3]}], CAPTION, scene) == [(0, 5, (0, 2))]
    assert phrases_of([{"start": 0, "end": 5, "ann_ids": [2]}], CAPTION, scene) == [(0, 5, (1,))]


def test_blanks_at_the_ends_of_a_phrase_are_not_part_of_it() -> None:
    assert phrases_of([{"start": 5, "end": 10, "ann_ids": [1]}], CAPTION, placed((0, 0, 9, 9))) == [(6, 9, (0,))]


@pytest.mark.parametrize(
    "phrase",
    [
        {"start": 0, "end": 99, "ann_ids": [1]}, {"start": 3, "end": 3, "ann_ids": [1]},
        {"start": 5, "end": 6, "ann_ids": [1]},
        {"start": 0, "end": 5, "ann_ids": []}, {"start": 0, "end": 5, "ann_ids": [1, 7]},
        {"start": "0", "end": 5, "ann_ids": [1]},
        {"end": 5, "ann_ids": [1]},
    ],
)  # fmt: skip
def test_a_phrase_outside_the_caption_or_with_an_unusable_instance_is_left_out(phrase: dict[str, Any]) -> None:
    assert phrases_of([phrase], CAPTION, placed((0, 0, 9, 9))) == []
