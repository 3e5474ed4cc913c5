"""Shards: fixed ranges of candidates, and the folder each one leaves when it is committed.

A shard folder appears whole (one rename): `media.bin` (encoded images, each once), `samples.parquet`,
`events.parquet`, and where there are any `dropped.parquet`, `errors.parquet` and `calls.parquet` (the models' answers
that were used). Samples name their images by hash and place, so that later segments never copy image bytes; an image
that lies in a file outside the run is copied when its shard is written.

Covered: the layout, writing, reading. Not covered: who runs a shard.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Sample, sample_from_json, sample_to_json
from mmrecipes.flow.interpret import Passage
from mmrecipes.store.columns import array_of, table_of
from mmrecipes.store.files import explained, new_folder, operation

FIRST_SIZES = (4, 4, 8, 8, 16, 16)
FULL_SIZE = 32
"""Sizes ramp up so that the first samples are on disk at once; a fixed function of what was taken before, never of
`--n`, so that a run can grow."""
LARGE_SIZE, LARGE_PART = 256, 16
"""Large shards have so many rows, but at most this part of what is left, so that the last ones spread evenly over the
workers. Every shard costs some ten file operations."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Candidates `start` to `stop` (exclusive) of a stratum."""

    stratum: str
    number: int
    start: int
    stop: int

    @property
    def name(self) -> str:
        return f"{self.stratum}-{self.number:06d}"


