"""Reads JSON rows of a picture with a question and its answer, or with a caption, whatever the keys are called.

Covered: a JSON array or JSON lines of flat objects, such as `{"image": "a.jpg", "question": "…", "answer": "…"}`; keys,
choices, several answers and options are those of tables (see `hf_parquet`). A path is recognised only when each key has
one reading: a picture, and either one name of a question with one of an answer or one name of a caption. Which key is
meant where there are two (`question` and `prompt`) is said by an option. Pictures are files below the usual folders,
or data URLs. Not covered: text alone (recognised as other formats, or opened by name), nested objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.errors import UsageError
from mmrecipes.formats.hf_parquet import OPTIONS, hf_shape, naming_pictures
from mmrecipes.formats.image_cells import inside, is_data
from mmrecipes.formats.interleaved import JsonSource
from mmrecipes.formats.look import JSON_SUFFIXES, Look
from mmrecipes.formats.pictures import Pictures, located_pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, Types
from mmrecipes.formats.usual import USUAL, two_readings

_LOOKED_AT = 200
"""Rows whose keys and names of pictures are looked at before any is read."""


def types_of(records: Iterable[Mapping[str, Any]]) -> Types:
    """The keys of records; as type text where all values that are not null are texts, else None (not known)."""
    held: dict[str, list[Any]] = {}
    for record in records:
        for key, value in record.items():
            held.setdefault(key, []).extend([value] if value is not None else [])
    return {k: pa.string() if v and all(isinstance(x, str) for x in v) else None for k, v in held.items()}


def _shape(records: Sequence[Mapping[str, Any]], settings: Mapping[str, str]) -> Shape | None:
    types = types_of(records)
    return hf_shape(types, settings, naming_pictures(records, types))


def _recognises(look: Look) -> str:
    records = [r for r in look.records if isinstance(r, dict)]
    keys = list(types_of(records))
    lower = {k.lower() for k in keys}
    if not records or lower & {*USUAL["conversation"], "texts"} or two_readings(keys):
        return ""
    roles = {r for r in ("question", "answer", "caption") if lower & set(USUAL[r])}
    shape = _shape(records, {}) if roles in ({"question", "answer"}, {"caption"}) else None
    if shape is None or "images" not in shape.becomes.values() or len(set(shape.becomes.values())) < 2:
        return ""
    return f"rows with {', '.join(f'`{k}`' for k in shape.becomes)}"


def json_rows(path: Path, options: ReadOptions, otherwise: Shape | None = None) -> Rows:
    """The rows of a file; in the shape `otherwise` when no key is known. Raises `UsageError` when there is none."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the path of its JSON file")
    source = JsonSource(path)
    records = list(_first(source))
    shape = _shape(records, options.settings) or otherwise
    if shape is None:
        raise UsageError(
            f"{path}: no key is known for an image, a question with its answer, a conversation or a caption; keys are "
            f"{', '.join(source.types)}. Name them, for example question=KEY and answer=KEY"
        )
    return TableSamples(source, shape, _pictures(path, records, shape, options.images))


def _first(source: JsonSource) -> Iterator[Mapping[str, Any]]:
    """The first rows that can be read; why others cannot is said when they are asked for."""
    for index in range(min(_LOOKED_AT, len(source))):
        with suppress(RowError):
            yield source.row(index)


def _pictures(file: Path, records: Iterable[Mapping[str, Any]], shape: Shape, folder: Path | None) -> Pictures:
    """Where the pictures lie. Raises `InputError` when none of the first ones is there."""
    keys = [k for k, becomes in shape.becomes.items() if becomes == "images"]
    cells = [c for r in records for k in keys for c in (r[k] if isinstance(r.get(k), list) else [r.get(k)])]
    names = [c for c in cells if isinstance(c, str) and c and not is_data(c) and "://" not in c]
    home = Pictures((folder,) if folder else (file.resolve().parent,))
    return located_pictures(file, (inside(n, home.folders) for n in names), folder) if names else home


READERS = (
    Reader(
        "json",
        "JSON rows of a picture with question and answer, or with a caption, keys named as you like",
        lambda look: "" if look.path.suffix.lower() not in JSON_SUFFIXES else _recognises(look),
        json_rows,
        rank=60,
        options=OPTIONS,
    ),
)
