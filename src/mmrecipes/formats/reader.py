"""Readers: what people have becomes samples, one row at a time, in any order.

Covered: finding the readers, recognising what a path holds, opening it with a chosen or recognised reader. Not covered:
the formats themselves, one module each in this folder; pooling several sources (see `steps/pool`).

A module in this folder offers readers by defining `READERS`, a tuple of `Reader`. Nothing is repaired or guessed
silently: what is wrong with one row is a `RowError` with a short reason when that row is asked for, what was left out
or read in a special way is a line of `remarks`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import mmrecipes.formats as here
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.look import Look
from mmrecipes.formats.unrecognised import why_unread

AUTO = "auto"


UNREADABLE_FILE = "unreadable_file"
"""The reason of the one row that stands for a file of which nothing can be read."""


class RowError(InputError):
    """A row that cannot be used; `reason` is a short snake_case code for the ledger."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to open a source: the folder of its pictures where that is not the usual one, and the reader's own options
    by name."""

    images: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class Rows(Protocol):
    """The rows of an opened source, read from disk when asked for; memory does not grow with the source beyond a few
    bytes per row. Reading forwards is fast, reading at random possible. Made once per process.

    A row's sample has the source's own id (or one made of the file's name and the row's number), its images in
    `images`, its turns in `messages`, rejected answers in `alternatives`, boxes in `regions`, and every column that
    has no place of its own in `meta`.
    """

    @property
    def columns(self) -> Sequence[str]:
        """What the source calls its columns or keys."""
        ...

    @property
    def remarks(self) -> Sequence[str]:
        """Lines of text: what was left out or read in a special way."""
        ...

    def __len__(self) -> int: ...

    def sample(self, index: int) -> Sample:
        """The row at `index`. Raises `RowError`, `PictureError` or `ImageError` (all with `reason`)."""
        ...


def unread_files(rows: Rows) -> tuple[str, ...]:
    """Those of the remarks that tell of a file, one of several, of which nothing can be read. In its place stands one
    row, which raises `RowError` with reason `UNREADABLE_FILE`. Rows of readers of several files have them as
    `unread_files`."""
    return tuple(getattr(rows, "unread_files", ()))


def sample_at(rows: Rows, index: int) -> Sample:
    """The row at `index` as a sample that can be written. Raises what `Rows.sample` does, and `RowError` `bad_text`
    for a text with half a surrogate pair: JSON can spell it, UTF-8 cannot hold it."""
    sample = rows.sample(index)
    for text in _texts(sample):
        try:
            text.encode()
        except UnicodeEncodeError as e:
            raise RowError("bad_text", f"half a surrogate pair at character {e.start} of {text[:60]!r}") from e
    return sample


def _texts(sample: Sample) -> Iterator[str]:
    yield from (sample.id, sample.group, sample.task, sample.language, sample.source, sample.licence)
    for message in (*sample.messages, *(m for a in sample.alternatives for m in a.messages)):
        yield from (p.text for p in message.parts if p.text is not None)
    yield from (text for r in sample.regions for text in (r.label, r.text))
    for value in (sample.truth, sample.scores, sample.meta):
        yield from _texts_in(value)


def _texts_in(value: Any) -> Iterator[str]:
    """The texts of a JSON value, keys as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (key for key in value if isinstance(key, str))
        yield from (text for inner in value.values() for text in _texts_in(inner))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in _texts_in(inner))


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that data can be read from.

    `recognises` says in a few words why it takes a path for its own ("rows have `conversations` with `from`"), or
    returns an empty string. Of several that do, the one of the lowest `rank` reads it: the more a format demands, the
    lower its rank. `options` maps the names of its own options to a line of help.
    """

    name: str
    help: str
    recognises: Callable[[Look], str]
    open: Callable[[Path, ReadOptions], Rows]
    rank: int = 50
    options: Mapping[str, str] = field(default_factory=dict)


@functools.cache
def readers() -> Mapping[str, Reader]:
    """Every reader by name, in order of rank."""
    modules = (importlib.import_module(f"{here.__name__}.{m.name}") for m in pkgutil.iter_modules(here.__path__))
    found = [r for m in modules for r in getattr(m, "READERS", ())]
    return {r.name: r for r in sorted(found, key=lambda r: (r.rank, r.name))}


def recognised(path: Path) -> list[tuple[Reader, str]]:
    """The readers that take a path for their own, the first choice first, each with its reason.

    Raises `InputError` when the path is missing or cannot be looked into.
    """
    look = Look(path)
    return [(reader, why) for reader in readers().values() if (why := reader.recognises(look))]


def open_source(path: Path, reader: str = AUTO, options: ReadOptions = ReadOptions()) -> tuple[Reader, Rows]:
    """Open a path with the named reader, or with the first that recognises it.

    Raises `UsageError` for an unknown reader or option, `InputError` when nothing recognises the path or it cannot be
    opened.
    """
    chosen = _named(path, reader)
    unknown = sorted(set(options.settings) - set(chosen.options))
    if unknown:
        known = ", ".join(chosen.options) or "none"
        raise UsageError(f"reader {chosen.name} has no option {', '.join(unknown)}; its options: {known}")
    return chosen, chosen.open(path, options)


def _named(path: Path, reader: str) -> Reader:
    if reader != AUTO:
        if reader not in readers():
            raise UsageError(f"no reader {reader!r}; see `mmr formats` for their names")
        if not path.exists():
            raise InputError(f"{path} does not exist")
        return readers()[reader]
    found = recognised(path)
    if not found:
        raise InputError(f"{path}: no reader recognises it: {why_unread(Look(path))}")
    return found[0][0]
