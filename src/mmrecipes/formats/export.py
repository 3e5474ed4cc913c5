"""Exports: a dataset folder becomes what one trainer reads, whole or not at all, with a report of what was lost.

Covered: finding the formats, the policy for what a format cannot hold, image files named by content, the manifest,
checks that several formats share. Not covered: the formats themselves, one module each in this folder.

A module in this folder offers formats by defining `EXPORTS`, a tuple of `Exporter`. Its `write` goes over
`export.samples()`, asks `export.fitting` for what to write of each (`export.admits` where a sample cannot be cut) and
calls `export.keep` after writing it; images go through `export.image`, other files through `export.new_text`.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Literal, cast, get_args

import orjson
import pyarrow as pa

import mmrecipes.formats as here
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.identity import file_sha256
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.formats.leftovers import remove_leftovers
from mmrecipes.formats.pieces import pieces_of
from mmrecipes.formats.repeats import Repeats
from mmrecipes.store.dataset import data_files, read_samples, stand_in_samples
from mmrecipes.store.files import new_folder, operation

Policy = Literal["error", "drop", "degrade", "split"]
"""What to do with a sample that the format cannot hold: stop; leave it out; keep what can be kept, else leave it out;
make several of it that the format holds whole, else leave it out. The report says which samples and why in every
case."""

Watch = Callable[[int], None]
"""Is told how many rows were read."""
RESERVED = re.compile(
    r"<image>|<video>|<audio>|<bbox>|<ref-object>|<\|(?!(?:object_ref|box|quad)_(?:start|end)\|>)[^|<>\s]{1,40}\|>"
)
"""Text that trainers take for a placeholder or a control token. The grounding tags of Qwen2-VL are neither: they are
the answer itself in that convention."""
ZERO_WIDTH = "\u200b"
HELD = ("alternatives", "extras", "licence", "messages", "meta", "regions", "source", "truth")
"""Fields of a sample that a trainer reads, or does not."""
IN_TURNS = frozenset({"messages", "truth"})
"""Those read by a trainer of conversations: what is true stands in the answers."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format that data can be exported to. `options` maps the names of its own options to a line of help;
    `tested_with` names the loader its tests read it with."""

    name: str
    help: str
    write: Callable[[Export], None]
    options: Mapping[str, str] = field(default_factory=dict)
    tested_with: str = ""


@dataclass(slots=True)
class LossReport:
    """What went in, what came out and what did not: `dropped` maps a reason to ids, `degraded` a reason to the number
    of samples kept with less than they had, `not_read` a field to the number of samples that have it although the
    trainer does not read it; `stand_in` counts samples of a rehearsal among `rows_in`, `split` samples of which several
    rows were made, and these rows; `repeated_ids` samples written with the id of an earlier one, the first of which is
    `repeated_id`."""

    rows_in: int = 0
    rows_out: int = 0
    images: int = 0
    image_bytes: int = 0
    placeholders: int = 0
    stand_in: int = 0
    repeated_ids: int = 0
    repeated_id: str = ""
    dropped: dict[str, list[str]] = field(default_factory=dict)
    split: Counter[str] = field(default_factory=Counter)
    degraded: Counter[str] = field(default_factory=Counter)
    not_read: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON value with sorted keys."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: dict(sorted(v.items())) if isinstance(v, dict) else v for k, v in values.items()}


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that could not be read, in the place of its sample: `place` names it for people."""

    place: str
    reason: str
    message: str