def next_shard(stratum: str, before: Shard | None, size: int | None = None, large: bool = False) -> Shard | None:
    """The shard after `before` (None: the first), cut at `size` rows; None when the stratum has no such rows. `large`
    is for strata of which every row is taken and none waits for an answer."""
    number, start = (before.number + 1, before.stop) if before else (0, 0)
    rows = FIRST_SIZES[number] if number < len(FIRST_SIZES) else FULL_SIZE
    if size is not None:
        if large and rows == FULL_SIZE:
            rows = min(LARGE_SIZE, max(FULL_SIZE, (size - start) // LARGE_PART))
        rows = min(rows, size - start)
    return Shard(stratum, number, start, start + rows) if rows > 0 else None


def segments_folder(run: Path, segment: int) -> Path:
    return run / "segments" / f"{segment:02d}"


SAMPLES = pa.schema(
    [("index", pa.int64()), *((n, pa.string()) for n in ("id", "subset", "split"))]
    + [(n, pa.binary()) for n in ("sample", "media")]
)
DROPPED = pa.schema([*SAMPLES, ("path", pa.string()), ("reason", pa.string()), ("detail", pa.string())])
ERRORS = pa.schema([("index", pa.int64()), *((n, pa.string()) for n in ("id", "path", "kind", "message", "trace"))])
EVENTS = pa.schema([("index", pa.int64()), *((n, pa.string()) for n in ("id", "path", "outcome", "reason", "detail"))])

CALLS = pa.schema(
    [("index", pa.int64()), *((n, pa.string()) for n in ("id", "path", "role", "name", "model", "key"))]
    + [(n, pa.int64()) for n in ("tokens_in", "tokens_out", "images")]
    + [("cost", pa.float64()), ("reasked", pa.bool_()), ("stand_in", pa.bool_())]
)

KeyFunction = Callable[[Sample], Any]


@dataclass(slots=True)
class ShardWriter:
    """Fills the temporary folder of one shard in candidate order; image bytes go to disk at once."""

    folder: Path
    place: tuple[int, str]
    """(segment, shard name): where images written here can be found later."""
    media: BinaryIO
    keys: Mapping[str, KeyFunction]
    offset: int = 0
    written: dict[str, list[Any]] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    _inside: str = field(init=False)
    """What the paths of media in the run begin with."""

    def __post_init__(self) -> None:
        self._inside = f"{self.folder.parent.parent}{os.sep}"

    def add(self, index: int, passage: Passage) -> None:
        """Record the passage of the candidate at `index`. Raises `TypeError`, `ValueError` or `InputError`, with
        nothing recorded, when a sample cannot be stored (a value that is not JSON, a picture whose file changed)."""
        kept = [{**self._row(index, s), **{f"key_{k}": key(s) for k, key in self.keys.items()}} for s in passage.kept]
        dropped = [
            {**self._row(index, d.sample.having(draft={})), "path": d.path, "reason": d.reason, "detail": d.detail}
            for d in passage.dropped
        ]
        self.samples += kept
        self.dropped += dropped
        self.errors += [{"index": index, **e._asdict()} for e in passage.errors]
        self.events += [(index, *e) for e in passage.events]
        self.calls += [{"index": index, **c._asdict()} for c in passage.calls]

    def _row(self, index: int, sample: Sample) -> dict[str, Any]:
        images = (*sample.images, *(e.image for e in sample.extras))
        media = {im.sha256: self._store(im) for im in images}
        text = orjson.dumps({**sample_to_json(sample), "draft": _lasting(sample.draft)}, option=_JSON)
        names = {"id": sample.id, "subset": sample.subset, "split": sample.split}
        return {"index": index, **names, "sample": text, "media": orjson.dumps(media)}

    def _store(self, image: Image) -> list[Any]:
        """Where the image's bytes lie: [segment, shard, offset, length]."""
        if isinstance(image.source, FileRange) and str(image.source.path).startswith(self._inside):
            folder = image.source.path.parent
            return [int(folder.parent.name), folder.name, image.source.offset, image.source.length]
        if image.sha256 not in self.written:
            data = image.same_data()
            with explained(self.folder):
                self.media.write(data)
            self.written[image.sha256] = [*self.place, self.offset, len(data)]
            self.offset += len(data)
        return self.written[image.sha256]

    def close(self) -> None:
        """Write the tables; the caller commits the folder. A file that would hold nothing is not made: every one
        costs a sync."""
        operation("write", self.folder / "media.bin")
        self.media.close()
        if self.offset == 0:
            (self.folder / "media.bin").unlink()
        keys = [(f"key_{k}", _arrow_type(self.samples, f"key_{k}")) for k in self.keys]
        write_columns(self.folder, "samples", table_of(self.samples, pa.schema([*SAMPLES, *keys])))
        if self.dropped:
            write_columns(self.folder, "dropped", table_of(self.dropped, DROPPED))
        if self.errors:
            write_columns(self.folder, "errors", table_of(self.errors, ERRORS))
        if self.calls:
            write_columns(self.folder, "calls", table_of(self.calls, CALLS))
        write_columns(self.folder, "events", table_of_events(self.events))


def table_of_events(events: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Events, each preceded by the index of its candidate."""
    columns = list(zip(*events, strict=True)) or [()] * len(EVENTS)
    return pa.Table.from_arrays([array_of(c, f.type) for c, f in zip(columns, EVENTS, strict=True)], schema=EVENTS)


def write_columns(folder: Path, name: str, table: pa.Table) -> None:
    """Write one of the tables of a shard's temporary folder."""
    operation("write", folder / f"{name}.parquet")
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


_JSON = orjson.OPT_SERIALIZE_NUMPY


def _lasting(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Draft values that outlive a segment: plain JSON ones. Arrays and objects are working values within it."""
    return {k: v for k, v in draft.items() if v is None or isinstance(v, (str, int, float, bool, list, tuple, dict))}


def _arrow_type(rows: list[dict[str, Any]], column: str) -> pa.DataType:
    """Key columns have the type of their first value: text, bytes, number or boolean; text when all are missing."""
    first = next((r[column] for r in rows if r[column] is not None), "")
    if isinstance(first, bool):
        return pa.bool_()
    if isinstance(first, int):
        return pa.int64()
    if isinstance(first, bytes):
        return pa.binary()
    return pa.float64() if isinstance(first, float) else pa.string()


@contextmanager
def new_shard(run: Path, segment: int, one: Shard, keys: Mapping[str, KeyFunction]) -> Iterator[ShardWriter]:
    """Yields a writer for the shard's folder; a clean exit commits it, an exception leaves nothing."""
    with new_folder(segments_folder(run, segment) / one.name) as folder:
        writer = ShardWriter(folder, (segment, one.name), (folder / "media.bin").open("wb"), keys)
        try:
            yield writer
            writer.close()
        finally:
            writer.media.close()


def read_columns(file: Path, columns: list[str] | None = None) -> pa.Table:
    """A small Parquet file as a table, without pyarrow's dataset machinery (60 MB in every process)."""
    with pq.ParquetFile(file) as opened:
        return opened.read(columns)


def is_committed(run: Path, segment: int, name: str) -> bool:
    return (segments_folder(run, segment) / name).is_dir()


def count_samples(run: Path, segment: int, name: str) -> int:
    """How many samples a committed shard kept."""
    return pq.read_metadata(segments_folder(run, segment) / name / "samples.parquet").num_rows


def reasons_of(run: Path, names: Iterable[str]) -> Counter[str]:
    """Why candidates of these shards of the first segment were dropped."""
    files = (segments_folder(run, 0) / name / "dropped.parquet" for name in names)
    return Counter(reason for f in files if f.is_file() for reason in read_columns(f, ["reason"])["reason"].to_pylist())


def read_indices(run: Path, segment: int, name: str) -> list[int]:
    """The candidate index of every sample a committed shard kept, in order."""
    file = segments_folder(run, segment) / name / "samples.parquet"
    return read_columns(file, ["index"])["index"].to_pylist()


def read_samples(run: Path, segment: int, name: str) -> Iterator[tuple[int, Sample]]:
    """(candidate index, sample) in order; image bytes stay on disk until asked for."""
    file = segments_folder(run, segment) / name / "samples.parquet"
    for row in read_columns(file, ["index", "sample", "media"]).to_pylist():
        yield row["index"], restore(run, row["sample"], row["media"])


def restore(run: Path, sample: bytes, media: bytes) -> Sample:
    """A sample from its stored form."""
    value = orjson.loads(sample)
    places: dict[str, list[Any]] = orjson.loads(media)
    images: dict[str, Image] = {}
    for described in (*value["images"], *value["extras"]):
        segment, name, offset, length = places[described["sha256"]]
        source = FileRange(segments_folder(run, segment) / name / "media.bin", offset, length)
        images[described["sha256"]] = Image(
            described["sha256"], described["media_type"], described["width"], described["height"], source
        )
    return sample_from_json(value, images)
