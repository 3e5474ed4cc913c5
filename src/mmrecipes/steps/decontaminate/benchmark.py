"""A benchmark at work: its registry and, where they are at hand, its rows, whose pictures and texts confirm what the
registry finds. Users name data of any format, or a registry that was kept.

Covered: pictures and items by their place in the registry, some kept in memory; building a registry once and using it
again while the data is unchanged (`keep`). Not covered: registries without rows, with which near pictures stay
unconfirmed and are for review; downloading.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.identity import fingerprint
from mmrecipes.formats.reader import AUTO, ReadOptions, Rows
from mmrecipes.steps.decontaminate.building import build_registry
from mmrecipes.steps.decontaminate.confirm import Laid, Rough
from mmrecipes.steps.decontaminate.image_match import ImageIndex
from mmrecipes.steps.decontaminate.items import Item, items_of, words_in
from mmrecipes.steps.decontaminate.reading import Embed, SeenRow, Source, all_images, read_row
from mmrecipes.steps.decontaminate.registry import SUFFIX, Registry, load_registry
from mmrecipes.steps.decontaminate.text_match import TextIndex
from mmrecipes.steps.decontaminate.views import pictures_of

_KEPT_ROWS, _KEPT_PICTURES, _KEPT_ROUGH = 64, 48, 2000
_MOST_FILES = 200_000
T = TypeVar("T")


class StaleRegistry(InputError):
    """A benchmark's rows are not those that its registry was built from."""

    def __init__(self, name: str) -> None:
        super().__init__(f"benchmark {name} has changed since its registry was built: build it anew")


@dataclass
class Benchmark:
    """Use one per process: it keeps what it read last."""

    registry: Registry
    rows: Rows | None = None
    source: Source | None = None
    """How its rows were opened, where that is known."""
    _rows_read: OrderedDict[int, SeenRow] = field(default_factory=OrderedDict, repr=False)
    _pictures_read: OrderedDict[int, Laid] = field(default_factory=OrderedDict, repr=False)
    _rough_read: OrderedDict[int, Rough] = field(default_factory=OrderedDict, repr=False)

    @property
    def name(self) -> str:
        return self.registry.name

    @cached_property
    def images(self) -> ImageIndex:
        return ImageIndex(self.registry)

    @cached_property
    def texts(self) -> TextIndex:
        return TextIndex(self.registry)

    def shown_by(self, picture: int) -> list[int]:
        """The items that show a distinct picture."""
        r = self.registry
        return r.shows_of[r.shows_picture == picture].tolist()

    def item(self, place: int) -> Item | None:
        """The item at a place of the registry; None without rows. Raises `StaleRegistry`."""
        if self.rows is None:
            return None
        row = self._row(int(self.registry.item_row[place]))
        items = [] if row.sample is None else list(items_of(row.sample, row.index, self.registry.kind))
        number = int(self.registry.item_number[place])
        if number >= len(items):
            raise StaleRegistry(self.name)
        return items[number]

    def picture(self, place: int) -> Laid:
        """A distinct picture; there must be rows. Raises `StaleRegistry`."""
        return _kept_last(self._pictures_read, place, _KEPT_PICTURES, self._decoded)

    def rough(self, place: int) -> Rough:
        """The same, grey at much reduced size."""
        return _kept_last(self._rough_read, place, _KEPT_ROUGH, lambda at: Rough.of(self.picture(at).grey))

    def picture_words(self, place: int) -> frozenset[str]:
        """The words that a picture is known to hold: the texts of the regions in it."""
        row = self._row(int(self.registry.picture_row[place])) if self.rows is not None else None
        if row is None or row.sample is None:
            return frozenset()
        return words_in(row.sample, all_images(row.sample)[int(self.registry.picture_image[place])].sha256)

    def _decoded(self, place: int) -> Laid:
        row = self._row(int(self.registry.picture_row[place]))
        wanted = int(self.registry.picture_frame[place])
        if row.sample is not None:
            image = all_images(row.sample)[int(self.registry.picture_image[place])]
            for frame, picture in enumerate(pictures_of(image, row.originals.get(image.sha256))):
                if frame == wanted:
                    return Laid(picture.pixels)
        raise StaleRegistry(self.name)

    def _row(self, index: int) -> SeenRow:
        assert self.rows is not None
        rows = self.rows
        return _kept_last(self._rows_read, index, _KEPT_ROWS, lambda at: read_row(rows, at))


