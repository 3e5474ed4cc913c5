"""The ledger: what happened to every candidate, per step and per sample, read from the committed shards.

Per step: in + added = out + merged + dropped + failed + errors + pending + beyond n, where `failed` counts samples
that a step inside an `Attempt` or `Repeat` refused and that went on elsewhere. Covered: counts, the models' answers
used and their cost, dropped samples, errors, the life of one sample. Candidates after the one that completed `n` are
not counted: they depend on timing (see `spent` for what they cost). Not covered: sums over all steps (see `balance`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.interpret import Node
from mmrecipes.flow.shards import Shard, read_columns, restore, segments_folder
from mmrecipes.flow.stages import Stage
from mmrecipes.store.files import write_bytes


@dataclass(slots=True)
class Usage:
    """Answers of models that a step used: how many, how many of them came when re-asked for the form, tokens and images
    of all, and the cost, of which an answer that several samples share is counted once."""

    calls: int = 0
    reasked: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    images: int = 0
    cost: float = 0.0


@dataclass(slots=True)
class StepCount:
    """One line of the ledger; `path` names the step, `merged` counts the samples that were taken up by others and
    `into` those others, `beyond_n` what the seal cut off, `reasons` its drops by reason, `failed_reasons` the
    refusals after which the sample went on elsewhere or was made again, `usage` what was asked of models by prompt."""

    path: str
    came_in: int = 0
    added: int = 0
    out: int = 0
    merged: int = 0
    into: int = 0
    dropped: int = 0
    failed: int = 0
    errors: int = 0
    pending: int = 0
    beyond_n: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    failed_reasons: dict[str, int] = field(default_factory=dict)
    usage: dict[str, Usage] = field(default_factory=dict)

    @property
    def balances(self) -> bool:
        ends = self.out + self.merged + self.dropped + self.failed + self.errors + self.pending + self.beyond_n
        return self.came_in + self.added == ends


class DroppedSample(NamedTuple):
    sample: Sample
    path: str
    reason: str
    detail: str


class RunError(NamedTuple):
    id: str
    path: str
    kind: str
    message: str
    trace: str


class LifeEvent(NamedTuple):
    id: str
    path: str
    outcome: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of a run that counts: its shards, and per stratum the last candidate index (None: all)."""

    shards: Sequence[Shard]
    last: Mapping[str, int | None]

    def counts(self, stratum: str, index: int) -> bool:
        last = self.last[stratum]
        return last is None or index <= last


def paths(stages: Iterable[Stage]) -> list[str]:
    """All step paths in pipeline order."""
    order: list[str] = []

    def visit(nodes: Iterable[Node]) -> None:
        for node in nodes:
            order.append(node.path)
            for inner in node.branches.values():
                visit(inner)

    for stage in stages:
        order.append(stage.entry)
        visit(stage.nodes)
    return order


def count_steps(run: Path, stages: Sequence[Stage], extent: Extent) -> tuple[list[StepCount], int]:
    """Add up the events of the committed shards; also how many samples came through the whole pipeline."""
    lines = {path: StepCount(path) for path in paths(stages)}
    paid: set[str] = set()
    waiting = 0
    for stage in stages:
        kept = 0
        for shard in extent.shards:
            folder = segments_folder(run, stage.segment.number) / shard.name
            if folder.is_dir():
                kept += _count_shard(folder, shard, extent, lines)
                _count_calls(folder, shard, extent, lines, paid)
        if stage.segment.number > 0:
            line = lines[stage.entry]
            line.pending = waiting - line.came_in
            line.came_in = waiting
        waiting = kept
    return [line for line in lines.values() if line.came_in or "/" not in line.path], waiting


def _count_shard(folder: Path, shard: Shard, extent: Extent, lines: dict[str, StepCount]) -> int:
    columns = read_columns(folder / "events.parquet", ["index", "path", "outcome", "reason", "detail"])
    takers: set[tuple[str, str]] = set()
    for index, path, outcome, reason, detail in zip(
        *(columns[c].to_pylist() for c in columns.column_names), strict=True
    ):
        if extent.counts(shard.stratum, index):
            _count(lines.setdefault(path, StepCount(path)), outcome, reason, detail)
            if outcome == "merged":
                takers.add((path, detail))
    for path, _ in takers:
        lines[path].into += 1
    indices = read_columns(folder / "samples.parquet", ["index"])["index"].to_pylist()
    return sum(extent.counts(shard.stratum, i) for i in indices)


def _count_calls(folder: Path, shard: Shard, extent: Extent, lines: dict[str, StepCount], paid: set[str]) -> None:
    file = folder / "calls.parquet"
    for row in read_columns(file).to_pylist() if file.is_file() else ():
        if not extent.counts(shard.stratum, row["index"]):
            continue
        usage = lines[row["path"]].usage.setdefault(re.sub(r"\d+", "N", row["name"]), Usage())
        usage.calls += 1
        usage.reasked += row["reasked"]
        usage.tokens_in += row["tokens_in"]
        usage.tokens_out += row["tokens_out"]
        usage.images += row["images"]
        if row["key"] not in paid:
            paid.add(row["key"])
            usage.cost = round(usage.cost + row["cost"], 9)


def _count(line: StepCount, outcome: str, reason: str, detail: str) -> None:
    line.came_in += 1
    if outcome == "split":
        line.added += int(detail) - 1
        line.out += int(detail)
    elif outcome == "out":
        line.out += 1
    elif outcome == "merged":
        line.merged += 1
    elif outcome == "failed":
        line.failed += 1
        line.failed_reasons[reason] = line.failed_reasons.get(reason, 0) + 1
    elif outcome == "error":
        line.errors += 1
    elif outcome == "drop":
        line.dropped += 1
        line.reasons[reason] = line.reasons.get(reason, 0) + 1
    else:
        raise ValueError(f"unknown outcome {outcome!r} at {line.path}")


