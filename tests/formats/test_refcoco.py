"""Claims about RefCOCO folders in and out.

The second opinion on what is written is the index that the public `refer.py` builds, restated here from its documented
use (its repository is no package): refs, annotations, images and sentences by id, masks by pycocotools.
"""

from __future__ import annotations

import json
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.boxes import box_of, quad_of
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.formats import refcoco_export
from mmrecipes.formats.export import Export, LossReport, export_dataset
from mmrecipes.formats.reader import ReadOptions, RowError, open_source
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.store.samples import picture

SIZE = (40, 30)
CUP, DOG = (2.0, 3.0, 12.0, 15.0), (20.0, 5.0, 39.0, 29.0)


def grounded(number: int, *targets: tuple[str, str, list[Any]], split: str = "train", **changes: Any) -> Sample:
    image = picture(number, SIZE)
    regions = (Region(image.sha256, "cup", quad_of(CUP)), Region(image.sha256, "dog", quad_of(DOG)))
    told = [{"phrase": p, "category": c, "boxes_px": b} for p, c, b in targets]
    base = Sample(
        id=f"g{number}",
        split=split,
        images=(image,),
        messages=(user(image, "Where?"), assistant("There.")),
        regions=regions,
        truth={"kind": "grounding", "place": "box", "targets": told},
    )
    return base.having(**changes)


def exported(tmp: Path, *items: Sample, **options: Any) -> LossReport:
    with DatasetWriter(tmp / "in", "toy") as writer:
        for sample in items:
            writer.write(sample)
    return export_dataset(tmp / "in", "refcoco", tmp / "refcoco", **options)


class Index:
    """What `refer.py` makes of a folder when it is opened with a name and a `splitBy`."""

    def __init__(self, folder: Path, split_by: str) -> None:
        with (folder / f"refs({split_by}).p").open("rb") as f:
            refs = pickle.load(f)  # noqa: S301
        told = json.loads((folder / "instances.json").read_text())
        self.folder = folder
        self.images = {i["id"]: i for i in told["images"]}
        self.annotations = {a["id"]: a for a in told["annotations"]}
        self.categories = {c["id"]: c["name"] for c in told["categories"]}
        self.refs = {r["ref_id"]: r for r in refs}
        self.sentences = {s["sent_id"]: s for r in refs for s in r["sentences"]}
        for ref in refs:
            annotation = self.annotations[ref["ann_id"]]
            assert (annotation["image_id"], annotation["category_id"]) == (ref["image_id"], ref["category_id"])
            assert ref["category_id"] in self.categories and ref["image_id"] in self.images
            assert ref["sent_ids"] == [s["sent_id"] for s in ref["sentences"]]
            assert all(set(s) == {"sent_id", "sent", "raw", "tokens"} for s in ref["sentences"])
        assert len(self.refs) == len(refs)
        assert len(self.sentences) == sum(len(r["sentences"]) for r in refs)

    def box(self, ref: dict[str, Any]) -> list[float]:
        return self.annotations[ref["ann_id"]]["bbox"]

    def mask(self, ref: dict[str, Any]) -> Any:
        coding = pytest.importorskip("pycocotools.mask")
        image, annotation = self.images[ref["image_id"]], self.annotations[ref["ann_id"]]
        return coding.decode(coding.frPyObjects(annotation["segmentation"], image["height"], image["width"])).sum(2)


