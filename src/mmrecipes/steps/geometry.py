"""From annotations as people write them to instances that can be asked about.

Covered: COCO boxes to corners in the upright picture (by `formats.frames`), unusable geometry with a reason each,
duplicates merged, a fixed order, and which categories are no longer fully boxed afterwards. Not covered: finding
objects in pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from mmrecipes.core.boxes import Box, Quad, box_of, iou
from mmrecipes.formats.coco import corners_of
from mmrecipes.formats.frames import Frame, box_in, quad_in

Order = Literal["yx", "x"]


@dataclass(frozen=True, slots=True)
class Instance:
    """A usable annotated object. `box` and `quad` lie inside the picture, in pixels; `segmentation` is as given,
    in the declared frame."""

    ann_ids: tuple[int | str, ...]
    category: str
    box: Box
    quad: Quad | None = None
    text: str = ""
    phrases: tuple[str, ...] = ()
    segmentation: Any = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What came out of one image: instances in order, reasons with counts, and categories of which an instance is
    in the picture without a usable box (so "all of them" cannot be claimed)."""

    instances: tuple[Instance, ...]
    dropped: Mapping[str, int]
    incomplete: frozenset[str]


def place(
    annotations: Iterable[Mapping[str, Any]], frame: Frame, min_side: float, min_area: float, order: Order
) -> Placed:
    """Usable instances of one image, in the order of their top-left corners: (y, x), or x for order "x".

    An annotation has COCO's keys and `category`, or `wrong` (a reason found while reading). The order of the
    input never shows in the result.
    """
    dropped: Counter[str] = Counter()
    incomplete: set[str] = set()
    instances = []
    for annotation in annotations:
        made = _instance(annotation, frame, min_side, min_area)
        if isinstance(made, Instance):
            instances.append(made)
            continue
        dropped[made] += 1
        if annotation.get("category"):
            incomplete.add(str(annotation["category"]))
    ordered = in_order(instances, order)
    merged = merge_duplicates(ordered)
    return Placed(tuple(merged), dict(sorted(dropped.items())), frozenset(incomplete))


def _instance(annotation: Mapping[str, Any], frame: Frame, min_side: float, min_area: float) -> Instance | str:
    if annotation.get("wrong"):
        return str(annotation["wrong"])
    if annotation.get("iscrowd"):
        return "crowd"
    corners = corners_of(annotation.get("bbox"))
    if isinstance(corners, str):
        return corners
    box = box_in(corners, frame, min_side, min_area)
    if isinstance(box, str):
        return box
    text = str(annotation.get("text") or annotation.get("utf8_string") or "").strip()
    segmentation = annotation.get("segmentation")
    quad = quad_in(annotation.get("quad"), frame)
    if text and quad is None and isinstance(segmentation, list) and len(segmentation) == 1:
        quad = quad_in(segmentation[0], frame)
    phrases = [annotation["phrase"]] if annotation.get("phrase") else annotation.get("phrases") or []
    said = tuple(dict.fromkeys(" ".join(str(p).split()) for p in phrases if str(p).strip()))
    ann_id = annotation.get("id", "")
    return Instance(
        (ann_id,), str(annotation["category"]), box_of(quad) if quad else box, quad, text, said, segmentation
    )


def in_order(instances: Iterable[Instance], order: Order) -> list[Instance]:
    """Sorted by top-left corner; equal corners by the rest of the box, then category, text and id."""

    def key(one: Instance) -> tuple[Any, ...]:
        x0, y0, x1, y1 = one.box
        corner = (y0, x0) if order == "yx" else (x0, y0)
        return (*corner, y1, x1, one.category, one.text, tuple(map(str, one.ann_ids)))

    return sorted(instances, key=key)


def merge_duplicates(instances: Sequence[Instance], over: float = 0.95) -> list[Instance]:
    """Instances of one category and text whose boxes overlap by more than `over` (IoU) become one."""
    kept: list[Instance] = []
    for one in instances:
        for i, other in enumerate(kept):
            if (one.category, one.text) == (other.category, other.text) and iou(one.box, other.box) > over:
                phrases = tuple(dict.fromkeys((*other.phrases, *one.phrases)))
                kept[i] = replace(other, ann_ids=(*other.ann_ids, *one.ann_ids), phrases=phrases)
                break
        else:
            kept.append(one)
    return kept
