"""MMC4: web documents as a list of sentences and a list of images, each image assigned to one sentence.

Reading: JSON lines with `text_list` and `image_info`; images lie in a folder under their `image_name`, or inside as
`image_base64` (also as `json` members of tar shards, the form in which OpenFlamingo trains). An image stands before its
sentence, several of one sentence by falling similarity, as the flattened form of the corpus has them.

Writing: `mmc4` (JSON lines beside the images) and `mmc4-openflamingo` (shards with the images inside). The similarity
matrix is written where the sample brings one that fits. OpenFlamingo places images by the largest similarity of their
row, so that without a known matrix its form has 1 at the image's own sentence and 0 elsewhere. It leaves out images of
about 10 kB or less. Not covered: assigning images to sentences.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeGuard

import orjson

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.formats import interleaved
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, escaped, reserved_token
from mmrecipes.formats.image_cells import pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, Types
from mmrecipes.formats.tar_fields import values_of
from mmrecipes.formats.tar_files import TarSamples, tar_paths
from mmrecipes.formats.webdataset import PER_SHARD, SHARD_OPTIONS, Shards, whole_number

MOST_IGNORED = 10_999
"""Bytes of the largest image that OpenFlamingo leaves out."""
_BECOMES = {
    "text_list": "text parts", "image_info": "images before their sentences; meta.image_info",
    "similarity_matrix": "meta.similarity_matrix",
}  # fmt: skip

_KEPT = ("url", "could_have_url_duplicate")
_READ = IN_TURNS | {f"meta.{key}" for key in (*_KEPT, "image_info", "similarity_matrix")}


@dataclass(frozen=True, slots=True)
class _Placed:
    """An image of a record: its sentence, its similarity to it, its number in the record."""

    image: Image
    sentence: int
    similarity: float
    number: int


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures, skip: bool) -> Sample:
    sentences, infos, matrix = (row.get(k) for k in ("text_list", "image_info", "similarity_matrix"))
    if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
        raise RowError("no_text_list", "text_list is no list of texts")
    if not isinstance(infos, list) or not all(isinstance(i, Mapping) for i in infos):
        raise RowError("no_image_info", "image_info is no list of objects")
    known = matrix if _fits(matrix, infos, sentences) else None
    placed: list[_Placed] = []
    for number, info in enumerate(infos):
        image = interleaved.found_image(_cell(info), pictures, skip)
        if image is not None:
            place = _sentence(info, number, len(sentences))
            similarity = known[number][place] if known else info.get("matched_sim")
            placed.append(_Placed(image, place, float(similarity or 0), number))
    meta = {**base.meta, "image_info": [_about(infos[p.number], p.image) for p in placed]}
    if known:
        meta["similarity_matrix"] = [known[p.number] for p in placed]
    return interleaved.document(base.having(meta=meta), _in_order(sentences, placed), len(infos) - len(placed))


def _cell(info: Mapping[str, Any]) -> Any:
    """The image as bytes or a path; a URL where it has no name."""
    inside = info.get("image_base64")
    if inside is None:
        return info.get("image_name") or info.get("raw_url")
    try:
        return base64.b64decode(inside, validate=True)
    except (binascii.Error, TypeError, ValueError) as e:
        raise RowError("not_base64", f"image_base64 cannot be read: {e}") from e


def _sentence(info: Mapping[str, Any], number: int, sentences: int) -> int:
    index = info.get("matched_text_index")
    if not isinstance(index, int) or not 0 <= index < sentences:
        raise RowError("bad_text_index", f"image {number} is assigned to sentence {index!r} of {sentences}")
    return index


def _about(info: Mapping[str, Any], image: Image) -> dict[str, Any]:
    kept = {k: v for k, v in info.items() if k not in ("image_base64", "image_name", "matched_text_index")}
    return {**kept, "sha256": image.sha256}


def _fits(matrix: Any, images: Sequence[Any], sentences: Sequence[Any]) -> TypeGuard[list[list[float]]]:
    if not isinstance(matrix, list) or len(matrix) != len(images):
        return False
    rows = all(isinstance(row, list) and len(row) == len(sentences) for row in matrix)
    return rows and all(isinstance(v, (int, float)) for row in matrix for v in row)


def _in_order(sentences: Sequence[str], placed: Sequence[_Placed]) -> list[str | Image]:
    parts: list[str | Image] = []
    for number, sentence in enumerate(sentences):
        here = sorted((p for p in placed if p.sentence == number), key=lambda p: (-p.similarity, p.number))
        parts += [*(p.image for p in here), sentence]
    return parts


class _TarRecords:
    """The `json` members of tar shards as the rows of a table (`table_samples.RowSource`)."""

    def __init__(self, path: Path) -> None:
        self._tar = TarSamples(tar_paths(path))
        self.types: Types = dict.fromkeys(interleaved.keys_of(self, min(5, len(self._tar))))
        self.remarks, self.unread_files = tuple(self._tar.remarks), self._tar.unread_files

    def __len__(self) -> int:
        return len(self._tar)

    def row(self, index: int) -> Mapping[str, Any]:
        key, members = self._tar.read(index)
        where = f"{self._tar.shard(index).name}: {key}"
        return interleaved.as_row(values_of(members, where).get("json"), where)

    def name(self, index: int) -> tuple[str, str]:
        key, _ = self._tar.read(index)
        return f"{self._tar.shard(index).stem}/{key}" if self._tar.repeats else key, "train"


def _recognises(look: Look) -> str:
    return "records with text_list and image_info" if {"text_list", "image_info"} <= set(look.record) else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    is_json = path.suffix.lower() in (".json", ".jsonl", ".ndjson")
    source = interleaved.JsonSource(path) if is_json else _TarRecords(path)
    convert = functools.partial(_convert, skip=interleaved.skips_missing(options.settings))
    return TableSamples(source, Shape(_BECOMES, convert), pictures_beside(path, options.images))


READERS = (
    Reader(
        "mmc4",
        "MMC4 documents: sentences and images assigned to them, JSON lines or tar shards of JSON",
        _recognises,
        _open,
        rank=15,
        options={"missing": interleaved.MISSING_HELP},
    ),
)


@dataclass(frozen=True, slots=True)
class _Record:
    """A document as MMC4 has it: `places` are the images' sentences; `matrix` their similarities where known."""

    sentences: list[str]
    images: list[Image]
    places: list[int]
    infos: list[Mapping[str, Any]]
    matrix: list[list[float]] | None


