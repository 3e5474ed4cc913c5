"""Documents of text and images in order: what MMC4, OBELICS and OmniCorpus share.

Covered: JSON lines and JSON arrays as rows of a table, finding a document's images, leaving out those that are not
there when so asked, a sample as one run of parts. Not covered: the layouts (see `mmc4`, `obelics`, `omnicorpus`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Part, Sample, assistant
from mmrecipes.formats.image_cells import each_once, images_of
from mmrecipes.formats.json_lists import open_records
from mmrecipes.formats.pictures import PictureError, Pictures
from mmrecipes.formats.reader import RowError
from mmrecipes.formats.table_samples import Types

LOOKED_AT = 100
"""Records whose keys are taken for the columns."""
MISSING_HELP = "what to do when a document's image is not there: `drop` the document (default) or `skip` the image"


class JsonSource:
    """The objects of a JSON array or JSON lines file as the rows of a table (`table_samples.RowSource`)."""

    def __init__(self, path: Path) -> None:
        self.path, self._records = path, open_records(path)
        self.types: Types = dict.fromkeys(keys_of(self, min(LOOKED_AT, len(self._records))))
        self.remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._records)

    def row(self, index: int) -> Mapping[str, Any]:
        """Raises `RowError` with reason `not_json` or `not_an_object`."""
        try:
            record = self._records[index]
        except InputError as e:
            raise RowError("not_json", str(e)) from e
        return as_row(record, f"{self.path.name}: record {index}")

    def name(self, index: int) -> tuple[str, str]:
        return f"{self.path.stem}/{index:06d}", "train"


def as_row(record: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(record, Mapping):
        raise RowError("not_an_object", f"{where} is no object but {type(record).__name__}")
    return record


def keys_of(source: Any, count: int) -> list[str]:
    """The keys of the first rows, in the order in which they come up; what is wrong with a row is said when it is
    asked for."""
    seen: dict[str, None] = {}
    for index in range(count):
        try:
            seen |= dict.fromkeys(source.row(index))
        except RowError:
            continue
    return list(seen)


def skips_missing(settings: Mapping[str, str]) -> bool:
    """The option `missing`. Raises `UsageError`."""
    chosen = settings.get("missing", "drop")
    if chosen not in ("drop", "skip"):
        raise UsageError(f"option missing={chosen}: write drop or skip")
    return chosen == "skip"


def found_image(cell: Any, pictures: Pictures, skip: bool) -> Image | None:
    """The image of a cell, or None when it is not there and may be skipped.

    Raises `PictureError` (`missing_image`, `not_local` for a URL, those of `images_of`) and `ImageError`.
    """
    try:
        found = images_of(cell, pictures)
    except PictureError as e:
        if skip and e.reason in ("missing_image", "not_local"):
            return None
        raise
    if len(found) != 1:
        raise PictureError("no_image", f"{len(found)} images where one is expected")
    return found[0]


def document(base: Sample, parts: Sequence[str | Image], skipped: int) -> Sample:
    """One assistant message with the parts in order. Raises `RowError` `no_image` when every image was skipped,
    `empty_document`."""
    images = [p for p in parts if isinstance(p, Image)]
    if skipped and not images:
        raise RowError("no_image", f"none of the document's {skipped} images is there")
    if not parts:
        raise RowError("empty_document", "the document has no parts")
    meta = {**base.meta, "images_skipped": skipped} if skipped else base.meta
    return base.having(kind="document", images=each_once(images), messages=(assistant(*parts),), meta=meta)


def parts_of_document(sample: Sample) -> list[Part]:
    """The parts of all messages in order."""
    return [p for m in sample.messages for p in m.parts]


def losses(sample: Sample) -> tuple[list[str], list[str]]:
    """Why the sample is no document, and what a document loses of it."""
    impossible = [] if parts_of_document(sample) else ["no_turns"]
    return impossible, ["turns_joined"] if [m.role for m in sample.messages] != ["assistant"] else []
