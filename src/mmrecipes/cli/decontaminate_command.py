"""`mmr decontaminate`: a dataset without what benchmarks hold."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.formats.reader import Rows
    from mmrecipes.steps.decontaminate.benchmark import Named
    from mmrecipes.steps.decontaminate.cleaning import Cleaned

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
EVERY = 5.0
"""Seconds between lines of progress."""
MODES = ("remove-sample", "remove-turn", "annotate")


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
@click.option("--mode", type=click.Choice(MODES), default=MODES[0], show_default=True,
              help="What is done with a sample that holds a benchmark's item.")  # fmt: skip
@click.option("--image-reuse", type=click.Choice(("remove", "allow")), default="remove", show_default=True,
              help="Whether a benchmark's picture may stay with another question.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Runs of 8 words are looked for in place of 13.")
@click.option("--text-only", is_flag=True, help="Compare texts alone: no picture is opened.")
@click.option("--embedder", metavar="MODEL@URL", help="A copy-detection model, behind an OpenAI-compatible API.")
@click.option("--registries", type=click.Path(path_type=Path), metavar="DIR",
              help="Keep the registries of benchmarks in DIR and use them again.")  # fmt: skip
@click.option("--no-pairs", is_flag=True, help="Write no page with pairs: no file then holds benchmark content.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def decontaminate(data: Path, out: Path | None, dry_run: bool, as_json: bool, **options: Any) -> int:
    """Remove what benchmarks hold from a dataset.

    Pictures are compared by source id, pixels, perceptual hashes in several views and local features, and confirmed on
    the pixels; texts by runs of words, whole questions, options and captions. Samples made from removed ones go too.
    What is not certain stays and is listed for review. Exit code 3 when nothing is left.
    """
    from mmrecipes.cli.overlap_pages import write_pages

    if (out is None) != dry_run:
        raise UsageError("give either --out DIR for the cleaned dataset, or --dry-run to only look")
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is not empty; choose another --out")
    with ExitStack() as closing:
        work = _Work(data, out, options, closing)
        cleaned = work.clean()
        if out is not None:
            write_pages(
                out, work.rows, work.benchmarks, cleaned, work.command, work.remarks, pairs=not options["no_pairs"]
            )
    if as_json:
        import json

        click.echo(json.dumps(cleaned.to_json(), indent=2))
    else:
        click.echo("\n".join(_lines(cleaned, out, work.remarks, pairs=not options["no_pairs"])))
    return 0 if cleaned.kept else 3


class _Work:
    """What the options name, opened."""

    def __init__(self, data: Path, out: Path | None, options: dict[str, Any], closing: ExitStack) -> None:
        from mmrecipes.formats.reader import AUTO, ReadOptions, open_source
        from mmrecipes.steps.decontaminate.benchmark import open_benchmark
        from mmrecipes.steps.decontaminate.embedding import EndpointEmbedder
        from mmrecipes.steps.decontaminate.evidence import Policy

        named = named_benchmarks(options["benchmarks"], options["images"], options["readers"])
        own = {n.partition("=")[0] for n in options["benchmarks"]}
        mode = options["mode"].replace("-", "_")
        images = not options["text_only"]
        self.out = out
        self.policy = Policy(mode, options["image_reuse"], options["strict"], images=images)
        self.command = _command(data, out, options)
        self.embed = None
        if options["embedder"] and images:
            folder = out or Path(closing.enter_context(TemporaryDirectory(prefix="mmr-embedder-")))
            self.embed = closing.enter_context(EndpointEmbedder(options["embedder"], folder))
        folder = _own(options["images"], own)
        read = ReadOptions(Path(folder) if folder else None)
        reader, rows = open_source(data, _own(options["readers"], own) or AUTO, read)
        self.rows: Rows = rows
        self.remarks = [f"{data}: read as {reader.name}, {len(rows):,} rows", *(f"{data}: {r}" for r in rows.remarks)]
        self.benchmarks = []
        for one in named:
            benchmark, remarks = open_benchmark(
                one, images=images, keep=options["registries"], embed=self.embed,
                embedder=self.embed.name if self.embed else "", progress=Ticker(f"reading {one.name}"),
            )  # fmt: skip
            self.benchmarks.append(benchmark)
            self.remarks += remarks

    def clean(self) -> Cleaned:
        from mmrecipes.steps.decontaminate.cleaning import clean

        tickers: dict[str, Ticker] = {}

        def progress(what: str, done: int, of: int) -> None:
            tickers.setdefault(what, Ticker(what))(done, of)

        about = f"By removing what benchmarks hold:\n\n```sh\n{self.command}\n```\n"
        return clean(
            self.rows, self.benchmarks, self.policy, self.out, embed=self.embed, about=about, progress=progress
        )


class Ticker:
    """Says on stderr how far something is, every few seconds."""

    def __init__(self, what: str) -> None:
        self.what, self._began, self._last = what, time.monotonic(), time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._last = now
            rate = done / (now - self._began)
            click.echo(f"{self.what}: {done:,} of {of:,} rows, {rate:,.1f}/s", file=sys.stderr)


def named_benchmarks(given: Sequence[str], images: Sequence[str], readers: Sequence[str]) -> list[Named]:
    """The benchmarks with their folders and readers. Raises `UsageError`."""
    from mmrecipes.formats.reader import AUTO
    from mmrecipes.steps.decontaminate.benchmark import Named

    named: dict[str, Named] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or not name.strip() or not path:
            raise UsageError(f"--benchmark {text}: write NAME=PATH, for example MMMU=mmmu-val.parquet")
        if name in named:
            raise UsageError(f"--benchmark {name} is given twice; give its parts names of their own, {name}-2=…")
        named[name] = Named(name, Path(path))
    folders, chosen = (_by_name(o, texts, named) for o, texts in (("--images", images), ("--reader", readers)))
    return [
        Named(n.name, n.path, Path(folders[n.name]) if n.name in folders else None, chosen.get(n.name, AUTO))
        for n in named.values()
    ]


def _by_name(option: str, texts: Sequence[str], named: dict[str, Named]) -> dict[str, str]:
    """Values given for benchmarks; the one for the data has no name."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if equals and name in named:
            found[name] = value
        elif equals and not Path(text).exists():
            raise UsageError(f"{option} {text}: there is no benchmark {name}; there are {', '.join(named)}")
    return found


