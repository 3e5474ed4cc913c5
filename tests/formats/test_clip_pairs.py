"""Claims about pictures with captions, read by open_clip's own data module."""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.clip_pairs import MISSING
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.stubbing import package_folder, stubbed
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.store.samples import TEXT, picture

A, B = picture(1, (40, 20)), picture(2, (40, 20), "JPEG")


def pair(id: str, caption: str, image: Any = A, **changes: Any) -> Sample:
    return Sample(id=id, images=(image,), messages=(user(image), assistant(caption)), **changes)


def exported(tmp: Path, items: list[Sample], form: str, **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)


@pytest.fixture(scope="module")
def open_clip() -> Any:
    pytest.importorskip("webdataset")
    package_folder("open_clip_train", "open_clip_torch")
    with stubbed({"torchvision": {}}):
        from open_clip_train import data  # pyright: ignore[reportMissingImports]
    return data


def table_rows(open_clip: Any, folder: Path, name: str = "train.tsv") -> list[tuple[Any, str]]:
    """Pictures and captions as open_clip's CsvDataset gives them, started in the folder."""
    with contextlib.chdir(folder):
        data = open_clip.CsvDataset(name, lambda im: np.asarray(im.convert("RGB")), "filepath", "title",
                                    tokenizer=lambda texts: texts)  # fmt: skip
        return [data[i] for i in range(len(data))]


def shard_rows(open_clip: Any, folder: Path, count: int) -> list[tuple[Any, str]]:
    shards = f"{folder}/train/{{00000..{len(list(folder.glob('train/*.tar'))) - 1:05d}}}.tar"
    chosen = argparse.Namespace(val_data=shards, val_num_samples=count, train_num_samples=None, workers=0,
                                batch_size=2, world_size=1, seed=0)  # fmt: skip
    info = open_clip.get_wds_dataset(chosen, np.asarray, is_train=False, tokenizer=lambda text: [text])
    return [(im, t) for images, texts in info.dataloader for im, t in zip(images, texts, strict=True)]


SEVERAL = [pair("a", "a cup"), pair("b", "tabs\tand \"quotes\"\nand lines", B), pair("c", "1", A),
           pair("d", "first", B, truth={"captions": ["first", "second ", "", 3]})]  # fmt: skip
EXPECTED = [(A, "a cup"), (B, 'tabs\tand "quotes"\nand lines'), (A, "1"), (B, "first"), (B, "second")]


@pytest.mark.parametrize("form", ["clip", "clip-tsv"])
def test_open_clip_reads_one_caption_per_row_and_the_right_picture(tmp_path: Path, open_clip: Any, form: str) -> None:
    exported(tmp_path, SEVERAL, form)
    found = (
        table_rows(open_clip, tmp_path / "out") if form == "clip-tsv" else shard_rows(open_clip, tmp_path / "out", 5)
    )
    assert [text for _, text in found] == [text for _, text in EXPECTED]
    for (pixels, _), (image, _) in zip(found, EXPECTED, strict=True):
        assert np.array_equal(pixels, image.decode())


CAPTION = TEXT.map(str.strip).filter(bool)


@given(st.lists(CAPTION | st.sampled_from(sorted(MISSING - {""})), min_size=1, max_size=5))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_caption_reaches_open_clip_or_is_reported(
    tmp_path_factory: Any, open_clip: Any, captions: list[str]
) -> None:
    tmp = tmp_path_factory.mktemp("clip")
    report = exported(tmp, [pair(str(i), c) for i, c in enumerate(["a word", *captions])], "clip-tsv")
    expected = ["a word", *(c for c in captions if c not in MISSING)]
    assert [text for _, text in table_rows(open_clip, tmp / "out")] == expected
    assert len(report.dropped.get("caption_reads_as_missing", [])) == len(captions) + 1 - len(expected)
    assert [s.messages[1].text for s in read(tmp / "out/train.tsv")] == expected


