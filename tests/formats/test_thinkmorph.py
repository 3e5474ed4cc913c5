"""The ThinkMorph export, read by a parser of its tags that knows nothing of the writer; what other formats make of
pictures in answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Extra, Sample, assistant, user
from mmrecipes.formats.export import Unread, export_items, exporters


def picture(shade: int) -> Image:
    return encode(np.full((8, 9, 3), (shade, 40, 90), np.uint8))


A, B, C = picture(10), picture(120), picture(230)
RECORD = {"pid": "x", "task": "Spatial_Navigation", "question": "Where?", "answer": "R,D",
          "resoning_thought_0": "first", "resoning_thought_1": "second", "full_text_only_thought": "alone",
          "ground_truth": {"rows": ["SF"]},
          "provenance": {"seed": 1}}  # fmt: skip
SAMPLES = {
    "interleaved": Sample(
        id="x", images=(A, B), truth={"trace": RECORD}, messages=(
            user(A, "Where?"),
            assistant("<think>first</think>", B, "<think>second</think><answer>R,D</answer>"))),
    "text_only": Sample(
        id="x", images=(A,), extras=(Extra("reasoning_image_0", B),), truth={"trace": RECORD},
        messages=(user(A, "Where?"), assistant("<think>alone</think><answer>R,D</answer>"))),
    "vision_only": Sample(
        id="x", images=(A, B), truth={"trace": RECORD},
        messages=(user(A, "Where?"), assistant(B, "<answer>R,D</answer>"))),
    "two_pictures": Sample(
        id="y", images=(A, B, C), truth={"k": 1}, task="t", messages=(
            user(A, "Where?"), assistant("one", B, "two", C, "<think>three</think><answer>R,D</answer>"))),
}  # fmt: skip


def exported(tmp_path: Path, sample: Sample, policy: str = "degrade") -> tuple[dict[str, Any], dict[str, Any], Path]:
    out = tmp_path / "o"
    export_items([sample], tmp_path, "thinkmorph", out, policy=policy)
    lines = [json.loads((out / name).read_text()) for name in ("traces.jsonl", f"{sample.split}.jsonl")]
    return lines[0], lines[1], out


def parse(view: dict[str, Any]) -> tuple[list[str], list[str], str]:
    """Thoughts and pictures in order, and the answer. Raises `AssertionError` where tags are not as published."""
    outputs, images = view["output_text_list"], view["image_list"]
    assert len(images) == sum(t.count("<image_start>") for t in outputs) + 1
    thoughts = []
    for k, text in enumerate(outputs):
        last = k == len(outputs) - 1
        pattern = ("<image_end>" if k else "") + r"(?:<think>(?P<thought>(?:(?!<).)*)</think>)?"
        pattern += r"<answer>(?P<answer>[^<]+)</answer>" if last else "<image_start>"
        found = re.fullmatch(pattern, text)
        assert found, text
        thoughts.append(found["thought"] or "")
        answer = found["answer"] if last else ""
    return thoughts, images[1:], answer


@pytest.mark.parametrize(
    ("name", "thoughts"),
    [("interleaved", ["first", "second"]), ("text_only", ["alone"]), ("vision_only", ["", ""]),
     ("two_pictures", ["one", "two", "three"])],
)  # fmt: skip
def test_tags_pictures_and_answer_stand_as_published(tmp_path: Path, name: str, thoughts: list[str]) -> None:
    sample = SAMPLES[name]
    record, view, out = exported(tmp_path, sample)
    assert parse(view)[0] == thoughts and parse(view)[2] == "R,D" == record["answer"]
    assert view["instruction_list"] == ["Where?"]
    shown = [(out / p).read_bytes() for p in view["image_list"]]
    assert shown == [im.data for im in sample.images]
    assert (out / record["problem_image_0"]).read_bytes() == A.data
    assert (out / record["reasoning_image_0"]).read_bytes() == B.data


def test_the_record_has_the_published_fields_in_every_view(tmp_path: Path) -> None:
    fields = ["pid", "task", "question", "answer", "problem_image_0", "resoning_thought_0", "reasoning_image_0",
              "resoning_thought_1", "full_text_only_thought", "ground_truth", "provenance"]  # fmt: skip
    for k, name in enumerate(("interleaved", "text_only", "vision_only")):
        record, _, _ = exported(tmp_path / str(k), SAMPLES[name], "error")
        assert list(record) == fields
        assert {n: record[n] for n in RECORD} == RECORD


BAD = {
    "no_answer_tags": Sample(id="b", images=(A,), messages=(user(A, "q"), assistant("Paris"))),
    "no_problem_image": Sample(id="b", images=(), messages=(user("q"), assistant("<answer>1</answer>"))),
    "several_problem_images": Sample(
        id="b", images=(A, B), messages=(user(A, B, "q"), assistant("<answer>1</answer>"))),
    "several_turns": Sample(id="b", images=(A,), messages=(
        user(A, "q"), assistant("<answer>1</answer>"), user("r"), assistant("<answer>1</answer>"))),
    "too_many_images_in_the_answer": Sample(
        id="b", images=(A, B), messages=(user(A, "q"), assistant(B, "x", B, "x", B, "x", B, "<answer>1</answer>"))),
    "no_text_only_thought": SAMPLES["two_pictures"],
    "reserved_token": SAMPLES["interleaved"].having(messages=(
        user(A, "Where <image_start>?"), assistant("<answer>1</answer>"))),
}  # fmt: skip


@pytest.mark.parametrize("reason", BAD)
def test_what_the_format_cannot_hold_is_named(tmp_path: Path, reason: str) -> None:
    report = export_items([BAD[reason]], tmp_path, "thinkmorph", tmp_path / "o", policy="drop")
    assert report.dropped == {reason: [BAD[reason].id]}
    with pytest.raises(InputError, match=reason):
        export_items([BAD[reason]], tmp_path, "thinkmorph", tmp_path / "p", policy="error")


HOLD = {"energon", "hf-imagefolder", "native", "thinkmorph"}
AS_DOCUMENT = {"mmc4", "mmc4-openflamingo", "obelics", "omnicorpus"}


def test_every_format_holds_a_thought_with_a_picture_or_says_why_not(tmp_path: Path) -> None:
    items: list[Sample | Unread] = [SAMPLES["interleaved"]]
    for name in exporters():
        options = {"model": "m"} if name == "openai-batch" else {}
        strict = export_items(items, tmp_path, name, tmp_path / name / "drop", policy="drop", **options)
        assert strict.rows_out == (name in HOLD) and bool(strict.dropped) != (name in HOLD), name
        if name in AS_DOCUMENT:
            loose = export_items(items, tmp_path, name, tmp_path / name / "degrade", policy="degrade", **options)
            assert loose.rows_out == 1 and dict(loose.degraded) == {"turns_joined": 1}