def _kept_last(kept: OrderedDict[int, T], key: int, most: int, made: Callable[[int], T]) -> T:
    """The value of a key: of those asked for last, `most` are kept."""
    if key not in kept:
        kept[key] = made(key)
        if len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


@dataclass(frozen=True, slots=True)
class Named:
    """A benchmark as it is given: `images` is the folder of its pictures, when not the usual one, `settings` are the
    reader's own options."""

    name: str
    path: Path
    images: Path | None = None
    reader: str = AUTO
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        return Source(self.path, self.reader, ReadOptions(self.images, self.settings))


def open_benchmark(
    given: Named,
    *,
    images: bool = True,
    keep: Path | None = None,
    embed: Embed | None = None,
    embedder: str = "",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Benchmark, tuple[str, ...]]:
    """The benchmark, and remarks on how it was read. `keep` is a folder for registries.

    Raises `UsageError`, `InputError` (also when it is empty).
    """
    if given.path.suffix == SUFFIX:
        registry = load_registry(given.path)
        _check_embedder(registry, embedder)
        return Benchmark(_renamed(registry, given.name)), (
            f"{given.name}: only its registry is at hand, so that near pictures stay unconfirmed and are for review",
        )
    reader, rows = given.source.open()
    remarks = [f"{given.name}: {line}" for line in rows.remarks]
    if re.search(r"(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)", given.path.stem.lower()):
        remarks.append(f"{given.name}: {given.path.name} is called a training split; all of it counts as a test")
    remarks.append(f"{given.name}: read as {reader.name}, {len(rows):,} rows")
    registry = _kept(given, rows, images, keep, embed, embedder, progress)
    return Benchmark(registry, rows, given.source), (*remarks, *(f"{given.name}: {line}" for line in registry.remarks))


def _kept(
    given: Named, rows: Rows, images: bool, keep: Path | None, embed: Embed | None, embedder: str,
    progress: Callable[[int, int], None],
) -> Registry:  # fmt: skip
    if keep is None:
        return build_registry(given.name, rows, images=images, embed=embed, embedder=embedder, progress=progress)
    how = [f"{key}={value}" for key, value in sorted(given.settings.items())]
    state = fingerprint([given.name, images, embedder, given.reader, *how, *_state(given.path), *_state(given.images)])
    file = keep / f"{re.sub(r'[^A-Za-z0-9._-]', '_', given.name)}-{state}{SUFFIX}"
    if file.is_file():
        return load_registry(file)
    registry = build_registry(given.name, rows, images=images, embed=embed, embedder=embedder, progress=progress)
    registry.save(file)
    return registry


def _state(path: Path | None) -> list[str]:
    """Names, sizes and times of the files: when these are the same, so is the content."""
    if path is None:
        return []
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    if len(files) > _MOST_FILES:
        raise UsageError(
            f"{path} has more than {_MOST_FILES:,} files: keep its registry yourself and name that instead"
        )
    return [f"{p}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in files]


def _renamed(registry: Registry, name: str) -> Registry:
    return registry if registry.name == name else replace(registry, name=name)


def _check_embedder(registry: Registry, embedder: str) -> None:
    if registry.embedder != embedder:
        made = registry.embedder or "no embedder"
        raise InputError(
            f"the registry of {registry.name} was made with {made}, not {embedder or 'none'}: build it anew"
        )
