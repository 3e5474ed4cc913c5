"""Which shards a run still needs: exact counts per stratum over a pipeline of one or more segments.

Candidates are taken in index order and the first n accepted by index count, so what is sealed does not depend on
timing. Behind a prefix-stable global step, more candidates are added in waves until enough come through.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mmrecipes.core.identity import largest_remainder
from mmrecipes.flow.shards import FULL_SIZE, Shard, count_samples, is_committed, next_shard, read_indices
from mmrecipes.flow.step import Source

CANDIDATES_PER_SAMPLE, CANDIDATES_AT_LEAST = 200, 1000
"""An endless source gives up after this many candidates per wanted sample (plus the second number)."""
FRUITLESS = 96
"""Where models are asked, a stratum of which none of so many candidates came through is not gone on with: every further
one would be paid."""
DEFAULT_N = 100


@dataclass(slots=True)
class Stratum:
    """Progress of one stratum. `wanted` None means every row of a finite source."""

    name: str
    wanted: int | None
    size: int | None
    shards: list[Shard] = field(default_factory=list)
    kept: dict[tuple[int, int], int] = field(default_factory=dict)
    """(segment, shard number) to samples kept, for committed shards."""
    target: int = 0
    """Samples wanted from the first segment in this wave."""
    taken_before: int = 0
    """Candidates that earlier sessions took."""
    yields: int = 1
    """Samples that a candidate is expected to give before any is done."""
    large: bool = False
    """Its shards are large (see `next_shard`)."""

    def next_shard(self) -> Shard | None:
        """The shard after the last one taken; None when rows or patience are at an end."""
        following = next_shard(self.name, self.shards[-1] if self.shards else None, self.size, self.large)
        if following is None or self.wanted is None:
            return following
        patience = self.wanted * CANDIDATES_PER_SAMPLE + CANDIDATES_AT_LEAST
        return following if following.start < patience else None

    def accepted(self, segment: int) -> int:
        """Samples kept by the committed shards of a segment."""
        return sum(k for (s, _), k in self.kept.items() if s == segment)

    def expected(self) -> float:
        """Samples the first segment will have kept once the shards taken so far are done."""
        done = [s for s in self.shards if (0, s.number) in self.kept]
        candidates, accepted = sum(s.stop - s.start for s in done), self.accepted(0)
        rate = (accepted + self.yields) / (candidates + 1) if candidates else float(self.yields)
        return accepted + rate * sum(s.stop - s.start for s in self.shards if (0, s.number) not in self.kept)

    def missing(self, segment: int) -> int:
        return 0 if self.wanted is None else max(0, self.wanted - self.accepted(segment))


@dataclass(slots=True)
class Demand:
    """The shards of all strata that are still to be run."""

    run: Path
    strata: list[Stratum]
    segments: int
    prefix_stable: bool
    paid: bool = False
    """Candidates cost money: models are asked."""
    segment: int = 0
    _queue: list[Shard] = field(default_factory=list)

    @property
    def wanted(self) -> int | None:
        """Samples wanted over all strata; None where rows are counted instead."""
        parts = [s.wanted for s in self.strata]
        return None if None in parts else sum(p for p in parts if p is not None)

    def start_wave(self) -> None:
        """Begin with the first segment; ask it for as many samples as the last one lacks, by what came through,
        but at most for twice of what there is: a share measured on few samples is not to be trusted. A wave that an
        earlier session has not brought to its end is ended first, as nothing is known yet of what comes through."""
        self.segment = 0
        self._take_committed()
        last = self.segments - 1
        for s in self.strata:
            arrived, through, missing = s.accepted(0), s.accepted(last), s.missing(last)
            ended = all((last, one.number) in s.kept for one in s.shards)
            if last == 0 or not arrived or not missing or not ended:
                continue
            needed = math.ceil(missing * arrived / max(through, 1) * 1.05)
            s.target = arrived + min(needed, arrived + FULL_SIZE)
        self._take_committed()

    def _take_committed(self) -> None:
        """Take over what an earlier session has committed."""
        for s in self.strata:
            while self._wants_more(s) and (following := s.next_shard()) is not None:
                if not is_committed(self.run, 0, following.name):
                    break
                s.shards.append(following)
                for segment in range(self.segments):
                    if is_committed(self.run, segment, following.name):
                        s.kept[segment, following.number] = count_samples(self.run, segment, following.name)
                s.taken_before = following.stop

    def fruitless(self) -> list[Stratum]:
        """Strata that are given up: enough candidates were looked at in this session and none ever came through."""
        done = (s for s in self.strata if all((0, one.number) in s.kept for one in s.shards))
        return [s for s in done if self.paid and self._is_fruitless(s)]

    def _is_fruitless(self, s: Stratum) -> bool:
        taken = s.shards[-1].stop if s.shards else 0
        return taken - s.taken_before >= FRUITLESS and s.accepted(0) == 0

    def start_segment(self, segment: int) -> None:
        """Go on with a later segment over the shards of the first."""
        self.segment = segment
        self._queue = []
        for s in self.strata:
            for one in s.shards:
                if (segment, one.number) in s.kept:
                    continue
                if is_committed(self.run, segment, one.name):
                    s.kept[segment, one.number] = count_samples(self.run, segment, one.name)
                else:
                    self._queue.append(one)
        self._queue.reverse()

    def next_shard(self) -> tuple[int, Shard] | None:
        """What a free worker should run, or None when nothing is wanted for now."""
        if self.segment > 0:
            return (self.segment, self._queue.pop()) if self._queue else None
        for s in sorted(self.strata, key=lambda s: s.expected() - s.target):
            while self._wants_more(s) and (following := s.next_shard()) is not None:
                s.shards.append(following)
                if is_committed(self.run, 0, following.name):
                    s.kept[0, following.number] = count_samples(self.run, 0, following.name)
                    continue
                return 0, following
        return None

    def _wants_more(self, s: Stratum) -> bool:
        if self.paid and self._is_fruitless(s):
            return False
        return s.wanted is None or not self.prefix_stable or s.expected() < s.target

    def done(self, segment: int, one: Shard, kept: int) -> None:
        """A shard was committed."""
        stratum = next(s for s in self.strata if s.name == one.stratum)
        stratum.kept[segment, one.number] = kept

    def satisfied(self) -> bool:
        """No further wave can or need add anything."""
        last = self.segments - 1
        return not self.prefix_stable or all(not s.missing(last) or s.next_shard() is None for s in self.strata)

    def committed(self) -> Demand:
        """The same demand with nothing but the shards that are committed in the last segment."""
        last = self.segments - 1
        strata = [replace(s, shards=[one for one in s.shards if (last, one.number) in s.kept]) for s in self.strata]
        return replace(self, strata=strata)

    def candidates_pending(self) -> int:
        """Candidates of shards that were begun and are not committed in the last segment."""
        last = self.segments - 1
        return sum(one.stop - one.start for s in self.strata for one in s.shards if (last, one.number) not in s.kept)

    def shards(self) -> list[Shard]:
        """All shards taken so far, in order."""
        return [one for s in self.strata for one in s.shards]

    def cutoffs(self) -> dict[str, int | None]:
        """Per stratum the index of the candidate that completed `n`; None when all candidates count."""
        return {s.name: self._cutoff(s) for s in self.strata}

    def _cutoff(self, s: Stratum) -> int | None:
        if s.wanted is None or not self.prefix_stable:
            return None
        left = s.wanted
        for one in s.shards:
            kept = s.kept[self.segments - 1, one.number]
            if kept >= left:
                return read_indices(self.run, self.segments - 1, one.name)[left - 1]
            left -= kept
        return None


def wanted_per_stratum(source: Source, n: int | None, prefix_stable: bool, awaits: bool = False) -> list[Stratum]:
    """Split `n` over the strata. Without `n` a finite source gives every row and an endless one `DEFAULT_N`.

    Where `n` counts candidates (a global step is not prefix-stable), a stratum's size is cut to its part of n. Such a
    run cannot grow, so that its shards may be large where its rows wait for nothing (`awaits`).
    """
    large = not prefix_stable and not awaits
    weights = _weights(source)
    sizes = {name: source.size(name) for name in weights}
    if n is None and math.isinf(without_n(source)):
        return [Stratum(name, None, size, large=large) for name, size in sizes.items()]
    parts = largest_remainder(DEFAULT_N if n is None else n, dict(weights))
    if prefix_stable:
        yields = getattr(source, "yields", 1)
        return [Stratum(name, parts[name], sizes[name], target=parts[name], yields=yields) for name in weights]
    return [Stratum(name, None, _smaller(parts[name], sizes[name]), large=large) for name in weights]


def without_n(source: Source) -> float:
    """How much a run without `n` takes: every row of a finite source (infinity), or so many samples."""
    finite = all(source.size(name) is not None for name in _weights(source))
    return math.inf if finite else DEFAULT_N


def _weights(source: Source) -> Mapping[str, float]:
    return {name: weight for name, weight in source.strata().items() if weight > 0}


def _smaller(part: int, size: int | None) -> int:
    return part if size is None else min(part, size)
