"""Counts per benchmark: items, items hit, samples hit by tier, removed, for review, coverage.

Covered: one pass, memory of a bit per item; pairs to show, chosen by a hash of the sample's id and so whatever the
order. Not covered: scores before and after removal.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmrecipes.core.identity import seed_from
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.evidence import TIERS, Evidence, Finding


@dataclass(frozen=True, slots=True)
class BenchmarkCounts:
    """One benchmark's line of the report. `tiers` maps a tier to the samples of which it is the strongest."""

    name: str
    registry: str
    items: int
    items_hit: int
    samples_hit: int
    tiers: dict[str, int]
    removed: int
    shortened: int
    annotated: int
    review: int
    coverage: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sample (by row) and the evidence that ties it to a benchmark."""

    row: int
    sample: str
    evidence: Evidence
    action: str


@dataclass
class Summary:
    """Add findings as they come, in any order."""

    benchmarks: Sequence[Benchmark]
    pairs_per_tier: int = 6
    rows: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    unchecked: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    _hit: dict[str, Any] = field(default_factory=dict)
    _counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _pairs: defaultdict[tuple[str, str, bool], list[tuple[int, int, Pair]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, row: int, sample_id: str | None, finding: Finding) -> None:
        """Count a row; one without a `sample_id` could not be read."""
        self.rows += 1
        if sample_id is None:
            self.unread.update(finding.unchecked)
            return
        self.unchecked += bool(finding.unchecked)
        self.note(row, sample_id, finding)

    def note(self, row: int, sample_id: str, finding: Finding) -> None:
        """Count what was found about a row that is counted already."""
        self.actions[finding.action] += bool(finding.evidence)
        strongest: dict[str, Evidence] = {}
        for e in finding.evidence:
            strongest.setdefault(e.benchmark, e)
            self._mark(e)
        for name, e in strongest.items():
            self._counts[name].update(("samples", f"tier {e.tier}", f"action {_own(finding, name)}"))
            self._choose(Pair(row, sample_id, e, finding.action))

    def _mark(self, e: Evidence) -> None:
        benchmark = next(b for b in self.benchmarks if b.name == e.benchmark)
        r = benchmark.registry
        hit = self._hit.setdefault(e.benchmark, np.zeros(len(r.item_id), bool))
        if e.picture >= 0:
            hit[benchmark.shown_by(e.picture)] = True
        elif e.kind == "source_id":
            hit[list(r.source_ids[str(e.value)])] = True
        elif e.place >= 0:
            hit[e.place] = True

    def _choose(self, pair: Pair) -> None:
        kept = self._pairs[pair.evidence.benchmark, pair.evidence.tier, pair.evidence.settled]
        ticket = -seed_from("pair", pair.sample)
        heapq.heappush(kept, (ticket, pair.row, pair))
        if len(kept) > self.pairs_per_tier:
            heapq.heappop(kept)

    def pairs(self) -> Iterator[Pair]:
        """The chosen pairs, by benchmark, settled ones first, strongest tier first."""
        order = sorted(self._pairs, key=lambda k: (k[0], not k[2], TIERS.index(k[1])))  # type: ignore[arg-type]
        for key in order:
            yield from (pair for _, _, pair in sorted(self._pairs[key], key=lambda p: (-p[0], p[1])))

    def of(self, benchmark: Benchmark) -> BenchmarkCounts:
        """The line of one benchmark."""
        r, counts = benchmark.registry, self._counts[benchmark.name]
        hit = self._hit.get(r.name)
        return BenchmarkCounts(
            name=r.name,
            registry=r.digest,
            items=len(r.item_id),
            items_hit=0 if hit is None else int(hit.sum()),
            samples_hit=counts["samples"],
            tiers={tier: counts[f"tier {tier}"] for tier in TIERS if counts[f"tier {tier}"]},
            removed=counts["action remove_sample"],
            shortened=counts["action remove_turn"],
            annotated=counts["action annotate"],
            review=counts["action review"],
            coverage=r.coverage.words,
            remarks=r.remarks,
        )


def _own(finding: Finding, benchmark: str) -> str:
    """What is done because of one benchmark: the action where some of its evidence is settled, else a review."""
    return finding.action if any(e.settled and e.benchmark == benchmark for e in finding.evidence) else "review"
