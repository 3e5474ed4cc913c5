"""Claims about the queue of samples that wait for people, on runs of a recipe of four kinds of samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.report import review

RECIPE = """
from mmrecipes import Drop, Pipeline, RecipeParams, Seeds, assistant, step, user

class Params(RecipeParams):
    marks: bool = True

def source(params, inputs):
    return Seeds("odd", {"texts": 1.0})

def pipeline(params):
    def make(sample):
        index = sample.draft["index"]
        said = ("sample", "Great product, five stars", "undecided", "undecided", "", ["sample"])[index % 6]
        meta = {"review": said if params.marks else "Great product, five stars"}
        return sample.having(messages=(user(f"What is {index}?"), assistant("It.")), meta=meta)

    def leave(sample):
        index = sample.draft["index"] % 6
        return Drop("votes_undecided") if index == 2 else Drop("rejected_by_reviewer") if index == 3 else sample

    return Pipeline(make, leave)
"""


def made(tmp_path: Path, **params: bool) -> Path:
    (tmp_path / "odd.py").write_text(RECIPE)
    return mmrecipes.run(tmp_path / "odd.py", out=tmp_path / "r", n=40, workers=1, params=params).folder / "run/review"


def test_the_queue_has_what_waits_and_neither_columns_of_that_name_nor_what_is_rejected(tmp_path: Path) -> None:
    folder = made(tmp_path)
    queue = [json.loads(line) for line in (folder / "queue.jsonl").read_text().splitlines()]
    places = [(int(e["id"].rsplit("/", 1)[1]) % 6, e["why"], e["state"], e["reason"]) for e in queue]
    kept, dropped = (0, "sample", "kept", ""), (2, "undecided", "dropped", "votes_undecided")
    assert set(places) == {kept, dropped} and places == sorted(places, key=lambda p: p[2])
    assert places.count(kept) == 10 and places.count(dropped) >= 9
    assert "What is 0?" in (folder / "index.html").read_text()


def test_without_anything_that_waits_nothing_is_read_again_and_there_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(review, "dropped_with")
    assert not made(tmp_path, marks=False).exists()