def write_ledger(run: Path, lines: Sequence[StepCount], extent: Extent, wanted: int | None) -> None:
    value = {
        "wanted": wanted,
        "steps": [asdict(line) for line in lines],
        "shards": [asdict(s) for s in extent.shards],
        "last": dict(extent.last),
    }
    write_bytes(run / "ledger.json", orjson.dumps(value, option=orjson.OPT_INDENT_2))


def samples_wanted(run_folder: Path) -> int | None:
    """How many samples the sealed run was to have; None where its `n` counts rows, or every row was asked for."""
    return _ledger(run_folder)["wanted"]


def step_counts(run_folder: Path) -> list[StepCount]:
    """The sealed ledger of a run, in pipeline order."""
    steps = _ledger(run_folder)["steps"]
    return [
        StepCount(**{**line, "usage": {name: Usage(**u) for name, u in line.get("usage", {}).items()}})
        for line in steps
    ]


def dropped_samples(run_folder: Path, limit_per_reason: int = 3) -> list[DroppedSample]:
    """The first dropped samples of each (step, reason)."""
    seen: dict[tuple[str, str], int] = {}
    found: list[DroppedSample] = []
    for row in _rows(run_folder, "dropped"):
        key = (row["path"], row["reason"])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= limit_per_reason:
            sample = restore(run_folder / "run", row["sample"], row["media"])
            found.append(DroppedSample(sample, row["path"], row["reason"], row["detail"]))
    return found


def dropped_with(run_folder: Path, wanted: Callable[[str, Mapping[str, Any]], bool]) -> Iterator[DroppedSample]:
    """All dropped samples whose reason and `meta` are wanted, in order; rows that a source could not read are left
    out."""
    for row in _rows(run_folder, "dropped"):
        if row["path"] != "source" and wanted(row["reason"], orjson.loads(row["sample"])["meta"]):
            sample = restore(run_folder / "run", row["sample"], row["media"])
            yield DroppedSample(sample, row["path"], row["reason"], row["detail"])


def dropped_values(run_folder: Path) -> Iterator[Mapping[str, Any]]:
    """Every dropped sample as JSON, without its images; rows that a source could not read are left out."""
    for row in _rows(run_folder, "dropped"):
        if row["path"] != "source":
            yield orjson.loads(row["sample"])


def errors(run_folder: Path) -> list[RunError]:
    """All recorded errors."""
    return [RunError(*(row[f] for f in RunError._fields)) for row in _rows(run_folder, "errors")]


def life(run_folder: Path, sample_id: str) -> list[LifeEvent]:
    """What happened to a sample, to what it came from and to what came out of it, in order, up to whether the sealed
    dataset holds it; raises `UsageError` when nothing in the run bears this id."""
    import pyarrow.dataset as ds  # 50 MB that a run does not need

    root = re.split(r"[.+]", sample_id.rsplit("/", 1)[-1])[0]
    prefix = sample_id.rsplit("/", 1)[0] + "/" + root if "/" in sample_id else root
    files = sorted((run_folder / "run" / "segments").glob("*/*/events.parquet"))
    if not files:
        raise UsageError(f"{run_folder} holds no committed shard yet")
    table = ds.dataset(files).to_table(filter=ds.field("id") >= prefix)
    events = [LifeEvent(*(row[f] for f in LifeEvent._fields)) for row in table.to_pylist()]
    related = [e for e in events if _related(e.id, sample_id) or (e.outcome != "drop" and e.detail == sample_id)]
    if not related:
        raise UsageError(f"no sample {sample_id!r} in {run_folder}; ids look like {_example(files)!r}")
    return related + _ends(run_folder, {e.id for e in related} | {e.detail for e in related})


def _ends(run_folder: Path, names: set[str]) -> list[LifeEvent]:
    """Which of these samples that came through the whole pipeline the sealed dataset holds; others are beyond `n`."""
    import pyarrow.dataset as ds

    last = max((run_folder / "run" / "segments").glob("[0-9]*"))
    data = sorted((run_folder / "data").glob("*/*.parquet"))
    if not data:
        return []
    bears = ds.field("id").isin(sorted(names))
    through = ds.dataset(sorted(last.glob("[!.]*/samples.parquet"))).to_table(columns=["id"], filter=bears)
    kept = set(ds.dataset(data).to_table(columns=["id"], filter=bears)["id"].to_pylist())
    return [LifeEvent(i, "seal", "out" if i in kept else "beyond n", "", "") for i in through["id"].to_pylist()]


def _related(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (long.startswith(short) and long[len(short)] in ".+")


def _example(files: Sequence[Path]) -> str:
    table = read_columns(files[0], ["id"])
    return table["id"][0].as_py() if table.num_rows else ""


def _ledger(run_folder: Path) -> dict[str, Any]:
    file = run_folder / "run" / "ledger.json"
    if not file.is_file():
        raise UsageError(f"{run_folder} is not finished: {file} is missing; run the same command again")
    return orjson.loads(file.read_bytes())


def _rows(run_folder: Path, table: str) -> Iterable[dict[str, Any]]:
    """Rows of a table over the sealed extent, in pipeline and candidate order."""
    ledger = _ledger(run_folder)
    extent = Extent([Shard(**s) for s in ledger["shards"]], ledger["last"])
    for segment in sorted((run_folder / "run" / "segments").iterdir()):
        for shard in extent.shards:
            file = segment / shard.name / f"{table}.parquet"
            if file.is_file():
                yield from (r for r in read_columns(file).to_pylist() if extent.counts(shard.stratum, r["index"]))
