"""Claims about folders of pictures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange, ImageError
from mmrecipes.core.sample import assistant, user
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.tables import opened, read, reason_of
from mmrecipes_tests.store.samples import picture

A = picture(1, (40, 20))


def folder(home: Path, *names: str) -> Path:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(A.data)
    return home


def test_pictures_come_in_the_order_of_their_paths_without_hidden_ones(tmp_path: Path) -> None:
    names = ("b.png", "charts/2.PNG", "charts/deep/1.png", ".hidden/x.png", "charts/.y.png", "notes.md")
    found = read(folder(tmp_path, *names))
    assert recognised(tmp_path)[0][0].name == "image-folder"
    assert [s.id for s in found] == ["b.png", "charts/2.PNG", "charts/deep/1.png"]
    assert [s.source for s in found] == ["", "charts", "charts"]
    assert found[1].meta == {"file_name": "charts/2.PNG", "domain": "charts"}
    assert isinstance(found[0].images[0].source, FileRange)


def test_captions_are_a_column_only_where_there_are_any(tmp_path: Path) -> None:
    assert opened(folder(tmp_path, "a.png", "b/c.png")).columns == ("image",)
    (tmp_path / "b/c.txt").write_text("A card.")
    assert opened(tmp_path).columns == ("image", "caption")


def test_a_text_beside_a_picture_is_its_caption_and_without_one_there_are_no_messages(tmp_path: Path) -> None:
    folder(tmp_path, "a.png", "b.png")
    (tmp_path / "a.txt").write_text("\ufeffa cup\n")
    first, second = read(tmp_path)
    assert first.messages == (user(first.images[0]), assistant("a cup"))
    assert second.messages == () and second.kind == "record"


def test_what_is_wrong_with_one_picture_is_its_reason(tmp_path: Path) -> None:
    folder(tmp_path, "a.png", "d.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "d.txt").write_bytes(b"\xff\xfe\xff")
    os.close(os.open(os.fsencode(tmp_path) + b"/c\xff.png", os.O_CREAT))
    rows = opened(tmp_path)
    assert [reason_of(rows, i) for i in range(4)] == ["", "corrupt_image", "bad_file_name", "not_utf8"]
    with pytest.raises(ImageError, match=r"b\.png: cannot decode"):
        rows.sample(1)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        opened(tmp_path, reader="image-folder")


@pytest.mark.parametrize("name", ["train.json", "annotations.jsonl", "ann/val.json", "a.csv", "x.parquet", "y.tar"])
def test_pictures_beside_data_files_are_read_only_when_that_is_asked_for(tmp_path: Path, name: str) -> None:
    folder(tmp_path, "images/a.png", "notes.md", "images/a.txt")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('[{"some": "thing"}]')
    with pytest.raises(InputError, match=rf"holds {name}.* give the path of one of them, with --images FOLDER"):
        opened(tmp_path)
    rows = opened(tmp_path, reader="image-folder")
    assert len(rows) == 1 and any(name in remark and "not read" in remark for remark in rows.remarks)


def test_a_data_file_behind_thousands_of_pictures_is_seen(tmp_path: Path) -> None:
    folder(tmp_path, *(f"images/{i}.png" for i in range(2_001)), "labels/train.json")
    assert not recognised(tmp_path)


def test_links_that_lead_nowhere_or_in_a_circle_are_left_out(tmp_path: Path) -> None:
    folder(tmp_path, "a.png")
    for name, target in (("b.png", "c.png"), ("c.png", "b.png"), ("d.png", "gone.png"), ("self", ".")):
        (tmp_path / name).symlink_to(target)
    assert [s.id for s in read(tmp_path)] == ["a.png"]
