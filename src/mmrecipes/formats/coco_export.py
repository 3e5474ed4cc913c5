"""Exports regions as a COCO detection file: `instances.json` and the pictures.

Covered: every region of every sample once per image, categories from region labels, quads as polygons, texts and
tilted quads also under the keys `text` and `quad` that `coco` reads back, licences, `provenance.jsonl` beside.
A sample of turns without a box has nothing that the file can hold: it is left out, or with `degrade` a picture that a
trainer takes for one with nothing in it. A picture that came without turns and boxes is written as such, and counted.
Not covered: messages, truth and masks (the file has no place for them; the report counts them as not read), run-length
masks, splits.

Ids are integers from 1 in the order of the data; boxes are x, y, width, height in pixels of the upright picture.
"""

from __future__ import annotations

import math
from typing import Any

import orjson

from mmrecipes.core.boxes import Quad, box_of, quad_of
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Region, Sample
from mmrecipes.formats.export import Export, Exporter

Entry = dict[str, Any]


class Tables:
    """The lists of the file while it is gathered; numbers are given in the order of first appearance."""

    def __init__(self) -> None:
        self.images: dict[str, Entry] = {}
        self.annotations: list[Entry] = []
        self._seen: dict[tuple[Any, ...], int] = {}
        self.categories: dict[str, int] = {}
        self.licences: dict[str, int] = {}

    def image(self, image: Image, file_name: str, licence: str) -> int:
        """The id of a picture, entered when it is new."""
        if image.sha256 not in self.images:
            entry: Entry = {"id": len(self.images) + 1, "file_name": file_name}
            entry |= {"width": image.width, "height": image.height}
            if licence:
                entry["license"] = self.licences.setdefault(licence, len(self.licences) + 1)
            self.images[image.sha256] = entry
        return self.images[image.sha256]["id"]

    def region(self, region: Region, image_id: int) -> int:
        """The annotation id of a region of that image, entered when it is new."""
        key = (image_id, region.label, region.text, region.quad)
        if key in self._seen:
            return self._seen[key]
        box = box_of(region.quad)
        corners = [float(v) for point in region.quad for v in point]
        category = self.categories.setdefault(region.label or "object", len(self.categories) + 1)
        entry: Entry = {"id": len(self.annotations) + 1, "image_id": image_id, "category_id": category}
        entry |= {"bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]]}
        entry |= {"area": quad_area(region.quad), "iscrowd": 0, "segmentation": [corners]}
        if region.text:
            entry["text"] = region.text
        if region.text or region.quad != quad_of(box):
            entry["quad"] = corners
        self.annotations.append(entry)
        self._seen[key] = entry["id"]
        return entry["id"]

    def to_json(self) -> Entry:
        """The content of `instances.json`."""
        return {
            "info": {"description": "exported by mmrecipes", "version": "1.0"},
            "licenses": [{"id": i, "name": name, "url": ""} for name, i in self.licences.items()],
            "images": list(self.images.values()),
            "annotations": self.annotations,
            "categories": [{"id": i, "name": name, "supercategory": ""} for name, i in self.categories.items()],
        }


def quad_area(quad: Quad) -> float:
    """Area of a quad in square pixels (shoelace formula)."""
    pairs = zip(quad, (*quad[1:], quad[0]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def is_drawable(region: Region) -> bool:
    """Whether all corners are finite and the region has an area."""
    finite = all(math.isfinite(v) for point in region.quad for v in point)
    return finite and quad_area(region.quad) > 0


def unplaced(sample: Sample) -> list[str]:
    """Why the regions of a sample have no picture to be in, as reasons."""
    if not sample.images:
        return ["no_image"]
    known = {im.sha256 for im in (*sample.images, *(e.image for e in sample.extras))}
    return ["region_of_an_unknown_image"] if any(r.ref not in known for r in sample.regions) else []


def write(export: Export) -> None:
    """Write `instances.json`, `provenance.jsonl` and the pictures of a dataset."""
    tables = Tables()
    with export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            drawable = [r for r in sample.regions if is_drawable(r)]
            lossy = ["empty_region"] if len(drawable) < len(sample.regions) else []
            lossy += ["no_boxes"] if sample.messages and not drawable else []
            if not export.admits(sample, unplaced(sample), lossy):
                continue
            enter(sample, drawable, tables, export)
            beside.write(export.provenance(sample))
            export.keep(sample, read={"extras", "regions"})
            export.report.degraded.update(["picture_without_boxes"] * (not drawable and not sample.messages))
    with export.new_text("instances.json") as f:
        f.write(orjson.dumps(tables.to_json(), option=orjson.OPT_SERIALIZE_NUMPY))


def enter(sample: Sample, regions: list[Region], tables: Tables, export: Export) -> dict[str, int]:
    """Write the sample's pictures and enter them and these regions; returns the image id by SHA-256."""
    shown = {im.sha256: im for im in (*sample.images, *(sample.image(r.ref) for r in regions))}
    ids = {sha: tables.image(im, export.image(im), sample.licence) for sha, im in shown.items()}
    for region in regions:
        tables.region(region, ids[region.ref])
    return ids


EXPORTS = (
    Exporter(
        "coco",
        "COCO detection file of the regions: instances.json and pictures",
        write,
        tested_with="pycocotools.coco.COCO",
    ),
)
