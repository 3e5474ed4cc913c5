"""Rows whose keys no reader knows, read as they are: what is known becomes images and turns, all else `meta`.

Covered: JSON arrays and JSON lines of objects, Parquet and saved data sets, for looking at them and for recipes that
are told what columns mean. Never recognised: it is named, or taken by who wants rows of any keys. Not covered: guessing
what columns mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.sample import Sample
from mmrecipes.formats.hf_parquet import OPTIONS, hf_table
from mmrecipes.formats.json_pairs import json_rows
from mmrecipes.formats.look import JSON_SUFFIXES, Look
from mmrecipes.formats.parquet_rows import first_types
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, Rows
from mmrecipes.formats.table_samples import Shape

PLAIN = "rows"
"""The reader of this module."""
_REMARK = "no key is known for an image, a question with its answer, a conversation or a caption: all are kept in meta"


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    return base.having(kind="record")


def _open(path: Path, options: ReadOptions) -> Rows:
    otherwise = None if options.settings else Shape({}, _convert, (_REMARK,))
    is_json = path.is_file() and path.suffix.lower() in JSON_SUFFIXES
    return (json_rows if is_json else hf_table)(path, options, otherwise)


READERS = (
    Reader(
        PLAIN,
        "JSON rows, Parquet or saved data sets of any columns: what is not known by its name is kept in meta",
        lambda look: "",
        _open,
        rank=90,
        options=OPTIONS,
    ),
)


def holds_rows(path: Path) -> bool:
    """Whether a path holds rows that this reader takes. Raises `InputError` when the path is missing or cannot be
    looked into."""
    look = Look(path)
    return bool(first_types(look)) or (bool(look.record) and _is_list(path))


def _is_list(path: Path) -> bool:
    """Whether JSON is an array or lines, not one object."""
    with path.open("rb") as file:
        start = file.read(1 << 10).removeprefix(b"\xef\xbb\xbf").lstrip()
    return path.suffix.lower() != ".json" or start.startswith(b"[")


def json_in(value: Any) -> Any:
    """The list or object that a text holds as JSON; any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
