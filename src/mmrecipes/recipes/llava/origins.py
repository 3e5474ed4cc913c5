"""Where pictures with captions and boxes come from: COCO files, a user's own records, invented scenes.

A row is what is written about one picture, unread and unchecked beyond its form: `captions`, `annotations` (COCO's
keys, or `parts` for a box in parts of the picture), `classes` (names whose objects are boxed), where the picture lies
and its declared size, or the scene to draw. Covered: finding the rows, random access, what is wrong with one as
`reason: detail`. Not covered: opening pictures (see `looking`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import TruthSource
from mmrecipes.formats.coco import read_coco
from mmrecipes.formats.coco_captions import is_text, read_captions
from mmrecipes.formats.pictures import PictureError, Pictures, pictures_of
from mmrecipes.recipes.llava.context import UnitError, in_pixels, pixels_of
from mmrecipes.recipes.llava.records import are_records, read_records

CHECKED_FIRST = 200
"""Rows whose form is checked before any work."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is written about one picture."""

    draft: Mapping[str, Any]
    name: str
    source: str = ""
    licence: str = ""
    truth: Mapping[str, Any] = field(default_factory=dict)
    truth_source: TruthSource = "annotated"


class Origin(Protocol):
    """Rows in a fixed order. `size` is None when they never end."""

    @property
    def remarks(self) -> Sequence[str]: ...

    def size(self) -> int | None: ...

    def row(self, index: int) -> Row:
        """The row at an index >= 0. Raises `InputError` when it cannot be read."""
        ...


def open_origin(inputs: Mapping[str, Path]) -> Origin:
    """The origin that the inputs `main`, `captions` and `images` make together. Raises `InputError`."""
    main, captions, folder = (inputs.get(name) for name in ("main", "captions", "images"))
    if main is None and captions is None:
        if folder is not None:
            raise InputError("--input images=FOLDER needs --input main=FILE, which says what is in the pictures")
        return Invented()
    if main is not None and are_records(main):
        if captions is not None:
            raise InputError(f"{main} holds records, which have their own captions: leave --input captions out")
        return Recorded(main, Pictures(folders(main, folder)))
    if main is None:
        assert captions is not None
        return Captioned(captions, Pictures(folders(captions, folder)))
    file = read_coco(main)
    remarks = (*file.notes, *file.unusable)
    if captions is None and not any(map(_captions, (row.image for row in islice(file.rows, CHECKED_FIRST)))):
        remarks = (*remarks, "no captions: no dialogue can be written; give the captions with --input captions=FILE")
    return Annotated(main, captions, pictures_of(file, folder), remarks)


def check_first(rows: int, read: Callable[[int], Any]) -> None:
    """Raises `UnitError` when one of the first rows has a box in another unit than it says: all are then likely
    to. What is wrong with a single row is left to that row."""
    for index in range(min(rows, CHECKED_FIRST)):
        try:
            read(index)
        except UnitError as e:
            raise UnitError(f"record {index}: {e}") from e
        except InputError:
            continue  # an error of that row, recorded when the row is taken


def folders(file: Path, folder: Path | None) -> tuple[Path, ...]:
    home = file.resolve().parent
    return (folder,) if folder else (home, home / "images", home.parent / "images")


def located(pictures: Pictures, file_name: Any) -> tuple[str, str]:
    """Path and what is wrong."""
    if not isinstance(file_name, str):
        return "", f"bad_record: the name of the picture is {file_name!r}"
    try:
        return str(pictures.find(file_name)), ""
    except PictureError as e:
        return "", f"{e.reason}: {e}"


@dataclass(frozen=True, slots=True)
class Annotated:
    """COCO instances, with the captions of a second file, or of the images' own entries (`captions`, `caption`)."""

    main: Path
    captions: Path | None
    pictures: Pictures
    remarks: tuple[str, ...] = ()

    def size(self) -> int:
        return len(read_coco(self.main).rows)

    def row(self, index: int) -> Row:
        file = read_coco(self.main)
        found = file.rows[index]
        entry = found.image
        path, wrong = ("", found.wrong) if found.wrong else located(self.pictures, entry["file_name"])
        said = read_captions(self.captions).of(entry.get("id")) if self.captions else _captions(entry)
        draft = {
            "path": path, "wrong": wrong, "declared": [entry.get("width"), entry.get("height")], "captions": said,
            "annotations": list(found.annotations), "classes": list(file.categories.values()),
        }  # fmt: skip
        licence = file.licences.get(entry.get("license", ""), "")
        return Row(draft, str(entry.get("file_name", "")), file.description or file.path.stem, licence)


