"""Reads COCO caption files: images, and annotations that are sentences about them.

Covered: random access to the captions of an image in file order; captions stay on disk, memory holds one number per
caption. Not covered: pictures; captions of an image that the file does not have; an empty caption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import InputError
from mmrecipes.formats.coco import annotation_file
from mmrecipes.formats.json_lists import ListOnDisk, open_lists


@dataclass(frozen=True, slots=True)
class CocoCaptions:
    """A checked caption file. `images` are the file's own entries; `description` and `licences` as it gives them."""

    path: Path
    images: Sequence[Mapping[str, Any]]
    description: str
    licences: Mapping[Any, str]
    _annotations: Sequence[Mapping[str, Any]]
    _rank: Mapping[Any, int]
    _owners: npt.NDArray[np.int32]
    _order: npt.NDArray[np.int32]

    def of(self, image_id: Any) -> list[str]:
        """The captions of an image, in file order."""
        rank = self._rank.get(image_id)
        if rank is None:
            return []
        start, stop = np.searchsorted(self._owners, [rank, rank + 1])
        return [self._annotations[int(i)]["caption"] for i in self._order[start:stop]]


def read_captions(path: Path) -> CocoCaptions:
    """The file, kept per process as long as it does not change. Raises `InputError` for one that has no captions."""
    file = annotation_file(path)
    stat = file.stat()
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, mtime: int, size: int) -> CocoCaptions:
    value = open_lists(path)
    lists = [value.get(k) if isinstance(value, dict) else None for k in ("images", "annotations")]
    images, annotations = lists
    if not isinstance(images, ListOnDisk) or not isinstance(annotations, ListOnDisk):
        raise InputError(f"{path} is not a COCO caption file: it needs the lists `images` and `annotations`")
    rank: dict[Any, int] = {}
    owners = np.full(len(annotations), -1, np.int32)
    for i, entry in enumerate(annotations):
        if isinstance(entry, dict) and is_text(entry.get("caption")):
            owner = entry.get("image_id")
            if isinstance(owner, (int, str)):
                owners[i] = rank.setdefault(owner, len(rank))
    if not rank:
        raise InputError(f"{path}: no entry of `annotations` has a caption: is this the captions file?")
    order = np.argsort(owners, kind="stable")
    licences = {e.get("id"): str(e.get("name", "")) for e in value.get("licenses") or () if isinstance(e, dict)}
    info = value.get("info")
    said = str(info.get("description") or "") if isinstance(info, dict) else ""
    return CocoCaptions(path, images, said, licences, annotations, rank, owners[order], order.astype(np.int32))


def is_text(value: object) -> TypeGuard[str]:
    """A text that says something and can be written down: no blank one, no half characters."""
    if not isinstance(value, str) or not value.strip():
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
