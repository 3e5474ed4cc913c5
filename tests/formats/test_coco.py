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
