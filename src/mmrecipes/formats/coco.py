"""Reads COCO detection files: one JSON with images, annotations and categories, and a folder of pictures.

Covered: checking the file, an index with random access by image, finding the pictures, reading one of them
upright (EXIF orientation, CMYK, palette) together with what that did to the coordinates; the optional keys listed
under `ImageRow`. Not covered: keypoints, panoptic files, downloading by URL. Masks are kept as they are (see
`masks`), boxes too: x, y, width, height in pixels of the frame that the file's width and height describe.

Nothing is repaired here. A file that is not COCO raises `InputError`; what is wrong with one image or annotation
becomes a short reason on that row.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, ImageError, image_from_bytes

TAUGHT_KEYS = ("text", "utf8_string", "quad", "phrase", "phrases", "legibility")
"""Keys of an annotation, beyond COCO's own, that are kept."""


class PictureError(InputError):
    """A picture that cannot be used; `reason` is a short code for the ledger."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


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


@dataclass(frozen=True, slots=True)
class CocoFile:
    """A checked COCO file. `rows` are in file order; `categories` maps id to name in file order."""

    path: Path
    rows: tuple[ImageRow, ...]
    categories: Mapping[int | str, str]
    licences: Mapping[int | str, str]
    description: str
    notes: tuple[str, ...] = field(default=())


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
    value = _parsed(path)
    images, categories = _list(path, value, "images"), _list(path, value, "categories")
    annotations = _list(path, value, "annotations")
    if not images:
        raise InputError(f"{path}: the list of images is empty")
    names = _named(path, categories, "name")
    by_image, orphans, zero = _grouped(annotations, names)
    rows, seen = [], set()
    for entry in images:
        wrong = _wrong_image(entry, seen)
        row_id = entry.get("id") if isinstance(entry, dict) else None
        own = by_image.get(row_id, ()) if not wrong else ()
        rows.append(ImageRow(entry if isinstance(entry, dict) else {}, tuple(own), wrong))
    known = {r.image.get("id") for r in rows}
    orphans += sum(len(v) for k, v in by_image.items() if k not in known)
    if all(r.wrong for r in rows):
        raise InputError(f"{path}: no entry of `images` has an id and a file_name: this is not a COCO file")
    info = value.get("info")
    return CocoFile(
        path,
        tuple(rows),
        names,
        _named(path, value.get("licenses") or [], "name", "url"),
        str(info.get("description") or "") if isinstance(info, dict) else "",
        tuple(_notes(orphans, zero or 0 in names or 0 in known)),
    )


def _notes(orphans: int, zero: bool) -> list[str]:
    notes = []
    if orphans:
        notes.append(f"{orphans} annotations name an image the file does not have")
    if zero:
        notes.append("ids start at 0: accepted, though some evaluators skip id 0")
    return notes


def _parsed(path: Path) -> dict[str, Any]:
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise InputError(f"{path} is empty")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data)  # the slow reader also takes NaN and Infinity, which Python writers produce
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as e:
            raise InputError(f"{path} is not JSON: {e}") from e
    if not isinstance(value, dict):
        raise InputError(f"{path} is not a COCO file: a {type(value).__name__} instead of an object with `images`")
    return value


def _list(path: Path, value: dict[str, Any], key: str) -> list[Any]:
    if key not in value:
        raise InputError(f"{path} is not a COCO detection file: it has no `{key}` (it has {', '.join(value) or '-'})")
    if not isinstance(value[key], list):
        raise InputError(f"{path}: `{key}` is a {type(value[key]).__name__}, not a list")
    return value[key]


def _named(path: Path, entries: Any, *keys: str) -> dict[int | str, str]:
    """id -> name; two names for one id cannot be told apart."""
    names: dict[int | str, str] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or "id" not in entry or not _hashable(entry["id"]):
            raise InputError(f"{path}: an entry without an id: {str(entry)[:80]}")
        name = next((str(entry[k]) for k in keys if entry.get(k)), "")
        if names.setdefault(entry["id"], name) != name:
            raise InputError(f"{path}: id {entry['id']} names both {names[entry['id']]!r} and {name!r}")
    return names


def _hashable(value: Any) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _wrong_image(entry: Any, seen: set[Any]) -> str:
    if not isinstance(entry, dict) or not _hashable(entry.get("id")) or not isinstance(entry.get("file_name"), str):
        return "image_entry_broken"
    if entry["id"] in seen:
        return "duplicate_image_id"
    seen.add(entry["id"])
    return ""


_KEPT = ("id", "image_id", "category_id", "bbox", "iscrowd", "segmentation", *TAUGHT_KEYS)


def _grouped(
    annotations: list[Any], names: Mapping[int | str, str]
) -> tuple[dict[Any, list[Mapping[str, Any]]], int, bool]:
    """Annotations by image id, how many name no image at all, and whether an id is 0."""
    by_image: dict[Any, list[Mapping[str, Any]]] = {}
    seen: set[Any] = set()
    orphans, zero = 0, False
    for entry in annotations:
        if not isinstance(entry, dict) or not _hashable(entry.get("image_id")):
            orphans += 1
            continue
        kept = {k: entry[k] for k in _KEPT if k in entry}
        wrong = _wrong_annotation(kept, names, seen)
        if wrong:
            kept["wrong"] = wrong
        kept["category"] = names.get(kept["category_id"], "") if _hashable(kept.get("category_id")) else ""
        zero = zero or kept.get("id") == 0 or kept.get("category_id") == 0
        by_image.setdefault(kept["image_id"], []).append(kept)
    return by_image, orphans, zero


def _wrong_annotation(entry: Mapping[str, Any], names: Mapping[int | str, str], seen: set[Any]) -> str:
    ann_id = entry.get("id")
    if _hashable(ann_id):
        if ann_id in seen:
            return "duplicate_annotation_id"
        seen.add(ann_id)
    category = entry.get("category_id")
    if not _hashable(category) or not names.get(category):  # type: ignore[arg-type]
        return "unknown_category"
    return "" if isinstance(entry.get("bbox"), list) else "no_bbox"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of a COCO file are looked for, in this order."""

    folders: tuple[Path, ...]

    def find(self, file_name: str) -> Path:
        """The picture's path. Raises `PictureError`: `unsafe_path` for a name that leaves the folder,
        `missing_image`."""
        name = PurePosixPath(file_name.replace("\\", "/"))
        unsafe = name.is_absolute() or ".." in name.parts or "\0" in file_name or re.match(r"[A-Za-z]:", file_name)
        if unsafe or not file_name.strip():
            raise PictureError("unsafe_path", f"file_name {file_name!r} leaves the image folder")
        for folder in self.folders:
            path = folder / name
            if os.path.isfile(path):  # noqa: PTH113  (a name too long raises in pathlib)
                return path
        raise PictureError("missing_image", f"{file_name} is in none of {', '.join(map(str, self.folders))}")


