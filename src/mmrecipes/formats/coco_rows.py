"""Rows of a COCO file as samples: an image with its boxes as regions, or with its captions.

Covered: detection files (with masks and texts, see `coco`) and caption files, told apart by `categories`; boxes turned
and clipped into the upright picture. Not covered: crowds (a box around many objects is no region of one), keypoints,
panoptic files; masks are kept as the file has them, in the frame that `meta` names when it is not the upright one.

A row without a usable annotation is a row all the same: an image on which nothing is annotated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.image import image_from_file
from mmrecipes.core.sample import Region, Sample
from mmrecipes.formats.coco import CocoFile, annotation_file, corners_of, identified, read_coco
from mmrecipes.formats.coco_captions import CocoCaptions, read_captions
from mmrecipes.formats.frames import Frame, box_in, quad_in
from mmrecipes.formats.json_lists import open_lists
from mmrecipes.formats.look import HEAD, Look
from mmrecipes.formats.pictures import Picture, Pictures, located_pictures, pictures_of, read_picture
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows

_OWN = frozenset({"bbox", "category", "category_id", "image_id", "iscrowd", "text", "utf8_string", "quad"})
"""Keys of an annotation that its region says already."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """The usable annotations of one image: `regions`, and in the same order what else each annotation has; `unusable`
    counts the others by reason."""

    regions: tuple[Region, ...]
    beside: tuple[Mapping[str, Any], ...]
    unusable: Mapping[str, int]


def annotated(annotations: Iterable[Mapping[str, Any]], picture: Picture) -> Annotated:
    """Annotations as `coco.ImageRow` has them, in the order of the file, as regions of the upright picture."""
    frame = Frame(picture.declared, picture.orientation, picture.image.size)
    regions: list[Region] = []
    beside: list[Mapping[str, Any]] = []
    unusable: Counter[str] = Counter()
    for annotation in annotations:
        region = _region(annotation, frame, picture.image.sha256)
        if isinstance(region, str):
            unusable[region] += 1
            continue
        regions.append(region)
        beside.append({k: v for k, v in annotation.items() if k not in _OWN})
    return Annotated(tuple(regions), tuple(beside), dict(sorted(unusable.items())))


def _region(annotation: Mapping[str, Any], frame: Frame, ref: str) -> Region | str:
    if annotation.get("wrong"):
        return str(annotation["wrong"])
    if annotation.get("iscrowd"):
        return "crowd"
    corners = corners_of(annotation.get("bbox"))
    if isinstance(corners, str):
        return corners
    box = box_in(corners, frame, 0, 0)
    if isinstance(box, str):
        return box
    text = str(annotation.get("text") or annotation.get("utf8_string") or "")
    quad = quad_in(annotation.get("quad"), frame)
    return Region(ref, str(annotation["category"]), quad or quad_of(box), text)


def frame_note(picture: Picture) -> dict[str, Any]:
    """What `meta` says when masks are given in another frame than the upright picture."""
    if picture.orientation == 1:
        return {}
    return {"mask_frame": {"size": list(picture.declared), "exif_orientation": picture.orientation}}


@dataclass(frozen=True, slots=True)
class _Detections:
    _file: CocoFile
    _pictures: Pictures

    @property
    def columns(self) -> Sequence[str]:
        return (*self._file.rows[0].image, "annotations")

    @property
    def remarks(self) -> Sequence[str]:
        return (*self._file.notes, *self._file.unusable)

    def __len__(self) -> int:
        return len(self._file.rows)

    def sample(self, index: int) -> Sample:
        """A `record`: the image, a region per usable annotation. Raises what `Rows.sample` says."""
        row, file = self._file.rows[index], self._file
        if row.wrong:
            raise RowError(row.wrong, f"{file.path}: image {index + 1} of the list")
        entry = row.image
        picture = read_picture(self._pictures.find(entry["file_name"]), (entry.get("width"), entry.get("height")))
        found = annotated(row.annotations, picture)
        meta: dict[str, Any] = {**entry, **frame_note(picture), "annotations": list(found.beside)}
        return Sample(
            id=str(entry["id"]),
            kind="record",
            source=file.description or file.path.stem,
            licence=licence_of(file.licences, entry),
            truth_source="annotated",
            images=(picture.image,),
            regions=found.regions,
            meta=meta | ({"unusable": found.unusable} if found.unusable else {}),
        )


@dataclass(frozen=True, slots=True)
class _Captions:
    _file: CocoCaptions
    _pictures: Pictures
    _wrong: Mapping[int, str]

    @property
    def columns(self) -> Sequence[str]:
        return (*self._file.images[0], "caption")

    @property
    def remarks(self) -> Sequence[str]:
        counts = Counter(self._wrong.values())
        return [f"{count} of {len(self)} images unusable: {reason}" for reason, count in sorted(counts.items())]

    def __len__(self) -> int:
        return len(self._file.images)

    def sample(self, index: int) -> Sample:
        """A `record`: the image, its captions in `truth`. Raises what `Rows.sample` says."""
        if index in self._wrong:
            raise RowError(self._wrong[index], f"{self._file.path}: image {index + 1} of the list")
        entry = self._file.images[index]
        captions = self._file.of(entry["id"])
        if not captions:
            raise RowError("no_caption", f"{self._file.path}: image {entry['id']} has no caption")
        return Sample(
            id=str(entry["id"]),
            kind="record",
            source=self._file.description or self._file.path.stem,
            licence=licence_of(self._file.licences, entry),
            truth_source="annotated",
            images=(image_from_file(self._pictures.find(entry["file_name"])),),
            truth={"kind": "captions", "captions": captions},
            meta=dict(entry),
        )


def licence_of(licences: Mapping[Any, str], entry: Mapping[str, Any]) -> str:
    """The name of the licence an image entry gives by id, or an empty string."""
    named = entry.get("license")
    return licences.get(named, "") if isinstance(named, (int, str)) else ""


def open_coco(path: Path, options: ReadOptions) -> Rows:
    """The rows of a COCO file, or of the one in a folder. Raises `InputError` when it is not one, or has no picture."""
    file = annotation_file(path)
    value = open_lists(file)
    if isinstance(value, dict) and "categories" not in value and "images" in value:
        captions = read_captions(file)
        _, wrong, _ = identified(captions.images)
        names = (e["file_name"] for i, e in enumerate(captions.images) if i not in wrong)
        return _Captions(captions, located_pictures(file, names, options.images), wrong)
    detections = read_coco(file)
    return _Detections(detections, pictures_of(detections, options.images))


_LIST = re.compile(r'"(?:images|annotations)"\s*:\s*\[\s*\{[^{}]*"(?:file_name|image_id)"\s*:')
_EMPTY = re.compile(r'"images"\s*:\s*\[\s*\]')


def recognises_coco(look: Look) -> str:
    """An object with lists of images and annotations, as far as its beginning shows."""
    try:
        file = annotation_file(look.path)
    except InputError:
        return ""
    if file.suffix.lower() != ".json":
        return ""
    with file.open("rb") as opened:
        head = opened.read(HEAD).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore").lstrip()
    found = head.startswith("{") and (_LIST.search(head) or (_EMPTY.search(head) and '"annotations"' in head))
    return f"{file.name} lists images and annotations by id" if found else ""


READERS = (
    Reader(
        "coco",
        "COCO detection or caption file: boxes as regions, captions as truth",
        recognises_coco,
        open_coco,
        rank=40,
    ),
)