def _losses(sample: Sample) -> tuple[list[str], list[str]]:
    impossible, lossy = interleaved.losses(sample)
    parts = interleaved.parts_of_document(sample)
    if not any(p.image for p in parts):
        impossible.append("no_image")
    if not any(p.text is not None for p in parts):
        impossible.append("no_text")
    elif parts[-1].image:
        lossy.append("image_after_the_last_text")
    return impossible, lossy


def _record(sample: Sample) -> _Record:
    """Images belong to the text part that follows them, at the end to the last one; in the order of the record that
    they were read from where there is one."""
    parts = interleaved.parts_of_document(sample)
    sentences = [p.text for p in parts if p.text is not None]
    found: list[tuple[Image, int]] = []
    passed = 0
    for part in parts:
        if part.image is None:
            passed += 1
        else:
            found.append((sample.image(part.image), min(passed, len(sentences) - 1)))
    infos = sample.meta.get("image_info") or []
    order = _order([im for im, _ in found], infos)
    if order is None:
        return _Record(sentences, [im for im, _ in found], [place for _, place in found], [{}] * len(found), None)
    matrix = sample.meta.get("similarity_matrix")
    images, places = [found[i][0] for i in order], [found[i][1] for i in order]
    return _Record(sentences, images, places, infos, matrix if _fits(matrix, images, sentences) else None)


def _order(images: Sequence[Image], infos: Any) -> list[int] | None:
    """For each entry of `image_info` the image of the document that it is about; None when they do not belong
    together."""
    if not isinstance(infos, list) or not all(isinstance(i, Mapping) for i in infos):
        return None
    left = {i: im.sha256 for i, im in enumerate(images)}
    order: list[int] = []
    for info in infos:
        match = next((i for i, sha256 in left.items() if sha256 == info.get("sha256")), None)
        if match is None:
            return None
        del left[match]
        order.append(match)
    return None if left else order


def _row(sample: Sample, record: _Record, names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    about = [
        {**{k: v for k, v in info.items() if k != "sha256"}, **name, "matched_text_index": place}
        for info, name, place in zip(record.infos, names, record.places, strict=True)
    ]
    if record.matrix is not None:
        for info, row in zip(about, record.matrix, strict=True):
            info["matched_sim"] = row[info["matched_text_index"]]
    kept = {k: v for k, v in sample.meta.items() if k in _KEPT}
    matrix = {} if record.matrix is None else {"similarity_matrix": record.matrix}
    return {"id": sample.id, **kept, "text_list": record.sentences, "image_info": about, **matrix}


def write(export: Export) -> None:
    """Write `documents.jsonl`, the images and `provenance.jsonl`."""
    with export.new_text("documents.jsonl") as rows, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *_losses(sample)):
                continue
            record = _record(sample)
            names = [{"image_name": export.image(im)} for im in record.images]
            rows.write(orjson.dumps(_row(sample, record, names), option=orjson.OPT_APPEND_NEWLINE))
            beside.write(export.provenance(sample))
            export.keep(sample, read=_READ)


def write_openflamingo(export: Export) -> None:
    """Write shards with one `json` member per document, and `provenance.jsonl`."""
    with ExitStack() as stack:
        beside = stack.enter_context(export.new_text("provenance.jsonl"))
        shards = Shards(export, whole_number(export.options, "per_shard", PER_SHARD), stack)
        for sample in export.samples():
            impossible, lossy = _losses(sample)
            if not export.admits(sample, impossible, [*lossy, *["reserved_token"] * bool(reserved_token(sample))]):
                continue
            record = _record(sample)
            record = replace(record, sentences=[escaped(s) for s in record.sentences])
            data = [im.data for im in record.images]
            inside = [{"image_name": f"{im.sha256}.{im.suffix}", "image_base64": base64.b64encode(d).decode()}
                      for im, d in zip(record.images, data, strict=True)]  # fmt: skip
            row = _row(sample, record, inside)
            row.setdefault("similarity_matrix", _own_sentence(record))
            shards.add(sample.split, {}, {"json": orjson.dumps(row)})
            beside.write(export.provenance(sample))
            export.keep(sample, read=_READ)
            export.report.images += len(data)
            export.report.image_bytes += sum(map(len, data))
            small = ["images_of_10_kB_or_less"] * sum(len(d) <= MOST_IGNORED for d in data)
            export.report.not_read.update(small)


def _own_sentence(record: _Record) -> list[list[float]]:
    return [[float(i == place) for i in range(len(record.sentences))] for place in record.places]


EXPORTS = (
    Exporter(
        "mmc4",
        "MMC4 documents: sentences and images assigned to them, JSON lines",
        write,
        tested_with="no loader is published for the JSON lines; an independent reading of the layout",
    ),
    Exporter(
        "mmc4-openflamingo",
        "MMC4 documents in tar shards with the images inside, as OpenFlamingo trains on them",
        write_openflamingo,
        options=SHARD_OPTIONS,
        tested_with="open_flamingo 2.0.1: preprocess_interleaved",
    ),
)
