"""PubTabNet tables: JSON lines of structure tokens and cells, read as samples and written from table samples.

Reading: `filename`, `split`, `imgid`, `html` with `structure.tokens` and `cells` (the project's README prints `cell`,
its files and readers use `cells`; both are read). Writing: `PubTabNet.jsonl`, pictures below a folder per split, as the
readers expect, and `provenance.jsonl` beside. A box is x0, y0, x1, y1 in whole pixels around the text of a cell, and
stands only where a cell is not empty.

Covered: spans, tokens of text and style (`<b>`, `<sup>` …), tables without boxes. Not covered: reading HTML back into
tokens, tables in other forms than the `truth` of `kind` "table" with `tokens` and `cells`.

Zhong et al. 2020, "Image-based table recognition: data, model, and evaluation", arXiv 1911.10683.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import orjson

from mmrecipes.core.boxes import Box, box_of, quad_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, image_from_file
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.json_lists import open_records
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows

REQUEST = "Write this table as HTML."
"""The user's turn of a table that was read: the files hold no text but the table's."""

_CELL_ENDS = "</td>"
_SPAN = re.compile(r' (?:row|col)span="\d+"')
_FRAME = frozenset({"<thead>", "</thead>", "<tbody>", "</tbody>", "<tr>", "</tr>", "<td>", "<td", ">", _CELL_ENDS})


def table_html(tokens: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """`<table>` with the tokens of each cell before its `</td>`; single characters are escaped, longer tokens are tags.

    Raises `ValueError` when there are not as many cells as the structure has.
    """
    out, contents = ["<table>"], iter(cells)
    for token in tokens:
        if token == _CELL_ENDS:
            out += [html.escape(t, quote=False) if len(t) == 1 else t for t in _next(contents)]
        out.append(token)
    if next(contents, None) is not None:
        raise ValueError("more cells than the structure has")
    return "".join([*out, "</table>"])


def _next(contents: Any) -> Sequence[str]:
    tokens = next(contents, None)
    if tokens is None:
        raise ValueError("fewer cells than the structure has")
    return tokens


def cell_text(tokens: Iterable[str]) -> str:
    """The characters of a cell without its tags."""
    return "".join(t for t in tokens if len(t) == 1)


@dataclass(frozen=True, slots=True)
class _Tables:
    _path: Path
    _records: Sequence[Any]
    _pictures: Pictures

    @property
    def columns(self) -> Sequence[str]:
        first = self._records[0]
        return tuple(first) if isinstance(first, dict) else ()

    @property
    def remarks(self) -> Sequence[str]:
        return ()

    def __len__(self) -> int:
        return len(self._records)

    def sample(self, index: int) -> Sample:
        """The picture, a request for HTML and the table as HTML; cells with a box as regions. Raises what
        `Rows.sample` says."""
        record = self._records[index]
        where = f"{self._path}: record {index + 1}"
        tokens, cells = _parsed(record, where)
        name, split = record.get("filename"), str(record.get("split") or "train")
        if not isinstance(name, str):
            raise RowError("no_file_name", f"{where} has no `filename`")
        image = image_from_file(_found(self._pictures, name, split))
        written = _whole(tokens, cells, where)
        return Sample(
            id=f"{split}/{record['imgid']}" if "imgid" in record else f"{self._path.stem}/{index:06d}",
            split=split,
            task="table",
            source=self._path.stem,
            truth_source="annotated",
            images=(image,),
            messages=(user(image, REQUEST), assistant(written)),
            regions=tuple(_regions(cells, image)),
            truth={"kind": "table", "html": written, "tokens": tokens, "cells": cells},
            meta={k: v for k, v in record.items() if k not in ("html", "split")},
        )


def _found(pictures: Pictures, name: str, split: str) -> Path:
    """Below the folder of the split, where PubTabNet has them, else below the folder itself."""
    below = Pictures(tuple(f / part for f in pictures.folders for part in (split, ".")))
    return below.find(name)


def _parsed(record: Any, where: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Structure tokens, and per cell its tokens, text, and box where it has one. Raises `RowError`."""
    table = record.get("html") if isinstance(record, dict) else None
    structure = table.get("structure") if isinstance(table, dict) else None
    tokens = structure.get("tokens") if isinstance(structure, dict) else None
    cells = (table.get("cells") or table.get("cell")) if isinstance(table, dict) else None
    if not _is_texts(tokens) or not isinstance(cells, list):
        raise RowError("no_table", f"{where} has no `html` with structure tokens and cells")
    if strange := next((t for t in tokens if t not in _FRAME and not _SPAN.fullmatch(t)), None):
        raise RowError("unknown_token", f"{where}: structure token {strange!r}")
    if not all(isinstance(c, dict) and _is_texts(c.get("tokens", [])) for c in cells):
        raise RowError("broken_cell", f"{where} has a cell whose `tokens` are not texts")
    return tokens, [_cell(c, where) for c in cells]


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _cell(cell: Mapping[str, Any], where: str) -> dict[str, Any]:
    tokens = cell.get("tokens", [])
    made = {"tokens": tokens, "text": cell_text(tokens)}
    if "bbox" not in cell:
        return made
    box = cell["bbox"]
    numbers = isinstance(box, list) and len(box) == 4 and all(type(v) in (int, float) for v in box)
    if not numbers or not all(map(math.isfinite, box)) or box[0] >= box[2] or box[1] >= box[3]:
        raise RowError("bad_bbox", f"{where}: bbox {box!r} is not x0, y0, x1, y1 of a box")
    return {**made, "bbox": box}


