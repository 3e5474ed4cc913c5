"""The recipe as a whole: shares, letters, splits, views, the training lists of a run."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from mmrecipes.core.sample import Sample
from mmrecipes.flow.ledger import step_counts
from mmrecipes.formats.export import export_dataset
from mmrecipes.recipes.thinkmorph.balance import CapAnswers
from mmrecipes.recipes.thinkmorph.recipe import moves
from mmrecipes.recipes.thinkmorph.trace import share_at
from mmrecipes.recipes.thinkmorph.wording import patterns, say
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
    assert all(len(found) == 1 for found in splits.values()) and len(splits) > 30


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


@pytest.mark.parametrize("task", ["navigation", "jigsaw", "search", "chart", "given"])
def test_every_pattern_has_at_least_six_wordings(task: str) -> None:
    slots = dict.fromkeys(re.findall(r"\{(\w+)\}", " ".join(patterns(task).values())), "x")
    for name in patterns(task):
        assert len({say(task, name, random.Random(k), **slots) for k in range(80)}) >= 6, name


def capped(answers: list[str]) -> list[int]:
    """Places of the samples that the cap leaves."""
    cap = CapAnswers(moves, 0.1, least=2)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, answer VARCHAR)")
        db.executemany("INSERT INTO samples VALUES (?, ?, ?)", [(i, str(i), a) for i, a in enumerate(answers)])
        gone = {int(row[0]) for row in db.execute(cap.decide(db)).fetchall()}
    return [i for i in range(len(answers)) if i not in gone]


def test_no_answer_takes_more_than_its_share_and_earlier_decisions_stand() -> None:
    rng = random.Random(2)
    answers = ["R,R" if rng.random() < 0.4 else "" if rng.random() < 0.3 else f"U,{k}" for k in range(200)]
    left = capped(answers)
    assert 18 <= sum(answers[i] == "R,R" for i in left) <= 22
    assert all(i in left for i, a in enumerate(answers) if a != "R,R")
    assert capped(answers[:90]) == [i for i in left if i < 90]


def test_only_written_answers_are_capped(samples: list[Sample]) -> None:
    for s in samples:
        assert bool(moves(s)) == (s.task == "navigation" and s.meta["kind"] != "yes_no")
