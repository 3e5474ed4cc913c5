"""What samples share with benchmarks, as a step of a recipe: reported, or dropped.

Covered: every picture and turn of a sample against every benchmark, as `mmr decontaminate` does it, and how far the
questions agree: the same picture with another question does not prove leakage. The benchmarks are named by a
`benchmarks.toml`, an input of the recipe; their registries are built once per process, or read where the file names
one. Not covered: removing single turns, samples made from dropped ones (see `cleaning`), embedders.

    [[benchmark]]
    name = "MMMU"
    path = "mmmu-val.parquet"      # relative to this file; a .registry of an earlier run serves too
    images = "pictures"            # where its pictures lie, when not beside it
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.formats.reader import AUTO
from mmrecipes.steps.decontaminate.benchmark import Benchmark, Named, open_benchmark
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Evidence, Policy
from mmrecipes.steps.decontaminate.reading import SeenRow
from mmrecipes.steps.decontaminate.wording import word_list

SAME_QUESTION = 0.8
"""Jaccard of words from which (inclusive) two questions are the same."""
Action = Literal["report", "image", "image_and_question"]


@dataclass(frozen=True, slots=True)
class CompareWithBenchmarks:
    """Writes `draft.leak`, a list of what was found, strongest first: `benchmark`, `item`, `kind`, `tier`, `settled`,
    `similarity` (of pictures: 1 for equal pixels, else the correlation of the pixels where both are at hand; None for
    other evidence), and `question_sim`, the Jaccard of the words of the benchmark's question and the nearest one of the
    sample (None where only a registry is at hand).

    Pictures whose similarity is known and below `least` (inclusive from it) are listed, but not settled.
    `action`: `report` keeps all; `image` drops what is settled by a picture or a text; `image_and_question` drops it
    only when the question is the benchmark's too. The reason is `benchmark_overlap`. `input` names the recipe's input
    that holds the `benchmarks.toml`; without that input nothing is compared and the list is empty.
    """

    action: Action = "report"
    input: str = "benchmarks"
    least: float = 0.0
    reads: ClassVar = ("images", "messages")
    writes: ClassVar = ("draft.leak",)

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        path = context.inputs.get(self.input)
        if path is None:
            return sample.drafting(leak=[])
        found = [{**e, "settled": e["settled"] and self._is_alike(e)} for e in found_in(sample, path)]
        leaked = [e for e in found if e["settled"] and (self.action == "image" or _asks_the_same(e))]
        if self.action != "report" and leaked:
            first = leaked[0]
            return Drop("benchmark_overlap", f"{first['benchmark']} {first['item']} ({first['kind']})")
        return sample.drafting(leak=found)

    def _is_alike(self, entry: dict[str, Any]) -> bool:
        return entry["similarity"] is None or entry["similarity"] >= self.least


def found_in(sample: Sample, benchmarks: Path) -> list[dict[str, Any]]:
    """What a sample shares with the benchmarks of a `benchmarks.toml`, in the form of `draft.leak`. Raises
    `InputError`."""
    checker = _checker(benchmarks)
    named = {b.name: b for b in checker.benchmarks}
    return [_entry(e, named[e.benchmark], sample) for e in checker.check(SeenRow(0, sample)).evidence]


def _asks_the_same(entry: dict[str, Any]) -> bool:
    by_text = entry["tier"] in ("text_long", "joint")
    return by_text or (entry["question_sim"] is not None and entry["question_sim"] >= SAME_QUESTION)


def _entry(e: Evidence, benchmark: Benchmark, sample: Sample) -> dict[str, Any]:
    items = [benchmark.item(place) for place in _items(e, benchmark)]
    asked = [frozenset(word_list(m.text)) for m in sample.messages if m.role == "user"]
    alike = [_jaccard(frozenset(word_list(i.question)), ours) for i in items if i is not None for ours in asked]
    return {
        "benchmark": e.benchmark, "item": e.item, "kind": e.kind, "tier": e.tier, "settled": e.settled,
        "similarity": 1.0 if e.kind == "pixels" else e.measures.get("ncc"),
        "question_sim": round(max(alike, default=0.0), 3) if None not in items else None,
    }  # fmt: skip


def _items(e: Evidence, benchmark: Benchmark) -> list[int]:
    """All items that the evidence ties the sample to: any of them may be the one whose question is asked."""
    if e.picture >= 0:
        return benchmark.shown_by(e.picture)
    return list(benchmark.registry.source_ids[str(e.value)]) if e.kind == "source_id" else [e.place]


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


@functools.lru_cache(maxsize=1)
def _checker(path: Path) -> Checker:
    return Checker([open_benchmark(named)[0] for named in read_benchmarks(path)], Policy())


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    path: Path
    images: Path | None = None
    reader: str = AUTO


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    benchmark: list[_Table] = Field(min_length=1)


def read_benchmarks(path: Path) -> list[Named]:
    """The benchmarks that a `benchmarks.toml` names, their paths made absolute. Raises `InputError`."""
    try:
        tables = _File(**tomllib.loads(path.read_text(encoding="utf-8"))).benchmark
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as e:
        raise InputError(f"{path}: write tables [[benchmark]] with name, path and perhaps images, reader: {e}") from e
    names = [t.name for t in tables]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(f"{path}: two benchmarks are called {twice[0]}")
    home = path.resolve().parent
    return [Named(t.name, home / t.path, None if t.images is None else home / t.images, t.reader) for t in tables]
