"""Claims about converting without a run: what others wrote becomes a dataset folder and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import assistant, user
from mmrecipes.formats.convert import convert
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.formats.tables import read
from mmrecipes_tests.formats.tarring import tar
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20), "JPEG"), picture(2, (20, 40))


def shards(folder: Path) -> Path:
    tar(folder / "0.tar", [("a.jpg", A.data), ("a.txt", "a cup"), ("b.png", B.data), ("b.txt", "a mug")])
    return folder


def test_shards_become_a_dataset_folder_that_load_dataset_opens(tmp_path: Path) -> None:
    load = pytest.importorskip("datasets").load_dataset
    convert(shards(tmp_path / "in"), "native", tmp_path / "out")
    assert [s.messages for s in read_samples(tmp_path / "out")] == [
        (user(A), assistant("a cup")),
        (user(B), assistant("a mug")),
    ]
    rows = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["train"]
    assert rows["id"] == ["a", "b"] and rows[0]["images"][0].size == A.size


def test_a_dataset_folder_and_shards_convert_into_each_other(tmp_path: Path) -> None:
    convert(shards(tmp_path / "in"), "native", tmp_path / "native")
    convert(tmp_path / "native", "webdataset", tmp_path / "again")
    first, second = ([s.having(images=len(s.images)) for s in read(tmp_path / n)] for n in ("in", "again"))
    assert first == second


def test_the_reader_and_its_remarks_are_told(tmp_path: Path) -> None:
    folder = shards(tmp_path / "in")
    tar(folder / "1.tar", [("a.jpg", B.data), ("a.txt", "again")])
    done = convert(folder, "webdataset", tmp_path / "out")
    assert done.reader == "webdataset" and any("several shards" in r for r in done.remarks)


def test_what_cannot_be_opened_or_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = shards(tmp_path / "in")
    for path, form, reader in ((tmp_path / "no", "llava", "auto"), (folder, "lava", "auto"), (folder, "llava", "tars")):
        with pytest.raises((InputError, UsageError)):
            convert(path, form, tmp_path / "out", reader=reader)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]