def test_the_public_readers_index_finds_every_expression_with_its_box_and_mask(tmp_path: Path) -> None:
    report = exported(
        tmp_path,
        grounded(1, ("the left cup", "cup", [CUP]), ("a cup", "cup", [CUP]), ("the dog", "dog", [DOG])),
        grounded(2, ("a dog that sits", "dog", [DOG]), split="testA"),
        split_by="unc",
    )
    index = Index(tmp_path / "refcoco", "unc")
    said = [([s["sent"] for s in r["sentences"]], r["split"], index.box(r)) for r in index.refs.values()]
    assert said == [
        (["a dog that sits"], "testA", [20, 5, 19, 24]),
        (["the left cup", "a cup"], "train", [2, 3, 10, 12]),
        (["the dog"], "train", [20, 5, 19, 24]),
    ]
    assert index.sentences[1]["tokens"] == ["a", "dog", "that", "sits"]
    assert abs(int(index.mask(index.refs[2]).sum()) - 120) <= 12
    for image in index.images.values():
        assert (tmp_path / "refcoco" / image["file_name"]).is_file()
    assert (report.rows_out, report.images) == (2, 2)
    coco = pytest.importorskip("pycocotools.coco").COCO(str(tmp_path / "refcoco/instances.json"))
    assert (sorted(coco.anns), sorted(coco.imgs)) == ([1, 2, 3, 4], [1, 2])


def test_the_pickle_has_protocol_2_and_equal_refs_give_equal_bytes_whether_or_not_they_share_strings(
    tmp_path: Path,
) -> None:
    for name, say in (("a", str), ("b", lambda text: "".join(list(text)))):
        (tmp_path / name).mkdir()
        same = "the cup of tea"
        items = [grounded(i, (say(same), "cup", [CUP])) for i in (1, 2)]
        refcoco_export.write(Export(tmp_path, tmp_path / name, "error", {}, items))
    first, second = ((tmp_path / n / "refs(mmr).p").read_bytes() for n in ("a", "b"))
    assert first == second
    opcode, protocol, _ = next(pickletools.genops(first))
    assert (opcode.name, protocol) == ("PROTO", 2)


def test_phrases_about_no_or_several_places_are_a_named_loss(tmp_path: Path) -> None:
    both = ("the animals", "dog", [DOG, CUP])
    items = [
        grounded(1, ("the cup", "cup", [CUP]), both, ("a unicorn", "unicorn", [])),
        grounded(2, both),
        grounded(3).having(truth={}),
        grounded(4, ("x", "cup", [CUP])).having(images=(), messages=(), regions=()),
    ]
    report = exported(tmp_path, *items, policy="degrade")
    assert report.degraded == {"phrase_not_about_one_place": 1}
    assert report.dropped == {"no_expression_about_one_place": ["g2", "g3"], "no_image": ["g4"]}
    assert [r["sentences"][0]["sent"] for r in Index(tmp_path / "refcoco", "mmr").refs.values()] == ["the cup"]
    with pytest.raises(InputError, match="'g1'"):
        export_dataset(tmp_path / "in", "refcoco", tmp_path / "strict", policy="error")


def test_a_box_rounded_by_a_recipe_is_the_region_it_stands_for(tmp_path: Path) -> None:
    rounded = [round(v + 0.1) for v in CUP]
    exported(tmp_path, grounded(1, ("the cup", "cup", [rounded]), ("the spot", "spot", [[1, 1, 3, 3]])))
    index = Index(tmp_path / "refcoco", "mmr")
    assert [index.box(r) for r in index.refs.values()] == [[2, 3, 10, 12], [1, 1, 2, 2]]
    assert len(index.annotations) == 3


def test_a_name_that_is_no_part_of_a_file_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="split_by"):
        exported(tmp_path, grounded(1, ("the cup", "cup", [CUP])), split_by="../x")


def folder(tmp: Path, refs: list[dict[str, Any]], name: str = "refs(unc).p") -> Path:
    home = tmp / "refcoco"
    home.mkdir(exist_ok=True)
    (home / "a.png").write_bytes(picture(1, SIZE).data)
    images = [{"id": i, "file_name": "a.png", "width": 40, "height": 30} for i in (7, 8)]
    annotations = [
        {"id": 70 + i, "image_id": i, "category_id": 1, "bbox": [2, 3, 10, 12], "iscrowd": 0} for i in (7, 8)
    ]
    annotations.append({"id": 99, "image_id": 7, "category_id": 1, "bbox": [2, 3, 0, 12], "iscrowd": 0})
    told = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cup"}]}
    (home / "instances.json").write_text(json.dumps(told))
    (home / name).write_bytes(pickle.dumps(refs, 2))
    return home


