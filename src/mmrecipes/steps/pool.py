"""Several sources read as one pool: a `sources.toml`, or any single path that a reader recognises.

Covered: checking the file (every mistake named, all at once), one stratum per source in the order of the file, rows
re-named for the run with what their source says about them in `meta`, the files that belong to the input's identity.
Not covered: reading the formats (see `formats/reader`), mixing by share: the weight of a source is its number of rows.

    [[source]]
    name = "charts"               # names the stratum and `sample.source`
    path = "charts/llava.json"    # relative to this file
    images = "charts/images"      # where its pictures lie, when not beside it
    domain = "Chart"
    reasoning = "both"
    licence = "CC-BY-4.0"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmrecipes.core.errors import InputError, MmrError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import AUTO, ReadOptions, Rows, open_source, readers, sample_at, unread_files

Reasoning = Literal["skip", "short", "long", "both"]
AnswerKind = Literal["auto", "factual", "descriptive"]


class SourceSpec(BaseModel):
    """One `[[source]]` table. `path` and `images` are absolute once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="names the stratum and `sample.source`")
    path: Path = Field(strict=False, description="what the reader opens")
    reader: str = Field(default=AUTO, description="a reader's name, or auto")
    images: Path | None = Field(
        default=None, strict=False, description="the folder of its pictures, when not the usual one"
    )
    options: Mapping[str, str] = Field(default={}, description="the reader's own options")
    domain: str = Field(default="", description="what it is about")
    task_family: str = Field(default="", description="the kind of task it holds")
    reasoning: Reasoning = Field(default="short", description="which reasoning its answers are to get")
    answer_kind: AnswerKind = Field(default="auto", description="how its answers are compared")
    priority: int = Field(default=0, description="of two equal rows the one of the higher priority stays")
    licence: str = Field(default="", description="when the rows do not say it themselves")
    subset: str = Field(default="default", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="part of the dataset")
    category: str = Field(default="", description="a finer heading than the domain")
    annotation: Mapping[str, Any] = Field(
        default={}, description="what its rows hold instead of turns, for recipes that make turns of annotations"
    )

    @property
    def said(self) -> dict[str, Any]:
        """What goes into the `meta` of every row."""
        about = {k: getattr(self, k) for k in ("domain", "task_family", "reasoning", "answer_kind", "priority")}
        return about | ({"category": self.category} if self.category else {})


def read_sources(path: Path, domains: Collection[str] = ()) -> tuple[SourceSpec, ...]:
    """The sources of a `.toml` file; any other path is one source with the defaults, named after it.

    `domains` are the names a source may give as its domain (any, when empty). Raises `InputError` that lists every
    mistake of the file with its table and key.
    """
    if path.suffix.lower() != ".toml":
        if not path.exists():
            raise InputError(f"{path} does not exist")
        return (SourceSpec(name=_name_of(path), path=path.resolve()),)
    tables, mistakes = _tables(path)
    home = path.resolve().parent
    specs: list[SourceSpec] = []
    for number, table in enumerate(tables, 1):
        spec, wrong = _checked(table, home, domains)
        name = table.get("name") if isinstance(table, dict) else None
        where = f"source {number} ({name})" if isinstance(name, str) else f"source {number}"
        if spec is not None and any(spec.name == s.name for s in specs):
            wrong.append(f"name: an earlier source is called {spec.name!r} too")
        mistakes += [f"{where}, {text}" for text in wrong]
        if spec is not None:
            specs.append(spec)
    if mistakes:
        raise InputError(f"{path}:\n  " + "\n  ".join(mistakes))
    return tuple(specs)


def _name_of(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.resolve().name.partition(".")[0]).strip("-._") or "input"


