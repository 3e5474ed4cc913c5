"""OBELICS: documents as parallel lists `texts` and `images`, exactly one of them not null at every position.

Reading: Parquet or JSON lines; an image is bytes (`Image` of `datasets`) or a path; `metadata` and `general_metadata`
are JSON in strings. Writing: Parquet with embedded images, as `load_dataset` opens it; metadata that a sample does not
bring along is made of what is known of the image. Not covered: downloading URLs.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.formats import interleaved
from mmrecipes.formats.export import IN_TURNS, Export, Exporter
from mmrecipes.formats.image_cells import pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, first_types
from mmrecipes.formats.parquet_write import image_cell, parquet_folder
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource
from mmrecipes.store.schema import IMAGE

SCHEMA = pa.schema([
    ("images", pa.list_(IMAGE)), ("texts", pa.list_(pa.string())), ("metadata", pa.string()),
    ("general_metadata", pa.string()), ("id", pa.string()),
])  # fmt: skip
_BECOMES = {
    "texts": "text parts", "images": "images between them", "metadata": "meta.metadata",
    "general_metadata": "meta.general_metadata",
}  # fmt: skip

_READ = IN_TURNS | {"meta.metadata", "meta.general_metadata"}


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures, skip: bool) -> Sample:
    texts, images = row.get("texts"), row.get("images")
    if not isinstance(texts, list) or not isinstance(images, list) or len(texts) != len(images):
        raise RowError("not_parallel", "texts and images are not two lists of one length")
    parts: list[str | Image] = []
    skipped = 0
    for place, (text, cell) in enumerate(zip(texts, images, strict=True)):
        if (text is None) == _is_null(cell):
            raise RowError("not_one_of_two", f"position {place} has {'neither' if text is None else 'both'}")
        found = text if text is not None else interleaved.found_image(cell, pictures, skip)
        if found is None:
            skipped += 1
        else:
            parts.append(found)
    meta = {k: _json(row[k], k) for k in ("metadata", "general_metadata") if row.get(k) is not None}
    return interleaved.document(base.having(meta={**base.meta, **meta}), parts, skipped)


def _is_null(cell: Any) -> bool:
    return cell is None or (isinstance(cell, Mapping) and cell.get("bytes") is None and not cell.get("path"))


def _json(value: Any, name: str) -> Any:
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError as e:
        raise RowError("not_json", f"{name} is no JSON: {e}") from e


def _recognises(look: Look) -> str:
    types = first_types(look)
    if types:
        ours = "images" in types and types.get("texts") in (pa.list_(pa.string()), pa.large_list(pa.string()))
    else:
        texts, images = look.record.get("texts"), look.record.get("images")
        parallel = isinstance(texts, list) and isinstance(images, list) and len(texts) == len(images)
        ours = parallel and all(t is None or isinstance(t, str) for t in texts or ())
    return "parallel lists texts and images" if ours else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    is_json = path.suffix.lower() in (".json", ".jsonl", ".ndjson")
    source = interleaved.JsonSource(path) if is_json else TableSource(RowTable(path))
    convert = functools.partial(_convert, skip=interleaved.skips_missing(options.settings))
    return TableSamples(source, Shape(_BECOMES, convert), pictures_beside(path, options.images))


READERS = (
    Reader(
        "obelics",
        "OBELICS documents: parallel lists texts and images, in Parquet or JSON lines",
        _recognises,
        _open,
        rank=20,
        options={"missing": interleaved.MISSING_HELP},
    ),
)


def write(export: Export) -> None:
    """Write `data/`, the card and `provenance.jsonl`."""
    with parquet_folder(export.folder, SCHEMA) as rows, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *interleaved.losses(sample)):
                continue
            row = _row(sample)
            size = sum(len(cell["bytes"]) for cell in row["images"] if cell)
            rows.add(sample.split, row, size)
            beside.write(export.provenance(sample))
            export.keep(sample, read=_READ)
            export.report.images += sum(cell is not None for cell in row["images"])
            export.report.image_bytes += size


def _row(sample: Sample) -> dict[str, Any]:
    parts = interleaved.parts_of_document(sample)
    images = [None if p.image is None else sample.image(p.image) for p in parts]
    own = sample.meta.get("metadata")
    known = own if isinstance(own, list) and _fits(own, images) else [_known(im) for im in images]
    return {
        "images": [None if im is None else image_cell(im) for im in images],
        "texts": [p.text for p in parts],
        "metadata": orjson.dumps(known).decode(),
        "general_metadata": orjson.dumps(sample.meta.get("general_metadata", {})).decode(),
        "id": sample.id,
    }


def _fits(metadata: list[Any], images: list[Image | None]) -> bool:
    return [m is None for m in metadata] == [im is None for im in images]


def _known(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    kind = image.media_type.partition("/")[2]
    return {"original_width": image.width, "original_height": image.height, "format": kind, "sha256": image.sha256}


EXPORTS = (
    Exporter(
        "obelics",
        "OBELICS documents: Parquet with parallel lists texts and images",
        write,
        tested_with="datasets 5.2.0: load_dataset",
    ),
)
