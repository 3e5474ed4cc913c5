"""Exports referring expressions as a RefCOCO folder: `instances.json`, `refs(<split_by>).p` and the pictures.

Covered: every grounding target whose phrase is about exactly one box or quad; expressions about one place gathered in
one ref per split; all regions of the sample as annotations; `provenance.jsonl` beside. Not covered: phrases about
several places or none (a ref has one annotation), points, masks (the segmentation is the region's quad), messages.

Ids are integers from 1 in the order of the data. `refer.py` opens the folder when its name is one it knows
(`refcoco`, `refcoco+`, `refcocog`) and finds pictures below its image folder by `file_name`.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mmrecipes.core.boxes import Quad, box_of, iou, quad_of
from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Region, Sample
from mmrecipes.formats.coco_export import Entry, Tables, enter, is_drawable, unplaced
from mmrecipes.formats.export import Export, Exporter

PROTOCOL = 2
"""Of the pickle: the newest that the Python 2 of the public reader understands."""
SAME_PLACE = 0.95
"""IoU from which a target's box is taken to be a region of that category."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class _Refs:
    """The list of refs while it is gathered."""

    def __init__(self) -> None:
        self.entries: dict[tuple[int, str], Entry] = {}
        self._sentences = 0

    def add(self, annotation: Mapping[str, Any], file_name: str, split: str, phrase: str) -> None:
        """Enter a phrase about an annotation; one said before in that split counts once."""
        ref = self.entries.setdefault(
            (annotation["id"], split),
            {
                "ref_id": len(self.entries) + 1, "ann_id": annotation["id"], "category_id": annotation["category_id"],
                "image_id": annotation["image_id"], "file_name": file_name, "split": split, "sent_ids": [],
                "sentences": [],
            },
        )  # fmt: skip
        said = " ".join(phrase.split())
        if any(s["sent"] == said for s in ref["sentences"]):
            return
        self._sentences += 1
        ref["sent_ids"].append(self._sentences)
        words = _WORD.findall(said.lower())
        ref["sentences"].append({"sent_id": self._sentences, "sent": said, "raw": phrase, "tokens": words})

    def pickled(self) -> bytes:
        """The list, with the same bytes for equal refs (`fast`: no memo, which would depend on shared strings)."""
        out = io.BytesIO()
        pickler = pickle.Pickler(out, PROTOCOL)
        pickler.fast = True
        pickler.dump(list(self.entries.values()))
        return out.getvalue()


def write(export: Export) -> None:
    """Write `instances.json`, the refs, `provenance.jsonl` and the pictures of a dataset."""
    split_by = export.options.get("split_by", "mmr")
    if not re.fullmatch(r"[A-Za-z0-9_]+", split_by):
        raise UsageError(f"option split_by={split_by}: use letters, digits and _; it becomes part of a file name")
    tables, refs = Tables(), _Refs()
    with export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            said = list(_referred(sample))
            drawable = [r for r in sample.regions if is_drawable(r)]
            if not export.admits(sample, _impossible(sample, said), _lossy(sample, said, drawable)):
                continue
            _enter(sample, said, drawable, (tables, refs), export)
            beside.write(export.provenance(sample))
            export.keep(sample, read={"extras", "regions", "truth"})
    with export.new_text("instances.json") as f:
        f.write(orjson.dumps(tables.to_json(), option=orjson.OPT_SERIALIZE_NUMPY))
    with export.new_text(f"refs({split_by}).p") as f:
        f.write(refs.pickled())


EXPORTS = (
    Exporter(
        "refcoco",
        "RefCOCO folder of referring expressions: instances.json, refs(<split_by>).p and pictures",
        write,
        options={"split_by": "the name in refs(<split_by>).p (default mmr)"},
        tested_with="pycocotools.coco.COCO and the index of refer.py, restated",
    ),
)


def _referred(sample: Sample) -> Iterator[tuple[str, str, Quad]]:
    """(phrase, category, place) of every target of one place."""
    for target in sample.truth.get("targets") or ():
        places = [*(quad_of(_four(b)) for b in target.get("boxes_px") or ()), *_quads(target.get("quads_px") or ())]
        if len(places) == 1 and str(target.get("phrase") or "").strip():
            yield target["phrase"], str(target.get("category") or ""), places[0]


def _four(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = map(float, box)
    return x0, y0, x1, y1


def _quads(given: Any) -> Iterator[Quad]:
    for numbers in given:
        ax, ay, bx, by, cx, cy, dx, dy = map(float, numbers)
        yield ((ax, ay), (bx, by), (cx, cy), (dx, dy))


def _impossible(sample: Sample, said: list[tuple[str, str, Quad]]) -> list[str]:
    several = ["several_images"] if len(sample.images) > 1 else []
    return [*unplaced(sample), *several, *([] if said else ["no_expression_about_one_place"])]


def _lossy(sample: Sample, said: list[tuple[str, str, Quad]], drawable: list[Region]) -> list[str]:
    reasons = ["empty_region"] if len(drawable) < len(sample.regions) else []
    return [*reasons, *(["phrase_not_about_one_place"] if len(said) < len(sample.truth.get("targets") or ()) else [])]


def _enter(
    sample: Sample,
    said: list[tuple[str, str, Quad]],
    regions: list[Region],
    lists: tuple[Tables, _Refs],
    export: Export,
) -> None:
    tables, refs = lists
    (image,) = sample.images
    image_id = enter(sample, regions, tables, export)[image.sha256]
    for phrase, category, quad in said:
        region = _region_at(quad, category, regions) or Region(image.sha256, category, quad)
        annotation = tables.annotations[tables.region(region, image_id) - 1]
        refs.add(annotation, tables.images[image.sha256]["file_name"], sample.split, phrase)


def _region_at(quad: Quad, category: str, regions: list[Region]) -> Region | None:
    """The region of that category at that place, the best fit first."""
    box = box_of(quad)
    fits = [(iou(box, box_of(r.quad)), -i, r) for i, r in enumerate(regions) if r.label == category]
    best = max(fits, default=(0.0, 0, None), key=lambda fit: fit[:2])
    return best[2] if best[0] >= SAME_PLACE else None
