"""Reads COCO detection files: one JSON with images, annotations and categories.

Covered: checking the file, an index with random access by image (entries stay on disk, see `json_lists`), counts of
what cannot be used; the optional keys listed under `ImageRow`. Not covered: pictures (see `pictures`), keypoints,
panoptic files. Masks are kept as they are (see `masks`), boxes too: x, y, width, height in pixels of the frame that
the file's width and height describe.

Nothing is repaired here. A file that is not COCO raises `InputError`; what is wrong with one image or annotation
becomes a short reason on that row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box
from mmrecipes.core.errors import InputError
from mmrecipes.formats.json_lists import ListOnDisk, open_lists

Names = Mapping[int | str, str]
"""id -> name."""
TAUGHT_KEYS = ("text", "utf8_string", "quad", "phrase", "phrases", "legibility")
"""Keys of an annotation, beyond COCO's own, that are kept."""


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image of the file and its annotations, all JSON values.

    `image` is the file's own entry; beyond COCO's keys these are understood: `caption` (str) with `phrases`
    ([{start, end, ann_ids}], character offsets into the caption), `neg_category_ids` and
    `not_exhaustive_category_ids` (LVIS). Each annotation has the file's own keys and `category` (its name), or
    `wrong`: `annotation_not_an_object`, `no_bbox`, `unknown_category`, `duplicate_annotation_id`.
    `wrong` on the row: `image_entry_broken`, `duplicate_image_id`.
    """

    image: Mapping[str, Any]
    annotations: tuple[Mapping[str, Any], ...]
    wrong: str = ""


class Rows:
    """The rows in file order, each read from the file when it is asked for."""

    def __init__(self, images: Sequence[Any], annotations: Sequence[Any], index: _Index, names: Names) -> None:
        self._images, self._annotations, self._index, self._names = images, annotations, index, names

    def __len__(self) -> int:
        return len(self._images)

    def __iter__(self) -> Iterator[ImageRow]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int) -> ImageRow:
        """The row at an index >= 0. Raises `InputError` when the file was changed meanwhile."""
        image, wrong = self._images[index], self._index.wrong_images.get(index, "")
        own = () if wrong else tuple(map(self._annotation, self._index.of(index)))
        return ImageRow(image if isinstance(image, dict) else {}, own, wrong)

    def _annotation(self, number: int) -> Mapping[str, Any]:
        entry = self._annotations[number]
        kept = {k: entry[k] for k in _KEPT if k in entry}
        wrong = _wrong_annotation(kept, self._names, number in self._index.duplicates)
        if wrong:
            kept["wrong"] = wrong
        kept["category"] = self._names.get(kept["category_id"], "") if _hashable(kept.get("category_id")) else ""
        return kept


@dataclass(frozen=True, slots=True)
class CocoFile:
    """A checked COCO file. `image_ids` are those of `rows` (None for a broken entry); `categories` maps id to name
    in file order; `notes` say what is odd about the file, `unusable` how much of it cannot be used and why, as far as
    it is known without the pictures."""

    path: Path
    rows: Rows
    image_ids: tuple[int | str | None, ...]
    categories: Names
    licences: Names
    description: str
    notes: tuple[str, ...] = field(default=())
    unusable: tuple[str, ...] = field(default=())


def read_coco(path: Path) -> CocoFile:
    """The file, checked and indexed; kept in memory per process as long as it does not change.

    `path` may be a folder with one annotation file. Raises `InputError` for a file that is missing, not JSON, not
    COCO or empty.
    """
    file = annotation_file(path)
    stat = file.stat()
    return _read(file, stat.st_mtime_ns, stat.st_size)


def annotation_file(path: Path) -> Path:
    """The JSON itself, or the one in a folder (`instances.json`, `_annotations.coco.json` or the only JSON)."""
    if path.is_dir():
        known = [path / n for n in ("instances.json", "_annotations.coco.json") if (path / n).is_file()]
        found = known[:1] or sorted(path.glob("*.json")) or sorted(path.glob("annotations/instances*.json"))
        if len(found) != 1:
            what = "no JSON file" if not found else f"{len(found)} JSON files"
            raise InputError(f"{path} holds {what}: give the path of the COCO annotation file itself")
        return found[0]
    if not path.is_file():
        raise InputError(f"{path} does not exist: give the path of a COCO annotation file (JSON)")
    return path


@lru_cache(maxsize=2)
def _read(path: Path, mtime: int, size: int) -> CocoFile:
    value = open_lists(path)
    if not isinstance(value, dict):
        raise InputError(f"{path} is not a COCO file: a {type(value).__name__} instead of an object with `images`")
    images, categories, annotations = (_list(path, value, key) for key in ("images", "categories", "annotations"))
    if not images:
        raise InputError(f"{path}: the list of images is empty")
    names = _named(path, categories, "name")
    ids, wrong, sizes = identified(images)
    if len(wrong) == len(ids):
        raise InputError(f"{path}: no entry of `images` has an id and a file_name: this is not a COCO file")
    index, zero, unusable = _indexed(annotations, ids, wrong, names, sizes)
    orphans = len(annotations) - len(index.annotations)
    info = value.get("info")
    return CocoFile(
        path,
        Rows(images, annotations, index, names),
        tuple(ids),
        names,
        _named(path, value.get("licenses"), "name", "url"),
        str(info.get("description") or "") if isinstance(info, dict) else "",
        tuple(_notes(orphans, zero or 0 in names or 0 in ids)),
        (*_counted(len(ids), "images", Counter(wrong.values())), *_counted(len(annotations), "annotations", unusable)),
    )


_IN_WORDS = {
    "image_entry_broken": "without an id or file_name",
    "duplicate_image_id": "with an id used before",
    "duplicate_annotation_id": "with an id used before",
    "unknown_category": "of an unknown category",
    "no_bbox": "without a box",
    "bad_bbox": "whose box is not four numbers",
    "nan_box": "whose box is not a number",
    "inverted_box": "whose box has a negative side",
    "zero_area": "whose box has no area",
    "outside_image": "outside the image",
    "crowd": "marked as a crowd",
}


def _counted(total: int, what: str, unusable: Mapping[str, int]) -> list[str]:
    """ "3 of 10 annotations are unusable: 2 outside the image, 1 of an unknown category", or nothing."""
    if not unusable:
        return []
    reasons = sorted(unusable.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count} {_IN_WORDS[reason]}" for reason, count in reasons)
    return [f"{sum(unusable.values())} of {total} {what} unusable: {listed}"]


def _notes(orphans: int, zero: bool) -> list[str]:
    notes = []
    if orphans:
        notes.append(f"{orphans} annotations name an image the file does not have")
    if zero:
        notes.append("ids start at 0: accepted, though some evaluators skip id 0")
    return notes


def _list(path: Path, value: Mapping[str, Any], key: str) -> Sequence[Any]:
    if key not in value:
        raise InputError(f"{path} is not a COCO detection file: it has no `{key}` (it has {', '.join(value) or '-'})")
    if not isinstance(value[key], ListOnDisk):
        raise InputError(f"{path}: `{key}` is a {type(value[key]).__name__}, not a list")
    return value[key]


def _named(path: Path, entries: Any, *keys: str) -> Names:
    """id -> name; two names for one id cannot be told apart."""
    names: dict[int | str, str] = {}
    for entry in entries if isinstance(entries, ListOnDisk) else ():
        if not isinstance(entry, dict) or "id" not in entry or not _hashable(entry["id"]):
            raise InputError(f"{path}: an entry without an id: {str(entry)[:80]}")
        name = next((str(entry[k]) for k in keys if entry.get(k)), "")
        if names.setdefault(entry["id"], name) != name:
            raise InputError(f"{path}: id {entry['id']} names both {names[entry['id']]!r} and {name!r}")
    return names


def _hashable(value: Any) -> TypeGuard[int | str]:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def identified(
    images: Sequence[Any],
) -> tuple[list[int | str | None], dict[int, str], npt.NDArray[np.float64]]:
    """The id of every image entry (None without a usable one), what is wrong by position, and the declared width and
    height (NaN without a number)."""
    sizes = np.full((len(images), 2), math.nan)
    ids: list[int | str | None] = []
    wrong: dict[int, str] = {}
    seen: set[int | str] = set()
    for i, entry in enumerate(images):
        given = entry.get("id") if isinstance(entry, dict) else None
        own = given if _hashable(given) else None
        ids.append(own)
        if own is None or not isinstance(entry.get("file_name"), str):
            wrong[i] = "image_entry_broken"
        elif own in seen:
            wrong[i] = "duplicate_image_id"
        else:
            seen.add(own)
            size = (entry.get("width"), entry.get("height"))
            if all(isinstance(v, (int, float)) for v in size):
                sizes[i] = size
    return ids, wrong, sizes


_KEPT = ("id", "image_id", "category_id", "bbox", "iscrowd", "segmentation", *TAUGHT_KEYS)


@dataclass(frozen=True, slots=True)
class _Index:
    """Which annotations belong to which image.

    `annotations` holds positions in the file's list, those of image i at `first[i]` to `first[i + 1]`.
    `duplicates` are positions whose annotation id was seen before.
    """

    first: npt.NDArray[np.int64]
    annotations: npt.NDArray[np.int32]
    duplicates: frozenset[int]
    wrong_images: Mapping[int, str]

    def of(self, image: int) -> list[int]:
        return self.annotations[self.first[image] : self.first[image + 1]].tolist()


def _indexed(
    annotations: Sequence[Any],
    ids: Sequence[int | str | None],
    wrong: Mapping[int, str],
    names: Names,
    sizes: npt.NDArray[np.float64],
) -> tuple[_Index, bool, Counter[str]]:
    """The annotations by image, whether one of their ids is 0, and why those of an image of the file are unusable."""
    unusable: Counter[str] = Counter()
    place = {own: i for i, own in enumerate(ids) if i not in wrong}
    owners = np.full(len(annotations), -1, np.int32)
    seen: set[int | str] = set()
    duplicates: set[int] = set()
    zero = False
    for number, entry in enumerate(annotations):
        if not isinstance(entry, dict) or not _hashable(entry.get("image_id")):
            continue
        owners[number] = place.get(entry["image_id"], -1)
        own = entry.get("id")
        zero = zero or own == 0 or entry.get("category_id") == 0
        if _hashable(own):
            if own in seen:
                duplicates.add(number)
            seen.add(own)
        if owners[number] >= 0 and (reason := _unusable(entry, names, number in duplicates, sizes[owners[number]])):
            unusable[reason] += 1
    order = np.argsort(owners, kind="stable")
    first = np.searchsorted(owners[order], np.arange(len(ids) + 1))
    return _Index(first - first[0], order[first[0] :].astype(np.int32), frozenset(duplicates), wrong), zero, unusable


def _wrong_annotation(entry: Mapping[str, Any], names: Names, duplicate: bool) -> str:
    if duplicate:
        return "duplicate_annotation_id"
    category = entry.get("category_id")
    if not _hashable(category) or not names.get(category):
        return "unknown_category"
    return "" if isinstance(entry.get("bbox"), list) else "no_bbox"


def _unusable(entry: Mapping[str, Any], names: Names, duplicate: bool, size: npt.NDArray[np.float64]) -> str:
    """Why an annotation cannot be used, as far as the file alone tells; empty when it may be usable."""
    if wrong := _wrong_annotation(entry, names, duplicate):
        return wrong
    if entry.get("iscrowd"):
        return "crowd"
    corners = corners_of(entry["bbox"])
    if isinstance(corners, str):
        return corners
    width, height = size.tolist()
    outside = corners[0] >= width or corners[1] >= height or corners[2] <= 0 or corners[3] <= 0
    return "outside_image" if outside else ""


_NUMBERS = frozenset({int, float})


def corners_of(xywh: Any) -> Box | str:
    """x0, y0, x1, y1 of a COCO box, or why not: `bad_bbox`, `nan_box`, `inverted_box`, `zero_area`."""
    if not isinstance(xywh, (list, tuple)) or len(xywh) != 4 or not _NUMBERS.issuperset(map(type, xywh)):
        return "nan_box" if isinstance(xywh, list) and len(xywh) == 4 and None in xywh else "bad_bbox"
    x, y, w, h = map(float, xywh)
    if not math.isfinite(x + y + w + h):
        return "nan_box"
    if w < 0 or h < 0:
        return "inverted_box"
    if w == 0 or h == 0:
        return "zero_area"
    return (x, y, x + w, y + h)
