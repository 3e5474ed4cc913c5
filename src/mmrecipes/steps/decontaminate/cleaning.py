"""A dataset against benchmarks: found, decided, written.

Two passes over the rows: the first looks at each (see `looking`), the second writes what stays. In between, what was
made from removed samples is found. Written are the cleaned dataset (`data/`, `README.md`) and in `run/` the decisions
(`decisions.parquet`), the ids of what was dropped and of what is for review (`dropped.jsonl`, `review.jsonl`), rows
that could not be read (`unread.jsonl`), the counts (`overlap.json`) and the registries. None of these files holds a
picture or text of a benchmark.

Covered: memory that grows with what is found and not with the rows; the same result in any order of rows, by any
number of processes. Not covered: pages (see `report/overlap`); a folder that appears whole (see `new_folder`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.formats.reader import Rows
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Finding, Policy, acted_on
from mmrecipes.steps.decontaminate.findings import Findings
from mmrecipes.steps.decontaminate.looking import Lookers, look, setup_of, tasks_of
from mmrecipes.steps.decontaminate.reading import Embed, Source, read_row
from mmrecipes.steps.decontaminate.registry import SUFFIX
from mmrecipes.steps.decontaminate.summary import BenchmarkCounts, Summary, Unread
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes.store.files import write_bytes

NAME = "decontaminate"
Progress = Callable[[str, int, int], None]
"""What is being done, rows done, rows in all."""


@dataclass(frozen=True)
class Cleaned:
    """What came out. `kept` counts samples written (all that would be, of a dry run), those for review and those
    shortened or annotated among them. Counts by tier have every sample once."""

    rows: int
    kept: int
    dropped: dict[str, int]
    shortened: dict[str, int]
    annotated: dict[str, int]
    review: dict[str, int]
    unread: tuple[Unread, ...]
    unchecked: int
    benchmarks: tuple[BenchmarkCounts, ...]
    summary: Summary
    findings: dict[int, tuple[str, Finding]]
    """Those about which there is something to say, by row: (id, finding)."""

    def to_json(self) -> dict[str, Any]:
        """As it is recorded."""
        named = {b.name: {k: v for k, v in asdict(b).items() if k != "name"} for b in self.benchmarks}
        by_tier = {n: getattr(self, n) for n in ("dropped", "shortened", "annotated", "review")}
        return {
            "rows": self.rows, "kept": self.kept,
            **{name: {"samples": sum(tiers.values()), "tiers": tiers} for name, tiers in by_tier.items()},
            "unread": dict(sorted(Counter(one.reason for one in self.unread).items())),
            "unchecked": self.unchecked, "benchmarks": named,
        }  # fmt: skip


def clean(
    rows: Rows,
    benchmarks: Sequence[Benchmark],
    policy: Policy,
    out: Path | None,
    *,
    embed: Embed | None = None,
    about: str = "",
    progress: Progress = lambda what, done, of: None,
    workers: int = 1,
    source: Source | None = None,
) -> Cleaned:
    """Look at all rows and write what stays to the folder `out`, which must not exist or be empty; nothing is written
    without one. `about` says in the card how it was made. More than one of `workers` open the rows at `source`, and
    the benchmarks where these were opened.

    Raises `InputError` when there is no row, `StaleRegistry`, `WorldError` when the disk is full or a process dies.
    """
    if not len(rows):
        raise InputError("the data has no rows, so nothing can be said about it")
    summary = Summary(benchmarks, rows=len(rows))
    embed = embed if policy.images else None
    with ExitStack() as closing:
        scratch = Path(closing.enter_context(TemporaryDirectory(prefix="mmr-decontaminate-")))
        findings = closing.enter_context(Findings(scratch))
        tasks = tasks_of(rows, embed)
        if workers > 1 and source is not None:
            lookers = closing.enter_context(Lookers(setup_of(source, benchmarks, policy, scratch), workers))
            results = lookers.look(tasks)
        else:
            checker = Checker(benchmarks, policy)
            results = (look(rows, checker, task) for task in tasks)
        for result in results:
            for looked in result:
                findings.add(looked)
                if looked.id is None:
                    summary.unread.append(Unread(looked.row, looked.finding.unchecked[0], looked.detail))
            progress("looking", result[-1].row + 1, len(rows))
        findings.derive()
    for row, (name, finding) in findings.found.items():
        summary.add(row, name, finding)
    cleaned = _cleaned(summary, findings)
    if out is not None:
        _write(rows, cleaned, out, about, progress)
        findings.write(out / "run" / "decisions.parquet")
        _record(out / "run", policy, cleaned)
    return cleaned


def _cleaned(summary: Summary, findings: Findings) -> Cleaned:
    dropped = summary.cells("remove_sample")
    return Cleaned(
        rows=summary.rows,
        kept=summary.rows - len(summary.unread) - sum(dropped.values()),
        dropped=dropped,
        shortened=summary.cells("remove_turn"),
        annotated=summary.cells("annotate"),
        review=summary.cells("review"),
        unread=tuple(summary.unread),
        unchecked=summary.unchecked,
        benchmarks=tuple(map(summary.of, summary.benchmarks)),
        summary=summary,
        findings=findings.found,
    )


def _record(folder: Path, policy: Policy, cleaned: Cleaned) -> None:
    """The counts, the ids, and the registries."""
    record = {"policy": asdict(policy), **cleaned.to_json()}
    write_bytes(folder / "overlap.json", orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    for benchmark in cleaned.summary.benchmarks:
        benchmark.registry.save(registry_file(folder, benchmark.name))
    for name, action in (("dropped", "remove_sample"), ("review", "review")):
        _write_lines(folder / f"{name}.jsonl", listed(cleaned, action))
    _write_lines(folder / "unread.jsonl", [one._asdict() for one in cleaned.unread])


def listed(cleaned: Cleaned, action: str) -> list[dict[str, Any]]:
    """The samples of which this is done, in the order of the rows: row, id, tier, and the benchmark's item."""
    return [
        {"row": row, "id": name, "tier": f.tier, "benchmark": f.first.benchmark, "item": f.first.item}
        for row, (name, f) in cleaned.findings.items()
        if f.action == action
    ]


def _write_lines(path: Path, values: Sequence[dict[str, Any]]) -> None:
    write_bytes(path, b"".join(orjson.dumps(value) + b"\n" for value in values))


def registry_file(folder: Path, name: str) -> Path:
    """Where the registry of a benchmark lies in a folder."""
    safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
    return folder / f"{safe}{SUFFIX}"


def _write(rows: Rows, cleaned: Cleaned, out: Path, about: str, progress: Progress) -> None:
    """The second pass. Rows of which nothing was read in the first are not read again."""
    unread = {one.row for one in cleaned.unread}
    with DatasetWriter(out, NAME) as writer:
        for index in range(len(rows)):
            progress("writing", index + 1, len(rows))
            finding = cleaned.findings.get(index, ("", Finding()))[1]
            if index in unread or finding.action == "remove_sample":
                continue
            row = read_row(rows, index)
            if row.sample is None or (kept := acted_on(row.sample, finding)) is None:
                raise InputError(f"row {index} has changed while it was looked at: run the same command again")
            writer.write(kept)
    card = {"title": "A dataset without what benchmarks hold", "slug": NAME}
    write_card(out, card=card, params={}, counts=writer.counts, seed=0, version="1", made=about)
