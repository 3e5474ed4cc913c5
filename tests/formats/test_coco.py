"""Claims about reading COCO files and their pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.formats.coco import read_coco


def coco(**changes: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 40, "height": 30}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 2, 10, 12], "area": 120, "iscrowd": 0}],
        "categories": [{"id": 3, "name": "cat"}],
        **changes,
    }


def written(folder: Path, value: Any) -> Path:
    path = folder / "instances.json"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{not json", "is not JSON"),
        (b"\xff\xfe\x00\x01", "is not JSON"),
        (b"[1, 2]", "a list instead of an object"),
        (b'{"images": [], "annotations": []}', "has no `categories`"),
        (b'{"info": 1}', "has no `images`"),
        (b'{"images": {}, "annotations": [], "categories": []}', "`images` is a dict"),
        (b'{"images": [], "annotations": [], "categories": []}', "the list of images is empty"),
        (b'{"images": [{"a": 1}], "annotations": [], "categories": []}', "not a COCO file"),
        (b'{"images": [1], "annotations": [], "categories": [{"name": "x"}]}', "without an id"),
        (
            b'{"images": [{"id": 1, "file_name": "a"}], "annotations": [],'
            b' "categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}',
            "names both 'a' and 'b'",
        ),
    ],
)
def test_a_file_that_is_not_coco_is_refused_with_its_fault(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_coco(written(tmp_path, content))


def test_a_missing_file_and_a_folder_without_or_with_two_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_coco(tmp_path / "none.json")
    with pytest.raises(InputError, match="no JSON file"):
        read_coco(tmp_path)
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match="2 JSON files"):
        read_coco(tmp_path)


def test_a_folder_with_one_annotation_file_a_bom_and_nan_is_read(tmp_path: Path) -> None:
    text = json.dumps(coco()).replace("[1, 2, 10, 12]", "[NaN, 2, 10, 12]")
    written(tmp_path, b"\xef\xbb\xbf" + text.encode())
    file = read_coco(tmp_path)
    assert str(file.rows[0].annotations[0]["bbox"][0]) == "nan"


def test_wrong_entries_become_reasons_and_the_others_stay(tmp_path: Path) -> None:
    image = {"id": 1, "file_name": "a.jpg", "width": 40, "height": 30}
    annotation = {"image_id": 1, "category_id": 3, "bbox": [1, 2, 10, 12]}
    value = coco(
        images=[image, image, {"id": 2}, "x", {"id": 0, "file_name": "z.jpg"}],
        annotations=[
            {**annotation, "id": 1}, {**annotation, "id": 1}, {**annotation, "id": 2, "category_id": 99},
            {"id": 3, "image_id": 1, "category_id": 3}, {**annotation, "id": 4, "image_id": 77}, {"id": 5},
            {**annotation, "id": 0, "image_id": 0}, {**annotation, "id": 6, "category_id": None},
        ],
    )  # fmt: skip
    file = read_coco(written(tmp_path, value))
    assert [r.wrong for r in file.rows] == ["", "duplicate_image_id", "image_entry_broken", "image_entry_broken", ""]
    reasons = [a.get("wrong", "") for a in file.rows[0].annotations]
    assert reasons == ["", "duplicate_annotation_id", "unknown_category", "no_bbox", "unknown_category"]
    assert [a["id"] for a in file.rows[4].annotations] == [0]
    assert any("start at 0" in n for n in file.notes)
    assert any(n.startswith("2 annotations name an image") for n in file.notes)


def test_what_cannot_be_used_is_counted_with_its_reasons(tmp_path: Path) -> None:
    def box(ann_id: int, bbox: Any, **more: Any) -> dict[str, Any]:
        return {"id": ann_id, "image_id": 1, "category_id": 3, "bbox": bbox, "iscrowd": 0, **more}

    annotations = [
        box(1, [1, 2, 10, 12]), box(2, [40, 0, 5, 5]), box(3, [0, -9, 5, 9]), box(4, [float("nan"), 0, 5, 5]),
        box(5, [0, 0, 5, 5], category_id=99), box(6, [0, 0, 20, 20], iscrowd=1), box(6, [0, 0, 5, 5]),
        box(7, [0, 0, -5, 5]), box(8, [0, 0, 0, 5]), box(9, "x"), box(10, [1, 2, 3]), box(11, [0, 0, 90, 90]),
        box(12, [0, 0, 5, 5], image_id=77), box(13, [900, 0, 5, 5], image_id=2),
    ]  # fmt: skip
    images = [*coco()["images"], {"id": 2, "file_name": "of unknown size.jpg"}, {"id": 2, "file_name": "again.jpg"}]
    file = read_coco(written(tmp_path, coco(images=images, annotations=annotations)))
    said = [line.partition(": ") for line in file.unusable]
    assert [head for head, _, _ in said] == ["1 of 3 images unusable", "10 of 14 annotations unusable"]
    assert sorted(said[1][2].split(", ")) == [
        "1 marked as a crowd", "1 of an unknown category", "1 whose box has a negative side",
        "1 whose box has no area", "1 whose box is not a number", "1 whose box is not four numbers",
        "1 with an id used before", "1 without a box", "2 outside the image",
    ]  # fmt: skip
    assert file.notes == ("1 annotations name an image the file does not have",)


def test_a_sound_file_has_nothing_unusable(tmp_path: Path) -> None:
    assert read_coco(written(tmp_path, coco())).unusable == ()
