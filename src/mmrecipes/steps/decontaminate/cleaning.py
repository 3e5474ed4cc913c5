"""A dataset against benchmarks: found, decided, written.

Two passes over the rows: the first looks at each and notes what was found, the second writes what stays. In between,
what was made from removed samples is found. Written are the cleaned dataset (`data/`, `README.md`) and in `run/` the
decisions (`decisions.parquet`), the ids that were dropped (`dropped.jsonl`), the counts (`overlap.json`) and the
registries. None of these files holds a picture or text of a benchmark.

Covered: bounded memory; rows that cannot be read (named in `unread.jsonl`); the same result in any order of rows. Not
covered: pages (see `report/overlap`), several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.formats.reader import Rows
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Finding, Policy, acted_on
from mmrecipes.steps.decontaminate.findings import Findings
from mmrecipes.steps.decontaminate.reading import Embed, SeenRow, read_row, read_rows
from mmrecipes.steps.decontaminate.registry import SUFFIX
from mmrecipes.steps.decontaminate.summary import BenchmarkCounts, Summary
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes.store.files import new_file, write_bytes

NAME = "decontaminate"
Progress = Callable[[str, int, int], None]
"""What is being done, rows done, rows in all."""


@dataclass(frozen=True)
class Cleaned:
    """What came out. `kept` counts samples written (all that would be, of a dry run)."""

    rows: int
    kept: int
    dropped: int
    shortened: int
    annotated: int
    review: int
    unread: dict[str, int]
    unchecked: int
    benchmarks: tuple[BenchmarkCounts, ...]
    summary: Summary

    def to_json(self) -> dict[str, Any]:
        """As it is recorded."""
        counts = {n: getattr(self, n) for n in ("rows", "kept", "dropped", "shortened", "annotated", "review")}
        named = {b.name: {k: v for k, v in asdict(b).items() if k != "name"} for b in self.benchmarks}
        return {**counts, "unread": self.unread, "unchecked": self.unchecked, "benchmarks": named}


def clean(
    rows: Rows,
    benchmarks: Sequence[Benchmark],
    policy: Policy,
    out: Path | None,
    *,
    embed: Embed | None = None,
    about: str = "",
    progress: Progress = lambda what, done, of: None,
) -> Cleaned:
    """Look at all rows and write what stays to the folder `out`, which must not exist or be empty; nothing is written
    without one. `about` says in the card how it was made.

    Raises `InputError` when there is no row, `StaleRegistry`, `WorldError` when the disk is full.
    """
    if not len(rows):
        raise InputError("the data has no rows, so nothing can be said about it")
    summary = Summary(benchmarks)
    with TemporaryDirectory(prefix="mmr-decontaminate-") as scratch, Findings(Path(scratch)) as findings:
        seen = read_rows(rows, embed if policy.images else None)
        acted = _look(seen, len(rows), Checker(benchmarks, policy), findings, summary, progress)
        for row, finding in findings.derived():
            acted[row] = finding
            sample = read_row(rows, row).sample
            summary.note(row, sample.id if sample else "", finding)
        counts = _write(rows, acted, findings, out, about, progress) if out else _counted(acted, summary)
    cleaned = _cleaned(counts, summary)
    if out is not None:
        _record(out / "run", policy, cleaned)
    return cleaned


def _cleaned(counts: tuple[int, int, int], summary: Summary) -> Cleaned:
    kept, dropped, shortened = counts
    return Cleaned(
        rows=summary.rows,
        kept=kept,
        dropped=dropped,
        shortened=shortened,
        annotated=summary.actions["annotate"],
        review=summary.actions["review"],
        unread=dict(sorted(summary.unread.items())),
        unchecked=summary.unchecked,
        benchmarks=tuple(map(summary.of, summary.benchmarks)),
        summary=summary,
    )


def _record(folder: Path, policy: Policy, cleaned: Cleaned) -> None:
    """The counts, and the registries."""
    record = {"policy": asdict(policy), **cleaned.to_json()}
    write_bytes(folder / "overlap.json", orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    for benchmark in cleaned.summary.benchmarks:
        benchmark.registry.save(registry_file(folder, benchmark.name))


def registry_file(folder: Path, name: str) -> Path:
    """Where the registry of a benchmark lies in a folder."""
    safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
    return folder / f"{safe}{SUFFIX}"


def _look(
    seen: Iterable[SeenRow], of: int, checker: Checker, findings: Findings, summary: Summary, progress: Progress
) -> dict[int, Finding]:
    """The first pass. Returns what is acted on, by row."""
    acted: dict[int, Finding] = {}
    for row in seen:
        finding = checker.check(row)
        findings.add(row.index, row.sample, finding)
        summary.add(row.index, row.sample.id if row.sample else None, finding)
        if finding.action not in ("keep", "review"):
            acted[row.index] = finding
        progress("looking", row.index + 1, of)
    return acted


def _counted(acted: dict[int, Finding], summary: Summary) -> tuple[int, int, int]:
    """(kept, dropped, shortened) without writing."""
    actions = [f.action for f in acted.values()]
    dropped = actions.count("remove_sample")
    return summary.rows - sum(summary.unread.values()) - dropped, dropped, actions.count("remove_turn")


def _write(
    rows: Rows, acted: dict[int, Finding], findings: Findings, out: Path, about: str, progress: Progress
) -> tuple[int, int, int]:
    """The second pass. Returns (kept, dropped, shortened)."""
    dropped = shortened = 0
    with ExitStack() as open_files:
        gone = _lines(open_files, out / "run" / "dropped.jsonl")
        unread = _lines(open_files, out / "run" / "unread.jsonl")
        writer = open_files.enter_context(DatasetWriter(out, NAME))
        for row in read_rows(rows):
            progress("writing", row.index + 1, len(rows))
            finding, sample = acted.get(row.index, Finding()), row.sample
            if sample is None:
                unread({"row": row.index, "reason": row.problem})
                continue
            kept = acted_on(sample, finding)
            shortened += finding.action == "remove_turn" and kept is not None
            if kept is not None:
                writer.write(kept)
                continue
            dropped += 1
            first = next(e for e in finding.evidence if e.settled)
            tie = {"tier": finding.tier, "benchmark": first.benchmark, "item": first.item}
            gone({"row": row.index, "id": sample.id, **tie})
    findings.write(out / "run" / "decisions.parquet")
    card = {"title": "A dataset without what benchmarks hold", "slug": NAME}
    write_card(out, card=card, params={}, counts=writer.counts, seed=0, version="1", made=about)
    return sum(writer.counts.values()), dropped, shortened


def _lines(files: ExitStack, path: Path) -> Callable[[dict[str, Any]], None]:
    """Writes JSON lines to a new file that appears whole."""
    temporary = files.enter_context(new_file(path))
    file: IO[bytes] = files.enter_context(temporary.open("wb"))
    return lambda value: (file.write(orjson.dumps(value) + b"\n"), None)[1]
