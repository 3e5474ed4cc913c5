"""The source: rows of a COCO file, with RefCOCO expressions laid over them when given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.coco import CocoFile, ImageRow, read_coco
from mmrecipes.formats.pictures import PictureError, Pictures, pictures_of
from mmrecipes.formats.refcoco import Expressions, read_expressions
from mmrecipes.recipes.qwen_vl_grounding.markup import has_markup


@dataclass(frozen=True, slots=True)
class CocoSource:
    """One row per image, in file order; with `refs`, only images that have expressions in `split`.

    Holds paths only: each process scans the files once and keeps an index into them.
    """

    recipe: str
    coco: Path
    pictures: Pictures
    refs: Path | None
    split: str
    remarks: tuple[str, ...] = ()
    """What of the file cannot be used, as far as it is known without the pictures."""
    writes: ClassVar[tuple[str, ...]] = (
        "draft.index",
        "draft.entry",
        "draft.annotations",
        "draft.path",
        "draft.wrong",
        "meta",
    )

    def strata(self) -> Mapping[str, float]:
        return {"images": 1.0}

    def size(self, stratum: str) -> int | None:
        return len(_numbers(self.coco, self.refs, self.split))

    def sample(self, stratum: str, index: int) -> Sample:
        file = read_coco(self.coco)
        row = file.rows[_numbers(self.coco, self.refs, self.split)[index]]
        if self.refs is not None:
            row = _with_phrases(row, read_expressions(self.refs, self.split))
        entry = row.image
        path, wrong = "", row.wrong
        if not wrong:
            try:
                path = str(self.pictures.find(entry["file_name"]))
            except PictureError as e:
                wrong = f"{e.reason}: {e}"
        meta = {"image_id": entry.get("id"), "file_name": entry.get("file_name"), "notes": list(file.notes)}
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}",
            group=f"image:{entry.get('id')}",
            split=self.split if self.refs else "train",
            source=file.description or file.path.stem,
            licence=file.licences.get(entry.get("license", ""), ""),
            truth_source="annotated",
            meta=meta,
            draft={
                "index": index,
                "entry": dict(entry),
                "annotations": list(row.annotations),
                "path": path,
                "wrong": wrong,
            },
        )


def open_source(recipe: str, inputs: Mapping[str, Path], split: str) -> CocoSource:
    """Check the inputs `main`, `images` and `refs`. Raises `InputError`."""
    file = read_coco(inputs["main"])
    refs = inputs.get("refs")
    pictures = pictures_of(file, inputs.get("images"))
    source = CocoSource(recipe, inputs["main"], pictures, refs, split, (*file.notes, *file.unusable, *_unnamed(file)))
    source.size("images")
    return source


@lru_cache(maxsize=2)
def _numbers(coco: Path, refs: Path | None, split: str) -> Sequence[int]:
    """Positions of the rows that are used."""
    file = read_coco(coco)
    if refs is None:
        return range(len(file.rows))
    said = read_expressions(refs, split)
    numbers = [i for i, own in enumerate(file.image_ids) if own in said]
    if not numbers:
        raise InputError(f"no image of {file.path} is named in {refs}: do they belong together?")
    return numbers


def _unnamed(file: CocoFile) -> list[str]:
    names = sorted({name for name in file.categories.values() if has_markup(name)})
    if not names:
        return []
    shown = ", ".join(f"{name[:40]!r}" for name in names[:3]) + (", …" if len(names) > 3 else "")
    return [f"{len(names)} of {len(file.categories)} categories not used, their names hold markup: {shown}"]


def _with_phrases(row: ImageRow, said: Expressions) -> ImageRow:
    own = said[row.image["id"]]
    annotations = tuple(
        {**a, "phrases": [*(a.get("phrases") or ()), *own[a["id"]]]} if a.get("id") in own else a
        for a in row.annotations
    )
    return ImageRow(row.image, annotations, row.wrong)
