"""Reads RefCOCO referring expressions: `refs(<split_by>).p`, or the same list as JSON.

Covered: RefCOCO, RefCOCO+, RefCOCOg (umd, google) and files of that form, by split. The pickle is read by an
unpickler that refuses every class but plain containers, so that a file can hold data only, never code. Not
covered: the masks in `instances.json` (see `coco`), writing.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import InputError

_HARMLESS = {(m, n) for m in ("builtins", "__builtin__") for n in ("set", "frozenset")}

Expressions = Mapping[int | str, Mapping[int | str, tuple[str, ...]]]
"""image_id -> ann_id -> expressions."""


class _DataOnly(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) in _HARMLESS:
            return {"set": set, "frozenset": frozenset}[global_name]
        raise pickle.UnpicklingError(f"it wants to load {module_name}.{global_name}, which data never needs")


def read_expressions(path: Path, split: str) -> Expressions:
    """The expressions of one split by image and annotation; cached per process.

    Raises `InputError` for a file that cannot be read, is not a list of refs, or has nothing in this split.
    """
    if not path.is_file():
        raise InputError(f"{path} does not exist: give RefCOCO's refs(<split_by>).p")
    stat = path.stat()
    return _read(path, split, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, split: str, mtime: int, size: int) -> Expressions:
    refs = _loaded(path)
    if not isinstance(refs, list) or not refs or not all(isinstance(r, dict) for r in refs):
        raise InputError(f"{path} is not a list of referring expressions")
    missing = {"image_id", "ann_id", "sentences"} - set(refs[0])
    if missing:
        raise InputError(f"{path}: its first entry has no {', '.join(sorted(missing))}")
    found: dict[Any, dict[Any, tuple[str, ...]]] = {}
    for ref in refs:
        if ref.get("split", split) == split and {"image_id", "ann_id"} <= set(ref):
            own = found.setdefault(ref["image_id"], {})
            own[ref["ann_id"]] = tuple(dict.fromkeys((*own.get(ref["ann_id"], ()), *_sentences(ref))))
    if not found:
        splits = sorted({str(r.get("split")) for r in refs})
        raise InputError(f"{path} has no expressions in split {split!r}; its splits are {', '.join(splits)}")
    return found


def _sentences(ref: Mapping[str, Any]) -> list[str]:
    """The cleaned sentence where there is one, else the raw one; blanks collapsed."""
    said = []
    for sentence in ref.get("sentences") or ():
        text = sentence if isinstance(sentence, str) else sentence.get("sent") or sentence.get("raw") or ""
        if text.strip():
            said.append(" ".join(text.split()))
    return said


def _loaded(path: Path) -> Any:
    data = path.read_bytes()
    if data[:1] in (b"[", b"{", b"\xef") or path.suffix.lower() == ".json":
        try:
            return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as e:
            raise InputError(f"{path} is not JSON: {e}") from e
    for encoding in ("utf-8", "latin-1"):
        try:
            return _DataOnly(io.BytesIO(data), encoding=encoding).load()
        except UnicodeDecodeError:
            continue
        except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, TypeError, AttributeError) as e:
            raise InputError(f"{path} is not a pickle of plain data: {e}") from e
    raise InputError(f"{path} is not a pickle of plain data: its text cannot be decoded")
