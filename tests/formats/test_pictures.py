"""Claims about finding and reading the pictures of a COCO file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmrecipes.core.errors import InputError
from mmrecipes.formats.coco import read_coco
from mmrecipes.formats.pictures import PictureError, Pictures, located_pictures, pictures_of, read_picture


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


@pytest.mark.parametrize("place", ["a.jpg", "images/a.jpg", "val2017/a.jpg", "../images/a.jpg", "../val2017/a.jpg"])
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
    with pytest.raises(InputError, match=r"none of the pictures .* was found(.|\n)*--images FOLDER .*--input images="):
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


def test_absolute_paths_are_read_only_below_the_folder_given_which_the_error_names(tmp_path: Path) -> None:
    for name in ("far/x/a.jpg", "far/y/b.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(jpeg())
    names = [str(tmp_path / "far/x/a.jpg"), str(tmp_path / "far/y/b.jpg"), "/gone/c.jpg"]
    with pytest.raises(InputError, match=rf"absolute paths are read only below .* give --images {tmp_path}/far \("):
        located_pictures(tmp_path / "home/rows.json", names)
    with pytest.raises(PictureError, match="is absolute") as found:
        Pictures((tmp_path,)).find(names[0])
    assert found.value.reason == "unsafe_path"
