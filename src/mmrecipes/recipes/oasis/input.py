"""The images: a folder, a list of records, Parquet files, or scenes invented for the occasion.

Covered: one image per record, found and checked one at a time; files that can be used as they are stay on disk. Not
covered: URLs, several images per record (refused with a reason), video.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import ImageError, image_from_file
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, Seeds, Source, StepContext, step
from mmrecipes.formats.image_folder import domain_of, picture_names, utf8_name
from mmrecipes.formats.pictures import PictureError, Pictures
from mmrecipes.formats.reader import RowError
from mmrecipes.recipes.oasis.parquet import open_parquet
from mmrecipes.recipes.oasis.scenes import draw_scene

_IMAGE_KEYS = ("image", "images", "image_path", "file_name", "path")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: where its image lies, what it says about itself, or `wrong` as "reason: detail"."""

    path: str
    domain: str = ""
    name: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class FileImages:
    """One row per file or record, in order."""

    recipe: str
    rows: Sequence[Row]
    remarks: tuple[str, ...] = ()
    yields: int = 1
    writes: ClassVar[tuple[str, ...]] = ("images", "draft.path", "meta", "truth")

    def strata(self) -> Mapping[str, float]:
        return {"images": 1.0}

    def size(self, stratum: str) -> int | None:
        return len(self.rows)

    def sample(self, stratum: str, index: int) -> Sample:
        row = self.rows[index]
        if row.wrong:
            reason, _, detail = row.wrong.partition(": ")
            raise PictureError(reason, detail)
        meta = {k: v for k, v in (("domain", row.domain), ("record", row.name)) if v}
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}",
            source=row.domain,
            truth_source="model",
            meta=meta,
            draft={"path": row.path},
        )


@dataclass(frozen=True, slots=True)
class InventedScenes(Seeds):
    """An endless source of scenes."""

    weights: Mapping[str, float] = field(default_factory=lambda: {"scenes": 1.0})
    writes: ClassVar[tuple[str, ...]] = ("images", "draft.path", "meta", "truth")

    def sample(self, stratum: str, index: int) -> Sample:
        return Sample(id=f"{self.recipe}/{stratum}/{index:06d}", source="invented", draft={"path": ""})


def open_source(recipe: str, inputs: Mapping[str, Path], yields: int) -> Source:
    """The source for what was brought, of whose images at most so many samples are made each. Raises `InputError` when
    it cannot be used at all."""
    main = inputs.get("main")
    if main is None:
        return InventedScenes(recipe, yields=yields)
    if main.is_dir() and not any(main.glob("**/*.parquet")):
        return FileImages(recipe, tuple(_file_row(main, name) for name in picture_names(main)), yields=yields)
    if main.is_dir() or main.suffix == ".parquet":
        return open_parquet(recipe, main, yields)
    if main.suffix in (".json", ".jsonl"):
        return _listed(recipe, main, inputs.get("images", main.resolve().parent), yields)
    raise InputError(f"{main} is no folder, .json, .jsonl or .parquet file")


def _file_row(folder: Path, name: str) -> Row:
    try:
        return Row(str(folder / utf8_name(name)), domain=domain_of(name), name=name)
    except RowError as e:
        return Row("", wrong=f"{e.reason}: {e}")


def _listed(recipe: str, file: Path, folder: Path, yields: int) -> FileImages:
    pictures = Pictures((folder,))
    rows = tuple(_row(record, pictures) for record in _records(file))
    if not rows:
        raise InputError(f"{file} holds no records")
    wrong = [row.wrong for row in rows if row.wrong]
    if len(wrong) == len(rows):
        raise InputError(f"no record of {file} can be used; the first: {wrong[0]}")
    remarks = (f"{len(wrong)} of {len(rows)} records cannot be used; the first: {wrong[0]}",) if wrong else ()
    return FileImages(recipe, rows, remarks, yields)


def _records(file: Path) -> Iterable[Any]:
    if file.suffix == ".jsonl":
        return _lines(file)
    try:
        value = orjson.loads(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except (OSError, orjson.JSONDecodeError) as e:
        raise InputError(f"{file} cannot be read as JSON: {e}") from e
    if isinstance(value, dict):
        value = next((value[k] for k in ("data", "images", "records") if isinstance(value.get(k), list)), None)
    if not isinstance(value, list):
        raise InputError(f"{file} is no list of records")
    return value


def _lines(file: Path) -> Iterator[Any]:
    with file.open("rb") as lines:
        for line in lines:
            if line := line.removeprefix(codecs.BOM_UTF8).strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as e:
                    yield f"not_json: {e}"


def _row(record: Any, pictures: Pictures) -> Row:
    """A record with one image; anything else with what is wrong."""
    if not isinstance(record, dict):
        wrong = record if isinstance(record, str) else f"not_a_record: {type(record).__name__}"
        return Row("", wrong=wrong)
    named = next((record[k] for k in _IMAGE_KEYS if record.get(k)), [])
    images = named if isinstance(named, list) else [named]
    domain, name = str(record.get("domain") or ""), str(record.get("id") or "")
    if len(images) != 1:
        reason = "several_images" if images else "no_image"
        return Row("", domain, name, f"{reason}: {len(images)} images in one record; this method takes one")
    try:
        return Row(_found(images[0], pictures), domain, name)
    except PictureError as e:
        return Row("", domain, name, f"{e.reason}: {e}")


def _found(image: Any, pictures: Pictures) -> str:
    path = image.get("path") if isinstance(image, dict) else image
    if not isinstance(path, str):
        raise PictureError("no_image", f"the image is no path: {str(image)[:80]}")
    if "://" in path or path.startswith("data:"):
        raise PictureError("not_local", f"{path[:80]} is no file; download it first")
    if Path(path).is_absolute():
        if not os.path.isfile(path):  # noqa: PTH113  (a name too long raises in pathlib)
            raise PictureError("missing_image", f"{path} is not there")
        return path
    return str(pictures.find(path))


@step(reads=("draft.path", "images"), writes=("images", "truth"))
def open_image(sample: Sample, context: StepContext) -> Sample | Drop:
    """The image that the source names; without one, a scene of its own."""
    if sample.images:
        return sample
    if not sample.draft["path"]:
        image, scene = draw_scene(context.rng.getrandbits(48))
        return sample.having(images=(image,), truth={"scene": scene}, draft={})
    try:
        return sample.having(images=(image_from_file(Path(sample.draft["path"])),), draft={})
    except ImageError as e:
        return Drop(e.reason, str(e))


@dataclass(frozen=True, slots=True)
class MinSide:
    """Drops images with a side under so many pixels: vision towers see nothing in them."""

    least: int
    reads: ClassVar = ("images",)
    writes: ClassVar = ()

    def __call__(self, sample: Sample) -> Sample | Drop:
        width, height = sample.images[0].size
        return sample if min(width, height) >= self.least else Drop("too_small", f"{width}x{height}")


@step(reads=("images",), writes=("draft.phash",))
def perceptual_hash(sample: Sample) -> Sample:
    """64 bits of brightness differences on a 9x8 thumbnail (dHash): equal for re-encodings of one picture."""
    import cv2

    small = cv2.resize(
        cv2.cvtColor(sample.images[0].decode(), cv2.COLOR_RGB2GRAY), (9, 8), interpolation=cv2.INTER_AREA
    )
    bits = (small[:, 1:] > small[:, :-1]).flatten()
    return sample.drafting(phash="".join("1" if b else "0" for b in bits))
