"""Claims about reading COCO files and their pictures."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmrecipes.core.errors import InputError
from mmrecipes.formats.coco import PictureError, Pictures, pictures_of, read_coco, read_picture


def jpeg(size: tuple[int, int] = (40, 30), mode: str = "RGB", orientation: int = 1, **save: Any) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], len(mode)), np.uint8)
    im = Image.fromarray(pixels.squeeze(), mode)
    exif = im.getexif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    im.save(data, "JPEG", exif=exif, **save)
    return data.getvalue()


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


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../secret.jpg", "a/../../b.jpg", "..\\up.jpg", "C:\\x.jpg", "a\0b.jpg", " ", "\\\\host\\x.jpg"],
)
def test_a_file_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret.jpg").write_bytes(b"x")
    with pytest.raises(PictureError) as e:
        Pictures((tmp_path,)).find(name)
    assert e.value.reason == "unsafe_path"


def test_a_missing_picture_has_its_reason_even_when_its_name_is_absurdly_long(tmp_path: Path) -> None:
    for name in ("none.jpg", "x" * 5000 + ".jpg"):
        with pytest.raises(PictureError) as e:
            Pictures((tmp_path,)).find(name)
        assert e.value.reason == "missing_image"


@pytest.mark.parametrize("place", ["a.jpg", "images/a.jpg", "../images/a.jpg", "../val2017/a.jpg"])
def test_pictures_are_found_where_people_put_them(tmp_path: Path, place: str) -> None:
    home = tmp_path / "annotations"
    home.mkdir()
    path = home / "instances_val2017.json"
    path.write_text(json.dumps(coco()))
    picture = (home / place).resolve()
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(jpeg())
    assert pictures_of(read_coco(path)).find("a.jpg").resolve() == picture


def test_no_picture_at_all_is_an_error_that_names_the_places(tmp_path: Path) -> None:
    file = read_coco(written(tmp_path, coco()))
    with pytest.raises(InputError, match=r"none of the pictures .* was found(.|\n)*--input images="):
        pictures_of(file)
    with pytest.raises(InputError, match="elsewhere"):
        pictures_of(file, tmp_path / "elsewhere")


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_turned_photograph_says_whether_the_boxes_must_turn_too(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg((40, 30), orientation=orientation))
    raw, upright = read_picture(path, (40, 30)), read_picture(path, (30, 40))
    assert raw.image.size == upright.image.size == (30, 40)
    assert (raw.orientation, upright.orientation) == (orientation, 1)


@pytest.mark.parametrize(("size", "orientation"), [((40, 30), 3), ((40, 30), 2), ((30, 30), 6)])
def test_a_turn_that_the_size_cannot_tell_is_not_guessed(
    tmp_path: Path, size: tuple[int, int], orientation: int
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(size, orientation=orientation))
    with pytest.raises(PictureError) as e:
        read_picture(path, size)
    assert e.value.reason == "ambiguous_orientation"


@pytest.mark.parametrize(
    ("data", "declared", "reason"),
    [
        (jpeg(), (41, 30), "size_mismatch"), (jpeg(), (30, 40), "size_mismatch"), (jpeg(), (None, 30), "no_image_size"),
        (jpeg(), (0, 30), "no_image_size"), (jpeg(), ("40", 30), "no_image_size"), (b"", (40, 30), "empty_image"),
        (jpeg()[:200], (40, 30), "corrupt_image"), (b"not an image", (40, 30), "corrupt_image"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_used_has_its_reason(
    tmp_path: Path, data: bytes, declared: tuple[Any, Any], reason: str
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(PictureError) as e:
        read_picture(path, declared)
    assert e.value.reason == reason


def test_an_animated_picture_is_refused_and_a_cmyk_one_becomes_rgb(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), c) for c in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureError) as e:
        read_picture(tmp_path / "a.gif", (40, 30))
    assert e.value.reason == "animated_image"
    (tmp_path / "c.jpg").write_bytes(jpeg(mode="CMYK"))
    picture = read_picture(tmp_path / "c.jpg", (40, 30))
    with Image.open(io.BytesIO(picture.image.data)) as im:
        assert im.mode == "RGB"


def test_bytes_that_are_already_fine_are_kept_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg())
    assert read_picture(tmp_path / "a.jpg", (40, 30)).image.data == jpeg()
