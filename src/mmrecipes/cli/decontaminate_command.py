"""`mmr decontaminate`: a dataset without what benchmarks hold."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.cli.inspect_command import plain, told
from mmrecipes.cli.options import parse_texts
from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.cli.overlap_pages import Said
    from mmrecipes.steps.decontaminate.benchmark import Benchmark, Named
    from mmrecipes.steps.decontaminate.cleaning import Cleaned
    from mmrecipes.steps.decontaminate.embedding import EndpointEmbedder
    from mmrecipes.steps.decontaminate.evidence import Policy
    from mmrecipes.steps.decontaminate.reading import Source

EPILOG = """\b
Examples:
  mmr decontaminate data --benchmark MMMU=mmmu-val.parquet --out clean
  mmr decontaminate train.json --images pictures --benchmark VQAv2=vqa.json --images VQAv2=val2014 --out clean
  mmr decontaminate data --benchmark own=test --dry-run
  mmr decontaminate data --benchmark GQA=gqa.registry --text-only --out clean

\b
The name of a benchmark matters: for those it knows, mmr knows where their pictures come from and which of their texts
are evidence alone. Benchmarks are your own copies; nothing is downloaded, and of their content only hashes are kept,
but for run/pairs.html, which shows pairs side by side (--no-pairs leaves it out).
"""
MODES = ("remove-sample", "remove-turn", "annotate")
WORTH_A_PROCESS = 200
"""Rows for which it pays to start one more process."""
NAMED = 5
"""Rows that could not be read which are named on the terminal."""


@click.command(epilog=EPILOG)
@click.argument("data", metavar="DATA", type=click.Path(path_type=Path))
@click.option("--benchmark", "benchmarks", multiple=True, required=True, metavar="NAME=PATH",
              help="A benchmark: any data that can be read, or a .registry of an earlier run. Repeatable.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="A new folder for the cleaned dataset.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--images", multiple=True, metavar="DIR|NAME=DIR",
              help="Where the pictures of DATA, or of a benchmark, lie, when not beside it. Repeatable.")  # fmt: skip
@click.option("--reader", "readers", multiple=True, metavar="READER|NAME=READER",
              help="How to read DATA, or a benchmark; by default what it looks like. Repeatable.")  # fmt: skip
@click.option("--read", "reading", multiple=True, metavar="KEY=VALUE|NAME=KEY=VALUE",
              help="An option of the reader of DATA, or of a benchmark (see `mmr formats`). Repeatable.")  # fmt: skip
@click.option("--mode", type=click.Choice(MODES), default=MODES[0], show_default=True,
              help="What is done with a sample that holds a benchmark's item.")  # fmt: skip
@click.option("--image-reuse", type=click.Choice(("remove", "allow")), default="remove", show_default=True,
              help="Whether a benchmark's picture may stay with another question.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Runs of 8 words are looked for in place of 13.")
@click.option("--text-only", is_flag=True, help="Compare texts alone: no picture is opened.")
@click.option("--embedder", metavar="MODEL@URL", help="A copy-detection model, behind an OpenAI-compatible API.")
@click.option("--registries", type=click.Path(path_type=Path), metavar="DIR",
              help="Keep registries of benchmarks and answers of the embedder in DIR, and use them again.")  # fmt: skip
@click.option("--workers", type=click.IntRange(min=1), help="Processes; by default one per core.")
@click.option("--no-pairs", is_flag=True, help="Write no page with pairs: no file then holds benchmark content.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def decontaminate(data: Path, out: Path | None, dry_run: bool, as_json: bool, **options: Any) -> int:
    """Remove what benchmarks hold from a dataset.

    Pictures are compared by source id, pixels, perceptual hashes in several views and local features, and confirmed on
    the pixels; texts by runs of words, whole questions, options and captions. Samples made from removed ones go too.
    What is not certain stays and is listed for review. Exit code 3 when nothing is left, or when rows could not be
    read: those of DATA are not in the output, those of a benchmark were not looked for.
    """
    if (out is None) != dry_run:
        raise UsageError("give either --out DIR for the cleaned dataset, or --dry-run to only look")
    work = _Work(data, out, options)
    with ExitStack() as closing:
        cleaned = work.done(closing)
    if as_json:
        import json

        click.echo(json.dumps(cleaned.to_json(), indent=2))
    else:
        click.echo("\n".join(_lines(cleaned, out, work, pairs=not options["no_pairs"])))
    return 0 if cleaned.kept and not cleaned.unread and not any(b.unreadable for b in cleaned.benchmarks) else 3


class _Work:
    """What the options name, checked, and done."""

    def __init__(self, data: Path, out: Path | None, options: Mapping[str, Any]) -> None:
        from mmrecipes.steps.decontaminate.evidence import Policy

        self.out, self.options = out, options
        self.data, self.named = sources(data, options)
        if out is not None:
            _refuse_place(out, [data, *(n.path for n in self.named)])
        mode, images = options["mode"].replace("-", "_"), not options["text_only"]
        self.policy: Policy = Policy(mode, options["image_reuse"], options["strict"], images=images)
        self.command = _command(data, out, options)
        self.remarks: list[str] = []
        self.unread_files: list[str] = []

    def done(self, closing: ExitStack) -> Cleaned:
        """Read, compare, and write what stays: `out` appears whole, or not at all."""
        from mmrecipes.cli.overlap_pages import Said, write_pages
        from mmrecipes.cli.row_progress import RowProgress
        from mmrecipes.formats.leftovers import remove_leftovers
        from mmrecipes.formats.reader import unread_files
        from mmrecipes.steps.decontaminate.cleaning import clean
        from mmrecipes.store.files import new_folder

        if self.out is not None:
            remove_leftovers(self.out)
        folder = closing.enter_context(new_folder(self.out)) if self.out is not None else None
        progress = closing.enter_context(RowProgress(sys.stderr))
        with ExitStack() as asking:
            embed = self._embedder(asking, folder)
            reader, rows = self.data.open()
            path = self.data.path
            self.remarks = [
                f"{path}: read as {reader.name}, {len(rows):,} rows",
                *(f"{path}: {r}" for r in rows.remarks),
            ]
            self.unread_files = [f"{path}: {line}" for line in unread_files(rows)]
            benchmarks = [self._opened(one, embed, progress) for one in self.named]
            workers = self.options["workers"] or min(os.cpu_count() or 1, 1 + len(rows) // WORTH_A_PROCESS)
            about = f"By removing what benchmarks hold:\n\n```sh\n{self.command}\n```\n"
            cleaned = clean(
                rows, benchmarks, self.policy, folder, embed=embed, about=about, progress=progress, workers=workers,
                source=self.data,
            )  # fmt: skip
            if folder is not None:
                said: Said = Said(self.command, tuple(self.remarks), self.policy, embed.name if embed else "")
                write_pages(folder, rows, benchmarks, cleaned, said, pairs=not self.options["no_pairs"])
        return cleaned

    def _embedder(self, asking: ExitStack, folder: Path | None) -> EndpointEmbedder | None:
        """The embedder, with its answers where a new start finds them: where registries are kept, else beside `out`
        until that is there."""
        from mmrecipes.steps.decontaminate.embedding import EndpointEmbedder

        if not self.options["embedder"] or not self.policy.images:
            return None
        kept: Path | None = self.options["registries"]
        if kept is None and self.out is None:
            kept = Path(asking.enter_context(TemporaryDirectory(prefix="mmr-embedder-")))
        elif kept is None and self.out is not None and folder is not None:
            kept = self.out.with_name(f".{self.out.name}-answers")
            asking.enter_context(_moved_when_done(kept, folder))
        assert kept is not None
        return asking.enter_context(EndpointEmbedder(self.options["embedder"], kept))

    def _opened(self, one: Named, embed: EndpointEmbedder | None, progress: Any) -> Benchmark:
        from mmrecipes.formats.reader import unread_files
        from mmrecipes.steps.decontaminate.benchmark import open_benchmark

        benchmark, remarks = open_benchmark(
            one, images=self.policy.images, keep=self.options["registries"], embed=embed,
            embedder=embed.name if embed else "", progress=lambda done, of: progress(f"reading {one.name}", done, of),
        )  # fmt: skip
        self.remarks += remarks
        if benchmark.rows is not None:
            self.unread_files += [f"{one.name}: {line}" for line in unread_files(benchmark.rows)]
        return benchmark


@contextlib.contextmanager
def _moved_when_done(answers: Path, folder: Path) -> Iterator[None]:
    """The answers go to the new folder when all is done; else they stay, and the next start uses them."""
    try:
        yield
    except Exception:
        if any(answers.rglob("*.sqlite")):
            click.echo(f"{answers} keeps what the embedder answered: the same command goes on from there", err=True)
        raise
    (folder / "run").mkdir(exist_ok=True)
    for file in (answers / "run").iterdir():
        file.rename(folder / "run" / file.name)
    shutil.rmtree(answers)


def _refuse_place(out: Path, read: Sequence[Path]) -> None:
    """Raises `UsageError` where nothing can be written."""
    from mmrecipes.formats.convert import refuse_inside

    for path in read:
        refuse_inside(out, path)
        if path.resolve().is_relative_to(out.resolve()):
            raise UsageError(f"{path} lies inside {out}, which is to be a new folder; choose an --out elsewhere")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is not empty; choose another --out")


def sources(data: Path, options: Mapping[str, Any]) -> tuple[Source, list[Named]]:
    """The data and the benchmarks with their folders, readers and options of readers. Raises `UsageError`."""
    from mmrecipes.formats.reader import AUTO, ReadOptions
    from mmrecipes.steps.decontaminate.benchmark import Named
    from mmrecipes.steps.decontaminate.reading import Source

    paths = _benchmark_paths(options["benchmarks"])
    folders, own_folder = _by_name("--images", options["images"], paths)
    readers, own_reader = _by_name("--reader", options["readers"], paths)
    settings, own_settings = _settings(options["reading"], paths)
    for name, folder in (*folders.items(), *([("", own_folder)] if own_folder else [])):
        if not Path(folder).is_dir():
            raise UsageError(f"--images {f'{name}=' if name else ''}{folder}: {folder} is no folder")
    images = Path(own_folder) if own_folder else None
    named = [
        Named(name, path, Path(folders[name]) if name in folders else None, readers.get(name, AUTO), settings[name])
        for name, path in paths.items()
    ]
    return Source(data, own_reader or AUTO, ReadOptions(images, own_settings)), named


def _benchmark_paths(given: Sequence[str]) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or not name.strip() or not path:
            raise UsageError(f"--benchmark {text}: write NAME=PATH, for example MMMU=mmmu-val.parquet")
        if name in paths:
            raise UsageError(f"--benchmark {name} is given twice; give its parts names of their own, {name}-2=…")
        paths[name] = Path(path)
    return paths


def _by_name(option: str, texts: Sequence[str], names: Mapping[str, Path]) -> tuple[dict[str, str], str]:
    """The values given for benchmarks, and the one for the data, which has no name."""
    found: dict[str, str] = {}
    own: list[str] = []
    for text in texts:
        name, equals, value = text.partition("=")
        if equals and name in names:
            found[name] = value
        elif equals and not Path(text).exists():
            raise UsageError(f"{option} {text}: there is no benchmark {name}; there are {', '.join(names)}")
        else:
            own.append(text)
    if len(own) > 1:
        raise UsageError(f"{option} {own[1]} is given besides {own[0]}: for a benchmark write NAME={own[1]}")
    return found, own[0] if own else ""


def _settings(texts: Sequence[str], names: Mapping[str, Path]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The options of the benchmarks' readers (NAME=KEY=VALUE), and those of the data's (KEY=VALUE)."""
    of: dict[str, list[str]] = {name: [] for name in names}
    own: list[str] = []
    for text in texts:
        name, _, rest = text.partition("=")
        (of[name] if name in names and "=" in rest else own).append(rest if name in names and "=" in rest else text)
    return {name: parse_texts("--read", pairs) for name, pairs in of.items()}, parse_texts("--read", own)


