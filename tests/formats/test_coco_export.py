"""Claims about the COCO export, read back by pycocotools and by our own reader."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.core.boxes import Quad, box_of, quad_of
from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.formats import coco_export
from mmrecipes.formats.coco import read_coco
from mmrecipes.formats.export import Export
from mmrecipes.formats.pictures import pictures_of, read_picture

coco_tools = pytest.importorskip("pycocotools.coco")
TILTED: Quad = ((10.0, 12.5), (60.0, 20.0), (58.0, 30.0), (8.0, 22.5))


def picture(seed: int, size: tuple[int, int] = (80, 60)) -> Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)
    data = io.BytesIO()
    Pil.fromarray(pixels).save(data, "PNG")
    return image_from_bytes(data.getvalue())


def sample(name: str, image: Image | None, *regions: tuple[str, Quad, str]) -> Sample:
    made = tuple(Region(image.sha256 if image else "0", label, quad, text) for label, quad, text in regions)
    shown = (image,) if image else ()
    return Sample(
        id=name, images=shown, messages=(user(*shown, "Where?"), assistant("There.")), regions=made, licence="CC0"
    )


class InMemory(Export):
    """An export whose samples are given instead of read from a dataset."""

    def __init__(self, folder: Path, given: list[Sample]) -> None:
        super().__init__(folder, folder, "drop", {})
        self._given = given

    def samples(self):  # type: ignore[no-untyped-def]
        for one in self._given:
            self.report.rows_in += 1
            yield one


def exported(folder: Path) -> InMemory:
    first, second = picture(1), picture(2, (50, 90))
    box = quad_of((5.5, 6.25, 30.0, 40.0))
    export = InMemory(
        folder,
        [
            sample("a", first, ("red cup", box, ""), ("text", TILTED, "EXIT ☕")),
            sample("b", first, ("red cup", box, ""), ("dog", quad_of((0.0, 0.0, 80.0, 60.0)), "")),
            sample("c", second, ("dog", quad_of((1.0, 2.0, 3.0, 4.0)), "")),
            sample("negative", second),
            sample("none", None),
        ],
    )
    coco_export.write(export)
    return export


def test_pycocotools_opens_the_export_and_finds_every_region_once(tmp_path: Path) -> None:
    exported(tmp_path)
    coco = coco_tools.COCO(str(tmp_path / "instances.json"))
    assert sorted(coco.imgs) == [1, 2]
    assert sorted(coco.anns) == [1, 2, 3, 4]
    names = {c["id"]: c["name"] for c in coco.loadCats(coco.getCatIds())}
    assert names == {1: "red cup", 2: "text", 3: "dog"}
    first = coco.loadAnns(coco.getAnnIds(imgIds=[1]))
    assert [a["bbox"] for a in first] == [[5.5, 6.25, 24.5, 33.75], [8.0, 12.5, 52.0, 17.5], [0, 0, 80, 60]]
    for annotation in first:
        assert abs(coco.annToMask(annotation).sum() - annotation["area"]) < 0.1 * annotation["area"] + 20


def test_our_reader_gets_back_boxes_quads_texts_and_pictures(tmp_path: Path) -> None:
    export = exported(tmp_path)
    file = read_coco(tmp_path / "instances.json")
    found = pictures_of(file).find(file.rows[0].image["file_name"])
    assert read_picture(found, (80, 60)).image.sha256 == picture(1).sha256
    text = file.rows[0].annotations[1]
    assert (text["text"], text["quad"]) == ("EXIT ☕", [v for p in TILTED for v in p])
    x, y, w, h = text["bbox"]
    assert box_of(TILTED) == (x, y, x + w, y + h)
    assert list(file.licences.values()) == ["CC0"]
    assert not (export.report.degraded)


def test_the_report_says_what_was_left_out_and_what_coco_does_not_hold(tmp_path: Path) -> None:
    report = exported(tmp_path).report
    assert (report.rows_in, report.rows_out, report.images) == (5, 3, 2)
    assert report.dropped == {"no_image": ["none"], "no_boxes": ["negative"]}
    assert report.not_read["messages"] == 3


@pytest.mark.parametrize(("policy", "kept"), [("drop", 0), ("degrade", 3)])
def test_turns_without_boxes_are_left_out_or_said_to_have_lost_all(tmp_path: Path, policy: str, kept: int) -> None:
    export = InMemory(tmp_path, [sample(str(i), picture(i)) for i in range(3)])
    export.policy = policy  # type: ignore[assignment]
    coco_export.write(export)
    assert (export.report.rows_out, len(export.report.dropped.get("no_boxes", []))) == (kept, 3 - kept)
    assert export.report.degraded == ({"no_boxes": 3} if kept else {})


def test_pictures_without_turns_and_boxes_are_written_and_counted(tmp_path: Path) -> None:
    export = InMemory(tmp_path, [sample(str(i), picture(i)).having(kind="record", messages=()) for i in range(3)])
    coco_export.write(export)
    assert len(json.loads((tmp_path / "instances.json").read_text())["images"]) == 3
    assert (export.report.rows_out, export.report.degraded) == (3, {"picture_without_boxes": 3})


def test_regions_without_area_or_of_a_foreign_image_are_never_written(tmp_path: Path) -> None:
    image = picture(1)
    flat = sample("flat", image, ("a", quad_of((5.0, 5.0, 5.0, 9.0)), ""), ("b", quad_of((5.0, 5.0, 9.0, 9.0)), ""))
    foreign = flat.having(id="foreign", regions=(Region("f" * 64, "x", TILTED),))
    export = InMemory(tmp_path, [flat, foreign])
    export.policy = "degrade"
    coco_export.write(export)
    value = json.loads((tmp_path / "instances.json").read_text())
    assert [a["bbox"] for a in value["annotations"]] == [[5.0, 5.0, 4.0, 4.0]]
    assert export.report.degraded == {"empty_region": 1}
    assert export.report.dropped == {"region_of_an_unknown_image": ["foreign"]}