def _whole(tokens: list[str], cells: list[dict[str, Any]], where: str) -> str:
    try:
        return table_html(tokens, (c["tokens"] for c in cells))
    except ValueError as e:
        raise RowError("cells_and_structure_differ", f"{where}: {e}") from e


def _regions(cells: Iterable[Mapping[str, Any]], image: Image) -> Iterable[Region]:
    for cell in cells:
        if "bbox" in cell:
            x0, y0, x1, y1 = map(float, cell["bbox"])
            yield Region(image.sha256, "cell", quad_of((x0, y0, x1, y1)), cell["text"])


def open_pubtabnet(path: Path, options: ReadOptions) -> Rows:
    """The rows of a file, or of the one in a folder. Raises `InputError` when it is empty or not JSON lines."""
    found = _table_files(path)
    if path.is_dir() and len(found) != 1:
        raise InputError(f"{path} has {len(found)} JSON lines files of tables: name one of them")
    file = found[0] if found else path
    home = file.resolve().parent
    folders = (options.images,) if options.images else (home, home / "images", home.parent)
    return _Tables(file, open_records(file), Pictures(folders))


def _table_files(path: Path) -> list[Path]:
    """The path, or the JSON lines files in it, as far as their first record has a table."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    tables = ((f, Look(f).record.get("html")) for f in files)
    return [f for f, table in tables if isinstance(table, dict) and "structure" in table]


def _recognises(look: Look) -> str:
    found = _table_files(look.path)
    return f"records of {found[0].name} have `html` with `structure`" if len(found) == 1 else ""


READERS = (
    Reader("pubtabnet", "PubTabNet JSON lines: a picture and its table as HTML", _recognises, open_pubtabnet, rank=20),
)


def write(export: Export) -> None:
    """Write `PubTabNet.jsonl`, `provenance.jsonl` and the pictures."""
    with export.new_text("PubTabNet.jsonl") as rows, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, _impossible(sample), []):
                continue
            below = f"{sample.split}/"
            name = export.image(sample.images[0], below).removeprefix(below)
            rows.write(orjson.dumps(_record(sample, name, export.report.rows_out), option=orjson.OPT_APPEND_NEWLINE))
            beside.write(export.provenance(sample))
            export.keep(sample, read={"regions", "truth"})


EXPORTS = (
    Exporter(
        "pubtabnet",
        "PubTabNet JSON lines of table structure and cells, and pictures by split",
        write,
        tested_with="table-recognition-metric 0.0.6 TEDS (PubTabNet's metric), lxml",
    ),
)


def _impossible(sample: Sample) -> list[str]:
    truth = sample.truth
    if truth.get("kind") != "table" or not truth.get("tokens"):
        return ["no_table"]
    if len(sample.images) != 1:
        return ["no_image" if not sample.images else "several_images"]
    ends = sum(t == _CELL_ENDS for t in truth["tokens"])
    return [] if ends == len(truth.get("cells") or ()) else ["cells_and_structure_differ"]


def _record(sample: Sample, name: str, number: int) -> dict[str, Any]:
    cells = sorted(sample.truth["cells"], key=lambda c: (c.get("r", 0), c.get("c", 0)))
    return {
        "filename": name,
        "split": sample.split,
        "imgid": number,
        "html": {"structure": {"tokens": sample.truth["tokens"]}, "cells": [_written_cell(c) for c in cells]},
    }


def _written_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    tokens = cell.get("tokens")
    if tokens is None:
        mark = ["<sup>", *cell["mark"], "</sup>"] if cell.get("mark") else []
        tokens = [*cell["text"], *mark]
    box = cell.get("bbox") or (_whole_pixels(box_of(cell["text_quad"])) if cell.get("text_quad") else None)
    return {"tokens": tokens, **({"bbox": box} if box and tokens else {})}


def _whole_pixels(box: Box) -> list[int]:
    """Corners to the nearest pixel, at least one pixel apart."""
    x0, y0, x1, y1 = map(round, box)
    return [x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)]