def ref(image: int, annotation: int, split: str, *said: str) -> dict[str, Any]:
    return {"image_id": image, "ann_id": annotation, "split": split, "sentences": [{"sent": s} for s in said]}


def test_a_folder_is_read_by_image_and_split(tmp_path: Path) -> None:
    refs = [
        ref(7, 77, "train", "a cup", "the cup"), ref(8, 78, "testA", "cup"), ref(7, 77, "testA", "this cup"),
        ref(7, 99, "train", "nothing"), ref(5, 1, "train", "elsewhere"), ref(8, 42, "train", "not there"),
    ]  # fmt: skip
    reader, rows = open_source(folder(tmp_path, refs))
    assert reader.name == "refcoco"
    assert "1 images of refs(unc).p are not in instances.json" in rows.remarks
    found = {}
    for i in range(len(rows)):
        try:
            found[rows.sample(i).id] = rows.sample(i)
        except RowError as e:
            assert e.reason == "no_usable_expression"
    assert {name: [t["phrase"] for t in s.truth["targets"]] for name, s in found.items()} == {
        "train/7": ["a cup", "the cup"], "testA/8": ["cup"], "testA/7": ["this cup"],
    }  # fmt: skip
    sample = found["train/7"]
    assert (sample.split, sample.group, sample.kind) == ("train", "image:7", "record")
    assert sample.truth["targets"][0] == {"phrase": "a cup", "category": "cup", "boxes_px": [[2, 3, 12, 15]]}
    assert sample.meta["unusable"] == {"zero_area": 1, "expression_without_box": 1}


def test_one_split_and_one_of_several_files_can_be_asked_for(tmp_path: Path) -> None:
    folder(tmp_path, [ref(7, 77, "train", "a cup")], "refs(google).p")
    home = folder(tmp_path, [ref(7, 77, "train", "the cup"), ref(8, 78, "val", "cup")])
    with pytest.raises(InputError, match=r"2 files of refs .* option `refs`"):
        open_source(home)
    settings_ = {"refs": "refs(unc).p", "split": "val"}
    _, rows = open_source(home, options=ReadOptions(settings=settings_))
    assert [rows.sample(i).id for i in range(len(rows))] == ["val/8"]
    with pytest.raises(InputError, match="its splits are train, val"):
        open_source(home, options=ReadOptions(settings={**settings_, "split": "testB"}))


PHRASES = st.lists(st.text("ab cé杯", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=3)
CORNER = st.floats(0, 14, width=32)


@settings(max_examples=20)
@given(
    told=st.lists(
        st.tuples(st.sampled_from(("train", "val")), PHRASES, st.tuples(CORNER, CORNER)), min_size=1, max_size=4
    )
)
def test_what_is_exported_and_read_again_is_equal(tmp_path_factory: Any, told: list[Any]) -> None:
    tmp = tmp_path_factory.mktemp("round")
    items = []
    for number, (split, phrases, (x, y)) in enumerate(told):
        box = (x, y, x + 9.5, y + 12.25)
        image = picture(number, SIZE)
        sample = grounded(number, *((p, "cup", [list(box)]) for p in phrases), split=split)
        items.append(sample.having(regions=(Region(image.sha256, "cup", quad_of(box)),)))
    refcoco_export.write(Export(tmp, tmp, "error", {}, items))
    _, rows = open_source(tmp)
    again = {s.images[0].sha256: s for s in map(rows.sample, range(len(rows)))}
    assert len(again) == len(items)
    for sample in items:
        other = again[sample.images[0].sha256]
        assert other.split == sample.split
        wanted = list(dict.fromkeys(" ".join(t["phrase"].split()) for t in sample.truth["targets"]))
        assert [t["phrase"] for t in other.truth["targets"]] == wanted
        places = [box_of(r.quad) for r in sample.regions] * len(wanted)
        assert np.allclose([t["boxes_px"][0] for t in other.truth["targets"]], places, atol=1e-4)