def _command(data: Path, out: Path | None, options: Mapping[str, Any]) -> str:
    words = ["mmr", "decontaminate", str(data)]
    several = (("--benchmark", "benchmarks"), ("--images", "images"), ("--reader", "readers"), ("--read", "reading"))
    words += [w for name, key in several for value in options[key] for w in (name, value)]
    words += ["--mode", options["mode"]] if options["mode"] != MODES[0] else []
    words += ["--image-reuse", "allow"] if options["image_reuse"] == "allow" else []
    words += [f"--{flag.replace('_', '-')}" for flag in ("strict", "text_only", "no_pairs") if options[flag]]
    words += ["--embedder", options["embedder"]] if options["embedder"] else []
    return shlex.join([*words, *(["--out", str(out)] if out else ["--dry-run"])])


def _lines(cleaned: Cleaned, out: Path | None, work: _Work, pairs: bool) -> Iterator[str]:
    """The result as people read it."""
    would = "" if out else "would be "
    unread = f"; {len(cleaned.unread):,} could not be read (exit code 3)" if cleaned.unread else ""
    yield f"{cleaned.kept:,} of {cleaned.rows:,} samples {would}kept{f' in {out}' if out else ''}{unread}"
    yield f"  dropped  {_tiers(cleaned.dropped)}"
    if cleaned.shortened:
        yield f"  shorter  {_tiers(cleaned.shortened)}; kept without the turns that were found"
    if cleaned.annotated:
        yield f"  marked   {_tiers(cleaned.annotated)}; kept, with what was found in meta.leak"
    yield f"  review   {_tiers(cleaned.review)}{'; kept, but worth a look' if cleaned.review else ''}"
    if cleaned.unread:
        yield f"  unread   {len(cleaned.unread):,}, not in the output:"
        yield from (
            f"           row {row} ({reason}): {plain(detail)}" for row, reason, detail in cleaned.unread[:NAMED]
        )
        if len(cleaned.unread) > NAMED:
            yield f"           and {len(cleaned.unread) - NAMED:,} more"
    for b in cleaned.benchmarks:
        if b.unreadable:
            count = sum(b.unreadable.values())
            named = f"{count:,} {'row' if count == 1 else 'rows'} of {b.name}"
            yield f"  unread   {named}: no sample was compared with {'it' if count == 1 else 'them'} (exit code 3)"
    if cleaned.unchecked:
        yield f"  unsure   {cleaned.unchecked:,} kept with a picture that cannot be decoded"
    yield ""
    yield from _table(cleaned)
    yield ""
    yield from told(work.remarks, work.unread_files)
    if out is not None:
        yield f"  report   {out / 'run' / 'report.html'}"
        yield f"  lists    dropped.jsonl, review.jsonl{', unread.jsonl' if cleaned.unread else ''} in {out / 'run'}"
        if pairs and cleaned.summary.pairs_in_all:
            yield f"  pairs    {out / 'run' / 'pairs.html'}: holds benchmark content, do not publish it"


def _tiers(counts: Mapping[str, int]) -> str:
    """'3: image exact 2, template 1'."""
    said = ", ".join(f"{tier.replace('_', ' ')} {count:,}" for tier, count in counts.items())
    return f"{sum(counts.values()):,}" + (f": {said}" if said else "")


def _table(cleaned: Cleaned) -> Iterator[str]:
    head = ("benchmark", "items", "hit", "samples", "acted on", "review", "compared by")
    rows = [
        (b.name, f"{b.items:,}", f"{b.items_hit:,}", f"{b.samples_hit:,}",
         f"{b.acted('remove_sample', 'remove_turn', 'annotate'):,}", f"{b.acted('review'):,}", b.coverage)
        for b in cleaned.benchmarks
    ]  # fmt: skip
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [c.ljust(w) if i in (0, len(head) - 1) else c.rjust(w)
                 for i, (c, w) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        yield f"  {'  '.join(cells)}".rstrip()
