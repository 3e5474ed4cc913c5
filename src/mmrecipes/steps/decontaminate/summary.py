"""Counts per benchmark: items, items hit, samples hit by tier, removed, for review, coverage.

Covered: one pass, memory of a bit per item; pairs to show, chosen by a hash of the sample's id and so whatever the
order. Not covered: scores before and after removal.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from mmrecipes.core.identity import seed_from
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.evidence import TIERS, Evidence, Finding

PAIRS_PER_KIND = 6
"""Pairs shown of one benchmark, tier, and of what is settled or not."""

Cells = dict[str, dict[str, int]]
"""Samples by tier and action, the strongest tier first."""


class Unread(NamedTuple):
    """A row that could not be read: its number from 0, the reason, and in words what was wrong and where."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class BenchmarkCounts:
    """One benchmark's line of the report. `tiers` holds every sample once, by its strongest evidence from this
    benchmark and by what is done because of it; `pictures` counts distinct ones, `unreadable` rows by reason."""

    name: str
    registry: str
    items: int
    items_hit: int
    samples_hit: int
    tiers: Cells
    coverage: str
    with_images: int
    with_text: int
    pictures: int
    unreadable: dict[str, int]
    at_hand: bool
    remarks: tuple[str, ...]

    def acted(self, *actions: str) -> int:
        """Samples of which something is done."""
        return sum(by.get(action, 0) for by in self.tiers.values() for action in actions)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sample (by row) and the evidence that ties it to a benchmark."""

    row: int
    sample: str
    evidence: Evidence
    action: str


@dataclass
class Summary:
    """Add what was found about rows, in any order. `tiers` holds every sample once, by its own tier and action; a
    benchmark's counts may hold it once more. `unread` are rows that could not be read."""

    benchmarks: Sequence[Benchmark]
    pairs_per_kind: int = PAIRS_PER_KIND
    rows: int = 0
    unchecked: int = 0
    unread: list[Unread] = field(default_factory=list)
    tiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(tier, action) to samples."""
    _hit: dict[str, Any] = field(default_factory=dict)
    _counts: defaultdict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    _pairs: defaultdict[tuple[str, str, bool], list[tuple[int, int, Pair]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _could_be_shown: int = 0

    def add(self, row: int, sample_id: str, finding: Finding) -> None:
        """Count what was found about a row."""
        self.unchecked += bool(finding.unchecked)
        if not finding.evidence:
            return
        self.tiers[finding.tier, finding.action] += 1
        strongest: dict[str, Evidence] = {}
        for e in finding.evidence:
            strongest.setdefault(e.benchmark, e)
            self._mark(e)
        for name, e in strongest.items():
            self._counts[name][e.tier, _own(finding, name)] += 1
            if e.kind != "parent":
                self._choose(Pair(row, sample_id, e, finding.action))

    def cells(self, *actions: str) -> dict[str, int]:
        """Samples by tier, the strongest first, of which one of these actions is taken."""
        found = {tier: sum(self.tiers[tier, action] for action in actions) for tier in TIERS}
        return {tier: count for tier, count in found.items() if count}

    def action(self, action: str) -> int:
        """Samples of which this is done."""
        return sum(self.cells(action).values())

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
        self._could_be_shown += 1
        kept = self._pairs[pair.evidence.benchmark, pair.evidence.tier, pair.evidence.settled]
        ticket = -seed_from("pair", pair.sample)
        heapq.heappush(kept, (ticket, pair.row, pair))
        if len(kept) > self.pairs_per_kind:
            heapq.heappop(kept)

    @property
    def pairs_in_all(self) -> int:
        """How many pairs there are, of which `pairs` chooses some."""
        return self._could_be_shown

    def pairs(self) -> Iterator[Pair]:
        """The chosen pairs: as many of every benchmark, tier, and of what is settled and what is not; settled ones
        first, strongest tier first."""
        order = sorted(self._pairs, key=lambda k: (k[0], not k[2], TIERS.index(k[1])))  # type: ignore[arg-type]
        for key in order:
            yield from (pair for _, _, pair in sorted(self._pairs[key], key=lambda p: (-p[0], p[1])))

    def of(self, benchmark: Benchmark) -> BenchmarkCounts:
        """The line of one benchmark."""
        r, counts = benchmark.registry, self._counts[benchmark.name]
        hit = self._hit.get(r.name)
        found = {t: {a: n for (tier, a), n in sorted(counts.items()) if tier == t} for t in TIERS}
        return BenchmarkCounts(
            name=r.name,
            registry=r.digest,
            items=len(r.item_id),
            items_hit=0 if hit is None else int(hit.sum()),
            samples_hit=counts.total(),
            tiers={tier: by for tier, by in found.items() if by},
            coverage=r.coverage.words,
            with_images=r.coverage.with_images,
            with_text=r.coverage.with_text,
            pictures=r.coverage.pictures,
            unreadable=dict(r.coverage.unreadable),
            at_hand=benchmark.rows is not None,
            remarks=r.remarks,
        )


def _own(finding: Finding, benchmark: str) -> str:
    """What is done because of one benchmark: the action where some of its evidence is settled, else a review."""
    return finding.action if any(e.settled and e.benchmark == benchmark for e in finding.evidence) else "review"
