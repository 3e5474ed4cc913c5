"""Rows that stand in the pool twice, reported or dropped, and rows that share a picture, linked.

Two rows are one when their pictures and all their questions are the same (see `steps/dedup_pairs`, which confirms equal
hashes), also across sources; the row with the longest answers survives, of equally long ones that with the smallest id.
Covered: `exact` (equal pixels) and `near`, `image_cluster` for every row that shares a picture with another one. Not
covered: parts of rows: a row of three questions is no duplicate of one with two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mmrecipes.core.sample import Sample
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes.steps.dedup_pairs import DedupPairs, HashPair

if TYPE_CHECKING:
    import duckdb


def questions(sample: Sample) -> str:
    """All that the user asks."""
    return "\n".join(turn.user for turn in turns_of(sample))


def answers(sample: Sample) -> str:
    """All that the assistant answers."""
    return "\n".join(turn.assistant for turn in turns_of(sample))


def _alike(sample: Sample) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Drops duplicates (`duplicate_pair`), or writes `draft.dup_of` and `draft.dup_kind`; `draft.image_cluster` is the
    first row with one of the same pictures. Put `HashPair(questions)` before it."""

    mode: Literal["report", "drop"]
    near_bits: int
    prefix_stable: bool = field(default=False, init=False)

    @property
    def kept_back(self) -> frozenset[str]:
        return self._pairs.kept_back

    @property
    def _pairs(self) -> DedupPairs:
        return DedupPairs(_alike, answers, max_hamming_image=self.near_bits)

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {
            **self._pairs.keys(),
            "pictures": lambda s: " ".join(s.meta["image_sha"]),
        }

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        db.execute(f"CREATE OR REPLACE TEMP TABLE decided AS {self._pairs.decide(db)}")
        db.execute(_LINKED)
        reason = "d.reason" if self.mode == "drop" else "NULL"
        return f"""
            SELECT s.id, {reason} AS reason, d.detail, CASE WHEN {reason} IS NULL THEN json_object(
                'dup_of', d.detail, 'image_cluster', l.cluster, 'dup_kind', CASE WHEN d.detail IS NULL THEN NULL
                    WHEN o.pictures = s.pictures THEN 'exact' ELSE 'near' END)::VARCHAR END AS added
            FROM samples s LEFT JOIN (SELECT * FROM decided WHERE reason IS NOT NULL) d USING (id)
                LEFT JOIN linked l ON l.id = s.id LEFT JOIN samples o ON o.id = d.detail
            WHERE d.reason IS NOT NULL OR l.cluster IS NOT NULL
        """


_LINKED = """
    CREATE OR REPLACE TEMP TABLE linked AS
    WITH shown AS (
        SELECT DISTINCT ordinal, id, unnest(string_split(pictures, ' ')) AS picture FROM samples WHERE pictures <> ''
    ), shared AS (
        SELECT picture, min(ordinal) AS first, arg_min(id, ordinal) AS cluster FROM shown GROUP BY picture
        HAVING count(*) > 1
    ) SELECT id, arg_min(cluster, first) AS cluster FROM shown JOIN shared USING (picture) GROUP BY id
"""
"""Rows that share a picture with another one, and the first row that shows it: of several the earliest."""


def hashed() -> HashPair:
    """The step that hashes pictures and questions."""
    return HashPair(questions)