class Export:
    """One export under way: where it reads, the folder it fills, and the account of it."""

    def __init__(
        self,
        source: Path,
        folder: Path,
        policy: Policy,
        options: Mapping[str, str],
        items: Iterable[Sample | Unread] | None = None,
        watch: Watch = lambda _: None,
    ) -> None:
        """`items` are what is exported; by default the samples of the dataset folder `source` (then `is_dataset`)."""
        self.source, self.folder, self.policy, self.options = source, folder, policy, options
        self.is_dataset = items is None
        self._items = _stored(source) if items is None else items
        self._watch = watch
        self.report = LossReport()
        self._files: dict[str, str] = {}
        self._ids = Repeats()

    def samples(self) -> Iterator[Sample]:
        """The samples, counted; rows that could not be read are left out and counted by reason. Raises `InputError`
        for the first of those when the policy is to stop."""
        for item in self._items:
            self.report.rows_in += 1
            self._watch(self.report.rows_in)
            if isinstance(item, Sample):
                self.report.stand_in += item.stand_in
                yield item
            elif self.policy == "error":
                raise InputError(f"{item.place} cannot be read: {item.message}; the policy `drop` leaves such rows out")
            else:
                self.report.dropped.setdefault(item.reason, []).append(item.place)

    def keep(self, sample: Sample, placeholders: int = 0, *, rows: int = 1, read: Collection[str] = IN_TURNS) -> None:
        """Count a sample as written in so many rows, with the image placeholders written into their text.

        `read` names what the trainer reads of `HELD` (`meta.url` one key of `meta`); what the sample has beyond that is
        counted as not read.
        """
        self.report.rows_out += rows
        self.report.placeholders += placeholders
        unread = [name for name in HELD if name not in read and getattr(sample, name)]
        if "meta" in unread and all(f"meta.{key}" in read for key in sample.meta):
            unread.remove("meta")
        self.report.not_read.update(unread)
        if self._ids.seen(sample.id):
            self.report.repeated_ids += 1
            self.report.repeated_id = self.report.repeated_id or sample.id

    def admits(self, sample: Sample, impossible: list[str], lossy: list[str]) -> bool:
        """Whether to write a sample, given short reasons for which the format cannot hold it at all or only with less.

        Counts it by the first reason. Raises `InputError` that names it when it does not fit and the policy is to stop.
        """
        reasons = impossible or ([] if self.policy == "degrade" else lossy)
        if not reasons:
            self.report.degraded.update(lossy)
            return True
        if self.policy == "error":
            raise InputError(
                f"sample {sample.id!r} cannot be exported: {', '.join(impossible + lossy)}; the policy `drop` leaves "
                "such samples out, `degrade` keeps what can be kept, `split` makes several of one where it can"
            )
        self.report.dropped.setdefault(reasons[0], []).append(sample.id)
        return False

    def fitting(self, sample: Sample, losses: Callable[[Sample], tuple[list[str], list[str]]]) -> tuple[Sample, ...]:
        """The sample, the pieces to write in its place, or nothing. `losses` gives the two lists of `admits`. Raises
        as that does."""
        impossible, lossy = losses(sample)
        if self.policy == "split" and impossible + lossy:
            pieces = pieces_of(sample)
            if len(pieces) > 1 and not any(any(losses(piece)) for piece in pieces):
                self.several(len(pieces))
                return pieces
        return (sample,) if self.admits(sample, impossible, lossy) else ()

    def several(self, rows: int) -> None:
        """Count a sample of which several rows are made."""
        self.report.split.update(samples=1, rows=rows)

    def image(self, image: Image, below: str = "") -> str:
        """Write the image once, named by its content, into `images/` below `below` (empty, or ending with a slash);
        returns the path relative to the folder."""
        path = f"{below}images/{image.sha256[:2]}/{image.sha256}.{image.suffix}"
        if path not in self._files:
            data = image.data
            self._write(path, data)
            self._files[path] = hashlib.sha256(data).hexdigest()
            self.report.images += 1
            self.report.image_bytes += len(data)
        return path

    @contextmanager
    def new_text(self, path: str) -> Iterator[IO[bytes]]:
        """Open a file below the folder for UTF-8 bytes."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        operation("write", target)
        with target.open("wb") as f:
            yield f

    def provenance(self, sample: Sample) -> bytes:
        """A JSON line that keeps, by id, what a trainer's file has no place for."""
        value = {k: v for k, v in sample_to_json(sample).items() if k not in ("messages", "draft", "images")}
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)

    def finish(self, exporter: Exporter) -> None:
        """Write `manifest.json`: the report, and the size and SHA-256 of every file."""
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            name = path.relative_to(self.folder).as_posix()
            if name not in self._files:
                self._files[name] = file_sha256(path)
        manifest = {
            "format": exporter.name,
            "made_with": f"mmrecipes {version('mmrecipes')}",
            "tested_with": exporter.tested_with,
            "policy": self.policy,
            "options": dict(self.options),
            "report": self.report.to_json(),
            "files": {
                name: {"bytes": (self.folder / name).stat().st_size, "sha256": sha256}
                for name, sha256 in sorted(self._files.items())
            },
        }
        self._write("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))

    def _write(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        operation("write", target)
        target.write_bytes(data)


@functools.cache
def exporters() -> dict[str, Exporter]:
    """Every format by name, found in the modules of this folder."""
    modules = (importlib.import_module(f"{here.__name__}.{m.name}") for m in pkgutil.iter_modules(here.__path__))
    found = [e for m in modules for e in getattr(m, "EXPORTS", ())]
    return {e.name: e for e in sorted(found, key=lambda e: e.name)}


def export_dataset(
    dataset_folder: Path,
    format: str,
    out: Path,
    *,
    policy: str = "drop",
    allow_stand_in: bool = False,
    watch: Watch = lambda _: None,
    **options: str,
) -> LossReport:
    """Export a dataset folder to the new folder `out`, which appears complete or not at all.

    Raises `UsageError` for an unknown format, policy or option, an `out` that holds something, or samples with a
    stand-in's answers when they are not allowed; `InputError` when there is no data or the policy is `error` and a
    sample does not fit.
    """
    exporter = _checked(format, out, policy, options)
    data_files(dataset_folder)
    if not allow_stand_in:
        with _explained(dataset_folder):
            _refuse_stand_in(*stand_in_samples(dataset_folder))
    with _folder(out) as folder:
        export = Export(dataset_folder, folder, cast(Policy, policy), options, watch=watch)
        _fill(export, exporter)
    return export.report


def export_items(
    items: Iterable[Sample | Unread],
    source: Path,
    format: str,
    out: Path,
    *,
    policy: str = "drop",
    allow_stand_in: bool = False,
    watch: Watch = lambda _: None,
    **options: str,
) -> LossReport:
    """Export any samples, read once and forwards, to the new folder `out`; `source` is the path they come from. Raises
    as `export_dataset` does."""
    exporter = _checked(format, out, policy, options)
    items = items if allow_stand_in else _refusing_stand_in(items)
    with _folder(out) as folder:
        export = Export(source, folder, cast(Policy, policy), options, items, watch)
        _fill(export, exporter)
    return export.report


def _checked(format: str, out: Path, policy: str, options: Mapping[str, str]) -> Exporter:
    """The exporter. Raises `UsageError`."""
    exporter = exporters().get(format)
    if exporter is None:
        raise UsageError(f"no format {format!r}; there are {', '.join(exporters())}")
    if policy not in get_args(Policy):
        raise UsageError(f"no policy {policy!r}; there are {', '.join(get_args(Policy))}")
    unknown = sorted(set(options) - set(exporter.options))
    if unknown:
        known = ", ".join(exporter.options) or "none"
        raise UsageError(f"format {format} has no option {', '.join(unknown)}; its options: {known}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is not an empty folder; choose another --out")
    return exporter


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """The folder to fill in place of `out`, into which it turns on a clean exit; what killed exports to `out` left is
    removed first."""
    remove_leftovers(out)
    with new_folder(out) as folder:
        yield folder


def _fill(export: Export, exporter: Exporter) -> None:
    exporter.write(export)
    export.finish(exporter)
    operation("fsync", export.folder)
    os.sync()


def _stored(folder: Path) -> Iterator[Sample]:
    with _explained(folder):
        yield from read_samples(folder)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn damage of a dataset folder's files into an error with the remedy."""
    try:
        yield
    except pa.ArrowException as e:
        raise InputError(
            f"{folder} holds damaged data: {e}; write or fetch it again, or export {folder / 'data'}, of which rows "
            "that cannot be read are left out"
        ) from e


def _refusing_stand_in(items: Iterable[Sample | Unread]) -> Iterator[Sample | Unread]:
    for item in items:
        if isinstance(item, Sample) and item.stand_in:
            _refuse_stand_in(1, item.id)
        yield item


def _refuse_stand_in(count: int, first: str) -> None:
    """Raises `UsageError` when there are samples with a stand-in's answers."""
    if count:
        raise UsageError(
            f"{count:,} {'sample holds' if count == 1 else 'samples hold'} answers of a stand-in, first {first}: a "
            "rehearsal, not training data. Run the recipe with models (--role or --models) into another folder, or "
            "export all the same with --allow-stand-in"
        )


def conversation_problem(sample: Sample) -> str:
    """Why a sample is no conversation of alternating user and assistant turns (after system turns at the start), as a
    short reason, or an empty string."""
    roles = [m.role for m in sample.messages]
    while roles and roles[0] == "system":
        roles.pop(0)
    if not roles:
        return "no_turns"
    if roles[0] != "user":
        return "does_not_start_with_the_user"
    if any(r != ("user", "assistant")[i % 2] for i, r in enumerate(roles)):
        return "turns_do_not_alternate"
    if roles[-1] != "assistant":
        return "ends_without_an_answer"
    if any(not any(p.image or (p.text or "").strip() for p in m.parts) for m in sample.messages):
        return "empty_turn"
    return ""


def reserved_token(sample: Sample, pattern: re.Pattern[str] = RESERVED) -> str:
    """The first reserved token in the text of the messages, or an empty string."""
    texts = (p.text for m in sample.messages for p in m.parts if p.text is not None)
    return next((found[0] for text in texts if (found := pattern.search(text))), "")


def escaped(text: str, pattern: re.Pattern[str] = RESERVED) -> str:
    """The text with a zero-width space after the first character of each reserved token."""
    return pattern.sub(lambda m: m[0][0] + ZERO_WIDTH + m[0][1:], text)
