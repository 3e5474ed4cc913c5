"""Reads RefCOCO referring expressions: `refs(<split_by>).p`, or the same list as JSON, alone or with its folder.

Covered: RefCOCO, RefCOCO+, RefCOCOg (umd, google) and files of that form, by split; a folder with `instances.json` as
samples, one per image and split. The pickle is read by an unpickler that refuses every class but plain containers, so
that a file can hold data only, never code. Not covered: RefCLEF's segments, writing (see `refcoco_export`).

A sample's `truth` is that of grounding: a target per expression with its phrase, category and box in pixels.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.boxes import box_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.coco import CocoFile, read_coco
from mmrecipes.formats.coco_rows import Annotated, annotated, frame_note, licence_of
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures, pictures_of, read_picture
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows

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
    every = read_splits(path)
    found = every.get(split) or every.get("")
    if not found:
        raise InputError(f"{path} has no expressions in split {split!r}; its splits are {', '.join(sorted(every))}")
    return found


def read_splits(path: Path) -> Mapping[str, Expressions]:
    """The expressions by split, in the order of the file; cached per process. A ref that names no split is in all of
    them; when none does, all are in the split "".

    Raises `InputError` for a file that cannot be read, is not a list of refs, or holds no expression.
    """
    if not path.is_file():
        raise InputError(f"{path} does not exist: give RefCOCO's refs(<split_by>).p")
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, mtime: int, size: int) -> Mapping[str, Expressions]:
    refs = _loaded(path)
    if not isinstance(refs, list) or not refs or not all(isinstance(r, dict) for r in refs):
        raise InputError(f"{path} is not a list of referring expressions")
    missing = {"image_id", "ann_id", "sentences"} - set(refs[0])
    if missing:
        raise InputError(f"{path}: its first entry has no {', '.join(sorted(missing))}")
    named = list(dict.fromkeys(str(r["split"]) for r in refs if "split" in r)) or [""]
    found: dict[str, dict[Any, dict[Any, tuple[str, ...]]]] = {split: {} for split in named}
    for ref in refs:
        if {"image_id", "ann_id"} <= set(ref):
            for split in [str(ref["split"])] if "split" in ref else named:
                own = found[split].setdefault(ref["image_id"], {})
                own[ref["ann_id"]] = tuple(dict.fromkeys((*own.get(ref["ann_id"], ()), *_sentences(ref))))
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


@dataclass(frozen=True, slots=True)
class _RefRows:
    _file: CocoFile
    _pictures: Pictures
    _refs: Path
    _places: tuple[tuple[str, int], ...]
    """(split, position in the file's list of images) of every row."""
    _orphans: int

    @property
    def columns(self) -> Sequence[str]:
        return (*self._file.rows[0].image, "annotations", "refs")

    @property
    def remarks(self) -> Sequence[str]:
        lost = [f"{self._orphans} images of {self._refs.name} are not in {self._file.path.name}"] * bool(self._orphans)
        return (*lost, *self._file.notes, *self._file.unusable)

    def __len__(self) -> int:
        return len(self._places)

    def sample(self, index: int) -> Sample:
        """A `record`: the image, a region per usable annotation, a target per expression. Raises what `Rows.sample`
        says."""
        split, position = self._places[index]
        row = self._file.rows[position]
        if row.wrong:
            raise RowError(row.wrong, f"{self._file.path}: image {position + 1} of the list")
        entry = row.image
        picture = read_picture(self._pictures.find(entry["file_name"]), (entry.get("width"), entry.get("height")))
        found = annotated(row.annotations, picture)
        targets, unused = _targets(found, read_splits(self._refs)[split][entry["id"]])
        if not targets:
            raise RowError("no_usable_expression", f"image {entry['id']}: no expression is about a usable box")
        counts = {**found.unusable, **({"expression_without_box": unused} if unused else {})}
        meta: dict[str, Any] = {**entry, **frame_note(picture), "annotations": list(found.beside)}
        return Sample(
            id=f"{split}/{entry['id']}" if split else str(entry["id"]),
            kind="record",
            split=split or "train",
            group=f"image:{entry['id']}",
            source=self._file.description or self._refs.stem,
            licence=licence_of(self._file.licences, entry),
            truth_source="annotated",
            images=(picture.image,),
            regions=found.regions,
            truth={"kind": "grounding", "place": "box", "targets": targets},
            meta=meta | ({"unusable": counts} if counts else {}),
        )


def _targets(found: Annotated, said: Mapping[int | str, tuple[str, ...]]) -> tuple[list[dict[str, Any]], int]:
    """A target per expression about a usable region, and how many expressions are about none."""
    places = {beside.get("id"): region for region, beside in zip(found.regions, found.beside, strict=True)}
    targets = [
        {"phrase": phrase, "category": places[ann_id].label, "boxes_px": [list(box_of(places[ann_id].quad))]}
        for ann_id, phrases in said.items()
        if ann_id in places
        for phrase in phrases
    ]
    return targets, sum(map(len, said.values())) - len(targets)


_OPTIONS = {
    "refs": "name of the refs file, where the folder has several, such as refs(unc).p",
    "split": "one split only, such as train or testA (default: all)",
}


def open_refcoco(path: Path, options: ReadOptions) -> Rows:
    """The rows of a folder with `instances.json` and refs. Raises `InputError` when something is missing in it."""
    refs = _refs_file(path, options.settings.get("refs", ""))
    file = read_coco(path / "instances.json")
    splits = read_splits(refs)
    if only := options.settings.get("split"):
        splits = {only: read_expressions(refs, only)}
    positions = {own: i for i, own in reversed(list(enumerate(file.image_ids))) if own is not None}
    named = [(split, image) for split, own in splits.items() for image in own]
    places = tuple((split, positions[image]) for split, image in named if image in positions)
    if not places:
        raise InputError(f"no image of {file.path} is named in {refs}: do they belong together?")
    return _RefRows(file, pictures_of(file, options.images), refs, places, len(named) - len(places))


def _refs_file(folder: Path, name: str) -> Path:
    if name:
        return folder / name
    found = sorted(folder.glob("refs*.p"))
    if len(found) != 1:
        names = ", ".join(p.name for p in found) or "none"
        raise InputError(f"{folder} has {len(found)} files of refs ({names}): name one with the option `refs`")
    return found[0]


def recognises_refcoco(look: Look) -> str:
    """A folder with `instances.json` and `refs(...).p`."""
    refs = sorted(p.name for p in look.path.glob("refs*.p")) if look.is_folder else []
    return f"instances.json with {refs[0]}" if refs and (look.path / "instances.json").is_file() else ""


READERS = (
    Reader(
        "refcoco",
        "RefCOCO folder: instances.json and refs(<split_by>).p, expressions as truth",
        recognises_refcoco,
        open_refcoco,
        rank=30,
        options=_OPTIONS,
    ),
)