def _own(texts: Sequence[str], names: set[str]) -> str:
    """The value that is given without a name."""
    own = [text for text in texts if text.partition("=")[0] not in names or "=" not in text]
    if len(own) > 1:
        raise UsageError(f"{own[1]} is given besides {own[0]}: for a benchmark write NAME={own[1]}")
    return own[0] if own else ""


def _command(data: Path, out: Path | None, options: dict[str, Any]) -> str:
    words = ["mmr", "decontaminate", str(data)]
    for name, key in (("--benchmark", "benchmarks"), ("--images", "images"), ("--reader", "readers")):
        words += [w for value in options[key] for w in (name, value)]
    words += ["--mode", options["mode"]] if options["mode"] != MODES[0] else []
    words += ["--image-reuse", "allow"] if options["image_reuse"] == "allow" else []
    words += [f"--{flag.replace('_', '-')}" for flag in ("strict", "text_only", "no_pairs") if options[flag]]
    words += ["--embedder", options["embedder"]] if options["embedder"] else []
    return shlex.join([*words, *(["--out", str(out)] if out else ["--dry-run"])])


def _lines(cleaned: Cleaned, out: Path | None, remarks: Sequence[str], pairs: bool) -> Iterator[str]:
    """The result as people read it."""
    would = "" if out else "would be "
    yield f"{cleaned.kept:,} of {cleaned.rows:,} samples {would}kept{f' in {out}' if out else ''}"
    yield f"  dropped  {cleaned.dropped:,}{_named(cleaned)}"
    if cleaned.shortened:
        yield f"  shorter  {cleaned.shortened:,} without the turns that were found"
    if cleaned.annotated:
        yield f"  marked   {cleaned.annotated:,} say in meta.leak what was found"
    yield f"  review   {cleaned.review:,} kept, but worth a look"
    if cleaned.unread:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in cleaned.unread.items())
        yield f"  unread   {reasons}: not in the output"
    if cleaned.unchecked:
        yield f"  unsure   {cleaned.unchecked:,} kept with a picture that cannot be decoded"
    yield ""
    yield from _table(cleaned)
    yield ""
    for remark in remarks:
        yield f"  note     {remark}"
    if out is not None:
        yield f"  report   {out / 'run' / 'report.html'}"
        if pairs and any(b.samples_hit for b in cleaned.benchmarks):
            yield f"  pairs    {out / 'run' / 'pairs.html'}: holds benchmark content, do not publish it"


def _named(cleaned: Cleaned) -> str:
    tiers: dict[str, int] = {}
    for counts in cleaned.benchmarks:
        for tier, count in counts.tiers.items():
            tiers[tier] = tiers.get(tier, 0) + count
    said = ", ".join(f"{tier.replace('_', ' ')} {count:,}" for tier, count in tiers.items())
    return f" (evidence: {said})" if said else ""


def _table(cleaned: Cleaned) -> Iterator[str]:
    head = ("benchmark", "items", "hit", "samples", "acted on", "review", "compared by")
    rows = [
        (b.name, f"{b.items:,}", f"{b.items_hit:,}", f"{b.samples_hit:,}",
         f"{b.removed + b.shortened + b.annotated:,}", f"{b.review:,}", b.coverage)
        for b in cleaned.benchmarks
    ]  # fmt: skip
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [c.ljust(w) if i in (0, len(head) - 1) else c.rjust(w)
                 for i, (c, w) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        yield f"  {'  '.join(cells)}".rstrip()