def _tables(path: Path) -> tuple[Sequence[Any], list[str]]:
    """The `source` tables and what is wrong around them. Raises `InputError` when the file is no TOML."""
    try:
        value = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as e:
        raise InputError(f"cannot read {path}: {e.strerror or e}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise InputError(f"{path} is not TOML: {e}") from e
    mistakes = [f"unknown key {key!r}: sources are tables [[source]]" for key in value if key != "source"]
    tables = value.get("source", [])
    if not isinstance(tables, list) or not tables:
        mistakes.append("it names no source: write one table [[source]] for each, with name and path")
        tables = []
    return tables, mistakes


def _checked(table: Any, home: Path, domains: Collection[str]) -> tuple[SourceSpec | None, list[str]]:
    """The source (None when a value is of no use) and all that is wrong with its table."""
    if not isinstance(table, dict):
        return None, [f"is no table but {table!r}"]
    wrong = [f"{k}: unknown key{_near(k, SourceSpec.model_fields)}" for k in table if k not in SourceSpec.model_fields]
    known = {k: v for k, v in table.items() if k in SourceSpec.model_fields}
    for key in ("path", "images"):
        if isinstance(known.get(key), str):
            known[key] = home / known[key]
    try:
        spec = SourceSpec(**known)
    except ValidationError as e:
        return None, wrong + [_said(problem) for problem in e.errors()]
    return spec, wrong + _unusable(spec, domains)


_CHOICES = {"reasoning": get_args(Reasoning), "answer_kind": get_args(AnswerKind)}


def _said(problem: Any) -> str:
    key = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return f"{key}: is missing"
    given = problem["input"]
    if key in _CHOICES:
        return f"{key}: {given!r}{_near(given, _CHOICES[key])}"
    if problem["type"] == "string_pattern_mismatch":
        return f"{key}: {given!r}; use letters, digits, - and _, a letter or digit first"
    return f"{key}: {problem['msg']} (given: {given!r})"


def _unusable(spec: SourceSpec, domains: Collection[str]) -> list[str]:
    """What is wrong with a source whose values are well formed."""
    wrong = [f"path: {spec.path} does not exist"] if not spec.path.exists() else []
    if spec.images is not None and not spec.images.is_dir():
        wrong.append(f"images: {spec.images} is no folder")
    if spec.domain and domains and spec.domain not in domains:
        wrong.append(f"domain: {spec.domain!r}{_near(spec.domain, domains)}")
    if spec.reader != AUTO and spec.reader not in readers():
        wrong.append(f"reader: {spec.reader!r}{_near(spec.reader, (AUTO, *readers()))}")
    elif spec.reader != AUTO:
        known = readers()[spec.reader].options
        wrong += [f"options.{k}: unknown{_near(k, known)}" for k in spec.options if k not in known]
    return wrong


def _near(given: Any, known: Collection[str]) -> str:
    """ "; did you mean x?", or what there is."""
    by_case = {name.lower(): name for name in known}
    near = get_close_matches(str(given).lower(), by_case, 1)
    return f"; did you mean {by_case[near[0]]!r}?" if near else f"; there are {', '.join(known) or 'none'}"


@dataclass(frozen=True)
class Pool:
    """The rows of several sources; a stratum per source. Each source is opened when it is first asked for.

    A row keeps its own id in `meta["source_id"]` and gets `<recipe>/<source>/<index:06d>`; `meta` has `domain`,
    `task_family`, `reasoning`, `answer_kind`, `priority` and, where given, `category` of its source. A row's own value
    under one of these names, and its source, is kept as `row_<name>`.
    """

    recipe: str
    specs: tuple[SourceSpec, ...]
    writes: ClassVar[tuple[str, ...]] = (
        "images", "messages", "alternatives", "extras", "regions", "truth", "scores", "meta", "parents", "stand_in",
    )  # fmt: skip
    _opened: dict[str, Rows] = field(default_factory=dict, repr=False, compare=False)

    def spec(self, stratum: str) -> SourceSpec:
        """The source that a stratum is; KeyError when there is none."""
        return self._by_name[stratum]

    @property
    def _by_name(self) -> Mapping[str, SourceSpec]:
        return {spec.name: spec for spec in self.specs}

    def rows(self, stratum: str) -> Rows:
        """The opened source. Raises `InputError` that names it when it cannot be opened."""
        if stratum not in self._opened:
            spec = self.spec(stratum)
            options = ReadOptions(spec.images, spec.options)
            try:
                self._opened[stratum] = open_source(spec.path, spec.reader, options)[1]
            except MmrError as e:
                raise InputError(f"source {stratum}: {e}") from e
        return self._opened[stratum]

    def strata(self) -> Mapping[str, float]:
        """Rows per source. Raises `InputError` that lists every source that cannot be opened."""
        sizes: dict[str, float] = {}
        wrong: list[str] = []
        for spec in self.specs:
            try:
                sizes[spec.name] = float(len(self.rows(spec.name)))
            except InputError as e:
                wrong.append(str(e))
        if wrong:
            raise InputError("\n".join(wrong))
        if not any(sizes.values()):
            raise InputError("no source has a row")
        return sizes

    def size(self, stratum: str) -> int | None:
        return len(self.rows(stratum))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the readers say about their sources, each with its name."""
        self.strata()
        return tuple(f"{spec.name}: {line}" for spec in self.specs for line in self.rows(spec.name).remarks)

    @property
    def unread_files(self) -> tuple[str, ...]:
        """As of `flow.step.Source`, each with the name of its source."""
        return tuple(f"{spec.name}: {line}" for spec in self.specs for line in unread_files(self.rows(spec.name)))

    @property
    def files(self) -> Mapping[str, Path]:
        """What the sources lie in, by a name of its own: part of what a run was made from."""
        named = [(s.name, s.path) for s in self.specs]
        return dict(named + [(f"{s.name}.images", s.images) for s in self.specs if s.images is not None])

    def sample(self, stratum: str, index: int) -> Sample:
        """The row at `index`, re-named. Raises what the reader raises."""
        spec, row = self.spec(stratum), sample_at(self.rows(stratum), index)
        said = spec.said | {"source_id": row.id}
        own = {f"row_{k}" if k in said else k: v for k, v in row.meta.items()}
        own |= {"row_source": row.source} if row.source else {}
        return row.having(
            id=f"{self.recipe}/{stratum}/{index:06d}",
            subset=spec.subset,
            group=f"{stratum}/{row.group}" if row.group else "",
            source=stratum,
            licence=row.licence or spec.licence,
            meta=own | said,
            draft={},
        )


def open_pool(recipe: str, path: Path, domains: Collection[str] = ()) -> Pool:
    """The pool that a path describes (see `read_sources`). Raises `InputError` for a wrong file; a source that cannot
    be opened shows when it is asked for."""
    return Pool(recipe, read_sources(path, domains))
