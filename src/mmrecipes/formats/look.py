"""A first look at a path, cheap enough to take before anything is read: names, first records, columns, tar members.

Covered: folders, JSON arrays and objects, JSON lines, Parquet and Arrow files, tar archives. Not covered: reading whole
files, opening pictures. What cannot be parsed simply shows nothing: to say why is the business of the reader.
"""

from __future__ import annotations

import functools
import json
import os
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
MOST_NAMES, MOST_ENTRIES = 2_000, 200_000
"""Names that are kept of pictures, and as many of other files, among so many that are looked at."""
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
"""Suffixes of picture files."""
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
DATA = (*JSON_SUFFIXES, ".csv", ".tsv", ".parquet", ".arrow", ".tar", ".tar.gz", ".tgz")
"""Suffixes of files that may say what is in the pictures beside them."""


class Look:
    """What can be seen of a path. Raises `InputError` when there is nothing."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path} does not exist")
        self.path = path
        self.is_folder = path.is_dir()
        if not self.is_folder and not path.is_file():
            raise InputError(f"{path} is neither a file nor a folder; write what it gives to a file first")

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """Relative POSIX paths of the first files below a folder, sorted, without hidden ones and links that lead
        nowhere; of a file, its name."""
        if not self.is_folder:
            return (self.path.name,)
        pictures: list[str] = []
        others: list[str] = []
        for name in islice(files_below(self.path), MOST_ENTRIES):
            kept = pictures if name.lower().endswith(tuple(PICTURES)) else others
            if len(kept) < MOST_NAMES:
                kept.append(name)
        return tuple(sorted(pictures + others))

    @property
    def data_files(self) -> tuple[str, ...]:
        """Those of `names` that may say what is in pictures."""
        return tuple(n for n in self.names if n.lower().endswith(DATA))

    def files(self, *suffixes: str) -> tuple[Path, ...]:
        """The files seen that end so (case ignored), in order."""
        home = self.path if self.is_folder else self.path.parent
        return tuple(home / n for n in self.names if n.lower().endswith(suffixes))

    @functools.cached_property
    def records(self) -> tuple[Any, ...]:
        """The first records of a JSON array or of JSON lines; of one JSON object, that object when it is small."""
        if self.is_folder or self.path.suffix.lower() not in JSON_SUFFIXES:
            return ()
        return tuple(islice(first_records(self.path), FEW))

    @property
    def record(self) -> Mapping[str, Any]:
        """The first record that is an object, or an empty one."""
        return next((r for r in self.records if isinstance(r, dict)), {})

    @functools.cached_property
    def members(self) -> tuple[str, ...]:
        """Names of the first files in the first tar archive that can be read, or none."""
        for path in self.files(".tar", ".tar.gz", ".tgz")[:FEW]:
            try:
                with tarfile.open(path) as tar:
                    names = tuple(m.name for m in islice((m for m in tar if m.isfile()), 100))
            except (OSError, tarfile.TarError):
                continue
            if names:
                return names
        return ()


def files_below(folder: Path) -> Iterator[str]:
    """Relative POSIX paths of the files below a folder, those of a folder before those of its folders, without hidden
    ones. Folders that are links are not entered, links that lead nowhere are left out."""
    for home, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        above = "" if Path(home) == folder else f"{Path(home).relative_to(folder).as_posix()}/"
        for name in sorted(files):
            if not name.startswith(".") and os.path.isfile(os.path.join(home, name)):  # noqa: PTH113, PTH118  (fast)
                yield above + name


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
