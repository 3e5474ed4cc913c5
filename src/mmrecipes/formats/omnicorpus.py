"""OmniCorpus: documents as a stream of typed elements, one JSON object per line.

Reading: elements of text (`text`, `header`, `code`, `detail`, `quote`, `list`, `table`) and images become parts; what
else an element says, its type included, is kept in `meta.stream`. An image lies at its `path`, else at its `src`.
Documents in the layout of OBELICS (as OmniCorpus-CC has been released) are read by that reader. Not covered: video and
audio elements, downloading.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Part, Sample
from mmrecipes.formats import interleaved
from mmrecipes.formats.export import IN_TURNS, Export, Exporter
from mmrecipes.formats.image_cells import pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples

TEXTS = ("text", "header", "code", "detail", "quote", "list", "table")
_BECOMES = {"stream": "parts in order; meta.stream", "lang": "language"}

_READ = IN_TURNS | {"meta.stream", "meta.url"}


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures, skip: bool) -> Sample:
    stream = row.get("stream")
    if not isinstance(stream, list) or not all(isinstance(e, Mapping) for e in stream):
        raise RowError("no_stream", "stream is no list of objects")
    parts: list[str | Image] = []
    kept: list[dict[str, Any]] = []
    for place, element in enumerate(stream):
        part = _part(element, place, pictures, skip)
        if part is not None:
            parts.append(part)
            kept.append({k: v for k, v in element.items() if k not in ("text", "path")})
    base = base.having(meta={**base.meta, "stream": kept}, language=str(row.get("lang") or base.language))
    return interleaved.document(base, parts, len(stream) - len(parts))


def _part(element: Mapping[str, Any], place: int, pictures: Pictures, skip: bool) -> str | Image | None:
    kind = element.get("type")
    if kind in TEXTS:
        if not isinstance(element.get("text"), str):
            raise RowError("no_text", f"element {place} of type {kind} has no text")
        return element["text"]
    if kind == "image":
        return interleaved.found_image(element.get("path") or element.get("src"), pictures, skip)
    raise RowError("unsupported_element", f"element {place} is of type {kind!r}")


def _recognises(look: Look) -> str:
    stream = look.record.get("stream")
    typed = isinstance(stream, list) and bool(stream) and all(isinstance(e, dict) and "type" in e for e in stream)
    return "records with a stream of typed elements" if typed else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    convert = functools.partial(_convert, skip=interleaved.skips_missing(options.settings))
    shape = Shape(_BECOMES, convert)
    return TableSamples(interleaved.JsonSource(path), shape, pictures_beside(path, options.images))


READERS = (
    Reader(
        "omnicorpus",
        "OmniCorpus documents: a stream of typed elements per line",
        _recognises,
        _open,
        rank=20,
        options={"missing": interleaved.MISSING_HELP},
    ),
)


def write(export: Export) -> None:
    """Write `documents.jsonl`, the images and `provenance.jsonl`."""
    with export.new_text("documents.jsonl") as rows, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *interleaved.losses(sample)):
                continue
            rows.write(orjson.dumps(_row(export, sample), option=orjson.OPT_APPEND_NEWLINE))
            beside.write(export.provenance(sample))
            export.keep(sample, read=_READ)


def _row(export: Export, sample: Sample) -> dict[str, Any]:
    parts = interleaved.parts_of_document(sample)
    own = sample.meta.get("stream")
    about = own if isinstance(own, list) and _fits(own, parts) else [{} for _ in parts]
    stream = [_element(export, sample, p, a) for p, a in zip(parts, about, strict=True)]
    url = {"url": sample.meta["url"]} if "url" in sample.meta else {}
    return {"id": sample.id, **url, "lang": sample.language, "stream": stream}


def _fits(stream: list[Any], parts: list[Part]) -> bool:
    if not all(isinstance(e, Mapping) for e in stream):
        return False
    return [e.get("type") == "image" for e in stream] == [p.image is not None for p in parts]


def _element(export: Export, sample: Sample, part: Part, about: Mapping[str, Any]) -> dict[str, Any]:
    if part.image is None:
        return {"type": "text", **about, "text": part.text}
    image = sample.image(part.image)
    measured = {"sha256": image.sha256, "w": image.width, "h": image.height}
    return {"type": "image", **about, "path": export.image(image), **measured}


EXPORTS = (
    Exporter(
        "omnicorpus",
        "OmniCorpus documents: a stream of typed elements per line",
        write,
        tested_with="no loader is published for the stream; an independent reading of the layout",
    ),
)
