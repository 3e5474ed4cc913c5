"""HoneyPipe on spoilt data: precision and recall of every stage, and the flow under given error rates.

    python benchmarks/honeypipe.py [--quick] [--bits N] [--folder FOLDER]

Rows come from the other recipes' own output (tables and charts, grounding, dialogues, questions about images) and from
invented scenes; a part of them is spoilt in five ways. Labels are kept aside. The first run has exact models: what each
stage removes is compared with the labels. The second has models that err at given rates: what becomes of every row is
compared with what the seeded strikes say. `--folder` keeps the material for the next time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

import mmrecipes
from honeypipe_noise import KINDS, Fate, Turn, as_rows, spoilt, takes
from mmrecipes.core.sample import Sample
from mmrecipes.flow.ledger import dropped_samples
from mmrecipes.recipes.honeypipe.invented import InventedPool
from mmrecipes.recipes.honeypipe.triage import bypassing
from mmrecipes.store.dataset import DatasetWriter, read_samples

OTHERS: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    "qianfan-vl": (420, {}),
    "llava": (200, {"models": "stand-in"}),
    "oasis": (160, {"models": "stand-in"}),
    "qwen-vl-grounding": (100, {"inputs": "example"}),
}
"""Recipes whose output is pooled: how many samples, and how they are run."""
SCENES = {"questions": 150, "choices": 100, "conversations": 60, "puzzles": 70, "sums": 60, "captions": 30}
REGISTRY: Mapping[str, Mapping[str, Any]] = {
    "qianfan-vl-chart": {"domain": "Chart"}, "qianfan-vl-table": {"domain": "Document"},
    "qianfan-vl-document": {"domain": "Document"}, "qianfan-vl-mathematics": {"domain": "STEM"},
    "qianfan-vl-formula": {"domain": "OCR"}, "qianfan-vl-scene": {"domain": "OCR"},
    "qianfan-vl-word": {"domain": "OCR"},
    "llava": {"domain": "General"}, "oasis": {"domain": "General"},
    "qwen-vl-grounding": {"domain": "Grounding&Counting", "task_family": "grounding"},
    "puzzles": {"domain": "General", "reasoning": "both"}, "sums": {"domain": "STEM", "reasoning": "long"},
    "captions": {"domain": "Caption", "task_family": "caption"},
}  # fmt: skip
SPOILT = 0.05
"""Share of the rows for each kind of noise."""
ERRORS = {
    "filter_miss": 0.1, "filter_false_alarm": 0.05, "short_wrong": 0.3, "long_wrong": 0.05, "judge_error": 0.05,
    "malformed": 0.05, "cut": 0.02, "empty": 0.02, "think_broken": 0.05, "apart": 0.1,
}  # fmt: skip
STAGE = {"unrelated": "filter", "duplicate": "duplicates", "extreme": "rules", "repeated": "rules",
         "wrong_reference": "fidelity"}  # fmt: skip


@dataclass
class Pool:
    """Rows by source, and the kind of noise of those that are spoilt, by the row's own id."""

    rows: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        lines: list[str] = []
        for name, samples in self.rows.items():
            with DatasetWriter(folder / "pool" / name, "benchmark") as writer:
                for sample in samples:
                    writer.write(sample)
            keys = {"name": name, "path": f"pool/{name}", "domain": "General", **REGISTRY.get(name, {})}
            lines += ["[[source]]", *(f'{k} = "{v}"' for k, v in keys.items()), ""]
        (folder / "sources.toml").write_text("\n".join(lines))
        return folder / "sources.toml"


def material(folder: Path, scale: float) -> Iterator[tuple[str, Sample]]:
    """(source, finished row): the other recipes' output and invented rows."""
    for recipe, (count, options) in OTHERS.items():
        run = folder / recipe
        if not (run / "README.md").is_file():
            mmrecipes.run(recipe, out=run, n=max(4, int(count * scale)), **options)
        for sample in read_samples(run):
            yield (f"{recipe}-{sample.task}" if recipe == "qianfan-vl" else recipe), sample
    invented = InventedPool("benchmark")
    for stratum, count in SCENES.items():
        if not (folder / stratum).is_dir():
            with DatasetWriter(folder / stratum, "benchmark") as writer:
                for index in range(max(4, int(count * scale))):
                    writer.write(invented.sample(stratum, index))
        for sample in read_samples(folder / stratum):
            yield stratum, sample


