"""Image edits as triplets in Parquet: a picture, an instruction, the edited picture.

Reading: the columns of InstructPix2Pix data, `input_image` or `original_image`, `edit_prompt`, `edited_image`.
Writing: `input_image`, `edit_prompt`, `edited_image` (what diffusers' `train_instruct_pix2pix.py` reads by default) and
`id`, one row per edit, the pictures embedded as they are. A sample is user [picture, instruction], assistant [edited
picture]; a sample of several edits has a row per edit, each of the picture before it.

Covered: pictures as bytes or paths, data saved to disk, edits without a picture of their own in the user's turn. Not
covered: masks (see `magicbrush`), prompts that describe pictures (kept in `meta`), edits of several pictures at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample, assistant, user
from mmrecipes.formats.export import Export, Exporter, conversation_problem
from mmrecipes.formats.image_cells import images_of, pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, first_types
from mmrecipes.formats.parquet_write import ParquetFolder, image_cell, parquet_folder
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource
from mmrecipes.store.schema import IMAGE

_SOURCES = ("input_image", "original_image")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a sample: what the picture was, what was asked, what it became."""

    source: Image
    instruction: str
    target: Image


def edit_turns(row: Mapping[str, Any], columns: tuple[str, str, str], pictures: Pictures) -> dict[str, Any]:
    """`images` and `messages` of a row with columns for source, instruction and target.

    Raises `RowError` with reason `no_image`, `several_images` or `no_instruction`, and what `images_of` raises.
    """
    source, target = (one_image(row, columns[i], pictures) for i in (0, 2))
    instruction = row.get(columns[1])
    if not isinstance(instruction, str) or not instruction.strip():
        raise RowError("no_instruction", f"column {columns[1]} is empty")
    images = (source,) if source.sha256 == target.sha256 else (source, target)
    return {"images": images, "messages": (user(source, instruction), assistant(target)), "task": "edit"}


def one_image(row: Mapping[str, Any], column: str, pictures: Pictures) -> Image:
    """The one picture of a column. Raises as `edit_turns` does."""
    found = images_of(row.get(column), pictures)
    if len(found) != 1:
        raise RowError("several_images" if found else "no_image", f"column {column} has {len(found)} pictures")
    return found[0]


def _source_column(columns: Mapping[str, Any]) -> str:
    """Which column holds the picture to edit; empty when these are no triplets."""
    if not {"edit_prompt", "edited_image"} <= set(columns):
        return ""
    return next((c for c in _SOURCES if c in columns), "")


def _open(path: Path, options: ReadOptions) -> Rows:
    table = RowTable(path)
    names = (_source_column(table.types) or _SOURCES[0], "edit_prompt", "edited_image")

    def convert(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
        return base.having(**edit_turns(row, names, pictures))

    becomes = dict(zip(names, ("picture to edit", "instruction", "edited picture"), strict=True))
    return TableSamples(TableSource(table), Shape(becomes, convert), pictures_beside(path, options.images))


def _recognises(look: Look) -> str:
    source = _source_column(first_types(look))
    return f"columns {source}, edit_prompt, edited_image" if source else ""


READERS = (
    Reader("edit-triplets", "image edits in the columns of InstructPix2Pix: Parquet or saved", _recognises, _open, 20),
)


def edits_of(sample: Sample) -> tuple[list[Edit], list[str], list[str]]:
    """The edits of a sample, why it is none that fits, and what triplets do not hold of it."""
    turns = [m for m in sample.messages if m.role != "system"]
    if problem := conversation_problem(sample):
        return [], [problem], []
    edits: list[Edit] = []
    lossy = ["system_turn"] * (len(turns) < len(sample.messages))
    for asked, answered in zip(turns[::2], turns[1::2], strict=True):
        sources, targets = _images(sample, asked), _images(sample, answered)
        sources = sources or [e.target for e in edits[-1:]]
        if len(sources) != 1 or len(targets) != 1 or not asked.text.strip():
            return [], ["no_edit_of_one_picture"], []
        edits.append(Edit(sources[0], asked.text, targets[0]))
        lossy += ["text_in_the_answer"] * bool(answered.text.strip())
        lossy += ["sizes_differ"] * (sources[0].size != targets[0].size)
    return edits, [], lossy


def _images(sample: Sample, message: Message) -> list[Image]:
    return [sample.image(p.image) for p in message.parts if p.image is not None]


_SCHEMA = pa.schema(
    [("id", pa.string()), ("input_image", IMAGE), ("edit_prompt", pa.string()), ("edited_image", IMAGE)]
)


def write(export: Export) -> None:
    """Write `data/`, `README.md` and `provenance.jsonl`."""
    images: dict[str, int] = {}
    with parquet_folder(export.folder, _SCHEMA) as files, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            edits, impossible, lossy = edits_of(sample)
            if not export.admits(sample, impossible, list(dict.fromkeys(lossy))):
                continue
            for edit in edits:
                pair = {"input_image": edit.source, "edited_image": edit.target}
                add_row(files, sample.split, {"id": sample.id, "edit_prompt": edit.instruction}, pair, images)
            beside.write(export.provenance(sample))
            export.keep(sample, read={"messages"})
    export.report.images, export.report.image_bytes = len(images), sum(images.values())


def add_row(
    files: ParquetFolder, split: str, row: Mapping[str, Any], pictures: Mapping[str, Image], seen: dict[str, int]
) -> None:
    """Add a row with embedded pictures; `seen` takes their SHA-256 and bytes."""
    sizes = {im.sha256: len(im.data) for im in pictures.values()}
    seen |= sizes
    files.add(split, {**row, **{column: image_cell(im) for column, im in pictures.items()}}, sum(sizes.values()))


EXPORTS = (
    Exporter(
        "edit-triplets",
        "image edits in the columns of InstructPix2Pix, Parquet with the pictures in it",
        write,
        tested_with="datasets 5.2.0 load_dataset, columns and preprocessing of diffusers' train_instruct_pix2pix.py",
    ),
)
