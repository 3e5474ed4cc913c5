"""MagicBrush: sessions of edits with masks, in Parquet.

Columns: `img_id` (text), `turn_index` (int32, from 1), `source_img`, `mask_img` (white may be edited), `instruction`,
`target_img`. From the second turn of a session on, the source is the previous target; reading gives a sample per turn,
the session in `group`, the mask as the extra `mask`. Writing takes those, and samples of several turns, whose masks are
the extras `mask`, `mask_2`, `mask_3` …; a session that lost a turn on the way begins anew under the sample's own id.

Covered: masks as people draw them (white on anything), and label maps of one label, which become white on black.
`mask_img` is null where a sample has none. Not covered: label maps of several labels.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Extra, Sample
from mmrecipes.formats.edit_triplets import Edit, add_row, edit_turns, edits_of, one_image
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.image_cells import pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, first_types
from mmrecipes.formats.parquet_write import parquet_folder
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource
from mmrecipes.store.schema import IMAGE

_SCHEMA = pa.schema([
    ("img_id", pa.string()), ("turn_index", pa.int32()), ("source_img", IMAGE), ("mask_img", IMAGE),
    ("instruction", pa.string()), ("target_img", IMAGE),
])  # fmt: skip
_BECOMES = {
    "img_id": "group", "turn_index": "meta", "source_img": "picture to edit", "mask_img": "extra `mask`",
    "instruction": "instruction", "target_img": "edited picture",
}  # fmt: skip


def _open(path: Path, options: ReadOptions) -> Rows:
    return TableSamples(TableSource(RowTable(path)), Shape(_BECOMES, _convert), pictures_beside(path, options.images))


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    session, turn = row.get("img_id"), row.get("turn_index")
    if session in (None, "") or not isinstance(turn, int) or turn < 1:
        raise RowError("no_session", f"img_id {session!r} and turn_index {turn!r} do not say which edit this is")
    turns = edit_turns(row, ("source_img", "instruction", "target_img"), pictures)
    masks = (Extra("mask", one_image(row, "mask_img", pictures)),) if row.get("mask_img") else ()
    meta = {**base.meta, "img_id": str(session), "turn_index": turn}
    return base.having(**turns, id=f"{session}/{turn}", group=str(session), extras=masks, meta=meta)


def _recognises(look: Look) -> str:
    wanted = {"source_img", "instruction", "target_img", "turn_index"}
    return "columns source_img, instruction, target_img, turn_index" if wanted <= set(first_types(look)) else ""


READERS = (Reader("magicbrush", "MagicBrush: sessions of edits with masks", _recognises, _open, rank=15),)


class _Sessions:
    """Which turn of which session comes next."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, str]] = {}

    def given(self, sample: Sample, first: Image) -> tuple[str, int] | None:
        """Session and turn that a sample says it is, when it goes on where the session stands; None when not."""
        session, turn = sample.meta.get("img_id"), sample.meta.get("turn_index")
        if session is None or turn is None:
            return None if sample.id in self._last else (sample.id, 1)
        before = self._last.get(session)
        follows = turn == 1 if before is None else before == (turn - 1, first.sha256)
        return (session, turn) if follows else None

    def reached(self, session: str, turn: int, target: Image) -> None:
        """Note a turn that was written."""
        self._last[session] = (turn, target.sha256)


def write(export: Export) -> None:
    """Write `data/`, `README.md` and `provenance.jsonl`."""
    sessions = _Sessions()
    images: dict[str, int] = {}
    with parquet_folder(export.folder, _SCHEMA) as files, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            edits, impossible, lossy = edits_of(sample)
            if any(b.source.sha256 != a.target.sha256 for a, b in itertools.pairwise(edits)):
                impossible = ["source_is_not_the_previous_target"]
            masks, unclear = _masks(sample, edits)
            place = sessions.given(sample, edits[0].source) if edits else None
            lossy += [*unclear, *(["broken_session"] if edits and place is None else [])]
            if not export.admits(sample, impossible, list(dict.fromkeys(lossy))):
                continue
            session, turn = place or (sample.id, 1)
            for number, (edit, mask) in enumerate(zip(edits, masks, strict=True), turn):
                row = {"img_id": session, "turn_index": number, "instruction": edit.instruction}
                pictures = {
                    "source_img": edit.source,
                    "target_img": edit.target,
                    **({"mask_img": mask} if mask else {}),
                }
                add_row(files, sample.split, row, pictures, images)
                sessions.reached(session, number, edit.target)
            beside.write(export.provenance(sample))
            export.keep(sample, read={"extras", "messages", "meta.img_id", "meta.turn_index"})
    export.report.images, export.report.image_bytes = len(images), sum(images.values())


EXPORTS = (
    Exporter(
        "magicbrush",
        "sessions of image edits with masks in the columns of MagicBrush, Parquet with the pictures in it",
        write,
        tested_with="datasets 5.2.0 load_dataset",
    ),
)


def _masks(sample: Sample, edits: list[Edit]) -> tuple[list[Image | None], list[str]]:
    """The mask of every edit as MagicBrush has it, and why some cannot be given."""
    held = {e.name: e.image for e in sample.extras}
    masks: list[Image | None] = []
    unclear: list[str] = []
    for number, edit in enumerate(edits, 1):
        mask = held.get("mask" if number == 1 else f"mask_{number}")
        made = None if mask is None or mask.size != edit.source.size else white_mask(mask)
        if mask is not None and made is None:
            unclear.append("unclear_mask" if mask.size == edit.source.size else "mask_size_differs")
        masks.append(made)
    return masks, unclear


def white_mask(mask: Image) -> Image | None:
    """The mask with white where it may be edited: as it is when it has white pixels; white for the label of a map of
    one label; None for anything else."""
    import numpy as np
    from PIL import Image as Pil

    pixels = mask.decode()
    if (pixels == 255).all(axis=2).any():
        return mask
    labels = pixels.any(axis=2)
    if len(np.unique(pixels[labels], axis=0)) != 1:
        return None
    out = io.BytesIO()
    Pil.fromarray(labels.astype(np.uint8) * 255).save(out, "PNG")
    return image_from_bytes(out.getvalue())
