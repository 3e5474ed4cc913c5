"""Claims about image edits in and out: InstructPix2Pix triplets and MagicBrush sessions, opened by `datasets`.

What diffusers' `train_instruct_pix2pix.py` does with a row is restated here (an example script is no package): the
three columns are found by name, pictures made RGB, resized to a square and stacked, the text given to a tokenizer.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Extra, Message, Sample, assistant, user
from mmrecipes.formats import edit_triplets, magicbrush
from mmrecipes.formats.export import Export, LossReport, export_dataset
from mmrecipes.formats.reader import open_source
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.store.samples import picture

datasets = pytest.importorskip("datasets")
A, B, C = (picture(i, (24, 16)) for i in (1, 2, 3))


def map_of(labels: np.ndarray[Any, Any]) -> Image:
    out = io.BytesIO()
    Pil.fromarray(labels.astype(np.uint8)).save(out, "PNG")
    return image_from_bytes(out.getvalue())


LABELS = np.zeros((16, 24))
LABELS[2:9, 3:10] = 1
MASK = map_of(LABELS)


def edit(name: str, *turns: Message, images: tuple[Image, ...] = (A, B, C), **changes: Any) -> Sample:
    return Sample(id=name, images=images, messages=turns, **changes)


def exported(tmp: Path, form: str, *items: Sample, **options: Any) -> LossReport:
    with DatasetWriter(tmp / "in", "toy") as writer:
        for sample in items:
            writer.write(sample)
    return export_dataset(tmp / "in", form, tmp / "out", **options)


def loaded(folder: Path, split: str = "train") -> Any:
    return datasets.load_dataset(str(folder), split=split, cache_dir=str(folder.parent / "cache"))


def test_the_training_script_for_edits_finds_its_columns_and_stacks_the_pictures(tmp_path: Path) -> None:
    report = exported(
        tmp_path, "edit-triplets", edit("a", user(A, "make it blue"), assistant(B), user("undo"), assistant(A))
    )
    rows = loaded(tmp_path / "out")
    assert {"input_image", "edit_prompt", "edited_image"} <= set(rows.column_names)
    stacked = [
        np.stack(
            [np.asarray(r[c].convert("RGB").resize((8, 8))).transpose(2, 0, 1) for c in ("input_image", "edited_image")]
        )
        for r in rows
    ]
    assert [s.shape for s in stacked] == [(2, 3, 8, 8)] * 2
    assert rows["edit_prompt"][:] == ["make it blue", "undo"]
    assert [np.array_equal(np.asarray(r["input_image"]), im.decode()) for r, im in zip(rows, (A, B), strict=True)] == [
        True
    ] * 2
    assert (report.rows_out, report.images) == (1, 2)


def test_what_is_no_edit_and_what_triplets_lose_is_named(tmp_path: Path) -> None:
    small = picture(5, (8, 8))
    items = [
        edit("1 chat", user(A, "what?"), assistant("a picture")),
        edit("2 two sources", user(A, B, "blend"), assistant(C)),
        edit("3 no words", user(A), assistant(B)),
        edit("4 no answer", user(A, "blue")),
        edit("5 nothing to edit", user("draw a cat"), assistant(B)),
        edit("6 resized", user(small, "grow"), assistant(B), images=(small, B)),
        edit("7 chatty", user(A, "blue"), assistant("Sure!", B)),
        edit("8 masked", user(A, "blue"), assistant(B), extras=(Extra("mask", MASK),)),
    ]
    report = exported(tmp_path, "edit-triplets", *items)
    assert report.dropped == {
        "no_edit_of_one_picture": ["1 chat", "2 two sources", "3 no words", "5 nothing to edit"],
        "ends_without_an_answer": ["4 no answer"],
        "sizes_differ": ["6 resized"],
        "text_in_the_answer": ["7 chatty"],
    }
    assert report.not_read["extras"] == 1
    kept = export_dataset(tmp_path / "in", "edit-triplets", tmp_path / "kept", policy="degrade")
    assert (kept.rows_out, kept.degraded) == (3, {"sizes_differ": 1, "text_in_the_answer": 1})


def test_a_session_of_edits_becomes_turns_from_1_with_white_masks(tmp_path: Path) -> None:
    sample = edit(
        "s", user(A, "make it blue"), assistant(B), user(B, "add a hat"), assistant(C),
        extras=(Extra("mask", MASK), Extra("mask_2", map_of(LABELS * 255))),
    )  # fmt: skip
    report = exported(tmp_path, "magicbrush", sample, edit("t", user(A, "crop"), assistant(B), split="dev"))
    rows = loaded(tmp_path / "out")
    assert rows.features["turn_index"].dtype == "int32"
    assert list(rows.features) == ["img_id", "turn_index", "source_img", "mask_img", "instruction", "target_img"]
    assert [(r["img_id"], r["turn_index"], r["instruction"]) for r in rows] == [
        ("s", 1, "make it blue"),
        ("s", 2, "add a hat"),
    ]
    first, second = (np.asarray(r["mask_img"]) for r in rows)
    assert np.array_equal(first, LABELS * 255) and np.array_equal(second, LABELS * 255)
    assert np.array_equal(np.asarray(rows[1]["source_img"]), np.asarray(rows[0]["target_img"]))
    assert all(r["source_img"].size == r["target_img"].size == r["mask_img"].size for r in rows)
    (other,) = loaded(tmp_path / "out", "dev")
    assert (other["turn_index"], other["mask_img"]) == (1, None)
    assert report.rows_out == 2


def test_a_session_that_jumps_and_masks_nobody_understands_are_named(tmp_path: Path) -> None:
    two = map_of(LABELS + (LABELS > 0) * np.arange(24)[None, :])

    def turn(name: str, index: int, source: Image, target: Image) -> Sample:
        return edit(name, user(source, "go"), assistant(target), meta={"img_id": "m", "turn_index": index})

    items = [
        turn("m1", 1, A, B),
        turn("m3", 3, C, A),
        turn("mx", 2, C, A),
        edit("n", user(A, "a"), assistant(B), user(A, "b"), assistant(C)),
        edit("o", user(A, "a"), assistant(B), extras=(Extra("mask", two),)),
        edit("p", user(A, "a"), assistant(B), extras=(Extra("mask", picture(7, (9, 9))),)),
    ]
    report = exported(tmp_path, "magicbrush", *items)
    assert report.dropped == {
        "broken_session": ["m3", "mx"], "source_is_not_the_previous_target": ["n"], "unclear_mask": ["o"],
        "mask_size_differs": ["p"],
    }  # fmt: skip
    export_dataset(tmp_path / "in", "magicbrush", tmp_path / "kept", policy="degrade")
    rows = loaded(tmp_path / "kept")
    assert [(r["img_id"], r["turn_index"]) for r in rows] == [("m", 1), ("m3", 1), ("mx", 1), ("o", 1), ("p", 1)]
    assert [r["mask_img"] for r in rows] == [None] * 5


def parquet(folder: Path, rows: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "train-00000.parquet")
    return folder


def cell(image: Image) -> dict[str, Any]:
    return {"bytes": image.data, "path": None}


def test_triplets_are_read_as_an_edit_with_what_else_the_row_says(tmp_path: Path) -> None:
    row = {
        "original_image": cell(A),
        "edit_prompt": "make it blue",
        "edited_image": cell(B),
        "edited_prompt": "a blue card",
    }
    reader, rows = open_source(parquet(tmp_path / "d", [row]))
    assert reader.name == "edit-triplets"
    sample = rows.sample(0)
    assert sample.messages == (user(A, "make it blue"), assistant(B))
    assert sample.meta == {"edited_prompt": "a blue card"}
    assert sample.images == (A, B)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"edit_prompt": " "}, "no_instruction"), ({"edit_prompt": None}, "no_instruction"),
        ({"input_image": None}, "no_image"), ({"edited_image": {"bytes": b"none", "path": None}}, "corrupt_image"),
        ({"edited_image": {"bytes": None, "path": "../x.png"}}, "unsafe_path"),
    ],
)  # fmt: skip
def test_a_broken_triplet_has_its_reason(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    row = {"input_image": cell(A), "edit_prompt": "blue", "edited_image": {"bytes": B.data, "path": "b.png"}}
    _, rows = open_source(parquet(tmp_path / "d", [row, {**row, **change}]))
    assert rows.sample(0).images == (A, B)
    with pytest.raises(InputError) as e:
        rows.sample(1)
    assert getattr(e.value, "reason", "") == reason


def session(index: Any, source: Image, target: Image, mask: Image | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "img_id": "77", "turn_index": index, "source_img": cell(source), "mask_img": mask and cell(mask),
        "instruction": f"edit {index}", "target_img": cell(target), **changes,
    }  # fmt: skip


def test_a_session_is_read_turn_by_turn_with_its_mask_and_kept_together(tmp_path: Path) -> None:
    reader, rows = open_source(parquet(tmp_path / "d", [session(1, A, B, MASK), session(2, B, C), session(0, A, B)]))
    assert reader.name == "magicbrush"
    first, second = rows.sample(0), rows.sample(1)
    assert (first.id, second.id, first.group, second.group) == ("77/1", "77/2", "77", "77")
    assert (first.extras, second.extras) == ((Extra("mask", MASK),), ())
    assert first.meta == {"img_id": "77", "turn_index": 1}
    with pytest.raises(InputError) as e:
        rows.sample(2)
    assert getattr(e.value, "reason", "") == "no_session"


WORDS = st.text("ab é杯", min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=15)
@given(told=st.lists(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=3), min_size=1, max_size=3))
def test_sessions_exported_and_read_again_are_equal(tmp_path_factory: Any, told: list[Any]) -> None:
    tmp = tmp_path_factory.mktemp("round")
    white = map_of(LABELS * 255)
    items = []
    for number, turns in enumerate(told):
        pictures = [picture(10 * number + i, (24, 16)) for i in range(len(turns) + 1)]
        for i, (words, masked) in enumerate(turns):
            meta = {"img_id": f"s{number}", "turn_index": i + 1}
            extras = (Extra("mask", white),) if masked else ()
            turn = (user(pictures[i], words), assistant(pictures[i + 1]))
            items.append(edit(f"s{number}/{i + 1}", *turn, images=tuple(pictures[i : i + 2]), meta=meta, extras=extras))
    magicbrush.write(Export(tmp, tmp, "error", {}, items))
    _, rows = open_source(tmp)
    for i, sample in enumerate(items):
        again = rows.sample(i)
        same = ("id", "messages", "images", "extras", "meta", "split")
        assert [getattr(again, f) for f in same] == [getattr(sample, f) for f in same]


@settings(max_examples=10)
@given(told=st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_triplets_exported_and_read_again_are_the_edits_one_by_one(
    tmp_path_factory: Any, told: list[list[str]]
) -> None:
    tmp = tmp_path_factory.mktemp("round")
    items, wanted = [], []
    for number, words in enumerate(told):
        turns: list[Message] = [user(A, words[0]), assistant(B)]
        wanted.append((user(A, words[0]), assistant(B)))
        for word in words[1:]:
            turns += [user(word), assistant(B)]
            wanted.append((user(B, word), assistant(B)))
        items.append(edit(f"e{number}", *turns))
    edit_triplets.write(Export(tmp, tmp, "error", {}, items))
    _, rows = open_source(tmp)
    assert [rows.sample(i).messages for i in range(len(rows))] == wanted
