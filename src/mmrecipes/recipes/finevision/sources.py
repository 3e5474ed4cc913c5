"""The pool of the recipe: sources whose rows have turns, or whose annotations are declared. Others are left out.

Covered: a source that cannot be opened, has no readable row or is not understood is skipped with a remark and stops no
other; a declaration with a mistake (kind, column, category), or of a source that cannot be opened, stops the run with
all mistakes named. Animated pictures
are read as their first frame. Not covered: what columns mean: the remark names them, a person declares them (see
`proposing` for a model's proposal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import keeping_originals
from mmrecipes.core.sample import Sample
from mmrecipes.formats.plain_rows import PLAIN, holds_rows
from mmrecipes.formats.reader import AUTO, ReadOptions, open_source, recognised, unread_files
from mmrecipes.recipes.finevision.annotation import found
from mmrecipes.recipes.finevision.annotations import KINDS, annotation_of
from mmrecipes.recipes.finevision.taxonomy import category_of
from mmrecipes.steps.decontaminate.registry import SUFFIX, load_registry
from mmrecipes.steps.decontaminate.step import read_benchmarks
from mmrecipes.steps.pool import Pool, SourceSpec, open_pool

PROBED = 50
"""Rows of a source that are looked at before the run."""


@dataclass(frozen=True)
class AnnotatedPool:
    """The usable sources of a pool; a stratum each. `draft.annotation` of a row is what its source declares, empty for
    rows that have turns; `meta.category` is one of the taxonomy, or is missing (a column of that name is
    `meta.row_category`)."""

    pool: Pool
    writes: ClassVar[tuple[str, ...]] = (*Pool.writes, "draft.annotation")

    def strata(self) -> Mapping[str, float]:
        usable, left_out = self._looked_at
        if not usable:
            raise InputError("no source can be used:\n  " + "\n  ".join(f"{n}: {w}" for n, w in left_out.items()))
        return {name: float(size) for name, size in usable.items()}

    def size(self, stratum: str) -> int | None:
        return self._usable[stratum]

    def sample(self, stratum: str, index: int) -> Sample:
        spec = self.pool.spec(stratum)
        with keeping_originals():
            row = self.pool.sample(stratum, index)
        meta = dict(row.meta)
        if category := category_of(spec.category):
            meta["category"] = category
        elif "category" in meta:
            meta["row_category"] = meta.pop("category")
        return row.having(meta=meta).drafting(annotation=dict(spec.annotation))

    @property
    def files(self) -> Mapping[str, Path]:
        """What the sources that are read lie in."""
        return {name: path for name, path in self.pool.files.items() if name.split(".images")[0] in self._usable}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the readers say, and which sources are left out and why."""
        lines = ((n, line) for n in self._usable for line in self.pool.rows(n).remarks)
        said = [f"{n}: {line}" for n, line in lines if not (self.pool.spec(n).annotation and "--read " in line)]
        return (*(f"{name} is left out: {why}" for name, why in self._looked_at[1].items()), *said)

    @property
    def unread_files(self) -> tuple[str, ...]:
        """As of `flow.step.Source`: sources of which no row can be read, and such files of the others."""
        left_out = (f"{n} is left out: {why}" for n, why in self._looked_at[1].items() if n not in self.unknown)
        files = (f"{n}: {line}" for n in self._usable for line in unread_files(self.pool.rows(n)))
        return (*left_out, *files)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The sources with readable rows that hold no turns and of which nothing is declared."""
        return tuple(n for n, why in self._looked_at[1].items() if _UNKNOWN in why)

    @property
    def _usable(self) -> Mapping[str, int]:
        return self._looked_at[0]

    @cached_property
    def _looked_at(self) -> tuple[dict[str, int], dict[str, str]]:
        """Rows of the usable sources, and why the others are none. Raises `InputError`."""
        usable: dict[str, int] = {}
        left_out: dict[str, str] = {}
        mistakes: list[str] = []
        for spec in self.pool.specs:
            try:
                category_of(spec.category)
                why = self._unusable(spec)
            except InputError as e:
                mistakes.append(f"source {spec.name}: {e}")
                continue
            if why:
                left_out[spec.name] = why
            else:
                usable[spec.name] = len(self.pool.rows(spec.name))
        if mistakes:
            raise InputError("\n".join(mistakes))
        return usable, left_out

    def _unusable(self, spec: SourceSpec) -> str:
        """Why a source is left out, if it is. Raises `InputError` when its declaration is wrong."""
        declared = annotation_of(spec.annotation) if spec.annotation else None
        try:
            rows = self.pool.rows(spec.name)
        except InputError as e:
            if declared is not None:
                raise InputError(str(e).removeprefix(f"source {spec.name}: ")) from e
            return str(e).removeprefix(f"source {spec.name}: ")
        looked = _Looked(() if declared is None else declared.columns)
        for index in range(min(PROBED, len(rows))):
            try:
                with keeping_originals():
                    looked.at(self.pool.sample(spec.name, index))
            except InputError as e:
                looked.problem = str(e)
            if looked.turns if declared is None else looked.readable and not looked.missing:
                return ""
        if not looked.readable:
            return f"none of its first {PROBED} rows can be read: {looked.problem}" if len(rows) else "it has no rows"
        columns = ", ".join(map(str, rows.columns)) or "none"
        if declared is not None:
            hint = "; its reader makes turns of them itself: declare no annotation" if looked.turns else ""
            raise InputError(f"annotation: no row has the column {looked.missing[0]!r}; there are: {columns}{hint}")
        return (
            f"{_UNKNOWN} (kinds: {_KINDS}); its columns are: {columns}; --set propose=true asks a model what they mean"
        )


@dataclass
class _Looked:
    """What the first rows of a source have shown so far; `missing` are columns that none of them had."""

    missing: Sequence[str]
    readable: bool = False
    turns: bool = False
    problem: str = ""

    def at(self, row: Sample) -> None:
        self.readable = True
        self.turns = self.turns or {"user", "assistant"} <= {m.role for m in row.messages if m.text.strip()}
        self.missing = [name for name in self.missing if found(row, name) is None]


_UNKNOWN = "its rows have no questions with answers, and it declares no [source.annotation]"
_KINDS = ", ".join(kind.model_fields["kind"].default for kind in KINDS)


def open_sources(recipe: str, path: Path) -> AnnotatedPool:
    """The pool that a path describes (see `steps/pool`). Raises `InputError` for a wrong file."""
    pool = open_pool(recipe, path)
    return AnnotatedPool(replace(pool, specs=tuple(map(_with_reader, pool.specs))))


def _with_reader(spec: SourceSpec) -> SourceSpec:
    """Rows under names that no reader knows are read as they are: what they mean is declared."""
    unknown = spec.reader == AUTO and spec.path.exists() and not recognised(spec.path)
    return spec.model_copy(update={"reader": PLAIN}) if unknown and holds_rows(spec.path) else spec


def check_benchmarks(path: Path) -> None:
    """Raises `InputError` when the file that names benchmarks is wrong, or one of them cannot be opened or is empty."""
    for given in read_benchmarks(path):
        if given.path.suffix == SUFFIX:
            load_registry(given.path)
        elif not len(open_source(given.path, given.reader, ReadOptions(given.images))[1]):
            raise InputError(f"benchmark {given.name}: {given.path} has no rows: nothing can be said about it")