def test_what_is_no_pair_is_dropped_with_its_reason(tmp_path: Path) -> None:
    items = [
        Sample(id="vqa", images=(A,), messages=(user(A, "What?"), assistant("cup"))),
        Sample(id="asked", images=(A,), task="captioning", messages=(user(A, "Describe."), assistant("a cup"))),
        Sample(id="chat", images=(A,), messages=(user(A), assistant("cup"), user(A), assistant("mug"))),
        Sample(id="two", images=(A, B), messages=(user(A, B), assistant("both"))),
        Sample(id="text", messages=(user("x"), assistant("y"))),
        Sample(id="bare", images=(A,)),
    ]
    report = exported(tmp_path, items, "clip-tsv")
    reasons = {id: reason for reason, ids in report.dropped.items() for id in ids}
    assert reasons == {
        "vqa": "question",
        "chat": "later_turns",
        "two": "several_images",
        "text": "no_image",
        "bare": "no_caption",
    }
    kept = export_dataset(tmp_path / "run", "clip-tsv", tmp_path / "out2", policy="degrade")
    assert [s.messages[1].text for s in read(tmp_path / "out2/train.tsv")] == ["cup", "a cup", "cup"]
    assert kept.degraded == {"question": 1, "later_turns": 1}


def test_shards_and_tables_have_a_part_per_split(tmp_path: Path) -> None:
    exported(tmp_path, [pair("a", "x"), pair("b", "y", split="test")], "clip-tsv")
    assert [read(tmp_path / f"out/{s}.tsv")[0].messages[1].text for s in ("train", "test")] == ["x", "y"]


def test_shards_of_pairs_come_back_as_pairs(tmp_path: Path) -> None:
    exported(tmp_path, SEVERAL, "clip", per_shard="2")
    assert [(s.images[0].sha256, s.messages[1].text) for s in read(tmp_path / "out")] == [
        (im.sha256, text) for im, text in EXPECTED
    ]


def test_load_dataset_opens_shards_of_pairs(tmp_path: Path) -> None:
    load = pytest.importorskip("datasets").load_dataset
    exported(tmp_path, SEVERAL, "clip")
    rows = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train")
    assert rows["txt"] == [text for _, text in EXPECTED] and rows[0]["png"].size == A.size


# ---- reading


def table(path: Path, text: str | bytes) -> Path:
    (path.parent / "images").mkdir(parents=True, exist_ok=True)
    (path.parent / "images/a.png").write_bytes(A.data)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("separator", ["\t", ","])
def test_quoted_cells_may_hold_line_ends_and_separators(tmp_path: Path, separator: str) -> None:
    rows = [["filepath", "title", "n"], ["a.png", f'"x{separator} ""y""\nz"', "1"], ["a.png", '5" pipe é', "2"]]
    path = table(tmp_path / "x.tsv", "\ufeff" + "\r\n".join(separator.join(r) for r in rows) + "\r\n\r\n")
    assert recognised(path)[0][0].name == "clip-tsv"
    found = read(path)
    assert [s.messages[1].text for s in found] == [f'x{separator} "y"\nz', '5" pipe é']
    assert (found[1].id, found[1].meta) == ("x/000001", {"n": "2"})


def test_options_name_other_columns_and_a_missing_one_lists_them(tmp_path: Path) -> None:
    path = table(tmp_path / "x.tsv", "img\tcap\na.png\tone\n")
    assert read(path, reader="clip-tsv", image="img", caption="cap")[0].messages == (user(A), assistant("one"))
    with pytest.raises(InputError, match="there are img, cap"):
        opened(path, reader="clip-tsv")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"a.png\tx\ty", "ragged"),
        (b"a.png", "ragged"),
        (b"b.png\tx", "missing_image"),
        (b"http://x.org/a.png\tx", "not_local"),
        (b"../a.png\tx", "unsafe_path"),
        (b"a.png\t ", "no_caption"),
        (b"a.png\t\xff\xfe", "not_utf8"),
    ],
)
def test_what_is_wrong_with_one_row_is_its_reason_and_hurts_no_other(tmp_path: Path, row: bytes, why: str) -> None:
    rows = opened(table(tmp_path / "x.tsv", b"filepath\ttitle\na.png\tone\n" + row + b"\na.png\ttwo\n"))
    assert [reason_of(rows, i) for i in range(3)] == ["", why, ""]


@pytest.mark.parametrize("text", ["", "filepath\ttitle\n"])
def test_a_table_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="no rows"):
        opened(table(tmp_path / "x.tsv", text), reader="clip-tsv")


def test_paths_are_relative_to_the_tables_folder(tmp_path: Path) -> None:
    exported(tmp_path, [pair("a", "x")], "clip-tsv")
    (line,) = (tmp_path / "out/train.tsv").read_text().splitlines()[1:]
    assert not os.path.isabs(line) and (tmp_path / "out" / line.split("\t")[0]).is_file()  # noqa: PTH117
