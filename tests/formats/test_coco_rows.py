"""Claims about COCO files read as samples, with pycocotools and Pillow as the second opinion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.boxes import box_of, quad_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Region, Sample
from mmrecipes.formats import coco_export
from mmrecipes.formats.export import Export
from mmrecipes.formats.pictures import PictureError
from mmrecipes.formats.reader import RowError, Rows, open_source, recognised
from mmrecipes_tests.store.samples import picture


def jpeg(path: Path, size: tuple[int, int], orientation: int = 1) -> None:
    im = Pil.new("RGB", size, (9, 120, 200))
    exif = im.getexif()
    exif[0x0112] = orientation
    im.save(path, "JPEG", exif=exif)


def detections(folder: Path, **changes: Any) -> Path:
    jpeg(folder / "a.jpg", (40, 30))
    jpeg(folder / "b.jpg", (40, 30), orientation=6)
    value = {
        "info": {"description": "toy"},
        "licenses": [{"id": 5, "name": "CC BY"}],
        "images": [
            {"id": 11, "file_name": "a.jpg", "width": 40, "height": 30, "license": 5, "flickr_url": "u"},
            {"id": 12, "file_name": "b.jpg", "width": 40, "height": 30},
            {"id": 13, "file_name": "gone.jpg", "width": 40, "height": 30},
        ],
        "annotations": [
            {"id": 1, "image_id": 11, "category_id": 3, "bbox": [1, 2, 10, 12], "area": 60, "iscrowd": 0,
             "segmentation": [[1, 2, 11, 2, 11, 14]]},
            {"id": 2, "image_id": 11, "category_id": 3, "bbox": [5, 5, 4, 4], "iscrowd": 1},
            {"id": 3, "image_id": 11, "category_id": 9, "bbox": [5, 5, 4, 4]},
            {"id": 4, "image_id": 12, "category_id": 4, "bbox": [0, 0, 10, 5], "text": "EXIT"},
        ],
        "categories": [{"id": 3, "name": "cat"}, {"id": 4, "name": "sign"}],
        **changes,
    }  # fmt: skip
    path = folder / "instances.json"
    path.write_text(json.dumps(value))
    return path


def rows_of(path: Path, reader: str = "auto") -> Rows:
    return open_source(path, reader)[1]


def test_a_detection_file_is_recognised_and_its_rows_are_records_with_regions(tmp_path: Path) -> None:
    path = detections(tmp_path)
    reader, rows = open_source(path)
    assert (reader.name, len(rows)) == ("coco", 3)
    sample = rows.sample(0)
    assert (sample.id, sample.kind, sample.source, sample.licence) == ("11", "record", "toy", "CC BY")
    (region,) = sample.regions
    assert (region.label, box_of(region.quad), region.ref) == ("cat", (1, 2, 11, 14), sample.images[0].sha256)
    assert sample.meta["flickr_url"] == "u"
    assert sample.meta["unusable"] == {"crowd": 1, "unknown_category": 1}
    assert sample.meta["annotations"] == [{"id": 1, "segmentation": [[1, 2, 11, 2, 11, 14]]}]
    assert "2 of 4 annotations unusable" in " ".join(rows.remarks)
    assert sample.truth_source == "annotated"


def test_boxes_of_a_picture_that_exif_turns_lie_in_the_upright_one(tmp_path: Path) -> None:
    sample = rows_of(detections(tmp_path)).sample(1)
    assert sample.images[0].size == (30, 40)
    (region,) = sample.regions
    assert (box_of(region.quad), region.text) == ((25, 0, 30, 10), "EXIT")
    assert sample.meta["mask_frame"] == {"size": [40, 30], "exif_orientation": 6}


def test_a_missing_picture_is_a_named_reason_of_its_row_only(tmp_path: Path) -> None:
    rows = rows_of(detections(tmp_path))
    with pytest.raises(PictureError) as e:
        rows.sample(2)
    assert e.value.reason == "missing_image"
    assert rows.sample(0).id == "11"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"id": 11, "file_name": "a.jpg", "width": 40, "height": 30}, "duplicate_image_id"),
        ({"id": 14, "width": 40, "height": 30}, "image_entry_broken"),
        ({"id": 15, "file_name": "../a.jpg", "width": 40, "height": 30}, "unsafe_path"),
        ({"id": 16, "file_name": "a.jpg", "width": 41, "height": 30}, "size_mismatch"),
        ({"id": 17, "file_name": "text.jpg", "width": 40, "height": 30}, "corrupt_image"),
    ],
)
def test_a_bad_image_entry_has_its_reason(tmp_path: Path, entry: dict[str, Any], reason: str) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    good = {"id": 11, "file_name": "a.jpg", "width": 40, "height": 30, "license": ["odd"]}
    rows = rows_of(detections(tmp_path, images=[good, entry]))
    assert rows.sample(0).licence == ""
    with pytest.raises(InputError) as e:
        rows.sample(1)
    assert getattr(e.value, "reason", "") == reason


@pytest.mark.parametrize("bbox", [[1, 2, 3], [1, 2, None, 4], [1, 2, -3, 4], [1, 2, 0, 4], [90, 2, 3, 4], "box"])
def test_a_bad_box_costs_its_region_and_is_counted(tmp_path: Path, bbox: Any) -> None:
    sample = rows_of(
        detections(tmp_path, annotations=[{"id": 1, "image_id": 11, "category_id": 3, "bbox": bbox}])
    ).sample(0)
    assert not sample.regions
    assert sum(sample.meta["unusable"].values()) == 1


def captions(folder: Path) -> Path:
    jpeg(folder / "a.jpg", (40, 30))
    images = [{"id": i, "file_name": "a.jpg"} for i in (1, 2, 1)]
    said = [{"id": i, "image_id": 1, "caption": c} for i, c in enumerate(("A blue card.", " ", "Blue."))]
    path = folder / "captions.json"
    path.write_text(json.dumps({"images": images, "annotations": said, "licenses": []}))
    return path


def test_a_caption_file_gives_captions_as_truth_and_no_turns(tmp_path: Path) -> None:
    reader, rows = open_source(captions(tmp_path))
    assert reader.name == "coco"
    sample = rows.sample(0)
    assert sample.truth == {"kind": "captions", "captions": ["A blue card.", "Blue."]}
    assert not sample.messages
    for index, reason in ((1, "no_caption"), (2, "duplicate_image_id")):
        with pytest.raises(RowError) as e:
            rows.sample(index)
        assert e.value.reason == reason
    assert rows.remarks == ["1 of 3 images unusable: duplicate_image_id"]


def test_json_of_other_kinds_is_not_taken_for_coco(tmp_path: Path) -> None:
    for name, text in (("a.json", '[{"image": "x.jpg", "conversations": []}]'), ("b.json", '{"images": ["x.jpg"]}')):
        (tmp_path / name).write_text(text)
        assert "coco" not in [reader.name for reader, _ in recognised(tmp_path / name)]


def test_a_file_without_pictures_is_known_for_coco_so_that_opening_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"images": [], "annotations": [], "categories": []}')
    assert [reader.name for reader, _ in recognised(tmp_path / "a.json")] == ["coco"]
    with pytest.raises(InputError, match="the list of images is empty"):
        open_source(tmp_path / "a.json")


TILTED = ((2.0, 1.0), (9.0, 2.0), (8.5, 5.0), (1.5, 4.0))
SIDE = st.floats(0.5, 6, width=32)


@st.composite
def records(draw: st.DrawFn) -> list[Sample]:
    """Pictures of 13 x 7 with boxes up to their borders, and tilted quads."""
    made = []
    for number in draw(st.lists(st.integers(0, 8), unique=True, min_size=1, max_size=4)):
        image = picture(number)
        regions = []
        for _ in range(draw(st.integers(0, 3))):
            x, y = 13 - draw(SIDE), 7 - draw(SIDE)
            quad = draw(st.sampled_from((TILTED, quad_of((x - 6, y, 13, 7)), quad_of((0, 0, x, y)))))
            label, text = draw(st.sampled_from(("red cup", "тест"))), draw(st.sampled_from(("", "EXIT")))
            regions.append(Region(image.sha256, label, quad, text))
        made.append(Sample(id=f"s{number}", kind="record", images=(image,), regions=tuple(regions), licence="CC0"))
    return made


@settings(max_examples=20)
@given(items=records())
def test_what_is_exported_and_read_again_is_equal(tmp_path_factory: Any, items: list[Sample]) -> None:
    tmp = tmp_path_factory.mktemp("round")
    coco_export.write(Export(tmp, tmp, "error", {}, items))
    rows = rows_of(tmp)
    assert len(rows) == len(items)
    for i, sample in enumerate(items):
        again = rows.sample(i)
        assert (again.images[0].sha256, again.licence) == (sample.images[0].sha256, "CC0")
        wanted = list(dict.fromkeys((r.label, r.text, r.quad) for r in sample.regions))
        found = [(r.label, r.text, r.quad) for r in again.regions]
        assert [f[:2] for f in found] == [w[:2] for w in wanted]
        assert np.allclose([f[2] for f in found], [w[2] for w in wanted], atol=1e-9)
