"""How clusters of candidate duplicates are decided: who stays, who is dropped for whom, what the answers say.

The samples of a cluster are taken from the best to the worst; each is a duplicate of the first survivor it matches, or
survives itself. The outcome does not depend on the order of the input. Covered: clusters of any size (survivors are
held in memory, members are streamed). Not covered: finding the clusters (see `duplicate_candidates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from mmrecipes.steps.compare_answers import answer_kind, compare
from mmrecipes.steps.image_hash import MAX_PART_DIFFERENCE, hamming, part_means, same_pictures
from mmrecipes.steps.text_hash import token_overlap
from mmrecipes.store.columns import table_of

if TYPE_CHECKING:
    import duckdb

NO_PICTURES = "none"
"""The key of samples without pictures."""
SAME_WORDS = 0.95
"""Overlap of the words from which two instructions count as the same."""
DUPLICATE, CONFLICT = "duplicate_pair", "conflicting_answers"
_BEST_FIRST = "priority DESC, length DESC, id"
_BATCH = 1024
_FEW = 8
"""With more survivors than this, most are ruled out all at once."""
_ALL_BITS = (1 << 64) - 1
_DECIDED = pa.schema([("ordinal", pa.int64()), *((name, pa.string()) for name in ("id", "reason", "detail", "added"))])


@dataclass(frozen=True, slots=True)
class Rule:
    """When two candidates are duplicates (see `dedup_pairs.DedupPairs`)."""

    confirm: bool
    image_bits: int
    text_bits: int
    drop_conflicts: bool


class Member(NamedTuple):
    """A candidate with what is needed for a closer look."""

    ordinal: int
    cluster: int
    id: str
    phashes: str
    simhash: int
    flat: bool
    thumbnails: bytes
    instruction: str
    answer: str


@dataclass(slots=True)
class Survivors:
    """The survivors of one cluster so far, best first, and the duplicates of each; all have as many pictures."""

    rule: Rule
    members: list[Member] = field(default_factory=list)
    duplicates: list[list[Member]] = field(default_factory=list)
    _parts: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0, 0), np.float32))
    _filled: int = 0

    def add(self, one: Member) -> None:
        """Count the member to the first survivor it is a duplicate of, or make it one."""
        many = self.rule.confirm and len(self.members) > _FEW
        for place in self._with_like_parts(one) if many else range(len(self.members)):
            if is_duplicate(one, self.members[place], self.rule):
                self.duplicates[place].append(one)
                return
        self.members.append(one)
        self.duplicates.append([])

    def _with_like_parts(self, one: Member) -> list[int]:
        """Places of the survivors whose pictures may be the same, by the means of their parts alone."""
        parts, count = part_means(one.thumbnails), len(self.members)
        if count > len(self._parts):
            self._parts = np.resize(self._parts, (2 * count, *parts.shape))
        for place in range(self._filled, count):
            self._parts[place] = part_means(self.members[place].thumbnails)
        self._filled = count
        apart = np.abs(self._parts[:count] - parts) > MAX_PART_DIFFERENCE
        return np.flatnonzero(~apart.any(axis=(1, 2))).tolist()


def is_duplicate(one: Member, other: Member, rule: Rule) -> bool:
    """Whether two members of a cluster are the same pair."""
    text = ((one.simhash ^ other.simhash) & _ALL_BITS).bit_count()
    if text > rule.text_bits or _image_distance(one.phashes, other.phashes) > rule.image_bits:
        return False
    if not (rule.confirm or one.flat or other.flat):
        return True
    said = one.instruction, other.instruction
    same_text = said[0] == said[1] or token_overlap(*said) >= SAME_WORDS
    return same_text and same_pictures(one.thumbnails, other.thumbnails)


def _image_distance(one: str, other: str) -> int:
    """In how many bits two pictures in the same place differ at most; 64 where the numbers of pictures differ."""
    if one == other:
        return 0
    places = [() if hashes == NO_PICTURES else hashes.split() for hashes in (one, other)]
    if len(places[0]) != len(places[1]):
        return 64
    return max(hamming(int(a, 16), int(b, 16)) for a, b in zip(*places, strict=True))


def decide_groups(db: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """SQL that selects what is to be done with the samples of `candidates` (see `flow.pipeline.GlobalStep.decide`)."""
    rows = [row for group in _open_clusters(db, rule) for row in _decisions(group)]
    db.register("looked_at", table_of(rows, _DECIDED))
    return (
        f"SELECT * FROM looked_at UNION ALL SELECT ordinal, id, '{DUPLICATE}', best, NULL FROM ("
        f"SELECT ordinal, id, first(id) OVER (PARTITION BY cluster ORDER BY {_BEST_FIRST}) AS best "
        "FROM candidates WHERE settled) WHERE id <> best"
    )


def _open_clusters(db: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[Survivors]:
    """The clusters that need a closer look, decided; only their rows are taken from what is kept back."""
    if not db.sql("SELECT 1 FROM candidates WHERE NOT settled LIMIT 1").fetchall():
        return
    near = rule.image_bits or rule.text_bits
    equal = {} if near else {"phashes": "'' AS phashes", "simhash": "0 AS simhash"}
    reader = db.sql(
        f"SELECT {', '.join(equal.get(name, name) for name in Member._fields)} "
        "FROM (SELECT ordinal, cluster FROM candidates WHERE NOT settled) "
        "JOIN samples USING (ordinal) JOIN kept_back USING (ordinal) "
        f"ORDER BY cluster, length(phashes), {_BEST_FIRST}"
    ).to_arrow_reader(_BATCH)
    rows = (Member(*row.values()) for batch in reader for row in batch.to_pylist())
    for _, cluster in groupby(rows, key=lambda m: (m.cluster, len(m.phashes))):
        survivors = Survivors(rule)
        for one in cluster:
            survivors.add(one)
        yield survivors


def _decisions(group: Survivors) -> Iterator[dict[str, str | int]]:
    """A row per duplicate, and one for a survivor whose duplicates answer differently."""
    for survivor, duplicates in zip(group.members, group.duplicates, strict=True):
        for one in duplicates:
            yield {"ordinal": one.ordinal, "id": one.id, "reason": DUPLICATE, "detail": survivor.id}
        others = [{"id": d.id, "answer": d.answer} for d in duplicates if d.answer != survivor.answer]
        if not others:
            continue
        against = next((o for o in others if contradict(survivor.answer, o["answer"])), None)
        if against and group.rule.drop_conflicts:
            why = f"{against['id']} says {against['answer']}"
            yield {"ordinal": survivor.ordinal, "id": survivor.id, "reason": CONFLICT, "detail": why}
        else:
            added = {"dup_answers": others, "dup_conflict": against is not None}
            yield {"ordinal": survivor.ordinal, "id": survivor.id, "added": orjson.dumps(added).decode()}


@lru_cache(4096)
def contradict(one: str, other: str) -> bool:
    """Whether both answers state a fact, and not the same one."""
    return answer_kind(one) == answer_kind(other) == "factual" and compare(one, other).match is False
