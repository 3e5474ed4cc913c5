"""A first look at a path, cheap enough to take before anything is read: names, first records, columns, tar members.

Covered: folders, JSON arrays and objects, JSON lines, Parquet and Arrow files, tar archives. Not covered: reading whole
files, opening pictures. What cannot be parsed simply shows nothing: to say why is the business of the reader.
"""

from __future__ import annotations

import functools
import json
import tarfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError

HEAD = 1 << 20
"""Bytes of a file that are looked at."""
FEW = 5
"""Records that are looked at."""
MOST_NAMES = 2_000
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
"""Suffixes of picture files."""


class Look:
    """What can be seen of a path. Raises `InputError` when there is nothing."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path} does not exist")
        self.path = path
        self.is_folder = path.is_dir()

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """Relative POSIX paths of the first files below a folder, sorted, without hidden ones; of a file, its name."""
        if not self.is_folder:
            return (self.path.name,)
        files = (p.relative_to(self.path) for p in self.path.rglob("*") if p.is_file())
        seen = (p.as_posix() for p in files if not any(part.startswith(".") for part in p.parts))
        return tuple(sorted(islice(seen, MOST_NAMES)))

    def files(self, *suffixes: str) -> tuple[Path, ...]:
        """The files seen that end so (case ignored), in order."""
        home = self.path if self.is_folder else self.path.parent
        return tuple(home / n for n in self.names if n.lower().endswith(suffixes))

    @functools.cached_property
    def records(self) -> tuple[Any, ...]:
        """The first records of a JSON array or of JSON lines; of one JSON object, that object when it is small."""
        if self.is_folder or self.path.suffix.lower() not in (".json", ".jsonl", ".ndjson"):
            return ()
        return tuple(islice(first_records(self.path), FEW))

    @property
    def record(self) -> Mapping[str, Any]:
        """The first record that is an object, or an empty one."""
        return next((r for r in self.records if isinstance(r, dict)), {})

    @functools.cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of the first Parquet file, or none."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return tuple(pq.read_schema(self.files(".parquet")[0]).names)
        except (IndexError, OSError, pa.ArrowInvalid):
            return ()

    @functools.cached_property
    def members(self) -> tuple[str, ...]:
        """Names of the first files in the first tar archive, or none."""
        try:
            with tarfile.open(self.files(".tar", ".tar.gz", ".tgz")[0]) as tar:
                return tuple(m.name for m in islice((m for m in tar if m.isfile()), 100))
        except (IndexError, OSError, tarfile.TarError):
            return ()

    @property
    def summary(self) -> str:
        """In a few words what there is, for messages."""
        if self.is_folder:
            return f"a folder with {', '.join(self.names[:3]) or 'no files'}{' …' if len(self.names) > 3 else ''}"
        keys = ", ".join(map(str, self.record)) or ", ".join(self.columns)
        return f"a file{f' with {keys}' if keys else ''}"


def first_records(path: Path) -> Iterator[Any]:
    """The records at the beginning of a JSON or JSON lines file, as far as they lie in its first `HEAD` bytes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore").lstrip()
    decoder = json.JSONDecoder()
    at = 1 if text.startswith("[") else 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            return
        yield value
