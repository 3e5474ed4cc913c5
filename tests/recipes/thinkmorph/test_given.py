"""Searches and charts that users bring: what becomes of good lines, and the reasons of bad ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import mmrecipes
from mmrecipes.core.errors import InputError
from mmrecipes.recipes.thinkmorph.recipe import Params, source
from mmrecipes_tests.recipes.thinkmorph import oracle

GOOD: dict[str, Any] = {"task": "search", "image": "a.png", "question": "What colour is the cup?", "kind": "colour",
                        "boxes": [[20, 20, 60, 70]]}  # fmt: skip
LINES: dict[str, dict[str, Any]] = {
    "kept": {**GOOD, "answer": "red"}, "kept 2": {**GOOD, "answer": "blue", "boxes": [[100, 20, 160, 70]]},
    "kept 3": {**GOOD, "answer": "green", "options": ["green", "red", "pink", "black", "white"]},
    "kept 4": {**GOOD, "answer": "pink", "boxes": [[20, 20, 60, 70], [100, 60, 150, 110]]},
    "box_outside_the_image": {**GOOD, "answer": "red", "boxes": [[20, 20, 60, 700]]},
    "target_too_small": {**GOOD, "answer": "red", "boxes": [[20, 20, 24, 24]]},
    "target_too_big": {**GOOD, "answer": "red", "boxes": [[1, 1, 198, 148]]},
    "too_few_options": {**GOOD, "answer": "cup", "kind": "object"},
    "right_option_missing": {**GOOD, "answer": "red", "options": ["a", "b", "c", "d"]},
    "unreadable_image": {**GOOD, "answer": "red", "image": "gone.png"},
    "unusable_line": {**GOOD, "answer": ""},
    "kept chart": {**GOOD, "task": "chart", "answer": "42", "question": "How much?", "boxes": [[64, 20, 104, 106]]},
    "no_boxes": {**GOOD, "task": "chart", "answer": "42", "boxes": None},
}  # fmt: skip


def folder_with(tmp_path: Path, lines: dict[str, dict[str, Any]]) -> Path:
    rng = np.random.default_rng(0)
    picture = cv2.resize(rng.integers(0, 255, (15, 20, 3), np.uint8), (200, 150), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(v) for v in lines.values()))
    return file


def test_good_lines_become_traces_and_bad_ones_drops_that_name_their_line(tmp_path: Path) -> None:
    file = folder_with(tmp_path, LINES)
    run = mmrecipes.run("thinkmorph", out=tmp_path / "r", n=26, workers=1, inputs={"annotated": file},
                        params={"tasks": {"search": 1, "chart": 1}, "views": {"interleaved": 1}})  # fmt: skip
    samples = {s.truth["trace"]["ground_truth"]["line"]: s for s in run.samples()}
    kept = {n for n, name in enumerate(LINES, 1) if name.startswith("kept")}
    assert set(samples) == kept and run.errors == 0
    events = (tmp_path / "r" / "run" / "ledger.json").read_text()
    assert all(reason in events for reason in LINES if not reason.startswith("kept"))
    assert any(re.search(r"1 lines? cannot be used; line 11: without answer", r) for r in run.remarks)
    for number, s in samples.items():
        told, line = s.truth["trace"], list(LINES.values())[number - 1]
        before, after = oracle.pictures(s)
        assert s.truth_source == "annotated" and line["question"] in told["question"]
        final = dict(re.findall(r"^([A-D])\. (.+)$", told["question"], re.M)).get(told["answer"], told["answer"])
        assert final == line["answer"]
        assert (
            final not in oracle.without_marks(told["resoning_thought_0"])
            and told["answer"] in told["resoning_thought_1"]
        )
        changed = (before != after).any(axis=2)
        for x0, y0, x1, y1 in line["boxes"]:
            if s.meta["mark"] == "box":
                assert not changed[y0:y1, x0:x1].any() and changed[y0 - 3 : y1 + 3, x0 - 3 : x1 + 3].any()
            else:
                assert changed[y0:y1, x0:x1].mean() > 0.99
        rest = changed.copy()
        for x0, y0, x1, y1 in line["boxes"]:
            rest[y0 - 6 : y1 + 6, x0 - 6 : x1 + 6] = False
        assert not rest.any()


def test_a_file_without_a_usable_line_is_refused_before_any_work(tmp_path: Path) -> None:
    file = folder_with(tmp_path, {"bad": {**GOOD, "answer": ""}})
    with pytest.raises(InputError, match="no usable line; line 1: without answer"):
        source(Params(), {"annotated": file})
    with pytest.raises(InputError, match="would not be used"):
        source(Params(tasks={"navigation": 1.0}), {"annotated": folder_with(tmp_path, LINES)})