def pictures_of(coco: CocoFile, folder: Path | None = None) -> Pictures:
    """The folder given, or the usual places: beside the file, `images/` there or one level up, and for
    `annotations/instances_val2017.json` the folder `val2017`.

    Raises `InputError` when none of the file's first 200 pictures is there.
    """
    home = coco.path.resolve().parent
    split = coco.path.stem.rpartition("_")[2]
    usual = (home, home / "images", home.parent / "images", home.parent / split, home.parent / "images" / split)
    pictures = Pictures((folder,) if folder else usual)
    tried = [row.image["file_name"] for row in coco.rows if not row.wrong][:200]
    for name in tried:
        try:
            pictures.find(name)
        except PictureError:
            continue
        return pictures
    looked = "\n  ".join(map(str, pictures.folders))
    raise InputError(
        f"none of the pictures of {coco.path} was found (e.g. {tried[0]!r}); looked in\n  {looked}\n"
        "give the folder of the pictures with --input images=FOLDER"
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright image and how the file's coordinates get there.

    `orientation` is the EXIF value (1-8) to apply to coordinates given in a frame of `declared` size; 1 when the
    file already describes the upright picture.
    """

    image: Image
    declared: tuple[int, int]
    orientation: int


def read_picture(path: Path, declared: tuple[Any, Any]) -> Picture:
    """Read a picture whose file entry says `declared` (width, height).

    Raises `PictureError` with the reasons of `core.image.ImageError` and `unreadable_image`, `no_image_size`,
    `size_mismatch` and `ambiguous_orientation` (the picture is to be turned, but its declared size fits both the
    turned and the unturned one, so that nobody can say what the boxes refer to).
    """
    width, height = declared
    if not all(isinstance(v, (int, float)) and v > 0 and v == int(v) for v in declared):
        raise PictureError("no_image_size", f"{path.name}: the file gives its size as {width} x {height}")
    try:
        data = path.read_bytes()
        image = image_from_bytes(data)
        raw, orientation = _raw(data)
    except ImageError as e:
        raise PictureError(e.reason, f"{path.name}: {e}") from e
    except OSError as e:
        raise PictureError("unreadable_image", f"{path.name}: {e}") from e
    size = (int(width), int(height))
    if size not in (raw, image.size):
        raise PictureError("size_mismatch", f"{path.name} is {image.width}x{image.height}, the file says {size}")
    if orientation != 1 and raw == image.size:
        raise PictureError("ambiguous_orientation", f"{path.name}: turn its pixels and remove EXIF tag 0x0112")
    return Picture(image, size, orientation if size == raw else 1)


def _raw(data: bytes) -> tuple[tuple[int, int], int]:
    """The stored size and the EXIF orientation (1 when absent or unknown)."""
    from PIL import Image as Pil

    with Pil.open(io.BytesIO(data)) as im:
        orientation = im.getexif().get(0x0112, 1)
        return im.size, orientation if orientation in range(1, 9) else 1
