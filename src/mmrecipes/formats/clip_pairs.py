"""Pictures with captions, as CLIP-like models train on them: tab-separated text, or tar shards.

Reading: a file of `filepath` and `title` (options name other columns), separated by tabs or, without any, commas;
pictures beside the file. A caption is the answer to the picture alone.

Writing: one caption per row; further ones in `truth.captions` become rows of their own that share the picture. `clip`
writes shards as img2dataset does (picture, `txt`, `json`), `clip-tsv` a table whose paths are relative to its folder,
where the trainer must be started. In a table open_clip takes texts like `NA` or `null` for missing: they are left out.
A conversation is no caption: what was asked is lost, unless the task says that it is captioning. Shards of others are
read by `webdataset`.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.hf_parquet import captioned
from mmrecipes.formats.image_cells import pictures_beside
from mmrecipes.formats.interleaved import found_image
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, Types
from mmrecipes.formats.webdataset import (
    PER_SHARD,
    SHARD_OPTIONS,
    Packing,
    Shards,
    captions_of,
    held_images,
    whole_number,
    write_card,
)

PATH, TITLE = "filepath", "title"
MISSING = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip
"""What `pandas.read_csv` takes for a missing value."""


class DelimitedRecords:
    """The records of a delimited file with a header as rows of a table (`table_samples.RowSource`); 8 bytes in memory
    for each."""

    def __init__(self, path: Path) -> None:
        """Raises `InputError` when there is no record under a header."""
        self.path = path
        with path.open("rb") as file:
            first = file.readline().removeprefix(b"\xef\xbb\xbf")
        self._delimiter = "\t" if b"\t" in first else ","
        self._starts = array("q", self._offsets())
        if len(self._starts) < 2:
            raise InputError(f"{path} holds no rows under a header")
        self._names = self._record(0)
        self.types: Types = dict.fromkeys(self._names)
        self.remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def row(self, index: int) -> Mapping[str, Any]:
        """Raises `RowError`: `ragged`, `not_utf8`, `bad_quotes`."""
        values = self._record(index + 1)
        if len(values) != len(self._names):
            raise RowError("ragged", f"row {index} has {len(values)} cells, the header {len(self._names)}")
        return dict(zip(self._names, values, strict=True))

    def name(self, index: int) -> tuple[str, str]:
        return f"{self.path.stem}/{index:06d}", "train"

    def _offsets(self) -> Iterator[int]:
        """Where records begin: a quoted cell may hold line ends. Latin-1 maps bytes to characters one to one, and
        delimiters, quotes and line ends are the same in UTF-8."""
        at = 0

        def lines() -> Iterator[str]:
            nonlocal at
            with self.path.open("rb") as file:
                for line in file:
                    at += len(line)
                    yield line.decode("latin-1")

        records = csv.reader(lines(), delimiter=self._delimiter)
        csv.field_size_limit(1 << 24)
        begins = 0
        try:
            for record in records:
                if record:
                    yield begins
                begins = at
        except csv.Error as e:
            raise InputError(f"{self.path} cannot be read at byte {begins:,}: {e}; check its quotes") from e

    def _record(self, number: int) -> list[str]:
        def lines() -> Iterator[str]:
            with self.path.open("rb") as file:
                file.seek(self._starts[number])
                for line in file:
                    yield line.decode("utf-8-sig" if number == 0 else "utf-8")

        try:
            return next(csv.reader(lines(), delimiter=self._delimiter))
        except UnicodeDecodeError as e:
            raise RowError("not_utf8", f"{self.path.name}: record {number} is not UTF-8: {e}") from e


def _open(path: Path, options: ReadOptions) -> Rows:
    records = DelimitedRecords(path)
    image, caption = options.settings.get("image", PATH), options.settings.get("caption", TITLE)
    if missing := {image, caption} - set(records.types):
        raise InputError(f"{path} has no column {', '.join(sorted(missing))}; there are {', '.join(records.types)}")

    def convert(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
        found = found_image(row[image], pictures, skip=False)
        assert found is not None
        return captioned(base.having(images=(found,)), [found], row[caption])

    shape = Shape({image: "image", caption: "caption"}, convert)
    return TableSamples(records, shape, pictures_beside(path, options.images))


def _recognises(look: Look) -> str:
    if look.is_folder or look.path.suffix.lower() not in (".tsv", ".csv", ".txt"):
        return ""
    with look.path.open("rb") as file:
        first = file.readline(1 << 16).decode("utf-8-sig", "replace").strip()
    names = next(csv.reader([first], delimiter="\t" if "\t" in first else ","), [])
    return f"columns {PATH} and {TITLE}" if {PATH, TITLE} <= set(names) else ""


READERS = (
    Reader(
        "clip-tsv",
        "a table of pictures and captions, as open_clip reads it",
        _recognises,
        _open,
        rank=30,
        options={"image": f"column of the paths (default {PATH})", "caption": f"column of the captions ({TITLE})"},
    ),
)


def losses(sample: Sample) -> tuple[list[str], list[str]]:
    """Why the sample is no pair of a picture and a caption, and what a pair loses of it."""
    images = held_images(sample)
    impossible = [] if len(images) == 1 else ["several_images" if images else "no_image"]
    if not captions_of(sample):
        impossible.append("no_caption")
    asked = " ".join(m.text for m in sample.messages if m.role != "assistant")
    lossy = ["question"] if asked.strip() and "caption" not in sample.task else []
    if sum(m.role == "assistant" for m in sample.messages) > 1:
        lossy.append("later_turns")
    return impossible, lossy


def _pairs(export: Export, unreadable: frozenset[str] = frozenset()) -> Iterator[tuple[Sample, list[str]]]:
    """The samples that fit with their captions but the `unreadable` ones; `provenance.jsonl` written along."""
    with export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            captions = captions_of(sample)
            kept = [c for c in captions if c not in unreadable]
            impossible, lossy = losses(sample)
            if captions and not kept:
                impossible.append("caption_reads_as_missing")
            if export.admits(sample, impossible, lossy):
                yield sample, kept
                beside.write(export.provenance(sample))
                export.keep(sample)
                export.report.degraded.update(["caption_reads_as_missing"] * (len(kept) < len(captions)))


def write(export: Export) -> None:
    """Write `<split>/00000.tar` with `sizes.json`, the card and `provenance.jsonl`."""
    pack = Packing(1)
    with ExitStack() as stack:
        shards = Shards(export, whole_number(export.options, "per_shard", PER_SHARD), stack)
        for sample, captions in _pairs(export):
            pictures = pack.pictures(sample, export)
            (image,) = pictures.values()
            for caption in captions:
                about = {"id": sample.id, "sha256": image.sha256, "width": image.width, "height": image.height}
                shards.add(sample.split, pictures, {"txt": caption.encode(), "json": orjson.dumps(about)})
    write_card(export, shards.splits)


def write_table(export: Export) -> None:
    """Write `<split>.tsv`, the images and `provenance.jsonl`."""
    with ExitStack() as stack:
        tables: dict[str, IO[bytes]] = {}
        for sample, captions in _pairs(export, MISSING):
            if sample.split not in tables:
                tables[sample.split] = stack.enter_context(export.new_text(f"{sample.split}.tsv"))
                tables[sample.split].write(_line(PATH, TITLE))
            (image,) = held_images(sample)
            for caption in captions:
                tables[sample.split].write(_line(export.image(image), caption))


def _line(path: str, caption: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerow([path, caption])  # its own line end makes it quote both \r and \n
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"


EXPORTS = (
    Exporter(
        "clip",
        "pictures and captions in tar shards, one caption per row",
        write,
        options=SHARD_OPTIONS,
        tested_with="open_clip_train 3.3.0: get_wds_dataset",
    ),
    Exporter(
        "clip-tsv",
        "pictures and captions in a table, one caption per row",
        write_table,
        tested_with="open_clip_train 3.3.0: CsvDataset",
    ),
)
