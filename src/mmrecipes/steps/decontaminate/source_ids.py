"""Ids of the public picture pools, read from paths, URLs and named fields: `coco:262148`, `vg:2412112`, `flickr:…`.

Covered: COCO (numbers only: pictures of val2014 are in train2017, so splits do not count), Visual Genome, Flickr. Not
covered: which COCO picture a Visual Genome number is, where no `coco_id` says so; other pools. A number is an id only
where its place says so: never inside another number or an unrelated name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

_END = r"(?=\.(?:jpe?g|png|webp)$|$)"
_COCO_NAME = re.compile(rf"(?:^|[/_-])COCO_(?:train|val|test)20\d\d_0*(\d{{1,12}}){_END}", re.IGNORECASE)
_COCO_FOLDER = re.compile(rf"(?:^|/)(?:train|val|test|unlabeled)20(?:14|15|17)/0*(\d{{1,12}}){_END}", re.IGNORECASE)
_COCO_PADDED = re.compile(r"(?:^|/)(0{3}\d{9})\.(?:jpe?g|png|webp)$", re.IGNORECASE)
_VG = re.compile(r"(?:^|/)(?:VG_100K(?:_2)?|(?:vg|gqa|visual_?genome)(?:/images)?)/(\d{1,9})\.(?:jpe?g|png)$", re.I)
_FLICKR = re.compile(r"(?:^|/)flickr30k[^/]*/(?:[^/]+/)*(\d{6,12})\.(?:jpe?g|png)$", re.IGNORECASE)
_FLICKR_URL = re.compile(r"(?:^|/)(\d{6,12})_[0-9a-f]{8,10}(?:_[a-z])?\.(?:jpe?g|png)$", re.IGNORECASE)
_PATHS = (
    ("coco", _COCO_NAME), ("coco", _COCO_FOLDER), ("coco", _COCO_PADDED), ("vg", _VG), ("flickr", _FLICKR),
)  # fmt: skip
_FIELDS = {
    "coco_id": "coco", "coco_image_id": "coco", "cocoid": "coco", "coco_url_id": "coco", "vg_id": "vg",
    "vg_image_id": "vg", "visual_genome_id": "vg", "flickr_id": "flickr",
}  # fmt: skip
_DEPTH = 6


def ids_in_path(text: str) -> Iterator[str]:
    """The pool ids that a path or URL names; none in most texts."""
    parts = urlsplit(text.replace("\\", "/").strip())
    path = unquote(parts.path)
    for pool, pattern in _PATHS:
        if found := pattern.search(path):
            yield f"{pool}:{int(found[1])}"
    if "flickr" in parts.netloc.lower() and (found := _FLICKR_URL.search(path)):
        yield f"flickr:{int(found[1])}"


def ids_in_fields(fields: Mapping[str, Any]) -> Iterator[str]:
    """The pool ids in the fields of a row, however deep: fields named for a pool, and texts that are paths or URLs."""
    yield from _walk(fields, "", 0)


def ids_of_pool(pool: str, value: Any) -> Iterator[str]:
    """A bare number, or a file name that is one, in a field that is known to hold ids of the pool."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        yield f"{pool}:{value}"
    elif isinstance(value, str):
        stem = PurePosixPath(value).name.partition(".")[0].rpartition("_")[2]
        if stem.isascii() and stem.isdigit() and int(stem):
            yield f"{pool}:{int(stem)}"


def _walk(value: Any, name: str, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        return
    if name.lower() in _FIELDS:
        yield from ids_of_pool(_FIELDS[name.lower()], value)
    if isinstance(value, str):
        if len(value) < 1000:
            yield from ids_in_path(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, str(key), depth + 1)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _walk(inner, name, depth + 1)
