"""Rows of one picture as turns of one row.

Covered: rows of a source whose turns do not depend on each other, by the pixels of their pictures in order; rows that
would have too many turns are cut into several. Not covered: joining across sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from mmrecipes.core.sample import Region, Sample
from mmrecipes.recipes.finevision.turns import Turn, turns_of, with_turns


def picture_key(sample: Sample) -> str:
    """Equal for rows that become one: the source and its pictures; the row itself where it stands alone."""
    pictures = sample.meta["image_sha"]
    return sample.id if sample.draft["alone"] or not pictures else " ".join([sample.source, *pictures])


def joined_rows(members: tuple[Sample, ...]) -> Sample:
    """One row with the turns of all, in their order. `meta.rows` are the members' own ids."""
    first = members[0]
    if len(members) == 1:
        return first
    turns: list[Turn] = [turn for member in members for turn in turns_of(member)]
    meta = {**first.meta, "rows": [m.meta.get("source_id", m.id) for m in members],
            "cleaning": list(dict.fromkeys(c for m in members for c in m.meta.get("cleaning", ())))}  # fmt: skip
    meta.pop("source_id", None)
    told: dict[str, Any] = {"rows": [dict(m.truth) for m in members]} if any(m.truth for m in members) else {}
    regions = dict.fromkeys(_on(first, m, r) for m in members for r in m.regions)
    return with_turns(first, turns).having(meta=meta, truth=told, regions=tuple(regions))


def _on(first: Sample, member: Sample, region: Region) -> Region:
    """A member's region on the same picture of the first one, which may be encoded otherwise."""
    refs = {own.sha256: same.sha256 for own, same in zip(member.images, first.images, strict=True)}
    return replace(region, ref=refs[region.ref])


@dataclass(frozen=True, slots=True)
class CutTurns:
    """Rows of at most `most` turns each; all of them have the pictures."""

    most: int
    reads: ClassVar = ("messages", "parents")
    writes: ClassVar = ("messages", "parents")

    @property
    def name(self) -> str:
        return "cut_turns"

    def __call__(self, sample: Sample) -> Sample | Iterable[Sample]:
        parents = tuple(p for p in sample.parents if p != sample.id)
        turns = turns_of(sample)
        if len(turns) <= self.most:
            return sample.having(parents=parents)
        pieces = [turns[i : i + self.most] for i in range(0, len(turns), self.most)]
        return [with_turns(sample, piece).having(alternatives=()) for piece in pieces]