@dataclass(frozen=True, slots=True)
class Captioned:
    """A COCO caption file alone: no boxes."""

    main: Path
    pictures: Pictures
    remarks: tuple[str, ...] = ("no boxes: descriptions and questions are written from captions alone",)

    def size(self) -> int:
        return len(read_captions(self.main).images)

    def row(self, index: int) -> Row:
        file = read_captions(self.main)
        entry = file.images[index] if isinstance(file.images[index], dict) else {}
        path, wrong = located(self.pictures, entry.get("file_name"))
        draft = {
            "path": path, "wrong": wrong, "declared": [entry.get("width"), entry.get("height")],
            "captions": file.of(entry.get("id")), "annotations": [], "classes": [],
        }  # fmt: skip
        licence = file.licences.get(entry.get("license"), "")
        return Row(draft, str(entry.get("file_name", "")), file.description or file.path.stem, licence)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A user's own records: {image, captions or caption, boxes: [{name, xyxy, normalised}], width, height}."""

    main: Path
    pictures: Pictures
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_first(len(read_records(self.main)), self.row)

    def size(self) -> int:
        return len(read_records(self.main))

    def row(self, index: int) -> Row:
        given = read_records(self.main)[index]
        record: dict[str, Any] = given if isinstance(given, dict) else {}
        path, wrong = located(self.pictures, record.get("image"))
        if record is not given:
            wrong = f"bad_record: a record is an object, not {type(given).__name__}"
        declared = [record.get("width"), record.get("height")]
        boxes = record.get("boxes") or []
        if not isinstance(boxes, list) or not all(isinstance(b, dict) for b in boxes):
            wrong, boxes = "bad_record: `boxes` is not a list of objects", []
        annotations = [_annotation(box, bool(record.get("normalised"))) for box in boxes]
        draft = {
            "path": path, "wrong": wrong, "declared": None if declared == [None, None] else declared,
            "captions": _captions(record), "annotations": annotations,
            "classes": sorted({a["category"] for a in annotations if a["category"]}),
        }  # fmt: skip
        source = record.get("source")
        return Row(draft, str(record.get("image")), str(source or self.main.stem), str(record.get("licence") or ""))


def _captions(record: Mapping[str, Any]) -> list[str]:
    said = record.get("captions") or record.get("caption")
    return [c for c in (said if isinstance(said, list) else [said]) if is_text(c)]


def _annotation(box: Mapping[str, Any], normalised: bool) -> dict[str, Any]:
    """A box of a record with COCO's keys. Raises `UnitError` for a box in another unit than it says."""
    name, corners = box.get("name"), box.get("xyxy")
    made: dict[str, Any] = {"category": name if is_text(name) else ""}
    if not made["category"]:
        return {**made, "wrong": "unknown_category"}
    numbers = isinstance(corners, list) and len(corners) == 4 and all(type(v) in (int, float) for v in corners)
    if not numbers or not corners:
        return {**made, "bbox": corners}
    if box.get("normalised", normalised):
        pixels_of(corners, (1, 1))
        return {**made, "parts": corners}
    x0, y0, x1, y1 = in_pixels(corners)
    return {**made, "bbox": [x0, y0, x1 - x0, y1 - y0]}


@dataclass(frozen=True, slots=True)
class Invented:
    """Scenes that are drawn, so that everything about them is known. They never end."""

    remarks: tuple[str, ...] = ("no input: invented scenes stand for photographs",)

    def size(self) -> None:
        return None

    def row(self, index: int) -> Row:
        from mmrecipes.world.scene import invent

        scene = invent(seed_from("llava", "scene", index) >> 1).to_json()
        draft = {"path": "", "wrong": "", "scene": scene}
        return Row(draft, f"scene-{index:06d}", "invented scenes", "CC0-1.0", {"scene": scene}, "engine")
