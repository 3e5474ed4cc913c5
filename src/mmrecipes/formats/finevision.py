"""FineVision's rows, read and written: `images`, `texts` (list of {user, assistant}), `source`, ratings per turn.

The images of a row stand before its first question, as its readers take them. Ratings (`relevance_ratings`,
`relevance_min` and so on for the four axes) are `scores` of the same names. All columns are written, null where a
sample has no such score, so that types do not depend on the rows. Not covered: making ratings (see the recipe
`finevision`), other places of images and system turns (moved to the front when degraded).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Message, Sample, assistant, shown_images, user
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, conversation_problem, escaped, reserved_token
from mmrecipes.formats.image_cells import each_once, images_of, pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, as_json, element, fields_of, first_types, is_list
from mmrecipes.formats.parquet_write import image_cell, parquet_folder
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import with_images_first
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource, Types
from mmrecipes.store.schema import IMAGE

AXES = ("relevance", "visual_dependency", "image_correspondence", "formatting")
SCORES = tuple(f"{axis}_{kind}" for axis in AXES for kind in ("ratings", "min"))
_TURN = pa.struct([("user", pa.string()), ("assistant", pa.string())])
_SCORE_TYPES = {name: pa.list_(pa.int64()) if name.endswith("ratings") else pa.int64() for name in SCORES}
SCHEMA = pa.schema([
    ("images", pa.list_(IMAGE)), ("texts", pa.list_(_TURN)), ("source", pa.string()), *_SCORE_TYPES.items(),
    ("id", pa.string()),
])  # fmt: skip


def finevision_shape(types: Types) -> Shape | None:
    """How rows with these columns become samples; None when they are not FineVision's."""
    if "texts" not in types or not _are_turns(types["texts"]):
        return None
    images = {c: "images, before the first question" for c in ("images", "image") if c in types}
    scores = {c: f"scores.{c}" for c in types if c.endswith(("_ratings", "_min"))}
    return Shape({"texts": "messages", **images, **scores}, _convert)


def _are_turns(kind: pa.DataType | None) -> bool:
    return kind is None or (is_list(kind) and {"user", "assistant"} <= fields_of(element(kind)))


def _convert(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    images = images_of(row["images"] if row.get("images") is not None else row.get("image"), pictures)
    messages: list[Message] = []
    for number, turn in enumerate(row["texts"] or ()):
        asked, answered = turn.get("user"), turn.get("assistant")
        if not isinstance(asked, str) or not isinstance(answered, str):
            raise RowError("bad_turns", f"turn {number + 1} has no text of user or assistant")
        messages += [user(asked), assistant(answered)]
    if not messages:
        raise RowError("no_turns", "texts is empty")
    scores = {c: as_json(v) for c, v in row.items() if c.endswith(("_ratings", "_min")) and v is not None}
    return base.having(images=each_once(images), messages=with_images_first(tuple(messages), images), scores=scores)


def _recognises(look: Look) -> str:
    return "column texts with user and assistant" if finevision_shape(first_types(look)) else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    table = RowTable(path)
    shape = finevision_shape(table.types)
    if shape is None:
        raise InputError(f"{path} has no column texts with lists of user and assistant")
    return TableSamples(TableSource(table), shape, pictures_beside(path, options.images))


READERS = (
    Reader(
        "finevision",
        "FineVision's Parquet or saved data sets: images, texts of user and assistant, ratings",
        _recognises,
        _open,
        rank=20,
    ),
)


def write(export: Export) -> None:
    """Write `data/`, `README.md` and `provenance.jsonl`."""
    images: dict[str, int] = {}
    with parquet_folder(export.folder, SCHEMA) as folder, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *_losses(sample)):
                continue
            shown = shown_images(sample)
            folder.add(sample.split, _row(sample), sum(len(im.data) for im in shown))
            beside.write(export.provenance(sample))
            images |= {im.sha256: len(im.data) for im in shown}
            export.keep(sample, read={*IN_TURNS, "source"})
    export.report.images, export.report.image_bytes = len(images), sum(images.values())


EXPORTS = (
    Exporter(
        "finevision",
        "rows of FineVision: images, texts of user and assistant, source, ratings",
        write,
        tested_with="datasets 5.2.0 load_dataset",
    ),
)


def _losses(sample: Sample) -> tuple[list[str], list[str]]:
    """Why the format cannot hold the sample, and what it would lose."""
    problem = conversation_problem(sample)
    if problem:
        return [problem], []
    impossible, lossy = [], []
    if any(p.image for m in sample.messages if m.role != "user" for p in m.parts):
        impossible.append("image_outside_a_user_turn")
    spoken = [m for m in sample.messages if m.role != "system"]
    order = [p.image is not None for m in spoken for p in m.parts]
    if order != sorted(order, reverse=True) or any(p.image for m in spoken[1:] for p in m.parts):
        lossy.append("image_moved_to_front")
    if len(spoken) < len(sample.messages):
        lossy.append("system_turn")
    if reserved_token(sample):
        lossy.append("reserved_token")
    return impossible, lossy


def _row(sample: Sample) -> dict[str, Any]:
    said = [escaped(_text(m)) for m in sample.messages if m.role != "system"]
    folded = [escaped(m.text) for m in sample.messages if m.role == "system"]
    asked = ["\n".join([*folded, said[0]]), *said[2::2]]
    return {
        "images": [image_cell(im) for im in shown_images(sample)],
        "texts": [{"user": q, "assistant": a} for q, a in zip(asked, said[1::2], strict=True)],
        "source": sample.source,
        **{name: sample.scores.get(name) for name in SCORES},
        "id": sample.id,
    }


def _text(message: Message) -> str:
    return Message(message.role, tuple(p for p in message.parts if p.image is None)).text
