"""Claims about WebDatasets, read by `webdataset`, by the builder of `datasets` and by open_clip's own data module."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image as Pil

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.image import FileRange
from mmrecipes.core.sample import Alternative, Extra, Message, Part, Region, Sample, assistant, check_sample, user
from mmrecipes.formats.convert import convert
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes_tests.formats.stubbing import package_folder, stubbed
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.formats.tarring import members, tar
from mmrecipes_tests.store.samples import picture, samples

A, B, PNG = picture(1, (40, 20), "JPEG"), picture(2, (20, 40), "JPEG"), picture(3, (8, 8), "PNG")
QUAD = ((1.0, 2.0), (5.0, 2.0), (5.0, 6.0), (1.0, 6.0))


def captioned(number: int, image: Any = A, **changes: Any) -> Sample:
    messages = (user(image), assistant(f"caption {number}"))
    return Sample(id=f"toy/{number}.x", images=(image,), messages=messages, **changes)


def exported(tmp: Path, items: list[Sample], **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), "webdataset", tmp / "out", **options)


def essence(sample: Sample) -> Sample:
    """What must come back: all but extras, regions on them, and where bytes lie; each image once."""
    held = {im.sha256 for im in sample.images}
    images = tuple(im.sha256 for im in {im.sha256: im for im in sample.images}.values())
    return sample.having(images=images, extras=(), regions=tuple(r for r in sample.regions if r.ref in held))


# ---- what the target's own loaders make of it


def test_webdataset_decodes_pictures_text_and_turns(tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    exported(tmp_path, [captioned(i, im) for i, im in enumerate([A, PNG, B])], per_shard="2")
    shards = sorted(map(str, tmp_path.glob("out/train/*.tar")))
    rows = list(wds.WebDataset(shards, shardshuffle=False).decode("pil"))
    assert [r["__key__"] for r in rows] == ["000000000", "000000001", "000000002"]
    assert [r["txt"] for r in rows] == ["caption 0", "caption 1", "caption 2"]
    assert [r["json"]["id"] for r in rows] == ["toy/0.x", "toy/1.x", "toy/2.x"]
    for row, image in zip(rows, (A, PNG, B), strict=True):
        assert np.array_equal(np.asarray(row["jpg"]), image.decode())


def test_shuffled_and_split_among_workers_the_members_stay_together(tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    exported(tmp_path, [captioned(i, picture(i, (9, 9), "JPEG")) for i in range(23)], per_shard="4")
    shards = sorted(map(str, tmp_path.glob("out/train/*.tar")))
    rows = list(wds.WebDataset(shards, shardshuffle=6, seed=1).shuffle(10).decode("pil"))
    assert len({r["__key__"] for r in rows}) == 23
    for row in rows:
        number = int(row["txt"].split()[1])
        assert row["json"]["id"] == f"toy/{number}.x"
        assert np.array_equal(np.asarray(row["jpg"]), picture(number, (9, 9), "JPEG").decode())


def test_datasets_opens_every_row_whatever_the_type_of_the_pictures(tmp_path: Path) -> None:
    load = pytest.importorskip("datasets").load_dataset
    turns = [captioned(i, (A, PNG, B)[i % 3], meta={"k": [i, None]} if i % 2 else {}) for i in range(9)]
    long = Sample(id="long", images=(A,), messages=(user("q", A, "r"), assistant("a"), user("b"), assistant("c")),
                  regions=(Region(A.sha256, "cup", QUAD),), truth={"x": {"y": 1}})  # fmt: skip
    report = exported(tmp_path, [*turns, long, captioned(10, split="test")], per_shard="4")
    found = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {k: len(v) for k, v in found.items()} == {"train": 10, "test": 1}
    assert [r["txt"] for r in found["train"]] == [*(f"caption {i}" for i in range(9)), "a"]
    assert [c["type"] for c in found["train"][9]["json"]["messages"][0]["content"]] == ["text", "image", "text"]
    assert found["train"][1]["jpg"].size == PNG.size
    assert report.degraded["image_under_another_suffix"] == 3


def test_open_clip_reads_every_pair_and_counts_them_by_sizes_json(tmp_path: Path) -> None:
    pytest.importorskip("webdataset")
    package_folder("open_clip_train", "open_clip_torch")
    with stubbed({"torchvision": {}}):
        from open_clip_train import data  # pyright: ignore[reportMissingImports]
    exported(tmp_path, [captioned(i, picture(i, (9, 9))) for i in range(7)], per_shard="3")
    shards = str(tmp_path / "out/train") + "/{00000..00002}.tar"
    assert data.get_dataset_size(shards) == (7, 3)
    chosen = argparse.Namespace(
        val_data=shards, val_num_samples=7, train_num_samples=None, workers=0, batch_size=2, world_size=1, seed=0,
        train_data=shards, train_data_upsampling_factors=None,
    )  # fmt: skip
    info = data.get_wds_dataset(chosen, np.asarray, is_train=False, tokenizer=lambda text: [text])
    pairs = [(im, t) for images, texts in info.dataloader for im, t in zip(images, texts, strict=True)]
    assert [text for _, text in pairs] == [f"caption {i}" for i in range(7)]
    assert all(np.array_equal(im, picture(i, (9, 9)).decode()) for i, (im, _) in enumerate(pairs))


# ---- the layout


def test_keys_are_unique_over_all_shards_and_have_no_dots_and_sizes_sum_up(tmp_path: Path) -> None:
    report = exported(tmp_path, [captioned(i, split=("train", "test")[i % 2]) for i in range(7)], per_shard="2")
    found = members(tmp_path / "out")
    keys = [name.partition(".")[0] for names in found.values() for name in names]
    assert len(set(keys)) == 7 and sorted(set(keys)) == [f"{i:09d}" for i in range(7)]
    assert {p.rpartition("/")[0] for p in found} == {"train", "test"}
    sizes = [json.loads(p.read_text()) for p in tmp_path.glob("out/*/sizes.json")]
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert sum(sum(s.values()) for s in sizes) == manifest["report"]["rows_out"] == report.rows_out == 7


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    for name in "ab":
        exported(tmp_path / name, [captioned(i) for i in range(3)])
    first, second = ((tmp_path / n / "out/train/00000.tar").read_bytes() for n in "ab")
    assert first == second


@pytest.mark.parametrize(("images", "kept"), [("1", ["one"]), ("2", ["two"]), ("any", ["none", "one", "two"])])
def test_the_number_of_pictures_decides_what_fits(tmp_path: Path, images: str, kept: list[str]) -> None:
    items = [Sample(id=n, images=held, messages=(user("q", *held), assistant("a")))
             for n, held in (("none", ()), ("one", (A,)), ("two", (A, B)))]  # fmt: skip
    report = exported(tmp_path, items, images=images)
    assert [s.id for s in read(tmp_path / "out")] == kept
    assert sum(map(len, report.dropped.values())) == 3 - len(kept)
    if images != "any":
        assert len({tuple(n.partition(".")[2] for n in names) for names in members(tmp_path / "out").values()}) == 1


def test_a_conversation_about_several_pictures_can_be_split_into_one_sample_per_picture(tmp_path: Path) -> None:
    turns = (user(A, "q"), assistant("a"), user(B, "r"), assistant("b"))
    report = exported(tmp_path, [Sample(id="s", images=(A, B), messages=turns)], policy="split")
    assert [(s.id, s.messages) for s in read(tmp_path / "out")] == [("s.1", turns[:2]), ("s.2", turns[2:])]
    assert report.split == {"samples": 1, "rows": 2}


@pytest.mark.parametrize("option", [{"per_shard": "0"}, {"images": "many"}, {"per_shard": "-1"}])
def test_an_option_that_is_no_number_is_refused_and_nothing_is_written(tmp_path: Path, option: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="whole number"):
        exported(tmp_path, [captioned(0)], **option)
    assert not (tmp_path / "out").exists()


def test_captions_in_the_truth_are_the_text_and_a_sample_without_any_text_is_counted(tmp_path: Path) -> None:
    truth = {"captions": ["a cup", "a mug"]}
    items = [Sample(id="a", kind="record", images=(A,), truth=truth), Sample(id="b", kind="record", images=(B,))]
    report = exported(tmp_path, items)
    texts = [read_member(tmp_path / "out/train/00000.tar", f"00000000{i}.txt") for i in range(2)]
    assert texts == [b"a cup", b""] and report.degraded == {"no_text": 1}
    assert [s.truth for s in read(tmp_path / "out")] == [truth, {}]


def test_a_picture_that_only_the_extras_hold_is_written_and_the_others_are_reported(tmp_path: Path) -> None:
    shown = Sample(
        id="s", images=(A,), extras=(Extra("clean", B), Extra("mask", PNG)), messages=(user(A, B), assistant("x"))
    )
    report = exported(tmp_path, [shown], images="2")
    (back,) = read(tmp_path / "out")
    assert [im.sha256 for im in back.images] == [A.sha256, B.sha256] and report.not_read["extras"] == 1
    check_sample(back)


@given(samples())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sample_comes_back_but_for_its_extras(tmp_path_factory: pytest.TempPathFactory, sample: Sample) -> None:
    tmp = tmp_path_factory.mktemp("wds")
    exported(tmp, [sample], images="any", allow_stand_in=True)  # type: ignore[arg-type]
    (back,) = read(tmp / "out")
    assert essence(back) == essence(sample)
    assert all(isinstance(im.source, FileRange) for im in back.images)


def test_written_read_and_written_again_the_shards_are_the_same(tmp_path: Path) -> None:
    exported(tmp_path, [captioned(i, (A, PNG)[i % 2], alternatives=(Alternative("rejected", (assistant("no"),)),))
                        for i in range(5)], per_shard="2")  # fmt: skip
    again = convert(tmp_path / "out", "webdataset", tmp_path / "again", per_shard="2")
    assert (again.reader, again.report.rows_out) == ("webdataset", 5)
    for path in tmp_path.glob("out/train/*"):
        assert path.read_bytes() == (tmp_path / "again/train" / path.name).read_bytes()


# ---- reading what others wrote


def test_a_captioned_picture_answers_the_picture_and_its_json_is_kept(tmp_path: Path) -> None:
    tar(tmp_path / "00000.tar", [("a/1.jpg", A.data), ("a/1.txt", "a cup"), ("a/1.json", {"url": "u", "n": [1]}),
                                 ("a/1.cls", "7"), ("a/1.npy", b"\x93NUMPY")])  # fmt: skip
    rows = opened(tmp_path)
    sample = rows.sample(0)
    assert sample.messages == (user(A), assistant("a cup"))
    assert (sample.id, sample.meta) == ("a/1", {"url": "u", "n": [1], "cls": 7})
    assert any("npy" in r for r in rows.remarks)
    assert rows.becomes["npy"] == "left out" and rows.becomes["jpg"] == "images"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "turns"),
    [
        ({"messages": [{"role": "user", "content": "<image>\nq"}, {"role": "assistant", "content": "a"}]}, (A, "q")),
        ({"conversations": [{"from": "human", "value": "q <image>"}, {"from": "gpt", "value": "a"}]}, ("q ", A)),
        ({"question": "q", "answer": "a"}, (A, "q")),
        ({"question": "q", "answers": ["a", "b", "a"]}, (A, "q")),
        ({"captions": ["a", "b"]}, (A,)),
        ({"caption": "a"}, (A,)),
    ],
)
def test_turns_questions_and_captions_in_json_become_the_conversation(tmp_path: Path, value: Any, turns: Any) -> None:
    (sample,) = read(tar(tmp_path / "x.tar", [("1.jpg", A.data), ("1.json", value)]))
    assert sample.messages == (user(*turns), assistant("a"))


def test_options_name_other_fields(tmp_path: Path) -> None:
    path = tar(
        tmp_path / "x.tar",
        [("1.mask.png", PNG.data), ("1.rgb.jpg", A.data), ("1.json", {"qa": [{"q": "Q", "a": "R"}]})],
    )
    (sample,) = read(path, pictures="rgb.jpg", question="json[qa][0][q]", answer="json[missing],json[qa][0][a]")
    assert sample.messages == (user(A, "Q"), assistant("R")) and len(sample.images) == 1


def test_several_pictures_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    found = [(f"1.{i}.jpg", picture(i, (9, 9), "JPEG").data) for i in (10, 2, 0, 1)]
    (sample,) = read(tar(tmp_path / "x.tar", [*found, ("1.txt", "t")]))
    assert [im.sha256 for im in sample.images] == [picture(i, (9, 9), "JPEG").sha256 for i in (0, 1, 2, 10)]


def test_pictures_alone_are_records_and_texts_alone_have_no_picture(tmp_path: Path) -> None:
    found = read(tar(tmp_path / "x.tar", [("1.png", PNG.data), ("2.txt", "words"), ("3.json", {"question": "q"})]))
    assert [(s.kind, len(s.images), s.messages) for s in found] == [
        ("record", 1, ()), ("chat", 0, (assistant("words"),)), ("chat", 0, (user("q"),)),
    ]  # fmt: skip


def test_the_same_key_in_two_shards_makes_two_ids(tmp_path: Path) -> None:
    for shard in ("00000", "00001"):
        tar(tmp_path / f"{shard}.tar", [("0.jpg", A.data), ("0.txt", "t")])
    rows = opened(tmp_path)
    assert [rows.sample(i).id for i in (0, 1)] == ["00000/0", "00001/0"]
    assert any("several shards" in r for r in rows.remarks)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ([("1.jpg", A.data[:300])], "corrupt_image"),
        ([("1.jpg", b"")], "empty_image"),
        ([("1.txt", b"\xff\xfe\xfd")], "not_utf8"),
        ([("1.json", b"{broken")], "not_json"),
        ([("1.cls", "seven")], "not_a_number"),
        ([("1.pyd", b"cos\nsystem\n(S'true'\ntR.")], "no_content"),
        ([("1.json", {"messages": [{"role": "alien", "content": "x"}]})], "unknown_role"),
        ([("1.json", {"question": "q", "answer": "D", "choices": ["x", "y"]})], "bad_choice"),
        ([("1.json", {"messages": [], "provenance": "{}"})], "bad_sidecar"),
        ([("1.json", {"messages": [], "provenance": "no json"})], "bad_sidecar"),
    ],
)
def test_what_is_wrong_with_one_sample_is_its_reason_and_hurts_no_other(tmp_path: Path, bad: Any, why: str) -> None:
    rows = opened(tar(tmp_path / "x.tar", [("0.txt", "a"), *bad, ("2.txt", "b")]), reader="webdataset")
    assert [reason_of(rows, i) for i in range(3)] == ["", why, ""]


def test_a_picture_changed_after_the_export_is_refused_since_boxes_may_not_fit(tmp_path: Path) -> None:
    exported(tmp_path, [captioned(0)])
    text = read_member(tmp_path / "out/train/00000.tar", "000000000.json")
    rows = opened(tar(tmp_path / "x.tar", [("0.jpg", B.data), ("0.json", text)]))
    assert reason_of(rows, 0) == "image_changed"


@pytest.mark.parametrize("change", [{"split": "../../x"}, {"subset": "a/b"}, {"split": ""}])
def test_a_sidecar_that_names_a_place_outside_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    exported(tmp_path, [captioned(0)])
    value = json.loads(read_member(tmp_path / "out/train/00000.tar", "000000000.json"))
    value["provenance"] = json.dumps({**json.loads(value["provenance"]), **change})
    rows = opened(tar(tmp_path / "x.tar", [("0.jpg", A.data), ("0.json", value)]))
    assert reason_of(rows, 0) == "bad_sidecar"


def read_member(path: Path, name: str) -> bytes:
    import tarfile

    with tarfile.open(path) as archive:
        file = archive.extractfile(name)
        assert file is not None
        return file.read()


# ---- converting


def test_rows_that_cannot_be_read_are_counted_by_reason_or_stop_the_conversion(tmp_path: Path) -> None:
    turned = io.BytesIO()
    Pil.new("RGB", (3, 5)).save(turned, "GIF")
    tar(tmp_path / "x.tar", [("0.jpg", A.data), ("0.txt", "a"), ("1.jpg", b"no"), ("1.txt", "b"),
                             ("2.gif", turned.getvalue()), ("2.txt", "c")])  # fmt: skip
    done = convert(tmp_path / "x.tar", "webdataset", tmp_path / "out")
    assert (done.report.rows_in, done.report.rows_out) == (3, 2)
    assert done.report.dropped == {"corrupt_image": ["row 1"]}
    with pytest.raises(InputError, match="row 1 cannot be read"):
        convert(tmp_path / "x.tar", "webdataset", tmp_path / "out2", policy="error")
    assert not (tmp_path / "out2").exists()


def test_a_rehearsals_samples_are_not_converted_unless_asked_for(tmp_path: Path) -> None:
    exported(tmp_path, [captioned(0, stand_in=True)], allow_stand_in=True)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="stand-in"):
        convert(tmp_path / "out", "webdataset", tmp_path / "again")
    done = convert(tmp_path / "out", "webdataset", tmp_path / "again", allow_stand_in=True)
    assert (done.report.stand_in, done.report.rows_out) == (1, 1)


def test_turns_of_a_message_keep_the_order_of_text_and_pictures(tmp_path: Path) -> None:
    parts = (Part(text=""), Part(image=A.sha256), Part(text="<image>"), Part(image=A.sha256))
    exported(tmp_path, [Sample(id="s", images=(A,), messages=(Message("user", parts), assistant("x")))])
    assert read(tmp_path / "out")[0].messages[0].parts == parts


def test_not_a_number_and_a_byte_order_mark_in_a_json_member_are_read_as_in_json_files(tmp_path: Path) -> None:
    about = b'\xef\xbb\xbf{"score": NaN, "n": 1}'
    tar(tmp_path / "in/0.tar", [("a.png", A.data), ("a.txt", "a cup"), ("a.json", about)])
    report = convert(tmp_path / "in", "native", tmp_path / "out").report
    assert report.rows_out == 1
    (sample,) = read(tmp_path / "out")
    assert sample.messages[-1] == assistant("a cup") and "1" in json.dumps(dict(sample.meta))
