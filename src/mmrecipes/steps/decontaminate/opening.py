"""Benchmarks named by the user: data of any format, or a registry that was kept.

Covered: building a registry once and using it again while the data is unchanged (`keep`). Not covered: downloading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.identity import fingerprint
from mmrecipes.formats.reader import AUTO, ReadOptions, Rows, open_source
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import Embed, build_registry
from mmrecipes.steps.decontaminate.registry import SUFFIX, Registry, load_registry

_MOST_FILES = 200_000


@dataclass(frozen=True, slots=True)
class Named:
    """A benchmark as it is given: `images` is the folder of its pictures, when not the usual one."""

    name: str
    path: Path
    images: Path | None = None
    reader: str = AUTO


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
    reader, rows = open_source(given.path, given.reader, ReadOptions(given.images))
    remarks = [f"{given.name}: {line}" for line in rows.remarks]
    if re.search(r"(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)", given.path.stem.lower()):
        remarks.append(f"{given.name}: {given.path.name} is called a training split; all of it counts as a test")
    remarks.append(f"{given.name}: read as {reader.name}, {len(rows):,} rows")
    registry = _kept(given, rows, images, keep, embed, embedder, progress)
    return Benchmark(registry, rows), (*remarks, *(f"{given.name}: {line}" for line in registry.remarks))


def _kept(
    given: Named, rows: Rows, images: bool, keep: Path | None, embed: Embed | None, embedder: str,
    progress: Callable[[int, int], None],
) -> Registry:  # fmt: skip
    if keep is None:
        return build_registry(given.name, rows, images=images, embed=embed, embedder=embedder, progress=progress)
    state = fingerprint([given.name, images, embedder, given.reader, *_state(given.path), *_state(given.images)])
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
    from dataclasses import replace

    return registry if registry.name == name else replace(registry, name=name)


def _check_embedder(registry: Registry, embedder: str) -> None:
    if registry.embedder != embedder:
        made = registry.embedder or "no embedder"
        raise InputError(
            f"the registry of {registry.name} was made with {made}, not {embedder or 'none'}: build it anew"
        )