def make_pool(folder: Path, scale: float) -> Pool:
    """Clean rows with a share of each kind of noise; a duplicate is a further row of the source after its own."""
    pool, rng = Pool(), Random(4)
    finished = [(source, sample) for source, sample in material(folder, scale) if usable(sample)]
    clean = [
        (source, row)
        for i, (source, sample) in enumerate(finished)
        for row in as_rows(sample, f"{source}-{i}", split=source not in SCENES and i % 5 > 0)
    ]
    order = rng.sample(range(len(clean)), len(clean))
    wanted = {kind: int(SPOILT * len(clean)) for kind in KINDS}
    chosen: dict[int, str] = {}
    for place in order:
        source, row = clean[place]
        fitting = [kind for kind in KINDS if wanted[kind] and takes(kind, row)]
        if bypasses(source, row):
            fitting = [kind for kind in fitting if STAGE[kind] != "fidelity"]
        if fitting:
            chosen[place] = max(fitting, key=wanted.__getitem__)
            wanted[chosen[place]] -= 1
    pictured = [s for _, s in clean if s.images]
    for place, (source, row) in enumerate(clean):
        kind = chosen.get(place)
        if kind is None or kind == "duplicate":
            pool.rows[source].append(row)
        if kind is not None:
            stranger = rng.choice([s for s in rng.sample(pictured, 20) if not related(row, s)])
            made = spoilt(kind, row, stranger, rng).having(id=f"{row.id}-{kind}")
            pool.rows[source].append(made)
            pool.kinds[made.id] = kind
    return pool


def usable(sample: Sample) -> bool:
    """Whole exchanges about at most one picture that no rule takes offence at before it is spoilt."""
    sides = [sorted((im.width, im.height)) for im in sample.images]
    if any(short < 32 or long > 5 * short for short, long in sides):
        return False
    roles = [m.role for m in sample.messages if m.role != "system"]
    return bool(roles) and roles == ["user", "assistant"] * (len(roles) // 2) and len(sample.images) < 2


def bypasses(source: str, row: Sample) -> bool:
    """Whether the row gets no reasoning, hence never comes to fidelity."""
    return bool(bypassing(row.having(meta={**row.meta, **REGISTRY.get(source, {})})))


def related(row: Sample, other: Sample) -> bool:
    """Whether a question of the row is one about the other's picture too."""
    asked = {words(m.text) for m in row.messages if m.role == "user"}
    return bool(asked & {words(entry["question"]) for entry in other.truth["known"]})


def words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


@dataclass
class Ends:
    """What became of the rows of a run, by the row's own id: kinds of reasoning kept, and (stage, reason) of drops."""

    kept: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    dropped: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, run: Path) -> Ends:
        ends = cls()
        for sample in read_samples(run):
            ends.kept[sample.meta["source_id"]].append(sample)
        for drop in dropped_samples(run, sys.maxsize):
            ends.dropped[drop.sample.meta["source_id"]].append((stage_of(drop.path), drop.reason))
        return ends

    def at(self, stage: str) -> set[str]:
        return {row for row, drops in self.dropped.items() if any(s == stage for s, _ in drops)}

    def counted(self, row: str) -> Counter[str]:
        return Counter(s.meta["cot"] for s in self.kept[row]) + Counter(reason for _, reason in self.dropped[row])


def stage_of(path: str) -> str:
    last = path.rsplit("/", 1)[-1]
    named = {"DedupPairs": "duplicates", "DedupPairs#2": "final duplicates", "model_filter": "filter",
             "long_verified": "fidelity", "short_verified": "fidelity"}  # fmt: skip
    return named.get(last, last)


def twins(pool: Pool) -> list[set[str]]:
    """Groups of rows that are one pair: equal pictures and words, or spoilt into a duplicate."""
    groups: dict[Any, set[str]] = defaultdict(set)
    for row in (r for many in pool.rows.values() for r in many if pool.kinds.get(r.id, "duplicate") == "duplicate"):
        original = row.id.removesuffix("-duplicate")
        groups[original].add(row.id)
        asked = " ".join(words(m.text) for m in row.messages if m.role == "user")
        if row.id == original:
            groups[tuple(im.sha256 for im in row.images), asked].add(row.id)
    return [g for g in groups.values() if len(g) > 1]


def print_stages(console: Console, pool: Pool, ends: Ends) -> bool:
    """The table of the first run; whether the goals are met."""
    table = Table(title="exact models: what each stage removes")
    for column in ("noise", "rows", "stage", "removed there", "recall", "removed at all", "recall"):
        table.add_column(column, justify="right" if column != "stage" else "left")
    groups, doubled = twins(pool), ends.at("duplicates")
    for kind in KINDS:
        rows = {r for r, k in pool.kinds.items() if k == kind}
        there, anywhere = rows & ends.at(STAGE[kind]), {r for r in rows if not ends.kept[r]}
        if kind == "duplicate":
            there = anywhere = {f"{i}" for i, g in enumerate(groups) if len(g & doubled) == len(g) - 1}
            rows = {f"{i}" for i in range(len(groups))}
        table.add_row(kind, str(len(rows)), STAGE[kind], str(len(there)), share(there, rows), str(len(anywhere)),
                      share(anywhere, rows))  # fmt: skip
    console.print(table)
    right = {"duplicates": set().union(*groups)} | {
        stage: {r for r, k in pool.kinds.items() if STAGE[k] == stage} for stage in ("rules", "filter", "fidelity")
    }
    table = Table(title="exact models: what was removed rightly")
    for column in ("stage", "removed", "of it noise", "precision"):
        table.add_column(column, justify="right" if column != "stage" else "left")
    for stage, noise in right.items():
        removed = ends.at(stage)
        rightly = {r for r in removed if r in noise or r in pool.kinds}
        table.add_row(stage, str(len(removed)), str(len(rightly)), share(rightly, removed))
    console.print(table)
    return goals(console, pool, ends)


