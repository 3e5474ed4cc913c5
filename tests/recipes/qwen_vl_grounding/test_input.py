"""Claims about bad and odd input, from file to sample: a counted drop with its reason, and the run goes on."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from mmrecipes.core.errors import InputError, PlanError
from mmrecipes.recipes.qwen_vl_grounding import recipe

RED = (200, 20, 20)


def save(path: Path, size: tuple[int, int], red: tuple[int, int, int, int], **how: Any) -> None:
    """A grey picture with one red rectangle (x0, y0, x1, y1), as stored."""
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    pixels[red[1] : red[3], red[0] : red[2]] = RED
    im = Image.fromarray(pixels).convert(how.pop("mode", "RGB"))
    exif = im.getexif()
    exif[0x0112] = how.pop("orientation", 1)
    im.save(path, exif=exif, **how)


def image(image_id: int, name: str, size: tuple[int, int] = (200, 120), **more: Any) -> dict[str, Any]:
    return {"id": image_id, "file_name": name, "width": size[0], "height": size[1], **more}


def dog(ann_id: int, image_id: int, bbox: Any, **more: Any) -> dict[str, Any]:
    return {"id": ann_id, "image_id": image_id, "category_id": 1, "bbox": bbox, "iscrowd": 0, **more}


def written(folder: Path, images: list[Any], annotations: list[Any], *more_names: str) -> Path:
    names = ("guide_dog", *more_names)
    value = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": i + 1, "name": n} for i, n in enumerate(names)],
        "licenses": [{"id": 4, "name": "CC BY 4.0"}],
        "info": {"description": "made up"},
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(value))
    return path


def red_box(data: bytes) -> tuple[int, int, int, int]:
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    ys, xs = np.nonzero((pixels[..., 0] > 150) & (pixels[..., 1] < 90))
    return (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)


@pytest.mark.parametrize("orientation", [1, 5, 6, 7, 8])
@pytest.mark.parametrize("described", ["raw", "upright"])
def test_boxes_lie_on_their_object_in_turned_photographs(
    run: Callable[..., Any], tmp_path: Path, orientation: int, described: str
) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50), orientation=orientation, quality=95)
    size, bbox = (200, 120), [20, 10, 60, 40]
    if described == "upright":
        upright = ImageOps.exif_transpose(Image.open(tmp_path / "a.jpg"))
        data = io.BytesIO()
        upright.save(data, "PNG")
        x0, y0, x1, y1 = red_box(data.getvalue())
        size, bbox = upright.size, [x0, y0, x1 - x0, y1 - y0]
    path = written(tmp_path, [image(1, "a.jpg", size)], [dog(1, 1, bbox)])
    kept = run(path, negatives=0.0).kept
    assert kept
    for sample in kept:
        expected = red_box(sample.images[0].data)
        quad = sample.regions[0].quad
        assert all(abs(a - b) <= 1 for a, b in zip((*quad[0], *quad[2]), expected, strict=True))


def test_every_bad_picture_is_a_drop_with_its_reason_and_the_others_go_on(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    save(tmp_path / "good.jpg", (200, 120), (20, 10, 80, 50))
    save(tmp_path / "cmyk.jpg", (200, 120), (20, 10, 80, 50), mode="CMYK")
    (tmp_path / "corrupt.jpg").write_bytes((tmp_path / "good.jpg").read_bytes()[:300])
    (tmp_path / "empty.jpg").write_bytes(b"")
    frames = [Image.new("RGB", (200, 120), c) for c in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    names = ["good.jpg", "cmyk.jpg", "corrupt.jpg", "empty.jpg", "moving.gif", "gone.jpg", "../good.jpg"]
    images: list[Any] = [image(i, n) for i, n in enumerate(names)]
    images += [image(0, "good.jpg"), {"id": 50}, image(51, "good.jpg", (10, 10)), image(52, "good.jpg")]
    images.append({"id": 53, "file_name": "good.jpg"})
    path = written(tmp_path, images, [dog(i, i, [20, 10, 60, 40]) for i in range(54)])
    outcome = run(path)
    assert Counter(d.reason for d in outcome.dropped) == {
        "corrupt_image": 1, "empty_image": 1, "animated_image": 1, "missing_image": 1, "unsafe_path": 1,
        "duplicate_image_id": 1, "image_entry_broken": 1, "size_mismatch": 1, "no_image_size": 1,
    }  # fmt: skip
    assert {s.meta["image_id"] for s in outcome.kept} == {0, 1, 52}
    assert any("ids start at 0" in note for note in outcome.kept[0].meta["notes"])


def test_every_bad_annotation_is_counted_and_switches_its_category_off(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    good = [20, 10, 60, 40]
    bad = [
        dog(2, 1, [500, 10, 20, 20]), dog(3, 1, [5, 5, 0, 20]), dog(4, 1, [5, 5, -9, 20]), dog(5, 1, [5, 5, 2, 2]),
        dog(6, 1, [5, 5, float("nan"), 20]), dog(7, 1, good, iscrowd=1), dog(8, 1, [1, 2]), dog(1, 1, [90, 60, 30, 30]),
        dog(9, 1, good, category_id=77), {"id": 10, "image_id": 1, "category_id": 1},
    ]  # fmt: skip
    cat = dog(11, 1, [100, 20, 50, 50], category_id=2)
    path = written(tmp_path, [image(1, "a.jpg")], [dog(1, 1, good), *bad, cat], "cat")
    outcome = run(path, per_image=40, negatives=0.0)
    assert outcome.kept[0].meta["annotations_dropped"] == {
        "outside_image": 1, "zero_area": 1, "inverted_box": 1, "too_small": 1, "nan_box": 1, "crowd": 1,
        "bad_bbox": 1, "duplicate_annotation_id": 1, "unknown_category": 1, "no_bbox": 1,
    }  # fmt: skip
    about_dogs = {s.task for s in outcome.kept if s.truth["targets"][0]["category"] == "guide_dog"}
    about_cats = {s.task for s in outcome.kept if s.truth["targets"][0]["category"] == "cat"}
    assert about_dogs == {"referring_description"}
    assert about_cats >= {"detection", "counting", "existence", "referring_grounding", "pointing"}


def test_an_image_without_anything_to_ask_is_a_drop(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    outcome = run(written(tmp_path, [image(1, "a.jpg")], []), negatives=0.0)
    assert [d.reason for d in outcome.dropped] == ["nothing_to_ask"]


def test_a_category_with_too_many_boxes_is_not_asked_for_as_a_whole(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    many = [dog(i + 1, 1, [(i % 7) * 28, (i // 7) * 38, 20, 30]) for i in range(21)]
    path = written(tmp_path, [image(1, "a.jpg")], many)
    some = {s.task for s in run(path, per_image=60, negatives=0.0).kept}
    assert some == {"referring_description"}
    more = run(path, per_image=60, negatives=0.0, max_boxes=21).kept
    assert {s.task for s in more} >= {"detection", "counting", "existence"}
    assert all(len(s.truth["targets"][0]["boxes_px"]) in (1, 21) for s in more if s.truth["place"] == "box")


def test_federated_labels_give_negatives_only_from_the_declared_list(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    lists = {"neg_category_ids": [3, 1], "not_exhaustive_category_ids": [2]}
    annotations = [dog(1, 1, [20, 10, 60, 40]), dog(2, 1, [100, 20, 50, 50], category_id=2)]
    path = written(tmp_path, [image(1, "a.jpg", **lists)], annotations, "cat", "bus", "tree")
    outcome = run(path, per_image=40, negatives=0.5)
    negatives = {t["category"] for s in outcome.kept for t in s.truth["targets"] if s.meta["negatives"]}
    assert negatives == {"bus"}  # not the dog, which is there whatever the list says, nor the undeclared tree
    about_cats = {s.task for s in outcome.kept if "cat" in {t["category"] for t in s.truth["targets"]}}
    assert about_cats == {"referring_description"}


def test_labels_that_are_not_exhaustive_allow_no_claim_about_all_or_none(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    annotations = [dog(1, 1, [20, 10, 60, 40], phrase="the dog by the red box")]
    path = written(tmp_path, [image(1, "a.jpg")], annotations, "cat")
    outcome = run(path, per_image=40, negatives=0.5, exhaustive=False)
    assert {s.task for s in outcome.kept} == {"referring_grounding", "referring_description", "pointing"}
    assert {t["phrase"] for s in outcome.kept for t in s.truth["targets"]} == {"the dog by the red box"}


def test_a_phrase_that_two_objects_carry_is_asked_for_as_all_of_them(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    annotations = [
        dog(1, 1, [20, 10, 60, 40], phrases=["brown dog", "left dog"]),
        dog(2, 1, [110, 10, 60, 40], phrase="Brown dog"),
    ]
    kept = run(written(tmp_path, [image(1, "a.jpg")], annotations), per_image=40, negatives=0.0).kept
    phrased = {(s.task, t["phrase"], len(t["boxes_px"])) for s in kept for t in s.truth["targets"] if "boxes_px" in t}
    assert ("referring_grounding", "left dog", 1) in phrased
    assert ("detection", "brown dog", 2) in phrased
    assert not any(p.lower() == "brown dog" and task == "referring_grounding" for task, p, _ in phrased)


def test_a_point_lies_on_the_mask_when_there_is_one(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    corner = [[20, 10, 140, 10, 140, 20, 30, 20, 30, 100, 20, 100]]
    annotations = [dog(1, 1, [20, 10, 120, 90], segmentation=corner), dog(2, 1, [150, 60, 40, 40], category_id=2)]
    path = written(tmp_path, [image(1, "a.jpg")], annotations, "cat")
    kept = run(path, per_image=40, negatives=0.0, weights={"pointing": 1}).kept
    points = {
        s.truth["targets"][0]["category"]: (s.truth["targets"][0]["points_px"][0], s.meta["points_from"]) for s in kept
    }
    (x, y), origin = points["guide_dog"]
    assert origin == ["mask"]
    assert (20 <= x <= 140 and 10 <= y <= 20) or (20 <= x <= 30 and 10 <= y <= 100)
    assert points["cat"] == ([170, 80], ["box_centre"])


def test_a_box_centre_that_lies_on_a_smaller_object_is_not_pointed_at(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    annotations = [dog(1, 1, [10, 10, 180, 100]), dog(2, 1, [80, 40, 40, 40], category_id=2)]
    path = written(tmp_path, [image(1, "a.jpg")], annotations, "collar")
    outcome = run(path, per_image=9, negatives=0.0, weights={"pointing": 1})
    assert [s.truth["targets"][0]["category"] for s in outcome.kept] == ["collar"]
    assert [d.reason for d in outcome.dropped] == ["uncertain_point"]


def test_refcoco_expressions_become_referring_questions_of_their_split(run: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        save(tmp_path / name, (200, 120), (20, 10, 80, 50))
    path = written(
        tmp_path, [image(1, "a.jpg"), image(2, "b.jpg")], [dog(1, 1, [20, 10, 60, 40]), dog(2, 2, [20, 10, 60, 40])]
    )
    refs = tmp_path / "refs.json"
    refs.write_text(
        json.dumps(
            [
                {"image_id": 1, "ann_id": 1, "split": "train", "sentences": [{"sent": "red thing"}]},
                {"image_id": 2, "ann_id": 2, "split": "val", "sentences": [{"sent": "secret of val"}]},
            ]
        )
    )
    kept = run(path, inputs={"refs": refs}, per_image=30).kept
    assert {s.meta["image_id"] for s in kept} == {1}
    assert any("<ref>red thing</ref>" in s.messages[0].text for s in kept)
    assert "secret of val" not in json.dumps([[m.text for m in s.messages] for s in kept])
    assert {s.split for s in run(path, inputs={"refs": refs}, ref_split="val").kept} == {"val"}
    other = tmp_path / "other.json"
    other.write_text(json.dumps([{"image_id": 9, "ann_id": 1, "split": "train", "sentences": ["x"]}]))
    with pytest.raises(InputError, match="do they belong together"):
        run(path, inputs={"refs": other})


def test_pictures_in_a_folder_of_their_own_are_an_input(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "far" / "away").mkdir(parents=True)
    save(tmp_path / "far" / "away" / "a.jpg", (200, 120), (20, 10, 80, 50))
    path = written(tmp_path, [image(1, "a.jpg", license=4)], [dog(1, 1, [20, 10, 60, 40])])
    with pytest.raises(InputError, match="--input images="):
        run(path)
    sample = run(path, inputs={"images": tmp_path / "far" / "away"}).kept[0]
    assert (sample.licence, sample.source, sample.group) == ("CC BY 4.0", "made up", "image:1")


def test_qwen25_vl_without_pixel_limits_and_unknown_conventions_are_refused_before_work(
    run: Callable[..., Any], example: Path
) -> None:
    with pytest.raises(PlanError, match="max_pixels"):
        run(example, convention="qwen25_vl")
    with pytest.raises(PlanError, match="unknown convention"):
        run(example, convention="qwen9")
    with pytest.raises(ValueError, match="unknown tasks segmentation"):
        run(example, weights={"segmentation": 1})


def test_a_picture_too_long_for_the_resize_is_a_drop(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.png", (4500, 20), (20, 0, 80, 20))
    path = written(tmp_path, [image(1, "a.png", (4500, 20))], [dog(1, 1, [20, 0, 600, 20])])
    pixels = {"factor": 28, "min_pixels": 3136, "max_pixels": 1003520}
    outcome = run(path, convention="qwen25_vl", negatives=0.0, **pixels)
    assert {d.reason for d in outcome.dropped} == {"unsuitable_size"}


def test_a_box_thinner_than_a_bin_is_a_drop_not_an_empty_box(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.png", (9000, 40), (20, 0, 80, 20))
    path = written(tmp_path, [image(1, "a.png", (9000, 40))], [dog(1, 1, [18.2, 2, 5, 36])])
    outcome = run(path, negatives=0.0, weights={"detection": 1})
    assert [d.reason for d in outcome.dropped] == ["collapsed_box"]


def test_texts_that_look_like_markers_never_reach_a_sample(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    caption = "A <box>(1,2),(3,4)</box> dog </ref> here."
    entry = image(1, "a.jpg", caption=caption, phrases=[{"start": 0, "end": 28, "ann_ids": [1]}])
    sign = dog(2, 1, [100, 20, 50, 50], category_id=2, text="EXIT</ref><box>(0,0),(9,9)</box>")
    path = written(tmp_path, [entry], [dog(1, 1, [20, 10, 60, 40]), sign], "sign")
    outcome = run(path, negatives=0.0, weights={"grounded_caption": 1, "ocr": 1})
    assert outcome.kept == []
    assert [d.reason for d in outcome.dropped] == ["nothing_to_ask"]
    assert "markup_in_text" in outcome.dropped[0].detail
    assert "markup_in_caption" in outcome.dropped[0].detail


def test_the_source_remarks_on_what_the_run_will_find_unusable(run: Callable[..., Any], tmp_path: Path) -> None:
    save(tmp_path / "a.jpg", (200, 120), (20, 10, 80, 50))
    boxes = [[20, 10, 60, 40], [300, 0, 9, 9], [float("nan"), 0, 9, 9], [100, 60, 40, 40]]
    annotations = [dog(i + 1, 1, bbox, category_id=(1, 1, 1, 9)[i]) for i, bbox in enumerate(boxes)]
    path = written(tmp_path, [image(1, "a.jpg")], annotations, "<box>")
    source = recipe.source(recipe.Params.model_validate({}), {"main": path})
    assert list(getattr(source, "remarks", ())) == [
        "3 of 4 annotations unusable: 1 whose box is not a number, 1 outside the image, 1 of an unknown category",
        "1 of 2 categories not used, their names hold markup: '<box>'",
    ]
    dropped = run(path).kept[0].meta["annotations_dropped"]
    assert dropped == {"nan_box": 1, "outside_image": 1, "unknown_category": 1}
