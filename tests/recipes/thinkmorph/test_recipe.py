"""The recipe as a whole: shares, letters, splits, views, the training lists of a run."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from mmrecipes.core.sample import Sample
from mmrecipes.flow.ledger import step_counts
from mmrecipes.formats.export import export_dataset
from mmrecipes.recipes.thinkmorph.trace import share_at
from mmrecipes_tests.recipes.thinkmorph import oracle
from mmrecipes_tests.recipes.thinkmorph.conftest import SHARES


def test_tasks_come_in_their_shares_and_every_step_balances(everything: Path, samples: list[Sample]) -> None:
    assert Counter(s.task for s in samples) == SHARES
    assert all(line.balances for line in step_counts(everything))
    assert {s.truth["trace"]["task"] for s in samples} == {
        "Spatial_Navigation", "Jigsaw_Assembly", "Visual_Search", "Chart_Refocus"}  # fmt: skip


def test_pictures_of_one_source_stand_in_one_split(samples: list[Sample]) -> None:
    splits: dict[str, set[str]] = {}
    for s in samples:
        splits.setdefault(s.group, set()).add(s.split)
    assert all(len(found) == 1 for found in splits.values()) and len(splits) > 40


def test_pictures_are_lossless_and_only_the_edit_differs(samples: list[Sample]) -> None:
    assert all(im.media_type == "image/png" for s in samples for im in s.images)
    for s in samples:
        if s.task in ("search", "chart"):
            before, after = oracle.pictures(s)
            assert before.shape == after.shape and 0 < (before != after).any(axis=2).mean() < 0.9


def test_the_training_lists_of_a_run_hold_its_answers_and_pictures(everything: Path, tmp_path: Path) -> None:
    report = export_dataset(everything, "thinkmorph", tmp_path / "o", policy="error")
    assert report.rows_out == sum(SHARES.values())
    lines = [json.loads(line) for f in ("train", "test") for line in (tmp_path / "o" / f"{f}.jsonl").open()]
    records = {r["pid"]: r for r in map(json.loads, (tmp_path / "o" / "traces.jsonl").open())}
    for line in lines:
        record = records[line["id"]]
        first, second = line["output_text_list"]
        assert first == f"<think>{record['resoning_thought_0']}</think><image_start>"
        assert second == f"<image_end><think>{record['resoning_thought_1']}</think><answer>{record['answer']}</answer>"
        assert line["image_list"] == [record["problem_image_0"], record["reasoning_image_0"]]
        assert line["instruction_list"] == [record["question"]]


def test_shares_are_exact_in_every_hundred() -> None:
    names = Counter(share_at(i, {"a": 5, "b": 3, "c": 2}, "x") for i in range(300))
    assert names == {"a": 150, "b": 90, "c": 60}