def goals(console: Console, pool: Pool, ends: Ends) -> bool:
    """Unrelated pairs removed ≥ 95 %, related kept ≥ 99 %."""
    reached = (
        {r for many in pool.rows.values() for r in (s.id for s in many)} - ends.at("duplicates") - ends.at("rules")
    )
    unrelated = {r for r in reached if pool.kinds.get(r) == "unrelated"}
    fine = reached - unrelated
    removed, kept = unrelated & ends.at("filter"), fine - ends.at("filter")
    console.print(f"unrelated pairs removed by the filter: {share(removed, unrelated)} (at least 95 %)")
    console.print(f"related pairs kept by the filter: {share(kept, fine)} (at least 99 %)")
    clean = {r for r in fine if r not in pool.kinds}
    lost = {r: ends.dropped[r] for r in clean if ends.at("fidelity") & {r}}
    console.print(f"clean rows lost at fidelity: {len(lost)} of {len(clean)} {Counter(map(str, lost.values()))}")
    return len(removed) >= 0.95 * len(unrelated) and len(kept) >= 0.99 * len(fine)


def share(part: Sequence[Any] | set[Any], whole: Sequence[Any] | set[Any]) -> str:
    return f"{100 * len(part) / len(whole):.1f} %" if whole else "-"


def predicted(pool: Pool, exact: Ends) -> Iterator[tuple[str, str, Fate]]:
    """(source, the row's own id, fate) of the rows that reach the filter. What a row is (bypassing, by rules or by a
    judge) is read off triage and the exact run; what happens to it, off the strikes alone."""
    gone = exact.at("duplicates") | exact.at("rules")
    for source, rows in pool.rows.items():
        for index, row in enumerate(rows):
            if row.id in gone:
                continue
            kind, kept = pool.kinds.get(row.id, ""), exact.kept[row.id]
            policy = REGISTRY.get(source, {}).get("reasoning", "short")
            if bypasses(source, row):
                policy = "bypass"
            verdicts = next((s.meta.get("verdicts", ()) for s in kept), ())
            by_rules = [v["method"] == "exact" for v in verdicts] or [True] * (len(row.messages) // 2)
            turns = [Turn(kind != "unrelated", True, rules) for rules in by_rules]
            if kind == "wrong_reference":
                turns[-1] = Turn(True, False, True)
            yield source, row.id, Fate(f"honeypipe/{source}/{index:06d}", policy, turns, ERRORS, bool(row.images))


def print_flow(console: Console, pool: Pool, exact: Ends, faulty: Ends) -> bool:
    """The table of the second run; whether every row ended as computed."""
    expected, found, other = Counter[str](), Counter[str](), list[str]()
    later = exact.at("final duplicates") | faulty.at("final duplicates")
    for _, row, fate in predicted(pool, exact):
        ends = fate.ends()
        if row not in later:
            expected += ends
            found += faulty.counted(row)
            other += (
                [f"{row}: {dict(ends)} expected, {dict(faulty.counted(row))}"] if ends != faulty.counted(row) else []
            )
    table = Table(title=f"models that err: {', '.join(f'{k} {v:g}' for k, v in ERRORS.items())}")
    for column in ("end", "expected", "found"):
        table.add_column(column, justify="right" if column != "end" else "left")
    for end in sorted(expected | found):
        table.add_row(end, str(expected[end]), str(found[end]))
    console.print(table)
    console.print(f"rows that ended otherwise: {len(other)}", *other[:10], sep="\n  ")
    return not other


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--bits", type=int, default=0, help="in which the pHashes of duplicates may differ")
    parser.add_argument("--folder", type=Path, help="where the material is kept")
    given = parser.parse_args()
    console, scale = Console(width=120), 0.1 if given.quick else 1.0
    with tempfile.TemporaryDirectory(prefix="honeypipe-") as temporary:
        folder = Path(temporary)
        pool = make_pool(given.folder or folder / "material", scale)
        sources = pool.write(folder)
        console.print(f"{sum(map(len, pool.rows.values()))} rows, {len(pool.kinds)} of them spoilt")
        began = time.perf_counter()
        given_params = {"max_hamming_image": given.bits}
        mmrecipes.run("honeypipe", out=folder / "exact", inputs=sources, models="stand-in", params=given_params)
        console.print(f"exact run: {time.perf_counter() - began:.0f} s")
        exact = Ends.of(folder / "exact")
        rates = ",".join(f"{k}={v}" for k, v in ERRORS.items())
        mmrecipes.run(
            "honeypipe", out=folder / "faulty", inputs=sources, models=f"stand-in:{rates}", params=given_params
        )
        met = print_stages(console, pool, exact)
        same = print_flow(console, pool, exact, Ends.of(folder / "faulty"))
    return 0 if met and same else 1


if __name__ == "__main__":
    sys.exit(main())
