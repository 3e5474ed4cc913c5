"""The dataset folder: lossless, opened by `datasets`, small where images are shared, whole or absent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError, WorldError
from mmrecipes.core.image import trusted_image
from mmrecipes.core.sample import Alternative, Region, Sample, assistant, user
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter, read_samples, samples_of
from mmrecipes_tests.store.samples import picture, samples

datasets = pytest.importorskip("datasets")
SQUARE = ((0.0, 0.0), (5.0, 0.0), (5.0, 5.0), (0.0, 5.0))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def write(folder: Path, items: Iterable[Sample], **options: Any) -> Path:
    with DatasetWriter(folder, "toy", **options) as writer:
        for sample in items:
            writer.write(sample)
    write_card(folder, card={"title": "Toy"}, params={}, counts=writer.counts, seed=0, version="1")
    return folder


def chat(number: int, **changes: Any) -> Sample:
    image = picture(number % 5)
    made = Sample(id=f"toy/{number:06d}", images=(image,), messages=(user(image, f"What? {number}"), assistant("A.")))
    return made.having(**changes)


def folder_bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@settings(max_examples=80)
@given(st.lists(samples(), min_size=1, max_size=5))
def test_any_sample_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, items: list[Sample]) -> None:
    folder = write(tmp_path_factory.mktemp("d"), items)
    expected = sorted(items, key=lambda s: (s.subset, s.split))
    assert list(read_samples(folder)) == expected


@settings(max_examples=25)
@given(st.lists(samples(), min_size=1, max_size=4))
def test_load_dataset_shows_one_image_per_image_part_in_order(
    tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    folder = write(tmp_path_factory.mktemp("d"), [s.having(subset="table", split="train") for s in items])
    rows = datasets.load_dataset(str(folder), cache_dir=str(folder / "cache"), streaming=True)["train"]
    for sample, row in zip(items, rows, strict=True):
        refs = [p["ref"] for m in row["messages"] for p in m["content"] if p["type"] == "image"]
        assert refs == row["image_sha256"]
        assert len(row["images"]) == len(refs)
        for ref, decoded in zip(refs, row["images"], strict=True):
            assert np.array_equal(np.asarray(decoded.convert("RGB")), sample.image(ref).decode())
        texts = [[p["text"] for p in m["content"]] for m in row["messages"]]
        assert texts == [[p.text for p in m.parts] for m in sample.messages]


@pytest.mark.parametrize("streaming", [False, True])
def test_load_dataset_opens_the_folder_and_each_subset_with_images_decoded(tmp_path: Path, streaming: bool) -> None:
    items = [chat(i, subset=("table", "chart")[i % 2], split=("train", "test")[i // 12]) for i in range(16)]
    folder = write(tmp_path / "d", items, rows_per_file=4)
    (folder / "run").mkdir()
    pq.write_table(pa.table({"other": [1]}), folder / "run" / "dropped.parquet")
    everything = datasets.load_dataset(str(folder), streaming=streaming)
    assert list(everything) == ["train", "test"]
    assert sorted(r["id"] for r in everything["train"]) == [s.id for s in items[:12]]
    chart = datasets.load_dataset(str(folder), "chart", streaming=streaming)
    assert [r["id"] for r in chart["test"]] == [s.id for s in items[12:] if s.subset == "chart"]
    first = next(iter(chart["train"]))
    assert first["images"][0].size == (13, 7) and first["images"][0].format == "PNG"
    assert set(first["messages"][0]["content"][0]) == {"type", "text", "ref"}


def test_the_features_in_the_file_are_those_that_datasets_derives_from_its_columns(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", [chat(1)])
    schema = pq.read_schema(folder / "data/default/train-00000.parquet")
    plain = datasets.Features.from_arrow_schema(schema.remove_metadata())
    stored = datasets.Features.from_arrow_schema(schema)
    assert list(stored) == list(plain) == schema.names
    assert stored.arrow_schema.remove_metadata() == schema.remove_metadata()
    assert stored["images"] == datasets.List(datasets.Image())
    assert stored["extras"].feature["image"] == datasets.Image()


def test_ten_rows_that_share_an_image_cost_little_more_than_one(tmp_path: Path) -> None:
    noise = [trusted_image(np.random.default_rng(i).bytes(300_000), "image/png", 9, 9) for i in range(12)]
    rows = [
        Sample(id=f"{i}-{k}", images=(im,), messages=(user(im, f"{k}?"), assistant(f"{k}")))
        for i, im in enumerate(noise)
        for k in range(10)
    ]
    folder = write(tmp_path / "d", rows)
    size = (folder / "data/default/train-00000.parquet").stat().st_size
    assert size < 1.25 * sum(len(im.data) for im in noise)
    column = _leaf(folder, "images.list.element.bytes")
    assert column.compression == "UNCOMPRESSED"
    assert _leaf(folder, "meta").compression == "ZSTD"


def _leaf(folder: Path, path: str) -> Any:
    group = pq.ParquetFile(folder / "data/default/train-00000.parquet").metadata.row_group(0)
    return next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == path)


def test_row_groups_hold_64_rows_or_12_mb_of_images(tmp_path: Path) -> None:
    small = write(tmp_path / "small", [chat(i) for i in range(130)])
    groups = pq.ParquetFile(small / "data/default/train-00000.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [64, 64, 2]
    large = trusted_image(bytes(5 << 20), "image/png", 9, 9)
    heavy = write(tmp_path / "heavy", (Sample(id=str(i), images=(large,)) for i in range(4)))
    groups = pq.ParquetFile(heavy / "data/default/train-00000.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [3, 1]


def test_equal_samples_give_equal_bytes_and_files_of_the_wanted_length(tmp_path: Path) -> None:
    one, two = (write(tmp_path / n, [chat(i) for i in range(10)], rows_per_file=4) for n in ("one", "two"))
    assert folder_bytes(one) == folder_bytes(two)
    names = [p.name for p in sorted((one / "data/default").iterdir())]
    assert names == ["train-00000.parquet", "train-00001.parquet", "train-00002.parquet"]
    assert [s.id for s in read_samples(one)] == [f"toy/{i:06d}" for i in range(10)]


def test_column_types_do_not_depend_on_the_order_of_text_only_and_image_rows(tmp_path: Path) -> None:
    bare = Sample(id="bare", messages=(user("2 + 2?"), assistant("4")))
    full = chat(1, regions=(Region(picture(1).sha256, "x", SQUARE),), parents=("p",))
    files = [write(tmp_path / n, rows) for n, rows in (("a", [bare, full]), ("b", [full, bare]))]
    schemas = [pq.read_schema(f / "data/default/train-00000.parquet") for f in files]
    assert schemas[0].equals(schemas[1], check_metadata=True)
    rows = datasets.load_dataset(str(files[0]), split="train")
    assert [len(r["images"]) for r in rows] == [0, 1]


def test_an_image_shown_twice_stands_twice_and_one_only_an_alternative_shows_is_kept(tmp_path: Path) -> None:
    a, b = picture(1), picture(2)
    sample = Sample(
        id="s",
        images=(a, b),
        messages=(user(a, "and again", a), assistant("yes")),
        alternatives=(Alternative("rejected", (assistant(b),)),),
    )
    folder = write(tmp_path / "d", [sample])
    row = datasets.load_dataset(str(folder), split="train")[0]
    assert row["image_sha256"] == [a.sha256, a.sha256] and len(row["images"]) == 2
    assert list(read_samples(folder)) == [sample]


def test_corners_come_back_in_single_precision(tmp_path: Path) -> None:
    quad = ((0.1, 0.2), (4000.3, 0.2), (4000.3, 9.9), (0.1, 9.9))
    image = picture(1)
    sample = Sample(id="s", images=(image,), regions=(Region(image.sha256, "x", quad),))
    (back,) = read_samples(write(tmp_path / "d", [sample]))
    for wanted, got in zip(quad, back.regions[0].quad, strict=True):
        assert got == pytest.approx(wanted, rel=2**-24)


def test_a_large_truth_lies_beside_the_file_and_comes_back(tmp_path: Path) -> None:
    sample = chat(1, truth={"cells": ["x" * 1000] * 1100})
    folder = write(tmp_path / "d", [sample])
    assert (folder / "data/default/train-00000.parquet").stat().st_size < 50_000
    assert list(read_samples(folder)) == [sample]
    table = pq.read_table(folder / "data/default/train-00000.parquet")
    assert list(next(samples_of(table)).truth) == ["$file"]


BAD = {
    "surrogate in text": chat(7, messages=(user("a\ud800"), assistant("b"))),
    "surrogate in meta": chat(7, meta={"k": "\ud800"}),
    "surrogate in id": chat(7, id="\ud800"),
    "no JSON in truth": chat(7, truth={"k": object()}),
    "NaN corner": chat(7, regions=(Region(picture(2).sha256, "x", ((math.nan, 0.0), *SQUARE[1:])),)),
    "infinite corner": chat(7, regions=(Region(picture(2).sha256, "x", ((math.inf, 0.0), *SQUARE[1:])),)),
    "region of no image": chat(7, regions=(Region("00", "x", SQUARE),)),
    "part of no image": chat(7, images=()),
    "alternative of no image": chat(7, alternatives=(Alternative("no", (assistant(picture(9)),)),)),
    "subset that climbs": chat(7, subset="../up"),
    "subset with a dot": chat(7, subset="a.b"),
    "empty subset": chat(7, subset=""),
    "split that climbs": chat(7, split="../up"),
    "split that datasets refuses": chat(7, split="a-b"),
    "difficulty": chat(7, difficulty=11),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_sample_that_cannot_be_kept_is_named_and_leaves_no_file(tmp_path: Path, bad: Sample) -> None:
    with (
        pytest.raises(InputError) as caught,
        DatasetWriter(tmp_path / "d", "toy") as writer,
    ):
        writer.write(chat(1))
        writer.write(bad)
    assert repr(bad.id) in str(caught.value)
    assert not [p for p in (tmp_path).rglob("*") if p.is_file()]


def test_an_exception_removes_the_files_begun_and_keeps_those_complete(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), DatasetWriter(tmp_path, "toy", rows_per_file=2) as writer:
        for i in range(6):
            writer.write(chat(i, subset=("a", "b")[i == 5]))
        raise KeyboardInterrupt
    files = [str(p.relative_to(tmp_path)) for p in sorted(tmp_path.rglob("*")) if p.is_file()]
    assert files == ["data/a/train-00000.parquet", "data/a/train-00001.parquet"]


@pytest.mark.parametrize("k", range(1, 12))
def test_a_full_disk_at_any_file_operation_is_one_clear_error_and_leaves_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, k: int
) -> None:
    monkeypatch.setenv("MMR_TEST_FILE_OPERATION", f"fail:{k}:{tmp_path / 'counter'}")
    folder = tmp_path / "d"
    with pytest.raises(WorldError, match="disk is full"), DatasetWriter(folder, "toy") as writer:
        for i in range(70):
            writer.write(chat(i, subset=("a", "b")[i % 2]))
        for i in range(70):
            writer.write(chat(i, subset="a"))
    assert not list(folder.rglob(".tmp-*"))
    for file in folder.rglob("*.parquet"):
        assert pq.read_table(file).num_rows in (35, 105)
